"""A call centre of seven groups and twenty people, from the derived figures in shared/data/arrivals (README there).

What the README leaves open and this file assumes: who sits on which shift (`ROSTER`), which skills people have besides
their group's (`SECOND`), and that the two sources' weekends fall together: the five working days of the call centre, Sunday
to Thursday, have the deferred work of Monday to Friday.
"""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from guanxi.engine.routing import PRIMARY, SECONDARY, Agent, Item
from guanxi.engine.routing.drawing import Times
from guanxi.engine.routing.simulating import Arrival, Seat, Span

DAY_S: Final = 86_400.0
HOUR_S: Final = 3_600.0
OPEN: Final = (7.0, 24.0)
WORKDAYS: Final = (
    6,
    0,
    1,
    2,
    3,
)  # weekday codes of the files, 0 = Monday; weekend there on Friday and Saturday
GROUPS: Final = ("hotline", "online", "telemkt", "letters", "documents", "finance", "data")
SHIFTS: Final[Mapping[str, Span]] = {"E": (7.0, 15.0), "M": (10.0, 18.0), "L": (16.0, 24.0)}
ROSTER: Final[Mapping[str, str]] = {
    "hotline": "EEEMMLL",
    "online": "EML",
    "telemkt": "M",
    "letters": "EML",
    "documents": "EM",
    "finance": "EML",
    "data": "M",
}
"""One letter a person: 20 people, 5-2-1-2-1-2-1 times 1.4."""
CALLS: Final = ("hotline", "online", "telemkt", "finance")
SECOND: Final[Mapping[str, Sequence[str]]] = {
    **{group: [*(one for one in CALLS if one != group), "mail", "letters"] for group in CALLS},
    "online": ["hotline", "telemkt", "finance", "letters", "sales"],
    "letters": ["documents", "data", "mail"],
    "documents": ["letters", "data", "mail", "hotline"],
    "data": ["letters", "documents", "mail", "hotline"],
}
CALL_TARGET_S: Final = 20.0
SENIOR_TARGET_S: Final = 10.0
SENIORS: Final = 0.20


@dataclass(frozen=True, slots=True)
class Deferred:
    kind: str
    channel: str
    group: str
    skill: str
    a_day: float
    mean_s: float
    target_s: float
    outbound: bool = False


DEFERRED: Final = (
    Deferred("email", "email", "online", "mail", 150, 300, 4 * HOUR_S),
    Deferred("letter", "letter", "letters", "letters", 120, 360, 17 * HOUR_S),
    Deferred("document", "document", "documents", "documents", 150, 180, 8 * HOUR_S),
    Deferred("repair", "repair", "data", "data", 100, 150, 34 * HOUR_S),
    Deferred("outbound", "outbound", "telemkt", "sales", 200, 180, 17 * HOUR_S, outbound=True),
)
SIGMA: Final = 0.7
CAPACITY: Final = {one.channel: 1 for one in DEFERRED}


@dataclass(frozen=True, slots=True)
class Profile:
    """The files, read."""

    calls: Mapping[tuple[int, int, str], float]  # weekday, half hour, group: mean calls
    daily: Mapping[int, tuple[float, float]]  # weekday: mean and coefficient of variation
    handle: Mapping[str, Times]
    patience: Times
    deferred_share: Sequence[float]  # by half hour
    deferred_weekday: Sequence[float]


