"""Call lists: made, changed, run or paused; customers put on them through the gate, each refusal named with why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from guanxi.channels import events as happened
from guanxi.channels import rules
from guanxi.channels.actions import ask_gate, phone_of
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.queries import calling as reads
from guanxi.core import events, rows
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.calendar import CalendarError
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.people import queries as people
from guanxi.people.rules.privacy import PURPOSES
from guanxi.work import actions as work
from guanxi.work import queries as teams

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAME_CHARS_MAX, OFFER_CHARS_MAX, SCRIPT_CHARS_MAX = 80, 300, 4_000
ATTEMPTS_MAX, PAUSE_MINUTES_MAX = 10, 30 * 24 * 60
CODES_MAX = 500  # read at once; a greater selection goes through the list of customers
STATES = {"run": CallList.State.OPEN, "pause": CallList.State.PAUSED, "close": CallList.State.CLOSED}


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody filled in for a list. `week`: by day, hours such as "09:00-12:00, 14:00-20:00"; "" for no calls."""

    name: str
    team: str
    purpose: str = "marketing"
    offer: str = ""
    script_zh: str = ""
    script_en: str = ""
    week: Mapping[str, str] | None = None
    holidays: bool = True
    attempts_max: int = 3
    pause_minutes: int = 240


@action
def make_list(*, actor: Actor, now: datetime, given: Given, sample: bool = False) -> CallList:
    """A new list, paused: nobody is rung before it is run. Needs `channels.campaigns` for the team. Raises `Invalid`."""
    actor.require(reads.RUN_RIGHT)
    values = _read(actor, given)
    made = CallList(created=now, sample=sample, **values)
    events.record(_event(happened.CALL_LIST_MADE.code, actor, now, made), with_rows=[made])
    return made


@action
def change_list(
    *, actor: Actor, now: datetime, public_id: str, given: Given, version: int | None = None
) -> CallList:
    """Other words, hours or limits from now on; the team stays. Raises `Conflict` (`stale`), `Invalid`, `NotFound`."""
    found = _locked(actor, public_id)
    if version is not None and version != found.version:
        raise Conflict(_("Somebody changed this list in the meantime."), code="stale")
    values = _read(actor, given)
    if values["team_id"] != found.team_id:
        raise Invalid(fields={"team": _("A list stays with its team.")})
    for name, value in values.items():
        setattr(found, name, value)
    found.version += 1
    found.save()
    events.record(_event(happened.CALL_LIST_CHANGED.code, actor, now, found))
    return found


@action
def turn_list(*, actor: Actor, now: datetime, public_id: str, verb: str) -> CallList:
    """run, pause, close. Paused or closed, what waits in the queue is taken out; twice is once. Raises `Conflict`."""
    found = _locked(actor, public_id)
    if verb not in STATES:
        raise NotFound
    if found.state == STATES[verb]:
        return found
    if found.state == CallList.State.CLOSED:
        raise Conflict(_("This list is closed."), code="closed")
    found.state = STATES[verb]
    found.version += 1
    found.save(update_fields=["state", "version"])
    if verb != "run":
        queued = CallEntry.objects.filter(list=found, state=CallEntry.State.QUEUED)
        for entry in queued.select_for_update(of=("self",)):
            unqueue(actor=actor, now=now, entry=entry)
    events.record(_event(happened.CALL_LIST_CHANGED.code, actor, now, found, state=str(found.state)))
    return found


def unqueue(*, actor: Actor, now: datetime, entry: CallEntry) -> bool:
    """Out of the team's queue again, as part of a greater action; False when somebody has it in hand."""
    item = reads.item_of(entry)
    if item is not None and item.state != item.State.QUEUED:
        return False
    gone = work.cancel(actor=actor, now=now, subject=(reads.KIND, entry.id), kind=reads.WORK_KIND)
    entry.state = CallEntry.State.WAITING
    entry.save(update_fields=["state"])
    if gone is not None:
        events.record(gone)
    return True


def _locked(actor: Actor, public_id: str) -> CallList:
    seen = reads.get_list(actor, public_id)
    actor.require_at(reads.RUN_RIGHT, seen.team_id)
    found: CallList = CallList.objects.select_for_update(of=("self",)).get(id=seen.id)
    return found


def _event(code: str, actor: Actor, now: datetime, found: CallList, **data: Any) -> Event:
    return Event(
        code,
        actor,
        now,
        ("call_list", found.id),
        unit_id=found.team_id,
        data={"list": found.public_id, **data},
    )


