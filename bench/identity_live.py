"""Promise 4, live: somebody writes in and is recognised among all customers, with the write, while nobody waits.

`guanxi bench identity_live [--quick] [--records 100000]` fills a PostgreSQL of its own (fsync and synchronous_commit on) with
a seeded bilingual population, its records joined as the truth has them, and lets further records of the same people arrive in
an open loop: recognised, written down with event and review, committed. Judged are the time from when an arrival was due, how
often an automatic answer is right, Splink's prediction for one new record on the same base beside recognition alone (neither
writes), and the merge of two customers with 10,000 related rows.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402  the repository comes first

from bench.parts.verdict import Report, median_of, percentile  # noqa: E402
from tests.harness.postgres import Cluster  # noqa: E402

QUICK, WHOLE = 10_000, 1_000_000
PROCESSES: Final = 2
WARM_UP_S: Final = 3.0
ROWS: Final = 10_000


def module(url: str, home: Path, name: str, *arguments: object) -> "subprocess.Popen[str]":
    """One of our modules in a process of its own, on this database."""
    environment = {**os.environ, "GUANXI_DATABASE_URL": url, "GUANXI_HOME": str(home)}
    words = [sys.executable, "-m", f"bench.parts.{name}", *map(str, arguments)]
    return subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def last_lines(*running: "subprocess.Popen[str]") -> list[Any]:
    """Wait for them all; what each said last."""
    found = []
    for one in running:
        out, error = one.communicate()
        if one.returncode:
            raise RuntimeError(error[-4000:])
        found.append(json.loads(out.strip().splitlines()[-1]))
    return found


def fill(report: Report, url: str, home: Path, file: Path, records: int) -> None:
    """The base, by both cores."""
    import psycopg

    last_lines(module(url, home, "recognising", "prepare"))
    begun = time.monotonic()
    half = records // 2
    done = last_lines(
        module(url, home, "recognising", "load", file, 0, half),
        module(url, home, "recognising", "load", file, half, records),
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    count = sum(one["records"] for one in done)
    report.note("records in the base", f"{count:,}", f"filled in {time.monotonic() - begun:,.0f} s")


def live(report: Report, url: str, home: Path, file: Path, records: int, given: argparse.Namespace) -> None:
    """The open loop."""
    rate = given.rate / PROCESSES
    server = postmaster(url)
    before = cpu_s(server)
    parts = last_lines(
        *[
            module(
                url,
                home,
                "recognising",
                "run",
                file,
                records + number,
                PROCESSES,
                given.threads,
                rate,
                given.seconds,
            )
            for number in range(PROCESSES)
        ]
    )
    found = sorted(one for part in parts for one in part["found"])
    counted = [one for one in found if one[0] >= WARM_UP_S]
    waits, work = [one[1] for one in counted], [one[2] for one in counted]
    per_s = len(counted) / given.seconds
    report.note(f"open loop at {given.rate:g}/s: answered/s", f"{per_s:,.0f}")
    cpu_ms = sum(part["cpu_s"] for part in parts) / max(len(found), 1) * 1000
    database_ms = (cpu_s(server) - before) / max(len(found), 1) * 1000
    report.note("  CPU ms an arrival, Guanxi's processes + database", f"{cpu_ms:.2f} + {database_ms:.2f}")
    report.note(
        "  p50 ms",
        f"{percentile(waits, 0.5):.2f}",
        f"p95 {percentile(waits, 0.95):.2f}, most {max(waits):.1f}",
    )
    report.check("p99_ms", "  p99 ms, from when it was due to committed", percentile(waits, 0.99), "<= 10")
    report.note(
        "  the same without waiting for a free thread: p50 / p99",
        f"{percentile(work, 0.5):.2f} / {percentile(work, 0.99):.2f}",
    )
    judge(report, found, file, records)


def postmaster(url: str) -> psutil.Process:
    """The server behind a database address."""
    import psycopg

    with psycopg.connect(url) as connection:
        return psutil.Process(psutil.Process(connection.info.backend_pid).ppid())


def cpu_s(server: psutil.Process) -> float:
    """CPU seconds so far of a server and all it started, those that have ended among them."""
    return sum(
        sum(one.cpu_times()[:4] if one.pid == server.pid else one.cpu_times()[:2])
        for one in [server, *server.children(recursive=True)]
    )


def judge(report: Report, found: list[Any], file: Path, records: int) -> None:
    """How often an automatic answer was right, and what became of the others, by the truth."""
    import pyarrow.parquet as pq

    known = set(pq.read_table(file, columns=["person"])["person"].to_pylist()[:records])
    whose: dict[int, int] = {}  # customers made since, by their first arrival
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for _, _, _, person, outcome, customer, candidate in found:
        met = person in known
        if outcome == "recognised":
            truly = whose.get(customer, customer - 1)
            right[outcome] += truly == person
        else:
            whose.setdefault(customer, person)
            if outcome == "doubt":
                right[outcome] += whose.get(candidate, candidate - 1) == person
            else:
                right[outcome] += not met
        total[outcome] += 1
        known.add(person)
    every = sum(total.values())
    mates = every - right["new"]
    report.note(
        "arrivals", f"{every:,}", ", ".join(f"{name} {count:,}" for name, count in total.most_common())
    )
    report.check(
        "precision",
        "  recognised at once: right",
        right["recognised"] / max(total["recognised"], 1),
        ">= 0.99",
    )
    report.note("  of those we know: recognised at once", f"{right['recognised'] / max(mates, 1):.1%}")
    asked = right["recognised"] + right["doubt"]
    report.note(
        "  of those we know: recognised, or a steward is asked about the right one",
        f"{asked / max(mates, 1):.1%}",
    )


def beside(report: Report, file: Path, folder: Path, records: int, single: int, ours_ms: float) -> None:
    """Splink's one-record prediction on the same base."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    raw = folder / "raw.parquet"
    table = pq.read_table(file).slice(0, records)
    pq.write_table(
        table.rename_columns(["truth" if name == "person" else name for name in table.column_names]).drop(
            ["source"]
        ),
        raw,
    )
    del table
    pa.default_memory_pool().release_unused()
    [theirs] = last_lines(module("", folder, "splink_default", raw, "--single", single))
    report.note(
        "Splink's prediction for one new record, median ms",
        f"{theirs['single_ms']:,.1f}",
        f"{single} records",
    )
    report.check(
        "of_splink", "  Splink / recognition alone, medians", theirs["single_ms"] / ours_ms, ">= 100"
    )


