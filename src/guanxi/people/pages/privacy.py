"""Pages of requests about data: taking one in, one request with what can be done, the preview before it is done, the copy."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.core import clock, fields, holds, options, personal
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.lists.export_pages import size_words
from guanxi.core.personal import Fate, Way
from guanxi.core.phrases import explained, language
from guanxi.core.words import say
from guanxi.people import actions
from guanxi.people import queries as people
from guanxi.people.models import Customer, PersonExport, PrivacyRequest
from guanxi.people.queries import privacy as queries

privacy = actions.privacy
State, Kinds = PrivacyRequest.State, PrivacyRequest.Kind
CHANNELS = ("web", "email", "phone", "letter")
WHY_MOST = 300
FATES = {
    Fate.KEEP: (gettext_lazy("stays, without anybody"), ""),
    Fate.BLANK: (gettext_lazy("emptied"), "amber"),
    Fate.DELETE: (gettext_lazy("deleted"), "red"),
}
DEEDS: Mapping[str, Mapping[str, Any]] = {
    "restrict": {
        "title": gettext_lazy("Restrict"),
        "icon": "lock",
        "says": gettext_lazy(
            "What is known is kept and used for nothing else: no letters, no campaigns, no exports, no proposals. It can be"
            " lifted."
        ),
    },
    "object": {
        "title": gettext_lazy("Stop everything"),
        "icon": "mail-off",
        "says": gettext_lazy("Nothing goes to them any more but what is about their own matters."),
    },
    "anonymise": {
        "title": gettext_lazy("Anonymise"),
        "icon": "user-off",
        "says": gettext_lazy(
            "Every value of theirs goes for good. Cases, orders, figures and the proof of consent stay, without anybody."
        ),
    },
    "erase": {
        "title": gettext_lazy("Erase"),
        "icon": "trash",
        "says": gettext_lazy(
            "Every value of theirs goes for good, messages, files and consents with them. Orders stay for the books and cases"
            " for the figures, empty. The audit chain still verifies."
        ),
    },
}
TOLD = {
    "extend": gettext_lazy("The limit is extended. Tell the customer why."),
    "refuse": gettext_lazy("The request is refused. Tell the customer why, and where they can complain."),
    "close": gettext_lazy("The request is closed."),
    "copy": gettext_lazy("The copy is being made; it appears here in a moment."),
    "restrict": gettext_lazy("Restricted. The request is closed."),
    "object": gettext_lazy("Everything is stopped. The request is closed."),
    "anonymise": gettext_lazy("Anonymised. Nothing of theirs is left but figures."),
    "erase": gettext_lazy("Erased. Nothing of theirs is left."),
    "lift": gettext_lazy("The restriction is lifted."),
}


# -- what lists show -----------------------------------------------------------------------------------------


def turn(row: PrivacyRequest) -> dict[str, str]:
    """Whose turn it is."""
    if row.closed is not None:
        return {"kind": "done", "label": row.get_state_display()}
    return {"kind": "mine", "label": _("Our turn")}


def limit(row: PrivacyRequest) -> dict[str, Any]:
    """Start, due and mode of the time-left bar."""
    if row.closed is not None:
        return {"start": None, "due": None, "mode": "done", "settled": ""}
    return {"start": row.received, "due": row.due, "mode": "mine", "settled": ""}


def channel_words(channel: str) -> str:
    return say(f"channel.{channel}")


def channels() -> list[tuple[str, str]]:
    return [(one, channel_words(one)) for one in CHANNELS]


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """On the page of a customer: what their rights have made of them, what they have asked for, what may be done."""
    mark = queries.marks_of([customer_id]).get(customer_id)
    gone = bool(mark and (mark.anonymised or mark.erased))
    may = actor.may(queries.RIGHT) and not gone
    found = queries.requests_of(customer_id) if actor.may(queries.RIGHT) else []
    code = people.code_of(customer_id)
    return {
        "standing": standing_chips(mark),
        "restricted": bool(mark and mark.restricted),
        "gone": gone,
        "rows": [
            {
                "url": reverse("privacy_request", args=[row.public_id]),
                "title": row.get_kind_display(),
                "turn": turn(row),
                "limit": limit(row),
            }
            for row in found
        ],
        "new_url": f"{reverse('privacy_new')}?customer={code}" if may else "",
        "choices_url": preferences_url(customer_id) if actor.may("people.record") and not gone else "",
    }


def preferences_url(customer_id: int) -> str:
    """The customer's own page of what they allow, by signed link."""
    return settings.BASE_URL + reverse("preferences", args=[queries.link_token(customer_id)])


