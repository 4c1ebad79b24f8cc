"""Search over everything: every list one may see answers, best first, with one look-up for all of them."""

import re
from datetime import datetime

import pytest

from guanxi.core.models import Role
from guanxi.people.actions import Contact, add_record
from tests.cast import SYSTEM, Hire, Machine, Shopper, Staffer, Visitor, complain, statements, work_off

pytestmark = pytest.mark.django_db
HEADING = re.compile(r"<h2>(.*?)</h2>")
OUYANG = Contact("欧阳晓雯", "13900000001", "someone@post.example")


def page(staffer: Staffer, text: str) -> str:
    answer = staffer.client.get("/search/", {"q": text, "lang": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def case(buyer: Shopper, now: datetime) -> str:
    """The buyer, one of their orders, and a case of theirs: all of one name."""
    opened = complain(now, contact=buyer.contact, text="包裹破了")
    work_off()
    return opened.case.number


@pytest.mark.parametrize("text", ["王小明", "小明", "wangxiaoming", "wxm"])
def test_a_name_finds_the_customer_with_cases_orders_and_letters(
    agent: Staffer, buyer: Shopper, case: str, text: str
) -> None:
    shown = page(agent, text)
    assert HEADING.findall(shown) == ["Customers", "Cases", "Orders"]
    assert f'href="/customers/{buyer.public_id}/"' in shown
    assert f'href="/cases/{case}/"' in shown
    assert "A-1002" in shown


@pytest.mark.parametrize(
    ("text", "groups"),
    [("A-1002", ["Orders"]), ("包裹", ["Cases"]), ("6608", ["Customers", "Orders"]), ("没有这个", [])],
)
def test_each_list_answers_for_its_own(
    agent: Staffer, buyer: Shopper, case: str, text: str, groups: list[str]
) -> None:
    assert HEADING.findall(page(agent, text)) == groups


def test_the_way_to_all_of_them(agent: Staffer, case: str, now: datetime) -> None:
    for number in range(12):
        add_record(actor=SYSTEM, now=now, contact=Contact("赵敏", f"1370000{number:04}"), source="import")
    work_off()
    shown = page(agent, "赵敏")
    assert re.findall(r'<span class="gx-ink3 gx-num">(.*?)</span>', shown) == ["8+"]
    assert 'href="/customers/?q=%E8%B5%B5%E6%95%8F"' in shown
    assert shown.count("<tr data-key-of=") == 8


def test_masks_and_reach_hold(trainee: Staffer, stranger: Staffer, case: str) -> None:
    assert HEADING.findall(page(stranger, "王小明")) == []
    assert HEADING.findall(page(trainee, "6608")) == []
    assert "13958016608" not in page(trainee, "王小明")


def test_the_staff_are_found_by_whoever_keeps_them(hire: Hire, agent: Staffer) -> None:
    Role.objects.create(code="keeper", name={}, rights={"people.view": "all", "site.settings": "all"})
    boss = hire("boss", "keeper", "east")
    assert HEADING.findall(page(boss, agent.user.username)) == ["Members of staff"]
    assert HEADING.findall(page(agent, agent.user.username)) == []


def test_the_api_answers_alike(visitor: Visitor, token: Machine, buyer: Shopper, case: str) -> None:
    answer = visitor.client.get("/api/v1/search", {"q": "王小明"}, headers=token.headers).json()
    assert answer["next"] == ""
    assert {"list": "customers", "id": buyer.public_id, "title": "王小明", "sub": buyer.public_id} in answer[
        "items"
    ]
    assert {one["list"] for one in answer["items"]} >= {"customers", "cases", "orders"}
    assert case in {one["id"] for one in answer["items"]}


def test_more_rows_cost_no_more_statements(agent: Staffer, case: str, now: datetime) -> None:
    def work() -> object:
        return agent.client.get("/search/", {"q": "欧阳"})

    add_record(actor=SYSTEM, now=now, contact=OUYANG, source="import")
    complain(now, contact=OUYANG)
    work_off()
    work()
    few = statements(work)
    for number in range(9):
        contact = Contact("欧阳晓雯", f"1390000{number:04}")
        add_record(actor=SYSTEM, now=now, contact=contact, source="import")
        complain(now, contact=contact)
    work_off()
    assert statements(work) <= few <= 20
