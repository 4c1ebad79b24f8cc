"""What a scan of all customers proposes becomes questions to the stewards, and no question that has an answer."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Denied
from guanxi.core.models import Event
from guanxi.people import queries
from guanxi.people.actions import (
    PAIRS_MAX,
    Contact,
    Pair,
    Proposed,
    accept_review,
    add_record,
    lift,
    merge,
    propose,
    put_off_review,
    reject_review,
    tell_apart,
    unmerge,
    wake_reviews,
)
from guanxi.people.models import Customer, ReviewTask
from guanxi.people.rules import Chain
from guanxi.work.models import WorkItem
from tests.cast import SYSTEM, Organisation, Staffer, in_threads, nothing_happens, statements

pytestmark = pytest.mark.django_db

Alike = Callable[..., list[Customer]]


@pytest.fixture
def alike(organisation: Organisation, now: datetime) -> Alike:
    """`alike(3)`: customers who are very likely one, though nobody was asked at the time."""
    made = iter(range(1_000))

    def make(count: int) -> list[Customer]:
        one = next(made)
        found = []
        for number in range(count):
            birth, member = f"1984-03-{one % 28 + 1:02}", f"{(3 * one + number) * 1111:06}"
            contact = Contact("张伟", member=member, birth=birth)
            found.append(add_record(actor=SYSTEM, now=now, contact=contact, source=f"s{number}"))
            ReviewTask.objects.all().delete()
        return [Customer.objects.get(id=each.customer_id) for each in found]

    return make


def ask(now: datetime, *pairs: tuple[Customer, Customer], score: float = 0.97) -> Proposed:
    found = [Pair(one.id, other.id, score) for one, other in pairs]
    return propose(actor=SYSTEM, now=now, pairs=found, run=7)


def test_many_at_once_with_one_event_and_no_work_that_is_due(alike: Alike, now: datetime) -> None:
    groups = [alike(2) for _ in range(3)]
    before = WorkItem.objects.count()
    done = ask(now, *[(one, other) for one, other in groups])
    assert done == Proposed(3, {})
    reviews = list(ReviewTask.objects.order_by("id"))
    assert {frozenset((one.customer_id, one.candidate_id)) for one in reviews} == {
        frozenset((one.id, other.id)) for one, other in groups
    }
    for one in reviews:
        assert (one.origin, one.state, one.record.customer_id) == ("scan", "open", one.customer_id)
        assert one.peer is not None
        assert one.peer.customer_id == one.candidate_id
        assert one.explanation["facts"][-1]["code"] == "people.share"
        assert one.score == pytest.approx(0.706, abs=0.001)  # of the whole customers; the scan was surer
    event = Event.objects.get(type="person.proposed")
    assert (event.subject_kind, event.subject_id, event.data["count"]) == ("scan", 7, 3)
    assert WorkItem.objects.count() == before
    assert ask(now, *[(one, other) for one, other in groups]) == Proposed(0, {"asked": 3})


def test_never_surer_than_the_scan(alike: Alike, now: datetime) -> None:
    one, other = alike(2)
    ask(now, (one, other), score=0.6)
    review = ReviewTask.objects.get()
    assert review.score == pytest.approx(0.6)
    assert [fact["code"] for fact in review.explanation["facts"]][-2:] == ["people.rivals", "people.share"]


def test_nobody_is_asked_what_is_answered(alike: Alike, now: datetime) -> None:
    told, gone, rejected = alike(2), alike(2), alike(2)
    word = tell_apart(actor=SYSTEM, now=now, customers=(told[0].public_id, told[1].public_id))
    merge(actor=SYSTEM, now=now, survivor=gone[0].public_id, others=[gone[1].public_id])
    ask(now, (rejected[0], rejected[1]))
    reject_review(actor=SYSTEM, now=now, review=ReviewTask.objects.get().public_id)
    pairs = [(one, other) for one, other in (told, gone, rejected)]
    with nothing_happens():
        assert ask(now, *pairs) == Proposed(0, {"apart": 2, "gone": 1})
    lift(actor=SYSTEM, now=now, decision=word.public_id)
    assert ask(now, *pairs) == Proposed(1, {"apart": 1, "gone": 1})


def test_what_closes_a_circle_is_not_asked_as_well(alike: Alike, now: datetime) -> None:
    one, two, three = alike(3)
    assert ask(now, (one, two), (two, three), (three, one)) == Proposed(2, {"circle": 1})
    assert ask(now, (three, two), (one, one)) == Proposed(0, {"circle": 1, "self": 1})
    first = ReviewTask.objects.order_by("id")[0]
    reject_review(actor=SYSTEM, now=now, review=first.public_id)
    assert ask(now, (three, two), (one, two)) == Proposed(1, {"apart": 1})


def test_vetoed_and_unlikely_pairs_are_nobodys_question(organisation: Organisation, now: datetime) -> None:
    said = [
        Contact("逄晓筠", member="M-0001", birth="1984-03-05"),
        Contact("逄晓筠", member="M-0002", birth="1991-11-20"),
        Contact("慕容复", member="M-0003"),
    ]
    found = [add_record(actor=SYSTEM, now=now, contact=one, source="web") for one in said]
    one, vetoed, other = (Customer.objects.get(id=each.customer_id) for each in found)
    with nothing_happens():
        assert ask(now, (one, vetoed), (one, other)) == Proposed(0, {"vetoed": 1, "unlikely": 1})


def test_the_cost_does_not_grow_and_has_a_limit(alike: Alike, now: datetime) -> None:
    groups = [alike(2) for _ in range(9)]

    def cost(some: list[list[Customer]]) -> int:
        return statements(lambda: ask(now, *[(one, other) for one, other in some]))

    assert cost(groups[:1]) == cost(groups[1:]) <= 14
    with pytest.raises(ValueError, match="at most"):
        ask(now, *[(groups[0][0], groups[0][1])] * (PAIRS_MAX + 1))


def test_a_proposal_is_decided_like_any_doubt(alike: Alike, steward: Staffer, now: datetime) -> None:
    one, other = alike(2)
    ask(now, (one, other))
    review = ReviewTask.objects.get()
    until = now + timedelta(days=2)
    put_off_review(actor=steward.actor, now=now, review=review.public_id, until=until)
    assert wake_reviews(actor=SYSTEM, now=until) == 1
    made = accept_review(actor=steward.actor, now=now, review=review.public_id)
    unmerge(actor=steward.actor, now=now, decision=made.public_id, apart=False)
    review.refresh_from_db()
    assert review.state == "open"
    assert not WorkItem.objects.filter(kind="people.review", subject_id=review.id).exists()
    assert list(queries.list_undecided(steward.actor, now)) == [review]


def test_only_the_system_proposes(alike: Alike, steward: Staffer, now: datetime) -> None:
    one, other = alike(2)
    with nothing_happens(), pytest.raises(Denied):
        propose(actor=steward.actor, now=now, pairs=[Pair(one.id, other.id, 0.9)], run=1)


@pytest.mark.django_db(transaction=True)
def test_two_scans_at_once_ask_once(alike: Alike, now: datetime) -> None:
    one, other = alike(2)
    done = in_threads(2, lambda _: ask(now, (one, other)))
    assert sorted(each.added for each in done if isinstance(each, Proposed)) == [0, 1], done
    assert ReviewTask.objects.count() == 1


def test_a_long_chain_is_no_deeper_than_it_must_be() -> None:
    chain = Chain((one, one + 1) for one in range(10_000))
    assert chain.join(0, 10_000) is False
    assert chain.join(10_000, -1) is True
