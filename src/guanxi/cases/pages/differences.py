"""What differs between two published versions of a kind, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases.pages import table_words
from guanxi.cases.rules import published
from guanxi.cases.rules.policy import Names, Policy
from guanxi.cases.rules.published import Change
from guanxi.core.money import Money
from guanxi.core.phrases import language, span_words


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: of what, and what it was and is; "" where it was not there."""

    about: str
    before: str
    after: str


def told(names: Names | None) -> str:
    """Words of a pack in the reader's language, else in English, else in the one they were written in."""
    if not names:
        return ""
    return names.get(language()) or names.get("en") or next(iter(names.values()))


def lines(before: Policy, after: Policy, kind: str) -> list[Line]:
    """Every difference for the readers of this kind's page, in the order of the page."""
    found = published.changes(before, after, kind)
    return [
        Line(_about(one, before, after), _said(one, one.before, before), _said(one, one.after, after))
        for one in found
    ]


def _about(one: Change, before: Policy, after: Policy) -> str:
    if one.about in ("limit", "text", "target"):
        forms = {"limit": _("limit: %(name)s"), "text": _("text: %(name)s"), "target": _("target: %(name)s")}
        return forms[one.about] % {"name": step_words(one.key)}
    kinds = {
        "kind": _("kind"),
        "issue": _("issue"),
        "rule": _("rule"),
        "remedy": _("remedy"),
        "rejection": _("ground for not taking it up"),
        "penalty": _("penalty"),
    }
    name = _name(one, after) or _name(one, before)
    words = _("%(kind)s “%(name)s”") % {"kind": kinds[one.about], "name": name}
    field = str(table_words.FIELDS.get(one.field, ""))
    return f"{words} · {field}" if field else words


def step_words(key: str) -> str:
    """A step, a verb or a measure by its key, with what tells its limit from the state's others."""
    state = key.partition(".")[0]
    words = (
        table_words.STATES.get(state) or table_words.VERBS.get(key) or table_words.MEASURES.get(key) or key
    )
    note = table_words.LIMITS.get(key)
    return f"{words}, {note}" if note else str(words)


def _name(one: Change, policy: Policy) -> str:
    tables: Mapping[str, Mapping[str, Any]] = {
        "kind": policy.kinds,
        "issue": policy.issues,
        "rule": policy.rules,
        "remedy": policy.remedies,
        "rejection": policy.rejections,
        "penalty": policy.penalties,
    }
    row = tables[one.about].get(one.key)
    return told(row.name) if row else ""


def _said(one: Change, value: Any, policy: Policy) -> str:
    """A value of a policy for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, timedelta):
        return span_words(value // timedelta(minutes=1))
    if one.field in ("approval_over", "automatic_most", "amount"):
        return Money(int(value), policy.currency).format(language())
    if one.about == "target":
        return f"{value * 100:g} %" if one.key in table_words.SHARES else span_words(round(value))
    if one.field in ("remedies", "rules"):
        rows = policy.remedies if one.field == "remedies" else policy.rules
        return listed(told(rows[code].name) if code in rows else code for code in value)
    if one.field == "evidence":
        return listed(told(row["name"]) for row in value)
    return told(value) if isinstance(value, Mapping) else str(value)


def listed(words: Iterable[str]) -> str:
    """Words beside each other, as the language writes a list."""
    return ("、" if language() == "zh-hans" else ", ").join(words)
