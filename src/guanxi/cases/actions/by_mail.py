"""Mail that becomes a case, or belongs to one: the desk that `channels` hands it to."""

import re
from datetime import datetime

from guanxi.cases import queries
from guanxi.cases.actions import intake, verbs
from guanxi.cases.models import Case
from guanxi.channels.actions.mailroom import Arrival, Desk, Landed, Place
from guanxi.channels.models import Message
from guanxi.core.access import Actor, Kind, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict
from guanxi.people import queries as people
from guanxi.people.actions import Contact
from guanxi.people.rules import read_claims

NUMBER = re.compile(r"\bGX-\d{4}-\d{4}-\d{4}\b", re.IGNORECASE)


def find(number: str, address: str) -> Place | None:
    """The case with this number, where this address is one of its parties'; nobody gets into a case by its number alone."""
    case = Case.objects.filter(number=number).first()
    claims, _refused = read_claims({"email": address})
    if case is None or not claims:
        return None
    for record_id in filter(None, (case.record_id, case.respondent_id)):
        if people.owns_any(record_id, claims):
            return Place(("case", case.id), [record_id])
    return None


@action
def open_by_mail(arrival: Arrival) -> Landed:
    """A new case in the words of a mail."""
    opened = intake.open_case(
        actor=system("mail"),
        now=arrival.now,
        contact=Contact(name=arrival.name, email=arrival.address),
        text=arrival.text,
        channel="email",
        files=arrival.files,
        title=arrival.title,
        address=arrival.address,
        team_id=arrival.team_id,
        sample=arrival.sample,
    )
    return Landed("opened", ("case", opened.case.id), opened.case.record_id, opened.message.id)


@action
def add_by_mail(arrival: Arrival, subject: tuple[str, int]) -> Landed:
    """Words to a case we have: added, or the case opened again; where it takes no more, they begin a new one."""
    case = Case.objects.filter(id=subject[1]).first() if subject[0] == "case" else None
    if case is None:
        return open_by_mail(arrival)
    case = _living(case)
    record_id = (
        arrival.record_id if arrival.record_id in (case.record_id, case.respondent_id) else case.record_id
    )
    actor = Actor(kind=Kind.LINK, id=case.public_id, subject=("case", case.id), record_id=record_id)
    verb = next((one for one in ("append", "reopen") if one in queries.open_verbs(actor, case)), "")
    if not verb:
        return open_by_mail(arrival)
    try:
        _say(verb, actor, arrival, case)
    except Conflict:
        return open_by_mail(arrival)
    said = _newest(case, arrival.now)
    return Landed("added" if verb == "append" else "reopened", ("case", case.id), said.person.id, said.id)


def _living(case: Case) -> Case:
    """The case that one merged into another goes on in."""
    return case.merged_into if case.merged_into is not None else case


def _say(verb: str, actor: Actor, arrival: Arrival, case: Case) -> None:
    act = verbs.append if verb == "append" else verbs.reopen
    act(
        actor=actor,
        now=arrival.now,
        number=case.number,
        text=arrival.text,
        files=arrival.files,
        mail=verbs.ByMail(arrival.title, arrival.address, arrival.automatic),
    )


def _newest(case: Case, now: datetime) -> Message:
    said = Message.objects.filter(
        subject_kind="case", subject_id=case.id, direction=Message.Direction.IN, channel="email"
    )
    found: Message = said.latest("id")
    return found


def number_of(case_id: int) -> str:
    """The number of a case; "" when it is gone."""
    return Case.objects.filter(id=case_id).values_list("number", flat=True).first() or ""


DESK = Desk(number=NUMBER, find=find, open=open_by_mail, add=add_by_mail, number_of=number_of)
