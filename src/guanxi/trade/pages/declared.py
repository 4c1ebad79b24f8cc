"""What a seller declares of a thing by a quality standard: the compact table buyers read, and the form it comes from."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanxi.core.errors import Invalid
from guanxi.core.phrases import pick
from guanxi.trade.models import StandardVersion
from guanxi.trade.pages.standards import words
from guanxi.trade.queries import standards
from guanxi.trade.rules import standards as rules
from guanxi.trade.rules.standards.content import BOOL

PREFIX = "value-"


def reference(declaration: Mapping[str, Any]) -> str:
    """ "phone@3", or "" where nothing is declared."""
    if not declaration.get("standard"):
        return ""
    return f"{declaration['standard']}@{declaration['version']}"


def shown(declaration: Mapping[str, Any]) -> dict[str, Any] | None:
    """A declaration as everybody reads it: the grade with what it asks, beside what the seller says; None without one."""
    found = standards.cited(reference(declaration)) if declaration else None
    if found is None:
        return None
    content = standards.content_of(found)
    grade = next((one for one in content.grades if one.code == declaration["grade"]), None)
    values = declaration.get("values", {})
    return {
        "name": pick(found.standard.name),
        "citation": reference(declaration),
        "url": words.standard_url(found.standard.code, found.number),
        "grade": declaration["grade"],
        "grade_name": pick(grade.name) if grade else "",
        "grade_words": pick(grade.words) if grade else "",
        "rows": [
            {
                "name": pick(one.name),
                "value": words.value_words(one, values.get(one.code)),
                "limit": words.limit_words(one, one.limits.get(declaration["grade"])) if one.limits else "",
                "critical": one.critical,
            }
            for one in content.parameters.values()
            if one.code in values
        ],
    }


def grades(declarations: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """{(citation, grade): its words} of many, in at most one statement: for lists."""
    wanted = {(reference(one), str(one["grade"])) for one in declarations if one.get("standard")}
    found = standards.cited_many({ref for ref, _grade in wanted}) if wanted else {}
    named = {}
    for ref, code in wanted:
        if ref in found:
            known = {one.code: pick(one.name) for one in standards.content_of(found[ref]).grades}
            named[ref, code] = f"{code} {known.get(code, '')}".strip()
    return named


def form_for(
    category: str,
    now: datetime,
    declaration: Mapping[str, Any],
    given: Mapping[str, str] | None = None,
) -> dict[str, Any] | None:
    """What a seller fills in to declare a thing of this category; None where no standard is in force for it."""
    found = standards.standards_for(category, now) if category else []
    if not found:
        return None
    version = found[0]
    content = standards.content_of(version)
    values = declaration.get("values", {}) if declaration.get("standard") == version.standard.code else {}
    chosen = given.get("grade", "") if given is not None else str(declaration.get("grade", ""))
    return {
        "name": pick(version.standard.name),
        "citation": standards.citation(version),
        "url": words.standard_url(version.standard.code, version.number),
        "grade": chosen,
        "grades": [("", _("Choose"))]
        + [(one.code, f"{one.code} · {pick(one.name)}") for one in content.grades],
        "fields": [_field(one, values, given) for one in content.parameters.values()],
    }


def _field(
    one: rules.Parameter, values: Mapping[str, Any], given: Mapping[str, str] | None
) -> dict[str, Any]:
    name = f"{PREFIX}{one.code}"
    value = given.get(name, "") if given is not None else _written(values.get(one.code))
    choices: list[tuple[str, str]] = []
    if one.kind == BOOL:
        choices = [("", "–"), ("yes", _("yes")), ("no", _("no"))]
    elif one.choices:
        choices = [("", "–"), *((code, pick(names)) for code, names in one.choices)]
    return {
        "name": name,
        "label": pick(one.name),
        "hint": pick(one.method),
        "unit": words.unit_words(one),
        "kind": one.kind,
        "choices": choices,
        "value": value,
        "graded": bool(one.limits),
    }


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def read(given: Mapping[str, str], version: StandardVersion, now: datetime) -> dict[str, Any]:
    """The declaration a form makes. Raises `Invalid` with words by the fields of the form."""
    content = standards.content_of(version)
    typed = {code: given.get(f"{PREFIX}{code}", "")[:200] for code in content.parameters}
    values, wrong = rules.read_values(content, typed)
    if wrong:
        raise Invalid(
            fields={
                f"{PREFIX}{code}": standards.fault_words(content, code, fault)
                for code, fault in wrong.items()
            }
        )
    try:
        return standards.declare(
            version_ref=standards.citation(version), grade=given.get("grade", "")[:20], values=values, now=now
        )
    except Invalid as error:
        known = {
            (name if name in ("grade", "standard") else f"{PREFIX}{name}"): said
            for name, said in error.fields.items()
        }
        raise Invalid(fields=known) from error
