"""Letters to a demo world's desk that an answer settles: what customers wrote over the last ten days and what came of it.

Every story is a generator (`playing`): settled, lapsed, answered, opened again, waiting, in hand, overdue.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from guanxi.cases import actions as cases
from guanxi.cases import queries as case_queries
from guanxi.cases.models import Case
from guanxi.core.access import PUBLIC, Actor, system
from guanxi.core.calendar import WorkingCalendar
from guanxi.packs.playing import Story
from guanxi.people.actions import Contact, state_consent
from guanxi.work import actions as work
from guanxi.work import queries as work_queries

# Matters the desk settles with an answer; those that go through the procedure are told by `playing.Dispute`.
ANSWERED_AT_ONCE = cases.About(request=True)


@dataclass(frozen=True, slots=True)
class Complaint:
    language: str
    issue: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """Texts of one language: answers by issue, lists to choose from, words of what the house does not sell."""

    answers: Mapping[str, str]
    own: Sequence[Mapping[str, str]]
    closing: Sequence[str]
    settled: Sequence[str]
    more: Sequence[str]
    again: Sequence[str]
    not_sold: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """What all stories share: chance, handlers by language, the clock of the team, when the demo begins, texts by language."""

    chance: Random
    now: datetime
    handlers: Mapping[str, Sequence[Actor]]
    calendar: WorkingCalendar
    said: Mapping[str, Said]

    def handler(self, language: str) -> Actor:
        return self.chance.choice(self.handlers[language])

    def later(self, moment: datetime, low_min: int, high_min: int) -> datetime:
        """Some working minutes after `moment`."""
        return self.calendar.add(moment, timedelta(minutes=self.chance.randint(low_min, high_min))).due

    def worked_ago(self, minutes: int) -> datetime:
        """The latest moment since which the team has worked that many minutes."""
        wanted = timedelta(minutes=minutes)
        early, late = self.now - timedelta(days=30), self.now
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) / 2
            if self.calendar.between(middle, self.now) >= wanted:
                early = middle
            else:
                late = middle
        return early


@dataclass
class Matter:
    """One complaint on its way: what stories do with it."""

    stage: Stage
    complaint: Complaint
    contact: Contact
    place: int

    @property
    def texts(self) -> Said:
        return self.stage.said[self.complaint.language]

    def open(self, now: datetime) -> Case:
        channel = self.stage.chance.choice(("web", "web", "phone", "email"))
        actors = {
            "web": PUBLIC,
            "phone": self.stage.handler(self.complaint.language),
            "email": system("mail"),
        }
        self.case = cases.open_case(
            actor=actors[channel],
            now=now,
            contact=self.contact,
            text=self.complaint.text,
            channel=channel,
            fallback_language=self.complaint.language,
            sample=True,
            about=ANSWERED_AT_ONCE,
        ).case
        return self.case

    def take(self, now: datetime) -> Actor:
        handler = self.stage.handler(self.complaint.language)
        item = work_queries.open_item(("case", self.case.id), cases.WORK_KIND)
        if item is not None:
            work.take(actor=handler, now=now, item=item)
        return handler

    def answer(self, now: datetime) -> Case:
        handler = self.take(now - timedelta(minutes=4))
        text = self.texts.answers[self.complaint.issue]
        return cases.answer(actor=handler, now=now, number=self.case.number, text=text)

    def as_customer(self) -> Actor:
        return case_queries.link_actor(case_queries.link_token(self.case))

    def pick(self, texts: Sequence[str]) -> str:
        return texts[self.place % len(texts)]


def _answered(matter: Matter, oldest_min: int, newest_min: int) -> Iterator[datetime]:
    """Complaint and answer, some working minutes ago; ends when the answer is given."""
    stage = matter.stage
    opened = stage.worked_ago(stage.chance.randint(newest_min, oldest_min))
    yield opened
    matter.open(opened)
    answered = stage.later(opened, 12, 110)
    yield answered
    matter.answer(answered)


def _waiting_for_customer(matter: Matter) -> Story:
    yield from _answered(matter, 1_300, 180)


def _settled_by_customer(matter: Matter) -> Story:
    stage = matter.stage
    yield from _answered(matter, 7_500, 1_400)
    settled = stage.later(matter.case.turn_since, 30, 700)
    settled = stage.later(stage.now - timedelta(days=1), 0, 60) if settled > stage.now else settled
    yield settled
    cases.resolve(
        actor=matter.as_customer(),
        now=settled,
        number=matter.case.number,
        text=matter.pick(matter.texts.settled),
    )


def _settled_by_us(matter: Matter) -> Story:
    yield from _answered(matter, 7_500, 1_400)
    closed = matter.stage.later(matter.stage.worked_ago(900), 30, 500)
    yield closed
    handler = matter.stage.handler(matter.complaint.language)
    cases.resolve(
        actor=handler, now=closed, number=matter.case.number, text=matter.pick(matter.texts.closing)
    )
    state_consent(
        actor=handler,
        now=closed,
        record_id=matter.case.record_id,
        statements={("marketing", "email"): matter.place % 2 == 0},
        source="phone",
    )


def _lapsed(matter: Matter) -> Story:
    yield from _answered(matter, 7_500, 4_300)
    yield from _expired(matter, "lapse")


def _expired(matter: Matter, verb: str) -> Story:
    matter.case.refresh_from_db(fields=["due"])
    if matter.case.due is None:
        raise ValueError("this case waits for nobody")
    over = matter.case.due + timedelta(minutes=1)
    yield over
    cases.expire(actor=system("clock"), now=over, case_id=matter.case.id, verb=verb)


def _spoke_again(matter: Matter) -> Story:
    """Answered, and the customer has added something: our turn."""
    yield from _answered(matter, 1_300, 300)
    spoke = matter.stage.worked_ago(20 + 25 * matter.place)
    yield spoke
    text = matter.pick(matter.texts.more)
    cases.append(actor=matter.as_customer(), now=spoke, number=matter.case.number, text=text)


def _opened_again(matter: Matter) -> Story:
    """Settled, then not; of every three one has its second answer already."""
    stage = matter.stage
    yield from _answered(matter, 5_000, 3_000)
    settled = stage.later(stage.worked_ago(2_000), 30, 300)
    yield settled
    cases.resolve(actor=matter.as_customer(), now=settled, number=matter.case.number)
    again = stage.worked_ago(75 - 30 * matter.place)
    yield again
    text = matter.pick(matter.texts.again)
    cases.reopen(actor=matter.as_customer(), now=again, number=matter.case.number, text=text)
    if matter.place == 0:
        answered = stage.later(again, 20, 50)
        yield answered
        matter.answer(answered)


def _waiting_for_us(matter: Matter) -> Story:
    opened = matter.stage.worked_ago(3 + 13 * matter.place)
    yield opened
    matter.open(opened)


def _in_hand(matter: Matter) -> Story:
    opened = matter.stage.worked_ago(50 + 20 * matter.place)
    yield opened
    matter.open(opened)
    taken = matter.stage.later(opened, 15, 30)
    yield taken
    matter.take(taken)


def _overdue(matter: Matter) -> Story:
    opened = matter.stage.worked_ago(140 + 85 * matter.place)
    yield opened
    matter.open(opened)
    yield from _expired(matter, "overdue")


Plan = Sequence[tuple[int, Callable[[Matter], Story]]]
PLAN: Plan = (
    (8, _settled_by_customer),
    (4, _settled_by_us),
    (4, _lapsed),
    (6, _waiting_for_customer),
    (3, _opened_again),
    (2, _spoke_again),
    (8, _waiting_for_us),
    (2, _in_hand),
    (3, _overdue),
)
SHORT_PLAN: Plan = [((count + 1) // 2, story) for count, story in PLAN]


def tell(stage: Stage, matters: Iterable[tuple[Complaint, Contact]], *, plan: Plan = PLAN) -> list[Story]:
    """A story for each place of the plan, of the complaints and people that come next."""
    coming = iter(matters)
    return [story(Matter(stage, *next(coming), place)) for count, story in plan for place in range(count)]
