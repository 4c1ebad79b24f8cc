"""A market small enough to hold in mind: seven schemes published, one shop that made their promises, orders sold under them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from guanxi.cases import actions
from guanxi.cases.actions import About, NewIssue
from guanxi.cases.models import Coverage, Procedure
from guanxi.core.money import Money
from guanxi.trade.actions import enrolling, ledger
from guanxi.trade.actions.publishing import publish_rules
from guanxi.trade.models import Enrolment, Listing, Order, OrderLine, Product, Ruleset, Shop
from guanxi.trade.queries import protection
from tests import market
from tests.cast import SYSTEM, Shopper
from tests.disputes import POLICY, Dispute, publish


def _names(zh: str, en: str) -> dict[str, str]:
    return {"zh-hans": zh, "en": en}


def _scheme(zh: str, en: str, proof: str, deposit: int, **more: Any) -> dict[str, Any]:
    words = _names(f"{zh}。", f"{en}.")
    limits = {"automatic_most": 100_000, "per_buyer": 3, "sample_every": 2**62}
    return {
        "name": _names(zh, en),
        "words": words,
        "proof": proof,
        "deposit_minor": deposit,
        **limits,
        **more,
    }


SCHEMES: dict[str, Any] = {
    "as_described": _scheme("如实描述", "As described", "below_standard", 20_000, days=15, share=0.3),
    "advance": _scheme("先行赔付", "Advance compensation", "undecided", 50_000, days=15),
    "return_7": _scheme("七天无理由", "Seven days", "returned", 10_000, days=7, excluded=["fresh"]),
    "fake_3": _scheme("假一赔三", "Three for a fake", "not_genuine", 100_000, days=180, factor=3.0),
    "repair_30": _scheme("三十天维修", "Repair", "repair", 20_000, days=30, hours=168),
    "lightning": _scheme(
        "闪电发货",
        "Lightning",
        "late_shipping",
        10_000,
        hours=24,
        share=0.05,
        least_minor=500,
        most_minor=10_000,
    ),
    "genuine": _scheme("正品保障", "Genuine", "authenticity", 50_000, days=365),
}
RULES: dict[str, Any] = {**market.RULES, "schemes": SCHEMES}
KINDS = {
    "late": "lightning",
    "not_as_described": "as_described",
    "counterfeit": "fake_3",
    "refund_delayed": "return_7",
    "broken": "repair_30",
    "not_received": "advance",
}


def policy() -> dict[str, Any]:
    """The procedure of tests.disputes with a kind of issue for every scheme; a placeholder code pays nothing."""
    base = {"kind": "dispute", "remedies": ["refund"], "rules": ["r1"], "approval_over": 200_000}
    issues = {
        code: {**base, "name": _names(code, code), "scheme": scheme, "automatic_most": 100_000}
        for code, scheme in KINDS.items()
    }
    issues["odd"] = {
        **base,
        "name": _names("其他", "Odd"),
        "scheme": "buyer-protection",
        "automatic_most": 100_000,
    }
    return {**POLICY, "issues": {**POLICY["issues"], **issues}}


def publish_market(now: datetime, schemes: Mapping[str, Any] = SCHEMES) -> tuple[Ruleset, Procedure]:
    """Rules of trade and procedure in force."""
    rules = publish_rules(actor=SYSTEM, now=now, content={**RULES, "schemes": dict(schemes)}, origin="test")
    return rules, publish(now, policy())


def open_shop(seller: Shopper, now: datetime, *, deposit: int = 500_000, schemes: Sequence[str] = ()) -> Shop:
    """The seller's shop with money in its deposit, enrolled in these schemes."""
    shop = Shop.objects.create(record_id=seller.record_id, name="Jade Street", opened=now)
    if deposit:
        pay_in(seller.record_id, deposit, now)
    for scheme in schemes:
        enrolling.enrol(actor=seller.actor, now=now, shop=shop.public_id, scheme=scheme)
    return shop


def pay_in(record_id: int, minor: int, now: datetime) -> None:
    once = f"test:{record_id}:{minor}:{now.isoformat()}"
    ledger.top_up(actor=SYSTEM, now=now, record=record_id, amount=Money(minor, "CNY"), once=once)


def fill_fund(minor: int, now: datetime) -> None:
    ledger.fill_fund(
        actor=SYSTEM, now=now, amount=Money(minor, "CNY"), once=f"test:fund:{minor}:{now.isoformat()}"
    )


def sell(
    shop: Shop,
    buyer_record: int,
    now: datetime,
    *,
    price: int = 20_000,
    quantity: int = 1,
    category: str = "",
    number: str = "",
    **moments: datetime | None,
) -> Order:
    """An order of one line of this shop's, paid now, sold under what the shop promises now."""
    sku = f"T-{Product.objects.count()}"
    product = Product.objects.create(sku=sku, line="goods", name=_names("手机", "Phone"))
    listing = Listing.objects.create(
        shop=shop, product=product, category=category, title="Phone", price_minor=price, currency="CNY",
        opened=now, changed=now,
    )  # fmt: skip
    total = price * quantity
    order = Order.objects.create(
        number=number or f"M-{Order.objects.count() + 1}", record_id=buyer_record, seller_id=shop.record_id,
        state="paid", currency="CNY", total_minor=total, paid_minor=total, placed=now,
        **{"paid": now, "ship_by": now + timedelta(hours=48), **moments},
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, product=product, listing=listing, quantity=quantity, amount_minor=total,
        terms=protection.promises_of(shop.id, category, now),
    )  # fmt: skip
    return order


def complain_of(
    order: Order, kind: str, now: datetime, buyer: Shopper, *, wants: int = 0, checked: bool = True
) -> Dispute:
    """The buyer complains of an order, signed in; the system has looked at it unless told otherwise."""
    issue = NewIssue(kind=kind, wants="refund", wants_minor=wants or order.total_minor, order=order.number)
    opened = actions.open_case(
        actor=buyer.actor, now=now, contact=None, text="还没有发货，说好二十四小时的。", channel="web",
        about=About(issues=[issue], order=order.number),
    )  # fmt: skip
    found = Dispute(opened.case.number, now)
    if checked:
        found.system()
    return found


def look_at(dispute: Dispute) -> Coverage:
    """What the machine found of a dispute's issue."""
    return Coverage.objects.get(issue=dispute.issue)


def enrolment(shop: Shop, scheme: str) -> Enrolment:
    return Enrolment.objects.get(shop=shop, scheme=scheme)
