"""What recognition looks up: everybody who shares a key with a contact. It looks at everybody, and shows nobody."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from guanxi.core import options
from guanxi.core.errors import Conflict
from guanxi.engine.matching import (
    Person,
    Weights,
    WeightsRefused,
    blocking_keys,
    default_weights,
    weights_from,
)
from guanxi.engine.normalise import Normalised
from guanxi.people.models import BlockKey, Identifier, Link, Record, UnifyRun
from guanxi.people.queries.lists import ask_list
from guanxi.people.rules import CANDIDATES_MAX, IDENTIFIER_KINDS, Candidate, Fact

WEIGHTS_OPTION = "people.weights"  # the scan whose weights are used; "" for those of the package
BLOCK_MAX = 200  # a key shared by more records than this identifies nobody (a switchboard, a placeholder)
WEIGHT = (
    1_000_000  # what a key that one record has is worth; one of n has the nth part. Whole, so sums are exact.
)
_TRIES = 3

_ONE_CROWD = int.from_bytes(hashlib.sha256(b"people.crowd").digest()[:8], signed=True)
Key = tuple[str, str]  # an identifier's kind and value


@dataclass(frozen=True, slots=True)
class Known:
    """What recognition found: candidates, and the record that already says exactly this."""

    candidates: Sequence[Candidate]
    same_statement: int | None = None
    same_customer: int | None = None
    codes: Mapping[int, str] = field(default_factory=dict)  # customer -> public id


NOBODY = Known(())


def weights_in_use() -> Weights:
    """The weights contacts are compared by: those of the package, or those of the scan that somebody has chosen."""
    chosen = options.text(WEIGHTS_OPTION)
    return (learnt_weights(chosen) if chosen else None) or default_weights()


@lru_cache(maxsize=4)
def _kept(scan: str) -> Weights:
    found = UnifyRun.objects.filter(public_id=scan, weights__isnull=False).values_list("weights", flat=True)
    return weights_from(found.get(), scan)


def learnt_weights(scan: str) -> Weights | None:
    """What a scan has learnt; None when there is nothing, or nothing this version can read: contacts are taken in anyway."""
    try:
        return _kept(scan)
    except (UnifyRun.DoesNotExist, WeightsRefused):
        return None


def keys_of(facts: Iterable[Fact]) -> tuple[list[Key], tuple[int, ...]]:
    """(identifiers, block keys) that whoever says this is looked up by."""
    facts = list(facts)
    keys = [fact for fact in facts if fact[0] in IDENTIFIER_KINDS]
    return keys, blocking_keys(Person.of(facts), whole=False)


def values_taken(values: Sequence[str]) -> set[str]:
    """Which of these identifier values somebody has."""
    return set(Identifier.objects.filter(value__in=values, valid_to=None).values_list("value", flat=True))


def find_known(facts: Sequence[Fact], fingerprint: str, *, hold: bool = True) -> Known:
    """The customers who share an identifier or a block key with what is said, all that is known of each; one statement.

    Of very many those that share the rarest keys, at most `CANDIDATES_MAX`. `hold`: until the transaction ends, nobody merges
    or separates them: who is attached to one of them stays attached to somebody.
    """
    keys, blocks = keys_of(facts)
    if not keys and not blocks:
        return NOBODY
    for _ in range(_TRIES):
        found = _ask_known(keys, blocks, fingerprint, hold)
        if not any(retired for *_, retired in found):
            return _known(found)
    raise Conflict(code="conflict")


Row = tuple[bool, int, int, str, bool, str, str, Any]


def _ask_known(keys: Sequence[Key], blocks: Sequence[int], fingerprint: str, hold: bool) -> list[Row]:
    kinds, values = [kind for kind, _ in keys], [value for _, value in keys]
    asked: list[Any]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            asked = [kinds, values, list(blocks), fingerprint]
            cursor.execute(_known_sql("postgresql", hold, BLOCK_MAX), asked)
        else:
            asked = [json.dumps(list(zip(kinds, values, strict=True))), json.dumps(list(blocks)), fingerprint]
            cursor.execute(_known_sql("sqlite", False, BLOCK_MAX), asked)
        return list(cursor.fetchall())


@cache
def _known_sql(vendor: str, hold: bool, most: int) -> str:
    """Sizes of keys first, as far as they count; then whose they are, the rarest first; then all that those say."""
    near = _NEAR_POSTGRESQL if vendor == "postgresql" else _NEAR_SQLITE
    pairs = "jsonb_agg(DISTINCT jsonb_build_array(i.kind, i.value))"
    names = "jsonb_agg(DISTINCT r.name_key)"
    if vendor != "postgresql":
        pairs, names = (
            "json_group_array(DISTINCT json_array(i.kind, i.value))",
            "json_group_array(DISTINCT r.name_key)",
        )
    return f"""
        WITH {near.format(most=most, next=most + 1)}, hit AS (
            SELECT r.customer_id, MAX(n.record_id) AS peer, SUM({WEIGHT} / n.size) AS weight
            FROM near n JOIN people_record r ON r.id = n.record_id
            GROUP BY r.customer_id ORDER BY weight DESC, r.customer_id LIMIT {CANDIDATES_MAX}
        ), who AS (
            SELECT customer_id, peer, 0 AS same FROM hit
            UNION ALL SELECT customer_id, id, 1 FROM people_record WHERE fingerprint = %s
        )
        SELECT w.same, w.peer, c.id, c.public_id, c.provisional,
            (SELECT {pairs} FROM people_record r JOIN people_identifier i ON i.record_id = r.id
                WHERE r.customer_id = c.id AND i.valid_to IS NULL),
            (SELECT {names} FROM people_record r WHERE r.customer_id = c.id AND r.name_key <> ''),
            c.merged_into_id
        FROM who w JOIN people_customer c ON c.id = w.customer_id ORDER BY c.id{" FOR KEY SHARE OF c" if hold else ""}
    """  # noqa: S608  only numbers and placeholders are joined in  # nosec B608


# The lists stand in a SELECT each, so that the planner does not know how long they are: it then plans once, and not for
# every contact, which would cost twice what the look-up itself does.
_NEAR_POSTGRESQL = """
    counted AS MATERIALIZED (
        SELECT f.record_id, COUNT(*) OVER (PARTITION BY k.place) AS size
        FROM unnest((SELECT %s::text[]), (SELECT %s::text[])) WITH ORDINALITY AS k(kind, value, place) CROSS JOIN LATERAL (
            SELECT i.record_id FROM people_identifier i
            WHERE i.value = k.value AND i.kind = k.kind AND i.valid_to IS NULL LIMIT {next}) AS f
        UNION ALL
        SELECT f.record_id, COUNT(*) OVER (PARTITION BY k.hash)
        FROM unnest((SELECT %s::bigint[])) AS k(hash) CROSS JOIN LATERAL (
            SELECT b.record_id FROM people_blockkey b WHERE b.hash = k.hash LIMIT {next}) AS f
    ), near AS (SELECT record_id, size FROM counted WHERE size <= {most})
