"""Customers side by side, for a steward who decides whether they are one: on the desk for a review, or by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.core import handles, panels
from guanxi.core.access import Actor
from guanxi.core.keyset import COUNT_MAX, count_label
from guanxi.core.markup import exact
from guanxi.core.money import Money
from guanxi.core.phrases import explained, language
from guanxi.core.words import known, say
from guanxi.engine.normalise import avatar
from guanxi.people import queries
from guanxi.people.pages import evidence
from guanxi.people.pages.customer import source_words
from guanxi.people.queries import Comparison, ConsentRow, Row, Side
from guanxi.people.rules import Refusal
from guanxi.people.words import REFUSALS

LETTERS = "ABCDEFGHIJKLMNOPQRST"
MARKS = {"same": "=", "near": "≈", "differs": "≠", "single": "\N{EN DASH}"}
RECORD, IDENTIFIER = "record", "identifier"  # what handles are made of


def context(
    actor: Actor, found: Comparison, *, survivor: str = "", stored: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What people/comparison.html draws of customers side by side. `stored`: the explanation a review was made with."""
    codes = [side.code for side in found.sides]
    into = survivor if survivor in codes else queries.likely_survivor(codes)
    others = [code for code in codes if code != into]
    preview = queries.merge_preview(actor, into, others) if actor.may("people.merge") else None
    place = codes.index(into)
    match = found.matches[0]
    steps = (evidence.steps_of(stored) if stored else []) or evidence.steps_of_match(match)
    return {
        "sides": [_side(side, number, into) for number, side in enumerate(found.sides)],
        "into": {"code": into, "letter": LETTERS[place], "name": found.sides[place].name or into},
        "others": _letters(codes, into),
        "rows": [
            *(_row(row, found.sides) for row in found.rows),
            *(_consent_row(one) for one in found.consents),
            *_band_rows(actor, found.sides),
        ],
        "conflicts": found.conflicts,
        "conflicts_label": ngettext("%(n)s conflict", "%(n)s conflicts", found.conflicts)
        % {"n": found.conflicts},
        "evidence": evidence.waterfall(steps),
        "vetoes": [_veto(code) for one in found.matches for code in one.vetoes],
        "moves": _moves(preview.moves, _brought(actor, found, into)) if preview else [],
        "moves_total": _total(preview.moves) if preview else "",
        "refusal": refusal_words(preview.refusal) if preview and preview.refusal else "",
        "may_merge": preview is not None and preview.refusal is None,
        "has_right": preview is not None,
        "apart": [_apart(found, one) for one in found.apart],
        "changes": _changes(found, into),
    }


def _letters(codes: Sequence[str], into: str) -> str:
    return ", ".join(LETTERS[place] for place, code in enumerate(codes) if code != into)


def _side(side: Side, place: int, into: str) -> dict[str, Any]:
    facts = [
        ngettext("%(n)s record", "%(n)s records", side.records) % {"n": f"{side.records:,}"},
        ", ".join(sorted({source_words(source) for source in side.sources})[:3]),
    ]
    return {
        "letter": LETTERS[place],
        "name": side.name or side.code,
        "code": side.code,
        "initials": avatar(side.name),
        "facts": " · ".join(facts),
        "unsure": _("not certain who this is") if side.provisional else "",
        "into": side.into,
        "url": reverse("customer", args=[side.code]),
        "survives": side.code == into,
    }


def _row(row: Row, sides: Sequence[Side]) -> dict[str, Any]:
    speaking = sum(cell is not None for cell in row.cells)
    cells = [
        {
            "text": _value_words(row.field, cell.text),
            "note": _cell_note(row, place),
            "verified": cell.verified is not None,
            "value": handles.handle(RECORD, cell.record),
            "keep": handles.handle(IDENTIFIER, cell.identifier) if cell.identifier else "",
            "best": place == row.best,
        }
        if cell
        else None
        for place, cell in enumerate(row.cells)
    ]
    return {
        "field": row.field,
        "label": say(f"people.kind.{row.field}"),
        "mark": MARKS[row.agreement],
        "agreement": row.agreement,
        "mark_words": _agreement_words(row),
        "cells": cells,
        "choosable": speaking > 1 and row.agreement != "same",
        "several": row.several,
        "reason": _reason(row),
        "why": explained(row.why),
    }


