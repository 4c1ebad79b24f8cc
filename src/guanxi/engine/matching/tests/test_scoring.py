"""Who is the same: the decisions people would make, and the laws any score must keep."""

from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine.matching import FIELDS, LEVELS, Match, Person, blocking_keys, compare, score

PHONE, MAIL, HOME = "+8613958016608", "zw@post.example", "330106|文三路|12|3-1-502"


def person(**values: str) -> Person:
    return Person.of(values.items())


ZHANG_WEI = person(name="张伟", phone=PHONE, birth="1984-03-05", email=MAIL, address=HOME)


@pytest.mark.parametrize(
    ("contact", "decision"),
    [
        (person(name="张伟", phone=PHONE), "same"),
        (person(email=MAIL), "same"),
        (person(email=MAIL, name="wei zhang"), "same"),
        (person(name="张伟", address=HOME), "same"),
        (person(name="wei zhang", phone=PHONE, birth="1984-03-05"), "same"),
        (person(phone=PHONE), "review"),
        (person(name="小张", phone=PHONE), "review"),
        (person(name="david zhang", phone=PHONE), "review"),
        (person(name="张伟", birth="1984-03-05"), "review"),  # there are several of this name and day
        (person(email=MAIL, name="李娜"), "review"),
        (person(name="张伟"), "new"),
        (person(name="李娜", phone=PHONE), "new"),
        (person(name="张小明", phone=PHONE, address=HOME), "new"),  # his son
        (person(name="张小明", phone=PHONE, address=HOME, birth="2010-06-01"), "new"),
    ],
)
def test_decisions(contact: Person, decision: str) -> None:
    assert score(contact, ZHANG_WEI).decision == decision


def test_a_mailbox_of_several_people_is_a_doubt() -> None:
    shared = person(email="info@acme.example", name="张伟")
    assert score(person(email="info@acme.example"), shared).decision == "review"
    assert score(shared, shared).decision == "same"
    assert score(person(email="info@acme.example", name="李娜"), shared).decision == "new"


def test_a_rare_name_says_more_than_a_common_one() -> None:
    rare, common = person(name="逄晓筠", birth="1984-03-05"), person(name="张伟", birth="1984-03-05")
    assert score(rare, rare).decision == "same"
    assert score(common, common).decision == "review"


def test_a_number_of_many_people_says_little() -> None:
    contact = person(name="张伟", phone=PHONE)
    crowded = score(contact, ZHANG_WEI, shared={("phone", PHONE): 5_000})
    assert crowded.decision == "review"
    assert crowded.weight_bits < score(contact, ZHANG_WEI).weight_bits


def test_two_national_ids_are_never_one_person_without_a_steward() -> None:
    one = person(name="张伟", phone=PHONE, email=MAIL, national_id="11010519491231002X")
    other = person(name="张伟", phone=PHONE, email=MAIL, national_id="330106198403050017")
    match = score(one, other)
    assert (match.vetoes, match.decision) == (("national_id",), "review")
    assert score(one, one, cannot_link=True).decision == "new"


def test_the_best_of_several_values_counts() -> None:
    customer = Person.of_all([ZHANG_WEI, person(name="wei zhang", phone="+8613912345678")])
    levels = {
        line.field: line.level for line in score(person(name="张伟", phone="+8613912345678"), customer).lines
    }
    assert (levels["name"], levels["phone"]) == ("same", "same")


WORDS = st.sampled_from(
    ["张伟", "wei zhang", "张小明", "张", "anna keller", "a keller", "欧阳小文", "x" * 300]
)
VALUES = {
    "name": st.one_of(WORDS, st.text(max_size=30)),
    "birth": st.sampled_from(["1984-03-05", "1984-05-03", "1984-03-05/1984-05-03", "1984", "2010-01-01"]),
    "gender": st.sampled_from("fm"),
    "phone": st.sampled_from([PHONE, "+8613958016609", "+861065542288"]),
    "email": st.one_of(
        st.sampled_from([MAIL, "zw+a@post.example", "zw@other.example"]), st.text(max_size=20)
    ),
    "address": st.one_of(st.sampled_from([HOME, "330106|文三路|12|", "3301|||", ""]), st.text(max_size=20)),
}
PEOPLE = st.fixed_dictionaries(
    {}, optional={**{field: st.text(max_size=12) for field in FIELDS}, **VALUES}
).map(lambda values: Person.of(values.items()))
CUSTOMERS = st.lists(PEOPLE, min_size=1, max_size=3).map(Person.of_all)


