"""Grades from measured values, what was declared against what was found, and the remedy that follows. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guanxi.core.explain import Explanation, Fact
from guanxi.trade.rules.standards.content import (
    BOOL,
    COUNT,
    CRITICAL,
    ENUM,
    GRADES,
    MEASURED,
    MISSTATED,
    NUMBER_MAX,
    Content,
    Limit,
    Parameter,
    RemedyRule,
    Value,
)

TEXT_MAX = 200
Values = Mapping[str, Value]


def value_fault(parameter: Parameter, value: object) -> str:
    """Why a value does not fit its parameter, as a code: number, count, choice, flag, text; "" where it does."""
    if parameter.kind in MEASURED:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "number"
        if abs(value) > NUMBER_MAX or value != value:
            return "number"
        return "count" if parameter.kind == COUNT and (value != int(value) or value < 0) else ""
    if parameter.kind == ENUM:
        return "" if value in parameter.choice_codes else "choice"
    if parameter.kind == BOOL:
        return "" if isinstance(value, bool) else "flag"
    return "" if isinstance(value, str) and 0 < len(value.strip()) <= TEXT_MAX else "text"


def holds(parameter: Parameter, limit: Limit, value: Value, *, tolerance: bool = True) -> bool:
    """Whether a value keeps a limit; `tolerance` stretches it, as it does when somebody measures after the seller."""
    if parameter.kind not in MEASURED:
        return value in limit.among
    slack = parameter.tolerance if tolerance else 0.0
    measured = float(value)
    return (limit.max is None or measured <= limit.max + slack) and (
        limit.min is None or measured >= limit.min - slack
    )


def grade_of(content: Content, values: Values, *, tolerance: bool = True) -> str:
    """The highest grade whose limits all hold, the lowest after a critical failure. What is unmeasured holds nothing back."""
    if critical_failures(content, values, tolerance=tolerance):
        return content.lowest.code
    for grade in content.grades:
        if not broken(content, grade.code, values, tolerance=tolerance):
            return grade.code
    return content.lowest.code


def broken(content: Content, grade: str, values: Values, *, tolerance: bool = True) -> tuple[Parameter, ...]:
    """Parameters whose values keep this grade from being reached."""
    return tuple(
        one
        for one in content.graded
        if grade in one.limits
        and one.code in values
        and not holds(one, one.limits[grade], values[one.code], tolerance=tolerance)
    )


def critical_failures(content: Content, values: Values, *, tolerance: bool = True) -> tuple[Parameter, ...]:
    """Critical parameters that not even the last grade but one would bear."""
    if len(content.grades) < 2:
        return ()
    loosest = content.grades[-2].code
    return tuple(one for one in broken(content, loosest, values, tolerance=tolerance) if one.critical)


# -- declaring -----------------------------------------------------------------------------------------------


def declaration_faults(
    content: Content, grade: str, values: Mapping[str, object]
) -> dict[str, tuple[str, str]]:
    """{field: (code, what the words need)} of a declaration; none: it may stand.

    What the grade is limited by must be stated, and must keep it without tolerance, which is for measurements. A grade worse
    than the values allow is the seller's own choice.
    """
    found: dict[str, tuple[str, str]] = {}
    if grade not in {one.code for one in content.grades}:
        return {"grade": ("grade", grade)}
    for code, value in values.items():
        if code not in content.parameters:
            found[code] = ("parameter", code)
        elif fault := value_fault(content.parameters[code], value):
            found[code] = (fault, "")
    for one in content.graded:
        if one.code not in values and grade in one.limits:
            found[one.code] = ("needed", "")
    if found:
        return found
    fit: Values = values  # type: ignore[assignment]  # each was looked at above
    return {one.code: ("not_reached", grade) for one in broken(content, grade, fit, tolerance=False)}


# -- comparing -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is worse than it should be: it breaks `limit` of the declared grade, or differs from what was declared."""

    code: str
    declared: Value | None
    found: Value
    limit: Limit | None
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What measuring showed. `worse`: how many grades below the declared one; `rule` what follows from it, if anything."""

    declared: str
    found: str
    worse: int
    critical: bool
    differences: tuple[Difference, ...]
    rule: RemedyRule | None

    @property
    def upheld(self) -> bool:
        return bool(self.differences)


def compare(content: Content, grade: str, declared: Values, measured: Values) -> Finding:
    """What was declared against what was measured; what nobody measured stands as declared. Tolerance is the seller's."""
    values = {**declared, **measured}
    found = grade_of(content, values)
    worse = max(0, content.place(found) - content.place(grade))
    fatal = {one.code for one in critical_failures(content, values)} if worse else set()
    differences = tuple(
        Difference(one.code, declared.get(one.code), values[one.code], limit, one.code in fatal)
        for one, limit in _differing(content, grade, declared, measured, values, bool(worse))
    )
    rule = _rule_for(content, worse, bool(fatal), bool(differences))
    return Finding(grade, found, worse, bool(fatal), differences, rule)


