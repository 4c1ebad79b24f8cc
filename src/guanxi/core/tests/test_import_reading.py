"""Files as people send them: encodings, delimiters, quotes, giants, bombs. Rows are named, the rest goes on."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.core.imports import layout, limits, spreadsheet, text
from guanxi.core.imports.faults import BadFile
from guanxi.core.imports.layout import Layout
from guanxi.core.imports.text import Encoding, Row
from tests.imports.files import workbook

UTF8 = Encoding("utf-8")
SIGNS = st.characters(codec="utf-8", exclude_characters="\0\r\ufeff")
TORN = b"<worksheet><sheetData><row r='1'><c r='A1'><v>1</v></c></row><row"
FAR = (
    b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
    b"<row r='1'><c r='A1' t='inlineStr'><is><t>name</t></is></c></row>"
    b"<row r='1000000000'><c r='A1000000000'><v>1</v></c></row></sheetData></worksheet>"
)


def read(body: bytes, **said: Any) -> tuple[Layout, list[Row]]:
    file = io.BytesIO(body)
    found = layout.inspect(file, **said)
    return found, list(layout.data_rows(file, found))


def cells(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    return [row.cells for row in rows]


def codes(rows: Sequence[Row]) -> dict[int, list[str]]:
    return {row.number: [fault.code for fault in row.faults] for row in rows if row.faults}


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16-le")],
)
def test_chinese_in_any_encoding(encoding: str, name: str) -> None:
    found, rows = read("姓名,城市\n欧阳晓雯,杭州\n𠮷野家,京都\n".encode(encoding))
    assert (found.encoding, found.columns) == (name, ["姓名", "城市"])
    assert cells(rows) == [("欧阳晓雯", "杭州"), ("𠮷野家", "京都")]


def test_western_letters_are_not_taken_for_chinese() -> None:
    found, rows = read("name,city\nRenée Müller,Köln\nJosé,Málaga\n".encode("cp1252"))
    assert found.encoding == "cp1252"
    assert cells(rows) == [("Renée Müller", "Köln"), ("José", "Málaga")]


def test_mixed_encodings_are_told_row_by_row() -> None:
    lines = ["姓名,城市", "王小明,杭州", "李雷,北京", "韩梅梅,上海"]
    body = b"\n".join(line.encode("gb18030" if at == 2 else "utf-8") for at, line in enumerate(lines))
    found, rows = read(body)
    assert (found.encoding, found.strange) == ("utf-8", 1)
    assert codes(rows) == {3: ["encoding"]}
    assert rows[1].cells == ("李雷", "北京")  # shown readably in the error file all the same
    other = b"\n".join(line.encode("utf-8" if at == 2 else "gb18030") for at, line in enumerate(lines))
    found, rows = read(other)
    assert (found.encoding, codes(rows)) == ("gb18030", {3: ["encoding"]})


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimiters(sign: str) -> None:
    body = sign.join(["a", "b", "c"]) + "\n" + sign.join(["1", "2", "3"]) + "\n"
    found, rows = read(body.encode())
    assert (found.delimiter, cells(rows)) == (sign, [("1", "2", "3")])


def test_columns_of_blanks() -> None:
    found, rows = read(
        b" customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77\n 00002 19970112  5   77.00\n"
    )
    assert (found.delimiter, found.columns) == (" ", ["customer_id", "date", "number_of_cds", "dollar_value"])
    assert rows[1].cells == ("00002", "19970112", "5", "77.00")


def test_no_header_and_a_title_above_it() -> None:
    assert read(b"anna@example.com,13800138000\nbert@example.com,13800138001\n")[0].header == 0
    found, rows = read(b"Export of March\n\nname,email,phone\nAnna,a@example.com,1\nBert,b@example.com,2\n")
    assert (found.header, found.columns) == (3, ["name", "email", "phone"])
    assert [row.number for row in rows] == [4, 5]


def test_cells_over_several_lines_and_old_line_ends() -> None:
    _, rows = read(b'a,b\r\n1,"two\r\nlines"\r\n\r\n3,"say ""hi"""\r\n')
    assert [(row.number, row.cells) for row in rows] == [(2, ("1", "two\nlines")), (4, ("3", 'say "hi"'))]


def test_a_stray_quote_spoils_no_other_row() -> None:
    _, rows = read(b'a,b\n1,5" disk\n2,"never closed\n3,fine\n4,"good"\n')
    assert codes(rows) == {3: ["quote"]}
    assert [row.cells for row in rows if not row.faults] == [("1", '5" disk'), ("3", "fine"), ("4", "good")]


@pytest.mark.parametrize("quoted", [True, False])
def test_a_giant_cell_is_refused_by_row_and_column(quoted: bool) -> None:
    giant = b"x" * (3 * limits.RECORD_BYTES_MAX)
    if quoted:
        giant = b'"' + b"\n".join([giant[:70_000]] * 60) + b'"'
    _, rows = read(b"a,b,c\n1,2,3\n4," + giant + b",6\n7,8,9\n")
    assert codes(rows) == {3: ["too_long"]}
    assert rows[1].faults[0].column == 1
    assert [row.cells for row in rows if not row.faults] == [("1", "2", "3"), ("7", "8", "9")]
    assert all(len(cell) <= limits.RECORD_BYTES_MAX for row in rows for cell in row.cells)


