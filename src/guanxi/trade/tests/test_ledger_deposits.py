"""Deposits: taken in, held for one thing, set free, given back; who may, and what becomes of a payout."""

from datetime import datetime
from typing import Any

import pytest

from guanxi.core.errors import Conflict, Denied
from guanxi.core.models import Event, Role
from guanxi.core.money import Money
from guanxi.people.models import Record
from guanxi.trade.actions import ledger
from guanxi.trade.models import Account, Entry, Payout, Posting
from guanxi.trade.queries import ledger as queries
from tests.cast import SYSTEM, Hire, Organisation, Shopper, nothing_happens, work_off

pytestmark = pytest.mark.django_db
CASE = ("case", 7)


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


@pytest.fixture
def ask(seller: Shopper, now: datetime) -> dict[str, Any]:
    return {"actor": SYSTEM, "now": now, "record": seller.record_id}


def free(ask: dict[str, Any]) -> int:
    return ledger.balances(ask["record"]).free.minor // 100


def test_in_held_free_and_out(ask: dict[str, Any]) -> None:
    ledger.top_up(**ask, amount=yuan(100), once="up")
    ledger.hold(**ask, amount=yuan(60), reference=CASE, once="h")
    assert (free(ask), ledger.held(ask["record"], CASE)) == (40, yuan(60))
    with nothing_happens():
        for act, amount, reference, code in (
            (ledger.hold, 41, CASE, "not_free"),
            (ledger.release, 61, CASE, "not_held"),
            (ledger.release, 1, ("case", 8), "not_held"),
        ):
            with pytest.raises(Conflict) as caught:
                act(**ask, amount=yuan(amount), reference=reference, once="x")
            assert caught.value.code == code
        with pytest.raises(Conflict):
            ledger.withdraw_deposit(**ask, amount=yuan(41), once="x")
    ledger.release(**ask, amount=yuan(10), reference=CASE, once="r")
    ledger.withdraw_deposit(**ask, amount=yuan(50), once="w")
    found = ledger.balances(ask["record"])
    assert (found.deposit, found.held, found.free) == (yuan(50), yuan(50), yuan(0))
    assert Event.objects.filter(type="trade.money_moved").count() == 4
    assert queries.unbalanced_entries() == []


def test_what_is_owed_cannot_be_withdrawn(ask: dict[str, Any], buyer: Shopper) -> None:
    ledger.top_up(**ask, amount=yuan(100), once="up")
    ledger.advance(
        actor=SYSTEM, now=ask["now"], to_record=buyer.record_id, against_record=ask["record"],
        amount=yuan(30), reference=CASE, once="a",
    )  # fmt: skip
    assert ledger.balances(ask["record"]).withdrawable == yuan(70)
    with nothing_happens(), pytest.raises(Conflict):
        ledger.withdraw_deposit(**ask, amount=yuan(71), once="w")
    ledger.withdraw_deposit(**ask, amount=yuan(70), once="w")


def test_a_debt_is_settled_from_the_deposit(ask: dict[str, Any]) -> None:
    ledger.penalise(**ask, amount=yuan(50), reference=CASE, once="f")
    ledger.top_up(**ask, amount=yuan(30), once="up")
    with nothing_happens():
        wrong: Any
        for *wrong, code in (("deposit", 31, "not_free"), ("outside", 51, "not_owed")):
            with pytest.raises(Conflict) as caught:
                ledger.settle_receivable(**ask, amount=yuan(wrong[1]), source=wrong[0], once="x")
            assert caught.value.code == code
    ledger.settle_receivable(**ask, amount=yuan(30), source="deposit", once="s")
    found = ledger.balances(ask["record"])
    assert (found.free, found.receivable) == (yuan(0), yuan(20))


def test_currencies_do_not_mix(ask: dict[str, Any], buyer: Shopper) -> None:
    ledger.top_up(**ask, amount=Money(5_000, "USD"), once="up")
    paid = ledger.pay(
        actor=SYSTEM, now=ask["now"], to_record=buyer.record_id, from_record=ask["record"], amount=yuan(10),
        reference=CASE, once="p",
    )  # fmt: skip
    assert (paid.from_deposit, paid.from_house) == (yuan(0), yuan(10))
    assert ledger.balances(ask["record"], "USD").free == Money(5_000, "USD")
    assert [one.difference for one in queries.trial_balance()] == [0, 0]


def test_a_payout_by_hand(ask: dict[str, Any]) -> None:
    """Colleagues pay at the bank and say so; what comes back is sent again; what has arrived has arrived."""
    ledger.top_up(**ask, amount=yuan(10), once="up")
    ledger.withdraw_deposit(**ask, amount=yuan(10), once="w")
    work_off()  # the adapter "manual" leaves it waiting
    payout = Payout.objects.get()
    act = {"actor": SYSTEM, "now": ask["now"], "public_id": payout.public_id}
    assert payout.state == "pending"
    assert ledger.fail_payout(**act, trouble="closed").state == "failed"
    with nothing_happens(), pytest.raises(Conflict):
        ledger.confirm_payout(**act)
    assert ledger.retry_payout(**act).state == "pending"
    assert ledger.confirm_payout(**act, given="ICBC-1").given == "ICBC-1"
    with nothing_happens():
        ledger.confirm_payout(**act)
        with pytest.raises(Conflict):
            ledger.fail_payout(**act)
    assert Entry.objects.filter(kind="paid_out").count() == 1
    assert not Posting.objects.filter(account__kind="payable").exclude(
        entry__kind__in=["withdraw", "paid_out"]
    )
    assert queries.trial_balance()[0].by_kind == {"deposit": 0, "payable": 0, "outside": 0}


def test_a_demo_pays_at_once(ask: dict[str, Any], settings: Any) -> None:
    settings.PAYOUTS = "book"
    ledger.top_up(**ask, amount=yuan(10), once="up")
    ledger.withdraw_deposit(**ask, amount=yuan(4), once="w")
    work_off()
    payout = Payout.objects.get()
    assert (payout.state, payout.given) == ("confirmed", f"BOOK-{payout.public_id}")
    assert ledger.send_payout(actor=SYSTEM, now=ask["now"], public_id=payout.public_id).state == "confirmed"
    assert Entry.objects.filter(kind="paid_out").count() == 1


def test_a_bank_that_refuses(ask: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: object, _payout: Payout) -> None:
        raise ledger.Refused("account_closed")

    monkeypatch.setattr("guanxi.trade.actions.ledger.adapters.Manual.send", refuse)
    ledger.top_up(**ask, amount=yuan(10), once="up")
    ledger.withdraw_deposit(**ask, amount=yuan(4), once="w")
    work_off()
    payout = Payout.objects.get()
    assert (payout.state, payout.trouble) == ("failed", "account_closed")


def test_a_right_for_one_branch_stops_there(
    hire: Hire, ask: dict[str, Any], organisation: Organisation
) -> None:
    Role.objects.create(code="cashier", rights={"trade.ledger.move": "branch"})
    asked = {**ask, "actor": hire("west cashier", "cashier", "west-front").actor, "amount": yuan(1)}
    with nothing_happens():
        with pytest.raises(Denied):
            ledger.top_up(**asked, once="k")
        with pytest.raises(Denied):
            ledger.fill_fund(actor=asked["actor"], now=ask["now"], amount=yuan(1), once="k")
    Record.objects.filter(id=ask["record"]).update(unit=organisation.units["west-front"])
    ledger.top_up(**asked, once="k")
    assert Account.objects.get(kind="deposit").owner_id == ask["record"]
