"""Ways out of the house for money: one adapter per bank or gateway. Guanxi itself moves nothing.

`manual`: a colleague pays at the bank and says so. `book`: for demos, says at once that the money has arrived.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings

from guanxi.core import rows
from guanxi.core.ids import new_id
from guanxi.trade.models import Entry, Payout

SEND: Final = "guanxi.trade.jobs.send_payout"
ORIGINAL: Final = "original"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a bank answers: whether the money has `arrived` or is only on its way, and its own number for it."""

    arrived: bool
    given: str = ""


class Adapter(Protocol):
    """`send` must be safe to call twice for one payout: its public id is the key to give to the bank.

    It gives None when somebody must send the money by hand, and raises `Refused` when it will never arrive.
    """

    code: str

    def send(self, payout: Payout) -> Receipt | None: ...


class Refused(Exception):
    """The bank will not do it. `trouble` is a code."""

    def __init__(self, trouble: str) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Manual:
    code = "manual"

    def send(self, payout: Payout) -> Receipt | None:
        return None


class Book:
    code = "book"

    def send(self, payout: Payout) -> Receipt | None:
        return Receipt(arrived=True, given=f"BOOK-{payout.public_id}")


_adapters: dict[str, Adapter] = {}


def register(*adapters: Adapter) -> None:
    """Called once at start-up by `site/wiring.py`."""
    for one in adapters:
        _adapters[one.code] = one


def adapter_of(payout: Payout) -> Adapter:
    """The one that a payout was made for; by hand, where that one is gone."""
    return _adapters.get(payout.adapter) or _adapters[Manual.code]


def ordered(entry: Entry, record: int, minor: int) -> Payout:
    """The payout an entry orders, by the adapter this house has chosen (`GUANXI_PAYOUTS`)."""
    return rows.new(
        Payout,
        id=new_id(),
        entry_id=entry.id,
        record_id=record,
        currency=entry.currency,
        amount_minor=minor,
        method=ORIGINAL,
        adapter=settings.PAYOUTS,
        made=entry.made,
        changed=entry.made,
    )


register(Manual(), Book())
