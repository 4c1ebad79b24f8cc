"""What leaves the house as a file: nobody's text acts as a formula, values read alike by every machine."""

import csv
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from guanxi.core.lists import sheets
from guanxi.core.lists.sheets import begin, machine, neutral

SIGNS = "=+-@＝＋－＠"
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "  =1+1",
    "\u3000＝1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\ttext",
    "\rtext",
    "\ntext",
    "\u200b=1",
    "\ufeff=1",
    "\u00a0@x",
    "\x00=1",
    "−2+3+cmd|' /C calc'!A0",
]
HARMLESS = [
    "",
    "abc",
    "王小明",
    "a=b",
    "a-b",
    "3 - 4",
    "'quoted",
    "包裹破了，请换一件。",
    "(=1)",
    ":-)",
    "first\n- point",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}" or neutral(text).startswith("'")
    assert neutral(text).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a;=cmd|'/C calc'!A0", "a;'=cmd|'/C calc'!A0"),
        ("a;-2+3+cmd|x", "a;'-2+3+cmd|x"),
        ("a\n＝1", "a\n'＝1"),
        ("a\t@x", "a\t'@x"),
        ("fine ;-)", "fine ;-)"),
    ],
)
def test_cells_another_country_would_cut_off_are_guarded_too(text: str, safe: str) -> None:
    assert neutral(text) == safe


def _begins(text: str) -> bool:
    """The rule said again, slowly: after whatever shows as nothing, a sign of a formula in any width or form."""
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for char in text:
        if char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Zs", "Zl", "Zp"):
            continue
        return unicodedata.normalize("NFKC", char)[:1] in set("=+-@") or char == "\u2212"
    return False


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from(SIGNS + " \t\r\n\u3000\u200b;'\"|"), st.characters(codec="utf-8"))
    )
)
def test_no_text_begins_as_a_formula(text: str) -> None:
    safe = neutral(text)
    assert not _begins(safe)
    assert neutral(safe) == safe  # twice is once
    # A text with control characters may be guarded without need.
    if text.isprintable() and ";" not in text and not _begins(text):
        assert safe == text


def test_the_signs_are_all_there_are() -> None:
    """Every character of Unicode that folds into a sign of a formula."""
    found = {chr(n) for n in range(0x110000) if unicodedata.normalize("NFKC", chr(n))[:1] in set("=+-@")}
    assert {char for char in found if not neutral(char).startswith("'")} == set()


def test_values_read_alike_by_every_machine() -> None:
    moment = datetime(2026, 3, 3, 2, 0, 0, 123, tzinfo=UTC)
    values = [None, True, False, 1_234_567, -5, Decimal("-1234.50"), Decimal("1E+3"), moment]
    assert [machine(value) for value in values] == [
        "", "true", "false", "1234567", "-5", "-1234.50", "1000", "2026-03-03T10:00:00+08:00",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_csv_reads_back(encoding: str) -> None:
    file = BytesIO()
    sheet = begin("csv", file, ["姓名", "=title"], encoding)
    sheet.write([['王小明, "小王"\n二行', 3], ["😀𠮷", None]])
    sheet.close()
    raw = file.getvalue()
    assert raw.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    assert b"\r\n" in raw
    read = list(csv.reader(StringIO(raw.decode(encoding), newline="")))
    assert read == [["姓名", "'=title"], ['王小明, "小王"\n二行', "3"], ["😀𠮷", ""]]


def test_excel_reads_back_typed_and_goes_on_on_a_further_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SHEET_ROWS_MAX", 3)
    file = BytesIO()
    sheet = begin("xlsx", file, ["text", "number", "when"], "")
    moment = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    sheet.write([["=1+1", Decimal("2.50"), moment], ["bell\x07", 7, None], ["third", True, None]])
    sheet.close()
    book = load_workbook(BytesIO(file.getvalue()))
    first, second = book.worksheets
    assert list(first.values) == [
        ("text", "number", "when"),
        ("'=1+1", 2.5, datetime(2026, 3, 3, 10, 0)),
        ("bell\ufffd", 7, None),
    ]
    assert list(second.values) == [("text", "number", "when"), ("third", True, None)]
    assert first["A2"].data_type == "s"
