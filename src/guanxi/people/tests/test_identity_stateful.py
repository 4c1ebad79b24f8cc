"""Random merges, unmerges, contacts and words against a model of sets: every record is where the model says."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from guanxi.core.errors import Conflict, Invalid
from guanxi.people import actions
from guanxi.people.actions import Contact, add_record
from guanxi.people.models import Customer, IdentityEvent, Link, Membership, Record, ReviewTask
from tests.cast import SYSTEM, Organisation

START = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
ANY = st.integers(0, 10**6)


class Model:
    """Who owns what, as a person would keep it on paper. In the order of events: ids differ from run to run."""

    def __init__(self) -> None:
        self.owns: dict[str, set[int]] = {}  # customer -> records; a retired one has none
        self.first: dict[int, str] = {}  # record -> the customer it came to first
        self.email: dict[int, str] = {}
        self.redirects: dict[str, str] = {}
        self.merges: dict[str, dict[str, Any]] = {}
        self.apart: dict[str, set[frozenset[int]]] = {}  # word -> pairs of records
        self.tied: dict[str, set[frozenset[int]]] = {}

    def owner(self, record: int) -> str:
        return next(code for code, records in self.owns.items() if record in records)

    def standing(self) -> list[str]:
        return [code for code in self.owns if code not in self.redirects]

    def parts(self, records: set[int]) -> set[int]:
        newest: dict[str, int] = {}
        for record in sorted(records):
            newest[self.first[record]] = record
        return set(newest.values())

    def pairs(self, one: set[int], other: set[int]) -> set[frozenset[int]]:
        decided = {pair for words in (self.apart, self.tied) for pairs in words.values() for pair in pairs}
        return {frozenset(pair) for pair in product(self.parts(one), self.parts(other))} - decided

    def are_apart(self, codes: list[str]) -> bool:
        for pairs in self.apart.values():
            for pair in pairs:
                owners = [self.owner(record) for record in pair]
                if owners[0] != owners[1] and set(owners) <= set(codes):
                    return True
        return False

    def are_tied(self, moving: set[int], staying: set[int]) -> bool:
        tied = [tuple(pair) for pairs in self.tied.values() for pair in pairs]
        return any((a in moving and b in staying) or (b in moving and a in staying) for a, b in tied)


class Identity(RuleBasedStateMachine):
    """All in a transaction that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.model, self.now, self.count = Model(), START, 0
        for _ in range(4):
            self.somebody_new()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def act(self, verb: Any, **said: Any) -> tuple[IdentityEvent | None, str]:
        """(what was decided, "" or the code of the refusal); whatever is refused changes nothing."""
        self.now += timedelta(minutes=1)
        try:
            with transaction.atomic():
                return verb(actor=SYSTEM, now=self.now, **said), ""
        except (Conflict, Invalid) as refused:
            return None, refused.code

    def pick(self, choices: list[Any], number: int) -> Any:
        assume(choices)
        return choices[number % len(choices)]

    def add(self, email: str) -> Any:
        self.now += timedelta(minutes=1)
        self.count += 1
        found = add_record(actor=SYSTEM, now=self.now, contact=Contact(email=email), source=f"s{self.count}")
        self.model.owns.setdefault(found.customer_public_id, set()).add(found.record_id)
        self.model.first[found.record_id] = found.customer_public_id
        self.model.email[found.record_id] = email
        return found

    @rule()
    def somebody_new(self) -> None:
        found = self.add(f"person{self.count}x@mail.example")
        assert found.outcome == "new"

    @rule(number=ANY)
    def somebody_known(self, number: int) -> None:
        record = self.pick(list(self.model.first), number)
        email = self.model.email[record]
        owners = {self.model.owner(one) for one, said in self.model.email.items() if said == email}
        found = self.add(email)
        if len(owners) == 1:
            assert (found.outcome, found.customer_public_id) == ("recognised", *owners)
        else:  # several have it now: somebody has to look, unless a word has been said
            assert found.outcome == "doubt" or found.customer_public_id in owners

    @rule(number=ANY, others=st.sets(ANY, min_size=1, max_size=2), retired=st.booleans())
    def merge(self, number: int, others: set[int], retired: bool) -> None:
        model = self.model
        pool = list(model.owns) if retired else model.standing()
        survivor = self.pick(pool, number)
        chosen = {self.pick(pool, other) for other in others} - {survivor}
        gone = [one for one in pool if one in chosen]
        assume(gone)
        made, code = self.act(actions.merge, survivor=survivor, others=gone)
        codes = [survivor, *gone]
        if set(codes) & model.redirects.keys():
            assert code == "merged_already"
        elif model.are_apart(codes):
            assert code == "cannot_linked"
        else:
            assert made is not None, code
            for merge in model.merges.values():
                if merge["survivor"] in gone and merge["standing"] and not merge["superseded"]:
                    merge["superseded"] = made.public_id
            model.merges[made.public_id] = {
                "survivor": survivor,
                "stayed": set(model.owns[survivor]),
                "brought": {one: set(model.owns[one]) for one in gone},
                "redirects": {one: into for one, into in model.redirects.items() if into in gone},
                "standing": True,
                "superseded": "",
            }
            for one in gone:
                model.owns[survivor] |= model.owns[one]
                model.owns[one] = set()
            model.redirects = {
                one: survivor if into in gone else into for one, into in model.redirects.items()
            } | dict.fromkeys(gone, survivor)

    @precondition(lambda self: self.model.merges)
    @rule(number=ANY, sides=st.lists(ANY, min_size=1, max_size=5), apart=st.booleans(), whole=st.booleans())
    def unmerge(self, number: int, sides: list[int], apart: bool, whole: bool) -> None:  # noqa: C901  every refusal in the order of the action
        model = self.model
        decision = self.pick(list(model.merges), number)
        merge = model.merges[decision]
        survivor, brought = merge["survivor"], merge["brought"]
        there = set(model.owns[survivor])
        back = {one: records & there for one, records in brought.items()}
        staying = there - set().union(*brought.values())
        by_others = [
            one["brought"]
            for code, one in model.merges.items()
            if code != decision and one["survivor"] == survivor and one["standing"] and not one["superseded"]
        ]
        came = {record for those in by_others for records in those.values() for record in records}
        after = staying - merge["stayed"] - came
        choices = [survivor, *brought]
        assign = {
            record: choices[sides[place % len(sides)] % len(choices)]
            for place, record in enumerate(one for one in model.first if one in after)
        }
        if assign and not whole:
            assign.popitem()
        made, code = self.act(actions.unmerge, decision=decision, assign=assign, apart=apart)
        moves = {
            one: records | {record for record, to in assign.items() if to == one}
            for one, records in back.items()
        }
        moving = set().union(*moves.values())
        if not merge["standing"]:
            assert code == "undone_already"
        elif merge["superseded"]:
            assert code == "superseded"
        elif not all(back.values()) or not staying:
            assert code == "nothing_left"
        elif assign.keys() != after:
            assert code == "unassigned"
        elif not there - moving:
            assert code == "nothing_left"
        elif model.are_tied(moving, there - moving):
            assert code == "must_linked"
        else:
            assert made is not None, code
            if apart:
                model.apart[made.public_id] = set()
                for records in moves.values():
                    model.apart[made.public_id] |= model.pairs(there - moving, records)
            for one, records in moves.items():
                model.owns[survivor] -= records
                model.owns[one] = records
                del model.redirects[one]
            model.redirects |= merge["redirects"]
            merge["standing"] = False
            for other in model.merges.values():
                if other["superseded"] == decision:
                    other["superseded"] = ""

    @rule(number=ANY, apart=st.booleans())
    def detach(self, number: int, apart: bool) -> None:
        model = self.model
        record = self.pick(list(model.first), number)
        owner = model.owner(record)
        rest = model.owns[owner] - {record}
        made, code = self.act(actions.detach, record_id=record, apart=apart)
        if not rest:
            assert code == "only_record"
        elif model.are_tied({record}, rest):
            assert code == "must_linked"
        else:
            assert made is not None, code
            assert made.other is not None
            if apart:
                model.apart[made.public_id] = model.pairs({record}, rest)
            model.owns[owner] = rest
            model.owns[made.other.public_id] = {record}

    @rule(number=ANY, other=ANY)
    def attach(self, number: int, other: int) -> None:
        model = self.model
        record, into = self.pick(list(model.first), number), self.pick(model.standing(), other)
        owner = model.owner(record)
        rest = model.owns[owner] - {record}
        made, code = self.act(actions.attach, record_id=record, customer=into)
        forbidden = {frozenset((record, there)) for there in model.owns[into]}
        if into == owner:
            assert code == "there_already"
        elif not rest:
            assert code == "only_record"
        elif model.are_tied({record}, rest):
            assert code == "must_linked"
        elif any(forbidden & pairs for pairs in model.apart.values()):
            assert code == "cannot_linked"
        else:
            assert made is not None, code
            model.owns[owner] = rest
            model.owns[into].add(record)

    @rule(number=ANY, other=ANY)
    def tell_apart(self, number: int, other: int) -> None:
        model = self.model
        one, two = self.pick(model.standing(), number), self.pick(model.standing(), other)
        assume(one != two)
        pairs = model.pairs(model.owns[one], model.owns[two])
        made, code = self.act(actions.tell_apart, customers=(one, two))
        if made is not None:
            model.apart[made.public_id] = pairs
        else:
            assert code == "decided_already"
            assert pairs == set()

    @precondition(lambda self: self.model.merges)
    @rule(number=ANY)
    def tie(self, number: int) -> None:
        model = self.model
        decision = self.pick(list(model.merges), number)
        merge = model.merges[decision]
        survivor = model.redirects.get(merge["survivor"], merge["survivor"])
        there = model.owns[survivor]
        pairs: set[frozenset[int]] = set()
        for records in merge["brought"].values():
            pairs |= model.pairs(merge["stayed"] & there, records & there)
        made, code = self.act(actions.tie, decision=decision)
        if not merge["standing"]:
            assert code == "undone_already"
        elif not pairs:
            assert code == "decided_already"
        else:
            assert made is not None, code
            model.tied[made.public_id] = pairs

    @rule(number=ANY)
    def lift(self, number: int) -> None:
        model = self.model
        words = [word for words in (model.apart, model.tied) for word, pairs in words.items() if pairs]
        word = self.pick(words, number)
        made, code = self.act(actions.lift, decision=word)
        assert made is not None, code
        model.apart.pop(word, None)
        model.tied.pop(word, None)

    @invariant()
    def every_record_is_where_the_model_says(self) -> None:
        owners = dict(Record.objects.values_list("id", "customer__public_id"))
        assert owners == {record: self.model.owner(record) for record in self.model.first}
        standing = Membership.objects.filter(valid_to=None).values_list("record_id", "customer__public_id")
        assert dict(standing) == owners

    @invariant()
    def old_ids_lead_to_somebody_in_one_step(self) -> None:
        retired = Customer.objects.exclude(merged_into=None)
        assert dict(retired.values_list("public_id", "merged_into__public_id")) == self.model.redirects
        assert not retired.filter(records__isnull=False).exists()
        assert not retired.filter(merged_into__merged_into__isnull=False).exists()

    @invariant()
    def words_hold_until_they_are_lifted(self) -> None:
        holding = Link.objects.filter(lifted=None).values_list("low_id", "high_id")
        pairs = [
            pair for words in (self.model.apart, self.model.tied) for some in words.values() for pair in some
        ]
        assert sorted(map(sorted, pairs)) == sorted(map(list, holding))

    @invariant()
    def reviews_ask_about_two(self) -> None:
        for review in ReviewTask.objects.filter(state__in=["open", "later"]).select_related("record", "peer"):
            assert review.customer_id == review.record.customer_id
            assert review.peer is not None
            assert review.candidate_id == review.peer.customer_id
            assert review.customer_id != review.candidate_id


@pytest.mark.django_db
def test_every_record_is_where_a_model_says(organisation: Organisation, long: bool) -> None:
    how_much = bounds(
        max_examples=300 if long else 4,
        stateful_step_count=60 if long else 14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Identity, settings=how_much)
