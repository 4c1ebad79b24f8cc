"""What must not confuse recognition: ids that disagree, a telephone of thousands, names that are none or far too long."""

from datetime import datetime

import pytest

from guanxi.core.errors import Invalid
from guanxi.people import queries
from guanxi.people.actions import (
    Contact,
    Pair,
    Recognised,
    accept_review,
    add_record,
    import_contacts,
    propose,
)
from guanxi.people.models import BlockKey, Customer, Identifier, Record, ReviewTask
from guanxi.people.rules import CANDIDATES_MAX
from tests.cast import SYSTEM, Machine, Organisation, Visitor, nothing_happens, statements

pytestmark = pytest.mark.django_db

ONE, OTHER = "11010519491231002X", "440524188001010014"  # valid, both


def add(now: datetime, contact: Contact, source: str = "web") -> Recognised:
    return add_record(actor=SYSTEM, now=now, contact=contact, source=source)


def verify(customer: int, now: datetime) -> None:
    Identifier.objects.filter(record__customer=customer).update(verified=now)


@pytest.mark.parametrize("by_import", [False, True])
def test_another_national_id_is_a_steward_s_question_whatever_else_agrees(
    organisation: Organisation, now: datetime, by_import: bool
) -> None:
    same = {"name": "逄晓筠", "phone": "13958016608", "email": "xiaojun@post.example"}
    known = add(now, Contact(**same, national_id=ONE))
    verify(known.customer_id, now)
    contact = Contact(**same, national_id=OTHER)
    if by_import:
        [found] = import_contacts(actor=SYSTEM, now=now, contacts=[(contact, now)], source="crm")
    else:
        found = add(now, contact)
    assert found.outcome == "doubt"
    assert found.customer_id != known.customer_id
    assert [fact.code for fact in found.explanation.facts][-1] == "people.why.national_id"
    review = ReviewTask.objects.get()
    assert {review.customer_id, review.candidate_id} == {found.customer_id, known.customer_id}
    verify(found.customer_id, now)
    with nothing_happens(), pytest.raises(Invalid) as refused:
        accept_review(actor=SYSTEM, now=now, review=review.public_id)
    assert refused.value.code == "verified_ids_differ"
    assert propose(
        actor=SYSTEM, now=now, pairs=[Pair(found.customer_id, known.customer_id, 0.999)], run=1
    ).skipped == {"asked": 1}


def test_strong_ids_of_two_people_are_a_steward_s_question(organisation: Organisation, now: datetime) -> None:
    one = add(now, Contact(name="逄晓筠", email="xiaojun@post.example"))
    other = add(now, Contact(name="慕容复", member="VIP-20881"))
    for who in (one, other):
        verify(who.customer_id, now)
    found = add(now, Contact(name="", email="xiaojun@post.example", member="VIP-20881"))
    assert found.outcome == "doubt"
    assert found.customer_id not in (one.customer_id, other.customer_id)
    assert ReviewTask.objects.get().candidate_id in (one.customer_id, other.customer_id)


@pytest.fixture
def switchboard(organisation: Organisation, now: datetime) -> str:
    """A telephone that 5,000 customers have given."""
    first = add(now, Contact(name="逄晓筠", phone="0571-88886666"))
    phone = Identifier.objects.get(kind="phone")
    tail = BlockKey.objects.filter(record=first.record_id).values_list("hash", flat=True)[0]
    people = [Customer(created=now) for _ in range(5_000)]
    Customer.objects.bulk_create(people)
    records = [
        Record(customer=who, source="crm", name_key=f"n{number}", fingerprint=f"f{number}", created=now)
        for number, who in enumerate(people)
    ]
    Record.objects.bulk_create(records)
    Identifier.objects.bulk_create(
        Identifier(record=one, kind="phone", value=phone.value, verbatim=phone.value, valid_from=now)
        for one in records
    )
    BlockKey.objects.bulk_create(BlockKey(hash=tail, record=one) for one in records)
    return phone.value


def test_a_telephone_of_five_thousand_reads_nobody_s_and_proves_nothing(
    switchboard: str, now: datetime
) -> None:
    facts = [("phone", switchboard), ("name", "王小明")]
    assert len(queries.find_known(facts, "").candidates) <= CANDIDATES_MAX
    crowd = queries.Crowd([("phone", switchboard)])
    assert crowd.size == 0
    contact, another = Contact(name="王小明", phone="0571-88886666"), Contact("李娜", "13958016608")
    cost = statements(lambda: add(now, contact, "one"))
    assert Record.objects.latest("id").customer.records.count() == 1
    assert cost == statements(lambda: add(now, another, "two"))
    [found] = import_contacts(actor=SYSTEM, now=now, contacts=[(contact, now)], source="crm2")
    assert found.outcome != "doubt"


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "…", "🙂🙂", "123"])
def test_a_name_that_is_none_proves_nothing_and_stops_nobody(
    organisation: Organisation, now: datetime, name: str
) -> None:
    found = add(now, Contact(name=name, phone="13958016608"))
    assert found.outcome == "new"
    again = add(now, Contact(name=name, phone="13958016609"), "phone")
    assert again.customer_id != found.customer_id


@pytest.mark.parametrize("name", ["王" * 300, "x" * 300, "a b " * 75])
def test_a_name_of_three_hundred_characters_is_refused_by_name(
    organisation: Organisation, token: Machine, visitor: Visitor, now: datetime, name: str
) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        add(now, Contact(name=name, phone="13958016608"))
    assert list(refused.value.fields) == ["name"]
    with nothing_happens(), pytest.raises(Invalid):
        import_contacts(
            actor=SYSTEM, now=now, contacts=[(Contact(name=name, phone="13958016608"), now)], source="crm"
        )
    body = {"source": "shop", "name": name, "phone": "13958016608"}
    answer = visitor.client.post(
        "/api/v1/customers", body, content_type="application/json", headers=token.headers
    )
    assert answer.status_code == 422
    assert not Record.objects.exists()
