"""Whether somebody may act on a unit's holdings, and what refused terms say to them."""

from guanxi.core.access import Actor
from guanxi.core.errors import Denied, Invalid, Words
from guanxi.core.words import say
from guanxi.trade.rules.holdings import TermsError

KEEP = "trade.holdings.keep"
INVEST = "trade.invest"
MARGINS = "trade.margins"


def allow(actor: Actor, right: str, unit_id: int | None) -> None:
    """Require `right` for this unit's holdings; those of no unit are for whoever reaches everything."""
    actor.require(right)
    reach = actor.reach(right)
    if not reach.everything and (unit_id is None or unit_id not in reach.units):
        raise Denied(code="denied")


def refused(error: TermsError) -> Invalid:
    """The faults of terms in words, field by field: "terms.rate"."""
    return Invalid(fields={f"terms.{term}": _words(code) for term, code in error.faults.items()})


def _words(code: str) -> Words:
    fault, _, other = code.partition(":")
    return say(f"holding.fault.{fault}", {"other": say(f"holding.term.{other}")} if other else None)
