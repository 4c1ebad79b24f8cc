"""Recognising a contact inside the request that brings it: the same person in any formatting, doubt, races, crowds."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Denied, Invalid, SignInNeeded
from guanxi.core.models import Event
from guanxi.people import queries
from guanxi.people.actions import Contact, Recognised, add_record, import_contacts
from guanxi.people.models import Customer, Identifier, Membership, Record, ReviewTask
from guanxi.work.models import WorkItem
from tests.cast import (
    SYSTEM,
    Organisation,
    Shopper,
    Staffer,
    Visitor,
    complain,
    everything,
    in_threads,
    nothing_happens,
    statements,
)

pytestmark = pytest.mark.django_db


def add(now: datetime, contact: Contact, source: str = "web") -> Recognised:
    return add_record(actor=SYSTEM, now=now, contact=contact, source=source)


@pytest.mark.parametrize(
    "phone",
    ["13958016608", "139-5801-6608", "+86 139 5801 6608", "0086-13958016608", "１３９５８０１６６０８",
     "(139) 5801 6608", "86 13958016608", "\u202a+86\u00a0139\u20115801\u20116608\u202c"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["王小明", "王 小明"])
def test_the_same_telephone_and_name_in_any_formatting(
    buyer: Shopper, now: datetime, phone: str, name: str
) -> None:
    found = add(now, Contact(name, phone))
    assert (found.outcome, found.customer_id) == ("recognised", buyer.customer_id)


@pytest.mark.parametrize(
    "email",
    ["xiaoming.wang@example.com", "XIAOMING.WANG@EXAMPLE.COM", " xiaoming.wang@example.com ",
     "<xiaoming.wang@example.com>", "mailto:Xiaoming.Wang@Example.com", "ｘiaoming.wang＠example.com"],
)  # fmt: skip
def test_the_same_address_in_any_formatting(buyer: Shopper, now: datetime, email: str) -> None:
    found = add(now, Contact(email=email))
    assert (found.outcome, found.customer_id) == ("recognised", buyer.customer_id)


def test_traditional_characters_are_the_same_name(organisation: Organisation, now: datetime) -> None:
    first = add(now, Contact("刘伟东", "13911112222"))
    again = add(now, Contact("劉偉東", "139 1111 2222"), source="phone")
    assert (again.outcome, again.customer_id) == ("recognised", first.customer_id)


def test_somebody_new_is_a_new_customer_with_one_membership(
    organisation: Organisation, now: datetime
) -> None:
    found = add(now, Contact("陈静", "13800138000", "chen@post.example"))
    assert found.outcome == "new"
    record = Record.objects.get()
    assert (record.customer_id, record.name, record.source) == (found.customer_id, "陈静", "web")
    assert not Customer.objects.get().provisional
    assert set(Identifier.objects.values_list("kind", "value")) == {
        ("phone", "+8613800138000"),
        ("email", "chen@post.example"),
    }
    membership = Membership.objects.get()
    assert (membership.reason, membership.valid_to) == ("new", None)
    assert [event.type for event in Event.objects.filter(type__startswith="person")] == ["person.recorded"]
    assert WorkItem.objects.count() == 0


def test_the_same_statement_again_writes_nothing(organisation: Organisation, now: datetime) -> None:
    first = add(now, Contact("陈静", "13800138000"))
    with nothing_happens():
        again = add(now + timedelta(days=1), Contact("陈静", "+86 138 0013 8000"))
    assert (again.record_id, again.outcome) == (first.record_id, "recognised")


def test_doubt_makes_a_provisional_customer_a_review_and_work(
    buyer: Shopper, steward: Staffer, now: datetime
) -> None:
    found = add(now, Contact("小王", "13958016608"))
    assert found.outcome == "doubt"
    assert found.customer_id != buyer.customer_id
    assert Customer.objects.get(id=found.customer_id).provisional
    review = ReviewTask.objects.get()
    assert (review.customer_id, review.candidate_id, review.state) == (
        found.customer_id,
        buyer.customer_id,
        "open",
    )
    item = WorkItem.objects.get()
    assert (item.kind, item.subject_kind, item.subject_id) == ("people.review", "review", review.id)
    assert item.team_id == steward.seat.team_id
    types = list(
        Event.objects.filter(record_id=found.record_id).order_by("id").values_list("type", flat=True)
    )
    assert types == ["person.recorded", "person.review_added", "work.added"]


def test_a_doubtful_complaint_waits_for_nobody(buyer: Shopper, now: datetime) -> None:
    opened = complain(now, contact=Contact("小王", "13958016608"))
    assert opened.recognised.outcome == "doubt"
    kinds = set(WorkItem.objects.values_list("kind", flat=True))
    assert kinds == {"case.answer", "people.review"}


def test_explanations_hold_kinds_and_no_values(buyer: Shopper, now: datetime) -> None:
    found = add(now, Contact("王小明", "13958016608", "new@post.example"))
    plain = repr(found.explanation.as_json())
    assert "people.same" in plain
    for personal in ("6608", "王小明", "new@post"):
        assert personal not in plain


def test_a_name_alone_identifies_nobody(buyer: Shopper, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        add(now, Contact("王小明"))
    assert refused.value.code == "unreachable"


@pytest.mark.parametrize(
    ("contact", "fields"),
    [
        (Contact(phone="123"), {"phone"}),
        (Contact(phone="13800138000 / 13900139000"), {"phone"}),
        (Contact(email="a@b"), {"email"}),
        (Contact(email="x" * 300 + "@post.example"), {"email"}),
        (Contact(member="a1"), {"member"}),
        (Contact("x" * 101, "13800138000"), {"name"}),
        (Contact("x" * 101, "12", "no", "?"), {"name", "phone", "email", "member"}),
    ],
)
def test_what_cannot_be_read_is_named(
    organisation: Organisation, now: datetime, contact: Contact, fields: set[str]
) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        add(now, contact)
    assert set(refused.value.fields) == fields
    assert all(str(words).endswith(".") for words in refused.value.fields.values())


def crowd(now: datetime, phone: str, count: int) -> None:
    """`count` different people behind one switchboard."""
    contacts = [
        (Contact(f"人{chr(0x4E00 + n)}{chr(0x5E00 + n)}", phone, f"p{n}@post.example"), now)
        for n in range(count)
    ]
    customers = [Customer(created=now) for _ in contacts]
    Customer.objects.bulk_create(customers)
    records = [
        Record(customer=customer, source="import", name=contact.name, fingerprint=f"crowd{n}", created=now)
        for n, (customer, (contact, _)) in enumerate(zip(customers, contacts, strict=True))
    ]
    Record.objects.bulk_create(records)
    Identifier.objects.bulk_create(
        Identifier(record=record, kind="phone", value=phone, verbatim=phone, valid_from=now)
        for record in records
    )


def test_an_identifier_of_more_than_two_hundred_identifies_nobody(
    organisation: Organisation, now: datetime
) -> None:
    crowd(now, "+861065001234", 201)
    found = add(now, Contact("林黛玉", "010-6500 1234"))
    assert found.outcome == "new"
    assert ReviewTask.objects.count() == 0


def test_a_crowded_identifier_does_not_hide_a_good_one(buyer: Shopper, now: datetime) -> None:
    crowd(now, "+861065001234", 201)
    found = add(now, Contact("王小明", "010-65001234", "xiaoming.wang@example.com"))
    assert (found.outcome, found.customer_id) == ("recognised", buyer.customer_id)


def test_the_same_statement_behind_a_crowded_identifier(organisation: Organisation, now: datetime) -> None:
    crowd(now, "+861065001234", 201)
    first = add(now, Contact("林黛玉", "010-6500 1234"))
    again = add(now, Contact("林黛玉", "01065001234"))
    assert again.record_id == first.record_id


def test_a_customer_of_many_statements_stays_the_same_person(buyer: Shopper, now: datetime) -> None:
    """Forty sources say who this is: that is no crowd, it is one well-known customer."""
    contact = Contact("王小明", "13958016608", "xiaoming.wang@example.com")
    for number in range(40):
        found = add(now, contact, source=f"shop{number}")
        assert (found.outcome, found.customer_id) == ("recognised", buyer.customer_id)
    assert Customer.objects.count() == 1


def test_recognition_costs_one_read_and_few_writes(buyer: Shopper, now: datetime) -> None:
    few = statements(lambda: add(now, Contact("王小明", "13958016608"), "one"))
    for number in range(30):
        add(now, Contact("王小明", "13958016608"), source=f"s{number}")
    assert statements(lambda: add(now, Contact("王小明", "13958016608"), "two")) == few


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_about_one_new_person(organisation: Organisation, now: datetime) -> None:
    """Nobody is lost, nothing crashes, and it is one person."""
    done = in_threads(8, lambda n: complain(now, f"第{n}次", Contact("孙悟空", "13611112222")))
    assert not [one for one in done if isinstance(one, Exception)]
    assert (Customer.objects.count(), Record.objects.count()) == (1, 1)
    assert Event.objects.filter(type="case.opened").count() == 8
    assert Event.objects.filter(type="person.recorded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_different_people_at_once(organisation: Organisation, now: datetime) -> None:
    done = in_threads(8, lambda n: complain(now, contact=Contact("孙悟空", email=f"s{n}@post.example")))
    assert not [one for one in done if isinstance(one, Exception)]
    assert Customer.objects.count() == 8


def test_who_may_record(manager: Staffer, trainee: Staffer, visitor: Visitor, now: datetime) -> None:
    for actor, error in ((manager.actor, Denied), (trainee.actor, Denied), (visitor.actor, SignInNeeded)):
        with nothing_happens(), pytest.raises(error):
            add_record(actor=actor, now=now, contact=Contact("陈静", "13800138000"), source="web")


def test_import_answers_like_one_by_one(buyer: Shopper, now: datetime) -> None:
    rows = [
        Contact("王小明", "13958016608"),
        Contact("新人甲", "13700000001"),
        Contact("新人甲", "137 0000 0001"),
        Contact("小王", "13958016608"),
        Contact("新人乙", email="b@post.example"),
    ]
    found = import_contacts(actor=SYSTEM, now=now, contacts=[(row, now) for row in rows], source="import")
    assert [one.outcome for one in found] == ["recognised", "new", "recognised", "doubt", "new"]
    assert found[0].customer_id == buyer.customer_id
    assert found[2].record_id == found[1].record_id
    assert Record.objects.count() == 5  # the buyer's own, and one for each of the four new statements
    before = everything()
    again = import_contacts(actor=SYSTEM, now=now, contacts=[(row, now) for row in rows], source="import")
    assert [one.record_id for one in again] == [one.record_id for one in found]
    assert everything() == before


def test_an_ended_identifier_no_longer_counts(buyer: Shopper, now: datetime) -> None:
    assert add(now, Contact("小王", "13958016608")).outcome == "doubt"
    Identifier.objects.filter(kind="phone").update(valid_to=now)
    assert add(now, Contact("小王", "13958016608"), source="shop").outcome == "new"


def test_recognition_looks_at_everybody_and_shows_nobody(
    buyer: Shopper, stranger: Staffer, now: datetime
) -> None:
    add(now, Contact("王小明", "13958016608"), source="shop")
    assert list(queries.list_records(stranger.actor)) == []
