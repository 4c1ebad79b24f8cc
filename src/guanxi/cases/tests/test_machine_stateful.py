"""Random verbs by random people at random moments, on both databases: the invariants of cases.md hold whatever happens."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from guanxi.cases.actions import Brought, issues
from guanxi.cases.models import ClockSegment, Decision, Evidence, Issue, Offer, Remedy
from guanxi.cases.queries import issues as reads
from guanxi.cases.rules import machine
from guanxi.core.access import Actor, Kind, system
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded
from guanxi.core.models import Event, Role
from guanxi.core.money import Money
from guanxi.trade.actions import ledger
from guanxi.trade.models import Entry
from guanxi.trade.queries import ledger as books
from guanxi.work.models import WorkItem
from tests.cast import SEES, SYSTEM, Hire, Shopper, Staffer
from tests.disputes import CLOCK, Dispute, give_deposit, open_dispute, publish

START = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
REFUSALS = (Conflict, Denied, Invalid, NotFound, SignInNeeded)
SUMMARISE = "case.summarise"
VERBS = sorted(issues.EFFECTS)
STAFF = ("agent", "other_agent", "supervisor", "second", "expert", "fulfilment")
PEOPLE = ("complainant", "respondent", *STAFF, "manager", "stranger", "outsider")
WHO = {
    machine.COMPLAINANT: ("complainant",),
    machine.RESPONDENT: ("respondent",),
    machine.HANDLER: ("agent", "other_agent", "supervisor", "second"),
    machine.SUPERVISOR: ("supervisor", "second"),
    machine.EXPERT: ("expert",),
    machine.FULFILMENT: ("fulfilment",),
}
DECIDING = {"reject", "admit", "accept_offer", "agree", "confirm", "approve"}
LETS_PASS = (
    "file_evidence",
    "withdraw",
    "reclassify",
    "reopen",
)  # drawn less often: they end or change little
MOST = {
    "ask_facts": 2,
    "consult": 1,
    "find": 1,
    "take_evidence": 1,
    "return": 1,
    "refer_up": 1,
    "propose_anew": 1,
}
AMOUNTS = st.sampled_from([0, 1, 10_000, 30_000, 60_000])
WORK = {
    machine.VALIDITY: "case.validity",
    machine.INVESTIGATION: "case.investigate",
    machine.HEARD: "case.hearing",
}


@st.composite
def brought(draw: Any, verb: str, expert: str) -> Brought:
    """What somebody may bring to a verb: mostly what it needs."""
    text = draw(st.sampled_from(["好。", "好。", "好。", ""]))
    outcome = draw(st.sampled_from(["upheld", "partly", "not_upheld"]))
    remedy = draw(st.sampled_from(["refund", "refund", "replacement", "apology"]))
    nothing = verb in ("propose", "propose_anew") and outcome == "not_upheld"
    codes = {
        "reject": "no_ground",
        "summarise": "stock",
        "reclassify": draw(st.sampled_from(["late", "attitude"])),
    }
    return Brought(
        text=text,
        outcome=outcome,
        remedy="" if nothing else remedy,
        amount_minor=None if nothing or verb == "accept_offer" else draw(AMOUNTS),
        penalty=draw(st.sampled_from(["", "", "fine", "warning"])) if verb.startswith("propose") else "",
        publish=verb.startswith("propose") and draw(st.booleans()),
        private=verb == "file_evidence" and draw(st.booleans()),
        private_why="地址。",
        citations=("r1",),
        code=codes.get(verb, ""),
        would_change="一张照片。",
        grounds=draw(st.sampled_from(["error", "evidence", "error", ""])),
        expert=expert,
    )


class Disputes(RuleBasedStateMachine):
    """One issue in a transaction that is rolled back; `cast` and `sides` are set by the test."""

    cast: dict[str, Actor]
    seller: int

    @initialize(
        ours=st.sampled_from([False, False, False, True]),
        kind=st.sampled_from(["not_as_described", "not_as_described", "malicious_review", "attitude"]),
        wants=st.sampled_from(["refund", "refund", "replacement", ""]),
        deposit=st.sampled_from([20_000, 100_000]),
    )
    def somebody_complains(self, ours: bool, kind: str, wants: str, deposit: int) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        if kind == "attitude" or (wants == "replacement" and kind == "malicious_review"):
            wants = "refund" if kind == "attitude" else "apology"
        if kind == "malicious_review":
            wants = "apology"
        give_deposit(self.seller, deposit, START)
        ledger.fill_fund(actor=SYSTEM, now=START, amount=Money(15_000, "CNY"), once="fund")
        self.dispute: Dispute = open_dispute(
            START, kind=kind, against=None if ours else self.seller, wants=wants, amount=40_000 if wants else 0,
            checked=False,
        )  # fmt: skip
        self.now = START
        self.case_id = self.dispute.case.id
        self.actors = {**self.cast, "complainant": self.dispute.complainant}
        if not ours:
            self.actors["respondent"] = self.dispute.respondent
        self.told = self.events()
        self.done: Counter[tuple[int, str]] = Counter()
        self.hands: set[tuple[str, int, str]] = set()  # (who, round, role) of staff
        self.appeals: set[str] = set()
        self.by_appeal: set[int] = set()  # rounds that an appeal opened
        self.asked_by: dict[int, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            if hasattr(self, "told"):
                assert books.unbalanced_entries() == []
                assert all(one.difference == 0 for one in books.trial_balance())
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @property
    def issue(self) -> Issue:
        return Issue.objects.select_related("case").get(case_id=self.case_id)

    def events(self) -> int:
        return Event.objects.filter(subject_kind="case", subject_id=self.case_id).count()

    def last_types(self, count: int) -> list[str]:
        found = Event.objects.filter(subject_kind="case", subject_id=self.case_id).order_by("-id")
        return [one.removeprefix("case.") for one in found.values_list("type", flat=True)[:count]][::-1]

    # -- what people do ------------------------------------------------------------------------------

    @rule(data=st.data())
    def somebody_acts(self, data: Any) -> None:
        before = self.issue
        verb, who = self._choose(data, before)
        actor = self.actors.get(who)
        if actor is None:
            return
        old = data.draw(st.sampled_from([None, None, None, before.version, before.version - 1]))
        given = data.draw(brought(verb, self.cast["expert"].id))
        self.now += timedelta(seconds=1)
        ordered = self._on_the_table(before)
        try:
            with transaction.atomic():  # as outside a test: what is refused leaves nothing
                issues.act(
                    actor=actor, now=self.now, number=self.dispute.number, place=1, verb=verb, brought=given,
                    version=old,
                )  # fmt: skip
        except REFUSALS:
            assert picture(self.issue) == picture(before)
            assert self.events() == self.told
            return
        assert who not in ("manager", "stranger", "outsider")
        assert old is None or old == before.version or who in ("complainant", "respondent")
        self._was_allowed(before, verb, who)
        self._led_there(before, verb, who, ordered)

    def _choose(self, data: Any, issue: Issue) -> tuple[str, str]:
        """Mostly what the table knows here, by somebody it names; now and then anything by anybody."""
        here = sorted(
            verb for state, verb in machine.TABLE if state == issue.state and verb in issues.EFFECTS
        )
        likely = [one for one in here if one not in LETS_PASS] * 5 + here
        if not likely or data.draw(st.sampled_from([*[False] * 7, True])):
            return data.draw(st.sampled_from(VERBS)), data.draw(st.sampled_from(PEOPLE))
        verb = data.draw(st.sampled_from(likely))
        able = [one for role in sorted(machine.TABLE[issue.state, verb].who) for one in WHO.get(role, ())]
        return verb, data.draw(st.sampled_from(able))

    def _on_the_table(self, issue: Issue) -> tuple[str, int] | None:
        """(remedy, minor units) an agreement would be about."""
        if issue.state == machine.RESPONSE:
            return issue.wants, issue.wants_minor
        if issue.state == machine.NEGOTIATION:
            open_one = Offer.objects.get(issue=issue, fate="open")
            return open_one.remedy, open_one.amount_minor
        found = reads.pending_decision(issue)
        return (found.remedy, found.amount_minor) if found else None

    def _was_allowed(self, before: Issue, verb: str, who: str) -> None:
        step = machine.TABLE[before.state, verb]
        roles = {role for role, people in WHO.items() if who in people} & step.who
        assert roles, (before.state, verb, who)
        self.done[before.round, verb] += 1
        assert self.done[before.round, verb] <= MOST.get(verb, 99), verb
        if verb in ("propose", "consult", "confirm", "take_evidence", "approve", "return", "propose_anew"):
            earlier = {name for name, round_, _role in self.hands if round_ < before.round}
            assert before.round not in self.by_appeal or who not in earlier, (verb, who)
        if verb == "approve":
            handled = {
                name for name, round_, role in self.hands if round_ == before.round and role == "handler"
            }
            assert who not in handled
            if self.done[before.round, "refer_up"]:
                assert who not in {name for name, _round, _role in self.hands}
        if verb == "appeal":
            assert who not in self.appeals
            self.appeals.add(who)
            if before.state in (machine.REMEDY, machine.APPEALABLE):
                assert before.round == 1
                self.by_appeal.add(2)
            else:
                assert before.round in self.by_appeal
        if verb in ("accept_offer", "counter"):
            assert Offer.objects.filter(issue=before, round=before.round).count() <= machine.OFFERS_MAX
        role = "supervisor" if "supervisor" in roles else "handler"
        if who in WHO[machine.HANDLER]:
            self.hands.add((who, self.issue.round, role))

    def _led_there(self, before: Issue, verb: str, who: str, ordered: tuple[str, int] | None) -> None:
        after = self.issue
        assert after.state in {to for _guard, to in machine.TABLE[before.state, verb].branches}
        heard = after.heard and not before.heard
        assert self.last_types(self.events() - self.told) == [
            machine.PAST[verb],
            *(["heard"] if heard else []),
        ]
        self.told = self.events()
        assert after.version == before.version + 1 + heard
        if verb in ("reclassify", "refer_up", "counter", "file_evidence", "summarise"):
            assert (after.state, after.due, after.since) == (before.state, before.due, before.since)
        if verb == "consult":
            assert before.due is not None
            assert after.due is not None
            assert after.due >= before.due + machine.CONSULTATION
        if after.state == machine.DECIDED != before.state:
            assert verb in DECIDING
            self._decided(after, verb, ordered)
        if verb == "reopen":
            assert before.closed is not None
            assert self.now <= before.closed + machine.REOPEN_WITHIN

    def _decided(self, issue: Issue, verb: str, ordered: tuple[str, int] | None) -> None:
        """As agreed; by two people where that is needed; on evidence that both could see."""
        final = Decision.objects.get(issue=issue, state="final")
        assert bool(final.needs_approval) == (verb == "approve")
        assert final.approver_id is None or final.approver_id != final.proposer_id
        if verb != "reject":
            assert (final.remedy, final.amount_minor) == ordered
        if final.basis == "ruled":
            late = Evidence.objects.filter(issue=issue, round=issue.round, filed__gte=final.proposed)
            assert not late.exists() or self.done[issue.round, "take_evidence"]

    # -- what time does ------------------------------------------------------------------------------

    @rule(how=st.sampled_from(["minutes", "hour", "half_day", "due", "due", "after", "after", "week"]))
    def time_passes(self, how: str) -> None:
        spans = {"minutes": 3, "hour": 60, "half_day": 720, "week": 6 * 24 * 60 + 1}
        due = self.issue.due
        if how in spans or due is None:
            self.now += timedelta(minutes=spans.get(how, 60))
        else:
            self.now = max(self.now, due + timedelta(seconds=how == "after"))
        self.the_clock_comes_by()

    def the_clock_comes_by(self) -> None:
        for key in reads.list_waiting_for_system(self.now):
            self._by_system(
                lambda key=key: issues.progress(actor=system("cases"), now=self.now, issue_id=key)
            )
        for late in reads.list_late(self.now):
            self._by_system(lambda late=late: issues.expire(actor=CLOCK, now=self.now, issue_id=late.id))
        for key in reads.list_to_advance(self.now):
            self._by_system(lambda key=key: issues.advance(actor=CLOCK, now=self.now, issue_id=key))
        for key in reads.list_to_warn(self.now):
            assert issues.warn(actor=CLOCK, now=self.now, issue_id=key)
            assert self.last_types(1) == ["warned"]
            self.told += 1
        left = reads.list_late(self.now)
        assert left == [] or self.issue.state in (machine.DECIDED, machine.RECORDED), "a limit in the past"

    @rule()
    def the_system_goes_on(self) -> None:
        self.now += timedelta(seconds=1)
        self._by_system(
            lambda: issues.progress(actor=system("cases"), now=self.now, issue_id=self.dispute.issue.id)
        )

    def _by_system(self, work: Any) -> None:
        before = self.issue
        work()
        after, types = self.issue, self.last_types(self.events() - self.told)
        self.told = self.events()
        assert after.version - before.version == len(types)
        passed = {
            "checked",
            "accepted",
            "limit_passed",
            "heard",
            "climbed",
            "served",
            "executed",
            "substituted",
            "advanced",
        }
        assert set(types) <= passed
        assert after.state not in (machine.DECIDED, machine.APPROVAL) or after.state == before.state
        if after.state == machine.CLOSED != before.state:  # never unheard: only what was decided and served
            assert before.state in (machine.DECIDED, machine.REMEDY, machine.APPEALABLE)
            assert Decision.objects.filter(issue=after, state="served").exists()
        if "advanced" in types:
            assert after.decided is None
            assert self.now >= after.opened + machine.ADVANCE_AFTER
            assert after.paid_minor == after.wants_minor
        if "climbed" in types:
            assert after.level == min(before.level + 1, 2)
            assert (after.state, after.since) == (before.state, before.since)

    # -- what always holds ---------------------------------------------------------------------------

    @invariant()
    def it_holds(self) -> None:
        if not hasattr(self, "told"):
            return
        issue = self.issue
        self._somebody_owns_it(issue)
        self._clocks_have_no_gaps(issue)
        self._money_is_what_was_ordered(issue)
        pending = list(
            Decision.objects.filter(issue=issue, state__in=reads.PENDING).values_list("state", flat=True)
        )
        wanted = {machine.HEARING: ["proposed"], machine.APPROVAL: ["confirmed"]}
        assert pending == wanted.get(issue.state, [])
        assert Offer.objects.filter(issue=issue, fate="open").count() == (issue.state == machine.NEGOTIATION)
        assert Decision.objects.filter(issue=issue, state="served").count() <= 1

    def _somebody_owns_it(self, issue: Issue) -> None:
        case = issue.case
        assert case.state == issue.state
        assert (issue.due is None) == (issue.state == machine.CLOSED) == (issue.closed is not None)
        assert (case.due, case.turn) == (issue.due, issue.turn)
        assert 0 <= issue.level < len(machine.LEVELS)
        items = WorkItem.objects.filter(
            subject_kind="issue", subject_id=issue.id, state__in=("queued", "assigned")
        )
        open_items = {kind: (due, team) for kind, due, team in items.values_list("kind", "due", "team_id")}
        kind = WORK.get(machine.HEARD if issue.heard else issue.state, "")
        if issue.remedies.filter(state="due", shape="goods").exists():
            assert issue.state == machine.REMEDY
            kind = "case.fulfil"
        if issue.state == machine.CLOSED:
            kind = "" if issues_summed(issue) else SUMMARISE
        assert set(open_items) == ({kind} if kind else set())
        if kind and kind != SUMMARISE:
            assert open_items[kind] == (issue.due, issue.team_id)

    def _clocks_have_no_gaps(self, issue: Issue) -> None:
        found = list(ClockSegment.objects.filter(issue=issue).order_by("started", "id"))
        assert found[0].started == issue.opened
        for one, following in itertools.pairwise(found):
            assert one.ended == following.started or following.reason == "reopen"
        if issue.state != machine.CLOSED:
            last = found[-1]
            assert (last.ended, last.state, last.turn, last.due) == (None, issue.state, issue.turn, issue.due)
            assert last.round == issue.round
        else:
            assert found[-1].ended is not None

    def _money_is_what_was_ordered(self, issue: Issue) -> None:
        rows = Entry.objects.filter(reference_kind="issue", reference_id=issue.id).exclude(note="from_house")
        sums = dict(rows.values_list("kind").annotate(sum=Sum("amount_minor")))
        moved = sums.get("pay", 0) + sums.get("advance", 0) - sums.get("reverse", 0)
        assert issue.paid_minor == moved
        done = dict(
            Remedy.objects.filter(issue=issue, state="executed")
            .values_list("shape")
            .annotate(sum=Sum("amount_minor"))
        )
        assert issue.paid_minor == done.get("money", 0) - done.get("claim", 0)
        fined = sums.get("penalise", 0) - sum(
            Entry.objects.filter(reference_id=issue.id, note="from_house").values_list(
                "amount_minor", flat=True
            )
        )
        if issue.state == machine.CLOSED:
            assert issue.paid_minor == issue.amount_minor
            decision = reads.decision_in_force(issue)
            assert fined == (decision.penalty_minor if decision else 0)
            assert not issue.remedies.filter(state="due").exists()
            assert not issue.remedies.filter(recourse_due=True).exists()
            published = issue.remedies.filter(state="executed", shape="publication").exists()
            assert published >= bool(decision and decision.publish)
        elif done.get("publication") is not None:
            assert issue.closed is not None or self.done[issue.round, "reopen"] or issue.round > 1


def issues_summed(issue: Issue) -> bool:
    return reads.done_in_round(issue, "summarise") > 0


def picture(issue: Issue) -> dict[str, object]:
    """The issue and its case as they were read."""
    rows = (vars(issue), vars(issue.case))
    return {
        f"{number}.{name}": value
        for number, row in enumerate(rows)
        for name, value in row.items()
        if name != "_state"
    }


@pytest.mark.django_db
def test_the_procedure_of_issues_holds(
    seller: Shopper,
    agent: Staffer,
    other_agent: Staffer,
    supervisor: Staffer,
    manager: Staffer,
    stranger: Staffer,
    hire: Hire,
    long: bool,
) -> None:
    Role.objects.create(code="fulfilment", name={"en": "fulfilment"}, rights={**SEES, "cases.fulfil": "all"})
    publish(START)
    staff = {
        "agent": agent,
        "other_agent": other_agent,
        "supervisor": supervisor,
        "second": hire("second", "supervisor", "front", seat="front"),
        "expert": hire("expert", "manager"),
        "fulfilment": hire("fulfilment", "fulfilment"),
        "manager": manager,
        "stranger": stranger,
    }
    cast = {name: one.actor for name, one in staff.items()}
    cast["outsider"] = Actor(Kind.CUSTOMER, "C-X", customer_id=1, record_id=1)
    played = type("Played", (Disputes,), {"cast": cast, "seller": seller.record_id})
    run_state_machine_as_test(
        played,
        settings=bounds(
            max_examples=5_000 if long else 100,
            stateful_step_count=25 if long else 12,
            deadline=None,
            derandomize=not long,
            suppress_health_check=list(HealthCheck),
        ),
    )
