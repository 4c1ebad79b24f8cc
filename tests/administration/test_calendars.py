"""Working days: a year as a picture, exceptions, and what they do to promised times."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from guanxi.cases import actions as cases
from guanxi.cases import jobs
from guanxi.cases.models import Case
from guanxi.core import clock
from guanxi.core.access import EVERYTHING, Actor
from guanxi.core.calendar import from_spec
from guanxi.core.models import Detail, Event
from guanxi.core.phrases import explained
from guanxi.site.administration.calendars import _kind
from guanxi.work import jobs as work_jobs
from guanxi.work.models import Team, WorkItem
from tests.cast import Organisation, Staffer, complain, nothing_happens, steward_work, work_off

pytestmark = pytest.mark.django_db
DATA, FRONT = "/settings/calendars/data/", "/settings/calendars/front/"


def day(**sent: str) -> dict[str, str]:
    return {"day": "2026-05-06", "way": "closed", "periods": "", "why": "moving house", "key": "k", **sent}


def test_the_year_shows_holidays_and_make_up_days(boss: Staffer) -> None:
    page = boss.client.get(f"{DATA}?year=2026").content.decode()
    assert "gx-date--holiday" in page
    assert "gx-date--makeup" in page
    assert page.count('class="gx-month"') == 12
    assert "not published yet" not in page
    assert "not published yet" in boss.client.get(f"{DATA}?year=2031").content.decode()
    service = boss.client.get("/settings/calendars/front/?year=2026").content.decode()
    assert 'gx-date--holiday" title' not in service  # works on holidays


def test_every_day_of_the_picture_is_what_the_calendar_counts(
    boss: Staffer, organisation: Organisation
) -> None:
    for code in ("data", "front"):
        plan = from_spec(Team.objects.get(unit__code=code).calendar)
        for number in range(365):
            one = date(2026, 1, 1) + timedelta(days=number)
            works = _kind(plan, one)[0] in ("work", "makeup", "extra")
            assert works == bool(plan.periods_on(one)), one


def test_how_many_move_is_shown_before_anything_is_saved(boss: Staffer, now: datetime) -> None:
    for _number in range(2):
        complain(now)
    with nothing_happens():
        answer = boss.client.post(f"{FRONT}day/", day(day="2026-03-03"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 open deadlines come later." in page
    assert 'name="sure" value="1"' in page
    assert "moving house" in page  # what was typed is still there
    quiet = boss.client.post(f"{FRONT}day/", day(day="2026-09-03", key="other"))
    assert quiet.status_code == 303  # nothing moves: saved at once


def test_a_closed_day_moves_what_was_counted_over_it(boss: Staffer, now: datetime) -> None:
    case = complain(now).case
    assert case.due == now + timedelta(hours=2)
    assert boss.client.post(f"{FRONT}day/", day(day="2026-03-03", sure="1")).status_code == 303
    assert Case.objects.get(id=case.id).due == case.due  # by a job, not by the page
    work_off()
    moved = Case.objects.get(id=case.id)
    morning = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # two hours after eight on the next day
    assert moved.due == morning
    assert WorkItem.objects.get(subject_id=case.id).due == morning
    event = Event.objects.get(type="case.due_moved")
    assert event.subject_id == case.id
    assert {name: event.data[name] for name in ("from", "to", "day", "exception")} == {
        "from": case.due.isoformat(), "to": morning.isoformat(), "day": "2026-03-03", "exception": "closed",
    }  # fmt: skip
    told = [one["text"] for one in explained(moved.due_explanation)["inputs"]]  # type: ignore[index]
    assert told[:2] == ["03-03 has been changed since: closed", "before that it was 03-03 12:00"]
    assert "03-03 does not count: closed" in told
    page = boss.client.get(f"/cases/{case.number}/").content.decode()
    assert "03-03 has been changed since: closed" in page
    changed = Event.objects.get(type="work.calendar_changed")
    assert (changed.data["before"], changed.data["after"]) == ({"2026-03-03": ""}, {"2026-03-03": "closed"})
    assert Detail.objects.get(event=changed).body == {"why": "moving house"}
    later = complain(now, text="另一件事").case
    assert later.due == morning


def test_the_job_run_twice_moves_once_and_back_again(boss: Staffer, now: datetime) -> None:
    case = complain(now).case
    boss.client.post(f"{FRONT}day/", day(day="2026-03-03", sure="1"))
    work_off()
    event = Event.objects.get(type="work.calendar_changed")
    assert jobs.recount.call(event.id) == 0
    boss.client.post(f"{FRONT}day/", day(day="2026-03-03", way="usual", sure="1", key="2"))
    work_off()
    back = Case.objects.get(id=case.id)
    assert back.due == case.due
    assert Event.objects.filter(type="case.due_moved").count() == 2
    told = [one["text"] for one in explained(back.due_explanation)["inputs"]]  # type: ignore[index]
    assert told[:2] == [
        "03-03 has been changed since: closed",
        "03-03 has been changed since: as usual again",
    ]


def test_two_exceptions_at_once_are_counted_together_in_any_order(boss: Staffer, now: datetime) -> None:
    case = complain(now).case
    steward = steward_work(now)
    for number, one in enumerate(("2026-03-03", "2026-03-04")):
        for team in (FRONT, DATA):
            boss.client.post(f"{team}day/", day(day=one, sure="1", key=f"{team}{number}"))
    changes = list(Event.objects.filter(type="work.calendar_changed").order_by("-id"))
    for event in changes:  # the later one first
        jobs.recount.call(event.id)
        work_jobs.recount.call(event.id)
    assert Case.objects.get(id=case.id).due == datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
    plan = from_spec(Team.objects.get(unit__code="data").calendar)
    moved = WorkItem.objects.get(id=steward.id)
    assert moved.due == plan.add(now, timedelta(minutes=960)).due > steward.due
    assert Event.objects.filter(type="work.due_moved").count() == 1  # by the first that looked
    for event in changes:
        assert work_jobs.recount.call(event.id) == 0


def test_an_opened_day_brings_forward_and_is_told(boss: Staffer, now: datetime) -> None:
    saturday = datetime(2026, 3, 7, 1, 0, tzinfo=UTC)
    item = steward_work(now + (saturday - now) - timedelta(hours=20))  # Friday afternoon
    sent = day(day="2026-03-07", way="open", periods="09:00-18:00")
    page = boss.client.post(f"{DATA}day/", sent).content.decode()
    assert "1 open deadline comes sooner." in page
    boss.client.post(f"{DATA}day/", {**sent, "sure": "1"})
    work_off()
    assert WorkItem.objects.get(id=item.id).due < item.due
    assert Event.objects.get(type="work.due_moved").data["exception"] == "09:00-18:00"


def test_what_other_hours_promised_stays(boss: Staffer, organisation: Organisation, now: datetime) -> None:
    """A case of another team's hours, one whose clock never stops, one of another system."""
    moved, answered, foreign = (complain(now, text=f"第 {number} 件").case for number in range(3))
    Case.objects.filter(id=moved.id).update(
        due_explanation={**moved.due_explanation, "facts": [
            {**fact, "values": {"team": "data"}} if fact["code"] == "cases.working" else fact
            for fact in moved.due_explanation["facts"]
        ]}
    )  # fmt: skip
    cases.answer(actor=boss_of(boss), now=now, number=answered.number, text="好的")
    Case.objects.filter(id=foreign.id).update(due_explanation={})
    before = dict(Case.objects.values_list("id", "due"))
    assert boss.client.post(f"{FRONT}day/", day(day="2026-03-03")).status_code == 303  # nothing would move
    work_off()
    assert dict(Case.objects.values_list("id", "due")) == before
    assert not Event.objects.filter(type="case.due_moved").exists()


