"""Units: added, renamed, moved with everything below, closed only when nothing hangs on them. Rights follow the tree."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.models import Case
from guanxi.core import organisation as tree
from guanxi.core.access import Kind
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.models import Event, Role, Unit
from guanxi.work.models import Team
from tests.cast import SYSTEM, Hire, Organisation, Staffer, complain, nothing_happens, statements

pytestmark = pytest.mark.django_db
HEIGHT = {"branch": 0, "department": 1, "team": 2}
kinds = st.sampled_from(list(HEIGHT))


@given(kind=kinds, parent=kinds)
def test_what_may_stand_below_what(kind: str, parent: str) -> None:
    both_branches = kind == parent == "branch"
    assert tree.may_stand_below(kind, parent) == (both_branches or HEIGHT[kind] > HEIGHT[parent])


def test_a_team_is_added_with_the_hours_of_another(boss: Staffer) -> None:
    sent = {"kind": "team", "parent": "contact", "name_zh": "夜班", "name_en": "Night shift", "code": "night"}
    assert boss.client.post("/settings/units/add/", {**sent, "like": "front", "key": "a"}).status_code == 303
    unit = Unit.objects.get(code="night")
    assert unit.path == f"{Unit.objects.get(code='contact').path}{unit.id}/"
    assert Team.objects.get(unit=unit).calendar["code"] == "service"
    kinds_told = list(Event.objects.order_by("-id").values_list("type", flat=True)[:2])
    assert kinds_told == ["work.team_added", "unit.added"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"code": "front"}, "A unit with this code is there already."),
        ({"code": "Night!"}, "Small letters, digits"),
        ({"parent": ""}, "Only a branch stands alone."),
        ({"kind": "department", "parent": "front"}, "cannot stand below"),
        ({"name_zh": " "}, "A name of at most 80"),
        ({"like": "moon"}, "Choose the team whose hours"),
    ],
)
def test_bad_input_adds_nothing(boss: Staffer, changed: dict[str, str], words: str) -> None:
    sent = {
        "kind": "team",
        "parent": "contact",
        "name_zh": "夜",
        "name_en": "N",
        "code": "night",
        "like": "front",
    }
    with nothing_happens():
        answer = boss.client.post("/settings/units/add/", {**sent, **changed})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_moving_rewrites_the_subtree_and_rights_follow(
    boss: Staffer, hire: Hire, organisation: Organisation, now: datetime
) -> None:
    case = complain(now).case
    branch_viewer = hire("western", "stranger", "west-front").actor
    assert not Case.objects.visible_to(branch_viewer).exists()
    Role.objects.create(code="viewer", name={}, rights={"cases.view": "branch"})
    west, east = hire("west", "viewer", "west"), hire("east", "viewer", "records")
    assert (Case.objects.visible_to(west.actor).count(), Case.objects.visible_to(east.actor).count()) == (
        0,
        1,
    )
    assert (
        boss.client.post("/settings/units/contact/move/", {"parent": "west", "key": "m"}).status_code == 303
    )
    west_path = organisation.units["west"].path
    assert Unit.objects.get(code="front").path == (
        f"{west_path}{organisation.id('contact')}/{organisation.id('front')}/"
    )
    assert (Case.objects.visible_to(west.actor).count(), Case.objects.visible_to(east.actor).count()) == (
        1,
        0,
    )
    event = Event.objects.get(type="unit.moved")
    assert event.data == {"unit": "contact", "from": "east", "to": "west", "moved": "2"}
    assert Case.objects.get(id=case.id).team_id == organisation.id("front")


def test_a_unit_cannot_be_its_own_parent(boss: Staffer, organisation: Organisation, now: datetime) -> None:
    below = Unit.objects.create(
        code="deep",
        kind="department",
        parent=organisation.units["east"],
        path=f"{organisation.units['east'].path}9/",
    )
    Unit.objects.filter(id=below.id).update(path=f"{organisation.units['east'].path}{below.id}/")
    with nothing_happens():
        for parent in ("front", "contact", "moon"):
            assert boss.client.post("/settings/units/contact/move/", {"parent": parent}).status_code == 422
        assert boss.client.post("/settings/units/contact/move/", {"parent": ""}).status_code == 422
        with pytest.raises(Invalid):
            tree.move_unit(actor=SYSTEM, now=now, unit=organisation.units["east"], parent=below)


def test_a_unit_in_use_is_not_closed(boss: Staffer, agent: Staffer, now: datetime) -> None:
    complain(now)
    with nothing_happens():
        answer = boss.client.post("/settings/units/front/close/", {})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This unit is in use and stays" in page
    assert "cases: 1" in page
    assert "seats in the team: 1" in page
    assert "pieces of work: 1" in page


def test_an_empty_team_is_closed_and_leaves_its_name(
    boss: Staffer, organisation: Organisation, now: datetime
) -> None:
    assert (
        boss.client.post("/settings/units/west-front/close/", {"key": "x"})["Location"] == "/settings/units/"
    )
    assert not Unit.objects.filter(code="west-front").exists()
    assert not Team.objects.filter(unit_id=organisation.id("west-front")).exists()
    event = Event.objects.get(type="unit.closed")
    assert event.data["before"] == {"en": "west-front", "zh-hans": "west-front"}
    with pytest.raises(Conflict):
        tree.close_unit(actor=SYSTEM, now=now, unit=organisation.units["west"], words={})


def test_renaming_keeps_the_code(boss: Staffer) -> None:
    sent = {"name_zh": "前台", "name_en": "Front desk", "key": "r"}
    assert boss.client.post("/settings/units/front/rename/", sent).status_code == 303
    unit = Unit.objects.get(code="front")
    assert (unit.name, unit.own) == ({"zh-hans": "前台", "en": "Front desk"}, True)
    page = boss.client.get("/settings/units/front/").content.decode()
    assert "Front desk" in page
    assert "Unit renamed" in page


def test_the_tree_costs_the_same_for_any_size(boss: Staffer, hire: Hire, organisation: Organisation) -> None:
    first = statements(lambda: boss.client.get("/settings/units/"))
    for number in range(12):
        hire(f"person {number}", "agent", "front", seat="front")
    assert statements(lambda: boss.client.get("/settings/units/")) == first
    page = boss.client.get("/settings/units/").content.decode()
    assert "0 / 96" in page


def test_strangers_change_no_unit(agent: Staffer, auditor: Staffer, stranger: Staffer) -> None:
    assert agent.actor.kind is Kind.STAFF
    with nothing_happens():
        for who in (agent, auditor, stranger):
            assert who.client.get("/settings/units/").status_code == 403
            assert who.client.get("/settings/units/front/").status_code == 403
            assert who.client.post("/settings/units/add/", {"code": "x"}).status_code == 403
            for verb in ("rename", "move", "close"):
                assert (
                    who.client.post(f"/settings/units/front/{verb}/", {"parent": "west"}).status_code == 403
                )
