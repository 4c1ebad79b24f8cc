"""Members of staff: added, changed, given roles and seats, shut out and let in; the last administrator stays."""

from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core import roster, staff
from guanxi.core.errors import Conflict
from guanxi.core.models import Detail, Event, RoleGrant, User
from guanxi.site import staffing
from guanxi.work.models import Member, WorkItem
from tests.cast import SYSTEM, Hire, Staffer, complain, english, nothing_happens, statements, work_about

pytestmark = pytest.mark.django_db
ids = st.sets(st.integers(1, 5))


def page_of(user: User) -> str:
    return f"/settings/users/{user.public_id}/"


def last(kind: str) -> Event:
    return Event.objects.filter(type=kind).latest("id")


def test_somebody_is_added_and_comes_in_by_a_link(boss: Staffer, visitor: object) -> None:
    sent = {"name": "李娜", "username": "lina", "language": "zh-hans", "unit": "front", "key": "k1"}
    answer = boss.client.post("/settings/users/new/", sent)
    lina = User.objects.get(username="lina")
    assert answer.status_code == 303
    assert answer["Location"] == page_of(lina)
    assert (lina.name, lina.language, lina.unit.code if lina.unit else "") == ("李娜", "zh-hans", "front")
    assert not lina.has_usable_password()
    assert boss.client.post("/settings/users/new/", sent)["Location"] == page_of(
        lina
    )  # sent twice, added once
    assert User.objects.filter(username="lina").count() == 1
    shown = boss.client.post(f"{page_of(lina)}way-in/", {"way": "link"})
    assert "Shown once" in shown.content.decode()
    assert shown["Cache-Control"].startswith("no-store") or "no-store" in shown["Cache-Control"]
    assert last("staff.sign_in_reset").data == {"user": lina.public_id, "way": "link", "second_factor": False}


def test_a_link_is_good_once(boss: Staffer, agent: Staffer) -> None:
    given_ = staffing.give_way_in(
        actor=boss.actor, now=last("staff.added").occurred, user=agent.user, by_link=True, second_factor=False
    )
    client = english()
    address = f"/welcome/{given_.token}/"
    assert client.get(address).status_code == 200
    weak = client.post(address, {"password": "short", "again": "short"})
    assert weak.status_code == 422
    differing = client.post(address, {"password": "a long way to go", "again": "another way"})
    assert (differing.status_code, "not the same" in differing.content.decode()) == (422, True)
    good = {"password": "a long way to go", "again": "a long way to go"}
    assert client.post(address, good).status_code == 302
    agent.user.refresh_from_db()
    assert check_password("a long way to go", agent.user.password)
    assert last("staff.password_chosen").actor_id == agent.user.public_id
    assert client.get(address).status_code == 404
    assert client.post(address, good).status_code == 404
    assert client.get("/welcome/forged:token:here/").status_code == 404


def test_a_new_password_ends_sessions_and_the_second_factor(boss: Staffer, agent: Staffer) -> None:
    Authenticator.objects.create(user=agent.user, type="totp", data={})
    assert agent.client.get("/today/").status_code == 200
    shown = boss.client.post(f"{page_of(agent.user)}way-in/", {"way": "password", "second_factor": "1"})
    assert shown.status_code == 200
    assert agent.client.get("/today/").status_code == 302
    assert not Authenticator.objects.filter(user=agent.user).exists()
    assert last("staff.sign_in_reset").data["second_factor"] is True
    page = shown.content.decode().split('id="gx-way-in">')[1]
    agent.user.refresh_from_db()
    assert check_password(page.split(" ")[0], agent.user.password)
    assert page.split(" ")[0] not in boss.client.get(page_of(agent.user)).content.decode()


def test_details_change_and_the_event_says_from_what_to_what(boss: Staffer, agent: Staffer) -> None:
    sent = {"name": "Agnes", "language": "en", "unit": "data", "key": "k"}
    assert boss.client.post(f"{page_of(agent.user)}change/", sent).status_code == 303
    agent.user.refresh_from_db()
    assert (agent.user.name, agent.user.language) == ("Agnes", "en")
    event = last("staff.changed")
    assert event.data == {"user": agent.user.public_id, "fields": ["language", "name", "unit"]}
    body = Detail.objects.get(event=event).body
    assert body["before"] == {"name": "Agent", "language": "zh-hans", "unit": "front", "email": ""}
    assert body["after"] == {"name": "Agnes", "language": "en", "unit": "data", "email": ""}
    assert "Agent" in boss.client.get(page_of(agent.user)).content.decode()


def test_bad_input_comes_back_beside_its_field(boss: Staffer, agent: Staffer) -> None:
    with nothing_happens():
        answer = boss.client.post(f"{page_of(agent.user)}change/", {"name": "", "language": "en", "unit": ""})
        mail = boss.client.post(
            f"{page_of(agent.user)}change/", {"name": "A", "language": "en", "email": "a@"}
        )
        wrong = boss.client.post(f"{page_of(agent.user)}seat/", {"team": "front", "capacity": "many"})
        far = boss.client.post(f"{page_of(agent.user)}grant/", {"role": "agent", "at": "moon"})
        taken = boss.client.post("/settings/users/new/", {"name": "X", "username": "AGENT", "language": "en"})
    assert "no e-mail address we can write to" in mail.content.decode()
    assert [answer.status_code, mail.status_code, wrong.status_code, far.status_code, taken.status_code] == [
        422
    ] * 5
    assert "A name of at most 80 characters" in answer.content.decode()
    assert "A whole number" in wrong.content.decode()
    assert "There is no such unit" in far.content.decode()
    assert "This user name is taken" in taken.content.decode()


