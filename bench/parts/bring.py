"""Bring a file in, and beside it the bare `executemany` of the same rows into the same tables of a twin database.

Run as `python -m bench.parts.bring run|action ROWS SEED FILE TWIN INDEXED` in the environment of the site; prints one JSON
object. After every chunk the clock stops and the twin gets that chunk's rows in one transaction of its own, so that a busy
moment of the machine hits both. `run` is the import as the worker does it, from the stored file on; `action` calls
`import_contacts` alone.
"""

import gc
import json
import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import django
import psutil

CHUNK_ROWS = 1_000  # of the action; a run finds its own pace
# In the order of their references; the column that rises from chunk to chunk first.
TABLES = {
    "people_customer": "id",
    "people_record": "id",
    "people_identifier": "id",
    "people_blockkey": "record_id",
    "people_membership": "id",
    "people_reviewtask": "id",
    "core_event": "id",
    "core_detail": "event_id",
}


class Twin:
    """The bare peer: what was written since the last look, read from the one database and written into the other."""

    def __init__(self, source: str, target: str) -> None:
        self.postgresql = target.startswith("postgresql")
        if self.postgresql:
            import psycopg

            self.source: Any = psycopg.connect(source, autocommit=True)
            self.target: Any = psycopg.connect(target)
        else:
            self.source, self.target = (_sqlite(url.removeprefix("sqlite:///")) for url in (source, target))
        self.last = dict.fromkeys(TABLES, 0)
        self.columns = {table: self._columns(table) for table in TABLES}
        self.rows: Counter[str] = Counter()

    def server(self) -> list[psutil.Process]:
        """The processes of the database's server that serve us; none for SQLite."""
        if not self.postgresql:
            return []
        own = psutil.Process(self.target.info.backend_pid)
        return [one for one in own.parent().children() if "guanxi" in " ".join(one.cmdline())]

    def look(self) -> dict[str, list[tuple[Any, ...]]]:
        """What was written since the last look."""
        return {table: self._new(table) for table in TABLES}

    def catch_up(self, found: dict[str, list[tuple[Any, ...]]]) -> float:
        """Write it in one transaction; returns the seconds of writing."""
        begun = time.perf_counter()
        cursor = self.target.cursor()
        if not self.postgresql:
            cursor.execute("BEGIN IMMEDIATE")
        for table, rows in found.items():
            if rows:
                cursor.executemany(self._insert(table), rows)
        self.target.commit()
        seconds = time.perf_counter() - begun
        for table, rows in found.items():
            self.rows[table] += len(rows)
            if rows:
                self.last[table] = rows[-1][0]
        return seconds

    def _columns(self, table: str) -> list[str]:
        """The key first; JSON as text, so that reading and writing it costs no parsing."""
        if self.postgresql:
            sql = "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
            names = [name for (name,) in self.source.execute(sql, [table])]
        else:
            names = [row[1] for row in self.source.execute(f"PRAGMA table_info({table})")]
        return [TABLES[table], *(name for name in names if name != TABLES[table])]

    def _new(self, table: str) -> list[tuple[Any, ...]]:
        json_names = {"said", "explanation", "data", "body"} if self.postgresql else set()
        columns = ", ".join(
            f"{name}::text" if name in json_names else f'"{name}"' for name in self.columns[table]
        )
        mark = "%s" if self.postgresql else "?"
        sql = f"SELECT {columns} FROM {table} WHERE {TABLES[table]} > {mark} ORDER BY 1"
        return list(self.source.execute(sql, [self.last[table]]).fetchall())

    def _insert(self, table: str) -> str:
        names = ", ".join(f'"{name}"' for name in self.columns[table])
        marks = ", ".join(["%s" if self.postgresql else "?"] * len(self.columns[table]))
        return f"INSERT INTO {table} ({names}) VALUES ({marks})"


