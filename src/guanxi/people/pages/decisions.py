"""Who is who, decided by hand: customers compared, a customer's history of decisions, a merge undone, a word lifted."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.core import clock, handles, staff
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.keyset import count_label
from guanxi.engine.normalise import avatar
from guanxi.people import actions, queries
from guanxi.people.models import IdentityEvent, Record
from guanxi.people.pages import comparing, evidence
from guanxi.people.pages.comparing import LETTERS, RECORD, day
from guanxi.people.pages.customer import source_words
from guanxi.people.queries import After, Decision, Half, Unmerging

SHOWN = 3  # records of each side that are named; the others are counted
ICONS = {
    "merge": "git-merge",
    "unmerge": "arrow-back-up",
    "attach": "arrow-right",
    "detach": "arrow-up-right",
    "confirm": "user-check",
    "cannot_link": "users",
    "must_link": "link",
    "lift": "arrow-back-up",
    "pin": "flag",
    "unpin": "flag",
}


# -- compared by hand ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: Request) -> HttpResponse:
    """Two to twenty customers side by side; merged or kept apart from here."""
    actor = request.actor
    actor.require("people.review")
    if request.method == "POST":
        codes = request.POST.getlist("c")[:20]
        try:
            return act_once(request, effect=lambda: _decide(request, codes))
        except (Conflict, Invalid) as error:
            return _compare(request, codes, request.POST.get("survivor", ""), said=error)
    codes = _codes(request)
    return _compare(request, codes, request.GET.get("into", ""))


def _codes(request: Request) -> list[str]:
    """Those the address names, and the one that was chosen to be added."""
    codes = [code[:20] for code in request.GET.getlist("c") if code]
    added = request.GET.get("customer", "")[:20]
    return list(dict.fromkeys([*codes, *([added] if added else [])]))[: queries.CUSTOMERS_MAX]


def _compare(
    request: Request, codes: Sequence[str], into: str, *, said: GuanxiError | None = None
) -> HttpResponse:
    actor = request.actor
    if len(set(codes)) == 1:
        queries.get_customer(actor, codes[0])
        return page(request, "people/compare.html", {"pair": None, "codes": list(codes), "refused": ""})
    found = queries.compare_customers(actor, codes)
    shown = comparing.context(actor, found, survivor=into)
    asked = [("c", code) for code in codes]
    context = {
        "codes": list(codes),
        "pair": shown,
        "two": len(found.sides) == 2,
        "swap_urls": {side.code: _url([*asked, ("into", side.code)]) for side in found.sides},
        "refused": str(said.detail or next(iter(said.fields.values()), said.title)) if said else "",
        "key": form_key(),
    }
    return page(request, "people/compare.html", context, status=int(said.status) if said else 200)


def _url(pairs: Sequence[tuple[str, str]]) -> str:
    return f"{reverse('compare')}?{urlencode(pairs)}"


def _decide(request: Request, codes: Sequence[str]) -> str:
    actor, now = request.actor, clock.now()
    reason = text_of(request, "reason", most=300)
    if request.POST.get("do") == "apart" and len(codes) == 2:
        actions.tell_apart(actor=actor, now=now, customers=(codes[0], codes[1]), reason=reason)
        messages.success(request, _("Kept apart for ever."))
        return reverse("identity_history", args=[codes[0]])
    survivor = request.POST.get("survivor", "")[:20]
    choices: Mapping[str, int] = {}
    ended: Sequence[int] = ()
    if len(set(codes)) > 1:
        found = queries.compare_customers(actor, codes)
        choices, ended = comparing.choices_of(request.POST, found), comparing.ended_of(request.POST, found)
    actions.merge(
        actor=actor,
        now=now,
        survivor=survivor,
        others=[code for code in codes if code != survivor],
        choices=choices,
        ended=ended,
        reason=reason,
    )
    messages.success(request, _("Merged into %(code)s.") % {"code": survivor})
    return reverse("identity_history", args=[survivor])


# -- history ---------------------------------------------------------------------------------------------------


@require_safe
def history(request: Request, public_id: str) -> HttpResponse:
    """What was decided about who this customer is, newest first, and how each can be taken back."""
    actor = request.actor
    actor.require("people.review")
    who = queries.get_customer(actor, public_id)
    if who.public_id != public_id:
        return HttpResponseRedirect(reverse("identity_history", args=[who.public_id]))
    context = {
        "who": {"name": who.name or who.public_id, "code": who.public_id, "initials": avatar(who.name)},
        "customer_url": reverse("customer", args=[public_id]),
        "decisions": decision_rows(actor, who.id),
    }
    return page(request, "people/history.html", context)


def decision_rows(actor: Actor, customer_id: int) -> list[dict[str, Any]]:
    """A customer's decisions as people/history.html and the panel of the customer page draw them."""
    found = queries.list_decisions(actor, customer_id)
    names = staff.names_of(one.actor_id for one in found if one.actor_kind == "staff")
    return [_decision(actor, one, names) for one in found]


