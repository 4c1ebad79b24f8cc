"""The list of members of staff."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.core import organisation
from guanxi.core.access import Actor
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.models import User
from guanxi.core.phrases import pick
from guanxi.core.roster import RIGHT as STAFF
from guanxi.engine.normalise import avatar
from guanxi.site.listings.changing_people import BULK
from guanxi.site.listings.house import rows

LANGUAGES = {"zh-hans": _("Chinese"), "en": _("English")}


def _users(actor: Actor) -> "QuerySet[Any]":
    return rows(User, actor, STAFF).select_related("unit").prefetch_related("grants__role", "grants__unit")


def _find_users(actor: Actor, text: str, limit: int, candidates: Candidates) -> Sequence[int]:
    named = Q(name__icontains=text) | Q(username__icontains=text) | Q(public_id__iexact=text)
    found = rows(User, actor, STAFF).filter(named).order_by("name", "id")
    return list(found.values_list("id", flat=True)[:limit])


def _user_cell(actor: Actor, user: User) -> Mapping[str, Any]:
    return {
        "title": user.name or user.username,
        "sub": user.username,
        "initials": avatar(user.name or user.username),
        "chip": "" if user.is_active else gettext("may not sign in"),
        "chip_tone": "red",
    }


def roles_of(user: User) -> str:
    """Roles with the unit they are held for, in words."""
    told = []
    for grant in user.grants.all():
        role = pick(grant.role.name) or grant.role.code
        told.append(f"{role} ({pick(grant.unit.name)})" if grant.unit else role)
    return ", ".join(sorted(told))


def _units(actor: Actor) -> Choices:
    return organisation.choices()


USERS = Listing(
    code="staff",
    title=_("Members of staff"),
    right=STAFF,
    query=_users,
    order="name",
    key=lambda user: user.public_id,
    key_path="public_id",
    url=lambda user: reverse("settings_user", args=[user.public_id]),
    url_name="settings_users",
    find=_find_users,
    icon="users",
    bulk=BULK,
    new_url=lambda actor: reverse("settings_user_new") if actor.may(STAFF) else "",
    new_label=_("Add a member of staff"),
    empty=_("Everybody who may sign in to work appears here."),
    views=(View("active", _("May sign in"), "active=yes"), View("out", _("May not"), "active=no")),
    columns=(
        Column(
            code="name",
            title=_("Name"),
            value=lambda actor, user: user.name or user.username,
            path="name",
            shape="title",
            cell=_user_cell,
        ),
        Column(
            code="username", title=_("User name"), value=lambda actor, user: user.username, path="username",
            shown=False,
        ),
        Column(code="roles", title=_("Roles"), value=lambda actor, user: roles_of(user)),
        Column(
            code="unit",
            title=_("Unit"),
            value=lambda actor, user: pick(user.unit.name) if user.unit else "",
            kind=Kind.CHOICE,
            filter_path="unit__code",
            choices=_units,
        ),
        Column(
            code="language",
            title=_("Language"),
            value=lambda actor, user: str(LANGUAGES.get(user.language, user.language)),
            kind=Kind.CHOICE,
            path="language",
            choices=lambda actor: list(LANGUAGES.items()),
            shown=False,
        ),
        Column(
            code="active",
            title=_("May sign in"),
            value=lambda actor, user: user.is_active,
            kind=Kind.FLAG,
            path="is_active",
        ),
        Column(
            code="seen",
            title=_("Last sign-in"),
            value=lambda actor, user: user.last_login,
            kind=Kind.MOMENT,
            path="last_login",
            nullable=True,
        ),
        Column(
            code="joined",
            title=_("Added"),
            value=lambda actor, user: user.date_joined,
            kind=Kind.MOMENT,
            path="date_joined",
            shown=False,
        ),
    ),
)  # fmt: skip
