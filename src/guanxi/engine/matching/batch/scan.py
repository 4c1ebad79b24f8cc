"""The scan of a whole base: candidate pairs, scores, groups. It proposes; who is joined, people and actions decide.

    base = open_base()
    base.execute("CREATE TABLE statements AS ...")        # see `people`
    found = scan(base, weights, same_min=0.9)
    found.joins, found.doubts                              # proposals: pairs of customers with their bits

Customers that are groups of records already are read as one person from the start.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import duckdb
import pyarrow as pa

from guanxi.engine.matching.batch import blocks, scores, sql
from guanxi.engine.matching.batch.clusters import Edge, Resolved, Rules, resolve, roots
from guanxi.engine.matching.batch.people import CROWDED, Progress, count, no_progress, prepare, set_shares
from guanxi.engine.matching.person import Person
from guanxi.engine.matching.weights import Weights

_AT_ONCE: Final = 5_000


class Proposal(NamedTuple):
    """Two customers; `bits` of their best pair of records or, if one of them is a group, of both as they stood."""

    one: int
    other: int
    bits: float
    veto: bool


@dataclass(slots=True)
class Found:
    """What a scan found. `groups` hold customers who are one person; `joins` would make them, `doubts` are left open.

    `apart`: how many pairs would be proposed, had nobody told them apart.
    """

    customers: int = 0
    pairs: int = 0
    edges: int = 0
    groups: list[list[int]] = field(default_factory=list)
    joins: list[Proposal] = field(default_factory=list)
    doubts: list[Proposal] = field(default_factory=list)
    apart: int = 0


def scan(
    base: duckdb.DuckDBPyConnection,
    weights: Weights,
    *,
    same_min: float,
    cannot: Iterable[tuple[int, int]] = (),
    vetoes: bool = True,
    doubts: bool = True,
    prepared: bool = False,
    progress: Progress = no_progress,
) -> Found:
    """Scan `statements`. `cannot`: customers of whom somebody has said that they are two. `vetoes`: as in `Rules`.
    `prepared`: `people` is there already.
    """
    with _rare_collections():
        rules = Rules(weights, same_min, {}, {}, vetoes)
        return _scan(base, rules, cannot, doubts, prepared, progress)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Hundreds of thousands of small tuples are kept for a while; looking through all of them again and again costs a fifth."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _scan(
    base: duckdb.DuckDBPyConnection,
    asked: Rules,
    cannot: Iterable[tuple[int, int]],
    doubts: bool,
    prepared: bool,
    progress: Progress,
) -> Found:
    if not prepared:
        prepare(base, progress)
    set_shares(base, asked.weights.frequencies)
    found = Found(customers=count(base, "SELECT COUNT(*) FROM nodes"))
    found.pairs = blocks.find_pairs(base, progress)
    found.edges = scores.score_pairs(base, asked.weights, progress=progress)
    rules = replace(asked, shared=_shared(base), cannot=_apart(base, cannot))
    _make_links(base, rules)
    names = _names(base)
    _take_settled(base, found, names)
    if doubts:
        rows = _each(base, "SELECT one, other, bits, veto FROM doubtful")
        found.doubts += [_proposal(Edge(*row), names) for row in rows]
    for number, one in enumerate(_resolved(base, rules, doubts=doubts)):
        found.groups += [[names[node] for node in group] for group in one.groups]
        found.joins += [_proposal(edge, names) for edge in one.joins]
        found.doubts += [_proposal(edge, names) for edge in one.doubts]
        found.apart += one.apart
        if number % _AT_ONCE == 0:
            progress("groups", 0.5)
    progress("groups", 1.0)
    return found


def _make_links(base: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make of `edges` the best pair of records of two customers, by component: `settled` and `links`.

    `settled` are components that need no thought: single statements, all of them surely one person. They are most. In
    others no pair is sure: what of them is likely enough to be asked about is `doubtful`.
    """
    base.execute(
        """
        CREATE OR REPLACE TABLE best AS
        SELECT least(a.node, b.node) AS one, greatest(a.node, b.node) AS other,
               max(bits) AS bits, arg_max(veto, bits) AS veto
        FROM edges JOIN people a ON a.row = l JOIN people b ON b.row = r GROUP BY 1, 2
        """
    )
    base.execute("DROP TABLE edges")
    nodes = count(base, "SELECT max(node) + 1 FROM nodes")
    above = roots(_each(base, "SELECT one, other FROM best"), nodes)
    base.register(
        "above", pa.table({"node": pa.array(range(nodes), pa.int32()), "root": pa.array(above, pa.int32())})
    )
    base.execute("CREATE OR REPLACE TABLE roots AS SELECT * FROM above")
    base.unregister("above")
    base.execute(
        "CREATE OR REPLACE TEMP TABLE several AS SELECT node FROM people GROUP BY node HAVING COUNT(*) > 1"
    )
    base.execute("CREATE OR REPLACE TEMP TABLE careful (node INTEGER)")
    if rules.cannot:
        base.executemany("INSERT INTO careful VALUES (?)", [[node] for node in rules.cannot])
    base.execute(
        """
        CREATE OR REPLACE TEMP TABLE sure AS
        SELECT root
        FROM (SELECT root, COUNT(*) AS size FROM roots GROUP BY root HAVING COUNT(*) > 1)
        JOIN (SELECT root, COUNT(*) AS edges, min(bits) AS bits, bool_or(veto) AS veto
              FROM best JOIN roots ON node = one GROUP BY root) USING (root)
        WHERE edges = (size * (size - 1)) // 2 AND bits >= ? AND NOT (veto AND ?) AND root NOT IN
              (SELECT root FROM roots WHERE node IN (FROM several) OR node IN (FROM careful))
        """,
        [rules.bits_min, rules.vetoes],
    )
    base.execute(
        """
        CREATE OR REPLACE TABLE unsure AS
        SELECT root FROM best JOIN roots ON node = one GROUP BY root
        HAVING max(bits) < ? AND root NOT IN (SELECT root FROM roots WHERE node IN (FROM careful))
        """,
        [rules.bits_min],
    )
    base.execute(
        "CREATE OR REPLACE TABLE doubtful AS SELECT best.* FROM best JOIN roots ON node = one SEMI JOIN unsure USING (root)"
        " WHERE bits >= ?",
        [rules.review_bits_min],
    )
    base.execute(
        "CREATE OR REPLACE TABLE settled AS SELECT root, best.* FROM best JOIN roots ON node = one SEMI JOIN sure USING (root)"
    )
    base.execute(
        "CREATE OR REPLACE TABLE links AS SELECT root, best.* FROM best JOIN roots ON node = one"
        " ANTI JOIN sure USING (root) ANTI JOIN unsure USING (root)"
    )
    base.execute("DROP TABLE best; DROP TABLE pairs")


