"""Finding customers: by name and number in any writing, only those one may see, and no guessing of what is masked."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from guanxi.people import queries
from guanxi.people.actions import Contact, add_record
from guanxi.people.models import Record
from tests.cast import SYSTEM, Machine, Shopper, Staffer, Visitor, statements, work_off

pytestmark = pytest.mark.django_db


def found(staffer: Staffer, text: str) -> list[int]:
    return [record.customer_id for record in queries.search_customers(staffer.actor, text, limit=20)]


@pytest.fixture
def indexed(buyer: Shopper, seller: Shopper) -> Shopper:
    work_off()
    return buyer


@pytest.mark.parametrize(
    "text",
    ["王小明", "小明", "王", "13958016608", "139 5801 6608", "+86 139-5801-6608", "6608", "xiaoming.wang@example.com",
     "XIAOMING", "wang xiaoming"],
)  # fmt: skip
def test_an_agent_finds_the_buyer(agent: Staffer, indexed: Shopper, text: str) -> None:
    assert indexed.customer_id in found(agent, text)


def test_by_the_customers_code(agent: Staffer, indexed: Shopper) -> None:
    assert found(agent, indexed.public_id) == [indexed.customer_id]
    response = agent.client.get("/search/", {"q": indexed.public_id.lower()})
    assert response.headers["Location"] == f"/customers/{indexed.public_id}/"


@pytest.mark.parametrize(
    "text", ["", " ", "%", "*", '"', "' OR 1=1", "AND", "zzzz", "王小红", "🎁", "x" * 5_000]
)
def test_nothing_found_is_no_error(agent: Staffer, indexed: Shopper, text: str) -> None:
    assert found(agent, text) == []
    assert agent.client.get("/customers/", {"q": text}).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["6608", "1395", "139 5801", "5801", "王 6608", "8016", "example.com", "xiaoming.wang", "@example.com",
     "xiaoming wang example", "shop.example", "0018"],
)  # fmt: skip
def test_masked_staff_cannot_probe(trainee: Staffer, indexed: Shopper, text: str) -> None:
    """What one may not read one may not guess either, neither digit by digit nor letter by letter."""
    assert found(trainee, text) == []


@pytest.mark.parametrize(
    "text", ["王小明", "小明", "13958016608", "+86 139 5801 6608", "xiaoming.wang@example.com"]
)
def test_masked_staff_find_by_name_or_by_a_whole_number(
    trainee: Staffer, indexed: Shopper, text: str
) -> None:
    assert found(trainee, text) == [indexed.customer_id]


def test_strangers_find_nobody(
    stranger: Staffer, indexed: Shopper, visitor: Visitor, west_token: Machine, seller: Shopper
) -> None:
    for text in ("王小明", "13958016608", indexed.public_id):
        assert found(stranger, text) == []
    assert stranger.client.get("/customers/").content.decode().count(indexed.public_id) == 0
    api = visitor.client.get("/api/v1/customers", {"q": "王小明"}, headers=west_token.headers)
    assert api.json() == {"items": [], "next": ""}
    assert visitor.client.get("/customers/").status_code == 302
    assert seller.client.get("/customers/").status_code == 403
    assert list(queries.list_records(seller.actor).values_list("id", flat=True)) == [seller.record_id]


def test_one_line_per_customer(agent: Staffer, indexed: Shopper, now: datetime) -> None:
    for number in range(5):
        add_record(actor=SYSTEM, now=now, contact=indexed.contact, source=f"shop{number}")
    work_off()
    assert found(agent, "王小明") == [indexed.customer_id]


def fill(now: datetime, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        contact = Contact("赵敏", email=f"zhao{number}@post.example")
        add_record(actor=SYSTEM, now=now - timedelta(minutes=number), contact=contact, source="web")


def test_the_api_pages_through_everybody_once(
    agent: Staffer, token: Machine, visitor: Visitor, indexed: Shopper, now: datetime
) -> None:
    fill(now, 120)
    seen: list[str] = []
    after = ""
    for _ in range(5):
        body = visitor.client.get("/api/v1/customers", {"after": after}, headers=token.headers).json()
        seen += [one["id"] for one in body["items"]]
        after = body["next"]
        if not after:
            break
    assert len(seen) == Record.objects.count()
    assert len(set(seen)) == 122


def test_searching_costs_the_same_with_five_and_two_hundred(
    agent: Staffer, trainee: Staffer, indexed: Shopper, now: datetime
) -> None:
    fill(now, 5)
    work_off()
    work: list[Callable[[], object]] = [
        lambda: agent.client.get("/customers/", {"q": "赵敏"}),
        lambda: trainee.client.get("/search/", {"q": "赵敏"}),
    ]
    for one in work:
        one()
    few = [statements(one) for one in work]
    fill(now, 195, start=5)
    work_off()
    many = [statements(one) for one in work]
    assert [one <= other for one, other in zip(many, few, strict=True)] == [True, True]
    assert max(few) <= 16
