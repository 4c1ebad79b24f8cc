"""What may be attached, and how we know that a file is what its name says. Pure: looks at bytes, never at a path.

A short list on purpose: what is not in it is refused. Nothing here runs, unpacks or renders a file; an Office file's table of
contents is read, its contents are not.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from guanxi.core.files.names import extension

HEAD_BYTES = 65_536
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
PIXELS_MAX = 120_000_000
ZIP_PARTS_MAX = 5_000
ZIP_BYTES_MAX = 250 * 2**20
ZIP_RATIO_MAX = 200


class Refused(Exception):
    """Why a file is not taken: `code` has words in `words.py`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `media_type` is what we serve it as; `declared` what browsers call it; `shown`: not as a download."""

    code: str
    extensions: tuple[str, ...]
    media_type: str
    declared: frozenset[str]
    looks: Callable[[bytes], bool]
    shown: bool = False
    icon: str = "file-text"


def _is_text(head: bytes) -> bool:
    """Text in UTF-8, GB18030 or UTF-16 with a mark, and no web page in disguise."""
    text = decoded(head)
    return text is not None and not _CONTROL.search(text) and not looks_active(text)


def decoded(head: bytes) -> str | None:
    """The beginning of a text, or None when it is none. The cut may go through a character."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    if b"\0" in head:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def looks_active(text: str) -> bool:
    """Whether a text begins as something that is opened by a program: a web page, an SVG, a script, a picture."""
    start = text.lstrip("\ufeff \t\r\n\v\f").lower()[:2000]
    if start.startswith(
        ("%pdf-", "gif8", "riff", "#!", "<?php", "<%", "@echo off", "mime-version:", "{\\rtf")
    ):
        return True
    markup = start.startswith(("<!", "<?xml", "<"))
    return markup and any(
        f"<{tag}" in start
        for tag in (
            "html",
            "head",
            "body",
            "svg",
            "script",
            "iframe",
            "!doctype",
            "xsl:",
            "math",
            "object",
            "embed",
        )
    )


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


_ZIP = frozenset({"application/zip", "application/x-zip-compressed"})
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _is_zip(head: bytes) -> bool:
    return head[:4] == b"PK\x03\x04"


KINDS: tuple[Kind, ...] = (
    Kind("png", ("png",), "image/png", frozenset({"image/png", "image/x-png", "image/apng"}),
         lambda head: head[:8] == b"\x89PNG\r\n\x1a\n" and head[12:16] == b"IHDR", shown=True, icon="photo"),
    Kind("jpg", ("jpg", "jpeg", "jfif"), "image/jpeg", frozenset({"image/jpeg", "image/jpg", "image/pjpeg"}),
         lambda head: head[:3] == b"\xff\xd8\xff", shown=True, icon="photo"),
    Kind("gif", ("gif",), "image/gif", frozenset({"image/gif"}),
         lambda head: head[:6] in (b"GIF87a", b"GIF89a"), shown=True, icon="photo"),
    Kind("webp", ("webp",), "image/webp", frozenset({"image/webp"}), _is_webp, shown=True, icon="photo"),
    Kind("pdf", ("pdf",), "application/pdf", frozenset({"application/pdf", "application/x-pdf"}),
         lambda head: head[:5] == b"%PDF-", icon="file-text"),
    Kind("docx", ("docx",), _WORD, frozenset({_WORD, "application/msword"}) | _ZIP, _is_zip),
    Kind("xlsx", ("xlsx",), _SHEET, frozenset({_SHEET, "application/vnd.ms-excel"}) | _ZIP, _is_zip, icon="table"),
    Kind("csv", ("csv",), "text/csv; charset=utf-8",
         frozenset({"text/csv", "text/plain", "application/csv", "application/vnd.ms-excel", "text/x-csv"}),
         _is_text, icon="table"),
    Kind("txt", ("txt", "text", "log"), "text/plain; charset=utf-8", frozenset({"text/plain", "text/x-log"}), _is_text),
)  # fmt: skip
BY_EXTENSION = {end: kind for kind in KINDS for end in kind.extensions}
# A mail as it came in. Nobody uploads one: it has no extension, and only the mailroom keeps them.
MAIL = Kind("eml", (), "message/rfc822", frozenset(), lambda head: True, icon="mail")
BY_CODE = {kind.code: kind for kind in (*KINDS, MAIL)}
PICTURES = frozenset({"png", "jpg", "gif", "webp"})
DRAWN = PICTURES | {"pdf"}  # what gets a small picture
ACCEPT = ",".join(f".{end}" for end in BY_EXTENSION)
_UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})


def of(name: str, declared: str, head: bytes) -> Kind:
    """The kind of a file by its cleaned name, its declared media type and its first `HEAD_BYTES`: all three must agree.

    Raises `Refused`.
    """
    kind = BY_EXTENSION.get(extension(name))
    if kind is None:
        raise Refused("file.kind")
    if not head:
        raise Refused("file.empty")
    told = declared.partition(";")[0].strip().lower()
    if not kind.looks(head) or (told not in _UNTOLD and told not in kind.declared):
        raise Refused("file.disguised")
    if kind.code in PICTURES:
        _check_pixels(kind.code, head)
    return kind


def _check_pixels(code: str, head: bytes) -> None:
    width, height = size_of(code, head)
    if width * height > PIXELS_MAX:
        raise Refused("file.pixels")


def size_of(code: str, head: bytes) -> tuple[int, int]:
    """(width, height) a picture declares, (0, 0) where its header does not say within `head`."""
    if code == "png":
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if code == "gif":
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    return _webp_size(head) if code == "webp" else _jpeg_size(head)


def _webp_size(head: bytes) -> tuple[int, int]:
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def _jpeg_size(head: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(head) and head[place] == 0xFF:
        mark, length = head[place + 1], int.from_bytes(head[place + 2 : place + 4])
        if mark == 0xFF:  # padding before a marker
            place += 1
        elif 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(head[place + 7 : place + 9]), int.from_bytes(head[place + 5 : place + 7])
        else:
            place += 2 + max(length, 2)
    return 0, 0


_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def check_office(code: str, content: BinaryIO) -> None:
    """Read the table of contents of an Office file: complete, no macros, no bomb, no path out. Raises `Refused`."""
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise Refused("file.disguised") from error
    names = {part.filename for part in parts}
    if _PARTS[code] not in names or "[Content_Types].xml" not in names:
        raise Refused("file.disguised")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise Refused("file.macros")
    _check_bomb(parts)


def _check_bomb(parts: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > ZIP_PARTS_MAX or unpacked > ZIP_BYTES_MAX or unpacked > ZIP_RATIO_MAX * max(packed, 1024):
        raise Refused("file.bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("file.locked")
    if any(part.filename.startswith(("/", "\\")) or ".." in part.filename.split("/") for part in parts):
        raise Refused("file.disguised")
