"""The list of incoming mail: what became of each, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.channels.actions import mailroom
from guanxi.channels.models import Mail
from guanxi.channels.pages import mail as pages
from guanxi.channels.queries import mail as reads
from guanxi.core import cover
from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Bulk, Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.phrases import sentences

RIGHT = mailroom.RIGHT


def _rows(actor: Actor) -> QuerySet[Mail]:
    return reads.list_mails(actor).defer("quoted", "signature")


def _find(actor: Actor, text: str, limit: int, candidates: Candidates) -> Sequence[int]:
    """By its code, by who wrote it, or by words of its subject, newest first."""
    text = text.strip()
    mails = reads.list_mails(actor)
    if not text:
        return []
    whole = Q(public_id=text.upper()) | Q(sender__iexact=text)
    return list(mails.filter(whole | Q(title__icontains=text)).values_list("id", flat=True)[:limit])


def _title(actor: Actor, mail: Mail) -> Mapping[str, Any]:
    title = cover.shown(actor, mail.title) or str(_("(no subject)"))
    return {"title": title, "sub": mail.public_id, "icon": "mail"}


def _why(mail: Mail) -> str:
    return "; ".join(sentences(mail.explanation)) if mail.explanation else ""


def _sender(actor: Actor, mail: Mail) -> str:
    return " ".join(filter(None, (mail.sender_name, reads.sender_shown(actor, mail))))


def _quick(actor: Actor, mail: Mail) -> Mapping[str, Any]:
    return {**pages.facts_of(actor, mail), "matter": pages.matter_of(mail)}


def _mailboxes(actor: Actor) -> Choices:
    return [(one.public_id, one.name) for one in reads.boxes_of(actor)]


def _again(*, actor: Actor, now: datetime, row: Mail, values: Mapping[str, str]) -> None:
    mailroom.sort_again(actor=actor, now=now, public_id=row.public_id)


def _open(*, actor: Actor, now: datetime, row: Mail, values: Mapping[str, str]) -> None:
    mailroom.open_from(actor=actor, now=now, public_id=row.public_id)


BULK = (
    Bulk(
        code="again",
        title=_("Sort again"),
        right=RIGHT,
        act=_again,
        icon="refresh",
        mine=lambda actor: Q(fate__in=[Mail.Fate.FAILED, Mail.Fate.WAITING]),
        says=_("Each is looked at anew, after whatever was wrong has been mended."),
    ),
    Bulk(
        code="open",
        title=_("Make cases of them"),
        right=RIGHT,
        act=_open,
        icon="plus",
        mine=lambda actor: Q(fate=Mail.Fate.ASIDE) & ~Q(sender=""),
        says=_("Each becomes a case of whoever wrote it. Machines are still not answered by a machine."),
    ),
)

LISTING = Listing(
    code="mails",
    title=_("Incoming mail"),
    right=RIGHT,
    query=_rows,
    order="-arrived",
    key=lambda mail: mail.public_id,
    key_path="public_id",
    url=lambda mail: address("mail", mail.public_id),
    url_name="mails",
    find=_find,
    icon="inbox",
    bulk=BULK,
    quick="channels/mail_quick.html",
    quick_context=_quick,
    empty=_("Mail to your shared mailboxes appears here, with what became of it."),
    views=(
        View("aside", _("Put aside"), "fate=aside"),
        View("failed", _("Could not be sorted"), "fate=failed,waiting"),
        View("bounced", _("Came back"), "fate=bounce"),
        View("cases", _("Became cases"), "fate=opened,added,reopened"),
    ),
    columns=(
        Column(
            code="mail",
            title=_("Mail"),
            value=lambda actor, mail: cover.shown(actor, mail.title) or str(_("(no subject)")),
            filter_path="title",
            shape="title",
            cell=_title,
        ),
        Column(code="sender", title=_("From"), value=_sender),
        Column(
            code="fate",
            title=_("What became of it"),
            value=lambda actor, mail: mail.get_fate_display(),
            kind=Kind.CHOICE,
            filter_path="fate",
            choices=lambda actor: [(fate.value, fate.label) for fate in Mail.Fate],
            shape="chip",
            cell=lambda actor, mail: pages.fate_of(mail),
        ),
        Column(code="why", title=_("Reason"), value=lambda actor, mail: _why(mail)),
        Column(
            code="mailbox",
            title=_("Mailbox"),
            value=lambda actor, mail: mail.mailbox.name if mail.mailbox else "",
            kind=Kind.CHOICE,
            filter_path="mailbox__public_id",
            choices=_mailboxes,
        ),
        Column(
            code="number",
            title=_("Number"),
            value=lambda actor, mail: mail.public_id,
            filter_path="public_id",
            shown=False,
        ),
        Column(
            code="copies",
            title=_("Delivered again"),
            value=lambda actor, mail: mail.copies,
            kind=Kind.NUMBER,
            filter_path="copies",
            shown=False,
        ),
        Column(
            code="arrived",
            title=_("Came"),
            value=lambda actor, mail: mail.arrived,
            kind=Kind.MOMENT,
            path="arrived",
        ),
    ),
)
