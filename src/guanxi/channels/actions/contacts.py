"""Live contacts: somebody arrives, is answered, held, handed over, and leaves. Each is one piece of live work while it is open.

Who gets it is decided by `work`: offers accepted there come back here by `following`. Never lost: whoever's colleague is gone
waits again with the time they came.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.channels import events as happened
from guanxi.channels import rules
from guanxi.channels.actions import bounds
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import contacts as reads
from guanxi.core import events, rows
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.events import Event
from guanxi.core.models import File
from guanxi.people import queries as people
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.actions.hands import wake

RIGHT = "channels.converse"
THEMSELVES = (Kind.PUBLIC, Kind.CUSTOMER, Kind.LINK, Kind.SYSTEM)
ADDRESS_CHARS_MAX = 254


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is there, as far as the line says: a known record, the name they give, number or handle, language."""

    record_id: int | None = None
    name: str = ""
    address: str = ""
    language: str = ""


UNKNOWN = Caller()


@action
def arrive(
    *,
    actor: Actor,
    now: datetime,
    channel: str,
    caller: Caller = UNKNOWN,
    direction: str = "in",
    team_id: int | None = None,
    outside: str = "",
    needs: work.Needs | None = None,
    answer_s: int | None = None,
    has_page: bool = False,
    text: str = "",
    sample: bool = False,
    origin: str = "",
) -> Contact:
    """Somebody is there: a contact that waits, and live work that the dispatcher offers with its reason.

    `outside` is the line's own name for it: heard twice it is the same contact. `needs`: what matters for who gets it (its
    channel is set here). `answer_s`: seconds to be answered in, else the team's time for `contact.CHANNEL`. `has_page`: the
    customer's page says every few seconds that it is there. `text`: their first words. `origin`: what counts for
    their network address (`queries.bounds.origin_of`). Staff and tokens need `channels.converse`. Raises `Throttled`.
    """
    if actor.kind not in THEMSELVES:
        actor.require(RIGHT)
    if (known := reads.by_outside(channel, outside)) is not None:
        return known
    if origin:
        bounds.require_begin(now=now, record_id=caller.record_id, origin=origin)
    team = reads.team_for(channel) if team_id is None else teams.team_of(team_id)
    seconds = team.minutes.get(rules.work_kind(channel), 0) * 60 or rules.ANSWER_S
    contact = rows.new(
        Contact,
        channel=channel,
        direction=direction,
        record_id=caller.record_id,
        name=caller.name.strip()[:100],
        address=caller.address.strip()[:ADDRESS_CHARS_MAX],
        outside=outside[:100],
        team_id=team.id,
        language=caller.language,
        arrived=now,
        seen=now if has_page else None,
        sample=sample,
        origin=origin,
    )
    needs = replace(needs or work.Needs(), channel=rules.lane(channel), outbound=direction == "out")
    added = work.add(
        actor=actor,
        now=now,
        kind=rules.work_kind(channel),
        subject=(reads.KIND, contact.id),
        record_id=caller.record_id,
        team=team,
        due=now + timedelta(seconds=answer_s or seconds),
        language=caller.language,
        needs=needs,
    )
    told = happened.CONTACT_CALLED if direction == "out" else happened.CONTACT_ARRIVED
    detail = {"text": text} if text else None
    arrived = event_of(told.code, actor, now, contact, detail=detail)
    said = [line_of(now=now, contact=contact, text=text, direction="in")] if text else []
    events.record(arrived, added.event, with_rows=[contact, added.item, *said])
    return contact


def line_of(*, now: datetime, contact: Contact, text: str, direction: str, author: str = "") -> Message:
    """The row of something said in a contact."""
    return rows.new(
        Message,
        record_id=contact.record_id,
        direction=direction,
        channel=contact.channel,
        subject_kind=reads.KIND,
        subject_id=contact.id,
        body=text,
        language=contact.language,
        address=contact.address if direction == "in" else "",
        author=author,
        state=Message.State.RECEIVED if direction == "in" else Message.State.SENT,
        created=now,
        sent=now if direction == "out" else None,
    )


def event_of(
    code: str,
    actor: Actor,
    now: datetime,
    contact: Contact,
    *,
    detail: dict[str, Any] | None = None,
    **data: object,
) -> Event:
    """An event about a contact."""
    return Event(
        code,
        actor,
        now,
        (reads.KIND, contact.id),
        record_id=contact.record_id,
        unit_id=contact.team_id,
        data={"contact": contact.public_id, "channel": contact.channel, **data},
        detail=detail,
    )


def locked(contact_id: int) -> Contact:
    """The contact, locked."""
    found: Contact = Contact.objects.select_for_update(of=("self",)).get(id=contact_id)
    return found


