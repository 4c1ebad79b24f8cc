"""Goods of a demo house: what lies on its shelves, whom it buys from, purchases at every step. Driven by public actions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.packs.playing import Story
from guanxi.trade.actions import purchasing, put_stock
from guanxi.trade.models import Product, Purchase

COST_SHARE = 0.62  # of the price, that a piece costs us
SHELVED_AGO = timedelta(days=120)
BIN_ROWS, BIN_PLACES = "ABCD", 12
COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody the house buys from: a code, a name by language, the usual days. `delivers` product lines, and products."""

    code: str
    name: Mapping[str, str]
    days: int
    delivers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ware:
    """What the house sells: a number, its supplier's code, price in minor units of `currency`."""

    sku: str
    supplier: str
    price: Money

    def cost(self, quantity: int) -> Money:
        return Money(round(self.price.minor * COST_SHARE) * quantity, self.price.currency)


@dataclass(frozen=True, slots=True)
class Goods:
    """The assortment: `shelved` is there in plenty; of `awaited` and `passing` nothing, whoever orders them makes us buy.

    `awaited` are still on their way at the end, `passing` came in time. `few` are nearly gone.
    """

    shelved: Sequence[Ware]
    few: Sequence[Ware]
    awaited: Sequence[Ware]
    passing: Sequence[Ware]

    @property
    def bought(self) -> Sequence[Ware]:
        return [*self.awaited, *self.passing]


def assortment(sources: Sequence[Source], *, lacking: int) -> Goods:
    """What of the catalogue has a price and a supplier; `lacking` things of each kind that is not plentiful."""
    whose = {code: one.code for one in sources for code in one.delivers}
    rows = Product.objects.filter(line__in=whose, listings=None).exclude(price_minor=None).order_by("sku")
    wares = [
        Ware(row.sku, whose.get(row.sku) or whose[row.line], Money(row.price_minor or 0, row.currency))
        for row in rows
    ]
    short = set(range(1, len(wares), max(1, len(wares) // (3 * lacking))))
    out = [one for place, one in enumerate(wares) if place in short][: 3 * lacking]
    return Goods(
        [one for one in wares if one not in out],
        out[2::3],
        out[0::3],
        out[1::3],
    )


def stock_up(
    *, actor: Actor, now: datetime, chance: Random, goods: Goods, sources: Sequence[Source], language: str
) -> None:
    """Suppliers are known, the shelves are filled; what is lacking was there once and has been sold."""
    since = now - SHELVED_AGO
    for one in sources:
        purchasing.add_supplier(
            actor=actor, now=since, code=one.code, name=one.name[language], days=one.days, sample=True
        )
    bins = _bins()
    for ware in goods.shelved:
        put_stock(actor=actor, now=since, sku=ware.sku, quantity=chance.randint(18, 90), bin_=next(bins))
    for ware in goods.few:
        put_stock(actor=actor, now=since, sku=ware.sku, quantity=chance.randint(2, 4), bin_=next(bins))
    for ware in goods.bought:
        count = chance.randint(6, 20)
        row = _order(actor, since, ware, count)
        when = since + timedelta(days=4)
        purchasing.take_delivery(actor=actor, now=when, public_id=row.public_id, good=count, bin_=next(bins))
        put_stock(actor=actor, now=now - timedelta(days=60), sku=ware.sku, quantity=-count, why=COUNTED)


def _bins() -> Iterator[str]:
    return (
        f"{row}-{place:02d}-{shelf}"
        for shelf in (1, 2, 3)
        for row in BIN_ROWS
        for place in range(1, BIN_PLACES + 1)
    )


def _order(actor: Actor, now: datetime, ware: Ware, quantity: int) -> Purchase:
    return purchasing.order_goods(
        actor=actor,
        now=now,
        supplier=ware.supplier,
        sku=ware.sku,
        quantity=quantity,
        cost=ware.cost(quantity),
    )


Step = tuple[float, str]  # (days after the one before, what happens)
PURCHASES: Sequence[tuple[float, Sequence[Step]]] = (
    (52, [(6, "come"), (1, "invoice"), (24, "pay")]),
    (47, [(5, "come"), (2, "invoice"), (21, "pay")]),
    (33, [(7, "come"), (1, "invoice")]),
    (24, [(5, "come"), (2, "dearer")]),
    (16, [(4, "come")]),
    (13, [(6, "some")]),
    (11, []),
    (9, [(3, "refused")]),
    (6, [(1, "off")]),
    (2, []),
    (1, []),
    (0.3, []),
)
"""Goods bought for the shelf: (days ago, what became of it)."""


def buy_in(*, hands: Mapping[str, Actor], now: datetime, chance: Random, goods: Goods) -> list[Story]:
    """Purchases for the shelf, of things of which there is something: arrived, late, partly refused, to be paid."""
    wares = chance.sample(
        [*goods.shelved, *goods.few], min(len(PURCHASES), len(goods.shelved) + len(goods.few))
    )
    return [
        _tell(hands, now - timedelta(days=ago), ware, chance, steps)
        for ware, (ago, steps) in zip(wares, PURCHASES, strict=False)
    ]


def _tell(
    hands: Mapping[str, Actor], moment: datetime, ware: Ware, chance: Random, steps: Sequence[Step]
) -> Story:
    yield moment
    count = chance.choice((12, 20, 24, 30, 40))
    row = _order(hands["warehouse"], moment, ware, count)
    for days, what in steps:
        moment += timedelta(days=days)
        yield moment
        _step(hands, moment, row, what, count, chance)


def _step(
    hands: Mapping[str, Actor], now: datetime, row: Purchase, what: str, count: int, chance: Random
) -> None:
    store, till, number = hands["warehouse"], hands["till"], row.public_id
    cost = Money(row.cost_minor, row.currency)
    if what in ("come", "some"):
        good = count if what == "come" else count // 3
        purchasing.take_delivery(actor=store, now=now, public_id=number, good=good)
    elif what == "refused":
        purchasing.take_delivery(
            actor=store, now=now, public_id=number, good=count - 5, refused=5, why="damaged"
        )
    elif what == "off":
        purchasing.close_purchase(actor=store, now=now, public_id=number)
    elif what == "pay":
        purchasing.pay_supplier(actor=till, now=now, public_id=number)
    else:
        amount = cost if what == "invoice" else Money(cost.minor + cost.minor // 12, cost.currency)
        reference = f"{now:%y%m}{chance.randrange(10_000, 100_000)}"
        purchasing.note_invoice(actor=till, now=now, public_id=number, reference=reference, amount=amount)
