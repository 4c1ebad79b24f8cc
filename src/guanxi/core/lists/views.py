"""Views of a list: those it comes with, one's own, and those shared with one."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.core.access import Actor, Kind
from guanxi.core.lists.listing import Listing
from guanxi.core.lists.wanted import Wanted
from guanxi.core.models import SavedView, Unit

VIEWS_MAX = 100


def list_views(actor: Actor, listing: str = "") -> QuerySet[SavedView]:
    """Saved views this member of staff may use: their own, those shared with everybody or with a unit above theirs."""
    if actor.kind is not Kind.STAFF or actor.user_id is None:
        return SavedView.objects.none()
    shared = Q(shared=True, unit=None)
    if actor.unit_id is not None:
        shared |= Q(shared=True, unit__in=_units_above(actor.unit_id))
    found = SavedView.objects.filter(Q(owner=actor.user_id) | shared)
    if listing:
        found = found.filter(listing=listing)
    return found.select_related("owner").order_by("place", "created", "id")


def _units_above(unit_id: int) -> list[int]:
    path = Unit.objects.filter(id=unit_id).values_list("path", flat=True).first() or ""
    return [int(part) for part in path.strip("/").split("/") if part.isdecimal()]


def tabs(listing: Listing, actor: Actor, want: Wanted) -> list[dict[str, Any]]:
    """The row of views above a list: everything, the list's own, one's own and shared ones."""
    base = reverse(listing.url_name)
    here = sorted(parse_qsl(want.query(look=False)))
    tabs: list[dict[str, Any]] = [{"code": "", "label": _("All"), "url": base, "own": False, "shared": False}]
    tabs += [
        {"code": one.code, "label": one.title, "url": _at(base, one.query), "own": False, "shared": False}
        for one in listing.views
    ]
    for saved in list_views(actor, listing.code)[:VIEWS_MAX]:
        tabs.append(
            {
                "code": saved.public_id,
                "label": saved.name,
                "url": _at(base, saved.query, saved.public_id),
                "own": saved.owner_id == actor.user_id,
                "shared": saved.shared,
                "by": saved.owner.name,
            }
        )
    for tab in tabs:
        tab["current"] = want.view == tab["code"] if want.view else _same(tab["url"], here)
    return tabs


def _at(base: str, query: str, view: str = "") -> str:
    whole = "&".join(part for part in (query, urlencode({"view": view}) if view else "") if part)
    return f"{base}?{whole}" if whole else base


def _same(url: str, here: list[tuple[str, str]]) -> bool:
    return sorted(parse_qsl(url.partition("?")[2])) == here
