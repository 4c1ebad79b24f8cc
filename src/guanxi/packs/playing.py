"""How demo worlds play: stories run together in the order of time, and a dispute told from a script of steps.

A story is a generator: it does one thing through a public action and yields the moment of the next.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from guanxi.cases import actions as cases
from guanxi.cases import queries as case_queries
from guanxi.cases.actions import About, Brought, NewIssue
from guanxi.cases.models import Case, Issue
from guanxi.core.access import PUBLIC, Actor, Kind, system
from guanxi.packs.pictures import given
from guanxi.people.actions import Contact
from guanxi.people.models import Record

CLOCK = system("clock")
Row = TypeVar("Row")

Story = Iterator[datetime]


@dataclass(frozen=True, slots=True)
class Seeded:
    """What stands after a world's `seed_now`. `signs_in`: (user name, name, role), all with `cast.DEMO_PASSWORD`."""

    fresh: bool
    signs_in: Sequence[tuple[str, str, str]]
    customers: int = 0
    orders: int = 0
    cases: int = 0
    shift_weeks: int = 0
    customers_sign_in: Sequence[
        tuple[str, str, str]
    ] = ()  # (name, what they do, address); the code is in the outbox


def run(told: Sequence[Story]) -> None:
    """All stories together, in the order of time."""
    agenda = [(next(story), place) for place, story in enumerate(told)]
    heapq.heapify(agenda)
    while agenda:
        _, place = heapq.heappop(agenda)
        moment = next(told[place], None)
        if moment is not None:
            heapq.heappush(agenda, (moment, place))


def batches(rows: Iterable[Row], size: Callable[[Row], int], *, most: int) -> Iterator[list[Row]]:
    """Rows in groups of about `most` in all, each at least one row, so that one transaction stays short."""
    group: list[Row] = []
    total = 0
    for row in rows:
        if group and total + size(row) > most:
            yield group
            group, total = [], 0
        group.append(row)
        total += size(row)
    if group:
        yield group


@dataclass(frozen=True, slots=True)
class Court:
    """Who acts in disputes, by part (handler, supervisor, expert; "handler@TEAM" where a team has its own) and language."""

    now: datetime
    chance: Random
    staff: Mapping[str, Mapping[str, Actor]]
    language: str

    def actor(self, part: str, language: str, team: str = "") -> Actor:
        return self.staff.get(f"{part}@{team}", self.staff[part])[language]


def as_customer(record_id: int) -> Actor:
    """Somebody signed in with what this record states."""
    record = Record.objects.select_related("customer").get(id=record_id)
    return Actor(
        kind=Kind.CUSTOMER,
        id=record.customer.public_id,
        name=record.name,
        customer_id=record.customer_id,
        record_id=record.id,
        records=frozenset({record.id}),
    )


class Dispute:
    """One script being played: {language, kind, wants, amount, text, pictures, title, days_ago, steps}.

    A step: {by, verb, at: hours after the one before, and what `Brought` holds}. Amounts in whole units. Whoever complains
    gives a contact, or is signed in (`who`). `respondent` is the record it is against, `order` the number of what it is about.
    """

    def __init__(
        self,
        court: Court,
        script: Mapping[str, Any],
        contact: Contact | None = None,
        *,
        who: Actor = PUBLIC,
        respondent: int | None = None,
        order: str = "",
    ) -> None:
        self.court, self.script, self.contact, self.who = court, script, contact, who
        self.respondent, self.order = respondent, order
        self.language: str = script["language"]
        self.number = ""

    @property
    def began(self) -> datetime:
        """When it is opened: so long ago that its last step lies just behind us."""
        script = self.script
        length = timedelta(hours=sum(float(step["at"]) for step in script["steps"]))
        ago = timedelta(days=script["days_ago"]) if "days_ago" in script else length + timedelta(minutes=38)
        return self.court.now - ago

    def tell(self) -> Story:
        """The story from the complaint on."""
        moment = self.began
        yield moment
        self._open(moment)
        for step in self.script["steps"]:
            moment += timedelta(hours=float(step["at"]))
            yield moment
            self._catch_up(moment)
            self._step(moment, step)
        yield max(moment, self.court.now)
        self._catch_up(self.court.now)

    def _open(self, now: datetime) -> None:
        script = self.script
        issue = NewIssue(
            kind=script["kind"], wants=script["wants"], wants_minor=round(script.get("amount", 0) * 100)
        )
        opened = cases.open_case(
            actor=self.who,
            now=now,
            contact=self.contact,
            text=script["text"],
            channel="web",
            fallback_language=self.language,
            sample=True,
            files=given(script.get("pictures", [])),
            about=About(issues=[issue], respondent=self.respondent, order=self.order),
        )
        self.number = opened.case.number
        if "title" in script:
            cases.retitle(actor=self._staff("handler"), now=now, number=self.number, title=script["title"])
        self._catch_up(now)

    @property
    def issue(self) -> Issue:
        return Issue.objects.select_related("case", "team__unit").get(case__number=self.number, place=1)

    def _catch_up(self, now: datetime) -> None:
        """What the clock and the system did until now."""
        for _again in range(6):
            issue = self.issue
            moment = issue.due if issue.due is not None and issue.due <= now else None
            if moment is not None:
                cases.issues.expire(actor=CLOCK, now=moment, issue_id=issue.id)
            cases.issues.progress(actor=CLOCK, now=moment or now, issue_id=issue.id)
            if self.issue.state == issue.state and moment is None:
                return

    def _step(self, now: datetime, step: Mapping[str, Any]) -> None:
        by = step["by"]
        if by == "system":
            return
        if step["verb"] == "rate":
            cases.issues.rate(
                actor=self._side("complainant"),
                now=now,
                number=self.number,
                score=step["score"],
                words=step.get("text", ""),
            )
            return
        cases.issues.act(
            actor=self._actor(by),
            now=now,
            number=self.number,
            place=1,
            verb=step["verb"],
            brought=self._brought(step),
        )

    def _actor(self, by: str) -> Actor:
        if by in ("customer", "other"):
            return self._side("complainant" if by == "customer" else "respondent")
        return self._staff(by)

    def _staff(self, part: str) -> Actor:
        return self.court.actor(part, self.language, self.issue.team.unit.code)

    def _side(self, side: str) -> Actor:
        case = Case.objects.get(number=self.number)
        return case_queries.link_actor(case_queries.link_token(case, side=side))

    def _brought(self, step: Mapping[str, Any]) -> Brought:
        amount = step.get("amount")
        expert = self._staff("expert").id if step.get("expert") else ""
        return Brought(
            text=step.get("text", ""),
            files=given(step.get("pictures", [])),
            point=step.get("point", ""),
            remedy=step.get("remedy", ""),
            amount_minor=None if amount is None else round(amount * 100),
            outcome=step.get("outcome", ""),
            citations=tuple(step.get("cites", ())),
            code=step.get("code", step.get("cause", "")),
            would_change=step.get("would", ""),
            grounds=step.get("grounds", ""),
            expert=expert,
        )