def _value_words(field: str, text: str) -> str:
    """A code as words where the value is one."""
    known = {("language", "zh-hans"): _("Chinese"), ("language", "en"): _("English"), ("gender", "f"): _("female"),
             ("gender", "m"): _("male")}  # fmt: skip
    return known.get((field, text), text)


def _agreement_words(row: Row) -> str:
    if row.level:
        return say(f"people.{row.level}", {"kind": say(f"people.kind.{row.field}")})
    return {
        "same": _("the same"),
        "near": _("nearly the same"),
        "differs": _("different"),
        "single": _("only one side says it"),
    }[row.agreement]


def _cell_note(row: Row, place: int) -> str:
    cell = row.cells[place]
    if cell is None:
        return ""
    parts = [source_words(cell.source)]
    if cell.pinned:
        parts.append(_("pinned"))
    if cell.verified:
        parts.append(_("verified %(day)s") % {"day": day(cell.verified)})
    else:
        parts.append(day(cell.stated))
    if cell.troubled:
        parts.append(_("did not reach them"))
    if cell.more:
        parts.append(ngettext("%(n)s more", "%(n)s more", cell.more) % {"n": cell.more})
    return " · ".join(parts)


def _reason(row: Row) -> str:
    """Why the value marked would count, in a few words; a conflict is named first."""
    if row.agreement == "single":
        return _("Only one says it")
    fact = row.why.facts[0] if row.why.facts else None
    words = say(fact.code, fact.values) if fact else ""
    if row.agreement == "same":
        return _("Both say so")
    if row.several:
        return _("Both are kept, %(letter)s first. %(why)s") % {"letter": LETTERS[row.best], "why": words}
    return words


def _consent_row(one: ConsentRow) -> dict[str, Any]:
    said = {True: _("Agreed"), False: _("Refused")}
    cells = [
        {
            "text": said[answer[0]],
            "note": day(answer[1]),
            "best": place == one.best,
            "value": "",
            "verified": False,
        }
        if answer
        else None
        for place, answer in enumerate(one.answers)
    ]
    speaking = sum(cell is not None for cell in cells)
    agreement = "differs" if one.differs else "same" if speaking > 1 else "single"
    return {
        "field": "",
        "label": _("%(purpose)s, %(channel)s")
        % {"purpose": _purpose(one.purpose), "channel": say(f"channel.{one.channel}")},
        "mark": MARKS[agreement],
        "agreement": agreement,
        "mark_words": "",
        "cells": cells,
        "choosable": False,
        "several": False,
        "reason": _("The latest word counts: %(words)s") % {"words": cells[one.best]["text"]}  # type: ignore[index]
        if one.differs
        else "",
        "why": None,
    }


def _band_rows(actor: Actor, sides: Sequence[Side]) -> list[dict[str, Any]]:
    """What other rooms say of each at a glance (purchases, cases, last contact): it all goes along."""
    shown = [one for one in panels.for_slot("customer.band", actor) if one.code != "people.identity"]
    return [_band_row(one, [one.query(actor, side.id) for side in sides]) for one in shown]