def _read(actor: Actor, given: Given) -> dict[str, Any]:
    """Checked values by column. Raises `Invalid` naming every field that cannot be."""
    wrong: dict[str, Any] = {}
    name = " ".join(given.name.split())
    if not 0 < len(name) <= NAME_CHARS_MAX:
        wrong["name"] = _("Give it a name of at most %(most)s characters.") % {"most": NAME_CHARS_MAX}
    for field, text, most in (
        ("offer", given.offer, OFFER_CHARS_MAX),
        ("script_zh", given.script_zh, SCRIPT_CHARS_MAX),
        ("script_en", given.script_en, SCRIPT_CHARS_MAX),
    ):
        if len(text) > most:
            wrong[field] = _("At most %(most)s characters fit here.") % {"most": most}
    if given.purpose not in PURPOSES:
        wrong["purpose"] = _("Choose one of the list.")
    if not 1 <= given.attempts_max <= ATTEMPTS_MAX:
        wrong["attempts_max"] = _("From 1 to %(most)s.") % {"most": ATTEMPTS_MAX}
    if not 1 <= given.pause_minutes <= PAUSE_MINUTES_MAX:
        wrong["pause_minutes"] = _("From 1 to %(most)s.") % {"most": PAUSE_MINUTES_MAX}
    week, team_id = _week(given.week or {}, wrong), _team(actor, given.team, wrong)
    if wrong:
        raise Invalid(fields=wrong)
    return {
        "name": name,
        "purpose": given.purpose,
        "offer": given.offer.strip(),
        "script": {"zh-hans": given.script_zh.strip(), "en": given.script_en.strip()},
        "team_id": team_id,
        "week": week,
        "holidays": given.holidays,
        "attempts_max": given.attempts_max,
        "pause_minutes": given.pause_minutes,
    }


