"""Numbers of documents, accounts and devices."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import normalise as n
from guanxi.engine.documents import check_digit, read_national_id


@pytest.mark.parametrize(
    ("kind", "typed", "value", "flags"),
    [
        ("national_id", "11010519491231002X", "11010519491231002X", ()),
        ("national_id", "身份证号：110105 19491231 002x", "11010519491231002X", ()),
        ("national_id", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", ()),
        ("national_id", "130503670401001", "130503196704010016", ("from_15",)),
        ("national_id", "130503990401999", "130503189904019992", ("from_15",)),  # over a hundred in 1999
        ("national_id", "999999194912310025", "999999194912310025", ("foreign",)),
        ("national_id", "810000198403050019", "810000198403050019", ("hong_kong",)),
        ("passport", "E 1234 5678", "E12345678", ()),
        ("passport", "护照号:ej1234567", "EJ1234567", ()),
        ("hkmo_permit", "H1234567801", "H12345678", ()),  # the count of cards is no part of it
        ("tw_permit", "12345678", "12345678", ()),
        ("tw_permit", "0123456789(B)", "0123456789", ()),
        ("hk_id", "a123456（3）", "A1234563", ()),
        ("hk_id", "AB987654(3)", "AB9876543", ()),
        ("tw_id", "A123456789", "A123456789", ()),
        ("open_id", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "wechat:o6_bmjrPTlm6_2sgVt7hMZOPfL2M", ()),
        ("open_id", "weixin: o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "wechat:o6_bmjrPTlm6_2sgVt7hMZOPfL2M", ()),
        ("open_id", "2088123412341234", "alipay:2088123412341234", ()),
        ("open_id", "google:11081", "google:11081", ()),
        ("device", "6D92078A-8246-4BA4-AE5B-76104861E7DC", "6d92078a82464ba4ae5b76104861e7dc", ()),
        ("device", "A4:5E:60:C2:AA:10", "a45e60c2aa10", ()),
        ("device", "IMEI: 490154203237518", "49015420323751", ()),
        ("gender", "女士", "f", ()),
        ("gender", "Male", "m", ()),
        ("gender", "其他", "x", ()),
    ],
)
def test_values(kind: str, typed: str, value: str, flags: tuple[str, ...]) -> None:
    found = n.normalise(kind, typed)
    assert (found.value, found.flags) == (value, flags)
    assert found.verbatim == typed


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        ("national_id", "110105194912310021", "checksum"),
        ("national_id", "110105194913310021", "no_such_day"),
        ("national_id", "130503671301001", "no_such_day"),
        ("national_id", "1101051949", "too_short"),
        ("national_id", "1101051949123100211", "too_long"),
        ("national_id", "张伟", "not_an_id"),
        ("passport", "abc", "not_a_passport"),
        ("hkmo_permit", "X12345678", "not_a_permit"),
        ("hk_id", "A123456(4)", "checksum"),
        ("hk_id", "123", "not_an_id"),
        ("tw_id", "A123456788", "checksum"),
        ("open_id", "who?", "no_provider"),
        ("open_id", "a b c d e", "not_an_open_id"),
        ("device", "00000000-0000-0000-0000-000000000000", "placeholder"),
        ("device", "02:00:00:00:00:00", "placeholder"),
        ("device", "?", "not_a_device"),
        ("gender", "maybe", "not_a_gender"),
    ],
)
def test_refusals(kind: str, typed: str, reason: str) -> None:
    with pytest.raises(n.NotNormalisable) as refusal:
        n.normalise(kind, typed)
    assert refusal.value.reason_code == reason
    assert typed not in str(refusal.value)


def test_an_id_says_birth_sex_and_place() -> None:
    facts = read_national_id("11010519491231002X")
    assert facts == (date(1949, 12, 31), "f", "110105", "北京市朝阳区")
    assert read_national_id("330183198403050010").place == "浙江省杭州市富阳市"  # a code that has ended
    assert read_national_id("999999194912310025").place == ""


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(1910, 1, 1), date(1999, 12, 31)), st.integers(1, 995), st.integers(0, 16), st.integers(1, 9)
)
def test_old_and_new_number_of_one_person(born: date, order: int, place: int, off: int) -> None:
    body = f"330106{born:%Y%m%d}{order:03d}"
    whole = body + check_digit(body)
    assert n.national_id(f"330106{born:%y%m%d}{order:03d}").value == whole
    assert read_national_id(whole).birth == born
    wrong = f"{whole[:place]}{(int(whole[place]) + off) % 10}{whole[place + 1 :]}"
    with pytest.raises(n.NotNormalisable):  # every single wrong digit is noticed
        n.national_id(wrong)
