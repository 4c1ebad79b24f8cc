"""Reports of mail servers about mail of ours (RFC 3464): who was not reached, for good or for now, and by which mail."""

import re
from dataclasses import dataclass
from email.message import Message

from guanxi.engine.mail import headers

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Report:
    """`action`: failed, delayed, delivered, relayed or expanded; `original_id`: the Message-ID of our mail, if it is told."""

    action: str
    status: str
    recipient: str
    original_id: str
    words: str

    @property
    def failed(self) -> bool:
        return self.action == "failed" and not self.status.startswith("4.2.")  # a full mail box is no end


def report_of(parts: "list[Message[str, str]]") -> Report | None:
    """The report among the parts of a multipart/report, None when there is none that can be read."""
    told = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if told is None:
        return None
    fields: dict[str, str] = {}
    for block in _blocks(told):
        for name in ("Action", "Status", "Final-Recipient", "Original-Recipient", "Diagnostic-Code"):
            value = headers.first(block, name)
            if value:
                fields.setdefault(name, value)
    status = _STATUS.search(fields.get("Status", ""))
    recipient = (fields.get("Original-Recipient") or fields.get("Final-Recipient", "")).rpartition(";")[2]
    return Report(
        action=fields.get("Action", "").strip().lower(),
        status=status[0] if status else "",
        recipient=recipient.strip().strip("<>").lower()[:254],
        original_id=_original(parts),
        words=fields.get("Diagnostic-Code", "")[:300],
    )


def _blocks(told: "Message[str, str]") -> "list[Message[str, str]]":
    payload = told.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _original(parts: "list[Message[str, str]]") -> str:
    """The id of the mail that came back: its head or the whole of it stands in the report."""
    for part in parts:
        if part.get_content_type() in ("message/rfc822", "message/global"):
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, Message) and (found := headers.message_id(inner)):
                return found
        if part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            text = str(part.get_payload())
            match = re.search(r"^message-id:\s*<([^<>\s]{3,250})>", text, re.IGNORECASE | re.MULTILINE)
            if match:
                return match[1]
    return ""
