"""Promise 9: assignment: how fast it ranks, and what it does with the arrivals of a real call centre. SIMULATED.

`guanxi bench routing [--quick] [--seeds N] [--plot FILE]` ranks 10,000 items for 200 agents; then lets twenty people in seven
groups live through working weeks (`bench.parts.call_centre`: derived figures of a bank's call centre, and what is assumed)
under four policies, each deciding by `guanxi.engine.routing.decide` itself. The world is calibrated: closed groups, first come
first served, must answer 38-44 % of calls within 20 s. Then it shows what each cap on interruptions buys, and plots it.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.parts import call_centre  # noqa: E402  the repository comes first
from bench.parts.curve import curve  # noqa: E402
from bench.parts.verdict import Report, percentile  # noqa: E402
from guanxi.engine.routing import Agent, Item, Policy, decide, next_for, rank  # noqa: E402
from guanxi.engine.routing.simulating import Arrival, Lived, Result, simulate  # noqa: E402

ARRIVALS: Final = Path(os.environ.get("GUANXI_BENCH_ARRIVALS", ROOT.parent / "shared/data/arrivals"))
WITHIN_S: Final = 20.0
NEVER: Final = float("inf")
CLOSED: Final = Policy(order="fifo", pooled=False, reserve=0, parking=False, widen=(0, 0, NEVER))
LONGEST_IDLE: Final = Policy(order="live_first", reserve=0, parking=False, widen=(0, NEVER, NEVER))
RESERVE: Final = Policy(parking=False)
PARKING: Final = Policy()
POLICIES: Final = (
    ("closed groups, first come first served", CLOSED, "40.8 % / 34.6 %"),
    ("skills + longest idle", LONGEST_IDLE, "48.8 % / 13.9 %"),
    ("urgency, widening, + reserve", RESERVE, "55.8 % / 12.2 %"),
    ("+ parking", PARKING, "76 % / 7.3-7.7 %"),
)
CAPS: Final = (0, 1, 2, 4, 6, 12)


# -- speed ------------------------------------------------------------------------------------------------


def crowd(items: int, agents: int) -> tuple[list[Item], list[Agent]]:
    """A backlog of every channel, seven skills, two languages, three tiers; everybody at work and free."""
    dice = random.Random(9)
    skills, channels = call_centre.GROUPS, ("phone", "chat", "email", "letter")
    queue = [
        Item(
            number, "any", channel := dice.choice(channels), dice.random() * 1e5,
            dice.choice([20.0, 3_600.0, 14_400.0, 61_200.0]), dice.random() * 5e4,
            skill=dice.choice(skills), language=dice.choice(["zh", "en", ""]), tier=dice.choice([0, 0, 0, 0, 1, 2]),
            manager=dice.choice([None, None, dice.randrange(agents)]), live=channel in ("phone", "chat"),
        )
        for number in range(items)
    ]  # fmt: skip
    people = [
        Agent(
            number, number % 7, {skill: dice.randint(1, 2) for skill in dice.sample(skills, 3)},
            frozenset(dice.sample(["zh", "en"], dice.randint(1, 2))), dice.random() < 0.9, {},
            {"phone": 1, "chat": 3, "email": 5, "letter": 5}, dice.random() * 1e4,
        )
        for number in range(agents)
    ]  # fmt: skip
    return queue, people


def speed(report: Report) -> None:
    queue, people = crowd(10_000, 200)
    policy = Policy()
    report.check(
        "9 rank", "10,000 items x 200 agents ranked, CPU ms", _ms(lambda: rank(queue, policy)), "<= 50"
    )
    report.note(
        "  one agent's Next among them, CPU ms",
        f"{_ms(lambda: next_for(people[0], queue, policy=policy, now=0.0)):.1f}",
    )
    report.note(
        "  all decided, with reasons / without, CPU ms",
        f"{_ms(lambda: decide(queue, people, policy=policy, now=0.0)):.0f} / "
        f"{_ms(lambda: decide(queue, people, policy=policy, now=0.0, reasons=False)):.0f}",
    )


def _ms(what: object) -> float:
    """The median of five, milliseconds of CPU."""
    spent = []
    for _ in range(5):
        cpu = time.process_time()
        what()  # type: ignore[operator]
        spent.append((time.process_time() - cpu) * 1_000)
    return statistics.median(spent)


# -- weeks ------------------------------------------------------------------------------------------------


class Weeks:
    """The same arrivals for every policy, one week per seed."""

    def __init__(self, folder: Path, days: int, seeds: Sequence[int]) -> None:
        profile = call_centre.read(folder)
        self.days = days
        self.arrivals: dict[int, list[Arrival]] = {
            seed: call_centre.arrivals(profile, days, seed) for seed in seeds
        }
        self.seats, self.opened = call_centre.seats(days), call_centre.opened(days)

    def under(self, policy: Policy, seeds: Sequence[int] = ()) -> "Figures":
        return Figures(
            [
                simulate(self.arrivals[seed], self.seats, policy, seed, opened=self.opened)
                for seed in seeds or self.arrivals
            ]
        )


class Figures:
    """What the weeks say. Every call offered in opening hours counts, hang-ups of the first seconds too."""

    def __init__(self, weeks: Sequence[Result]) -> None:
        self.lived = [one for week in weeks for one in week.lived]
        self.calls = [one for one in self.lived if one.item.live]
        self.deferred = [one for one in self.lived if not one.item.live]
        self.in_time = share(_quick(one) for one in self.calls)
        self.abandoned = share(one.hung_up is not None for one in self.calls)
        self.by_week = [share(_quick(one) for one in week.lived if one.item.live) for week in weeks]
        duty_h = sum(week.duty_s for week in weeks) / 3_600
        self.interruptions = sum(len(week.parkings) for week in weeks) / duty_h
        self.occupancy = sum(week.busy_s for week in weeks) / 3_600 / duty_h

    def p90(self, *, seniors: bool) -> float:
        """Seconds until taken or hung up."""
        return percentile([one.waited for one in self.calls if bool(one.item.tier) == seniors], 0.9)

    def by_group(self) -> dict[str, float]:
        return {
            group: share(_quick(one) for one in self.calls if one.item.skill == group)
            for group in call_centre.CALLS
        }

    def deferred_in_target(self) -> dict[str, float]:
        kinds = [one.kind for one in call_centre.DEFERRED]
        return {
            kind: share(_on_time(one) for one in self.deferred if one.item.kind == kind) for kind in kinds
        }

    def starved(self) -> int:
        """Deferred work nobody had taken in hand when twice its target was over."""
        return sum(one.waited > 2 * one.item.target for one in self.deferred)


def _quick(one: Lived) -> bool:
    return one.started is not None and one.waited <= WITHIN_S


def _on_time(one: Lived) -> bool:
    return one.waited <= one.item.target


def share(told: object) -> float:
    listed = list(told)  # type: ignore[call-overload]
    return sum(listed) / len(listed) if listed else 0.0


def judge(report: Report, figures: dict[str, Figures]) -> None:
    closed, idle, reserve, parking = (figures[name] for name, _, _ in POLICIES)
    report.check(
        "9 calibrated low", "closed groups answer within 20 s, calibration", closed.in_time, ">= 0.38"
    )
    report.check("9 calibrated high", "  and no more than", closed.in_time, "<= 0.44")
    report.check(
        "9 calibrated pooled", "skills + longest idle answer within 20 s, calibration", idle.in_time, ">= 0.46",
        f"to 0.52; abandoned {idle.abandoned:.1%}, calibration 12-16 %",
    )  # fmt: skip
    report.check("9 reserve", "answered within 20 s without interruptions", reserve.in_time, ">= 0.55")
    report.note("  times closed groups; work.md 1.37", f"{reserve.in_time / closed.in_time:.2f}")
    report.check("9 parking", "answered within 20 s with parking", parking.in_time, ">= 0.75")
    report.note("  times closed groups; work.md 1.86", f"{parking.in_time / closed.in_time:.2f}")
    report.check(
        "9 seniors",
        "seniors' p90 wait beside the others', ratio",
        parking.p90(seniors=True) / parking.p90(seniors=False),
        "<= 0.99",
        f"{parking.p90(seniors=True):.0f} s and {parking.p90(seniors=False):.0f} s",
    )
    groups = parking.by_group()
    report.check(
        "9 no group", "worst group's share beside all, ratio", min(groups.values()) / parking.in_time, ">= 0.85",
        ", ".join(f"{group} {value:.0%}" for group, value in groups.items()),
    )  # fmt: skip
    for name, one in (("reserve", reserve), ("parking", parking)):
        said = ", ".join(f"{kind} {value:.0%}" for kind, value in one.deferred_in_target().items())
        report.check(
            f"9 starved {name}", f"{name}: deferred work beyond twice its target", one.starved(), "<= 0", said
        )


def table(report: Report, weeks: Weeks) -> dict[str, Figures]:
    print("  policy: answered within 20 s / abandoned; p90 wait of seniors, others; occupancy", flush=True)
    figures = {}
    for name, policy, beside in POLICIES:
        cpu = time.process_time()
        one = figures[name] = weeks.under(policy)
        spread = ""
        if len(one.by_week) > 1:
            spread = f", weeks {min(one.by_week):.1%}-{max(one.by_week):.1%}, deviation {statistics.stdev(one.by_week):.1%}"
        report.note(
            f"  {name}",
            f"{one.in_time:.1%} / {one.abandoned:.1%}",
            f"work.md {beside}; p90 {one.p90(seniors=True):.0f}, {one.p90(seniors=False):.0f} s; busy {one.occupancy:.0%}"
            f"{spread}; {time.process_time() - cpu:.0f} CPU s",
        )
    return figures


def sweep(report: Report, weeks: Weeks, plot: Path) -> None:
    """What a cap on interruptions buys: calls answered against how often a person is broken off."""
    print(
        "  cap an hour and person: interruptions per hour on duty; answered within 20 s / abandoned",
        flush=True,
    )
    first = next(iter(weeks.arrivals))
    points = []
    for cap in CAPS:
        one = weeks.under(replace(PARKING, parked_hour_max=cap, parking=cap > 0), [first])
        points.append((one.interruptions, one.in_time, str(cap)))
        worst = _most_broken_off(one, cap)
        report.note(
            f"    cap {cap}", f"{one.interruptions:.2f}", f"{one.in_time:.1%} / {one.abandoned:.1%}{worst}"
        )
    plot.parent.mkdir(parents=True, exist_ok=True)
    drawn = curve(
        points,
        title="What interruptions buy",
        x="interruptions per person and hour on duty",
        y="calls answered within 20 s",
        label="cap",
    )
    plot.write_text(drawn, encoding="utf-8")
    report.note("    drawn", str(plot))


def _most_broken_off(one: Figures, cap: int) -> str:
    parked = [lived.parked for lived in one.deferred]
    return f"; one piece of work broken off at most {max(parked)} times" if cap else ""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="guanxi bench routing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--arrivals", type=Path, default=ARRIVALS, help="folder with the derived figures")
    parser.add_argument("--seeds", type=int, default=5, help="weeks lived through under each policy")
    parser.add_argument(
        "--plot", type=Path, default=ROOT / "build/assignment-cap.svg", help="where the sweep is drawn"
    )
    parser.add_argument("--quick", action="store_true", help="two days, one seed")
    return parser.parse_args()


def main() -> int:
    """Everything, in order; 0 when all of it holds."""
    given = arguments()
    report = Report("routing")
    print(f"routing: SIMULATED, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    speed(report)
    if not (given.arrivals / "call_arrivals.csv").exists():
        print(f"routing: the figures are not in {given.arrivals}; --arrivals says where")
        return 2
    weeks = Weeks(given.arrivals, 2 if given.quick else 5, range(1, 2 if given.quick else given.seeds + 1))
    counts = [len(one) for one in weeks.arrivals.values()]
    report.note(
        "arrivals a week: calls and deferred work", f"{statistics.mean(counts):,.0f}", f"{len(counts)} weeks"
    )
    figures = table(report, weeks)
    judge(report, figures)
    sweep(report, weeks, given.plot)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
