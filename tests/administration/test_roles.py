"""Roles: made, copied, changed with history; never the last administrator's rights."""

import pytest

from guanxi.core import roles
from guanxi.core.models import Event, Role
from guanxi.packs.install import install
from guanxi.packs.loader import load
from tests.cast import SYSTEM, Staffer, nothing_happens, statements

pytestmark = pytest.mark.django_db


def form(**rights: str) -> dict[str, str]:
    sent = {"name_zh": "夜班", "name_en": "Night shift", "key": "k"}
    return sent | {f"r:{right.replace('_', '.', 1)}": scope for right, scope in rights.items()}


def test_a_role_is_copied_and_made(boss: Staffer) -> None:
    page = boss.client.get("/settings/roles/new/?copy=agent").content.decode()
    assert 'value="agent-2"' in page
    sent = {**form(cases_view="team", people_view="all"), "code": "night"}
    assert boss.client.post("/settings/roles/new/", sent)["Location"] == "/settings/roles/night/"
    made = Role.objects.get(code="night")
    assert (made.rights, made.own) == ({"cases.view": "team", "people.view": "all"}, True)
    event = Event.objects.get(type="role.added")
    assert event.data == {"role": "night", "before": {}, "after": made.rights}


def test_a_change_holds_at_once_and_stands_in_the_history(boss: Staffer, agent: Staffer) -> None:
    assert agent.client.get("/orders/").status_code == 200
    before = dict(Role.objects.get(code="agent").rights)
    assert boss.client.post("/settings/roles/agent/", form(work_view="team")).status_code == 303
    assert agent.client.get("/orders/").status_code == 403
    event = Event.objects.get(type="role.changed")
    assert (event.data["before"], event.data["after"]) == (before, {"work.view": "team"})
    page = boss.client.get("/settings/roles/agent/").content.decode()
    assert "<dt>cases.handle</dt>" in page  # red: it was "team"
    boss.client.post("/settings/roles/agent/", {**form(work_view="team"), "key": "another"})
    assert Event.objects.filter(type="role.changed").count() == 1  # nothing changed, nothing is told


def test_nobody_locks_the_house(boss: Staffer) -> None:
    with nothing_happens():
        answer = boss.client.post("/settings/roles/administrator/", form(cases_view="all"))
    assert answer.status_code == 422
    assert "Nobody could change settings any more" in answer.content.decode()
    assert 'value="all" selected' in answer.content.decode()  # what was chosen is still there


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"code": "Night Shift"}, "Small letters, digits"),
        ({"code": "new"}, "Small letters, digits"),
        ({"code": "agent"}, "is there already"),
        ({"code": "night", "name_en": ""}, "A name of at most 80"),
        ({"code": "night", "r:cases.view": "galaxy"}, "Unknown right or scope"),
        ({"code": "night", "r:moon.view": "all"}, "Unknown right or scope"),
        ({"code": "night", "r:cases.view": ""}, "choose at least one"),
    ],
)
def test_bad_input_is_named(boss: Staffer, sent: dict[str, str], words: str) -> None:
    with nothing_happens():
        answer = boss.client.post("/settings/roles/new/", {**form(cases_view="team"), **sent})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_pack_leaves_what_the_house_changed(boss: Staffer, now: object) -> None:
    boss.client.post("/settings/roles/agent/", form(work_view="team"))
    changed = install(actor=SYSTEM, now=now, pack=load("club")).changed  # type: ignore[arg-type]
    assert "agent" not in changed
    assert "supervisor" in changed
    assert Role.objects.get(code="agent").rights == {"work.view": "team"}


def test_differences_name_each_right_once() -> None:
    found = roles.differences({"a": "own", "b": "team"}, {"b": "all", "c": "own"})
    assert [(one.right, one.before, one.after) for one in found] == [
        ("a", "own", ""), ("b", "team", "all"), ("c", "", "own"),
    ]  # fmt: skip


def test_strangers_read_and_change_nothing(agent: Staffer, auditor: Staffer, stranger: Staffer) -> None:
    with nothing_happens():
        for who in (agent, auditor, stranger):
            assert who.client.get("/settings/roles/").status_code == 403
            assert who.client.get("/settings/roles/agent/").status_code == 403
            assert who.client.post("/settings/roles/agent/", form(site_settings="all")).status_code == 403
            assert who.client.post("/settings/roles/new/", {**form(), "code": "x"}).status_code == 403


def test_the_list_costs_the_same(boss: Staffer) -> None:
    first = statements(lambda: boss.client.get("/settings/roles/"))
    Role.objects.bulk_create([Role(code=f"r{n}", rights={"cases.view": "own"}) for n in range(20)])
    assert statements(lambda: boss.client.get("/settings/roles/")) == first
