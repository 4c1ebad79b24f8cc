"""The register of requests about data: whose turn it is, until when the law lets us."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Choices, Column, Kind, Listing, View
from guanxi.people.models import PrivacyRequest
from guanxi.people.pages import privacy as pages
from guanxi.people.queries import privacy as queries


def _rows(actor: Actor) -> QuerySet[PrivacyRequest]:
    return queries.list_requests(actor).defer("note", "due_explanation")


def _title(actor: Actor, row: PrivacyRequest) -> Mapping[str, Any]:
    return {"title": row.get_kind_display(), "sub": row.public_id, "icon": "shield-lock", "icon_label": ""}


def _choices(model: Any) -> Any:
    return lambda actor: [(code, words) for code, words in model.choices]


def _channels(actor: Actor) -> Choices:
    return pages.channels()


LISTING = Listing(
    code="privacy",
    title=_("Requests about data"),
    right=queries.RIGHT,
    query=_rows,
    order="due",
    key=lambda row: row.public_id,
    key_path="public_id",
    url=lambda row: address("privacy_request", row.public_id),
    url_name="privacy",
    icon="shield-lock",
    views=(
        View("open", _("Our turn"), "state=open,running&sort=due"),
        View("late", _("Overdue"), "due=..now&state=open,running&sort=due"),
        View("closed", _("Closed"), "state=done,refused&sort=-received"),
    ),
    new_url=lambda actor: reverse("privacy_new") if actor.may(queries.RIGHT) else "",
    new_label=_("Take in a request"),
    empty=_("Whoever asks for a copy, a correction or the erasure of their data appears here, with the legal limit."),
    columns=(
        Column(
            code="kind",
            title=_("Asked for"),
            value=lambda actor, row: row.get_kind_display(),
            kind=Kind.CHOICE,
            filter_path="kind",
            choices=_choices(PrivacyRequest.Kind),
            shape="title",
            cell=_title,
        ),
        Column(code="number", title=_("Number"), value=lambda actor, row: row.public_id, filter_path="public_id",
               shown=False),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, row: row.customer.public_id,
            filter_path="customer__public_id",
        ),
        Column(
            code="state",
            title=_("Whose turn"),
            value=lambda actor, row: pages.turn(row)["label"],
            kind=Kind.CHOICE,
            filter_path="state",
            choices=_choices(PrivacyRequest.State),
            shape="turn",
            cell=lambda actor, row: pages.turn(row),
        ),
        Column(
            code="due",
            title=_("Legal limit"),
            value=lambda actor, row: row.due,
            kind=Kind.MOMENT,
            path="due",
            ahead=True,
            shape="left",
            cell=lambda actor, row: pages.limit(row),
        ),
        Column(
            code="law",
            title=_("Law"),
            value=lambda actor, row: row.get_law_display(),
            kind=Kind.CHOICE,
            filter_path="law",
            choices=_choices(PrivacyRequest.Law),
        ),
        Column(
            code="channel",
            title=_("Came by"),
            value=lambda actor, row: pages.channel_words(row.channel),
            kind=Kind.CHOICE,
            filter_path="channel",
            choices=_channels,
            shown=False,
        ),
        Column(code="received", title=_("Received"), value=lambda actor, row: row.received, kind=Kind.MOMENT,
               path="received"),
        Column(code="closed", title=_("Closed"), value=lambda actor, row: row.closed, kind=Kind.MOMENT,
               filter_path="closed", nullable=True, shown=False),
        Column(code="outcome", title=_("Outcome"), value=lambda actor, row: row.outcome, shown=False),
    ),
)  # fmt: skip
