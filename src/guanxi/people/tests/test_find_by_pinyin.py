"""Finding customers by how their name is read, under the same rights and masks as by any other way."""

from datetime import datetime

import pytest

from guanxi.cases import queries as cases
from guanxi.people import queries
from guanxi.people.actions import Contact, add_record
from tests.cast import SYSTEM, Staffer, complain, work_off

pytestmark = pytest.mark.django_db
OUYANG = Contact("欧阳晓雯", "13900000001", "someone@post.example")


@pytest.fixture
def ouyang(organisation: object, now: datetime) -> int:
    found = add_record(actor=SYSTEM, now=now, contact=OUYANG, source="import")
    add_record(actor=SYSTEM, now=now, contact=Contact("单建国", "13900000002"), source="import")
    work_off()
    return found.customer_id


def found(staffer: Staffer, text: str) -> list[int]:
    return [record.customer_id for record in queries.search_customers(staffer.actor, text, limit=20)]


@pytest.mark.parametrize(
    "text",
    ["ouyangxiaowen", "ouyang xiaowen", "oyxw", "OYXW", "ouyangxw", "oyxiaowen", "欧阳xw", "ouyangxiaow"],
)
def test_full_pinyin_first_letters_and_mixtures_find_her_alone(
    agent: Staffer, ouyang: int, text: str
) -> None:
    assert found(agent, text) == [ouyang]


def test_a_family_name_is_read_as_a_family_name(agent: Staffer, ouyang: int) -> None:
    assert len(found(agent, "shanjianguo")) == len(found(agent, "sjg")) == 1
    assert found(agent, "danjianguoo") == []


def test_whoever_sees_no_numbers_still_finds_by_the_name(
    trainee: Staffer, stranger: Staffer, ouyang: int
) -> None:
    assert found(trainee, "oyxw") == [ouyang]
    assert found(stranger, "oyxw") == []


def test_her_case_is_found_by_her_name(agent: Staffer, ouyang: int, now: datetime) -> None:
    number = complain(now, contact=OUYANG).case.number
    work_off()
    assert [case.number for case in cases.search_cases(agent.actor, "oyxw", limit=5)] == [number]


def test_what_an_older_record_says_finds_the_customer_too(agent: Staffer, ouyang: int, now: datetime) -> None:
    """The list shows the newest record of a person; the number that was typed may stand in another one."""
    again = Contact("欧阳晓雯", "13900000001", "new.address@post.example")
    assert add_record(actor=SYSTEM, now=now, contact=again, source="import").customer_id == ouyang
    work_off()
    for text in ("someone@post.example", "new.address@post.example", "oyxw"):
        assert found(agent, text) == [ouyang]
        assert agent.client.get("/customers/", {"q": text}).content.decode().count("data-key-of=") == 1
