"""The back office by the generated client: slips and their money, goods from suppliers, a warehouse with its own scanners."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from guanxi_client import Guanxi, Problem

from guanxi.core.models import Role
from guanxi.trade.models import Order, Payment, Purchase, Remittance, Scan, Stage
from tests.api.conftest import RIGHTS, Connect
from tests.cast import SEES, Shopper, Staffer, nothing_happens, statements
from tests.orders import Trade, goods, place, publish_trade, shelf

pytestmark = pytest.mark.django_db
DOES = {**RIGHTS, "trade.remit": "all"}


@pytest.fixture
def office(owner: Staffer, connect: Connect, now: datetime) -> Guanxi:
    """A token of a back office, in a house that sells by post."""
    publish_trade(now)
    goods("BK-1", 5)
    goods("BK-2", 5)
    Role.objects.filter(code="integrator").update(rights=DOES)
    return connect(DOES)


@pytest.fixture
def order(office: Guanxi, buyer: Shopper, now: datetime) -> Trade:
    """Two of BK-1, ordered by telephone and keyed: 100 yuan are waited for."""
    return place(buyer, now, ("BK-1", 2), intake="phone").finish("keying")


def slip(**more: Any) -> Any:
    return {"slip": "R-1", "amount_minor": 10_000, "currency": "CNY", "paid_on": "2026-03-01", **more}


def bought(**more: Any) -> Any:
    return {"supplier": "press", "sku": "BK-1", "quantity": 4, "cost_minor": 8_000, "currency": "CNY", **more}


def refused(act: Any, status: int, code: str = "") -> None:
    with nothing_happens(), pytest.raises(Problem) as problem:
        act()
    assert (problem.value.status, problem.value.code) == (status, code or problem.value.code)


def paid() -> list[int]:
    return list(Payment.objects.order_by("made", "id").values_list("amount_minor", flat=True))


# -- slips ---------------------------------------------------------------------------------------------------


def test_a_clear_slip_pays_its_order_once(office: Guanxi, order: Trade) -> None:
    said = slip(text=order.order.number)
    for key in ("k", "k", ""):  # with one key, and as another request: the slip's own number knows it
        made = office.record_slip(body=said, idempotency_key=key)
    assert (made["state"], made["order"], made["used_minor"], made["rest_minor"]) == (
        "matched", order.order.public_id, 10_000, 0,
    )  # fmt: skip
    assert made["why"] is not None
    assert (paid(), Remittance.objects.count(), order.order.stage) == ([10_000], 1, "picking")
    refused(lambda: office.record_slip(body=slip(amount_minor=1)), 409, "slip_differs")
    refused(lambda: office.record_slip(body=slip(slip="R-2", currency="...")), 422)


def test_a_doubtful_slip_is_matched_by_hand_and_taken_back(office: Guanxi, order: Trade) -> None:
    code = office.record_slip(body=slip(amount_minor=12_000))["id"]
    assert [(one["id"], one["state"]) for one in office.list_slips(state="open")["items"]] == [(code, "open")]
    for _ in range(2):  # twice with one key pays once
        made = office.match_slip(code, body={"order": order.order.number}, idempotency_key="m")
    assert (made["state"], made["used_minor"], made["rest_minor"], paid()) == (
        "over",
        10_000,
        2_000,
        [10_000],
    )
    assert (made["answer"], made["candidates"]) == ("", [])
    for _ in range(2):
        back = office.send_slip_back(code, idempotency_key="b")
    assert (back["state"], back["back_minor"], back["rest_minor"]) == ("matched", 2_000, 0)
    refused(lambda: office.send_slip_back(code), 409, "settled")
    assert office.unmatch_slip(code)["order"] == ""
    assert sum(paid()) == 0
    refused(lambda: office.unmatch_slip(code), 409, "not_matched")
    refused(lambda: office.match_slip(code, body={"order": "X-0"}), 422)


def test_the_likely_orders_of_a_slip(office: Guanxi, order: Trade, buyer: Shopper, now: datetime) -> None:
    place(buyer, now, ("BK-2", 2), intake="phone").finish("keying")
    made = office.record_slip(body=slip(payer=buyer.contact.name))
    assert (made["state"], made["answer"]) == ("open", "ambiguous")
    assert {one["owed_minor"] for one in made["candidates"]} == {10_000}
    assert order.order.public_id in {one["order"] for one in made["candidates"]}
    assert office.get_slip(made["id"]) == made


def test_what_is_over_becomes_a_deposit(office: Guanxi, buyer: Shopper) -> None:
    code = office.record_slip(body=slip())["id"]
    refused(lambda: office.credit_slip(code, body={}), 422)
    refused(lambda: office.credit_slip(code, body={"customer": "C-NOBODY"}), 404)
    for _ in range(2):
        kept = office.credit_slip(code, body={"customer": buyer.public_id}, idempotency_key="c")
    assert (kept["state"], kept["credit_minor"], kept["customer"]) == ("credited", 10_000, buyer.public_id)


def test_a_slip_is_an_order(office: Guanxi, buyer: Shopper) -> None:
    code = office.record_slip(body=slip(payer="王小明", address="杭州市西湖路 1 号"))["id"]
    wants: Any = {"customer": buyer.public_id, "lines": [{"sku": "bk-1", "quantity": 2}]}
    for _ in range(2):
        made = office.key_slip(code, body=wants, idempotency_key="o")
    assert (made["state"], made["customer"], Order.objects.filter(intake="remittance").count(), paid()) == (
        "matched", buyer.public_id, 1, [10_000],
    )  # fmt: skip
    refused(lambda: office.key_slip(code, body=wants), 409, "settled")


# -- suppliers -----------------------------------------------------------------------------------------------


def test_goods_are_ordered_received_invoiced_and_paid(office: Guanxi) -> None:
    assert office.add_supplier(body={"code": "press", "name": "Press", "days": 5})["days"] == 5
    assert [one["code"] for one in office.list_suppliers()["items"]] == ["press"]
    for _ in range(2):
        made = office.order_goods(body=bought(), idempotency_key="p")
    code = made["id"]
    assert (made["missing"], made["state"], Purchase.objects.count()) == (4, "ordered", 1)
    refused(lambda: office.pay_supplier(code, body={}), 409, "not_here")
    came: Any = {"good": 3, "refused": 1, "why": "damaged", "bin": "a-1"}
    for _ in range(2):
        part = office.take_delivery(code, body=came, idempotency_key="d")
    assert (part["arrived_quantity"], part["rejected_quantity"], part["missing"]) == (3, 1, 1)
    assert shelf("BK-1") == (8, 0)
    refused(lambda: office.take_delivery(code, body={"good": 2}), 422)
    assert office.take_delivery(code, body={"good": 1})["state"] == "arrived"
    asks: Any = {"reference": "I-7", "amount_minor": 9_000, "currency": "CNY"}
    assert office.note_invoice(code, body=asks)["invoice_minor"] == 9_000
    refused(lambda: office.pay_supplier(code, body={}), 409, "dearer")
    assert office.pay_supplier(code, body={"dearer": True})["state"] == "paid"
    refused(lambda: office.close_purchase(code), 409, "settled")
    assert [one["id"] for one in office.list_purchases(state="paid", supplier="press")["items"]] == [code]
    refused(lambda: office.order_goods(body=bought(supplier="mill")), 422)


def test_goods_for_an_order_and_what_will_not_come(office: Guanxi, order: Trade) -> None:
    office.add_supplier(body={"code": "press", "name": "Press"})
    made = office.order_goods(body=bought(order=order.order.public_id))
    assert (made["order"], office.get_purchase(made["id"])) == (order.order.public_id, made)
    refused(lambda: office.order_goods(body=bought(order=order.order.public_id, sku="BK-2")), 422)
    refused(lambda: office.order_goods(body=bought(order="O-NONE")), 404)
    refused(lambda: office.order_goods(body=bought(expected="0001-01-01T00:00:00+14:00")), 422)
    assert office.close_purchase(made["id"])["state"] == "cancelled"


# -- scanners ------------------------------------------------------------------------------------------------


def test_a_batch_picked_and_packed_by_scanners(office: Guanxi, connect: Connect, order: Trade) -> None:
    order.pay()
    here, number = order.order.public_id, order.order.number
    loads = {one["code"]: one for one in office.list_stages()["items"]}
    assert [code for code, one in loads.items() if one["todo"]] == ["picking"]
    screen = office.get_stage("picking")
    assert [(one["order"], one["mine"]) for one in screen["waiting"]] == [(here, False)]
    assert screen["hand"] is None
    batch = office.finish_in_hand("picking")
    assert (batch["outcome"], batch["good"]) == ("batch", True)
    other = connect(DOES)
    assert other.finish_in_hand("picking")["outcome"] == "nothing"
    for _ in range(2):  # a scanner that sends twice counts once
        counted = office.scan("picking", body={"text": "BK-1"}, idempotency_key="s")
    assert (counted["outcome"], counted["values"]["n"]) == ("full", 2)
    assert office.get_stage("picking")["hand"] == {
        "orders": [here],
        "batch": batch["values"]["batch"],
        "stops": [{"sku": "BK-1", "bin": "", "quantity": 2, "got": 2}],
        "full": True,
        "ship_to": None,
    }
    sheet = office.get_batch(batch["values"]["batch"])
    assert [(one["order"], one["lines"]) for one in sheet["orders"]] == [
        (here, [{"sku": "BK-1", "quantity": 2}])
    ]
    assert office.finish_in_hand("picking")["outcome"] == "done"
    assert office.get_batch(sheet["id"])["ended"] is not None
    assert office.scan("packing", body={"text": number})["outcome"] == "taken"
    wrong = office.scan("packing", body={"text": "BK-2"})
    assert (wrong["good"], wrong["outcome"], wrong["order"]) == (False, "wrong", here)
    assert office.scan("packing", body={"text": "2*BK-1"})["outcome"] == "full"
    assert office.scan("packing", body={"text": "P-100200", "carrier": "post"})["outcome"] == "shipped"
    assert office.undo_scan("packing")["outcome"] == "undone"
    office.scan("packing", body={"text": "P-100200"})
    assert office.scan("logistics", body={"text": "P-100200"})["outcome"] == "handed"
    assert order.order.state == "shipped"


def test_trouble_and_putting_down(office: Guanxi, order: Trade) -> None:
    order.pay()
    office.finish_in_hand("picking")
    assert office.put_down("picking")["orders"] == 1
    assert office.put_down("picking")["orders"] == 0
    office.finish_in_hand("picking")
    stopped = office.stop_in_hand("picking", body={"kind": "no_stock"})
    assert (stopped["outcome"], stopped["order"]) == ("stopped", order.order.public_id)
    assert [one["stopped"] for one in office.list_stages()["items"] if one["code"] == "picking"] == [1]
    refused(lambda: office.get_stage("nowhere"), 404)
    refused(lambda: office.scan("nowhere", body={"text": ""}), 404)


def test_arrivals_are_scanned(office: Guanxi) -> None:
    office.add_supplier(body={"code": "press", "name": "Press"})
    code = office.order_goods(body=bought())["id"]
    assert office.list_stages()["arrivals"] == 1
    assert office.scan("arrivals", body={"text": code})["outcome"] == "chosen"
    assert office.scan("arrivals", body={"chosen": code, "text": "!damaged"})["good"] is True
    assert office.scan("arrivals", body={"chosen": code, "text": "3*"})["outcome"] == "arrived"
    assert shelf("BK-1") == (8, 0)


# -- who may -------------------------------------------------------------------------------------------------


def test_who_may_not_changes_nothing(office: Guanxi, connect: Connect, buyer: Shopper) -> None:
    office.add_supplier(body={"code": "press", "name": "Press"})
    code, goods_ = (
        office.record_slip(body=slip(address="杭州"))["id"],
        office.order_goods(body=bought())["id"],
    )
    reader = connect(SEES)
    reader.get_itself()
    wants: Any = {"lines": [{"sku": "BK-1"}]}
    asks: Any = {"reference": "I-7", "amount_minor": 9_000, "currency": "CNY"}
    for act in (
        lambda: reader.list_slips(),
        lambda: reader.record_slip(body=slip(slip="R-2")),
        lambda: reader.get_slip(code),
        lambda: reader.match_slip(code, body={"order": "X"}),
        lambda: reader.unmatch_slip(code),
        lambda: reader.send_slip_back(code),
        lambda: reader.credit_slip(code, body={"customer": buyer.public_id}),
        lambda: reader.key_slip(code, body=wants),
        lambda: reader.list_suppliers(),
        lambda: reader.add_supplier(body={"code": "mill", "name": "Mill"}),
        lambda: reader.list_purchases(),
        lambda: reader.order_goods(body=bought()),
        lambda: reader.get_purchase(goods_),
        lambda: reader.take_delivery(goods_, body={"good": 1}),
        lambda: reader.close_purchase(goods_),
        lambda: reader.note_invoice(goods_, body=asks),
        lambda: reader.pay_supplier(goods_, body={}),
        lambda: reader.list_stages(),
        lambda: reader.get_stage("picking"),
        lambda: reader.get_batch("T-1"),
        lambda: reader.scan("picking", body={"text": ""}),
        lambda: reader.finish_in_hand("picking"),
        lambda: reader.stop_in_hand("picking", body={"kind": "no_stock"}),
        lambda: reader.undo_scan("picking"),
        lambda: reader.put_down("picking"),
    ):
        refused(act, 403)
    packer = connect(
        {name: reach for name, reach in DOES.items() if name not in ("trade.remit", "people.contacts")}
    )
    packer.get_itself()
    refused(lambda: packer.pay_supplier(goods_, body={}), 403)
    clerk = connect({"trade.remit": "all", "people.view": "all"})
    assert (office.get_slip(code)["address"], clerk.get_slip(code)["address"]) == ("杭州", None)
    assert Scan.objects.count() == 0


def test_the_lists_cost_the_same_however_long(office: Guanxi, buyer: Shopper, now: datetime) -> None:
    office.add_supplier(body={"code": "press", "name": "Press"})

    def once_more(number: int) -> None:
        office.record_slip(body=slip(slip=f"R-{number}", amount_minor=number))
        office.order_goods(body=bought())
        place(buyer, now, ("BK-2", 1), intake="phone").finish("keying").pay(once=f"p{number}")

    def cost() -> list[int]:
        reads: list[Callable[[], object]] = [
            office.list_slips, office.list_purchases, office.list_stages, lambda: office.get_stage("picking"),
        ]  # fmt: skip
        return [statements(read) for read in reads]

    once_more(1)
    few = cost()
    once_more(2)
    assert cost() == few
    first = office.list_slips(limit=1)
    assert [one["slip"] for one in office.list_slips(limit=1, after=first["next"])["items"]] == ["R-1"]
    assert Stage.objects.filter(code="picking", state="open").count() == 2
