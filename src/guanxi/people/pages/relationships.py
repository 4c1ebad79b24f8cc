"""Households, companies and guarantors on the page of a customer: the panel, entering a relation, ending it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guanxi.core import clock, cover, fields
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, text_of
from guanxi.core.phrases import language
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people import actions, queries
from guanxi.people.models import Relationship
from guanxi.people.pages import customer
from guanxi.people.queries import Household, Party, Relation, Relations
from guanxi.people.rules import Nature, roles_for
from guanxi.people.rules.relationships import NOTE_CHARS_MAX

NAMED_MAX = 2  # members of a household that its name names
_WORDS = ("other", "other_text", "role", "valid_from", "valid_to", "source", "note")


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """Who belongs to this customer, how, since when; with what somebody with the right needs to change it."""
    records = queries.records_seen(actor, customer_id)
    if not records:
        return shown(actor, queries.NO_RELATIONS)
    data = shown(actor, queries.list_relations(actor, customer_id, now=clock.now()))
    if not actor.may(actions.RELATE_RIGHT):
        return data
    code, nature = records[0].customer.public_id, queries.nature_of(records)
    for row in data["rows"]:
        row["end_url"] = reverse("relation_end", args=[code, row["code"]])
    return {**data, "form": _form(code, nature)}


def panel_then(actor: Actor, customer_id: int, at: datetime) -> dict[str, Any]:
    """The same as it was known at a moment, with nothing to change it."""
    return shown(actor, queries.list_relations(actor, customer_id, now=at, at=at))


def shown(actor: Actor, found: Relations) -> dict[str, Any]:
    """Relations in the reader's words, nothing to change them with. Names of whom the actor may not see stay hidden."""
    rows = [_row(actor, one) for one in found.current]
    roles = {
        one.party.code: str(row["role"])
        for one, row in zip(found.current, rows, strict=True)
        if one.household
    }
    homes = [home for home in found.households if len(home.members) > 1]
    direct = {one.party.code for one in found.current if one.group == "household"}
    return {
        "households": [_household(home, roles) for home in homes],
        "crowded": len(homes) > 1,
        "families": [row for row in rows if row["group"] == "household"],
        "others": [row for row in rows if row["group"] != "household"],
        "rows": rows,
        "mates": [_mate(one) for home in homes for one in home.members[1:] if one.code not in direct],
        "earlier": [_row(actor, one) for one in found.earlier],
        "form": None,
    }


def household_name(members: Sequence[Party]) -> str:
    """ "Household of 陆远舟 and 欧阳晓雯": a household is called after who lives in it."""
    names = [one.name or one.code or _("somebody you may not see") for one in members]
    if len(names) <= NAMED_MAX:
        together = _("%(one)s and %(other)s") % {"one": names[0], "other": names[-1]}
        return _("Household of %(names)s") % {"names": together}
    rest = len(names) - NAMED_MAX
    words = ngettext("Household of %(names)s and %(n)s more", "Household of %(names)s and %(n)s more", rest)
    comma = ", " if language() == "en" else "、"
    return words % {"names": comma.join(names[:NAMED_MAX]), "n": rest}


def _household(home: Household, roles: Mapping[str, str]) -> dict[str, Any]:
    count = len(home.members)
    return {
        "name": household_name(home.members),
        "count": ngettext("%(n)s person", "%(n)s people", count) % {"n": count},
    }


def _mate(party: Party) -> dict[str, Any]:
    return {**_party(party), "role": _("lives there, too")}


def _party(party: Party) -> dict[str, Any]:
    name = party.name or party.code or _("somebody you may not see")
    return {
        "name": name,
        "initials": avatar(party.name) if party.code else "",
        "url": reverse("customer", args=[party.code]) if party.code else "",
        "company": party.nature == "company",
    }


def _row(actor: Actor, one: Relation) -> dict[str, Any]:
    return {
        **_party(one.party),
        "code": one.public_id,
        "group": one.group,
        "role": say(f"people.role.{one.role}"),
        "shares": bool(one.household) and one.role != "member",
        "own": one.own,
        "span": _span(one),
        "source": str(dict(Relationship.Source.choices).get(one.source, one.source)),
        "note": cover.shown(actor, one.note),
        "ended_why": cover.shown(actor, one.ended_why),
        "written": one.created,
        "end_url": "",
    }


