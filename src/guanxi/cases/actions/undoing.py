"""Taking an answer back while it still waits to be mailed: as if it had not been given, but written down."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from guanxi.cases import queries, rules
from guanxi.cases.actions.frame import WORK_KIND, event, limit_of
from guanxi.cases.models import Case
from guanxi.channels.actions import hold_back
from guanxi.channels.models import Message
from guanxi.channels.queries import mail as mails
from guanxi.core import events, options
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.models import Event as EventRow
from guanxi.core.models import File
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import WorkItem

GIVEN = ("case.answered", "case.resolved")


def open_until(
    actor: Actor, case: Case, said: Message, sent: Message | None, now: datetime
) -> datetime | None:
    """Until when this answer can be taken back by this actor; None when it cannot."""
    if actor.kind is not Kind.STAFF or said.direction != Message.Direction.OUT or said.author != actor.name:
        return None
    until = said.created + timedelta(seconds=options.number("mail.undo_s"))
    waits = sent is None or sent.state == Message.State.QUEUED
    return until if waits and now < until and queries.may_handle(actor, case) else None


@action
def take_back(*, actor: Actor, now: datetime, number: str, message: str) -> tuple[Case, str]:
    """Take an answer of one's own back; gives the case and its words, for whoever wants to write them better.

    Nothing may have happened since. Raises `NotFound`; `Conflict` once it is too late or somebody acted after it.
    """
    actor.require("cases.handle")
    visible = queries.get_case(actor, number)
    if not queries.may_handle(actor, visible):
        actor.require_at("cases.handle", visible.team_id)
    case = Case.objects.select_for_update(of=("self",)).get(id=visible.id)
    said = Message.objects.select_for_update(of=("self",)).filter(
        public_id=message, subject_kind="case", subject_id=case.id, direction=Message.Direction.OUT, channel="web"
    ).exclude(state=Message.State.HELD).first()  # fmt: skip
    if said is None:
        raise NotFound
    sent = mails.sent_about(("case", case.id)).get(said.id)
    past = _past(case)
    is_last = bool(past) and past[0].type in GIVEN and past[0].data.get("message") == said.public_id
    if not is_last or open_until(actor, case, said, sent, now) is None:
        raise Conflict(_("It is too late to take this answer back."), code="too_late")
    if sent is not None and not hold_back(actor=actor, now=now, message_id=sent.id):
        raise Conflict(_("It is too late to take this answer back."), code="too_late")
    Message.objects.filter(id=said.id).update(state=Message.State.HELD)
    File.objects.filter(part_id=said.id, subject_id=case.id).update(
        subject_kind="", subject_id=None, part_id=None
    )
    again = _as_before(actor, now, case, past[1] if len(past) > 1 else None)
    case.version += 1
    case.save()
    own = event("answer_taken_back", actor, now, case, {"message": said.public_id})
    events.record(own, *([again.event] if again else []), with_rows=[again.item] if again else [])
    if (
        again
        and (seat := teams.member_of(actor))
        and seat.team_id == case.team_id
        and seat.open < seat.capacity
    ):
        work.take(actor=actor, now=now, item=again.item)
    return case, said.body


def _past(case: Case) -> list[EventRow]:
    """The last two things that happened to the case itself, newest first."""
    found = EventRow.objects.filter(subject_kind="case", subject_id=case.id, type__startswith="case.")
    return list(found.order_by("-occurred", "-id")[:2])


def _as_before(actor: Actor, now: datetime, case: Case, before: EventRow | None) -> work.Added | None:
    """State, turn and limit as they were, and the work there again with the limit it had."""
    if case.kind != Case.Kind.REQUEST:
        return None
    case.state = str(before.data.get("state", rules.RECORDED)) if before else rules.RECORDED
    case.turn, case.resolved = rules.TURN[case.state], None
    done = WorkItem.objects.filter(subject_kind="case", subject_id=case.id, kind=WORK_KIND, state="done")
    last = done.order_by("-finished", "-id").first()
    if case.turn != Case.Turn.STAFF or last is None:
        deadline, why = limit_of(case.state, teams.team_of(case.team_id), now)
        case.turn_since, case.due, case.due_explanation = now, deadline.due, why.as_json()
        return None
    case.turn_since, case.due, case.overdue_told = last.arrived, last.due, last.due <= now
    return work.add(
        actor=actor,
        now=now,
        kind=WORK_KIND,
        subject=("case", case.id),
        record_id=case.record_id,
        team=teams.team_of(case.team_id),
        due=last.due,
        language=case.language,
    )