def _decision(actor: Actor, one: Decision, names: Mapping[str, str]) -> dict[str, Any]:
    may = actor.may("people.merge")
    return {
        "code": one.public_id,
        "icon": ICONS.get(one.kind, "point"),
        "what": dict(IdentityEvent.Kind.choices)[one.kind],
        "who": f"{one.customer} + {one.other}"
        if one.kind == "merge"
        else " · ".join(filter(None, (one.customer, one.other))),
        "at": one.happened,
        "by": names.get(one.actor_id, _("the system") if one.actor_kind == "system" else one.actor_id),
        "reason": one.reason,
        "state": _("undone")
        if one.undone
        else _("a later merge stands upon it")
        if one.superseded_by
        else "",
        "undo_url": reverse("decision_do", args=[one.public_id, "undo"])
        if one.kind == "merge" and not one.undone and may
        else "",
        "lift_url": reverse("decision_do", args=[one.public_id, "lift"])
        if one.kind in ("cannot_link", "must_link") and one.holds and may
        else "",
        "tie_url": reverse("decision_do", args=[one.public_id, "tie"]) if one.undoable else "",
    }


def history_panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """The decisions on one customer, beside everything else that is known of them."""
    return {"decisions": decision_rows(actor, customer_id)}


# -- taking back -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def decision_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Undo a merge, lift a word for ever, or make a merge one for ever: looked at first, then done."""
    request.actor.require("people.merge")
    pages = {"undo": _undo, "lift": _word, "tie": _word}
    if verb not in pages:
        raise NotFound
    return pages[verb](request, public_id, verb)


def _undo(request: Request, public_id: str, verb: str) -> HttpResponse:
    seen = queries.unmerge_preview(request.actor, public_id)
    if request.method != "POST":
        return _undo_page(request, seen)
    try:
        return act_once(request, effect=lambda: _unmerge(request, seen))
    except (Conflict, Invalid) as error:
        return _undo_page(request, queries.unmerge_preview(request.actor, public_id), error)


def _unmerge(request: Request, seen: Unmerging) -> str:
    assign = {}
    for one in seen.after:
        given = request.POST.get(f"to.{handles.handle(RECORD, one.record.id)}", "")[:20]
        if given:
            assign[one.record.id] = given
    actions.unmerge(
        actor=request.actor,
        now=clock.now(),
        decision=seen.decision.public_id,
        assign=assign,
        apart=request.POST.get("apart", "") == "1",
        reason=text_of(request, "reason", most=300),
    )
    messages.success(request, _("The merge is undone: all are customers of their own again."))
    survivor = next(half.code for half in seen.halves if half.survivor)
    return reverse("identity_history", args=[survivor])


