"""A scheme whose broken promise a machine can prove pays by itself; its recourse waits for the end of the window."""

from datetime import datetime

import pytest

from guanxi.cases.actions import issues
from guanxi.cases.actions.issues import Proof, clockwork
from guanxi.core.money import Money
from guanxi.trade.actions import ledger
from tests.cast import SYSTEM, Shopper, Staffer
from tests.disputes import Dispute, give_deposit, open_dispute, publish


@pytest.fixture
def scheme(monkeypatch: pytest.MonkeyPatch) -> dict[str, Proof]:
    """`scheme["now"]` is what the machine can say."""
    said: dict[str, Proof] = {}
    monkeypatch.setattr(clockwork, "_schemes", {})
    issues.register_scheme("delivery", lambda _issue, _now: said.get("now"))
    return said


@pytest.fixture
def late(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    give_deposit(seller.record_id, 100_000, now)
    ledger.fill_fund(actor=SYSTEM, now=now, amount=Money(10_000, "CNY"), once="fund")
    return open_dispute(now, kind="late", against=seller.record_id, amount=2_000, checked=False)


def test_paid_at_once_by_the_fund_and_taken_back_when_the_window_ends(
    late: Dispute, scheme: dict[str, Proof], seller: Shopper
) -> None:
    scheme["now"] = Proof(proven=True, amount_minor=2_000, fund_minor=10_000)
    late.system()
    issue = late.issue
    assert (issue.state, issue.outcome, issue.paid_minor) == ("appealable", "protected", 2_000)
    assert ledger.balances(seller.record_id).deposit.minor == 100_000
    assert ledger.fund_balance().minor == 8_000
    late.past_limit()
    assert late.state == "closed"
    assert ledger.balances(seller.record_id).deposit.minor == 98_000
    assert ledger.fund_balance().minor == 10_000


@pytest.mark.parametrize(
    "proof",
    [
        Proof(proven=False, amount_minor=2_000, fund_minor=10_000),
        Proof(proven=True, amount_minor=5_001, fund_minor=10_000),
        Proof(proven=True, amount_minor=2_000, fund_minor=1_999),
        Proof(proven=True, amount_minor=2_000, fund_minor=10_000, abuse=0.5),
        Proof(proven=True, amount_minor=0, fund_minor=10_000),
    ],
)
def test_else_somebody_looks_at_it(late: Dispute, scheme: dict[str, Proof], proof: Proof) -> None:
    scheme["now"] = proof
    late.system()
    assert (late.state, late.issue.paid_minor, late.issue.turn) == ("validity", 0, "staff")


def test_the_seller_appeals_and_the_money_comes_back(
    late: Dispute, scheme: dict[str, Proof], agent: Staffer, seller: Shopper
) -> None:
    scheme["now"] = Proof(proven=True, amount_minor=2_000, fund_minor=10_000)
    late.system()
    late.act(late.respondent, "appeal", "当天已经发货。", grounds="evidence")
    assert late.state == "response", "the seller was never asked"
    late.act(late.respondent, "contest", "有单号。")
    late.act(agent, "propose", "单号属实。", outcome="not_upheld", citations=["r2"])
    late.past_limit()
    late.act(agent, "confirm")
    late.system()
    assert (late.state, late.issue.paid_minor, late.issue.outcome) == ("closed", 0, "not_upheld")
    assert ledger.balances(seller.record_id).deposit.minor == 100_000
    assert ledger.balances(late.case.record_id).receivable.minor == 2_000
