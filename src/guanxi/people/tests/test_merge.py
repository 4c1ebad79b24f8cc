"""Merging customers and undoing it: nothing is lost, nothing moves but memberships, and old ids keep working."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid, NotFound, SignInNeeded
from guanxi.core.models import Detail, Event
from guanxi.people import queries
from guanxi.people.actions import Contact, add_record, attach, detach, merge, pin, unmerge
from guanxi.people.models import Customer, Identifier, IdentityEvent, Link, Membership, Record, ReviewTask
from guanxi.work.models import WorkItem
from tests.cast import (
    SYSTEM,
    Organisation,
    Shopper,
    Staffer,
    Visitor,
    complain,
    in_threads,
    nothing_happens,
    statements,
)

pytestmark = pytest.mark.django_db

Known = Callable[..., Customer]


@pytest.fixture
def known(organisation: Organisation, now: datetime) -> Known:
    """`known("陈静", 3)`: a customer of three records, nobody else's evidence on them."""
    made = iter(range(1_000))

    def make(name: str, records: int = 1) -> Customer:
        ids = []
        for _ in range(records):
            contact = Contact(name, email=f"p{next(made)}@post.example")
            ids.append(add_record(actor=SYSTEM, now=now, contact=contact, source="web").record_id)
        owner = Customer.objects.get(records=ids[0])
        Record.objects.filter(id__in=ids).update(customer=owner)
        Membership.objects.filter(record__in=ids).update(customer=owner)
        Customer.objects.filter(records=None, merged_into=None).delete()
        return owner

    return make


def records(customer: Customer) -> list[int]:
    return sorted(Record.objects.filter(customer=customer).values_list("id", flat=True))


def undo(now: datetime, made: IdentityEvent, **more: object) -> IdentityEvent:
    return unmerge(actor=SYSTEM, now=now, decision=made.public_id, **more)  # type: ignore[arg-type]


def join(now: datetime, survivor: Customer, *others: Customer, **more: object) -> IdentityEvent:
    codes = [one.public_id for one in others]
    return merge(actor=SYSTEM, now=now, survivor=survivor.public_id, others=codes, **more)  # type: ignore[arg-type]


def refusal(work: Callable[[], object]) -> str:
    with nothing_happens(), pytest.raises((Invalid, Conflict)) as refused:
        work()
    assert str(refused.value.detail) or refused.value.fields
    return refused.value.code


def test_a_merge_moves_memberships_and_nothing_else(known: Known, steward: Staffer, now: datetime) -> None:
    into, gone = known("陈静", 2), known("陈静", 3)
    mine, theirs = records(into), records(gone)
    later = now + timedelta(hours=1)
    made = merge(
        actor=steward.actor,
        now=later,
        survivor=into.public_id,
        others=[gone.public_id],
        reason="  same   card ",
    )
    assert records(into) == sorted(mine + theirs)
    assert Customer.objects.get(id=gone.id).merged_into_id == into.id
    for record in theirs:
        ended, standing = Membership.objects.filter(record=record).order_by("valid_from", "id")
        assert (ended.customer_id, ended.valid_to) == (gone.id, later)
        assert (standing.customer_id, standing.valid_from, standing.event_id) == (into.id, later, made.id)
    assert Membership.objects.filter(record__in=mine).count() == 2
    event = Event.objects.get(type="person.merged")
    assert event.data == {
        "decision": made.public_id, "survivor": into.public_id, "merged": [gone.public_id], "reviews": [],
    }  # fmt: skip
    assert Detail.objects.get(event_id=event.id).body == {"word": "same card"}
    assert (made.actor_id, made.reason) == (steward.actor.id, "same card")


def test_unmerge_restores_both_exactly(known: Known, now: datetime) -> None:
    into, gone, other = known("陈静", 2), known("陈静", 3), known("陈小静", 1)
    before = [records(one) for one in (into, gone, other)]
    made = join(now, into, gone, other)
    undone = undo(now + timedelta(days=1), made)
    assert [records(one) for one in (into, gone, other)] == before
    assert list(Customer.objects.exclude(merged_into=None)) == []
    assert undone.undoes_id == made.id
    assert Membership.objects.filter(valid_to=None).count() == 6
    event = Event.objects.get(type="person.unmerged")
    assert event.data["restored"] == [gone.public_id, other.public_id]


