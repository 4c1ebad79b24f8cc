"""Whom is a contact about: the table of cases, and what must hold in all of them."""

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.people.rules import (
    Candidate,
    Claim,
    Recognition,
    compare_names,
    read_claims,
    read_name,
    recognise,
)

PHONE = Claim("phone", "+8613958016608")
PHONE_2 = Claim("phone", "+8657187654321")
MAIL = Claim("email", "xiao@mailbox.example")
MAIL_2 = Claim("email", "home@mailbox.example")
ROLE_MAIL = Claim("email", "info@acme.example")
CARD = Claim("member", "AB123456")
WECHAT = Claim("wechat", "openid-1")


def known(
    customer: int, *matched: Claim, names: tuple[str, ...] = (), provisional: bool = False
) -> Candidate:
    return Candidate(customer, matched, names, provisional=provisional)


def codes(found: Recognition, customer: int) -> dict[str, str]:
    return {line.kind: line.code for line in found.evidence if line.customer == customer}


ONE_CUSTOMER = [
    # claims, name given, names known, outcome, reason
    ((PHONE,), "张伟", ("张伟",), "recognised", "shared_identifier_and_name"),
    ((PHONE,), "张伟", ("李娜", "张伟"), "recognised", "shared_identifier_and_name"),
    ((PHONE,), "anna keller", ("anna keller",), "recognised", "shared_identifier_and_name"),
    ((PHONE,), None, ("张伟",), "doubt", "shared_identifier_only"),
    ((PHONE,), "", ("张伟",), "doubt", "shared_identifier_only"),
    ((PHONE,), "张伟", (), "doubt", "shared_identifier_only"),
    ((PHONE,), "李娜", ("张伟",), "doubt", "name_differs"),
    ((PHONE,), "张", ("张伟",), "doubt", "shared_identifier_only"),
    ((PHONE,), "张", ("张",), "doubt", "shared_identifier_only"),
    ((PHONE,), "小王", ("小王",), "doubt", "shared_identifier_only"),
    ((PHONE,), "anna", ("anna",), "doubt", "shared_identifier_only"),
    ((PHONE,), "wei zhang", ("张伟",), "doubt", "shared_identifier_only"),
    ((PHONE, PHONE_2), None, ("张伟",), "doubt", "shared_identifier_only"),
    ((PHONE, ROLE_MAIL), None, ("张伟",), "doubt", "shared_identifier_only"),
    ((PHONE, WECHAT), None, ("张伟",), "doubt", "shared_identifier_only"),
    ((ROLE_MAIL,), "张伟", ("张伟",), "recognised", "shared_identifier_and_name"),
    ((MAIL,), "张伟", ("张伟",), "recognised", "strong_identifier_and_name"),
    ((MAIL,), None, ("张伟",), "recognised", "strong_identifier"),
    ((MAIL,), "张伟", (), "recognised", "strong_identifier"),
    ((MAIL,), "张", ("张伟",), "recognised", "strong_identifier"),
    ((MAIL,), "wei zhang", ("张伟",), "recognised", "strong_identifier"),
    ((MAIL,), "李娜", ("张伟",), "doubt", "name_differs"),
    ((MAIL,), "王", ("张伟",), "doubt", "name_differs"),
    ((MAIL, PHONE), "李娜", ("张伟",), "doubt", "name_differs"),
    ((MAIL, MAIL_2), "李娜", ("张伟",), "doubt", "name_differs"),
    ((CARD,), None, ("张伟",), "recognised", "strong_identifier"),
    ((CARD,), "李娜", ("张伟",), "doubt", "name_differs"),
    ((CARD, MAIL), "李娜", ("张伟",), "recognised", "strong_identifiers"),
    ((CARD, MAIL), None, ("张伟",), "recognised", "strong_identifiers"),
]


@pytest.mark.parametrize(("claims", "name", "names", "outcome", "reason"), ONE_CUSTOMER)
def test_one_customer_matched(
    claims: tuple[Claim, ...], name: str | None, names: tuple[str, ...], outcome: str, reason: str
) -> None:
    found = recognise(claims, name, [known(7, *claims, names=names)])
    assert (found.outcome, found.reason) == (outcome, reason)
    assert (found.customer, found.candidate) == ((7, None) if outcome == "recognised" else (None, 7))


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
    ("张伟", [known(1, MAIL, names=HUSBAND), known(2, CARD, names=WIFE)], None, 1),
    ("张伟", [known(1, MAIL, names=HUSBAND), known(2, MAIL, names=WIFE)], None, 1),
    ("李娜", [known(1, PHONE, PHONE_2, names=HUSBAND), known(2, PHONE, names=WIFE)], None, 2),
    (None, [known(1, MAIL, CARD, names=HUSBAND), known(2, PHONE, names=WIFE)], 1, None),
    ("王芳", [known(1, MAIL, CARD, names=HUSBAND), known(2, PHONE, names=WIFE)], None, 1),
    ("李娜", [known(1, MAIL, CARD, names=HUSBAND), known(2, PHONE, names=WIFE)], None, 1),
    ("张伟", [known(1, PHONE, names=HUSBAND), known(2, PHONE, names=("张",), provisional=True)], 1, None),
    (None, [known(1, PHONE, provisional=True), known(2, PHONE)], None, 2),
]


@pytest.mark.parametrize(("name", "candidates", "customer", "candidate"), SEVERAL_CUSTOMERS)
def test_several_customers_matched(
    name: str | None, candidates: list[Candidate], customer: int | None, candidate: int | None
) -> None:
    claims = [PHONE, PHONE_2, MAIL, CARD]
    for order in itertools.permutations(candidates):
        found = recognise(claims, name, order)
        assert (found.customer, found.candidate) == (customer, candidate)


