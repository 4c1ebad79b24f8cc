"""Saved replies: written with variables, offered where they fit, filled in; a gap is filled before anything is sent."""

from datetime import datetime

import pytest

from guanxi.cases import actions
from guanxi.cases.actions import Reply
from guanxi.cases.models import SavedReply
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Event, Role
from tests.cast import Hire, Shopper, Staffer, case_of, complain, nothing_happens

pytestmark = pytest.mark.django_db
BODY = {
    "zh-hans": "{customer}您好，{case} 已在 {promise} 前办理。订单 {order}。{me}",
    "en": "Dear {customer}, {case}. {order}",
}
REPLY = Reply("late-parcel", {"zh-hans": "包裹晚到", "en": "Late parcel"}, BODY)


@pytest.fixture
def writer(hire: Hire) -> Staffer:
    """Writes the replies of the front team."""
    role = Role.objects.get(code="agent")
    Role.objects.create(code="writer", name={"en": "writer"}, rights={**role.rights, "cases.replies": "team"})
    return hire("writer", "writer", "front", seat="front")


def test_written_filled_in_and_counted(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    row = actions.save_reply(actor=agent.actor, now=now, reply=REPLY)
    case = complain(now, actor=buyer.actor).case
    filled = actions.use_reply(actor=agent.actor, now=now, public_id=row.public_id, number=case.number)
    assert filled.missing == ("order",)
    assert filled.text.startswith(f"王小明您好，{case.number} 已在 ")
    assert "⟦" in filled.text
    row.refresh_from_db()
    assert (row.used, row.last_used, row.owner_id) == (1, now, agent.user.id)
    assert list(
        Event.objects.filter(type__startswith="reply.").order_by("id").values_list("type", flat=True)
    ) == [
        "reply.saved",
        "reply.used",
    ]


def test_a_gap_is_filled_before_anything_is_sent(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, actor=buyer.actor).case
    for verb in (actions.answer, actions.resolve):
        with nothing_happens(), pytest.raises(Invalid) as refused:
            verb(actor=agent.actor, now=now, number=case.number, text="订单 ⟦订单号⟧ 已寄出")
        assert refused.value.code == "gaps"
        assert "订单号" in str(refused.value.fields["text"])
    actions.answer(actor=agent.actor, now=now, number=case.number, text="订单 A-1001 已寄出")
    assert case_of(case.number).state == "answered"


@pytest.mark.parametrize("name", ["name", "customer.name", "", "Customer"])
def test_an_unknown_variable_is_refused_when_saving(agent: Staffer, now: datetime, name: str) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        actions.save_reply(
            actor=agent.actor, now=now, reply=Reply("x", {"en": "X"}, {"en": f"Dear {{{name}}}"})
        )
    assert "{customer}" in str(refused.value.fields["body_en"])


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        (Reply("", {"en": "X"}, {"en": "X"}), "code"),
        (Reply("with space", {"en": "X"}, {"en": "X"}), "code"),
        (Reply("x", {}, {"en": "X"}), "title_zh"),
        (Reply("x", {"en": "X" * 81}, {"en": "X"}), "title_en"),
        (Reply("x", {"en": "X"}, {}), "body_zh"),
        (Reply("x", {"en": "X"}, {"en": "a { alone"}), "body_en"),
        (Reply("x", {"en": "X"}, {"en": "X"}, steps=["answer", "resolve"]), "steps"),
        (Reply("x", {"en": "X"}, {"en": "X"}, steps=["next"]), "steps"),
        (Reply("x", {"en": "X"}, {"en": "X"}, steps=["delete"]), "steps"),
        (Reply("x", {"en": "X"}, {"en": "X"}, team="front"), "team"),
    ],
)
def test_what_cannot_be_saved(agent: Staffer, now: datetime, reply: Reply, field: str) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        actions.save_reply(actor=agent.actor, now=now, reply=reply)
    assert list(refused.value.fields) == [field]