def test_undoing_says_that_they_are_two_for_ever_unless_told_otherwise(known: Known, now: datetime) -> None:
    into, gone = known("陈静"), known("陈静")
    undo(now, join(now, into, gone), apart=False)
    assert Link.objects.count() == 0
    undo(now, join(now, into, gone))
    assert refusal(lambda: join(now, gone, into)) == "cannot_linked"


def test_what_came_after_is_assigned_explicitly(known: Known, now: datetime) -> None:
    into, gone = known("陈静"), known("陈静")
    made = join(now, into, gone)
    email = Identifier.objects.filter(record__customer=into).first()
    assert email is not None
    new = [
        add_record(actor=SYSTEM, now=now, contact=Contact("陈静", email=email.value), source=source).record_id
        for source in ("phone", "shop")
    ]
    assert set(new) < set(records(into))
    assert refusal(lambda: undo(now, made)) == "unassigned"
    assert refusal(lambda: undo(now, made, assign={new[0]: into.public_id})) == "unassigned"
    both = {new[0]: into.public_id, new[1]: gone.public_id}
    own = records(gone) or [min(records(into))]
    assert refusal(lambda: undo(now, made, assign={**both, own[0]: into.public_id})) == "not_after"
    assert refusal(lambda: undo(now, made, assign={**both, new[1]: "C-NOBODY"})) == "no_side"
    undo(now, made, assign=both)
    assert new[0] in records(into)
    assert new[1] in records(gone)


def test_old_ids_lead_to_the_survivor_in_one_step(known: Known, now: datetime) -> None:
    first, second, third = known("陈静"), known("陈静"), known("陈静")
    early = join(now, second, first)
    late = join(now, third, second)
    assert set(Customer.objects.filter(merged_into=third)) == {first, second}
    assert refusal(lambda: undo(now, early)) == "superseded"
    undo(now, late)
    assert Customer.objects.get(id=first.id).merged_into_id == second.id
    undo(now, early)
    assert list(Customer.objects.exclude(merged_into=None)) == []


def test_merges_into_one_survivor_are_undone_in_any_order(known: Known, now: datetime) -> None:
    into, first, second = known("陈静"), known("陈静", 2), known("陈静", 2)
    before = [records(one) for one in (into, first, second)]
    early, late = join(now, into, first), join(now, into, second)
    undo(now, early)
    assert records(first) == before[1]
    undo(now, late)
    assert [records(one) for one in (into, first, second)] == before


def test_a_merge_is_undone_once(known: Known, now: datetime) -> None:
    into, gone = known("陈静"), known("陈静")
    made = join(now, into, gone)
    undo(now, made)
    assert refusal(lambda: undo(now, made)) == "undone_already"


def test_what_cannot_be_merged(known: Known, now: datetime) -> None:
    into, gone, third = known("陈静"), known("陈静"), known("陈静")
    assert refusal(lambda: join(now, into, into)) == "self_merge"
    assert refusal(lambda: join(now, into, gone, gone)) == "self_merge"
    assert refusal(lambda: join(now, into)) == "nothing_to_merge"
    many = [known("人") for _ in range(20)]
    assert refusal(lambda: join(now, into, *many)) == "too_many"
    assert refusal(lambda: join(now, into, gone, reason="x" * 301)) == "too_long"
    join(now, into, gone)
    assert refusal(lambda: join(now, into, gone)) == "merged_already"
    assert refusal(lambda: join(now, gone, third)) == "merged_already"
    with nothing_happens(), pytest.raises(NotFound):
        merge(actor=SYSTEM, now=now, survivor=into.public_id, others=["C-NOBODY"])


@pytest.mark.parametrize("kind", ["national_id", "passport", "member"])
def test_two_verified_ids_that_differ_never_become_one(known: Known, now: datetime, kind: str) -> None:
    into, gone = known("陈静"), known("陈静")
    for number, customer in enumerate((into, gone)):
        value = f"ID{number}"
        Identifier.objects.create(
            record_id=records(customer)[0],
            kind=kind,
            value=value,
            verbatim=value,
            valid_from=now,
            verified=now,
        )
    assert refusal(lambda: join(now, into, gone)) == "verified_ids_differ"
    Identifier.objects.filter(record__customer=gone, kind=kind).update(valid_to=now)
    join(now, into, gone)


def test_a_passport_does_not_contradict_a_permit(known: Known, now: datetime) -> None:
    into, gone = known("陈静"), known("陈静")
    for kind, customer in (("passport", into), ("hk_id", gone)):
        Identifier.objects.create(
            record_id=records(customer)[0],
            kind=kind,
            value="E1",
            verbatim="E1",
            valid_from=now,
            verified=now,
        )
    join(now, into, gone)


