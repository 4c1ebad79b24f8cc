"""A house in which others sell: rules with a flow for sellers' orders, and a shop with something on sale."""

from datetime import datetime
from typing import Any

from guanxi.core.money import Money
from guanxi.trade import actions
from guanxi.trade.actions import NewLine, NewOrder, listings, shops
from guanxi.trade.actions.listings import NewListing
from guanxi.trade.actions.publishing import publish_rules
from guanxi.trade.models import Listing, Order, Ruleset, Shop
from tests.cast import SYSTEM, Shopper

RULES: dict[str, Any] = {
    "currency": "CNY",
    "lines": {
        "phones": {"name": {"zh-hans": "手机", "en": "Phones"}},
        "books": {"name": {"zh-hans": "图书", "en": "Books"}},
    },
    "stages": {
        "pay": {
            "name": {"zh-hans": "付款", "en": "Payment"},
            "does": "payment",
            "minutes": 1440,
            "clock": "plain",
        },
        "pack": {
            "name": {"zh-hans": "发货", "en": "Sending"},
            "does": "packing",
            "minutes": 2880,
            "clock": "plain",
        },
        "send": {
            "name": {"zh-hans": "运输", "en": "On the road"},
            "does": "logistics",
            "minutes": 7200,
            "clock": "plain",
        },
        "receive": {
            "name": {"zh-hans": "收货", "en": "Receipt"},
            "does": "receipt",
            "minutes": 14400,
            "clock": "plain",
        },
    },
    "flows": {
        "market": {
            "name": {"zh-hans": "集市", "en": "Market"},
            "intakes": ["web", "phone"],
            "stages": ["pay", "pack", "send", "receive"],
            "seller": True,
        }
    },
    "carriers": {"sf": {"name": {"zh-hans": "顺丰速运", "en": "SF Express"}, "days": 2}},
}


def publish_market(now: datetime, **more: Any) -> Ruleset:
    """These rules in force from now on."""
    return publish_rules(actor=SYSTEM, now=now, content={**RULES, **more}, origin="test")


def open_stall(seller: Shopper, now: datetime, name: str = "拾光数码") -> Shop:
    """The seller's shop in a house with a market."""
    publish_market(now)
    return shops.open_shop(actor=seller.actor, now=now, name=name, city="杭州")


def new(title: str = "二手手机 九成新", minor: int = 268_000, **more: Any) -> NewListing:
    return NewListing(title=title, price=Money(minor, "CNY"), **{"category": "phones", **more})


def offer(seller: Shopper, now: datetime, stock: int = 3, **more: Any) -> Listing:
    """Something on sale in the seller's shop."""
    return listings.add_listing(actor=seller.actor, now=now, listing=new(**more), stock=stock)


HOME = {"name": "王小明", "phone": "139 5801 6608", "address": "杭州市西湖区文三路 1 号"}


def order_of(
    buyer: Shopper, listing: Listing, now: datetime, *, paid: bool = True, quantity: int = 1
) -> Order:
    """The buyer has ordered it, and has paid unless said otherwise."""
    return bought(buyer.record_id, listing, now, paid=paid, quantity=quantity)


def bought(record_id: int, listing: Listing, now: datetime, *, paid: bool = True, quantity: int = 1) -> Order:
    asked = NewOrder(
        lines=[NewLine(listing.public_id, quantity)], intake="web", ship_to=HOME, paid=paid, method="wallet"
    )
    return actions.place_order(actor=SYSTEM, now=now, record_id=record_id, order=asked)
