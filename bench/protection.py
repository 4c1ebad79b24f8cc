"""Protection in minutes: from a complaint to the entry in the ledger, paid by a machine, with the worker running.

`guanxi bench protection [--quick]` installs the marketplace on an empty database, starts the worker, sells orders under the
published promise of lightning shipping, lets buyers complain of those that were not sent in time, one after the other, and
measures the seconds from sending the complaint to the entry of its payment. On SQLite; on PostgreSQL with --postgresql.
Nothing comparable runs beside: the limit is our own promise.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.parts.verdict import Report, median_of, percentile  # noqa: E402
from tests.harness.postgres import Cluster  # noqa: E402
from tests.harness.processes import Stack  # noqa: E402

COMPLAINTS, COMPLAINTS_QUICK = 100, 20
SECONDS = 5


@contextmanager
def database(postgresql: bool, home: Path) -> Iterator[str]:
    """The address of an empty database."""
    if not postgresql:
        yield f"sqlite:///{home / 'guanxi.sqlite3'}"
        return
    cluster = Cluster(durable=True).start()
    try:
        yield cluster.create("bench")
    finally:
        cluster.stop()


def measure(url: str, home: Path, count: int) -> list[float]:
    """Seconds of every complaint."""
    stack = Stack(database_url=url, home=home)
    stack.run("migrate")
    with stack.start("worker"):
        done = subprocess.run(
            [sys.executable, "-m", "bench.parts.protecting", str(count)],
            cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{done.stderr[-4000:]}\n{stack.log('worker')[-2000:]}")
    return [float(one) for one in json.loads(done.stdout.splitlines()[-1])]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help=f"{COMPLAINTS_QUICK} complaints")
    parser.add_argument("--complaints", type=int, help="how many")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    asked = parser.parse_args()
    count = asked.complaints or (COMPLAINTS_QUICK if asked.quick else COMPLAINTS)
    report = Report("protection")
    print(f"From complaint to ledger entry, {count} complaints, worker running", flush=True)
    with tempfile.TemporaryDirectory() as folder, database(asked.postgresql, Path(folder)) as url:
        seconds = measure(url, Path(folder), count)
    said = f"median {median_of(seconds):.2f} s, longest {max(seconds):.2f} s, nothing beside"
    report.check(
        "protection", "complaint to ledger entry: p95 s", percentile(seconds, 0.95), f"<= {SECONDS}", said
    )
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
