"""The registry of what is held of a person, and what becomes of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.apps import apps
from django.db.models import BinaryField, CharField, FileField, JSONField, Model, QuerySet, TextField

from guanxi.core.models.search import TermsField

Rows = QuerySet[Any]
TEXTS: Final = (CharField, TextField, JSONField, BinaryField, FileField, TermsField)


class Way(StrEnum):
    """How a person is forgotten: figures and proofs stay without values, or everything goes that no duty keeps."""

    ANONYMISE = "anonymise"
    ERASE = "erase"


class Fate(StrEnum):
    """What becomes of a row."""

    KEEP = "keep"
    BLANK = "blank"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Person:
    """Everything by which the traces of one person are found.

    `records` and `customers` (with those merged into them) are their keys; `keys` those of all rows that hang on them;
    `codes` the public ids and numbers of these; `needles` values of theirs that nobody else states, longest first.
    """

    customers: frozenset[int]
    records: frozenset[int]
    codes: frozenset[str] = frozenset()
    keys: frozenset[int] = frozenset()
    needles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One table in which something of a person may stand.

    `find(person)` are their rows. `values`: {column with a value of theirs: what stands there afterwards}; `plain`: other
    text columns, which hold codes or words of the house. `clear(person, way, now)` replaces the two fates where a row is
    more than a row; it returns how many. `shows`: {path: words}, what the export of one person tells of each row. A `keyed`
    holding is found by records or customers alone: its keys, `codes` and `words` (columns) make the rest findable.
    `blocks(person)` names what must end before the person can be forgotten.
    """

    code: str
    title: Any
    room: Any
    model: type[Model]
    find: Callable[[Person], Rows]
    values: Mapping[str, Any] = field(default_factory=dict)
    plain: Collection[str] = ()
    anonymise: Fate = Fate.BLANK
    erase: Fate = Fate.BLANK
    clear: Callable[[Person, Way, datetime], int] | None = None
    shows: Mapping[str, Any] = field(default_factory=dict)
    keyed: bool = False
    codes: Sequence[str] = ()
    words: Sequence[str] = ()
    blocks: Callable[[Person], Sequence[str]] | None = None

    def fate(self, way: Way) -> Fate:
        return self.erase if way is Way.ERASE else self.anonymise


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows of one holding there are, and what will become of them."""

    holding: Holding
    count: int
    fate: Fate


_holdings: dict[str, Holding] = {}
_nothing: dict[type[Model], str] = {}


def declare(*holdings: Holding) -> None:
    """Called at start-up by each room, the highest first: what is forgotten last may still be needed to find the rest."""
    for holding in holdings:
        _holdings[holding.code] = holding


def nothing(why: str, *models: type[Model]) -> None:
    """Declare tables that hold nothing of a customer, and why."""
    for model in models:
        _nothing[model] = why


def declared() -> list[Holding]:
    return list(_holdings.values())


def undeclared() -> list[str]:
    """Text columns of which nobody has said whether they hold something of a person, as "app.Model.column"."""
    said: dict[type[Model], set[str]] = {}
    for one in _holdings.values():
        said.setdefault(one.model, set()).update(one.values, one.plain)
    return [
        f"{model._meta.label}.{column.name}"
        for model in apps.get_models()
        if model not in _nothing
        for column in model._meta.concrete_fields
        if isinstance(column, TEXTS) and column.name not in said.get(model, ())
    ]


def gather(
    *, customers: Iterable[int], records: Iterable[int], codes: Iterable[str], needles: Iterable[str]
) -> Person:
    """The person with everything that hangs on their records."""
    person = Person(frozenset(customers), frozenset(records))
    keys, found, words = set(person.records | person.customers), set(codes), set(needles)
    for one in _holdings.values():
        if not one.keyed:
            continue
        for key, *texts in one.find(person).order_by().values_list("pk", *one.codes, *one.words):
            keys.add(key)
            found.update(filter(None, texts[: len(one.codes)]))
            words.update(filter(is_needle, texts[len(one.codes) :]))
    longest = sorted({word.strip() for word in words}, key=lambda word: (-len(word), word))
    return replace(person, codes=frozenset(found), keys=frozenset(keys), needles=tuple(longest))


NEEDLE_CHARS_MIN: Final = 6


def is_needle(text: str) -> bool:
    """Whether a text is so much its own that finding it elsewhere means something: two Chinese characters, or six letters."""
    text = text.strip()
    wide = sum(ord(sign) > 0x2E7F for sign in text)
    return wide >= 2 or len(text) >= NEEDLE_CHARS_MIN


def preview(person: Person, way: Way) -> list[Counted]:
    """What there is of this person and what would become of it; holdings without a row are left out."""
    found = [Counted(one, one.find(person).count(), one.fate(way)) for one in _holdings.values()]
    return [one for one in found if one.count]


def holds_back(person: Person) -> list[str]:
    """What must end before this person can be forgotten, in words."""
    return [words for one in _holdings.values() if one.blocks for words in one.blocks(person)]


def forget(person: Person, way: Way, now: datetime) -> dict[str, int]:
    """Clear everything declared of this person; {holding: rows cleared}. Part of a greater transaction."""
    counts: dict[str, int] = {}
    for one in _holdings.values():
        count = one.clear(person, way, now) if one.clear else _clear(one, person, way)
        if count:
            counts[one.code] = count
    return counts


def _clear(one: Holding, person: Person, way: Way) -> int:
    fate = one.fate(way)
    if fate is Fate.DELETE:
        return delete(one.find(person))
    if fate is Fate.BLANK and one.values:
        return one.find(person).order_by().update(**one.values)
    return 0


def delete(rows: Rows) -> int:
    """Delete these rows themselves; returns how many."""
    model = rows.model
    keys = list(rows.order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), 500):
        model._base_manager.filter(pk__in=keys[start : start + 500]).delete()
    return len(keys)
