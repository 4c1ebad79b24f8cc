"""An order keyed by hand, together with what it came of: other rooms remember it in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.trade.actions.placing import NewOrder, place_order
from guanxi.trade.models import Order


class Origin(Protocol):
    """Writes down that an order came of something of another room, named by its code. Raises what the form may show."""

    def __call__(self, *, actor: Actor, now: datetime, code: str, order: Order) -> None: ...


_origins: dict[str, Origin] = {}


def register_origin(name: str, remember: Origin) -> None:
    """Only `site/wiring.py` calls this. `name` is the form's field."""
    _origins[name] = remember


def origins() -> tuple[str, ...]:
    return tuple(_origins)


@action
def key_order(
    *, actor: Actor, now: datetime, record_id: int, order: NewOrder, came_of: Mapping[str, str]
) -> Order:
    """Place it, and have it remembered where it came from ({"call": code}): both or neither. Raises as `place_order`."""
    placed = place_order(actor=actor, now=now, record_id=record_id, order=order)
    for name, code in came_of.items():
        if code and name in _origins:
            _origins[name](actor=actor, now=now, code=code, order=placed)
    return placed
