"""Promise 4: who is who. One run beside Splink's default on the same data: F1, precision, CPU seconds, memory.

`guanxi bench identity [--quick]` makes a seeded bilingual population (families, recycled numbers, pinyin, traditional and
swapped names, typos, missing fields), learns the weights from it without its truth, scans it, and lets Splink's default
model do the same, each in a process of its own, one after the other. The population is as hard as Splink's default says:
it must land at cluster F1 .88-.93; its parameters are `bench.parts.population.Mix` (docs/adr/0019), changed with
`--mix phone_missing=.3`. Febrl 3 and 4 and Splink's fake_1000 follow if they lie in the folder of `--people` or
`GUANXI_BENCH_PEOPLE`; any labelled CSV or Parquet file with `--data FILE --truth COLUMN`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.parts.verdict import Report  # noqa: E402  the repository comes first

PEOPLE: Final = Path(os.environ.get("GUANXI_BENCH_PEOPLE", ROOT.parent / "shared/data/people"))
QUICK, WHOLE = 20_000, 1_000_000
THRESHOLDS: Final = (0.5, 0.9, 0.99, 0.999)
FEBRL: Final = {"Febrl 3": ("dataset3.csv",), "Febrl 4": ("dataset4a.csv", "dataset4b.csv")}


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two found on one base and what it took."""

    f1: float
    precision: float
    recall: float
    cpu_s: float
    seconds: float
    mib: float


def module(name: str, *arguments: object) -> dict[str, Any]:
    """Run one of our modules in a process of its own and read its last line."""
    words = [sys.executable, "-m", f"bench.parts.{name}", *map(str, arguments)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-4000:]}")
    last = done.stdout.strip().splitlines()[-1]
    return dict(json.loads(last)) if last.startswith("{") else {}


def side(found: dict[str, Any]) -> Side:
    return Side(**{name: found[name] for name in Side.__slots__})


def compare(
    report: Report, title: str, files: Sequence[Path], truth: str, folder: Path, seed: int, *, tried: bool
) -> tuple[Side, Side, Side]:
    """(ours with learnt weights, Splink's default, what learning took) on one base; printed.

    Splink has the threshold that does best by the truth, which nobody knows who really uses it. `tried`: so have we, and
    without the vetoes (another birth date is left to a person), since Splink has none; else ours is what `guanxi unify`
    has, with vetoes.
    """
    raw, statements, weights = folder / "raw.parquet", folder / "statements.parquet", folder / "weights.json"
    made = module("labelled", *files, truth, raw, statements)
    report.note(
        f"{title}: records, s of normalising",
        f"{made['records']:,}",
        f"{made['seconds']:.1f} s, not counted below",
    )
    learnt = module("scanning", "learn", statements, weights, "--seed", seed)
    scan = ("scan", statements, raw, "--weights", weights)
    if tried:
        runs = [module("scanning", *scan, "--same", one, "--no-vetoes") for one in THRESHOLDS]
        found = max(runs, key=lambda one: float(one["f1"]))
    else:
        found = module("scanning", *scan)
    ours = side(found)
    theirs = side(module("splink_default", raw))
    report.note(
        "  pairs compared, joined, left to a person",
        f"{found['pairs']:,}",
        f"{found['joins']:,}, {found['doubts']:,}",
    )
    for who, one in (("ours", ours), ("Splink's default, best threshold by the truth", theirs)):
        report.note(
            f"  {who}: F1", f"{one.f1:.4f}", f"precision {one.precision:.4f}, recall {one.recall:.4f}"
        )
        report.note(
            "    CPU s, wall s, MiB", f"{one.cpu_s:,.1f}", f"{one.seconds:,.1f} s, {one.mib:,.0f} MiB"
        )
    report.note("  CPU s of the scan by step", "", str(found["steps_cpu_s"]))
    spent = Side(0, 0, 0, learnt["cpu_s"], learnt["seconds"], learnt["mib"])
    report.note(
        "  learning the weights (once, not nightly): CPU s", f"{spent.cpu_s:,.1f}", f"{spent.mib:,.0f} MiB"
    )
    return ours, theirs, spent


def on_population(report: Report, given: argparse.Namespace, folder: Path) -> None:
    """The promises that are kept on the seeded population."""
    records = given.records or (QUICK if given.quick else WHOLE)
    file = folder / "population.parquet"
    mix = ["--mix", *given.mix] if given.mix else []
    module("population", file, "--records", records, "--seed", given.seed, *mix)
    ours, theirs, _ = compare(
        report, f"population, seed {given.seed}", [file], "person", folder, given.seed, tried=False
    )
    report.check("4 f1", "cluster F1", ours.f1, ">= 0.95", f"Splink's default {theirs.f1:.4f}")
    report.check(
        "4 precision", "precision", ours.precision, ">= 0.985", f"Splink's default {theirs.precision:.4f}"
    )
    if not given.mix:
        report.check("4 hard", "Splink's default on it, F1", theirs.f1, ">= 0.88", "the calibration")
        report.check("4 not too hard", "Splink's default on it, F1", theirs.f1, "<= 0.93", "the calibration")
    report.check("4 cpu", "scan / Splink's train, predict, cluster: CPU", ours.cpu_s / theirs.cpu_s, "<= 1.5")
    report.note(
        "  the same by wall seconds", f"{ours.seconds / theirs.seconds:.2f}", "says little on a busy machine"
    )
    report.check(
        "4 memory", "peak memory of the scan, MiB", ours.mib, "<= 2048", f"Splink's {theirs.mib:,.0f}"
    )


def on_files(report: Report, given: argparse.Namespace, folder: Path) -> None:
    """Published files: not worse than Splink's default."""
    for title, names in FEBRL.items():
        files = [given.people / name for name in names]
        if not all(file.exists() for file in files):
            report.note(title, "not here", str(given.people))
            continue
        ours, theirs, _ = compare(report, title, files, "rec_id", folder, given.seed, tried=True)
        name = f"4 {title.lower()}"
        report.check(
            name,
            f"{title}: F1 beside Splink's",
            ours.f1 - theirs.f1,
            ">= -0.001",
            f"{ours.f1:.4f}, {theirs.f1:.4f}",
        )
    if (given.people / "fake_1000.csv").exists():
        compare(
            report,
            "Splink's fake_1000",
            [given.people / "fake_1000.csv"],
            "cluster",
            folder,
            given.seed,
            tried=True,
        )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="guanxi bench identity",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--records", type=int, help=f"of the population ({WHOLE:,}; quick {QUICK:,})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mix", nargs="*", default=[], metavar="SHARE=VALUE", help="other shares of errors")
    parser.add_argument("--people", type=Path, default=PEOPLE, help="folder with the published files")
    parser.add_argument(
        "--data", type=Path, nargs="*", default=[], help="a labelled CSV or Parquet file, or several"
    )
    parser.add_argument("--truth", default="cluster", help="its column that says who is who")
    parser.add_argument(
        "--quick", action="store_true", help="ends within a minute: the population only, small"
    )
    return parser.parse_args()


def main() -> int:
    """Everything, in order; 0 when all of it holds."""
    given = arguments()
    report = Report("identity")
    print(f"identity: load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory(prefix="gx-bench-") as name:
        folder = Path(name)
        if given.data:
            compare(report, given.data[0].name, given.data, given.truth, folder, given.seed, tried=True)
            return report.end()
        on_population(report, given, folder)
        if not given.quick:
            on_files(report, given, folder)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