"""
_NEAR_SQLITE = """
    strong AS MATERIALIZED (
        SELECT k.value ->> 0 AS kind, k.value ->> 1 AS value, (SELECT COUNT(*) FROM (
            SELECT 1 FROM people_identifier i
            WHERE i.value = k.value ->> 1 AND i.kind = k.value ->> 0 AND i.valid_to IS NULL LIMIT {next})) AS size
        FROM json_each(%s) AS k
    ), block AS MATERIALIZED (
        SELECT k.value AS hash, (SELECT COUNT(*) FROM (
            SELECT 1 FROM people_blockkey b WHERE b.hash = k.value LIMIT {next})) AS size
        FROM json_each(%s) AS k
    ), near AS (
        SELECT i.record_id, s.size FROM strong s CROSS JOIN people_identifier i
            ON i.value = s.value AND i.kind = s.kind AND i.valid_to IS NULL WHERE s.size BETWEEN 1 AND {most}
        UNION ALL
        SELECT b.record_id, s.size FROM block s CROSS JOIN people_blockkey b ON b.hash = s.hash
        WHERE s.size BETWEEN 1 AND {most}
    )
"""


def _known(found: Sequence[Row]) -> Known:
    same: tuple[int | None, int | None] = (None, None)
    candidates = []
    codes = {}
    for is_same, peer, customer, code, provisional, pairs, names, _ in found:
        codes[customer] = code
        if is_same:
            same = (peer, customer)
        else:
            facts = frozenset([*map(_pair, _read(pairs)), *(("name", name) for name in _read(names))])
            candidates.append(Candidate(customer, facts, bool(provisional), peer))
    return Known(candidates, *same, codes)


def _read(value: Any) -> list[Any]:
    return json.loads(value) if isinstance(value, str) else value or []


def _pair(pair: Any) -> Fact:
    kind, value = json.loads(pair) if isinstance(pair, str) else pair
    return kind, value


def told_apart(customers: Collection[int]) -> set[frozenset[int]]:
    """Pairs of these customers that somebody has told apart."""
    links = Link.objects.filter(
        kind=Link.Kind.CANNOT, lifted=None, low__customer__in=customers, high__customer__in=customers
    )
    pairs = links.values_list("low__customer_id", "high__customer_id")
    return {frozenset(pair) for pair in pairs if pair[0] != pair[1]}


def hold_customers(customers: Collection[int]) -> dict[int, int]:
    """{customer: itself, or who it has been merged into}; until the transaction ends, nobody merges or separates them.

    SQLite lets one transaction write at a time anyway.
    """
    lock = " FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    sql = f"SELECT c.id, c.merged_into_id FROM {{numbers}} JOIN people_customer c ON c.id = k.value ORDER BY c.id{lock}"  # noqa: S608  constants only  # nosec B608
    return {key: into or key for key, into in ask_list(sql, customers)}


def list_without_keys(after: int, *, limit: int) -> list[Record]:
    """Records with a greater key than `after` that have no block key, in the order of their keys."""
    keys = BlockKey.objects.filter(record=OuterRef("pk"))
    return list(Record.objects.filter(~Exists(keys), id__gt=after).order_by("id")[:limit])


def count_without_keys() -> int:
    """How many records have no block key: some say too little to have any."""
    return Record.objects.filter(~Exists(BlockKey.objects.filter(record=OuterRef("pk")))).count()


def identifiers_on(records: Collection[int]) -> set[tuple[int, str, str]]:
    """(record, kind, value) of all their identifiers, those that have ended among them."""
    found = Identifier.objects.filter(record__in=records)
    return set(found.values_list("record_id", "kind", "value"))


def fingerprint_of(source: str, name_key: str, claims: Sequence[Normalised]) -> str:
    """The same source stating the same normalised facts is the same record."""
    parts = [source, name_key, *sorted([f"{claim.kind}={claim.value}" for claim in claims])]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def take_turn(claims: Iterable[Normalised], *, crowd: bool = False) -> None:
    """Until our transaction ends, nobody else writes down a new person with one of these identifiers.

    `crowd`: for a whole batch; one batch at a time, since the server's table of locks holds some thousands.

    SQLite lets one transaction write at a time anyway. In one order for everybody, so that nobody waits in a circle.
    """
    if connection.vendor != "postgresql":
        return
    keys = sorted(
        int.from_bytes(hashlib.sha256(f"{claim.kind}={claim.value}".encode()).digest()[:8], signed=True)
        for claim in claims
    )
    with connection.cursor() as cursor:
        if crowd:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_CROWD])
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS t(key)", [keys])