def _week(given: Mapping[str, str], wrong: dict[str, Any]) -> dict[str, list[str]]:
    week = {
        day: [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
        for day in DAYS
        if (text := given.get(day, "").strip())
    }
    for day, periods in week.items():
        try:
            rules.windows({day: periods}, ["UTC"], None)
        except (CalendarError, ValueError):
            wrong[day] = _("Hours such as 09:00-12:00, 14:00-20:00; empty for no calls.")
    if not week:
        wrong["mon"] = _("Say on one day at least when people may be rung.")
    return week


def _team(actor: Actor, code: str, wrong: dict[str, Any]) -> int:
    known = {team.unit.code: team.unit_id for team in teams.list_teams()}
    if code not in known or not actor.may_at(reads.RUN_RIGHT, known[code]):
        wrong["team"] = _("Choose a team whose work you give out.")
        return 0
    return known[code]


# -- who is on it -----------------------------------------------------------------------------------------


def asked(found: CallList, record_id: int, number: str) -> Explanation:
    """The gate's word on a call of this list, with what is known of the number itself."""
    facts = []
    if number:
        verdict = reads.verdict_on(number)
        if verdict:
            code = "gate.number_wrong" if verdict == "wrong_number" else "gate.number_refused"
            facts.append(Fact(code, {}))
    return ask_gate(
        record_id=record_id, purpose=found.purpose, channel="phone", address=number, against=facts
    )


@dataclass(frozen=True, slots=True)
class Considered:
    """What stands for or against ringing somebody for a list, and when first."""

    number: str
    why: Explanation
    first: datetime | None


def consider(found: CallList, record_id: int, now: datetime) -> Considered:
    """The gate's word on somebody who is not on the list; a number that is there, or no hour for it, hold as well."""
    number = phone_of(record_id)
    why, first = asked(found, record_id, number), None
    if why.outcome == "send":
        first = rules.next_ring(reads.windows_of(found, number), now)
        twice = CallEntry.objects.filter(list=found, number=number).exclude(state=CallEntry.State.REFUSED)
        against = [Fact("gate.number_twice", {})] if twice.exists() else []
        against += [Fact("gate.no_window", {})] if first is None else []
        if against:
            why = Explanation("hold", tuple(against), rules.DIALLING)
    return Considered(number, why, first)


def _entry(found: CallList, record_id: int, checked: Considered, now: datetime) -> CallEntry:
    held = checked.why.outcome != "send"
    return rows.new(
        CallEntry,
        list_id=found.id,
        record_id=record_id,
        number=checked.number,
        state=CallEntry.State.REFUSED if held else CallEntry.State.WAITING,
        next_at=None if held else checked.first,
        explanation=checked.why.as_json() if held else {},
        created=now,
        ended=now if held else None,
    )


@action
def put_record(*, actor: Actor, now: datetime, public_id: str, record_id: int) -> CallEntry | Explanation:
    """Put somebody who is not on a list yet on it; whoever may not be rung is left out, and the answer says why.

    Needs `channels.campaigns` for its team. Raises `NotFound`, `Conflict` when the list is closed.
    """
    found = _locked(actor, public_id)
    if found.state == CallList.State.CLOSED:
        raise Conflict(_("This list is closed."), code="closed")
    checked = consider(found, record_id, now)
    if checked.why.outcome != "send":
        return checked.why
    entry = _entry(found, record_id, checked, now)
    events.record(told(happened.CALL_LISTED.code, actor, now, entry, found), with_rows=[entry])
    return entry


@action
def add_customer(*, actor: Actor, now: datetime, public_id: str, customer: str) -> CallEntry:
    """Put one customer on a list; whoever may not be rung is kept there as refused, with why. Twice is once.

    Needs `channels.campaigns` for its team. Raises `NotFound`, `Conflict` when the list is closed.
    """
    found = _locked(actor, public_id)
    if found.state == CallList.State.CLOSED:
        raise Conflict(_("This list is closed."), code="closed")
    who = people.get_customer(actor, customer)
    theirs = list(people.records_of(who.id))
    if known := CallEntry.objects.filter(list=found, record__in=theirs).first():
        return known
    checked = consider(found, who.records[0].id, now)
    held = checked.why.outcome != "send"
    entry = _entry(found, who.records[0].id, checked, now)
    code = happened.CALL_REFUSED.code if held else happened.CALL_LISTED.code
    events.record(told(code, actor, now, entry, found), with_rows=[entry])
    return entry


def told(
    code: str, actor: Actor, now: datetime, entry: CallEntry, found: CallList, *, text: str = "", **data: Any
) -> Event:
    """An event about an entry; `text` are words that stay apart from it."""
    return Event(
        code,
        actor,
        now,
        (reads.KIND, entry.id),
        record_id=entry.record_id,
        unit_id=found.team_id,
        data={"call": entry.public_id, "list": found.public_id, "channel": "phone", **data},
        detail={"text": text} if text else None,
    )


@action
def take_off(*, actor: Actor, now: datetime, public_id: str) -> bool:
    """Take an entry that was never dialled off its list; False when it is no longer so."""
    seen = reads.get_entry(actor, public_id)
    found = _locked(actor, seen.list.public_id)
    entry = CallEntry.objects.select_for_update(of=("self",)).get(id=seen.id)
    if entry.attempts or (
        entry.state == CallEntry.State.QUEUED and not unqueue(actor=actor, now=now, entry=entry)
    ):
        return False
    events.record(told(happened.CALL_TAKEN_OFF.code, actor, now, entry, found))
    entry.delete()
    return True


def withdraw_entries(*, actor: Actor, now: datetime, entry_ids: Sequence[int]) -> set[int]:
    """Take entries off their lists, as part of undoing a file; returns those that stay because they were dialled."""
    codes = CallEntry.objects.filter(id__in=entry_ids).values_list("id", "public_id")
    return {key for key, code in codes if not take_off(actor=actor, now=now, public_id=code)}


def remove_samples(*, actor: Actor) -> int:
    """Remove the call lists of a demo world on which nobody real stands; how many. Needs `site.sample`."""
    actor.require("site.sample")
    return int(CallList.objects.filter(sample=True, entries=None).delete()[0])


@dataclass(frozen=True, slots=True)
class Added:
    """What came of a file of codes: entries that wait, entries refused, and (code, why) of what was not read."""

    listed: int
    refused: int
    unread: Sequence[tuple[str, str]]


def add_codes(*, actor: Actor, now: datetime, public_id: str, text: str) -> Added:
    """Customers by their numbers, one a line or divided by commas; each in a transaction of its own.

    Raises `Invalid` for none, or more than `CODES_MAX`.
    """
    codes = list(
        dict.fromkeys(text.replace("\ufeff", "").replace(",", " ").replace(";", " ").upper().split())
    )
    if not codes:
        raise Invalid(fields={"codes": _("Customers' numbers such as C-7K2M-9QPX, one a line.")})
    if len(codes) > CODES_MAX:
        words = _("At most %(most)s at once: choose more in the list of customers.")
        raise Invalid(fields={"codes": words % {"most": CODES_MAX}})
    listed, refused, unread = 0, 0, []
    for code in codes:
        try:
            entry = add_customer(actor=actor, now=now, public_id=public_id, customer=code[:20])
        except NotFound:
            unread.append((code[:40], _("nobody of this number")))
        except (Conflict, Invalid) as error:
            unread.append((code[:40], words_of(error)))
        else:
            listed += entry.state != CallEntry.State.REFUSED
            refused += entry.state == CallEntry.State.REFUSED
    return Added(listed, refused, unread)


def words_of(error: GuanxiError) -> str:
    """An error in one sentence."""
    return str(next(iter(error.fields.values()), "") or error.detail or error.title)


def after_pause(found: CallList, number: str, now: datetime) -> datetime | None:
    """When to try again: after the list's pause, at a time for calls."""
    later = now + timedelta(minutes=found.pause_minutes)
    return rules.next_ring(reads.windows_of(found, number), later)
