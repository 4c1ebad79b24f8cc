"""Was this written by a machine? Whatever was is never answered by one: two of them would write to each other for ever."""

import re
from collections.abc import Collection
from email.message import Message

from guanxi.engine.mail import headers

# In the order of what they tell. HARD: no human wrote these words. SOFT: perhaps one did, through a list or a big program.
HARD = ("own", "report", "auto_submitted", "autoreply", "bulk", "null_path", "subject")
SOFT = ("list", "suppressed")
_SUBJECT = re.compile(
    r"^\s*(?:(?:re|aw|回复|答复|回覆)\s*[:：]\s*)*[\[【(（]?\s*(?:"
    r"自动回复|自動回覆|自动答复|自動回復|自动应答|外出自动|休假自动"
    r"|auto(?:matic|mated)?[\s-]*(?:reply|response|answer)|autoreply|out of (?:the )?office|vacation (?:reply|notice)"
    r"|automatische antwort|abwesenheitsnotiz|r[ée]ponse automatique|respuesta autom[áa]tica)",
    re.IGNORECASE,
)
_BULK = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})
_AUTOREPLY = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Auto-Reply",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
    "X-FC-MachineGenerated",
)


def automatic(message: "Message[str, str]", ours: Collection[str] = ()) -> str:
    """Why this mail must not be answered by a machine; "" for one that somebody wrote. `ours`: the house's own addresses.

    One of `HARD` or `SOFT`.
    """
    sender = headers.people(message, "From", "Sender")
    if any(is_ours(one.address, ours) for one in sender):
        return "own"
    if message.get_content_type() == "multipart/report":
        return "report"
    return _told(message) or _hinted(message)


def _told(message: "Message[str, str]") -> str:
    """What only machines put into the head of a mail."""
    if headers.first(message, "Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no"):
        return "auto_submitted"
    if any(headers.raw(message, name) for name in _AUTOREPLY):
        return "autoreply"
    if headers.first(message, "Precedence").strip().lower() in _BULK:
        return "bulk"
    if any(line.strip() == "<>" for line in headers.raw(message, "Return-Path")):
        return "null_path"
    return "subject" if _SUBJECT.match(headers.first(message, "Subject")) else ""


def _hinted(message: "Message[str, str]") -> str:
    """What lists and big mail programs put there, also around the words of people."""
    precedence = headers.first(message, "Precedence").strip().lower()
    if precedence == "list" or any(key.lower().startswith("list-") for key in message):
        return "list"
    suppressed = headers.first(message, "X-Auto-Response-Suppress").strip().lower()
    return "suppressed" if suppressed not in ("", "none") else ""


def is_ours(address: str, ours: Collection[str]) -> bool:
    """Whether an address is one of ours, also with something after a plus."""
    local, _, host = address.partition("@")
    return address in ours or f"{local.partition('+')[0]}@{host}" in ours
