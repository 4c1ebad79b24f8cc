"""Which column means what: proposed from the header's words and from how the values look."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from guanxi.core.imports.kinds import Field, Kind
from guanxi.core.imports.values import clean

_EXACT, _WITHIN, _SHAPE, _ENOUGH = 1.0, 0.55, 0.5, 0.5
_MARKS = re.compile(r"[\W_]+")


def folded(header: str) -> str:
    """A header's word for comparison: without case, blanks, punctuation and width."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", header).casefold())


def fingerprint(columns: Sequence[str]) -> str:
    """The same headers in the same order are the same sort of file."""
    return hashlib.sha256("\x1f".join(folded(one) for one in columns).encode()).hexdigest()


def propose(kind: Kind, columns: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """{field: column}, each column for one field at most; the surest pairs first, and none that is a mere guess."""
    values = [_values(sample, place) for place in range(len(columns))]
    scored = sorted(
        (
            (-_score(field, column, values[place]), order, place, field.code)
            for order, field in enumerate(kind.fields)
            for place, column in enumerate(columns)
        ),
    )
    taken: dict[str, int] = {}
    for score, _, place, code in scored:
        if -score >= _ENOUGH and code not in taken and place not in taken.values():
            taken[code] = place
    return taken


def _values(sample: Sequence[Sequence[str]], place: int) -> list[str]:
    found = [clean(row[place]) for row in sample if place < len(row)]
    return [value for value in found if value][:100]


def _score(field: Field, column: str, values: Sequence[str]) -> float:
    named = _named(field, column)
    if field.type.looks is None or not values:
        return named
    share = sum(map(field.type.looks, values)) / len(values)
    if share < 0.2:
        return named * 0.5  # only a header that says exactly so stands against its values
    return named + _SHAPE * share if named else _SHAPE * share * (field.type.code in _TELLING)


_TELLING = frozenset({"phone", "email"})  # no other column looks like these


def _named(field: Field, column: str) -> float:
    name = folded(column)
    words = {folded(alias) for alias in (field.code, *field.aliases.split("|")) if alias}
    if not name:
        return 0.0
    if name in words:
        return _EXACT
    inside = [word for word in words if _stands_in(word, name)]
    return _WITHIN + 0.1 * max(map(len, inside)) / len(name) if inside else 0.0


def _stands_in(word: str, name: str) -> bool:
    """Chinese words may stand anywhere; Latin ones only when long enough to mean anything."""
    return word in name and (len(word) >= 5 or (not word.isascii() and len(word) >= 2))


def duplicates(columns: Sequence[str]) -> Mapping[str, list[int]]:
    """Headers that stand over several columns: {header: [columns]}."""
    places: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        if folded(column):
            places.setdefault(folded(column), []).append(place)
    return {columns[found[0]]: found for found in places.values() if len(found) > 1}
