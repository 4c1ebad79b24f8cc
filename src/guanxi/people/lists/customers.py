"""The list of customers: one row each, by their newest visible record."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.core import panels
from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Column, Kind, Listing, View
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.people import queries
from guanxi.people.lists.changing import BULK, EDIT_LANGUAGE, EDIT_UNIT, all_units, languages
from guanxi.people.lists.page import language_of, prepare, reach, unit_name
from guanxi.people.models import Record
from guanxi.people.pages import customer as pages


def _rows(actor: Actor) -> QuerySet[Record]:
    found = queries.list_customers(actor).defer("said").prefetch_related("identifiers")
    return found.alias(tongue=queries.tongue_of(actor))


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    return queries.search_rows(actor, text, limit=limit, found=found)


def _name(actor: Actor, record: Record) -> Mapping[str, Any]:
    return {
        "title": record.called,
        "sub": record.customer.public_id,
        "initials": avatar(record.name),
        "chip": gettext("not certain who this is") if record.customer.provisional else "",
        "chip_tone": "amber",
    }


def _quick(actor: Actor, record: Record) -> Mapping[str, Any]:
    """What people/quick.html draws."""
    who = queries.get_customer(actor, record.customer.public_id)
    return {
        "name": who.name or who.public_id,
        "initials": avatar(who.name),
        "code": who.public_id,
        "unsure": who.provisional,
        "facts": [
            {"label": say(f"people.kind.{one.kind}"), "value": one.text} for one in who.identifiers[:4]
        ],
        "band": panels.compose("customer.band", actor, who.id),
    }


def _reach(kind: str) -> Any:
    return lambda actor, record: reach(record, kind)


def _language(actor: Actor, record: Record) -> str:
    code = language_of(record)
    return say(f"language.{code}") if code else ""


def _import_url(actor: Actor) -> str:
    may = actor.may("imports.use") and actor.may("people.record")
    return f"{address('import_new')}?kind=customers" if may else ""


LISTING = Listing(
    code="customers",
    title=_("Customers"),
    right="people.view",
    query=_rows,
    prepare=prepare,
    order="-created",
    key=lambda record: record.customer.public_id,
    key_path="customer__public_id",
    url=lambda record: address("customer", record.customer.public_id),
    url_name="customers",
    customer=lambda record: record.customer_id,
    find=_find,
    finds="customer",
    quick="people/quick.html",
    quick_context=_quick,
    icon="users",
    bulk=BULK,
    new_url=_import_url,
    new_label=_("Import customers"),
    views=(View("unsure", _("Not certain"), "unsure=yes"), View("new", _("New this week"), "created=7d")),
    empty=_("A customer appears here with the first contact, order or import."),
    columns=(
        Column(
            code="name",
            title=_("Customer"),
            value=lambda actor, record: record.called,
            path="name",
            shape="title",
            cell=_name,
        ),
        Column(
            code="code",
            title=_("Number"),
            value=lambda actor, record: record.customer.public_id,
            path="customer__public_id",
            shown=False,
        ),
        Column(code="phone", title=_("Telephone"), value=_reach("phone")),
        Column(code="email", title=_("E-mail"), value=_reach("email")),
        Column(code="member", title=_("Member number"), value=_reach("member"), shown=False),
        Column(
            code="source",
            title=_("Known from"),
            value=lambda actor, record: pages.source_words(record.source),
            filter_path="source",
        ),
        Column(
            code="language",
            title=_("Language"),
            value=_language,
            kind=Kind.CHOICE,
            filter_path="tongue",
            choices=languages,
            nullable=True,
            shown=False,
            edit=EDIT_LANGUAGE,
        ),
        Column(
            code="unit",
            title=_("Unit"),
            value=lambda actor, record: unit_name(record),
            kind=Kind.CHOICE,
            filter_path="unit__code",
            choices=all_units,
            nullable=True,
            shown=False,
            edit=EDIT_UNIT,
        ),
        Column(
            code="unsure",
            title=_("Not certain"),
            value=lambda actor, record: record.customer.provisional,
            kind=Kind.FLAG,
            filter_path="customer__provisional",
            shown=False,
        ),
        Column(
            code="created",
            title=_("Last record"),
            value=lambda actor, record: record.created,
            kind=Kind.MOMENT,
            path="created",
        ),
    ),
)
