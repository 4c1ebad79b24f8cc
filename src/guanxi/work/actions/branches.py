"""Where a unit receives customers, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.calendar import CalendarError, from_spec
from guanxi.core.errors import Invalid
from guanxi.core.events import Event
from guanxi.core.models import Unit
from guanxi.work.events import BRANCH_SET
from guanxi.work.models import Branch

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BranchText:
    """What everybody may know of a branch; texts by language, `calendar` in the form of `core.calendar.from_spec`."""

    city: Text
    address: Text
    calendar: Mapping[str, Any]
    phone: str = ""
    services: Sequence[Text] = field(default_factory=tuple)


@action
def set_branch(
    *, actor: Actor, now: datetime, unit: Unit, text: BranchText, own: bool = True
) -> tuple[Branch, bool]:
    """Describe a unit's branch; whether that changed anything. `own`: this house says so, not a pack.

    What the house has said a pack leaves alone. Needs `site.settings`. Raises `Invalid` for hours that cannot be.
    """
    actor.require("site.settings")
    try:
        from_spec(text.calendar)
    except CalendarError as error:
        raise Invalid(fields={"calendar": str(error)}) from error
    if unit.kind != Unit.Kind.BRANCH:
        raise Invalid(fields={"unit": _("Only a branch has an address.")})
    row = Branch.objects.select_for_update(of=("self",)).filter(unit=unit).first()
    values = {
        "city": dict(text.city),
        "address": dict(text.address),
        "phone": text.phone,
        "calendar": dict(text.calendar),
        "services": [dict(one) for one in text.services],
    }
    if row is not None and ((row.own and not own) or all(getattr(row, key) == values[key] for key in values)):
        return row, False
    changed = [key for key in values if row is None or getattr(row, key) != values[key]]
    before = {key: _told(getattr(row, key)) for key in changed} if row else {}
    after = {key: _told(values[key]) for key in changed}
    row = row or Branch(unit=unit)
    for key, value in values.items():
        setattr(row, key, value)
    row.own = own
    row.save()
    data = {"unit": unit.code, "before": before, "after": after}
    events.record(Event(BRANCH_SET.code, actor, now, ("unit", unit.id), unit_id=unit.id, data=data))
    return row, True


def _told(value: Any) -> str:
    """A value in one line, for the audit trail: both languages, hours by day."""
    if isinstance(value, Mapping):
        hours = value.get("week")
        if isinstance(hours, Mapping):
            return "; ".join(f"{days} {', '.join(map(str, periods))}" for days, periods in hours.items())
        return " / ".join(str(one) for one in value.values())
    return value if isinstance(value, str) else "; ".join(map(_told, value))
