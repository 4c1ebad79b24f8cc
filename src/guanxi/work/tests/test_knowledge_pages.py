"""Knowledge in pages and over the API; the panel of a case; training."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from guanxi.core.models import ApiToken, Event
from guanxi.work import actions
from guanxi.work.actions import ArticleText, ChecklistText
from guanxi.work.models import Article, Checklist, Learned, Version
from guanxi.work.queries import knowledge as reads
from guanxi.work.tests.test_knowledge import LATE, allow, publish
from tests.cast import SYSTEM, Machine, Shopper, Staffer, complain, nothing_happens

pytestmark = pytest.mark.django_db
FORM = {"code": "hats", "kind": "article", "title_en": "Hats", "body_en": "Brush <b>them</b>"}
STEPS = ChecklistText(
    {"zh-hans": "第一周", "en": "First week"},
    ["agent"],
    [
        {"code": "read", "name": {"en": "Read about lateness"}, "article": "late"},
        {"code": "listen", "name": {"en": "Listen to ten calls"}, "article": ""},
    ],
)


def test_written_looked_at_published_and_read(supervisor: Staffer, agent: Staffer, now: datetime) -> None:
    allow(supervisor, reads.READ, reads.EDIT)
    allow(agent, reads.READ)
    looked = supervisor.client.post("/knowledge/new/", {**FORM, "do": "preview"})
    assert "Brush &lt;b&gt;them&lt;/b&gt;" in looked.content.decode()
    assert not Article.objects.exists()
    made = supervisor.client.post("/knowledge/new/", {**FORM, "key": "k-1"})
    assert (made.status_code, made["Location"]) == (303, "/knowledge/hats/edit/")
    assert agent.client.get("/knowledge/hats/").status_code == 404
    sent = {**FORM, "body_en": "Steam them", "version": "1", "note": "steam", "key": "k-2"}
    assert supervisor.client.post("/knowledge/hats/publish/", sent).status_code == 303
    page = agent.client.get("/knowledge/hats/").content.decode()
    assert "Steam them" in page
    assert "/knowledge/hats/edit/" not in page
    assert "Steam them" in agent.client.get("/knowledge/?q=steam").content.decode()
    assert "Nothing fits" in agent.client.get("/knowledge/?q=walrus").content.decode()


def test_somebody_was_faster_and_no_word_is_lost(supervisor: Staffer, now: datetime) -> None:
    allow(supervisor, reads.READ, reads.EDIT)
    publish(now)
    sent = {**FORM, "body_en": "Mine", "version": "1", "key": "k-1"}
    for verb in ("edit", "publish"):
        with nothing_happens():
            refused = supervisor.client.post(f"/knowledge/late/{verb}/", sent)
        assert refused.status_code == 409
        assert "Mine" in refused.content.decode()
        assert "A colleague has changed this article" in refused.content.decode()


def test_versions_and_what_is_different(agent: Staffer, now: datetime) -> None:
    allow(agent, reads.READ)
    publish(now)
    actions.change_article(
        actor=SYSTEM, now=now, code="late", text=ArticleText({"en": "Late"}, {"en": "Ring <the> carrier"})
    )
    actions.publish_article(actor=SYSTEM, now=now, code="late")
    page = agent.client.get("/knowledge/late/").content.decode()
    assert "<ins>Ring &lt;the&gt; carrier</ins>" in page
    assert "<del>Look at the carrier.</del>" in page
    first = agent.client.get("/knowledge/late/?version=1").content.decode()
    assert "Look at the carrier." in first
    assert "/knowledge/late/helped/" not in first
    assert agent.client.get("/knowledge/late/?version=9").status_code == 404


def test_a_hostile_text_stays_text(agent: Staffer, now: datetime) -> None:
    allow(agent, reads.READ)
    evil = '<img src=x onerror=alert(1)> [x](javascript:alert(1)) "><script>'
    publish(now, text=ArticleText({"en": evil}, {"en": f"1. {evil}\n> {evil}\n- {evil} -> 1"}), kind="script")
    for address in ("/knowledge/", "/knowledge/late/"):
        page = agent.client.get(address).content.decode()
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
    found = agent.client.post("/knowledge/suggest/", {"text": "img onerror alert script"}).content.decode()
    assert "data-know-say=" in found
    assert "<script" not in found
    assert "<img" not in found


def test_due_reviews_are_the_editors_to_see(agent: Staffer, supervisor: Staffer, now: datetime) -> None:
    allow(agent, reads.READ)
    allow(supervisor, reads.READ, reads.EDIT)
    publish(now - timedelta(days=181))
    assert "To be looked at again" in supervisor.client.get("/knowledge/").content.decode()
    assert "To be looked at again" not in agent.client.get("/knowledge/").content.decode()
    posted = supervisor.client.post("/knowledge/late/confirm/", {"key": "k-1"})
    assert posted.status_code == 303
    assert "To be looked at again" not in supervisor.client.get("/knowledge/").content.decode()


def test_voting_from_the_page(agent: Staffer, now: datetime) -> None:
    allow(agent, reads.READ)
    publish(now)
    assert agent.client.post("/knowledge/late/helped/", {"key": "k-1"}).status_code == 303
    assert "helped 1 of 1" in agent.client.get("/knowledge/late/").content.decode()
    assert agent.client.post("/knowledge/late/nonsense/", {"key": "k-2"}).status_code == 404
    with nothing_happens():
        assert agent.client.post("/knowledge/late/retire/", {"key": "k-3"}).status_code == 403


def test_the_panel_of_a_case_and_what_is_put_into_the_answer(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    publish(now)
    case = complain(now, "我的包裹迟到了", buyer.contact).case
    address = f"/panels/cases.knowledge/{case.number}/"
    assert agent.client.get(address).status_code == 403
    assert "data-know-suggest" not in agent.client.get(f"/cases/{case.number}/").content.decode()
    allow(agent, reads.READ)
    assert f'data-lazy="{address}"' in agent.client.get(f"/cases/{case.number}/").content.decode()
    found = agent.client.get(address).content.decode()
    assert "/knowledge/late/" in found
    assert 'data-know-say="Sorry for the wait."' in found


def test_suggested_while_typing(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    publish(now)
    with nothing_happens():
        assert agent.client.post("/knowledge/suggest/", {"text": "late parcel"}).status_code == 403
        assert buyer.client.post("/knowledge/suggest/", {"text": "late parcel"}).status_code == 403
    allow(agent, reads.READ)
    assert (
        "/knowledge/late/"
        in agent.client.post("/knowledge/suggest/", {"text": "late parcel"}).content.decode()
    )
    assert agent.client.post("/knowledge/suggest/", {"text": "鲸鱼"}).content.decode().strip() == ""
    assert agent.client.post("/knowledge/suggest/", {"text": "x" * 2_001}).status_code == 422


def test_over_the_api(token: Machine, now: datetime) -> None:
    publish(now)
    client = Client(headers=token.headers)
    refused = client.get("/api/v1/knowledge")
    assert refused.status_code == 403
    ApiToken.objects.update(rights={reads.READ: "all", reads.EDIT: "all"})
    assert [one["code"] for one in client.get("/api/v1/knowledge?q=迟到").json()["items"]] == ["late"]
    whole = client.get("/api/v1/knowledge/late").json()
    assert (whole["number"], whole["body"], whole["codes"]) == (1, LATE.body, ["late_parcel"])
    body = {"title": {"en": "Late"}, "body": {"en": "Two"}, "version": whole["version"], "note": "shorter"}
    made = client.post("/api/v1/knowledge/late/publish", body, content_type="application/json")
    assert (made.status_code, made.json()["number"], made.json()["note"]) == (200, 2, "shorter")
    with nothing_happens():
        again = client.post("/api/v1/knowledge/late/publish", body, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "stale")
    assert Version.objects.count() == 2
    voted = client.post("/api/v1/knowledge/late/vote", {"helped": True}, content_type="application/json")
    assert voted.json()["code"] == "no_person"
    assert client.get("/api/v1/knowledge/nothing").status_code == 404


def test_training_is_ticked_by_oneself_and_seen_by_the_supervisor(
    agent: Staffer, supervisor: Staffer, now: datetime
) -> None:
    publish(now)
    assert actions.set_checklist(actor=SYSTEM, now=now, code="first", text=STEPS)
    assert not actions.set_checklist(actor=SYSTEM, now=now, code="first", text=STEPS)
    assert agent.client.get("/training/").status_code == 403
    allow(agent, reads.READ)
    page = agent.client.get("/training/").content.decode()
    assert "0 of 2" in page
    assert 'href="/knowledge/late/"' in page
    for _ in range(2):
        assert agent.client.post("/training/first/read/done/").status_code == 303
    assert Learned.objects.count() == 1
    assert Event.objects.filter(type="work.learned").count() == 1
    assert "1 of 2" in agent.client.get("/training/").content.decode()
    assert agent.client.get("/training/team/").status_code == 403
    allow(supervisor, reads.READ, "work.assign")
    assert "There is no training" in supervisor.client.get("/training/").content.decode()
    with nothing_happens():
        assert supervisor.client.post("/training/first/read/done/").status_code == 404
        assert agent.client.post("/training/first/nonsense/done/").status_code == 404
        assert agent.client.post("/training/first/read/nonsense/").status_code == 404
    team = supervisor.client.get("/training/team/").content.decode()
    assert "1 of 2" in team
    assert agent.client.post("/training/first/read/not_yet/").status_code == 303
    assert not Learned.objects.exists()


def sheet(rows: list[tuple[str, str, str, str]], **more: Any) -> dict[str, Any]:
    """A checklist's form: rows of (code, Chinese, English, article), in their order."""
    columns = dict(
        zip(
            ("item-code", "item-zh", "item-en", "item-article"),
            map(list, zip(*rows, strict=True)),
            strict=True,
        )
    )
    return {
        "name_zh": "第一周",
        "name_en": "The first week",
        "item-place": list(range(1, len(rows) + 1)),
        **columns,
        **more,
    }


