"""Working days: a year as a picture, exceptions, and what they do to promised times."""

from datetime import date, datetime, timedelta

import pytest

from guanxi.cases.models import Case
from guanxi.core.calendar import from_spec
from guanxi.core.models import Detail, Event
from guanxi.site.administration.calendars import _kind
from guanxi.work.models import Team
from tests.cast import Organisation, Staffer, complain, nothing_happens

pytestmark = pytest.mark.django_db
DATA = "/settings/calendars/data/"


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


def test_a_closed_day_counts_from_now_on(boss: Staffer, now: datetime) -> None:
    before = complain(now).case.due
    assert boss.client.post("/settings/calendars/front/day/", day(day="2026-03-03")).status_code == 303
    later = complain(now, text="另一件事").case
    assert Case.objects.order_by("id")[0].due == before  # a promise stays a promise
    assert later.due is not None
    assert before is not None
    assert later.due.date() > before.date()
    event = Event.objects.get(type="work.calendar_changed")
    assert event.data["before"] == {"2026-03-03": ""}
    assert event.data["after"] == {"2026-03-03": "closed"}
    assert event.data["deadlines"] == 1
    assert Detail.objects.get(event=event).body == {"why": "moving house"}


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
