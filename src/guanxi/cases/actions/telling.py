"""Telling the customer by mail, after the fact: acknowledgement, answer, the link once more."""

from datetime import datetime, timedelta

from guanxi.cases import queries
from guanxi.cases.actions import letters
from guanxi.cases.models import Case
from guanxi.channels import actions as channels
from guanxi.channels import queries as mails
from guanxi.core.access import PUBLIC, system
from guanxi.core.action import action
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
        _tell(now, event_id, case, words)


@action
def tell_answer(*, now: datetime, event_id: int, case_id: int, text: str) -> None:
    """Mail the customer what we answered, with the link. Safe twice."""
    case = Case.objects.filter(id=case_id).first()
    if case is not None and text:
        _tell(now, event_id, case, letters.answered(case, text, queries.link_token(case)))


def _tell(now: datetime, event_id: int, case: Case, words: channels.Words) -> None:
    channels.send(
        actor=system("cases"),
        now=now,
        record_id=case.record_id,
        words=words,
        subject=("case", case.id),
        once_id=event_id,
    )
