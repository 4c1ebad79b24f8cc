"""What stands beside the words of a conversation when they came or went by mail: quotation, machine, charset, fate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from guanxi.cases.actions import undoing
from guanxi.cases.models import Case
from guanxi.channels.models import Mail, Message
from guanxi.channels.pages import mail as pages
from guanxi.channels.queries import mail as reads
from guanxi.core import clock, cover
from guanxi.core.access import Actor
from guanxi.core.http import form_key
from guanxi.core.phrases import sentences

TONES = {"failed": "red", "held": "amber"}


def beside(actor: Actor, case: Case, said: Sequence[Message]) -> dict[int, dict[str, Any]]:
    """Message id -> what `gx.message` shows of its mail; one statement where we have answered, one where mail came in."""
    came = [one.id for one in said if one.channel == "email" and one.direction == Message.Direction.IN]
    found = {ref: {"mail": _came(actor, mail)} for ref, mail in reads.mails_of(came).items()}
    now, newest = clock.now(), max((one.id for one in said), default=0)
    answers = [one for one in said if one.direction == Message.Direction.OUT]
    sent = reads.sent_about(("case", case.id)) if answers else {}
    for one in answers:
        if one.id in sent or one.id == newest:
            found[one.id] = _went(actor, case, one, sent.get(one.id), now)
    return found


def _came(actor: Actor, mail: Mail) -> dict[str, Any]:
    facts = {one["code"] for one in mail.explanation.get("facts", ())}
    return {
        "title": cover.shown(actor, mail.title),
        "automatic": bool(mail.automatic),
        "why": "; ".join(sentences(mail.explanation)),
        "other": pages.sender_of(actor, mail) if "mail.other_sender" in facts else "",
        "quoted": cover.shown(actor, mail.quoted),
        "signature": cover.shown(actor, mail.signature),
        "left_out": pages.left_out(mail),
        "charset": mail.charset or "utf-8",
        "chosen": mail.chosen,
        "charsets": pages.charset_choices(),
        "charset_url": reverse("mail_do", args=[mail.public_id, "charset"]),
        "url": reverse("mail", args=[mail.public_id]) if actor.may("channels.mail") else "",
        "key": form_key(),
    }


def _went(actor: Actor, case: Case, said: Message, sent: Message | None, now: datetime) -> dict[str, Any]:
    """Whether an answer has been mailed, and while it waits: how to take it back."""
    until = undoing.open_until(actor, case, said, sent, now)
    undo = {"until": until, "url": reverse("case_do", args=[case.number, "take_back"]), "key": form_key(),
            "message": said.public_id} if until else None  # fmt: skip
    if sent is None:
        return {"undo": undo}
    why = "; ".join(sentences(sent.explanation)) if sent.state in TONES else ""
    tone = TONES.get(sent.state, "")
    return {"undo": undo, "sent": {"words": str(_FATES[sent.state]), "why": why, "tone": tone}}


_FATES = {
    "queued": gettext_lazy("waits to be mailed"),
    "sent": gettext_lazy("mailed"),
    "held": gettext_lazy("not mailed"),
    "failed": gettext_lazy("mail came back"),
}