def _span(one: Relation) -> str:
    """ "since 2019-05-01", "until 2027-03-31", "2019-05-01 to 2026-11-20"."""
    last = one.ended_on or one.valid_to
    if one.valid_from and last:
        return _("%(first)s to %(last)s") % {"first": one.valid_from.isoformat(), "last": last.isoformat()}
    if last:
        return _("until %(day)s") % {"day": last.isoformat()}
    return _("since %(day)s") % {"day": one.valid_from.isoformat()} if one.valid_from else ""


def _form(code: str, nature: Nature) -> dict[str, Any]:
    groups = {"household": _("Household"), "company": _("Company"), "duty": _("Vouching and acting")}
    roles = [
        (groups[group], [(role, say(f"people.role.{role}")) for role in listed])
        for group, listed in roles_for(nature).items()
    ]
    words = ((one, str(label)) for one, label in Relationship.Source.choices)
    sources = [(one, label) for one, label in words if one != Relationship.Source.IMPORT]
    return {
        "url": reverse("relations", args=[code]),
        "nature_url": reverse("customer_nature", args=[code]),
        "nature": nature,
        "key": form_key(),
        "roles": roles,
        "sources": sources,
        "most": NOTE_CHARS_MAX,
    }


# -- changing it ---------------------------------------------------------------------------------------------------


@require_POST
def add(request: Request, public_id: str) -> HttpResponse:
    """Enter a relation; with something wrong the page comes back with the words and the dialog open."""
    request.actor.require("people.view")
    queries.get_customer(request.actor, public_id)
    return _tried(request, public_id, lambda: _add(request, public_id), form="relate")


def _add(request: Request, public_id: str) -> str:
    other = request.POST.get("other", "")[:20]
    if not other:
        raise Invalid(fields={"other": _("Choose a customer from the list.")})
    try:
        row = actions.relate(
            actor=request.actor,
            now=clock.now(),
            customer=public_id,
            other=other,
            role=request.POST.get("role", ""),
            together=bool(request.POST.get("together")),
            valid_from=fields.read_day(request.POST, "valid_from"),
            valid_to=fields.read_day(request.POST, "valid_to"),
            source=request.POST.get("source", "word"),
            note=text_of(request, "note", most=NOTE_CHARS_MAX),
        )
    except NotFound as error:
        raise Invalid(fields={"other": _("There is no such customer.")}) from error
    messages.success(request, _("Written down; both sides show it."))
    return reverse("customer", args=[public_id]) + f"#{row.public_id}"


@require_POST
def end(request: Request, public_id: str, relation: str) -> HttpResponse:
    """Write down that a relation is over; it stays in the history."""
    request.actor.require("people.view")
    queries.get_customer(request.actor, public_id)
    queries.get_relationship(request.actor, relation)
    return _tried(request, public_id, lambda: _end(request, public_id, relation))


def _end(request: Request, public_id: str, relation: str) -> str:
    actions.end_relation(
        actor=request.actor,
        now=clock.now(),
        relation=relation,
        on=fields.read_day(request.POST, "on"),
        why=text_of(request, "why", most=NOTE_CHARS_MAX),
        customer=public_id,
    )
    messages.success(request, _("Ended. It stays in the history of both."))
    return reverse("customer", args=[public_id])


@require_POST
def nature(request: Request, public_id: str) -> HttpResponse:
    """Say whether this customer is a person or a company."""
    request.actor.require("people.view")
    queries.get_customer(request.actor, public_id)
    return _tried(request, public_id, lambda: _nature(request, public_id))


def _nature(request: Request, public_id: str) -> str:
    wanted = request.POST.get("nature", "")
    actions.set_nature(actor=request.actor, now=clock.now(), customer=public_id, nature=wanted)
    done = {"company": _("This customer is a company now."), "person": _("This customer is a person now.")}
    messages.success(request, done.get(wanted, ""))
    return reverse("customer", args=[public_id])


def _tried(request: Request, public_id: str, effect: Callable[[], str], form: str = "") -> HttpResponse:
    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        told = {name: str(words) for name, words in error.fields.items()}
        if error.detail or not told:
            told["form"] = str(error.detail or error.title)
        tried = {
            "form": form,
            "errors": told,
            "values": {name: request.POST.get(name, "") for name in _WORDS},
        }
        if not form:
            tried["conflict"] = " ".join(told.values())
        return customer.show(request, public_id, status=int(error.status), tried=tried)
