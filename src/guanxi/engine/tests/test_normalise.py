"""One normaliser for every way in: what people type, what must be refused, what must never be shown."""

import subprocess
import sys
import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine import normalise as n
from guanxi.engine.names import COMPOUND_SURNAMES

# Alphabets near the edge find more than arbitrary text alone.
NEAR = st.text(
    st.sampled_from(
        "0123456789+-() 转ext86@.。_a张偉歐陽先生小ßİıŉ薴\u200b\u202e\ud800\ufe0f🌸𠮷ﷺ№No:#'·,"
        "/|年月日路号区市室幢一二十初X"
    ),
    max_size=40,
)
ANY_TEXT = st.one_of(st.text(max_size=60), NEAR, st.text(st.characters(), min_size=60, max_size=600))


@pytest.mark.parametrize(
    ("typed", "value", "flags"),
    [
        ("13958016608", "+8613958016608", ()),
        ("１３９ ５８０１ ６６０８", "+8613958016608", ()),
        ("+86 139-5801-6608", "+8613958016608", ()),
        ("0086 13958016608", "+8613958016608", ()),
        ("86 139 5801 6608", "+8613958016608", ()),
        ("(+86)139.5801.6608", "+8613958016608", ()),
        ("013958016608", "+8613958016608", ()),
        ("手机：13958016608", "+8613958016608", ()),
        ("tel:+86-139-5801-6608", "+8613958016608", ()),
        ("139\u200b5801\u202e6608", "+8613958016608", ()),
        ("19458016608", "+8619458016608", ("unassigned",)),
        ("010-65542288", "+861065542288", ()),
        ("（010）65542288", "+861065542288", ()),
        ("0571-8765-4321", "+8657187654321", ()),
        ("8657187654321", "+8657187654321", ()),
        ("+86 (0)571 8765 4321", "+8657187654321", ()),
        ("010-65542288转8001", "+861065542288", ("ext",)),
        ("010-65542288 轉 8001", "+861065542288", ("ext",)),
        ("010-6554-2288-8001", "+861065542288", ("ext",)),
        ("0571-87654321 ext. 12", "+8657187654321", ("ext",)),
        ("400-880-8820", "+864008808820", ("shared_line",)),
        ("+852 9123 4567", "+85291234567", ()),
        ("00852 91234567", "+85291234567", ()),
        ("85291234567", "+85291234567", ("assumed_country",)),
        ("85365123456", "+85365123456", ("assumed_country",)),
        ("+1 415 555 2671", "+14155552671", ()),
    ],
)
def test_phone_is_e164(typed: str, value: str, flags: tuple[str, ...]) -> None:
    found = n.phone(typed)
    assert (found.kind, found.value, found.flags) == ("phone", value, flags)


@pytest.mark.parametrize(
    "prefix", ["134", "145", "150", "162", "165", "167", "170", "171", "174", "189", "192", "199"]
)
def test_mobile_ranges_with_virtual_carriers(prefix: str) -> None:
    flags = ("virtual",) if prefix in ("162", "165", "167", "170", "171") else ()
    typed = prefix + "58016608"
    assert n.phone(typed) == n.Normalised("phone", f"+86{typed}", typed, flags)
    assert n.phone(f"({typed})").flags == flags


def test_region_reads_numbers_without_country_code() -> None:
    assert n.phone("9123 4567", region="HK").value == "+85291234567"
    assert n.phone("+8613958016608", region="HK").value == "+8613958016608"
    with pytest.raises(n.NotNormalisable):
        n.phone("9123 4567", region="nowhere")


@pytest.mark.parametrize(
    ("kind", "typed", "reason"),
    [
        ("phone", "", "empty"),
        ("phone", "\u200b\u202e \t", "empty"),
        ("phone", "abc", "not_a_phone"),
        ("phone", "1-800-FLOWERS", "not_a_phone"),
        ("phone", "12", "too_short"),
        ("phone", "95588", "too_short"),
        ("phone", "87654321", "no_area_code"),
        ("phone", "1395801660", "too_short"),
        ("phone", "139580166081", "too_long"),
        ("phone", "1" * 30, "too_long"),
        ("phone", "1" * 100_000, "too_long"),
        ("phone", "13958016608/13958016609", "several"),
        ("phone", "13958016608、010-65542288", "several"),
        ("email", "a@b", "not_an_email"),
        ("email", "a b@c.com", "not_an_email"),
        ("email", "x@y@z.com", "not_an_email"),
        ("email", "a..b@c.com", "not_an_email"),
        ("email", "a@1.2.3.4", "not_an_email"),
        ("email", "a@-b.com", "not_an_email"),
        ("email", "a" * 65 + "@b.com", "not_an_email"),
        ("email", "a@" + "b" * 300 + ".com", "too_long"),
        ("name", "🌸", "no_letters"),
        ("name", "2024", "no_letters"),
        ("name", "\u3164", "empty"),
        ("name", "张" * 101, "too_long"),
        ("name", "ﷺ" * 30, "too_long"),
        ("member", "ab", "too_short"),
        ("member", "A" * 33, "too_long"),
        ("member", "А123456", "not_a_member"),  # a Cyrillic letter
        ("wechat", "x", "unknown_kind"),
    ],
)
def test_refusals_have_a_reason(kind: str, typed: str, reason: str) -> None:
    with pytest.raises(n.NotNormalisable) as refusal:
        n.normalise(kind, typed)
    assert refusal.value.reason_code == reason


