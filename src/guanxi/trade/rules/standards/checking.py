"""Everything that may be wrong with the content of a version, each with its path. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from guanxi.trade.rules.standards.content import (
    BOOL,
    CHARS_MAX,
    CONDITIONS,
    CRITICAL,
    ENUM,
    GRADES,
    GRADES_MAX,
    KINDS,
    LANGUAGES,
    MEASURED,
    MISSTATED,
    NUMBER_MAX,
    PARAMETERS_MAX,
    TEXT,
    WHENS,
    Content,
    Grade,
    Limit,
    Parameter,
    RemedyRule,
    Value,
)
from guanxi.trade.rules.standards.units import NONE, is_known

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Where in the content (keys and places) and what: a code with the values its words need."""

    path: Path
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def faults(content: Mapping[str, Any]) -> list[Fault]:
    """Everything that is wrong with the content of a version; none: it may be published."""
    found = [*_shape_faults(content)]
    if found:
        return found
    read = Content.from_json(content)
    return [*_grade_faults(read), *_parameter_faults(read), *_remedy_faults(read)]


_KEYS = {"scope", "basis", "changes", "parameters", "grades", "remedies"}
_PARAMETER_KEYS = frozenset(Parameter.__dataclass_fields__)
_GRADE_KEYS = frozenset(Grade.__dataclass_fields__)
_REMEDY_KEYS = frozenset(RemedyRule.__dataclass_fields__)
_LIMIT_KEYS = frozenset({"min", "max", "among"})
_ROWS = (
    ("parameters", _PARAMETER_KEYS, ("code", "name", "kind"), PARAMETERS_MAX),
    ("grades", _GRADE_KEYS, ("code", "name"), GRADES_MAX),
    ("remedies", _REMEDY_KEYS, ("when", "remedy", "share"), 12),
)


_WORDS = frozenset({"name", "words", "method", "instrument", "sampling"})
_CODES = frozenset({"code", "kind", "unit", "condition", "when", "remedy"})
_NUMBERS = frozenset({"tolerance", "share", "grades"})