def read(folder: Path) -> Profile:
    """Raises `OSError` where the files are not."""
    calls = {
        (int(row["weekday"]), int(row["half_hour"]), row["group"]): float(row["mean_calls"])
        for row in _rows(folder / "call_arrivals.csv")
    }
    daily = json.loads((folder / "summary.json").read_text())["daily_mean_and_cv_by_weekday"]
    handle = {}
    for row in _rows(folder / "service_seconds.csv"):
        points = [(int(name[1:]) / 100, float(value)) for name, value in row.items() if name[0] == "q"]
        handle[row["group"]] = Times.of_quantiles(points, float(row["mean"]))
    survival = [
        (float(row["seconds"]), float(row["survival"])) for row in _rows(folder / "patience_survival.csv")
    ]
    shares = [float(row["share"]) for row in _rows(folder / "deferred_profile.csv")]
    weekday = json.loads((folder / "deferred_weekday.json").read_text())
    return Profile(
        calls,
        {int(day): (mean, cv) for day, (mean, cv) in daily.items()},
        handle,
        Times.of_survival(survival),
        shares,
        weekday,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def arrivals(profile: Profile, days: int, seed: int) -> list[Arrival]:
    """Working days from second 0 on: calls in opening hours, deferred work at any hour. Handle times and patience drawn."""
    dice = Random(f"arrivals:{seed}")
    made: list[Arrival] = []
    for day in range(days):
        weekday = WORKDAYS[day % len(WORKDAYS)]
        factor = _day_factor(profile.daily[weekday][1], dice)
        for half in range(int(OPEN[0] * 2), int(OPEN[1] * 2)):
            for group in CALLS:
                for moment in _poisson(profile.calls.get((weekday, half, group), 0.0) * factor, dice):
                    made.append(
                        _call(len(made) + 1, group, day * DAY_S + (half + moment) * 1800, profile, dice)
                    )
        for kind in DEFERRED:
            for half, share in enumerate(profile.deferred_share):
                mean = kind.a_day * profile.deferred_weekday[day % len(WORKDAYS)] * share
                for moment in _poisson(mean, dice):
                    made.append(_deferred(len(made) + 1, kind, day * DAY_S + (half + moment) * 1800, dice))
    return made


def _day_factor(cv: float, dice: Random) -> float:
    return dice.gammavariate(1 / cv**2, cv**2)


def _poisson(mean: float, dice: Random) -> list[float]:
    """Moments within the half hour, 0 to 1."""
    moments, moment = [], dice.expovariate(mean) if mean else 2.0
    while moment < 1:
        moments.append(moment)
        moment += dice.expovariate(mean)
    return moments


def _call(number: int, group: str, moment: float, profile: Profile, dice: Random) -> Arrival:
    senior = dice.random() < SENIORS
    item = Item(
        number, "call", "phone", moment, SENIOR_TARGET_S if senior else CALL_TARGET_S, 0.0,
        skill=group, tier=2 if senior else 0, team=GROUPS.index(group), live=True,
    )  # fmt: skip
    return Arrival(item, profile.handle[group].draw(dice), profile.patience.draw(dice))


def _deferred(number: int, kind: Deferred, moment: float, dice: Random) -> Arrival:
    item = Item(
        number, kind.kind, kind.channel, moment, kind.target_s, 0.0,
        skill=kind.skill, team=GROUPS.index(kind.group), outbound=kind.outbound,
    )  # fmt: skip
    return Arrival(item, dice.lognormvariate(math.log(kind.mean_s) - SIGMA**2 / 2, SIGMA), None)


def seats(days: int) -> list[Seat]:
    """The roster, the same every day."""
    people = [(group, shift) for group in GROUPS for shift in ROSTER[group]]
    return [_seat(number, group, SHIFTS[shift], days) for number, (group, shift) in enumerate(people, 1)]


def _seat(number: int, group: str, shift: Span, days: int) -> Seat:
    own = {group, *(one.skill for one in DEFERRED if one.group == group)}
    skills = {**dict.fromkeys(SECOND[group], SECONDARY), **dict.fromkeys(own, PRIMARY)}
    phone = {"phone": 1} if set(skills) & set(CALLS) else {}
    agent = Agent(number, GROUPS.index(group), skills, capacity={**CAPACITY, **phone})
    return Seat(
        agent, [(day * DAY_S + shift[0] * HOUR_S, day * DAY_S + shift[1] * HOUR_S) for day in range(days)]
    )


def opened(days: int) -> list[Span]:
    return [(day * DAY_S + OPEN[0] * HOUR_S, day * DAY_S + OPEN[1] * HOUR_S) for day in range(days)]
