"""Comparison levels and their weights as SQL: what `engine.matching.levels` says of two values, said of millions of pairs.

`a` and `b` are rows of `people`, `x` and `y` their names in `forms`, `p` and `q` their addresses in `places`. A
level is its place in `LEVELS[field]`, NULL where one side has no value. What SQL cannot say (two scripts, words in
another order, dates that can be read in two ways) is asked of the functions that decide live; a test compares both
on all kinds of values.
"""

from collections.abc import Sequence
from math import log2
from typing import Final

import duckdb

from guanxi.engine.divisions import MUNICIPALITIES
from guanxi.engine.matching.levels import LEVELS, compare
from guanxi.engine.matching.names import compare_names, compare_words
from guanxi.engine.matching.person import FIELDS, Person
from guanxi.engine.matching.weights import Level, Weights
from guanxi.engine.normalise import ROLES

U_MAX: Final = 0.99  # as in `scoring`
_NAME_LEVELS: Final = {code: place for place, code in enumerate(LEVELS["name"])}


def add_functions(base: duckdb.DuckDBPyConnection) -> None:
    """Make `level_of_names`, `level_of_words` and `level_of_births` known, each of (one, other)."""
    there = {name for (name,) in base.execute("SELECT function_name FROM duckdb_functions()").fetchall()}
    for function in (level_of_names, level_of_words, level_of_births):
        name = function.__name__
        if name in there:  # learning and scanning share a connection
            continue
        base.create_function(name, function, ["VARCHAR", "VARCHAR"], "TINYINT")


def level_of_names(one: str, other: str) -> int:
    """The place of the level in `LEVELS`."""
    return _NAME_LEVELS[compare_names(one, other)]


def level_of_words(one: str, other: str) -> int:
    """The same of two names in Latin words that are not read alike: words recur, names hardly do."""
    return _NAME_LEVELS[compare_words(tuple(sorted(set(one.split()))), tuple(sorted(set(other.split()))))]


def level_of_births(one: str, other: str) -> int:
    """The place of the level in `LEVELS`."""
    [agreement] = compare(Person(birth=(one,)), Person(birth=(other,)))
    return LEVELS["birth"].index(agreement.level)


def _number(field: str, levels: dict[str, int]) -> str:
    a, b = f"a.{field}", f"b.{field}"
    # One edit of fourteen characters (+8613812345678) leaves the first eight or the last five: most pairs need no distance.
    near = f"(left({a}, 8) = left({b}, 8) OR right({a}, 5) = right({b}, 5) OR least(length({a}), length({b})) < 14)"
    near += f" AND abs(length({a}) - length({b})) <= 1 AND damerau_levenshtein({a}, {b}) <= 1"
    typo = f" WHEN {near} THEN {levels['typo']}" if "typo" in levels else ""
    return f"WHEN {a} = {b} THEN {levels['same']}{typo} ELSE {levels['differs']}"


def _document(field: str, levels: dict[str, int]) -> str:
    other = f"WHEN split_part(a.{field}, ':', 1) <> split_part(b.{field}, ':', 1) THEN {levels['other']}"
    return f"{other} {_number(field, levels)}"


def _email(field: str, levels: dict[str, int]) -> str:
    a, b = f"a.{field}", f"b.{field}"
    base = "a.host = b.host AND split_part(a.mailbox, '+', 1) = split_part(b.mailbox, '+', 1)"
    roles = ", ".join(f"'{one}'" for one in sorted(ROLES))
    few = f"CASE WHEN length(least({a}, {b})) > 16 THEN 2 ELSE 1 END"
    whole = " = ".join(f"{one}.digits || regexp_replace({one}.host, '[^0-9]', '', 'g')" for one in "ab")
    digits = f"CASE WHEN a.host = b.host THEN a.digits = b.digits ELSE {whole} END"
    typo = f"abs(length({a}) - length({b})) <= 2 AND {digits} AND damerau_levenshtein({a}, {b}) <= {few}"
    return (
        f"WHEN {a} = {b} THEN CASE WHEN split_part(a.mailbox, '+', 1) IN ({roles}) THEN {levels['role']}"
        f" ELSE {levels['same']} END WHEN {base} THEN {levels['base']} WHEN {typo} THEN {levels['typo']}"
        f" WHEN a.mailbox = b.mailbox AND length(a.mailbox) > 3 THEN {levels['local']} ELSE {levels['differs']}"
    )


