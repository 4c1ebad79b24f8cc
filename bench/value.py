"""Promise 5: what a relation is worth. CDNOW's published tables, time beside lifetimes, 55 million customers, churn, uplift.

`guanxi bench value [--quick]` makes customers as BG/NBD does with CDNOW's parameters, fits and predicts in its own process,
and lets the package lifetimes do the same on the same 1.5 million in the same call (installed into an environment of its own
unless `--lifetimes PYTHON` names one that has it; `--no-peer` leaves it out). CDNOW comes with Guanxi; Hillstrom's mail test
is looked for in `--folder` or `GUANXI_BENCH_VALUE`. `--data FILE` prints recommendations beside popularity on any CSV of
purchases with a head `customer,item,day` (day as 2026-01-31); its last fifth is judged.
"""

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402  the repository comes first

from bench.parts import lifetimes  # noqa: E402
from bench.parts.buyers import buyers  # noqa: E402
from bench.parts.verdict import Report  # noqa: E402
from guanxi.engine import churn, lifetime, recommend, uplift  # noqa: E402
from guanxi.engine.lifetime.tests.cdnow import sample, spending  # noqa: E402
from guanxi.engine.tests.shared import cdnow_master  # noqa: E402

FOLDER: Final = Path(os.environ.get("GUANXI_BENCH_VALUE", ROOT.parent / "shared/data"))
PEER, WHOLE, QUICK = 1_500_000, 55_000_000, 5_000_000
HORIZON: Final = 90
PUBLISHED: Final = {
    "BG/NBD": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "Pareto/NBD": {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
    "Gamma-Gamma": {"p": 6.249, "q": 3.745, "v": 15.448},
}


def on_tables(report: Report) -> None:
    """The three published tables: the largest difference of a parameter from the paper."""
    models = {
        "BG/NBD": lifetime.fit_bgnbd(*sample()),
        "Pareto/NBD": lifetime.fit_paretonbd(*sample()),
        "Gamma-Gamma": lifetime.fit_gammagamma(*spending()),
    }
    limits = {"BG/NBD": "<= 0.001", "Pareto/NBD": "<= 0.003", "Gamma-Gamma": "<= 0.01"}
    for name, model in models.items():
        found = model.parameters()
        off = max(abs(found[key] - value) for key, value in PUBLISHED[name].items())
        said = ", ".join(f"{key} {value:.3f}" for key, value in found.items())
        report.check(
            f"5 {name}",
            f"CDNOW {name}: farthest parameter",
            off,
            limits[name],
            f"{said}, LL {model.loglik:.1f}",
        )
        report.check(f"5 {name} gradient", "  gradient norm, in 1e-7", model.gradient_norm * 1e7, "<= 1")


def ours(n: int) -> dict[str, Any]:
    words = [sys.executable, "-m", "bench.parts.buyers", str(n), str(HORIZON)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def on_peer(report: Report, python: Path | None) -> None:
    """Both on the same customers, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "buyers.npz"
        x, t_x, age = buyers(PEER)
        np.savez(file, x=x, t_x=t_x, age=age)
        theirs = lifetimes.run(python or lifetimes.environment(Path(folder) / "env"), file, HORIZON)
    mine = ours(PEER)
    times = [one["fit"] + one["predict"] for one in (mine, theirs)]
    said = f"{times[0]:.2f} s against {times[1]:.1f} s (fit {mine['fit']:.2f} and {theirs['fit']:.1f})"
    report.check(
        "5 lifetimes",
        f"{PEER:,} customers, fit and predict: lifetimes / ours",
        times[1] / times[0],
        ">= 15",
        said,
    )
    for key in ("r", "alpha", "a", "b"):
        report.note(f"  {key}: ours, lifetimes", f"{mine[key]:.4f}", f"{theirs[key]:.4f}")
    report.note("  purchases expected: ours, lifetimes", f"{mine['total']:,.0f}", f"{theirs['total']:,.0f}")


def on_millions(report: Report, n: int) -> None:
    found = ours(n)
    said = f"fit {found['fit']:.1f}, predict {found['predict']:.1f}, {found['distinct']:,} different"
    report.check(
        "5 millions", f"{n:,} customers, fit and predict: s", found["fit"] + found["predict"], "<= 15", said
    )
    report.check(
        "5 memory", "  highest memory of the process, customers and answers too: MiB", found["mib"], "<= 2048"
    )


def on_churn(report: Report) -> None:
    """CDNOW's master: 39 weeks to learn from, 39 to judge by."""
    customer, day, amount = cdnow_master()
    end = np.datetime64("1997-09-30")
    seen = day <= end
    s = lifetime.summary(day[seen], customer[seen], amount[seen], end, unit_days=7)
    bought = np.isin(s.customers, customer[~seen])
    spend = np.bincount(np.searchsorted(s.customers, customer[seen]), weights=amount[seen])
    found = churn.backtest(churn.features(s.x, s.t_x, s.T, spend, s.t_x / np.maximum(s.x, 1)), bought)
    model = lifetime.fit_bgnbd(s.x, s.t_x, s.T)
    columns = (s.x, s.t_x, s.T)
    expected = churn.auc(~bought, -model.expected(*columns, 39))
    silent = churn.auc(~bought, model.silent(*columns, 39))
    report.check(
        "5 churn",
        "churn, CDNOW master, 5 folds, 10 seeds: AUC",
        found.auc,
        ">= 0.765",
        f"{found.low:.3f}-{found.high:.3f}",
    )
    report.check(
        "5 churn beside", "  less the better BG/NBD horizon score", found.auc - max(expected, silent), ">= 0"
    )
    report.note(
        "  fewest expected purchases; P(no purchase); P(left)",
        f"{expected:.4f}",
        f"{silent:.4f}; {churn.auc(~bought, 1 - model.alive(*columns)):.4f}",
    )
    came = len(np.unique(np.column_stack([customer[~seen], day[~seen].astype(np.int64)]), axis=0))
    said = model.forecast(*columns, 39)
    off = abs(said.total / came - 1)
    report.check(
        "5 forecast",
        "  forecast of all purchases, off by",
        off,
        "<= 0.15",
        f"{said.total:,.0f} ({said.low:,.0f}-{said.high:,.0f}) of {came:,}",
    )


def on_hillstrom(report: Report, folder: Path) -> None:
    file = folder / "hillstrom/hillstrom.csv.gz"
    if not file.exists():
        report.note("Hillstrom", "not there", f"{file}; --folder says where")
        return
    with gzip.open(file, "rt") as lines:
        rows = [row for row in csv.DictReader(lines) if row["segment"] != "Mens E-Mail"]
    treated = np.array([row["segment"] != "No E-Mail" for row in rows])
    visit, history, womens, mens, newbie, recency = (
        np.array([float(row[name]) for row in rows])
        for name in ("visit", "history", "womens", "mens", "newbie", "recency")
    )
    area = uplift.bootstrap(visit, treated, womens)
    spent = uplift.qini(visit, treated, history)
    report.check(
        "5 uplift",
        "Hillstrom, one-line rule: lower bound of qini",
        area.low,
        ">= 0.0001",
        f"qini {area.value:.4f}",
    )
    beside = uplift.bootstrap(visit, treated, womens, against=history)
    report.check(
        "5 uplift beside",
        "  lower bound less that of spending",
        area.low - spent,
        ">= 0.0001",
        f"spending {spent:.4f}; paired difference from {beside.low:.4f}",
    )
    table = np.column_stack([womens, mens, newbie, recency, np.log(history)])
    cut, learnt = np.random.default_rng(0).integers(0, 2, len(visit)), np.zeros(len(visit))
    for k in (0, 1):
        model = uplift.s_learner(table[cut != k], treated[cut != k], visit[cut != k])
        learnt[cut == k] = model.uplift(table[cut == k])
    report.note("  S-learner on customers not learnt from", f"{uplift.qini(visit, treated, learnt):.4f}")


def on_baskets(report: Report, file: Path) -> None:
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        rows = [(row["customer"], row["item"], row["day"]) for row in csv.DictReader(lines)]
    customer, item, day = (np.array(column) for column in zip(*rows, strict=True))
    dates = day.astype("M8[D]")
    since = np.sort(dates)[int(len(dates) * 0.8)]
    found = recommend.hits(customer, item, dates, since)
    said = f"{found.customers:,} customers, from {since}, lists of {found.most}"
    report.note(f"{file.name}: new for you, share hit", f"{found.new:.4f}", said)
    report.note("  popularity", f"{found.popular:.4f}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="guanxi bench value", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="folder with hillstrom/hillstrom.csv.gz")
    parser.add_argument("--data", type=Path, help="a CSV of purchases: customer,item,day")
    parser.add_argument("--lifetimes", type=Path, help="a Python that has lifetimes")
    parser.add_argument("--no-peer", action="store_true", help="without lifetimes beside")
    parser.add_argument("--quick", action="store_true", help="5 million customers")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    report = Report("value")
    print(f"value: load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    on_tables(report)
    on_churn(report)
    on_hillstrom(report, given.folder)
    if given.data:
        on_baskets(report, given.data)
    if not given.no_peer:
        on_peer(report, given.lifetimes)
    on_millions(report, QUICK if given.quick else WHOLE)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
