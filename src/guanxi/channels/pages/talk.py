"""The colleague's side of chats and calls: what is said, who it is beside it, holding, handing over, ending, a case of it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.channels import rules
from guanxi.channels.actions import chatdesk, contacts, conversing
from guanxi.channels.models import Contact
from guanxi.channels.queries import chat, opinions
from guanxi.channels.queries import contacts as reads
from guanxi.channels.words import CHANNELS
from guanxi.core import clock, files, live, panels
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.phrases import pick, sentences
from guanxi.core.words import say as word
from guanxi.engine.normalise import avatar
from guanxi.engine.phones import formatted
from guanxi.people import queries as people
from guanxi.people.actions import Contact as Person
from guanxi.people.pages.evidence import percent_words
from guanxi.work import actions as doing
from guanxi.work import queries as work
from guanxi.work.models import Member
from guanxi.work.queries import board

RIGHT = contacts.RIGHT
LISTED_MAX = 100


@require_safe
def index(request: Request) -> HttpResponse:
    """Chats that wait or are talked in now, the longest waiting first."""
    request.actor.require(RIGHT)
    found = list(reads.list_open(request.actor)[:LISTED_MAX])
    rows = [
        {
            "url": reads.url_of(one),
            "name": reads.shown_name(request.actor, one),
            "state": one.get_state_display(),
            "tone": "amber" if one.state == Contact.State.WAITING else "",
            "arrived": one.arrived,
            "staff": one.staff.name if one.staff is not None else "",
            "channel": CHANNELS.get(one.channel, one.channel),
        }
        for one in found
    ]
    topics = [live.topic("unit", unit) for unit in sorted({one.team_id for one in found})]
    context = {"rows": rows, "topics": " ".join(topics)}
    return page(request, "channels/chats.html", context, topics=topics)


@require_safe
def show(request: Request, public_id: str) -> HttpResponse:
    """One chat."""
    request.actor.require(RIGHT)
    return _page(request, reads.get_contact(request.actor, public_id))


def _page(
    request: Request, contact: Contact, *, text: str = "", errors: Mapping[str, str] | None = None
) -> HttpResponse:
    actor, errors = request.actor, errors or {}
    name, address = (
        _readable(reads.shown_name(actor, contact)),
        _readable(reads.shown_address(actor, contact)),
    )
    item, mine = reads.item_of(contact), contact.staff_id == actor.user_id
    kind, label = chat.turn_of(contact, ours=True)
    member = work.member_of(actor)
    offered = item is not None and item.state == item.State.OFFERED
    is_open = contact.state in rules.OPEN
    may_accept = contact.state == Contact.State.WAITING and member is not None
    if offered and item is not None and member is not None:
        may_accept = may_accept and item.member_id == member.id
    wraps = bool(not is_open and mine and member and member.presence == Member.Presence.WRAP_UP)
    person = contact.record.customer if contact.record is not None else None
    topics = [live.topic(reads.KIND, contact.id)]
    context: dict[str, Any] = {
        "code": contact.public_id,
        "name": name,
        "initials": avatar(name),
        "customer_url": reverse("customer", args=[person.public_id]) if person else "",
        "address": "" if address == name else address,
        "topics": " ".join(topics),
        "lines": chat.lines_shown(contact, name=name, ours=True),
        "turn": {"kind": kind, "label": label},
        "contact": contact,
        "is_open": is_open,
        "erased": contact.erased,
        "may_accept": may_accept,
        "may_say": contact.state in rules.TALKING and mine,
        "is_call": rules.lane(contact.channel) == "phone",
        "is_ours": contact.direction == "out",
        "dial": contact.address if _may_dial(actor, contact) else "",
        "is_held": contact.state == Contact.State.HELD,
        "teams": [
            (one.unit.code, pick(one.unit.name)) for one in work.list_teams() if one.pk != contact.team_id
        ],
        "holder": contact.staff.name if contact.staff is not None and not mine else "",
        "likely": _likely(actor, contact),
        "experts": _experts(actor, contact) if mine and item is not None else [],
        "called_in": [str(one.member) for one in board.called_in(item)] if item is not None else [],
        "reason": sentences(item.reason) if item is not None and item.reason else [],
        "outcomes": [(code, word(f"contact.{code}")) for code in rules.OUTCOMES if code != "case"],
        "outcome": word(f"contact.{contact.outcome}") if contact.outcome else "",
        "wraps": wraps,
        "opinion": None if is_open else opinions.shown(contact),
        "may_case": actor.may("cases.intake") and (mine or actor.may_at("work.assign", contact.team_id)),
        "case_text": text or chatdesk.words_of(contact),
        "url_of": {verb: reverse("chat_step", args=[contact.public_id, verb]) for verb in ("say", *VERBS)},
        "key": form_key(),
        "most": conversing.LINE_CHARS_MAX,
        "text": text,
        "files": files.form(),
        "errors": errors,
        "panels": panels.compose("case.right", actor, person.id) if person else [],
    }
    return page(
        request, "channels/chat.html", context, topics=topics, here=(reads.KIND, contact.id),
        status=422 if errors else 200,
    )  # fmt: skip


def _readable(text: str) -> str:
    """A whole number with the spaces its country uses; everything else as it is."""
    return formatted(text) if text.startswith("+") and text[1:].isdigit() else text


def _likely(actor: Actor, contact: Contact) -> list[dict[str, str]]:
    """Who somebody unknown may be, by their number, address and name: shown before they are answered."""
    if contact.record is not None or not actor.may("people.view") or not (contact.address or contact.name):
        return []
    is_mail = "@" in contact.address
    said = Person(
        name=contact.name,
        phone="" if is_mail else contact.address,
        email=contact.address if is_mail else "",
    )
    found = people.likely_customers(actor, said)
    return [
        {
            "code": one.who.public_id,
            "name": one.who.name or one.who.public_id,
            "url": reverse("customer", args=[one.who.public_id]),
            "share": percent_words(one.share),
        }
        for one in found
    ]


def _experts(actor: Actor, contact: Contact) -> list[tuple[str, str]]:
    """Whom one may call in while they stay on the line: a team's readiest, or somebody by name."""
    teams = [(one.unit.code, pick(one.unit.name)) for one in work.list_teams() if one.pk != contact.team_id]
    here = (Member.Presence.READY, Member.Presence.WRAP_UP)
    people_here = [
        (one.user.public_id, f"{one.user.name} · {one.get_presence_display()}")
        for one in work.list_members()
        if one.presence in here and one.user_id != actor.user_id
    ]
    return [*teams, *people_here]


