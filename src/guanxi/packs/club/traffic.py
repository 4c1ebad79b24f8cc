"""The club's day while a demo runs: customers write by every way, colleagues of whoever tries it work beside them.

All of it goes through public actions at the time it is; only when it happens is drawn (`packs.traffic`). Whoever is shown first
in the list of sign-ins has no double: what waits for them waits for whoever sits there.
"""

import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from typing import Final

import structlog

from guanxi.cases import actions as cases
from guanxi.cases.models import Case
from guanxi.channels.models import Mailbox
from guanxi.core import staff as accounts
from guanxi.core.access import PUBLIC
from guanxi.core.errors import GuanxiError
from guanxi.core.models import User
from guanxi.packs import letters
from guanxi.packs.club import mails, stories
from guanxi.packs.club.history import ZONE
from guanxi.packs.club.matters import Matter, People
from guanxi.packs.club.talking import Talks
from guanxi.packs.traffic import DAY_S, HOUR_S, Arrival, Profile, days
from guanxi.work import actions as work
from guanxi.work import queries as work_queries
from guanxi.work.models import Member, WorkItem

COLLEAGUES: Final = {"zh-hans": ("shenjiahe",), "en": ("emma",)}
"""Who answers letters beside whoever tries the demo, by the language they answer in; chats come to them too."""
HOTLINE: Final = ("zhoumin",)
BEGIN_S: Final = 8 * HOUR_S  # a day in fast time begins when the doors open
BEAT_S: Final = 20.0
LOOK_S: Final = 1.0
TICK_S: Final = 0.01
LATE_MAX: Final = timedelta(seconds=30)  # what should have come longer ago, while nothing ran, does not come
DISPUTES: Final = 0.15  # share that goes through the procedure; the others an answer settles
AT_WORK: Final = (Member.Presence.READY, Member.Presence.WRAP_UP)
log = structlog.get_logger("guanxi.traffic")


@dataclass
class Desk:
    """The simulated colleagues: each takes the oldest of what came today, works on it for a while, answers it."""

    language: str
    profile: Profile
    chance: Random
    speed: float
    waiting: deque[tuple[int, Matter, str]] = field(default_factory=deque)
    _busy: list[tuple[float, str, int, Matter]] = field(default_factory=list)
    _beaten: float = -BEAT_S

    def __post_init__(self) -> None:
        names = [*HOTLINE, *(name for own in COLLEAGUES.values() for name in own)]
        users = User.objects.filter(username__in=names, is_active=True)
        self.actors = {user.username: accounts.actor_of(user) for user in users}

    def look(self, now: datetime, clock_s: float) -> int:
        """Whoever is done answers, whoever is free takes the next; how many were answered."""
        if clock_s - self._beaten >= BEAT_S:
            self._beaten = clock_s
            self._be_here(now)
        done = 0
        while self._busy and self._busy[0][0] <= clock_s:
            _until, name, case_id, matter = heappop(self._busy)
            done += self._answered(now, name, case_id, matter)
        for name in sorted(self.actors.keys() - {one[1] for one in self._busy}):
            self._take(now, clock_s, name)
        return done

    def _be_here(self, now: datetime) -> None:
        for actor in self.actors.values():
            if work_queries.get_seat(actor).presence not in AT_WORK:
                work.set_presence(actor=actor, now=now, presence=Member.Presence.READY)
            work.beat(actor=actor, now=now)

    def _take(self, now: datetime, clock_s: float, name: str) -> None:
        for place, (case_id, matter, channel) in enumerate(self.waiting):
            if name not in COLLEAGUES[matter.language]:
                continue
            del self.waiting[place]
            item = work_queries.open_item(("case", case_id), cases.WORK_KIND)
            if item is None or item.state != WorkItem.State.QUEUED:
                return  # somebody else was quicker
            try:
                work.take(actor=self.actors[name], now=now, item=item)
            except GuanxiError as refused:
                log.info("traffic.not_taken", who=name, code=refused.code)
                return
            until = clock_s + self.profile.seconds(channel, self.chance) / self.speed
            heappush(self._busy, (until, name, case_id, matter))
            return

    def _answered(self, now: datetime, name: str, case_id: int, matter: Matter) -> bool:
        number = Case.objects.values_list("number", flat=True).get(id=case_id)
        text = stories.said(matter.language).answers[matter.issue]
        try:
            cases.answer(actor=self.actors[name], now=now, number=number, text=text)
        except GuanxiError as refused:  # answered by whoever tries the demo, withdrawn, reclassified
            log.info("traffic.not_answered", number=number, code=refused.code)
            return False
        return True


