"""Which promise an issue is about, whether it covers it, and why it was paid by itself or not; for the desk and both sides."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases.models import Coverage, Issue
from guanxi.core.money import Money
from guanxi.core.phrases import explained, pick
from guanxi.core.words import say
from guanxi.trade.queries import rulesets


def promised(coverage: Coverage | None, issue: Issue, *, staff: bool = False) -> dict[str, Any] | None:
    """The machine's look at an issue in words; None where it has not looked at any promise.

    What is known of abuse is for colleagues: to both sides it is a person who looks first.
    """
    if coverage is None:
        return None
    scheme = rulesets.current().schemes.get(coverage.scheme)
    told: dict[str, Any] = {
        "name": pick(scheme.name) if scheme else coverage.scheme,
        "icon": scheme.icon if scheme else "shield-check",
        "tone": "green" if coverage.paid else "",
        "outcome": outcome(coverage),
        "amount": Money(coverage.amount_minor, issue.currency) if coverage.proven else None,
        "lines": [one["text"] for one in (explained(coverage.why) or {}).get("inputs", [])],
        "hindered": [say(f"protection.hindered.{code}") for code in coverage.hindered],
    }
    if staff:
        told |= {
            "why": explained(coverage.why),
            "abuse": _abuse(coverage),
            "limits": _limits(coverage, issue),
        }
    return told


def outcome(coverage: Coverage) -> str:
    """In one sentence."""
    if coverage.paid:
        return _("Covered and proven: paid by itself.")
    if not coverage.covered:
        return _("Not covered: this promise was not made when it was sold.")
    if not coverage.proven:
        return _("Covered, not proven by what is on record: a person looks at it.")
    return _("Covered and proven: a person looks at it before it is paid.")


def _abuse(coverage: Coverage) -> dict[str, Any] | None:
    if not coverage.abuse_why.get("facts"):
        return None
    why = explained(coverage.abuse_why)
    return {"percent": round(100 * coverage.abuse), "why": why}


def _limits(coverage: Coverage, issue: Issue) -> list[dict[str, Any]]:
    """What the machine looked at, each beside its bound."""
    limits: Mapping[str, Any] = coverage.limits
    most = Money(int(limits.get("automatic_most", 0)), issue.currency)
    return [
        {
            "name": _("To pay"),
            "is": Money(coverage.amount_minor, issue.currency),
            "most": most,
            "over": "amount" in coverage.hindered,
        },
        {
            "name": _("In the fund"),
            "is": Money(coverage.fund_minor, issue.currency),
            "most": None,
            "over": "fund" in coverage.hindered,
        },
        {
            "name": _("Paid by itself in 30 days"),
            "is": coverage.paid_before,
            "most": limits.get("per_buyer", 0),
            "over": "often" in coverage.hindered,
        },
    ]
