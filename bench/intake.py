"""Promise 1: taking in a complaint - recognise the customer, message, case, event, work item; one transaction.

`guanxi bench intake [--quick]` starts a PostgreSQL of its own (fsync and synchronous_commit on) with a crowd of customers
and measures, each several times, what 8 clients get: pgbench with the same statements (the peer), the action without
HTTP, the API over HTTP, then an open loop at a fixed rate. SQLite is printed beside, and django-helpdesk with --helpdesk.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402  the repository comes first
import psycopg  # noqa: E402

from bench.parts import crowd, helpdesk, load, peer  # noqa: E402
from bench.parts.prepare import SECRET  # noqa: E402
from bench.parts.verdict import Report, median_of, percentile, spread  # noqa: E402
from tests.harness.postgres import Cluster  # noqa: E402
from tests.harness.processes import Stack  # noqa: E402

CLIENTS = 8
PROCESSES = 2
HELPDESK_PER_S = 94.5  # promises.md: measured on this class of machine, 2 workers, 8 clients
EPOCH_S = 1_577_836_800
WARM_UP_S = 2


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything one run does."""

    persons: int
    seconds: int
    repeats: int
    open_s: int
    open_per_s: float
    seed: int


@dataclass
class Measured:
    """One run: creates per second, latencies in ms, CPU ms per create by who spent it."""

    per_s: float
    latencies_ms: list[float]
    cpu_ms: dict[str, float]
    failures: dict[str, int]


class Site:
    """Guanxi's web process over one prepared database."""

    def __init__(self, url: str, home: Path) -> None:
        self.stack = Stack(database_url=url, home=home, extra={"GUANXI_API_PER_MINUTE": "0"})
        self.seed = int(time.time())

    def module(self, name: str, *arguments: object) -> str:
        """Run one of our modules against this database and give what it printed."""
        words = [sys.executable, "-m", f"bench.parts.{name}", *map(str, arguments)]
        done = subprocess.run(
            words, cwd=ROOT, env=self.stack.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr[-4000:]}")
        return done.stdout

    def next_seed(self) -> int:
        """Another thousand contacts nobody has seen, in every run."""
        self.seed += 1
        return self.seed % 10_000


def request(port: int, said: crowd.Said) -> bytes:
    """The whole HTTP request of one complaint."""
    body = json.dumps({"text": said.text, "contact": said.contact}, ensure_ascii=False).encode()
    head = (
        "POST /api/v1/cases HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {SECRET}",
        "Content-Type: application/json", f"Content-Length: {len(body)}", "", "",
    )  # fmt: skip
    return "\r\n".join(head).encode() + body


def over_http(site: Site, sizes: Sizes, roots: dict[str, int], *, rate: float = 0.0) -> Measured:
    """Closed loop of 8 clients, or open loop at `rate`; CPU of the process trees in `roots` beside it."""
    port = site.stack.ports["web"]
    seconds = sizes.open_s if rate else sizes.seconds
    count = int((rate or 1200) * (seconds + WARM_UP_S) * 1.2)
    said = crowd.complaints(count, sizes.persons, seed=site.next_seed())
    clients = 64 if rate else CLIENTS
    plan = load.Plan(port, [request(port, one) for one in said], clients, seconds, rate, WARM_UP_S)
    before = cpu_s(roots)
    result = load.run_apart(plan)
    spent = {name: after - before[name] for name, after in cpu_s(roots).items()}
    spent["load"] = result.cpu_s
    per_s = len(result.latencies_ms) / result.seconds
    done = max(1.0, per_s * (seconds + WARM_UP_S))
    cpu_ms = {name: value / done * 1000 for name, value in spent.items()}
    return Measured(per_s, result.latencies_ms, cpu_ms, result.failures)


