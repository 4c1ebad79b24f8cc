"""Standards in the reader's language: values, limits, findings, differences between versions, remedies."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.core.phrases import language, pick
from guanxi.trade.models import StandardVersion
from guanxi.trade.rules import standards as rules
from guanxi.trade.rules.standards import units
from guanxi.trade.rules.standards.changes import Change
from guanxi.trade.rules.standards.content import BOOL, CRITICAL, ENUM, MEASURED, MISSTATED, Parameter

TONES = {"draft": "", "consultation": "amber", "published": "green", "superseded": ""}


def listed(words: Iterable[str]) -> str:
    """Words beside each other, as the language writes a list."""
    return ("、" if language() == "zh-hans" else ", ").join(words)


def unit_words(parameter: Parameter) -> str:
    return units.written(parameter.unit, language())


def number_words(value: float | int) -> str:
    """Without a needless ".0"; with thousands separators."""
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _with_unit(parameter: Parameter, words: str) -> str:
    unit = unit_words(parameter)
    return f"{words} {unit}" if unit else words


def value_words(parameter: Parameter, value: Any) -> str:
    """A value as people say it: "87 %", "worn", "yes"."""
    if value is None or value == "":
        return "–"
    if parameter.kind in MEASURED and isinstance(value, int | float):
        return _with_unit(parameter, number_words(value))
    if parameter.kind == BOOL:
        return _("yes") if value else _("no")
    if parameter.kind == ENUM:
        return pick(dict(parameter.choices).get(str(value))) or str(value)
    return str(value)


def limit_words(parameter: Parameter, limit: rules.Limit | None, *, unit: bool = True) -> str:
    """A limit: "≤ 10", "80–90 %", "no marks, worn"; "–" where the grade asks nothing."""
    if limit is None:
        return "–"
    if parameter.kind not in MEASURED:
        return listed(value_words(parameter, one) for one in limit.among)
    if limit.min is not None and limit.max is not None:
        same = limit.min == limit.max
        words = number_words(limit.min) if same else f"{number_words(limit.min)}–{number_words(limit.max)}"
    elif limit.min is not None:
        words = f"≥ {number_words(limit.min)}"
    else:
        words = f"≤ {number_words(limit.max or 0)}"
    return _with_unit(parameter, words) if unit else words


def kind_words(kind: str) -> str:
    return {
        "number": _("a number"),
        "count": _("a count"),
        "enum": _("one of several"),
        "bool": _("yes or no"),
        "text": _("free text"),
    }.get(kind, kind)


def condition_words(code: str) -> str:
    """schema.org's condition of an item."""
    return {
        "NewCondition": _("new"),
        "RefurbishedCondition": _("refurbished"),
        "UsedCondition": _("used"),
        "DamagedCondition": _("damaged"),
    }.get(code, code)


def when_words(rule: rules.RemedyRule) -> str:
    """When a row of the remedy table holds."""
    if rule.when == CRITICAL:
        return _("a critical parameter fails")
    if rule.when == MISSTATED:
        return _("the grade holds, but a value is worse than declared")
    return ngettext("%(n)s grade worse", "%(n)s grades worse or more", rule.grades) % {"n": rule.grades}


def share_words(share: float) -> str:
    return _("%(share)s %% of the price") % {"share": f"{share * 100:g}"}


def remedy_words(code: str) -> str:
    """A remedy by its code, as standards name it; what a house calls it stands in its procedure."""
    return {
        "partial_refund": _("part of the price back"),
        "return_and_refund": _("return for the price"),
        "refund": _("the price back"),
        "repair": _("repair"),
        "replacement": _("exchange"),
    }.get(code, code)


def standard_url(code: str, number: int | None = None, anchor: str = "") -> str:
    """The public page of a standard; of one version where it is named."""
    url = reverse("standard", args=[code])
    return f"{url}{f'?version={number}' if number else ''}{f'#{anchor}' if anchor else ''}"


