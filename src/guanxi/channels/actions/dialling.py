"""Calls of a list: fed to the team as its queue empties, dialled once the gate has been asked again, and what came of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from guanxi.channels import events as happened
from guanxi.channels import rules
from guanxi.channels.actions.calling import after_pause, asked, told, unqueue
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.queries import calling as reads
from guanxi.channels.queries.contacts import seats_on_duty
from guanxi.core import events
from guanxi.core.access import Actor, Kind, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.explain import Explanation, Fact
from guanxi.core.models import Event
from guanxi.core.money import Money
from guanxi.people.actions import state_consent
from guanxi.work import actions as work
from guanxi.work import queries as teams

LOOKED_AT = 200  # due entries of one list in one round: those whose window has closed are put off
DUE_MINUTES = 60
NOTE_CHARS_MAX = 500
LATEST = timedelta(days=90)  # no call-back is promised for later


def feed(*, actor: Actor, now: datetime) -> int:
    """Put due calls into their teams' queues, no more than seats are there to make them; returns how many.

    What waits there whose time for calls has ended is taken out first. Safe at any moment and any number of times.
    """
    fed, room = 0, dict[int, int]()
    for found in reads.running():
        if found.team_id not in room:
            waiting = reads.untaken(found.team_id)
            gone = sum(put_off(actor=actor, now=now, entry_id=one) for one in waiting)
            room[found.team_id] = seats_on_duty(found.team_id, "phone") - len(waiting) + gone
        for entry_id in reads.due(found, now, LOOKED_AT) if room[found.team_id] > 0 else ():
            if room[found.team_id] <= 0:
                break
            put_in = queue_up(actor=actor, now=now, entry_id=entry_id)
            room[found.team_id] -= put_in
            fed += put_in
    return fed


@action
def put_off(*, actor: Actor, now: datetime, entry_id: int) -> bool:
    """Take a call out of the queue when it is no time for it any more; False while it is."""
    entry = (
        CallEntry.objects.select_for_update(of=("self",)).select_related("list").filter(id=entry_id).first()
    )
    if entry is None or entry.state != CallEntry.State.QUEUED:
        return False
    calendars = reads.windows_of(entry.list, entry.number)
    if rules.may_ring(calendars, now) or not unqueue(actor=actor, now=now, entry=entry):
        return False
    entry.next_at = rules.next_ring(calendars, now) or now + timedelta(days=1)
    entry.save(update_fields=["next_at"])
    return True


@action
def queue_up(*, actor: Actor, now: datetime, entry_id: int) -> bool:
    """One due call becomes work, if the gate and the hour allow it; else it is put off, or refused with why."""
    entry = CallEntry.objects.select_for_update(of=("self",)).select_related("list").get(id=entry_id)
    found = entry.list
    if entry.state != CallEntry.State.WAITING or found.state != CallList.State.OPEN:
        return False
    if _refused(actor, now, entry, found) or _put_later(entry, found, now):
        return False
    team = teams.team_of(found.team_id)
    entry.state = CallEntry.State.QUEUED
    entry.save(update_fields=["state"])
    added = work.add(
        actor=actor,
        now=now,
        kind=reads.WORK_KIND,
        subject=(reads.KIND, entry.id),
        record_id=entry.record_id,
        team=team,
        due=now + timedelta(minutes=team.minutes.get(reads.WORK_KIND, DUE_MINUTES)),
        needs=work.Needs(channel="phone", outbound=True),
    )
    queued = told(happened.CALL_QUEUED.code, actor, now, entry, found)
    events.record(queued, added.event, with_rows=[added.item])
    return True


def _refused(actor: Actor, now: datetime, entry: CallEntry, found: CallList) -> bool:
    """Whether the gate says no now: then the entry is refused, and its work taken out."""
    why = asked(found, entry.record_id, entry.number)
    if why.outcome == "send":
        return False
    _close(actor, now, entry, found, CallEntry.State.REFUSED, why)
    return True


def _close(
    actor: Actor, now: datetime, entry: CallEntry, found: CallList, state: str, why: Explanation
) -> None:
    entry.state, entry.explanation, entry.ended, entry.next_at = state, why.as_json(), now, None
    entry.save(update_fields=["state", "explanation", "ended", "next_at"])
    gone = work.cancel(actor=actor, now=now, subject=(reads.KIND, entry.id), kind=reads.WORK_KIND)
    refused = told(happened.CALL_REFUSED.code, actor, now, entry, found, why=why.as_json())
    events.record(refused, *([gone] if gone else []))


def _put_later(entry: CallEntry, found: CallList, now: datetime) -> bool:
    calendars = reads.windows_of(found, entry.number)
    if rules.may_ring(calendars, now):
        return False
    entry.next_at = rules.next_ring(calendars, now) or now + timedelta(days=1)
    entry.save(update_fields=["next_at"])
    return True


@action
def dial(*, actor: Actor, now: datetime, public_id: str) -> CallEntry:
    """Ring them now: the gate and the hour are asked again. Twice is once. The work has to be, or become, the actor's.

    The entry comes back `calling`; `refused` when something stands against it meanwhile; `waiting` when the hour has passed,
    until the next. Raises `Conflict` when it is settled or a colleague has it, `NotFound`.
    """
    seen = reads.get_entry(actor, public_id)
    actor.require_at(reads.RIGHT, seen.list.team_id)
    entry = CallEntry.objects.select_for_update(of=("self",)).get(id=seen.id)
    found = seen.list
    if entry.state == CallEntry.State.CALLING and entry.user_id == actor.user_id and _is_mine(actor, entry):
        return entry
    _take(actor, now, entry)
    if _refused(actor, now, entry, found):
        return entry
    if _put_later(entry, found, now):
        gone = work.cancel(actor=actor, now=now, subject=(reads.KIND, entry.id), kind=reads.WORK_KIND)
        entry.state = CallEntry.State.WAITING
        entry.save(update_fields=["state"])
        events.record(
            told(happened.CALL_QUEUED.code, actor, now, entry, found, put_off=True), *([gone] if gone else [])
        )
        return entry
    entry.state, entry.dialled, entry.user_id = CallEntry.State.CALLING, now, actor.user_id
    entry.attempts += 1
    entry.save(update_fields=["state", "dialled", "user", "attempts"])
    events.record(told(happened.CALL_DIALLED.code, actor, now, entry, found, attempt=entry.attempts))
    return entry


def _is_mine(actor: Actor, entry: CallEntry) -> bool:
    item = reads.item_of(entry)
    return bool(item and item.member and item.member.user_id == actor.user_id)


def _take(actor: Actor, now: datetime, entry: CallEntry) -> None:
    """The work of an entry into the actor's hands. Raises `Conflict`."""
    item = reads.item_of(entry)
    if item is None or entry.state not in (CallEntry.State.QUEUED, CallEntry.State.CALLING):
        raise Conflict(_("This call is settled, or not due yet."), code="settled")
    if item.state == item.State.OFFERED:
        if not _is_mine(actor, entry):
            raise Conflict(_("It is offered to a colleague just now."), code="taken")
        work.accept(actor=actor, now=now, public_id=item.public_id)
        return
    work.take(actor=actor, now=now, item=item)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a call. `at`: when to ring again (`later`); `value`: what was sold (`sale`)."""

    code: str
    note: str = ""
    at: datetime | None = None
    value: Money | None = None


@action
def note_result(*, actor: Actor, now: datetime, public_id: str, result: Result) -> CallEntry:
    """Write down what came of a call that was dialled: its work is done, and there is time for notes.

    `do_not_call` is stated as the customer's refusal at once; like `wrong_number` it ends every open call to that number.
    Raises `Conflict` when nothing is being rung, `Denied` when a colleague rings, `Invalid` for a call-back at no time for it.
    """
    seen = reads.get_entry(actor, public_id)
    actor.require_at(reads.RIGHT, seen.list.team_id)
    entry = CallEntry.objects.select_for_update(of=("self",)).get(id=seen.id)
    found = seen.list
    if entry.state != CallEntry.State.CALLING:
        raise Conflict(
            _("This call is settled: its result was noted, or nobody has dialled."), code="settled"
        )
    if actor.kind is Kind.STAFF and entry.user_id != actor.user_id:
        raise Denied(_("A colleague is making this call."), code="not_in_hand")
    _check(found, entry, now, result)
    entry.result, entry.note = result.code, result.note.strip()
    entry.reached = entry.reached or result.code in rules.REACHED
    if result.value is not None and result.code == "sale":
        entry.value_minor, entry.currency = result.value.minor, result.value.currency
    entry.next_at = result.at if result.code == "later" else None
    if result.code == "no_answer" and entry.attempts < found.attempts_max:
        entry.next_at = after_pause(found, entry.number, now)
    again = entry.next_at is not None
    entry.state = CallEntry.State.WAITING if again else CallEntry.State.DONE
    entry.ended = None if again else now
    entry.save()
    done = work.finish(actor=actor, now=now, subject=(reads.KIND, entry.id), kind=reads.WORK_KIND)
    ended = told(
        happened.CALL_ENDED.code, actor, now, entry, found, text=entry.note, result=entry.result, again=again
    )
    events.record(ended, *([done] if done else []))
    if result.code == "do_not_call":
        _refuses(actor, now, entry)
    if result.code in rules.ENDS_THE_NUMBER:
        _stop_number(actor, now, entry)
    return entry


def _check(found: CallList, entry: CallEntry, now: datetime, result: Result) -> None:
    if result.code not in rules.RESULTS:
        raise Invalid(fields={"result": _("Choose one of the list.")})
    if len(result.note) > NOTE_CHARS_MAX:
        raise Invalid(fields={"note": _("At most %(most)s characters fit here.") % {"most": NOTE_CHARS_MAX}})
    if result.value is not None and result.value.minor < 0:
        raise Invalid(fields={"value": _("An amount of nothing or more.")})
    if result.code != "later":
        return
    if result.at is None or not now < result.at <= now + LATEST:
        raise Invalid(fields={"at": _("Choose when to ring again, within 90 days.")})
    calendars = reads.windows_of(found, entry.number)
    if not rules.may_ring(calendars, result.at):
        following = rules.next_ring(calendars, result.at)
        values = {
            "then": reads.local(found, entry.number, result.at),
            "next": reads.local(found, entry.number, following) if following else "–",
        }
        words = _("%(then)s is no time for calls where they are. The next is %(next)s.")
        raise Invalid(fields={"at": words % values}, code="outside_window")


def _refuses(actor: Actor, now: datetime, entry: CallEntry) -> None:
    """Their no to calls, in people's consent: by the house, since whoever rings need not change customers' data."""
    statements: Mapping[tuple[str, str], bool] = {("marketing", "phone"): False, ("survey", "phone"): False}
    state_consent(
        actor=system("calling"),
        now=now,
        record_id=entry.record_id,
        statements=statements,
        source="phone",
        proof=_("Said on the telephone, call %(call)s, to %(who)s.")
        % {"call": entry.public_id, "who": actor.name},
    )


def _stop_number(actor: Actor, now: datetime, entry: CallEntry) -> None:
    """No other list rings this number. A call that is under way this moment ends by itself."""
    why = Explanation("hold", (Fact("call.stopped", {}),), rules.DIALLING)
    others = CallEntry.objects.filter(
        number=entry.number, state__in=[CallEntry.State.WAITING, CallEntry.State.QUEUED]
    ).exclude(id=entry.id)
    for other in others.select_related("list").select_for_update(of=("self",)).order_by("id"):
        _close(actor, now, other, other.list, CallEntry.State.STOPPED, why)


def returned(event: Event) -> None:
    """A call in hand went back to the queue (put back, or its colleague is gone): it is to be dialled anew."""
    if event.data.get("kind") != reads.WORK_KIND:
        return
    subject = teams.subject_of(event.subject_id)
    if subject is not None:
        CallEntry.objects.filter(id=subject[1], state=CallEntry.State.CALLING).update(
            state=CallEntry.State.QUEUED
        )
