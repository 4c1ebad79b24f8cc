"""Telling the customer by mail, after the fact: acknowledgement, answer, the link once more."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from guanxi.cases import queries
from guanxi.cases.actions import letters, side_letters
from guanxi.cases.actions.frame import event
from guanxi.cases.models import Case, Issue
from guanxi.cases.rules import machine
from guanxi.channels import actions as channels
from guanxi.channels import queries as mails
from guanxi.channels.models import Message
from guanxi.channels.queries import mail as incoming
from guanxi.core import events, options
from guanxi.core.access import PUBLIC, system
from guanxi.core.action import action
from guanxi.core.explain import Fact
from guanxi.people import queries as people
from guanxi.people.rules import read_claims

LINKS_MAX = 4  # mails about one case within a quarter of an hour; more would only fill somebody's mail box
QUARTER_HOUR = timedelta(minutes=15)


@action
def send_link_again(*, now: datetime, number: str, reach: str) -> None:
    """Mail the signed link of a case again, if `reach` is an address or number of its customer. Tells nobody whether it is."""
    case = Case.objects.filter(number=number.strip().upper()).first()
    if case is None:
        return
    known, _refused = read_claims({"email": reach, "phone": reach})
    lately = mails.sent_lately(("case", case.id), now - QUARTER_HOUR)
    if lately >= LINKS_MAX or not people.owns_any(case.record_id, known):
        return
    channels.send(
        actor=PUBLIC,
        now=now,
        record_id=case.record_id,
        words=letters.link_again(case, queries.link_token(case)),
        subject=("case", case.id),
    )


@action
def acknowledge(*, now: datetime, event_id: int, case_id: int) -> None:
    """Mail number, promised time and link to whoever complained. Safe twice: the message carries the event's id."""
    case = Case.objects.filter(id=case_id).first()
    if case is not None:
        words = letters.acknowledgement(case, queries.link_token(case))
        against = incoming.against_acknowledging(("case", case.id), case.record_id, now)
        _tell(now, event_id, case, words, against=against)


@action
def tell_answer(*, now: datetime, event_id: int, case_id: int, text: str, message: str = "") -> None:
    """Mail what we answered to the side it was said to, with the link of that side. Safe twice.

    `message`: public id of the answer; a case with two sides has answers to either.
    """
    case = Case.objects.filter(id=case_id).first()
    if case is None or not text or mails.is_taken_back(message):
        return
    to = mails.record_of(message)
    if to is not None and to == case.respondent_id:
        link = queries.link_token(case, side=machine.RESPONDENT)
        words = letters.answered(case, text, link, title=case.number)
    else:
        words = letters.answered(case, text, queries.link_token(case))
    _tell(
        now,
        event_id,
        case,
        words,
        record_id=to,
        automatic=False,
        encloses=mails.key_of(message),
        held_s=options.number("mail.undo_s"),
    )


def _once(event_id: int, side: str) -> int:
    """The id of the one letter an event sends to a side: of the same second as the event, so that keys stay in order."""
    if side == machine.COMPLAINANT:
        return event_id
    digest = hashlib.sha256(f"{event_id}:{side}".encode()).digest()
    return (event_id >> _LOW_BITS << _LOW_BITS) | (int.from_bytes(digest[:4]) >> 1)


_LOW_BITS = 31  # see core.ids


@action
def tell_side(*, now: datetime, event_id: int, issue_id: int, side: str, letter: str) -> str:
    """Mail one side of an issue the letter a step calls for; returns what became of the mail. Safe twice.

    A side nobody can reach by mail gets nothing; the message stands, held, with why, and colleagues are told of it.
    """
    issue = Issue.objects.filter(id=issue_id).select_related("case__record", "case__respondent").first()
    if issue is None:
        return ""
    case = issue.case
    record = case.record if side == machine.COMPLAINANT else case.respondent
    if record is None:
        return ""
    once_id, words = _once(event_id, side), side_letters.letter(letter, issue, side)
    if mails.known_messages([once_id]):
        return ""
    sent = _tell(now, once_id, case, words, record_id=record.id)
    if sent.state == Message.State.HELD:
        data = {"issue": issue.public_id, "place": issue.place, "side": side, "letter": letter}
        events.record(event("unreached", system("cases"), now, case, data))
    return sent.state


def _tell(
    now: datetime,
    once_id: int,
    case: Case,
    words: channels.Words,
    *,
    record_id: int | None = None,
    automatic: bool = True,
    encloses: int | None = None,
    held_s: int = 0,
    against: Sequence[Fact] = (),
) -> Message:
    return channels.send(
        actor=system("cases"),
        now=now,
        record_id=record_id or case.record_id,
        words=words,
        subject=("case", case.id),
        once_id=once_id,
        automatic=automatic,
        encloses=encloses,
        held_s=held_s,
        against=against,
    )
