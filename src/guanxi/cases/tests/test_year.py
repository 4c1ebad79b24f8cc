"""A year of disputes by seeded people, every step by the real actions: each ends, and money paid is what was ordered.

The clock jumps from one happening to the next. The figures it prints are simulated: how fast people act is assumed below.
"""

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any

import pytest
from django.db.models import Sum

from guanxi.cases.actions import issues
from guanxi.cases.models import Decision, Issue, Remedy
from guanxi.cases.queries import issues as reads
from guanxi.cases.rules import machine
from guanxi.core.access import Actor, system
from guanxi.core.models import Role
from guanxi.core.money import Money
from guanxi.people.actions import Contact
from guanxi.trade.actions import ledger
from guanxi.trade.models import Entry
from guanxi.trade.queries import ledger as books
from guanxi.work import queries as teams
from tests.cast import SEES, SYSTEM, Hire, Shopper
from tests.disputes import CLOCK, Dispute, give_deposit, open_dispute, publish

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
SEED = 20260105
HOURS = {  # median hours until somebody acts; staff in working hours, parties in any
    "validity": 1.0, "facts": 8.0, "response": 8.0, "negotiation": 6.0, "investigation": 5.0, "hearing": 5.0,
    "heard": 0.7, "approval": 1.0, "remedy": 40.0, "appealable": 50.0,
}  # fmt: skip
SILENT = {
    "facts": 0.2,
    "response": 0.25,
    "negotiation": 0.15,
    "hearing": 0.4,
    "remedy": 0.1,
    "appealable": 0.9,
}
OURS = {"validity", "investigation", "heard", "approval"}


@dataclass(slots=True)
class Year:
    """The disputes, who acts in them, and what is due when: (moment, number in line, dispute, verb; "": the clock)."""

    luck: random.Random
    staff: dict[str, Actor]
    line: list[tuple[datetime, int, int, str]] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    handlers: dict[tuple[int, int], str] = field(default_factory=dict)
    late: int = 0
    told: Counter[str] = field(default_factory=Counter)
    next: int = 0

    def plan(self, index: int) -> None:
        """What happens next to this dispute: somebody acts, or its limit passes."""
        dispute = self.disputes[index]
        issue = dispute.issue
        if issue.state == machine.CLOSED or issue.due is None:
            return
        due, at, verb = issue.due, issue.due, ""
        stage = "heard" if issue.heard else issue.state
        if stage in HOURS and self.luck.random() >= SILENT.get(stage, 0.0):
            span = timedelta(hours=self.luck.lognormvariate(0, 0.7) * HOURS[stage])
            acts = self._in_work(issue, dispute.now, span) if stage in OURS else dispute.now + span
            if acts < due or stage in OURS:
                at, verb = acts, self._verb(issue, stage, index)
        if at > due:  # staff are late: the clock comes first
            at, verb = due, ""
        self.next += 1
        heapq.heappush(self.line, (at, self.next, index, verb))

    def _in_work(self, issue: Issue, moment: datetime, span: timedelta) -> datetime:
        return teams.team_of(issue.team_id).calendar.add(moment, span).due

    def _verb(self, issue: Issue, stage: str, index: int) -> str:
        pick = self.luck.random()
        if stage == "validity":
            return (
                "accept" if pick < 0.88 else "ask_facts" if pick < 0.93 and issue.counts == {} else "reject"
            )
        if stage == "response":
            return "admit" if pick < 0.3 else "offer" if pick < 0.6 else "contest"
        if stage == "negotiation":
            return "accept_offer" if pick < 0.7 else "counter" if pick < 0.85 else "escalate"
        if stage == "hearing":
            return "agree" if pick < 0.4 else "comment" if pick < 0.85 else "file_evidence"
        if stage == "approval":
            return "approve" if pick < 0.9 or reads.done_in_round(issue, "return") else "return"
        return {"facts": "answer", "investigation": "propose", "heard": "confirm", "remedy": "execute",
                "appealable": "appeal"}[stage]  # fmt: skip

    def happen(self, at: datetime, index: int, verb: str) -> None:
        dispute = self.disputes[index]
        issue = dispute.issue
        dispute.now = at
        if not verb or (
            issue.due is not None and issue.due <= at and issue.state not in OURS and not issue.heard
        ):
            assert issue.due is not None
            self.late += issue.due < at
            issues.expire(actor=CLOCK, now=at, issue_id=issue.id)
        else:
            self._act(dispute, index, issue, verb)
        for key in (dispute.issue.id,):
            issues.progress(actor=system("cases"), now=at, issue_id=key)
            if key in reads.list_to_advance(at):
                issues.advance(actor=CLOCK, now=at, issue_id=key)

    def _act(self, dispute: Dispute, index: int, issue: Issue, verb: str) -> None:
        sides = {"customer": dispute.complainant, "respondent": dispute.respondent}
        who, given = self._who(index, issue, verb, sides), self._given(issue, verb)
        can = issues.open_verbs(who, issue, dispute.now)
        if verb == "confirm" and "take_evidence" in can:
            verb = "take_evidence"
        if verb not in can:  # they have said all they had to say, or used up their offers
            verb, who = "escalate", sides["customer"]
            if verb not in issues.open_verbs(who, issue, dispute.now):
                self.told["nothing to do"] += 1
                return
        dispute.act(who, verb, "好。", **given)
        self.told[verb] += 1

    def _who(self, index: int, issue: Issue, verb: str, sides: dict[str, Actor]) -> Actor:
        if verb in ("admit", "offer", "contest"):
            return sides["respondent"]
        if verb in ("agree", "comment", "file_evidence", "appeal"):
            return sides[self.luck.choice(sorted(sides))]
        if verb in ("approve", "return"):
            return self.staff[f"supervisor{(index + issue.round) % 2}"]
        if verb == "execute":
            return self.staff["sender"]
        return sides.get(issue.turn, self.staff[f"handler{(index + issue.round) % 2}"])

    def _given(self, issue: Issue, verb: str) -> dict[str, Any]:
        if verb in ("offer", "counter"):
            return {"remedy": "refund", "amount_minor": self.luck.randrange(1, 9) * 10_000}
        if verb == "execute":
            goods = Remedy.objects.filter(issue=issue, state="due", shape="goods").first()
            return {"remedy_id": goods.public_id if goods else ""}
        fixed = {"appeal": {"grounds": "error"}, "reject": {"code": "no_ground", "would_change": "照片。"}}
        return self._ruling() if verb == "propose" else fixed.get(verb, {})

    def _ruling(self) -> dict[str, Any]:
        pick = self.luck.random()
        if pick < 0.3:
            return {"outcome": "not_upheld", "citations": ["r1"]}
        if pick < 0.4:
            return {"outcome": "upheld", "remedy": "replacement", "citations": ["r1"]}
        fine = {"penalty": "fine"} if pick > 0.95 else {}
        amount = self.luck.randrange(1, 9) * 10_000
        return {"outcome": "partly", "remedy": "refund", "amount_minor": amount, "citations": ["r1"], **fine}

    def run(self, count: int, sellers: list[int]) -> None:
        gap = timedelta(days=365) / count
        for index in range(count):
            at = START + gap * index
            while self.line and self.line[0][0] <= at:
                self._one()
            contact = Contact(f"买家{index % 50}", email=f"buyer{index % 50}@post.example")
            seller = self.luck.choice(sellers)
            amount = self.luck.randrange(1, 9) * 10_000
            self.disputes.append(open_dispute(at, against=seller, amount=amount, contact=contact))
            self.plan(index)
        while self.line:
            self._one()

    def _one(self) -> None:
        at, _order, index, verb = heapq.heappop(self.line)
        self.happen(at, index, verb)
        self.plan(index)


