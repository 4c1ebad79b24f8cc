"""Mails for tests, as other programs write them, and a mailbox to take them in."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime

from guanxi.channels.actions import mailboxes, mailroom
from guanxi.channels.actions.mailboxes import Given
from guanxi.channels.models import Mail, Mailbox
from tests.cast import SYSTEM

HELP = "help@house.example"
Heads = Mapping[str, str]


def mailbox(now: datetime, address: str = HELP, **more: str) -> Mailbox:
    """A mailbox that nobody reads: its server is none."""
    given = {
        "name": address, "address": address, "team": "front", "host": "127.0.0.1", "port": "9", "security": "none",
        "username": address, "password": "correct horse", "filed": "Guanxi", **more,
    }  # fmt: skip
    return mailboxes.add_mailbox(actor=SYSTEM, now=now, given=Given(**given))


def word(text: str, charset: str, label: str = "", *, how: str = "b") -> str:
    """An encoded word as it stands in a head."""
    data = text.encode(charset)
    if how == "b":
        return f"=?{label or charset}?B?{base64.b64encode(data).decode()}?="
    return f"=?{label or charset}?Q?{''.join(f'={byte:02X}' for byte in data)}?="


def raw(
    body: bytes | str = "The box was empty.",
    *,
    sender: str = "Wang Xiaoming <xiaoming.wang@example.com>",
    to: str = HELP,
    subject: bytes | str = "About my order",
    kind: str = "text/plain; charset=utf-8",
    mail_id: str = "<one@example.com>",
    heads: Heads | None = None,
    encoding: str = "8bit",
) -> bytes:
    """One mail, byte by byte: nothing is put right on the way."""
    lines: list[bytes] = [
        b"From: " + _bytes(sender),
        b"To: " + _bytes(to),
        b"Subject: " + _bytes(subject),
        b"Date: Tue, 03 Mar 2026 09:58:00 +0800",
        b"MIME-Version: 1.0",
        b"Content-Type: " + _bytes(kind),
        b"Content-Transfer-Encoding: " + _bytes(encoding),
    ]
    if mail_id:
        lines.append(b"Message-ID: " + _bytes(mail_id))
    lines += [_bytes(f"{name}: ") + _bytes(value) for name, value in (heads or {}).items()]
    return b"\r\n".join([*lines, b"", _bytes(body)])


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def part(
    body: bytes | str,
    kind: str = "text/plain; charset=utf-8",
    *,
    encoding: str = "8bit",
    disposition: str = "",
) -> bytes:
    """One part of a mail of several."""
    heads = [f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}"]
    heads += [f"Content-Disposition: {disposition}"] if disposition else []
    data = _bytes(body)
    if encoding == "base64":
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return "\r\n".join([*heads, "", ""]).encode() + data


def several(parts: Sequence[bytes], *, kind: str = "mixed", boundary: str = "=-part", **more: str) -> bytes:
    """A mail of several parts."""
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    heads = {"kind": f'multipart/{kind}; boundary="{boundary}"', "encoding": "7bit", **more}
    return raw(body + b"--" + boundary.encode() + b"--\r\n", **heads)  # type: ignore[arg-type]


def nested(parts: Sequence[bytes], *, kind: str, boundary: str) -> bytes:
    """Several parts as one part."""
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    return part(
        body + b"--" + boundary.encode() + b"--", f'multipart/{kind}; boundary="{boundary}"', encoding="7bit"
    )


def take_in(now: datetime, box: Mailbox, data: bytes, uid: int = 1) -> Mail:
    """Taken and sorted, as the worker does it."""
    mail = mailroom.take(now=now, mailbox=box, data=data, uid=uid, uid_validity=1)
    mailroom.sort(now=now, mail_id=mail.id)
    mail.refresh_from_db()
    return mail
