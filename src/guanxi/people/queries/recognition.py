"""What recognition looks up: everybody who shares an identifier. It looks at everybody, and shows nobody."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from guanxi.engine.normalise import Normalised
from guanxi.people.models import Identifier, Record
from guanxi.people.rules import Candidate, Claim

BLOCK_MAX = 200  # a key shared by more records than this identifies nobody (a switchboard, a placeholder)

_ONE_CROWD = int.from_bytes(hashlib.sha256(b"people.crowd").digest()[:8], signed=True)
Key = tuple[str, str]  # an identifier's kind and value


@dataclass(frozen=True, slots=True)
class Known:
    """What recognition found: candidates, and the record that already says exactly this."""

    candidates: Sequence[Candidate]
    same_statement: int | None
    same_customer: int | None
    codes: Mapping[int, str] = field(default_factory=dict)  # customer -> public id


NOBODY = Known((), None, None)


def values_taken(values: Sequence[str]) -> set[str]:
    """Which of these identifier values somebody has."""
    return set(Identifier.objects.filter(value__in=values, valid_to=None).values_list("value", flat=True))


def find_known(claims: Sequence[Normalised], fingerprint: str) -> Known:
    """All customers who share a claim, with their names; one indexed statement however many claims there are."""
    if not claims:
        return NOBODY
    pairs = " OR ".join(["(i.value = %s AND i.kind = %s)"] * len(claims))
    # The block is counted in records that share a claim, before their customers' other records join in: forty statements
    # of one well-known customer are no crowd.
    sql = f"""
        WITH near AS (
            SELECT i.kind, i.value, i.verified, r.customer_id
            FROM people_identifier i JOIN people_record r ON r.id = i.record_id
            WHERE i.valid_to IS NULL AND ({pairs})
            LIMIT {BLOCK_MAX + 1}
        ), hit AS (
            SELECT kind, value, MAX(verified) AS verified, customer_id, COUNT(*) AS records
            FROM near GROUP BY kind, value, customer_id
        )
        SELECT hit.kind, hit.value, hit.verified IS NOT NULL, c.id, c.provisional, peer.id, peer.name_key,
               peer.fingerprint, c.public_id, hit.records
        FROM hit
        JOIN people_customer c ON c.id = hit.customer_id
        JOIN people_record peer ON peer.customer_id = c.id
    """  # noqa: S608  only placeholders are joined in  # nosec B608
    with connection.cursor() as cursor:
        cursor.execute(sql, [part for claim in claims for part in (claim.value, claim.kind)])
        found = cursor.fetchall()
    shared = {(kind, value, customer): records for kind, value, _, customer, *_, records in found}
    if sum(shared.values()) > BLOCK_MAX:
        return _without_blocks(claims, fingerprint)
    return _known([row[:-1] for row in found], fingerprint)


def _without_blocks(claims: Sequence[Normalised], fingerprint: str) -> Known:
    """Too many share something: look at each claim alone and leave out the crowded ones."""
    if len(claims) == 1:
        same = Record.objects.filter(fingerprint=fingerprint).select_related("customer").first()
        if same is None:
            return NOBODY
        return Known((), same.id, same.customer_id, {same.customer_id: same.customer.public_id})
    apart = [find_known([claim], fingerprint) for claim in claims]
    merged: dict[int, Candidate] = {}
    for candidate in (candidate for known in apart for candidate in known.candidates):
        other = merged.get(candidate.customer)
        merged[candidate.customer] = candidate if other is None else _join(other, candidate)
    same_known = next((known for known in apart if known.same_statement), NOBODY)
    codes = {customer: code for known in apart for customer, code in known.codes.items()}
    return Known(list(merged.values()), same_known.same_statement, same_known.same_customer, codes)


def _join(one: Candidate, other: Candidate) -> Candidate:
    return Candidate(
        customer=one.customer,
        matched=(*one.matched, *other.matched),
        names=tuple(sorted({*one.names, *other.names})),
        verified=one.verified | other.verified,
        provisional=one.provisional,
    )


def _known(found: Iterable[tuple[str, str, bool, int, bool, int, str, str, str]], fingerprint: str) -> Known:
    matched: dict[int, dict[Claim, bool]] = {}
    names: dict[int, set[str]] = {}
    provisional: dict[int, bool] = {}
    codes: dict[int, str] = {}
    same: tuple[int | None, int | None] = (None, None)
    for kind, value, verified, customer, unsure, record, name_key, print_of, code in found:
        codes[customer] = code
        matched.setdefault(customer, {})[Claim(kind, value)] = bool(verified)
        names.setdefault(customer, set()).add(name_key)
        provisional[customer] = bool(unsure)
        if print_of == fingerprint:
            same = (record, customer)
    candidates = [
        Candidate(
            customer=customer,
            matched=tuple(sorted(claims)),
            names=tuple(sorted(filter(None, names[customer]))),
            verified=frozenset(claim for claim, verified in claims.items() if verified),
            provisional=provisional[customer],
        )
        for customer, claims in sorted(matched.items())
    ]
    return Known(candidates, *same, codes)


def fingerprint_of(source: str, name_key: str, claims: Sequence[Normalised]) -> str:
    """The same source stating the same normalised facts is the same record."""
    parts = [source, name_key, *sorted([f"{claim.kind}={claim.value}" for claim in claims])]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class Crowd:
    """Everybody that contacts of one batch could be. Answers like `find_known`, also about those `add`ed since.

    `likely` are the identifiers that somebody has: who claims none of them is nobody we know.
    """

    def __init__(self, keys: Collection[Key]) -> None:
        """`keys`: the identifiers of the whole batch, each once. One statement for each kind of them."""
        self._records: dict[Key, int] = _count_records(keys)
        self._holders: dict[Key, dict[int, bool]] = {}  # identifier -> {customer: whether verified}
        self._people: dict[int, _Person] = {}
        self._statements: dict[str, tuple[int, int]] = {}  # fingerprint -> (record, customer)
        self.likely: set[Key] = set(self._records)

    @property
    def size(self) -> int:
        """How many records share an identifier with the batch, as far as they count."""
        return sum(count for count in self._records.values() if count <= BLOCK_MAX)

    def read(self, fingerprints: Collection[str]) -> None:
        """Read who holds the likely identifiers, and who made one of these statements before."""
        if not self._records:
            return
        for key, customer, verified in _read_holders(
            [key for key, count in self._records.items() if count <= BLOCK_MAX]
        ):
            self._holders.setdefault(key, {})[customer] = verified
        self._statements = _read_statements(fingerprints)
        customers = {customer for holders in self._holders.values() for customer in holders}
        customers |= {customer for _, customer in self._statements.values()}
        for customer, code, provisional, name_key in _read_people(customers):
            person = self._people.setdefault(customer, _Person(code, bool(provisional), set()))
            person.names.add(name_key)

    def find(self, keys: Sequence[Key], fingerprint: str) -> Known:
        """Who has one of these identifiers; a crowded one identifies nobody (as in `_without_blocks`)."""
        matched: dict[int, dict[Claim, bool]] = {}
        crowded = False
        for key in keys:
            if self._records.get(key, 0) > BLOCK_MAX:
                crowded = True
                continue
            for customer, verified in self._holders.get(key, {}).items():
                matched.setdefault(customer, {})[Claim(*key)] = verified
        record, whose = self._statements.get(fingerprint, (None, None))
        if not crowded and whose not in matched:
            record, whose = None, None
        people = {one: self._people[one] for one in matched}
        codes = {one: person.code for one, person in people.items()}
        if whose is not None:
            codes[whose] = self._people[whose].code
        return Known(
            [
                Candidate(
                    customer=one,
                    matched=tuple(sorted(claims)),
                    names=tuple(sorted(filter(None, people[one].names))),
                    verified=frozenset(claim for claim, verified in claims.items() if verified),
                    provisional=people[one].provisional,
                )
                for one, claims in sorted(matched.items())
            ],
            record,
            whose,
            codes,
        )

    def add(
        self, keys: Sequence[Key], fingerprint: str, name_key: str, whose: tuple[int, int, str, bool]
    ) -> None:
        """A record that is being written, so that later contacts meet it: (record, customer, public id, provisional)."""
        record, customer, code, provisional = whose
        self._statements[fingerprint] = (record, customer)
        self._people.setdefault(customer, _Person(code, provisional, set())).names.add(name_key)
        for key in keys:
            self._records[key] = self._records.get(key, 0) + 1
            self._holders.setdefault(key, {}).setdefault(customer, False)


@dataclass(slots=True)
class _Person:
    code: str
    provisional: bool
    names: set[str]


def _count_records(keys: Collection[Key]) -> dict[Key, int]:
    """How many records hold each identifier that anybody holds; nobody counts further than one above `BLOCK_MAX`."""
    sql = f"""
        SELECT value, records FROM (
            SELECT k.value, (SELECT COUNT(*) FROM (
                SELECT 1 FROM people_identifier i
                WHERE i.value = k.value AND i.kind = %s AND i.valid_to IS NULL LIMIT {BLOCK_MAX + 1}
            ) AS held) AS records FROM {{texts}}
        ) AS counted WHERE records > 0
    """  # noqa: S608  only numbers and placeholders are joined in  # nosec B608
    return {
        (kind, value): records
        for kind, values in _by_kind(keys)
        for value, records in _ask(sql, kind, _list(values))
    }


def _read_holders(keys: Collection[Key]) -> Iterator[tuple[Key, int, bool]]:
    """(identifier, customer, whether it is verified) of each who holds one."""
    held = (
        "people_identifier i JOIN people_record r ON r.id = i.record_id"
        " WHERE i.value = k.value AND i.kind = %s AND i.valid_to IS NULL"
    )
    sql = f"SELECT i.value, r.customer_id, MAX(i.verified) IS NOT NULL FROM {{texts}} CROSS JOIN {held} GROUP BY 1, 2"  # noqa: S608
    if connection.vendor == "postgresql":  # key by key, whatever the planner believes of the table
        near = f"SELECT i.value, i.verified, r.customer_id FROM {held} LIMIT {BLOCK_MAX}"  # noqa: S608
        sql = (
            "SELECT n.value, n.customer_id, MAX(n.verified) IS NOT NULL"  # noqa: S608
            f" FROM {{texts}} CROSS JOIN LATERAL ({near}) AS n GROUP BY 1, 2"
        )
    for kind, values in _by_kind(keys):
        for value, customer, verified in _ask(sql, _list(values), kind):
            yield (kind, value), customer, bool(verified)


def _read_statements(fingerprints: Collection[str]) -> dict[str, tuple[int, int]]:
    sql = "SELECT r.fingerprint, r.id, r.customer_id FROM {texts} JOIN people_record r ON r.fingerprint = k.value"
    found = _ask(sql, _list(fingerprints))
    return {fingerprint: (record, customer) for fingerprint, record, customer in found}


def _read_people(customers: Collection[int]) -> list[tuple[Any, ...]]:
    """(customer, public id, provisional, name key) for each of their names."""
    sql = (
        "SELECT DISTINCT c.id, c.public_id, c.provisional, r.name_key FROM {numbers}"
        " JOIN people_customer c ON c.id = k.value JOIN people_record r ON r.customer_id = c.id"
    )
    return _ask(sql, _list(customers))


def _list(values: Collection[Any]) -> Any:
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


def _ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask about a list of `texts` or `numbers`, seen as the column `value` of `k`."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(sql.format(texts="json_each(%s) AS k", numbers="json_each(%s) AS k"), values)
            return list(cursor.fetchall())
        sql = sql.format(texts="unnest(%s::text[]) AS k(value)", numbers="unnest(%s::bigint[]) AS k(value)")
        raw: Any = cursor.cursor
        # Planned anew each time, and each key by the index: an import makes tables grow of which nothing is known yet, and
        # a plan that reads them from end to end was seen in a trial.
        raw.execute(_PLAN, ["off"] * 3, prepare=True)
        raw.execute(sql, values, prepare=False)
        found = list(raw.fetchall())
        raw.execute(_PLAN, ["on"] * 3, prepare=True)
        return found


_PLAN = (
    "SELECT set_config('enable_seqscan', %s, true), set_config('enable_hashjoin', %s, true),"
    " set_config('enable_mergejoin', %s, true)"
)


def _by_kind(keys: Collection[Key]) -> list[tuple[str, list[str]]]:
    kinds: dict[str, list[str]] = {}
    for kind, value in keys:
        kinds.setdefault(kind, []).append(value)
    return list(kinds.items())


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
