"""Saved views: one's own, shared with a unit's people or everybody, ordered, changed and deleted; nobody else's business."""

from datetime import datetime
from html import unescape

import pytest

from guanxi.core.models import Event, SavedView
from tests.cast import Hire, Staffer, complain, nothing_happens, statements

pytestmark = pytest.mark.django_db
URL = "/lists/cases/views/"


def save(who: Staffer, name: str = "Late ones", query: str = "state=recorded", share: str = "") -> SavedView:
    response = who.client.post(URL, {"name": name, "query": query, "share": share, "key": f"{name}{share}"})
    assert response.status_code == 303, response.content.decode()[-2000:]
    return SavedView.objects.get(owner=who.user, name=" ".join(name.split()))


def do(who: Staffer, view: SavedView, what: str, **fields: str) -> int:
    return who.client.post(f"{URL}{view.public_id}/", {"do": what, "query": view.query, **fields}).status_code


def sees(who: Staffer, name: str) -> bool:
    return name in unescape(who.client.get("/cases/").content.decode())


def test_what_is_shown_is_kept_under_a_name(agent: Staffer, now: datetime) -> None:
    view = save(
        agent,
        "  Late \n ones ",
        "sort=due&turn=staff&columns=case,due&density=dense&after=xyz&view=V-1&junk=1",
    )
    assert view.name == "Late ones"
    assert view.query == "turn=staff&sort=due&columns=case,due&density=dense"
    body = agent.client.get(f"/cases/?{view.query}&view={view.public_id}").content.decode()
    assert body.count('aria-current="true"') == 1
    assert f'view={view.public_id}" aria-current="true"' in body
    event = Event.objects.get(type="view.saved")
    assert event.data == {"view": view.public_id, "list": "cases", "shared": False}
    assert "Late" not in str(event.data)


def test_the_same_form_twice_saves_once(agent: Staffer) -> None:
    sent = {"name": "Twice", "query": "", "key": "k1"}
    first = agent.client.post(URL, sent)
    assert agent.client.post(URL, sent).headers["Location"] == first.headers["Location"]
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Give the view a name."),
        ("\u202e\u200b", "Give the view a name."),
        ("x" * 61, "At most 60 characters fit here."),
        ("Late ones", "You have a view of this name."),
        ("late\u202e ones".replace("late", "Late"), "You have a view of this name."),
    ],
)
def test_a_name_that_cannot_be_comes_back_with_its_error(agent: Staffer, name: str, said: str) -> None:
    save(agent)
    with nothing_happens():
        response = agent.client.post(URL, {"name": name, "query": "state=recorded"})
    assert response.status_code == 422
    body = unescape(response.content.decode())
    assert said in body
    assert "Stage: <b>Received</b>" in body  # what was shown is still shown


def test_hostile_names_are_text(agent: Staffer) -> None:
    view = save(agent, "<script>alert(1)</script>'\"{{7*7}}")
    body = agent.client.get(f"/cases/?view={view.public_id}").content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "{{7*7}}" in body


def test_a_filter_that_cannot_be_read_is_not_kept(agent: Staffer) -> None:
    with nothing_happens():
        assert agent.client.post(URL, {"name": "x", "query": "opened=soon"}).status_code == 422
        assert agent.client.post(URL, {"name": "x", "query": "case=" + "y" * 3000}).status_code == 422


def test_a_view_of_ones_own_is_nobody_elses(
    agent: Staffer, other_agent: Staffer, stranger: Staffer, supervisor: Staffer, manager: Staffer
) -> None:
    view = save(agent)
    for who in (other_agent, stranger, supervisor, manager):
        assert not sees(who, "Late ones")
        with nothing_happens():
            for what in ("update", "rename", "share", "earlier", "delete"):
                assert do(who, view, what, name="Mine now") == 404
    assert sees(agent, "Late ones")


def test_shared_with_a_team_its_people_see_it_and_cannot_change_it(
    supervisor: Staffer, agent: Staffer, stranger: Staffer, steward: Staffer, allow_sharing: None
) -> None:
    view = save(supervisor, "For us", share="front")
    assert (view.shared, view.unit and view.unit.code) == (True, "front")
    assert sees(agent, "For us")
    assert "shared by Supervisor" in unescape(agent.client.get("/cases/").content.decode())
    assert not sees(stranger, "For us")
    assert not sees(steward, "For us")
    with nothing_happens():
        for what in ("update", "rename", "share", "earlier", "delete"):
            assert do(agent, view, what, name="Mine now") == 403
            assert do(stranger, view, what, name="Mine now") == 404


def test_sharing_needs_the_right_and_reaches_as_far_as_it(
    agent: Staffer,
    supervisor: Staffer,
    manager: Staffer,
    steward: Staffer,
    stranger: Staffer,
    allow_sharing: None,
) -> None:
    with nothing_happens():
        assert agent.client.post(URL, {"name": "x", "query": "", "share": "front"}).status_code == 403
        assert agent.client.post(URL, {"name": "x", "query": "", "share": "everyone"}).status_code == 403
        for far in ("everyone", "east", "west-front", "nowhere"):
            assert supervisor.client.post(URL, {"name": "x", "query": "", "share": far}).status_code == 403
    save(supervisor, "Ours", share="contact")
    assert sees(agent, "Ours")
    view = save(manager, "All of us", share="everyone")
    assert sees(stranger, "All of us")
    assert do(manager, view, "share", share="") == 303
    assert not sees(stranger, "All of us")
    assert sees(manager, "All of us")
    assert [one.data["shared"] for one in Event.objects.filter(type="view.shared")] == [False]