@dataclass
class Day:
    """What happens while the demo runs. `speed`: seconds of the day per second; 1 is the day as it is."""

    language: str
    speed: float
    seed: int
    clock: Callable[[], datetime]
    begun: datetime

    def __post_init__(self) -> None:
        self.profile = Profile.read(_profile())
        chance = Random(self.seed)  # noqa: S311  a demo's chance must be repeatable
        self.people = People(chance, self.language, self.seed)
        self.desk = Desk(self.language, self.profile, chance, self.speed)
        self.talks = Talks(self.profile, chance, self.speed, self.desk.actors)
        self._chance, self._mails = chance, 0

    def plan(self) -> Iterator[tuple[float, Arrival]]:
        """(seconds after the beginning, arrival) from the time of day it begins at: now, or in fast time when doors open."""
        local = self.begun.astimezone(ZONE)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        first = (local - midnight).total_seconds() if self.speed == 1 else BEGIN_S
        for number, arrival in days(self.profile, local.weekday(), self.seed):
            at = number * DAY_S + arrival.at - first
            if at >= 0:
                yield at / self.speed, arrival

    def run(
        self, *, seconds_max: float | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> dict[str, int]:
        """Until `seconds_max` are over (None: for ever); what came and what was answered."""
        count = {"came": 0, "answered": 0}
        elapsed = 0.0
        for at, arrival in self.plan():
            while True:
                now = self.clock()
                elapsed = (now - self.begun).total_seconds()
                count["answered"] += self.desk.look(now, elapsed) + self.talks.look(now, elapsed)
                if seconds_max is not None and elapsed >= seconds_max:
                    return count
                if elapsed >= at:
                    break
                sleep(min(LOOK_S, max(at - elapsed, TICK_S)))
            if elapsed - at > LATE_MAX.total_seconds():
                continue
            count["came"] += self._come(now, elapsed, arrival)
        return count

    def _come(self, now: datetime, clock_s: float, arrival: Arrival) -> bool:
        matter = self.people.next()
        try:
            if arrival.channel in ("chat", "phone"):
                self.talks.begin(now, clock_s, arrival.channel, matter)
                return True
            case = (self._mail if arrival.channel == "email" else self._web)(now, matter)
        except GuanxiError as refused:
            log.warning("traffic.refused", channel=arrival.channel, code=refused.code)
            return False
        if case is not None and work_queries.open_item(("case", case.id), cases.WORK_KIND) is not None:
            self.desk.waiting.append((case.id, matter, arrival.channel))
        return True

    def _web(self, now: datetime, matter: Matter) -> Case:
        plain = letters.ANSWERED_AT_ONCE
        return cases.open_case(
            actor=PUBLIC,
            now=now,
            contact=matter.contact,
            text=matter.text,
            channel="web",
            fallback_language=matter.language,
            sample=True,
            about=cases.About() if self._chance.random() < DISPUTES else plain,
        ).case

    def _mail(self, now: datetime, matter: Matter) -> Case | None:
        box = Mailbox.objects.filter(address=mails.ADDRESS).first()
        if box is None or not matter.contact.email:
            return self._web(now, matter)
        self._mails += 1
        subject = matter.text[: 12 if matter.language == "zh-hans" else 40].rstrip(" ,，。.")
        place = f"{self.begun:%y%m%d%H%M%S}-{self._mails}"
        who = matter.contact
        data = mails.raw(who.name or who.email, who.email, subject, matter.text, "utf-8", "utf-8", place)
        mail = mails.take_in(box, now, data)
        return Case.objects.filter(id=mail.subject_id or 0).first()


def _profile() -> Mapping[str, object]:
    with (Path(__file__).parent / "data" / "traffic.toml").open("rb") as file:
        return tomllib.load(file)
