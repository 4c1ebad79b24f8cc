"""Promises 2 and 3: pages of staff at 1 k and 100 k customers, cases and orders (1 M events), search also at 1 M.

`guanxi bench pages [--quick] [--database sqlite|postgresql|both]` starts a web process over each base and asks for pages
as one signed-in supervisor does, one request after the other over a kept connection: p50 of each, whole answers.
Growth is p50 at the large base over p50 at the small one, rounds taking turns so that noise meets both.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.parts.verdict import Report, median_of, percentile  # noqa: E402  the repository comes first
from tests.harness.postgres import Cluster  # noqa: E402
from tests.harness.processes import Stack  # noqa: E402

LIST_MS, DEEP, SEARCH_MS, SEARCH_GROWTH, CUSTOMER_MS, GROWTH = 12.0, 1.2, 12.0, 1.5, 15.0, 1.3
NAMES = ("浩然", "梓轩", "王佳")  # two characters; the last matches nobody by chance more than others
MORE = ("/today/", "/settings/", "/outbox/", "/settings/audit/", "/settings/jobs/", "/settings/users/")


@dataclass
class Base:
    """A web process over one filled database."""

    stack: Stack
    facts: dict[str, Any]

    def ask(self, connection: http.client.HTTPConnection, path: str) -> float:
        """Milliseconds until the whole page is here. Raises when it is no page."""
        began = time.perf_counter()
        connection.request(
            "GET", path, headers={"Cookie": f"gx_session={self.facts['cookie']}", "Accept-Language": "zh"}
        )
        answer = connection.getresponse()
        answer.read()
        spent = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return spent

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.stack.ports["web"], timeout=120)


def furnished(url: str, home: Path, persons: int, searchable: int, orders_each: int = 1) -> Base:
    home.mkdir(parents=True, exist_ok=True)
    stack = Stack(database_url=url, home=home)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bench.parts.furnish", *map(str, (persons, searchable, orders_each))],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    print(
        f"  ({persons:,} customers, {persons * orders_each:,} orders, {searchable:,} searchable: "
        f"{time.monotonic() - began:.0f} s)",
        flush=True,
    )
    return Base(stack.start("web"), json.loads(done.stdout.splitlines()[-1]))


def p50s(bases: list[Base], paths: list[list[str]], rounds: int) -> list[float]:
    """The p50 of each base over its own paths, taking turns."""
    connections = [base.connect() for base in bases]
    times: list[list[float]] = [[] for _ in bases]
    for number in range(rounds + 5):
        for place, base in enumerate(bases):
            path = paths[place][number % len(paths[place])]
            spent = base.ask(connections[place], path)
            if number >= 5:
                times[place].append(spent)
    for connection in connections:
        connection.close()
    return [percentile(one, 0.5) for one in times]


def measure(report: Report, what: str, small: Base, large: Base, rounds: int) -> None:
    """Lists, deep pages, search, customer and case: first the limits, then growth of each."""
    pages: dict[str, list[str]] = {f"/{code}/": [f"/{code}/"] for code in ("cases", "customers", "orders")}
    for code in ("cases", "customers", "orders"):
        first, deep = (
            p50s([large], [[path]], rounds)[0] for path in (f"/{code}/", large.facts["deep"][code])
        )
        report.check(f"{what}_{code}_ms", f"{what}: list of {code}, p50 ms", first, f"<= {LIST_MS}")
        report.check(f"{what}_{code}_deep", f"{what}: deep page / first", deep / first, f"<= {DEEP}")
    asked = [f"/search/?q={quote(name)}" for name in NAMES]
    report.check(
        f"{what}_search_ms",
        f"{what}: two characters, p50 ms",
        p50s([large], [asked], rounds)[0],
        f"<= {SEARCH_MS}",
    )
    customer = p50s([large], [[large.facts["customer"]]], rounds)[0]
    report.check(f"{what}_customer_ms", f"{what}: customer page, p50 ms", customer, f"<= {CUSTOMER_MS}")
    pages |= {"/search/": asked, "customer": [], "case": []}
    pages |= {path: [path] for path in MORE}
    for name, paths in pages.items():
        each = [paths or [base.facts[name]] for base in (small, large)]
        try:
            before, after = p50s([small, large], each, rounds)
        except RuntimeError as error:
            report.note(f"{what}: {name}", "not there", str(error))
            continue
        report.check(
            f"{what}_growth_{name.strip('/')}", f"{what}: growth of {name}", after / before, f"<= {GROWTH}",
            f"{before:.1f} -> {after:.1f} ms",
        )  # fmt: skip


def million(
    report: Report, what: str, url: str, home: Path, large: Base, searchable: int, rounds: int
) -> None:
    base = furnished(url, home, searchable // 10, searchable)
    asked = [f"/search/?q={quote(name)}" for name in NAMES]
    try:
        ratios = []
        for _ in range(3):
            before, after = p50s([large, base], [asked, asked], rounds)
            ratios.append(after / before)
        report.check(
            f"{what}_search_growth", f"{what}: two characters at {searchable:,} / at {searchable // 10:,}",
            median_of(ratios), f"<= {SEARCH_GROWTH}", f"{before:.1f} -> {after:.1f} ms",
        )  # fmt: skip
    finally:
        base.stack.stop()


def on(kind: str, report: Report, given: argparse.Namespace, folder: Path) -> None:
    """Everything on one kind of database."""
    cluster = Cluster(durable=True).start() if kind == "postgresql" else None

    def url(name: str) -> str:
        return cluster.create(name) if cluster else f"sqlite:///{folder}/{name}.sqlite3"

    bases: list[Base] = []
    try:
        small = furnished(url("small"), folder / f"{kind}-small", given.small, given.small)
        bases.append(small)
        large = furnished(
            url("large"), folder / f"{kind}-large", given.customers, given.customers, given.orders_each
        )
        bases.append(large)
        measure(report, kind, small, large, given.rounds)
        if given.searchable:
            million(
                report,
                kind,
                url("million"),
                folder / f"{kind}-million",
                large,
                given.searchable,
                given.rounds,
            )
    finally:
        for base in bases:
            base.stack.stop()
        if cluster:
            cluster.stop()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="guanxi bench pages", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 customers, PostgreSQL only")
    parser.add_argument("--customers", type=int, help="customers, cases and orders (100,000)")
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument(
        "--searchable", type=int, help="customers and cases of the great search (1,000,000; 0 leaves it out)"
    )
    parser.add_argument(
        "--orders-each",
        type=int,
        default=1,
        help="orders of each customer (1; 10 with 100,000 customers: a million)",
    )
    parser.add_argument("--rounds", type=int, help="requests per page (200; quick 40)")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"])
    given = parser.parse_args()
    given.customers = given.customers or (10_000 if given.quick else 100_000)
    given.rounds = given.rounds or (40 if given.quick else 200)
    if given.searchable is None:
        given.searchable = 0 if given.quick else 1_000_000
    given.database = given.database or ("postgresql" if given.quick else "both")
    return given


def main() -> int:
    given = arguments()
    report = Report("pages")
    print(f"pages: {given.customers:,} customers, load average {os.getloadavg()[0]:.1f}", flush=True)
    kinds = ["postgresql", "sqlite"] if given.database == "both" else [given.database]
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="gx-bench-") as name:
            on(kind, report, given, Path(name))
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
