"""Weights from a base: Splink's m and u, households, how common names are, and how many duplicates to expect at all.

What a base says too little about stays as it was in the weights one begins with, so a house with two hundred customers gets the
table of the package, nearly, and one with a million its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import duckdb

from guanxi.engine.matching.batch import splinked, sql
from guanxi.engine.matching.batch.households import Counts, Model, Pattern, blend, maximise
from guanxi.engine.matching.batch.people import Progress, count, no_progress
from guanxi.engine.matching.frequencies import Frequencies
from guanxi.engine.matching.weights import Level, Weights

PRIOR_PAIRS: Final = 100.0  # what a level of the start counts for
BLOCK_PAIRS: Final = 150_000  # of each block that is learnt from
PAIRS_MIN: Final = 200  # a block with fewer teaches nothing
LEAST, MOST = 1e-10, 1 - 1e-9
FAMILIES_MAX, GIVENS_MAX, WORDS_MAX = 600, 4_000, 4_000
NAMES_MIN: Final = 2_000  # people, before a base's own frequencies are worth more than the published ones


class Block(NamedTuple):
    """Pairs that agree in `field` (by `on`); the fields named in `known` are no news about them."""

    field: str
    on: str
    known: tuple[str, ...]


BLOCKS: Final = (
    Block("phone", "a.phone = b.phone AND a.phone_crowd IS NULL", ("phone",)),
    Block("email", "a.email = b.email AND a.email_crowd IS NULL", ("email",)),
    Block("address", "a.place_id = b.place_id AND a.address_crowd IS NULL", ("address",)),
    Block("birth", "a.birth = b.birth AND a.name = b.name AND length(a.birth) = 10", ("birth", "name")),
)


def learn(
    base: duckdb.DuckDBPyConnection,
    start: Weights,
    *,
    version: str,
    seed: int = 1,
    progress: Progress = no_progress,
) -> Weights:
    """Weights learnt from `people` (made by `people.prepare`), beginning at `start`; the thresholds are those of `start`."""
    sql.add_functions(base)
    fields = sql.fields_used(base)
    records = count(base, "SELECT COUNT(DISTINCT record) FROM people")
    learnt = splinked.learn(base, fields, seed)
    progress("learning", 0.6)
    begun = _begin(start, learnt, records)
    counts, sizes = Counts(), {}
    for block in _usable(base, fields):
        others = [one for one in fields if one not in block.known]
        patterns, pairs = _patterns(base, block, others)
        sizes[block.field] = pairs
        if sum(patterns.values()) >= PAIRS_MIN:
            _, found = maximise(others, patterns, begun, prior_pairs=PRIOR_PAIRS)
            _add(counts, found, block.field)
    progress("learning", 0.9)
    weights = _weights(start, begun, counts, base)
    same, household = _priors(base, weights, counts, sizes, records, start)
    return replace(
        weights,
        version=version,
        prior_same=same,
        prior_household=household,
        learnt={
            "how": "guanxi unify",
            "splink": learnt.version,
            "records": records,
            "seed": seed,
            "pairs": _rounded(counts),
        },
    )


def _usable(base: duckdb.DuckDBPyConnection, fields: Sequence[str]) -> Iterator[Block]:
    yield from (block for block in BLOCKS if set(block.known) <= set(fields))


def _begin(start: Weights, learnt: splinked.Learnt, records: int) -> Model:
    """Where the three classes begin: u of Splink where it can be told from duplicates, m of the start, h of the start.

    Random pairs hold duplicates too, about one in `records`: below some twenty times that a share of theirs is no share of
    strangers.
    """
    model = Model({}, {}, {})
    told = 20 / max(records, 1) + 20 / splinked.U_PAIRS
    for field, levels in start.fields.items():
        found = learnt.u.get(field, {})
        model.u[field] = _one(
            [found[code] if found.get(code, 0) > told else one.u for code, one in levels.items()]
        )
        soft = learnt.m.get(field, {})
        own = [soft.get(code, one.m) for code, one in levels.items()]
        model.m[field] = blend(_one(own), _one([one.m for one in levels.values()]), 1.0)
        model.h[field] = _one([one.h for one in levels.values()])
    return model


def _one(shares: Sequence[float]) -> list[float]:
    total = sum(shares)
    return [share / total for share in shares]


def _patterns(
    base: duckdb.DuckDBPyConnection, block: Block, fields: Sequence[str]
) -> tuple[dict[Pattern, int], int]:
    """Counted patterns of a sample of the block's pairs, and how many pairs it has in all. One row a record is looked at."""
    base.execute("CREATE OR REPLACE TEMP TABLE firsts AS SELECT min(row) AS row FROM people GROUP BY record")
    one = "(SELECT * FROM people SEMI JOIN firsts USING (row))"
    joined = f"FROM {one} a JOIN {one} b ON {block.on} AND a.row < b.row"
    pairs = count(base, f"SELECT COUNT(*) {joined}")
    every = max(1, round(pairs / BLOCK_PAIRS))
    key = "place_id" if block.field == "address" else block.field
    columns = ", ".join(f"{sql.level(one)} AS {one}" for one in fields)
    found = base.execute(
        f"""
        SELECT {columns}, COUNT(*)
        FROM (SELECT a.row AS l, b.row AS r {joined} AND hash(a.{key}) % {every} = 0) near
        JOIN people a ON a.row = l JOIN people b ON b.row = r
        LEFT JOIN forms x ON x.name_id = a.name_id LEFT JOIN forms y ON y.name_id = b.name_id
        LEFT JOIN places p ON p.place_id = a.place_id LEFT JOIN places q ON q.place_id = b.place_id
        GROUP BY ALL
        """  # nosec B608  own names only
    ).fetchall()
    return {tuple(row[:-1]): row[-1] for row in found}, pairs