def test_who_may_share_with_everybody_clears_up_what_people_leave_behind(
    supervisor: Staffer, manager: Staffer, allow_sharing: None
) -> None:
    view = save(supervisor, "Left behind", share="front")
    manager.user.unit = view.unit
    manager.user.save()
    assert do(manager, view, "delete") == 303
    assert not SavedView.objects.exists()


def test_rename_update_and_delete(agent: Staffer) -> None:
    view = save(agent)
    other = save(agent, "Other")
    assert do(agent, view, "rename", name="Better") == 303
    with nothing_happens():
        assert do(agent, view, "rename", name="Other") == 422
        assert do(agent, view, "rename", name="Better") == 303
        assert do(agent, view, "nonsense") == 404
    response = agent.client.get(f"/cases/?state=answered&view={view.public_id}")
    assert "Update to what is shown" in response.content.decode()
    assert do(agent, view, "update", query="state=answered") == 303
    view.refresh_from_db()
    assert (view.name, view.query) == ("Better", "state=answered")
    assert do(agent, view, "delete") == 303
    assert [one.name for one in SavedView.objects.all()] == [other.name]
    types = Event.objects.filter(subject_id=view.id).order_by("id").values_list("type", flat=True)
    assert list(types) == ["view.saved", "view.changed", "view.changed", "view.deleted"]


def test_order_is_ones_own(agent: Staffer) -> None:
    views = [save(agent, name) for name in ("One", "Two", "Three")]
    assert do(agent, views[2], "earlier") == 303
    assert do(agent, views[0], "later") == 303
    with nothing_happens():
        assert do(agent, views[2], "earlier") == 303  # it is the first already
    found = SavedView.objects.order_by("place").values_list("name", flat=True)
    assert list(found) == ["Three", "One", "Two"]


def test_views_that_do_not_fit_wait_in_a_menu(agent: Staffer) -> None:
    for number in range(6):
        save(agent, f"View {number}")
    body = agent.client.get("/cases/").content.decode()
    assert "4 more" in body
    last = SavedView.objects.get(name="View 5")
    body = agent.client.get(f"/cases/?{last.query}&view={last.public_id}").content.decode()
    assert body.index("View 5") < body.index("4 more")  # the one in use is never in the menu


def test_at_most_fifty(agent: Staffer, now: datetime) -> None:
    SavedView.objects.bulk_create(
        SavedView(listing="cases", name=f"n{n}", owner=agent.user, created=now) for n in range(50)
    )
    with nothing_happens():
        assert agent.client.post(URL, {"name": "One more", "query": ""}).status_code == 422


def test_a_look_is_shown_once_or_kept_for_oneself(
    agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    complain(now)
    url = "/lists/cases/look/"
    look = {"query": "turn=staff&sort=due", "column": ["due", "case"], "density": "dense"}
    shown = agent.client.post(url, {**look, "do": "show"})
    assert shown.headers["Location"] == "/cases/?turn=staff&sort=due&columns=due,case&density=dense"
    assert not SavedView.objects.exists()
    kept = agent.client.post(url, {**look, "do": "keep"})
    assert kept.headers["Location"] == "/cases/?turn=staff"
    body = agent.client.get("/cases/").content.decode()
    assert "gx-list--dense" in body
    assert body.index('data-column="due"') < body.index('data-column="case"')
    assert 'data-column="customer"' not in body
    assert 'aria-sort="ascending"' in body
    assert "columns=due,case" in unescape(body)  # an export gets what is shown
    assert "gx-list--calm" in agent.client.get("/cases/?density=calm").content.decode()
    assert 'data-column="customer"' in agent.client.get("/cases/?columns=customer").content.decode()
    assert "gx-list--calm" in other_agent.client.get("/cases/").content.decode()
    with nothing_happens():
        agent.client.post(url, {**look, "do": "keep"})
    assert agent.client.post(url, {**look, "do": "forget"}).headers["Location"] == "/cases/?turn=staff"
    assert "gx-list--calm" in agent.client.get("/cases/").content.decode()
    assert not sees(agent, 'href="/cases/?view=')  # the kept look is no view


def test_columns_move_without_a_script(agent: Staffer) -> None:
    url = "/lists/cases/look/"
    sent = {"query": "", "column": ["case", "state", "due"], "density": "calm"}
    moved = agent.client.post(url, {**sent, "earlier": "due"})
    assert moved.headers["Location"] == "/cases/?columns=case,due,state"
    moved = agent.client.post(url, {**sent, "later": "due"})
    assert moved.headers["Location"] == "/cases/?columns=case,state,due"
    moved = agent.client.post(url, {"query": "", "column": ["nonsense", "case", "case"]})
    assert moved.headers["Location"] == "/cases/?columns=case"


def test_views_cost_one_statement_however_many(agent: Staffer, hire: Hire, now: datetime) -> None:
    agent.client.get("/cases/")
    few = statements(lambda: agent.client.get("/cases/"))
    SavedView.objects.bulk_create(
        SavedView(listing="cases", name=f"n{n}", owner=agent.user, created=now) for n in range(40)
    )
    assert statements(lambda: agent.client.get("/cases/")) == few
