"""A customer's cases as they were at an earlier moment: which were open, in which state, whose turn it was."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.cases import queries, rules
from guanxi.cases.models import Case
from guanxi.cases.rules import machine
from guanxi.cases.words import STEPS
from guanxi.core import cover
from guanxi.core.access import Actor
from guanxi.people import queries as people


def _then(actor: Actor, customer_id: int, at: datetime) -> list[tuple[Case, str]]:
    records = tuple(record.id for record in people.records_then(actor, customer_id, at))
    return queries.cases_then(actor, records, at) if records else []


def band_cell(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """How many were open then, of how many so far."""
    cases = _then(actor, customer_id, at)
    if not cases:
        return {"value": _("none"), "lines": [_("No complaint so far.")]}
    open_count = sum(state not in queries.SETTLED for _case, state in cases)
    return {
        "value": _("%(n)s open") % {"n": open_count} if open_count else _("none open"),
        "note": ngettext("of %(n)s in all", "of %(n)s in all", len(cases)) % {"n": len(cases)},
    }


def panel(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The cases of that moment in the state they were in; when they were due then is not kept."""
    cases = _then(actor, customer_id, at)
    open_count = sum(state not in queries.SETTLED for _case, state in cases)
    rows = [_row(actor, case, state) for case, state in cases[:6]]
    meta = _("%(n)s open") % {"n": open_count} if open_count else ""
    return {"meta": meta, "more": None, "rows": rows, "empty": _("No complaint so far.")}


def _row(actor: Actor, case: Case, state: str) -> dict[str, Any]:
    turns = {"staff": _("our turn"), "customer": _("the customer's turn")}
    whose = (rules.TURN if case.kind == Case.Kind.REQUEST else machine.TURN)[state]
    return {
        "title": cover.shown(actor, case.title),
        "sub": " · ".join(part for part in (case.number, turns.get(whose, "")) if part),
        "url": reverse("case", args=[case.number]),
        "value": "",
        "value_sub": str(STEPS[state]),
        "tone": "green" if state in queries.SETTLED else "",
        "icon": "",
        "turn": None,
        "due": None,
    }