@pytest.mark.parametrize(
    ("typed", "value", "flags"),
    [
        ("Xiao@Mailbox.Example", "xiao@mailbox.example", ()),
        ("ｘｉａｏ＠qq。com", "xiao@qq.com", ()),
        ("a+b@GMAIL.com", "a+b@gmail.com", ("plus_tag",)),
        ("a.b@gmail.com", "a.b@gmail.com", ()),
        ("<mailto:a@b.com>;", "a@b.com", ()),
        ("xiao@例子.中国", "xiao@xn--fsqu00a.xn--fiqs8s", ()),
        ("用户@例子.中国", "用户@xn--fsqu00a.xn--fiqs8s", ("international",)),
        ("info@acme.example", "info@acme.example", ("role",)),
    ],
)
def test_email(typed: str, value: str, flags: tuple[str, ...]) -> None:
    found = n.email(typed)
    assert (found.value, found.flags) == (value, flags)


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("張 偉", "张伟", "张伟"),
        ("歐陽鋒先生", "欧阳 锋", "欧阳锋"),
        ("Keller, Anna", "ANNA  KELLER", "anna keller"),
        ("Mr. José O’Brien", "obrien jose", "jose obrien"),
        ("David 陈", "陳 david", "陈 david"),
        ("买买提·艾力", "买买提•艾力", "买买提艾力"),
        ("🌸花花🌸", "花花", "花花"),
        ("Ａｎｎａ\u200b Keller", "anna-keller", "anna keller"),
        ("𠮷野太郎", "𠮷野\ufe0f太郎", "𠮷野太郎"),
    ],
)
def test_two_writings_of_one_name_share_a_key(one: str, other: str, value: str) -> None:
    assert n.name(one).value == n.name(other).value == value


def test_different_names_keep_different_keys() -> None:
    assert len({n.name(text).value for text in ("张伟", "伟张", "张玮", "章伟", "Wei Zhang")}) == 5


@pytest.mark.parametrize("typed", ["张", "張先生", "小王", "阿明", "欧阳", "Anna", "J. R."])
def test_incomplete_names_are_flagged(typed: str) -> None:
    assert n.name(typed).flags == ("partial",)


def test_verbatim_keeps_what_was_typed_but_nothing_invisible() -> None:
    assert n.name("  張\u202e 偉\x00\n先生 ").verbatim == "張 偉 先生"
    assert n.phone("010-65542288转8001").verbatim == "010-65542288转8001"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("会员号：ab-12 34.56", "AB123456"),
        ("No. 889900", "889900"),
        ("№889900", "889900"),
        ("#8899", "8899"),
        ("NOVA1234", "NOVA1234"),
        ("会员编号：No.7788", "7788"),
        ("京a00123", "京A00123"),
        ("ＡＢ１２３４", "AB1234"),
    ],
)
def test_member_number(typed: str, value: str) -> None:
    assert n.member(typed).value == value


@pytest.mark.parametrize(
    ("typed", "parts", "shown"),
    [
        ("张伟", ("张", "伟"), "张"),
        ("欧阳锋", ("欧阳", "锋"), "欧阳"),
        ("歐陽 鋒", ("歐陽", "鋒"), "歐陽"),
        ("司马相如", ("司马", "相如"), "司马"),
        ("上官婉儿", ("上官", "婉儿"), "上官"),
        ("诸葛亮", ("诸葛", "亮"), "诸葛"),
        ("爱新觉罗溥仪", ("爱新觉罗", "溥仪"), "爱新觉罗"),
        ("張先生", ("張", ""), "張"),
        ("张", ("张", ""), "张"),
        ("陈 David", ("陈", "David"), "陈"),
        ("买买提·艾力", ("", "买买提·艾力"), "买"),
        ("Anna Keller", ("Keller", "Anna"), "AK"),
        ("Keller, Anna", ("Keller", "Anna"), "AK"),
        ("Anna Maria Keller", ("Keller", "Anna Maria"), "AK"),
        ("anna", ("", "anna"), "A"),
        ("🌸", ("", "🌸"), "?"),
        ("", ("", ""), "?"),
    ],
)
def test_family_and_given_name(typed: str, parts: tuple[str, str], shown: str) -> None:
    assert n.split_name(typed) == parts
    assert n.avatar(typed) == shown


