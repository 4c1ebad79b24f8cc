"""The verbs of the procedure: append, answer, resolve, reopen, and what the clock does."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries, rules
from guanxi.cases.actions.frame import WORK_KIND, counted, event, limit_of, readable
from guanxi.cases.actions.writing import drop_draft, without_gaps
from guanxi.cases.models import Case
from guanxi.cases.queries.issues import side_of
from guanxi.cases.rules import machine
from guanxi.channels import actions as channels
from guanxi.channels.models import Message
from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.files import NO_FILES, Given
from guanxi.core.files.actions import attach
from guanxi.core.models import File
from guanxi.core.procedure import Facts
from guanxi.work import actions as work
from guanxi.work import queries as teams


@dataclass(frozen=True, slots=True)
class _Turn:
    """One verb being done: the locked case, who does it, when, what they said."""

    actor: Actor
    now: datetime
    case: Case
    verb: str
    text: str
    files: Given = NO_FILES
    to: int | None = None  # the record written to, where that is not the complainant's
    mail: "ByMail | None" = None


@dataclass(frozen=True, slots=True)
class ByMail:
    """Words that came by mail: under which subject, from which address, and whether a machine sent them on."""

    title: str
    address: str
    automatic: bool = False


def _begin(
    actor: Actor,
    now: datetime,
    number: str,
    verb: str,
    text: str,
    version: int | None,
    files: Given = NO_FILES,
) -> _Turn:
    """Access, lock, the table's permission, and that nobody was faster. The only door to a state change."""
    side = queries.who(actor)
    if side == rules.STAFF:
        actor.require("cases.handle")
    visible = queries.get_case(actor, number)
    if side == rules.STAFF and not queries.may_handle(actor, visible):
        actor.require_at("cases.handle", visible.team_id)
    case = Case.objects.select_for_update(of=("self",)).get(id=visible.id)
    if case.kind != Case.Kind.REQUEST:
        return _talk(actor, now, case, verb, text, version, files)
    step = rules.TABLE.get((case.state, verb))
    if version is not None and version != case.version and (step is None or side == rules.STAFF):
        raise Conflict(
            _("Somebody acted on this case in the meantime. Look at it again, then decide."), code="stale"
        )
    if step is None or side not in step.who:
        raise _not_now(case, verb)
    if step.at_most is not None and case.round > step.at_most:
        raise Conflict(_("This case was opened again too often. Please send a new one."), code="at_most")
    case.state = step.next_state(Facts(verb, side, {}))
    case.version += 1
    return _Turn(actor, now, case, verb, text, files)


def _talk(
    actor: Actor, now: datetime, case: Case, verb: str, text: str, version: int | None, files: Given
) -> _Turn:
    """Words beside the procedure: they move nothing in a case that runs by its issues."""
    if verb not in queries.talk_verbs(actor, case):
        raise _not_now(case, verb)
    if version is not None and version != case.version and queries.who(actor) == rules.STAFF:
        raise Conflict(
            _("Somebody acted on this case in the meantime. Look at it again, then decide."), code="stale"
        )
    case.version += 1
    return _Turn(actor, now, case, verb, text, files)


def _not_now(case: Case, verb: str) -> Exception:
    known = any(one == verb for _, one in rules.TABLE)
    if not known:
        return NotFound()
    return Conflict(
        _("This cannot be done now: the case is %(state)s.") % {"state": case.get_state_display()},
        code="not_now",
    )


def _hand_over(turn: _Turn, *, restart: bool) -> None:
    """Set whose turn it is and until when. A clock that is already running for the same side is not restarted."""
    case = turn.case
    if case.kind != Case.Kind.REQUEST:
        return
    side = rules.TURN[case.state]
    if side == case.turn and not restart:
        return
    case.turn, case.turn_since = side, turn.now
    if case.state in rules.LIMITS:
        deadline, why = limit_of(case.state, teams.team_of(case.team_id), turn.now)
        case.due, case.due_explanation, case.overdue_told = deadline.due, why.as_json(), False
    else:
        case.due, case.due_explanation = None, {}


def _finish(turn: _Turn, rows: list[models.Model], happenings: list[Event]) -> Case:
    turn.case.save()
    data: dict[str, str | int] = {}
    attached: list[models.Model] = []
    if rows and isinstance(rows[0], Message):
        data = {"message": rows[0].public_id, **counted(turn.files)}
        attached = [*_attached(turn, rows[0])]
    own = event(rules.PAST[turn.verb], turn.actor, turn.now, turn.case, data, turn.text)
    events.record(own, *happenings, with_rows=[*rows, *attached])
    return turn.case


def _attached(turn: _Turn, message: Message) -> list[File]:
    """The files that came with these words hang on the case, at this message."""
    return attach(
        turn.files,
        actor=turn.actor,
        now=turn.now,
        subject=("case", turn.case.id),
        part_id=message.id,
        record_id=message.record_id,
    )


def _add_work(turn: _Turn) -> work.Added | None:
    case = turn.case
    if case.kind != Case.Kind.REQUEST or teams.open_item(("case", case.id), WORK_KIND) is not None:
        return None
    if case.due is None:
        raise ValueError("work about a case needs its limit")
    return work.add(
        actor=turn.actor,
        now=turn.now,
        kind=WORK_KIND,
        subject=("case", case.id),
        record_id=case.record_id,
        team=teams.team_of(case.team_id),
        due=case.due,
        language=case.language,
    )


