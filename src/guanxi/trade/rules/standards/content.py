"""What a version of a quality standard says: parameters and how they are measured, grades and their limits, remedies. Pure.

`Content.from_json` reads `models.StandardVersion.content`; `checking.faults` says everything that is wrong with one.
Names and texts are {"zh-hans": ..., "en": ...}. Grades stand best first; the last takes whatever no other does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanxi.trade.rules.standards.units import NONE

Names = Mapping[str, str]
Value = float | int | bool | str
LANGUAGES = ("zh-hans", "en")
NUMBER, COUNT, ENUM, BOOL, TEXT = "number", "count", "enum", "bool", "text"
KINDS = (NUMBER, COUNT, ENUM, BOOL, TEXT)
MEASURED = (NUMBER, COUNT)
CONDITIONS = ("NewCondition", "RefurbishedCondition", "UsedCondition", "DamagedCondition")
"""schema.org's OfferItemCondition."""
CRITICAL, GRADES, MISSTATED = "critical", "grades", "misstated"
WHENS = (CRITICAL, GRADES, MISSTATED)
PARAMETERS_MAX = 60
GRADES_MAX = 9
CHARS_MAX = 400
NUMBER_MAX = 1e9


@dataclass(frozen=True, slots=True)
class Limit:
    """What a parameter must keep for a grade: at least, at most, one of. All that are given hold together."""

    min: float | None = None
    max: float | None = None
    among: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that is looked at. `choices` of an enum stand best first. `tolerance`, in `unit`: what a measurement may err.

    One without limits is stated, not graded: an edition, a capacity. A `critical` one has a limit in every grade but the last.
    """

    code: str
    name: Names
    kind: str
    unit: str = NONE
    method: Names = field(default_factory=dict)
    instrument: Names = field(default_factory=dict)
    sampling: Names = field(default_factory=dict)
    tolerance: float = 0.0
    critical: bool = False
    choices: tuple[tuple[str, Names], ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)

    @property
    def choice_codes(self) -> tuple[str, ...]:
        return tuple(code for code, _names in self.choices)


@dataclass(frozen=True, slots=True)
class Grade:
    code: str
    name: Names
    words: Names = field(default_factory=dict)
    condition: str = "UsedCondition"


@dataclass(frozen=True, slots=True)
class RemedyRule:
    """What follows from a finding: `when` critical, so many `grades` worse, or merely misstated; `share` of the price."""

    when: str
    remedy: str
    share: float
    grades: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """One version, ready to be asked."""

    scope: Names
    parameters: Mapping[str, Parameter]
    grades: tuple[Grade, ...]
    remedies: tuple[RemedyRule, ...] = ()
    basis: Names = field(default_factory=dict)
    changes: Names = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Content":
        """Raises `KeyError`, `TypeError` or `ValueError` for what `faults` would have named."""
        return cls(
            scope=content.get("scope", {}),
            parameters={one["code"]: _parameter(one) for one in content["parameters"]},
            grades=tuple(Grade(**one) for one in content["grades"]),
            remedies=tuple(RemedyRule(**one) for one in content.get("remedies", ())),
            basis=content.get("basis", {}),
            changes=content.get("changes", {}),
        )

    def place(self, grade: str) -> int:
        """Where a grade stands, 0 the best. Raises `KeyError`."""
        for place, one in enumerate(self.grades):
            if one.code == grade:
                return place
        raise KeyError(grade)

    @property
    def lowest(self) -> Grade:
        return self.grades[-1]

    @property
    def graded(self) -> tuple[Parameter, ...]:
        """Parameters on which a grade depends."""
        return tuple(one for one in self.parameters.values() if one.limits)


def _parameter(one: Mapping[str, Any]) -> Parameter:
    rest = {key: value for key, value in one.items() if key not in ("limits", "choices")}
    choices = tuple((row["code"], row["name"]) for row in one.get("choices", ()))
    return Parameter(**rest, choices=choices, limits={g: _limit(x) for g, x in one.get("limits", {}).items()})


def _limit(one: Mapping[str, Any]) -> Limit:
    return Limit(one.get("min"), one.get("max"), tuple(one.get("among", ())))
