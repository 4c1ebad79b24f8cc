"""kill -9 of the worker in the middle of a bulk run and of an export: no row twice, none lost, no half file."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from tests.harness.processes import Stack
from tests.reliability.inside import python

pytestmark = pytest.mark.reliability
CASES = 150
SECONDS_MAX = 120

BEGIN = """
import json
from django.contrib.auth.hashers import make_password
from guanxi.cases.actions import open_case
from guanxi.core import clock, lists, staff
from guanxi.core.access import PUBLIC, system
from guanxi.core.lists import exports, runs
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import Unit
from guanxi.people.actions import Contact
now, here = clock.now(), system("drill")
user = staff.add_user(actor=here, now=now, username="drill", name="Drill", password_hash=make_password(None))
staff.grant_role(actor=here, now=now, user=user, role="administrator")
for number in range({cases}):
    contact = Contact("Drill", email=f"drill{{number}}@post.example")
    open_case(actor=PUBLIC, now=now, contact=contact, text=f"Parcel {{number}}", channel="web")
actor, listing = staff.actor_of(user), lists.get("cases")
run = runs.start(actor=actor, now=now, listing=listing, bulk=listing.get_bulk(actor, "answer"),
                 choice=Choice(query="state=recorded", everything=True), values={{"text": "We are on it."}})
print(run.public_id)
"""
EXPORT = """
from guanxi.core import clock, lists, staff
from guanxi.core.lists import exports
from guanxi.core.models import User
actor = staff.actor_of(User.objects.get(username="drill"))
print(exports.start(actor=actor, now=clock.now(), listing=lists.get("cases"), query="columns=number&sort=number").public_id)
"""
LOOK = """
import json
from django.db.models import Count
from guanxi.core.models import BulkRow, BulkRun, Event, Export, Job
from guanxi.cases.models import Case
run = BulkRun.objects.get()
twice = Event.objects.filter(type="case.answered").values("subject_id").annotate(n=Count("id")).filter(n__gt=1).count()
print(json.dumps({
    "run": [run.state, run.done, run.failed, run.attempt], "twice": twice, "rows": BulkRow.objects.count(),
    "answered": Case.objects.filter(state="answered").count(),
    "events": Event.objects.filter(type="case.answered").count(),
    "exports": list(Export.objects.values_list("state", "rows", "attempt", "public_id")),
    "numbers": sorted(Case.objects.values_list("number", flat=True)),
    "exported": Event.objects.filter(type="list.exported").count(),
}))
"""
# Waits inside one process: starting one for every look would take longer than the run.
WAIT = """
import os, signal, time
from guanxi.core.models import BulkRun, Export
end = time.monotonic() + {seconds}
while time.monotonic() < end and not ({wanted}):
    time.sleep(0.01)
if {kill}:
    os.killpg({kill}, signal.SIGKILL)  # from in here, at once: the run is a matter of a second
print(BulkRun.objects.get().done)
"""


def _look(stack: Stack) -> dict[str, Any]:
    return dict(json.loads(python(stack, LOOK)))


def _wait(stack: Stack, wanted: str, *, kill: int = 0) -> int:
    return int(python(stack, WAIT.format(seconds=SECONDS_MAX, wanted=wanted, kill=kill)))


def test_kill_9_in_a_bulk_run_and_an_export(make_stack, capsys) -> None:  # type: ignore[no-untyped-def]
    stack = make_stack()
    stack.run("init")
    python(stack, BEGIN.format(cases=CASES))
    stack.start("worker")
    killed_after = _wait(stack, "BulkRun.objects.get().done > 3", kill=stack.processes["worker"].pid)
    stack.kill("worker")
    stack.start("worker")
    _wait(stack, "BulkRun.objects.get().state == 'finished'")
    seen = _look(stack)
    assert killed_after < CASES, "it was over before: the drill proves nothing"
    assert seen["run"] == ["finished", CASES, 0, 2]
    assert (seen["twice"], seen["rows"], seen["answered"], seen["events"]) == (0, CASES, CASES, CASES)
    stack.kill("worker")
    public_id = python(stack, EXPORT).strip()
    folder = stack.home / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / f"{public_id}.7.part").write_bytes(b"half of a file a killed worker left")
    stack.start("worker")
    _wait(stack, "Export.objects.get().state == 'ready'")
    with capsys.disabled():
        print(f"\nkilled after {killed_after} of {CASES} rows, {seen['run'][3]} tries")
    assert [path.name for path in folder.iterdir()] == [f"{public_id}.csv"]
    rows = list(csv.reader(StringIO((folder / f"{public_id}.csv").read_text("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == seen["numbers"]
    assert _look(stack)["exported"] == 1
