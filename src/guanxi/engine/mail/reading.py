"""One mail, read whole: bounded in depth, parts and size, so that no mail can hold a worker or fill its memory."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from typing import TypeAlias

from guanxi.engine.mail import headers
from guanxi.engine.mail.automatic import automatic
from guanxi.engine.mail.charsets import decode
from guanxi.engine.mail.folding import Folded, fold
from guanxi.engine.mail.headers import Person
from guanxi.engine.mail.markup import text_of
from guanxi.engine.mail.reports import Report, report_of

HEAD_BYTES_MAX = 256_000
DEPTH_MAX = 12
PARTS_MAX = 120
TEXT_BYTES_MAX = 1_000_000
ENCLOSURES_MAX = 30
BOUNDARIES_MAX = 400
SUBJECT_CHARS_MAX = 400
Part: TypeAlias = "Message[str, str]"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came with a mail: its cleaned name is nobody's promise of what is in it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one mail says. `wrong`: what of it could not be read or was left out: too_deep, too_many, too_large, flat."""

    message_id: str
    sender: Person | None
    reply_to: Person | None
    to: Sequence[Person]
    recipients: Sequence[str]  # every address it was sent to, also those only the server knows
    subject: str
    sent: datetime | None
    text: Folded
    charset: str
    answers: Sequence[str]
    automatic: str
    report: Report | None
    enclosures: Sequence[Enclosure]
    wrong: Sequence[str] = ()


@dataclass(slots=True)
class _Found:
    leaves: list[Part] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def note(self, code: str) -> None:
        if code not in self.wrong:
            self.wrong.append(code)


def read(data: bytes, *, ours: Collection[str] = (), charset: str = "") -> Incoming:
    """Read one mail. `ours`: the house's own addresses, in small letters; `charset`: chosen by a person, so not doubted.

    Never raises for what stands in a mail: what cannot be read is left out and named in `wrong`.
    """
    message, found = _parsed(data)
    texts, codec = _texts(found, charset)
    sender = next(iter(headers.people(message, "From", charset=charset)), None)
    answers = [
        *headers.ids(headers.raw(message, "In-Reply-To")),
        *headers.ids(headers.raw(message, "References"))[::-1],
    ]
    return Incoming(
        message_id=headers.message_id(message),
        sender=sender,
        reply_to=next(iter(headers.people(message, "Reply-To", charset=charset)), None),
        to=headers.people(message, "To", "Cc", charset=charset),
        recipients=[
            one.address
            for one in headers.people(
                message, "Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To"
            )
        ],
        subject=headers.first(message, "Subject", charset)[:SUBJECT_CHARS_MAX],
        sent=headers.moment(message),
        text=fold(texts),
        charset=codec,
        answers=list(dict.fromkeys(answers)),
        automatic=automatic(message, ours),
        report=report_of(found.leaves) if message.get_content_type() == "multipart/report" else None,
        enclosures=_enclosures(found, charset),
        wrong=tuple(found.wrong),
    )


def _parsed(data: bytes) -> tuple[Part, _Found]:
    """The mail as a tree, and its leaves. One that is built to hurt is taken as one flat text."""
    found = _Found()
    head, gap, body = _cut(data)
    if len(head) > HEAD_BYTES_MAX:
        found.note("too_large")
        head = head[:HEAD_BYTES_MAX].rpartition(b"\n")[0]
    if data.lower().count(b"boundary=") > BOUNDARIES_MAX:
        found.note("flat")
        head = re.sub(rb"(?im)^content-(type|transfer-encoding):.*(\r?\n[ \t].*)*\r?\n?", b"", head)
    try:
        message = message_from_bytes(head + gap + body, policy=policy.compat32)
    except (RecursionError, ValueError, LookupError, AttributeError, IndexError):
        found.note("flat")
        message = message_from_bytes(b"Subject: \n\n" + body, policy=policy.compat32)
    found.leaves = list(_leaves(message, found))
    return message, found


def _cut(data: bytes) -> tuple[bytes, bytes, bytes]:
    match = re.search(rb"\r?\n\r?\n", data)
    return (data[: match.start()], match[0], data[match.end() :]) if match else (data, b"\n\n", b"")


def _leaves(message: Part, found: _Found) -> Iterator[Part]:
    """Parts that hold something, in order; forwarded mails are opened too. Walked without recursion, within bounds."""
    waiting: list[tuple[Part, int]] = [(message, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > PARTS_MAX:
            found.note("too_many")
            return
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            if depth >= DEPTH_MAX:
                found.note("too_deep")
                continue
            waiting.extend((one, depth + 1) for one in reversed(payload) if isinstance(one, Message))
        else:
            yield part


def _texts(found: _Found, charset: str) -> tuple[str, str]:
    """The words of a mail: plain parts, and HTML where there is no plain one beside it."""
    plain: list[str] = []
    markup: list[str] = []
    codec = ""
    budget = TEXT_BYTES_MAX
    for part in found.leaves:
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or _is_enclosure(part):
            continue
        data = content(part)
        if len(data) > budget:
            found.note("too_large")
            data = data[:budget]
        budget -= len(data)
        label = charset or _label(part, data, kind)
        text, used = decode(data, label, forced=bool(charset))
        codec = codec or used
        (plain if kind == "text/plain" else markup).append(text)
    words = "\n\n".join(text for text in plain if text.strip())
    if not words.strip() and markup:
        words = "\n\n".join(text_of(text) for text in markup)
    return words, codec or "utf-8"


def _label(part: Part, data: bytes, kind: str) -> str:
    told = headers.parameter(part, "Content-Type", "charset")[:60]
    if not told and kind == "text/html":
        match = re.search(
            rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", data[:4000], re.IGNORECASE
        )
        told = match[1].decode("ascii") if match else ""
    return told


def content(part: Part) -> bytes:
    """The bytes of a part, decoded as far as they can be."""
    payload = part.get_payload()
    if not isinstance(payload, str):
        return _enclosed(payload)
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError):
        data = None
    return data if isinstance(data, bytes) else payload.encode("utf-8", "surrogateescape")


def _enclosed(payload: object) -> bytes:
    """A mail inside a mail, as it was."""
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, Message):
        return b""
    try:
        return inner.as_bytes(policy=policy.compat32)
    except (ValueError, LookupError, RecursionError, TypeError):
        return b""


def _is_enclosure(part: Part) -> bool:
    disposition = str(part.get("Content-Disposition", "")).partition(";")[0].strip().lower()
    if disposition == "attachment":
        return True
    return part.get_content_maintype() != "text" or (bool(_name(part, "")) and disposition != "inline")


def _enclosures(found: _Found, charset: str) -> list[Enclosure]:
    out: list[Enclosure] = []
    for part in found.leaves:
        kind = part.get_content_type()
        if not _is_enclosure(part) or kind == "message/delivery-status":
            continue
        if len(out) >= ENCLOSURES_MAX:
            found.note("too_many")
            break
        name = _name(part, charset) or _name_of_kind(part, kind)
        out.append(Enclosure(name, kind, content(part)))
    return out


def _name(part: Part, charset: str) -> str:
    """The file's name, as its head says it."""
    named = headers.parameter(part, "Content-Disposition", "filename", charset)
    return named or headers.parameter(part, "Content-Type", "name", charset)


def _name_of_kind(part: Part, kind: str) -> str:
    if kind == "message/rfc822":
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        subject = headers.first(inner, "Subject") if isinstance(inner, Message) else ""
        return f"{subject[:60] or 'mail'}.eml"
    end = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "application/pdf": "pdf"}.get(
        kind, ""
    )
    return f"file.{end}" if end else "file"