def _open(actor: Actor, public_id: str) -> Contact:
    """A visible contact that is not over, locked; staff need to have it in hand, or to give out the team's work."""
    seen = reads.get_contact(actor, public_id)
    if actor.kind in (Kind.STAFF, Kind.TOKEN):
        actor.require_at(RIGHT, seen.team_id)
    contact = locked(seen.id)
    if contact.state not in rules.OPEN:
        raise Conflict(_("This contact is over."), code="over")
    others = actor.kind is Kind.STAFF and contact.staff_id != actor.user_id
    if others and not actor.may_at("work.assign", contact.team_id):
        raise Denied(_("A colleague has this contact."), code="not_in_hand")
    return contact


@action
def accept(*, actor: Actor, now: datetime, public_id: str) -> Contact:
    """Answer somebody who waits: the offer to the actor, or taken by hand where it is offered to nobody.

    Twice is once. Raises `Conflict` when a colleague was faster, or has it offered; `NotFound`.
    """
    seen = reads.get_contact(actor, public_id)
    actor.require_at(RIGHT, seen.team_id)
    if seen.state in rules.TALKING and seen.staff_id == actor.user_id:
        return seen
    item = reads.item_of(seen)
    if item is None:
        raise Conflict(_("This contact is over."), code="over")
    if item.state == item.State.OFFERED:
        mine = item.member_id is not None and teams.get_seat(actor).id == item.member_id
        if not mine:
            raise Conflict(_("It is offered to a colleague just now."), code="taken")
        work.accept(actor=actor, now=now, public_id=item.public_id)
    else:
        work.take(actor=actor, now=now, item=item)
    return reads.get_contact(actor, public_id)


@action
def answered(*, actor: Actor, now: datetime, contact_id: int, user_id: int | None) -> bool:
    """A colleague has them now. Part of accepting their work (see `following`); False when it was over before."""
    contact = locked(contact_id)
    if contact.state not in rules.OPEN:
        return False
    contact.state, contact.staff_id = Contact.State.LIVE, user_id
    contact.answered = contact.answered or now
    contact.save(update_fields=["state", "staff", "answered"])
    waited = int((now - contact.arrived).total_seconds())
    events.record(event_of(happened.CONTACT_ANSWERED.code, actor, now, contact, waited_s=waited))
    return True


@action
def wait_again(*, actor: Actor, now: datetime, contact_id: int, why: str, team_id: int | None = None) -> bool:
    """They wait again with the time they came. Part of their work going back to a queue (see `following`)."""
    contact = locked(contact_id)
    if contact.state not in rules.OPEN:
        return False
    contact.state, contact.staff_id = Contact.State.WAITING, None
    contact.team_id = team_id or contact.team_id
    contact.save(update_fields=["state", "staff", "team"])
    events.record(event_of(happened.CONTACT_RETURNED.code, actor, now, contact, why=why))
    return True


@action
def hold(*, actor: Actor, now: datetime, public_id: str) -> Contact:
    """Put somebody one talks with on hold; twice is once. Raises `Conflict` when they are not talking."""
    return _turn(actor, now, public_id, Contact.State.HELD, happened.CONTACT_HELD.code)


@action
def resume(*, actor: Actor, now: datetime, public_id: str) -> Contact:
    """Talk again with somebody on hold; twice is once. Raises `Conflict` when they are not talking."""
    return _turn(actor, now, public_id, Contact.State.LIVE, happened.CONTACT_RESUMED.code)


def _turn(actor: Actor, now: datetime, public_id: str, state: str, code: str) -> Contact:
    contact = _open(actor, public_id)
    if contact.state not in rules.TALKING:
        raise Conflict(_("Nobody has answered them yet."), code="waiting")
    if contact.state != state:
        contact.state = state
        contact.save(update_fields=["state"])
        events.record(event_of(code, actor, now, contact))
    return contact


@action
def transfer(*, actor: Actor, now: datetime, public_id: str, team: str) -> Contact:
    """Hand somebody over to another team (by code): they wait there, with the time they came. Raises `NotFound`."""
    contact, there = _open(actor, public_id), teams.team_named(team)
    subject, kind = (reads.KIND, contact.id), rules.work_kind(contact.channel)
    moved = work.move(actor=actor, now=now, subject=subject, kind=kind, team=there)
    if moved is not None:
        events.record(moved)  # `following` makes the contact wait there
        wake(there.id, rules.lane(contact.channel))
    contact.refresh_from_db()
    return contact