def _from_customer(turn: _Turn) -> list[models.Model]:
    mine = turn.actor.kind in (Kind.LINK, Kind.CUSTOMER)
    mail = turn.mail or ByMail("", "")
    channel = "email" if turn.mail else "web" if mine else "phone"
    return [
        channels.received(
            now=turn.now,
            record_id=_speaker(turn),
            channel=channel,
            subject=("case", turn.case.id),
            text=turn.text,
            language=rules.language_of(turn.text, turn.case.language),
            title=mail.title,
            address=mail.address,
            automatic=mail.automatic,
        )
    ]


def _speaker(turn: _Turn) -> int:
    """Whose words these are: on a case with two sides the respondent writes to us too, and only we read it."""
    mine = turn.actor.kind in (Kind.LINK, Kind.CUSTOMER)
    if mine and turn.case.respondent_id and side_of(turn.actor, turn.case) == machine.RESPONDENT:
        return turn.case.respondent_id
    return turn.case.record_id


def _from_us(turn: _Turn) -> list[models.Model]:
    return [
        channels.reply(
            now=turn.now,
            record_id=turn.to or turn.case.record_id,
            subject=("case", turn.case.id),
            text=turn.text,
            language=turn.case.language,
            author=turn.actor.name,
        )
    ]


def _back_to_us(turn: _Turn) -> Case:
    """The customer has spoken: it is our turn, and somebody gets the work."""
    _hand_over(turn, restart=False)
    rows = _from_customer(turn)
    added = _add_work(turn)
    return _finish(turn, [*rows, *([added.item] if added else [])], [added.event] if added else [])


@action
def append(
    *,
    actor: Actor,
    now: datetime,
    number: str,
    text: str,
    version: int | None = None,
    files: Given = NO_FILES,
    mail: ByMail | None = None,
) -> Case:
    """Add words or files to an open case: by the customer, or by staff for a customer on the telephone.

    Restarts no clock of ours. Photographs may come without words.
    """
    words = readable(text) if text.strip() or not files else ""
    return _back_to_us(replace(_begin(actor, now, number, "append", words, version, files), mail=mail))


@action
def reopen(
    *,
    actor: Actor,
    now: datetime,
    number: str,
    text: str,
    version: int | None = None,
    files: Given = NO_FILES,
    mail: ByMail | None = None,
) -> Case:
    """Open a resolved case again, same number, next round."""
    turn = replace(_begin(actor, now, number, "reopen", readable(text), version, files), mail=mail)
    turn.case.round += 1
    turn.case.resolved = None
    return _back_to_us(turn)


@action
def answer(
    *,
    actor: Actor,
    now: datetime,
    number: str,
    text: str,
    version: int | None = None,
    files: Given = NO_FILES,
    to: str = machine.COMPLAINANT,
) -> Case:
    """Answer the customer: their turn now. The answer stands on their page at once and is mailed where we may.

    `to`: of a case with two sides, whom we write to; each reads only what was said to them.
    """
    turn = _begin(actor, now, number, "answer", without_gaps(readable(text)), version, files)
    if to == machine.RESPONDENT:
        if turn.case.respondent_id is None:
            raise Invalid(fields={"to": _("Nobody stands on the other side of this case.")}, code="invalid")
        turn = replace(turn, to=turn.case.respondent_id)
    _hand_over(turn, restart=True)
    drop_draft(actor, turn.case)
    done = work.finish(actor=actor, now=now, subject=("case", turn.case.id), kind=WORK_KIND)
    return _finish(turn, _from_us(turn), [done] if done else [])


@action
def resolve(
    *,
    actor: Actor,
    now: datetime,
    number: str,
    text: str = "",
    version: int | None = None,
    files: Given = NO_FILES,
) -> Case:
    """Settle the case, with last words where staff have any. A customer may say themselves that it is settled."""
    by_staff = queries.who(actor) == rules.STAFF
    words = readable(text) if text.strip() else ""
    if files and not words:
        raise Invalid(fields={"text": _("Say a word about the files you send.")}, code="empty")
    if by_staff:
        without_gaps(words)
    turn = _begin(actor, now, number, "resolve", words, version, files)
    if by_staff and not words and not _answered_before(turn.case):
        raise Invalid(fields={"text": _("Say how it was put right: the customer has had no answer yet.")})
    _hand_over(turn, restart=True)
    turn.case.resolved = now
    drop_draft(actor, turn.case)
    done = work.finish(actor=actor, now=now, subject=("case", turn.case.id), kind=WORK_KIND)
    rows = (_from_us(turn) if by_staff else _from_customer(turn)) if words else []
    return _finish(turn, rows, [done] if done else [])


def _answered_before(case: Case) -> bool:
    return Message.objects.filter(
        subject_kind="case", subject_id=case.id, direction=Message.Direction.OUT, channel="web"
    ).exists()


@action
def expire(*, actor: Actor, now: datetime, case_id: int, verb: str) -> Case | None:
    """A limit has passed: do what the table says, once. None when somebody acted in between."""
    actor.require_kind(Kind.SYSTEM)
    case = Case.objects.select_for_update(of=("self",)).filter(id=case_id, due__lt=now).first()
    if case is None or (verb == "overdue" and case.overdue_told):
        return None
    step = rules.TABLE.get((case.state, verb)) if case.kind == Case.Kind.REQUEST else None
    if step is None or rules.SYSTEM not in step.who:
        return None
    case.state = step.next_state(Facts(verb, rules.SYSTEM, {}))
    case.version += 1
    turn = _Turn(actor, now, case, verb, "")
    if verb == "overdue":
        case.overdue_told = True
    else:
        _hand_over(turn, restart=True)
        case.resolved = now
    return _finish(turn, [], [])
