"""Effective rights: the page's verdict is always what `visible_to` answers, with the reason line by line."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.cases.models import Case
from guanxi.core import effective, staff
from guanxi.core.access import Scope
from guanxi.core.effective import reach_in, read_tree
from guanxi.core.models import Role, RoleGrant, Unit
from guanxi.people.models import Record
from guanxi.work.models import Member, WorkItem
from tests.cast import Hire, Organisation, Staffer, complain, nothing_happens, statements

pytestmark = pytest.mark.django_db
UNITS = ("east", "contact", "front", "records", "data", "west", "west-contact", "west-front", "")
grants = st.lists(st.tuples(st.sampled_from(list(Scope)), st.sampled_from(UNITS)), max_size=3)
WITHIN = settings(
    max_examples=40,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class RollBack(Exception):
    pass


@WITHIN
@given(held=grants, place=st.sampled_from(("front", "data", "west-front")), mine=st.booleans())
def test_the_verdict_is_what_the_query_answers(
    organisation: Organisation,
    agent: Staffer,
    now: datetime,
    held: list[tuple[str, str]],
    place: str,
    mine: bool,
) -> None:
    """Over any roles at any units: cases by unit, work by unit or by whoever has it in hand, people by record."""
    try:
        with transaction.atomic():
            case = Case.objects.first() or complain(now).case
            Case.objects.filter(id=case.id).update(team=organisation.id(place))
            item = WorkItem.objects.get(subject_id=case.id)
            holder = Member.objects.get(user=agent.user) if mine else None
            WorkItem.objects.filter(id=item.id).update(
                team=organisation.id(place), member=holder, state="assigned" if mine else "queued"
            )
            Record.objects.filter(id=case.record_id).update(unit=organisation.id(place))
            RoleGrant.objects.filter(user=agent.user).delete()
            for number, (scope, unit) in enumerate(held):
                rights = {"cases.view": scope, "work.view": scope, "people.view": scope}
                role = Role.objects.create(code=f"drawn-{number}", rights=rights)
                RoleGrant.objects.create(user=agent.user, role=role, unit=organisation.units.get(unit))
            actor, tree = staff.actor_of(agent.user), read_tree()
            known = effective.read_grants().get(agent.user.id, [])
            for code, key in (("case", case.id), ("work", item.id), ("customer", case.record_id)):
                thing = effective.things()[code]
                told = effective.judge(thing, thing.facts(key), agent.user, known, tree)
                seen = thing.model.objects.visible_to(actor).filter(pk=key).exists()
                assert told.visible == seen
                assert told.explanation.outcome == ("rights.visible" if seen else "rights.hidden")
                assert any(fact.weight for fact in told.explanation.facts) == seen
            raise RollBack
    except RollBack:
        pass


@WITHIN
@given(scope=st.sampled_from(list(Scope)), place=st.sampled_from(UNITS))
def test_reach_from_memory_is_reach_from_the_database(
    organisation: Organisation, scope: str, place: str
) -> None:
    unit: Unit | None = organisation.units.get(place)
    assert reach_in(read_tree(), scope, unit.id if unit else None) == staff.reach_of(scope, unit)


def test_inactive_people_see_nothing(agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    agent.user.is_active = False
    thing = effective.things()["case"]
    known = effective.read_grants()[agent.user.id]
    told = effective.judge(thing, thing.facts(case.id), agent.user, known, read_tree())
    assert not told.visible
    assert "rights.inactive" in [fact.code for fact in told.explanation.facts]


def test_one_person_whole(boss: Staffer, agent: Staffer, trainee: Staffer) -> None:
    page = boss.client.get(f"/settings/rights/?who={agent.user.public_id}").content.decode()
    assert "agent at front: their team" in page
    assert "masked" not in page
    masked = boss.client.get(f"/settings/rights/?who={trainee.user.public_id}").content.decode()
    assert "Telephone numbers and addresses of customers are masked." in masked


def test_one_person_and_one_case_with_the_reasons(
    boss: Staffer, hire: Hire, stranger: Staffer, now: datetime
) -> None:
    case = complain(now).case
    address = f"/settings/rights/?thing=case&number={case.number}&who="
    page = boss.client.get(f"{address}{stranger.user.public_id}").content.decode()
    assert f"Stranger does not see Case {case.number}" in page
    assert "it belongs to front" in page
    assert "gives “See cases” for west-front only" in page
    assert (
        f"Boss sees Case {case.number}" in boss.client.get(f"{address}{boss.user.public_id}").content.decode()
    )


def test_who_sees_a_case(boss: Staffer, agent: Staffer, stranger: Staffer, now: datetime) -> None:
    case = complain(now).case
    page = boss.client.get(f"/settings/rights/?thing=case&number={case.number}").content.decode()
    see, blind = page.split("Do not see it")
    assert ">Agent<" in see
    assert ">Stranger<" not in see
    assert ">Stranger<" in blind
    assert case.title not in page  # the page names it by number only


def test_what_is_not_there_is_said(boss: Staffer) -> None:
    page = boss.client.get("/settings/rights/?who=nobody&thing=case&number=GX-0").content.decode()
    assert "There is no member of staff “nobody”." in page
    assert "There is no case GX-0." in page


def test_auditors_may_ask_others_may_not(auditor: Staffer, agent: Staffer, stranger: Staffer) -> None:
    assert auditor.client.get("/settings/rights/").status_code == 200
    with nothing_happens():
        assert agent.client.get("/settings/rights/").status_code == 403
        assert stranger.client.get("/settings/rights/").status_code == 403


def test_everybody_is_judged_in_as_many_statements(boss: Staffer, hire: Hire, now: datetime) -> None:
    address = f"/settings/rights/?thing=case&number={complain(now).case.number}"
    first = statements(lambda: boss.client.get(address))
    for number in range(10):
        hire(f"person {number}", "agent", "front")
    assert statements(lambda: boss.client.get(address)) == first
