"""Run-time settings: a typed registry with defaults, changed on a page, read from the memory of the process.

What a house may change while everything runs; what belongs to the machine (addresses, secrets, the database) stays in the
environment. Each change is an event with from, to and why, so the history is the audit trail itself. Other processes see
a change within `AGE_MAX_S`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import Any, Final

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.http import is_text
from guanxi.core.models import Detail, Setting
from guanxi.core.models import Event as EventRow
from guanxi.core.timeline import EventType

CHANGED = EventType("setting.changed", _("Setting changed"), icon="adjustments", shown=False)
ALL = (CHANGED,)
RIGHT = "site.settings"
AGE_MAX_S: Final = 3.0
WHY_CHARS_MAX: Final = 200
HISTORY_MAX: Final = 100

Value = str | int | bool


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One run-time setting. `least` and `most` bound a number, or the length of a text; `unit` is said after a number.

    `default` may be a function: what the environment says, for settings that had a place there first. `right` is needed to
    change it. A number with `never` has the words for 0.
    """

    code: str
    group: str
    title: Any
    hint: Any
    kind: Kind
    default: Value | Callable[[], Value]
    least: int = 0
    most: int = 1_000_000
    unit: Any = ""
    never: Any = ""
    right: str = RIGHT

    @property
    def given(self) -> Value:
        return self.default() if callable(self.default) else self.default

    def read(self, text: str) -> Value:
        """The value somebody typed. Raises `Invalid` for field `value`."""
        text = text.strip()
        if self.kind is Kind.FLAG:
            return text in ("1", "on", "yes", "true")
        if self.kind is Kind.NUMBER:
            if not text.isascii() or not text.isdecimal() or not self.least <= int(text[:12]) <= self.most:
                words = _("A whole number from %(least)s to %(most)s, please.")
                raise Invalid(
                    fields={"value": words % {"least": f"{self.least:,}", "most": f"{self.most:,}"}}
                )
            return int(text)
        if not self.least <= len(text) <= self.most or not is_text(text):
            words = _("Between %(least)s and %(most)s characters, please.")
            raise Invalid(fields={"value": words % {"least": self.least, "most": self.most}})
        return text


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a setting's history; `event` names it when somebody goes back to what was before."""

    event: int
    actor_id: str
    at: datetime
    before: Value
    after: Value
    why: str


_declared: dict[str, Option] = {}
_book: tuple[float, dict[str, Value]] = (float("-inf"), {})


def declare(*options: Option) -> None:
    """Called at start-up with what may be set here."""
    for option in options:
        _declared[option.code] = option


def declared() -> Mapping[str, Option]:
    return dict(_declared)


def option(code: str) -> Option:
    """Raises `NotFound`."""
    if code not in _declared:
        raise NotFound
    return _declared[code]


def value(code: str) -> Value:
    """What holds now: what somebody set, else the default."""
    return _values().get(code, _declared[code].given)


def number(code: str) -> int:
    return int(value(code))


def text(code: str) -> str:
    return str(value(code))


def flag(code: str) -> bool:
    return bool(value(code))


def is_set(code: str) -> bool:
    """Whether somebody has set it: it may say the same as the default."""
    return code in _values()


def _values() -> Mapping[str, Value]:
    global _book  # a cache of one value per process
    if monotonic() - _book[0] > AGE_MAX_S:
        found = _book[1]
        with suppress(DatabaseError):  # a page that says so must not fail for the name of the house
            found = dict(Setting.objects.values_list("code", "value"))
        _book = (monotonic(), found)
    return _book[1]


def forget(values: Mapping[str, Value] | None = None, *, stand_still: bool = False) -> None:
    """Read anew; or hold these values, for ever when `stand_still` (tests count statements)."""
    global _book
    if values is None and not stand_still:
        _book = (float("-inf"), {})
    else:
        _book = (float("inf") if stand_still else monotonic(), dict(values or {}))


@action
def change(*, actor: Actor, now: datetime, code: str, text: str, why: str) -> Setting | None:
    """Set an option to what was typed; None when nothing changes. Raises `Invalid` naming `value` or `why`."""
    one = option(code)
    actor.require(one.right)
    wanted, why = one.read(text), why.strip()
    if not why or len(why) > WHY_CHARS_MAX:
        words = _("Say in a few words why (at most %(most)s characters): others will ask.")
        raise Invalid(fields={"why": words % {"most": WHY_CHARS_MAX}})
    known = Setting.objects.select_for_update().filter(code=code).first()
    before = known.value if known else one.given
    if wanted == before:
        return None
    _write(actor, now, one, known, before, wanted, why)
    return known


def _write(
    actor: Actor, now: datetime, one: Option, known: Setting | None, before: Value, after: Value, why: str
) -> None:
    row = known or Setting(code=one.code)
    row.value, row.changed = after, now
    row.save(force_insert=known is None)
    data = {"setting": one.code, "from": before, "to": after}
    events.record(Event(CHANGED.code, actor, now, ("setting", row.id), data=data, detail={"why": why}))
    _book[1][one.code] = after
    transaction.on_commit(
        lambda: _book[1].__setitem__(one.code, after)
    )  # it may have been read anew in between


@action
def go_back(*, actor: Actor, now: datetime, code: str, event: int, why: str) -> Setting | None:
    """Set an option to what it was before the change with this event. Raises `Conflict` when that no longer fits."""
    line = next((line for line in history(code) if line.event == event), None)
    if line is None:
        raise NotFound
    one, old = option(code), line.before
    written = ("1" if old else "0") if one.kind is Kind.FLAG else str(old)
    try:
        one.read(written)
    except Invalid as error:
        raise Conflict(_("What it was then no longer fits.")) from error
    return change(actor=actor, now=now, code=code, text=written, why=why)


def history(code: str) -> Sequence[Change]:
    """Newest first, in two statements."""
    row = Setting.objects.filter(code=code).first()
    if row is None:
        return []
    found = EventRow.objects.filter(subject_id=row.id, type=CHANGED.code).order_by("-occurred", "-id")[
        :HISTORY_MAX
    ]
    details = {
        detail.event_id: detail.body
        for detail in Detail.objects.filter(event_id__in=[one.id for one in found])
    }
    return [
        Change(
            one.id,
            one.actor_id,
            one.occurred,
            one.data["from"],
            one.data["to"],
            str(details.get(one.id, {}).get("why", "")),
        )
        for one in found
    ]
