"""Several customers side by side: what each field says of each of them, which value would count, how likely they are one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.explain import Explanation
from guanxi.engine.matching import Match, Person, compare, score
from guanxi.engine.normalise import mask
from guanxi.people.models import Consent, Customer, Link, Record
from guanxi.people.queries.customers import list_records
from guanxi.people.queries.golden import OPEN_FIELDS, statements_of
from guanxi.people.queries.recognition import weights_in_use
from guanxi.people.rules import GOLDEN_FIELDS, Chosen, Said, choose

CUSTOMERS_MAX = 20  # as many as one merge may join
SEVERAL = frozenset({"phone", "email", "address", "device", "open_id", "member", "document"})
"""Kinds a person may have several of: after a merge both stay, and what is chosen comes first."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the customers compared. `records`: how many this actor sees; `into`: who they were merged into, or ""."""

    id: int
    code: str
    name: str
    provisional: bool
    since: datetime
    records: int
    sources: Sequence[str]
    into: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What counts for one side in one field. `record` says so; `more` further values are known."""

    text: str
    masked: bool
    record: int
    identifier: int | None
    source: str
    stated: datetime
    verified: datetime | None
    pinned: bool
    troubled: bool
    more: int


@dataclass(frozen=True, slots=True)
class Row:
    """One field of all sides. `agreement`: same, near, differs, single (one side alone speaks); `level` says it exactly.

    `best`: the side whose value would count in the merged customer, and `why`; `several`: all values stay.
    """

    field: str
    cells: Sequence[Cell | None]
    agreement: str
    level: str
    best: int
    why: Explanation
    several: bool


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """The latest word of each side on one purpose and channel (yes, no, none said); `best` is the one that counts after."""

    purpose: str
    channel: str
    answers: Sequence[tuple[bool, datetime] | None]
    best: int

    @property
    def differs(self) -> bool:
        return len({answer[0] for answer in self.answers if answer}) > 1


@dataclass(frozen=True, slots=True)
class Apart:
    """Somebody's word that two of them are two persons. `decision`: public id of the identity event, if it has one."""

    one: int
    other: int
    by: str
    reason: str
    said: datetime
    decision: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`matches`: the first side against each other one, from all that is known today."""

    sides: Sequence[Side]
    rows: Sequence[Row]
    consents: Sequence[ConsentRow]
    matches: Sequence[Match]
    apart: Sequence[Apart]
    said: Mapping[int, Sequence[Record]] = field(default_factory=dict)  # customer -> records

    @property
    def conflicts(self) -> int:
        return sum(row.agreement == "differs" for row in self.rows) + sum(
            one.differs for one in self.consents
        )


def compare_customers(actor: Actor, codes: Sequence[str]) -> Comparison:
    """Two to twenty customers, in the order asked for. A constant number of statements.

    Raises `NotFound` for any that this actor does not see, and for fewer than two different ones.
    """
    wanted = list(dict.fromkeys(codes))
    if not 2 <= len(wanted) <= CUSTOMERS_MAX:
        raise NotFound
    customers = {
        one.public_id: one
        for one in Customer.objects.filter(public_id__in=wanted).select_related("merged_into")
    }
    if len(customers) < len(wanted):
        raise NotFound
    owners = {code: one.merged_into or one for code, one in customers.items()}
    ids = list(dict.fromkeys(owners[code].id for code in wanted))
    said = _records(actor, ids)
    if set(ids) - said.keys():
        raise NotFound
    sides = [_side(customers[code], owners[code], said[owners[code].id]) for code in wanted]
    stated = statements_of([record for key in ids for record in said[key]])
    apart = _apart(ids)
    return Comparison(
        sides,
        _rows(actor, sides, stated, said),
        _consents(sides, said),
        _matches(sides, said, {frozenset((one.one, one.other)) for one in apart}),
        apart,
        said,
    )


def _records(actor: Actor, ids: Sequence[int]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for record in list_records(actor).filter(customer__in=ids).prefetch_related("identifiers"):
        found.setdefault(record.customer_id, []).append(record)
    return found


def _side(asked: Customer, owner: Customer, records: Sequence[Record]) -> Side:
    return Side(
        owner.id,
        asked.public_id,
        next((record.name for record in records if record.name), ""),
        owner.provisional,
        min(record.created for record in records),
        len(records),
        sorted({record.source for record in records}),
        owner.public_id if owner.id != asked.id else "",
    )


def _rows(
    actor: Actor, sides: Sequence[Side], stated: Sequence[Said], said: Mapping[int, Sequence[Record]]
) -> list[Row]:
    whose = {record.id: customer for customer, records in said.items() for record in records}
    merged = choose(stated)
    own = [choose(one for one in stated if whose[one.record] == side.id) for side in sides]
    levels = _levels([person_of(said[side.id]) for side in sides])
    order = [side.id for side in sides]
    rows = []
    for name in (*GOLDEN_FIELDS, "device"):
        if name not in merged:
            continue
        cells = [_cell(actor, mine.get(name)) for mine in own]
        values = [mine[name].statement.value for mine in own if name in mine]
        level = levels.get(name, "")
        rows.append(
            Row(
                name,
                cells,
                _agreement(values, level, len(sides)),
                level,
                order.index(whose[merged[name].statement.record]),
                merged[name].why,
                name in SEVERAL,
            )
        )
    return rows


def _cell(actor: Actor, chosen: Chosen | None) -> Cell | None:
    if chosen is None:
        return None
    one = chosen.statement
    hidden = not actor.may("people.contacts") and one.field not in OPEN_FIELDS
    return Cell(
        mask(one.field, one.value) if hidden else one.text,
        hidden,
        one.record,
        one.identifier,
        one.source,
        one.stated,
        one.verified,
        one.pinned is not None,
        one.troubled,
        len({other.value for other in chosen.others} - {one.value}),
    )


def _agreement(values: Sequence[str], level: str, sides: int) -> str:
    if len(values) < 2:
        return "single"
    if level == "same" or len(set(values)) == 1:
        return "same"
    return "differs" if level in ("differs", "") else "near"


def _levels(people: Sequence[Person]) -> dict[str, str]:
    """{field: the worst level at which any two of them compare}."""
    worst: dict[str, tuple[int, str]] = {}
    for place, one in enumerate(people):
        for other in people[place + 1 :]:
            for agreement in compare(one, other):
                rank = 2 if agreement.level == "differs" else int(agreement.level != "same")
                if agreement.field not in worst or rank > worst[agreement.field][0]:
                    worst[agreement.field] = rank, agreement.level
    return {name: level for name, (_rank, level) in worst.items()}


def person_of(records: Iterable[Record]) -> Person:
    """All that these records say and that still holds, as the engine compares it."""
    facts: list[tuple[str, str]] = []
    for record in records:
        if record.name_key:
            facts.append(("name", record.name_key))
        facts += [(one.kind, one.value) for one in record.identifiers.all() if one.valid_to is None]
    return Person.of(facts)


def _matches(
    sides: Sequence[Side], said: Mapping[int, Sequence[Record]], apart: set[frozenset[int]]
) -> list[Match]:
    first, *others = sides
    weights = weights_in_use()
    one = person_of(said[first.id])
    return [
        score(one, person_of(said[other.id]), weights, cannot_link=frozenset((first.id, other.id)) in apart)
        for other in others
    ]


def _consents(sides: Sequence[Side], said: Mapping[int, Sequence[Record]]) -> list[ConsentRow]:
    whose = {record.id: customer for customer, records in said.items() for record in records}
    latest: dict[tuple[str, str], dict[int, Consent]] = {}
    for consent in Consent.objects.filter(record__in=whose).order_by("stated", "id"):
        latest.setdefault((consent.purpose, consent.channel), {})[whose[consent.record_id]] = consent
    rows = []
    for (purpose, channel), words in sorted(latest.items()):
        answers = [(one.given, one.stated) if (one := words.get(side.id)) else None for side in sides]
        newest = max((answer[1], place) for place, answer in enumerate(answers) if answer)
        rows.append(ConsentRow(purpose, channel, answers, newest[1]))
    return rows


def _apart(ids: Sequence[int]) -> list[Apart]:
    found = Link.objects.filter(
        kind=Link.Kind.CANNOT, lifted=None, low__customer__in=ids, high__customer__in=ids
    ).exclude(low__customer=F("high__customer"))
    seen: dict[frozenset[int], Apart] = {}
    for link in found.select_related("low", "high", "event").order_by("id"):
        pair = frozenset((link.low.customer_id, link.high.customer_id))
        decision = link.event.public_id if link.event else ""
        seen[pair] = Apart(
            link.low.customer_id, link.high.customer_id, link.by, link.reason, link.created, decision
        )
    return list(seen.values())
