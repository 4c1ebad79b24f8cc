"""Findings about sold goods on the page of their order: what is on record, the form for one more, what it would lead to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanxi.core.access import Actor
from guanxi.core.errors import Invalid
from guanxi.core.http import Request
from guanxi.core.money import Money
from guanxi.core.phrases import explained, language, pick
from guanxi.trade.actions import verifying
from guanxi.trade.actions.verifying import Finding
from guanxi.trade.models import Order, OrderLine, Verification
from guanxi.trade.pages.ledger import titled
from guanxi.trade.queries import findings as reads
from guanxi.trade.queries.findings import Leads

GOOD, BAD = "good", "bad"
SEVERAL_MAX = 6
"""Lines whose consequences are told one by one."""


def shown(actor: Actor, row: Order, now: datetime) -> dict[str, Any]:
    """What the order's page tells of findings; the form only for whoever may record one."""
    lines = list(row.lines.all())
    context: dict[str, Any] = {
        "findings": [_finding(line, one) for line in lines for one in line.verifications.all()],
        "may_verify": bool(lines) and verifying.may_verify(actor, row.record.unit_id),
    }
    if context["may_verify"]:
        context |= {
            "finders": [(code, str(words)) for code, words in Verification.By.choices],
            "could_be_found": _choices(row, lines, now),
            "line_choices": [(str(line.id), _name(line)) for line in lines],
        }
    return context


def _name(line: OrderLine) -> str:
    return pick(line.product.name) or line.product.sku


def _words_of(kind: str, bad: bool) -> str:
    if kind == Verification.Kind.AUTHENTICITY:
        return _("a fake") if bad else _("genuine")
    return _("below what was declared") if bad else _("as declared")


def _finding(line: OrderLine, one: Verification) -> dict[str, Any]:
    return {
        "about": _name(line),
        "by": one.get_by_display(),
        "name": one.name,
        "said": _words_of(one.kind, one.bad),
        "tone": "red" if one.bad else "green",
        "words": one.words,
        "made": one.made,
    }


# -- what it leads to --------------------------------------------------------------------------------------------


def _choices(row: Order, lines: Sequence[OrderLine], now: datetime) -> list[tuple[str, str, str]]:
    """(value, words, what it leads to) of everything that could be found."""
    leads = reads.leads_of(row, lines[:SEVERAL_MAX], now)
    return [
        (
            f"{kind}:{BAD if bad else GOOD}",
            titled(_words_of(kind, bad)),
            _leads_to(kind, bad, row, lines, leads),
        )
        for kind in Verification.Kind.values
        for bad in (False, True)
    ]


def _leads_to(kind: str, bad: bool, row: Order, lines: Sequence[OrderLine], leads: Sequence[Leads]) -> str:
    if not bad:
        return _("Pays nothing. An earlier finding against the goods no longer counts.")
    mine = [one for one in leads if one.kind == kind]
    if not any(one.scheme for one in mine):
        return _("Pays nothing by itself: no scheme that promises this covers the goods.")
    if len(lines) == 1:
        return _lead(mine[0], row)
    names = {line.id: _name(line) for line in lines}
    return " ".join(
        _("%(goods)s: %(words)s") % {"goods": names[one.line_id], "words": _lead(one, row)}
        for one in mine
        if one.scheme
    )


def _lead(one: Leads, row: Order) -> str:
    """One line's consequence in words."""
    given = {"scheme": pick(one.name), "amount": Money(one.amount_minor, row.currency).format(language())}
    if not one.proven:
        why = explained(one.why.as_json()) or {}
        said = " ".join(fact["text"] for fact in why.get("inputs", []))
        return _("“%(scheme)s” pays nothing.") % given + f" {said}"
    if one.by_hand:
        return (
            _("Proves “%(scheme)s”: %(amount)s. More than is paid by itself: a person looks at it.") % given
        )
    return _("Proves “%(scheme)s”: %(amount)s, paid by itself once the buyer has complained.") % given


# -- the form ----------------------------------------------------------------------------------------------------


def read(request: Request, row: Order) -> tuple[int, Finding]:
    """The line and the finding that the form says. Raises `Invalid` by field."""
    sent = request.POST
    line = next((one for one in row.lines.all() if str(one.id) == sent.get("line", "")), None)
    kind, _colon, result = sent.get("found", "").partition(":")
    words = " ".join(sent.get("words", "").split())
    faults: dict[str, Any] = {}
    if line is None:
        faults["line"] = _("Choose what was looked at.")
    if kind not in Verification.Kind.values or result not in (GOOD, BAD):
        faults["found"] = _("Say what was found.")
    if sent.get("by") not in Verification.By.values:
        faults["by"] = _("Choose one of these.")
    if not sent.get("name", "").strip():
        faults["name"] = _("Say who found it.")
    if result == BAD and len(words) < 2:
        faults["words"] = _("Say what is wrong with it: both sides read this.")
    if faults or line is None:
        raise Invalid(fields=faults, code="invalid")
    finding = Finding(kind=kind, by=sent["by"], name=sent["name"][:80], bad=result == BAD, words=words[:300])
    return line.id, finding
