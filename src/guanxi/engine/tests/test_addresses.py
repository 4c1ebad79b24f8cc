"""Postal addresses: one house has one key, however it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import normalise as n
from guanxi.engine.addresses import parse_address
from guanxi.engine.divisions import MUNICIPALITIES, division, division_name, stem, table

HOME = "330106|文三路|478|3-2-501"


@pytest.mark.parametrize(
    "typed",
    [
        "浙江省杭州市西湖区文三路478号3幢2单元501室",
        "浙江 杭州 西湖区 古荡街道 文三路４７８号３幢２单元５０１",
        "中国浙江省杭州市西湖区文三路478号3幢2单元501室 310012",
        "310012 杭州西湖区文三路四百七十八号3-2-501",
        "浙江省杭州市西湖區文三路478號3棟2單元501室",
        "杭州市西湖区文三路0478号3号楼2单元501房",
    ],
)
def test_one_home_has_one_key(typed: str) -> None:
    assert n.address(typed) == n.Normalised("address", HOME, typed)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("北京市崇文区前门东大街3号院12号楼3单元501", "110101|前门东大街|3|12-3-501"),  # 崇文 is now 东城
        ("北京市市辖区朝阳区建国门外大街甲1号国贸大厦A座12楼1205", "110105|建国门外大街|甲1|A-1205"),
        ("上海浦东世纪大道一百号环球金融中心88层", "310115|世纪大道|100|88"),
        ("上海南京西路1266弄3号201室", "310000|南京西路|1266-3|201"),
        ("南京路100号", "|南京路|100|"),  # not the city
        ("浙江省富阳县江滨西大道57号", "330111|江滨西大道|57|"),  # county, city, district in turn
        ("杭州市富阳市江滨西大道57号", "330111|江滨西大道|57|"),
        ("昆山市玉山镇人民南路12号", "320583|人民南路|12|"),
        ("广东省东莞市长安镇振安中路88号", "441900|振安中路|88|"),  # no districts
        ("湖北省仙桃市仙桃大道58号", "429004|仙桃大道|58|"),
        ("内蒙古呼和浩特市新城区中山东路12号", "150102|中山东路|12|"),
        ("成都市武侯区人民南路四段27号", "510107|人民南路四段|27|"),
        ("杭州市西湖区阳光花园12号楼3单元501室", "330106|阳光花园|12|3-501"),
        ("保定市易县狼牙山镇东西水村5组12号", "130633|东西水村5组|12|"),
        ("朝阳区建国路88号", "|建国路|88|"),  # of Beijing or Changchun: nobody knows
        ("徐州泉山区淮海西路5号之二", "320311|淮海西路|5|"),
        ("人民路12-3号", "|人民路|12-3|"),
        (
            "Room 501, Unit 2, Building 3, No. 478 Wensan Road, Xihu District, Hangzhou",
            "330106|wensanlu|478|501-2-3",
        ),
        ("88 Jianguo Rd., Chaoyang District, Beijing, P.R. China", "110105|jianguolu|88|"),
        ("12 Zhongshan Lu, Xiamen, Fujian", "350200|zhongshanlu|12|"),
        ("Unit 5, 12 Stanley St, Richlands, 4560", "4560|stanley street|12|5"),
        ("221b Baker Street, London NW1 6XE", "NW16XE|baker street|221b|"),
    ],
)
def test_keys(typed: str, key: str) -> None:
    assert n.address(typed).value == key


def test_parts_have_names() -> None:
    found = parse_address("杭州市西湖区古荡街道文三路478号3幢2单元501室")
    assert (found.town, found.road, found.number) == ("古荡街道", "文三路", "478")
    assert (found.building, found.unit, found.room) == ("3", "2", "501")
    assert parse_address("文三路478号3-501").unit == ""
    assert found.coarse_key == "330106|文三路|478"


def test_what_is_missing_is_flagged() -> None:
    assert n.address("南京路100号").flags == ("no_division",)
    assert n.address("成都市锦江区春熙路").flags == ("no_number",)
    with pytest.raises(n.NotNormalisable) as refusal:
        n.address("||| ,,")
    assert refusal.value.reason_code == "no_place"


def test_every_division_in_use_is_found_by_its_whole_name() -> None:
    """Namesakes in one city (矿区) cannot be told apart; there are none in use."""
    known = table()
    for one in known.by_code.values():
        if one.ended or one.name in ("市辖区", "县") or "直辖" in one.name:
            continue
        found = parse_address(division_name(one.code) + "人民路1号")
        assert found.division == one.code, (one, found)


def test_divisions_remember_what_has_ended() -> None:
    assert division_name("110103") == "北京市崇文区"
    assert division_name("999999") == ""
    known = division("330183")
    assert known is not None
    assert (known.name, known.ended, known.depth) == ("富阳市", 2014, 3)
    assert [stem(name) for name in ("恩施土家族苗族自治州", "浦东新区", "易县")] == ["恩施", "浦东", "易县"]
    assert all(division_name(code + "0000") for code in MUNICIPALITIES)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["浙江省杭州市西湖区", "杭州西湖区", "杭州市西湖区翠苑街道"]),
    st.sampled_from(["文三路", "古翠路", "天目山大道", "求是巷"]),
    st.integers(1, 9999),
    st.integers(1, 99),
    st.integers(101, 3999),
)
def test_whatever_the_numbers(where: str, road: str, number: int, building: int, room: int) -> None:
    typed = f"{where}{road}{number}号{building}幢{room}室"
    assert n.address(typed).value == f"330106|{road}|{number}|{building}-{room}"
    assert n.address(n.address(typed).value).value == n.address(typed).value
