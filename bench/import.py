# ruff: noqa: N999  the promise is called import, and so is its bench
"""Promise 8: bringing a file in with recognition - rows a second, against bare `executemany`, with flat memory.

`guanxi bench import [--quick]` makes a file of people (new ones, ones that come back in another formatting, word for word, or
behind somebody else's telephone) and brings it in as the worker does, on SQLite and on a PostgreSQL of its own (both durable).
Chunk by chunk the same rows go into the same tables of a twin database by bare `executemany`. Printed beside: the action
without reading the file, and how fast what was brought in is sealed and made findable.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.parts import arrivals  # noqa: E402  the repository comes first
from bench.parts.verdict import Report, median_of, spread  # noqa: E402
from tests.harness import Missing  # noqa: E402
from tests.harness.postgres import Cluster  # noqa: E402

PER_S_MIN, OF_BARE_MIN, GROWTH_MIB_MAX, SILENCE_S_MAX = 4_000, 0.5, 32, 2
CHUNK_MS_MAX = 200  # of SQLite's one writer


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much one run brings in."""

    rows: int
    repeats: int
    indexed: int
    seed: int
    file: Path


def bring(mode: str, sizes: Sizes, url: str, twin: str, home: Path) -> dict[str, Any]:
    """One import into an empty database with its twin beside; the figures of `bench.parts.bring`."""
    home.mkdir(exist_ok=True)
    for database in (url, twin):
        _module("prepare", "0", url=database, home=home)
    words = (mode, sizes.rows, sizes.seed, sizes.file, twin, sizes.indexed if mode == "run" else 0)
    return dict(json.loads(_module("bring", *words, url=url, home=home)))


def _module(name: str, *words: object, url: str, home: Path) -> str:
    environment = {
        **os.environ,
        "GUANXI_DATABASE_URL": url,
        "GUANXI_HOME": str(home),
        "GUANXI_LOG_LEVEL": "WARNING",
    }
    done = subprocess.run(
        [sys.executable, "-m", f"bench.parts.{name}", *map(str, words)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-4000:]}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def on(name: str, report: Report, sizes: Sizes, bases: Callable[[str], str], folder: Path) -> None:
    """Everything on one kind of database, `repeats` times; `bases` makes an empty one."""
    runs, actions = [], []
    for number in range(sizes.repeats):
        for mode, found in (("action", actions), ("run", runs)):
            key = f"{mode}{number}"
            found.append(bring(mode, sizes, bases(key), bases(f"{key}_twin"), folder / f"{name}_{key}"))
    say(name, report, runs, actions)


def say(name: str, report: Report, runs: Sequence[dict[str, Any]], actions: Sequence[dict[str, Any]]) -> None:
    """The table of one database; the whole import is judged, the action alone is printed."""
    report.note(f"{name}: what became of the rows", "", json.dumps(runs[0]["counts"]))
    for what, found in (("action alone", actions), ("whole import", runs)):
        rates = [one["rows"] / one["seconds"] for one in found]
        bare = [one["rows"] / one["bare_s"] for one in found]
        ratios = [one["bare_s"] / one["seconds"] for one in found]
        report.note(
            f"{name}: bare executemany beside the {what}, rows/s", f"{median_of(bare):,.0f}", spread(bare)
        )
        if what == "whole import":
            beside = spread(rates)
            report.check(
                f"{name}_per_s", f"{name}: whole import, rows/s", median_of(rates), f">= {PER_S_MIN}", beside
            )
            beside = f"bare executemany, same rows and tables; {spread(ratios, '.2f')}"
            report.check(
                f"{name}_of_bare",
                f"{name}: whole import / bare",
                median_of(ratios),
                f">= {OF_BARE_MIN}",
                beside,
            )
        else:
            report.note(f"{name}: {what}, rows/s", f"{median_of(rates):,.0f}", spread(rates))
            report.note(f"{name}: {what} / bare", f"{median_of(ratios):.2f}", spread(ratios, ".2f"))
        cpu = [one["cpu_s"]["bare"] / one["cpu_s"]["import"] for one in found]
        each_us = [1e6 * one["cpu_s"]["import"] / one["rows"] for one in found]
        beside = f"{median_of(each_us):.0f} us of CPU a row, ours and the database's; says little of waiting for disks"
        report.note(f"{name}: the same by CPU alone", f"{median_of(cpu):.2f}", beside)
    say_manners(name, report, runs)


