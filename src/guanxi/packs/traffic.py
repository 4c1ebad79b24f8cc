"""A day's traffic as numbers: what comes when and by which way. Pure; a pack's world makes people of it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Self

HOURS = 24
HOUR_S = 3_600
DAY_S = HOURS * HOUR_S


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something comes: `at` seconds after midnight."""

    at: float
    channel: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a day looks like. `hours`: per channel 24 expected counts of an ordinary day; `handling`, `patience`: (median s,
    sigma) of how long one takes, and of how long somebody waits."""

    hours: Mapping[str, Sequence[float]]
    weekday: Sequence[float]
    spread: float
    handling: Mapping[str, tuple[float, float]]
    patience: Mapping[str, tuple[float, float]]

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """From a pack's file. Raises `ValueError` for a day without 24 hours, a week without 7 days, a count below nought."""
        hours = {}
        for name, channel in given["channel"].items():
            shares = channel["hours"]
            if len(shares) != HOURS or min(shares) < 0 or not sum(shares) or channel["per_day"] < 0:
                raise ValueError(f"{name}: 24 shares, one above nought, and a count per day")
            hours[name] = [channel["per_day"] * share / sum(shares) for share in shares]
        day = given["day"]
        if len(day["weekday"]) != 7:
            raise ValueError("weekday: seven factors, from Monday on")
        spans = [
            {name: (one["median"], one["sigma"]) for name, one in given[part].items()}
            for part in ("handling", "patience")
        ]
        return cls(hours, day["weekday"], day["spread"], *spans)

    def day(self, weekday: int, chance: Random) -> list[Arrival]:
        """One day, in the order of time: the day's factor first, then chance within each hour."""
        factor = self.weekday[weekday] * math.exp(chance.gauss(0, self.spread) - self.spread**2 / 2)
        found = [
            Arrival(at, channel)
            for channel, expected in self.hours.items()
            for hour, count in enumerate(expected)
            for at in _poisson(count * factor, hour * HOUR_S, chance)
        ]
        return sorted(found, key=lambda one: (one.at, one.channel))

    def seconds(self, channel: str, chance: Random) -> float:
        """How long somebody works on one."""
        return _lognormal(self.handling[channel], chance)

    def waits(self, channel: str, chance: Random) -> float:
        """How long somebody waits to be answered."""
        return _lognormal(self.patience[channel], chance)


def _lognormal(span: tuple[float, float], chance: Random) -> float:
    median, sigma = span
    return median * math.exp(chance.gauss(0, sigma))


def _poisson(expected: float, begin: float, chance: Random) -> Iterator[float]:
    """Moments of a Poisson stream with `expected` arrivals in the hour from `begin` on."""
    at = 0.0
    while expected > 0 and (at := at + chance.expovariate(expected)) < 1:
        yield begin + at * HOUR_S


def days(profile: Profile, weekday: int, seed: int) -> Iterator[tuple[int, Arrival]]:
    """Days on end, (which day from the first, arrival); the same for the same seed."""
    number = 0
    while True:
        for arrival in profile.day((weekday + number) % 7, Random(f"{seed}:{number}")):  # noqa: S311  repeatable
            yield number, arrival
        number += 1