def _take_settled(base: duckdb.DuckDBPyConnection, found: Found, names: Mapping[int, int]) -> None:
    """Every pair of such a group is there; those of its first member make it."""
    rows = _each(
        base,
        "SELECT root, one, other, bits FROM settled QUALIFY one = min(one) OVER (PARTITION BY root) ORDER BY root, other",
    )
    for _, some in groupby(rows, key=itemgetter(0)):
        joins = [Proposal(names[one], names[other], bits, False) for _, one, other, bits in some]
        found.joins += joins
        found.groups.append([joins[0].one, *(join.other for join in joins)])


def _resolved(base: duckdb.DuckDBPyConnection, rules: Rules, *, doubts: bool) -> Iterator[Resolved]:
    """Component after component: its pairs and its people are read side by side, never all of them at once."""
    fields = sql.fields_used(base)
    links = _each(base, "SELECT root, one, other, bits, veto FROM links ORDER BY root")
    columns = ", ".join(f"p.{field}" for field in fields)
    reading = "FROM roots JOIN people p USING (node) SEMI JOIN links USING (root)"
    rows = _each(base, f"SELECT root, node, {columns} {reading} ORDER BY root, node")
    people = groupby(rows, key=itemgetter(0))
    for (_, statements), (_, some) in zip(people, groupby(links, key=itemgetter(0)), strict=True):
        edges = [Edge(*row[1:]) for row in some]
        yield resolve(edges, _people(fields, statements), rules, doubts=doubts)


def _people(fields: list[str], statements: Iterable[tuple[Any, ...]]) -> dict[int, Person]:
    found: dict[int, Person] = {}
    for node, rows in groupby(statements, key=itemgetter(1)):
        some = [
            Person(**{field: (value,) for field, value in zip(fields, row[2:], strict=True) if value})
            for row in rows
        ]
        found[node] = some[0] if len(some) == 1 else Person.of_all(some)
    return found


def _each(base: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, some at a time, on a cursor of its own."""
    cursor = base.cursor()
    cursor.execute(query)
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows
    cursor.close()


def _shared(base: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    return {
        (field, value): people
        for field in CROWDED
        for value, people in _each(
            base,
            f"SELECT DISTINCT {field}, {field}_crowd FROM people WHERE {field}_crowd IS NOT NULL",
        )
    }


def _apart(base: duckdb.DuckDBPyConnection, cannot: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    """Who is kept from whom, by node."""
    pairs = list(cannot)
    if not pairs:
        return {}
    wanted = {customer for pair in pairs for customer in pair}
    node_of = {
        customer: node
        for customer, node in _each(base, "SELECT customer, node FROM nodes")
        if customer in wanted
    }
    apart: dict[int, set[int]] = {}
    for one, other in pairs:
        if one in node_of and other in node_of:
            apart.setdefault(node_of[one], set()).add(node_of[other])
            apart.setdefault(node_of[other], set()).add(node_of[one])
    return apart


def _names(base: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """The customer of each node that is linked to any."""
    linked = "SEMI JOIN (SELECT root FROM links UNION SELECT root FROM settled UNION SELECT root FROM unsure) USING (root)"
    return dict(_each(base, f"SELECT node, customer FROM nodes JOIN roots USING (node) {linked}"))


def _proposal(edge: Edge, names: Mapping[int, int]) -> Proposal:
    return Proposal(names[edge.one], names[edge.other], edge.bits, edge.veto)
