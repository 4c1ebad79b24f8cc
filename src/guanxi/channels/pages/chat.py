"""The customer's side of web chat: beginning, talking, leaving words while nobody is there; on our page or in a frame."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.channels import rules
from guanxi.channels.actions import chatdesk, contacts, conversing, opinions
from guanxi.channels.models import Contact
from guanxi.channels.queries import bounds, chat
from guanxi.channels.queries import contacts as reads
from guanxi.channels.queries import opinions as told
from guanxi.core import clock, files, live
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Invalid, NotFound, Throttled
from guanxi.core.files import serve
from guanxi.core.http import Request, act_once, address_of, form_key, page, text_of
from guanxi.core.phrases import language
from guanxi.people.actions import Contact as Person

FIELDS = ("text", "name", "reach")


@csrf_exempt  # `chat.require_proof` instead: see there
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request) -> HttpResponse:
    """Begin a chat; while nobody is there, leave words that become a case."""
    if request.method != "POST":
        return _framed(request, _form(request, {}, {}))
    chat.require_proof(request.POST.get("proof", ""))
    values = {name: request.POST.get(name, "")[: conversing.LINE_CHARS_MAX + 1] for name in FIELDS}
    try:
        begin = _begin if chat.is_open(clock.now()) else _leave_words
        return act_once(request, effect=lambda: begin(request, values))
    except Invalid as error:
        errors = {name: str(words) for name, words in error.fields.items()}
        errors = errors or {"reach": str(error.detail or error.title)}
        errors["reach"] = errors.get("reach") or errors.get("email") or errors.get("phone") or ""
        return _framed(request, _form(request, values, errors))
    except Throttled as error:
        answer = _form(request, values, {"text": str(error.detail)})
        answer.status_code = int(error.status)
        return _framed(request, answer)


def _begin(request: Request, values: Mapping[str, str]) -> str:
    actor, text = request.actor, conversing.read(values["text"])
    is_known = actor.kind is Kind.CUSTOMER
    caller = contacts.Caller(
        record_id=actor.record_id if is_known else None,
        name=actor.name if is_known else text_of(request, "name", most=100),
        address="" if is_known else text_of(request, "reach", most=200),
        language=language(),
    )
    visitor = actor if actor.kind in (Kind.PUBLIC, Kind.CUSTOMER) else chat.PUBLIC
    contact = contacts.arrive(
        actor=visitor,
        now=clock.now(),
        channel="chat",
        caller=caller,
        text=text,
        has_page=True,
        origin=bounds.origin_of(address_of(request)),
    )
    return _with_frame(request, reverse("chat_room", args=[chat.link_token(contact)]))


def _leave_words(request: Request, values: Mapping[str, str]) -> str:
    actor, reach = request.actor, text_of(request, "reach", most=200)
    is_known = actor.kind is Kind.CUSTOMER
    person = Person(
        name=text_of(request, "name", most=100),
        phone="" if "@" in reach else reach,
        email=reach if "@" in reach else "",
        language=language(),
    )
    visitor = actor if actor.kind in (Kind.PUBLIC, Kind.CUSTOMER) else chat.PUBLIC
    taken = chatdesk.hand_in(
        chatdesk.Left(visitor, clock.now(), values["text"], language(), None if is_known else person)
    )
    if _is_framed(request):  # the case's own page stands in no frame
        messages.success(request, _("Recorded as %(number)s.") % {"number": taken.number})
        return _with_frame(request, reverse("chat_left", args=[chat.proof(taken.number)]))
    return taken.follow_url


def _form(request: Request, values: Mapping[str, str], errors: Mapping[str, str]) -> HttpResponse:
    is_known = request.actor.kind is Kind.CUSTOMER
    context = {
        "action_url": _with_frame(request, reverse("chat_start")),
        "key": form_key(),
        "proof": chat.proof(),
        "values": values,
        "errors": errors,
        "is_open": chat.is_open(clock.now()),
        "known": request.actor.name if is_known else "",
        "is_known": is_known,
        "most": conversing.LINE_CHARS_MAX,
    }
    return page(request, "channels/chat_start.html", context, status=422 if errors else 200)


@require_safe
def left(request: Request, token: str) -> HttpResponse:
    """In a frame, after words were left: their number."""
    return _framed(request, page(request, "channels/chat_left.html", {"number": chat.proven(token)}))


@require_safe
def room(request: Request, token: str) -> HttpResponse:
    """The conversation as its customer sees it."""
    actor = chat.link_actor(token)
    return _framed(request, _room(request, actor, token))


def _room(
    request: Request,
    actor: Actor,
    token: str,
    *,
    text: str = "",
    errors: Mapping[str, str] | None = None,
    wrong: Mapping[str, Any] | None = None,
) -> HttpResponse:
    contact = reads.get_contact(actor, actor.id)
    conversing.beat(now=clock.now(), contact=contact)

    def url_of(verb: str) -> str:
        return _with_frame(request, reverse("chat_do", args=[token, verb]))

    kind, label = chat.turn_of(contact, ours=False)
    context = {
        "code": contact.public_id,
        "topics": live.topic(reads.KIND, contact.id),
        "lines": chat.lines_shown(contact, name=contact.name, ours=False, token=token),
        "turn": {"kind": kind, "label": label},
        "wait": chat.wait_words(contact),
        "is_open": contact.state in rules.OPEN,
        "erased": contact.erased,
        "who": contact.staff.name if contact.staff is not None and contact.state in rules.TALKING else "",
        "say_url": url_of("say"),
        "leave_url": url_of("leave"),
        "here_url": url_of("here"),
        "again_url": _with_frame(request, reverse("chat_start")),
        "here": request.get_full_path(),
        "key": form_key(),
        "proof": chat.proof(contact.public_id),
        "most": conversing.LINE_CHARS_MAX,
        "text": text,
        "error": (errors or {}).get("text", ""),
        "files": files.form(),
        "files_error": (errors or {}).get("files", ""),
        "opinion": _opinion(request, contact, url_of("opinion"), wrong or {}),
    }
    topics = [live.topic(reads.KIND, contact.id)]
    return page(request, "channels/chat_room.html", context, topics=topics, status=422 if errors else 200)


@csrf_exempt  # `chat.require_proof` instead: see there
@require_POST
def do(request: Request, token: str, verb: str) -> HttpResponse:
    """A customer says something, leaves, or is still there."""
    actor = chat.link_actor(token)
    chat.require_proof(request.POST.get("proof", ""), actor.id)
    if verb == "here":
        conversing.beat(now=clock.now(), contact=reads.get_contact(actor, actor.id))
        return HttpResponse(status=204)
    back = _with_frame(request, reverse("chat_room", args=[token]))
    if verb == "leave":
        contacts.leave(actor=actor, now=clock.now(), public_id=actor.id)
        return HttpResponseRedirect(back, status=303)
    if verb not in ("say", "opinion"):
        raise NotFound
    request.actor = actor
    if verb == "opinion":
        return _rate(request, actor, token, back)
    try:
        given = files.receive(request.FILES.getlist("files"))
        return act_once(request, effect=lambda: _say(actor, request, back, given), files=given.fingerprint())
    except (Invalid, Conflict, Throttled) as error:
        text = request.POST.get("text", "")[: conversing.LINE_CHARS_MAX + 1]
        fields = error.fields if isinstance(error, Invalid) else {}
        said = {name: str(words) for name, words in fields.items()}
        said = said or {"text": str(error.detail or error.title)}
        answer = _room(request, actor, token, text=text, errors=said)
        answer.status_code = int(error.status)
        return _framed(request, answer)


def _rate(request: Request, actor: Actor, token: str, back: str) -> HttpResponse:
    """How it was, said once; what was chosen is shown again when something is wrong."""
    chosen = {name: request.POST.get(name, "")[:2] for name in opinions.SCALES}
    numbers = {name: int(one) if one.isdecimal() and one.isascii() else None for name, one in chosen.items()}

    def effect() -> str:
        words = text_of(request, "words", most=opinions.WORDS_CHARS_MAX)
        opinions.give_opinion(actor=actor, now=clock.now(), public_id=actor.id, words=words, **numbers)
        return back

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        wrong = {**error.fields} if isinstance(error, Invalid) else {"form": error.detail}
        answer = _room(request, actor, token, wrong=wrong)
        answer.status_code = int(error.status)
        return _framed(request, answer)


def _opinion(request: Request, contact: Contact, url: str, wrong: Mapping[str, Any]) -> dict[str, Any] | None:
    """What channels/opinion.html draws: the questions, or thanks; None while it is not over."""
    if not told.is_asked(contact):
        return None
    ends = {
        "satisfied": (_("How satisfied are you?"), _("not satisfied at all"), _("very satisfied")),
        "easy": (_("How easy was it to get this done?"), _("very hard"), _("very easy")),
        "recommends": (_("Would you recommend us to friends?"), _("certainly not"), _("certainly")),
    }
    scales = [
        {
            "name": name,
            "asks": ends[name][0],
            "low": ends[name][1],
            "high": ends[name][2],
            "values": [str(value) for value in range(least, most + 1)],
            "chosen": request.POST.get(name, "")[:2],
            "error": wrong.get(name, ""),
        }
        for name, (least, most) in opinions.SCALES.items()
    ]
    return {
        "given": told.opinion_of(contact) is not None,
        "scales": scales,
        "words": request.POST.get("words", "")[: opinions.WORDS_CHARS_MAX],
        "most": opinions.WORDS_CHARS_MAX,
        "error": wrong.get("form", ""),
        "url": url,
    }


def _say(actor: Actor, request: Request, back: str, given: files.Given) -> str:
    text = request.POST.get("text", "")
    conversing.say(actor=actor, now=clock.now(), public_id=actor.id, text=text, given=given)
    return back


@require_safe
def file(request: Request, token: str, public_id: str) -> HttpResponseBase:
    """A file sent in the chat of a signed link."""
    return serve.content(request, files.get(chat.link_actor(token), public_id))


@require_safe
def file_preview(request: Request, token: str, public_id: str) -> HttpResponseBase:
    """The small picture of a file sent in the chat of a signed link."""
    return serve.preview(request, files.get(chat.link_actor(token), public_id))


def _is_framed(request: Request) -> bool:
    return request.GET.get("embedded") == "1"


def _with_frame(request: Request, url: str) -> str:
    return f"{url}?embedded=1" if _is_framed(request) else url


def _framed(request: Request, response: HttpResponse) -> HttpResponse:
    """Only pages of origins the house has set may show it in a frame; without any, nobody's may."""
    origins = chat.frames() if _is_framed(request) else []
    if origins:
        given: Any = response
        given.xframe_options_exempt = True
        given._csp_replace = {"frame-ancestors": ["'self'", *origins]}
    return response