def test_who_may_merge(
    known: Known, agent: Staffer, stranger: Staffer, visitor: Visitor, now: datetime
) -> None:
    into, gone = known("陈静"), known("陈静")
    codes = {"survivor": into.public_id, "others": [gone.public_id]}
    for actor, error in ((agent.actor, Denied), (stranger.actor, Denied), (visitor.actor, SignInNeeded)):
        with nothing_happens(), pytest.raises(error):
            merge(actor=actor, now=now, **codes)  # type: ignore[arg-type]


def test_whoever_sees_a_part_only_decides_nothing(
    known: Known, organisation: Organisation, hire: Callable[..., Staffer], now: datetime
) -> None:
    """A steward of the west who sees one record of two."""
    from guanxi.core.models import Role

    Role.objects.create(
        code="west-steward", name={"en": "s"}, rights={"people.view": "branch", "people.merge": "branch"}
    )
    west = hire("west steward", "west-steward", "west")
    into, gone = known("陈静", 2), known("陈静")
    with nothing_happens(), pytest.raises(NotFound):
        merge(actor=west.actor, now=now, survivor=into.public_id, others=[gone.public_id])
    seen = [records(into)[0], records(gone)[0]]
    Record.objects.filter(id__in=seen).update(unit=organisation.units["west-front"])
    with nothing_happens(), pytest.raises(Denied) as refused:
        merge(actor=west.actor, now=now, survivor=into.public_id, others=[gone.public_id])
    assert refused.value.code == "partly_hidden"


def test_reviews_go_along_and_come_back(buyer: Shopper, steward: Staffer, now: datetime) -> None:
    """Two strangers with the buyer's telephone: merging the first with the buyer answers its review and moves nothing else."""
    first = add_record(actor=SYSTEM, now=now, contact=Contact("小王", "13958016608"), source="web")
    review = ReviewTask.objects.get(customer=first.customer_id)
    into, gone = (Customer.objects.get(id=one) for one in (buyer.customer_id, first.customer_id))
    made = join(now, into, gone)
    review.refresh_from_db()
    assert (review.state, review.event_id) == ("accepted", made.id)
    assert WorkItem.objects.get().state == "done"
    undo(now, made, apart=False)
    review.refresh_from_db()
    assert (review.state, review.decided, review.customer_id) == ("open", None, gone.id)
    assert Customer.objects.get(id=gone.id).provisional
    assert WorkItem.objects.filter(state="queued").count() == 1
    undo(now, join(now, into, gone), apart=True)
    review.refresh_from_db()
    assert review.state == "rejected"
    assert not WorkItem.objects.filter(state="queued").exists()


def test_a_survivor_is_certain_once_one_of_them_is(known: Known, now: datetime) -> None:
    into, gone = known("陈静"), known("陈静")
    Customer.objects.filter(id=into.id).update(provisional=True)
    made = join(now, into, gone)
    assert not Customer.objects.get(id=into.id).provisional
    undo(now, made)
    assert Customer.objects.get(id=into.id).provisional


def test_choices_are_pinned_and_taken_back(known: Known, now: datetime) -> None:
    into, gone = known("陈静"), known("陈小静")
    mine, theirs = records(into)[0], records(gone)[0]
    pin(actor=SYSTEM, now=now, customer=into.public_id, field="name", record_id=mine)
    made = join(now, into, gone, choices={"name": theirs, "email": mine})
    chosen = queries.golden(SYSTEM, into.id)
    assert chosen["name"].text == "陈小静"
    assert chosen["name"].why.facts[0].code == "people.golden.pinned"
    undo(now, made)
    assert queries.golden(SYSTEM, into.id)["name"].text == "陈静"
    assert queries.golden(SYSTEM, gone.id)["name"].values[0].pinned is False


def test_everything_that_hangs_on_records_is_the_survivors(
    buyer: Shopper, known: Known, now: datetime
) -> None:
    into = known("王小明")
    case = complain(now, contact=buyer.contact).case
    join(now, into, Customer.objects.get(id=buyer.customer_id))
    case.refresh_from_db()
    assert case.record.customer_id == into.id
    assert queries.get_customer(SYSTEM, into.public_id).name == "王小明"
    assert queries.get_customer(SYSTEM, buyer.public_id).public_id == into.public_id
    assert queries.code_now(buyer.public_id) == into.public_id
    assert buyer.actor.customer_id == into.id


