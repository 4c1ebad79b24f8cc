"""The list of roles."""

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.lists import Column, Kind, Listing
from guanxi.core.models import Role
from guanxi.core.phrases import pick
from guanxi.core.roster import RIGHT as STAFF
from guanxi.site.listings.house import rows


def _roles(actor: Actor) -> "QuerySet[Any]":
    found: QuerySet[Any] = rows(Role, actor, STAFF).annotate(held=Count("grants__user", distinct=True))
    return found


ROLES = Listing(
    code="roles",
    title=_("Roles"),
    right=STAFF,
    query=_roles,
    order="code",
    key=lambda role: role.code,
    key_path="code",
    url=lambda role: reverse("settings_role", args=[role.code]),
    url_name="settings_roles",
    icon="shield-check",
    new_url=lambda actor: reverse("settings_role_new") if actor.may(STAFF) else "",
    new_label=_("Make a role"),
    empty=_("A role says what its holders may see and do. The pack brings the first ones."),
    columns=(
        Column(
            code="role",
            title=_("Role"),
            value=lambda actor, role: pick(role.name) or role.code,
            shape="title",
            cell=lambda actor, role: {"title": pick(role.name) or role.code, "sub": role.code},
        ),
        Column(
            code="code", title=_("Short code"), value=lambda actor, role: role.code, path="code", shown=False
        ),
        Column(
            code="rights", title=_("Rights"), value=lambda actor, role: len(role.rights), kind=Kind.NUMBER
        ),
        Column(code="held", title=_("People"), value=lambda actor, role: role.held, kind=Kind.NUMBER),
        Column(
            code="own",
            title=_("Changed here"),
            value=lambda actor, role: role.own,
            kind=Kind.FLAG,
            path="own",
            sorts=False,
        ),
    ),
)
