"""The form in which a draft is written: rows of plain strings, made from a version's content and read back into it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from guanxi.core.errors import Invalid
from guanxi.trade.rules.standards.content import BOOL, ENUM, MEASURED, Content, Limit, Parameter
from guanxi.trade.rules.standards.reading import NO, YES

TEXTS = ("scope", "basis", "changes")
WORDY = ("name", "method", "instrument", "sampling")
ROWS_MAX = {"g": 9, "p": 60, "r": 12}
SPARE = {"g": 1, "p": 2, "r": 1}
CHARS_MAX = 4_000
LANGUAGES = (("zh-hans", "zh"), ("en", "en"))
Row = dict[str, str]
_RANGE = re.compile(r"(-?[\d.]+)\s*(?:–|~|\.\.| - |-)\s*(-?[\d.]+)")
_ONE = re.compile(r"(<=|>=|≤|≥|=)?\s*(-?[\d.]+)")


@dataclass(slots=True)
class Draft:
    """What stands in the form: texts by field, rows of grades, parameters and remedies."""

    texts: Row = field(default_factory=dict)
    grades: list[Row] = field(default_factory=list)
    parameters: list[Row] = field(default_factory=list)
    remedies: list[Row] = field(default_factory=list)

    def with_spare(self) -> "Draft":
        """With empty rows at the end, to write more."""
        return Draft(
            self.texts,
            [*self.grades, *({} for _one in range(SPARE["g"]))],
            [*self.parameters, *({} for _one in range(SPARE["p"]))],
            [*self.remedies, *({} for _one in range(SPARE["r"]))],
        )


# -- from a content ------------------------------------------------------------------------------------------


def draft_of(content: Content) -> Draft:
    """The form of a content."""
    texts = {
        f"{name}_{short}": getattr(content, name).get(long, "") for name in TEXTS for long, short in LANGUAGES
    }
    grades = [
        {
            "code": one.code,
            "condition": one.condition,
            **_names("name", one.name),
            **_names("words", one.words),
        }
        for one in content.grades
    ]
    remedies = [
        {
            "when": one.when,
            "grades": str(one.grades or ""),
            "remedy": one.remedy,
            "share": f"{one.share * 100:g}",
        }
        for one in content.remedies
    ]
    return Draft(texts, grades, [_row(one, content) for one in content.parameters.values()], remedies)


def _names(name: str, value: Mapping[str, str]) -> Row:
    return {f"{name}_{short}": value.get(long, "") for long, short in LANGUAGES}


def _row(one: Parameter, content: Content) -> Row:
    row = {
        "code": one.code,
        "kind": one.kind,
        "unit": one.unit,
        "tolerance": f"{one.tolerance:g}" if one.tolerance else "",
        "critical": "1" if one.critical else "",
        "choices": "\n".join(
            f"{code} | {name.get('zh-hans', '')} | {name.get('en', '')}" for code, name in one.choices
        ),
    }
    for name in WORDY:
        row |= _names(name, getattr(one, name))
    for place, grade in enumerate(content.grades):
        row[f"l{place}"] = limit_text(one, one.limits.get(grade.code))
    return row


def limit_text(one: Parameter, limit: Limit | None) -> str:
    """A limit as it is typed: "<= 10", "80 - 90", "clean, worn"."""
    if limit is None:
        return ""
    if one.kind == BOOL:
        return ", ".join("yes" if value else "no" for value in limit.among)
    if one.kind not in MEASURED:
        return ", ".join(str(value) for value in limit.among)
    if limit.min is not None and limit.max is not None:
        return f"{limit.min:g} - {limit.max:g}"
    return f">= {limit.min:g}" if limit.min is not None else f"<= {limit.max:g}"


# -- from a form ---------------------------------------------------------------------------------------------


def draft_from(form: Mapping[str, str]) -> Draft:
    """What was sent; rows without a code (remedies: without a remedy) are left out."""
    return Draft(
        {
            f"{name}_{short}": form.get(f"{name}_{short}", "").strip()[:CHARS_MAX]
            for name in TEXTS
            for _l, short in LANGUAGES
        },
        _rows(form, "g", "code"),
        _rows(form, "p", "code"),
        _rows(form, "r", "remedy"),
    )


def _rows(form: Mapping[str, str], kind: str, needed: str) -> list[Row]:
    found: dict[int, Row] = {}
    pattern = re.compile(rf"{kind}(\d{{1,2}})-([a-z0-9_]+)")
    for name, value in form.items():
        match = pattern.fullmatch(name)
        if match and int(match[1]) < ROWS_MAX[kind] + SPARE[kind]:
            found.setdefault(int(match[1]), {})[match[2]] = value.strip()[:CHARS_MAX]
    return [found[place] for place in sorted(found) if found[place].get(needed)]


def content_from(draft: Draft) -> dict[str, Any]:
    """The content a draft says. Raises `Invalid`, by path, for what cannot even be read; the rest `rules.faults` finds."""
    wrong: dict[str, str] = {}
    content: dict[str, Any] = {
        name: _both(draft.texts, name)
        for name in TEXTS
        if any(draft.texts.get(f"{name}_{s}") for _l, s in LANGUAGES)
    }
    content["grades"] = [_grade(row) for row in draft.grades]
    codes = [row["code"] for row in draft.grades]
    content["parameters"] = [
        _parameter(place, row, codes, wrong) for place, row in enumerate(draft.parameters)
    ]
    content["remedies"] = [_remedy(place, row, wrong) for place, row in enumerate(draft.remedies)]
    if wrong:
        raise Invalid(fields=wrong)
    return content


def _both(row: Row, name: str) -> dict[str, str]:
    return {long: row.get(f"{name}_{short}", "") for long, short in LANGUAGES}


def _grade(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"code": row["code"], "name": _both(row, "name")}
    if row.get("words_zh") or row.get("words_en"):
        found["words"] = _both(row, "words")
    return found | {"condition": row.get("condition") or "UsedCondition"}


def _parameter(place: int, row: Row, grades: list[str], wrong: dict[str, str]) -> dict[str, Any]:
    path = f"parameters.{place}"
    found: dict[str, Any] = {
        "code": row["code"],
        "name": _both(row, "name"),
        "kind": row.get("kind") or "number",
    }
    if found["kind"] in MEASURED:
        found["unit"] = row.get("unit") or "1"
        if row.get("tolerance"):
            found["tolerance"] = _number(row["tolerance"], f"{path}.tolerance", wrong)
    if row.get("critical"):
        found["critical"] = True
    found |= {name: _both(row, name) for name in WORDY[1:] if row.get(f"{name}_zh") or row.get(f"{name}_en")}
    if found["kind"] == ENUM:
        found["choices"] = _choices(row.get("choices", ""), f"{path}.choices", wrong)
    limits = {
        code: _limit(found["kind"], row[f"l{at}"], f"{path}.limits.{code}", wrong)
        for at, code in enumerate(grades)
        if row.get(f"l{at}")
    }
    return found | ({"limits": limits} if limits else {})


def _number(text: str, path: str, wrong: dict[str, str]) -> float:
    try:
        return float(text.replace("，", ".").replace(",", "."))
    except ValueError:
        wrong[path] = _("Give a number.")
        return 0.0


def _choices(text: str, path: str, wrong: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for line in filter(str.strip, text.splitlines()):
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 3 or not all(parts):
            wrong[path] = _("One a line: code | 中文 | English")
            continue
        found.append({"code": parts[0], "name": {"zh-hans": parts[1], "en": parts[2]}})
    return found


def _limit(kind: str, text: str, path: str, wrong: dict[str, str]) -> dict[str, Any]:
    """A typed limit: "<= 10", "10" (at most), ">= 80", "80 - 90", "clean, worn", "yes"."""
    if kind in MEASURED:
        return _measured(text, path, wrong)
    values = [one.strip() for one in re.split("[,，、;；]", text) if one.strip()]
    if kind != BOOL:
        return {"among": values}
    flags = [one.casefold() in YES for one in values if one.casefold() in YES | NO]
    if len(flags) != len(values):
        wrong[path] = _("Say yes or no.")
    return {"among": flags or [True]}


def _measured(text: str, path: str, wrong: dict[str, str]) -> dict[str, Any]:
    try:
        if both := _RANGE.fullmatch(text):
            return {"min": float(both[1]), "max": float(both[2])}
        if one := _ONE.fullmatch(text):
            value, sign = float(one[2]), one[1] or "<="
            return (
                {"min": value}
                if sign in (">=", "≥")
                else {"min": value, "max": value}
                if sign == "="
                else {"max": value}
            )
    except ValueError:
        pass
    wrong[path] = _("Write it as <= 10, >= 80 or 80 - 90.")
    return {"max": 0.0}


def _remedy(place: int, row: Row, wrong: dict[str, str]) -> dict[str, Any]:
    path = f"remedies.{place}"
    found: dict[str, Any] = {"when": row.get("when", ""), "remedy": row["remedy"]}
    found["share"] = round(_number(row.get("share") or "0", f"{path}.share", wrong) / 100, 4)
    if row.get("grades"):
        found["grades"] = int(_number(row["grades"], f"{path}.grades", wrong))
    return found


def fault_lines(draft: Draft, errors: Mapping[str, Any]) -> list[dict[str, str]]:
    """What is wrong, each with the row it is about and where that stands on the page."""
    found = []
    kinds = {
        "parameters": ("p", draft.parameters),
        "grades": ("g", draft.grades),
        "remedies": ("r", draft.remedies),
    }
    for path, words in errors.items():
        head, *rest = path.split(".")
        letter, rows = kinds.get(head, ("", []))
        place = int(rest[0]) if rest and rest[0].isdecimal() and int(rest[0]) < len(rows) else None
        label = rows[place].get("code") or rows[place].get("when", "") if place is not None else head
        detail = " · ".join(rest[1:]) if place is not None else ""
        anchor = f"{letter}{place}" if place is not None else ""
        found.append(
            {"label": " · ".join(filter(None, (label, detail))), "words": str(words), "anchor": anchor}
        )
    return found
