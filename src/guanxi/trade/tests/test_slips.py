"""Money by slip: written down, matched by itself where it is clear, by a clerk where it is not, taken and sent back."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction

from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.models import Event, Role
from guanxi.core.money import Money
from guanxi.trade.actions import ledger
from guanxi.trade.actions import remittances as actions
from guanxi.trade.actions.remittances import Keyed, NewLine, NewSlip
from guanxi.trade.models import Order, Payment, Remittance, Stage, Trouble
from guanxi.trade.queries import remittances as queries
from guanxi.work.models import WorkItem
from tests.cast import SYSTEM, Hire, Shopper, Staffer, nothing_happens, statements
from tests.orders import Trade, goods, place, publish_trade

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def yuan(amount: float) -> Money:
    return Money(round(amount * 100), "CNY")


@pytest.fixture
def clerk(hire: Hire) -> Staffer:
    rights = ("people.view", "people.contacts", "trade.view", "trade.orders", "trade.fulfil", "trade.remit")
    Role.objects.create(code="clerk", rights=dict.fromkeys(rights, "all"))
    return hire("clerk", "clerk", "front")


@pytest.fixture
def waiting(buyer: Shopper, now: datetime) -> Trade:
    """王小明 has ordered two books by telephone for ¥100, keyed, and it waits for the money."""
    publish_trade(now)
    goods("BK-9", 5)
    return place(buyer, now, ("BK-9", 2), intake="phone").finish("keying")


def slip(now: datetime, amount: float = 100, number: str = "P-1", **more: Any) -> Remittance:
    new = NewSlip(number, yuan(amount), DAY, **more)
    return actions.record_slip(actor=SYSTEM, now=now, slip=new)


def test_a_clear_case_is_matched_at_once(waiting: Trade, now: datetime) -> None:
    row = slip(now, payer="王小明", text=f"订单 {waiting.order.number.lower()} 书款")
    assert (row.state, row.used_minor, row.rest_minor) == ("matched", 10_000, 0)
    assert row.order_id == waiting.order_id
    assert [fact["code"] for fact in row.reason["facts"]] == ["remit.number", "remit.name", "remit.amount"]
    assert (waiting.order.state, waiting.order.stage) == ("paid", "picking")
    assert Payment.objects.get().reference == "P-1"
    kept = Event.objects.filter(subject_kind="remittance").order_by("id").values_list("type", flat=True)
    assert list(kept) == ["remittance.recorded", "remittance.matched"]


def test_the_same_slip_again_is_the_same(waiting: Trade, now: datetime) -> None:
    row = slip(now, payer="王小明", text=waiting.order.number)
    with nothing_happens():
        assert slip(now, payer="王小明", text=waiting.order.number).id == row.id
        with pytest.raises(Conflict, match="slip_differs"):
            slip(now, amount=5, payer="王小明", text=waiting.order.number)
        for wrong in ({"number": " "}, {"number": "P-2", "amount": 0}, {"number": "P-2", "payer": "x" * 121}):
            with pytest.raises(Invalid):
                slip(now, **wrong)
    assert Payment.objects.count() == 1


def test_a_namesake_waits_for_a_clerk(waiting: Trade, clerk: Staffer, now: datetime) -> None:
    row = slip(now, payer="王小明")
    assert (row.state, row.order_id, row.reason["outcome"]) == ("open", None, "remit.ambiguous")
    actions.match_slip(actor=clerk.actor, now=now, public_id=row.public_id, order=waiting.order.number)
    row.refresh_from_db()
    assert (row.state, row.reason["facts"][0]["code"]) == ("matched", "remit.by_hand")
    with nothing_happens(), pytest.raises(Conflict, match="settled"):
        actions.match_slip(actor=clerk.actor, now=now, public_id=row.public_id, order=waiting.order.number)


def test_too_little_then_the_rest(waiting: Trade, clerk: Staffer, now: datetime) -> None:
    first = slip(now, amount=60, payer="王小明")
    actions.match_slip(actor=clerk.actor, now=now, public_id=first.public_id, order=waiting.order.public_id)
    first.refresh_from_db()
    assert (first.state, waiting.order.stage, waiting.order.paid_minor) == ("short", "payment", 6_000)
    assert WorkItem.objects.get(kind="trade.trouble").state == "queued"
    rest = slip(now, amount=40, number="P-2", payer="王小明", text=waiting.order.number)
    first.refresh_from_db()
    assert (rest.state, first.state, waiting.order.stage) == ("matched", "matched", "picking")
    assert WorkItem.objects.get(kind="trade.trouble").state == "done"


def test_a_little_too_little_is_let_go(waiting: Trade, now: datetime, clerk: Staffer) -> None:
    row = slip(now, amount=99.5, payer="王小明")
    actions.match_slip(actor=clerk.actor, now=now, public_id=row.public_id, order=waiting.order.number)
    row.refresh_from_db()
    assert (row.state, waiting.order.stage) == ("matched", "picking")


def test_too_much_is_kept_or_sent_back(waiting: Trade, clerk: Staffer, now: datetime) -> None:
    row = slip(now, amount=130, payer="王小明", text=waiting.order.number)
    assert (row.state, row.reason["outcome"]) == (
        "open",
        "remit.over",
    )  # an amount that does not fit is a clerk's
    actions.match_slip(actor=clerk.actor, now=now, public_id=row.public_id, order=waiting.order.number)
    row.refresh_from_db()
    assert (row.state, row.rest_minor, waiting.order.paid_minor) == ("over", 3_000, 10_000)
    actions.credit_slip(actor=clerk.actor, now=now, public_id=row.public_id)
    row.refresh_from_db()
    assert (row.state, row.credit_minor, row.rest_minor) == ("matched", 3_000, 0)
    assert ledger.balances(waiting.order.record_id).free == yuan(30)
    with nothing_happens(), pytest.raises(Conflict, match="settled"):
        actions.send_back(actor=clerk.actor, now=now, public_id=row.public_id)


def test_nobodys_money_goes_back(clerk: Staffer, buyer: Shopper, now: datetime) -> None:
    row = slip(now, payer="陌生人")
    with nothing_happens(), pytest.raises(Invalid):
        actions.credit_slip(actor=clerk.actor, now=now, public_id=row.public_id)
    actions.send_back(actor=clerk.actor, now=now, public_id=row.public_id)
    other = slip(now, number="P-2", payer="陌生人")
    actions.credit_slip(actor=clerk.actor, now=now, public_id=other.public_id, record_id=buyer.record_id)
    assert list(Remittance.objects.order_by("slip").values_list("state", "back_minor", "credit_minor")) == [
        ("returned", 10_000, 0), ("credited", 0, 10_000),
    ]  # fmt: skip


def test_a_wrong_match_is_taken_back(waiting: Trade, clerk: Staffer, now: datetime, buyer: Shopper) -> None:
    row = slip(now, payer="王小明", text=waiting.order.number)
    actions.unmatch_slip(actor=clerk.actor, now=now, public_id=row.public_id)
    row.refresh_from_db()
    assert (row.state, row.order_id, row.rest_minor) == ("open", None, 10_000)
    assert (waiting.order.state, waiting.order.paid_minor, waiting.trouble.kind) == ("placed", 0, "underpaid")
    assert waiting.stages["picking"] == "stopped"
    actions.match_slip(actor=clerk.actor, now=now, public_id=row.public_id, order=waiting.order.number)
    assert (waiting.order.state, waiting.stages["picking"]) == ("paid", "open")
    assert Trouble.objects.filter(settled=None).count() == 0
    assert [one.amount_minor for one in Payment.objects.order_by("id")] == [10_000, -10_000, 10_000]
    waiting.finish("picking").ship()
    with nothing_happens(), pytest.raises(Conflict, match="on_its_way"):
        actions.unmatch_slip(actor=clerk.actor, now=now, public_id=row.public_id)


def test_the_slip_is_the_order(waiting: Trade, clerk: Staffer, now: datetime) -> None:
    goods("CD-7", 3, price=2_000, line="music")
    row = slip(
        now, amount=90, number="P-3", payer="李娜", member="M778899", address="成都市锦江区 1 号",
        text="BK-9*1 cd7 x 2",
    )  # fmt: skip
    lines = queries.lines_said(row.text)
    assert lines == [("BK-9", 1), ("CD-7", 2)]
    keyed = Keyed([NewLine(*line) for line in lines])
    actions.key_order(actor=clerk.actor, now=now, public_id=row.public_id, keyed=keyed)
    row.refresh_from_db()
    order = Order.objects.get(intake="remittance")
    assert (row.order_id, row.state, order.total_minor, order.paid_minor) == (
        order.id,
        "matched",
        9_000,
        9_000,
    )
    assert order.record.name == "李娜"
    assert order.ship_to == {"name": "李娜", "address": "成都市锦江区 1 号"}
    assert [stage.code for stage in Stage.objects.filter(order=order, state="open")] == ["keying"]
    again = slip(now, amount=50, number="P-4", payer="李娜", member="M778899", text="BK-9")
    actions.key_order(actor=clerk.actor, now=now, public_id=again.public_id, keyed=Keyed([NewLine("BK-9")]))
    first, second = Order.objects.filter(intake="remittance").order_by("id")
    assert first.record.customer_id == second.record.customer_id  # recognised by the member number


def test_an_order_that_cannot_be_keyed_leaves_nothing(waiting: Trade, clerk: Staffer, now: datetime) -> None:
    row = slip(now, amount=90, number="P-3", payer="李娜", member="M778899", text="BK-9")
    nameless = slip(now, amount=90, number="P-5", text="BK-9")
    with nothing_happens():
        for public_id, lines in (
            (row.public_id, []),
            (row.public_id, ["NO-1"]),
            (nameless.public_id, ["BK-9"]),
        ):
            keyed = Keyed([NewLine(line) for line in lines])
            with pytest.raises(Invalid), transaction.atomic():
                actions.key_order(actor=clerk.actor, now=now, public_id=public_id, keyed=keyed)


def test_those_who_may_not(
    waiting: Trade, agent: Staffer, stranger: Staffer, seller: Shopper, now: datetime
) -> None:
    row = slip(now, payer="王小明")
    with nothing_happens():
        for who in (agent, stranger, seller):
            for act, more in (
                (actions.match_slip, {"order": waiting.order.number}), (actions.unmatch_slip, {}),
                (actions.send_back, {}), (actions.credit_slip, {}),
                (actions.key_order, {"keyed": Keyed([NewLine("BK-9")])}),
            ):  # fmt: skip
                with pytest.raises(Denied):
                    act(actor=who.actor, now=now, public_id=row.public_id, **more)
            with pytest.raises(Denied):
                actions.record_slip(actor=who.actor, now=now, slip=NewSlip("P-9", yuan(1), DAY))


def test_candidates_cost_the_same_with_few_and_many(waiting: Trade, buyer: Shopper, now: datetime) -> None:
    goods("BK-8", 500)
    row = slip(now, payer="王小明")
    few = statements(lambda: queries.answer(SYSTEM, row))
    for _ in range(12):
        place(buyer, now, ("BK-8", 2), intake="phone")
    assert statements(lambda: queries.answer(SYSTEM, row)) == few
