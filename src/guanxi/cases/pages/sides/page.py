"""The page of a side: everything it shows, composed."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.cases import queries
from guanxi.cases.models import Case, Issue
from guanxi.cases.pages import show
from guanxi.cases.pages.sides import words
from guanxi.cases.pages.sides.card import card, live, pressing
from guanxi.cases.pages.sides.forms import form
from guanxi.cases.pages.sides.seen import Seen
from guanxi.cases.queries import procedures, sides
from guanxi.cases.rules import machine
from guanxi.cases.rules.stages import STAGES, stage_number
from guanxi.core import files, options
from guanxi.core import live as topics
from guanxi.core.phrases import explained, language, pick

TITLE_CHARS_MAX = 60
CALL_BACK = "house.call_back"


def context(seen: Seen, *, done: str = "") -> dict[str, Any]:
    """Everything the page of one side of one case shows."""
    case, tried = seen.case, seen.tried
    shown = sides.issues_shown(case)
    for issue in shown:
        if issue.case_id == case.id:
            issue.case = case
    first = pressing(seen, shown)
    cards = [card(seen, one) for one in sorted(shown, key=lambda one: one.id != (first.id if first else 0))]
    return {
        "case": {
            "number": case.number,
            "title": title(seen, shown),
            "topics": topics.topic("case", case.id),
            "opened_at": case.opened,
            "claim": claim(seen),
            "them": seen.them,
            "is_complainant": seen.is_complainant,
        },
        "live": live(seen, first) if first else None,
        "steps": steps(seen, first) if first else [],
        "step_words": step_words(first) if first else "",
        "why": explained(first.due_explanation) if first and first.due else None,
        "issues": cards,
        "conversation": show.conversation(seen.actor, case, link=seen.link),
        "conflict": tried.conflict,
        "kept": kept(seen, cards),
        "notice": str(words.DONE.get(done, "")),
        "files": files.form(),
        "append": form(seen, 0, "append") if "append" in queries.open_verbs(seen.actor, case) else None,
        "rate": rating(seen),
        "more": more_form(seen),
        "call_back": call_back(),
        "procedure_url": f"{reverse('procedure_kind', args=[case.kind])}?version={seen.policy.number}",
        "version": seen.policy.number,
        "merged": case.merged_into.number if case.merged_into else "",
    }


def title(seen: Seen, shown: list[Issue]) -> str:
    """What it is about, in the names of its issues."""
    return _joined(list(dict.fromkeys(seen.issue_name(one) for one in shown)))


def _joined(names: list[str]) -> str:
    text = ("；" if language() == "zh-hans" else "; ").join(names[:3])
    if len(names) > 3:
        text += " " + ngettext("and %(n)s more", "and %(n)s more", len(names) - 3) % {"n": len(names) - 3}
    return text


def titles(cases: Sequence[Case]) -> dict[int, str]:
    """What cases that run by issues are called in lists of either side: their kinds, never the other side's own words."""
    running = {case.id: case for case in cases if case.procedure_id is not None}
    found = {}
    for key, kinds in sides.kinds_of(list(running)).items():
        known = procedures.policy_of(running[key]).issues
        names = dict.fromkeys(pick(known[kind].name) for kind in kinds if kind in known)
        found[key] = _joined(list(names))
    return found


def claim(seen: Seen) -> dict[str, Any] | None:
    """For the respondent: what is said against them, contacts covered; of a report nothing that names who wrote it."""
    if seen.is_complainant:
        return None
    if seen.case.role == Case.Role.REPORTER:
        return {"text": "", "protected": True}
    return {"text": seen.theirs(sides.claim_of(seen.case)), "protected": False}


def steps(seen: Seen, issue: Issue) -> list[dict[str, Any]]:
    """The six words: what is behind, where it stands, what is ahead."""
    at = stage_number(issue.state)
    over = issue.state == machine.CLOSED

    def state(number: int) -> str:
        return "done" if number < at or over else "live" if number == at else "ahead"

    turn = seen.turn(issue)
    return [
        {"label": str(words.STAGES[code]), "state": state(n), "turn": turn}
        for n, code in enumerate(STAGES, 1)
    ]


def step_words(issue: Issue) -> str:
    number = stage_number(issue.state)
    return _("Step %(n)s · %(step)s") % {"n": number, "step": words.STAGES[STAGES[number - 1]]}


def kept(seen: Seen, cards: list[dict[str, Any]]) -> str:
    """Words whose form is no longer open, for copying."""
    tried = seen.tried
    still = any(one["place"] == tried.place and tried.verb in one["forms"] for one in cards)
    return "" if not tried.verb or still or tried.place == 0 else tried.values.get("text", "")


def rating(seen: Seen) -> dict[str, Any] | None:
    """The question how it was handled: asked once, from the first decision on."""
    if seen.case.state in machine.UNDECIDED:
        return None
    given = sides.rated(seen.case, seen.side)
    if given is not None:
        return {"rated": given.score, "label": str(words.SCORES[given.score])}
    choices = [(score, str(label)) for score, label in words.SCORES.items()]
    return {**form(seen, 0, "rate"), "rated": 0, "choices": choices}


def more_form(seen: Seen) -> dict[str, Any] | None:
    """One more thing that went wrong, on the same number."""
    if not seen.is_complainant or seen.case.state == machine.CLOSED or seen.case.merged_into_id:
        return None
    kinds = [(one.code, pick(one.name)) for one in seen.policy.issues.values()]
    return {**form(seen, 0, "issue"), "kinds": kinds}


def call_back() -> str:
    """Where a free call back is asked for, if the house has said: an address, or a number to dial."""
    said = options.text(CALL_BACK).strip() if CALL_BACK in options.declared() else ""
    if not said or said.startswith(("https://", "tel:")):
        return said
    return "tel:" + "".join(sign for sign in said if sign in "+0123456789")