def _birth(field: str, levels: dict[str, int]) -> str:
    a, b = f"a.{field}", f"b.{field}"
    plain = " OR ".join(f"length({one}) <> 10 OR {one}[1] = '-'" for one in (a, b))
    return (
        f"WHEN {plain} THEN level_of_births({a}, {b}) WHEN {a} = {b} THEN {levels['same']}"
        f" WHEN {a}[:5] || {a}[9:] || {a}[5:7] = {b} THEN {levels['swapped']}"
        # One edit of a whole date leaves the year and month, or the month and day, as they are.
        f" WHEN (left({a}, 5) = left({b}, 5) OR right({a}, 5) = right({b}, 5))"
        f" AND damerau_levenshtein({a}, {b}) <= 1 THEN {levels['digit']}"
        f" WHEN {a}[:4] <> {b}[:4] THEN {levels['differs']}"
        f" WHEN '-01-01' IN ({a}[5:], {b}[5:]) THEN {levels['partial']} ELSE {levels['year']}"
    )


def _address(field: str, levels: dict[str, int]) -> str:
    city = " OR ".join(f"p.division[:2] = '{one}'" for one in sorted(MUNICIPALITIES))
    same_city = (
        "length(p.division) = 6 AND length(q.division) = 6 AND (p.division[:4] = q.division[:4]"
        f" OR (p.division[:2] = q.division[:2] AND ({city})))"
    )
    within = "starts_with(p.area, q.area) OR starts_with(q.area, p.area)"
    road = "p.road <> '' AND q.road <> '' AND (p.road = q.road OR (p.latin <> q.latin AND p.said = q.said))"
    nowhere = "p.division = '' OR q.division = ''"
    district = "p.division = q.division AND right(p.division, 2) <> '00'"
    return (
        f"WHEN a.place_id = b.place_id THEN {levels['same']}"
        f" WHEN NOT ({within}) THEN CASE WHEN {same_city} THEN {levels['city']} ELSE {levels['differs']} END"
        f" WHEN NOT ({road}) THEN CASE WHEN {nowhere} THEN {levels['differs']}"
        f" WHEN {district} THEN {levels['district']} ELSE {levels['city']} END"
        f" WHEN p.number = '' OR p.number <> q.number THEN {levels['road']}"
        f" WHEN p.rest = q.rest THEN {levels['same']} ELSE {levels['building']}"
    )


def _name(levels: dict[str, int]) -> str:
    def short_for(short: str, long: str) -> str:
        return (
            f"CASE WHEN {short}.nickname THEN contains({long}.east, {short}.east[2])"
            f" ELSE {short}.given = '' AND {long}.family = {short}.east END"
        )

    together = "list_has_any(x.spoken, y.spoken)"
    # DuckDB counts edits in bytes, a Chinese character has three: one character of at most two is told apart here.
    near = (
        "(length(x.given) = 2 AND length(y.given) = 2 AND (x.given[1] = y.given[1] OR x.given[2] = y.given[2]"
        " OR x.given = reverse(y.given))) OR (length(x.given) + length(y.given) = 3"
        " AND (contains(x.given, y.given) OR contains(y.given, x.given)))"
    )
    long = "greatest(length(x.given), length(y.given)) > 2"
    by_characters = (
        f'WHEN x.east = y.east THEN CASE WHEN x."full" AND y."full" AND NOT (x.west AND y.west) THEN {levels["same"]}'
        f" ELSE {levels['part']} END"
        f' WHEN NOT (x."full" AND y."full") OR x.nickname OR y.nickname THEN CASE WHEN {short_for("x", "y")} OR'
        f" {short_for('y', 'x')} THEN {levels['word']} ELSE {levels['differs']} END"
        f" WHEN x.east = y.given || y.family OR y.east = x.given || x.family THEN {levels['same']}"
        f" WHEN {together} THEN {levels['homophone']}"
        f" WHEN x.family = y.family AND {long} THEN level_of_names(a.name, b.name)"
        f" WHEN x.family = y.family THEN CASE WHEN {near} THEN {levels['character']} ELSE {levels['half']} END"
        f" WHEN x.given = y.given THEN CASE WHEN length(x.given) > 1 THEN {levels['character']} ELSE {levels['half']} END"
        f" ELSE {levels['differs']}"
    )
    return (
        f'WHEN a.name_id = b.name_id THEN CASE WHEN x."full" THEN {levels["same"]} ELSE {levels["word"]} END'
        f" WHEN x.east <> '' AND y.east <> '' THEN CASE {by_characters} END"
        f" WHEN {together} THEN {levels['reading']}"
        " WHEN x.east = '' AND y.east = '' THEN level_of_words(a.name, b.name) ELSE level_of_names(a.name, b.name)"
    )


