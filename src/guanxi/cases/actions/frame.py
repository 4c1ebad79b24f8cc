"""What all actions on a case share: readable words, the limit of a state, the event."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.cases import rules
from guanxi.cases.models import Case
from guanxi.cases.queries import procedures
from guanxi.cases.rules import clocks, machine
from guanxi.core.access import Actor
from guanxi.core.calendar import Deadline
from guanxi.core.errors import Invalid
from guanxi.core.events import Event
from guanxi.core.explain import Explanation, Fact
from guanxi.core.files import Given
from guanxi.core.ids import new_digits
from guanxi.core.procedure import Clock
from guanxi.work import queries as teams

WORK_KIND = "case.answer"
_WHOSE = {Clock.WORKING: "cases.working", Clock.PARTY: "cases.party", Clock.PLAIN: "cases.plain"}
EXPLAINED_MAX = 12  # intervals kept with a deadline; longer ones are summed up by the calendar anyway


def readable(text: str) -> str:
    if len(text) > rules.TEXT_CHARS_MAX * 2:
        raise Invalid(fields={"text": _too_long(text)}, code="too_long")
    text = rules.clean_text(text)
    if not text:
        raise Invalid(fields={"text": _("Please tell us in your own words what happened.")}, code="empty")
    if len(text) > rules.TEXT_CHARS_MAX:
        raise Invalid(fields={"text": _too_long(text)}, code="too_long")
    return text


def _too_long(text: str) -> str:
    words = _("This is too long: %(given)s characters, at most %(most)s fit. You can add more afterwards.")
    return str(words) % {"given": f"{len(text):,}", "most": f"{rules.TEXT_CHARS_MAX:,}"}


def limit_of(
    state: str, team: teams.TeamFacts, now: datetime, *, promised: timedelta | None = None
) -> tuple[Deadline, Explanation]:
    """When the state's limit ends, and every interval that counts towards it. `promised`: so long, whatever holds now."""
    limit = rules.LIMITS[state]
    duration = limit.duration
    if state == rules.RECORDED and WORK_KIND in team.minutes:
        duration = timedelta(minutes=team.minutes[WORK_KIND])
    return deadline_of(duration if promised is None else promised, limit.clock, team, now)


def deadline_of(
    duration: timedelta, clock: Clock, team: teams.TeamFacts, now: datetime
) -> tuple[Deadline, Explanation]:
    """When `duration` is over in the hours of this clock, and every interval that counts towards it."""
    deadline = clocks.ends(duration, clock, team.calendar, now)
    whose = Fact(_WHOSE[clock], {"team": team.code} if clock is Clock.WORKING else {})
    hours = duration.total_seconds() / 3600
    facts = [Fact("cases.limit", {"hours": f"{hours:g}"}), whose, *_intervals(deadline)]
    return deadline, Explanation("limit", tuple(facts), rules.PROCEDURE, objection="cases.objection")


def _intervals(deadline: Deadline) -> list[Fact]:
    facts = [
        Fact("cases.counted", {"start": counted.start.isoformat(), "end": counted.end.isoformat()})
        for counted in deadline.intervals[:EXPLAINED_MAX]
    ]
    facts += [
        Fact("cases.skipped", {"day": skipped.day.isoformat(), "why": skipped.why})
        for skipped in deadline.skipped[:EXPLAINED_MAX]
    ]
    return [*facts, Fact("cases.provisional", {})] if deadline.provisional else facts


def event(
    verb_past: str, actor: Actor, now: datetime, case: Case, data: Mapping[str, Any], text: str = ""
) -> Event:
    return Event(
        f"case.{verb_past}",
        actor,
        now,
        ("case", case.id),
        record_id=case.record_id,
        unit_id=case.team_id,
        data={
            "case": case.public_id,
            "number": case.number,
            "state": case.state,
            "round": case.round,
            **data,
        },
        detail={"text": text} if text else None,
    )


def counted(files: Given) -> dict[str, int]:
    """What an event says of files that came with it: how many."""
    count = len(files.stored) + len(files.claimed)
    return {"files": count} if count else {}


def promised(now: datetime) -> datetime:
    """When somebody who complains now is answered at the latest."""
    return limit_of(rules.RECORDED, teams.team_for(WORK_KIND), now)[0].due


def looked_at_by(case: Case) -> datetime | None:
    """When a person has looked at a case that has just come in, at the latest: what is promised at once.

    The first minutes of an issue are the system's own; the promise is the check by a person that follows.
    """
    first = case.issues.order_by("place").first() if case.state == machine.RECORDED else None
    if first is None or case.due is None:
        return case.due
    limit = procedures.policy_of(case).kinds[case.kind].limit(machine.VALIDITY)
    clock = machine.LIMITS[machine.VALIDITY].clock
    return deadline_of(limit, clock, teams.team_of(first.team_id), case.due)[0].due


def number_for(now: datetime) -> str:
    """GX, year and month, eight random digits: easy to read out, impossible to count on."""
    digits = new_digits(8)
    return f"GX-{now:%y%m}-{digits[:4]}-{digits[4:]}"
