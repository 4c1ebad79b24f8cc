"""Taking in a complaint: the one action behind the public form, the intake API and the operator's entry."""

from dataclasses import dataclass
from datetime import datetime

from guanxi.cases import rules
from guanxi.cases.actions.frame import WORK_KIND, counted, event, limit_of, readable
from guanxi.cases.models import Case
from guanxi.channels import actions as channels
from guanxi.channels.models import Message
from guanxi.core import events, rows
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.explain import Explanation, Fact
from guanxi.core.files import NO_FILES, Given
from guanxi.core.files.actions import attach
from guanxi.core.ids import new_digits
from guanxi.people.actions import Contact, Recognised, recognise_contact
from guanxi.work import actions as work
from guanxi.work import queries as teams


@dataclass(frozen=True, slots=True)
class Opened:
    """What the customer is told at once."""

    case: Case
    recognised: Recognised
    message: Message


@action
def open_case(
    *,
    actor: Actor,
    now: datetime,
    contact: Contact | None,
    text: str,
    channel: str,
    fallback_language: str = "zh-hans",
    sample: bool = False,
    files: Given = NO_FILES,
) -> Opened:
    """Take in a complaint in somebody's own words: who it is, what they said, the case, its clock, the work. One transaction.

    A signed-in customer gives no contact: we know who they are. Raises `Invalid` naming the fields that cannot be read;
    then nothing is written.
    """
    if actor.kind not in (Kind.PUBLIC, Kind.CUSTOMER):
        actor.require("cases.intake")
    text = readable(text)
    language = rules.language_of(text, fallback_language)
    person = _who_is_it(actor, now, contact, channel, sample)
    team = teams.team_for(WORK_KIND)
    deadline, why = limit_of(rules.RECORDED, team, now)
    case = rows.new(
        Case,
        number=_number(now),
        channel=channel,
        record_id=person.record_id,
        team_id=team.id,
        title=rules.title_of(text),
        language=language,
        turn_since=now,
        due=deadline.due,
        due_explanation=why.as_json(),
        opened=now,
    )
    message = channels.received(
        now=now,
        record_id=person.record_id,
        channel=channel,
        subject=("case", case.id),
        text=text,
        language=language,
    )
    added = work.add(
        actor=actor,
        now=now,
        kind=WORK_KIND,
        subject=("case", case.id),
        record_id=person.record_id,
        team=team,
        due=deadline.due,
        language=language,
    )
    attached = attach(
        files,
        actor=actor,
        now=now,
        subject=("case", case.id),
        part_id=message.id,
        record_id=person.record_id,
    )
    data = {"channel": channel, "message": message.public_id, **counted(files)}
    opened = event("opened", actor, now, case, data, text)
    events.record(
        *person.events, opened, added.event, with_rows=[*person.rows, case, message, added.item, *attached]
    )
    return Opened(case, person, message)


def _who_is_it(
    actor: Actor, now: datetime, contact: Contact | None, channel: str, sample: bool
) -> Recognised:
    if actor.kind is Kind.CUSTOMER and actor.record_id and actor.customer_id:
        signed_in = Explanation("recognised", (Fact("people.signed_in", {}, 1.0),), "people.sign_in@1")
        return Recognised(actor.record_id, actor.customer_id, actor.id, "recognised", signed_in)
    return recognise_contact(
        actor=actor, now=now, contact=contact or Contact(), source=channel, sample=sample
    )


def _number(now: datetime) -> str:
    """GX, year and month, eight random digits: easy to read out, impossible to count on."""
    digits = new_digits(8)
    return f"GX-{now:%y%m}-{digits[:4]}-{digits[4:]}"
