"""What differs between two versions of a standard. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guanxi.trade.rules.standards.content import Content, Limit, Parameter

_FIELDS = ("name", "kind", "unit", "tolerance", "critical", "method", "instrument", "sampling", "choices")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `about` parameter | limit | grade | remedy | scope, `code` which; of a limit `field` is the grade.

    `before` and `after` are values of the contents, None where it was not there.
    """

    about: str
    code: str
    field: str
    before: Any
    after: Any


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """Every difference, in the order of the page."""
    return (
        *_texts(before, after),
        *_grades(before, after),
        *_parameters(before.parameters, after.parameters),
        *_remedies(before, after),
    )


def _texts(before: Content, after: Content) -> Iterator[Change]:
    for name in ("scope", "basis"):
        then, now = getattr(before, name), getattr(after, name)
        if then != now:
            yield Change(name, "", "words", then, now)


def _grades(before: Content, after: Content) -> Iterator[Change]:
    old, new = ({one.code: one for one in content.grades} for content in (before, after))
    for code in dict.fromkeys((*new, *old)):
        then, now = old.get(code), new.get(code)
        if then is None or now is None:
            yield Change("grade", code, "", then and then.name, now and now.name)
            continue
        for name in ("name", "words"):
            if getattr(then, name) != getattr(now, name):
                yield Change("grade", code, name, getattr(then, name), getattr(now, name))


def _parameters(old: Mapping[str, Parameter], new: Mapping[str, Parameter]) -> Iterator[Change]:
    for code in dict.fromkeys((*new, *old)):
        then, now = old.get(code), new.get(code)
        if then is None or now is None:
            yield Change("parameter", code, "", then and then.name, now and now.name)
            continue
        for name in _FIELDS:
            if getattr(then, name) != getattr(now, name):
                yield Change("parameter", code, name, getattr(then, name), getattr(now, name))
        yield from _limits(code, then.limits, now.limits)


def _limits(code: str, old: Mapping[str, Limit], new: Mapping[str, Limit]) -> Iterator[Change]:
    for grade in dict.fromkeys((*new, *old)):
        if old.get(grade) != new.get(grade):
            yield Change("limit", code, grade, old.get(grade), new.get(grade))


def _remedies(before: Content, after: Content) -> Iterator[Change]:
    old, new = ({(one.when, one.grades): one for one in content.remedies} for content in (before, after))
    for key in dict.fromkeys((*new, *old)):
        if old.get(key) != new.get(key):
            yield Change("remedy", key[0], str(key[1]), old.get(key), new.get(key))
