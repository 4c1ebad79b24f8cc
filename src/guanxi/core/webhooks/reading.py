"""The stream read by asking: the same events, words and reach as webhooks, without an endpoint."""

import json
from collections.abc import Sequence
from typing import Any

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.jobs.outbox import sealed_head
from guanxi.core.webhooks import payload, reach

LOOK = 500


def read_visible(
    actor: Actor, after: int, *, limit: int, types: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], int]:
    """(events after number `after` this actor may hear, how far was looked). Needs `api.webhooks.own`."""
    if not actor.may(reach.ALL):
        actor.require(reach.OWN)
    head = sealed_head()
    wanted = reach.types_of(actor, types)
    found = events.read_from(after, limit=LOOK, types=wanted) if wanted else []
    records = reach.records_of(found)
    heard = [event for event in found if reach.may_hear(actor, event, records)]
    shown = heard[:limit]
    if len(heard) > limit:
        reached = shown[-1].seq or after
    else:
        last = found[-1].seq or after if found else after
        reached = last if len(found) == LOOK else max(last, head)
    return [json.loads(payload.body_of(event, records)) for event in shown], reached
