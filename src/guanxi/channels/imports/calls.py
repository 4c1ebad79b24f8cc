"""Who is put on a call list out of a file: one customer a row; whoever may not be rung is named row by row and left out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.channels.actions import calling
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.queries import calling as reads
from guanxi.core import words
from guanxi.core.access import Actor
from guanxi.core.imports import Done, Fault, File, Kind, Line, Option, queries
from guanxi.core.imports.faults import WARNED
from guanxi.people import queries as people
from guanxi.people.imports import KEYS, REACH, owners_of_lines, unclear
from guanxi.people.imports.fields import CUSTOMER

FAULTS = {
    "no_call_list": _("There is no call list of this number whose calls you run. Say which one is meant."),
    "call_list_closed": _("The call list is closed."),
    "call_doubled": _("This customer stands in an earlier row."),
    "call_held_before": _("This customer is on the list already, as one who may not be rung."),
    "call_other": _("They may not be rung."),
    "gate.no_address": _("No telephone number of theirs is known."),
    "gate.no_consent": _("They have not agreed to be telephoned for this."),
    "gate.refused": _("They have refused to be telephoned for this."),
    "gate.objected": _("They have stopped everything but their own matters."),
    "gate.restricted": _("The processing of their data is restricted."),
    "gate.forgotten": _("They were forgotten."),
    "gate.number_wrong": _("Their number was found to be somebody else's."),
    "gate.number_refused": _("Whoever answers their number does not want to be called."),
    "gate.number_twice": _("Their number is on the list already."),
    "gate.no_window": _("No time of day suits every place their number may be in."),
}


def connect() -> None:
    """Words for what only this kind refuses; called once at start-up."""
    words.register({f"import.fault.{code}": text for code, text in FAULTS.items()})


def _list(actor: Actor, file: File) -> CallList | Done:
    """The list this file fills, or why no row of it can be put anywhere."""
    code = file.options["list"].strip().upper()
    found = reads.list_lists(actor).filter(public_id=code).first() if code else None
    if found is None or not actor.may_at(reads.RUN_RIGHT, found.team_id):
        return _refused("no_call_list")
    return _refused("call_list_closed") if found.state == CallList.State.CLOSED else found


def _refused(code: str) -> Done:
    return Done("refused", fault=Fault(code if code in FAULTS else "call_other"))


def _newest_seen(actor: Actor, lines: Sequence[Line]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """({row: customers it names that this actor sees}, {customer: their newest record})."""
    owners = owners_of_lines(lines)
    everybody = {one for mine in owners.values() for one in mine}
    seen = people.list_records(actor).filter(customer__in=everybody).values_list("customer_id", "id")
    records: dict[int, int] = {}
    for customer, record in seen:  # the newest first
        records.setdefault(customer, record)
    return {row: [one for one in mine if one in records] for row, mine in owners.items()}, records


def _before(known: CallEntry, doubled: bool) -> Done:
    """What becomes of a row whose customer is on the list."""
    if known.state == CallEntry.State.REFUSED:
        return _refused("call_held_before")
    return Done("unchanged", fault=_twice() if doubled else None)


def _twice() -> Fault:
    return Fault("call_doubled", level=WARNED)


def apply_calls(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """Each customer once, through the gate; the second row of one changes nothing and says so."""
    found = _list(actor, file)
    if isinstance(found, Done):
        return [found for _line in lines]
    owners, records = _newest_seen(actor, lines)
    done, mine = [], set[int]()
    for line in lines:
        whom = owners[line.number]
        if len(whom) != 1:
            done.append(Done("refused", fault=unclear(whom)))
            continue
        if known := reads.on_list(found, whom[0]):
            done.append(_before(known, known.id in mine or _of_this_run(actor, file, known.id)))
            continue
        put = calling.put_record(actor=actor, now=now, public_id=found.public_id, record_id=records[whom[0]])
        if isinstance(put, CallEntry):
            mine.add(put.id)
            done.append(Done("new", {"e": put.id}))
        else:
            done.append(_refused(put.facts[0].code))
    return done


def _of_this_run(actor: Actor, file: File, entry_id: int) -> bool:
    return bool(file.run) and queries.wrote_any(queries.get_run(actor, file.run), {entry_id})


def plan_calls(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    """What would become of them; `memory` knows customers and numbers of earlier rows."""
    found = _list(actor, file)
    if isinstance(found, Done):
        return [found for _line in lines]
    owners, records = _newest_seen(actor, lines)
    done = []
    for line in lines:
        whom = owners[line.number]
        if len(whom) != 1:
            done.append(Done("refused", fault=unclear(whom)))
        elif ("customer", whom[0]) in memory:
            done.append(Done("unchanged", fault=_twice()))
        elif known := reads.on_list(found, whom[0]):
            done.append(_before(known, False))
        else:
            checked = calling.consider(found, records[whom[0]], now)
            if checked.why.outcome != "send":
                done.append(_refused(checked.why.facts[0].code))
            elif ("number", checked.number) in memory:
                done.append(_refused("gate.number_twice"))
            else:
                memory["customer", whom[0]] = memory["number", checked.number] = True
                done.append(Done("new"))
    return done


def undo_calls(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    """Whoever was not dialled yet comes off the list again."""
    kept = calling.withdraw_entries(actor=actor, now=now, entry_ids=[what["e"] for _row, what in written])
    return [(row, "changed") for row, what in written if what["e"] in kept]


CALLS = Kind(
    code="calls",
    title=_("Customers on a call list"),
    note=_(
        "One row names one customer to be telephoned. Whoever may not be rung is left out, with the reason."
    ),
    icon="phone-outgoing",
    right=reads.RUN_RIGHT,
    fields=(
        replace(CUSTOMER, aliases=f"{CUSTOMER.aliases}|customer reference|reference|customer|客户|客户引用"),
        *REACH,
    ),
    needs=(("customer", *KEYS),),
    options=(Option("list", _("Call list"), "", hint=_("Its number, as its page shows it.")),),
    plan=plan_calls,
    apply=apply_calls,
    undo=undo_calls,
    example=(("phone",), ("139 5801 6608",)),
    shown_right="people.contacts",
)
