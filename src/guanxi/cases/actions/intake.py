"""Taking in a complaint: the one action behind the public form, the intake API and the operator's entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from guanxi.cases import rules
from guanxi.cases.actions.frame import WORK_KIND, counted, event, limit_of, number_for, readable
from guanxi.cases.actions.issues.opening import opened_event
from guanxi.cases.actions.reading import NOTHING_KNOWN, About, first_evidence, read_issues
from guanxi.cases.models import Case, Issue
from guanxi.channels import actions as channels
from guanxi.channels.models import Message
from guanxi.core import events, rows
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.explain import Explanation, Fact
from guanxi.core.files import NO_FILES, Given
from guanxi.core.files.actions import attach
from guanxi.people.actions import Contact, Recognised, recognise_contact
from guanxi.work import actions as work
from guanxi.work import queries as teams


@dataclass(frozen=True, slots=True)
class Opened:
    """What the customer is told at once. `issues`: what their words were read as, each on its own way already."""

    case: Case
    recognised: Recognised
    message: Message
    issues: Sequence[Issue] = ()


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
    about: About = NOTHING_KNOWN,
    title: str = "",
    address: str = "",
    team_id: int | None = None,
) -> Opened:
    """Take in a complaint in somebody's own words: who it is, what they said, the case, its issues, clocks and work. One
    transaction.

    Issues are those of `about`, else what the text is read as; without any, or before a procedure is published, it is a
    request that somebody answers. A signed-in customer gives no contact: we know who they are. `title` and `address` of a
    mail: its subject, and where it came from; `team_id`: who answers, where that is settled. Raises `Invalid` naming the fields
    that cannot be read; then nothing is written.
    """
    if actor.kind not in (Kind.PUBLIC, Kind.CUSTOMER):
        actor.require("cases.intake")
    text = readable(text)
    language = rules.language_of(text, fallback_language)
    person = _who_is_it(actor, now, contact, channel, sample)
    team = teams.team_for(WORK_KIND) if team_id is None else teams.team_of(team_id)
    deadline, why = limit_of(rules.RECORDED, team, now)
    case = rows.new(
        Case,
        number=number_for(now),
        channel=channel,
        record_id=person.record_id,
        team_id=team.id,
        title=rules.title_of(title or text),
        language=language,
        turn_since=now,
        due=deadline.due,
        due_explanation=why.as_json(),
        opened=now,
    )
    found = read_issues(actor, now, case, person, text, about)
    message = channels.received(
        now=now,
        record_id=person.record_id,
        channel=channel,
        subject=("case", case.id),
        text=text,
        language=language,
        title=title,
        address=address,
    )
    attached = attach(
        files,
        actor=actor,
        now=now,
        subject=("case", case.id),
        part_id=message.id,
        record_id=person.record_id,
    )
    happenings = [opened_event(actor, now, case, issue) for issue in found.issues]
    made: list[models.Model] = [*found.rows, *first_evidence(found.issues, attached, now)]
    if not found.issues:
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
        happenings, made = [added.event], [*made, added.item]
    data = {"channel": channel, "message": message.public_id, "kind": case.kind, **counted(files)}
    opened = event("opened", actor, now, case, data, text)
    events.record(
        *person.events, opened, *happenings, with_rows=[*person.rows, case, message, *attached, *made]
    )
    return Opened(case, person, message, found.issues)


def _who_is_it(
    actor: Actor, now: datetime, contact: Contact | None, channel: str, sample: bool
) -> Recognised:
    if actor.kind is Kind.CUSTOMER and actor.record_id and actor.customer_id:
        signed_in = Explanation("recognised", (Fact("people.signed_in", {}, 1.0),), "people.sign_in@1")
        return Recognised(actor.record_id, actor.customer_id, actor.id, "recognised", signed_in)
    return recognise_contact(
        actor=actor, now=now, contact=contact or Contact(), source=channel, sample=sample
    )
