"""Forms of the two sides: what each verb asks for, and reading what was posted."""

from collections.abc import Mapping
from typing import Any

from guanxi.cases import rules
from guanxi.cases.actions import Brought
from guanxi.cases.models import Issue
from guanxi.cases.pages.sides import words
from guanxi.cases.pages.sides.seen import Seen, Tried
from guanxi.core import fields
from guanxi.core.files import Given
from guanxi.core.http import form_key
from guanxi.core.phrases import pick

FIELDS = (
    "text",
    "amount",
    "remedy",
    "grounds",
    "item",
    "point",
    "private",
    "private_why",
    "score",
    "kind",
    "order",
)
NEEDS_WORDS = ("answer", "contest", "comment", "appeal")
TAKES_WORDS = (
    *NEEDS_WORDS,
    "admit",
    "admit_fault",
    "offer",
    "counter",
    "escalate",
    "agree",
    "withdraw",
    "file_evidence",
)
TAKES_FILES = ("answer", "contest", "comment", "appeal", "file_evidence")
OFFERING = ("offer", "counter")


def posted(data: Mapping[str, str]) -> dict[str, str]:
    """The fields as sent, bounded: what is too long is refused by the action, not cut in silence."""
    return {name: data.get(name, "")[: rules.TEXT_CHARS_MAX * 2 + 1] for name in FIELDS}


def brought(data: Mapping[str, str], files: Given, currency: str) -> Brought:
    """What somebody brings to a step of an issue. Raises `Invalid` on "amount"."""
    money = fields.read_money({**posted(data), "amount_currency": currency}, "amount")
    sent = posted(data)
    return Brought(
        text=sent["text"],
        files=files,
        item=sent["item"],
        point=sent["point"],
        private=bool(sent["private"]),
        private_why=sent["private_why"],
        remedy=sent["remedy"],
        amount_minor=money.minor if money else None,
        grounds=sent["grounds"],
    )


def form(seen: Seen, place: int, verb: str, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One verb's form with a fresh key and, after a failure, what was in it and what was wrong."""
    tried = seen.tried if (seen.tried.place, seen.tried.verb) == (place, verb) else Tried()
    return {
        "verb": verb,
        "id": f"{place}-{verb}",
        "label": str(words.BUTTONS.get(verb, "")),
        "url": seen.url_of(place, verb),
        "key": form_key(),
        "draft": f"side:{seen.case.number}:{place}:{verb}",
        "most": rules.TEXT_CHARS_MAX,
        "given": tried.values or values or {},
        "errors": tried.errors,
        "open": bool(tried.verb),
        "needs_words": verb in NEEDS_WORDS,
        "takes_words": verb in TAKES_WORDS,
        "takes_files": verb in TAKES_FILES,
        "words_label": str(words.PLACEHOLDERS.get(verb, "")),
    }


def offer_form(seen: Seen, issue: Issue, verb: str) -> dict[str, Any]:
    """Making an offer or a counter-offer: which remedy, how much."""
    kind = seen.policy.issues[issue.kind]
    remedies = [(code, pick(seen.policy.remedies[code].name)) for code in kind.remedies]
    made = form(seen, issue.place, verb, {"remedy": issue.wants or (remedies[0][0] if remedies else "")})
    return {**made, "remedies": remedies, "currency": issue.currency}


def forms_of(seen: Seen, issue: Issue, verbs: list[str]) -> dict[str, dict[str, Any]]:
    """The forms open to this side now, by verb."""
    return {
        verb: offer_form(seen, issue, verb) if verb in OFFERING else form(seen, issue.place, verb)
        for verb in verbs
    }
