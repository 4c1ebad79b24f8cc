"""What a chat's pages show: who may come in by a signed link, the lines, whose turn it is, who is on duty."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.channels import rules
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import contacts as reads
from guanxi.core import files, options
from guanxi.core.access import PUBLIC as PUBLIC
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Denied, NotFound
from guanxi.core.files.cards import cards
from guanxi.engine.normalise import avatar

LINK_SALT, PROOF_SALT = "guanxi.chat", "guanxi.chat.proof"
PROOF_AGE_MAX_S = 12 * 3600
WAITING_MAX = 200  # then words are left instead: nobody would be answered in time
ORIGINS_MAX = 20


def link_token(contact: Contact) -> str:
    """The signed link under which a customer has their chat, the same at any time."""
    return signing.Signer(salt=LINK_SALT).sign_object([contact.public_id])


def link_actor(token: str) -> Actor:
    """Who holds this link. Raises `NotFound` when it is forged."""
    try:
        [public_id] = signing.Signer(salt=LINK_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
    contact = Contact.objects.filter(public_id=str(public_id), channel="chat").first()
    if contact is None:
        raise NotFound
    return Actor(
        kind=Kind.LINK, id=contact.public_id, subject=(reads.KIND, contact.id), record_id=contact.record_id
    )


def proof(of: str = "") -> str:
    """What a form of ours carries instead of a cookie: in a frame on another site browsers send no cookies.

    It acts for nobody: the right to a chat is its link; signed-in customers' cookies do not travel to other sites' forms.
    """
    return signing.dumps(of, salt=PROOF_SALT)


def require_proof(text: str, of: str = "") -> None:
    """Raises `Denied` for a form that is not ours, or is of another chat, or too old."""
    try:
        told = signing.loads(text, salt=PROOF_SALT, max_age=PROOF_AGE_MAX_S)
    except signing.BadSignature as error:
        raise Denied(_("Please load this page again, then send once more."), code="csrf") from error
    if told != of:
        raise Denied(_("Please load this page again, then send once more."), code="csrf")


def proven(text: str) -> str:
    """What a proof says. Raises `NotFound` for one that is not ours."""
    try:
        return str(signing.loads(text, salt=PROOF_SALT, max_age=PROOF_AGE_MAX_S))
    except signing.BadSignature as error:
        raise NotFound from error


def frames() -> list[str]:
    """Whose pages may show our chat in a frame: origins the house has set."""
    given = str(options.value("channels.chat_origins")).replace(",", " ").split()
    return [one for one in given if one.startswith(("https://", "http://")) and ";" not in one][:ORIGINS_MAX]


def is_open(now: datetime) -> bool:
    """Whether somebody who comes to chat now is answered."""
    try:
        team = reads.team_for("chat")
    except NotFound:
        return False
    waiting = Contact.objects.filter(team=team.id, channel="chat", state=Contact.State.WAITING)
    return reads.is_open(team, "chat", now) and waiting.count() < WAITING_MAX


def turn_of(contact: Contact, *, ours: bool) -> tuple[str, str]:
    """Whose turn it is, as the kind of a badge and its words; `ours`: for staff."""
    if contact.state not in rules.OPEN:
        return "done", _("Ended") if contact.state == Contact.State.ENDED else _("Given up")
    if contact.state == Contact.State.WAITING:
        return ("mine", _("Waits for an answer")) if ours else ("other", _("Waiting for us"))
    if contact.state == Contact.State.HELD:
        return "other", _("On hold")
    last = reads.last_line(contact)
    theirs = last is None or last.direction == Message.Direction.IN
    if theirs == ours:
        return "mine", _("Your turn")
    return "other", _("The customer's turn") if ours else _("Our turn")


def wait_words(contact: Contact) -> str:
    """Where in the queue they are, for the customer; "" when they do not wait."""
    if contact.state != Contact.State.WAITING:
        return ""
    ahead = reads.place_of(contact)
    if ahead == 0:
        return _("You are next. You may write already.")
    words = ngettext(
        "%(count)s person is before you. You may write already.",
        "%(count)s people are before you. You may write already.",
        ahead,
    )
    return words % {"count": ahead}


def lines_shown(contact: Contact, *, name: str, ours: bool, token: str = "") -> list[Mapping[str, Any]]:
    """The conversation as `gx.message` draws it: `name` is how the customer is called, for staff; they themself are "you".

    `token`: the signed link through which the reader opens its files.
    """
    sent = files.by_part(reads.files_of(contact))
    return [
        {
            "who": (name if ours else _("You")) if one.direction == Message.Direction.IN else _by(one, ours),
            "initials": avatar(name if one.direction == Message.Direction.IN else one.author),
            "side": "theirs" if one.direction == Message.Direction.IN else "ours",
            "at": one.created,
            "channel": "",
            "icon": "message-2",
            "text": one.body,
            "fate": "",
            "files": cards(sent.get(one.id, []), link=token, door="chat"),
        }
        for one in reads.lines_of(contact)
    ]


def _by(line: Message, ours: bool) -> str:
    return line.author or (_("Colleague") if ours else _("We"))
