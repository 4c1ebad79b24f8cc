"""Weights as versioned JSON: how often each level is met by the same person (m), by strangers (u), in a household (h).

A file is refused as a whole, with the place of the first fault, so that a half-read table never decides about people.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from math import isfinite, log2
from pathlib import Path
from typing import Any, Final, NamedTuple

from guanxi.engine.matching.frequencies import Frequencies
from guanxi.engine.matching.levels import LEVELS

SCHEMA: Final = 1
SHARE_MAX: Final = 1 - 1e-6


class WeightsRefused(ValueError):
    """A weights file that cannot be used: `file`, `key` (dotted path) and `reason_code`."""

    def __init__(self, file: str, key: str, reason_code: str) -> None:
        super().__init__(f"{file}: {key}: {reason_code}")
        self.file, self.key, self.reason_code = file, key, reason_code


class Level(NamedTuple):
    """`m`, `u`, `h`: the share of pairs at this level among the same person, strangers, members of one household.

    `frequency`: "name" or "family" if strangers agree the more often the commoner their name is: `u` is then its share
    among all people times `spread` (several names are read alike), and the `u` written here an average.
    """

    m: float
    u: float
    h: float
    frequency: str = ""
    spread: float = 1.0

    @property
    def weight(self) -> float:
        """log2(m / u)"""
        return log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Weights:
    """`prior_same`, `prior_household`: of two people met at random. `same_min`, `review_min`: probabilities."""

    version: str
    prior_same: float
    prior_household: float
    same_min: float
    review_min: float
    fields: Mapping[str, Mapping[str, Level]]
    frequencies: Frequencies
    learnt: Mapping[str, Any]


@functools.cache
def default_weights() -> Weights:
    """The table the package brings along."""
    resource = resources.files("guanxi.engine.matching") / "weights" / "default.json"
    return weights_from(json.loads(resource.read_text("utf-8")), "default.json")


def read_weights(path: Path) -> Weights:
    """A table from a file. Raises `WeightsRefused`."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise WeightsRefused(path.name, "", "unreadable") from None
    except ValueError:
        raise WeightsRefused(path.name, "", "not_json") from None
    return weights_from(data, path.name)


def write_weights(weights: Weights, path: Path) -> None:
    """The table as a file that `read_weights` reads back to the same."""
    path.write_text(json.dumps(as_json(weights), ensure_ascii=False, indent=1) + "\n", "utf-8")


def as_json(weights: Weights) -> dict[str, Any]:
    """The table as JSON values."""
    return {
        "schema": SCHEMA,
        "version": weights.version,
        "learnt": dict(weights.learnt),
        "prior": {"same": weights.prior_same, "household": weights.prior_household},
        "thresholds": {"same": weights.same_min, "review": weights.review_min},
        "fields": {
            field: {code: _level_as_json(level) for code, level in levels.items()}
            for field, levels in weights.fields.items()
        },
        "frequencies": weights.frequencies.as_json(),
    }


def _level_as_json(level: Level) -> dict[str, Any]:
    found: dict[str, Any] = {"m": level.m, "u": level.u, "h": level.h}
    return found | ({"frequency": level.frequency, "spread": level.spread} if level.frequency else {})


def weights_from(data: object, file: str = "weights") -> Weights:
    """The table in JSON values. Raises `WeightsRefused` with the dotted path of the first fault."""
    read = _Reader(file)
    top = read.table(data, "")
    read.exactly(top, {"schema", "version", "learnt", "prior", "thresholds", "fields", "frequencies"}, "")
    if top["schema"] != SCHEMA:
        raise WeightsRefused(file, "schema", "other_schema")
    if not isinstance(top["version"], str) or not 0 < len(top["version"]) <= 40:
        raise WeightsRefused(file, "version", "not_a_version")
    prior = read.table(top["prior"], "prior")
    limits = read.table(top["thresholds"], "thresholds")
    read.exactly(prior, {"same", "household"}, "prior")
    read.exactly(limits, {"same", "review"}, "thresholds")
    same_min, review_min = (read.share(limits[one], f"thresholds.{one}") for one in ("same", "review"))
    if review_min > same_min:
        raise WeightsRefused(file, "thresholds.review", "above_same")
    fields = read.table(top["fields"], "fields")
    read.exactly(fields, set(LEVELS), "fields")
    return Weights(
        version=top["version"],
        prior_same=read.share(prior["same"], "prior.same"),
        prior_household=read.share(prior["household"], "prior.household"),
        same_min=same_min,
        review_min=review_min,
        fields={field: read.levels(fields[field], field) for field in LEVELS},
        frequencies=read.frequencies(top["frequencies"]),
        learnt=read.table(top["learnt"], "learnt"),
    )


def _in_order(levels: dict[str, Level]) -> dict[str, Level]:
    """The levels of a field such that none speaks for more than the best.

    One address speaks for a household; that two differ must not make one person of them. So `u` and `h` are raised where
    it would. Of a name that is weighed by its frequency the share is known only with the name.
    """
    best = next(iter(levels.values()))
    return {
        code: level._replace(
            u=level.u if best.frequency else min(max(level.u, level.m * best.u / best.m), SHARE_MAX),
            h=min(max(level.h, level.m * best.h / best.m), SHARE_MAX),
        )
        for code, level in levels.items()
    }


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file

    def table(self, data: object, key: str) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise WeightsRefused(self.file, key, "not_a_table")
        return data

    def exactly(self, data: Mapping[str, Any], wanted: set[str], key: str) -> None:
        for one in sorted(wanted - set(data)):
            raise WeightsRefused(self.file, f"{key}.{one}".lstrip("."), "missing")
        for one in sorted(set(data) - wanted):
            raise WeightsRefused(self.file, f"{key}.{one}".lstrip("."), "unknown")

    def share(self, value: object, key: str) -> float:
        """A probability that a logarithm can be taken of."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WeightsRefused(self.file, key, "not_a_number")
        if not isfinite(value) or not 0 < value < 1:
            raise WeightsRefused(self.file, key, "not_a_share")
        return float(value)

    def levels(self, data: object, field: str) -> dict[str, Level]:
        levels = self.table(data, f"fields.{field}")
        self.exactly(levels, set(LEVELS[field]), f"fields.{field}")
        found = {code: self.level(levels[code], f"fields.{field}.{code}") for code in LEVELS[field]}
        return _in_order(found)

    def level(self, data: object, key: str) -> Level:
        level = self.table(data, key)
        frequency = level.get("frequency", "")
        self.exactly(level, {"m", "u", "h"} | ({"frequency", "spread"} & set(level)), key)
        if frequency not in ("", "name", "family"):
            raise WeightsRefused(self.file, f"{key}.frequency", "unknown")
        m, u, h = (self.share(level[one], f"{key}.{one}") for one in "muh")
        return Level(m, u, h, frequency, self.factor(level.get("spread", 1.0), f"{key}.spread"))

    def factor(self, value: object, key: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1000:
            raise WeightsRefused(self.file, key, "not_a_factor")
        return float(value)

    def frequencies(self, data: object) -> Frequencies:
        table = self.table(data, "frequencies")
        self.exactly(table, set(Frequencies.__slots__), "frequencies")
        return Frequencies(**{name: self.shares(table[name], f"frequencies.{name}") for name in table})

    def shares(self, data: object, key: str) -> dict[str, float]:
        table = self.table(data, key)
        return {one: self.share(value, f"{key}.{one}") for one, value in table.items()}
