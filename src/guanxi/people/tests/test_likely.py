"""Who is this likely to be? Beside the forms in which staff write somebody down, above a search, and over the API."""

import re
from datetime import datetime
from typing import Any

import pytest

from guanxi.cases.models import Case
from guanxi.people.models import Customer, Record
from guanxi.people.tests.pairs import known
from tests.cast import Machine, Shopper, Staffer, Visitor, english, nothing_happens, statements

pytestmark = pytest.mark.django_db


def ask(staffer: Staffer, **said: str) -> str:
    answer = staffer.client.post("/identity/likely/", said)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_number_in_any_formatting_names_its_customer(agent: Staffer, buyer: Shopper) -> None:
    text = ask(agent, phone="+86 (139) 5801-6608", name="王小明")
    assert re.findall(r'data-code="([^"]+)"', text) == [buyer.public_id]
    assert 'data-email="xiaoming.wang@example.com"' in text
    assert re.findall(r"gx-likely-share[^>]*>([^<]+)<", text) == ["&gt; 99.9 %"]


def test_a_nickname_and_a_number_show_the_likely_one_with_the_reasons(agent: Staffer, buyer: Shopper) -> None:
    text = ask(agent, phone="13958016608", name="小王")
    assert buyer.public_id in text
    assert "Before looking" in text
    assert "<summary>Why</summary>" in text


def test_strangers_and_what_cannot_be_read_name_nobody(agent: Staffer, buyer: Shopper) -> None:
    with nothing_happens():
        for said in ({"phone": "13711112222"}, {"phone": "12"}, {"name": "x" * 300}, {}):
            assert "Nobody we know" in ask(agent, **said)


def test_whoever_sees_no_numbers_learns_none(trainee: Staffer, buyer: Shopper) -> None:
    assert buyer.public_id in ask(trainee, phone="13958016608")
    assert "Before looking" not in ask(trainee, phone="13958016608")
    assert "6608" not in ask(trainee, name="王小明").replace(buyer.public_id, "")
    assert buyer.public_id not in ask(trainee, phone="13958016609")  # a digit off tells nothing


def test_others_branches_are_not_named(stranger: Staffer, buyer: Shopper, organisation: Any) -> None:
    Record.objects.update(unit=organisation.units["east"])
    assert "Nobody we know" in ask(stranger, phone="13958016608", name="王小明")


def test_nobody_else_asks(visitor: Visitor, buyer: Shopper) -> None:
    assert visitor.client.post("/identity/likely/", {"phone": "13958016608"}).status_code in (302, 401, 403)
    assert buyer.client.post("/identity/likely/", {"phone": "13958016608"}).status_code == 403


def test_who_was_chosen_is_not_asked_for_what_is_known(agent: Staffer, buyer: Shopper) -> None:
    sent = {"key": "k", "text": "The parcel never came", "customer": buyer.public_id, "phone": "13911112222"}
    assert agent.client.post("/cases/new/", sent).status_code == 303
    assert Case.objects.get().record.customer_id == buyer.customer_id
    assert Customer.objects.filter(merged_into=None, provisional=True).count() == 0


@pytest.mark.parametrize(("said", "customers"), [
    ({"phone": "139 5801 6608", "name": "王小明", "email": "xiaoming.wang@example.com"}, 1),
    ({"phone": "137 1111 2222", "name": "林嘉欣"}, 2),
])  # fmt: skip
def test_a_new_record_is_recognised_or_new(
    agent: Staffer, buyer: Shopper, said: dict[str, str], customers: int
) -> None:
    answer = agent.client.post("/customers/new/", {"key": "k", "source": "phone", **said})
    assert answer.status_code == 303
    assert Customer.objects.count() == customers
    assert answer.headers["Location"].startswith("/customers/C-")


def test_a_record_of_nobody_is_refused(agent: Staffer) -> None:
    with nothing_happens():
        answer = agent.client.post("/customers/new/", {"key": "k", "name": "林嘉欣", "source": "phone"})
    assert answer.status_code == 422


def test_a_search_by_number_says_who(agent: Staffer, buyer: Shopper) -> None:
    text = agent.client.get("/search/?q=小王 13958016608").content.decode()
    assert "Who is this likely to be?" in text
    assert buyer.public_id in text


def test_over_the_api(token: Machine, west_token: Machine, buyer: Shopper) -> None:
    def post(body: Any, machine: Machine) -> Any:
        url = "/api/v1/customers/candidates"
        return english().post(url, body, "application/json", headers=machine.headers)

    with nothing_happens():
        [item] = post({"phone": "13958016608", "name": "王小明"}, token).json()["items"]
        assert (item["customer"], item["share"] > 0.999) == (buyer.public_id, True)
        assert {step["kind"] for step in item["steps"]} >= {"phone", "name"}
        assert post({}, token).status_code == 422
        assert post({"phone": "13711112222"}, token).json() == {"items": []}


def test_a_larger_base_costs_no_more(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    ask(agent, phone="13958016608")
    few = statements(lambda: ask(agent, phone="13958016608"))
    for place in range(5):
        known(now, "王小明", phone=f"1395801670{place}")
    assert statements(lambda: ask(agent, phone="13958016608")) == few
