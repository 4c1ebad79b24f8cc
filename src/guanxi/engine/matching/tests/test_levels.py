"""How two values agree: the levels, field by field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import normalise as n
from guanxi.engine.matching import LEVELS, Person, compare
from guanxi.engine.matching.names import compare_names
from guanxi.engine.matching.person import VALUES_MAX


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("张伟", "張偉", "same"),
        ("张伟先生", "张伟", "same"),
        ("伟 张", "张伟", "same"),  # given name first
        ("Keller, Anna", "Anna Keller", "same"),
        ("Anna Keller", "KELLER anna", "same"),
        ("张伟", "Zhang Wei", "reading"),
        ("张伟", "Wei Zhang", "reading"),  # both are family names
        ("魏章", "Zhang Wei", "reading"),
        ("陈小明", "Chen Xiao-Ming", "reading"),
        ("Xiaoming Chen", "Chen Xiao Ming", "reading"),
        ("张海敏", "zhanghaimin", "reading"),
        ("欧阳小文", "Ouyang Xiaowen", "reading"),
        ("单雄信", "Shan Xiongxin", "reading"),
        ("仇英", "Qiu Ying", "reading"),
        ("解缙", "Xie Jin", "reading"),
        ("查良镛", "Zha Liangyong", "reading"),
        ("区伯", "Ou Bo", "reading"),
        ("曾国藩", "Zeng Guofan", "reading"),
        ("朴树", "Piao Shu", "reading"),
        ("长孙无忌", "Zhangsun Wuji", "reading"),
        ("万俟卨", "Moqi Xie", "reading"),
        ("沈默", "Shen Mo", "reading"),  # not 沉默
        ("吕布", "Lü Bu", "reading"),
        ("吕布", "Lv Bu", "reading"),
        ("吕布", "Lyu Bu", "reading"),
        ("吕布", "Lu Bu", "reading"),
        ("李晓明", "李小明", "homophone"),
        ("张伟", "章炜", "homophone"),
        ("Anna Keller", "Anna Kellre", "typo"),
        ("陈小明", "Chen Xiaomin", "typo"),
        ("张小明", "张小刚", "character"),  # brothers
        ("张小明", "王小明", "character"),
        ("陈大文", "Chan Dawen", "variant"),
        ("Lee Xiaoming", "Li Xiaoming", "variant"),
        ("Bob Keller", "Robert Keller", "variant"),
        ("Kath Bauer", "Katharina Bauer", "variant"),
        ("张伟", "张伟 David", "same"),
        ("张启坤", "zhangqikun David", "part"),
        ("张伟", "David Wei Zhang", "part"),
        ("Anna Keller", "Anna Maria Keller", "part"),
        ("A. Keller", "Anna Keller", "initials"),
        ("张伟", "W Zhang", "initials"),
        ("张", "张伟", "word"),
        ("张", "Zhang Wei", "word"),
        ("小张", "张伟", "word"),
        ("阿明", "陈小明", "word"),
        ("张伟", "David Zhang", "word"),
        ("陈大文", "Chan Tai Man", "word"),  # Cantonese: only the family can be told
        ("Keller", "Anna Keller", "word"),
        ("张", "张", "word"),
        ("张伟", "张秀英", "half"),
        ("Anna Keller", "Peter Keller", "half"),
        ("张伟", "李娜", "differs"),
        ("张伟", "Li Na", "differs"),
        ("小李", "张伟", "differs"),
        ("Anna Keller", "Peter Fischer", "differs"),
    ],
)
def test_names(one: str, other: str, level: str) -> None:
    keys = n.name(one).value, n.name(other).value
    assert compare_names(*keys) == compare_names(*reversed(keys)) == level


@pytest.mark.parametrize(
    ("field", "one", "other", "level"),
    [
        ("birth", "1984-03-05", "1984-03-05", "same"),
        ("birth", "1984-03-05", "1984-05-03", "swapped"),
        ("birth", "1984-03-05", "1984-03-06", "digit"),
        ("birth", "1984-03-05", "1948-03-05", "digit"),
        ("birth", "1984-03-05", "1984-03", "partial"),
        ("birth", "1984-03-05", "1984", "partial"),
        ("birth", "1984-03-05", "--03-05", "partial"),
        ("birth", "1984-03-25", "1984-01-01", "partial"),  # what is put where the day is not known
        ("birth", "1984-03-05/1984-05-03", "1984-05-03", "partial"),
        ("birth", "1984-03-05/1984-05-03", "1990-05-03", "differs"),
        ("birth", "1984-03-05", "1984-11-22", "year"),
        ("birth", "1984-03-05", "1962-11-22", "differs"),
        ("birth", "1984-03-05", "1985", "differs"),
        ("phone", "+8613958016608", "+8613958016608", "same"),
        ("phone", "+8613958016608", "+8613958016680", "typo"),
        ("phone", "+8613958016608", "+8613958017777", "differs"),
        ("email", "zw@post.example", "zw+shop@post.example", "base"),
        ("email", "zhangwei@post.example", "zhangwie@post.example", "typo"),
        ("email", "zhangwei5@post.example", "zhangwei8@post.example", "differs"),
        ("email", "zhangwei@post.example", "zhangwei@other.example", "local"),
        ("email", "zw@post.example", "anna@mail.example", "differs"),
        ("document", "passport:E12345678", "passport:E12345678", "same"),
        ("document", "passport:E12345678", "passport:E12345687", "typo"),
        ("document", "passport:E12345678", "hkmo_permit:H12345678", "other"),
        ("document", "passport:E12345678", "passport:G99345671", "differs"),
        ("address", "330106|文三路|478|3-501", "330106|文三路|478|3-501", "same"),
        ("address", "330106|文三路|478|3-501", "330100|文三路|478|3-501", "same"),
        ("address", "330106|文三路|478|3-501", "330106|wensanlu|478|3-501", "same"),
        ("address", "330106|文三路|478|3-501", "330106|文三路|478|", "building"),
        ("address", "330106|文三路|478|3-501", "330106|文三路|12|", "road"),
        ("address", "330106|文三路|478|", "330106|古翠路|478|", "district"),
        ("address", "330106|文三路|478|", "330102|文三路|478|", "city"),
        ("address", "330106|文三路|478|", "330100|古翠路|478|", "city"),
        ("address", "|文三路|478|3-501", "330106|文三路|478|", "building"),
        ("address", "|文三路|478|", "|古翠路|478|", "differs"),
        ("address", "110105|建国路|88|", "110108|建国路|88|", "city"),
        ("address", "330106|文三路|478|", "440305|文三路|478|", "differs"),
        ("address", "3212|light street|7|", "3165|light street|7|", "differs"),
    ],
)
def test_values(field: str, one: str, other: str, level: str) -> None:
    for pair in ((one, other), (other, one)):
        [agreement] = compare(*(Person.of([(field, value)]) for value in pair))
        assert (agreement.field, agreement.level) == (field, level)


def test_kinds_of_documents_are_one_field() -> None:
    assert Person.of([("passport", "E12345678"), ("tw_permit", "12345678")]).document == (
        "passport:E12345678",
        "tw_permit:12345678",
    )
    assert Person.of([("nonsense", "1"), ("phone", "")]) == Person()


def test_a_customer_has_each_value_once_and_not_too_many() -> None:
    records = [Person.of([("phone", f"+86139580166{number:02d}")]) for number in range(40)]
    assert len(Person.of_all([*records, *records]).phone) == VALUES_MAX


HOSTILE = st.one_of(
    st.text(max_size=40), st.sampled_from(["", "|", "-", "/", ":", "@", "|||", "a" * 300, "张" * 300])
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(LEVELS)), HOSTILE, HOSTILE)
def test_any_two_values_have_one_level_either_way_round(field: str, one: str, other: str) -> None:
    there = [agreement.level for agreement in compare(Person.of([(field, one)]), Person.of([(field, other)]))]
    back = [agreement.level for agreement in compare(Person.of([(field, other)]), Person.of([(field, one)]))]
    assert there == back
    assert len(there) == bool(one and other)
    assert set(there) <= set(LEVELS[field])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["anna", "maria", "keller", "zhang", "wei", "li", "j"]),
        min_size=2,
        max_size=4,
        unique=True,
    )
)
def test_the_order_of_words_means_nothing(words: list[str]) -> None:
    assert n.name(" ".join(words)).value == n.name(", ".join(reversed(words))).value