def _band_row(panel: panels.Panel, said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    cells = [
        {
            "text": str(one.get("value", "")),
            "note": str(one.get("note", "")),
            "best": False,
            "value": "",
            "verified": False,
        }
        for one in said
    ]
    return {
        "field": "",
        "label": panel.title,
        "mark": "+",
        "agreement": "sum",
        "mark_words": _("both go along"),
        "cells": cells,
        "choosable": False,
        "several": False,
        "reason": "",
        "why": None,
    }


def _moves(moves: Mapping[str, int], worth: str) -> list[dict[str, str]]:
    return [
        {"label": moved_words(name), "count": _capped(count), "note": worth if name == "order" else ""}
        for name, count in moves.items()
    ]


def _brought(actor: Actor, found: Comparison, into: str) -> str:
    """What the orders that go along come to."""
    retired = [side.id for side in found.sides if side.code != into and side.into != into]
    return total_words(queries.worth_of(actor, retired).values())


def total_words(sums: Iterable[Iterable[Money]]) -> str:
    """Amounts added up per currency, the largest first; "" when there are none."""
    totals: dict[str, int] = {}
    for money in (money for own in sums for money in own):
        totals[money.currency] = totals.get(money.currency, 0) + money.minor
    ranked = sorted(totals.items(), key=lambda one: -one[1])
    return " + ".join(Money(minor, currency).format(language()) for currency, minor in ranked)


def moved_words(name: str) -> str:
    """What a kind of row that hangs on records is called."""
    return say(f"moves.{name}")


def _capped(count: int) -> str:
    return count_label(min(count, COUNT_MAX), count > COUNT_MAX)


def _total(moves: Mapping[str, int]) -> str:
    total = sum(min(count, COUNT_MAX) for count in moves.values())
    more = any(count > COUNT_MAX for count in moves.values())
    words = ngettext("%(n)s thing", "%(n)s things", total)
    return words % {"n": count_label(total, more)}


def refusal_words(refusal: Refusal) -> str:
    """Why something may not be, as a sentence."""
    values = dict(refusal.values)
    if "kind" in values:
        values["kind"] = say(f"people.kind.{values['kind']}")
    words = str(REFUSALS[refusal.code])
    return words % values if values else words


def _veto(code: str) -> str:
    kinds = {
        "national_id": _("Their national ids differ: a machine would never make them one."),
        "birth": _("Their birth dates differ: a machine would never make them one."),
        "cannot_link": "",
    }
    return kinds.get(code, "")


def _apart(found: Comparison, one: queries.Apart) -> dict[str, Any]:
    places = {side.id: LETTERS[place] for place, side in enumerate(found.sides)}
    return {
        "words": _("%(one)s and %(other)s were told apart on %(day)s.")
        % {"one": places[one.one], "other": places[one.other], "day": day(one.said)},
        "reason": one.reason,
        "lift_url": reverse("decision_do", args=[one.decision, "lift"]) if one.decision else "",
    }


def _changes(found: Comparison, into: str) -> list[dict[str, str]]:
    """What the person will notice."""
    retired = [side.code for side in found.sides if side.code != into]
    lines = [
        {
            "icon": "link",
            "text": _("%(codes)s keeps working and leads to %(into)s.")
            % {"codes": ", ".join(retired), "into": into},
        }
    ]
    lines += [change for row in found.consents if (change := _consent_change(row))]
    lines.append({"icon": "briefcase", "text": _("Cases, orders and their clocks stay as they are.")})
    return lines


def _consent_change(row: ConsentRow) -> dict[str, str] | None:
    """What a merge means for what is sent to them by one channel."""
    said = {answer[0] for answer in row.answers if answer}
    words = {"channel": say(f"channel.{row.channel}"), "purpose": _purpose(row.purpose)}
    if row.differs:
        counts = row.answers[row.best]
        if counts and counts[0]:
            return {"icon": "mail", "text": _("%(purpose)s by %(channel)s: agreed, the latest word.") % words}
        return {"icon": "mail-off", "text": _("No more %(purpose)s by %(channel)s: refused last.") % words}
    if said == {True} and sum(answer is not None for answer in row.answers) > 1:
        return {"icon": "mail", "text": _("%(purpose)s by %(channel)s: one, not two.") % words}
    return None


def _purpose(code: str) -> str:
    return say(f"purpose.{code}") if known(f"purpose.{code}") else code


def choices_of(sent: QueryDict, found: Comparison) -> dict[str, int]:
    """{field: record} of what a steward chose otherwise than the rules would; handles become keys again."""
    over, choices = set(ended_of(sent, found)), {}
    for row in found.rows:
        name = sent.get(f"field.{row.field}", "")
        records = [cell.record for cell in row.cells if cell and cell.identifier not in over]
        key = handles.find(RECORD, name, records) if name else None
        best = row.cells[row.best]
        if key is not None and best is not None and key != best.record:
            choices[row.field] = key
    return choices


def ended_of(sent: QueryDict, found: Comparison) -> list[int]:
    """Identifiers a steward no longer ticked, of fields in which several stay."""
    ended = []
    for row in found.rows:
        if row.several and f"kept.{row.field}" in sent:
            kept = sent.getlist(f"keep.{row.field}")
            stated = [cell.identifier for cell in row.cells if cell and cell.identifier]
            ended += [key for key in stated if handles.handle(IDENTIFIER, key) not in kept]
    return ended


def day(moment: datetime) -> str:
    """The day of a moment where the reader is."""
    return exact(moment)[:10]