def without_http(site: Site, sizes: Sizes, roots: dict[str, int]) -> Measured:
    """The action itself: two processes of four threads, like the web process's workers."""
    words = [sys.executable, "-m", "bench.parts.act", "run", str(sizes.persons), str(CLIENTS // PROCESSES)]
    before = cpu_s(roots)
    running = [
        subprocess.Popen(
            [*words, str(sizes.seconds), str(site.next_seed())],
            cwd=ROOT,
            env=site.stack.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    parts = [json.loads(one.communicate()[0]) for one in running]
    latencies = [value for part in parts for value in part["latencies_ms"]]
    per_s = sum(len(part["latencies_ms"]) / part["seconds"] for part in parts)
    done = per_s * (sizes.seconds + WARM_UP_S)
    spent = {name: after - before[name] for name, after in cpu_s(roots).items()}
    spent["app"] = sum(part["cpu_s"] for part in parts)
    return Measured(per_s, latencies, {name: value / done * 1000 for name, value in spent.items()}, {})


def cpu_s(roots: dict[str, int]) -> dict[str, float]:
    """CPU seconds so far of each process tree."""
    found = {}
    for name, pid in roots.items():
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        found[name] = sum(map(_spent_s, family))
    return found


def _spent_s(process: psutil.Process) -> float:
    """Its own time and that of its children that have ended; it may end while we look."""
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.NoSuchProcess:
        return 0.0


def postmaster(url: str) -> tuple[int, str]:
    """(process id, socket folder) of the server behind a database address."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return psutil.Process(row[0]).ppid(), url.partition("host=")[2]


@contextmanager
def started(site: Site, sizes: Sizes) -> Iterator[dict[str, int]]:
    """The web process runs and has answered in every worker; gives the roots whose CPU counts."""
    site.stack.start("web")
    try:
        over_http(site, replace(sizes, seconds=WARM_UP_S), {})
        yield {"app": site.stack.processes["web"].pid}
    finally:
        site.stack.stop()


def pgbench(site: Site, sizes: Sizes, url: str, folder: Path, roots: dict[str, int]) -> Measured:
    """The same statements by pgbench, captured from the action just before."""
    captured = json.loads(site.module("act", "capture", sizes.persons, 200, site.next_seed()))
    first = (int(time.time()) - EPOCH_S) << 31
    scripts = peer.peer_of(captured, crowd=sizes.persons, first_key=first + (1 << 30))
    before = cpu_s(roots)
    found = peer.run(
        scripts, folder=folder, socket=postmaster(url)[1], database=url.partition("@/")[2].partition("?")[0],
        clients=CLIENTS, seconds=sizes.seconds, first=0,
    )  # fmt: skip
    cpu_ms = {name: (after - before[name]) / found.done * 1000 for name, after in cpu_s(roots).items()}
    return Measured(found.per_s, [], {**cpu_ms, "app": found.cpu_ms}, {})


def on_postgresql(report: Report, sizes: Sizes, folder: Path, url: str) -> float:
    """Peer, action, API closed and open, in rounds, so that a busy moment hits all; gives the API's creates/s."""
    site = Site(url, folder)
    timed("prepare", lambda: site.module("prepare", sizes.persons))
    peers, actions, apis = [], [], []
    pid, _ = postmaster(url)
    with started(site, sizes) as roots:
        for _ in range(sizes.repeats):
            peers.append(pgbench(site, sizes, url, folder, {"database": pid}))
            actions.append(without_http(site, sizes, {"database": pid}))
            apis.append(over_http(site, sizes, {**roots, "database": pid}))
        opened = over_http(site, sizes, {**roots, "database": pid}, rate=sizes.open_per_s)
    say_rates(report, peers, actions, apis)
    say_open(report, sizes, opened)
    return median_of([one.per_s for one in apis])


def say_rates(report: Report, peers: list[Measured], actions: list[Measured], apis: list[Measured]) -> None:
    """The closed loops and the ratios that are promised."""
    say_loop(report, "pgbench, same statements", peers)
    say_loop(report, "action without HTTP", actions)
    say_loop(report, "API over HTTP (2 workers)", apis)
    load_ms = median_of([one.cpu_ms["load"] for one in apis])
    report.note("  CPU ms a create, load generator (not Guanxi)", f"{load_ms:.2f}")
    failed = sum(sum(one.failures.values()) for one in apis)
    report.check("failed", "answers other than 201", failed, "<= 0")
    ratios = [one.per_s / base.per_s for one, base in zip(actions, peers, strict=True)]
    report.check("of_pgbench", "action / pgbench", median_of(ratios), ">= 0.45", spread(ratios, ".2f"))
    whole = [one.per_s / base.per_s for one, base in zip(apis, peers, strict=True)]
    report.note("API over HTTP / pgbench (printed)", f"{median_of(whole):.2f}", spread(whole, ".2f"))
    for what, runs in (("action", actions), ("API", apis)):
        ratio = median_of([cost(base) / cost(one) for one, base in zip(runs, peers, strict=True)])
        report.note(
            f"  the same by CPU alone, {what} (printed)", f"{ratio:.2f}", "holds on a busy machine too"
        )


def cost(one: Measured) -> float:
    """CPU ms of one create, client side and database."""
    return one.cpu_ms["app"] + one.cpu_ms["database"]


def say_loop(report: Report, what: str, runs: list[Measured]) -> None:
    rates = [one.per_s for one in runs]
    report.note(f"{what}, creates/s", f"{median_of(rates):,.0f}", spread(rates))
    every = [value for one in runs for value in one.latencies_ms]
    if every:
        report.note("  p50 / p99 ms", f"{percentile(every, 0.5):.1f} / {percentile(every, 0.99):.1f}")
    app, database = (median_of([one.cpu_ms[name] for one in runs]) for name in ("app", "database"))
    report.note("  CPU ms a create, client + database", f"{app:.2f} + {database:.2f}")


def say_open(report: Report, sizes: Sizes, opened: Measured) -> None:
    """The open loop: nobody waits for a slow answer before sending the next."""
    rate = f"open loop at {sizes.open_per_s:g}/s"
    report.note(f"{rate}: answered/s", f"{opened.per_s:,.0f}", str(opened.failures or ""))
    report.note(f"{rate}: p50 ms", f"{percentile(opened.latencies_ms, 0.5):.1f}")
    report.check("open_p99_ms", f"{rate}: p99 ms", percentile(opened.latencies_ms, 0.99), "<= 50")


def on_sqlite(report: Report, sizes: Sizes, folder: Path) -> None:
    """SQLite with synchronous=FULL, one worker: printed, not judged."""
    site = Site(f"sqlite:///{folder}/intake.sqlite3", folder)
    site.module("prepare", sizes.persons)
    with started(site, sizes) as roots:
        runs = [over_http(site, sizes, roots) for _ in range(sizes.repeats)]
    rates = [one.per_s for one in runs]
    report.note("SQLite over HTTP (1 worker), creates/s", f"{median_of(rates):,.0f}", spread(rates))
    every = [value for one in runs for value in one.latencies_ms]
    report.note("  p50 / p99 ms", f"{percentile(every, 0.5):.1f} / {percentile(every, 0.99):.1f}")


def timed(what: str, work: Callable[[], Any]) -> None:
    began = time.monotonic()
    work()
    print(f"  ({what}: {time.monotonic() - began:.0f} s)", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="guanxi bench intake", description=__doc__)
    parser.add_argument("--identifiers", type=int, help="rows of people_identifier (1,000,000; quick 50,000)")
    parser.add_argument("--seconds", type=int, help="of each closed loop (15; quick 3)")
    parser.add_argument("--repeats", type=int, help="of each closed loop (3; quick 1)")
    parser.add_argument("--rate", type=float, default=200.0, help="of the open loop, per second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="ends within a minute")
    parser.add_argument("--helpdesk", action="store_true", help="install and run django-helpdesk beside")
    parser.add_argument("--no-sqlite", action="store_true")
    return parser.parse_args()


def sizes_of(given: argparse.Namespace) -> Sizes:
    quick = given.quick
    return Sizes(
        persons=crowd.persons_for(given.identifiers or (50_000 if quick else 1_000_000)),
        seconds=given.seconds or (3 if quick else 15),
        repeats=given.repeats or (1 if quick else 3),
        open_s=5 if quick else 30,
        open_per_s=given.rate,
        seed=given.seed,
    )


def against_helpdesk(
    report: Report, given: argparse.Namespace, sizes: Sizes, cluster: Cluster, api: float
) -> None:
    """Its creates per second, measured here or the figure of promises.md."""
    beside, per_s = "figure of promises.md", HELPDESK_PER_S
    if given.helpdesk:
        beside, per_s = (
            "run beside",
            helpdesk.creates_per_s(cluster.create("helpdesk"), CLIENTS, sizes.seconds),
        )
    report.note("django-helpdesk, creates/s", f"{per_s:,.1f}", beside)
    report.check("of_helpdesk", "API / django-helpdesk's create", api / per_s, ">= 5", beside)


def main() -> int:
    """Everything, in order; 0 when all of it holds."""
    given = arguments()
    sizes = sizes_of(given)
    report = Report("intake")
    print(f"intake: {sizes.persons:,} customers, load average {os.getloadavg()[0]:.1f}", flush=True)
    cluster = Cluster(durable=True).start()
    with tempfile.TemporaryDirectory(prefix="gx-bench-") as name:
        folder = Path(name)
        try:
            api = on_postgresql(report, sizes, folder, cluster.create("intake"))
            against_helpdesk(report, given, sizes, cluster, api)
        finally:
            cluster.stop()
        if not given.no_sqlite:
            (folder / "sqlite").mkdir()
            on_sqlite(report, sizes, folder / "sqlite")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