# -- taking one in -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Take in what somebody asked for, by letter, telephone or mail."""
    request.actor.require(queries.RIGHT)
    if request.method != "POST":
        return _new_form(request, {"customer": request.GET.get("customer", "")[:20]}, {})
    try:
        return act_once(request, effect=lambda: _open(request))
    except Invalid as error:
        return _new_form(request, request.POST, error.fields or {"form": error.detail or error.title})
    except Conflict as error:
        return _new_form(request, request.POST, {"form": str(error.detail or error.title)})


def _open(request: Request) -> str:
    try:
        row = privacy.open_request(
            actor=request.actor,
            now=clock.now(),
            public_id=request.POST.get("customer", "")[:20],
            kind=request.POST.get("kind", "")[:20],
            law=request.POST.get("law", "")[:10],
            channel=request.POST.get("channel", "letter")[:12],
            note=text_of(request, "note", most=privacy.NOTE_CHARS_MAX),
            received=fields.read_moment(request.POST, "received"),
        )
    except NotFound as error:
        raise Invalid(fields={"customer": _("There is no such customer.")}) from error
    messages.success(request, _("Taken in. The legal limit is running."))
    return reverse("privacy_request", args=[row.public_id])


def _new_form(request: Request, values: Mapping[str, Any], errors: Mapping[str, Any]) -> HttpResponse:
    context = {
        "values": values,
        "errors": errors,
        "key": form_key(),
        "kinds": [(code, str(words)) for code, words in Kinds.choices],
        "laws": [(code, str(words)) for code, words in PrivacyRequest.Law.choices],
        "law": values.get("law") or options.text("privacy.law"),
        "channels": channels(),
        "most": privacy.NOTE_CHARS_MAX,
    }
    return page(request, "people/privacy_new.html", context, status=422 if errors else 200)


# -- one request ---------------------------------------------------------------------------------------------


@require_safe
def one(request: Request, public_id: str) -> HttpResponse:
    """One request: what was asked, until when, what can be done about it."""
    return _show(request, public_id)


def _show(
    request: Request, public_id: str, *, verb: str = "", errors: Mapping[str, Any] | None = None
) -> HttpResponse:
    row = queries.get_request(request.actor, public_id)
    mark = queries.marks_of([row.customer_id]).get(row.customer_id)
    gone = bool(mark and (mark.anonymised or mark.erased))
    context = {
        "row": row,
        "turn": turn(row),
        "limit": limit(row),
        "why": explained(row.due_explanation),
        "customer": _customer(row.customer, gone=gone),
        "standing": standing_chips(mark),
        "channel": channel_words(row.channel),
        "open": row.closed is None,
        "gone": gone,
        "deeds": [] if gone else _deeds(row),
        "copies": _copies(request.actor, row.customer),
        "held": holds.is_held(people.records_of(row.customer_id)),
        "may_extend": row.closed is None and row.extended is None and clock.now() <= row.due,
        "restricted": bool(mark and mark.restricted),
        "verb": verb,
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "key": form_key(),
        "most": WHY_MOST,
        "do_url": reverse("privacy_request", args=[public_id]),
    }
    return page(request, "people/privacy_request.html", context, status=422 if errors else 200)


def _customer(customer: Customer, *, gone: bool) -> dict[str, str]:
    name = "" if gone else queries.name_of(customer)
    return {"code": customer.public_id, "name": name, "url": reverse("customer", args=[customer.public_id])}


def _deeds(row: PrivacyRequest) -> list[dict[str, Any]]:
    """The four ways, the one that was asked for first among equals."""
    return [
        {
            **deed,
            "code": code,
            "asked": privacy.DEEDS[code].settles == row.kind,
            "url": reverse("privacy_do", args=[row.public_id, code]),
        }
        for code, deed in DEEDS.items()
        if row.closed is None
    ]


def _copies(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "at": one.created,
            "state": one.get_state_display(),
            "ready": (ready := one.state == PersonExport.State.READY),
            "waiting": one.state == PersonExport.State.WAITING,
            "size": size_words(one.size_bytes) if ready else "",
            "expires": one.expires if ready else None,
            "url": reverse("privacy_copy", args=[privacy.link_key(one)])
            if ready and one.by == actor.id
            else "",
        }
        for one in queries.list_copies(actor, customer)
    ]


