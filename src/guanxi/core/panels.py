"""Panels: a piece of a page that a higher room lends to a lower one (the customer page shows orders it does not know).

Most are there with the first screenful; a folded one is fetched when somebody opens it, and a live one again when something
happened. Both come from one address, `/panels/CODE/KEY/`, where KEY is the public name of what the page is about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page

Query = Callable[[Actor, int], Mapping[str, Any]]
QueryAt = Callable[[Actor, int, datetime], Mapping[str, Any]]
Find = Callable[[Actor, str], int]


@dataclass(frozen=True, slots=True)
class Panel:
    """`query(actor, subject_id)` gives the context of `template`; shown only to actors with `right`, in rising `order`.

    `folded`: closed at first and fetched when opened (its template is then only what is inside). `live`: fetched again
    when the page hears something. Both need their slot's key (`add_slot`). `at(actor, subject_id, moment)` gives the context
    as it was at an earlier moment; without it the panel cannot be rewound.
    """

    code: str
    slot: str
    title: Any
    template: str
    query: Query
    right: str
    order: int = 50
    folded: bool = False
    live: bool = False
    icon: str = ""
    at: QueryAt | None = None


_panels: dict[str, Panel] = {}
_slots: dict[str, Find] = {}


def register(panel: Panel) -> None:
    _panels[panel.code] = panel


def add_slot(prefix: str, find: Find) -> None:
    """How the panels of a slot (or of all slots under a prefix, "customer.") find their subject again.

    `find(actor, key)` gives the subject's id or raises `NotFound`: the panel is asked for apart from its page.
    """
    _slots[prefix] = find


def for_slot(slot: str, actor: Actor) -> list[Panel]:
    """The panels of a slot this actor may see."""
    here = (panel for panel in _panels.values() if panel.slot == slot and actor.may(panel.right))
    return sorted(here, key=lambda panel: (panel.order, panel.code))


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel with its data, ready for a template. `url` is where it is fetched again ("" without a key)."""

    title: Any
    template: str
    data: Mapping[str, Any]
    code: str = ""
    url: str = ""
    folded: bool = False
    live: bool = False
    icon: str = ""


def compose(slot: str, actor: Actor, subject_id: int, *, key: str = "") -> list[Shown]:
    """Each panel of a slot with its context, for the first screenful of a page; folded ones ask for nothing yet."""
    return [_shown(one, actor, subject_id, key) for one in for_slot(slot, actor)]


def compose_at(slot: str, actor: Actor, subject_id: int, moment: datetime) -> tuple[list[Shown], list[Any]]:
    """The panels of a slot as they were at a moment, and the titles of those that cannot be rewound."""
    here = for_slot(slot, actor)
    then = [
        Shown(one.title, one.template, one.at(actor, subject_id, moment), one.code, icon=one.icon)
        for one in here
        if one.at is not None
    ]
    return then, [one.title for one in here if one.at is None]


def _shown(panel: Panel, actor: Actor, subject_id: int, key: str) -> Shown:
    folded = panel.folded and bool(key)
    data = {} if folded else panel.query(actor, subject_id)
    url = reverse("panel", args=[panel.code, key]) if key else ""
    return Shown(
        panel.title, panel.template, data, panel.code, url, folded, panel.live and bool(key), panel.icon
    )


@require_safe
def show(request: Request, code: str, key: str) -> HttpResponse:
    """One panel by itself. Raises what its right and its subject's visibility say."""
    panel = _panels.get(code)
    find = _finder(panel.slot) if panel else None
    if panel is None or find is None:
        raise NotFound
    request.actor.require(panel.right)
    data = panel.query(request.actor, find(request.actor, key))
    shown = Shown(panel.title, panel.template, data, panel.code)
    return page(request, "gx/panel_alone.html", {"panel": shown, "data": data})


def _finder(slot: str) -> Find | None:
    return next((find for prefix, find in _slots.items() if slot.startswith(prefix)), None)
