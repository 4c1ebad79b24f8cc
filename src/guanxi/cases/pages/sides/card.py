"""One issue as a card: its step, the offer, the proof, what is asked, proposed, decided, paid, and what may be done."""

from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases.actions import issues as acts
from guanxi.cases.models import Case, Issue
from guanxi.cases.pages import measured
from guanxi.cases.pages.promised import promised
from guanxi.cases.pages.show import moment
from guanxi.cases.pages.sides import ruling, words
from guanxi.cases.pages.sides.forms import forms_of
from guanxi.cases.pages.sides.proof import proof
from guanxi.cases.pages.sides.seen import Seen
from guanxi.cases.pages.sold import sold_as
from guanxi.cases.queries import sides
from guanxi.cases.rules import machine
from guanxi.cases.rules.policy import MONEY

MAIN = {
    machine.FACTS: ("answer",),
    machine.RESPONSE: ("contest", "offer", "admit", "admit_fault"),
    machine.NEGOTIATION: ("accept_offer", "counter", "escalate"),
    machine.HEARING: ("agree", "comment"),
}
"""What is offered large at a step, the rest below; `file_evidence`, `appeal` and `withdraw` have places of their own."""


def card(seen: Seen, issue: Issue) -> dict[str, Any]:
    """Everything the card of one issue shows."""
    verbs = acts.open_verbs(seen.actor, issue, seen.now)
    forms = forms_of(seen, issue, verbs)
    decided = ruling.decided(seen, issue)
    moved = ruling.movements(seen, issue)
    return {
        "place": issue.place,
        "name": seen.issue_name(issue),
        "state": issue.state,
        "is_over": issue.state in (machine.APPEALABLE, machine.CLOSED),
        "turn": seen.turn(issue),
        "due": issue.due if issue.state not in (machine.APPEALABLE, machine.CLOSED) else None,
        "start": issue.since,
        "chip": chip(seen, issue),
        "order": issue.order.number if issue.order else "",
        "quote": seen.theirs(issue.quote),
        "wants": wants(seen, issue),
        "ahead": ahead(seen, issue),
        "promised": promised(next(iter(issue.coverages.all()), None), issue),
        "round": issue.round,
        "note": issue.case.number if issue.case_id != seen.case.id else "",
        "offers": ruling.offers(seen, issue) if not decided or issue.state == machine.NEGOTIATION else None,
        "proof": proof(seen, issue),
        "sold": sold_as(issue),
        "asked": asked(seen, issue),
        "said": said(seen, issue),
        "proposed": ruling.proposed(seen, issue),
        "measured": _measured(issue),
        "decided": decided,
        "moved": moved,
        "forms": forms,
        "main": [forms[verb] for verb in MAIN.get(issue.state, ()) if verb in forms],
        "until": ruling.appeal_until(seen, issue),
        "withdraw": consequences(seen, issue) if "withdraw" in forms else [],
        "grounds": [(code, str(name)) for code, name in words.GROUNDS.items()],
        "admits": admits(seen, issue),
    }


def _measured(issue: Issue) -> dict[str, Any] | None:
    """What was measured last, where anything was."""
    rows = list(issue.measurements.all())
    if not rows:
        return None
    newest = max(rows, key=lambda one: (one.made, one.id))
    content = measured.content_cited(newest.citation)
    return measured.measurement_view(newest, content, issue.currency) if content else None


def chip(seen: Seen, issue: Issue) -> dict[str, str] | None:
    """How an issue that is decided came out, in two words: what was paid, else the outcome."""
    if (
        issue.state not in (machine.DECIDED, machine.REMEDY, machine.APPEALABLE, machine.CLOSED)
        or not issue.outcome
    ):
        return None
    if issue.paid_minor > 0:
        amount = {"amount": seen.amount(issue.paid_minor, issue.currency)}
        return {"label": _("%(amount)s paid") % amount, "tone": "green"}
    return {"label": str(issue.get_outcome_display()), "tone": ""}