def _add(counts: Counts, found: Counts, block: str) -> None:
    # In blocks of a name and birth date there are next to no households: they teach m only.
    for ours, theirs in ((counts.m, found.m), (counts.h, {} if block == "birth" else found.h)):
        for field, numbers in theirs.items():
            before = ours.get(field, [0.0] * len(numbers))
            ours[field] = [one + other for one, other in zip(before, numbers, strict=True)]
    counts.pairs[block] = _kinds(found)


def _kinds(found: Counts) -> tuple[float, float, float]:
    """How many pairs of a block are of which kind, as shares; strangers are what is left."""
    most = max(found.m, key=lambda one: sum(found.m[one]) + sum(found.h[one]), default="")
    same, household = (sum(side.get(most, ())) for side in (found.m, found.h))
    return same, household, 0.0


def _weights(start: Weights, begun: Model, counts: Counts, base: duckdb.DuckDBPyConnection) -> Weights:
    fields = {}
    for field, levels in start.fields.items():
        m, h = (
            blend(side.get(field, [0.0] * len(levels)), begin, PRIOR_PAIRS)
            for side, begin in (
                (counts.m, [one.m for one in levels.values()]),
                (counts.h, [one.h for one in levels.values()]),
            )
        )
        fields[field] = {
            code: Level(
                _bounded(m[at]), _bounded(begun.u[field][at]), _bounded(h[at]), one.frequency, one.spread
            )
            for at, (code, one) in enumerate(levels.items())
        }
    return replace(start, fields=fields, frequencies=_frequencies(base, start.frequencies))


def _bounded(share: float) -> float:
    return min(max(share, LEAST), MOST)


def _priors(
    base: duckdb.DuckDBPyConnection,
    weights: Weights,
    counts: Counts,
    sizes: Mapping[str, int],
    records: int,
    start: Weights,
) -> tuple[float, float]:
    """How likely two at random are the same person, or of one household: the pairs met in a block, over how many of all such
    pairs the block meets."""
    everything = max(records * (records - 1) / 2, 1)
    found: dict[int, list[float]] = {0: [], 1: []}
    for block in ("phone", "email", "address"):
        if block not in counts.pairs:
            continue
        same, household, _ = counts.pairs[block]
        sampled = _sampled(sizes[block])
        having = count(base, f"SELECT COUNT(DISTINCT record) FROM people WHERE {block} IS NOT NULL") / max(
            records, 1
        )
        level = weights.fields[block]["same"]
        for kind, pairs, share in ((0, same, level.m), (1, household, level.h)):
            found[kind].append(pairs * sampled / max(share * having * having, 1e-6) / everything)
    same, household = (sorted(one)[len(one) // 2] if one else 0.0 for one in found.values())
    least = 0.1 / everything
    return (
        min(max(same, least), 0.2) if same else start.prior_same,
        min(max(household, least), 0.2) if household else start.prior_household,
    )


def _sampled(pairs: int) -> float:
    return float(max(1, round(pairs / BLOCK_PAIRS)))


def _frequencies(base: duckdb.DuckDBPyConnection, start: Frequencies) -> Frequencies:
    """The commonest names of this base with their shares; the published ones if it is small."""
    base.execute(
        "CREATE OR REPLACE TEMP TABLE called AS SELECT DISTINCT node, name_id FROM people WHERE name_id IS NOT NULL"
    )
    if count(base, "SELECT COUNT(*) FROM called") < NAMES_MIN:
        return start
    east = "FROM called JOIN forms USING (name_id) WHERE"
    words = "FROM (SELECT node, unnest(words) AS word FROM called JOIN forms USING (name_id))"
    return Frequencies(
        families=_shares(base, "family", f"{east} family <> ''", FAMILIES_MAX) or dict(start.families),
        givens=_shares(base, "given", f"{east} given <> ''", GIVENS_MAX) or dict(start.givens),
        words=_shares(base, "word", f"{words} WHERE regexp_full_match(word, '[a-z0-9]+')", WORDS_MAX)
        or dict(start.words),
    )


def _shares(base: duckdb.DuckDBPyConnection, column: str, source: str, most: int) -> dict[str, float]:
    total = count(base, f"SELECT COUNT(*) {source}") or 1
    rows = base.execute(
        f"SELECT {column}, COUNT(*) {source} GROUP BY 1 HAVING COUNT(*) > 2 ORDER BY 2 DESC, 1 LIMIT {most}"
    ).fetchall()
    return {name: min(number / total, 0.99) for name, number in rows}


def _rounded(counts: Counts) -> dict[str, Any]:
    return {block: [round(one) for one in kinds[:2]] for block, kinds in counts.pairs.items()}
