"""Who is who over the API: doubts, merging and undoing it, words for ever; what pages do, by the generated client."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from guanxi_client import Guanxi, Problem

from guanxi.core import clock
from guanxi.people.models import Customer, ReviewTask
from guanxi.people.tests.pairs import known, pair
from tests.api.conftest import RIGHTS, Connect
from tests.cast import Machine, nothing_happens

pytestmark = pytest.mark.django_db

STEWARD = {**RIGHTS, "people.view": "all", "people.review": "all", "people.merge": "all"}


@pytest.fixture
def desk(connect: Connect, owner: object, now: datetime) -> Guanxi:
    """A token of a steward."""
    from guanxi.core.models import Role

    Role.objects.filter(code="integrator").update(rights=STEWARD)
    return connect(STEWARD)


def code(work: Callable[[], object]) -> tuple[int, str]:
    with nothing_happens(), pytest.raises(Problem) as refused:
        work()
    return refused.value.status, refused.value.code


def test_a_doubt_from_list_to_merge_and_back(desk: Guanxi, now: datetime) -> None:
    review = pair(now)
    [listed] = desk.list_reviews(least=0.5)["items"]
    assert (listed["id"], listed["score"], listed["state"]) == (review.public_id, 0.963, "open")
    assert [one["weight"] for one in listed["why"]["inputs"]] == [-20.5, 14.0, 12.4, -1.6]
    assert desk.list_reviews(least=0.97)["items"] == []
    made = desk.accept_review(review.public_id, body={"reason": "same person at the counter"})
    assert (made["kind"], made["customer"]) == ("merge", review.candidate.public_id)
    assert desk.get_review(review.public_id)["state"] == "accepted"
    assert code(lambda: desk.accept_review(review.public_id, body={})) == (409, "decided_already")
    old = desk.get_customer(review.customer.public_id)
    assert (old["id"], old["merged_into"]) == (review.candidate.public_id,) * 2
    shown = desk.list_decisions_unmerge(made["id"])
    assert (shown["back"], shown["after"], shown["refused"]) == (
        {review.candidate.public_id: 1, review.customer.public_id: 1}, [], "",
    )  # fmt: skip
    desk.unmerge_decision(made["id"], body={"apart": False})
    assert desk.get_customer(review.customer.public_id)["merged_into"] == ""
    assert desk.get_review(review.public_id)["state"] == "open"
    history = desk.list_customers_decisions(review.candidate.public_id)["items"]
    assert [(one["kind"], one["undone"]) for one in history] == [("unmerge", False), ("merge", True)]


def test_a_merge_is_looked_at_then_made_with_choices(desk: Guanxi, now: datetime) -> None:
    into, gone = known(now, "陈静"), known(now, "陈 静静", language="en")
    shown = desk.list_customers_merge(into.public_id, other=[gone.public_id])
    assert (shown["refused"], shown["moves"]["records"]) == ("", 1)
    values = {one["field"]: {each["customer"]: each for each in one["values"]} for one in shown["fields"]}
    theirs = values["name"][into.public_id]
    assert {each["text"] for each in values["name"].values()} == {"陈静", "陈 静静"}
    assert "email" in values
    made = desk.merge_customer(
        into.public_id, body={"others": [gone.public_id], "choices": {"name": theirs["record"]}}
    )
    assert code(lambda: desk.merge_customer(into.public_id, body={"others": [gone.public_id]})) == (
        409, "merged_already",
    )  # fmt: skip
    desk.tie_decision(made["id"], body={})
    assert code(lambda: desk.unmerge_decision(made["id"], body={})) == (422, "must_linked")


def test_what_came_after_is_given_by_its_handle(desk: Guanxi, now: datetime) -> None:
    into, gone = known(now, "陈静"), known(now, "陈静", phone="13958016608")
    made = desk.merge_customer(into.public_id, body={"others": [gone.public_id]})
    with clock.at(now + timedelta(hours=1)):
        email = gone.records.model.objects.get(identifiers__kind="phone").identifiers.get(kind="email").value
        desk.add_customer(body={"source": "shop", "name": "陈静", "email": email, "phone": "13958016608"})
    shown = desk.list_decisions_unmerge(made["id"])
    [after] = shown["after"]
    assert (after["likely"], after["source"]) == (gone.public_id, "api:shop")
    assert code(lambda: desk.unmerge_decision(made["id"], body={})) == (422, "unassigned")
    assign = {after["record"]: gone.public_id}
    wrong = {**assign, "0" * 20: gone.public_id}
    assert code(lambda: desk.unmerge_decision(made["id"], body={"assign": wrong})) == (422, "not_after")
    desk.unmerge_decision(made["id"], body={"assign": assign})
    assert Customer.objects.get(id=gone.id).records.count() == 2


def test_two_persons_for_ever_until_it_is_lifted(desk: Guanxi, now: datetime) -> None:
    review = pair(now)
    one, other = review.customer.public_id, review.candidate.public_id
    word = desk.reject_review(review.public_id, body={"reason": "mother and daughter"})
    shown = desk.list_customers_merge(one, other=[other])
    assert shown["refused"] == "cannot_linked"
    assert shown["detail"]
    assert code(lambda: desk.merge_customer(one, body={"others": [other]})) == (422, "cannot_linked")
    assert code(lambda: desk.apart_customer(one, body={"other": other})) == (409, "decided_already")
    desk.lift_decision(word["id"], body={})
    assert code(lambda: desk.lift_decision(word["id"], body={})) == (409, "lifted_already")
    [newest, *_] = desk.list_customers_decisions(one)["items"]
    assert (newest["kind"], newest["holds"]) == ("lift", False)
    assert desk.apart_customer(one, body={"other": other})["kind"] == "cannot_link"


def test_later_and_self_and_nobody(desk: Guanxi, now: datetime) -> None:
    review = pair(now)
    until = (now + timedelta(days=7)).isoformat()
    assert desk.later_review(review.public_id, body={"until": until})["state"] == "later"
    assert desk.list_reviews()["items"] == []
    into = known(now, "李娜").public_id
    assert code(lambda: desk.merge_customer(into, body={"others": [into]})) == (422, "self_merge")
    assert desk.list_customers_merge(into, other=[into])["refused"] == "self_merge"
    assert code(lambda: desk.merge_customer(into, body={"others": ["C-NOBODY"]})) == (404, "not_found")
    assert code(lambda: desk.apart_customer(into, body={"other": into})) == (422, "same_customer")


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "1", ""])
def test_a_body_that_is_no_object_decides_nothing(
    desk: Guanxi, client: Client, now: datetime, body: str
) -> None:
    review = pair(now)
    desk.list_reviews()  # that the token is in use is written down once an hour
    secret = {"Authorization": f"Bearer {desk.token}"}
    with nothing_happens():
        answer = client.post(
            f"/api/v1/reviews/{review.public_id}/reject",
            body,
            content_type="application/json",
            headers=secret,
        )
        assert answer.status_code in (400, 422)


def test_once_per_key(desk: Guanxi, now: datetime) -> None:
    review = pair(now)
    first = desk.accept_review(review.public_id, body={}, idempotency_key="k-1")
    assert desk.accept_review(review.public_id, body={}, idempotency_key="k-1") == first
    assert ReviewTask.objects.get().event is not None


def test_without_the_right(crm: Guanxi, token: Machine, now: datetime) -> None:
    review = pair(now)
    into, gone = review.candidate.public_id, review.customer.public_id
    crm.list_customers()  # that the token is in use is written down once an hour
    for work in (
        crm.list_reviews,
        lambda: crm.get_review(review.public_id),
        lambda: crm.accept_review(review.public_id, body={}),
        lambda: crm.merge_customer(into, body={"others": [gone]}),
        lambda: crm.list_customers_merge(into, other=[gone]),
        lambda: crm.apart_customer(into, body={"other": gone}),
    ):
        assert code(work) == (403, "denied")
