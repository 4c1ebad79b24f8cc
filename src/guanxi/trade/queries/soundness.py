"""Whether the books are sound: what `guanxi doctor` says of the ledger."""

from guanxi.core.doctor import Check, State
from guanxi.trade.queries import ledger

SHOWN = 5


def check_books() -> Check:
    """Every movement and the whole come to nothing; sellers were paid what their orders say."""
    odd = {
        "entries": ledger.unbalanced_entries(),
        "currencies": [one.currency for one in ledger.trial_balance() if one.difference],
        "settlements": ledger.unmatched_settlements(),
    }
    faults = [f"{what} {', '.join(found[:SHOWN])}" for what, found in odd.items() if found]
    if faults:
        return Check("books", State.FAULT, f"not sound: {'; '.join(faults)}", odd)
    said = "every movement of money comes to nothing, sellers were paid as their orders say"
    return Check("books", State.OK, said, {})
