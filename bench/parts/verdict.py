"""How a bench ends: a table for people, one JSON line for machines, an exit code for both."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """Figures of one bench. `check` lines are judged, `note` lines are only printed."""

    title: str
    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, what: str, value: str, beside: str = "") -> None:
        print(f"  {what:<58} {value:>16}   {beside}", flush=True)

    def check(self, name: str, what: str, figure: float, target: str, beside: str = "") -> None:
        """Judge `figure` against `target` (">= 5", "<= 50") and print it."""
        sign, _, limit = target.partition(" ")
        holds = figure >= float(limit) if sign == ">=" else figure <= float(limit)
        shown = round(figure, 3)
        self.verdicts[name] = {"figure": shown, "target": target, "beside": beside, "holds": holds}
        self.note(what, f"{shown:,}", f"target {target}  {'holds' if holds else 'DOES NOT HOLD'}  {beside}")

    def end(self) -> int:
        """Print the JSON line; 0 when everything judged holds."""
        print(json.dumps(self.verdicts, ensure_ascii=False), flush=True)
        return 0 if all(verdict["holds"] for verdict in self.verdicts.values()) else 1


def median_of(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], form: str = ",.0f") -> str:
    """The lowest and highest of repeated runs, for people."""
    return f"runs {format(min(values), form)}-{format(max(values), form)}"


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least `share` of all do not exceed."""
    if not values:
        return math.inf
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
