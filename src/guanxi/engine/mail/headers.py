"""Heads of mail: encoded words, people, ids, moments. Every one of them may be wrong, missing or there twice."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from guanxi.engine.mail.charsets import decode

HEADER_CHARS_MAX = 20_000
IDS_MAX = 60
PEOPLE_MAX = 100
ADDRESS_CHARS_MAX = 254
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(\?=)\s+(?==\?)")
_ID = re.compile(r"<([^<>\s]{3,250})>")
_BRACKETED = re.compile(r"<([^<>@\s]{1,64}@[^<>@\s]{1,190})>")
_HIGH = re.compile(r"(?:[^\x00-\x7f][0-9@-~]?)+(?: +(?:[^\x00-\x7f][0-9@-~]?)+)*")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Person:
    """A name, where one is given, and an address in small letters."""

    name: str
    address: str


def raw(message: "Message[str, str]", name: str) -> list[str]:
    """Every head of this name as it stands, unfolded; bytes above 127 as surrogate escapes."""
    wanted = name.lower()
    found = [value for key, value in message.raw_items() if key.lower() == wanted]
    return [re.sub(r"\r?\n(?=[ \t])", "", str(value))[:HEADER_CHARS_MAX] for value in found]


def first(message: "Message[str, str]", name: str, charset: str = "") -> str:
    """The first head of this name in readable words, "" when there is none."""
    return words(next(iter(raw(message, name)), ""), charset)


def words(text: str, charset: str = "") -> str:
    """Encoded words decoded, in whatever way they are broken; one line, nothing unseen. `charset`: chosen by a person.

    Neighbours of one charset are put together before they are decoded: many programs cut through the middle of a sign.
    """
    text = _GAP.sub(r"\1", text)
    out: list[str] = []
    place, waiting, label = 0, b"", ""
    for match in _WORD.finditer(text):
        between = text[place : match.start()]
        if waiting and (between or match[1].lower() != label):
            out.append(_decoded(waiting, label, charset))
            waiting = b""
        out.append(_plain(between, charset))
        waiting, label, place = waiting + _bytes(match[2], match[3]), match[1].lower(), match.end()
    if waiting:
        out.append(_decoded(waiting, label, charset))
    out.append(_plain(text[place:], charset))
    return " ".join(_UNSEEN.sub(" ", "".join(out)).split())


def _bytes(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return quopri.decodestring(text.replace("_", " ").encode("ascii", "surrogateescape"), header=False)
    clean = re.sub(r"[^A-Za-z0-9+/]", "", text)
    try:
        return base64.b64decode(clean + "=" * (-len(clean) % 4))
    except (binascii.Error, ValueError):
        return base64.b64decode(clean[: len(clean) // 4 * 4])


def _decoded(data: bytes, label: str, charset: str) -> str:
    return decode(data, charset or label, forced=bool(charset))[0]


def _plain(text: str, charset: str) -> str:
    """What stands there unencoded: ASCII, or bytes somebody sent as they were."""
    if text.isascii():
        return text
    return decode(text.encode("utf-8", "surrogateescape"), charset, forced=bool(charset))[0]


def people(message: "Message[str, str]", *names: str, charset: str = "") -> list[Person]:
    """Everybody in these heads, once each, at most `PEOPLE_MAX`."""
    found: dict[str, Person] = {}
    for name in names:
        lines = [_ascii_safe(line) for line in raw(message, name)]
        for shown, address in _pairs(lines):
            person = _person(shown, address, charset)
            if person and len(found) < PEOPLE_MAX:
                found.setdefault(person.address, person)
    return list(found.values())


def _pairs(lines: list[str]) -> list[tuple[str, str]]:
    """(name, address) as the standard library reads them; of a line it gives up on, every address in brackets."""
    found = [pair for pair in getaddresses(lines) if "@" in pair[1]] if lines else []
    return found or [("", match[1]) for line in lines for match in _BRACKETED.finditer(line)]


def _ascii_safe(line: str) -> str:
    """Bytes above 127, with the ASCII that may be their second half, as encoded words that parsers leave alone."""
    return _HIGH.sub(_as_word, line)


def _as_word(run: "re.Match[str]") -> str:
    return f"=?unknown-8bit?b?{base64.b64encode(run[0].encode('utf-8', 'surrogateescape')).decode()}?="


def parameter(message: "Message[str, str]", head: str, name: str, charset: str = "") -> str:
    """A parameter of a head, such as the name of a file: RFC 2231, encoded words, or bare bytes of whatever charset."""
    safe: Message[str, str] = Message()
    safe[head] = _ascii_safe(next(iter(raw(message, head)), ""))
    try:
        found = safe.get_param(name, header=head)
    except (ValueError, LookupError):
        return ""
    if isinstance(found, tuple):
        label, _language, text = found
        return decode(text.encode("latin-1", "ignore"), charset or label or "", forced=bool(charset))[0]
    return words(str(found or ""), charset)


def _person(shown: str, address: str, charset: str) -> Person | None:
    address = address.strip().lower()
    local, at, host = address.rpartition("@")
    if (
        not (local and at and host)
        or len(address) > ADDRESS_CHARS_MAX
        or _UNSEEN.search(address)
        or " " in address
    ):
        return None
    return Person(words(shown, charset).strip("\"' ")[:100], address)


def ids(lines: Iterable[str]) -> list[str]:
    """Message ids in these heads, without their brackets, once each, in order."""
    found = [match[1] for line in lines for match in _ID.finditer(line)]
    return list(dict.fromkeys(found))[:IDS_MAX]


def message_id(message: "Message[str, str]") -> str:
    """The id a mail gives itself, "" when it gives none."""
    lines = raw(message, "Message-ID")
    return next(iter(ids(lines)), "") or (lines[0].strip().strip("<>")[:250] if lines else "")


def moment(message: "Message[str, str]") -> datetime | None:
    """When its sender says it was written, in UTC; None where that cannot be read."""
    for line in raw(message, "Date"):
        try:
            found = parsedate_to_datetime(line)
        except (TypeError, ValueError, IndexError, OverflowError):
            continue
        try:
            return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
