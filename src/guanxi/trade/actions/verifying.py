"""What somebody who may say so found of sold goods, kept for good: a machine may pay on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.events import Event
from guanxi.trade import events as happened
from guanxi.trade.models import Listing, OrderLine, Verification

RIGHT = "trade.protect"
ONCE_CHARS_MAX = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found: `kind` and `by` as in `Verification`, `name` of whoever found it, `bad` below declaration or fake."""

    kind: str
    by: str
    name: str
    bad: bool
    words: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@action
def verify(
    *,
    actor: Actor,
    now: datetime,
    finding: Finding,
    once: str,
    line_id: int | None = None,
    listing_id: int | None = None,
) -> Verification:
    """Keep a finding about one sold line, or about everything a listing sold. With `once` again it is the same.

    Needs `trade.protect` for the goods' unit. Raises `Denied`, `Invalid` on "kind", "by", "name", "about", `Conflict` for a
    key that said something else.
    """
    actor.require(RIGHT)
    _check(finding, once, line_id, listing_id)
    _within_reach(actor, line_id, listing_id)
    given = Verification.objects.filter(once=once).first()
    if given is not None:
        if (given.kind, given.bad, given.line_id, given.listing_id) != (
            finding.kind,
            finding.bad,
            line_id,
            listing_id,
        ):
            raise Conflict(_("This key has said something else already."), code="once_reused")
        return given
    record_id = _buyer_of(line_id)
    row = Verification(
        line_id=line_id,
        listing_id=listing_id,
        kind=finding.kind,
        by=finding.by,
        name=_line(finding.name)[:80],
        bad=finding.bad,
        words=_line(finding.words)[:300],
        values=dict(finding.values),
        once=once,
        actor=actor.id[:60],
        made=now,
    )
    data = {"verification": row.public_id, "kind": row.kind, "by": row.by, "bad": row.bad}
    subject = ("verification", row.id)
    events.record(
        Event(happened.VERIFIED.code, actor, now, subject, record_id=record_id, data=data), with_rows=[row]
    )
    return row


def may_verify(actor: Actor, unit: int | None) -> bool:
    """Whether somebody may record a finding about goods of a record of this unit."""
    if not actor.may(RIGHT):
        return False
    return actor.reach(RIGHT).everything or (unit is not None and actor.may_at(RIGHT, unit))


def _check(finding: Finding, once: str, line_id: int | None, listing_id: int | None) -> None:
    faults: dict[str, Any] = {}
    if finding.kind not in Verification.Kind.values:
        faults["kind"] = _("Choose one of these.")
    if finding.by not in Verification.By.values:
        faults["by"] = _("Choose one of these.")
    if not _line(finding.name):
        faults["name"] = _("Say who found it.")
    line = line_id is not None and OrderLine.objects.filter(id=line_id).exists()
    listing = listing_id is not None and Listing.objects.filter(id=listing_id).exists()
    if not (line or listing):
        faults["about"] = _("Say which goods were looked at.")
    if not 0 < len(once) <= ONCE_CHARS_MAX:
        faults["once"] = _("Every finding needs a key of its own.")
    if faults:
        raise Invalid(fields=faults, code="invalid")


def _within_reach(actor: Actor, line_id: int | None, listing_id: int | None) -> None:
    """Whose right ends at a branch finds nothing about goods beyond it: a finding moves money."""
    units: list[int | None] = []
    if line_id is not None:
        units += OrderLine.objects.filter(id=line_id).values_list("order__record__unit", flat=True)
    if listing_id is not None:
        units += Listing.objects.filter(id=listing_id).values_list("shop__record__unit", flat=True)
    if not all(may_verify(actor, unit) for unit in units):
        raise Denied(code="denied")


def _buyer_of(line_id: int | None) -> int | None:
    if line_id is None:
        return None
    return OrderLine.objects.filter(id=line_id).values_list("order__record_id", flat=True).first()


def _line(text: str) -> str:
    return " ".join(text.split())
