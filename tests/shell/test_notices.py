"""Notices: who is told of what, how often, and that nobody is told of what they may not see."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases import actions as cases
from guanxi.cases import queries as case_queries
from guanxi.cases.actions import Opened
from guanxi.core import clock, events, retention
from guanxi.core.access import Actor
from guanxi.core.errors import Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Event as EventRow
from guanxi.core.models import Export, ImportRun, Notice, NoticeChoice, Role, WebhookEndpoint
from guanxi.core.notices import actions, follow, queries
from guanxi.work.actions import take_next
from tests.cast import SYSTEM, Shopper, Staffer, Visitor, complain, nothing_happens, statements, work_off

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)


def told(staffer: Staffer) -> list[str]:
    """Kinds of everything a person was told, oldest first."""
    return list(Notice.objects.filter(user=staffer.user).order_by("id").values_list("kind", flat=True))


def customer_of(opened: Opened) -> Actor:
    return case_queries.link_actor(case_queries.link_token(opened.case))


def in_hand(agent: Staffer, now: datetime) -> Opened:
    """A case this agent has taken."""
    opened = complain(now)
    take_next(actor=agent.actor, now=now)
    return opened


def says_more(opened: Opened, now: datetime, text: str = "还有一件事") -> None:
    cases.append(actor=customer_of(opened), now=now, number=opened.case.number, text=text)


def test_the_handler_is_told_that_the_customer_wrote_again(
    agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    opened = in_hand(agent, now)
    says_more(opened, now + LATER)
    with clock.at(now + LATER):
        work_off()
        work_off()  # each event reaches the follower once
    assert told(agent) == ["case.answered_by_customer"]
    assert told(other_agent) == []
    shown = queries.shown(agent.actor, list(queries.list_notices(agent.actor)))
    assert [(one.subject.title, one.subject.url) for one in shown] == [
        (opened.case.title, f"/cases/{opened.case.number}/")
    ]


def test_nobody_is_told_of_their_own_doing(agent: Staffer, now: datetime) -> None:
    opened = in_hand(agent, now)
    cases.append(actor=agent.actor, now=now, number=opened.case.number, text="客户来电补充")
    work_off()
    assert told(agent) == []


def test_whoever_last_had_it_is_told_when_it_opens_again(agent: Staffer, now: datetime) -> None:
    opened = in_hand(agent, now)
    cases.answer(actor=agent.actor, now=now, number=opened.case.number, text="明天补寄")
    cases.resolve(actor=agent.actor, now=now, number=opened.case.number)
    cases.reopen(actor=customer_of(opened), now=now, number=opened.case.number, text="还没收到")
    work_off()
    assert told(agent) == ["case.answered_by_customer"]


def test_overdue_tells_the_handler_and_whoever_answers_for_the_department(
    agent: Staffer, supervisor: Staffer, manager: Staffer, stranger: Staffer, now: datetime
) -> None:
    in_hand(agent, now)
    late = now + timedelta(days=3)
    with clock.at(late):
        work_off()
    assert told(agent) == told(supervisor) == ["case.overdue"]
    assert told(manager) == told(stranger) == []


def test_who_may_not_see_the_subject_is_not_told(agent: Staffer, stranger: Staffer, now: datetime) -> None:
    opened = in_hand(agent, now)
    events.record(
        Event("work.assigned", SYSTEM, now, ("work", _item(opened)), data={"member": stranger.actor.id})
    )
    events.record(
        Event("work.assigned", SYSTEM, now, ("work", _item(opened)), data={"member": agent.actor.id})
    )
    work_off()
    assert told(stranger) == []
    assert told(agent) == ["work.assigned"]


def _item(opened: Opened) -> int:
    return EventRow.objects.filter(type="work.added").latest("id").subject_id


def test_what_happened_long_ago_is_no_news(agent: Staffer, now: datetime) -> None:
    opened = in_hand(agent, now - timedelta(days=2))
    says_more(opened, now - timedelta(days=2))
    work_off()
    assert told(agent) == ["case.overdue"]  # which happens now; what she wrote then is not told any more


def test_a_busy_minute_is_folded(agent: Staffer, now: datetime) -> None:
    opened = in_hand(agent, now)
    for number in range(9):
        says_more(opened, now, f"第 {number} 句")
    work_off()
    notices = list(Notice.objects.filter(user=agent.user).order_by("created", "id"))
    assert len(notices) == follow.PER_MINUTE
    assert sum(one.more for one in notices) == 9 - follow.PER_MINUTE
    page = agent.client.get("/notices/").content.decode()
    assert "and 4 more" in page


def test_events_about_notices_carry_no_words_and_one_per_person(agent: Staffer, now: datetime) -> None:
    opened = in_hand(agent, now)
    says_more(opened, now, "我的秘密")
    says_more(opened, now, "还有")
    work_off()
    rows = EventRow.objects.filter(type="notice.added")
    assert [(row.subject_kind, row.subject_id, row.data) for row in rows] == [
        ("user", agent.user.id, {"count": 2})
    ]


@pytest.fixture
def notice(agent: Staffer, now: datetime) -> Notice:
    says_more(in_hand(agent, now), now)
    work_off()
    return Notice.objects.get(user=agent.user)


def test_reading_and_unreading(agent: Staffer, notice: Notice, now: datetime) -> None:
    assert queries.count_unread(agent.actor) == queries.Unread(1, 1)
    agent.client.post(f"/notices/{notice.public_id}/read/")
    agent.client.post(f"/notices/{notice.public_id}/read/")  # sent twice
    assert queries.count_unread(agent.actor) == queries.Unread(0, 0)
    assert EventRow.objects.filter(type="notice.read").count() == 1
    agent.client.post(f"/notices/{notice.public_id}/unread/")
    assert queries.count_unread(agent.actor).bell == 1
    assert agent.client.post("/notices/read/").status_code == 303
    assert queries.count_unread(agent.actor).bell == 0


def test_notices_are_ones_own(agent: Staffer, other_agent: Staffer, buyer: Shopper, notice: Notice) -> None:
    with nothing_happens():
        assert other_agent.client.post(f"/notices/{notice.public_id}/read/").status_code == 404
        assert buyer.client.post(f"/notices/{notice.public_id}/read/").status_code == 403
        assert buyer.client.get("/notices/").status_code == 403
        assert agent.client.post(f"/notices/{notice.public_id}/eat/").status_code == 404
    assert notice.public_id not in other_agent.client.get("/notices/").content.decode()


def test_shown_only_while_its_subject_may_be_seen(agent: Staffer, notice: Notice) -> None:
    page = agent.client.get("/notices/").content.decode()
    assert notice.public_id in page
    assert "The customer has written again" in page
    Notice.objects.filter(id=notice.id).update(subject_id=4_711)
    page = agent.client.get("/notices/").content.decode()
    assert notice.public_id not in page
    assert "1 more is about something you can no longer see." in page


def test_what_one_set_off_tells_when_it_has_ended(
    agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    """Imports, exports and webhooks: their owner is told, though the event is of their own doing."""
    sent, ready = (
        Export.objects.create(
            user=agent.user, listing="cases", language="en", state=state, created=now, expires=now
        )
        for state in (Export.State.SENT, Export.State.READY)
    )
    run = ImportRun.objects.create(
        kind="customers",
        name="book.csv",
        owner=agent.user,
        actor_kind="staff",
        actor_id=agent.actor.id,
        created=now,
    )
    hook = WebhookEndpoint.objects.create(
        name="shop", url="https://shop.example/", owner=agent.user, seed="s", created=now
    )
    for code, kind, subject in (
        ("list.exported", "export", sent.id),
        ("list.exported", "export", ready.id),
        ("import.finished", "import", run.id),
        ("webhook.paused", "webhook", hook.id),
    ):
        events.record(Event(code, agent.actor, now, (kind, subject)))
    work_off()
    assert told(agent) == ["export.ready"]  # no right to import, none to webhooks: nothing they could look at
    Role.objects.filter(code="agent").update(rights={"imports.use": "own", "api.webhooks.own": "own"})
    for code, kind, subject in (("import.stopped", "import", run.id), ("webhook.paused", "webhook", hook.id)):
        events.record(Event(code, SYSTEM, now, (kind, subject)))
    work_off()
    assert told(agent) == ["export.ready", "import.ended", "webhook.paused"]
    assert told(other_agent) == []
    page = agent.client.get("/notices/").content.decode()
    for words in ("book.csv", "https://shop.example/", f"/imports/{run.public_id}/", "/lists/exports/"):
        assert words in page


def test_each_kind_can_be_turned_off_and_kept_out_of_the_title(agent: Staffer, now: datetime) -> None:
    opened = in_hand(agent, now)
    page = agent.client.get("/notices/choose/").content.decode()
    assert 'name="case.answered_by_customer.app" checked' in page
    agent.client.post("/notices/choose/", {"case.answered_by_customer.app": "on"})
    says_more(opened, now)
    work_off()
    assert queries.count_unread(agent.actor) == queries.Unread(1, 0)
    agent.client.post(
        "/notices/choose/", {"case.answered_by_customer.title": "on"}
    )  # without the bell: nothing
    assert NoticeChoice.objects.get(user=agent.user, kind="case.answered_by_customer").channels == []
    says_more(opened, now, "再说一句")
    work_off()
    assert len(told(agent)) == 1


def test_choosing_needs_the_right_and_a_known_way(agent: Staffer, trainee: Staffer, now: datetime) -> None:
    with nothing_happens():
        with pytest.raises(Denied):
            actions.choose_channels(actor=trainee.actor, now=now, kind="case.overdue", channels=[])
        with pytest.raises(Invalid):
            actions.choose_channels(actor=agent.actor, now=now, kind="case.overdue", channels=["smoke"])
        with pytest.raises(NotFound):
            actions.choose_channels(actor=agent.actor, now=now, kind="nonsense", channels=[])
    assert "case.overdue" not in trainee.client.get("/notices/choose/").content.decode()


def test_the_bell_counts_and_the_page_hears_live(agent: Staffer, notice: Notice) -> None:
    page = agent.client.get("/orders/").content.decode()
    assert 'class="gx-bell-count">1<' in page
    assert 'data-title-count="1"' in page
    bell = agent.client.get("/notices/bell/").content.decode()
    assert 'class="gx-bell-count">1<' in bell
    assert "<html" not in bell


def test_old_notices_are_forgotten(agent: Staffer, notice: Notice, now: datetime) -> None:
    assert retention.sweep(actor=SYSTEM, now=now + timedelta(days=89), only="notices") == {}
    assert retention.sweep(actor=SYSTEM, now=now + timedelta(days=91), only="notices") == {"notices": 1}
    assert told(agent) == []


def test_many_notices_cost_as_many_statements_as_few(agent: Staffer, notice: Notice, now: datetime) -> None:
    def page() -> object:
        return agent.client.get("/notices/")

    few = statements(page)
    Notice.objects.bulk_create(
        Notice(user=agent.user, kind=notice.kind, subject_kind="case", subject_id=notice.subject_id,
               event_id=number, created=now)
        for number in range(120)
    )  # fmt: skip
    assert statements(page) == few
    assert b"?after=" in agent.client.get("/notices/").content


def test_a_visitor_is_asked_to_sign_in(visitor: Visitor) -> None:
    assert visitor.client.get("/notices/").status_code == 302
    assert visitor.client.get("/notices/bell/").status_code == 302


def test_whoever_is_named_in_a_word_is_told(agent: Staffer, supervisor: Staffer, now: datetime) -> None:
    in_hand(agent, now)
    item = EventRow.objects.filter(type="work.added").latest("id").data["work"]
    word = "@Supervisor knows her, not @nobody or me@agent.example"
    agent.client.post(f"/work/{item}/put-back/", {"word": word})
    work_off()
    assert told(supervisor) == ["mention"]
    event = EventRow.objects.get(type="work.returned")
    assert event.data["mentions"] == [supervisor.actor.id]
    assert "knows" not in str(event.data)
