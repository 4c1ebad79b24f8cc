"""The three packs that come with Guanxi: sound, installable, and they know every issue that intake can suggest."""

from datetime import datetime
from itertools import chain

import pytest

from guanxi.cases.models import Case, Procedure
from guanxi.cases.queries import procedures
from guanxi.cases.rules import longest, policy
from guanxi.core.access import system
from guanxi.core.models import Event, Role, Unit
from guanxi.packs.install import install, role_faults
from guanxi.packs.loader import FOLDER, check, load
from guanxi.trade.models import Ruleset
from guanxi.work import queries as teams

PACKS = ("bank", "club", "marketplace")
EXAMPLES = FOLDER.parent / "cases/data/intake/examples.tsv"
MARKETPLACE = {
    "not_received",
    "late_dispatch",
    "not_as_described",
    "counterfeit",
    "damaged",
    "packaging",
    "quality_fault",
    "warranty_refused",
    "wrong_item",
    "return_freight",
    "missing_parts",
    "service_attitude",
    "refund_refused",
    "refund_delayed",
    "overcharged",
    "false_advertising",
    "privacy",
    "harassment",
    "malicious_review",
    "extortion",
    "unpaid_order",
    "return_swapped",
    "abusive_refund",
    "fake_trade",
    "account_security",
}
OF_SELLERS = {"malicious_review", "extortion", "unpaid_order", "return_swapped", "abusive_refund"}


def rules(code: str) -> policy.Policy:
    content = load(code).procedure
    assert content is not None
    return policy.Policy.from_json(content)


@pytest.mark.parametrize("code", PACKS)
def test_a_pack_is_sound(code: str) -> None:
    pack, faults = check(FOLDER / code)
    assert [*faults, *role_faults(pack)] == []
    found = rules(code)
    assert set(found.kinds) == {"complaint", "dispute", "report", "investigation"}
    for kind in found.kinds.values():
        path = longest.longest(kind).elapsed
        assert path <= longest.MOST
        assert longest.longest(kind, consultation=True).elapsed <= longest.MOST_WITH_CONSULTATION


@pytest.mark.parametrize("code", PACKS)
def test_everything_declared_is_used(code: str) -> None:
    found = rules(code)
    issues = found.issues.values()
    assert {*chain.from_iterable(one.remedies for one in issues)} == set(found.remedies)
    assert {*chain.from_iterable(one.rules for one in issues)} == set(found.rules)
    assert {one.kind for one in issues} == set(found.kinds)
    assert all(one.evidence and one.reasons for one in issues if one.parent)


def test_every_code_that_intake_knows_has_its_place_in_a_pack() -> None:
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
    found = {code for line in lines if line[:1] != "#" for code in line.split("\t")[1].split(",")}
    known = found - {""}  # plain questions
    assert known - {code for pack in PACKS for code in rules(pack).issues} == set()


def test_the_marketplace_hears_buyers_and_sellers() -> None:
    found = rules("marketplace")
    assert len(MARKETPLACE) == 25
    assert set(found.issues) >= MARKETPLACE
    sellers = {code for code in MARKETPLACE if found.roles_of(code) == ("seller", "buyer")}
    assert sellers == OF_SELLERS
    assert found.roles_of("not_received") == ("buyer", "seller")
    assert list(found.penalties) == [
        "warning",
        "score_exclusion",
        "search_demotion",
        "listing_limit",
        "deposit_increase",
        "suspension",
        "closure",
    ]
    assert found.penalties["deposit_increase"].amount == 200_000
    assert found.remedies["review_labelled"].shape == "none"


def test_the_bank_answers_for_itself() -> None:
    found = rules("bank")
    assert found.roles_of("card_fee") == ("client", "")
    assert found.roles_of("transfer_wrong_recipient") == ("client", "client")
    withdrawal = found.issues["failed_withdrawal"]
    assert (withdrawal.automatic_most, withdrawal.approval_over, withdrawal.advance) == (
        100_000,
        100_000,
        True,
    )


def test_the_words_of_packs_are_those_of_cases() -> None:
    assert {*policy.KINDS, "request"} == set(Case.Kind.values)
    assert set(policy.ROLES) == set(Case.Role.values)


@pytest.mark.django_db
@pytest.mark.parametrize("code", PACKS)
def test_a_pack_installs_once(now: datetime, code: str) -> None:
    teams.forget_book()
    pack = load(code)
    root = install(actor=system("test"), now=now, pack=pack).root
    assert root.code == code
    assert (Unit.objects.count(), Role.objects.count()) == (len(pack.units), len(pack.roles))
    row = Procedure.objects.get()
    assert (row.number, row.origin, row.content) == (1, f"pack:{code}", policy.placed(pack.procedure or {}))
    current = procedures.current()
    assert current is not None
    assert (current.number, current.digest) == (1, row.digest)
    assert teams.team_for("case.answer").code
    assert install(actor=system("test"), now=now, pack=pack).changed == ()
    assert (Procedure.objects.count(), Ruleset.objects.count(), Event.objects.count()) == (
        1,
        1,
        3 + len(pack.branches) + len(pack.articles) + len(pack.training),
    )
    teams.forget_book()
