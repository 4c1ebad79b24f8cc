"""What a worker does beside its jobs: sealing, anchoring, followers, schedules, recovery - in a thread of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, connection, reset_queries

from guanxi.core import clock, planner, seal
from guanxi.core.jobs import lease, schedule
from guanxi.core.jobs.outbox import Outbox

log = structlog.get_logger("guanxi.jobs")
ROUND_S = 0.2
REST_S = 5.0  # after a fault of our own
BACKOFF_S, BACKOFF_S_MAX = 0.2, 2.0  # while the database is away
AWAY = (OperationalError, InterfaceError)


@dataclass
class Chore:
    """`do(now)` every `every_s` seconds; `due` stands on the monotonic clock."""

    name: str
    every_s: float
    do: Callable[[datetime], object]
    due: float = 0.0


class Chores:
    """Runs the chores of one worker. `wake` is called when there may be a new job."""

    def __init__(self, *, wake: Callable[[], None], more: Sequence[Chore] = (), others: bool = True) -> None:
        """`others`: whether this worker seals, delivers and so on, or only keeps its own job's lease."""
        self.outbox = Outbox()
        self.fired: dict[str, datetime] = {}
        self._wake = wake
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._follow = Chore("follow", 0.5, self.follow)
        self._seals = others
        self._chores = (
            [*more]
            if not others
            else [
                Chore("seal", ROUND_S, self.seal),
                self._follow,
                *more,
                Chore("schedule", 1.0, self.fire),
                Chore("reap", 2.0, lambda now: lease.reap(now=now) and self._wake()),
                Chore("anchor", 5.0, lambda _: seal.anchor()),
                Chore("prune", 3_600.0, self.prune),
                Chore("learn", 900.0, lambda _: planner.learn()),
            ]
        )

    def seal(self, _now: datetime) -> int:
        sealed = count = seal.seal()
        while count == seal.BATCH:
            sealed += (count := seal.seal())
        if sealed:
            self._follow.due = 0.0
        return sealed

    def follow(self, now: datetime) -> int:
        delivered = self.outbox.deliver_new(now=now)
        if delivered:
            self._wake()
        return delivered

    def fire(self, now: datetime) -> int:
        fired = schedule.fire_due(now=now, fired=self.fired)
        if fired:
            self._wake()
        return fired

    def prune(self, now: datetime) -> int:
        """Old ticks, which say nothing of anybody; everything else that ages goes by `core.retention`."""
        return schedule.prune(now=now)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, name="chores", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def stop(self, *, wait_s: float = 5.0) -> None:
        """End the thread; its last act is to seal and anchor."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(wait_s)

    def _loop(self) -> None:
        away_s = BACKOFF_S
        try:
            while not self._ending.is_set():
                try:
                    self.round()
                    away_s = BACKOFF_S
                    self._ending.wait(ROUND_S)
                except AWAY as error:
                    log.warning("database.away", wait_s=away_s, error=type(error).__name__)
                    connection.close()
                    self._ending.wait(away_s)
                    away_s = min(away_s * 2, BACKOFF_S_MAX)
            self._last_act()
        finally:
            connection.close()

    def round(self) -> None:
        """Do what is due. A chore that fails rests; only an absent database ends the round."""
        reset_queries()
        for chore in self._chores:
            if chore.due <= time.monotonic():
                chore.due = time.monotonic() + chore.every_s
                self._do(chore)

    def _do(self, chore: Chore) -> None:
        try:
            chore.do(clock.now())
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - one chore's fault must not end sealing
            log.error("chore.failed", chore=chore.name, **lease.describe(error))
            chore.due = time.monotonic() + REST_S

    def _last_act(self) -> None:
        if not self._seals:
            return
        try:
            self.seal(clock.now())
            seal.anchor()
        except AWAY as error:
            log.warning("database.away", error=type(error).__name__)