def test_roles_are_given_and_taken_back(boss: Staffer, agent: Staffer) -> None:
    assert not agent.actor.may("channels.outbox")
    boss.client.post(f"{page_of(agent.user)}grant/", {"role": "manager", "at": "", "key": "g"})
    assert agent.actor.may("channels.outbox")
    boss.client.post(f"{page_of(agent.user)}revoke/", {"role": "manager", "at": "", "key": "r"})
    assert not agent.actor.may("channels.outbox")
    assert last("staff.revoked").data == {"user": agent.user.public_id, "role": "manager", "unit": ""}
    with nothing_happens():
        assert not roster.revoke_role(
            actor=boss.actor, now=last("staff.revoked").occurred, user=agent.user, role="manager", unit=""
        )


def test_a_new_team_hands_back_what_is_in_hand(boss: Staffer, agent: Staffer, now: datetime) -> None:
    [item] = work_about(complain(now).case)
    agent.client.post("/work/next/")
    sent = {"team": "data", "capacity": "5", "speaks": ["en"], "key": "s"}
    assert boss.client.post(f"{page_of(agent.user)}seat/", sent).status_code == 303
    item.refresh_from_db()
    seat = agent.seat
    assert (item.state, item.member_id, item.team.unit.code) == ("queued", None, "front")
    assert (seat.team.unit.code, seat.capacity, seat.languages, seat.open) == ("data", 5, ["en"], 0)
    event = last("work.member_changed")
    assert event.data["before"]["team"] == "front"
    assert event.data["after"] == {"team": "data", "capacity": 5, "languages": ["en"]}


def test_shut_out_ends_sessions_and_hands_work_back(boss: Staffer, agent: Staffer, now: datetime) -> None:
    [item] = work_about(complain(now).case)
    agent.client.post("/work/next/")
    page = boss.client.get(page_of(agent.user)).content.decode()
    assert "1 piece of work goes back to its queue" in page
    assert boss.client.post(f"{page_of(agent.user)}shut-out/", {"key": "o"}).status_code == 303
    item.refresh_from_db()
    assert (item.state, item.member_id, item.arrived) == (WorkItem.State.QUEUED, None, now)
    assert Member.objects.get(user=agent.user).open == 0
    assert agent.client.get("/today/").status_code == 302
    assert not User.objects.get(id=agent.user.id).is_active
    kinds = list(Event.objects.order_by("-id").values_list("type", flat=True)[:2])
    assert kinds == ["staff.disabled", "work.returned"]
    assert boss.client.post(f"{page_of(agent.user)}way-in/", {"way": "link"}).status_code == 409
    assert boss.client.post(f"{page_of(agent.user)}let-in/", {"key": "i"}).status_code == 303
    assert User.objects.get(id=agent.user.id).is_active
    assert not User.objects.get(id=agent.user.id).has_usable_password()


def test_the_last_administrator_stays(boss: Staffer, hire: Hire, now: datetime) -> None:
    with nothing_happens():
        answer = boss.client.post(f"{page_of(boss.user)}revoke/", {"role": "administrator", "at": "east"})
        assert "Nobody could change settings any more" in answer.content.decode()
        own = boss.client.post(f"{page_of(boss.user)}shut-out/", {})
        assert "Somebody else has to" in own.content.decode()
        with pytest.raises(Conflict), transaction.atomic():
            staff.disable_user(actor=SYSTEM, now=now, user=User.objects.get(id=boss.user.id))
    second = hire("second", "administrator", "west")
    assert second.client.post(f"{page_of(boss.user)}shut-out/", {"key": "o"}).status_code == 303
    with pytest.raises(Conflict), transaction.atomic():
        staff.disable_user(actor=SYSTEM, now=now, user=second.user)


@given(before=ids, after=ids)
def test_leaving_nobody(before: set[int], after: set[int]) -> None:
    assert roster.leaves_nobody(before, after) == (len(before) > 0 and len(after) == 0)


def test_strangers_and_colleagues_change_nothing(
    agent: Staffer, supervisor: Staffer, auditor: Staffer, stranger: Staffer
) -> None:
    address = page_of(agent.user)
    with nothing_happens():
        for who in (agent, supervisor, auditor, stranger):
            assert who.client.get("/settings/users/").status_code == 403
            assert who.client.get(address).status_code == 403
            for verb in ("change", "grant", "revoke", "seat", "shut-out", "let-in", "way-in"):
                sent = {"role": "administrator", "at": "east", "name": "x", "team": "data", "capacity": "1"}
                assert who.client.post(f"{address}{verb}/", sent).status_code == 403
    assert RoleGrant.objects.filter(user=agent.user).count() == 1


def test_the_list_costs_the_same_for_a_hundred(boss: Staffer, hire: Hire) -> None:
    first = statements(lambda: boss.client.get("/settings/users/"))
    for number in range(12):
        hire(f"person {number}", "agent", "front")
    assert statements(lambda: boss.client.get("/settings/users/")) == first
    page = boss.client.get("/settings/users/?q=person 1").content.decode()
    assert "person 11" in page
    assert "person 2<" not in page
