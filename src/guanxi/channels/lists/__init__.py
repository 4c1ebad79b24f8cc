"""The list of outgoing mail: what is on its way, what went out, what did not and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.channels import actions, queries
from guanxi.channels.models import Message
from guanxi.channels.pages import TONES
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.http import address
from guanxi.core.lists import Bulk, Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.phrases import language_choices, sentences
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people import queries as people

RIGHT = "channels.outbox"
STATES = (Message.State.QUEUED, Message.State.SENT, Message.State.HELD, Message.State.FAILED)
FOUND_CUSTOMERS = 20  # whose letters a search by name looks at


def _rows(actor: Actor) -> QuerySet[Message]:
    return queries.list_outgoing(actor).select_related("record__customer").defer("body", "record__said")


def _find(actor: Actor, text: str, limit: int, candidates: Candidates) -> Sequence[int]:
    """By its code or the whole address; else of customers found by name, newest first."""
    text = text.strip()
    letters = queries.list_outgoing(actor)
    exact = letters.filter(Q(public_id=text.upper()) | Q(address__iexact=text)) if text else letters.none()
    found = list(exact.values_list("id", flat=True)[:limit])
    if found or not actor.may("people.view"):
        return found
    named = people.search_customers(actor, text, limit=FOUND_CUSTOMERS, found=candidates)
    known = [one.customer_id for one in named]
    return list(letters.filter(record__customer__in=known).values_list("id", flat=True)[:limit])


def _title(actor: Actor, letter: Message) -> Mapping[str, Any]:
    return {
        "title": letter.title or say(f"purpose.{letter.purpose}"),
        "sub": letter.public_id,
        "icon": "mail",
    }


def _customer(letter: Message) -> str:
    return letter.person.called


def _why(letter: Message) -> str:
    """Why it did not go out; nothing for one that did."""
    held = letter.state == Message.State.HELD and letter.explanation
    return "; ".join(sentences(letter.explanation)) if held else ""


def _quick(actor: Actor, letter: Message) -> Mapping[str, Any]:
    """What channels/quick.html draws. A sign-in code is nobody's to read but its owner's, demo apart."""
    hidden = letter.purpose == "security" and not settings.DEMO
    return {
        "title": letter.title or say(f"purpose.{letter.purpose}"),
        "code": letter.public_id,
        "to": queries.address_shown(actor, letter),
        "purpose": say(f"purpose.{letter.purpose}"),
        "state": letter.get_state_display(),
        "tone": TONES.get(letter.state, ""),
        "why": _why(letter),
        "created": letter.created,
        "sent": letter.sent,
        "body": "" if hidden else letter.body,
        "customer": {
            "name": _customer(letter),
            "initials": avatar(letter.person.name),
            "url": reverse("customer", args=[letter.person.customer.public_id]),
        },
    }


def _purposes(actor: Actor) -> Choices:
    return [(code, say(f"purpose.{code}")) for code in ("service", "marketing", "security")]


def _topics(actor: Actor, rows: Sequence[Message]) -> Sequence[tuple[str, int]]:
    return [("message", letter.id) for letter in rows]


def _again(*, actor: Actor, now: datetime, row: Message, values: Mapping[str, str]) -> None:
    actions.send_again(actor=actor, now=now, public_id=row.public_id)


def _stop(*, actor: Actor, now: datetime, row: Message, values: Mapping[str, str]) -> Any:
    actions.stop(actor=actor, now=now, public_id=row.public_id)
    return {"stopped": True}


def _on_its_way_again(*, actor: Actor, now: datetime, row: Message, kept: Mapping[str, Any]) -> None:
    if row.state != Message.State.HELD:
        raise Conflict(_("This letter has moved on since."), code="changed")
    actions.send_again(actor=actor, now=now, public_id=row.public_id)


BULK = (
    Bulk(
        code="again",
        title=_("Send again"),
        right=RIGHT,
        act=_again,
        icon="refresh",
        mine=lambda actor: Q(state__in=[Message.State.FAILED, Message.State.HELD]) & ~Q(purpose="security"),
        says=_(
            "Each goes on its way once more, if nothing stands against it now: a refusal, a missing consent or address"
            " holds it as before."
        ),
    ),
    Bulk(
        code="stop",
        title=_("Do not send"),
        right=RIGHT,
        act=_stop,
        undo=_on_its_way_again,
        icon="mail-off",
        danger=True,
        mine=lambda actor: Q(state=Message.State.QUEUED),
        says=_("What is still on its way stays here. What the mail server has taken already has gone."),
    ),
)

LISTING = Listing(
    code="letters",
    title=_("Outgoing mail"),
    right=RIGHT,
    query=_rows,
    order="-created",
    key=lambda letter: letter.public_id,
    key_path="public_id",
    url=lambda letter: address("customer", letter.person.customer.public_id),
    url_name="letters",
    customer=lambda letter: letter.person.customer_id,
    find=_find,
    finds="customer",
    topics=_topics,
    icon="send",
    bulk=BULK,
    quick="channels/quick.html",
    quick_context=_quick,
    empty=_("Acknowledgements, answers and sign-in codes appear here as soon as one is sent."),
    views=(
        View("stuck", _("Did not go out"), "state=failed,held"),
        View("waiting", _("On its way"), "state=queued"),
        View("sent", _("Sent"), "state=sent"),
    ),
    columns=(
        Column(
            code="letter",
            title=_("Letter"),
            value=lambda actor, letter: letter.title or say(f"purpose.{letter.purpose}"),
            filter_path="title",
            shape="title",
            cell=_title,
        ),
        Column(
            code="number",
            title=_("Number"),
            value=lambda actor, letter: letter.public_id,
            filter_path="public_id",
            shown=False,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, letter: _customer(letter),
            filter_path="record__name",
        ),
        Column(
            code="to",
            title=_("To"),
            value=lambda actor, letter: queries.address_shown(actor, letter),
        ),
        Column(
            code="purpose",
            title=_("Purpose"),
            value=lambda actor, letter: say(f"purpose.{letter.purpose}"),
            kind=Kind.CHOICE,
            filter_path="purpose",
            choices=_purposes,
            shown=False,
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, letter: letter.get_state_display(),
            kind=Kind.CHOICE,
            filter_path="state",
            choices=lambda actor: [(state.value, state.label) for state in STATES],
            shape="chip",
            cell=lambda actor, letter: {
                "value": letter.get_state_display(),
                "tone": TONES.get(letter.state, ""),
            },
        ),
        Column(code="why", title=_("Reason"), value=lambda actor, letter: _why(letter)),
        Column(
            code="language",
            title=_("Language"),
            value=lambda actor, letter: say(f"language.{letter.language}") if letter.language else "",
            kind=Kind.CHOICE,
            filter_path="language",
            choices=lambda actor: language_choices(),
            shown=False,
        ),
        Column(
            code="created",
            title=_("Written"),
            value=lambda actor, letter: letter.created,
            kind=Kind.MOMENT,
            path="created",
        ),
        Column(
            code="sent",
            title=_("Sent on"),
            value=lambda actor, letter: letter.sent,
            kind=Kind.MOMENT,
            filter_path="sent",
            nullable=True,
            shown=False,
        ),
    ),
)