def level(field: str) -> str:
    """The level of a field as an expression."""
    levels = {code: place for place, code in enumerate(LEVELS[field])}
    makers = {"document": _document, "email": _email, "birth": _birth, "address": _address}
    cases = _name(levels) if field == "name" else makers.get(field, _number)(field, levels)
    return f"CASE WHEN a.{field} IS NULL OR b.{field} IS NULL THEN NULL {cases} END::TINYINT"


def pattern(fields: Sequence[str]) -> str:
    """The levels of these fields, in columns called birth_level and so on, as one number."""
    found, size = ["0"], 1
    for field in fields:
        found.append(f"coalesce({field}_level + 1, 0)::INTEGER * {size}")
        size *= len(LEVELS[field]) + 1
    return " + ".join(found)


def levels_of(fields: Sequence[str]) -> str:
    """The columns that `pattern` was made of."""
    found, size = [], 1
    for field in fields:
        found.append(f"nullif((pattern // {size}) % {len(LEVELS[field]) + 1}, 0) - 1 AS {field}_level")
        size *= len(LEVELS[field]) + 1
    return ", ".join(found)


def crowd(field: str, weights: Weights, *, against: str) -> str:
    """What it takes away from `weight` that many people have the value both agree in; 0 where they do not."""
    one = weights.fields[field]["same"]
    u = f"least({one.u} * {field}_crowd, {U_MAX})"
    lost = f"log2({max(one.u, one.h)} / greatest({u}, {one.h}))" if against == "h" else f"log2({one.u} / {u})"
    return f"CASE WHEN {field}_crowd IS NULL THEN 0 ELSE {lost} END"  # least() and greatest() pass over NULL


def weight(field: str, weights: Weights, *, against: str) -> str:
    """log2(m/u), or with `against` "h" log2(m/max(h, u)), of the level in the column `field`; 0 where there is none."""
    cases = []
    for place, code in enumerate(LEVELS[field]):
        one = weights.fields[field][code]
        cases.append(f"WHEN {place} THEN {_bits(one, against)}")
    return f"CASE {field}_level {' '.join(cases)} ELSE 0 END"


def _bits(one: Level, against: str) -> str:
    if not one.frequency:
        u = min(one.u, U_MAX)
        return repr(log2(one.m / (max(u, one.h) if against == "h" else u)))
    share = "share" if one.frequency == "name" else "family_share"
    chance = f"least({one.spread} * greatest(x_{share}, y_{share}), {U_MAX})"
    return f"log2({one.m} / {f'greatest({chance}, {one.h})' if against == 'h' else chance})"


def fields_used(base: duckdb.DuckDBPyConnection) -> list[str]:
    """The fields that anybody has a value of."""
    columns = ", ".join(f"COUNT({field})" for field in FIELDS)
    [counts] = base.execute(f"SELECT {columns} FROM people").fetchall()  # nosec B608  own names only
    return [field for field, found in zip(FIELDS, counts, strict=True) if found]
