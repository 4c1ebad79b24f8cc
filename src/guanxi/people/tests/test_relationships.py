"""Households, companies, guarantors: both sides see them, they end and stay, and who is merged keeps theirs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid, NotFound, SignInNeeded
from guanxi.core.models import Detail, Event
from guanxi.people import queries
from guanxi.people.actions import Contact, add_record, end_relation, merge, relate, set_nature, unmerge
from guanxi.people.models import Customer, Relationship
from guanxi.people.rules import ROLES, Placed, Refusal, common_household, place, role_of, roles_for, stands
from tests.cast import SYSTEM, Machine, Organisation, Shopper, Staffer, Visitor, nothing_happens, statements

pytestmark = pytest.mark.django_db
NATURES = ("person", "company")
Known = Callable[..., Customer]


@pytest.fixture
def known(organisation: Organisation, now: datetime) -> Known:
    """`known("陆远舟")`: somebody nobody else is like; `company=True` for a company."""
    made = iter(range(1_000))

    def make(name: str, *, company: bool = False) -> Customer:
        contact = Contact(name, email=f"k{next(made)}@post.example")
        code = add_record(actor=SYSTEM, now=now, contact=contact, source="web").customer_public_id
        if company:
            set_nature(actor=SYSTEM, now=now, customer=code, nature="company")
        return Customer.objects.get(public_id=code)

    return make


def tie(now: datetime, here: Customer, there: Customer, role: str, **more: object) -> Relationship:
    said = {
        "actor": SYSTEM,
        "now": now,
        "customer": here.public_id,
        "other": there.public_id,
        "role": role,
        **more,
    }
    return relate(**said)  # type: ignore[arg-type]


def seen(now: datetime, who: Customer) -> set[tuple[str, str]]:
    """{(role, name of the other party)} of today."""
    return {(one.role, one.party.name) for one in queries.list_relations(SYSTEM, who.id, now=now).current}


def homes(now: datetime, who: Customer) -> list[list[str]]:
    found = queries.list_relations(SYSTEM, who.id, now=now).households
    return [[one.name for one in home.members] for home in found]


def refusal(work: Callable[[], object]) -> str:
    with nothing_happens(), pytest.raises((Invalid, Conflict)) as refused:
        work()
    assert refused.value.fields or refused.value.detail
    return refused.value.code


# -- rules -------------------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(ROLES)), st.sampled_from(NATURES), st.sampled_from(NATURES))
def test_each_side_sees_the_role_that_was_entered_at_it(role: str, here: str, there: str) -> None:
    placed = place(role, here, there)  # type: ignore[arg-type]
    if isinstance(placed, Refusal):
        assert placed.code in {"no_household", "needs_company", "needs_person"}
        return
    assert role_of(placed.kind.code, not placed.turned) == role
    back = role_of(placed.kind.code, placed.turned)
    assert place(back, there, here) == Placed(placed.kind, not placed.turned) or back == role  # type: ignore[arg-type]
    assert role in {one for listed in roles_for(here).values() for one in listed}  # type: ignore[arg-type]


def test_a_day_counts_from_the_first_to_the_last() -> None:
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    days = [date(2025, 12, 31), first, last, date(2026, 4, 1)]
    assert [stands(first, last, None, day) for day in days] == [False, True, True, False]
    assert [stands(first, last, last, day) for day in days] == [False, True, False, False]
    assert stands(None, None, None, first)


def test_nobody_moves_into_a_second_household() -> None:
    assert common_household(set(), set()) == ""
    assert common_household({"H-1"}, set()) == "H-1"
    assert common_household({"H-1"}, {"H-1"}) == "H-1"
    for here, there, code in (({"H-1"}, {"H-2"}, "two_households"), ({"H-1", "H-2"}, set(), "two_already")):
        assert common_household(here, there) == Refusal(code)


# -- what is written down ----------------------------------------------------------------------------------


def test_both_sides_see_it_in_their_own_words(known: Known, agent: Staffer, now: datetime) -> None:
    mother, son, company = known("欧阳晓雯"), known("陆一"), known("杭州拾叶文化", company=True)
    row = relate(
        actor=agent.actor, now=now, customer=mother.public_id, other=son.public_id, role="child",
        valid_from=date(2019, 5, 1), source="document", note="  birth   certificate ",
    )  # fmt: skip
    tie(now, mother, company, "contact")
    tie(now, son, mother, "guarantor")
    assert seen(now, mother) == {("child", "陆一"), ("contact", "杭州拾叶文化"), ("guaranteed", "陆一")}
    assert seen(now, son) == {("parent", "欧阳晓雯"), ("guarantor", "欧阳晓雯")}
    assert seen(now, company) == {("contact", "欧阳晓雯")}
    assert homes(now, son) == [["陆一", "欧阳晓雯"]]
    assert (row.note, row.by, row.source) == ("birth certificate", agent.actor.id, "document")
    event = Event.objects.filter(type="person.related").order_by("id").first()
    assert event is not None
    assert event.data == {
        "relation": row.public_id, "kind": "child", "source": "document",
        "parties": [son.public_id, mother.public_id],
    }  # fmt: skip
    assert Detail.objects.get(event_id=event.id).body == {"word": "birth certificate"}


def test_a_household_grows_by_whoever_joins_it(known: Known, now: datetime) -> None:
    one, other, child, guest = known("欧阳晓雯"), known("陆远舟"), known("陆一"), known("林阿姨")
    tie(now, one, other, "spouse")
    tie(now, child, other, "parent")
    tie(now, guest, child, "member")
    away = tie(now, one, known("陆二"), "child", together=False)
    assert away.household == ""
    assert homes(now, one)[0][0] == "欧阳晓雯"
    assert [sorted(home) for home in homes(now, one)] == [sorted(["欧阳晓雯", "陆远舟", "陆一", "林阿姨"])]
    assert homes(now, guest)[0][0] == "林阿姨"
    assert len(set(Relationship.objects.exclude(household="").values_list("household", flat=True))) == 1


def test_nobody_is_in_two_households_by_mistake(known: Known, now: datetime) -> None:
    one, other, third, fourth = known("甲子轩"), known("乙雨桐"), known("丙浩然"), known("丁思远")
    left = tie(now, one, other, "spouse")
    tie(now, third, fourth, "spouse")
    assert refusal(lambda: tie(now, other, third, "child")) == "two_households"
    tie(now, other, third, "child", together=False)
    end_relation(actor=SYSTEM, now=now, relation=left.public_id)
    tie(now, one, third, "member")
    assert [sorted(home) for home in homes(now, one)] == [sorted(["甲子轩", "丙浩然", "丁思远"])]


def test_what_cannot_be_is_refused_with_its_reason(known: Known, now: datetime) -> None:
    one, other, company = known("欧阳晓雯"), known("陆远舟"), known("拾叶文化", company=True)
    tomorrow = now.date() + timedelta(days=1)
    tie(now, one, other, "spouse")
    tie(now, other, company, "employee")
    table: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: tie(now, one, one, "agent"), "with_itself"),
        (lambda: tie(now, one, other, "friend"), "not_a_role"),
        (lambda: tie(now, one, company, "spouse"), "no_household"),
        (lambda: tie(now, one, other, "employee"), "needs_company"),
        (lambda: tie(now, company, known("另一家", company=True), "contact"), "needs_person"),
        (lambda: tie(now, one, other, "agent", valid_from=tomorrow + timedelta(days=1)), "not_yet"),
        (lambda: tie(now, one, other, "agent", valid_from=now.date(), valid_to=date(2020, 1, 1)), "ends_before"),
        (lambda: tie(now, other, one, "child"), "already"),
        (lambda: tie(now, company, other, "employee"), "already"),
        (lambda: set_nature(actor=SYSTEM, now=now, customer=one.public_id, nature="company"), "lives_in_household"),
        (lambda: set_nature(actor=SYSTEM, now=now, customer=company.public_id, nature="person"), "has_roles"),
    )  # fmt: skip
    for work, code in table[:4]:
        assert refusal(work) == code
    with pytest.raises(Invalid) as refused:  # makes somebody first, so not under `nothing_happens`
        table[4][0]()
    assert refused.value.code == "needs_person"
    for work, code in table[5:]:
        assert refusal(work) == code


def test_it_ends_once_and_stays_in_the_history(known: Known, agent: Staffer, now: datetime) -> None:
    one, other = known("欧阳晓雯"), known("陆远舟")
    row = tie(now, one, other, "spouse", valid_from=date(2015, 1, 1))
    later, day = now + timedelta(days=2), now.date()
    for on, code in ((later.date() + timedelta(days=2), "ends_later"), (date(2014, 1, 1), "ends_before")):
        assert refusal(lambda on=on: end(later, row, on=on)) == code  # type: ignore[misc]
    ended = end_relation(actor=agent.actor, now=later, relation=row.public_id, on=day, why="divorced")
    assert (ended.ended, ended.ended_on, ended.ended_by) == (later, day, agent.actor.id)
    found = queries.list_relations(SYSTEM, other.id, now=later)
    assert (list(found.current), list(found.households)) == ([], [])
    assert [(one.role, one.ended_on, one.ended_why) for one in found.earlier] == [("spouse", day, "divorced")]
    assert refusal(lambda: end(later, row)) == "ended_already"
    event = Event.objects.get(type="person.relation_ended")
    assert event.data == {"relation": row.public_id, "kind": "spouse", "on": day.isoformat()}
    tie(later, other, one, "spouse")  # they may marry again


def end(now: datetime, row: Relationship, **more: object) -> Relationship:
    return end_relation(actor=SYSTEM, now=now, relation=row.public_id, **more)  # type: ignore[arg-type]


def test_what_was_limited_is_over_by_itself_and_can_be_renewed(known: Known, now: datetime) -> None:
    one, other = known("欧阳晓雯"), known("陆远舟")
    tie(now, one, other, "guarantor", valid_to=now.date())
    assert refusal(lambda: tie(now, one, other, "guarantor")) == "already"
    later = now + timedelta(days=2)
    assert seen(later, one) == set()
    tie(later, one, other, "guarantor", valid_to=later.date())
    assert seen(later, one) == {("guarantor", "陆远舟")}


# -- merging -----------------------------------------------------------------------------------------------


def test_a_relation_follows_its_record_through_merge_and_unmerge(known: Known, now: datetime) -> None:
    one, other, same = known("欧阳晓雯"), known("陆远舟"), known("欧阳晓雯")
    tie(now, same, other, "spouse")
    made = merge(actor=SYSTEM, now=now, survivor=one.public_id, others=[same.public_id])
    assert seen(now, one) == {("spouse", "陆远舟")}
    assert seen(now, other) == {("spouse", "欧阳晓雯")}
    assert homes(now, one) == [["欧阳晓雯", "陆远舟"]]
    unmerge(actor=SYSTEM, now=now, decision=made.public_id)
    assert seen(now, one) == set()
    assert seen(now, same) == {("spouse", "陆远舟")}


def test_a_relation_to_oneself_after_a_merge_is_shown_as_such(
    known: Known, agent: Staffer, now: datetime
) -> None:
    one, other = known("欧阳晓雯"), known("欧阳小雯")
    row = tie(now, one, other, "agent")
    made = merge(actor=SYSTEM, now=now, survivor=one.public_id, others=[other.public_id])
    [found] = queries.list_relations(SYSTEM, one.id, now=now).current
    assert (found.own, found.public_id) == (True, row.public_id)
    body = agent.client.get(f"/customers/{one.public_id}/").content.decode()
    assert "both sides are this customer since a merge" in body
    unmerge(actor=SYSTEM, now=now, decision=made.public_id)
    assert seen(now, other) == {("principal", "欧阳晓雯")}


def test_two_households_after_a_merge_are_told(known: Known, agent: Staffer, now: datetime) -> None:
    one, other, same, fourth = known("欧阳晓雯"), known("陆远舟"), known("欧阳晓雯"), known("丁思远")
    tie(now, one, other, "spouse")
    tie(now, same, fourth, "member")
    merge(actor=SYSTEM, now=now, survivor=one.public_id, others=[same.public_id])
    assert len(homes(now, one)) == 2
    assert "In two households at once" in agent.client.get(f"/customers/{one.public_id}/").content.decode()
    assert refusal(lambda: tie(now, one, known_again(fourth), "child")) in {"already", "two_already"}


def known_again(who: Customer) -> Customer:
    return Customer.objects.get(id=who.id)


# -- who may -----------------------------------------------------------------------------------------------


def test_only_who_may_change_customers_relates_them(
    buyer: Shopper, seller: Shopper, trainee: Staffer, manager: Staffer, stranger: Staffer, visitor: Visitor,
    now: datetime,
) -> None:  # fmt: skip
    row = relate(actor=SYSTEM, now=now, customer=buyer.public_id, other=seller.public_id, role="agent")
    table: tuple[tuple[object, type[GuanxiError]], ...] = (
        (trainee.actor, Denied), (manager.actor, Denied), (stranger.actor, NotFound), (visitor.actor, SignInNeeded),
        (buyer.actor, Denied),
    )  # fmt: skip
    for actor, error in table:
        with nothing_happens(), pytest.raises(error):
            relate(actor=actor, now=now, customer=buyer.public_id, other=seller.public_id, role="spouse")  # type: ignore[arg-type]
        with nothing_happens(), pytest.raises(error):
            end_relation(actor=actor, now=now, relation=row.public_id)  # type: ignore[arg-type]
        with nothing_happens(), pytest.raises(error):
            set_nature(actor=actor, now=now, customer=buyer.public_id, nature="company")  # type: ignore[arg-type]


def test_whom_one_may_not_see_has_no_name(
    known: Known, stranger: Staffer, organisation: Organisation, now: datetime
) -> None:
    mine, theirs = known("本地客户"), known("外地客户")
    tie(now, mine, theirs, "guarantor", note="see contract")
    mine.records.update(unit=organisation.units["west-front"])
    body = stranger.client.get(f"/customers/{mine.public_id}/").content.decode()
    assert "somebody you may not see" in body
    assert "外地客户" not in body
    assert theirs.public_id not in body


# -- page and API ------------------------------------------------------------------------------------------


def test_entered_and_ended_on_the_page(
    agent: Staffer, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    url = f"/customers/{buyer.public_id}/"
    form = {
        "other": seller.public_id,
        "role": "guarantor",
        "valid_from": "2024-02-30",
        "note": "contract 7",
        "key": "k1",
    }
    refused = agent.client.post(url + "relations/", form)
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "data-open" in body
    assert "This is no day" in body
    assert "contract 7" in body
    assert Relationship.objects.count() == 0
    done = agent.client.post(url + "relations/", {**form, "valid_from": "2024-02-29", "key": "k2"})
    assert done.status_code == 303
    row = Relationship.objects.get()
    for side, words in ((buyer, "vouches for this customer"), (seller, "this customer vouches for them")):
        body = agent.client.get(f"/customers/{side.public_id}/").content.decode()
        assert words in body
        assert "since 2024-02-29" in body
    ended = agent.client.post(f"{url}relations/{row.public_id}/end/", {"why": "paid back", "key": "k3"})
    assert ended.status_code == 303
    again = agent.client.post(f"{url}relations/{row.public_id}/end/", {"key": "k4"})
    assert again.status_code == 409
    assert "This relation is over already" in again.content.decode()
    assert "1 earlier relation" in agent.client.get(url).content.decode()


def test_over_the_api(
    token: Machine, visitor: Visitor, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    url, client = f"/api/v1/customers/{buyer.public_id}/", visitor.client
    made = client.post(
        url + "relationships", {"other": seller.public_id, "role": "spouse", "valid_from": "2020-05-20"},
        content_type="application/json", headers=token.headers,
    )  # fmt: skip
    assert made.status_code == 201
    found = client.get(url + "relationships", headers=token.headers).json()
    [one] = found["items"]
    assert (one["role"], one["party"]["id"], one["valid_from"], one["current"]) == (
        "spouse", seller.public_id, "2020-05-20", True,
    )  # fmt: skip
    assert [[member["id"] for member in home["members"]] for home in found["households"]] == [
        [buyer.public_id, seller.public_id]
    ]
    over = client.post(
        f"{url}relationships/{one['id']}/end",
        {"why": "moved"},
        content_type="application/json",
        headers=token.headers,
    )
    assert over.status_code == 200
    assert client.get(url + "relationships", headers=token.headers).json()["items"][0]["current"] is False
    turned = client.put(
        url + "nature", {"nature": "company"}, content_type="application/json", headers=token.headers
    )
    assert turned.json() == {"nature": "company"}
    assert client.get(url.rstrip("/"), headers=token.headers).json()["nature"] == "company"


def test_the_read_costs_the_same_however_many_there_are(known: Known, now: datetime) -> None:
    company = known("拾叶文化", company=True)
    tie(now, company, known("员工零"), "employee")
    few = statements(lambda: queries.list_relations(SYSTEM, company.id, now=now))
    for number in range(4):
        tie(now, company, known(f"员工{number}"), "employee")
    assert statements(lambda: queries.list_relations(SYSTEM, company.id, now=now)) == few
