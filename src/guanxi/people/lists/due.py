"""The list of customers who are asked this year to confirm their details; what asking means, a higher room adds."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Column, Kind, Listing
from guanxi.engine.normalise import avatar, mask
from guanxi.people import queries
from guanxi.people.models import Customer


def _rows(actor: Actor) -> QuerySet[Customer]:
    return queries.list_due(actor, clock.now())


def _prepare(actor: Actor, rows: Sequence[Any]) -> None:
    ids = {one.id for one in rows}
    names, reach = queries.names_of(actor, ids), queries.reaches(ids)
    asked = queries.asked_lately([one.record_id for one in reach.values()], clock.now())
    for one in rows:
        one.name = names.get(one.id) or one.public_id
        found = reach.get(one.id)
        one.email = found.email if found else ""
        one.asked = asked.get(found.record_id) if found else None


def _name(actor: Actor, one: Any) -> Mapping[str, Any]:
    return {"title": one.name, "sub": one.public_id, "initials": avatar(one.name)}


def _email(actor: Actor, one: Any) -> str:
    if not one.email:
        return ""
    return str(one.email) if actor.may("people.contacts") else mask("email", one.email)


DUE = Listing(
    code="due",
    title=_("Yearly confirmation"),
    right="people.review",
    query=_rows,
    prepare=_prepare,
    order="since",
    key=lambda one: str(one.public_id),
    key_path="public_id",
    url=lambda one: address("customer", one.public_id),
    url_name="due",
    icon="calendar",
    empty=_("Customers of more than a year of whom nothing was verified within the last appear here."),
    columns=(
        Column(
            code="name",
            title=_("Customer"),
            value=lambda actor, one: one.name,
            shape="title",
            cell=_name,
        ),
        Column(code="email", title=_("E-mail"), value=_email),
        Column(
            code="confirmed",
            title=_("Last verified"),
            value=lambda actor, one: one.confirmed,
            kind=Kind.MOMENT,
            path="confirmed",
            nullable=True,
        ),
        Column(
            code="asked",
            title=_("Asked"),
            value=lambda actor, one: one.asked,
            kind=Kind.MOMENT,
        ),
        Column(
            code="since",
            title=_("Customer since"),
            value=lambda actor, one: one.created,
            kind=Kind.MOMENT,
            path="created",
        ),
    ),
)