def test_every_traditional_surname_has_its_simplified_form() -> None:
    assert {n.name(surname + "锋").value[:-1] for surname in COMPOUND_SURNAMES} <= COMPOUND_SURNAMES


@pytest.mark.parametrize(
    ("kind", "value", "masked", "shown"),
    [
        ("phone", "+8613958016608", "139 **** 6608", "139 5801 6608"),
        ("phone", "+8657187654321", "0571 8765 43**", "0571 8765 4321"),
        ("phone", "+861065542288", "010 6554 22**", "010 6554 2288"),
        ("phone", "+85291234567", "+852 ******67", "+852 9123 4567"),
        ("phone", "rubbish", "****", "rubbish"),
        ("email", "xiao@mailbox.example", "x***@mailbox.example", "xiao@mailbox.example"),
        ("email", "x@mailbox.example", "***@mailbox.example", "x@mailbox.example"),
        ("member", "AB123456", "***456", "AB123456"),
        ("member", "1234", "***4", "1234"),
        ("name", "欧阳锋", "欧阳*", "欧阳锋"),
        ("name", "anna keller", "a*** k***", "anna keller"),
        ("passport", "E12345678", "E12****78", "E12345678"),
        ("national_id", "11010519491231002X", "110*************2X", "11010519491231002X"),
        ("birth", "1984-03-05", "1984-**-**", "1984-03-05"),
        ("gender", "f", "****", "f"),
        (
            "address",
            "330106|文三路|478|3-501",
            "浙江省杭州市西湖区****",
            "浙江省杭州市西湖区文三路478号3-501",
        ),
        ("address", "3212|light street|7|", "****", "7 light street 3212"),
        ("open_id", "wechat:o6_bmjrPTlm6", "wechat:****", "wechat:o6_bmjrPTlm6"),
        ("device", "a45e60c2aa10", "a45*******10", "a45e60c2aa10"),
    ],
)
def test_mask_and_pretty(kind: str, value: str, masked: str, shown: str) -> None:
    assert n.mask(kind, value) == masked
    assert n.pretty(kind, value) == shown


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(n.KINDS), ANY_TEXT)
def test_any_text_is_normalised_once_and_for_all_or_refused(kind: str, text: str) -> None:
    try:
        found = n.normalise(kind, text)
    except n.NotNormalisable as refusal:
        code, words = refusal.reason_code, str(refusal)
    else:
        code, words = "", ""
        _holds_its_promises(kind, found)
    assert words in ("", f"{kind}: {code}")


def _holds_its_promises(kind: str, found: n.Normalised) -> None:
    assert n.normalise(kind, found.value).value == found.value
    assert n.normalise(kind, found.verbatim).value == found.value
    assert not set("\x00\n\u200b\u202e\ud800") & set(found.value + found.verbatim)
    found.value.encode()
    if len(found.value) > 1:
        assert n.mask(kind, found.value) != found.value


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_showing_never_fails(text: str) -> None:
    assert len(n.avatar(text)) in range(1, 5)
    n.split_name(text)
    for kind in (*n.KINDS, "other"):
        n.mask(kind, text)
        n.pretty(kind, text)


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True, alphabet="0123456789"))
def test_short_cut_agrees_with_the_long_way(digits: str) -> None:
    assert n.phone(digits).value == n.phone(" +86 " + digits[:3] + "-" + digits[3:]).value == "+86" + digits


def test_a_clean_mobile_costs_less_than_3_us() -> None:
    fastest_s = min(timeit.repeat(lambda: n.phone("13958016608"), number=2_000, repeat=20)) / 2_000
    assert fastest_s < 3e-6


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    program = (
        "import sys; from guanxi.engine import normalise as n; n.phone('139 5801 6608');"
        "n.name('Anna Keller'); n.email('a@b.com'); n.avatar('欧阳锋');"
        "print({'phonenumbers', 'opencc', 'django'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


def test_normalised_is_frozen() -> None:
    with pytest.raises(AttributeError):
        n.phone("13958016608").value = "x"  # type: ignore[misc]
