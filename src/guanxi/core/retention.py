"""How long what is not for ever is kept: rules that rooms declare, one sweep a night, one event that counts what went.

Every deletion for age goes through this registry. A rule's days are a run-time setting (`core.options`), 0 is: kept for ever.
While the legal hold is on, nothing is deleted; of a person under a hold of their own (`core.holds`), nothing that is theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, holds, options
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.holds import Held
from guanxi.core.jobs.context import progress
from guanxi.core.models import Event as EventRow
from guanxi.core.timeline import EventType

SWEPT = EventType("retention.swept", _("Old data deleted"), icon="trash", shown=False)
ALL = (SWEPT, *holds.ALL)
RIGHT: Final = holds.RIGHT
HOLD: Final = "retention.hold"
BATCH: Final = 500  # rows a transaction: SQLite's one writer is not held up
SUBJECT: Final = ("retention", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of row that ages. `option` is the setting with its days.

    `count(before, held)` says how many are older and nobody's under a hold; `delete(before, limit, held)` deletes at most
    `limit` of them in one transaction and says how many went. `limit` is small where rows are large.
    """

    code: str
    title: Any
    hint: Any
    option: str
    count: Callable[[datetime, Held], int]
    delete: Callable[[datetime, int, Held], int]
    limit: int = BATCH

    @property
    def days(self) -> int:
        return options.number(self.option)

    def before(self, now: datetime) -> datetime | None:
        """Older than this goes; None: nothing ever does."""
        return now - timedelta(days=self.days) if self.days else None


Rows = Callable[[datetime], "QuerySet[Any]"]
Keep = Callable[["QuerySet[Any]", Held], "QuerySet[Any]"]
Drop = Callable[[Sequence[Any]], None]


def of_rows(
    code: str, old: Rows, *, keep: Keep, drop: Drop | None = None, option: str = "", limit: int = BATCH
) -> Rule:
    """A rule over the rows `old(before)`, without those `keep` leaves out for persons under a hold.

    `drop` deletes rows by key, for what is more than a row; else they are simply deleted.
    """
    setting = options.option(f"retention.{option or code}")

    def left(before: datetime, held: Held) -> "QuerySet[Any]":
        return keep(old(before), held) if held else old(before)

    def count(before: datetime, held: Held) -> int:
        return left(before, held).count()

    def delete(before: datetime, limit: int, held: Held) -> int:
        found = left(before, held)
        keys = list(found.order_by().values_list("pk", flat=True)[:limit])
        if drop:
            drop(keys)
        else:
            found.model._base_manager.filter(pk__in=keys).delete()
        return len(keys)

    return Rule(
        code=code,
        title=setting.title,
        hint=setting.hint,
        option=setting.code,
        count=count,
        delete=delete,
        limit=limit,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One sweep that deleted something, or was asked for."""

    at: datetime
    actor_id: str
    counts: Mapping[str, int]


_rules: dict[str, Rule] = {}


def register(*rules: Rule) -> None:
    for rule in rules:
        _rules[rule.code] = rule


def registered() -> Mapping[str, Rule]:
    return dict(_rules)


def is_held() -> bool:
    """Whether the legal hold is on: nothing is deleted for its age."""
    return options.flag(HOLD)


def due(now: datetime) -> dict[str, int]:
    """rule -> how many rows would be deleted now: the dry run."""
    counts, held = {}, holds.held()
    for rule in _rules.values():
        before = rule.before(now)
        counts[rule.code] = rule.count(before, held) if before else 0
    return counts


def sweep(*, actor: Actor, now: datetime, only: str = "") -> Mapping[str, int]:
    """Delete what is too old, in short transactions, and record one event with the counts. Needs `site.retention`.

    Run again after an interruption it goes on where it stopped. Raises `Conflict` under a legal hold, `NotFound` for an
    unknown rule.
    """
    actor.require(RIGHT)
    if is_held():
        raise Conflict(_("A legal hold is on: nothing is deleted."), code="held")
    if only and only not in _rules:
        raise NotFound
    counts: dict[str, int] = {}
    try:
        for rule in _rules.values():
            if only in ("", rule.code) and (before := rule.before(now)):
                _sweep(rule, before, counts)
    finally:
        if any(counts.values()):
            note(actor=actor, now=now, counts=counts)
    return counts


def _sweep(rule: Rule, before: datetime, counts: dict[str, int]) -> None:
    while not is_held():
        gone = _batch(
            rule, before
        )  # who is under a hold is asked each time: it may have been placed just now
        if not gone:
            return
        counts[rule.code] = counts.get(rule.code, 0) + gone
        progress(sum(counts.values()))


@action
def _batch(rule: Rule, before: datetime) -> int:
    return rule.delete(before, rule.limit, holds.held())


@action
def note(*, actor: Actor, now: datetime, counts: Mapping[str, int]) -> None:
    """Write down what was deleted for its age, wherever that happened."""
    told = {code: count for code, count in sorted(counts.items()) if count}
    if told:
        events.record(Event(SWEPT.code, actor, now, SUBJECT, data={"counts": told}))


def runs(limit: int = 20) -> list[Run]:
    """The last sweeps that deleted something, newest first."""
    found = EventRow.objects.filter(type=SWEPT.code).order_by("-recorded", "-id")[:limit]
    return [Run(one.occurred, one.actor_id, one.data["counts"]) for one in found]


@action
def set_hold(*, actor: Actor, now: datetime, on: bool, why: str) -> None:
    """Turn the legal hold on or off, with a word why."""
    actor.require(RIGHT)
    if not why.strip():
        raise Invalid(fields={"why": _("Say why: this stands in the audit trail.")})
    options.change(actor=actor, now=now, code=HOLD, text="1" if on else "0", why=why)
