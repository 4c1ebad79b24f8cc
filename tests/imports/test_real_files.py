"""Real files, as they were published: CDNOW, fake_1000, febrl 3 and 4 (read beside the project; skipped when absent)."""

import gzip
import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from guanxi.core.imports import actions, queries, running, trying
from guanxi.core.models.imports import ImportRun
from guanxi.people.models import Customer, Record
from guanxi.trade.models import Order
from tests.cast import SYSTEM, work_off
from tests.harness.processes import ROOT

DATA = ROOT.parent / "shared/data"
pytestmark = pytest.mark.usefixtures("organisation")


def given(name: str, *, lines: int = 0) -> bytes:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return b"".join(body.splitlines(keepends=True)[: lines + 1]) if lines else body


def brought(now: datetime, kind: str, name: str, body: bytes, **chosen: dict[str, object]) -> ImportRun:
    run = actions.receive(actor=SYSTEM, now=now, kind=kind, name=name, chunks=[body])
    if chosen:
        actions.choose(actor=SYSTEM, now=now, public_id=run.public_id, chosen=chosen)
    actions.start(actor=SYSTEM, now=now, public_id=run.public_id)
    work_off()
    return ImportRun.objects.get(id=run.id)


def test_cdnow(now: datetime, long: bool) -> None:
    """Columns of blanks, no order numbers, customers by number only."""
    body = given("cdnow/cdnow_master.txt.gz", lines=0 if long else 400)
    rows = len(body.splitlines()) - 1
    run = brought(now, "orders", "cdnow_master.txt", body, options={"currency": "USD"})
    assert run.settings["mapping"] == {"member": 0, "placed": 1, "quantity": 2, "amount": 3}
    assert run.counts == {"new": rows}
    assert Order.objects.count() == rows
    people = len({line.split()[0] for line in body.splitlines()[1:]})
    assert (Record.objects.count(), Customer.objects.count()) == (people, people)


def test_fake_1000(now: datetime) -> None:
    """Given and family names apart, gaps, repeats: whoever has no address is refused by name, nobody comes in twice."""
    run = brought(now, "customers", "fake_1000.csv", given("people/fake_1000.csv"))
    assert run.settings["mapping"] == {"given_name": 1, "family_name": 2, "email": 5}
    told = {fault.code for fault in queries.faults(run)}
    assert told <= {"missing", "email.not_an_email"}
    assert sum(run.counts[one] for one in run.counts if one != "warned") == 1_000
    assert Record.objects.count() == sum(run.counts.get(one, 0) for one in ("new", "recognised", "doubt"))
    again = brought(now, "customers", "fake_1000.csv", given("people/fake_1000.csv"))
    assert set(again.counts) == {"unchanged", "refused"}


@pytest.mark.parametrize("name", ["dataset3.csv", "dataset4a.csv"])
def test_febrl(now: datetime, name: str, long: bool) -> None:
    """People with a number of the file's own only; columns we have no use for do no harm."""
    body = given(f"people/{name}", lines=0 if long else 300)
    run = brought(now, "customers", name, body)
    assert run.settings["mapping"]["member"] == 0
    assert run.counts == {"new": len(body.splitlines()) - 1}


def million(rows: int) -> Iterator[bytes]:
    yield "姓名,手机,邮箱\n".encode("gb18030")
    for start in range(0, rows, 10_000):
        lines = (
            f"客户{number},+86 13{number % 10**9:09d},k{number}@example.com\n"
            for number in range(start, min(rows, start + 10_000))
        )
        yield "".join(lines).encode("gb18030")


def test_a_large_file_in_flat_memory(now: datetime, long: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """A million rows with --long: read, tried and counted; memory is that of a chunk."""
    import tracemalloc

    rows = 1_000_000 if long else 5_000
    run = actions.receive(actor=SYSTEM, now=now, kind="customers", name="large.csv", chunks=million(rows))
    actions.start_check(actor=SYSTEM, now=now, public_id=run.public_id, background=False)
    begun = time.monotonic()
    tracemalloc.start()
    trying.check_all(run.id, progress=lambda done, total: None)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    run.refresh_from_db()
    with capsys.disabled():
        print(f"\n{rows} rows tried in {time.monotonic() - begun:.1f} s, {peak:.0f} MiB at most")
    assert run.checked["new"] == rows
    assert (run.total, run.layout["encoding"]) == (rows, "gb18030")
    if long:
        begun = time.monotonic()
        actions.start(actor=SYSTEM, now=now, public_id=run.public_id, background=False)
        running.carry_on(run.id, progress=lambda done, total: None)
        run.refresh_from_db()
        assert run.counts == {"new": rows}
        with capsys.disabled():
            print(f"brought in in {time.monotonic() - begun:.0f} s")
