"""Followers of the sealed stream: each event reaches each follower exactly once, in order.

The cursor moves in the transaction that enqueues the jobs or writes the projection. Reading by `seq` misses nothing: it
is given after commit, gap-free, together with the head.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django_tasks.base import Task

from guanxi.core import events, rows
from guanxi.core.jobs import lease
from guanxi.core.jobs.backend import prepare
from guanxi.core.models import Consumer, Event, SealHead

log = structlog.get_logger("guanxi.jobs")
BATCH = 500
REST_S = 5.0
UNWRITTEN_MAX = 1_000  # events of no interest a cursor may lag behind, to spare a write for each of them

Batch = Callable[[list[Event]], None]


@dataclass(frozen=True, slots=True)
class Follower:
    name: str
    types: frozenset[str] | None
    to: Task[..., Any] | Batch

    def deliver(self, found: list[Event], now: datetime) -> None:
        if isinstance(self.to, Task):
            rows.insert([prepare(self.to, kwargs={"event_id": event.id}, now=now) for event in found])
        else:
            self.to(found)


_followers: dict[str, Follower] = {}


def follow(name: str, types: Collection[str] | None, to: Task[..., Any] | Batch) -> None:
    """Send sealed events of `types` (None: all) to a task, one job per event with `event_id=`, or to a batch function.

    A batch function runs inside the transaction that moves the cursor: it writes Guanxi's own rows and calls nothing
    outside. A new name begins with the first event ever.
    """
    _followers[name] = Follower(name, None if types is None else frozenset(types), to)


def registered() -> Mapping[str, Follower]:
    return dict(_followers)


def consume(follower: Follower, *, now: datetime, limit: int = BATCH) -> int:
    """Deliver at most `limit` events; returns how many. Nothing while another worker serves the same follower."""
    Consumer.objects.get_or_create(name=follower.name)
    with transaction.atomic():
        cursor = Consumer.objects.select_for_update(skip_locked=True).filter(name=follower.name).first()
        if cursor is None:
            return 0
        head = sealed_head()  # before reading: whatever it covers is then seen
        found = events.read_from(cursor.seq, limit=limit, types=follower.types)
        reached = max(
            [cursor.seq, *(event.seq or 0 for event in found[-1:]), *([head] if len(found) < limit else [])]
        )
        if not found and reached - cursor.seq < UNWRITTEN_MAX:
            return 0
        if found:
            follower.deliver(found, now)
        Consumer.objects.filter(name=follower.name).update(seq=reached)
    return len(found)


def sealed_head() -> int:
    return SealHead.objects.filter(id=1).values_list("seq", flat=True).first() or 0


@dataclass
class Outbox:
    """One worker's memory: how far each follower came, which ones failed and rest until when (monotonic, s)."""

    seen: dict[str, int] = field(default_factory=dict)
    resting: dict[str, float] = field(default_factory=dict)

    def deliver_new(self, *, now: datetime) -> int:
        """Serve every follower that may have something new; one that fails rests and does not hold up the others."""
        head, count = sealed_head(), 0
        for name, follower in list(_followers.items()):
            if self.seen.get(name) != head and self.resting.get(name, 0.0) <= time.monotonic():
                count += self._serve(follower, now)
                if name not in self.resting:
                    self.seen[name] = head
        return count

    def _serve(self, follower: Follower, now: datetime) -> int:
        count = 0
        self.resting.pop(follower.name, None)
        try:
            while delivered := consume(follower, now=now):
                count += delivered
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - a follower's own fault; it is tried again from the same event
            log.error("follower.failed", follower=follower.name, **lease.describe(error))
            self.resting[follower.name] = time.monotonic() + REST_S
        return count