def test_a_preview_counts_without_reading(
    buyer: Shopper, known: Known, steward: Staffer, now: datetime
) -> None:
    into = known("王小明")
    complain(now, contact=buyer.contact)
    shown = queries.merge_preview(steward.actor, into.public_id, [buyer.public_id])
    assert shown.refusal is None
    assert {key: shown.moves[key] for key in ("records", "order", "case", "message")} == {
        "records": 2, "order": 2, "case": 1, "message": 1,
    }  # fmt: skip
    assert shown.differing == ["email"]
    again = queries.merge_preview(steward.actor, into.public_id, [into.public_id])
    assert again.refusal is not None
    assert again.refusal.code == "self_merge"
    with pytest.raises(NotFound):
        queries.merge_preview(steward.actor, into.public_id, ["C-NOBODY"])


def test_a_merge_costs_the_same_however_much_there_is(known: Known, now: datetime) -> None:
    def cost(size: int) -> int:
        into, gone = known("陈静", size), known("陈静", size)
        return statements(lambda: join(now, into, gone))

    assert cost(1) == cost(30)


def test_one_record_is_taken_out_and_given_back(known: Known, now: datetime) -> None:
    who = known("陈静", 3)
    record = records(who)[1]
    made = detach(actor=SYSTEM, now=now, record_id=record, apart=False)
    assert made.other is not None
    assert records(made.other) == [record]
    attach(actor=SYSTEM, now=now, record_id=records(who)[0], customer=made.other.public_id)
    assert len(records(made.other)) == 2
    assert [one.kind for one in queries.list_decisions(SYSTEM, made.other.id)] == ["attach", "detach"]


def test_what_record_does_not_move(known: Known, now: datetime) -> None:
    who, alone = known("陈静", 3), known("陈静")
    record = records(who)[0]

    def give(one: int, to: Customer) -> IdentityEvent:
        return attach(actor=SYSTEM, now=now, record_id=one, customer=to.public_id)

    assert refusal(lambda: give(record, who)) == "there_already"
    assert refusal(lambda: give(records(alone)[0], who)) == "only_record"
    assert refusal(lambda: detach(actor=SYSTEM, now=now, record_id=records(alone)[0])) == "only_record"
    made = detach(actor=SYSTEM, now=now, record_id=record)
    assert made.other is not None
    other = made.other
    assert refusal(lambda: join(now, who, other)) == "cannot_linked"
    with nothing_happens(), pytest.raises(NotFound):
        detach(actor=SYSTEM, now=now, record_id=1)


def test_what_was_moved_since_stays_where_it_was_put(known: Known, now: datetime) -> None:
    into, gone, third = known("陈静"), known("陈静", 2), known("陈静")
    made = join(now, into, gone)
    moved = next(one for one in records(into) if Membership.objects.filter(record=one).count() == 2)
    attach(actor=SYSTEM, now=now, record_id=moved, customer=third.public_id)
    undo(now, made)
    assert moved in records(third)
    assert len(records(gone)) == 1


def test_nothing_is_undone_when_a_side_would_be_empty(known: Known, now: datetime) -> None:
    into, gone, third = known("陈静"), known("陈静"), known("陈静")
    theirs = records(gone)
    made = join(now, into, gone)
    attach(actor=SYSTEM, now=now, record_id=theirs[0], customer=third.public_id)
    assert refusal(lambda: undo(now, made)) == "nothing_left"


@pytest.mark.django_db(transaction=True)
def test_of_merges_at_once_one_wins(known: Known, now: datetime) -> None:
    for _ in range(3):
        one, other = known("陈静"), known("陈静")

        def race(number: int, pair: tuple[Customer, Customer] = (one, other)) -> IdentityEvent:
            return join(now, *(pair if number % 2 else pair[::-1]))

        done = in_threads(4, race)
        won = [one for one in done if isinstance(one, IdentityEvent)]
        assert len(won) == 1, done
        assert all(isinstance(one, Conflict) for one in done if not isinstance(one, IdentityEvent)), done
        assert Record.objects.filter(customer=won[0].customer_id, customer__merged_into=None).count() == 2


def test_errors_have_words_in_problem_form(known: Known, now: datetime) -> None:
    into, gone = known("陈静"), known("陈静")
    join(now, into, gone)
    with pytest.raises(GuanxiError) as refused:
        join(now, into, gone)
    assert refused.value.problem()["code"] == "merged_already"
    assert into.public_id in refused.value.problem()["detail"]