def standing_chips(mark: Any) -> list[dict[str, str]]:
    """What a customer's rights have made of them, as chips."""
    if mark is None:
        return []
    known = (
        (mark.restricted, _("restricted"), "amber", "lock"),
        (mark.objected, _("stopped everything"), "amber", "mail-off"),
        (mark.impersonal, _("nothing chosen for them"), "", "user-off"),
        (mark.anonymised, _("anonymised"), "red", "user-off"),
        (mark.erased, _("erased"), "red", "trash"),
    )
    return [{"label": label, "tone": tone, "icon": icon} for since, label, tone, icon in known if since]


# -- doing it ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """GET: what a deed would do, before it is done. POST: do it, or extend, refuse, close, make a copy."""
    row = queries.get_request(request.actor, public_id)
    if request.method != "POST":
        if verb not in DEEDS or row.closed is not None:
            raise NotFound
        return _preview(request, row, verb, {})
    verbs: Mapping[str, Callable[[], Any]] = {
        "extend": lambda: privacy.extend(**_by(request), public_id=public_id, why=_why(request)),
        "refuse": lambda: privacy.refuse(**_by(request), public_id=public_id, why=_why(request)),
        "close": lambda: privacy.close(**_by(request), public_id=public_id, outcome=_why(request)),
        "copy": lambda: privacy.ask_copy(
            **_by(request), public_id=row.customer.public_id, language=language(), request=public_id
        ),
        "lift": lambda: privacy.lift_restriction(
            **_by(request), public_id=row.customer.public_id, why=_why(request)
        ),
        **{deed: lambda deed=deed: _carry_out(request, public_id, deed) for deed in DEEDS},  # type: ignore[misc]
    }
    if verb not in verbs:
        raise NotFound
    return _acted(request, row, verb, verbs[verb])


def _by(request: Request) -> dict[str, Any]:
    return {"actor": request.actor, "now": clock.now()}


def _why(request: Request) -> str:
    return text_of(request, "why", most=WHY_MOST)


def _carry_out(request: Request, public_id: str, deed: str) -> PrivacyRequest:
    return privacy.carry_out(
        **_by(request), public_id=public_id, deed=deed, typed=text_of(request, "typed", most=40)
    )


def _acted(request: Request, row: PrivacyRequest, verb: str, act: Callable[[], Any]) -> HttpResponse:
    def effect() -> str:
        act()
        return reverse("privacy_request", args=[row.public_id])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        errors = {**error.fields} or {"form": str(error.detail or error.title)}
        if verb in DEEDS and row.closed is None:
            return _preview(request, row, verb, errors)
        return _show(request, row.public_id, verb=verb, errors=errors)
    messages.success(request, str(TOLD[verb]))
    return response


def _preview(request: Request, row: PrivacyRequest, verb: str, errors: Mapping[str, Any]) -> HttpResponse:
    final = verb in ("anonymise", "erase")
    person = queries.person_of(row.customer) if final else None
    held = holds.is_held(people.records_of(row.customer_id))
    context = {
        "row": row,
        "deed": DEEDS[verb],
        "code": verb,
        "final": final,
        "customer": _customer(row.customer, gone=False),
        "rooms": _rooms(personal.preview(person, Way(verb))) if person else [],
        "reasons": personal.holds_back(person) if person else [],
        "held": held and final,
        "errors": errors,
        "back_url": reverse("privacy_request", args=[row.public_id]),
        "act_url": reverse("privacy_do", args=[row.public_id, verb]),
        "key": form_key(),
    }
    return page(request, "people/privacy_do.html", context, status=422 if errors else 200)


def _rooms(counted: Sequence[personal.Counted]) -> list[dict[str, Any]]:
    rooms: dict[str, list[dict[str, Any]]] = {}
    for one in counted:
        words, tone = FATES[one.fate]
        row = {"title": one.holding.title, "count": one.count, "fate": words, "tone": tone}
        rooms.setdefault(str(one.holding.room), []).append(row)
    return [{"title": title, "rows": rows} for title, rows in rooms.items()]


@require_safe
def copy(request: Request, key: str) -> HttpResponse | FileResponse:
    """The copy behind a signed link, for whoever asked for it. Asked whether it is there (HEAD), nothing is handed over."""
    if request.method == "HEAD":
        privacy.linked_copy(actor=request.actor, now=clock.now(), key=key)
        return HttpResponse()
    export, body = privacy.open_copy(actor=request.actor, now=clock.now(), key=key)
    response = FileResponse(
        body, as_attachment=True, filename=f"{export.customer.public_id}.zip", content_type="application/zip"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
