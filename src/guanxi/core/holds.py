"""Legal holds on single persons: until one is lifted, nothing that is theirs is deleted for its age, nor erased.

A person is a customer or a member of staff. Who they are now (a customer may have been merged) and which rows hang on them is
said by whoever knows customers: `connect`, called by `site/wiring.py`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Detail, LegalHold, User
from guanxi.core.models import Event as EventRow
from guanxi.core.timeline import EventType

PLACED = EventType("hold.placed", _("Legal hold placed on a person"), icon="lock", shown=False)
LIFTED = EventType("hold.lifted", _("Legal hold on a person lifted"), icon="lock", shown=False)
ALL = (PLACED, LIFTED)
RIGHT: Final = "site.retention"
WHY_CHARS_MAX: Final = 200
Kind = LegalHold.Kind


@dataclass(frozen=True, slots=True)
class Held:
    """Everybody under a hold: users and their public ids with those of customers, customers' records, the keys of all rows
    that hang on these (cases, messages, orders ...)."""

    users: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    records: frozenset[int] = frozenset()
    keys: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.users or self.codes or self.records)


NOBODY = Held()


@dataclass(frozen=True, slots=True)
class People:
    """What customers' rooms know: `find(code)` the (id, public id) of a customer, `records(ids)` theirs at any time,
    `keys(records)` of the rows that hang on them."""

    find: Callable[[str], tuple[int, str] | None]
    records: Callable[[Sequence[int]], Sequence[int]]
    keys: Callable[[Sequence[int]], Sequence[int]]


_people = People(lambda _code: None, lambda _ids: (), lambda _records: ())


def connect(people: People) -> None:
    global _people  # said once, at start-up
    _people = people


def held() -> Held:
    """Who is under a hold now; one statement while nobody is."""
    rows = list(LegalHold.objects.filter(lifted=None))
    if not rows:
        return NOBODY
    users = {one.person_id for one in rows if one.kind == Kind.STAFF}
    customers = [one.person_id for one in rows if one.kind == Kind.CUSTOMER]
    records = frozenset(_people.records(customers)) if customers else frozenset()
    return Held(
        users=frozenset(users),
        codes=frozenset(one.person_code for one in rows),
        records=records,
        keys=records | frozenset(_people.keys(sorted(records))) if records else frozenset(),
    )


def forbid(record_id: int | None) -> None:
    """Raise `Conflict` where this record belongs to a person under a hold: nothing of theirs is erased now."""
    if record_id is not None:
        forbid_any([record_id])


def forbid_any(record_ids: Collection[int]) -> None:
    """The same for all records of somebody, in as few statements."""
    if is_held(record_ids):
        raise Conflict(
            _("This person is under a legal hold: nothing of theirs is erased until it is lifted."),
            code="held",
        )


def is_held(record_ids: Collection[int]) -> bool:
    """Whether a hold is on for whoever any of these records belongs to, or ever did."""
    return not held().records.isdisjoint(record_ids)


@dataclass(frozen=True, slots=True)
class Shown:
    """A hold with the words it was placed with, and who placed it."""

    hold: LegalHold
    why: str
    actor_id: str


def list_holds(actor: Actor) -> list[Shown]:
    """Holds that are on, newest first, in two statements. Needs `site.retention`."""
    actor.require(RIGHT)
    rows = list(LegalHold.objects.filter(lifted=None).order_by("-placed", "-id"))
    placed = EventRow.objects.filter(type=PLACED.code, data__hold__in=[one.public_id for one in rows])
    by_hold = {event.data["hold"]: event for event in placed}
    details = {
        one.event_id: str(one.body.get("why", ""))
        for one in Detail.objects.filter(event_id__in=[event.id for event in by_hold.values()])
    }
    return [
        Shown(one, details.get(event.id, ""), event.actor_id)
        if (event := by_hold.get(one.public_id))
        else Shown(one, "", "")
        for one in rows
    ]


@action
def place(*, actor: Actor, now: datetime, kind: str, code: str, why: str) -> LegalHold:
    """Keep everything of one person, by public id, until it is lifted. Placed again it stays as it is.

    Needs `site.retention`. Raises `Invalid` naming `code` or `why`.
    """
    actor.require(RIGHT)
    why = _reason(why)
    found = _find(kind, code.strip())
    if found is None:
        raise Invalid(fields={"code": _("There is nobody with this number.")})
    person_id, public_id = found
    known = LegalHold.objects.filter(kind=kind, person_id=person_id, lifted=None).first()
    if known is not None:
        return known
    hold = LegalHold(kind=kind, person_id=person_id, person_code=public_id, placed=now)
    events.record(_event(PLACED, actor, now, hold, why), with_rows=[hold])
    return hold


@action
def lift(*, actor: Actor, now: datetime, public_id: str, why: str) -> LegalHold:
    """End a hold, with a word why. Raises `NotFound` for one that is not on."""
    actor.require(RIGHT)
    hold = LegalHold.objects.select_for_update().filter(public_id=public_id, lifted=None).first()
    if hold is None:
        raise NotFound
    why = _reason(why)
    hold.lifted = max(now, hold.placed)
    hold.save(update_fields=["lifted"])
    events.record(_event(LIFTED, actor, now, hold, why))
    return hold


def _find(kind: str, code: str) -> tuple[int, str] | None:
    if kind == Kind.STAFF:
        return User.objects.filter(public_id=code).values_list("id", "public_id").first()
    if kind == Kind.CUSTOMER:
        return _people.find(code)
    raise Invalid(fields={"kind": _("A customer or a member of staff.")})


def _reason(why: str) -> str:
    why = why.strip()
    if not why or len(why) > WHY_CHARS_MAX:
        words = _("Say why, in at most %(most)s characters: this stands in the audit trail.")
        raise Invalid(fields={"why": words % {"most": WHY_CHARS_MAX}})
    return why


def _event(kind: EventType, actor: Actor, now: datetime, hold: LegalHold, why: str) -> Event:
    data = {"hold": hold.public_id, "kind": hold.kind, "person": hold.person_code}
    subject = ("customer" if hold.kind == Kind.CUSTOMER else "user", hold.person_id)
    return Event(kind.code, actor, now, subject, data=data, detail={"why": why})
