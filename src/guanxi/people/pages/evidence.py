"""Why two may be one person, drawn: every step of the sum in bits, from the first odds to the decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from django.utils.translation import gettext as _

from guanxi.core.explain import Explanation, Fact, from_json
from guanxi.core.words import say
from guanxi.engine.matching import Match, log_odds
from guanxi.people import queries

PRIOR, HOUSEHOLD, RIVALS = "prior", "household", "rivals"
SHOWN_MIN = 0.05  # bits; what counts less says nothing worth a line
MARK_MIN = 0.5  # bits from which on a field is named as speaking for or against
PLAIN = frozenset({PRIOR, HOUSEHOLD, RIVALS})


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `field` is a kind of identifier, name, or one of `PLAIN`; `level` how the two compare in it."""

    field: str
    level: str
    bits: float


def steps_of_match(match: Match) -> list[Step]:
    """The steps of a comparison made now."""
    return [Step(line.field, line.level, line.weight) for line in match.lines]


def steps_of_likely(facts: Sequence[Fact]) -> list[Step]:
    """The steps of a candidate's comparison, other candidates among them."""
    return steps_of(Explanation("", tuple(facts), ""))


def steps_of(value: Mapping[str, Any] | Explanation | None) -> list[Step]:
    """The steps kept with a decision; none for an explanation that is no sum in bits."""
    if not value:
        return []
    why = value if isinstance(value, Explanation) else from_json(value)
    steps = []
    for fact in why.facts:
        level = fact.code.removeprefix("people.")
        if level in PLAIN:
            steps.append(Step(level, "", fact.weight))
        elif fact.weight or "kind" in fact.values:
            steps.append(Step(str(fact.values.get("kind", "")), level, fact.weight))
    return steps if any(step.field == PRIOR for step in steps) else []


def marks(value: Mapping[str, Any] | Explanation | None) -> tuple[list[str], list[str]]:
    """(fields that speak for one person, fields that speak against), as words, the weightiest first."""
    why = value if isinstance(value, Explanation) else from_json(value) if value else None
    facts = [fact for fact in why.facts if fact.values.get("kind")] if why else []
    ranked = sorted(facts, key=lambda fact: -abs(fact.weight))
    agreeing = [say(f"people.kind.{fact.values['kind']}") for fact in ranked if fact.weight >= MARK_MIN]
    against = [say(f"people.kind.{fact.values['kind']}") for fact in ranked if fact.weight <= -MARK_MIN]
    return list(dict.fromkeys(agreeing)), list(dict.fromkeys(against))


def probability(steps: Iterable[Step]) -> float:
    """Of the sum of all steps."""
    return float(1 / (1 + 2 ** -max(min(sum(step.bits for step in steps), 200.0), -200.0)))


def score_words(score: float | None) -> str:
    """ ".963", "> .999", "" for none: three places are as much as a person compares; cut, so that .9986 is no .999."""
    if score is None:
        return ""
    if score > 0.999:
        return "> .999"
    return f"{floor(score * 1000 + 1e-9) / 1000:.3f}".removeprefix("0")


def percent_words(share: float) -> str:
    """ "96.3 %", "> 99.9 %", "< 0.1 %"."""
    if share >= 0.9995:
        return "> 99.9 %"
    return "< 0.1 %" if share < 0.0005 else f"{100 * share:.1f} %"


def waterfall(steps: Sequence[Step], *, version: str = "") -> dict[str, Any] | None:
    """What people/evidence.html draws; None without steps. Bars in per cent of the width, the lines of decision among them."""
    if not steps:
        return None
    weights = queries.weights_in_use()
    review, same = log_odds(weights.review_min), log_odds(weights.same_min)
    ends = _ends(steps)
    scale = _Scale(min(0.0, *ends, review), max(0.0, *ends, same))
    rows, at = [], 0.0
    for step in steps:
        if abs(step.bits) >= SHOWN_MIN or step.field not in PLAIN:
            rows.append(_bar(step, scale.span(at, at + step.bits)))
        at += step.bits
    total = {
        "label": _("Sum"),
        "bits": _signed(at),
        "tone": "sum",
        "note": "",
        **scale.span(review, at),
    }
    return {
        "rows": rows,
        "sum": total,
        "review": scale.place(review),
        "same": scale.place(same),
        "zone": scale.span(review, same),
        "p": score_words(probability(steps)),
        "least": f"{weights.review_min:g}".removeprefix("0"),
        "most": f"{weights.same_min:g}".removeprefix("0"),
        "version": version or weights.version,
    }


def _ends(steps: Sequence[Step]) -> list[float]:
    ends, at = [], 0.0
    for step in steps:
        at += step.bits
        ends.append(at)
    return ends


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    def place(self, bits: float) -> float:
        return round(100 * (bits - self.low) / (self.high - self.low or 1), 2)

    def span(self, start: float, end: float) -> dict[str, float]:
        left, right = sorted((self.place(start), self.place(end)))
        return {"x": left, "width": round(max(right - left, 0.6), 2)}


def _bar(step: Step, span: Mapping[str, float]) -> dict[str, Any]:
    tone = "prior" if step.field == PRIOR else "for" if step.bits > 0 else "against"
    return {
        "label": _label(step.field),
        "note": say(f"people.{step.level}", {"kind": say(f"people.kind.{step.field}")}) if step.level else "",
        "bits": _signed(step.bits),
        "tone": "" if abs(step.bits) < SHOWN_MIN else tone,
        **span,
    }


def _label(field: str) -> str:
    plain = {
        PRIOR: _("Before looking"),
        HOUSEHOLD: _("Household?"),
        RIVALS: _("Others fit as well"),
    }
    return plain.get(field) or say(f"people.kind.{field}")


def _signed(bits: float) -> str:
    return f"{bits:+.1f}".replace("-", "\N{MINUS SIGN}") if abs(bits) >= SHOWN_MIN else "0.0"