def test_nobody_matched_is_new_and_a_name_is_no_evidence() -> None:
    found = recognise([PHONE, MAIL], "张伟", [known(1, names=HUSBAND)])
    assert (found.outcome, found.customer, found.candidate) == ("new", None, None)
    assert [(line.kind, line.code) for line in found.evidence] == [("email", "missing"), ("phone", "missing")]
    assert recognise([], None, []).outcome == "new"


def test_a_match_the_contact_did_not_claim_is_ignored() -> None:
    assert recognise([PHONE], "张伟", [known(1, MAIL, names=HUSBAND)]).outcome == "new"


def test_a_candidate_listed_twice_is_one_customer() -> None:
    found = recognise([MAIL, CARD], None, [known(1, MAIL), known(1, CARD)])
    assert (found.customer, found.reason) == (1, "strong_identifiers")


def test_a_verified_phone_ranks_higher_yet_opens_no_shortcut() -> None:
    verified = Candidate(2, (PHONE,), verified=frozenset({PHONE}))
    found = recognise([PHONE], None, [known(1, PHONE), verified])
    assert (found.outcome, found.candidate) == ("doubt", 2)


def test_each_line_says_why() -> None:
    found = recognise(
        [PHONE, MAIL, CARD], "张伟", [known(1, MAIL, names=HUSBAND), known(2, PHONE, names=WIFE)]
    )
    assert found.rule == "people.recognition@1"
    assert codes(found, 1) == {"email": "agrees", "member": "missing", "phone": "elsewhere", "name": "agrees"}
    assert codes(found, 2) == {
        "email": "elsewhere",
        "member": "missing",
        "phone": "agrees",
        "name": "differs",
    }


def test_what_was_said_is_read_and_the_unreadable_named() -> None:
    said = {"name": "張偉", "phone": "139 5801 6608", "email": "nonsense", "member": " "}
    claims, refused = read_claims(said)
    assert [(claim.kind, claim.value) for claim in claims] == [("phone", "+8613958016608")]
    assert refused == {"email": "not_an_email"}
    assert (read_name("張偉"), read_name("🌸"), read_name("")) == ("张伟", "", "")


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("张伟", "张伟", "agrees"),
        ("anna keller", "anna keller", "agrees"),
        ("陈 david", "陈 david", "agrees"),
        ("张伟", "张玮", "differs"),
        ("张伟", "伟张", "differs"),
        ("张伟", "张", "partial"),
        ("欧阳锋", "欧阳", "partial"),
        ("王小明", "阿明", "partial"),
        ("王小明", "小王", "partial"),
        ("王小明", "老李", "differs"),
        ("john smith", "j smith", "partial"),
        ("mary smith", "jones mary smith", "partial"),
        ("anna keller", "anna", "partial"),
        ("anna keller", "anna meier", "differs"),
        ("陈 david", "陈大卫", "partial"),
        ("张伟", "wei zhang", "other_script"),
        ("张伟", "", "missing"),
    ],
)
def test_names(one: str, other: str, agreement: str) -> None:
    assert compare_names(one, other) == compare_names(other, one) == agreement


CLAIMS = st.sampled_from([PHONE, PHONE_2, MAIL, MAIL_2, ROLE_MAIL, CARD, WECHAT])
NAMES = st.sampled_from(
    [
        "张伟",
        "李娜",
        "张",
        "小张",
        "欧阳",
        "欧阳锋",
        "anna keller",
        "anna",
        "a keller",
        "陈 david",
        "陈大卫",
        "",
    ]
)
CANDIDATES = st.builds(
    Candidate,
    customer=st.integers(1, 4),
    matched=st.lists(CLAIMS, max_size=4).map(tuple),
    names=st.lists(NAMES, max_size=3).map(tuple),
    verified=st.frozensets(CLAIMS, max_size=3),
    provisional=st.booleans(),
)
CONTACTS = st.tuples(st.lists(CLAIMS, max_size=5), st.none() | NAMES, st.lists(CANDIDATES, max_size=5))
Contact = tuple[list[Claim], str | None, list[Candidate]]


@settings(max_examples=400, deadline=None)
@given(CONTACTS, st.randoms())
def test_the_order_of_inputs_never_matters(contact: Contact, random: Random) -> None:
    claims, name, candidates = contact
    shuffled = [
        Candidate(one.customer, one.matched[::-1], one.names[::-1], one.verified, one.provisional)
        for one in random.sample(candidates, len(candidates))
    ]
    again = recognise(random.sample(claims, len(claims)) + claims, name, shuffled)
    assert again == recognise(claims, name, candidates)


@settings(max_examples=400, deadline=None)
@given(CONTACTS)
def test_phones_alone_never_recognise(contact: Contact) -> None:
    claims, _name, candidates = contact
    phones = [claim for claim in claims if claim.kind == "phone"]
    for name in (None, "", "张", "小张", "anna", "nobody known"):
        assert recognise(phones, name, candidates).outcome != "recognised"


@settings(max_examples=400, deadline=None)
@given(CONTACTS)
def test_every_answer_is_whole_and_names_no_value(contact: Contact) -> None:
    claims, name, candidates = contact
    found = recognise(claims, name, candidates)
    matched = {one.customer for one in candidates if set(one.matched) & set(claims)}
    assert (found.outcome == "recognised") == (found.customer is not None)
    assert (found.outcome == "doubt") == (found.candidate is not None)
    assert {found.customer, found.candidate} - {None} <= matched
    assert {line.customer for line in found.evidence} - {None} == matched
    assert not any(claim.value in repr(found) for claim in claims)


@settings(max_examples=300, deadline=None)
@given(NAMES, NAMES)
def test_name_comparison_is_symmetric(one: str, other: str) -> None:
    assert compare_names(one, other) == compare_names(other, one)
