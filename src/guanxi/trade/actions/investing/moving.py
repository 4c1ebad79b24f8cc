"""What every step of an investment order shares: the order locked, the step looked up in the table, its event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.events import Event
from guanxi.core.money import Money
from guanxi.core.timeline import EventType
from guanxi.trade.actions.held.allowing import INVEST, allow
from guanxi.trade.models import InvestmentOrder
from guanxi.trade.rules import investments

State = InvestmentOrder.State


def locked(actor: Actor, public_id: str) -> InvestmentOrder:
    """A visible order, locked, for whoever may handle it. Raises `NotFound`, `Denied`."""
    if not InvestmentOrder.objects.visible_to(actor).filter(public_id=public_id).exists():
        raise NotFound
    order: InvestmentOrder = (
        InvestmentOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("product", "record", "holding")
        .get(public_id=public_id)
    )
    allow(actor, INVEST, order.unit_id)
    return order


def step(order: InvestmentOrder, verb: str, actor: Actor, **values: Any) -> str:
    """The state `verb` leads to. Raises `Conflict` when it cannot be done now."""
    who = "system" if actor.kind is Kind.SYSTEM else "staff"
    found = investments.next_state(order.state, verb, who, values)
    if found is None:
        raise Conflict(_("This order cannot do that any more."), code=str(order.state))
    return found


def in_time(order: InvestmentOrder, now: datetime) -> bool:
    return order.due is not None and now < order.due


def worth(order: InvestmentOrder) -> Money:
    return Money(order.amount_minor, order.currency)


def happening(
    what: EventType,
    order: InvestmentOrder,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """An event of this order; its data carry codes and amounts, words go into `detail`."""
    return Event(
        what.code,
        actor,
        now,
        ("investment", order.id),
        record_id=order.record_id,
        unit_id=order.unit_id,
        data={"investment": order.public_id, "state": str(order.state), **(data or {})},
        detail=detail,
    )
