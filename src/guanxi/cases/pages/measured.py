"""What was measured of goods in dispute, in the words of the standard: for the desk and for both sides."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases.models import Issue, Measurement
from guanxi.cases.queries import procedures
from guanxi.cases.queries.measuring import Declared
from guanxi.cases.rules import machine
from guanxi.core.explain import from_json
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.trade.pages.standards import words
from guanxi.trade.queries import findings, standards
from guanxi.trade.rules import standards as rules


def measurement_view(one: Measurement, content: rules.Content, currency: str) -> dict[str, Any]:
    """A measurement: "declared B, found C: scratches 14 > 10, phone@3", value by value, and what the standard says follows."""
    finding = rules.compare(content, one.declared, one.stated, one.values)
    return {
        "line": words.finding_words(content, finding, one.citation),
        "as_declared": not finding.differences,
        "critical": one.critical,
        "declared": one.declared,
        "found": one.found,
        "citation": one.citation,
        "url": words.citation_url(one.citation),
        "at": one.made,
        "by": one.author,
        "rows": _rows(one, content, {row.code for row in finding.differences}),
        "remedy": words.remedy_words(one.remedy) if one.remedy else "",
        "share": words.share_words(one.share) if one.share else "",
        "money": Money(one.amount_minor, currency) if one.amount_minor else None,
        "rule": from_json(one.why).rule,
    }


def _rows(one: Measurement, content: rules.Content, worse: set[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": pick(parameter.name),
            "declared": words.value_words(parameter, one.stated.get(code)),
            "found": words.value_words(parameter, one.values[code]),
            "worse": code in worse,
            "url": words.citation_url(one.citation, code),
        }
        for code, parameter in content.parameters.items()
        if code in one.values
    ]


def leads_to(issue: Issue, declared: Declared, now: datetime) -> str:
    """What it leads to when the goods are found below their grade, where that pays a promise; "" where it only is a fact."""
    policy = procedures.policy_of(issue.case)
    scheme = policy.issues[issue.kind].scheme
    open_ = issue.state in machine.LOOKED_AT_AGAIN and issue.round == 1
    if issue.order is None or not open_ or scheme not in declared.line.terms:
        return ""
    found = findings.leads_of(issue.order, [declared.line], now)
    lead = next((one for one in found if one.scheme == scheme and one.proven), None)
    if lead is None:
        return ""
    amount = Money(lead.amount_minor, issue.currency).format(language())
    given = {"grade": declared.grade, "scheme": pick(lead.name), "amount": amount}
    if lead.by_hand:
        return (
            _("Found below %(grade)s, “%(scheme)s” is proven: %(amount)s, more than is paid by itself.")
            % given
        )
    return (
        _("Found below %(grade)s, “%(scheme)s” pays %(amount)s by itself and the issue is decided.") % given
    )


def content_cited(citation: str) -> rules.Content | None:
    """What the cited version says; None where it is not there any more."""
    version = standards.cited(citation)
    return standards.content_of(version) if version is not None else None


def fields_of(declared: Declared) -> list[dict[str, Any]]:
    """A field for every parameter, with what was declared and what the declared grade asks."""
    return [
        {
            "code": one.code,
            "name": pick(one.name),
            "kind": one.kind,
            "unit": words.unit_words(one),
            "declared": words.value_words(one, declared.values.get(one.code)),
            "limit": words.limit_words(one, one.limits.get(declared.grade)) if one.limits else "",
            "critical": one.critical,
            "choices": [(code, pick(name)) for code, name in one.choices],
            "url": words.citation_url(declared.citation, one.code),
            "method": pick(one.method),
        }
        for one in declared.content.parameters.values()
    ]


def name_of(citation: str) -> str:
    """What a cited standard is called; "" where the citation is no standard's."""
    version = standards.cited(citation)
    return pick(version.standard.name) if version is not None else ""


def reasons_of(one: Measurement, content: rules.Content) -> str:
    """A draft of the reasons of a ruling, from what was measured."""
    view = measurement_view(one, content, "CNY")
    return str(view["line"])
