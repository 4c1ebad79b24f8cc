"""kill -9 of web, live and worker during writes: nothing acknowledged is lost, nothing is torn, killed jobs run again."""

import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import connection

from tests.harness.processes import Stack
from tests.reliability.inside import python

pytestmark = pytest.mark.reliability
KILLS, KILLS_LONG = 5, 500
READY_SECONDS_MAX = 30  # generous: the promise (5 s) is judged by the printed figure, not by a loaded machine
SETTLE_SECONDS_MAX = 120


@dataclass
class Writer(threading.Thread):
    """Sends complaints without pause; one that got no answer is sent again under its key, as a careful client does."""

    stack: Stack
    token: str
    number: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    ending: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.ending:
            self.sent += 1
            key = f"w{self.number}-{self.sent}"
            while key not in self.acknowledged and not self.ending:
                answer = self._post(key)
                if answer is None:
                    time.sleep(0.05)
                else:
                    self.acknowledged[key] = answer

    def _post(self, key: str) -> str | None:
        body = json.dumps(
            {
                "text": f"What are your opening hours on day {key}",
                "contact": {"phone": f"139{self.number}{self.sent:07d}"[:11]},
            }
        ).encode()
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        request = urllib.request.Request(f"{self.stack.url}/api/v1/cases", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return str(json.load(answer)["number"])
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            return None


@contextmanager
def writing(stack: Stack, count: int) -> Iterator[list[Writer]]:
    token = stack.run("token", "drill", "--right", "cases.intake", "--right", "cases.view").strip()
    writers = [Writer(stack, token, number) for number in range(count)]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        for writer in writers:
            writer.ending = True
        for writer in writers:
            writer.join(30)


def test_kill_9_loses_nothing_and_tears_nothing(make_stack, long: bool, capsys) -> None:  # type: ignore[no-untyped-def]
    stack = make_stack()
    stack.run("init")
    stack.start()
    chance = random.Random(20261122)
    slowest = 0.0
    with writing(stack, 2) as writers:
        for kill in range(KILLS_LONG if long else KILLS):
            name = ("web", "worker", "live")[kill % 3]
            time.sleep(chance.uniform(0.2, 0.8))
            stack.kill(name)
            begun = time.monotonic()
            stack.start(name)
            slowest = max(slowest, time.monotonic() - begun)
        time.sleep(0.5)
    acknowledged = [number for writer in writers for number in writer.acknowledged.values()]
    assert slowest < READY_SECONDS_MAX
    assert len(acknowledged) >= 2, "nothing was written: the drill proves nothing"
    _settle(stack)
    seen = json.loads(python(stack, LOOK))
    with capsys.disabled():
        print(f"\n{len(acknowledged)} acknowledged, slowest restart {slowest:.1f} s")
    assert set(acknowledged) <= set(seen["numbers"]), "an acknowledged case is lost"
    assert len(seen["numbers"]) == len(set(seen["keys"])), "a case stands twice for one key"
    assert seen["torn"] == []
    assert seen["failed_jobs"] == []
    assert seen["unsealed"] == 0
    assert seen["faults"] == []
    assert seen["acknowledgements"] == len(seen["numbers"]), "a killed job did not run again"


def test_database_restart_under_load_loses_nothing(make_stack, request, capsys) -> None:  # type: ignore[no-untyped-def]
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that could be restarted")
    cluster = request.getfixturevalue("postgres")
    stack = make_stack()
    stack.run("init")
    stack.start()
    with writing(stack, 2) as writers:
        time.sleep(1.5)
        cluster.kill()
        time.sleep(1)
        cluster.restart()
        begun, before = time.monotonic(), sum(len(writer.acknowledged) for writer in writers)
        while sum(len(writer.acknowledged) for writer in writers) == before:
            assert time.monotonic() - begun < READY_SECONDS_MAX, "the service did not come back"
            time.sleep(0.05)
        back = time.monotonic() - begun
        time.sleep(1)
    acknowledged = [number for writer in writers for number in writer.acknowledged.values()]
    _settle(stack)
    seen = json.loads(python(stack, LOOK))
    with capsys.disabled():
        print(f"\n{len(acknowledged)} acknowledged, back {back:.1f} s after the database")
    assert set(acknowledged) <= set(seen["numbers"]), "an acknowledged case is lost"
    assert (seen["torn"], seen["faults"], seen["failed_jobs"]) == ([], [], [])


def _settle(stack: Stack) -> None:
    """Until the worker has sealed, delivered and finished everything."""
    end = time.monotonic() + SETTLE_SECONDS_MAX
    while time.monotonic() < end:
        if json.loads(python(stack, IDLE)) == [0, 0, True]:
            return
        time.sleep(1)
    raise AssertionError(f"the worker did not settle: {stack.log('worker')[-2000:]}")


IDLE = """
import json
from guanxi.core.models import Consumer, Event, Job, SealHead
head = SealHead.objects.filter(id=1).values_list("seq", flat=True).first() or 0
last = Event.objects.filter(type="case.opened").order_by("-seq").values_list("seq", flat=True).first() or 0
reached = Consumer.objects.filter(name="cases.acknowledge").values_list("seq", flat=True).first() or 0
open_jobs = Job.objects.filter(state__in=["READY", "RUNNING"], queue="mail").count()
print(json.dumps([Event.objects.filter(seq=None).count(), open_jobs, reached >= last]))
"""

LOOK = """
import json
from django.db.models import Count
from guanxi.cases.models import Case
from guanxi.channels.models import Message
from guanxi.core.models import Event, IdempotencyKey, Job
from guanxi.core.seal import verify
from guanxi.work.models import WorkItem
torn = []
for case in Case.objects.all():
    parts = [
        Message.objects.filter(subject_id=case.id, direction="in").count(),
        WorkItem.objects.filter(subject_id=case.id).count(),
        Event.objects.filter(type="case.opened", subject_id=case.id).count(),
    ]
    if parts != [1, 1, 1]:
        torn.append([case.number, parts])
report = verify()
print(json.dumps({
    "numbers": list(Case.objects.values_list("number", flat=True)),
    "keys": list(IdempotencyKey.objects.values_list("key", flat=True)),
    "torn": torn,
    "failed_jobs": list(Job.objects.filter(state="FAILED").values_list("task", flat=True)),
    "unsealed": report.unsealed,
    "faults": report.faults,
    "acknowledgements": Message.objects.filter(direction="out", channel="email").count(),
}))
"""
