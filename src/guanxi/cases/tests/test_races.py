"""Two at once on one issue, on real connections: one decision, one payment, one way on; nothing is paid twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.actions import issues
from guanxi.cases.models import ClockSegment, Decision, Issue, Offer, Remedy
from guanxi.core.access import system
from guanxi.core.errors import Conflict, Denied
from guanxi.trade.actions import ledger
from guanxi.trade.models import Entry
from guanxi.trade.queries import ledger as books
from tests.cast import Hire, Shopper, Staffer, in_threads
from tests.disputes import Dispute, give_deposit, in_hearing, open_dispute, publish

pytestmark = pytest.mark.django_db(transaction=True)
BIG: dict[str, Any] = {"outcome": "upheld", "remedy": "refund", "citations": ["r1"]}


@pytest.fixture
def rounds(long: bool) -> int:
    """Per race: five races make 50 rounds in the suite, 1,000 with --long."""
    return 200 if long else 10


@pytest.fixture
def fresh(agent: Staffer, seller: Shopper, now: datetime) -> Callable[[], Dispute]:
    """One more dispute, later than the one before."""
    publish(now)
    count = iter(range(10_000))

    def make() -> Dispute:
        moment = now + timedelta(seconds=next(count))
        give_deposit(seller.record_id, 100_000, moment)
        return open_dispute(moment, against=seller.record_id)

    return make


def sound(dispute: Dispute) -> Issue:
    """What every race must leave; returns the issue."""
    issue = dispute.issue
    entries = Entry.objects.filter(reference_kind="issue", reference_id=issue.id)
    paid = sum(one.amount_minor for one in entries.filter(kind="pay"))
    assert issue.paid_minor == paid
    running = ClockSegment.objects.filter(issue=issue, ended=None).count()
    assert running == (issue.state != "closed")
    assert books.unbalanced_entries() == []
    return issue


def outcomes(done: list[Any]) -> tuple[int, int]:
    """(went through, refused in words); anything else is a failure."""
    refused = [one for one in done if isinstance(one, (Conflict, Denied))]
    faults = [one for one in done if isinstance(one, Exception) and one not in refused]
    assert faults == []
    return len(done) - len(refused), len(refused)


def test_two_approvers(
    fresh: Callable[[], Dispute], agent: Staffer, supervisor: Staffer, hire: Hire, rounds: int
) -> None:
    people = [supervisor.actor, hire("second", "supervisor", "front").actor]
    for _ in range(rounds):
        dispute = in_hearing(fresh(), agent, amount=60_000)
        dispute.past_limit()
        dispute.act(agent, "confirm")
        version = dispute.issue.version

        def approve(n: int, d: Dispute = dispute, v: int = version) -> Any:
            return d.act(people[n], "approve", version=v)

        done = in_threads(2, approve)
        assert outcomes(done) == (1, 1)
        assert Decision.objects.filter(issue=dispute.issue, state="final").count() == 1
        sound(dispute)


def test_two_refunds(fresh: Callable[[], Dispute], agent: Staffer, rounds: int) -> None:
    """The follower, the tick and a second worker pay at once: it is paid once."""
    for _ in range(rounds):
        dispute = in_hearing(fresh(), agent)
        dispute.past_limit()
        dispute.act(agent, "confirm")
        key, moment = dispute.issue.id, dispute.now

        def pay(_n: int, key: int = key, m: datetime = moment) -> Any:
            return issues.progress(actor=system("cases"), now=m, issue_id=key)

        done = in_threads(3, pay)
        outcomes(done)
        issue = sound(dispute)
        assert (issue.state, issue.paid_minor) == ("appealable", 30_000)
        assert Remedy.objects.filter(issue=issue).count() == 1


def test_a_refund_racing_an_appeal(fresh: Callable[[], Dispute], agent: Staffer, rounds: int) -> None:
    """Whichever is first: paid and appealed, or appealed and not paid. Never paid after the appeal, never lost."""
    for _ in range(rounds):
        dispute = in_hearing(fresh(), agent)
        dispute.past_limit()
        dispute.act(agent, "confirm")
        side, key, moment = dispute.respondent, dispute.issue.id, dispute.now

        def race(
            number: int, d: Dispute = dispute, side: Any = side, key: int = key, m: datetime = moment
        ) -> Any:
            if number == 0:
                return issues.progress(actor=system("cases"), now=m, issue_id=key)
            for _try in range(50):
                try:
                    return d.act(side, "appeal", "不服。", grounds="error")
                except Conflict as error:
                    if error.code != "not_now":
                        raise
            return None

        outcomes(in_threads(2, race))
        issue = sound(dispute)
        appealed = issue.round == 2
        assert issue.state == ("investigation" if appealed else "appealable")
        assert issue.paid_minor in ((0, 30_000) if appealed else (30_000,))
        assert not Remedy.objects.filter(issue=issue, state="due").exists()


def test_two_handlers_propose(
    fresh: Callable[[], Dispute], agent: Staffer, other_agent: Staffer, rounds: int
) -> None:
    people = [agent.actor, other_agent.actor]
    for _ in range(rounds):
        dispute = fresh()
        dispute.act(agent, "accept")
        dispute.act(dispute.respondent, "contest", "完好。")

        def propose(n: int, d: Dispute = dispute) -> Any:
            return d.act(people[n], "propose", "属实。", amount_minor=1_000 * (n + 1), **BIG)

        done = in_threads(2, propose)
        assert outcomes(done) == (1, 1)
        assert Decision.objects.filter(issue=dispute.issue).count() == 1
        assert sound(dispute).state == "hearing"


def test_an_offer_accepted_and_countered_at_once(
    fresh: Callable[[], Dispute], agent: Staffer, rounds: int
) -> None:
    for _ in range(rounds):
        dispute = fresh()
        dispute.act(agent, "accept")
        dispute.act(dispute.respondent, "offer", remedy="refund", amount_minor=5_000)
        side = dispute.complainant

        def race(number: int, d: Dispute = dispute, side: Any = side) -> Any:
            if number == 0:
                return d.act(side, "accept_offer", amount_minor=5_000)
            return d.act(side, "counter", remedy="refund", amount_minor=9_000)

        assert outcomes(in_threads(2, race)) == (1, 1)
        issue = sound(dispute)
        fates = sorted(Offer.objects.filter(issue=issue).values_list("fate", flat=True))
        assert (issue.state, fates) in (("decided", ["accepted"]), ("negotiation", ["countered", "open"]))
    assert ledger.balances(dispute.case.record_id).deposit.minor == 0
