"""Customers compared by hand; what was decided and taken back: a merge with what came after it, a word; many at once."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.core.lists import carrying, runs
from guanxi.core.lists import get as listing
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRow, BulkRun
from guanxi.core.words import known as has_words
from guanxi.people.actions import merge, tell_apart
from guanxi.people.models import Customer, Identifier, IdentityEvent, Link, Record, ReviewTask
from guanxi.people.queries.identity import _OWN
from guanxi.people.tests.pairs import known, pair
from tests.cast import SYSTEM, Staffer, nothing_happens, statements

pytestmark = pytest.mark.django_db
State = ReviewTask.State


@pytest.fixture
def two(steward: Staffer, now: datetime) -> tuple[Customer, Customer]:
    return known(now, "陈静", phone="13912345678"), known(now, "陈小静", phone="13887654321")


def url(*customers: Customer, **more: str) -> str:
    return "/identity/compare/?" + "&".join(
        [*(f"c={one.public_id}" for one in customers), *(f"{name}={text}" for name, text in more.items())]
    )


def decide(staffer: Staffer, do: str, *customers: Customer, **more: Any) -> Any:
    sent = {
        "key": f"{do}{IdentityEvent.objects.count()}",
        "do": do,
        "c": [one.public_id for one in customers],
        **more,
    }
    return staffer.client.post("/identity/compare/", sent)


# -- compared by hand ------------------------------------------------------------------------------------------


def test_two_are_compared_and_merged(steward: Staffer, two: tuple[Customer, Customer]) -> None:
    one, other = two
    text = steward.client.get(url(one, other, into=other.public_id)).content.decode()
    assert "Merge into B" in text
    assert f"{one.public_id} keeps working and leads to {other.public_id}." in text
    answer = decide(steward, "merge", one, other, survivor=other.public_id, reason="same papers")
    assert answer.headers["Location"] == f"/identity/history/{other.public_id}/"
    assert Customer.objects.get(id=one.id).merged_into_id == other.id


def test_two_are_kept_apart_for_ever_and_the_page_says_so(
    steward: Staffer, two: tuple[Customer, Customer]
) -> None:
    decide(steward, "apart", *two, reason="brothers")
    assert Link.objects.filter(kind="cannot", lifted=None).count() == 1
    text = steward.client.get(url(*two)).content.decode()
    assert "A and B were told apart on" in text
    assert "brothers" in text
    with nothing_happens():
        assert decide(steward, "merge", *two, survivor=two[0].public_id).status_code == 422


def test_three_at_once(steward: Staffer, two: tuple[Customer, Customer], now: datetime) -> None:
    third = known(now, "陈静", email="third@post.example")
    text = steward.client.get(url(*two, third)).content.decode()
    assert "Are these one person?" in text
    assert "Keep apart for ever" not in text
    decide(steward, "merge", *two, third, survivor=third.public_id)
    assert set(Customer.objects.exclude(merged_into=None).values_list("merged_into", flat=True)) == {third.id}


@pytest.mark.parametrize("codes", [(), ("C-00000-00000", "C-11111-11111")])
def test_nobody_to_compare_is_not_found(steward: Staffer, codes: tuple[str, ...]) -> None:
    query = "&".join(f"c={code}" for code in codes)
    assert steward.client.get(f"/identity/compare/?{query}").status_code == 404


def test_one_alone_asks_with_whom(steward: Staffer, two: tuple[Customer, Customer]) -> None:
    text = steward.client.get(url(two[0])).content.decode()
    assert "Compare with somebody else" in text
    assert "gx-decide" not in text


def test_more_records_cost_no_more(steward: Staffer, two: tuple[Customer, Customer], now: datetime) -> None:
    steward.client.get(url(*two))
    few = statements(lambda: steward.client.get(url(*two)))
    for _ in range(4):
        Record.objects.filter(customer=known(now, "陈静")).update(customer=two[0])
    assert statements(lambda: steward.client.get(url(*two))) == few


def test_everything_that_moves_has_a_name() -> None:
    models = {one.related_model for one in Record._meta.related_objects} - _OWN
    names = {"records", "events", *(str(model._meta.model_name) for model in models)}
    assert [name for name in sorted(names) if not has_words(f"moves.{name}")] == []


# -- undoing a merge -------------------------------------------------------------------------------------------


@pytest.fixture
def made(two: tuple[Customer, Customer], now: datetime) -> IdentityEvent:
    one, other = two
    return merge(actor=SYSTEM, now=now, survivor=one.public_id, others=[other.public_id])


def undo(staffer: Staffer, made: IdentityEvent, **sent: str) -> Any:
    return staffer.client.post(
        f"/identity/decisions/{made.public_id}/undo/", {"key": f"u-{made.public_id}-{len(sent)}", **sent}
    )


def test_undoing_restores_both_and_remembers_it(
    steward: Staffer, two: tuple[Customer, Customer], made: IdentityEvent
) -> None:
    text = steward.client.get(f"/identity/decisions/{made.public_id}/undo/").content.decode()
    assert "Nothing came after the merge: each gets back exactly what it had." in text
    answer = undo(steward, made, apart="1", reason="twins")
    assert answer.headers["Location"] == f"/identity/history/{two[0].public_id}/"
    assert [Record.objects.get(customer=one).name for one in two] == ["陈静", "陈小静"]
    assert Link.objects.get().kind == "cannot"
    history = steward.client.get(answer.headers["Location"]).content.decode()
    assert "undone" in history
    assert "twins" in history


def test_what_came_after_is_given_to_one_of_them(
    steward: Staffer, two: tuple[Customer, Customer], made: IdentityEvent, now: datetime
) -> None:
    late = Record.objects.get(customer=known(now, "陈小静", email="late@post.example"))
    Identifier.objects.filter(record=late).update(kind="phone", value="+8613887654321")
    late.customer = two[0]
    late.save()
    text = steward.client.get(f"/identity/decisions/{made.public_id}/undo/").content.decode()
    name, likely = re.findall(r'name="(to\.\w+)" value="([^"]+)" required data-likely', text)[0]
    assert likely == two[1].public_id
    with nothing_happens():
        answer = undo(steward, made)
    assert (answer.status_code, "1 to go" in answer.content.decode()) == (422, True)
    undo(steward, made, **{name: two[1].public_id})
    assert Record.objects.get(id=late.id).customer_id == two[1].id


def test_a_later_merge_must_be_undone_first(
    steward: Staffer, two: tuple[Customer, Customer], made: IdentityEvent, now: datetime
) -> None:
    third = known(now, "陈静", email="third@post.example")
    later = merge(actor=SYSTEM, now=now, survivor=third.public_id, others=[two[0].public_id])
    text = steward.client.get(f"/identity/decisions/{made.public_id}/undo/").content.decode()
    assert f"A later merge into {third.public_id} on" in text
    assert f"/identity/decisions/{later.public_id}/undo/" in text
    with nothing_happens():
        assert undo(steward, made).status_code == 409
    undo(steward, later, a="1")
    assert undo(steward, made, b="1").status_code == 303


def test_a_merge_is_undone_once(steward: Staffer, made: IdentityEvent) -> None:
    undo(steward, made)
    with nothing_happens():
        answer = undo(steward, made, again="1")
    assert (answer.status_code, "was undone already" in answer.content.decode()) == (409, True)


def test_a_word_is_said_for_ever_and_lifted(
    steward: Staffer, two: tuple[Customer, Customer], now: datetime
) -> None:
    one, other = two
    said = tell_apart(actor=SYSTEM, now=now, customers=(one.public_id, other.public_id))
    text = steward.client.get(f"/identity/history/{one.public_id}/").content.decode()
    assert f"/identity/decisions/{said.public_id}/lift/" in text
    answer = steward.client.post(f"/identity/decisions/{said.public_id}/lift/", {"key": "l"})
    assert answer.status_code == 303
    assert Link.objects.filter(lifted=None).count() == 0


def test_old_numbers_lead_to_the_history_of_the_survivor(
    steward: Staffer, two: tuple[Customer, Customer], made: IdentityEvent
) -> None:
    answer = steward.client.get(f"/identity/history/{two[1].public_id}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/identity/history/{two[0].public_id}/")


def test_who_may_only_look_at_customers_decides_nothing(
    agent: Staffer, two: tuple[Customer, Customer], made: IdentityEvent
) -> None:
    with nothing_happens():
        assert agent.client.get(url(*two)).status_code == 403
        assert undo(agent, made).status_code == 403
        assert decide(agent, "merge", *two, survivor=two[0].public_id).status_code == 403


# -- many at once ----------------------------------------------------------------------------------------------


def run(staffer: Staffer, now: datetime, action: str, query: str) -> BulkRun:
    reviews = listing("reviews")
    begun = runs.start(
        actor=staffer.actor, now=now, listing=reviews, bulk=reviews.get_bulk(staffer.actor, action),
        choice=Choice(query=query, everything=True), values={},
    )  # fmt: skip
    carrying.carry_out(begun.id)
    begun.refresh_from_db()
    return begun


def test_all_above_a_score_are_accepted_and_taken_back(steward: Staffer, now: datetime) -> None:
    sure, unsure = pair(now, "林嘉欣", score=0.995), pair(now, "贺成业", score=0.95)
    never = pair(now, "陈静", score=0.999)
    for review, number in ((never.record, "AB1234"), (never.peer, "CD5678")):
        assert review is not None
        Identifier.objects.filter(record=review).update(kind="member", value=number, verified=now)
    preview = steward.client.post(
        "/lists/reviews/bulk/accept/", {"all": "1", "query": "score=0.99..&state=open"}
    )
    assert "2 rows of Possible duplicates" in preview.content.decode()
    begun = run(steward, now, "accept", "score=0.99..&state=open")
    assert (begun.done, begun.failed) == (1, 1)
    assert "verified member number" in BulkRow.objects.get(run=begun, state="failed").reason
    states = dict(ReviewTask.objects.values_list("id", "state"))
    assert states == {sure.id: State.ACCEPTED, unsure.id: State.OPEN, never.id: State.OPEN}
    runs.start_undo(actor=steward.actor, now=now, public_id=begun.public_id)
    carrying.carry_back(begun.id)
    assert list(BulkRow.objects.filter(state="kept").values_list("reason", flat=True)) == []
    assert set(ReviewTask.objects.values_list("state", flat=True)) == {State.OPEN}
    assert Customer.objects.exclude(merged_into=None).count() == 0


@pytest.mark.parametrize(("action", "state"), [("reject", State.REJECTED), ("later", State.LATER)])
def test_many_are_kept_apart_or_put_off_and_taken_back(
    steward: Staffer, now: datetime, action: str, state: str
) -> None:
    pair(now, "林嘉欣"), pair(now, "贺成业")
    begun = run(steward, now, action, "state=open")
    assert set(ReviewTask.objects.values_list("state", flat=True)) == {state}
    runs.start_undo(actor=steward.actor, now=now + timedelta(minutes=1), public_id=begun.public_id)
    carrying.carry_back(begun.id)
    assert list(BulkRow.objects.filter(state="kept").values_list("reason", flat=True)) == []
    assert set(ReviewTask.objects.values_list("state", flat=True)) == {State.OPEN}
    assert Link.objects.filter(lifted=None).count() == 0


def test_the_list_shows_what_the_desk_shows(steward: Staffer, now: datetime) -> None:
    pair(now, "林嘉欣", score=0.995)
    text = steward.client.get("/identity/list/?score=0.99..").content.decode()
    assert ("林嘉欣 / 林嘉欣" in text, ".995" in text, "≠ e-mail" in text) == (True, True, True)
    assert "林嘉欣" not in steward.client.get("/identity/list/?score=..0.5").content.decode()