def _undo_page(request: Request, seen: Unmerging, error: GuanxiError | None = None) -> HttpResponse:
    places = {half.id: LETTERS[place] for place, half in enumerate(seen.halves)}
    made = seen.decision
    names = staff.names_of([made.actor_id])
    context = {
        "halves": [_half(half, places[half.id]) for half in seen.halves],
        "after": [_after(request, one, seen.halves, places) for one in seen.after],
        "possible": seen.possible,
        "refused": _refused(seen),
        "later_url": reverse("decision_do", args=[seen.later.public_id, "undo"]) if seen.later else "",
        "made": {"at": made.happened, "by": names.get(made.actor_id, made.actor_id), "reason": made.reason},
        "history_url": reverse("identity_history", args=[queries.owner_of(made.customer).public_id]),
        "errors": {"form": str(error.detail or error.title)} if error else {},
        "apart": request.POST.get("apart", "1") == "1"
        if request.method != "POST"
        else request.POST.get("apart") == "1",
        "reason": request.POST.get("reason", ""),
        "key": form_key(),
    }
    return page(request, "people/unmerge.html", context, status=int(error.status) if error else 200)


def _half(half: Half, letter: str) -> dict[str, Any]:
    return {
        "letter": letter,
        "name": half.name,
        "code": half.code,
        "initials": avatar(half.name),
        "survivor": half.survivor,
        "count": ngettext("%(n)s record", "%(n)s records", len(half.records))
        % {"n": count_label(len(half.records), False)},
        "records": [_record_words(record) for record in half.records[:SHOWN]],
        "rest": max(len(half.records) - SHOWN, 0),
    }


def _record_words(record: Record) -> dict[str, str]:
    return {
        "name": record.name or _("without a name"),
        "note": f"{source_words(record.source)} · {day(record.created)}",
    }


def _after(request: Request, one: After, halves: Sequence[Half], places: Mapping[int, str]) -> dict[str, Any]:
    name = handles.handle(RECORD, one.record.id)
    known = queries.view_of(request.actor, [one.record]).identifiers
    return {
        **_record_words(one.record),
        "field": f"to.{name}",
        "known": " · ".join(view.text for view in known[:3]),
        "likely": places[one.likely] if one.likely is not None else "",
        "given": request.POST.get(f"to.{name}", ""),
        "sides": [
            {
                "code": half.code,
                "letter": places[half.id],
                "name": half.name,
                "fit": evidence.score_words(one.fits[half.id]),
                "likely": half.id == one.likely,
            }
            for half in halves
        ],
    }


def _refused(seen: Unmerging) -> str:
    if seen.undone is not None:
        return _("This merge was undone already, on %(day)s.") % {"day": day(seen.undone.happened)}
    if seen.later is not None:
        words = _("A later merge into %(into)s on %(day)s stands upon this one: undo that one first.")
        return words % {"into": seen.later.customer.public_id, "day": day(seen.later.happened)}
    return comparing.refusal_words(seen.refusal) if seen.refusal else ""


def _word(request: Request, public_id: str, verb: str) -> HttpResponse:
    """A word for ever: lifted, or said of a merge."""
    word = queries.get_decision(public_id)
    owner = queries.owner_of(word.customer)
    queries.get_customer(request.actor, owner.public_id)
    if request.method != "POST":
        return _word_page(request, word, verb)
    acts = {"lift": actions.take_back_word, "tie": actions.tie}

    def effect() -> str:
        acts[verb](
            actor=request.actor,
            now=clock.now(),
            decision=public_id,
            reason=text_of(request, "reason", most=300),
        )
        messages.success(
            request,
            _("Lifted: they may be asked about again.") if verb == "lift" else _("One person for ever."),
        )
        return reverse("identity_history", args=[owner.public_id])

    try:
        return act_once(request, effect=effect)
    except (Conflict, Invalid) as error:
        return _word_page(request, word, verb, error)


def _word_page(
    request: Request, word: IdentityEvent, verb: str, error: GuanxiError | None = None
) -> HttpResponse:
    names = staff.names_of([word.actor_id])
    context = {
        "verb": verb,
        "word": {
            "what": word.get_kind_display(),
            "customers": " · ".join(
                filter(None, (word.customer.public_id, word.other.public_id if word.other else ""))
            ),
            "at": word.happened,
            "by": names.get(word.actor_id, word.actor_id),
            "reason": word.reason,
        },
        "history_url": reverse("identity_history", args=[queries.owner_of(word.customer).public_id]),
        "errors": {"form": str(error.detail or error.title)} if error else {},
        "key": form_key(),
    }
    return page(request, "people/word.html", context, status=int(error.status) if error else 200)
