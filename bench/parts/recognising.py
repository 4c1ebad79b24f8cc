"""Live recognition on a prepared database: who writes in is recognised and written down, one transaction each.

    python -m bench.parts.recognising prepare
    python -m bench.parts.recognising load PEOPLE.parquet FROM UNTIL     rows as records of the customers the truth says
    python -m bench.parts.recognising run PEOPLE.parquet FROM EACH THREADS RATE SECONDS
    python -m bench.parts.recognising ask PEOPLE.parquet FROM COUNT      nothing is written
    python -m bench.parts.recognising merge ROWS REPEATS

The last line is JSON. Arrivals fall due at a fixed schedule that nobody's slowness moves, and their time counts from when
they were due. `run` takes every EACHth row from FROM on, so that several processes share the arrivals.
"""

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import django
import pyarrow.parquet as pq

WARM_UP_S: Final = 3.0
FIRST: Final = 60  # arrivals of each process before the clock begins
FIELDS: Final = ("name", "birth", "phone", "email", "address")
BEGAN: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)
_AT_ONCE: Final = 5_000


def rows_of(file: Path, first: int, until: int | None) -> Iterator[tuple[int, int, dict[str, str]]]:
    """(id, person, what is said) of some rows."""
    table = pq.read_table(file).slice(first, None if until is None else until - first)
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        for row in batch.to_pylist():
            yield row["id"], row["person"], {name: row[name] for name in FIELDS if row.get(name)}


def prepare() -> dict[str, Any]:
    """Tables, and a team that stewards' work goes to."""
    from django.core.management import call_command

    from bench.parts.prepare import organisation

    call_command("migrate", verbosity=0)
    organisation()
    return {}


def load(file: Path, first: int, until: int) -> dict[str, Any]:
    """Write rows down as the truth has them: customer 1 + person, record 1 + id. Those that cannot be read are left out."""
    from django.db import connection, transaction

    spent = time.process_time()
    count = 0
    rows = rows_of(file, first, until)
    while some := list(islice(rows, _AT_ONCE)):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")  # right by construction
            count += _write(some)
    return {"records": count, "cpu_s": time.process_time() - spent}


def _write(rows: list[tuple[int, int, dict[str, str]]]) -> int:
    from django.db import connection

    from guanxi.core.batches import Batch, Moments, text_document
    from guanxi.core.errors import Invalid
    from guanxi.core.ids import new_ids
    from guanxi.people.actions import Contact, read_entry
    from guanxi.people.models import BlockKey, Identifier, Membership, Record

    kept = Moments()[BEGAN]
    records = Batch(
        Record, "id", "customer_id", "source", "name", "name_key", "said", "fingerprint", "created"
    )
    identifiers = Batch(Identifier, "id", "record_id", "kind", "value", "verbatim", "valid_from")
    blocks = Batch(BlockKey, "hash", "record_id")
    memberships = Batch(
        Membership, "id", "record_id", "customer_id", "valid_from", "reason", "rule", "explanation"
    )
    count = 0
    for key, person, said in rows:
        try:
            entry = read_entry(Contact(**said), f"s{key}")
        except Invalid:
            continue
        count += 1
        record, customer, statement = key + 1, person + 1, entry.statement
        told = text_document(statement.said).stored
        name = statement.said.get("name", "")
        records.add((record, customer, "bench", name, statement.name_key, told, entry.fingerprint, kept))
        ids = new_ids(len(statement.claims) + 1)
        for claim, one in zip(statement.claims, ids[1:], strict=True):
            identifiers.add((one, record, claim.kind, claim.value, claim.verbatim[:254], kept))
        for block in entry.hashes:
            blocks.add((block, record))
        memberships.add((ids[0], record, customer, kept, "new", "bench", "{}"))
    people = sorted({person + 1 for _, person, _ in rows})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_customer (id, public_id, created, provisional)"
            " SELECT k, 'C-BENCH-' || k, %s, false FROM unnest(%s::bigint[]) AS k ON CONFLICT DO NOTHING",
            [BEGAN, people],
        )
    for one in (records, identifiers, blocks, memberships):
        one.write()
    return count


