"""Payments from the ledger: who bears them, recourse, penalties, reversals; each once, with exact sums."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Event
from guanxi.core.money import Money
from guanxi.people.models import Record
from guanxi.trade.actions import ledger
from guanxi.trade.models import Entry, Payout
from guanxi.trade.queries import ledger as queries
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens

pytestmark = pytest.mark.django_db
CASE = ("case", 7)
Move = Callable[..., Any]


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


@pytest.fixture
def ask(now: datetime) -> dict[str, Any]:
    return {"actor": SYSTEM, "now": now, "reference": CASE}


@pytest.fixture
def rich(seller: Shopper, now: datetime) -> Shopper:
    """A seller with 500 in deposit, and 1,000 in the fund."""
    ledger.top_up(actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(500), once="up")
    ledger.fill_fund(actor=SYSTEM, now=now, amount=yuan(1_000), once="fill")
    return seller


def sound() -> None:
    assert queries.unbalanced_entries() == []
    assert [one.difference for one in queries.trial_balance()] in ([], [0])


def parts(paid: ledger.Paid) -> tuple[int, int, int, int]:
    return tuple(
        one.minor // 100 for one in (paid.from_deposit, paid.from_fund, paid.from_house, paid.receivable)
    )  # type: ignore[return-value]


def has(record_id: int) -> tuple[int, int, int, int, int]:
    """deposit, held, free, receivable, claims in yuan"""
    found = ledger.balances(record_id)
    return (
        found.deposit.minor // 100, found.held.minor // 100, found.free.minor // 100,
        found.receivable.minor // 100, found.claims.minor // 100,
    )  # fmt: skip


def test_the_deposit_pays(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    paid = ledger.pay(
        **ask, to_record=buyer.record_id, from_record=rich.record_id, amount=yuan(300), once="p"
    )
    assert parts(paid) == (300, 0, 0, 0)
    assert has(rich.record_id) == (200, 0, 200, 0, 0)
    assert ledger.fund_balance() == yuan(1_000)
    payout = Payout.objects.get()
    assert (payout.record_id, payout.amount_minor, payout.state) == (buyer.record_id, 30_000, "pending")
    event = Event.objects.filter(type="trade.money_moved").latest("id")
    assert event.data["kind"] == "pay"
    assert (event.record_id, event.data["amount_minor"]) == (buyer.record_id, 30_000)
    sound()


def test_then_the_fund_then_our_own_account(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    to: dict[str, Any] = {"to_record": buyer.record_id, "from_record": rich.record_id}
    assert parts(ledger.pay(**ask, **to, amount=yuan(700), once="p1")) == (500, 200, 0, 200)
    assert parts(ledger.pay(**ask, **to, amount=yuan(1_000), once="p2")) == (0, 800, 200, 1_000)
    assert has(rich.record_id) == (0, 0, 0, 1_200, 0)
    assert ledger.fund_balance() == yuan(0)
    sound()


def test_with_no_other_side_our_own_account_pays(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    paid = ledger.pay(**ask, to_record=buyer.record_id, from_record=None, amount=yuan(50), once="p")
    assert parts(paid) == (0, 0, 50, 0)
    assert ledger.fund_balance() == yuan(1_000)


def test_what_is_held_for_it_goes_first(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    ledger.hold(**ask, record=rich.record_id, amount=yuan(200), once="h")
    ledger.hold(**{**ask, "reference": ("case", 8)}, record=rich.record_id, amount=yuan(250), once="h8")
    assert has(rich.record_id) == (500, 450, 50, 0, 0)
    paid = ledger.pay(
        **ask, to_record=buyer.record_id, from_record=rich.record_id, amount=yuan(300), once="p"
    )
    assert parts(paid) == (250, 50, 0, 50)  # what is held for another case is not touched
    assert has(rich.record_id) == (250, 250, 0, 50, 0)
    assert ledger.held(rich.record_id, CASE) == yuan(0)
    sound()


def test_an_advance_then_recourse(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    paid = ledger.advance(
        **ask, to_record=buyer.record_id, against_record=rich.record_id, amount=yuan(600), once="a"
    )
    assert parts(paid) == (0, 600, 0, 600)
    assert has(rich.record_id) == (500, 0, 500, 0, 600)
    assert ledger.claimed(rich.record_id, CASE) == yuan(600)
    with nothing_happens(), pytest.raises(Conflict):
        ledger.recourse(**ask, against_record=rich.record_id, amount=yuan(601), once="r")
    done = ledger.recourse(**ask, against_record=rich.record_id, amount=yuan(600), once="r")
    assert (done.from_deposit, done.receivable) == (yuan(500), yuan(100))
    assert has(rich.record_id) == (0, 0, 0, 100, 0)
    assert ledger.fund_balance() == yuan(900)
    sound()


def test_an_advance_when_the_fund_is_dry(seller: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    paid = ledger.advance(
        **ask, to_record=buyer.record_id, against_record=seller.record_id, amount=yuan(80), once="a"
    )
    assert parts(paid) == (0, 0, 80, 80)
    assert has(seller.record_id) == (0, 0, 0, 0, 80)
    sound()


def test_a_penalty(rich: Shopper, ask: dict[str, Any]) -> None:
    done = ledger.penalise(**ask, record=rich.record_id, amount=yuan(800), once="f")
    assert (done.from_deposit, done.receivable) == (yuan(500), yuan(300))
    assert has(rich.record_id) == (0, 0, 0, 300, 0)
    back = ledger.reverse(**ask, from_record=None, to_record=rich.record_id, amount=yuan(800), once="b")
    assert parts(back) == (0, 0, 500, 0)
    assert has(rich.record_id) == (500, 0, 500, 0, 0)
    with nothing_happens(), pytest.raises(Conflict):
        ledger.reverse(**ask, from_record=None, to_record=rich.record_id, amount=yuan(1), once="b2")
    sound()


def test_a_payment_taken_back(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    """The seller gets their deposit back at once; the buyer owes it."""
    ledger.pay(**ask, to_record=buyer.record_id, from_record=rich.record_id, amount=yuan(700), once="p")
    back: dict[str, Any] = {"from_record": buyer.record_id, "to_record": rich.record_id}
    done = ledger.reverse(**ask, **back, amount=yuan(700), once="b")
    # 200 of it the seller still owed the fund: that ends; 500 is laid out by the fund.
    assert parts(done) == (0, 500, 0, 700)
    assert has(rich.record_id) == (500, 0, 500, 0, 0)
    assert has(buyer.record_id) == (0, 0, 0, 700, 0)
    assert ledger.fund_balance() == yuan(300)
    with nothing_happens(), pytest.raises(Conflict):
        ledger.reverse(**ask, **back, amount=yuan(1), once="b2")
    settled: dict[str, Any] = {"actor": SYSTEM, "now": ask["now"], "record": buyer.record_id}
    ledger.settle_receivable(**settled, amount=yuan(300), source="outside", once="s")
    assert ledger.fund_balance() == yuan(600)
    ledger.write_off(**settled, amount=yuan(400), once="w")
    assert has(buyer.record_id) == (0, 0, 0, 0, 0)
    with nothing_happens(), pytest.raises(Conflict):
        ledger.write_off(**settled, amount=yuan(1), once="w2")
    sound()


def test_a_complaint_withdrawn_after_an_advance(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    """The claim moves from the seller to whoever had the money; nobody's deposit moves."""
    ledger.advance(**ask, to_record=buyer.record_id, against_record=rich.record_id, amount=yuan(90), once="a")
    done = ledger.reverse(
        **ask, from_record=buyer.record_id, to_record=rich.record_id, amount=yuan(90), once="b"
    )
    assert parts(done) == (0, 0, 0, 90)
    assert has(rich.record_id) == (500, 0, 500, 0, 0)
    assert has(buyer.record_id) == (0, 0, 0, 90, 0)
    assert ledger.fund_balance() == yuan(910)
    sound()


