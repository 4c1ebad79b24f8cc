"""Money moved at random, in any order, by keys used twice: the books stay sound whatever happens."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from guanxi.core.errors import Conflict
from guanxi.core.money import Money
from guanxi.people.models import Record
from guanxi.trade.actions import ledger
from guanxi.trade.models import Entry, Payout, Posting
from tests.cast import SYSTEM, Shopper

START = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
AMOUNTS = st.sampled_from([1, 3, 10, 25, 60])
PARTIES = st.sampled_from([0, 1])
CASES = st.sampled_from([("case", 1), ("case", 2)])


class Books(RuleBasedStateMachine):
    """Two customers and the house, in a transaction that is rolled back; `records` is set by the test.

    `worth` is what the house and its fund are worth, debts to them included; `outside` what came from banks.
    """

    records: tuple[int, int]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now, self.keys = START, 0
        self.worth = self.outside = self.entries = 0
        self.again: Callable[[], Any] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def do(self, act: Callable[..., Any], **what: Any) -> Any:
        """The answer, or None where the ledger refused."""
        self.keys += 1
        self.now += timedelta(minutes=1)
        asked = {"actor": SYSTEM, "now": self.now, "once": f"k{self.keys}", **what}
        asked["amount"] = Money(what["amount"], "CNY")
        try:
            done = act(**asked)
        except Conflict:
            return None
        self.entries += 1
        self.again = lambda: act(**asked) == done
        return done

    @rule(who=PARTIES, amount=AMOUNTS)
    def money_comes_in(self, who: int, amount: int) -> None:
        assert self.do(ledger.top_up, record=self.records[who], amount=amount)
        self.outside += amount

    @rule(amount=AMOUNTS)
    def the_fund_is_filled(self, amount: int) -> None:
        assert self.do(ledger.fill_fund, amount=amount)
        self.outside += amount
        self.worth += amount

    @rule(who=PARTIES, amount=AMOUNTS)
    def a_deposit_is_withdrawn(self, who: int, amount: int) -> None:
        can = ledger.balances(self.records[who]).withdrawable.minor
        done = self.do(ledger.withdraw_deposit, record=self.records[who], amount=amount)
        assert (done is not None) == (amount <= can)

    @rule(who=PARTIES, amount=AMOUNTS, case=CASES)
    def some_is_held(self, who: int, amount: int, case: tuple[str, int]) -> None:
        free = ledger.balances(self.records[who]).free.minor
        done = self.do(ledger.hold, record=self.records[who], amount=amount, reference=case)
        assert (done is not None) == (amount <= free)

    @rule(who=PARTIES, amount=AMOUNTS, case=CASES)
    def some_is_released(self, who: int, amount: int, case: tuple[str, int]) -> None:
        held = ledger.held(self.records[who], case).minor
        done = self.do(ledger.release, record=self.records[who], amount=amount, reference=case)
        assert (done is not None) == (amount <= held)

    @rule(who=PARTIES, ours=st.booleans(), amount=AMOUNTS, case=CASES, before=st.booleans())
    def somebody_is_paid(
        self, who: int, ours: bool, amount: int, case: tuple[str, int], before: bool
    ) -> None:
        other = None if ours else self.records[1 - who]
        side = "against_record" if before else "from_record"
        act = ledger.advance if before else ledger.pay
        paid = self.do(act, to_record=self.records[who], **{side: other}, amount=amount, reference=case)
        assert (paid.from_deposit + paid.from_fund + paid.from_house).minor == amount
        assert paid.receivable == (Money(0, "CNY") if ours else paid.from_fund + paid.from_house)
        self.worth -= amount if ours else 0

    @rule(who=PARTIES, amount=AMOUNTS, case=CASES)
    def recourse_is_taken(self, who: int, amount: int, case: tuple[str, int]) -> None:
        claimed = ledger.claimed(self.records[who], case).minor
        done = self.do(ledger.recourse, against_record=self.records[who], amount=amount, reference=case)
        assert (done is not None) == (amount <= claimed)
        assert done is None or (done.from_deposit + done.receivable).minor == amount

    @rule(who=PARTIES, amount=AMOUNTS, case=CASES)
    def somebody_is_fined(self, who: int, amount: int, case: tuple[str, int]) -> None:
        done = self.do(ledger.penalise, record=self.records[who], amount=amount, reference=case)
        assert (done.from_deposit + done.receivable).minor == amount
        self.worth += amount

    @rule(giver=st.sampled_from([0, 1, None]), amount=AMOUNTS, case=CASES, back=st.booleans())
    def a_payment_is_taken_back(
        self, giver: int | None, amount: int, case: tuple[str, int], back: bool
    ) -> None:
        to = self.records[0 if giver is None else 1 - giver] if giver is None or back else None
        from_ = None if giver is None else self.records[giver]
        if self.do(ledger.reverse, from_record=from_, to_record=to, amount=amount, reference=case):
            self.worth += amount if to is None else -amount if from_ is None else 0

    @rule(who=PARTIES, amount=AMOUNTS, source=st.sampled_from(["outside", "deposit"]))
    def a_debt_is_settled(self, who: int, amount: int, source: str) -> None:
        if self.do(ledger.settle_receivable, record=self.records[who], amount=amount, source=source):
            self.outside += amount if source == "outside" else 0

    @rule(who=PARTIES, amount=AMOUNTS)
    def a_debt_is_given_up(self, who: int, amount: int) -> None:
        owed = ledger.balances(self.records[who]).receivable.minor
        done = self.do(ledger.write_off, record=self.records[who], amount=amount)
        assert (done is not None) == (amount <= owed)
        self.worth -= amount if done else 0

    @rule()
    def the_bank_confirms(self) -> None:
        for payout in Payout.objects.filter(state="pending")[:2]:
            ledger.confirm_payout(actor=SYSTEM, now=self.now, public_id=payout.public_id)
            self.outside -= payout.amount_minor
            self.entries += 1

    @rule()
    def the_last_is_asked_for_again(self) -> None:
        assert self.again is None or self.again()

    @invariant()
    def the_books_are_sound(self) -> None:
        assert Entry.objects.count() == self.entries
        assert not Posting.objects.values("entry").annotate(sum=Sum("amount_minor")).exclude(sum=0).exists()
        rows = Posting.objects.values_list("account__kind", "account__owner").annotate(
            sum=Sum("amount_minor")
        )
        sums: dict[tuple[str, int | None], int] = defaultdict(int)
        sums |= {(kind, owner): total for kind, owner, total in rows}
        assert sum(sums.values()) == 0
        for (kind, owner), total in list(sums.items()):
            assert kind in ("house", "outside") or (
                total <= 0 if kind in ("claim", "receivable") else total >= 0
            )
            if owner is not None:
                debts = sums["claim", owner] + sums["receivable", owner]
                assert debts + sums["due_fund", owner] + sums["due_house", owner] == 0
        ours = [
            total for (kind, _), total in sums.items() if kind in ("fund", "house", "due_fund", "due_house")
        ]
        assert sum(ours) == self.worth
        assert sums["outside", None] == -self.outside
        self.what_is_asked_equals_the_sums(sums)

    def what_is_asked_equals_the_sums(self, sums: dict[tuple[str, int | None], int]) -> None:
        who = self.records[self.keys % 2]
        found = ledger.balances(who)
        assert (found.free.minor, found.held.minor) == (sums["deposit", who], sums["held", who])
        assert (found.receivable.minor, found.claims.minor) == (-sums["receivable", who], -sums["claim", who])
        waiting = Payout.objects.filter(record=who).exclude(state="confirmed")
        assert sums["payable", who] == (waiting.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


@pytest.mark.django_db
def test_the_books_hold(seller: Shopper, buyer: Shopper, long: bool) -> None:
    assert Record.objects.count() == 2
    machine = type("Machine", (Books,), {"records": (seller.record_id, buyer.record_id)})
    run_state_machine_as_test(
        machine,
        settings=bounds(
            max_examples=300 if long else 10,
            stateful_step_count=30,
            deadline=None,
            derandomize=not long,
            suppress_health_check=list(HealthCheck),
        ),
    )
