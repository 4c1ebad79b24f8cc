"""Orders of the demo world that are on their way now, in every stage. Whoever does something does it signed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle
from random import Random

from guanxi.core.access import system
from guanxi.packs.marketplace.catalogue import read
from guanxi.packs.pictures import given
from guanxi.packs.playing import Story, as_customer
from guanxi.people.models import Record
from guanxi.trade.actions import placing, returns, shipping
from guanxi.trade.models import Order, Return, Shipment
from guanxi.trade.queries import rulesets

CARRIER = system("carrier")
PLACES = {
    "zh-hans": ("杭州转运中心", "苏州分拨站", "南京江宁营业部", "武汉东西湖枢纽", "成都双流集散点"),
    "en": (
        "Hangzhou sorting centre",
        "Suzhou depot",
        "Nanjing Jiangning office",
        "Wuhan hub",
        "Chengdu Shuangliu",
    ),
}
STREETS = {
    "zh-hans": ("浙江省杭州市文二西路", "上海市漕溪北路", "深圳市科苑南路", "成都市人民南路"),
    "en": ("Wen'er West Road, Hangzhou", "North Caoxi Road, Shanghai", "South Keyuan Road, Shenzhen"),
}


@dataclass(frozen=True, slots=True)
class Ware:
    """A listing that can be bought: its code, the record that sells it, price in minor units."""

    code: str
    seller: int
    price_minor: int
    language: str
    schemes: frozenset[str] = frozenset()


@dataclass(slots=True)
class Trade:
    """One order being played."""

    chance: Random
    ware: Ware
    buyer: int
    order: Order | None = None
    parcel: Shipment | None = None
    heard: int = 0
    back: str = ""  # the return's public id

    @property
    def number(self) -> str:
        return self._order.number

    @property
    def order_id(self) -> int:
        return self._order.id

    @property
    def code(self) -> str:
        return self._order.public_id

    @property
    def _order(self) -> Order:
        if self.order is None:
            raise ValueError("nothing was ordered yet")
        return self.order

    def buy(self, now: datetime, *, paid: bool = True) -> None:
        """Place it, and pay by wallet."""
        new = placing.NewOrder(
            lines=[placing.NewLine(self.ware.code)],
            ship_to=self._ship_to(),
            paid=paid,
            method="wallet",
            sample=True,
        )
        self.order = placing.place_order(
            actor=as_customer(self.buyer), now=now, record_id=self.buyer, order=new
        )

    def _ship_to(self) -> dict[str, str]:
        record = Record.objects.get(id=self.buyer)
        street, door = self.chance.choice(STREETS[self.ware.language]), self.chance.randint(2, 290)
        spoken = f"{street}{door}号" if self.ware.language == "zh-hans" else f"{door} {street}"
        phone = record.identifiers.filter(kind="phone").values_list("value", flat=True).first() or ""
        return {"name": record.name, "phone": phone, "address": spoken}

    def send(self, now: datetime, *, handed: bool = True) -> None:
        """The seller packs it, and gives it to a carrier."""
        carriers = sorted(rulesets.current().carriers)
        self.parcel = shipping.ship(
            actor=as_customer(self.ware.seller),
            now=now,
            order_id=self._order.id,
            carrier=self.chance.choice(carriers),
            tracking=f"{self.chance.randrange(10**11, 10**12)}",
            handed=handed,
        )

    def resume(self, order_id: int) -> None:
        """Go on with an order that was placed before."""
        self.order = Order.objects.get(id=order_id)
        self.parcel = self.order.shipments.order_by("made", "id").last()

    def carry(self, now: datetime, code: str, *, occurred: datetime | None = None) -> None:
        """What the carrier tells of it now, and when it was."""
        if self.parcel is None:
            raise ValueError("nothing was sent yet")
        self.heard += 1
        place = PLACES[self.ware.language][self.heard % len(PLACES[self.ware.language])]
        told = shipping.Heard(
            code=code, given=f"{self.parcel.tracking}-{self.heard}", occurred=occurred or now, place=place
        )
        shipping.hear_carrier(
            actor=CARRIER, now=now, carrier=self.parcel.carrier, tracking=self.parcel.tracking, heard=[told]
        )

    def receive(self, now: datetime) -> None:
        """The buyer says that it has come."""
        shipping.confirm_receipt(actor=as_customer(self.buyer), now=now, order_id=self._order.id)

    def cancel(self, now: datetime) -> None:
        """The buyer thinks better of it."""
        placing.cancel_order(actor=as_customer(self.buyer), now=now, order_id=self._order.id)

    # -- and back -------------------------------------------------------------------------------------------------

    def ask_back(self, now: datetime, reason: str = "no_reason") -> None:
        """The buyer wants to send it back; under a running promise that is agreed at once."""
        words = read("words.toml")[self.ware.language]["returns"]
        made = returns.ask_return(
            actor=as_customer(self.buyer),
            now=now,
            order=self.code,
            place=1,
            quantity=1,
            reason=reason,
            words=self.chance.choice(words["asked" if reason == "no_reason" else "objected"]),
        )
        self.back = made.public_id

    def send_back(self, now: datetime) -> None:
        """The buyer hands it to a carrier, once the shop has agreed."""
        seller = as_customer(self.ware.seller)
        if Return.objects.get(public_id=self.back).state == Return.State.ASKED:
            returns.agree(actor=seller, now=now - timedelta(hours=1), public_id=self.back)
        returns.send_back(
            actor=as_customer(self.buyer),
            now=now,
            public_id=self.back,
            carrier=self.chance.choice(sorted(rulesets.current().carriers)),
            tracking=f"{self.chance.randrange(10**11, 10**12)}",
        )

    def come_back(self, now: datetime) -> None:
        returns.arrive(actor=as_customer(self.ware.seller), now=now, public_id=self.back)

    def check(self, now: datetime, finding: str = "as_sent") -> None:
        """The shop looks at what came back."""
        words = read("words.toml")[self.ware.language]["returns"]["found"]
        returns.check(
            actor=as_customer(self.ware.seller),
            now=now,
            public_id=self.back,
            finding=finding,
            words="" if finding == "as_sent" else words[finding],
            files=given([] if finding == "as_sent" else ["good_box"]),
        )

    def refuse(self, now: datetime) -> None:
        """The shop does not want it back."""
        words = read("words.toml")[self.ware.language]["returns"]["refused"]
        returns.refuse(actor=as_customer(self.ware.seller), now=now, public_id=self.back, words=words[0])

    def let_lapse(self, now: datetime) -> None:
        """The buyer never sends it."""
        due = Return.objects.get(public_id=self.back)
        returns.expire(now=now, return_id=due.id)


Step = Callable[[Trade, datetime], None]
_ON_THE_WAY: Sequence[tuple[float, Step]] = (
    (0.2, lambda trade, now: trade.carry(now, "accepted")),
    (14, lambda trade, now: trade.carry(now, "moving")),
)
_ARRIVED: Sequence[tuple[float, Step]] = (
    *_ON_THE_WAY,
    (20, lambda trade, now: trade.carry(now, "out")),
    (4, lambda trade, now: trade.carry(now, "delivered")),
)
_PAID: tuple[float, Step] = (0, lambda trade, now: trade.buy(now))
_SENT: tuple[float, Step] = (19, lambda trade, now: trade.send(now))
_RECEIVED: tuple[float, Step] = (11, lambda trade, now: trade.receive(now))
_WITH_BUYER = (_PAID, _SENT, *_ARRIVED, _RECEIVED)
_ASKED: tuple[float, Step] = (30, lambda trade, now: trade.ask_back(now))
_OBJECTED: tuple[float, Step] = (30, lambda trade, now: trade.ask_back(now, "not_as_described"))
_SENT_BACK: tuple[float, Step] = (20, lambda trade, now: trade.send_back(now))
_BACK: tuple[float, Step] = (40, lambda trade, now: trade.come_back(now))
Plan = Mapping[str, tuple[int, float, Sequence[tuple[float, Step]]]]
PLAN: Plan = {
    "unpaid": (4, 3, [(0, lambda trade, now: trade.buy(now, paid=False))]),
    "to_ship": (9, 6, [_PAID]),
    "late": (4, 60, [_PAID]),
    "packed": (3, 20, [_PAID, (15, lambda trade, now: trade.send(now, handed=False))]),
    "moving": (8, 44, [_PAID, _SENT, *_ON_THE_WAY]),
    "failed": (2, 66, [_PAID, _SENT, *_ON_THE_WAY, (18, lambda trade, now: trade.carry(now, "failed"))]),
    "delivered": (8, 78, [_PAID, _SENT, *_ARRIVED]),
    "received": (10, 130, _WITH_BUYER),
    "cancelled": (3, 30, [_PAID, (5, lambda trade, now: trade.cancel(now))]),
}
"""{what becomes of it: (how many, hours ago the newest was placed, steps with the hours between them)}"""
PROMISED: Plan = {
    "back_agreed": (2, 102, [*_WITH_BUYER, _ASKED]),
    "back_sent": (3, 124, [*_WITH_BUYER, _ASKED, _SENT_BACK]),
    "back_arrived": (2, 166, [*_WITH_BUYER, _ASKED, _SENT_BACK, _BACK]),
    "refunded": (4, 190, [*_WITH_BUYER, _ASKED, _SENT_BACK, _BACK, (9, lambda trade, now: trade.check(now))]),
    "swapped": (
        1, 192, [*_WITH_BUYER, _ASKED, _SENT_BACK, _BACK, (7, lambda trade, now: trade.check(now, "wrong_item"))]
    ),
    "lapsed": (1, 290, [*_WITH_BUYER, _ASKED, (169, lambda trade, now: trade.let_lapse(now))]),
}  # fmt: skip
"""The same of shops that take goods back within seven days."""
UNPROMISED: Plan = {
    "back_asked": (2, 104, [*_WITH_BUYER, _OBJECTED]),
    "back_refused": (2, 122, [*_WITH_BUYER, _OBJECTED, (15, lambda trade, now: trade.refuse(now))]),
}
"""The same of shops that promise nothing: they may refuse."""


def stories(chance: Random, now: datetime, wares: Sequence[Ware], buyers: Sequence[int]) -> list[Story]:
    """Every running order of the world; buyers and shops take turns."""
    turns, found = cycle(buyers), []
    returning = next(
        (code for code, one in rulesets.current().schemes.items() if one.proof == "returned"), ""
    )
    mixed = chance.sample(wares, len(wares))
    promised = [one for one in mixed if returning in one.schemes]
    others = [one for one in mixed if returning not in one.schemes]
    for plan, sold in ((PLAN, mixed), (PROMISED, promised), (UNPROMISED, others or mixed)):
        turn = cycle(sold)
        for count, hours, steps in plan.values() if sold else ():
            for place in range(count):
                began = now - timedelta(hours=hours + place * 1.7, minutes=chance.randrange(60))
                found.append(tell(Trade(chance, next(turn), next(turns)), began, steps))
    return found


def tell(trade: Trade, began: datetime, steps: Sequence[tuple[float, Step]]) -> Story:
    """One order, step by step."""
    moment = began
    for hours, step in steps:
        moment += timedelta(hours=hours)
        yield moment
        step(trade, moment)


def until_delivered(trade: Trade, now: datetime, hours: Sequence[float]) -> Story:
    """An order that is complained of at `now`: placed, sent, delivered so many hours before; what is missing never happened."""
    doing: Sequence[Callable[[datetime], None]] = (trade.buy, trade.send, partial(_deliver, trade))
    for ago, do in zip(hours, doing, strict=False):
        moment = now - timedelta(hours=ago)
        yield moment
        do(moment)


def _deliver(trade: Trade, now: datetime) -> None:
    trade.carry(now, "delivered")
