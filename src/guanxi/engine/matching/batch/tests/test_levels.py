"""SQL and Python say the same of two values: what the scan proposes is what recognition would have seen."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine.matching.batch import sql
from guanxi.engine.matching.batch.tests.cast import base_of
from guanxi.engine.matching.levels import LEVELS, compare
from guanxi.engine.matching.person import Person
from guanxi.engine.normalise import normalise

NAMES = (
    (
        "张伟 張偉 张炜 张薇 张维 伟张 张伟明 张小明 张晓明 张明 李伟 章伟 张 小张 老张 阿伟 小伟 欧阳娜娜 欧阳 "
        "欧阳娜 单雄信 曾国藩 仇英 吕布 女士"
    ),
    (
        "Zhang Wei|Wei Zhang|ZHANG WEI|zhangwei|Cheung Wai|Zhang Xiaoming|Xiao Ming Zhang|Zhang|X. Zhang|David"
        " Zhang|David 张伟|张伟 David"
    ),
    (
        "Anna Keller|Keller, Anna|Anna Kellner|A. Keller|Anne Keller|Müller Jan|Jan Mueller|Jan Muller|Robert"
        " Smith|Bob Smith|Li Wei|Lee Wei|Lü Bu|Lv Bu|Ouyang Nana"
    ),
)
BIRTHS = (
    "1984-03-05 1984-05-03 1984-03-06 1984-03-15 1984-03-50 1948-03-05 1985-03-05 1984-12-31 1984-03 1984 1985 1984-05 --03-05"
    " 1984-03-05/1984-05-03 1984-05-03/1984-03-05 1983-02-28 1984-30-05"
)
PHONES = (
    "+8613812345678 +8613812345687 +8613812345679 +861381234567 "
    "+8613812354678 +8613912345678 +85291234567 +8657187654321 +86138123456788"
)
EMAILS = (
    "zhangwei@qq.com zhangwei+shop@qq.com zhangwei@163.com zhangwie@qq.com zhangwe@qq.com zhang@qq.com "
    "info@b.com info+a@b.com info@c.com a@b.com ab@b.com abc@b.com abc@c.com"
    " longer.name@host.cn longre.mame@host.cn weizhang@qq.com"
)
ADDRESSES = (
    "浙江省杭州市西湖区文三路478号3幢501室|杭州市西湖区文三路478号3-501|杭州市文三路478号3幢501|杭州市西湖区文三路478号|西湖区文三路479号|文三路478号"
    "|Room 501, Building 3, 478 Wensan Road, Xihu District, Hangzhou|浙江省宁波市海曙区中山路1号"
    "|上海市徐汇区中山路1号|上海市浦东新区中山路1号|中山路1号|上海市"
    "|杭州市|浙江省|12 Baker Street, London NW1 6XE|12 Baker Street, London|阳光花园3幢501"
)


def _pairs(field: str, texts: list[str]) -> list[tuple[str, str, str, int | None]]:
    """(one, other, the level by Python, the place by SQL) of every pair."""
    base = base_of([{field: text} for text in texts], raw=False)
    sql.add_functions(base)
    rows = base.execute(
        f"""
        SELECT a.{field}, b.{field}, {sql.level(field)}
        FROM people a JOIN people b ON a.row < b.row
        LEFT JOIN forms x ON x.name_id = a.name_id LEFT JOIN forms y ON y.name_id = b.name_id
        LEFT JOIN places p ON p.place_id = a.place_id LEFT JOIN places q ON q.place_id = b.place_id
        """
    ).fetchall()
    found = []
    for one, other, place in rows:
        [agreement] = compare(Person(**{field: (one,)}), Person(**{field: (other,)}))
        found.append((one, other, agreement.level, place))
    return found


def _values(field: str, texts: str) -> list[str]:
    """Each value once and one of them twice: levels of equal values count, too."""
    parts = texts.split("|") if "|" in texts else texts.split()
    known = [normalise(field, text).value for text in parts] if field in ("name", "address") else parts
    twice = [one for one in known if one.startswith("info@b")]
    return [*dict.fromkeys(known), known[0], *twice]


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("name", "|".join([NAMES[0].replace(" ", "|"), *NAMES[1:]])),
        ("birth", BIRTHS),
        ("phone", PHONES),
        ("email", EMAILS),
        ("address", ADDRESSES),
        ("gender", "f m"),
        ("national_id", "11010519491231002X 110105194912310021 44052418800101001X"),
        ("document", "passport:E12345678 passport:E12345679 passport:E87654321 hk_id:A1234563"),
        ("member", "G100234 G100243 G10023 X999"),
        ("open_id", "wechat:a wechat:b"),
        ("device", "d-1 d-2"),
    ],
)
def test_levels_are_those_of_live_recognition(field: str, texts: str) -> None:
    values = _values(field, texts)
    found = _pairs(field, values)
    assert len(found) == len(list(combinations(values, 2)))
    assert [one for one in found if LEVELS[field].index(one[2]) != one[3]] == []


digits = st.text("0123456789", min_size=8, max_size=8)


@settings(max_examples=15, deadline=None)
@given(st.lists(digits, min_size=2, max_size=8, unique=True), st.data())
def test_one_edit_is_seen_wherever_it_is(numbers: list[str], data: st.DataObject) -> None:
    wrong = []
    for number in numbers:
        at = data.draw(st.integers(0, 7))
        wrong += [
            number[:at] + number[at + 1 :],
            number[:at] + "5" + number[at:],
            number[: at - 1] + number[at - 1 :][::-1],
        ]
    values = [f"+86138{one}" for one in dict.fromkeys([*numbers, *wrong])]
    assert [one for one in _pairs("phone", values) if LEVELS["phone"].index(one[2]) != one[3]] == []


letters = st.text("abc.1", min_size=1, max_size=9)


@settings(max_examples=15, deadline=None)
@given(st.lists(letters, min_size=2, max_size=10, unique=True))
def test_mailboxes(locals_: list[str]) -> None:
    values = [f"{one}@{host}" for one in locals_ for host in ("a.cn", "b.cn")]
    assert [one for one in _pairs("email", values) if LEVELS["email"].index(one[2]) != one[3]] == []
