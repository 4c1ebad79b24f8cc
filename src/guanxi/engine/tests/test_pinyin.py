"""How names are read, and that whatever mixture of syllables and first letters somebody types finds them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import pinyin

NAMES = [
    ("欧阳晓雯", "ouyang xiaowen", "oyxw", "Ōuyáng Xiǎowén"),
    ("單建國", "shan jianguo", "sjg", "Shàn Jiànguó"),
    ("曾一凡", "zeng yifan", "zyf", "Zēng Yīfán"),
    ("区志强", "ou zhiqiang", "ozq", "Ōu Zhìqiáng"),
    ("仇雅琴", "qiu yaqin", "qyq", "Qiú Yǎqín"),
    ("解桂兰", "xie guilan", "xgl", "Xiè Guìlán"),
    ("查良镛", "zha liangyong", "zly", "Zhā Liángyōng"),
    ("任正非", "ren zhengfei", "rzf", "Rén Zhèngfēi"),
    ("万俟芳", "moqi fang", "mqf", "Mòqí Fāng"),
    ("吕丽", "lv li", "ll", "Lǚ Lì"),
    ("张安安", "zhang anan", "zaa", "Zhāng Ān'ān"),
    ("Anna Keller", "", "", ""),
    ("", "", "", ""),
]


@pytest.mark.parametrize(("name", "full", "first", "print_"), NAMES)
def test_a_name_is_read_family_first(name: str, full: str, first: str, print_: str) -> None:
    assert (pinyin.pinyin(name), pinyin.initials(name), pinyin.spoken(name)) == (full, first, print_)


def finds(query: str, name: str) -> bool:
    known = set(pinyin.terms(name))
    return any(known.issuperset(way) for way in pinyin.heard(query))


@pytest.mark.parametrize(
    "query",
    ["ouyangxiaowen", "ouyang xiaowen", "xiaowen ouyang", "oyxw", "ouyangxw", "oyxiaowen", "ouyang", "Ouyang Xiaowen",
     "Ōuyáng Xiǎowén", "xiaowen", "xw", "OYXW", "ouyangxiaowe", "ou yang xiao wen"],
)  # fmt: skip
def test_any_mixture_finds_the_name(query: str) -> None:
    assert finds(query, "欧阳晓雯")


@pytest.mark.parametrize(
    "query", ["ouyangxiaoli", "oyxz", "x", "", "ouyang@example.org", "1395", "x" * 200, "xiaowen.ouyang"]
)
def test_what_is_another_name_or_no_name_finds_nothing(query: str) -> None:
    assert not finds(query, "欧阳晓雯")


def test_both_readings_of_an_ambiguous_character_and_of_ü() -> None:
    assert finds("lejia", "乐嘉")
    assert finds("yuejia", "乐嘉")
    assert all(finds(query, "吕丽") for query in ("lvli", "luli", "lüli"))


def test_one_run_of_letters_may_be_one_or_two_characters() -> None:
    assert finds("xian", "冼")
    assert finds("fangan", "方安")
    assert finds("fanggang", "方刚")


def test_letters_typed_apart_are_first_letters() -> None:
    assert finds("w a", "王安")
    assert finds("l e", "李恩")


CHARS = st.sampled_from(
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂安昂恩尔"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CHARS, min_size=2, max_size=4).map("".join), st.lists(st.booleans(), min_size=4, max_size=4))
def test_every_choice_of_full_or_first_letter_is_found(name: str, full: list[bool]) -> None:
    syllables = [pinyin.pinyin(char) for char in name]
    typed = " ".join(one if whole else one[0] for one, whole in zip(syllables, full, strict=False))
    assert finds(typed, name)


@given(st.text(max_size=40))
def test_any_text_is_heard_without_an_error_and_within_bounds(text: str) -> None:
    assert len(pinyin.heard(text)) <= pinyin.WAYS_MAX
    assert len(pinyin.terms(text)) <= pinyin.TERMS_MAX
    assert all(term.startswith(pinyin.MARK) for term in pinyin.terms(text))
