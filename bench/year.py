"""A simulated year of a marketplace under its published pack, beside the service targets of the same pack. SIMULATED.

`guanxi bench year [--quick] [--disputes N] [--seed N] [--staff-share X] [--pack CODE]` lets made-up complaints of the kinds
below live through the real table of steps, with the limits, automatic limits and protection schemes the pack publishes.
How people behave is assumed (`cases.rules.replay.ASSUMED`, printed on /then-and-now/); what is assumed beyond that stands
here: how often each kind comes, how often records alone prove a rightful complaint of it, and how much of a limit our own
staff use up. The last is a question of how many people sit there: the table at the end says what follows from it.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
django.setup()

from bench.parts.verdict import Report  # noqa: E402  the repository comes first
from guanxi.cases.rules.replay import ASSUMED, Dispute, Fate, Published, draw, lived_now, percentile  # noqa: E402
from guanxi.packs.loader import Pack, load  # noqa: E402

KINDS: Mapping[str, tuple[float, float]] = {
    "late_dispatch": (0.12, 0.95),  # payment and hand-over are on record
    "not_received": (
        0.24,
        0.65,
    ),  # no word of delivery by the promised day; a disputed delivery is not provable
    "refund_delayed": (0.14, 0.85),  # the parcel back arrived, the time to check it is over
    "not_as_described": (0.26, 0.10),  # only where a panel or warehouse has measured it
    "damaged": (0.08, 0.10),
    "wrong_item": (0.06, 0.30),  # weight and scan at packing
    "counterfeit": (0.04, 0.20),  # the brand's or panel's finding is on file
    "quality_fault": (0.06, 0.05),
}
"""{kind: (share of complaints, share of the rightful ones that records prove)}. Assumed."""
STAFF_SHARES = (0.10, 0.15, 0.20, 0.25, 0.35)


def year(pack: Pack, disputes: int, seed: int, staff_share: float) -> list[tuple[Dispute, Fate]]:
    assumed = {**ASSUMED, "staff_share": staff_share}
    codes, shares = list(KINDS), [share for share, _ in KINDS.values()]
    rules = {code: published(pack, code) for code in codes}
    lived = []
    for number in range(1, disputes + 1):
        dice = Random(f"year:{seed}:{number}")  # nosec B311  a simulation, no secret
        code = dice.choices(codes, shares)[0]
        assumed["proven"] = KINDS[code][1]
        one = draw(number, seed, assumed)
        lived.append((one, lived_now(one, rules[code])))
    return lived


def published(pack: Pack, code: str) -> Published:
    """What the pack sets for issues of this kind."""
    content: Mapping[str, Any] = pack.procedure or {}
    issue = content["issues"][code]
    kind = content["kinds"][issue["kind"]]
    over = issue.get("approval_over")
    schemes = (pack.trading or {}).get("schemes", {})
    hours = schemes.get("advance", {}).get("hours", 0)
    base = Published(
        limits={key: timedelta(minutes=minutes) for key, minutes in kind["limits"].items()},
        automatic_most=issue.get("automatic_most", 0) if issue.get("scheme") else 0,
        approval_over=over if over is not None else 10**12,
    )
    return replace(base, advance_after=timedelta(hours=hours)) if hours and issue.get("advance") else base


def hours(lived: Sequence[tuple[Dispute, Fate]], what: str) -> list[float]:
    found = (
        fate.hours_to(getattr(fate, what)) for dispute, fate in lived if what != "money" or dispute.due_minor
    )
    return [value for value in found if value is not None]


def main() -> int:
    parser = argparse.ArgumentParser(prog="guanxi bench year", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 disputes")
    parser.add_argument("--disputes", type=int)
    parser.add_argument("--seed", type=int, default=43)
    parser.add_argument(
        "--staff-share", type=float, default=0.15, help="of a limit, used up by a step of ours on average"
    )
    parser.add_argument("--pack", default="marketplace")
    given = parser.parse_args()
    disputes = given.disputes or (1_000 if given.quick else 10_000)
    pack = load(given.pack)
    report = Report("year")
    print(
        f"SIMULATED: {disputes:,} complaints of a year, pack {pack.code}, load average {os.getloadavg()[0]:.1f}"
    )
    lived = year(pack, disputes, given.seed, given.staff_share)
    judge(report, lived)
    print("  how much of its limits our own staff use up (mean):   median, P95, money P95 in hours")
    for share in STAFF_SHARES:
        other = year(pack, min(disputes, 2_000), given.seed, share)
        decided, money = hours(other, "decided"), hours(other, "money")
        figures = (percentile(decided, 50), percentile(decided, 95), percentile(money, 95))
        report.note(f"    {share:.0%}", "  ".join(f"{one or 0:5.1f}" for one in figures))
    return report.end()


def judge(report: Report, lived: Sequence[tuple[Dispute, Fate]]) -> None:
    decided, money = hours(lived, "decided"), hours(lived, "money")
    paid_at_once = [fate.hours_to(fate.decided) or 0 for _, fate in lived if fate.ended_as == "automatic"]
    report.note("decided by machine", f"{len(paid_at_once) / len(lived):.1%}")
    report.check(
        "automatic", "automatic decisions, P95 minutes", 60 * (percentile(paid_at_once, 95) or 0), "<= 5"
    )
    report.check("median", "decision, median hours", percentile(decided, 50) or 0, "<= 24")
    report.check("p95", "decision, P95 hours", percentile(decided, 95) or 0, "<= 72")
    report.check("money", "money where it is owed, P95 hours", percentile(money, 95) or 0, "<= 48")
    report.check("cap", "money advanced or paid at the latest, days", max(first_money(lived)) / 24, "<= 6")
    off = sum(fate.paid != fate.ordered + fate.advanced for _, fate in lived)
    report.check("conserved", "disputes in which paid is not ordered + advanced", off, "<= 0")


def first_money(lived: Sequence[tuple[Dispute, Fate]]) -> list[float]:
    """Hours until somebody who is owed money, and gets it, has it."""
    return hours([(dispute, fate) for dispute, fate in lived if not fate.appealed], "money")


if __name__ == "__main__":
    sys.exit(main())