def _sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Watch:
    """Stops while the twin writes. `lap` is called after every chunk with the rows done so far."""

    def __init__(self, twin: Twin, total: int) -> None:
        self.twin, self.total = twin, total
        self.spent = self.bare = 0.0
        self.cpu_s = {"import": 0.0, "bare": 0.0}  # ours and the database's
        self.chunks: list[tuple[int, float]] = []  # rows, seconds
        self.done, self.rss_20 = 0, 0
        self.processes = [psutil.Process(), *twin.server()]
        self.cpu = self._cpu()
        self.begun = time.perf_counter()

    def lap(self, done: int, _total: int | None = None) -> None:
        seconds = time.perf_counter() - self.begun
        self.spent += seconds
        self._spent_cpu("import")
        self.chunks.append((done - self.done, seconds))
        self.done = done
        found = self.twin.look()
        self._cpu_from_here()
        self.bare += self.twin.catch_up(found)
        self._spent_cpu("bare")
        if not self.rss_20 and done >= self.total / 5:
            gc.collect()
            self.rss_20 = psutil.Process().memory_info().rss
        self._cpu_from_here()
        self.begun = time.perf_counter()

    def _cpu(self) -> float:
        """CPU seconds so far, ours and the server's."""
        return sum(sum(one.cpu_times()[:2]) for one in self.processes)

    def _cpu_from_here(self) -> None:
        self.cpu = self._cpu()

    def _spent_cpu(self, what: str) -> None:
        self.cpu_s[what] += self._cpu() - self.cpu

    def figures(self) -> dict[str, Any]:
        gc.collect()
        seconds = sorted(seconds for _, seconds in self.chunks)
        return {
            "rows": self.done,
            "seconds": self.spent,
            "bare_s": self.bare,
            "cpu_s": self.cpu_s,
            "rss_mib": [self.rss_20 / 2**20, psutil.Process().memory_info().rss / 2**20],
            "chunks": len(seconds),
            "chunk_ms": [1000 * seconds[len(seconds) // 2], 1000 * seconds[-1]],
            "written": dict(self.twin.rows),
        }


def by_action(watch: Watch, rows: int, seed: int) -> dict[str, int]:
    """`import_contacts` alone, a thousand contacts in a transaction."""
    from django.db import transaction

    from bench.parts import arrivals
    from guanxi.core.access import system
    from guanxi.core.clock import now
    from guanxi.people.actions import Contact, import_contacts

    counts: Counter[str] = Counter()
    stream, actor = arrivals.rows(rows, seed=seed), system("bench")
    while lines := list(islice(stream, CHUNK_ROWS)):
        made = now()
        watch.begun = time.perf_counter()  # making people up is no part of it
        contacts = [(Contact(one.name, one.phone, one.email, one.member), made) for one in lines]
        with transaction.atomic():
            found = import_contacts(actor=actor, now=made, contacts=contacts, source="import:bench")
        watch.lap(watch.done + len(lines))
        counts.update(one.outcome if one.added else "unchanged" for one in found)
    return dict(counts)


def by_run(watch: Watch, file: Path) -> dict[str, int]:
    """The import as the worker does it; taking in the file is measured apart."""
    from guanxi.core.access import system
    from guanxi.core.clock import now
    from guanxi.core.imports import actions, running
    from guanxi.core.models import ImportRun

    actor = system("bench")
    with file.open("rb") as source:
        pieces = iter(lambda: source.read(2**20), b"")
        run = actions.receive(actor=actor, now=now(), kind="customers", name=file.name, chunks=pieces)
    actions.start(actor=actor, now=now(), public_id=run.public_id, background=False)
    watch.begun = time.perf_counter()
    running.carry_on(run.id, progress=watch.lap)
    run = ImportRun.objects.get(id=run.id)
    if run.state != ImportRun.State.DONE:
        raise RuntimeError(f"the import ended as {run.state} {run.reason}")
    return dict(run.counts)


def per_second(work: Callable[[], int], most: int) -> float:
    """How many a second `work` does, called until it gives 0 or `most` are done."""
    begun, done = time.perf_counter(), 0
    while done < most and (count := work()):
        done += count
    return done / (time.perf_counter() - begun) if done else 0.0


def behind(most: int) -> dict[str, float]:
    """Sealing and indexing what was brought in, each alone, for the first `most` events."""
    from guanxi.core import seal
    from guanxi.core.clock import now
    from guanxi.core.jobs import outbox

    follower = next(one for name, one in outbox.registered().items() if name.startswith("people.index"))
    return {
        "sealed_per_s": per_second(seal.seal, most),
        "indexed_per_s": per_second(lambda: outbox.consume(follower, now=now()), most),
    }


def main(words: Sequence[str]) -> None:
    mode, rows, seed, file, target, indexed = words
    from django.db import connection

    connection.ensure_connection()  # so that its server process is counted
    watch = Watch(Twin(os.environ["GUANXI_DATABASE_URL"], target), int(rows))
    counts = by_run(watch, Path(file)) if mode == "run" else by_action(watch, int(rows), int(seed))
    print(json.dumps({**watch.figures(), "counts": counts, **(behind(int(indexed)) if int(indexed) else {})}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    main(sys.argv[1:])
