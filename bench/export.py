"""Export of a long list with flat memory (issue B): rows per second, and what memory grows by from a tenth to the whole.

`guanxi bench export [--rows N] [--quick] [--database sqlite|postgresql|both] [--format csv|xlsx]` fills a base of its own
with a crowd of customers and exports their list, with telephone and e-mail, in a process of its own, as the worker does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.parts.verdict import Report  # noqa: E402  the repository comes first
from tests.harness.postgres import Cluster  # noqa: E402
from tests.harness.processes import Stack  # noqa: E402

ROWS, QUICK_ROWS = 1_000_000, 30_000
GROWTH_MIB_MAX = 24.0
QUERY = "columns=name,code,phone,email,source,created&sort=-created"


def python(stack: Stack, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    return done.stdout


def on(kind: str, report: Report, given: argparse.Namespace, folder: Path) -> None:
    """One base of this kind: filled, exported, judged."""
    cluster = Cluster(durable=True).start() if kind == "postgresql" else None
    try:
        url = cluster.create("export") if cluster else f"sqlite:///{folder}/export.sqlite3"
        stack = Stack(database_url=url, home=folder)
        began = time.monotonic()
        python(stack, "bench.parts.prepare", str(given.rows))
        print(f"{kind}: {given.rows:,} customers, filled in {time.monotonic() - began:.0f} s", flush=True)
        seen: dict[str, Any] = json.loads(
            python(stack, "bench.parts.outgo", "customers", QUERY, given.format).splitlines()[-1]
        )
    finally:
        if cluster:
            cluster.stop()
    judge(kind, report, given, seen)


def judge(kind: str, report: Report, given: argparse.Namespace, seen: dict[str, Any]) -> None:
    whole = seen["state"] == "ready" and seen["rows"] == given.rows
    if given.format == "csv":
        whole = whole and seen["lines"] == given.rows
    rate, size = seen["rows"] / seen["seconds"], seen["bytes"] / 2**20
    report.note(f"{kind}: rows per second", f"{rate:,.0f}", f"{seen['seconds']:.0f} s, {size:.0f} MiB")
    report.note(f"{kind}: counting before", f"{seen['count_seconds']:.2f} s")
    report.check(f"export {kind} whole", f"{kind}: every row is in the file", float(whole), ">= 1")
    report.check(
        f"export {kind} memory", f"{kind}: peak memory, from a tenth to all rows, MiB",
        seen["peak_mib"] - seen["warm_mib"], f"<= {GROWTH_MIB_MAX:g}",
        f"{seen['before_mib']:.0f} before, {seen['peak_mib']:.0f} at most",
    )  # fmt: skip
    report.verdicts[f"export {kind} rows per s"] = {
        "figure": round(rate),
        "target": "",
        "beside": "",
        "holds": True,
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="guanxi bench export", description=__doc__)
    parser.add_argument("--rows", type=int, default=0, help=f"customers, {ROWS:,} without it")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROWS:,} rows")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--format", choices=["csv", "xlsx"], default="csv")
    given = parser.parse_args()
    given.rows = given.rows or (QUICK_ROWS if given.quick else ROWS)
    return given


def main() -> int:
    given = arguments()
    report = Report("export")
    print(f"export: load average {os.getloadavg()[0]:.1f}", flush=True)
    for kind in ["postgresql", "sqlite"] if given.database == "both" else [given.database]:
        with tempfile.TemporaryDirectory(prefix="gx-bench-") as name:
            on(kind, report, given, Path(name))
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
