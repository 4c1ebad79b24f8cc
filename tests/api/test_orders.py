"""An order from its placing to the customer's hands, by the generated client; carriers that report out of order."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from guanxi_client import Guanxi, Problem

from guanxi.trade.models import CarrierEvent, Order, Payment
from tests.api.conftest import Connect
from tests.cast import SEES, Shopper, nothing_happens, statements
from tests.orders import goods, listing_of, publish_trade, shelf

pytestmark = pytest.mark.django_db
ADDRESS: Any = {"name": "王小明", "phone": "139 5801 6608", "address": "杭州市西湖路 1 号"}


@pytest.fixture(autouse=True)
def _house(owner: Any, now: datetime) -> None:
    publish_trade(now)
    goods("BK-1", 5)
    goods("BK-2", 5)


@pytest.fixture
def order(crm: Guanxi, buyer: Shopper) -> Any:
    """Two of BK-1 and one of BK-2, ordered on the web and not yet paid."""
    lines: Any = [{"product": "BK-1", "quantity": 2}, {"product": "BK-2"}]
    return crm.place_order(
        body={"customer": buyer.public_id, "lines": lines, "number": "X-1", "ship_to": ADDRESS}
    )


def said(number: str, code: Any, now: datetime, hours: int) -> Any:
    return {
        "number": number,
        "code": code,
        "occurred": (now + timedelta(hours=hours)).isoformat(),
        "place": "杭州",
    }


def refused(act: Any, status: int, code: str = "") -> None:
    with nothing_happens(), pytest.raises(Problem) as problem:
        act()
    assert problem.value.status == status
    assert not code or problem.value.code == code


def test_from_placing_to_the_customers_hands(crm: Guanxi, order: Any, buyer: Shopper, now: datetime) -> None:
    assert (order["state"], order["stage"], order["intake"], order["total_minor"]) == (
        "placed", "payment", "web", 15_000,
    )  # fmt: skip
    assert (order["number"], order["customer"], order["ship_to"], order["promised"]) == (
        "X-1", buyer.public_id, ADDRESS, None,
    )  # fmt: skip
    code = order["id"]
    for _ in range(2):  # twice with one key is once
        paid = crm.pay_order(
            code, body={"amount_minor": 15_000, "currency": "CNY", "reference": "B-7"}, idempotency_key="k1"
        )
    assert (paid["state"], paid["stage"], paid["paid_minor"]) == ("paid", "picking", 15_000)
    assert paid["promised"] is not None
    assert [(one["method"], one["amount_minor"], one["reference"]) for one in paid["payments"]] == [
        ("transfer", 15_000, "B-7")
    ]
    refused(lambda: crm.finish_stage(code, "packing"), 409, "not_its_turn")
    assert crm.finish_stage(code, "picking")["stage"] == "packing"
    crm.ship_order(
        code, body={"carrier": "post", "tracking": "p 1", "lines": [{"sku": "BK-1", "quantity": 2}]}
    )
    packed = crm.ship_order(code, body={"carrier": "post", "tracking": "P2", "handed": False})
    assert [(one["tracking"], one["state"], one["lines"]) for one in packed["parcels"]] == [
        ("P1", "handed", [{"sku": "BK-1", "quantity": 2}]),
        ("P2", "packed", [{"sku": "BK-2", "quantity": 1}]),
    ]
    handed = crm.hand_over_parcel(code, packed["parcels"][1]["id"])
    assert (handed["state"], handed["stage"]) == ("shipped", "logistics")
    for tracking in ("P1", "P2"):
        crm.hear_carrier("post", body={"tracking": tracking, "events": [said("1", "delivered", now, -1)]})
    assert crm.get_order(code)["stage"] == "receipt"
    done = crm.receive_order(code)
    assert (done["state"], [one["received"] for one in done["lines"]]) == ("received", [2, 1])
    assert [(one["code"], one["state"]) for one in done["stages"]][-2:] == [
        ("receipt", "done"), ("settlement", "done"),
    ]  # fmt: skip


def test_carriers_report_twice_and_out_of_order(crm: Guanxi, order: Any, now: datetime) -> None:
    crm.pay_order(order["id"], body={"amount_minor": 15_000, "currency": "CNY"})
    crm.finish_stage(order["id"], "picking")
    crm.ship_order(order["id"], body={"carrier": "post", "tracking": "P1"})
    late = [said("9", "delivered", now, -1), said("3", "moving", now, -9)]
    heard = crm.hear_carrier("post", body={"tracking": "p1", "events": [late[0]]})
    assert heard["state"] == "delivered"
    for _ in range(2):
        heard = crm.hear_carrier("post", body={"tracking": "P1", "events": late})
    assert [(one["number"], one["code"]) for one in heard["events"]] == [("9", "delivered"), ("3", "moving")]
    assert (heard["state"], CarrierEvent.objects.count()) == ("delivered", 2)
    unknown: Any = {"tracking": "P9", "events": late}
    refused(lambda: crm.hear_carrier("post", body=unknown), 404, "tracking")
    never: Any = {
        "tracking": "P1",
        "events": [{**late[0], "number": "0", "occurred": "0001-01-01T00:00:00+14:00"}],
    }
    refused(lambda: crm.hear_carrier("post", body=never), 422)


def test_trouble_refund_and_cancelling(crm: Guanxi, order: Any) -> None:
    code = order["id"]
    crm.pay_order(code, body={"amount_minor": 15_000, "currency": "CNY"})
    stopped = crm.stop_order(code, body={"kind": "damaged", "note": "内页撕破"})
    [trouble] = stopped["troubles"]
    assert (trouble["kind"], trouble["stage"], trouble["settled"]) == ("damaged", "picking", None)
    refused(lambda: crm.finish_stage(code, "picking"), 409, "stopped")
    refused(lambda: crm.settle_trouble(code, trouble["id"], body={"how": "split"}), 422, "way")
    other: Any = {"how": "refunded", "lines": [{"sku": "CD-9", "quantity": 1}]}
    refused(lambda: crm.settle_trouble(code, trouble["id"], body=other), 422)
    settled = crm.settle_trouble(
        code, trouble["id"], body={"how": "refunded", "lines": [{"sku": "BK-1", "quantity": 1}]}
    )
    assert (settled["total_minor"], settled["paid_minor"], settled["lines"][0]["cancelled"]) == (
        10_000,
        10_000,
        1,
    )
    back = crm.refund_order(code, body={"amount_minor": 1_000, "currency": "CNY", "why": "kindness"})
    assert back["paid_minor"] == 9_000
    refused(lambda: crm.refund_order(code, body={"amount_minor": 9_001, "currency": "CNY"}), 409, "too_much")
    refused(lambda: crm.refund_order(code, body={"amount_minor": 1, "currency": "USD"}), 422, "currency")
    gone = crm.cancel_order(code, body={"why": "no_stock"})
    assert (gone["state"], gone["why"], gone["paid_minor"]) == ("cancelled", "no_stock", 0)
    assert sum(Payment.objects.values_list("amount_minor", flat=True)) == 0
    assert (shelf("BK-1"), shelf("BK-2")) == ((5, 0), (5, 0))


def test_who_may_not_changes_nothing(
    crm: Guanxi, connect: Connect, order: Any, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    code, reader = order["id"], connect(SEES)
    sale: Any = {"customer": buyer.public_id, "lines": [{"product": "BK-1"}]}
    money: Any = {"amount_minor": 100, "currency": "CNY"}
    parcel: Any = {"carrier": "post", "tracking": "P1"}
    report: Any = {"tracking": "P1", "events": [said("1", "moving", now, -1)]}
    assert reader.get_order(code)["ship_to"] == ADDRESS
    for act in (
        lambda: reader.place_order(body=sale),
        lambda: reader.pay_order(code, body=money),
        lambda: reader.refund_order(code, body=money),
        lambda: reader.finish_stage(code, "picking"),
        lambda: reader.stop_order(code, body={"kind": "address"}),
        lambda: reader.settle_trouble(code, "X-1", body={"how": "went_on"}),
        lambda: reader.ship_order(code, body=parcel),
        lambda: reader.hand_over_parcel(code, "H-1"),
        lambda: reader.receive_order(code),
        lambda: reader.pay_seller(code),
        lambda: reader.cancel_order(code, body={}),
        lambda: reader.hear_carrier("post", body=report),
    ):
        refused(act, 403)
    blind = connect({name: reach for name, reach in SEES.items() if name != "people.contacts"})
    assert blind.get_order(code)["ship_to"] is None
    nobody: Any = {**sale, "customer": "C-NOBODY"}
    refused(lambda: crm.place_order(body=nobody), 404)
    sold = listing_of(seller, now).public_id
    own: Any = {"customer": seller.public_id, "lines": [{"product": sold}]}
    refused(lambda: crm.place_order(body=own), 422, "own_shop")
    many: Any = {**sale, "lines": [{"product": "BK-1", "quantity": 9}]}
    refused(lambda: crm.place_order(body=many), 409, "sold_out")


def test_the_list_narrows_by_state_and_stage_at_one_price(crm: Guanxi, buyer: Shopper, order: Any) -> None:
    few = statements(lambda: crm.list_orders())
    for number in range(3):
        body: Any = {"customer": buyer.public_id, "lines": [{"product": "BK-2"}], "paid": number > 0}
        crm.place_order(body=body)
    assert statements(lambda: crm.list_orders()) == few
    assert len(crm.list_orders(state="paid")["items"]) == 2
    assert {one["stage"] for one in crm.list_orders(stage="picking")["items"]} == {"picking"}
    assert crm.list_orders(stage="payment", number="X-1")["items"][0]["id"] == order["id"]
    assert crm.list_orders(state="cancelled")["items"] == []
    again: Any = {"customer": buyer.public_id, "lines": [{"product": "BK-1"}], "number": "X-1"}
    assert crm.place_order(body=again)["id"] == order["id"]
    assert Order.objects.filter(number="X-1").count() == 1
