"""Whom is a contact about: the table of cases, and what must hold in all of them."""

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.core.words import known as has_words
from guanxi.engine.matching import LEVELS, default_weights
from guanxi.people.rules import (
    Candidate,
    Fact,
    Recognition,
    explain,
    is_contested,
    read_claims,
    read_name,
    recognise,
    waterfall,
)

PHONE = ("phone", "+8613958016608")
PHONE_2 = ("phone", "+8657187654321")
MAIL = ("email", "xiao@mailbox.example")
MAIL_2 = ("email", "home@mailbox.example")
ROLE_MAIL = ("email", "info@acme.example")
CARD = ("member", "AB123456")
BORN = ("birth", "1984-03-05")
PAPERS = ("national_id", "11010519491231002X")
WEIGHTS = default_weights()


def named(*names: str | None) -> list[Fact]:
    return [("name", name) for name in names if name]


def known(customer: int, *facts: Fact, names: tuple[str, ...] = (), provisional: bool = False) -> Candidate:
    return Candidate(customer, frozenset([*facts, *named(*names)]), provisional, peer=customer * 10)


def who(facts: list[Fact], *candidates: Candidate) -> Recognition:
    return recognise(facts, candidates, WEIGHTS)


ONE_CUSTOMER = [
    # facts given, name given, names known, outcome
    ((PHONE,), "张伟", ("张伟",), "recognised"),
    ((PHONE,), "张伟", ("李娜", "张伟"), "recognised"),
    ((PHONE,), "anna keller", ("anna keller",), "recognised"),
    ((PHONE,), None, ("张伟",), "doubt"),
    ((PHONE,), "张伟", (), "doubt"),
    ((PHONE,), "李娜", ("张伟",), "new"),  # somebody else of the household, or of the switchboard
    ((PHONE,), "张", ("张伟",), "doubt"),
    ((PHONE,), "张", ("张",), "doubt"),
    ((PHONE,), "小王", ("小王",), "doubt"),
    ((PHONE,), "anna", ("anna",), "doubt"),
    ((PHONE,), "wei zhang", ("张伟",), "doubt"),
    ((PHONE, PHONE_2), None, ("张伟",), "doubt"),
    ((PHONE, ROLE_MAIL), None, ("张伟",), "doubt"),
    ((ROLE_MAIL,), None, ("张伟",), "doubt"),
    ((ROLE_MAIL,), "张伟", ("张伟",), "recognised"),
    ((MAIL,), "张伟", ("张伟",), "recognised"),
    ((MAIL,), None, ("张伟",), "recognised"),
    ((MAIL,), "张伟", (), "recognised"),
    ((MAIL,), "张", ("张伟",), "recognised"),
    ((MAIL,), "wei zhang", ("张伟",), "recognised"),
    ((MAIL,), "李娜", ("张伟",), "doubt"),
    ((MAIL,), "王", ("张伟",), "doubt"),
    ((MAIL, PHONE), "李娜", ("张伟",), "doubt"),
    ((MAIL, MAIL_2), "李娜", ("张伟",), "doubt"),
    ((CARD,), None, ("张伟",), "recognised"),
    ((CARD,), "李娜", ("张伟",), "doubt"),
    ((CARD, MAIL), "李娜", ("张伟",), "recognised"),
    ((CARD, MAIL), None, ("张伟",), "recognised"),
]


@pytest.mark.parametrize(("facts", "name", "names", "outcome"), ONE_CUSTOMER)
def test_one_customer_matched(
    facts: tuple[Fact, ...], name: str | None, names: tuple[str, ...], outcome: str
) -> None:
    found = who([*facts, *named(name)], known(7, *facts, names=names))
    assert found.outcome == outcome
    expected = {"recognised": (7, None), "doubt": (None, 7), "new": (None, None)}
    assert (found.customer, found.candidate) == expected[outcome]


