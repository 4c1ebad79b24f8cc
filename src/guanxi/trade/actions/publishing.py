"""Publishing a version of the rules of trade; never changed afterwards."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.trade.events import RULES_PUBLISHED
from guanxi.trade.models import Ruleset
from guanxi.trade.queries import rulesets
from guanxi.trade.rules.ruleset import Rules, placed


@action
def publish_rules(
    *, actor: Actor, now: datetime, content: Mapping[str, Any], origin: str, reason: str = ""
) -> Ruleset:
    """A new version with the next number, or the newest where it is still the same. Needs `site.settings`.

    `content` has the form of `rules.ruleset.Rules.from_json`, which raises `KeyError` or `TypeError` for any other. `origin`
    is "pack:CODE" or the public id of whoever publishes; `reason` are their words, kept with the event. Orders and promises
    keep the version they began with.
    """
    actor.require("site.settings")
    Rules.from_json(content)
    content = placed(content)
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()[:16]
    newest = Ruleset.objects.order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return newest
    number = newest.number + 1 if newest is not None else 1
    row = Ruleset(number=number, digest=digest, content=content, origin=origin, published=now)
    data = {"number": number, "digest": digest, "origin": origin}
    detail = {"reason": reason} if reason else None
    events.record(
        Event(RULES_PUBLISHED.code, actor, now, ("ruleset", row.id), data=data, detail=detail),
        with_rows=[row],
    )
    rulesets.forget_rules()
    return row
