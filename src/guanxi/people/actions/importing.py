"""Recognising many contacts at once: what a file or another system knows about people.

Every contact gets the answer it would get alone (tested against that), but everybody it could be is read for a whole batch,
recognised in memory by the same rules, and written table by table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from guanxi.core import batches, events
from guanxi.core.access import Actor
from guanxi.core.batches import Batch, Document, Moments, document, text_document
from guanxi.core.events import Event
from guanxi.core.explain import Explanation
from guanxi.core.ids import new_codes, new_ids
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.recognising import Recognised, decide, read_contact, said_before
from guanxi.people.actions.reviewing import review_of
from guanxi.people.models import BlockKey, Customer, Identifier, Membership, Record, ReviewTask
from guanxi.people.queries import Block, Crowd
from guanxi.people.rules import Contact, Recognition, Statement, explain, recognise

NEAR_MAX = (
    20_000  # records that share an identifier with a batch; above it the batch is taken in smaller ones
)
_ROWS_EACH = 4  # keys for customer, record, membership and event; one more for each identifier


@dataclass(slots=True)
class Entry:
    """A contact read for importing: what it says, all the keys it is found by, and what makes it the same said again."""

    statement: Statement
    language: str
    hashes: Sequence[int]
    blocks: Sequence[Block]  # identifiers and hashes
    fingerprint: str
    said: Document


def read_entry(contact: Contact, source: str) -> Entry:
    """Everything that needs no database: to be done before the transaction, so that nobody waits for it.

    Raises `Invalid` for what cannot be read, and when nothing in it identifies anybody.
    """
    statement = read_contact(contact)
    keys, hashes = queries.keys_of(statement.facts)
    return Entry(
        statement,
        contact.language,
        hashes,
        [*keys, *hashes],
        queries.fingerprint_of(source, statement.name_key, statement.claims),
        text_document(statement.said),
    )


def import_contacts(
    *,
    actor: Actor,
    now: datetime,
    contacts: Sequence[tuple[Contact | Entry, datetime]],
    source: str,
    unit_id: int | None = None,
    sample: bool = False,
) -> list[Recognised]:
    """Recognise many contacts at once, each with the moment it was made; one event per new record, one answer per row.

    The answers are those of recognising each alone, in this order. Part of a greater action; writes its rows itself, so
    `Recognised.rows` are empty and `added` says whether there is a new record. Contacts may have been read before
    (`read_entry`, with this source). Raises `Invalid` when one cannot be read, before writing any.
    A thousand contacts take about a fifth of a second of SQLite's one writer: keep batches below that.
    """
    actor.require("people.record")
    rows = [(one if isinstance(one, Entry) else read_entry(one, source), made) for one, made in contacts]
    queries.take_turn([claim for entry, _ in rows for claim in entry.statement.claims], crowd=True)
    found: list[Recognised] = []
    while len(found) < len(rows):
        found += _take(_Book(actor, source, unit_id, sample), rows[len(found) :])
    return found


_Row = tuple[Entry, datetime]


def _take(book: "_Book", rows: Sequence[_Row]) -> list[Recognised]:
    """As many of the rows, from the first, as have not too many others near them; at least one."""
    crowd, rows = _crowd_of(rows)
    book.begin(rows)
    found = [_recognise(entry, made, crowd, book) for entry, made in rows]
    book.write()
    return found


def _crowd_of(rows: Sequence[_Row]) -> tuple[Crowd, Sequence[_Row]]:
    """Everybody these rows could be, and those of the rows that are few enough for that. What several of them claim is
    likely as well: the first of them will have it when the second comes."""
    while True:
        said: set[Block] = set()
        twice: set[Block] = set()
        for entry, _ in rows:
            for block in entry.blocks:
                (twice if block in said else said).add(block)
        crowd = Crowd(said)
        if crowd.size <= NEAR_MAX or len(rows) == 1:
            # Whose keys nobody has said nothing before, unless the key has ended since and there is no other.
            known = [
                entry.fingerprint
                for entry, _ in rows
                if not entry.hashes or not crowd.likely.isdisjoint(entry.blocks)
            ]
            crowd.read(known, hold=True)
            crowd.likely |= twice
            return crowd, rows
        rows = rows[: len(rows) // 2]


def _recognise(entry: Entry, made: datetime, crowd: Crowd, book: "_Book") -> Recognised:
    if crowd.is_nobody(entry.blocks, entry.fingerprint):  # nor will they later in this batch
        return book.add_unknown(entry, made)
    known = crowd.find(entry.blocks, entry.fingerprint)
    if known.same_statement is not None and known.same_customer is not None:
        return said_before(known.same_statement, known.same_customer, known.codes[known.same_customer])
    one = book.add(entry, made, decide(entry.statement, known, crowd.apart), known.codes)
    whose = (one.record_id, one.customer_id, one.customer_public_id, one.outcome == "doubt")
    crowd.add(entry.blocks, entry.fingerprint, entry.statement.facts, whose)
    return one


@lru_cache(maxsize=64)
def _unknown(kinds: tuple[str, ...]) -> tuple[Recognition, Explanation, str]:
    """What recognition says of somebody whose identifiers nobody has: it depends on nothing but their kinds."""
    recognition = recognise([(kind, "") for kind in kinds], (), queries.weights_in_use())
    explanation = explain(recognition)
    return recognition, explanation, document(explanation.as_json())


class _Book:
    """The rows of one batch, table by table. What `recognise_contact` makes for one contact, made for thousands."""

    def __init__(self, actor: Actor, source: str, unit_id: int | None, sample: bool) -> None:
        self._actor, self._source, self._unit_id, self._sample = actor, source, unit_id, sample
        self._moments = Moments()
        self._customers = Batch(Customer, "id", "public_id", "created", "provisional")
        self._records = Batch(
            Record, "id", "customer_id", "source", "name", "name_key", "language", "said", "fingerprint", "unit_id",
            "created", "sample",
        )  # fmt: skip
        self._identifiers = Batch(Identifier, "id", "record_id", "kind", "value", "verbatim", "valid_from")
        self._blocks = Batch(BlockKey, "hash", "record_id")
        self._memberships = Batch(
            Membership, "id", "record_id", "customer_id", "valid_from", "reason", "rule", "explanation"
        )
        self._events = events.Batch(actor, unit_id=unit_id)
        self._data: dict[tuple[str, ...], str] = {}
        self._reviews: list[tuple[ReviewTask, Event]] = []

    def begin(self, rows: Sequence[_Row]) -> None:
        """Draw the keys and codes that these rows may need."""
        self._next_id = iter(
            new_ids(sum([_ROWS_EACH + len(entry.statement.claims) for entry, _ in rows]))
        ).__next__
        self._codes = new_codes("C", len(rows))

    def add_unknown(self, entry: Entry, made: datetime) -> Recognised:
        """Somebody whose identifiers nobody has."""
        recognition, explanation, shown = _unknown(tuple([claim.kind for claim in entry.statement.claims]))
        return self._add(entry, made, recognition, explanation, shown, None)

    def add(
        self, entry: Entry, made: datetime, recognition: Recognition, codes: Mapping[int, str]
    ) -> Recognised:
        """A new record of somebody known, or of a new customer."""
        explanation = explain(recognition)
        shown = document(explanation.as_json())
        known = recognition.customer
        one = self._add(
            entry, made, recognition, explanation, shown, (known, codes[known]) if known else None
        )
        if recognition.candidate is not None:
            self._doubt(made, one, recognition, recognition.candidate)
        return one

    def _add(
        self,
        entry: Entry,
        made: datetime,
        recognition: Recognition,
        explanation: Explanation,
        shown: str,
        known: tuple[int, str] | None,
    ) -> Recognised:
        make, statement, outcome = self._next_id, entry.statement, recognition.outcome
        kept = self._moments[made]
        customer_id, code = known or self._new_customer(kept, outcome == "doubt")
        record_id = make()
        self._records.add(
            (record_id, customer_id, self._source, statement.said.get("name", ""), statement.name_key, entry.language,
             entry.said.stored, entry.fingerprint, self._unit_id, kept, self._sample)
        )  # fmt: skip
        for kind, value, verbatim, _ in statement.claims:
            self._identifiers.add((make(), record_id, kind, value, verbatim[:254], kept))
        for block in entry.hashes:
            self._blocks.add((block, record_id))
        self._memberships.add((make(), record_id, customer_id, kept, outcome, recognition.rule, shown))
        data = self._data_of(entry, outcome)
        self._events.add(make(), _RECORDED, made, ("record", record_id), record_id, data, entry.said)
        return Recognised(record_id, customer_id, code, outcome, explanation)

    def _new_customer(self, kept: str, provisional: bool) -> tuple[int, str]:
        key, code = self._next_id(), self._codes.pop()
        self._customers.add((key, code, kept, provisional))
        return key, code

    def _data_of(self, entry: Entry, outcome: str) -> str:
        kinds = [claim.kind for claim in entry.statement.claims]
        key = (outcome, *kinds)
        if key not in self._data:
            self._data[key] = document({"source": self._source, "outcome": outcome, "kinds": kinds})
        return self._data[key]

    def _doubt(self, made: datetime, one: Recognised, found: Recognition, candidate_id: int) -> None:
        self._reviews.append(
            review_of(
                actor=self._actor, now=made, record_id=one.record_id, customer_id=one.customer_id,
                candidate_id=candidate_id, peer_id=found.peer, explanation=one.explanation, score=found.score,
                origin=ReviewTask.Origin.IMPORT,
            )
        )  # fmt: skip

    def write(self) -> None:
        """In the order of their references; doubts last, since others hear of them inside."""
        self._blocks.rows.sort()  # hashes fall anywhere in a large index: in their order neighbours share a page
        batches.write(self._customers, self._records, self._identifiers, self._blocks, self._memberships)
        self._events.write()
        if self._reviews:
            events.record(
                *[event for _, event in self._reviews], with_rows=[review for review, _ in self._reviews]
            )


_RECORDED = happened.RECORDED.code