HUSBAND, WIFE = ("张伟",), ("李娜",)
SEVERAL_CUSTOMERS = [
    # name given, candidates, recognised customer or None, candidate of a doubt or None
    ("李娜", [known(1, PHONE, names=HUSBAND), known(2, PHONE, names=WIFE)], 2, None),
    (None, [known(1, PHONE, names=HUSBAND), known(2, PHONE, names=WIFE)], None, 1),
    ("张伟", [known(1, PHONE, names=HUSBAND), known(2, PHONE, names=HUSBAND)], None, 1),
    ("王芳", [known(1, PHONE, names=HUSBAND), known(2, PHONE, MAIL, names=WIFE)], None, 2),
    ("张伟", [known(1, MAIL, names=HUSBAND), known(2, PHONE, names=WIFE)], 1, None),
    (None, [known(1, MAIL, names=HUSBAND), known(2, PHONE, names=WIFE)], None, 1),
    ("张伟", [known(1, PHONE, names=HUSBAND), known(2, MAIL, names=WIFE)], None, 1),
    (None, [known(1, MAIL, names=HUSBAND), known(2, CARD, names=WIFE)], None, 2),
    (None, [known(1, MAIL, CARD, names=HUSBAND), known(2, PHONE, names=WIFE)], 1, None),
    ("张伟", [known(1, PHONE, names=HUSBAND), known(2, PHONE, names=("张",), provisional=True)], 1, None),
    (None, [known(1, PHONE, provisional=True), known(2, PHONE)], None, 2),
]


@pytest.mark.parametrize(("name", "candidates", "customer", "candidate"), SEVERAL_CUSTOMERS)
def test_several_customers_matched(
    name: str | None, candidates: list[Candidate], customer: int | None, candidate: int | None
) -> None:
    facts = [PHONE, MAIL, CARD, *named(name)]
    for order in itertools.permutations(candidates):
        found = who(facts, *order)
        assert (found.customer, found.candidate) == (customer, candidate)
        assert found.peer == (customer or candidate or 0) * 10


def test_nobody_matched_is_new_and_a_name_is_no_evidence() -> None:
    found = who([PHONE, MAIL, *named("张伟")], known(1, names=HUSBAND))
    assert (found.outcome, found.customer, found.candidate) == ("new", None, None)
    found = who([PHONE, MAIL, *named("张伟")])
    assert [(fact.code, fact.values["kind"]) for fact in explain(found).facts] == [
        ("people.missing", "email"),
        ("people.missing", "phone"),
    ]
    assert who([]).outcome == "new"


@pytest.mark.parametrize(("fact", "other"), [(PAPERS, "330106198403050017"), (BORN, "1991-07-30")])
def test_other_papers_or_another_birthday_leave_it_to_a_steward(fact: Fact, other: str) -> None:
    said = [MAIL, CARD, PHONE, fact, *named("张伟")]
    found = who(said, known(1, MAIL, CARD, PHONE, (fact[0], other), names=HUSBAND))
    assert (found.outcome, found.candidate, found.reason) == ("doubt", 1, fact[0])


def test_the_same_unknown_person_again_is_no_second_question() -> None:
    unknown = known(2, PHONE, names=("小王",), provisional=True)
    found = who([PHONE, *named("小王")], known(1, PHONE, MAIL, names=("王小明",)), unknown)
    assert (found.outcome, found.customer, found.candidate, found.reason) == (
        "doubt",
        2,
        None,
        "asked_already",
    )
    more = who([PHONE, PHONE_2, *named("小王")], known(1, PHONE, MAIL, names=("王小明",)), unknown)
    assert (more.outcome, more.customer) == ("doubt", None)


def test_whom_a_steward_has_told_apart_is_not_asked_about_again() -> None:
    both = [known(1, PHONE, MAIL, names=("王小明",)), known(2, PHONE, names=("小王",))]
    asked = who([PHONE, *named("小王")], *both)
    assert asked.outcome == "doubt"
    assert is_contested(asked, WEIGHTS)
    found = recognise([PHONE, *named("小王")], both, WEIGHTS, [frozenset((1, 2))])
    assert (found.outcome, found.customer, found.reason) == ("recognised", 2, "told_apart")
    found = recognise([PHONE, *named("小王")], both, WEIGHTS, [frozenset((1, 3))])
    assert found.outcome == "doubt"