def test_a_code_is_taken_once(agent: Staffer, other_agent: Staffer, now: datetime) -> None:
    actions.save_reply(actor=agent.actor, now=now, reply=REPLY)
    with nothing_happens(), pytest.raises(Invalid) as refused:
        actions.save_reply(actor=agent.actor, now=now, reply=REPLY)
    assert refused.value.code == "taken"
    actions.save_reply(actor=other_agent.actor, now=now, reply=REPLY)  # theirs is their own


def test_ones_own_is_nobody_elses(
    agent: Staffer, other_agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    row = actions.save_reply(actor=agent.actor, now=now, reply=REPLY)
    case = complain(now, actor=buyer.actor).case
    with nothing_happens():
        for act in (
            lambda: actions.use_reply(
                actor=other_agent.actor, now=now, public_id=row.public_id, number=case.number
            ),
            lambda: actions.remove_reply(actor=other_agent.actor, now=now, public_id=row.public_id),
            lambda: actions.save_reply(
                actor=other_agent.actor, now=now, reply=REPLY, public_id=row.public_id
            ),
        ):
            with pytest.raises(NotFound):
                act()


def test_the_teams_are_read_by_all_and_changed_by_few(
    writer: Staffer, agent: Staffer, stranger: Staffer, now: datetime
) -> None:
    ours = Reply("ours", {"en": "Ours"}, {"en": "Hello {customer}"}, team="front", steps=["answer", "next"])
    row = actions.save_reply(actor=writer.actor, now=now, reply=ours)
    page = agent.client.get("/replies/")
    assert "Ours" in page.text
    assert "send it as the answer, open the next piece of work" in page.text
    with nothing_happens(), pytest.raises(Denied):
        actions.remove_reply(actor=agent.actor, now=now, public_id=row.public_id)
    with nothing_happens(), pytest.raises(NotFound):
        actions.remove_reply(actor=stranger.actor, now=now, public_id=row.public_id)
    with nothing_happens(), pytest.raises(Conflict):
        actions.save_reply(actor=writer.actor, now=now, reply=ours, public_id=row.public_id, version=7)
    actions.remove_reply(actor=writer.actor, now=now, public_id=row.public_id)
    assert not SavedReply.objects.exists()


def test_offered_where_it_fits(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    for code, channels, kinds in (
        ("all", [], []),
        ("mail", ["email"], []),
        ("web", ["web"], ["request"]),
        ("odd", [], ["dispute"]),
    ):
        reply = Reply(
            code, {"en": f"Title {code}"}, {"en": "Hello", "zh-hans": "您好"}, channels=channels, kinds=kinds
        )
        actions.save_reply(actor=agent.actor, now=now, reply=reply)
    case = complain(now, actor=buyer.actor).case
    page = agent.client.get(f"/cases/{case.number}/replies/").text
    assert [code for code in ("all", "mail", "web", "odd") if f"Title {code}" in page] == ["all", "web"]
    assert "您好" in page


def test_written_and_changed_on_its_page(agent: Staffer) -> None:
    form = {
        "code": "/Thanks",
        "title_en": "Thanks",
        "body_en": "Thank you, {customer}",
        "steps": ["next", "resolve"],
    }
    wrong = agent.client.post("/replies/new/", {**form, "body_en": "Thank you, {name}"})
    assert (wrong.status_code, "Nothing is known as {name}" in wrong.text) == (422, True)
    assert agent.client.post("/replies/new/", form).status_code == 303
    row = SavedReply.objects.get()
    assert (row.code, row.steps, row.title) == ("thanks", ["resolve", "next"], {"en": "Thanks"})
    page = agent.client.get(f"/replies/{row.public_id}/").text
    assert "Thank you, {customer}" in page
    changed = agent.client.post(
        f"/replies/{row.public_id}/change/", {**form, "code": "thanks", "version": "1", "body_en": "Thanks"}
    )
    assert changed.status_code == 303
    stale = agent.client.post(f"/replies/{row.public_id}/change/", {**form, "code": "thanks", "version": "1"})
    assert (stale.status_code, "in the meantime" in stale.text) == (422, True)
    assert agent.client.post(f"/replies/{row.public_id}/remove/").status_code == 303
    assert not SavedReply.objects.exists()