def wants(seen: Seen, issue: Issue) -> str:
    """What the complaint asks for, as this side reads it."""
    if not issue.wants:
        return ""
    what = {"what": seen.remedy(issue.wants, issue.wants_minor, issue.currency)}
    if seen.is_complainant:
        return _("You ask for: %(what)s") % what
    return _("Asked for: %(what)s") % what


def ahead(seen: Seen, issue: Issue) -> str:
    """When the fund pays ahead of a decision that is not there by then, and what it is; "" where it does not."""
    kind = seen.policy.remedies.get(issue.wants)
    waits = issue.state in machine.UNDECIDED and issue.decided is None and issue.advanced is None
    money = kind is not None and kind.shape == MONEY and issue.wants_minor > 0 and issue.paid_minor == 0
    if issue.advance_due is None or not (waits and money):
        return ""
    values = {"when": moment(issue.advance_due), "amount": seen.amount(issue.wants_minor, issue.currency)}
    if seen.is_complainant:
        return _("Not decided by %(when)s? The protection fund then pays you %(amount)s ahead.") % values
    return (
        _("Not decided by %(when)s? The protection fund then pays %(amount)s ahead, and may claim it of you.")
        % values
    )


def admits(seen: Seen, issue: Issue) -> str:
    """What admitting means, in one sentence."""
    if issue.wants:
        what = {"what": seen.remedy(issue.wants, issue.wants_minor, issue.currency)}
        return _("You admit the fault, and this is carried out: %(what)s.") % what
    return _("You admit the fault. No remedy was named, so nothing is ordered by it.")


def asked(seen: Seen, issue: Issue) -> dict[str, Any] | None:
    """What facts we asked for last, while they are waited for."""
    if issue.state != machine.FACTS:
        return None
    last = next((one for one in reversed(issue.statements.all()) if one.verb == "ask_facts"), None)
    return {"text": last.text, "at": last.made} if last else None


def said(seen: Seen, issue: Issue) -> list[dict[str, Any]]:
    """What the two sides and we said at the steps, oldest first."""
    shown = [
        one
        for one in issue.statements.all()
        if one.verb in sides.PARTY_VERBS or (one.side == "staff" and one.verb in sides.SHOWN_OF_STAFF)
    ]
    return [
        {
            "who": seen.who(one.side),
            "mine": one.side == seen.side,
            "what": str(words.SAID.get(one.verb, "")),
            "text": seen.words_of(one.side, one.text),
            "at": one.made,
        }
        for one in shown
    ]


def consequences(seen: Seen, issue: Issue) -> list[str]:
    """What withdrawing does."""
    if issue.round > 1:
        return [_("Your appeal ends here, and the first decision stands."), _("You cannot appeal again.")]
    found = [
        _("This issue closes. Nothing is decided and nothing is paid."),
        _("Your other issues go on."),
        _("If new facts come up within a year, write to us under the same number."),
    ]
    if issue.paid_minor > 0:
        amount = {"amount": seen.amount(issue.paid_minor, issue.currency)}
        found.append(_("What was paid ahead, %(amount)s, is taken back.") % amount)
    return found


def pressing(seen: Seen, shown: list[Issue]) -> Issue | None:
    """The issue whose turn card stands on top: mine first, then what is due first; a closed one only when all are."""

    def rank(issue: Issue) -> tuple[bool, bool, float, int]:
        turn = seen.turn(issue)["kind"]
        return (turn == "done", turn != "mine", issue.due.timestamp() if issue.due else 0.0, issue.place)

    return min(shown, key=rank, default=None)


def live(seen: Seen, issue: Issue) -> dict[str, Any]:
    """The turn card: whose turn, which of the six steps, until when, what happens if nobody acts."""
    runs = issue.state not in (machine.CLOSED, machine.APPEALABLE)
    return {
        "turn": seen.turn(issue),
        "due": issue.due if runs else None,
        "until": moment(issue.due) if issue.due else "",
        "issue": seen.issue_name(issue),
        "expiry": seen.expiry(issue),
        "over": case_over(seen.case),
    }


def case_over(case: Case) -> str:
    return moment(case.resolved) if case.state == machine.CLOSED and case.resolved else ""
