"""Bytes of a mail into text, whatever their label says.

Chinese mail programs write GB18030 and call it gb2312 or gbk; others write no label, or a wrong one. The label is believed
as long as the bytes do not contradict it.
"""

import codecs
import re

GB = "gb18030"
# What a person may choose where the label was wrong and nothing told us so.
CHARSETS = ("utf-8", GB, "big5hkscs", "shift_jis", "euc_kr", "windows-1252", "koi8-r", "windows-1251")
_GB_NAMES = frozenset(
    (
        "gb2312", "gbk", "gb18030", "cp936", "ms936", "936", "xgbk", "xgb2312", "euccn", "gb231280", "csgb2312",
        "chinese", "isoir58", "windows936",
    )
)  # fmt: skip
_UTF8_NAMES = frozenset(["utf8", "utf", "unicode11utf8", "unicode", "utf8mb4", "cp65001"])
_BIG5_NAMES = frozenset(["big5", "big5hkscs", "cp950", "xbig5", "big5tw", "csbig5", "cnbig5"])
_WEST_NAMES = frozenset(
    ["iso88591", "latin1", "l1", "ascii", "usascii", "windows1252", "cp1252", "ansix3.41968", "646"]
)
_OTHERS = {
    "hzgb2312": "hz",
    "iso2022cn": GB,
    "xsjis": "shift_jis",
    "ksc56011987": "euc_kr",
    "unknown8bit": "",
}
_HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_HIGH = re.compile(rb"[\x80-\xff]+")


def codec_of(label: str) -> str:
    """The codec a label stands for: "" where there is none or nobody knows it."""
    name = label.strip().strip("\"'").partition("*")[0].lower()
    bare = re.sub(r"[^a-z0-9]", "", name)
    for names, codec in ((_GB_NAMES, GB), (_UTF8_NAMES, "utf-8"), (_BIG5_NAMES, "big5hkscs")):
        if bare in names:
            return codec
    if bare in _WEST_NAMES:
        return "windows-1252"
    if bare in _OTHERS:
        return _OTHERS[bare]
    try:
        known = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return known.name if known._is_text_encoding else ""


def decode(data: bytes, label: str = "", *, forced: bool = False) -> tuple[str, str]:
    """(text, the codec it was read by). `forced`: a person has chosen the label, so that it is not doubted.

    Never raises: what no codec can read is shown with replacement signs.
    """
    codec = codec_of(label)
    if forced and codec:
        return _lenient(data, codec), codec
    if data.isascii() and codec not in ("hz", "utf-7", "iso2022_jp", "utf-16", "utf-16-le", "utf-16-be"):
        return data.decode("ascii"), codec or "utf-8"
    chosen = _codec_for(data, codec)
    return _lenient(data, chosen), chosen


def _codec_for(data: bytes, codec: str) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    utf8 = _strict(data, "utf-8")
    if codec == GB:
        return "utf-8" if utf8 is not None and _HAN.search(utf8) else GB
    if codec in ("", "utf-8", "windows-1252"):
        if utf8 is not None or _is_nearly_utf8(data):
            return "utf-8"
        if codec != "windows-1252" or _is_paired(data):
            if _strict(data, GB) is not None or codec == "windows-1252":
                return GB
            return codec or GB
        return codec
    if _strict(data, codec) is not None:
        return codec
    return "utf-8" if utf8 is not None else GB if _strict(data, GB) is not None else codec


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _lenient(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec, errors="replace")
    except (UnicodeError, LookupError):  # some codecs raise even so
        return data.decode("latin-1")


def _is_nearly_utf8(data: bytes) -> bool:
    """Whether this is UTF-8 that was cut or hurt in few places: GB18030 would read the rest of it as nonsense."""
    text = data.decode("utf-8", errors="replace")
    wrong, wide = text.count("\ufffd"), sum(sign > "\x7f" for sign in text)
    return wide - wrong >= 8 and wrong * 20 <= wide


def _is_paired(data: bytes) -> bool:
    """Whether high bytes stand in pairs as in GB2312: Chinese that calls itself Latin. In Latin they stand alone."""
    runs = [run.group() for run in _HIGH.finditer(data)]
    paired = sum(len(run) for run in runs if len(run) % 2 == 0 and min(run) >= 0xA1)
    return bool(runs) and paired * 5 >= sum(map(len, runs)) * 4 and max(map(len, runs)) >= 4
