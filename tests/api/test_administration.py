"""The house administered by a machine: people, roles, units, settings, working days, by the generated client."""

from datetime import datetime

import pytest
from django.db import transaction
from guanxi_client import Guanxi, Problem

from guanxi.cases.models import Case
from guanxi.core.models import Event, Role, Unit, User
from guanxi.work.models import Team
from tests.api.conftest import RIGHTS, Connect
from tests.cast import Shopper, Staffer, complain, nothing_happens

ADMIN = {**RIGHTS, "site.settings": "all"}


@pytest.fixture
def admin(owner: Staffer, connect: Connect) -> Guanxi:
    """The owner administers, and so does their token. Somebody else does, too: the last one could not be shut out."""
    Role.objects.filter(code="integrator").update(rights=ADMIN)
    found = connect(ADMIN)
    found.get_itself()  # that it is used is noted to the hour: from here on a refused request writes nothing
    return found


def test_somebody_new_gets_a_role_a_seat_and_goes_again(admin: Guanxi) -> None:
    made = admin.add_user(
        body={"username": "newcomer", "name": "新同事", "unit": "front"}, idempotency_key="n1"
    )
    again = admin.add_user(
        body={"username": "newcomer", "name": "新同事", "unit": "front"}, idempotency_key="n1"
    )
    assert again["id"] == made["id"]
    assert User.objects.filter(username="newcomer").count() == 1
    changed = admin.change_user(made["id"], body={"name": "Newcomer"})
    assert (changed["name"], changed["unit"], changed["language"]) == ("Newcomer", "front", "zh-hans")
    given = admin.give_role(made["id"], body={"role": "agent", "unit": "front"})
    assert given["roles"] == [{"role": "agent", "unit": "front"}]
    admin.set_seat(made["id"], body={"team": "front", "languages": ["en"], "capacity": 3})
    assert User.objects.get(username="newcomer").member.capacity == 3
    admin.take_role_back(made["id"], "agent", unit="front")
    with pytest.raises(Problem, match="404"):
        admin.take_role_back(made["id"], "agent", unit="front")
    assert admin.set_sign_in(made["id"], "shut-out")["active"] is False
    assert admin.set_sign_in(made["id"], "let-in")["active"] is True
    told = Event.objects.filter(actor_kind="token").order_by("id").values_list("type", flat=True)
    assert [one for one in told if one.startswith("staff.")][:3] == [
        "staff.added",
        "staff.changed",
        "staff.granted",
    ]


def test_the_last_administrator_stays(admin: Guanxi, owner: Staffer) -> None:
    """The block is the transaction an action otherwise opens itself: it is refused at its end."""
    with nothing_happens(), pytest.raises(Problem, match="409"), transaction.atomic():
        admin.set_sign_in(owner.user.public_id, "shut-out")
    with nothing_happens(), pytest.raises(Problem, match="409"), transaction.atomic():
        admin.change_role(
            "integrator", body={"name_zh": "集成", "name_en": "Integrator", "rights": {"cases.view": "all"}}
        )


def test_roles_and_units(admin: Guanxi) -> None:
    role = admin.add_role(
        body={"code": "night", "name_zh": "夜班", "name_en": "Night", "rights": {"cases.view": "team"}}
    )
    assert role["rights"] == {"cases.view": "team"}
    role = admin.change_role(
        "night", body={"name_zh": "夜班", "name_en": "Night", "rights": {"cases.view": "all"}}
    )
    assert Role.objects.get(code="night").rights == role["rights"] == {"cases.view": "all"}
    unit = admin.add_unit(
        body={"code": "night", "kind": "team", "name_zh": "夜班", "name_en": "Night", "parent": "contact"}
    )
    assert (unit["code"], unit["parent"]) == ("night", "contact")
    assert admin.rename_unit("night", body={"name_zh": "晚班", "name_en": "Late"})["name"]["en"] == "Late"
    assert admin.move_unit("night", body={"parent": "records"})["parent"] == "records"
    admin.close_unit("night")
    assert not Unit.objects.filter(code="night").exists()
    with nothing_happens(), pytest.raises(Problem, match="409"):
        admin.close_unit("front")
    with nothing_happens(), pytest.raises(Problem, match="422"):
        admin.add_unit(
            body={"code": "x y", "kind": "team", "name_zh": "夜", "name_en": "N", "parent": "contact"}
        )


def test_settings_change_with_a_reason(admin: Guanxi) -> None:
    known = {one["code"]: one for one in admin.list_options()["items"]}
    assert known["house.name_en"]["kind"] == "text"
    assert (
        admin.change_option("house.name_en", body={"value": "Harbour Club", "why": "renamed"})["value"]
        == "Harbour Club"
    )
    with nothing_happens(), pytest.raises(Problem, match="422"):
        admin.change_option("house.name_en", body={"value": "Other", "why": ""})
    with nothing_happens(), pytest.raises(Problem, match="404"):
        admin.change_option("house.nothing", body={"value": "1", "why": "x"})


def test_an_exception_tells_first_what_it_moves(admin: Guanxi, buyer: Shopper, now: datetime) -> None:
    case = complain(now, "迟到了", buyer.contact).case
    day = now.astimezone().date().isoformat()
    with nothing_happens():
        seen = admin.plan_day("front", day, body={"hours": [], "preview": True})
    assert (seen["changed"], seen["later"]) == (False, 1)
    done = admin.plan_day("front", day, body={"hours": [], "why": "storm"})
    assert (done["changed"], done["later"]) == (True, 1)
    assert Team.objects.get(unit__code="front").calendar["closed"] == [day]
    assert Case.objects.get(id=case.id).due == case.due  # recounted in the background, by the event


def test_without_the_right_nothing_moves(crm: Guanxi, owner: Staffer) -> None:
    person = owner.user.public_id
    crm.get_itself()
    for call in (
        lambda: crm.add_user(body={"username": "x", "name": "X"}),
        lambda: crm.change_user(person, body={"name": "X"}),
        lambda: crm.give_role(person, body={"role": "manager"}),
        lambda: crm.set_sign_in(person, "shut-out"),
        lambda: crm.add_role(
            body={"code": "x", "name_zh": "x", "name_en": "x", "rights": {"cases.view": "all"}}
        ),
        lambda: crm.add_unit(body={"code": "x", "kind": "branch", "name_zh": "x", "name_en": "x"}),
        lambda: crm.change_option("house.name_en", body={"value": "x", "why": "x"}),
        lambda: crm.plan_day("front", "2026-12-24", body={"hours": [], "why": "x"}),
        lambda: crm.set_hold(body={"on": True, "why": "x"}),
        lambda: crm.remove_sample(),
    ):
        with nothing_happens(), pytest.raises(Problem, match="403"):
            call()
