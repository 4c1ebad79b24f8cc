"""kill -9 of the worker in the middle of an import and of its undoing: no row is lost, none comes in twice."""

import json
import random
import time

import pytest

from tests.harness.processes import Stack
from tests.reliability.inside import python

pytestmark = pytest.mark.reliability
ROWS, ROWS_LONG = 6_000, 100_000
KILLS, KILLS_LONG = 3, 40
SECONDS_MAX = 300


def test_killed_imports_go_on_where_they_were(make_stack, long: bool, capsys) -> None:  # type: ignore[no-untyped-def]
    stack = make_stack()
    stack.run("init")
    rows = ROWS_LONG if long else ROWS
    path = stack.home / "customers.csv"
    with path.open("w") as file:
        file.write("name,email,phone\n")
        for number in range(rows):
            file.write(f"Person {number},person{number}@example.com,\n")
        file.write("Bad Row,no address,\n")
    code = python(stack, BEGIN.replace("PATH", str(path))).strip()
    kills = _killing(stack, code, KILLS_LONG if long else KILLS, "done")
    seen = json.loads(python(stack, LOOK.replace("CODE", code)))
    with capsys.disabled():
        print(f"\n{rows} rows, worker killed {kills} times, {seen['chunks']} chunks")
    assert kills >= 1, "the import was over before the first kill: the drill proves nothing"
    assert seen["counts"] == {"new": rows, "refused": 1}
    assert (seen["records"], seen["customers"], seen["emails"], seen["events"]) == (rows, rows, rows, rows)
    assert seen["overlaps"] == 0
    assert seen["faults"] == [rows + 2]
    python(stack, UNDO.replace("CODE", code))
    _killing(stack, code, 2, "undone")
    seen = json.loads(python(stack, LOOK.replace("CODE", code)))
    assert (seen["records"], seen["customers"], seen["emails"]) == (0, 0, 0)
    assert (seen["counts"]["taken_back"], seen["counts"]["kept"]) == (rows, 0)


def _killing(stack: Stack, code: str, most: int, wanted: str) -> int:
    """Let the worker run and kill it, again and again, then let it finish; how often it was killed in the middle."""
    chance = random.Random(20261122)
    kills = 0
    for _ in range(most):
        stack.start("worker")
        time.sleep(chance.uniform(0.3, 1.0))
        stack.kill("worker")
        if _state(stack, code) == wanted:
            return kills
        kills += 1
    stack.start("worker")
    end = time.monotonic() + SECONDS_MAX
    while _state(stack, code) != wanted:
        assert time.monotonic() < end, f"it never came to {wanted}: {stack.log('worker')[-2000:]}"
        time.sleep(1)
    stack.kill("worker")
    return kills


def _state(stack: Stack, code: str) -> str:
    return python(stack, STATE.replace("CODE", code)).strip()


STATE = """
from guanxi.core.models.imports import ImportRun
print(ImportRun.objects.get(public_id="CODE").state)
"""
BEGIN = """
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.imports import actions
with open("PATH", "rb") as file:
    run = actions.receive(actor=system("drill"), now=now(), kind="customers", name="customers.csv", chunks=[file.read()])
print(actions.start(actor=system("drill"), now=now(), public_id=run.public_id).public_id)
"""
UNDO = """
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.imports import actions
actions.start_undo(actor=system("drill"), now=now(), public_id="CODE")
"""
LOOK = """
import json
from guanxi.core.imports import queries
from guanxi.core.models import Event
from guanxi.core.models.imports import ImportChunk, ImportRun
from guanxi.people.models import Customer, Identifier, Record
run = ImportRun.objects.get(public_id="CODE")
chunks = list(ImportChunk.objects.filter(run=run, phase="run").order_by("first_row").values_list("first_row", "last_row"))
print(json.dumps({
    "counts": run.counts,
    "records": Record.objects.count(),
    "customers": Customer.objects.count(),
    "emails": Identifier.objects.filter(kind="email").values("value").distinct().count(),
    "events": Event.objects.filter(type="person.recorded").count(),
    "chunks": len(chunks),
    "overlaps": sum(after[0] <= before[1] for before, after in zip(chunks, chunks[1:])),
    "faults": [fault.row for fault in queries.faults(run)],
}))
"""
