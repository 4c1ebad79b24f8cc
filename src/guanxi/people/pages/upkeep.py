"""Upkeep of customer data: what nobody has verified, what does not reach anybody, recycled numbers, who confirms this year."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, figures, handles
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.keyset import COUNT_MAX, count_label, count_up_to
from guanxi.core.words import say
from guanxi.engine.normalise import avatar, mask, pretty
from guanxi.people import actions, queries
from guanxi.people.models import Customer, Identifier
from guanxi.people.pages.comparing import day
from guanxi.people.pages.customer import source_words
from guanxi.people.pages.steward import figure_shown

ROWS = 50
IDENTIFIER = "identifier"  # what handles of identifiers are made of
FIGURES = ("people.duplicates", "people.verified", "people.reachable")
Found = Callable[[Actor, datetime], QuerySet[Any]]
# code: title, what it means and what to do, icon, the query
KINDS: Final[Mapping[str, tuple[Any, Any, str, Found]]] = {
    "due": (
        gettext_lazy("Yearly confirmation"),
        gettext_lazy("Customers of more than a year of whom nothing was verified within the last: ask them."),
        "calendar",
        queries.list_due,
    ),
    "unverified": (
        gettext_lazy("Not verified for a year"),
        gettext_lazy("Telephones and e-mail addresses that nobody has made sure of for more than a year."),
        "user-question",
        queries.list_unverified,
    ),
    "troubled": (
        gettext_lazy("Does not reach them"),
        gettext_lazy(
            "Mail that bounced, letters that came back, numbers out of service: nothing is sent there."
        ),
        "mail-x",
        queries.list_troubled,
    ),
    "recycled": (
        gettext_lazy("Recycled numbers"),
        gettext_lazy(
            "A newer customer of another name uses the same telephone: carriers give numbers out again."
        ),
        "phone-x",
        queries.list_recycled,
    ),
}
VERBS: Final = ("verify", "end", "restore", "clear", *Identifier.Trouble.values)


@require_safe
def upkeep(request: Request) -> HttpResponse:
    """One list of what needs looking after; each line with what to do next."""
    actor, now = request.actor, clock.now()
    actor.require("people.review")
    kind = request.GET.get("kind", "due")
    kind = kind if kind in KINDS else "due"
    title, about, icon, query = KINDS[kind]
    found = query(actor, now)
    rows = list(found[:ROWS])
    drawn: Callable[..., list[dict[str, Any]]] = {"due": _due_rows, "recycled": _recycled_rows}.get(
        kind, _identifier_rows
    )
    context = {
        "kind": kind,
        "title": title,
        "about": about,
        "icon": icon,
        "tabs": [_tab(actor, now, code, kind) for code in KINDS],
        "rows": drawn(actor, now, rows),
        "more": len(rows) == ROWS,
        "figures": _figures(actor, now),
        "list_url": reverse("due") if kind == "due" else "",
        "undo": _undo(request),
        "may_change": actor.may("people.record"),
        "key": form_key(),
    }
    return page(request, "people/upkeep.html", context)


def _tab(actor: Actor, now: datetime, code: str, kind: str) -> dict[str, Any]:
    title, _about, _icon, query = KINDS[code]
    count = count_up_to(query(actor, now))
    return {
        "label": title,
        "url": f"{reverse('upkeep')}?kind={code}",
        "count": count_label(min(count, COUNT_MAX), count > COUNT_MAX),
        "current": code == kind,
    }


def _figures(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    there = {one.code: one for one in figures.visible_to(actor)}
    shown = []
    for code in FIGURES:
        if code in there:
            one = there[code]
            about = _(
                "%(numerator)s, of %(denominator)s. Left out: %(exclusions)s. Answers for it: %(owner)s."
            )
            words = {
                "numerator": one.numerator,
                "denominator": one.denominator,
                "exclusions": one.exclusions,
                "owner": say(f"owner.{one.owner}"),
            }
            shown.append({**figure_shown(actor, one, now), "about": about % words})
    return shown


def _shown(actor: Actor, one: Identifier) -> str:
    return pretty(one.kind, one.value) if actor.may("people.contacts") else mask(one.kind, one.value)


def _person(customer: Customer, name: str) -> dict[str, str]:
    return {
        "name": name or customer.public_id,
        "code": customer.public_id,
        "initials": avatar(name),
        "url": reverse("customer", args=[customer.public_id]),
    }


def _identifier_rows(actor: Actor, now: datetime, rows: Sequence[Identifier]) -> list[dict[str, Any]]:
    """Lines of what is not verified or does not reach anybody; how the customer can be asked is read for all at once."""
    customers = {one.record.customer_id for one in rows}
    names = queries.names_of(actor, customers)
    reach = queries.reaches(customers)
    asked = _asked(now, customers, reach)
    return [_identifier_row(actor, one, names, reach, asked) for one in rows]


def _asked(now: datetime, customers: set[int], reach: Mapping[int, queries.Reach]) -> dict[int, datetime]:
    """{customer: when they were asked to confirm}, of those asked lately."""
    by_record = queries.asked_lately([one.record_id for one in reach.values()], now)
    return {key: by_record[one.record_id] for key, one in reach.items() if one.record_id in by_record}


def _identifier_row(
    actor: Actor,
    one: Identifier,
    names: Mapping[int, str],
    reach: Mapping[int, queries.Reach],
    asked: Mapping[int, datetime],
) -> dict[str, Any]:
    customer = one.record.customer
    verbs = [("clear", _("It works again"), "check")] if one.trouble else [("verify", _("Verified"), "check")]
    verbs.append(("end", _("Theirs no more"), "user-off"))
    trouble = one.get_trouble_display() if one.trouble else ""
    since = one.troubled or one.verified or one.valid_from
    return {
        "person": _person(customer, names.get(customer.id, "")),
        "kind": say(f"people.kind.{one.kind}"),
        "text": _shown(actor, one),
        "note": f"{source_words(one.record.source)} · "
        + (
            _("verified %(day)s") % {"day": day(one.verified)}
            if one.verified
            else _("never verified, since %(day)s") % {"day": day(one.valid_from)}
        ),
        "trouble": trouble,
        "since": since,
        "ask": _ask(customer.public_id, customer.id, reach, asked),
        "verbs": _verbs(one, customer, verbs),
        "compare_url": "",
    }


def _ask(
    code: str, customer: int, reach: Mapping[int, queries.Reach], asked: Mapping[int, datetime]
) -> dict[str, str]:
    """How the customer can be asked: a button, or why there is none."""
    if customer in asked:
        return {"url": "", "words": _("asked %(day)s, no answer yet") % {"day": day(asked[customer])}}
    if customer not in reach:
        return {"url": "", "words": _("no e-mail that reaches them: ask at the next contact")}
    return {"url": reverse("confirm_ask", args=[code]), "words": ""}


def _verbs(
    one: Identifier, customer: Customer, verbs: Sequence[tuple[str, str, str]]
) -> list[dict[str, str]]:
    return [
        {
            "url": reverse("identifier_do", args=[customer.public_id, verb]),
            "label": label,
            "icon": icon,
            "identifier": handles.handle(IDENTIFIER, one.id),
        }
        for verb, label, icon in verbs
    ]


def _recycled_rows(actor: Actor, now: datetime, rows: Sequence[Any]) -> list[dict[str, Any]]:
    newer = queries.customers_of([one.newer for one in rows])
    names = queries.names_of(
        actor, {*(one.record.customer_id for one in rows), *(other.id for other in newer.values())}
    )
    shown = []
    for one in rows:
        customer, other = one.record.customer, newer[one.newer]
        verbs = [
            (
                "end",
                _("Not %(name)s's any more") % {"name": names.get(customer.id, customer.public_id)},
                "user-off",
            ),
            ("verify", _("Both use it"), "users"),
        ]
        shown.append(
            {
                "person": _person(customer, names.get(customer.id, "")),
                "kind": say("people.kind.phone"),
                "text": _shown(actor, one),
                "note": _("since %(day)s %(name)s uses it")
                % {"day": day(one.taken), "name": names.get(other.id, other.public_id)},
                "trouble": "",
                "since": one.taken,
                "ask": None,
                "verbs": _verbs(one, customer, verbs),
                "compare_url": f"{reverse('compare')}?c={customer.public_id}&c={other.public_id}",
            }
        )
    return shown


def _due_rows(actor: Actor, now: datetime, rows: Sequence[Any]) -> list[dict[str, Any]]:
    customers = {one.id for one in rows}
    names, reach = queries.names_of(actor, customers), queries.reaches(customers)
    asked = _asked(now, customers, reach)
    hidden = not actor.may("people.contacts")
    return [
        {
            "person": _person(one, names.get(one.id, "")),
            "kind": say("people.kind.email") if one.id in reach else "",
            "text": (mask("email", reach[one.id].email) if hidden else reach[one.id].email)
            if one.id in reach
            else "",
            "note": _("last verified %(day)s") % {"day": day(one.confirmed)}
            if one.confirmed
            else _("never verified"),
            "trouble": "",
            "since": one.confirmed or one.created,
            "ask": _ask(one.public_id, one.id, reach, asked),
            "verbs": [],
            "compare_url": "",
        }
        for one in rows
    ]


def _undo(request: Request) -> dict[str, str] | None:
    """What was ended just now, and how to take it back."""
    code, name = request.GET.get("of", "")[:20], request.GET.get("ended", "")[: handles.CHARS]
    if not code or not name:
        return None
    words = _("Ended for %(code)s.") % {"code": code}
    return {"url": reverse("identifier_do", args=[code, "restore"]), "identifier": name, "text": words}


@require_POST
def identifier_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """What somebody has found out about an identifier: verified, over, reaches them again, or what is wrong with it."""
    actor = request.actor
    actor.require("people.record")
    if verb not in VERBS:
        raise NotFound
    who = queries.get_customer(actor, public_id)
    found = handles.find(
        IDENTIFIER,
        request.POST.get("identifier", ""),
        [one.id for one in queries.identifiers_of(actor, who.id)],
    )
    if found is None:
        raise NotFound
    try:
        return act_once(request, effect=lambda: _done(request, public_id, verb, found))
    except Conflict as error:
        messages.warning(request, str(error.detail))
        return HttpResponseRedirect(_back(request, public_id), status=303)


def _done(request: Request, public_id: str, verb: str, identifier_id: int) -> str:
    given: dict[str, Any] = {"actor": request.actor, "now": clock.now(), "identifier_id": identifier_id}
    if verb in Identifier.Trouble.values:
        actions.note_trouble(**given, trouble=verb)
    else:
        acts = {
            "verify": actions.verify_identifier,
            "end": actions.end_identifier,
            "restore": actions.restore_identifier,
            "clear": actions.clear_trouble,
        }
        acts[verb](**given)
    back = _back(request, public_id)
    if verb == "end" and request.POST.get("kind"):
        return f"{back}&of={public_id}&ended={handles.handle(IDENTIFIER, identifier_id)}"
    return back


def _back(request: Request, public_id: str) -> str:
    kind = request.POST.get("kind", "")
    return f"{reverse('upkeep')}?kind={kind}" if kind in KINDS else reverse("customer", args=[public_id])
