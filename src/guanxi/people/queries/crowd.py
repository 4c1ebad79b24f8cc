"""Everybody that the contacts of one batch could be: read once for all of them, then asked in memory."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from guanxi.people.queries import recognition
from guanxi.people.queries.lists import ask_list
from guanxi.people.queries.recognition import WEIGHT, Key, Known, hold_customers, told_apart
from guanxi.people.rules import CANDIDATES_MAX, Candidate, Fact

Block = Key | int  # an identifier, or a block key


@dataclass(slots=True)
class _Person:
    code: str
    provisional: bool
    facts: set[Fact] = field(default_factory=set)


class Crowd:
    """Answers like `find_known` about every contact of the batch, also about those `add`ed since.

    `likely` are the keys that somebody has: who has none of them is nobody we know.
    """

    def __init__(self, blocks: Collection[Block]) -> None:
        """`blocks`: the keys of the whole batch, each once. A statement for each kind of identifier, one for block keys."""
        self._near: dict[Block, list[tuple[int, int]]] = {}  # key -> (record, customer)
        for block, record, whose in _read_near(blocks):
            if record is None or whose is None:
                self._near[block] = [(0, 0)] * (recognition.BLOCK_MAX + 1)
            else:
                self._near.setdefault(block, []).append((record, whose))
        self._people: dict[int, _Person] = {}
        self._statements: dict[str, tuple[int, int]] = {}  # fingerprint -> (record, customer)
        self.likely: set[Block] = set(self._near)
        self.apart: set[frozenset[int]] = set()

    @property
    def size(self) -> int:
        """How many records share a key with the batch, as far as they count."""
        return sum(len(near) for near in self._near.values() if len(near) <= recognition.BLOCK_MAX)

    def read(self, fingerprints: Collection[str], *, hold: bool = False) -> None:
        """Read who has the likely keys, and who made one of these statements before. `hold` as in `find_known`."""
        if not fingerprints and not self._near:
            return
        self._statements = _read_statements(fingerprints)
        if hold:
            self._follow(hold_customers(self._concerned()))
        customers = self._concerned()
        for key, code, provisional in _read_people(customers):
            self._people[key] = _Person(code, bool(provisional))
        for key, kind, value in _read_facts(self._people):
            self._people[key].facts.add((kind, value))
        self.apart = told_apart(self._people) if len(self._people) > 1 else set()

    def _concerned(self) -> set[int]:
        near = [some for some in self._near.values() if len(some) <= recognition.BLOCK_MAX]
        known = {customer for some in near for _, customer in some}
        return known.union([customer for _, customer in self._statements.values()])

    def _follow(self, now: dict[int, int]) -> None:
        """Who was merged into somebody since they were read, is that one."""
        if all(key == into for key, into in now.items()):
            return
        for near in self._near.values():
            near[:] = [(record, now.get(customer, customer)) for record, customer in near]
        self._statements = {
            one: (record, now.get(customer, customer)) for one, (record, customer) in self._statements.items()
        }

    def is_nobody(self, blocks: Iterable[Block], fingerprint: str) -> bool:
        """Whether nobody has any of these keys, now or later in the batch, nor has said this before."""
        return self.likely.isdisjoint(blocks) and fingerprint not in self._statements

    def find(self, blocks: Iterable[Block], fingerprint: str) -> Known:
        """Who shares one of these keys, as `find_known` would say."""
        weights: dict[int, int] = {}
        peers: dict[int, int] = {}
        for block in blocks:
            near = self._near.get(block, ())
            if not 0 < len(near) <= recognition.BLOCK_MAX:
                continue
            worth = WEIGHT // len(near)
            for record, customer in near:
                weights[customer] = weights.get(customer, 0) + worth
                peers[customer] = max(record, peers.get(customer, record))
        first = sorted(weights, key=lambda one: (-weights[one], one))[:CANDIDATES_MAX]
        candidates = [
            Candidate(one, frozenset(person.facts), person.provisional, peers[one])
            for one in sorted(first)
            for person in [self._people[one]]
        ]
        codes = {one: self._people[one].code for one in first}
        if fingerprint not in self._statements:
            return Known(candidates, codes=codes)
        same, owner = self._statements[fingerprint]
        return Known(candidates, same, owner, {**codes, owner: self._people[owner].code})

    def add(
        self,
        blocks: Iterable[Block],
        fingerprint: str,
        facts: Iterable[Fact],
        whose: tuple[int, int, str, bool],
    ) -> None:
        """A record that is being written, so that later contacts meet it: (record, customer, public id, provisional)."""
        record, customer, code, provisional = whose
        self._statements[fingerprint] = (record, customer)
        self._people.setdefault(customer, _Person(code, provisional)).facts.update(facts)
        for block in blocks:
            near = self._near.setdefault(block, [])
            if len(near) <= recognition.BLOCK_MAX:
                near.append((record, customer))


def _read_near(blocks: Collection[Block]) -> Iterator[tuple[Block, int | None, int | None]]:
    """(key, record, customer) of everybody who has one. Of a crowded key one more than count, or None for them all."""
    most = recognition.BLOCK_MAX + 1
    hashes = [block for block in blocks if isinstance(block, int)]
    if hashes:
        sql = _near_sql("people_blockkey b", "b.hash = k.value", "b.record_id", "numbers", most)
        yield from ask_list(sql, hashes)
    for kind, values in _by_kind([block for block in blocks if not isinstance(block, int)]):
        held = "i.value = k.value AND i.kind = %s AND i.valid_to IS NULL"
        sql = _near_sql("people_identifier i", held, "i.record_id", "texts", most)
        asked = [kind] * (1 if connection.vendor == "postgresql" else 2)
        for value, record, customer in ask_list(sql, values, *asked):
            yield (kind, value), record, customer


def _near_sql(table: str, held: str, record: str, values: str, most: int) -> str:
    """Who has one of many keys, at most `most` of each; key by key, whatever the planner believes of the table."""
    if connection.vendor == "postgresql":
        return (
            "SELECT k.value, n.record_id, n.customer_id FROM {" + values + "} CROSS JOIN LATERAL ("  # noqa: S608  constants only  # nosec B608
            f"SELECT {record} AS record_id, r.customer_id FROM {table} JOIN people_record r ON r.id = {record}"
            f" WHERE {held} LIMIT {most}) AS n"
        )
    # A crowded key need only be known as such: nobody reads who has it.
    return (
        f"WITH listed AS MATERIALIZED (SELECT k.value FROM {{{values}}}), sized AS MATERIALIZED ("  # noqa: S608  constants only  # nosec B608
        f"SELECT k.value, (SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {held} LIMIT {most})) AS size FROM listed k)"
        f" SELECT k.value, {record}, r.customer_id FROM sized k CROSS JOIN {table} ON {held}"
        f" JOIN people_record r ON r.id = {record} WHERE k.size BETWEEN 1 AND {most - 1}"
        f" UNION ALL SELECT value, NULL, NULL FROM sized WHERE size = {most}"
    )


def _by_kind(keys: Collection[Key]) -> list[tuple[str, list[str]]]:
    kinds: dict[str, list[str]] = {}
    for kind, value in keys:
        kinds.setdefault(kind, []).append(value)
    return list(kinds.items())


def _read_statements(fingerprints: Collection[str]) -> dict[str, tuple[int, int]]:
    sql = "SELECT r.fingerprint, r.id, r.customer_id FROM {texts} JOIN people_record r ON r.fingerprint = k.value"
    return {fingerprint: (record, customer) for fingerprint, record, customer in ask_list(sql, fingerprints)}


def _read_people(customers: Collection[int]) -> Sequence[tuple[int, str, bool]]:
    sql = "SELECT c.id, c.public_id, c.provisional FROM {numbers} JOIN people_customer c ON c.id = k.value"
    return ask_list(sql, customers)


def _read_facts(customers: Collection[int]) -> Sequence[tuple[int, str, str]]:
    """(customer, kind, value) of everything their records say."""
    sql = (
        "SELECT r.customer_id, i.kind, i.value FROM {numbers} JOIN people_record r ON r.customer_id = k.value"
        " JOIN people_identifier i ON i.record_id = r.id WHERE i.valid_to IS NULL"
    )
    names = (
        "SELECT r.customer_id, 'name', r.name_key FROM {numbers} JOIN people_record r ON r.customer_id = k.value"
        " WHERE r.name_key <> ''"
    )
    return [*ask_list(sql, customers), *ask_list(names, customers)]


def whole_customers(customers: Collection[int]) -> dict[int, Candidate]:
    """{customer: all that their records say, with the newest of these as `peer`}; who has no record is left out. Four
    statements, however many they are."""
    newest = "SELECT r.customer_id, MAX(r.id) FROM {numbers} JOIN people_record r ON r.customer_id = k.value GROUP BY 1"
    peers = dict(ask_list(newest, customers))
    unsure = {key: bool(provisional) for key, _, provisional in _read_people(peers)}
    facts: dict[int, set[Fact]] = {key: set() for key in peers}
    for key, kind, value in _read_facts(peers):
        facts[key].add((kind, value))
    return {key: Candidate(key, frozenset(facts[key]), unsure[key], peer) for key, peer in peers.items()}
