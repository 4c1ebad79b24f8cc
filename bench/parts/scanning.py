"""Our scan of a labelled base, in a process of its own: normalised statements in, groups out, judged by the truth.

    python -m bench.parts.scanning learn STATEMENTS.parquet WEIGHTS.json [--seed 1]
    python -m bench.parts.scanning scan STATEMENTS.parquet RAW.parquet [--weights WEIGHTS.json] [--same .9]

The truth is read only after the scan, to judge it. The last line is JSON: figures, seconds of wall and CPU, peak memory.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from bench.parts.splink_default import judge
from guanxi.engine.matching.batch.learning import learn
from guanxi.engine.matching.batch.people import count, open_base, prepare
from guanxi.engine.matching.batch.scan import scan
from guanxi.engine.matching.weights import Weights, default_weights, read_weights, write_weights

SAME_MIN: Final = 0.9  # as `guanxi unify` proposes


class Clock:
    """Wall and CPU seconds since it was made, and since each step began."""

    def __init__(self) -> None:
        self.begun, self.spent = time.monotonic(), time.process_time()
        self.steps: dict[str, float] = {}
        self._last = self.spent

    def step(self, name: str, share: float) -> None:
        """CPU seconds of a step, summed as it is told of."""
        now = time.process_time()
        self.steps[name] = round(self.steps.get(name, 0.0) + now - self._last, 2)
        self._last = now

    def figures(self) -> dict[str, Any]:
        """Seconds, CPU seconds and peak memory of the process so far."""
        return {
            "seconds": time.monotonic() - self.begun,
            "cpu_s": time.process_time() - self.spent,
            "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "steps_cpu_s": self.steps,
        }


def load(base: duckdb.DuckDBPyConnection, statements: Path) -> None:
    """The statements as the table that is scanned."""
    base.execute(f"CREATE TABLE statements AS FROM '{statements}'")


def learn_from(statements: Path, weights: Path, seed: int, spill: Path) -> dict[str, Any]:
    """Weights of a base without looking at any truth."""
    base = open_base(spill=spill)
    clock = Clock()
    load(base, statements)
    prepare(base, clock.step)
    version = f"bench@{seed}"
    learnt = learn(base, default_weights(), version=version, seed=seed, progress=clock.step)
    write_weights(learnt, weights)
    return clock.figures() | {"prior": learnt.prior_same, "pairs": learnt.learnt["pairs"]}


def scan_of(
    statements: Path, raw: Path, weights: Weights, same_min: float, vetoes: bool, spill: Path
) -> dict[str, Any]:
    """What the scan finds, how long it took and what it weighed; then what of it is true."""
    base = open_base(spill=spill)
    clock = Clock()
    load(base, statements)
    found = scan(base, weights, same_min=same_min, vetoes=vetoes, progress=clock.step)
    figures = clock.figures()
    f1, precision, recall = judged(base, raw, found.groups)
    return figures | {
        "records": count(base, "SELECT COUNT(*) FROM statements"),
        "f1": f1,
        "precision": precision,
        "recall": recall,
        "pairs": found.pairs,
        "edges": found.edges,
        "joins": len(found.joins),
        "doubts": len(found.doubts),
    }


def judged(
    base: duckdb.DuckDBPyConnection, raw: Path, groups: Sequence[Sequence[int]]
) -> tuple[float, float, float]:
    """(F1, precision, recall) over pairs of records in one group."""
    rows = [(record, number) for number, group in enumerate(groups) for record in group]
    found = pa.table({"unique_id": [row[0] for row in rows], "grouped": [row[1] for row in rows]})
    base.register("found_groups", found)
    base.execute(f"CREATE TABLE truth AS SELECT id AS unique_id, truth FROM '{raw}'")
    base.execute(
        "CREATE TABLE clusters AS SELECT unique_id, coalesce(grouped, -1 - unique_id) AS cluster_id"
        " FROM truth LEFT JOIN found_groups USING (unique_id)"
    )
    return judge(base, "clusters")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("learn", "scan"))
    parser.add_argument("statements", type=Path)
    parser.add_argument("other", type=Path, help="the weights to write, or the raw file with the truth")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--same", type=float, default=SAME_MIN)
    parser.add_argument("--no-vetoes", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gx-spill-") as name:
        spill = Path(name)
        if given.what == "learn":
            found = learn_from(given.statements, given.other, given.seed, spill)
        else:
            weights = read_weights(given.weights) if given.weights else default_weights()
            found = scan_of(given.statements, given.other, weights, given.same, not given.no_vetoes, spill)
    print(json.dumps(found))


if __name__ == "__main__":
    sys.exit(main())
