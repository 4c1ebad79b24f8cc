"""Panels: a piece of a page that a higher room lends to a lower one (the customer page shows orders it does not know)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from guanxi.core.access import Actor

Query = Callable[[Actor, int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Panel:
    """`query(actor, subject_id)` gives the context of `template`; shown only to actors with `right`, in rising `order`."""

    code: str
    slot: str
    title: Any
    template: str
    query: Query
    right: str
    order: int = 50


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    _panels[panel.code] = panel


def for_slot(slot: str, actor: Actor) -> list[Panel]:
    """The panels of a slot this actor may see."""
    here = (panel for panel in _panels.values() if panel.slot == slot and actor.may(panel.right))
    return sorted(here, key=lambda panel: (panel.order, panel.code))


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel with its data, ready for a template."""

    title: Any
    template: str
    data: Mapping[str, Any]


def compose(slot: str, actor: Actor, subject_id: int) -> list[Shown]:
    """Each panel of a slot with its context, for the first screenful of a page."""
    return [Shown(one.title, one.template, one.query(actor, subject_id)) for one in for_slot(slot, actor)]