def test_a_number_of_many_says_less_than_one_of_few() -> None:
    few = who([PHONE, *named("张伟")], known(1, PHONE, names=HUSBAND))
    crowd = [known(number, PHONE, names=(f"人{chr(0x4E00 + number)}",)) for number in range(2, 20)]
    many = who([PHONE, *named("张伟")], known(1, PHONE, names=HUSBAND), *crowd)
    assert few.likely[0].share > many.likely[0].share
    assert many.likely[0].candidate.customer == 1


def test_the_waterfall_is_a_sum_and_names_no_value() -> None:
    said = [PHONE, MAIL, *named("张伟")]
    found = who(said, known(1, MAIL, names=HUSBAND), known(2, PHONE, names=WIFE))
    lines = waterfall(found.likely[0])
    assert [line.code for line in lines[:3]] == ["people.prior", "people.same", "people.same"]
    assert sum(line.weight for line in lines) == pytest.approx(found.likely[0].match.weight_bits, abs=0.1)
    why = explain(found)
    assert (why.rule, why.outcome) == ("people.recognition@2", "recognised")
    assert not any(value in repr(why) for _, value in said)


def test_every_level_and_reason_has_words() -> None:
    levels = {level for levels in LEVELS.values() for level in levels}
    assert [one for one in sorted(levels) if not has_words(f"people.{one}")] == []
    kinds = [kind for kind in LEVELS if not has_words(f"people.kind.{kind}")]
    assert kinds == []


def test_what_was_said_is_read_and_the_unreadable_named() -> None:
    said = {
        "name": "張偉",
        "phone": "139 5801 6608",
        "email": "nonsense",
        "member": " ",
        "birth": "1984年3月5日",
    }
    claims, refused = read_claims(said)
    assert [(claim.kind, claim.value) for claim in claims] == [PHONE, BORN]
    assert refused == {"email": "not_an_email"}
    assert (read_name("張偉"), read_name("🌸"), read_name("")) == ("张伟", "", "")


FACTS = st.sampled_from([PHONE, PHONE_2, MAIL, MAIL_2, ROLE_MAIL, CARD, BORN, PAPERS])
NAMES = st.sampled_from(
    ["张伟", "李娜", "张", "小张", "欧阳", "欧阳锋", "anna keller", "anna", "a keller", "陈 david", "陈大卫"]
).map(lambda name: ("name", name))
SAID = st.lists(st.one_of(FACTS, NAMES), max_size=6, unique=True)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        customer=st.integers(1, 4),
        facts=st.frozensets(st.one_of(FACTS, NAMES), max_size=7),
        provisional=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda one: one.customer,
)
APART = st.frozensets(st.frozensets(st.integers(1, 4), min_size=2, max_size=2), max_size=3)


@settings(max_examples=200, deadline=None)
@given(SAID, CANDIDATES, APART, st.randoms())
def test_the_order_of_inputs_never_matters(
    said: list[Fact], candidates: list[Candidate], apart: frozenset[frozenset[int]], random: Random
) -> None:
    shuffled = recognise(
        random.sample(said, len(said)), random.sample(candidates, len(candidates)), WEIGHTS, apart
    )
    assert shuffled == recognise(said, candidates, WEIGHTS, apart)


@settings(max_examples=200, deadline=None)
@given(SAID, CANDIDATES)
def test_phones_alone_never_recognise(said: list[Fact], candidates: list[Candidate]) -> None:
    phones = [fact for fact in said if fact[0] == "phone"]
    assert recognise(phones, candidates, WEIGHTS).outcome != "recognised"


@settings(max_examples=200, deadline=None)
@given(SAID, CANDIDATES, APART)
def test_every_answer_is_whole(
    said: list[Fact], candidates: list[Candidate], apart: frozenset[frozenset[int]]
) -> None:
    found = recognise(said, candidates, WEIGHTS, apart)
    there = {one.customer for one in candidates}
    assert {found.customer, found.candidate} - {None} <= there
    assert not (found.customer and found.candidate)
    assert (found.outcome == "new") == (found.customer is found.candidate is None)
    if found.outcome == "recognised":
        assert found.customer is not None
    assert all(0 <= one.share <= 1 for one in found.likely)
    assert all(fact.code.startswith("people.") for fact in explain(found).facts)
