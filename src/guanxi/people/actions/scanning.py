"""A scan of all customers, carried out: read, weighed, proposed. Loads DuckDB, so only the job that runs it imports this."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import duckdb

from guanxi.core import clock, jobs
from guanxi.core.access import system
from guanxi.engine.matching import Weights, write_weights
from guanxi.engine.matching.batch.people import add_statements, open_base, prepare
from guanxi.engine.matching.batch.scan import Found, Proposal, scan
from guanxi.engine.matching.weights import as_json
from guanxi.people import queries
from guanxi.people.actions.proposing import PAIRS_MAX, propose
from guanxi.people.actions.unifying import Outcome, end_scan
from guanxi.people.models import UnifyRun
from guanxi.people.rules import Pair

SAME_MIN: Final = (
    0.9  # from where two statements are taken together while the scan looks; nothing is merged by it
)
MEMORY_MB: Final = 1_200
Progress = Callable[[int, int | None], None]
State = UnifyRun.State
# Where each step begins and ends, in hundredths of the whole.
_STEPS: Final = {
    "read": (0, 15), "names": (15, 30), "learning": (30, 55), "pairs": (55, 65), "scores": (65, 80),
    "groups": (80, 85), "propose": (85, 100),
}  # fmt: skip


def unify(public_id: str, *, progress: Progress) -> str:
    """Carry a scan out; returns its state. Safe twice: proposals are asked once, a scan that has ended is left alone."""
    run = UnifyRun.objects.get(public_id=public_id)
    if run.active is None:
        return run.state
    UnifyRun.objects.filter(id=run.id).update(state=State.RUNNING)
    try:
        outcome = _carry_out(run, _telling(run, progress))
    except Exception:
        if jobs.is_last_attempt():
            end_scan(actor=system("scan"), now=clock.now(), public_id=public_id, found=Outcome(State.FAILED))
        raise
    return end_scan(actor=system("scan"), now=clock.now(), public_id=public_id, found=outcome).state


def write_weights_of(run: UnifyRun, file: Path) -> None:
    """The table a scan has used, as a file for `read_weights`."""
    weights = (queries.learnt_weights(run.public_id) if run.learns else None) or queries.weights_in_use()
    write_weights(weights, file)


def _telling(run: UnifyRun, progress: Progress) -> Callable[[str, float], None]:
    shown = [0]

    def tell(step: str, share: float) -> None:
        begin, end = _STEPS[step]
        percent = round(begin + (end - begin) * min(share, 1.0))
        if percent > shown[0]:
            shown[0] = percent
            UnifyRun.objects.filter(id=run.id, active=True).update(percent=percent)
        progress(shown[0], 100)

    return tell


def _carry_out(run: UnifyRun, tell: Callable[[str, float], None]) -> Outcome:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="guanxi-scan-") as spill:
        base = open_base(spill=Path(spill), memory_mb=MEMORY_MB)
        try:
            records = _read(base, tell)
            prepare(base, tell)
            weights = _weights(run, base, tell)
            cannot = queries.all_told_apart()
            found = scan(base, weights, same_min=SAME_MIN, cannot=cannot, prepared=True, progress=tell)
        finally:
            base.close()
    left = _propose(run, found, weights, tell)
    figures = {
        "records": records,
        "customers": found.customers,
        "pairs": found.pairs,
        "proposals_new": queries.count_proposed(run.id),
        "proposals_known": left["asked"] + left["circle"],
        "proposals_apart": found.apart + left["apart"],
        "left": dict(left),
        "model": weights.version,
        "weights": as_json(weights) if run.learns else None,
        "seconds": round(time.monotonic() - begun, 3),
    }
    return Outcome(State.DONE, figures)


def _read(base: duckdb.DuckDBPyConnection, tell: Callable[[str, float], None]) -> int:
    total, records = max(queries.count_records(), 1), 0
    add_statements(base, [])
    for rows in queries.read_statements():
        add_statements(base, rows)
        records += len({row[0] for row in rows})
        tell("read", records / total)
    return records


def _weights(run: UnifyRun, base: duckdb.DuckDBPyConnection, tell: Callable[[str, float], None]) -> Weights:
    start = queries.weights_in_use()
    if not run.learns:
        return start
    from guanxi.engine.matching.batch.learning import learn  # Splink: a second to load, and only here

    return learn(base, start, version=f"{run.created:%Y-%m-%d}.{run.public_id}", progress=tell)


def _propose(
    run: UnifyRun, found: Found, weights: Weights, tell: Callable[[str, float], None]
) -> Counter[str]:
    """Put what was found to the stewards, likeliest first; why the rest was left out."""
    left: Counter[str] = Counter()
    pairs = sorted(_pairs([*found.joins, *found.doubts]), key=lambda one: (-one.score, one.one, one.other))
    for first in range(0, len(pairs), PAIRS_MAX):
        some = pairs[first : first + PAIRS_MAX]
        left.update(
            propose(actor=system("scan"), now=clock.now(), pairs=some, run=run.id, weights=weights).skipped
        )
        tell("propose", (first + len(some)) / len(pairs))
    return left


def _pairs(found: Iterable[Proposal]) -> Iterable[Pair]:
    return (Pair(one.one, one.other, 1 / (1 + 2 ** -max(min(one.bits, 200.0), -200.0))) for one in found)