def boss_of(boss: Staffer) -> Actor:
    return replace(boss.actor, rights={**boss.actor.rights, "cases.handle": EVERYTHING})


def test_overdue_by_a_day_that_was_free_is_overdue_no_more(boss: Staffer, now: datetime) -> None:
    case = complain(now).case
    late = now + timedelta(hours=3)
    with clock.at(late):
        work_off()
        assert Case.objects.get(id=case.id).overdue_told
        boss.client.post(f"{FRONT}day/", day(day="2026-03-03", sure="1"))
        work_off()
        assert not Case.objects.get(id=case.id).overdue_told
    with clock.at(now + timedelta(days=2)):
        work_off()
    assert Event.objects.filter(type="case.overdue", subject_id=case.id).count() == 2


def test_open_hours_and_back_to_usual(boss: Staffer) -> None:
    boss.client.post(f"{DATA}day/", day(day="2026-05-03", way="open", periods="09:00–12:00，13:30：00"))
    assert Event.objects.filter(type="work.calendar_changed").count() == 0
    boss.client.post(
        f"{DATA}day/", day(day="2026-05-03", way="open", periods="09:00-12:00，13:30-18:00", key="2")
    )
    team = Team.objects.get(unit__code="data")
    assert team.calendar["opened"] == {"2026-05-03": ["09:00-12:00", "13:30-18:00"]}
    assert len(from_spec(team.calendar).periods_on(date(2026, 5, 3))) == 2
    assert 'gx-date--extra" title' in boss.client.get(f"{DATA}?year=2026").content.decode()
    boss.client.post(f"{DATA}day/", day(day="2026-05-03", way="usual", key="3"))
    assert "opened" not in Team.objects.get(unit__code="data").calendar


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"day": "tomorrow"}, "Which day?"),
        ({"day": "0001-01-01"}, "A year from 2000"),
        ({"way": "open", "periods": "nine to five"}, "These hours cannot be read"),
        ({"way": "open", "periods": "18:00-09:00"}, "These hours cannot be read"),
        ({"way": "open", "periods": ""}, "These hours cannot be read"),
        ({"why": ""}, "Say in a few words why"),
    ],
)
def test_bad_input_changes_nothing(boss: Staffer, sent: dict[str, str], words: str) -> None:
    with nothing_happens():
        answer = boss.client.post(f"{DATA}day/", day(**sent))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_strangers_change_no_day(agent: Staffer, auditor: Staffer, stranger: Staffer) -> None:
    with nothing_happens():
        for who in (agent, auditor, stranger):
            assert who.client.get("/settings/calendars/").status_code == 403
            assert who.client.get(DATA).status_code == 403
            assert who.client.post(f"{DATA}day/", day()).status_code == 403
