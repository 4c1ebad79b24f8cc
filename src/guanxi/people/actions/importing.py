"""Recognising many contacts at once: what a file or another system knows about people.

Every contact gets the answer it would get alone (tested against that), but everybody it could be is read for a whole batch,
recognised in memory by the same rules, and written table by table.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from guanxi.core import events, sheets
from guanxi.core.access import Actor
from guanxi.core.events import Event
from guanxi.core.explain import Explanation
from guanxi.core.ids import new_codes, new_ids
from guanxi.core.sheets import Sheet, document, text_document
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.recognising import (
    Contact,
    Recognised,
    Statement,
    explain,
    read_contact,
    review_of,
    said_before,
)
from guanxi.people.models import Customer, Identifier, Membership, Record, ReviewTask
from guanxi.people.queries import Crowd, Key
from guanxi.people.rules import Claim, Recognition, recognise

NEAR_MAX = (
    20_000  # records that share an identifier with a batch; above it the batch is taken in smaller ones
)
_ROWS_EACH = 4  # keys for customer, record, membership and event; one more for each identifier


def import_contacts(
    *,
    actor: Actor,
    now: datetime,
    contacts: Sequence[tuple[Contact, datetime]],
    source: str,
    sample: bool = False,
    statements: Sequence[Statement] | None = None,
) -> list[Recognised]:
    """Recognise many contacts at once, each with the moment it was made; one event per new record, one answer per row.

    The answers are those of recognising each alone, in this order. Part of a greater action; writes its rows itself, so
    `Recognised.rows` are empty and `added` says whether there is a new record. `statements`: `read_contact` of each, where
    the caller has read them before its transaction. Raises `Invalid` when a contact cannot be read, before writing any.
    A thousand contacts take about a tenth of a second of SQLite's one writer: keep batches near that.
    """
    actor.require("people.record")
    if statements is None:
        statements = [read_contact(contact) for contact, _ in contacts]
    queries.take_turn(
        {(one.kind, one.value): one for each in statements for one in each.claims}.values(), crowd=True
    )
    rows = [
        _Row(contact, made, statement, source)
        for (contact, made), statement in zip(contacts, statements, strict=True)
    ]
    found: list[Recognised] = []
    while len(found) < len(rows):
        found += _take(actor, rows[len(found) :], source, sample)
    return found


class _Row:
    """One contact on its way."""

    __slots__ = ("contact", "fingerprint", "keys", "made", "statement")

    def __init__(self, contact: Contact, made: datetime, statement: Statement, source: str) -> None:
        self.contact, self.made, self.statement = contact, made, statement
        self.keys: list[Key] = [(claim.kind, claim.value) for claim in statement.claims]
        self.fingerprint = queries.fingerprint_of(source, statement.name_key, statement.claims)


def _take(actor: Actor, rows: Sequence[_Row], source: str, sample: bool) -> list[Recognised]:
    """As many of the rows, from the first, as have not too many others near them; at least one."""
    crowd, rows = _crowd_of(rows)
    book = _Book(actor, rows, source, sample)
    said: set[Key] = set()
    for row in rows:
        crowd.likely.update(said.intersection(row.keys))
        said.update(row.keys)
    found = [_recognise(row, crowd, book) for row in rows]
    book.write()
    return found


def _crowd_of(rows: Sequence[_Row]) -> tuple[Crowd, Sequence[_Row]]:
    while True:
        crowd = Crowd({key for row in rows for key in row.keys})
        if crowd.size <= NEAR_MAX or len(rows) == 1:
            crowd.read([row.fingerprint for row in rows if not crowd.likely.isdisjoint(row.keys)])
            return crowd, rows
        rows = rows[: len(rows) // 2]


def _recognise(row: _Row, crowd: Crowd, book: "_Book") -> Recognised:
    if crowd.likely.isdisjoint(row.keys):  # nobody else has any of these, nor will later in this batch
        return book.add_unknown(row)
    known = crowd.find(row.keys, row.fingerprint)
    if known.same_statement is not None and known.same_customer is not None:
        return said_before(known.same_statement, known.same_customer, known.codes[known.same_customer])
    claims = [Claim(*key) for key in row.keys]
    one = book.add(row, recognise(claims, row.statement.name_key, known.candidates), known.codes)
    crowd.add(
        row.keys, row.fingerprint, row.statement.name_key,
        (one.record_id, one.customer_id, one.customer_public_id, one.outcome == "doubt"),
    )  # fmt: skip
    return one


@lru_cache(maxsize=64)
def _unknown(kinds: tuple[str, ...]) -> tuple[Recognition, Explanation, str]:
    """What recognition says of somebody whose identifiers nobody has: it depends on nothing but their kinds."""
    recognition = recognise([Claim(kind, "") for kind in kinds], None, ())
    explanation = explain(recognition)
    return recognition, explanation, document(explanation.as_json())


class _Book:
    """The rows of one batch, table by table. What `recognise_contact` makes for one contact, made for thousands."""

    def __init__(self, actor: Actor, rows: Sequence[_Row], source: str, sample: bool) -> None:
        self._actor, self._source, self._sample = actor, source, sample
        self._next_id = iter(new_ids(sum(_ROWS_EACH + len(row.keys) for row in rows))).__next__
        self._codes = new_codes("C", len(rows))
        self._customers = Sheet(Customer, "id", "public_id", "created", "provisional")
        self._records = Sheet(
            Record, "id", "customer_id", "source", "name", "name_key", "language", "said", "fingerprint", "created",
            "sample",
        )  # fmt: skip
        self._identifiers = Sheet(Identifier, "id", "record_id", "kind", "value", "verbatim", "valid_from")
        self._memberships = Sheet(
            Membership, "id", "record_id", "customer_id", "valid_from", "reason", "rule", "explanation"
        )
        self._events = events.Sheet(actor)
        self._data: dict[tuple[str, ...], str] = {}
        self._reviews: list[tuple[ReviewTask, Event]] = []

    def add_unknown(self, row: _Row) -> Recognised:
        """Somebody whose identifiers nobody has."""
        recognition, explanation, shown = _unknown(tuple([kind for kind, _ in row.keys]))
        return self._add(row, recognition, explanation, shown, None)

    def add(self, row: _Row, recognition: Recognition, codes: Mapping[int, str]) -> Recognised:
        """A new record of somebody known, or of a new customer."""
        explanation = explain(recognition)
        shown = document(explanation.as_json())
        known = recognition.customer if recognition.outcome == "recognised" else None
        one = self._add(row, recognition, explanation, shown, (known, codes[known]) if known else None)
        if recognition.outcome == "doubt" and recognition.candidate is not None:
            self._doubt(row, one, recognition.candidate)
        return one

    def _add(
        self,
        row: _Row,
        recognition: Recognition,
        explanation: Explanation,
        shown: str,
        known: tuple[int, str] | None,
    ) -> Recognised:
        make, made, statement, outcome = self._next_id, row.made, row.statement, recognition.outcome
        customer_id, code = known or self._new_customer(made, outcome == "doubt")
        record_id = make()
        said = text_document(statement.said)
        self._records.add(
            (record_id, customer_id, self._source, statement.said.get("name", ""), statement.name_key,
             row.contact.language, said.stored, row.fingerprint, made, self._sample)
        )  # fmt: skip
        for claim in statement.claims:
            self._identifiers.add((make(), record_id, claim.kind, claim.value, claim.verbatim[:254], made))
        self._memberships.add((make(), record_id, customer_id, made, outcome, recognition.rule, shown))
        self._events.add(
            make(),
            happened.RECORDED.code,
            made,
            ("record", record_id),
            record_id,
            self._data_of(row, outcome),
            said,
        )
        return Recognised(record_id, customer_id, code, outcome, explanation)

    def _new_customer(self, made: datetime, provisional: bool) -> tuple[int, str]:
        key, code = self._next_id(), self._codes.pop()
        self._customers.add((key, code, made, provisional))
        return key, code

    def _data_of(self, row: _Row, outcome: str) -> str:
        kinds = [kind for kind, _ in row.keys]
        key = (outcome, *kinds)
        if key not in self._data:
            self._data[key] = document({"source": self._source, "outcome": outcome, "kinds": kinds})
        return self._data[key]

    def _doubt(self, row: _Row, one: Recognised, candidate_id: int) -> None:
        self._reviews.append(
            review_of(
                actor=self._actor, now=row.made, record_id=one.record_id, customer_id=one.customer_id,
                candidate_id=candidate_id, explanation=one.explanation,
            )
        )  # fmt: skip

    def write(self) -> None:
        """In the order of their references; doubts last, since others hear of them inside."""
        sheets.write(self._customers, self._records, self._identifiers, self._memberships)
        self._events.write()
        if self._reviews:
            events.record(
                *[event for _, event in self._reviews], with_rows=[review for review, _ in self._reviews]
            )