def test_a_checklist_is_written_in_the_house(agent: Staffer, supervisor: Staffer, now: datetime) -> None:
    publish(now)
    actions.set_checklist(actor=SYSTEM, now=now, code="first", text=STEPS)
    allow(supervisor, reads.READ, reads.EDIT)
    allow(agent, reads.READ)
    agent.client.post("/training/first/read/done/")
    here = "/training/lists/first/edit/"
    rows = [("read", "读", "Read it again", "late"), ("", "练", "Practise", ""), ("", "", "", "")]
    with nothing_happens():
        assert agent.client.get("/training/lists/").status_code == 403
        assert agent.client.get(here).status_code == 403
        assert agent.client.post(here, sheet(rows, version=1)).status_code == 403
        assert agent.client.post("/training/lists/new/", sheet(rows, code="x")).status_code == 403
        assert supervisor.client.get("/training/lists/nothing/edit/").status_code == 404
    assert "from the pack" in supervisor.client.get("/training/lists/").content.decode()
    shown = supervisor.client.get(here).content.decode()
    assert 'value="read"' in shown
    assert "built-in" not in shown
    for _twice in range(2):
        saved = supervisor.client.post(here, sheet(rows, version=1, key="k-1", roles=["agent"]))
        assert saved.status_code == 303
    row = Checklist.objects.get()
    assert (row.own, row.version, row.roles) == (True, 2, ["agent"])
    assert [(one["name"]["en"], one["article"]) for one in row.items] == [
        ("Read it again", "late"),
        ("Practise", ""),
    ]
    assert row.items[0]["code"] == "read"
    assert row.items[1]["code"]
    assert "1 of 2" in agent.client.get("/training/").content.decode()  # what was ticked stays
    assert not actions.set_checklist(actor=SYSTEM, now=now, code="first", text=STEPS)  # the house's own
    with nothing_happens():
        stale = supervisor.client.post(here, sheet(rows, version=1))
        assert stale.status_code == 409
        assert "Practise" in stale.content.decode()  # what was typed is still there
        wrong = [("read", "读", "Read", "no-such-article"), ("", "", "", "late")]
        refused = supervisor.client.post(here, sheet(wrong, version=2, roles=["nobody"])).content.decode()
        for told in (
            "There is no article with this code.",
            "Please say what to read",
            "Nobody knows the role nobody",
        ):
            assert told in refused
        named = supervisor.client.post("/training/lists/new/", sheet(rows, code="First week"))
        assert (named.status_code, "Small letters" in named.content.decode()) == (422, True)
        assert supervisor.client.post("/training/lists/new/", sheet(rows, code="first")).status_code == 422
    moved = sheet([("read", "读", "Read", "late"), (row.items[1]["code"], "练", "Practise", "")], version=2)
    moved["item-place"] = [5, 2]
    assert supervisor.client.post(here, moved).status_code == 303
    assert [one["name"]["en"] for one in Checklist.objects.get().items] == ["Practise", "Read"]
    assert supervisor.client.post(here, sheet([("", "", "", "")], version=3)).status_code == 303
    assert "There is no training" in agent.client.get("/training/").content.decode()
    made = supervisor.client.post("/training/lists/new/", sheet(rows, code="second"))
    assert made.headers["Location"] == "/training/lists/second/edit/"
    assert Event.objects.filter(type="work.checklist_set").count() == 5