def test_a_hundred_megabytes_in_one_cell_need_no_memory(tmp_path: Any) -> None:
    import tracemalloc

    path = tmp_path / "giant.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,")
        for _ in range(100):
            file.write(b"x" * 2**20)
        file.write(b"\n2,fine\n")
    with path.open("rb") as file:
        tracemalloc.start()
        rows = list(text.rows(file, UTF8, ","))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert [row.number for row in rows if row.faults] == [2]
    assert rows[-1].cells == ("2", "fine")
    assert peak < 8 * 2**20


def test_reading_goes_on_from_any_row() -> None:
    body = b'a,b\n1,"two\nlines"\n2,x\n\n3,"quote\n4,y\n'
    file = io.BytesIO(body)
    rows = list(text.rows(file, UTF8, ","))
    for place, row in enumerate(rows):
        rest = list(text.rows(file, UTF8, ",", number=row.number, offset=row.end))
        assert rest == rows[place + 1 :]


@settings(max_examples=60, deadline=None)
@given(
    table=st.lists(
        st.lists(st.text(alphabet=SIGNS, max_size=12), min_size=3, max_size=3), min_size=1, max_size=12,
    ),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)  # fmt: skip
def test_what_is_written_is_read(table: list[list[str]], encoding: str) -> None:
    import csv

    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(table)
    file = io.BytesIO(out.getvalue().encode(encoding))
    found = text.detect_encoding(file)
    rows = list(text.rows(file, found, ","))
    assert [list(row.cells) for row in rows] == table
    assert [row for row in rows if row.faults] == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    """Whatever comes: rows with faults, or one clear refusal; numbers rise, places move on."""
    try:
        found, rows = read(b"a,b\n" + body)
    except BadFile:
        return
    assert [row.number for row in rows] == sorted({row.number for row in rows})
    assert found.format in ("csv", "xlsx")


# -- spreadsheets -----------------------------------------------------------------------------------------


def test_a_spreadsheet_is_read_as_typed() -> None:
    body = workbook(
        [
            ["name", "since", "card", "phone", "paid"],
            ["欧阳晓雯", datetime(2026, 3, 4), 6222021234567890123, 13958016608, 12.5],
            [None, None, None, None, None],
            ["Li Hua", datetime(2026, 3, 4, 9, 30), "6222021234567890123", "00139", True],
        ]
    )
    found, rows = read(body)
    assert found.columns == ["name", "since", "card", "phone", "paid"]
    assert [row.number for row in rows] == [2, 4]
    assert rows[0].cells == ("欧阳晓雯", "2026-03-04", "6.22202123456789E+18", "13958016608", "12.5")
    assert rows[1].cells == ("Li Hua", "2026-03-04 09:30:00", "6222021234567890123", "00139", "TRUE")


def test_a_formula_is_never_computed() -> None:
    _, rows = read(workbook([["name", "sum"], ["Anna", "=1+1"], ["Bert", 3]]))
    assert rows[0].cells == ("Anna", "=1+1")  # this program saved no value with it
    assert codes(rows) == {2: ["formula_without_value"]}


def bomb(name: str, body: bytes, *, compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    good = workbook([["a"], ["1"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w", compress) as target:
        for part in source.infolist():
            if part.filename != name:
                target.writestr(part.filename, source.read(part))
        target.writestr(name, body)
    return out.getvalue()


def test_a_zip_bomb_is_not_unpacked() -> None:
    with pytest.raises(BadFile) as error:
        read(bomb("xl/worksheets/sheet1.xml", b"<row/>" * 4_000_000))
    assert error.value.code == "zip_bomb"
    with pytest.raises(BadFile) as error:
        read(bomb("xl/styles.xml", b"0" * (17 * 2**20)))
    assert error.value.code == "zip_bomb"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("xl/sharedStrings.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>', "not_a_spreadsheet"),
        ("xl/workbook.xml", b"<workbook", "spreadsheet_broken"),
        ("xl/worksheets/sheet1.xml", TORN, "spreadsheet_broken"),
    ],
)  # fmt: skip
def test_spreadsheets_that_are_none(name: str, body: bytes, code: str) -> None:
    with pytest.raises(BadFile) as error:
        read(bomb(name, body))
    assert error.value.code == code


def test_a_row_number_of_a_billion_does_not_fill_the_memory() -> None:
    file = io.BytesIO(bomb("xl/worksheets/sheet1.xml", FAR))
    rows = spreadsheet.rows(file, "Sheet1")
    assert next(rows).cells == ("name",)


def test_many_columns() -> None:
    with pytest.raises(BadFile) as error:
        read((",".join(f"c{place}" for place in range(200)) + "\n" + ",".join(["1"] * 200)).encode())
    assert error.value.code == "too_many_columns"
