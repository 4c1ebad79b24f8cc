"""Which grade a thing of the demo world declares under its category's standard, with values that keep it."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from guanxi.trade.queries import standards
from guanxi.trade.rules.standards import Limit, Parameter

WEIGHTS = (3, 5, 3)
"""How often each of the three best grades is declared; what is worse is rarely put on sale with a grade."""


def declaration(category: str, chance: Random, now: datetime, *, grade: str = "") -> Mapping[str, Any]:
    """What is declared of a thing put on sale at this moment; empty where no standard was in force for it."""
    version = next(iter(standards.standards_for(category, now)), None)
    if version is None:
        return {}
    content = standards.content_of(version)
    codes = [one.code for one in content.grades[: len(WEIGHTS)]]
    chosen = grade or chance.choices(codes, WEIGHTS)[0]
    limited = [one for one in content.graded if chosen in one.limits]
    values = {one.code: _value(one, one.limits[chosen], chance) for one in limited}
    reference = f"{version.standard.code}@{version.number}"
    return standards.declare(version_ref=reference, grade=chosen, values=values, now=now)


def _value(parameter: Parameter, limit: Limit, chance: Random) -> Any:
    """A value that keeps the limit, near it rather than far."""
    if limit.among:
        return chance.choice(tuple(limit.among))
    high = limit.max if limit.max is not None else (limit.min or 0) + abs(limit.min or 0) * 0.03
    low = limit.min if limit.min is not None else min(high, high * 0.5)
    if parameter.kind == "count":
        return chance.randint(round(low), int(high))
    return min(max(round(chance.uniform(low, high), 1), low), high)
