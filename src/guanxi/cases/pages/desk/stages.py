"""The stage bar of one issue, whose turn it is, and what happens when the limit passes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from guanxi.cases.models import Case, ClockSegment, Decision, Issue
from guanxi.cases.pages import show
from guanxi.cases.pages.desk import words
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import CaseKind
from guanxi.cases.words import STEPS
from guanxi.core.phrases import explained
from guanxi.core.phrases import kept as _

DOING = frozenset(words.DO) - {"file_evidence", "reclassify", "reopen"}
"""Verbs that move an issue on: whoever may do one has the turn."""
SELDOM = (machine.FACTS, machine.NEGOTIATION, machine.DECIDED)
"""States shown only where an issue has been in them."""


def turn_of(issue: Issue, verbs: Sequence[str] = ()) -> dict[str, str]:
    """Whose turn it is, as this reader sees it; `verbs`: what the reader may do now."""
    if issue.state == machine.CLOSED:
        return {"kind": "done", "label": _("Closed")}
    if issue.state == machine.APPEALABLE:
        return {"kind": "other", "label": _("Open to appeal")}
    if issue.turn != Case.Turn.STAFF:
        return {"kind": "other", "label": str(words.WAITS[issue.turn])}
    if DOING & set(verbs):
        return {"kind": "mine", "label": _("Your turn")}
    if issue.state in (machine.RECORDED, machine.DECIDED):
        return {"kind": "other", "label": _("The system's turn")}
    return (
        {"kind": "mine", "label": _("Our turn")} if not verbs else {"kind": "other", "label": _owner(issue)}
    )


def _owner(issue: Issue) -> str:
    level = max(issue.level, 1) if issue.state == machine.APPROVAL else issue.level
    if issue.state == machine.REMEDY:
        return _("Fulfilment's turn")
    return (_("The handler's turn"), _("The supervisor's turn"), _("The head of service's turn"))[level]


def clock_of(issue: Issue, verbs: Sequence[str] = ()) -> dict[str, Any]:
    """Start, due and mode of the time-left bar."""
    if issue.due is None:
        return {"start": None, "due": None, "mode": "done", "settled": ""}
    mode = "mine" if issue.turn == Case.Turn.STAFF else "other"
    return {"start": issue.since, "due": issue.due, "mode": mode, "settled": ""}


def expiry_of(issue: Issue, case_kind: str) -> str:
    """What happens when nobody acts in time."""
    slow = case_kind == Case.Kind.INVESTIGATION
    key = machine.limit_key(issue.state, heard=issue.heard, slow=slow)
    if key == machine.REMEDY and _goods_due(issue):
        key = machine.GOODS
    if key in words.EXPIRY:
        return str(words.EXPIRY[key])
    return str(words.CLIMBS[issue.level]) if issue.state != machine.CLOSED else ""


def _goods_due(issue: Issue) -> bool:
    return any(one.shape == "goods" and one.state == "due" for one in issue.remedies.all())


def steps(
    issue: Issue,
    kind: CaseKind,
    segments: Sequence[ClockSegment],
    pending: Decision | None,
    verbs: Sequence[str],
    now: datetime,
) -> list[dict[str, Any]]:
    """What is done with the time it took, what is live and until when, what is ahead with its limit."""
    took = _took([one for one in segments if one.round == issue.round], now)
    at = machine.STATES.index(issue.state)
    found = []
    for place, state in enumerate(machine.STATES):
        if not _shown(issue, kind, state, took):
            continue
        if place < at:
            note = show.span_words(took[state]) if state in took else _("not needed")
            found.append({"label": STEPS[state], "state": "done", "note": note})
        elif place == at:
            found.append(_live(issue, kind, verbs))
        else:
            found.append({"label": STEPS[state], "state": "ahead", "note": _ahead(state, kind, pending)})
    return found


def _shown(issue: Issue, kind: CaseKind, state: str, took: Mapping[str, timedelta]) -> bool:
    if state == issue.state or state in took:
        return True
    ours = issue.case.respondent_id is None
    if state in (machine.RESPONSE, machine.NEGOTIATION) and (ours or not kind.offers):
        return state == machine.RESPONSE and not ours
    before = machine.STATES.index(state) < machine.STATES.index(issue.state)
    if issue.round > 1 and before:
        return False
    return state not in (machine.FACTS, machine.DECIDED)


def _took(segments: Sequence[ClockSegment], now: datetime) -> dict[str, timedelta]:
    """How long the issue stayed in each state of its round."""
    found: dict[str, timedelta] = {}
    for one in segments:
        found[one.state] = found.get(one.state, timedelta()) + ((one.ended or now) - one.started)
    return found


def _ahead(state: str, kind: CaseKind, pending: Decision | None) -> str:
    if state == machine.APPROVAL and pending is not None and not pending.needs_approval:
        return _("not needed")
    if state == machine.CLOSED:
        return ""
    return _("limit %(span)s") % {"span": show.span_words(kind.limit(machine.limit_key(state)))}


def _live(issue: Issue, kind: CaseKind, verbs: Sequence[str]) -> dict[str, Any]:
    label = STEPS[issue.state]
    if issue.due is None:
        return {"label": label, "state": "done", "note": show.moment(issue.closed) if issue.closed else ""}
    return {
        "label": label,
        "state": "live",
        "turn": turn_of(issue, verbs),
        "start": issue.since,
        "due": issue.due,
        "limit_note": _("until %(when)s") % {"when": show.moment(issue.due)},
        "expiry": expiry_of(issue, kind.code),
        "why": explained(issue.due_explanation),
    }


def percent_gone(issue: Issue, now: datetime) -> int:
    """Of the running limit, in per cent; above 100 when it is over. 0 where none runs."""
    if issue.due is None or issue.due <= issue.since:
        return 0
    return round((now - issue.since) / (issue.due - issue.since) * 100)