@action
def end(*, actor: Actor, now: datetime, public_id: str, outcome: str = "") -> Contact:
    """Whoever talks with them is done: the work is finished, and there is time for notes. `outcome`: one of `rules.OUTCOMES`.

    Raises `Conflict` when it is over, `Denied` for somebody else's, `Invalid` for another outcome.
    """
    if outcome and outcome not in rules.OUTCOMES:
        raise Invalid(fields={"outcome": _("Please choose one of those.")})
    contact = _open(actor, public_id)
    return _ended(actor, now, contact, outcome)


@action
def leave(*, actor: Actor, now: datetime, public_id: str) -> Contact:
    """They hang up, or close the page: who waited has given up and the work is taken out; who talked has ended it.

    For the customer themself and for the line (the system); twice is once.
    """
    actor.require_kind(Kind.LINK, Kind.CUSTOMER, Kind.SYSTEM)
    contact = locked(reads.get_contact(actor, public_id).id)
    if contact.state not in rules.OPEN:
        return contact
    if contact.state in rules.TALKING:
        return _ended(actor, now, contact, contact.outcome)
    return _abandoned(actor, now, contact)


def _ended(actor: Actor, now: datetime, contact: Contact, outcome: str) -> Contact:
    talked = int((now - (contact.answered or now)).total_seconds())
    contact.state, contact.ended, contact.outcome = Contact.State.ENDED, now, outcome
    contact.save(update_fields=["state", "ended", "outcome"])
    subject, kind = (reads.KIND, contact.id), rules.work_kind(contact.channel)
    done = work.finish(actor=actor, now=now, subject=subject, kind=kind)
    told = event_of(happened.CONTACT_ENDED.code, actor, now, contact, outcome=outcome, talked_s=talked)
    events.record(told, *([done] if done else []))
    return contact


def _abandoned(actor: Actor, now: datetime, contact: Contact) -> Contact:
    waited = int((now - contact.arrived).total_seconds())
    contact.state, contact.ended = Contact.State.ABANDONED, now
    contact.save(update_fields=["state", "ended"])
    subject, kind = (reads.KIND, contact.id), rules.work_kind(contact.channel)
    gone = work.cancel(actor=actor, now=now, subject=subject, kind=kind)
    told = event_of(happened.CONTACT_ABANDONED.code, actor, now, contact, waited_s=waited)
    events.record(told, *([gone] if gone else []))
    return contact


@action
def come_back(*, actor: Actor, now: datetime, contact_id: int) -> bool:
    """The colleague's browser is gone: the work goes back to the queue with the time it came, and they wait again."""
    contact = locked(contact_id)
    if contact.state not in rules.TALKING:
        return False
    subject, kind = (reads.KIND, contact.id), rules.work_kind(contact.channel)
    return work.let_go(actor=actor, now=now, subject=subject, kind=kind)


@action
def abandon(*, actor: Actor, now: datetime, contact_id: int) -> bool:
    """Who waited has not been heard of: given up. False when somebody talks with them, or they are there again."""
    actor.require_kind(Kind.SYSTEM)
    contact = locked(contact_id)
    silent = now - timedelta(seconds=rules.GONE_S)
    if contact.state != Contact.State.WAITING or contact.seen is None or contact.seen >= silent:
        return False
    _abandoned(actor, now, contact)
    return True


def sweep(*, actor: Actor, now: datetime) -> int:
    """Whose colleague is gone waits again; who waited and is gone has given up. Returns how many; safe twice."""
    silence = timedelta(seconds=rules.GONE_S)
    back = [come_back(actor=actor, now=now, contact_id=one) for one in reads.left_alone(now, silence)]
    gone = [abandon(actor=actor, now=now, contact_id=one) for one in reads.given_up(now)]
    bounds.forget_origins(now)
    return sum(back) + sum(gone)


@action
def identify(*, actor: Actor, now: datetime, public_id: str, customer: str) -> Contact:
    """Say which customer (public id) somebody unknown is: what was said stands on their timeline from now on.

    Needs `channels.converse` for the team. Raises `NotFound`, `Conflict` when it is another customer's already.
    """
    seen = reads.get_contact(actor, public_id)
    actor.require_at(RIGHT, seen.team_id)
    theirs = sorted(people.records_of(people.get_customer(actor, customer).id))
    contact = locked(seen.id)
    if contact.record_id in theirs:
        return contact
    if contact.record_id is not None or not theirs:
        raise Conflict(_("This contact is another customer's."), code="known")
    contact.record_id = theirs[0]
    contact.save(update_fields=["record"])
    said = {"subject_kind": reads.KIND, "subject_id": contact.id}
    Message.objects.filter(**said).update(record=contact.record_id)
    File.objects.filter(**said).update(record_id=contact.record_id)  # what they sent is theirs as well
    told = event_of(happened.CONTACT_KNOWN.code, actor, now, contact, customer=customer)
    events.record(told)
    return contact