def asking(report: Report, url: str, home: Path, file: Path, records: int, count: int) -> float:
    """Recognition alone, one after another, as Splink's prediction is timed below; the median ms."""
    [done] = last_lines(module(url, home, "recognising", "ask", file, records, count))
    waits = done["ask_ms"]
    report.note(
        "recognition alone, nothing written: p50 / p99 ms",
        f"{percentile(waits, 0.5):.2f} / {percentile(waits, 0.99):.2f}",
        f"{count} contacts, one by one",
    )
    return percentile(waits, 0.5)


def merging(report: Report, url: str, home: Path, repeats: int) -> None:
    [done] = last_lines(module(url, home, "recognising", "merge", ROWS, repeats))
    report.check(
        "merge_ms",
        f"merge of two with {ROWS:,} related rows, median ms",
        median_of(done["merge_ms"]),
        "<= 50",
    )
    report.note("  undone again, median ms", f"{median_of(done['unmerge_ms']):.1f}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="guanxi bench identity_live", description=__doc__)
    parser.add_argument("--records", type=int, help=f"in the base ({WHOLE:,}; quick {QUICK:,})")
    parser.add_argument("--rate", type=float, default=200.0, help="arrivals a second")
    parser.add_argument("--seconds", type=float, help="of the open loop (30; quick 5)")
    parser.add_argument("--threads", type=int, default=4, help="of each of the two processes")
    parser.add_argument("--single", type=int, help="records Splink predicts one by one (20; quick 5)")
    parser.add_argument("--no-splink", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="ends within a minute")
    given = parser.parse_args()
    given.seconds = given.seconds or (5 if given.quick else 30)
    return given


def main() -> int:
    """Everything, in order; 0 when all of it holds."""
    from bench.parts import population

    given = arguments()
    records = given.records or (QUICK if given.quick else WHOLE)
    report = Report("identity_live")
    print(f"identity_live: {records:,} records, load average {os.getloadavg()[0]:.1f}", flush=True)
    cluster = Cluster(durable=True).start()
    with tempfile.TemporaryDirectory(prefix="gx-bench-") as name:
        folder = Path(name)
        file = folder / "people.parquet"
        more = int(given.rate * (given.seconds + WARM_UP_S) * 1.3)
        try:
            population.write(file, records + more, given.seed)
            url = cluster.create("identity")
            fill(report, url, folder, file, records)
            ours_ms = asking(report, url, folder, file, records, 100 if given.quick else 1000)
            live(report, url, folder, file, records, given)
            merging(report, url, folder, 3 if given.quick else 20)
        finally:
            cluster.stop()
        if not given.no_splink:
            single = given.single or (5 if given.quick else 20)
            beside(report, file, folder, records, single, ours_ms)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
