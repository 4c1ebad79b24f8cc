"""Views of a list, read: those it comes with, one's own, those shared with one, and the look one keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Case, F, IntegerField, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.core.access import Actor, Kind
from guanxi.core.errors import NotFound
from guanxi.core.lists.listing import Listing
from guanxi.core.lists.wanted import NOTHING, Wanted
from guanxi.core.models import SavedView, Unit
from guanxi.core.prepared import prepared

VIEWS_MAX = 100
SHARE = "lists.share"
KEPT = (
    ""  # the name of the one view that is no view but the look somebody keeps for a list; nobody can type it
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What somebody has for one list: views in their order, and the look they keep (sort, columns, density)."""

    views: Sequence[SavedView]
    kept: Mapping[str, str]


def list_views(actor: Actor, listing: str = "") -> QuerySet[SavedView]:
    """Saved views this member of staff may use, own ones first: theirs, those shared with everybody or a unit above theirs."""
    return _reached(actor, listing).exclude(name=KEPT)


def saved_of(actor: Actor, listing: Listing) -> Saved:
    """Views and kept look of one list, in one statement."""
    found = []
    if actor.kind is Kind.STAFF and actor.user_id is not None:
        found = _of_staff(actor.user_id, actor.unit_id or 0, listing.code)
    kept = next((one.query for one in found if one.name == KEPT), "")
    return Saved([one for one in found if one.name != KEPT], dict(parse_qsl(kept)) if kept else NOTHING)


def get_view(actor: Actor, listing: Listing, public_id: str) -> SavedView:
    """One view this actor may use. Raises `NotFound`."""
    found = list_views(actor, listing.code).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _reached(actor: Actor, listing: str) -> QuerySet[SavedView]:
    if actor.kind is not Kind.STAFF or actor.user_id is None:
        return SavedView.objects.none()
    found = _shown_to(actor.user_id, actor.unit_id or 0)
    return found.filter(listing=listing) if listing else found


def _shown_to(user_id: int, unit_id: int) -> QuerySet[SavedView]:
    """Their own, own ones first, and those shared with everybody or with a unit above theirs; `unit_id` 0: in none."""
    shared = Q(shared=True) & (Q(unit=None) | Q(unit__in=_above(unit_id)))
    theirs = Case(When(owner=user_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = SavedView.objects.filter(Q(owner=user_id) | shared).select_related("owner", "unit")
    return found.order_by(theirs, "place", "created", "id")


@prepared
def _of_staff(user_id: int, unit_id: int, listing: str) -> QuerySet[SavedView]:
    return _shown_to(user_id, unit_id).filter(listing=listing)[: VIEWS_MAX + 1]


def units_above(unit_id: int | None) -> list[Unit]:
    """The unit itself and those it lies in, from the innermost."""
    return sorted(_tree_above(unit_id), key=lambda unit: -len(unit.path)) if unit_id is not None else []


@prepared
def _tree_above(unit_id: int) -> QuerySet[Unit]:
    return _above(unit_id)


def _above(unit_id: int) -> QuerySet[Unit]:
    path = Subquery(Unit.objects.filter(id=unit_id).values("path"))
    return Unit.objects.alias(under=path).filter(under__startswith=F("path"))


def may_manage(actor: Actor, view: SavedView) -> bool:
    """Its owner, and for a shared one whoever may share with everybody: people leave, their views stay behind."""
    return view.owner_id == actor.user_id or (view.shared and actor.reach(SHARE).everything)


def sharing_choices(actor: Actor) -> list[tuple[str, Unit | None]]:
    """With whom this actor may share: (code, unit); the unit is None for everybody."""
    if not actor.may(SHARE):
        return []
    units: list[tuple[str, Unit | None]] = [
        (unit.code, unit) for unit in units_above(actor.unit_id) if actor.may_at(SHARE, unit.id)
    ]
    return [*units, ("everyone", None)] if actor.reach(SHARE).everything else units


def tabs(listing: Listing, actor: Actor, want: Wanted, saved: Sequence[SavedView]) -> list[dict[str, Any]]:
    """The row of views above a list: everything, the list's own, one's own and shared ones."""
    base = reverse(listing.url_name)
    own: list[dict[str, Any]] = [{"code": "", "label": _("All"), "url": base, "own": False, "shared": False}]
    own += [
        {"code": one.code, "label": one.title, "url": _at(base, one.query), "own": False, "shared": False}
        for one in listing.views
    ]
    own += [_saved_tab(base, actor, want, one) for one in saved]
    return _mark(own, want)


def _saved_tab(base: str, actor: Actor, want: Wanted, view: SavedView) -> dict[str, Any]:
    return {
        "code": view.public_id,
        "label": view.name,
        "url": _at(base, view.query, view.public_id),
        "own": view.owner_id == actor.user_id,
        "shared": view.shared,
        "by": view.owner.name or view.owner.username,
        "changed": want.view == view.public_id and _pairs(view.query) != _pairs(want.query(view=False)),
    }


def _mark(tabs: list[dict[str, Any]], want: Wanted) -> list[dict[str, Any]]:
    """One tab is current: the view the address names, else the first that asks for exactly this."""
    here = _pairs(want.query(look=False))
    named = next((tab for tab in tabs if want.view and tab["code"] == want.view), None)
    same = next((tab for tab in tabs if _pairs(tab["url"].partition("?")[2]) == here), None)
    for tab in tabs:
        tab["current"] = tab is (named or same)
    return tabs


def _pairs(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(query))


def _at(base: str, query: str, view: str = "") -> str:
    whole = "&".join(part for part in (query, urlencode({"view": view}) if view else "") if part)
    return f"{base}?{whole}" if whole else base
