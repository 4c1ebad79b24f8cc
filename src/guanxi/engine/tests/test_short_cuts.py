"""The short cuts of normalising give what the long way gives: same key, same verbatim, same flags, same refusal."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guanxi.engine import names
from guanxi.engine import normalise as n

Reader = Callable[[str], n.Normalised]
ASCII = "".join(map(chr, range(32, 127)))
TELEPHONES = st.one_of(
    st.from_regex(
        r"(\+86|0086|86)?[ -]?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}", fullmatch=True, alphabet=ASCII
    ),
    st.text(st.sampled_from("0123456789+- 86"), max_size=22),
)
ADDRESSES = st.one_of(
    st.from_regex(r"[A-Za-z0-9._+-]{1,70}@[A-Za-z0-9.-]{1,70}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"[a-zA-Z0-9]{1,8}([._-][a-z]{1,4}){0,3}@([A-Z0-9-]{1,9}\.){1,4}[a-z]{1,4}", fullmatch=True, alphabet=ASCII),
    st.text(st.sampled_from("aZ9.-_@+İ中"), max_size=30),
)  # fmt: skip
MEMBERS = st.one_of(
    st.from_regex(r"[0-9A-Za-z]{1,40}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"(NO|id|Number|MEMBERSHIP|会员)[.:# ]{0,2}[0-9a-z]{1,9}", fullmatch=True, alphabet=ASCII + "会员"),
)  # fmt: skip
NAMES = st.one_of(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=6),
    st.text(st.sampled_from("张偉歐陽先生小姐老师太女士王明教授"), max_size=8),
    st.text(st.sampled_from(ASCII), max_size=40),
    st.text(st.sampled_from("Mrs. Dr 'O`K-aé3ʼ_"), max_size=20),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=99, max_size=102),
)


def read(reader: Reader, text: str) -> n.Normalised | str:
    try:
        return reader(text)
    except n.NotNormalisable as refused:
        return refused.reason_code


@given(TELEPHONES, st.sampled_from(["CN", "DE", "ZZ"]))
@example("86139-5801-6608", "CN")
@example("+86-139-5801-6608", "CN")
def test_telephones(text: str, region: str) -> None:
    assert read(lambda text: n.phone(text, region), text) == read(
        lambda text: n._any_phone(text, region), text
    )


@given(ADDRESSES)
@example("info@post.example")
@example("x" * 65 + "@post.example")
@example("a@" + "b" * 63 + ".cn")
@example("a@" + "b" * 64 + ".cn")
@example("a@" + "b." * 130 + "cn")
@example("a@xn--fiqs8s.cn")
def test_addresses(text: str) -> None:
    assert read(n.email, text) == read(n._any_email, text)


@given(MEMBERS)
@example("MEMBER1234")
def test_member_numbers(text: str) -> None:
    assert read(n.member, text) == read(n._any_member, text)


@given(NAMES)
@example("Mr. Dr.")
@example("Keller, Anna")
@example("12 34")
@example("王先生")
@example("張偉")
def test_names(text: str) -> None:
    assert read(n.name, text) == read(n._any_name, text)
    assert names.plain_name_key(text) in ("", names.name_key(text))


@pytest.mark.parametrize(
    "text", ["王小明", "欧阳娜娜", "Anna K. Keller", "O'Brien, Mary", "  Anna   Keller "]
)
def test_most_names_take_the_short_cut(text: str) -> None:
    assert names.plain_name_key(text) == names.name_key(text)


@pytest.mark.parametrize("code", range(0x4E00, 0x9FA6, 4096))
def test_characters_that_fold_to_themselves_do_so_on_the_long_way(code: int) -> None:
    for char in map(chr, range(code, min(code + 4096, 0x9FA6))):
        assert names.plain_name_key(char) in ("", names.name_key(char))