def citation_url(reference: str, anchor: str = "") -> str:
    """Where "phone@3" is published."""
    code, _at, number = reference.partition("@")
    return standard_url(code, int(number) if number.isdecimal() else None, anchor)


# -- a finding -----------------------------------------------------------------------------------------------


def finding_words(content: rules.Content, finding: rules.Finding, citation: str) -> str:
    """In one line: "declared B, found C: scratches 14 > 10, phone@3"."""
    if not finding.differences:
        return _("As declared: %(grade)s, %(citation)s") % {"grade": finding.declared, "citation": citation}
    details = listed(difference_words(content, one) for one in finding.differences)
    values = {"declared": finding.declared, "found": finding.found, "details": details, "citation": citation}
    return _("declared %(declared)s, found %(found)s: %(details)s, %(citation)s") % values


def difference_words(content: rules.Content, one: rules.Difference) -> str:
    """A difference: "scratches 14 > 10", "storage 64 GB, declared 128 GB"."""
    parameter = content.parameters[one.code]
    name = pick(parameter.name)
    found = value_words(parameter, one.found)
    if one.limit is None:
        words = _("%(name)s %(found)s, declared %(declared)s")
        return words % {"name": name, "found": found, "declared": value_words(parameter, one.declared)}
    if parameter.kind not in MEASURED:
        return _("%(name)s: %(found)s") % {"name": name, "found": found}
    number = float(one.found)
    if one.limit.max is not None and number > one.limit.max:
        return f"{name} {number_words(number)} > {_with_unit(parameter, number_words(one.limit.max))}"
    return f"{name} {number_words(number)} < {_with_unit(parameter, number_words(one.limit.min or 0))}"


# -- versions ------------------------------------------------------------------------------------------------


def change_lines(
    before: rules.Content, after: rules.Content, found: Iterable[Change]
) -> list[dict[str, str]]:
    """Differences of two versions as {about, before, after}; "" where it was not there."""
    return [
        {
            "about": _about(one, before, after),
            "before": _said(one, one.before, before),
            "after": _said(one, one.after, after),
        }
        for one in found
    ]


def _about(one: Change, before: rules.Content, after: rules.Content) -> str:
    fields = {
        "name": _("name"),
        "words": _("words"),
        "kind": _("kind"),
        "unit": _("unit"),
        "tolerance": _("tolerance"),
        "critical": _("critical"),
        "method": _("method"),
        "instrument": _("Measured with"),
        "sampling": _("sampling"),
        "choices": _("Possible values"),
    }
    if one.about == "remedy":
        return _("Remedy: %(when)s") % {"when": when_words(one.after or one.before)}
    if one.about in ("scope", "basis"):
        return {"scope": _("What it is for"), "basis": _("What it rests on")}[one.about]
    if one.about == "grade":
        name = _("Grade %(grade)s") % {"grade": one.code}
    else:
        row = after.parameters.get(one.code) or before.parameters[one.code]
        name = pick(row.name)
    if one.about == "limit":
        return _("%(name)s, grade %(grade)s") % {"name": name, "grade": one.field}
    return f"{name} · {fields[one.field]}" if one.field in fields else name


def _said(one: Change, value: Any, content: rules.Content) -> str:
    if value is None:
        return ""
    if not one.field and one.about in ("parameter", "grade"):
        return _("new here") if one.before is None else pick(value)
    if one.about == "limit":
        return limit_words(content.parameters[one.code], value)
    if one.about == "remedy":
        return f"{remedy_words(value.remedy)} · {share_words(value.share)}"
    if one.field == "choices":
        return listed(pick(name) for _code, name in value)
    if one.field in ("unit", "kind"):
        return (units.written(value, language()) or "–") if one.field == "unit" else kind_words(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number_words(value)
    return pick(value) if isinstance(value, Mapping) else str(value)


def state_words(version: StandardVersion) -> str:
    return str(version.get_state_display())
