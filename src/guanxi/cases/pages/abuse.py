"""Signs of abuse for colleagues: the score of a buyer and of a seller with its reasons. Neither side ever sees it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanxi.cases.queries import abuse as known
from guanxi.core import clock
from guanxi.core.access import Actor, Kind
from guanxi.core.phrases import explained
from guanxi.trade.rules import abuse
from guanxi.trade.rules.abuse import Score

RIGHT = "cases.handle"
"""Whoever handles cases: there a buyer's score sends a claim to a person."""


def may_see(actor: Actor) -> bool:
    return actor.kind is Kind.STAFF and actor.may(RIGHT)


def signs(actor: Actor, customer_id: int) -> dict[str, Any]:
    """The panel on a customer's page: as a buyer, and as a seller where they have sold."""
    now = clock.now()
    rows = [buyer_signs(actor, customer_id, now), seller_signs(actor, customer_id, now)]
    return {"rows": [one for one in rows if one is not None]}


def shop_signs(actor: Actor, customer_id: int) -> dict[str, Any]:
    """The panel beside a shop: its owner as a seller."""
    one = seller_signs(actor, customer_id, clock.now())
    return {"rows": [one] if one is not None else []}


def buyer_signs(actor: Actor, customer_id: int, now: datetime) -> dict[str, Any] | None:
    """How likely their claims are no honest ones; None for whoever may not know."""
    if not may_see(actor):
        return None
    return _row(_("As a buyer"), abuse.buyer_score(known.buyer_of(customer_id, now)))


def seller_signs(actor: Actor, customer_id: int, now: datetime) -> dict[str, Any] | None:
    """How likely they do not mean what they promise; None for whoever may not know, or who has sold nothing."""
    if not may_see(actor):
        return None
    facts = known.seller_of(customer_id, now)
    return _row(_("As a seller"), abuse.seller_score(facts)) if facts.orders or facts.claims else None


def _row(label: str, score: Score) -> dict[str, Any]:
    why = explained(score.why.as_json()) or {}
    return {
        "label": label,
        "percent": round(100 * score.value),
        "tone": "red" if score.value >= 0.5 else "amber" if score.why.facts else "",
        "outcome": why.get("outcome", ""),
        "reasons": [one["text"] for one in why.get("inputs", [])],
        "why": why,
    }
