"""The steward's desk: one pair after the other, decided by one key each, every decision taken back by one more."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.core import clock
from guanxi.core.models import Role
from guanxi.core.money import Money
from guanxi.people.actions import Contact, merge, pin, tell_apart
from guanxi.people.models import Customer, Identifier, IdentityEvent, Link, Pin, Record, ReviewTask
from guanxi.people.tests.pairs import doubt, known, pair
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, ProductRow, add_products, import_buyers
from guanxi.work.models import WorkItem
from tests.cast import SYSTEM, Hire, Organisation, Shopper, Staffer, Visitor, nothing_happens, statements

pytestmark = pytest.mark.django_db
State = ReviewTask.State
QUEUE = re.compile(r'gx-desk-names"><b[^>]*>([^<]+)</b><span class="gx-num">([^<]+)<')


def act(staffer: Staffer, review: ReviewTask, verb: str, **more: Any) -> Any:
    sent = {"key": f"{verb}-{review.public_id}-{len(more)}", **more}
    return staffer.client.post(f"/identity/reviews/{review.public_id}/{verb}/", sent)


def state(review: ReviewTask) -> str:
    return str(ReviewTask.objects.get(id=review.id).state)


def test_the_likeliest_pair_is_open_with_its_evidence(steward: Staffer, now: datetime) -> None:
    pair(now, "林嘉欣", score=0.803)
    first = pair(now, "贺成业", score=0.991)
    text = steward.client.get("/identity/").content.decode()
    assert QUEUE.findall(text) == [("贺成业", ".991"), ("林嘉欣", ".803")]
    assert f"/identity/reviews/{first.public_id}/accept/" in text
    assert "Evidence for and against" in text
    assert [words for words in ("+12.4", "+14.0", "−1.6", "−20.5") if words not in text] == []
    assert '<span class="gx-amber"> ≠ e-mail</span>' in text
    assert "2 waiting" in text


def test_who_is_worth_most_comes_first(steward: Staffer, trainee: Staffer, now: datetime) -> None:
    likely, worthy = pair(now, "林嘉欣", score=0.99), pair(now, "贺成业", score=0.7)
    add_products(actor=SYSTEM, now=now, products=[ProductRow("B1", "books", {"en": "Book"})])
    for place, (record, price) in enumerate(
        [(likely.peer, 90_00), (worthy.record, 60_00), (worthy.peer, 70_00)]
    ):
        assert record is not None
        line = LineRow("B1", 1, Money(price, "CNY"))
        contact = Contact(record.name, email=record.identifiers.get(kind="email").value)
        order = OrderRow(f"W-{place}", now, [line])
        import_buyers(actor=SYSTEM, now=now, buyers=[BuyerRow(contact, now, [order])], source="shop")
    text = steward.client.get("/identity/").content.decode()
    assert QUEUE.findall(text)[:2] == [("贺成业", ".700"), ("林嘉欣", ".990")]
    assert re.findall(r'gx-nowrap">([^<]*)</span></span></a>', text) == ["¥130.00", "¥90.00"]


def test_the_pace_of_the_day(steward: Staffer, now: datetime) -> None:
    assert "0 decided today" in steward.client.get("/identity/").content.decode()
    times = [now, now + timedelta(seconds=20), now + timedelta(seconds=60), now + timedelta(hours=1)]
    for moment, verb in zip(times, ("reject", "accept", "later", "reject"), strict=True):
        with clock.at(moment):
            act(steward, pair(moment), verb)
    with clock.at(times[-1]):
        text = steward.client.get("/identity/").content.decode()
    assert "4 decided today, median 30 s" in text


def test_accepting_merges_and_the_next_pair_opens_by_itself(steward: Staffer, now: datetime) -> None:
    first, second = pair(now, "贺成业", score=0.991), pair(now, "林嘉欣", score=0.803)
    answer = act(steward, first, "accept", next=second.public_id, query="origin=scan", reason="same card")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/identity/?origin=scan&r={second.public_id}&done={first.public_id}"
    assert state(first) == State.ACCEPTED
    made = IdentityEvent.objects.get(kind="merge")
    assert (made.customer_id, made.other_id, made.reason) == (
        first.candidate_id,
        first.customer_id,
        "same card",
    )
    assert Pin.objects.count() == 0
    text = steward.client.get(answer.headers["Location"]).content.decode()
    assert "merged 贺成业 / 贺成业" in text
    assert f"/identity/reviews/{second.public_id}/accept/" in text


def test_the_same_form_sent_twice_decides_once(steward: Staffer, now: datetime) -> None:
    review = pair(now)
    answers = [act(steward, review, "accept") for _ in range(2)]
    assert [one.headers["Location"] for one in answers] == [f"/identity/?done={review.public_id}"] * 2
    assert IdentityEvent.objects.count() == 1


def test_the_steward_chooses_who_survives_and_which_value_counts(steward: Staffer, now: datetime) -> None:
    old = known(now - timedelta(days=400), "陈静", phone="13912345678")
    new = known(now, "陈小静", phone="13887654321")
    review = doubt(now, new, old)
    text = steward.client.get("/identity/").content.decode()
    mine = re.findall(r'name="field.phone" value="(\w+)" form="gx-decide"( checked)?', text)
    assert [bool(checked) for _, checked in mine] == [False, True]  # the newer number would count
    answer = act(steward, review, "accept", survivor=new.public_id, **{"field.phone": mine[0][0]})
    assert answer.status_code == 303
    assert Customer.objects.get(id=old.id).merged_into_id == new.id
    chosen = Pin.objects.get()
    assert (chosen.field, chosen.record.customer_id) == ("phone", new.id)
    assert chosen.identifier is not None
    assert chosen.identifier.value == "+8613912345678"


def test_a_value_the_rules_chose_anyway_is_not_pinned(steward: Staffer, now: datetime) -> None:
    review = doubt(now, known(now, "陈小静", phone="13887654321"), known(now, "陈静", phone="13912345678"))
    text = steward.client.get("/identity/").content.decode()
    checked = re.findall(r'name="field.(\w+)" value="(\w+)" form="gx-decide" checked', text)
    assert {name for name, _ in checked} >= {"phone", "email", "name"}
    act(steward, review, "accept", **{f"field.{name}": value for name, value in checked})
    assert (state(review), Pin.objects.count()) == (State.ACCEPTED, 0)


def test_what_is_unticked_ends_and_holds_again_after_the_undo(steward: Staffer, now: datetime) -> None:
    old = known(now - timedelta(days=400), "陈静", phone="13912345678")
    new = known(now, "陈小静", phone="13887654321")
    review = doubt(now, new, old)
    text = steward.client.get("/identity/").content.decode()
    kept = re.findall(r'name="keep.phone" value="(\w+)" form="gx-decide" checked', text)
    assert len(kept) == 2
    act(steward, review, "accept", **{"kept.phone": "1", "keep.phone": kept[1]})
    phones = Identifier.objects.filter(kind="phone")
    assert phones.get(valid_to=None).value == "+8613887654321"
    assert phones.get(valid_to=now).value == "+8613912345678"
    act(steward, review, "undo")
    assert phones.filter(valid_to=None).count() == 2


def test_rejecting_is_for_ever_and_later_comes_up_again(steward: Staffer, now: datetime) -> None:
    first, second = pair(now, score=0.9), pair(now, "林嘉欣", score=0.8)
    act(steward, first, "reject")
    assert (state(first), Link.objects.get().kind) == (State.REJECTED, "cannot")
    act(steward, second, "later", days="30")
    later = ReviewTask.objects.get(id=second.id)
    assert (later.state, later.later_until) == (State.LATER, now + timedelta(days=30))
    assert "Everything is decided." in steward.client.get("/identity/").content.decode()


@pytest.mark.parametrize("verb", ["accept", "reject", "later"])
def test_every_decision_is_taken_back_by_one_key(verb: str, steward: Staffer, now: datetime) -> None:
    review = pair(now, origin=ReviewTask.Origin.LIVE)
    owners = dict(Record.objects.values_list("id", "customer_id"))
    act(steward, review, verb)
    assert WorkItem.objects.filter(subject_kind="review", state="done").count() == 1
    answer = act(steward, review, "undo", query=f"done={review.public_id}")
    assert answer.headers["Location"] == f"/identity/?r={review.public_id}"
    assert state(review) == State.OPEN
    assert dict(Record.objects.values_list("id", "customer_id")) == owners
    assert Link.objects.filter(lifted=None).count() == 0
    assert WorkItem.objects.filter(subject_kind="review").exclude(state="done").count() == 1
    assert (
        f"/identity/reviews/{review.public_id}/accept/" in steward.client.get("/identity/").content.decode()
    )


def test_decisions_are_taken_back_one_before_the_other(steward: Staffer, now: datetime) -> None:
    first, second = pair(now, score=0.9), pair(now, "林嘉欣", score=0.8)
    act(steward, first, "accept")
    answer = act(steward, second, "reject", query=f"done={first.public_id}")
    done = f"{first.public_id},{second.public_id}"
    assert answer.headers["Location"] == f"/identity/?done={done}"
    page = steward.client.get(answer.headers["Location"]).content.decode()
    assert "2 decided today" in page
    assert "kept 林嘉欣 / 林嘉欣 apart" in page
    act(steward, second, "undo", query=f"done={done}")
    act(steward, first, "undo", query=f"done={first.public_id}")
    assert (state(first), state(second)) == (State.OPEN, State.OPEN)


def test_who_was_made_certain_is_doubted_again(steward: Staffer, now: datetime) -> None:
    review = pair(now)
    Customer.objects.filter(id=review.customer_id).update(provisional=True)
    act(steward, review, "reject")
    assert not Customer.objects.get(id=review.customer_id).provisional
    act(steward, review, "undo")
    assert Customer.objects.get(id=review.customer_id).provisional


def test_the_queue_is_narrowed_by_score_origin_and_unit(
    steward: Staffer, organisation: Organisation, now: datetime
) -> None:
    one, two = pair(now, "林嘉欣", score=0.995), pair(now, "贺成业", score=0.95)
    ReviewTask.objects.filter(id=two.id).update(origin="live")
    Record.objects.filter(id=one.record_id).update(unit=organisation.units["front"])
    found = {
        query: re.findall(
            r'gx-desk-names"><b[^>]*>([^<]+)<', steward.client.get(f"/identity/?{query}").content.decode()
        )
        for query in (
            "score=high",
            "score=middle",
            "score=low",
            "origin=live",
            "unit=east",
            "unit=west",
            "score=odd",
        )
    }
    assert found == {
        "score=high": ["林嘉欣"], "score=middle": ["贺成业"], "score=low": [], "origin=live": ["贺成业"],
        "unit=east": ["林嘉欣"], "unit=west": [], "score=odd": ["林嘉欣", "贺成业"],
    }  # fmt: skip


def test_what_may_not_be_is_said_in_words_before_and_after(steward: Staffer, now: datetime) -> None:
    one, other = known(now, "陈静", member="AB1234"), known(now, "陈静", member="CD5678")
    Identifier.objects.filter(kind="member").update(verified=now)
    review = doubt(now, one, other)
    words = "Both have a verified member number, and they differ. End the wrong one first."
    assert words in steward.client.get("/identity/").content.decode()
    with nothing_happens():
        answer = act(steward, review, "accept")
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_somebody_else_was_faster(steward: Staffer, now: datetime) -> None:
    review, following = pair(now, score=0.9), pair(now, "林嘉欣", score=0.8)
    tell_apart(actor=SYSTEM, now=now, customers=(review.customer.public_id, review.candidate.public_id))
    with nothing_happens():
        answer = act(steward, review, "accept")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "This has been decided already." in text
    assert f"/identity/reviews/{following.public_id}/accept/" in text  # the next one is open meanwhile


def test_what_came_after_a_merge_must_be_assigned_before_it_is_undone(
    steward: Staffer, now: datetime
) -> None:
    review = pair(now)
    act(steward, review, "accept")
    late = known(now, "陈静")
    Record.objects.filter(customer=late).update(customer=review.candidate_id)
    with nothing_happens():
        answer = act(steward, review, "undo")
    assert answer.status_code == 422
    assert "Say of every record that came since whose it is: 1 to go." in answer.content.decode()


def test_a_later_merge_stands_upon_it(steward: Staffer, now: datetime) -> None:
    review, third = pair(now), known(now, "陈静")
    act(steward, review, "accept")
    merge(actor=SYSTEM, now=now, survivor=third.public_id, others=[review.candidate.public_id])
    with nothing_happens():
        answer = act(steward, review, "undo")
    assert answer.status_code == 409
    assert "stands upon this one. Undo that one first" in answer.content.decode()


def test_who_may_review_but_not_merge_keeps_apart_and_puts_off(hire: Hire, now: datetime) -> None:
    helper = hire("helper", "agent", "front")
    helper.user.grants.update(role=_role(hire))
    review = pair(now)
    text = helper.client.get("/identity/").content.decode()
    assert "Merging needs a right you do not have" in text
    assert 'data-key="m"' not in text
    with nothing_happens():
        assert act(helper, review, "accept").status_code == 403
    assert act(helper, review, "reject").status_code == 303
    assert state(review) == State.REJECTED


def _role(hire: Hire) -> Any:

    rights = {"people.view": "all", "people.review": "all"}
    return Role.objects.create(code="looker", name={"en": "looker"}, rights=rights)


def test_nobody_else_gets_in(
    agent: Staffer, trainee: Staffer, visitor: Visitor, buyer: Shopper, now: datetime
) -> None:
    review = pair(now)
    with nothing_happens():
        for staffer in (agent, trainee):
            assert staffer.client.get("/identity/").status_code == 403
            assert act(staffer, review, "accept").status_code == 403
        assert visitor.client.get("/identity/").status_code == 302
        assert buyer.client.get("/identity/").status_code == 403
        assert buyer.client.post(f"/identity/reviews/{review.public_id}/reject/").status_code == 403


def test_another_branch_neither_sees_nor_decides(
    hire: Hire, organisation: Organisation, now: datetime
) -> None:
    review = pair(now)
    Record.objects.update(unit=organisation.units["east"])
    far = hire("far", "agent", "west-front")

    rights = dict.fromkeys(("people.view", "people.review", "people.merge"), "branch")
    far.user.grants.update(role=Role.objects.create(code="far", name={"en": "far"}, rights=rights))
    assert "Nobody waits." in far.client.get("/identity/").content.decode()
    with nothing_happens():
        assert act(far, review, "accept").status_code == 404
        assert act(far, review, "undo").status_code == 404


def test_a_longer_queue_costs_no_more(steward: Staffer, now: datetime) -> None:
    for _ in range(2):
        pair(now)
    steward.client.get("/identity/")
    few = statements(lambda: steward.client.get("/identity/"))
    for _ in range(6):
        pair(now)
    assert statements(lambda: steward.client.get("/identity/")) == few


def test_a_pinned_value_says_so(steward: Staffer, now: datetime) -> None:
    one, other = known(now, "陈静", phone="13912345678"), known(now, "陈静", phone="13887654321")
    pin(
        actor=SYSTEM,
        now=now,
        customer=one.public_id,
        field="phone",
        record_id=Record.objects.get(customer=one).id,
    )
    doubt(now, one, other)
    assert "pinned" in steward.client.get("/identity/").content.decode()
