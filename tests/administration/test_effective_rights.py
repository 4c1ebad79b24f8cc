"""Effective rights: the page's verdict is always what `visible_to` answers, with the reason line by line."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.cases.models import Case
from guanxi.core import effective, staff, tokens
from guanxi.core.access import Scope
from guanxi.core.effective import reach_in, read_tree
from guanxi.core.models import ApiToken, Role, RoleGrant, Unit
from guanxi.people.models import Record
from guanxi.work.models import Member, WorkItem
from tests.cast import Hire, Machine, Organisation, Staffer, complain, nothing_happens, statements

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
@given(held=grants, asked=st.sampled_from([*Scope, ""]), owned=st.booleans(), place=st.sampled_from(UNITS))
def test_a_tokens_verdict_is_what_its_query_answers(
    organisation: Organisation,
    agent: Staffer,
    now: datetime,
    held: list[tuple[str, str]],
    asked: str,
    owned: bool,
    place: str,
) -> None:
    """Of a member of staff, or of the house; with the right as far as asked, or without it."""
    try:
        with transaction.atomic():
            case = complain(now).case
            RoleGrant.objects.filter(user=agent.user).delete()
            for number, (scope, unit) in enumerate(held):
                role = Role.objects.create(code=f"drawn-{number}", rights={"cases.view": scope})
                RoleGrant.objects.create(user=agent.user, role=role, unit=organisation.units.get(unit))
            token = ApiToken.objects.create(
                public_id="T-1",
                digest="d",
                name="till",
                rights={"cases.view": asked} if asked else {"work.view": "all"},
                owner=agent.user if owned else None,
                unit=None if owned else organisation.units.get(place),
                created=now,
            )
            thing, tree = effective.things()["case"], read_tree()
            of_owner = effective.read_grants().get(agent.user.id, []) if owned else []
            told = effective.judge_token(thing, thing.facts(case.id), token, of_owner, tree)
            seen = Case.objects.visible_to(tokens.actor_of(token.id, now)).filter(pk=case.id).exists()
            assert told.visible == seen
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


def test_tokens_that_see_a_case_are_named_beside_people(
    boss: Staffer, agent: Staffer, token: Machine, west_token: Machine, now: datetime
) -> None:
    case = complain(now).case
    for name, rights, voided in (
        ("reader", {"cases.view": "team"}, {}),
        ("clerk", {"work.view": "team"}, {}),
        ("old", {"cases.view": "team"}, {"revoked": now}),
        ("past", {"cases.view": "team"}, {"expires": now}),
    ):
        ApiToken.objects.create(
            public_id=f"T-{name}", digest=name, name=name, tail="wxyz", rights=rights, owner=agent.user,
            created=now, **voided,
        )  # fmt: skip
    page = boss.client.get(f"/settings/rights/?thing=case&number={case.number}").content.decode()
    see, blind = page.split("Do not see it")
    assert "…wxyz · acts for Agent" in see.split(">reader<")[1][:500]
    assert see.count(">machine<") == 1  # of the house, everywhere
    assert blind.count(">machine<") == 1  # of the west
    assert "the token was not given “See cases”" in blind.split(">clerk<")[1][:700]
    assert ">old<" not in page
    assert ">past<" not in page
    agent.user.is_active = False
    agent.user.save()
    gone = boss.client.get(f"/settings/rights/?thing=case&number={case.number}").content.decode()
    assert ">reader<" not in gone


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
        who = hire(f"person {number}", "agent", "front").user
        ApiToken.objects.create(
            public_id=f"T-{number}", digest=str(number), name="t", rights={"cases.view": "own"}, owner=who,
            created=now,
        )  # fmt: skip
    assert statements(lambda: boss.client.get(address)) == first