def say_manners(name: str, report: Report, runs: Sequence[dict[str, Any]]) -> None:
    """Memory, progress, how long others wait, and what follows."""
    growth = [one["rss_mib"][1] - one["rss_mib"][0] for one in runs]
    beside = f"from 20 % to 100 % of the rows; {runs[0]['rss_mib'][1]:.0f} MiB at the end"
    report.check(
        f"{name}_growth_mib", f"{name}: memory growth, MiB", max(growth), f"<= {GROWTH_MIB_MAX}", beside
    )
    silence = max(one["chunk_ms"][1] for one in runs) / 1000
    beside = f"progress said {runs[0]['chunks']:,} times"
    report.check(
        f"{name}_silence_s",
        f"{name}: longest time without progress, s",
        silence,
        f"<= {SILENCE_S_MAX}",
        beside,
    )
    report.note(
        f"{name}: a chunk, reading and writing, median ms",
        f"{median_of([one['chunk_ms'][0] for one in runs]):.0f}",
    )
    for word in ("sealed", "indexed"):
        rates = [one[f"{word}_per_s"] for one in runs if f"{word}_per_s" in one]
        if rates:
            report.note(f"{name}: {word} afterwards, events/s", f"{median_of(rates):,.0f}", spread(rates))


def on_sqlite(report: Report, sizes: Sizes, folder: Path) -> None:
    def base(key: str) -> str:
        return f"sqlite:///{folder}/{key}.sqlite3"

    on("sqlite", report, sizes, base, folder)


def on_postgresql(report: Report, sizes: Sizes, folder: Path) -> None:
    try:
        cluster = Cluster(durable=True).start()
    except Missing as missing:
        report.note("postgresql", "not run", str(missing))
        return
    try:
        on("postgresql", report, sizes, cluster.create, folder)
    finally:
        cluster.stop()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="guanxi bench import", description=__doc__)
    parser.add_argument("--rows", type=int, help="of the made file (1,000,000; quick 20,000)")
    parser.add_argument(
        "--file", type=Path, help="bring in this file instead; --rows says how many rows it has"
    )
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument(
        "--indexed", type=int, help="events to seal and index afterwards (200,000; quick 5,000; 0: none)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="ends within a minute")
    parser.add_argument("--no-sqlite", action="store_true")
    parser.add_argument("--no-postgresql", action="store_true")
    return parser.parse_args()


def main() -> int:
    """Both databases; 0 when all of it holds."""
    given = arguments()
    rows = given.rows or (20_000 if given.quick else 1_000_000)
    indexed = given.indexed if given.indexed is not None else (5_000 if given.quick else 200_000)
    report = Report("import")
    with tempfile.TemporaryDirectory(prefix="gx-bench-") as name:
        folder = Path(name)
        file = given.file or folder / "people.csv"
        if given.file is None:
            begun = time.monotonic()
            arrivals.write(file, rows, seed=given.seed)
            print(f"  (file of {rows:,} rows: {time.monotonic() - begun:.0f} s)", flush=True)
        sizes = Sizes(rows, given.repeats, indexed, given.seed, file.resolve())
        print(f"import: {rows:,} rows, load average {os.getloadavg()[0]:.1f}", flush=True)
        if not given.no_sqlite:
            on_sqlite(report, sizes, folder)
        if not given.no_postgresql:
            on_postgresql(report, sizes, folder)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
