"""When what a panel of experts found may be published: enough of them, without conflict, and agreeing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guanxi.engine.agreement import krippendorff_alpha
from guanxi.trade.rules.standards.content import BOOL, ENUM, MEASURED, Content, Parameter, Value

EXPERTS_MIN = 3
ALPHA_MIN = 0.67
SPECIMENS_MIN = 2
"""Of one specimen alone no agreement can be worked out."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """One expert's judgement of one specimen. With a conflict of interest it is shown, but not counted."""

    expert: str
    specimen: str
    grade: str
    values: Mapping[str, Value]
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """`alpha` of the grades (ordinal) and of every parameter that was given (by its kind); None where it cannot be worked out.

    `medians`: specimen: the grade in the middle, of an even number the worse one. `blockers`: what stands against publishing.
    """

    alpha: float | None
    by_parameter: Mapping[str, float | None]
    medians: Mapping[str, str]
    experts: int
    blockers: tuple[str, ...]


def agreement(content: Content, assessed: Sequence[Assessed], specimens: Sequence[str]) -> Agreement:
    """How far a panel agrees, over its `specimens`."""
    counted = [one for one in assessed if not one.conflict]
    places = {(one.expert, one.specimen): float(content.place(one.grade)) for one in counted}
    by_specimen = {code: [one for one in counted if one.specimen == code] for code in specimens}
    alpha = _alpha(places, counted, specimens, "ordinal")
    by_parameter = {
        parameter.code: _parameter_alpha(parameter, counted, specimens)
        for parameter in content.parameters.values()
        if any(parameter.code in one.values for one in counted)
    }
    medians = {
        code: content.grades[_middle([content.place(one.grade) for one in rows])].code
        for code, rows in by_specimen.items()
        if rows
    }
    experts = min((len({one.expert for one in rows}) for rows in by_specimen.values()), default=0)
    return Agreement(alpha, by_parameter, medians, experts, _blockers(alpha, experts, specimens))


def _blockers(alpha: float | None, experts: int, specimens: Sequence[str]) -> tuple[str, ...]:
    found = []
    if len(specimens) < SPECIMENS_MIN:
        found.append("specimens")
    if experts < EXPERTS_MIN:
        found.append("experts")
    if alpha is None or alpha < ALPHA_MIN:
        found.append("alpha")
    return tuple(found)


def dissents(content: Content, assessed: Sequence[Assessed], medians: Mapping[str, str]) -> list[Assessed]:
    """Judgements that differ from the panel's grade: they are published with it."""
    return [one for one in assessed if not one.conflict and medians.get(one.specimen, one.grade) != one.grade]


def _middle(places: Sequence[int]) -> int:
    return sorted(places)[len(places) // 2]


def _parameter_alpha(
    parameter: Parameter, rows: Sequence[Assessed], specimens: Sequence[str]
) -> float | None:
    given = {
        (one.expert, one.specimen): _number(parameter, one.values[parameter.code])
        for one in rows
        if parameter.code in one.values
    }
    if parameter.kind in MEASURED:
        return _alpha(given, rows, specimens, "interval")
    if parameter.kind in (ENUM, BOOL):
        return _alpha(given, rows, specimens, "ordinal" if parameter.kind == ENUM else "nominal")
    return None


def _number(parameter: Parameter, value: Value) -> float:
    if parameter.kind == ENUM:
        return float(parameter.choice_codes.index(str(value)))
    return 0.0 if isinstance(value, str) else float(value)


def _alpha(
    given: Mapping[tuple[str, str], float], rows: Sequence[Assessed], specimens: Sequence[str], level: str
) -> float | None:
    experts = list(dict.fromkeys(one.expert for one in rows))
    return krippendorff_alpha(
        [[given.get((who, what)) for what in specimens] for who in experts], level=level
    )
