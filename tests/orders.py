"""Published rules of trade small enough to hold in mind, goods on shelves, a shop, and orders on their way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.trade import actions
from guanxi.trade.actions import Heard, NewLine, NewOrder, publishing
from guanxi.trade.models import Listing, Order, OrderLine, Product, Ruleset, Shop, Stage, Stock, Trouble
from guanxi.trade.queries import rulesets
from tests.cast import SYSTEM, Shopper


def _names(zh: str, en: str) -> dict[str, str]:
    return {"zh-hans": zh, "en": en}


def _stage(zh: str, en: str, does: str, **more: Any) -> dict[str, Any]:
    return {"name": _names(zh, en), "does": does, "team": "front", "minutes": 240, **more}


def _trouble(zh: str, en: str, ways: str, does: str = "", **more: Any) -> dict[str, Any]:
    return {"name": _names(zh, en), "ways": ways.split(), "does": does.split(), **more}


HOUSE = ["keying", "payment", "procurement", "picking", "packing", "logistics", "receipt", "settlement"]
SHOP = ["shop_payment", "shop_packing", "shop_logistics", "shop_receipt", "shop_settlement"]
SELLER: dict[str, Any] = {"team": "", "clock": "plain"}
RULES: dict[str, Any] = {
    "currency": "CNY",
    "terms": {"overpaid": "refund", "short_minor": 100, "unpaid_days": 14, "confirm_days": 7},
    "lines": {
        "books": {"name": _names("图书", "Books")},
        "music": {"name": _names("音像", "Music")},
        "courses": {"name": _names("课程", "Courses"), "kind": "service"},
    },
    "stages": {
        "keying": _stage("录单", "Keying", "keying"),
        "payment": _stage("收款", "Payment", "payment"),
        "procurement": _stage("采购", "Procurement", "procurement"),
        "picking": _stage("拣货", "Picking", "picking"),
        "packing": _stage("打包", "Packing", "packing"),
        "logistics": _stage("运输", "Logistics", "logistics", minutes=3 * 1440, clock="plain"),
        "receipt": _stage("签收", "Receipt", "receipt"),
        "settlement": _stage("付供应商", "Supplier payment", "settlement"),
        "shop_payment": _stage("买家付款", "Payment", "payment", **SELLER),
        "shop_packing": _stage("卖家发货", "Sending", "packing", **SELLER),
        "shop_logistics": _stage("运输", "On its way", "logistics", **SELLER),
        "shop_receipt": _stage("确认收货", "Receipt", "receipt", **SELLER),
        "shop_settlement": _stage("结算给卖家", "Seller paid", "settlement", **SELLER),
    },
    "flows": {
        "house": {
            "name": _names("邮购", "By post"), "intakes": ["remittance", "phone", "email", "sms"], "stages": HOUSE,
            "promise_days": 7,
        },
        "web": {"name": _names("网购", "Web"), "intakes": ["web"], "stages": [*HOUSE[1:2], *HOUSE[3:]]},
        "store": {"name": _names("门店", "Store"), "intakes": ["store"], "stages": ["payment", "receipt"]},
        "shop": {"name": _names("店铺", "Shop"), "intakes": ["web"], "stages": SHOP, "seller": True},
    },
    "carriers": {"post": {"name": _names("邮政", "Post"), "days": 3}, "van": {"name": _names("货车", "Van"), "days": 1}},
    "troubles": {
        "underpaid": _trouble("少付", "Paid too little", "went_on waited cancelled", "payment", team="data"),
        "no_stock": _trouble("缺货", "Out of stock", "waited split refunded cancelled"),
        "damaged": _trouble("破损", "Damaged", "replaced refunded cancelled", "picking packing"),
        "undelivered": _trouble("送不到", "Not delivered", "went_on replaced refunded", "logistics"),
        "address": _trouble("地址不清", "Address unclear", "went_on cancelled"),
    },
}  # fmt: skip


def publish_trade(now: datetime, **changes: Any) -> Ruleset:
    """Put `RULES` in force, with these parts changed."""
    rulesets.forget_rules()
    return publishing.publish_rules(actor=SYSTEM, now=now, content={**RULES, **changes}, origin="pack:test")


def goods(sku: str, on_hand: int, *, price: int = 5_000, line: str = "books", place: str = "main") -> Product:
    """A product of ours with a price, so many of it on the shelf; `price` in fen."""
    product, _ = Product.objects.get_or_create(
        sku=sku, defaults={"line": line, "name": _names(f"书 {sku}", f"Book {sku}")}
    )
    product.price_minor, product.currency = price, "CNY"
    product.save()
    Stock.objects.update_or_create(product=product, place=place, defaults={"on_hand": on_hand})
    return product


def shop_of(seller: Shopper, now: datetime, name: str = "Li's books") -> Shop:
    return Shop.objects.get_or_create(record_id=seller.record_id, defaults={"name": name, "opened": now})[0]


def listing_of(
    seller: Shopper, now: datetime, *, on_hand: int = 3, price: int = 9_900, ship_hours: int = 48, **more: Any
) -> Listing:
    """Something a shop offers, so many of it in its own stock."""
    listing = Listing(
        shop=shop_of(seller, now), title="An old book", price_minor=price, currency="CNY", opened=now, changed=now,
        ship_hours=ship_hours, **more,
    )  # fmt: skip
    listing.product = Product.objects.create(
        sku=listing.public_id, line="books", name=_names("旧书", "An old book")
    )
    listing.save()
    Stock.objects.create(product=listing.product, place="shop", on_hand=on_hand)
    return listing


@dataclass(frozen=True)
class Trade:
    """An order and its way, with the steps tests take over and over; staff steps are the system's."""

    order_id: int
    now: datetime

    @property
    def order(self) -> Order:
        return Order.objects.get(id=self.order_id)

    @property
    def line(self) -> OrderLine:
        return OrderLine.objects.filter(order_id=self.order_id).order_by("id")[0]

    @property
    def lines(self) -> list[OrderLine]:
        return list(OrderLine.objects.filter(order_id=self.order_id).order_by("id"))

    @property
    def stages(self) -> dict[str, str]:
        return dict(
            Stage.objects.filter(order_id=self.order_id).order_by("number").values_list("code", "state")
        )

    @property
    def trouble(self) -> Trouble:
        return Trouble.objects.filter(order_id=self.order_id).order_by("-opened", "-id")[0]

    def at(self, now: datetime) -> "Trade":
        return Trade(self.order_id, now)

    def pay(self, minor: int | None = None, once: str = "", actor: Actor = SYSTEM) -> "Trade":
        minor = self.order.total_minor if minor is None else minor
        actions.pay_order(
            actor=actor, now=self.now, order_id=self.order_id, amount=Money(minor, "CNY"), method="transfer",
            once=once or f"{self.order_id}:{minor}",
        )  # fmt: skip
        return self

    def finish(self, *stages: str, actor: Actor = SYSTEM) -> "Trade":
        for stage in stages:
            actions.finish_stage(actor=actor, now=self.now, order_id=self.order_id, stage=stage)
        return self

    def ship(
        self, tracking: str = "", lines: Mapping[int, int] | None = None, *, actor: Actor = SYSTEM,
        carrier: str = "post", handed: bool = True,
    ) -> "Trade":  # fmt: skip
        actions.ship(
            actor=actor, now=self.now, order_id=self.order_id, carrier=carrier,
            tracking=tracking or f"P{self.order_id}", lines=lines, handed=handed,
        )  # fmt: skip
        return self

    def hear(self, *codes: str, tracking: str = "", at: datetime | None = None) -> "Trade":
        """What the carrier says, one report a code; its numbers are made of code and moment."""
        moment = at or self.now
        tracking = tracking or f"P{self.order_id}"
        heard = [Heard(code, f"{tracking}-{code}-{moment:%m%d%H%M}", moment) for code in codes]
        actions.hear_carrier(actor=SYSTEM, now=self.now, carrier="post", tracking=tracking, heard=heard)
        return self

    def stop(self, kind: str, note: str = "") -> "Trade":
        actions.stop_stage(actor=SYSTEM, now=self.now, order_id=self.order_id, kind=kind, note=note)
        return self

    def settle(self, how: str, parts: Mapping[int, int] | None = None, **more: Any) -> "Trade":
        actions.settle_trouble(
            actor=SYSTEM, now=self.now, trouble_id=self.trouble.id, how=how, parts=parts, **more
        )
        return self

    def receive(self, actor: Actor = SYSTEM) -> "Trade":
        actions.confirm_receipt(actor=actor, now=self.now, order_id=self.order_id)
        return self


def place(
    buyer: Shopper, now: datetime, *lines: tuple[str, int], actor: Actor = SYSTEM, **more: Any
) -> Trade:
    """An order of these (sku or listing, quantity)."""
    new = NewOrder(lines=[NewLine(*line) for line in lines], **more)
    return Trade(actions.place_order(actor=actor, now=now, record_id=buyer.record_id, order=new).id, now)


def shelf(sku: str, place: str = "main") -> tuple[int, int]:
    """(on hand, reserved)"""
    one = Stock.objects.get(product__sku=sku, place=place)
    return one.on_hand, one.reserved