def test_taken_back_by_the_pots(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    ledger.pay(**ask, to_record=rich.record_id, from_record=None, amount=yuan(60), once="p")
    done = ledger.reverse(**ask, from_record=rich.record_id, to_record=None, amount=yuan(60), once="b")
    assert parts(done) == (60, 0, 0, 0)
    assert has(rich.record_id) == (440, 0, 440, 0, 0)
    sound()


def test_every_key_moves_money_once(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    to: dict[str, Any] = {"to_record": buyer.record_id, "from_record": rich.record_id}
    first = ledger.pay(**ask, **to, amount=yuan(700), once="p")
    with nothing_happens():
        assert ledger.pay(**ask, **to, amount=yuan(700), once="p") == first
        for wrong in ({"amount": yuan(701)}, {"reference": ("case", 8)}):
            with pytest.raises(Conflict):
                ledger.pay(**{**ask, **to, "amount": yuan(700), "once": "p", **wrong})
        with pytest.raises(Conflict):
            ledger.penalise(**ask, record=rich.record_id, amount=yuan(700), once="p")
    assert Entry.objects.filter(kind="pay").count() == 1


def test_a_deposit_serves_the_whole_customer(
    rich: Shopper, buyer: Shopper, other: int, ask: dict[str, Any]
) -> None:
    """Two records found to be one person: a case about one is paid from the other's deposit."""
    Record.objects.filter(id=other).update(customer_id=rich.customer_id)
    paid = ledger.pay(**ask, to_record=buyer.record_id, from_record=other, amount=yuan(300), once="p")
    assert parts(paid) == (300, 0, 0, 0)
    assert has(other) == has(rich.record_id) == (200, 0, 200, 0, 0)
    with nothing_happens(), pytest.raises(Invalid):
        ledger.pay(**ask, to_record=rich.record_id, from_record=other, amount=yuan(1), once="q")


@pytest.fixture
def other(now: datetime) -> int:
    from guanxi.people.actions import Contact, add_record

    return add_record(
        actor=SYSTEM, now=now, contact=Contact("另一档", member="M900001"), source="import"
    ).record_id


def test_bad_input(rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    to: dict[str, Any] = {"to_record": buyer.record_id, "from_record": rich.record_id}
    with nothing_happens():
        for wrong, error in (
            ({"amount": yuan(0)}, Invalid),
            ({"amount": -yuan(1)}, Invalid),
            ({"once": ""}, Invalid),
            ({"once": "x" * 121}, Invalid),
            ({"to_record": 5}, NotFound),
        ):
            with pytest.raises(error):
                ledger.pay(**{**ask, **to, "amount": yuan(1), "once": "k", **wrong})
        with pytest.raises(Invalid):
            ledger.reverse(**ask, from_record=None, to_record=None, amount=yuan(1), once="k")


def test_those_who_may_not(agent: Staffer, rich: Shopper, buyer: Shopper, ask: dict[str, Any]) -> None:
    with nothing_happens():
        for who in (agent.actor, rich.actor):
            with pytest.raises(Denied):
                ledger.pay(
                    **{**ask, "actor": who}, to_record=buyer.record_id, from_record=rich.record_id,
                    amount=yuan(1), once="k",
                )  # fmt: skip
