"""Finding things by what people type: two Chinese characters, a word, part of a telephone number, a case number.

One function, `tokens`, cuts texts into terms for both databases, so both find the same rows: SQLite keeps the terms in
FTS5, PostgreSQL in a tsvector with a GIN index. Databases' own tokenizers miss two-character Chinese words.

Names are found by how they are read, too: `add_sound` names the functions (the engine's pinyin).

Three tiers, newest first within each: a boosted line that *is* the query, boosted text that holds it, any text that
holds it. Each tier is one index look-up; on SQLite it ends at the limit, however large the base.

Whoever asks says what they may see: intersect `candidates` with `visible_to(actor)`, or give `units`.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import islice, pairwise
from typing import Any, Final, TypeVar

from django.db import connection

from guanxi.core.models import SearchEntry
from guanxi.core.rows import new

TEXT_CHARS_MAX: Final = 20_000
TERMS_MAX: Final = 4_000
QUERY_CHARS_MAX: Final = 200
QUERY_TERMS_MAX: Final = 32
WORD_CHARS_MAX: Final = 40
LIMIT_MAX: Final = 500
BATCH_ROWS: Final = 500
SCRUB_PAGES: Final = 300  # about 0.1 s of SQLite's one writer
GRAM: Final = 4  # digits; "the last four" is what people give
JOINED_DIGITS_MAX: Final = 20  # a number written in groups is at most this long

_BOOST_MARK, _LINE_MARK = "·", "≡"  # no word holds them, and FTS5's ascii tokenizer takes them for letters

# Scripts written without blanks between words: Chinese, Japanese, Korean, bopomofo; private use holds rare names.
_CJK: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\ue000-\uf8ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_RUN: Final = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK: Final = re.compile(f"[{_CJK}]")
_SPACED: Final = re.compile(rf"(?<![{_CJK}])([{_CJK}]) {{1,3}}([{_CJK}])(?![{_CJK}])")  # forms print 王　伟
_DIGITS: Final = re.compile("[0-9]+")
_GROUPED: Final = re.compile("(?<![0-9a-z])[0-9]{1,20}(?:[ ().-]{1,2}[0-9]{1,20}){1,7}(?![0-9a-z])")
_MARKS: Final = re.compile("[\u0300-\u036f]+")


class Score(IntEnum):
    """Why a row was found; higher comes first."""

    PLAIN = 1
    BOOSTED = 2
    EXACT = 3


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    ref_id: int
    score: Score


@dataclass(frozen=True, slots=True)
class Words:
    """What `kind` `ref_id` is found by. Lines of `boost` (a name, a number) count more; `text` need not repeat them.

    Lines of `names` are found by how they are read, too (`add_sound`).
    """

    kind: str
    ref_id: int
    text: str
    record_id: int | None = None
    unit_id: int | None = None
    boost: str = ""
    names: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """How names sound: `spoken(name)` gives the terms a name is found by, `heard(query)` ways to understand a query.

    Their terms begin with a mark that no word holds.
    """

    spoken: Callable[[str], Sequence[str]]
    heard: Callable[[str], Sequence[Sequence[str]]]


_folds: list[Callable[[str], str]] = []
_sounds: list[Sound] = []


def add_fold(fold: Callable[[str], str]) -> None:
    """Called at start-up: `fold` makes spellings of CJK texts equal (traditional characters simplified).

    It must work character by character, so that a part folds like the whole. Another fold asks for a new index.
    """
    if fold not in _folds:
        _folds.append(fold)


def add_sound(sound: Sound) -> None:
    """Called at start-up. Another one asks for a new index."""
    if sound not in _sounds:
        _sounds.append(sound)


def sounds_of(names: str) -> list[str]:
    """The terms these names, one a line, are found by when somebody types how they are read."""
    lines = dict.fromkeys(filter(None, map(str.strip, names[:TEXT_CHARS_MAX].splitlines())))
    return list(dict.fromkeys(term for line in lines for sound in _sounds for term in sound.spoken(line)))


def tokens(text: str) -> list[str]:
    """The terms `text` is found by, each once, in order; at most `TERMS_MAX`.

    Compatibility forms, case and Latin accents are folded. A CJK run gives its pairs and its first character (a family
    name); a word gives itself; digits give every four in a row, also across the blanks and dashes of a written number.
    """
    plain = _plain(text[:TEXT_CHARS_MAX])
    found = dict.fromkeys(term for run in _RUN.findall(plain) for term in _pieces(run))
    for grouped in _GROUPED.findall(plain):
        found.update(dict.fromkeys(_grams("".join(_DIGITS.findall(grouped)))))
    return list(found)[:TERMS_MAX]


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))
    folded = unicodedata.normalize("NFKC", bare.casefold())
    if _IS_CJK.search(folded):
        for fold in _folds:
            folded = fold(folded)
        return _SPACED.sub(r"\1\2", folded)
    return folded


def _pieces(run: str) -> Iterator[str]:
    if _IS_CJK.match(run):
        yield run[0]
        yield from map("".join, pairwise(run))
        return
    if not _DIGITS.fullmatch(run):
        yield run[:WORD_CHARS_MAX]
    for digits in _DIGITS.findall(run):
        if len(digits) >= GRAM or digits == run:
            yield from _grams(digits)


def _grams(digits: str) -> Iterator[str]:
    """Every four digits in a row; fewer than four stay a word."""
    digits = digits[:WORD_CHARS_MAX]
    return (digits[start : start + GRAM] for start in range(max(1, len(digits) - GRAM + 1)))


def _wanted(text: str) -> list[list[str]]:
    """All terms of one of these ways must be there; two ways when digits stand in groups, which may be one number."""
    plain = _plain(text[:QUERY_CHARS_MAX])
    ways = [way for way in dict.fromkeys((_GROUPED.sub(_joined, plain), plain)) if _RUN.search(way)]
    return [_needed(way) for way in ways]


def _heard(text: str) -> list[list[str]]:
    """Ways to understand a query as how a name is read; Chinese characters beside the letters stay what they are."""
    text = text[:QUERY_CHARS_MAX].strip()
    beside = [term for term in _needed(_plain(text)) if _IS_CJK.match(term)]
    return [[*beside, *way][:QUERY_TERMS_MAX] for sound in _sounds for way in sound.heard(text)]


def _joined(grouped: re.Match[str]) -> str:
    digits = "".join(_DIGITS.findall(grouped[0]))
    return digits if GRAM < len(digits) <= JOINED_DIGITS_MAX else grouped[0]


def _needed(plain: str) -> list[str]:
    """The fewest terms that say the same: of a CJK run its pairs, of a mixed word only the word."""
    found: dict[str, None] = {}
    for run in _RUN.findall(plain):
        pieces = list(_pieces(run))
        if _IS_CJK.match(run):
            pieces = pieces[1:] or pieces
        elif not _DIGITS.fullmatch(run):
            pieces = pieces[:1]
        found.update(dict.fromkeys(pieces))
    return list(found)[:QUERY_TERMS_MAX]


def _line(plain: str) -> str:
    """The mark of a whole line, punctuation aside: `C-7Q4M2-K9DX3` and `c7q4m2k9dx3` are one."""
    return _LINE_MARK + "".join(_RUN.findall(plain))[:WORD_CHARS_MAX]


def entry(words: Words) -> SearchEntry:
    """The row to write for a thing that is new (for `core.rows.insert`, within an action's one statement)."""
    own = tokens(words.boost)
    lines = [
        _line(plain)
        for line in dict.fromkeys(words.boost.splitlines())
        if _RUN.search(plain := _plain(line[:TEXT_CHARS_MAX]))
    ]
    boosted = [_BOOST_MARK + term for term in own]
    every = tokens(f"{words.boost}\n{words.text}") if words.text else own
    terms = list(dict.fromkeys([*lines, *boosted, *every, *sounds_of(words.names)]))
    return new(
        SearchEntry,
        kind=words.kind,
        ref_id=words.ref_id,
        record_id=words.record_id,
        unit_id=words.unit_id,
        terms=terms,
    )


def put(
    kind: str,
    ref_id: int,
    text: str,
    *,
    record_id: int | None = None,
    unit_id: int | None = None,
    boost: str = "",
    names: str = "",
) -> None:
    """Make one thing findable, or change what it is found by; it keeps its place in the order."""
    put_many([Words(kind, ref_id, text, record_id, unit_id, boost, names)])


def put_many(rows: Iterable[Words]) -> None:
    """`put` for many, in batches; of two rows for one thing the later one holds."""
    for batch in _batches(rows):
        latest = {(words.kind, words.ref_id): words for words in batch}
        _write([entry(words) for words in latest.values()])


def _write(entries: Sequence[SearchEntry]) -> None:
    """All in one statement on PostgreSQL, by one prepared statement on SQLite; a thing already there is changed."""
    terms: Callable[[Any, Any], str] = SearchEntry._meta.get_field("terms").get_db_prep_value
    rows = [
        (one.id, one.kind, one.ref_id, one.record_id, one.unit_id, terms(one.terms, connection))
        for one in entries
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_PUT_POSTGRESQL, [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(_PUT_SQLITE, rows)


_PUT: Final = (
    "INSERT INTO core_searchentry (id, kind, ref_id, record_id, unit_id, terms) {rows} ON CONFLICT (ref_id, kind)"
    " DO UPDATE SET record_id = excluded.record_id, unit_id = excluded.unit_id, terms = excluded.terms"
)
_PUT_SQLITE: Final = _PUT.format(rows="VALUES (%s, %s, %s, %s, %s, %s)")
_PUT_POSTGRESQL: Final = _PUT.format(
    rows="SELECT id, kind, ref_id, record_id, unit_id, terms::tsvector FROM unnest(%s::bigint[], %s::text[],"
    " %s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS s(id, kind, ref_id, record_id, unit_id, terms)"
)


def drop(kind: str, ref_ids: Iterable[int]) -> None:
    """These things are found no more."""
    for batch in _batches(ref_ids):
        SearchEntry.objects.filter(kind=kind, ref_id__in=batch).delete()


def drop_record(record_ids: Iterable[int]) -> None:
    """Everything said by these records is found no more. For erasure, call `scrub` afterwards until it returns True."""
    for batch in _batches(record_ids):
        SearchEntry.objects.filter(record_id__in=batch).delete()


def scrub(*, pages_max: int = SCRUB_PAGES) -> bool:
    """Take dropped terms out of SQLite's index file, a bounded step of work at a time; True when none are left.

    FTS5 only notes a deletion: the terms stay in older segments until these are merged. On PostgreSQL vacuum does it.
    """
    if connection.vendor == "postgresql":
        return True
    with connection.cursor() as cursor:
        before = _total_changes(cursor)
        cursor.execute("INSERT INTO core_search(core_search, rank) VALUES ('merge', %s)", [-pages_max])
        return _total_changes(cursor) - before < 2  # FTS5's own sign that there was nothing to merge


def _total_changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])


def find(
    text: str, *, kinds: Collection[str], limit: int = 50, units: frozenset[int] | None = None
) -> list[Hit]:
    """Things that hold all of `text`, best first (see `Score`), newest first among equals; at most `LIMIT_MAX`.

    `units`, when given, keeps to things of these units. No query is an error; without letters or digits it finds none.
    """
    return find_each(text, [(tuple(sorted(kinds)), limit)], units=units)[0]


def find_each(
    text: str, wanted: Sequence[tuple[Collection[str], int]], *, units: frozenset[int] | None = None
) -> list[list[Hit]]:
    """`find` for several (kinds, limit) in one statement: a page of several lists asks the database once."""
    ways = _wanted(text)
    asked = [(kinds, min(limit, LIMIT_MAX)) for kinds, limit in wanted]
    found: list[dict[tuple[str, int], Hit]] = [{} for _ in wanted]
    if ways and any(kinds and limit > 0 for kinds, limit in asked):
        marked = [[_BOOST_MARK + term for term in terms] for terms in ways]
        whole = [[_line(_plain(text[:QUERY_CHARS_MAX]))]]
        for place, score, kind, ref_id in _matching((whole, marked, [*ways, *_heard(text)]), asked, units):
            found[place].setdefault((kind, ref_id), Hit(kind, ref_id, Score(score)))
    return [list(hits.values())[: max(0, limit)] for hits, (_, limit) in zip(found, asked, strict=True)]


def ways(text: str) -> list[list[str]]:
    """What a query asks for, in terms of `tokens`: all terms of one of these; none for a query without letters or digits."""
    return _wanted(text)


def holds(text: str, shown: str, *, names: str = "") -> bool:
    """Whether `text` finds something by `shown` and `names` alone: for readers who may see only a part of the index."""
    known = {*tokens(shown), *sounds_of(names)}
    return any(known.issuperset(terms) for terms in (*_wanted(text), *_heard(text)))


def candidates(text: str, kind: str, limit: int = 200) -> list[int]:
    """Ids of one kind in rank order, to be intersected with `visible_to(actor)`."""
    return [hit.ref_id for hit in find(text, kinds=(kind,), limit=limit)]


def candidates_of(text: str, limits: Mapping[str, int]) -> dict[str, list[int]]:
    """`candidates` of several kinds at once, each with its own limit."""
    found = find_each(text, [((kind,), limit) for kind, limit in limits.items()])
    return {kind: [hit.ref_id for hit in hits] for kind, hits in zip(limits, found, strict=True)}


def _matching(
    tiers: Sequence[Sequence[Sequence[str]]],
    asked: Sequence[tuple[Collection[str], int]],
    units: frozenset[int] | None,
) -> list[tuple[int, int, str, int]]:
    """(place in `asked`, score, kind, ref_id): the best tier first, newest first in it."""
    postgresql = connection.vendor == "postgresql"
    wrap: Callable[[list[Any]], Any] = list if postgresql else json.dumps
    within = [] if units is None else [wrap(sorted(units))]
    values: list[Any] = []
    for kinds, limit in asked:
        for ways in tiers:
            values += [_expression(ways, postgresql), wrap(sorted(kinds)), *within, limit]
            values += [limit] * (ways is not tiers[0])
    with connection.cursor() as cursor:
        statement = _statement(postgresql, units is not None, len(asked))
        if (
            postgresql
        ):  # planned for these very words: a plan for any words walks the table (130 ms for 1 ms, 10 k rows)
            cursor.cursor.execute(statement, values, prepare=False)
        else:
            cursor.execute(statement, values)
        found = sorted(cursor.fetchall(), key=lambda row: (-row[1], -row[2]))
    return [(place, score, kind, ref_id) for place, score, _, kind, ref_id in found]


def _expression(ways: Sequence[Sequence[str]], postgresql: bool) -> str:
    """Terms are letters and digits only, quoted all the same: nothing a user types is ever syntax."""
    both, either, quote = (" & ", " | ", "'") if postgresql else (" AND ", " OR ", '"')
    return either.join("(" + both.join(quote + term + quote for term in terms) + ")" for terms in ways)


@cache
def _statement(postgresql: bool, units: bool, count: int) -> str:
    """Three tiers for each of `count` things asked; a tier is looked up only while those before it left room."""
    here = " AND e.unit_id = ANY(%s)" if postgresql else " AND e.unit_id IN (SELECT value FROM json_each(%s))"
    tier = (_TIER_POSTGRESQL if postgresql else _TIER_SQLITE).replace("{units}", here if units else "")
    tables, parts = [], []
    for place in range(count):
        for score in sorted(Score, reverse=True):
            # What a better tier holds is in the worse ones, too: one that is full leaves nothing to look for.
            room = f" AND (SELECT COUNT(*) FROM t{place}_{score + 1}) < %s" if score < max(Score) else ""  # noqa: S608  # nosec B608
            tables.append(f"t{place}_{score:d} AS MATERIALIZED ({tier.replace('{room}', room)})")
            parts.append(f"SELECT {place}, {score:d}, id, kind, ref_id FROM t{place}_{score:d}")  # noqa: S608  # nosec B608
    return f"WITH {', '.join(tables)} {' UNION ALL '.join(parts)}"


_TIER_SQLITE: Final = (
    "SELECT e.id, e.kind, e.ref_id FROM core_search s CROSS JOIN core_searchentry e ON e.id = s.rowid"
    " WHERE s.core_search MATCH %s AND e.kind IN (SELECT value FROM json_each(%s)){units}{room}"
    " ORDER BY s.rowid DESC LIMIT %s"
)
# "+ 0": with the bare id the planner walks the table from its newest row and tests each for the words, which for a rare word
# is the whole table (300 ms at 200,000 rows instead of 1).
_TIER_POSTGRESQL: Final = (
    "SELECT e.id, e.kind, e.ref_id FROM core_searchentry e"
    " WHERE e.terms @@ %s::tsquery AND e.kind = ANY(%s){units}{room} ORDER BY e.id + 0 DESC LIMIT %s"
)

T = TypeVar("T")


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH_ROWS)):
        yield batch
