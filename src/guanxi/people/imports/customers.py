"""Customers out of a file: recognised by everything a row says, or found by one key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.errors import Invalid
from guanxi.core.imports import Done, Fault, Field, File, Kind, Line, Option, values
from guanxi.people import actions, queries
from guanxi.people.actions import Entry, Recognised
from guanxi.people.imports.about import contact_of, customers_by, key_value, made_of, source_of
from guanxi.people.imports.fields import CUSTOMER, KEYS, LANGUAGE, NAMES, REACH, SOURCE
from guanxi.people.words import KINDS

ALL = "all"  # found by no single key, but by everything the row says


def _key_of(file: File) -> str:
    return file.options.get("match", ALL)


def prepare_customer(line: Line, file: File) -> Entry | None:
    """The line as recognition sees it; None when it says who somebody is in a way that cannot be kept."""
    try:
        return actions.read_entry(contact_of(line), source_of(file))
    except Invalid:
        return None


def apply_customers(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """Rows found by the chosen key are said of that customer; all others are recognised like any contact."""
    key = _key_of(file)
    if key == ALL:
        return _recognise(actor, now, lines, file)
    known = _by_key(lines, key)
    plain = [line for line in lines if known.get(line.number) == []]
    found = [line for line in lines if len(known.get(line.number) or []) == 1]
    done = dict(zip([line.number for line in plain], _recognise(actor, now, plain, file), strict=True))
    contacts = [(known[line.number][0], contact_of(line), made_of(line, "since", now), key) for line in found]
    said = actions.attach_contacts(actor=actor, now=now, contacts=contacts, source=source_of(file))
    done |= {line.number: attached(one) for line, one in zip(found, said, strict=True)}
    return [done.get(line.number) or _not_found(known.get(line.number), key) for line in lines]


def _recognise(actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    if not lines:
        return []
    contacts = [(line.ready or contact_of(line), made_of(line, "since", now)) for line in lines]
    found = actions.import_contacts(
        actor=actor, now=now, contacts=contacts, source=source_of(file), unit_id=actor.unit_id
    )
    return [Done(one.outcome, one.record_id) if one.added else _UNCHANGED for one in found]


_UNCHANGED = Done("unchanged")


def _by_key(lines: Sequence[Line], key: str) -> dict[int, list[int]]:
    """{row: customers that have the row's key}; a row without the key is left out."""
    wanted = {line.number: key_value(key, line) for line in lines if key in line.values}
    owners = customers_by(key, wanted.values())
    return {number: owners.get(value, []) for number, value in wanted.items()}


def attached(one: Recognised | None) -> Done:
    """What became of a row that was said of a known customer."""
    if one is None:
        return Done("refused", fault=Fault("elsewhere"))
    return Done(one.outcome, one.record_id if one.outcome == "update" else None)


def _not_found(owners: Sequence[int] | None, key: str) -> Done:
    code = "key_missing" if owners is None else "several_customers"
    return Done("refused", fault=Fault(code, field=key))


def plan_customers(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    """What `apply_customers` would do, from what is known now and what earlier rows of the file would add."""
    key = _key_of(file)
    known = {line.number: list[int]() for line in lines} if key == ALL else _by_key(lines, key)
    entries = {line.number: line.ready or prepare_customer(line, file) for line in lines}
    said = [entry for entry in entries.values() if entry]
    crowd = queries.Crowd({one for entry in said for one in entry.blocks})
    crowd.read({entry.fingerprint for entry in said})
    _remember(said, crowd, memory)
    return [_plan_one(entries[line.number], known.get(line.number), crowd, key, memory) for line in lines]


EARLIER_MAX = 8  # rows of a file that share a key and are remembered for a later one: a dry run need not be exact beyond
_EARLIER = "earlier"
_FIRST = 1 << 62  # rows of a dry run have keys above all that were ever given

Whose = tuple[int, int, str, bool]  # as `Crowd.add` takes it


def _remember(entries: Sequence[Entry], crowd: queries.Crowd, memory: Mapping[Any, Any]) -> None:
    """Let these rows meet what earlier ones of the file would have written."""
    blocks = {block for entry in entries for block in entry.blocks}
    earlier: dict[Whose, Entry] = {
        whose: entry for block in blocks for whose, entry in memory.get((block, _EARLIER), ())
    }
    for whose in sorted(earlier):
        _meet(crowd, earlier[whose], whose)


def _meet(crowd: queries.Crowd, entry: Entry, whose: Whose) -> None:
    """Later rows meet this one as if it had been written."""
    crowd.add(entry.blocks, entry.fingerprint, entry.statement.facts, whose)


def _plan_one(
    entry: Entry | None, owners: Sequence[int] | None, crowd: queries.Crowd, key: str, memory: dict[Any, Any]
) -> Done:
    if owners is None or len(owners) > 1:
        return _not_found(owners, key)
    if entry is None:
        return Done("refused", fault=Fault("not_saved"))
    known = crowd.find(entry.blocks, entry.fingerprint)
    if entry.fingerprint in memory or known.same_statement is not None:
        return _UNCHANGED
    memory[entry.fingerprint] = True
    if owners:
        return Done("update")
    found = actions.decide(entry.statement, known, crowd.apart)
    number = _FIRST + len(memory)
    whose = (number, found.customer or number, "", found.outcome == "doubt")
    _meet(crowd, entry, whose)
    for block in entry.blocks:
        memory[block, _EARLIER] = (*memory.get((block, _EARLIER), ())[-EARLIER_MAX:], (whose, entry))
    return Done(found.outcome)


def undo_records(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    """Records this import made go again; those somebody has built upon stay."""
    kept = actions.withdraw_records(actor=actor, now=now, record_ids=[ref for _, ref in written])
    return [(row, kept[ref]) for row, ref in written if kept.get(ref) == "changed"]


CUSTOMER_KIND = Kind(
    code="customers",
    title=_("Customers"),
    note=_("One row is one customer: a name and at least one way to reach or find them."),
    icon="users",
    right="people.record",
    fields=(
        *NAMES,
        *REACH,
        Field("language", _("Language"), LANGUAGE, "语言|lang"),
        Field(
            "since",
            _("Customer since"),
            values.MOMENT,
            "since|created|registered|registration date|注册时间|注册日期|入会日期|创建时间|建档日期",
        ),
        CUSTOMER,
    ),
    needs=(KEYS,),
    options=(
        SOURCE,
        Option(
            "match",
            _("Known customers are found by"),
            ALL,
            {
                ALL: _("everything the row says (recognition)"),
                "member": KINDS["member"],
                "phone": KINDS["phone"],
                "email": KINDS["email"],
                "customer": _("customer code"),
            },
            _("A row that is found by a key you choose is written to that customer, whatever its name says."),
        ),
    ),
    plan=plan_customers,
    apply=apply_customers,
    undo=undo_records,
    prepare=prepare_customer,
    example=(
        ("name", "phone", "email", "member"),
        ("欧阳晓雯", "139 5801 6608", "xiaowen@example.com", "VIP-20881"),
    ),
    shown_right="people.contacts",
)
