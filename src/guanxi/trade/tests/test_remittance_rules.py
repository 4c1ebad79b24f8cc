"""Which order a slip is for: what counts, how much, and when a clerk is asked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.money import Money
from guanxi.trade.rules.remittance import Due, Slip, bare, likeness, match, product_tokens, read_lines


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


SLIP = Slip(yuan(88), payer="王小明", address="杭州市西湖区文三路 9 号", member="M000123", text="")
MINE = Due(
    1, "GX-2611-00042", yuan(88), yuan(88), names=["王小明"], members=["M000123"], phones=["+8613958016608"],
    addresses=["浙江省杭州市西湖区文三路9号"],
)  # fmt: skip
OTHER = Due(2, "GX-2611-00043", yuan(88), yuan(88), names=["李娜"], members=["M000999"])


def codes(slip: Slip, *dues: Due) -> tuple[str, bool, list[str]]:
    found = match(slip, dues)
    return found.outcome, found.clear, [fact.code for fact in found.best.facts] if found.best else []


def test_everything_fits() -> None:
    found = match(SLIP, [OTHER, MINE])
    assert (found.outcome, found.clear) == ("exact", True)
    assert found.best is not None
    assert found.best.due is MINE
    assert [(fact.code, fact.weight) for fact in found.best.facts[:3]] == [
        ("remit.member", 5.0), ("remit.name", 3.0), ("remit.amount", 3.0),
    ]  # fmt: skip
    assert found.why.outcome == "remit.exact"


@pytest.mark.parametrize(
    ("paid", "outcome", "clear"), [(80, "short", False), (100, "over", False), (88, "exact", True)]
)
def test_the_amount(paid: int, outcome: str, clear: bool) -> None:
    slip = replace(SLIP, amount=yuan(paid), text="订单 gx 2611 00042, GX-2611-00042")
    assert codes(slip, MINE)[:2] == (outcome, clear)


def test_the_number_in_the_words_is_enough() -> None:
    slip = Slip(yuan(88), payer="陌生人", text="付ＧＸ－２６１１－０００４２书款")
    assert codes(slip, MINE, OTHER) == ("exact", True, ["remit.number", "remit.amount"])


def test_words_that_name_another_order_speak_against() -> None:
    slip = replace(SLIP, text="GX-2611-00043")
    outcome, clear, _ = codes(slip, MINE, OTHER)
    assert (outcome, clear) == ("exact", True)
    best = match(slip, [MINE, OTHER]).best
    assert best is not None
    assert best.due is OTHER


def test_two_orders_of_one_person_are_left_to_a_clerk() -> None:
    again = replace(MINE, key=3, number="GX-2611-00050")
    assert codes(SLIP, MINE, again)[:2] == ("ambiguous", False)
    other_price = replace(again, owed=yuan(120), total=yuan(120))
    assert codes(SLIP, MINE, other_price)[:2] == ("exact", True)  # the amount tells them apart


def test_money_alone_names_nobody() -> None:
    assert codes(Slip(yuan(88)), MINE)[:2] == ("ambiguous", False)
    assert codes(Slip(yuan(5)), MINE)[:2] == ("none", False)


def test_a_namesake_is_a_doubt() -> None:
    assert codes(Slip(yuan(88), payer="王小明"), MINE)[:2] == ("ambiguous", False)
    assert codes(Slip(yuan(88), payer="王大明"), MINE) == (
        "ambiguous",
        False,
        ["remit.amount", "remit.name_part"],
    )


def test_a_phone_in_the_words() -> None:
    assert "remit.phone" in codes(Slip(yuan(88), payer="王小明", text="电话 13958016608"), MINE)[2]


def test_addresses_alike() -> None:
    assert likeness("杭州市西湖区文三路 9 号", "浙江省杭州市西湖区文三路9号") > 0.7
    assert likeness("杭州市", "") == likeness("", "") == 0.0
    assert likeness("北京市朝阳区建国路 1 号", "杭州市西湖区文三路 9 号") < 0.3


def test_products_in_the_words() -> None:
    known = ["BK-1", "CD-2", "BK-77"]
    assert read_lines("BK-1*2，cd2 x 3；BK-77 1本 ABC 12", known) == [("BK-1", 2), ("CD-2", 3), ("BK-77", 1)]
    assert read_lines("BK-1x2 BK-1", known) == [("BK-1", 3)]
    assert read_lines("ＢＫ－１ ×4", known) == [("BK-1", 4)]
    assert read_lines("请寄红楼梦", known) == []
    assert {"BK-1", "CD2"} <= product_tokens("BK-1x2 cd2")


@given(st.text(max_size=60), st.text(max_size=30), st.integers(1, 10**9), st.integers(1, 10**9))
def test_any_slip_gets_an_answer(text: str, payer: str, paid: int, owed: int) -> None:
    due = replace(MINE, owed=Money(owed, "CNY"), total=Money(owed, "CNY"))
    found = match(Slip(Money(paid, "CNY"), payer=payer, text=text), [due, OTHER])
    assert found.outcome in ("exact", "short", "over", "ambiguous", "none")
    assert not found.clear or found.outcome == "exact"
    assert [one.score for one in found.matches] == sorted((one.score for one in found.matches), reverse=True)
    assert bare(bare(text)) == bare(text)
    for sku, quantity in read_lines(text, ["BK-1"]):
        assert (sku, 1 <= quantity <= 999) == ("BK-1", True)


@given(st.permutations([MINE, OTHER, replace(MINE, key=4, number="X-9", owed=yuan(3), total=yuan(3))]))
def test_the_order_of_candidates_is_nothing(dues: list[Due]) -> None:
    best = match(SLIP, dues).best
    assert best is not None
    assert best.due.key == 1
