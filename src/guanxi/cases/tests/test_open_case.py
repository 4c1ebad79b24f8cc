"""Opening a case: one action, all or nothing, from whatever people write."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guanxi.cases import rules
from guanxi.cases.actions import open_case, promised
from guanxi.cases.models import Case
from guanxi.channels.models import Message
from guanxi.core import events, rows
from guanxi.core.access import PUBLIC
from guanxi.core.errors import Denied, Invalid, NotFound
from guanxi.core.models import Detail, Event
from guanxi.people.actions import Contact
from guanxi.work import queries as teams
from guanxi.work.models import Team, WorkItem
from tests.cast import (
    Organisation,
    Shopper,
    Staffer,
    complain,
    everything,
    nothing_happens,
    statements,
    work_about,
)

pytestmark = pytest.mark.django_db


def test_a_complaint_becomes_case_message_work_and_events_at_once(
    organisation: Organisation, now: datetime
) -> None:
    opened = complain(now, "书没有收到。已经等了两周！")
    case = Case.objects.get(id=opened.case.id)
    assert (case.title, case.language, case.state, case.turn) == (
        "书没有收到",
        "zh-hans",
        "recorded",
        "staff",
    )
    assert (case.round, case.version, case.channel) == (1, 1, "web")
    message = Message.objects.get(subject_id=case.id)
    assert (message.body, message.direction, message.state) == (
        "书没有收到。已经等了两周！",
        "in",
        "received",
    )
    (item,) = work_about(case)
    assert (item.kind, item.state, item.due) == ("case.answer", "queued", case.due)
    assert item.team_id == organisation.id("front")
    types = list(Event.objects.order_by("id").values_list("type", flat=True))
    assert types[-3:] == ["person.recorded", "case.opened", "work.added"]


def test_the_event_carries_no_word_of_the_customer(organisation: Organisation, now: datetime) -> None:
    opened = complain(now, "我的电话13812345678没人打", Contact("周杰", phone="13812345678"))
    for event in Event.objects.all():
        plain = json.dumps(event.data, ensure_ascii=False)
        assert "13812345678" not in plain
        assert "周杰" not in plain
        assert "没人打" not in plain
    own = Event.objects.get(type="case.opened")
    assert Detail.objects.get(event=own).body == {"text": "我的电话13812345678没人打"}
    assert own.record_id == opened.recognised.record_id


def test_a_known_customer_is_recognised(buyer: Shopper, now: datetime) -> None:
    opened = complain(now, contact=Contact("王小明", phone="+86 139-5801-6608"))
    assert (opened.recognised.outcome, opened.recognised.customer_public_id) == (
        "recognised",
        buyer.public_id,
    )


def test_a_signed_in_customer_gives_no_contact(buyer: Shopper, now: datetime) -> None:
    opened = open_case(actor=buyer.actor, now=now, contact=None, text="换货", channel="web")
    assert opened.case.record_id == buyer.record_id
    assert opened.recognised.outcome == "recognised"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("包裹破了", "zh-hans"),
        ("My parcel is broken", "en"),
        ("我的包裹 order A-1001 没有到", "zh-hans"),
        ("𠮷野家的书𠀋丢了", "zh-hans"),
        ("🎁📦💔", "zh-hans"),
        ("12345", "zh-hans"),
        ("Où est mon colis ?", "en"),
        ("one 字 in an otherwise long English sentence about parcels", "en"),
    ],
)
def test_any_language_is_kept_word_for_word(
    organisation: Organisation, now: datetime, text: str, language: str
) -> None:
    opened = complain(now, text)
    stored = Case.objects.get(id=opened.case.id)
    assert stored.language == language
    assert Message.objects.get(subject_id=stored.id).body == text
    assert stored.title


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n", "\u200b\u202e\ufeff", "\x00\x01", "\u3000\u3000"])
def test_an_empty_text_is_refused_beside_its_field(
    organisation: Organisation, now: datetime, text: str
) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        complain(now, text)
    assert list(refused.value.fields) == ["text"]
    assert refused.value.code == "empty"


def test_the_longest_text_fits_and_one_more_does_not(organisation: Organisation, now: datetime) -> None:
    fits = "长" * rules.TEXT_CHARS_MAX
    opened = complain(now, fits)
    assert Message.objects.get(subject_id=opened.case.id).body == fits
    for length in (rules.TEXT_CHARS_MAX + 1, rules.TEXT_CHARS_MAX * 3):
        with nothing_happens(), pytest.raises(Invalid) as refused:
            complain(now, "长" * length)
        assert refused.value.code == "too_long"
        assert "10,000" in str(refused.value.fields["text"])


HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE cases_case; --",
    "{{ 7*7 }}{% raise %}",
    "%(x)s %s %d %",
    "a\x00b\x1bc\x7f",
    "\ud800 lone surrogate",
    "e\u0301" * 500,
    "\u202egnp.exe",
    "ﷺ" * 200,
    "。。。",
    "?!?!",
    "...",
    "\u2028\u2029x",
    "A" * 9_999,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(organisation: Organisation, now: datetime, text: str) -> None:
    opened = complain(now, text)
    stored = Case.objects.get(id=opened.case.id)
    body = Message.objects.get(subject_id=stored.id).body
    assert body
    assert not set(body) & {"\x00", "\x1b", "\x7f", "\u202e", "\ud800"}
    assert 1 <= len(stored.title) <= rules.TITLE_CHARS
    assert stored.title.strip() == stored.title


@pytest.mark.parametrize("hostile", ["a\x00b", "\ud800", "\x1b[31mred", "<b>x</b>", "张\u202e三"])
def test_a_hostile_name_is_only_a_name(organisation: Organisation, now: datetime, hostile: str) -> None:
    opened = complain(now, "坏了", Contact(hostile, email="x@post.example"))
    stored = Case.objects.select_related("record").get(id=opened.case.id).record
    assert not set(stored.name) & {"\x00", "\ud800", "\x1b", "\u202e"}
    assert not set(json.dumps(stored.said, ensure_ascii=False)) & {"\x00", "\ud800"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("书没有收到。已经等了两周", "书没有收到"),
        ("Where is it? I paid.", "Where is it"),
        ("The parcel No. 5 is lost. Please help", "The parcel No"),
        ("  \n第一行\n第二行", "第一行"),
        ("x" * 60, "x" * 39 + "…"),
        ("word " * 30, "word word word word word word word…"),
        ("。。。", "。"),
    ],
)
def test_the_title_is_the_first_sentence(text: str, title: str) -> None:
    assert rules.title_of(rules.clean_text(text)) == title


@pytest.mark.parametrize(
    ("contact", "fields"),
    [
        (Contact("A", phone="12"), {"phone"}),
        (Contact("A", email="nobody"), {"email"}),
        (Contact("A", member="x"), {"member"}),
        (Contact("A", phone="12", email="nobody", member="?"), {"phone", "email", "member"}),
        (Contact("A", phone="13800138000", email="nobody"), {"email"}),
    ],
)
def test_unreadable_contact_names_each_field(
    organisation: Organisation, now: datetime, contact: Contact, fields: set[str]
) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        complain(now, contact=contact)
    assert set(refused.value.fields) == fields


@pytest.mark.parametrize("contact", [Contact(), Contact("只有名字"), Contact(" ", " ", " ")])
def test_nobody_can_be_reached(organisation: Organisation, now: datetime, contact: Contact) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        complain(now, contact=contact)
    assert refused.value.code == "unreachable"


def oracle(calendar: Any, start: datetime, minutes: int) -> datetime:
    """The promised time found minute by minute."""
    moment = start
    while minutes:
        minutes -= any(one.start <= moment < one.end for one in calendar.periods_on(_local(moment)))
        moment += timedelta(minutes=1)
    return moment


def _local(moment: datetime) -> Any:
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo("Asia/Shanghai")).date()


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 3, 2, 0, tzinfo=UTC),
        datetime(2026, 3, 3, 13, 0, tzinfo=UTC),  # 21:00: one hour today, one tomorrow
        datetime(2026, 3, 3, 14, 0, tzinfo=UTC),  # 22:00: closed
        datetime(2026, 3, 2, 23, 59, tzinfo=UTC),  # 07:59
        datetime(2026, 2, 17, 4, 30, tzinfo=UTC),  # Spring Festival: works all the same
        datetime(2026, 12, 31, 13, 30, tzinfo=UTC),
    ],
)
def test_the_promised_time_is_the_calendars(organisation: Organisation, start: datetime) -> None:
    opened = complain(start)
    calendar = teams.team_for("case.answer").calendar
    assert opened.case.due == promised(start) == oracle(calendar, start, 120)


def test_the_promise_lists_every_interval_it_counted(organisation: Organisation) -> None:
    start = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
    facts = complain(start).case.due_explanation["facts"]
    counted = [fact["values"] for fact in facts if fact["code"] == "cases.counted"]
    spans = [datetime.fromisoformat(one["end"]) - datetime.fromisoformat(one["start"]) for one in counted]
    assert spans == [timedelta(hours=1), timedelta(hours=1)]
    assert [fact["code"] for fact in facts[:2]] == ["cases.limit", "cases.working"]
    assert facts[0]["values"] == {"hours": "2"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", range(1, 10))
def test_failing_at_any_table_leaves_nothing(
    organisation: Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch, table: int
) -> None:
    """Customer, record, identifier, membership, case, message, item, event, detail: whichever fails, none stands."""
    real = rows._insert_together
    done = 0

    def fail_at(groups: Any) -> None:
        nonlocal done
        for group in groups:
            done += 1
            if done == table:
                raise RuntimeError("the power went")
            real([group])

    before = everything()
    with monkeypatch.context() as patch:
        patch.setattr(rows, "_insert_together", fail_at)
        with pytest.raises(RuntimeError):
            complain(now)
    assert done == table
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_a_failing_receiver_undoes_everything(
    organisation: Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(event: Event) -> None:
        raise RuntimeError("a receiver broke")

    monkeypatch.setitem(events._receivers, "case.opened", [broken])
    with nothing_happens(), pytest.raises(RuntimeError):
        complain(now)


def test_no_team_no_half_case(organisation: Organisation, now: datetime) -> None:
    Team.objects.update(targets={})
    teams.forget_book()
    with nothing_happens(), pytest.raises(NotFound):
        complain(now)


def test_staff_need_the_right_to_enter_cases(manager: Staffer, trainee: Staffer, now: datetime) -> None:
    for staffer in (manager, trainee):
        with nothing_happens(), pytest.raises(Denied):
            complain(now, actor=staffer.actor)


def test_an_agent_enters_one_for_somebody_on_the_telephone(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    opened = complain(now, contact=buyer.contact, actor=agent.actor, channel="phone")
    event = Event.objects.get(type="case.opened")
    assert (event.actor_kind, event.actor_id) == ("staff", agent.user.public_id)
    assert (
        opened.case.record_id != buyer.record_id
    )  # another source stated it: another record, the same customer
    assert opened.recognised.customer_id == buyer.customer_id


def test_numbers_never_meet(organisation: Organisation, now: datetime) -> None:
    numbers = {complain(now).case.number for _ in range(30)}
    assert len(numbers) == 30
    assert all(number.startswith("GX-2603-") for number in numbers)


def test_the_same_words_twice_are_two_cases_of_one_record(organisation: Organisation, now: datetime) -> None:
    one, two = complain(now), complain(now)
    assert one.case.id != two.case.id
    assert one.case.record_id == two.case.record_id
    assert WorkItem.objects.count() == 2


def test_intake_costs_the_same_however_many_there_are(organisation: Organisation, now: datetime) -> None:
    complain(now)
    few = statements(lambda: complain(now, contact=Contact("甲乙", email="a1@post.example")))
    for number in range(40):
        complain(now, contact=Contact("丙丁", email=f"n{number}@post.example"))
    many = statements(lambda: complain(now, contact=Contact("戊己", email="a2@post.example")))
    assert many == few


def test_a_visitor_is_the_visitor(organisation: Organisation, now: datetime) -> None:
    complain(now, actor=PUBLIC)
    assert Event.objects.get(type="case.opened").actor_kind == "public"
