"""Views and looks of lists, written: every change one action with one event; names are people's words and stand in details."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Denied, Invalid
from guanxi.core.events import Event
from guanxi.core.lists import views, wanted
from guanxi.core.lists.listing import Listing
from guanxi.core.lists.views import KEPT, SHARE, VIEWS_MAX
from guanxi.core.models import SavedView, Unit
from guanxi.core.timeline import EventType

SAVED = EventType("view.saved", _("View saved"), icon="device-floppy", shown=False)
CHANGED = EventType("view.changed", _("View changed"), icon="device-floppy", shown=False)
SHARED = EventType("view.shared", _("Sharing of a view changed"), icon="users", shown=False)
DELETED = EventType("view.deleted", _("View deleted"), icon="trash", shown=False)
LOOK_KEPT = EventType("view.look_kept", _("Look of a list kept"), icon="adjustments", shown=False)
ALL = (SAVED, CHANGED, SHARED, DELETED, LOOK_KEPT)
NAME_CHARS_MAX = 60
OWN_MAX = 50
_SPACE = re.compile(r"\s+")


def clean_name(text: str) -> str:
    """A name of a view on one line, without control and direction-changing characters. Raises `Invalid`."""
    plain = _SPACE.sub(" ", unicodedata.normalize("NFC", text))
    name = "".join(
        char for char in plain if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    ).strip()
    if not name:
        raise Invalid(fields={"name": _("Give the view a name.")}, code="empty")
    if len(name) > NAME_CHARS_MAX:
        raise Invalid(
            fields={"name": gettext("At most %(most)s characters fit here.") % {"most": NAME_CHARS_MAX}}
        )
    return name


def _owner(actor: Actor, listing: Listing) -> int:
    actor.require_kind(Kind.STAFF)
    actor.require(listing.right)
    if actor.user_id is None:
        raise Denied(code="denied")
    return actor.user_id


def _query(actor: Actor, listing: Listing, query: str, now: datetime) -> str:
    return wanted.read_query(listing, actor, query, now=now).query(view=False)


def _free_name(owner: int, listing: Listing, name: str, but: int | None = None) -> None:
    taken = SavedView.objects.filter(owner_id=owner, listing=listing.code, name=name)
    if any(key != but for key in taken.values_list("id", flat=True)):
        raise Invalid(fields={"name": _("You have a view of this name.")}, code="name_taken")


def _happened(
    kind: EventType, actor: Actor, now: datetime, view: SavedView, detail: dict[str, Any] | None = None
) -> Event:
    data = {"view": view.public_id, "list": view.listing, "shared": view.shared}
    return Event(kind.code, actor, now, ("view", view.id), unit_id=view.unit_id, data=data, detail=detail)


@action
def save_view(
    *, actor: Actor, now: datetime, listing: Listing, name: str, query: str, share: str = ""
) -> SavedView:
    """Keep a list's address under a name. `share`: "", a unit's code, "everyone" (needs `lists.share` there).

    Raises `Invalid`: no name, a name taken, a filter that cannot be read, too many views.
    """
    owner, name = _owner(actor, listing), clean_name(name)
    mine = SavedView.objects.filter(owner_id=owner, listing=listing.code).exclude(name=KEPT)
    if mine.count() >= OWN_MAX:
        raise Invalid(fields={"name": gettext("You have %(most)s views here already.") % {"most": OWN_MAX}})
    _free_name(owner, listing, name)
    shared, unit = _audience(actor, share)
    view = SavedView(
        listing=listing.code,
        name=name,
        query=_query(actor, listing, query, now),
        owner_id=owner,
        shared=shared,
        unit=unit,
        place=min((mine.aggregate(last=Max("place"))["last"] or 0) + 1, VIEWS_MAX),
        created=now,
    )
    events.record(_happened(SAVED, actor, now, view, {"name": name}), with_rows=[view])
    return view


def _audience(actor: Actor, share: str) -> tuple[bool, Unit | None]:
    if not share:
        return False, None
    actor.require(SHARE)
    choices = dict(views.sharing_choices(actor))
    if share not in choices:
        raise Denied(code="denied")
    return True, choices[share]


def _managed(actor: Actor, listing: Listing, public_id: str) -> SavedView:
    """The view, locked, when this actor may change it. Raises `NotFound` for the unseen, `Denied` for others' views."""
    _owner(actor, listing)
    seen = views.get_view(actor, listing, public_id)
    if not views.may_manage(actor, seen):
        raise Denied(code="denied")
    return SavedView.objects.select_for_update().get(id=seen.id)


