"""Who bears what: every part adds up, nobody gives more than there is."""

from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.money import Money
from guanxi.trade.rules import ledger as rules
from guanxi.trade.rules.ledger import Dues

amounts = st.integers(0, 10**12).map(lambda minor: Money(minor, "CNY"))
dues = st.builds(Dues, amounts, amounts)
ZERO = Money.zero("CNY")


@given(amount=amounts, deposit=amounts, fund=amounts)
def test_a_payment_is_borne_in_order(amount: Money, deposit: Money, fund: Money) -> None:
    split = rules.split_payment(amount, deposit=deposit, fund=fund)
    assert split.deposit + split.fund + split.house == amount
    assert ZERO <= split.deposit <= deposit
    assert ZERO <= split.fund <= fund
    assert not split.fund or split.deposit == deposit  # the fund only gives what the deposit cannot
    assert not split.house or split.fund == fund


@given(amount=amounts, owed=dues)
def test_the_fund_gets_its_money_first_and_loses_it_last(amount: Money, owed: Dues) -> None:
    got = rules.settle(amount, owed)
    lost = rules.write_off(amount, owed)
    assert got.total == lost.total == amount
    assert got.fund == min(amount, owed.fund)
    assert lost.house == min(amount, owed.house)


@given(amount=amounts, deposit=amounts, debts=dues, fund=amounts)
def test_taking_back_adds_up(amount: Money, deposit: Money, debts: Dues, fund: Money) -> None:
    done = rules.reverse(amount, deposit=deposit, debts=debts, fund=fund)
    assert done.cancelled.total + done.paid == amount  # the receiver is whole
    assert done.deposit + done.owed.total == amount  # the giver gives it or owes it
    assert done.deposit + done.lent.total == done.paid + done.back.total  # no money appears or vanishes
    assert done.owed == done.cancelled - done.back + done.lent  # and every pot keeps its claims
    assert done.lent.fund <= fund
    parts = (done.cancelled, done.back, done.lent, done.owed)
    assert min(done.deposit, done.paid, *(one for pair in parts for one in (pair.fund, pair.house))) >= ZERO
