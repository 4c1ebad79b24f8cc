"""The house describes a branch: where it is, when it is open, what is done there; every change with what was before."""

from datetime import datetime

import pytest

from guanxi.core.models import Event
from guanxi.work.models import Branch
from tests.cast import Staffer, Visitor, nothing_happens

pytestmark = pytest.mark.django_db
URL = "/settings/branches/east/"
SAID = {
    "city_zh": "上海", "city_en": "Shanghai", "address_zh": "南京东路 1 号", "address_en": "1 Nanjing Road East",
    "phone": "021 6000 1234", "hours_mon": "09:00-12:00, 13:30-18:00", "hours_sat": "10：00-16：00", "holidays": "1",
    "services": "取款 | Withdrawals\n保管箱",
}  # fmt: skip


def save(who: Staffer, key: str, **changed: str) -> int:
    return int(who.client.post(URL, {**SAID, **changed, "key": key}).status_code)


def test_described_then_changed_with_its_history(boss: Staffer, visitor: Visitor, now: datetime) -> None:
    assert 'value="09:00-17:00"' in boss.client.get(URL).content.decode()  # a usual week to begin with
    assert "/settings/branches/east/" in boss.client.get("/settings/units/east/").content.decode()
    assert save(boss, "a") == 303
    row = Branch.objects.get()
    assert (row.city, row.phone, row.own) == ({"zh-hans": "上海", "en": "Shanghai"}, "021 6000 1234", True)
    assert row.calendar["week"] == {"mon": ["09:00-12:00", "13:30-18:00"], "sat": ["10:00-16:00"]}
    assert (row.calendar["holidays"], row.calendar["zone"]) == ("CN", "Asia/Shanghai")
    assert row.services == [
        {"zh-hans": "取款", "en": "Withdrawals"}, {"zh-hans": "保管箱", "en": "保管箱"},
    ]  # fmt: skip
    assert "1 Nanjing Road East" in visitor.client.get("/branches/").content.decode()
    assert save(boss, "b", hours_sat="", holidays="") == 303
    row.refresh_from_db()
    assert (list(row.calendar["week"]), row.calendar["works_on_holidays"]) == (["mon"], True)
    told = Event.objects.filter(type="work.branch_set").order_by("-id")[0]
    assert told.data == {
        "unit": "east",
        "before": {"calendar": "mon 09:00-12:00, 13:30-18:00; sat 10:00-16:00"},
        "after": {"calendar": "mon 09:00-12:00, 13:30-18:00"},
    }
    assert told.actor_id == boss.user.public_id
    assert "sat 10:00-16:00" in boss.client.get(URL).content.decode()


def test_exceptions_of_the_calendar_stay(boss: Staffer) -> None:
    save(boss, "a")
    row = Branch.objects.get()
    row.calendar = {**row.calendar, "closed": ["2026-05-04"]}
    row.save()
    save(boss, "b", phone="")
    row.refresh_from_db()
    assert (row.calendar["closed"], row.phone) == (["2026-05-04"], "")


@pytest.mark.parametrize(
    ("field", "value"), [("city_en", ""), ("address_zh", " "), ("hours_mon", "nine to five"), ("hours_tue", "18:00-09:00")]
)  # fmt: skip
def test_what_cannot_be(boss: Staffer, field: str, value: str) -> None:
    with nothing_happens():
        answer = boss.client.post(URL, {**SAID, field: value, "key": "k"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert f'id="f-{field}-error"' in shown
    assert "021 6000 1234" in shown  # nothing typed is lost


def test_never_open_is_no_branch_and_a_team_has_no_address(boss: Staffer) -> None:
    with nothing_happens():
        assert save(boss, "a", hours_mon="", hours_sat="") == 422
        assert boss.client.get("/settings/branches/front/").status_code == 404
        assert boss.client.get("/settings/branches/nowhere/").status_code == 404


def test_who_may_not(agent: Staffer, visitor: Visitor) -> None:
    with nothing_happens():
        assert save(agent, "a") == 403
        assert agent.client.get(URL).status_code == 403
        assert visitor.client.get(URL).status_code == 302