def told(match: Match) -> tuple[object, ...]:
    return match.decision, match.vetoes, [(line.field, line.level) for line in match.lines]


@given(CUSTOMERS, CUSTOMERS)
@settings(max_examples=60, deadline=None)
def test_symmetric_and_the_lines_are_the_sum(one: Person, other: Person) -> None:
    there, back = score(one, other), score(other, one)
    assert told(there) == told(back)
    assert isclose(there.weight_bits, back.weight_bits, abs_tol=1e-9)
    assert isclose(sum(line.weight for line in there.lines), there.weight_bits, abs_tol=1e-6)
    assert 0 <= there.probability <= 1
    assert all(agreement.level in LEVELS[agreement.field] for agreement in compare(one, other))


@given(CUSTOMERS, CUSTOMERS)
@settings(max_examples=40, deadline=None)
def test_a_cannot_link_wins(one: Person, other: Person) -> None:
    assert score(one, other, cannot_link=True).decision == "new"


NEAR = {
    "name": [
        "张伟",
        "zhang wei",
        "张炜",
        "章伟",
        "张小伟",
        "张",
        "david zhang",
        "李娜",
        "anna keller",
        "anna kellre",
    ],
    "birth": ["1984-03-05", "1984-05-03", "1984-03-06", "1984-11-22", "1962-01-02", "1984"],
    "gender": ["f", "m"],
    "national_id": ["11010519491231002X", "330106198403050017"],
    "phone": [PHONE, "+8613958016680", "+861065542288"],
    "email": [MAIL, "zw+a@post.example", "zv@post.example", "zw@other.example", "anna@mail.example"],
    "address": [HOME, "330106|文三路|478|", "330106|文三路|12|", "330102|古翠路|1|", "440305|新华路|1|"],
}
SINGLE = st.fixed_dictionaries(
    {}, optional={field: st.sampled_from(values) for field, values in NEAR.items()}
)


@given(SINGLE, SINGLE)
@settings(max_examples=150, deadline=None)
def test_more_agreement_never_lowers_the_score(ours: dict[str, str], theirs: dict[str, str]) -> None:
    """Whatever else is known: if a value they differ in were the same, they would be no less likely one person."""
    one, other = person(**ours), person(**theirs)
    before = score(one, other)
    for field in ours.keys() & theirs.keys():
        agreeing = score(one, person(**{**theirs, field: ours[field]}))
        assert agreeing.weight_bits >= before.weight_bits - 1e-9, field
        assert set(agreeing.vetoes) <= set(before.vetoes)


@given(SINGLE, SINGLE)
@settings(max_examples=100, deadline=None)
def test_a_veto_never_lets_two_be_the_same(ours: dict[str, str], theirs: dict[str, str]) -> None:
    same = {"email": MAIL, "member": "M12345", "phone": PHONE}
    one = person(**{**ours, **same, "national_id": "11010519491231002X"})
    other = person(**{**theirs, **same, "national_id": "330106198403050017"})
    match = score(one, other)
    assert "national_id" in match.vetoes
    assert match.decision != "same"


@pytest.mark.parametrize(
    "text", ["", "x" * 300, "张" * 300, "\x00", "'; DROP TABLE people; --", "\ud800", "||||", "💥"]
)
def test_odd_values_are_values(text: str) -> None:
    one = Person(**dict.fromkeys(FIELDS, (text,)))
    assert score(one, Person(**dict.fromkeys(FIELDS, (text[::-1] + "y",)))).decision in (
        "new",
        "review",
        "same",
    )
    assert score(Person(), one).lines == score(one, Person()).lines
    assert score(Person(), Person()).decision == "new"
    blocking_keys(one)


@given(CUSTOMERS)
@settings(max_examples=40, deadline=None)
def test_keys_do_not_depend_on_order(one: Person) -> None:
    turned = Person(**{field: tuple(reversed(getattr(one, field))) for field in FIELDS})
    assert set(blocking_keys(one)) == set(blocking_keys(turned))
    assert all(-(2**63) <= key < 2**63 for key in blocking_keys(one))
