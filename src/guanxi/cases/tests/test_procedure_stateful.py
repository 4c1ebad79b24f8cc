"""Random verbs by random people at random moments: the procedure holds whatever happens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from guanxi.cases import actions, queries, rules
from guanxi.cases.models import Case
from guanxi.channels.models import Message
from guanxi.core import clock, seal
from guanxi.core.access import Actor, Kind, Reach, system
from guanxi.core.errors import Conflict, Denied, NotFound, SignInNeeded
from guanxi.core.models import Event
from guanxi.people.actions import Contact
from guanxi.work import actions as work
from guanxi.work.models import Assignment, Member, WorkItem
from tests.cast import Organisation, Staffer, complain, work_about

START = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
VERBS: dict[str, Any] = {
    "append": actions.append,
    "answer": actions.answer,
    "resolve": actions.resolve,
    "reopen": actions.reopen,
}
SIDES = ("customer", "link", "agent", "other_agent", "manager", "visitor", "outsider")


class Procedure(RuleBasedStateMachine):
    """One case in a transaction that is rolled back; `staff` is set by the test."""

    staff: dict[str, Staffer]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = START
        opened = complain(START, "包裹破了", Contact("孙悟空", "13611112222"))
        self.number, self.case_id = opened.case.number, opened.case.id
        person = opened.recognised
        customer = Actor(
            Kind.CUSTOMER,
            person.customer_public_id,
            customer_id=person.customer_id,
            record_id=person.record_id,
        )
        self.actors = {
            "customer": customer,
            "link": queries.link_actor(queries.link_token(opened.case)),
            "agent": self.staff["agent"].actor,
            "other_agent": self.staff["other_agent"].actor,
            "manager": self.staff["manager"].actor,
            "visitor": Actor(Kind.PUBLIC),
            "outsider": Actor(Kind.CUSTOMER, "C-X", customer_id=1, record_id=1),
        }
        self.changes = 0  # case.* events there must be beside the opening

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def case(self) -> Case:
        return Case.objects.get(id=self.case_id)

    def allowed(self, who: str, verb: str, before: Case) -> bool:
        actor = self.actors[who]
        if who in ("visitor", "outsider", "manager"):
            return False
        step = rules.TABLE.get((before.state, verb))
        if step is None or queries.who(actor) not in step.who:
            return False
        return step.at_most is None or before.round <= step.at_most

    @rule(who=st.sampled_from(SIDES), verb=st.sampled_from(sorted(VERBS)), old=st.booleans())
    def somebody_acts(self, who: str, verb: str, old: bool) -> None:
        before = self.case
        version = before.version - 1 if old else before.version
        staff_is_late = old and who in ("agent", "other_agent", "manager")
        try:
            VERBS[verb](actor=self.actors[who], now=self.now, number=self.number, text="好", version=version)
        except (Conflict, Denied, NotFound, SignInNeeded):
            assert staff_is_late or not self.allowed(who, verb, before)
            assert vars_of(self.case) == vars_of(before)
            return
        assert self.allowed(who, verb, before)
        assert not staff_is_late
        self.changes += 1
        after = self.case
        assert after.state == rules.TABLE[before.state, verb].branches[0][1]
        assert after.version == before.version + 1
        assert after.round == before.round + (verb == "reopen")

    @rule(who=st.sampled_from(["agent", "other_agent"]))
    def somebody_takes_next(self, who: str) -> None:
        with_work = [item for item in work_about(self.case) if item.state == "queued"]
        taken = work.take_next(actor=self.actors[who], now=self.now)
        assert (taken is None) == (not with_work)

    @rule(who=st.sampled_from(["agent", "other_agent"]))
    def somebody_puts_back(self, who: str) -> None:
        for item in WorkItem.objects.filter(state="assigned", member__user_id=self.actors[who].user_id or 0):
            work.put_back(actor=self.actors[who], now=self.now, public_id=item.public_id, word="later")

    @rule(minutes=st.sampled_from([1, 30, 119, 121, 600, 1440, 4320, 9000]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        before = self.case
        for late in queries.list_expired(self.now):
            actions.expire(actor=system("clock"), now=self.now, case_id=late.id, verb=late.verb)
        after = self.case
        self.changes += after.version - before.version
        assert after.version - before.version <= 1
        if after.state != before.state:  # no clock settles what we have not answered
            assert (before.state, after.state) == ("answered", "resolved")
            assert before.due is not None
            assert before.due < self.now

    @invariant()
    def every_open_state_has_a_limit_and_a_turn(self) -> None:
        case = self.case
        assert case.turn == rules.TURN[case.state]
        assert (case.due is None) == (case.state == "resolved")
        assert (case.resolved is not None) == (case.state == "resolved")
        assert case.turn_since <= self.now
        assert case.due is None or case.due > case.turn_since

    @invariant()
    def our_turn_has_exactly_one_open_item(self) -> None:
        case = self.case
        items = [item for item in work_about(case) if item.state in ("queued", "assigned")]
        assert len(items) == (case.turn == "staff")
        for item in items:
            assert item.due == case.due

    @invariant()
    def hands_hold_what_is_assigned(self) -> None:
        for member in Member.objects.all():
            held = WorkItem.objects.filter(member=member, state="assigned").count()
            assert member.open == held
            assert Assignment.objects.filter(member=member, ended=None).count() == held

    @invariant()
    def every_change_is_one_event(self) -> None:
        types = list(
            Event.objects.filter(subject_kind="case", subject_id=self.case_id).values_list("type", flat=True)
        )
        assert len(types) == self.changes + 1
        assert self.case.version == self.changes + 1
        assert all(one.startswith("case.") for one in types)
        said = [one for one in types if one not in ("case.lapsed", "case.overdue")]
        assert Message.objects.filter(subject_id=self.case_id).count() == len(said)


def vars_of(case: Case) -> dict[str, object]:
    return {name: value for name, value in vars(case).items() if name != "_state"}


@pytest.mark.django_db
def test_the_procedure_holds(
    organisation: Organisation, agent: Staffer, other_agent: Staffer, manager: Staffer, long: bool
) -> None:
    machine = type(
        "Machine", (Procedure,), {"staff": {"agent": agent, "other_agent": other_agent, "manager": manager}}
    )
    run_state_machine_as_test(
        machine,
        settings=bounds(
            max_examples=500 if long else 25,
            stateful_step_count=30,
            deadline=None,
            derandomize=not long,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_table_and_its_limits_fit_together() -> None:
    states = {state for state, _ in rules.TABLE}
    for (state, verb), step in rules.TABLE.items():
        assert verb in rules.PAST, (state, verb)
        assert all(after in states for _, after in step.branches)
        assert (rules.SYSTEM in step.who) == (state in rules.LIMITS and rules.LIMITS[state].on_expiry == verb)
    assert set(rules.LIMITS) == states - {rules.RESOLVED}
    assert set(rules.TURN) == states
    assert Reach() == Reach(False)


def test_the_version_changes_with_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    first = rules.version_hash()
    monkeypatch.delitem(rules.TABLE, ("answered", "append"))
    assert rules.version_hash() != first


@pytest.mark.django_db(transaction=True)
def test_the_chain_of_a_whole_case_verifies(
    agent: Staffer, now: datetime, settings: Any, tmp_path: Path
) -> None:
    """Explanations with weights travel in events: what is read back must give the same hash on both databases."""
    settings.GUANXI_HOME = tmp_path
    case = complain(now).case
    with clock.at(now + timedelta(minutes=7)):
        work.take_next(actor=agent.actor, now=clock.now())
        actions.answer(actor=agent.actor, now=clock.now(), number=case.number, text="好")
    seal.seal()
    report = seal.verify()
    assert report.faults == []
    assert report.sealed == Event.objects.count()
