"""Names and magic of attached files, as pure rules: whatever a stranger sends, what comes out is harmless or refused."""

import io
import struct
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.files import kinds, names
from guanxi.core.files.kinds import KINDS, Refused

TRICKS = ["../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow", "C:\\Windows\\win.ini", "a/../b.png"]


def png(width: int = 3, height: int = 2) -> bytes:
    """A whole PNG of one colour."""

    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = zlib.compress(b"".join(b"\0" + b"\x20\x60\x78" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", lines) + part(b"IEND", b"")


def office(main: str, *, more: dict[str, bytes] | None = None) -> bytes:
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, "<x/>")
        for name, body in (more or {}).items():
            archive.writestr(name, body)
    return sheet.getvalue()


GOOD = {
    "photo.png": png(),
    "photo.JPG": b"\xff\xd8\xff\xe0" + b"\0" * 40,
    "move.gif": b"GIF89a\x02\0\x02\0",
    "new.webp": b"RIFF\x1a\0\0\0WEBPVP8 " + b"\0" * 20,
    "bill.pdf": b"%PDF-1.7\n...",
    "letter.docx": office("word/document.xml"),
    "list.xlsx": office("xl/workbook.xml"),
    "rows.csv": "编号,金额\n1,2\n".encode("gb18030"),
    "note.txt": "收到了，谢谢。".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_allowed_is_known_by_name_and_content(name: str) -> None:
    kind = kinds.of(name, "", GOOD[name])
    assert names.extension(name) in kind.extensions
    assert kinds.of(name, next(iter(kind.declared)), GOOD[name]) is kind


@pytest.mark.parametrize("name", GOOD)
def test_no_content_under_another_kinds_name(name: str) -> None:
    """Every content under every other extension is refused, but for the two texts and the two Office files' own look."""
    own = kinds.of(name, "", GOOD[name])
    for other in KINDS:
        if other is own or other.looks is own.looks:
            continue
        with pytest.raises(Refused):
            kinds.of(f"x.{other.extensions[0]}", "", GOOD[name])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", b"<!doctype html><script>alert(1)</script>"),
        ("a.htm", b"<html></html>"),
        ("a.xml", b"<?xml version='1.0'?><a/>"),
        ("a.js", b"alert(1)"),
        ("a.exe", b"MZ\x90"),
        ("a.zip", office("word/document.xml")),
        ("a.docm", office("word/document.xml")),
        ("photo.png.exe", b"MZ"),
        ("a", b"text"),
    ],
)
def test_other_kinds_are_refused_by_name(name: str, content: bytes) -> None:
    with pytest.raises(Refused, match=r"file\.kind"):
        kinds.of(name, "", content)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf  <!DOCTYPE html><body>",
        b"<?xml version='1.0'?>\n<svg/>",
        "<html>".encode("utf-16"),
        b"\n\n<script>alert(1)</script>",
        b"<!-- hello --><iframe src=//evil.example>",
        b"#!/bin/sh\nrm -rf /",
        b"<?php system($_GET[0]);",
        b"MZ\0\0",
    ],
)
def test_a_page_or_script_is_no_text(content: bytes) -> None:
    for name in ("a.txt", "a.csv"):
        with pytest.raises(Refused, match=r"file\.disguised"):
            kinds.of(name, "text/plain", content)


def test_a_text_may_begin_with_a_sign_of_less() -> None:
    assert kinds.of("a.txt", "text/plain", b"< 3 days late, <b>really</b>").code == "txt"


@pytest.mark.parametrize("told", ["text/html", "image/svg+xml", "application/javascript", "image/jpeg"])
def test_the_declared_type_must_agree(told: str) -> None:
    with pytest.raises(Refused, match=r"file\.disguised"):
        kinds.of("photo.png", told, png())


def test_an_empty_file_says_so() -> None:
    with pytest.raises(Refused, match=r"file\.empty"):
        kinds.of("note.txt", "text/plain", b"")


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header() -> None:
    with pytest.raises(Refused, match=r"file\.pixels"):
        kinds.of("bomb.png", "image/png", png()[:16] + struct.pack(">II", 60_000, 60_000) + png()[24:])


def test_sizes_are_read_from_headers() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04\0\0\xff\xc0\x00\x11\x08\x02\x58\x03\x20" + b"\0" * 20
    assert kinds.size_of("png", png(7, 5)) == (7, 5)
    assert kinds.size_of("jpg", jpeg) == (800, 600)
    assert kinds.size_of("gif", b"GIF89a\x05\0\x04\0") == (5, 4)
    extended = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x63\0\0\x31\0\0"
    assert kinds.size_of("webp", extended) == (100, 50)


def _office_fault(code: str, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        kinds.check_office(code, io.BytesIO(content))
    return refused.value.code


def test_office_files_are_what_they_say() -> None:
    kinds.check_office("docx", io.BytesIO(GOOD["letter.docx"]))
    assert _office_fault("xlsx", GOOD["letter.docx"]) == "file.disguised"
    assert _office_fault("docx", b"PK\x03\x04 and then nothing") == "file.disguised"
    assert (
        _office_fault("docx", office("word/document.xml", more={"word/vbaProject.bin": b"x"}))
        == "file.macros"
    )
    assert _office_fault("docx", office("word/document.xml", more={"../../x": b"x"})) == "file.disguised"


def test_zip_bombs_are_seen_from_the_table_of_contents() -> None:
    flat = office("word/document.xml", more={"word/media/x.bin": bytes(30 * 2**20)})
    assert len(flat) < 100_000
    assert _office_fault("docx", flat) == "file.bomb"
    many = office("xl/workbook.xml", more={f"xl/{number}": b"" for number in range(kinds.ZIP_PARTS_MAX)})
    assert _office_fault("xlsx", many) == "file.bomb"


@given(
    st.binary(max_size=4_000), st.sampled_from([kind.extensions[0] for kind in KINDS]), st.text(max_size=30)
)
def test_any_bytes_under_any_name_are_taken_or_refused(content: bytes, end: str, told: str) -> None:
    try:
        kind = kinds.of(f"a.{end}", told, content)
    except Refused:
        kind = None
    assert kind is None or kind.looks(content)
    if content[:4] == b"PK\x03\x04":
        for code in ("docx", "xlsx"):
            assert _office_fault(code, content).startswith("file.")


@given(st.text(max_size=300) | st.sampled_from(TRICKS))
def test_a_cleaned_name_is_a_name_and_stays_one(name: str) -> None:
    cleaned = names.clean(name)
    assert 1 <= len(cleaned) <= names.NAME_CHARS_MAX
    assert not set(cleaned) & set('/\\<>:"|?*\0\r\n')
    assert all(unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for sign in cleaned)
    assert cleaned not in (".", "..")
    assert not cleaned.startswith(".")
    assert names.clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\合同 终稿.pdf", "合同 终稿.pdf"),
        ("holiday\u202egpj.exe", "holidaygpj.exe"),
        ("a\u200bb\x00c.txt", "abc.txt"),
        ("...hidden.png", "hidden.png"),
        ("CON.txt", "_CON.txt"),
        ("trailing.txt. . ", "trailing.txt"),
        ("", "file"),
        ("///", "file"),
        ("a<b>c.csv", "a_b_c.csv"),
    ],
)
def test_names_of_strangers(name: str, cleaned: str) -> None:
    assert names.clean(name) == cleaned


def test_a_long_name_keeps_its_extension() -> None:
    cleaned = names.clean("发票" * 200 + ".PDF")
    assert len(cleaned) <= names.NAME_CHARS_MAX
    assert names.extension(cleaned) == "pdf"