def run(file: Path, first: int, each: int, threads: int, rate: float, seconds: float) -> dict[str, Any]:
    """Open loop: arrivals at `rate` a second by the clock, each recognised and written by the next free thread."""
    arrivals = _arrivals(file, first, each, FIRST + int(rate * (seconds + WARM_UP_S)))
    spent = time.process_time()
    loop = _Loop(arrivals[FIRST:], rate)
    for place, one in enumerate(arrivals[:FIRST]):  # tables are read, connections opened, plans made
        _take_in(place, *one)
    gc.collect()
    gc.freeze()  # as a web process does, see site/wsgi.py
    loop.start = time.perf_counter() + 0.5
    crew = [threading.Thread(target=loop.work) for _ in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return {"found": loop.found, "cpu_s": time.process_time() - spent, "arrivals": len(arrivals)}


def _arrivals(file: Path, first: int, each: int, count: int) -> list[tuple[int, int, Any]]:
    """(person, id, contact) of those by which somebody can be reached: the form asks for it."""
    from guanxi.core.errors import Invalid
    from guanxi.people.actions import Contact, read_contact

    found = []
    for number, (key, person, said) in enumerate(rows_of(file, first, None)):
        if number % each == 0 and len(found) < count:
            contact = Contact(**said)
            with suppress(Invalid):
                read_contact(contact)
                found.append((person, key, contact))
    return found


def _take_in(place: int, person: int, key: int, contact: Any) -> tuple[int, str, int, int]:
    """(person, outcome, customer, candidate of a doubt) of one arrival, written."""
    from guanxi.core.access import system
    from guanxi.people.actions import add_record
    from guanxi.people.models import ReviewTask

    at = BEGAN + timedelta(days=30, seconds=place)
    one = add_record(actor=system("bench"), now=at, contact=contact, source=f"live{key}")
    review = next((row for row in one.rows if isinstance(row, ReviewTask)), None)
    return person, one.outcome, one.customer_id, review.candidate_id if review else 0


class _Loop:
    """What is found of each: [when it was due, ms since then, ms of work, person, outcome, customer, candidate]."""

    def __init__(self, arrivals: list[tuple[int, int, Any]], rate: float) -> None:
        self.start = 0.0
        self.found: list[tuple[Any, ...]] = []
        self._arrivals, self._rate = arrivals, rate
        self._lock, self._given = threading.Lock(), iter(range(len(arrivals)))

    def work(self) -> None:
        from django.db import connection

        connection.ensure_connection()
        while True:
            with self._lock:
                place = next(self._given, -1)
            if place < 0:
                connection.close()
                return
            due = self.start + place / self._rate
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            begun = time.perf_counter()
            told = _take_in(place, *self._arrivals[place])
            end = time.perf_counter()
            self.found.append((due - self.start, (end - due) * 1000, (end - begun) * 1000, *told))


def ask(file: Path, first: int, count: int) -> dict[str, Any]:
    """Recognition alone, one contact after another and nothing written: ms of each, as Splink's prediction is timed."""
    from guanxi.people import queries
    from guanxi.people.actions import decide, read_contact

    waits = []
    for _, _, contact in _arrivals(file, first, 1, FIRST + count):
        begun = time.perf_counter()
        said = read_contact(contact)
        decide(said, queries.find_known(said.facts, "", hold=False))
        waits.append((time.perf_counter() - begun) * 1000)
    return {"ask_ms": waits[FIRST:]}


def merge(rows: int, repeats: int) -> dict[str, Any]:
    """Merge and unmerge two customers of whom one has `rows` related rows; ms of each."""
    from guanxi.core.access import system
    from guanxi.core.batches import Batch, Moments
    from guanxi.core.ids import new_ids
    from guanxi.people import actions
    from guanxi.people.actions import Contact
    from guanxi.people.models import Consent, Customer, Record

    actor = system("bench")
    codes = []
    for name in ("合并甲", "合并乙"):
        made = actions.add_record(
            actor=actor, now=BEGAN, contact=Contact(name=name, email=f"{name}@merge.example"), source="bench"
        )
        codes.append(made.customer_public_id)
    record = Record.objects.get(customer__public_id=codes[1])
    consents = Batch(Consent, "id", "record_id", "purpose", "channel", "given", "source", "stated")
    for number, key in enumerate(new_ids(rows)):
        stated = Moments()[BEGAN + timedelta(seconds=number)]
        consents.add((key, record.id, "marketing", "email", bool(number % 2), "bench", stated))
    consents.write()
    merging, undoing = [], []
    for number in range(repeats):
        at = BEGAN + timedelta(days=60, minutes=number)
        begun = time.perf_counter()
        decision = actions.merge(actor=actor, now=at, survivor=codes[0], others=[codes[1]])
        merging.append((time.perf_counter() - begun) * 1000)
        assert Consent.objects.filter(record__customer__public_id=codes[0]).count() == rows
        begun = time.perf_counter()
        actions.unmerge(actor=actor, now=at, decision=decision.public_id, apart=False)
        undoing.append((time.perf_counter() - begun) * 1000)
        assert Customer.objects.get(public_id=codes[1]).records.count() == 1
    return {"merge_ms": merging, "unmerge_ms": undoing}


def main() -> dict[str, Any]:
    mode, *given = sys.argv[1:]
    if mode == "prepare":
        return prepare()
    if mode == "load":
        return load(Path(given[0]), int(given[1]), int(given[2]))
    if mode == "ask":
        return ask(Path(given[0]), int(given[1]), int(given[2]))
    if mode == "merge":
        return merge(int(given[0]), int(given[1]))
    return run(Path(given[0]), int(given[1]), int(given[2]), int(given[3]), float(given[4]), float(given[5]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    print(json.dumps(main()))