def _differing(
    content: Content, grade: str, declared: Values, measured: Values, values: Values, is_worse: bool
) -> Iterator[tuple[Parameter, Limit | None]]:
    """What breaks the declared grade, and what was measured worse than declared."""
    breaking = {one.code for one in broken(content, grade, values)} if is_worse else set()
    for one in content.parameters.values():
        if one.code in breaking:
            yield one, one.limits[grade]
        elif one.code in measured and one.code in declared and _is_misstated(one, declared, measured):
            yield one, None


def _is_misstated(one: Parameter, declared: Values, measured: Values) -> bool:
    """Whether the value found is worse than the declared one by more than a measurement may err."""
    said, seen = declared[one.code], measured[one.code]
    if one.kind in MEASURED:
        more, less = float(seen) - float(said), float(said) - float(seen)
        slack = one.tolerance
        limits = tuple(one.limits.values())
        hurts_more = not limits or any(limit.max is not None for limit in limits)
        hurts_less = not limits or any(limit.min is not None for limit in limits)
        return (hurts_more and more > slack) or (hurts_less and less > slack)
    if one.kind == ENUM and one.limits:
        order = one.choice_codes
        return order.index(str(seen)) > order.index(str(said))
    if one.kind == BOOL and one.limits:
        wanted = {value for limit in one.limits.values() for value in limit.among}
        return said != seen and seen not in wanted
    return (
        said != seen if one.kind != "text" else str(said).strip().casefold() != str(seen).strip().casefold()
    )


def _rule_for(content: Content, worse: int, critical: bool, differs: bool) -> RemedyRule | None:
    """The row of the remedy table: the critical one, else that of as many grades, else that of what was misstated."""
    rows = content.remedies
    if critical and (found := next((one for one in rows if one.when == CRITICAL), None)):
        return found
    graded = [one for one in rows if one.when == GRADES and one.grades <= worse]
    if worse and graded:
        return max(graded, key=lambda one: one.grades)
    return next((one for one in rows if one.when == MISSTATED), None) if differs else None


def share_of(finding: Finding, price_minor: int) -> int:
    """Minor units the remedy gives back, rounded half up."""
    return 0 if finding.rule is None else int(price_minor * finding.rule.share + 0.5)


def explanation(finding: Finding, citation: str) -> Explanation:
    """Why, in the one shape: declared and found, then every difference, heaviest first."""
    ends = {"declared": finding.declared, "found": finding.found}
    if not finding.differences:
        outcome = "standard.finding.as_declared"
    else:
        outcome = "standard.finding.worse" if finding.worse else "standard.finding.misstated"
    facts = [Fact("standard.finding.grades", ends, 1.0)]
    facts += [
        Fact("standard.finding.difference", _told(one), 0.9 if one.critical else 0.5)
        for one in finding.differences
    ]
    return Explanation(outcome, facts, citation, "standard.finding.object")


def _told(one: Difference) -> dict[str, Any]:
    limit = (
        None
        if one.limit is None
        else {"min": one.limit.min, "max": one.limit.max, "among": list(one.limit.among)}
    )
    return {
        "code": one.code,
        "declared": one.declared,
        "found": one.found,
        "limit": limit,
        "critical": one.critical,
    }
