"""What recognition looks up: everybody who shares an identifier. It looks at everybody, and shows nobody."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from guanxi.engine.normalise import Normalised
from guanxi.people.models import Identifier, Record
from guanxi.people.rules import Candidate, Claim

BLOCK_MAX = 200  # a key shared by more records than this identifies nobody (a switchboard, a placeholder)


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
    parts = [source, name_key, *sorted(f"{claim.kind}={claim.value}" for claim in claims)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def take_turn(claims: Sequence[Normalised]) -> None:
    """Until our transaction ends, nobody else writes down a new person with one of these identifiers.

    SQLite lets one transaction write at a time anyway. In one order for everybody, so that nobody waits in a circle.
    """
    if connection.vendor != "postgresql":
        return
    keys = sorted(
        int.from_bytes(hashlib.sha256(f"{claim.kind}={claim.value}".encode()).digest()[:8], signed=True)
        for claim in claims
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS t(key)", [keys])