def _play(count: int, sellers: list[int], hire: Hire) -> Year:
    publish(START)
    Role.objects.create(code="sender", name={"en": "s"}, rights={**SEES, "cases.fulfil": "all"})
    staff = {f"handler{n}": hire(f"handler{n}", "agent", "front", seat="front").actor for n in (0, 1)}
    staff |= {f"supervisor{n}": hire(f"chief{n}", "supervisor", "front").actor for n in (0, 1)}
    staff["sender"] = hire("sender", "sender").actor
    ledger.fill_fund(actor=SYSTEM, now=START, amount=Money(1_000_000, "CNY"), once="fund")
    for seller in sellers:
        give_deposit(seller, 2_000_000, START)
    year = Year(random.Random(SEED), staff)
    year.run(count, sellers)
    return year


def _holds(year: Year) -> None:
    found = {one.id: one for one in Issue.objects.all()}
    assert {one.state for one in found.values()} == {"closed"}
    assert year.late == 0, "no limit passed unseen"
    for issue in found.values():
        decision = reads.decision_in_force(issue)
        assert issue.paid_minor == issue.amount_minor
        rows = Entry.objects.filter(reference_kind="issue", reference_id=issue.id).exclude(note="from_house")
        sums = dict(rows.values_list("kind").annotate(sum=Sum("amount_minor")))
        assert issue.paid_minor == sums.get("pay", 0) + sums.get("advance", 0) - sums.get("reverse", 0)
        assert decision is not None or issue.outcome == "withdrawn"
    assert not Remedy.objects.filter(recourse_due=True).exists()
    assert not Remedy.objects.filter(state="due").exists()
    assert not Decision.objects.filter(state__in=reads.PENDING).exists()
    assert books.unbalanced_entries() == []
    assert all(one.difference == 0 for one in books.trial_balance())


def _figures(year: Year) -> str:
    spans = [
        (one.decided - one.opened) / timedelta(hours=1)
        for one in Issue.objects.all()
        if one.decided is not None
    ]
    appeals = Issue.objects.filter(round__gte=2).count()
    breaches = Issue.objects.filter(segments__breached=True).distinct().count()
    return (
        f"simulated, seed {SEED}: {len(year.disputes)} disputes, decided median {median(spans):.1f} h, "
        f"P95 {quantiles(spans, n=20)[-1]:.1f} h, most {max(spans):.1f} h; {appeals} appeals; "
        f"{breaches} with a limit of ours missed; steps {dict(sorted(year.told.items()))}"
    )


@pytest.mark.django_db
@pytest.mark.one_database
def test_some_weeks_of_a_year(hire: Hire, seller: Shopper, buyer: Shopper) -> None:
    year = _play(12, [seller.record_id, buyer.record_id], hire)
    _holds(year)


@pytest.mark.django_db
@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_year(hire: Hire, seller: Shopper, buyer: Shopper, capsys: pytest.CaptureFixture[str]) -> None:
    year = _play(1_000, [seller.record_id, buyer.record_id], hire)
    _holds(year)
    with capsys.disabled():
        print(f"\n{_figures(year)}")
