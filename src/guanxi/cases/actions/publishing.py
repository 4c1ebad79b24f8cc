"""Publishing a version of the procedure: what a pack or an administrator sets within the table of steps; never changed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guanxi.cases.events import PROCEDURE_PUBLISHED
from guanxi.cases.models import Procedure
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import Policy, placed
from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event


@action
def publish_procedure(
    *, actor: Actor, now: datetime, content: Mapping[str, Any], origin: str, reason: str = ""
) -> Procedure:
    """A new version with the next number, or the newest where table and content are still the same. Needs `site.settings`.

    `content` has the form of `rules.policy.Policy.from_json`, which raises `KeyError` or `TypeError` for any other. `origin`
    is "pack:CODE" or the public id of whoever publishes; `reason` are their words, kept with the event. Cases keep the version
    they began with.
    """
    actor.require("site.settings")
    Policy.from_json(content)
    content = placed(content)
    digest = digest_of(content)
    newest = Procedure.objects.order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return newest
    number = newest.number + 1 if newest is not None else 1
    row = Procedure(number=number, digest=digest, content=dict(content), origin=origin, published=now)
    data = {"number": number, "digest": digest, "table": machine.table_hash(), "origin": origin}
    detail = {"reason": reason} if reason else None
    events.record(
        Event(PROCEDURE_PUBLISHED.code, actor, now, ("procedure", row.id), data=data, detail=detail),
        with_rows=[row],
    )
    procedures.forget_policy()
    return row


def digest_of(content: Mapping[str, Any]) -> str:
    """The hash of the table of steps and of this content with its places: 16 hexadecimal digits."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{machine.table_hash()}\n{canonical}".encode()).hexdigest()[:16]