def _may_dial(actor: Actor, contact: Contact) -> bool:
    """Whether the number may be rung from the page: by whom it is answered, and who may read numbers."""
    mine = contact.staff_id == actor.user_id and contact.state in rules.TALKING
    return mine and rules.lane(contact.channel) == "phone" and actor.may("people.contacts")


@require_POST
def step(request: Request, public_id: str, verb: str) -> HttpResponse:
    """One step of a colleague in a chat."""
    request.actor.require(RIGHT)
    if verb != "say" and verb not in VERBS:
        raise NotFound
    contact = reads.get_contact(request.actor, public_id)
    try:
        if verb == "say":
            given = files.receive(request.FILES.getlist("files"))
            return act_once(request, effect=lambda: _say(request, contact, given), files=given.fingerprint())
        return act_once(request, effect=lambda: VERBS[verb](request, contact))
    except (Invalid, Conflict) as error:
        text = request.POST.get("text", "")[: conversing.LINE_CHARS_MAX + 1]
        fields = (
            {name: str(words) for name, words in error.fields.items()} if isinstance(error, Invalid) else {}
        )
        told = fields or {"form": str(error.detail or error.title)}
        answer = _page(request, reads.get_contact(request.actor, public_id), text=text, errors=told)
        answer.status_code = int(error.status)
        return answer


def _here(contact: Contact) -> str:
    return reads.url_of(contact)


def _accept(request: Request, contact: Contact) -> str:
    contacts.accept(actor=request.actor, now=clock.now(), public_id=contact.public_id)
    return _here(contact)


def _say(request: Request, contact: Contact, given: files.Given) -> str:
    text = request.POST.get("text", "")
    conversing.say(actor=request.actor, now=clock.now(), public_id=contact.public_id, text=text, given=given)
    return _here(contact)


def _end(request: Request, contact: Contact) -> str:
    outcome = text_of(request, "outcome", most=20)
    contacts.end(actor=request.actor, now=clock.now(), public_id=contact.public_id, outcome=outcome)
    return _here(contact)


def _hold(request: Request, contact: Contact) -> str:
    contacts.hold(actor=request.actor, now=clock.now(), public_id=contact.public_id)
    return _here(contact)


def _resume(request: Request, contact: Contact) -> str:
    contacts.resume(actor=request.actor, now=clock.now(), public_id=contact.public_id)
    return _here(contact)


def _transfer(request: Request, contact: Contact) -> str:
    """Handed over it is out of one's hands: on to what is next."""
    team = text_of(request, "team", most=50)
    contacts.transfer(actor=request.actor, now=clock.now(), public_id=contact.public_id, team=team)
    messages.success(request, _("They wait in the other team now, with the time they came."))
    return reverse("today")


def _call_in(request: Request, contact: Contact) -> str:
    """An expert is asked; the customer stays where they are."""
    item = reads.item_of(contact)
    if item is None:
        raise Conflict(_("This contact is over."), code="over")
    whom, word = text_of(request, "whom", most=50), text_of(request, "word", most=200)
    doing.call_in(actor=request.actor, now=clock.now(), public_id=item.public_id, whom=whom, word=word)
    messages.success(request, _("Called in. The customer stays with you."))
    return _here(contact)


def _case(request: Request, contact: Contact) -> str:
    text = request.POST.get("text", "")
    taken = chatdesk.make_case(actor=request.actor, now=clock.now(), public_id=contact.public_id, text=text)
    messages.success(request, _("Recorded as %(number)s.") % {"number": taken.number})
    return _here(contact) if contact.state in rules.OPEN else taken.url


def _identify(request: Request, contact: Contact) -> str:
    customer = text_of(request, "customer", most=20)
    contacts.identify(actor=request.actor, now=clock.now(), public_id=contact.public_id, customer=customer)
    return _here(contact)


VERBS: Mapping[str, Callable[[Request, Contact], str]] = {
    "accept": _accept,
    "hold": _hold,
    "resume": _resume,
    "transfer": _transfer,
    "end": _end,
    "case": _case,
    "identify": _identify,
    "call_in": _call_in,
}