def _shape_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Keys, types and lengths: whatever would make reading fail."""
    for key in sorted(set(content) - _KEYS):
        yield Fault((key,), "unknown")
    for key in ("scope", "basis", "changes"):
        yield from _text_faults((key,), content.get(key, {}), needed=key == "scope")
    for key, known, needed, most in _ROWS:
        rows = content.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            yield Fault((key,), "list")
            continue
        if len(rows) > most:
            yield Fault((key,), "many", {"most": most})
        for place, one in enumerate(rows):
            yield from _row_faults((key, place), one, known, needed)
    yield from _same_parameters(content.get("parameters"))


def _same_parameters(rows: object) -> Iterator[Fault]:
    """Of parameters with one code, reading would keep the last."""
    if isinstance(rows, list):
        codes = [
            str(one.get("code", place)) if isinstance(one, dict) else "" for place, one in enumerate(rows)
        ]
        yield from (
            Fault(("parameters", place, "code"), "twice", {"code": code}) for place, code in _twice(codes)
        )


def _row_faults(
    path: Path, row: Mapping[str, Any], known: frozenset[str], needed: Sequence[str]
) -> Iterator[Fault]:
    yield from (Fault((*path, key), "unknown") for key in sorted(set(row) - known))
    yield from (Fault((*path, key), "missing") for key in needed if key not in row)
    for key, value in row.items():
        if key in _WORDS:
            yield from _text_faults((*path, key), value, needed=key == "name")
        elif key in _CODES and not (isinstance(value, str) and 0 < len(value) <= 40):
            yield Fault((*path, key), "code")
        elif key in _NUMBERS and not _is_number(value):
            yield Fault((*path, key), "number")
        elif key == "critical" and not isinstance(value, bool):
            yield Fault((*path, key), "flag")
    yield from _choice_faults((*path, "choices"), row.get("choices", []))
    yield from _limit_faults((*path, "limits"), row.get("limits", {}))


def _text_faults(path: Path, value: object, *, needed: bool) -> Iterator[Fault]:
    if not value and not needed:
        return
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        yield Fault(path, "names")
        return
    for language, text in value.items():
        if not isinstance(text, str) or not text.strip() or len(text) > CHARS_MAX:
            yield Fault((*path, language), "text", {"most": CHARS_MAX})


def _choice_faults(path: Path, choices: object) -> Iterator[Fault]:
    if not isinstance(choices, list):
        yield Fault(path, "list")
        return
    for place, one in enumerate(choices):
        if not isinstance(one, dict) or set(one) != {"code", "name"} or not isinstance(one["code"], str):
            yield Fault((*path, place), "choice")
        else:
            yield from _text_faults((*path, place, "name"), one["name"], needed=True)


def _limit_faults(path: Path, limits: object) -> Iterator[Fault]:
    if not isinstance(limits, dict):
        yield Fault(path, "table")
        return
    for grade, one in limits.items():
        if not isinstance(one, dict) or not one or set(one) - _LIMIT_KEYS:
            yield Fault((*path, grade), "limit")
            continue
        for key in ("min", "max"):
            if key in one and not _is_number(one[key]):
                yield Fault((*path, grade, key), "number")
        if "among" in one and not (isinstance(one["among"], list) and one["among"]):
            yield Fault((*path, grade, "among"), "list")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= NUMBER_MAX


def _twice(codes: Sequence[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for place, code in enumerate(codes):
        if code in seen:
            yield place, code
        seen.add(code)


def _grade_faults(read: Content) -> Iterator[Fault]:
    if len(read.grades) < 2:
        yield Fault(("grades",), "few")
    for place, code in _twice([one.code for one in read.grades]):
        yield Fault(("grades", place, "code"), "twice", {"code": code})
    for place, grade in enumerate(read.grades):
        if grade.condition not in CONDITIONS:
            yield Fault(("grades", place, "condition"), "condition", {"known": ", ".join(CONDITIONS)})


def _parameter_faults(read: Content) -> Iterator[Fault]:
    if not read.parameters:
        yield Fault(("parameters",), "none")
    for place, one in enumerate(read.parameters.values()):
        path: Path = ("parameters", place)
        if one.kind not in KINDS:
            yield Fault((*path, "kind"), "kind", {"known": ", ".join(KINDS)})
            continue
        yield from _measure_faults(one, path)
        if bool(one.choices) != (one.kind == ENUM):
            yield Fault((*path, "choices"), "choices")
        for at, code in _twice(one.choice_codes):
            yield Fault((*path, "choices", at, "code"), "twice", {"code": code})
        yield from _limits_of(read, one, (*path, "limits"))


def _measure_faults(one: Parameter, path: Path) -> Iterator[Fault]:
    if not is_known(one.unit):
        yield Fault((*path, "unit"), "unit", {"unit": one.unit})
    if one.kind not in MEASURED and (one.unit != NONE or one.tolerance):
        yield Fault((*path, "unit"), "measured")
    if one.tolerance < 0:
        yield Fault((*path, "tolerance"), "below_zero")


def _limits_of(read: Content, one: Parameter, path: Path) -> Iterator[Fault]:
    codes = [grade.code for grade in read.grades]
    for code, limit in one.limits.items():
        if code not in codes:
            yield Fault((*path, code), "no_grade", {"grade": code})
        elif code == codes[-1]:
            yield Fault((*path, code), "lowest")
        yield from _kind_faults(one, limit, (*path, code))
    missing = [code for code in codes[:-1] if code not in one.limits]
    if one.critical and missing:
        yield Fault(path, "critical", {"grades": ", ".join(missing)})
    if one.kind == TEXT and one.limits:
        yield Fault(path, "no_limit")
        return
    for better, worse in pairwise(codes[:-1]):
        if _is_tighter(one.limits.get(worse), one.limits.get(better)):
            yield Fault((*path, worse), "tighter", {"grade": worse, "better": better})


def _kind_faults(one: Parameter, limit: Limit, path: Path) -> Iterator[Fault]:
    if one.kind in MEASURED:
        if limit.among:
            yield Fault((*path, "among"), "min_max")
        if limit.min is not None and limit.max is not None and limit.min > limit.max:
            yield Fault(path, "crossed")
        return
    if limit.min is not None or limit.max is not None or not limit.among:
        yield Fault(path, "among")
    known: tuple[Value, ...] = one.choice_codes if one.kind == ENUM else (True, False)
    for value in limit.among:
        if value not in known or (one.kind == BOOL and not isinstance(value, bool)):
            yield Fault((*path, "among"), "no_choice", {"value": str(value)})


def _is_tighter(worse: Limit | None, better: Limit | None) -> bool:
    """Whether a worse grade asks for more than a better one."""
    if worse is None:
        return False
    if better is None:
        return True
    if worse.max is not None and (better.max is None or worse.max < better.max):
        return True
    if worse.min is not None and (better.min is None or worse.min > better.min):
        return True
    return bool(worse.among) and not set(better.among) <= set(worse.among)


def _remedy_faults(read: Content) -> Iterator[Fault]:
    seen: set[tuple[str, int]] = set()
    for place, one in enumerate(read.remedies):
        path: Path = ("remedies", place)
        if one.when not in WHENS:
            yield Fault((*path, "when"), "kind", {"known": ", ".join(WHENS)})
        if not 0 < one.share <= 1:
            yield Fault((*path, "share"), "share")
        if (one.when == GRADES) != (one.grades >= 1) or one.grades >= len(read.grades):
            yield Fault((*path, "grades"), "grades")
        if (one.when, one.grades) in seen:
            yield Fault(path, "twice", {"code": one.when})
        seen.add((one.when, one.grades))
    yield from _share_faults(read)


def _share_faults(read: Content) -> Iterator[Fault]:
    """Worse must not pay less: misstated <= one grade <= two grades <= ... <= critical."""
    order = {MISSTATED: 0, GRADES: 1, CRITICAL: 2}
    ranked = sorted(read.remedies, key=lambda one: (order.get(one.when, 0), one.grades))
    for lower, higher in pairwise(ranked):
        if higher.share < lower.share:
            yield Fault(("remedies", read.remedies.index(higher), "share"), "less")