@action
def update_view(*, actor: Actor, now: datetime, listing: Listing, public_id: str, query: str) -> SavedView:
    """Let the view say what the list shows now."""
    view = _managed(actor, listing, public_id)
    before, view.query = view.query, _query(actor, listing, query, now)
    if view.query != before:
        view.save()
        change = {"before": {"query": before}, "after": {"query": view.query}}
        events.record(_happened(CHANGED, actor, now, view, change))
    return view


@action
def rename_view(*, actor: Actor, now: datetime, listing: Listing, public_id: str, name: str) -> SavedView:
    """Give the view another name. Raises `Invalid`: none, too long, taken."""
    view, name = _managed(actor, listing, public_id), clean_name(name)
    if name == view.name:
        return view
    _free_name(view.owner_id, listing, name, view.id)
    before, view.name = view.name, name
    view.save()
    events.record(_happened(CHANGED, actor, now, view, {"before": {"name": before}, "after": {"name": name}}))
    return view


@action
def share_view(*, actor: Actor, now: datetime, listing: Listing, public_id: str, share: str) -> SavedView:
    """Share with a unit's people ("unit code"), with "everyone", or with nobody ("")."""
    view = _managed(actor, listing, public_id)
    shared, unit = _audience(actor, share)
    if (view.shared, view.unit_id) != (shared, unit.id if unit else None):
        view.shared, view.unit = shared, unit
        view.save()
        events.record(_happened(SHARED, actor, now, view))
    return view


@action
def move_view(*, actor: Actor, now: datetime, listing: Listing, public_id: str, step: int) -> SavedView:
    """Move one's own view earlier (-1) or later (+1) among one's own."""
    view = _managed(actor, listing, public_id)
    mine = list(
        SavedView.objects.select_for_update()
        .filter(owner_id=view.owner_id, listing=listing.code)
        .exclude(name=KEPT)
        .order_by("place", "created", "id")
    )
    here = [one.id for one in mine].index(view.id)
    there = min(max(here + step, 0), len(mine) - 1)
    if there == here:
        return view
    mine.insert(there, mine.pop(here))
    for place, one in enumerate(mine, 1):
        one.place = place
    SavedView.objects.bulk_update(mine, ["place"])
    events.record(_happened(CHANGED, actor, now, view))
    return view


@action
def delete_view(*, actor: Actor, now: datetime, listing: Listing, public_id: str) -> None:
    """Delete the view; the rows it showed stay where they are."""
    view = _managed(actor, listing, public_id)
    happened = _happened(DELETED, actor, now, view, {"name": view.name, "query": view.query})
    SavedView.objects.filter(id=view.id).delete()
    events.record(happened)


@action
def keep_look(*, actor: Actor, now: datetime, listing: Listing, query: str) -> None:
    """Show this list to this person in the order, columns and density of `query` whenever an address says nothing else.

    An empty look ("") forgets what was kept.
    """
    owner = _owner(actor, listing)
    mine = SavedView.objects.select_for_update().filter(owner_id=owner, listing=listing.code, name=KEPT)
    view = mine.first() or SavedView(owner_id=owner, listing=listing.code, name=KEPT, created=now, place=0)
    if view.query == query:
        return
    view.query = query
    view.save()
    events.record(_happened(LOOK_KEPT, actor, now, view))


def look_of(want: wanted.Wanted) -> str:
    """What of an address is a look: order, columns, density."""
    parts = [f"sort={want.order}", f"columns={','.join(column.code for column in want.columns)}"]
    return "&".join([*parts, f"density={want.density}"])
