"""Taking a buyer's payment: an adapter per way to pay. The house books what the adapter says has come in, nothing else.

A real one (a wallet, a card scheme) is registered like those of payouts and chosen by `GUANXI_TILL`; without any, buyers pay
by transfer and colleagues book it. "book" is a sample: no real money moves, and it refuses when asked to.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor, system
from guanxi.core.errors import Conflict
from guanxi.core.money import Money
from guanxi.trade.actions.placing import pay_order
from guanxi.trade.models import Order, Payment
from guanxi.trade.queries import buying

REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be paid. `once` is the same for the same payment asked for twice; `wish` is for simulators alone."""

    order: str
    amount: Money
    once: str
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The money has come in; `reference` is the payer's bank's or wallet's own number, `method` a code of payments."""

    reference: str
    method: str = "wallet"


class Refused(Exception):
    """The bank or wallet says no; nothing was taken."""


class Till(Protocol):
    code: str
    is_sample: bool

    def take(self, asked: Asked) -> Taken: ...


class SampleTill:
    """Takes every payment at once, or refuses it where the wish is "refuse". For demos and trials: no real money."""

    code = "book"
    is_sample = True

    def take(self, asked: Asked) -> Taken:
        if asked.wish == REFUSE:
            raise Refused
        return Taken(reference=f"SAMPLE-{asked.order}")


_tills: dict[str, Till] = {}


def register(*tills: Till) -> None:
    """Called once at start-up by `site/wiring.py`."""
    for one in tills:
        _tills[one.code] = one


def till() -> Till | None:
    """The one this house has chosen; None where buyers pay outside."""
    return _tills.get(settings.TILL)


def pay(*, actor: Actor, now: datetime, order: str, wish: str = "") -> Payment:
    """The buyer pays what is still open of their order, through the till. Asked twice, it is taken once.

    The adapter is asked outside any transaction. Raises `NotFound`, `Conflict` ("no_till", "paid" when nothing is open,
    "refused").
    """
    row = buying.get_bought(actor, order)
    chosen = till()
    if chosen is None:
        raise Conflict(_("Please pay as your order says: we book it as soon as it arrives."), code="no_till")
    missing = row.total_minor - row.paid_minor
    if row.state != Order.State.PLACED or missing <= 0:
        raise Conflict(_("Nothing is to be paid for this order."), code="paid")
    amount = Money(missing, row.currency)
    once = f"till:{row.public_id}:{row.paid_minor}"
    try:
        taken = chosen.take(Asked(row.public_id, amount, once, wish))
    except Refused as error:
        raise Conflict(
            _("The payment was refused. Your order waits; try again, or pay in another way."), code="refused"
        ) from error
    return pay_order(
        actor=system(f"till:{chosen.code}"), now=now, order_id=row.id, amount=amount, method=taken.method, once=once,
        reference=taken.reference,
    )  # fmt: skip


register(SampleTill())
