"""What all actions on an order share: the order under its lock, what is true of it, and its way on to the next stage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.events import Event
from guanxi.core.money import Money
from guanxi.trade.models import Order, OrderLine, Payment, Purchase, Shipment, Stage, Trouble
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import stages as rules
from guanxi.trade.rules.ruleset import Flow, Rules, StageKind
from guanxi.trade.rules.stages import Facts, Line
from guanxi.work import queries as teams

ORDERS = "trade.orders"  # place, pay, cancel, refund
FULFIL = "trade.fulfil"  # stages, parcels, stock
BUYER, SELLER, HOUSE = "buyer", "seller", "house"
ON = (Stage.State.OPEN, Stage.State.STOPPED)


@dataclass(slots=True)
class Way:
    """An order with its row locked, its lines, stages and parcels, and the rules it was placed under."""

    order: Order
    rules: Rules
    lines: list[OrderLine]
    stages: list[Stage]
    parcels: list[Shipment]
    done: list[str] = field(default_factory=list)  # codes of stages ended by this action

    @property
    def flow(self) -> Flow:
        return self.rules.flows[self.order.flow]

    @property
    def stage(self) -> Stage | None:
        """The one it stands in; None when the way is over."""
        return next((one for one in self.stages if one.state in ON), None)

    def kind(self, stage: Stage) -> StageKind:
        return self.rules.stages[stage.code]

    @property
    def does(self) -> str:
        """What the stage it stands in does; "" when the way is over."""
        return self.kind(self.stage).does if self.stage else ""

    def has(self, does: str) -> bool:
        """Whether its way leads through such a stage."""
        return any(self.kind(one).does == does for one in self.stages)

    def is_goods(self, line: OrderLine) -> bool:
        return is_goods(self.rules, line.product.line)

    @property
    def place(self) -> str:
        """Where its goods lie."""
        return "shop" if self.order.seller_id else "main"

    @property
    def due_minor(self) -> int:
        """What is to be paid for it in all; nothing once it is cancelled."""
        return 0 if self.order.cancelled else self.order.total_minor

    def money(self, minor: int) -> Money:
        return Money(minor, self.order.currency)

    def facts(self) -> Facts:
        return Facts(
            lines=[self.seen(line) for line in self.lines],
            parcels=[one.state for one in self.parcels],
            paid=self.order.paid is not None,
            received=self.order.received is not None,
            settled=self._settled(),
            cancelled=self.order.cancelled is not None,
        )

    def seen(self, line: OrderLine) -> Line:
        return Line(
            line.quantity, line.cancelled, line.reserved, line.shipped, line.received, self.is_goods(line)
        )

    def _settled(self) -> bool:
        """Whether whoever delivered the goods has their money. Only asked where it matters."""
        if self.does != rules.SETTLEMENT:
            return False
        if self.order.seller_id:
            return self.order.payments.filter(kind=Payment.Kind.SUPPLIER).exists()
        owed = Purchase.objects.filter(line__order=self.order)
        return not owed.exclude(state__in=[Purchase.State.PAID, Purchase.State.CANCELLED]).exists()


def is_goods(rules_: Rules, line: str) -> bool:
    """Whether products of this line are things in a box."""
    return line not in rules_.lines or rules_.lines[line].kind == "goods"


def lock(order_id: int) -> Way:
    """The order, locked until the action ends. Raises `NotFound`, `Conflict` (`no_flow`) for one brought in from elsewhere."""
    order = Order.objects.select_for_update(of=("self",)).filter(id=order_id).first()
    if order is None:
        raise NotFound
    if order.rules_id is None:
        raise Conflict(
            _("This order was brought in from elsewhere: its way is not kept here."), code="no_flow"
        )
    return Way(
        order,
        rulesets.rules_of(order.rules_id),
        list(order.lines.select_related("product", "listing").order_by("id")),
        list(order.stages.order_by("number")),
        list(order.shipments.filter(void=False).order_by("id")),
    )


def lock_visible(actor: Actor, order_id: int) -> Way:
    """The same, for somebody who may see it. Raises `NotFound` otherwise."""
    if not Order.objects.visible_to(actor).filter(id=order_id).exists():
        raise NotFound
    return lock(order_id)


def sides_of(actor: Actor, order: Order) -> set[str]:
    """On which sides of the order an actor stands: buyer, seller, house; one party may be both, never of one order."""
    if actor.kind is Kind.SYSTEM:
        return {HOUSE}
    if actor.kind is not Kind.CUSTOMER:
        return {HOUSE} if actor.kind in (Kind.STAFF, Kind.TOKEN) else set()
    found = {BUYER: order.record, SELLER: order.seller}
    return {side for side, record in found.items() if record is not None and is_own(actor, record)}


def is_own(actor: Actor, record: Any) -> bool:
    """Whether a signed-in customer has proven this record to be theirs."""
    return record.customer_id == actor.customer_id and (actor.records is None or record.id in actor.records)


def require_side(actor: Actor, order: Order, *sides: str, right: str = ORDERS) -> str:
    """The side on which the actor may do it: of a customer one of `sides`, staff and machines by `right` for the buyer's
    unit. Raises `Denied`."""
    mine = sides_of(actor, order)
    if HOUSE in mine:
        _require_right(actor, order, right)
        return HOUSE
    found = next((side for side in sides if side in mine), "")
    if not found:
        actor.require(right)  # says whether signing in would help
        raise Denied(code="denied")
    return found


def _require_right(actor: Actor, order: Order, right: str) -> None:
    actor.require(right)
    unit_id = order.record.unit_id
    if not actor.reach(right).everything and (unit_id is None or not actor.may_at(right, unit_id)):
        raise Denied(code="denied")


def require_stage(actor: Actor, way: Way, stage: Stage | None) -> str:
    """Whoever may work on a stage: `trade.fulfil` for its team, or the seller of the order. Gives their side."""
    mine = sides_of(actor, way.order)
    if SELLER in mine:
        return SELLER
    actor.require(FULFIL)
    if HOUSE not in mine:
        raise Denied(code="denied")
    if stage is None or stage.team_id is None:
        _require_right(actor, way.order, FULFIL)
    else:
        actor.require_at(FULFIL, stage.team_id)
    return HOUSE


# -- on to the next stage ------------------------------------------------------------------------------------


def onward(way: Way, *, actor: Actor, now: datetime) -> None:
    """End every stage whose need is met, open the next, and save order and stages."""
    move(way, actor=actor, now=now)
    way.order.save()
    for one in way.stages:
        one.save()


def move(way: Way, *, actor: Actor, now: datetime) -> None:
    """The same without saving: of an order that is about to be written."""
    if way.order.cancelled:
        _drop(way)
    elif way.stage is None:
        _open_next(way, now)
    while (stage := way.stage) is not None and stage.state == Stage.State.OPEN and _is_over(way, stage):
        end(way, stage, actor=actor, now=now)
    way.order.stage = way.stage.code if way.stage else ""
    way.order.state = rules.state_of(way.facts())


def _is_over(way: Way, stage: Stage) -> bool:
    return rules.is_over(way.kind(stage).does, way.facts())


def end(way: Way, stage: Stage, *, actor: Actor, now: datetime) -> None:
    """This stage is done; the next is open."""
    stage.state, stage.done, stage.by = Stage.State.DONE, now, actor.id
    way.done.append(stage.code)
    _open_next(way, now)


def _open_next(way: Way, now: datetime) -> None:
    ahead = next((one for one in way.stages if one.state == Stage.State.AHEAD), None)
    if ahead is not None:
        ahead.state, ahead.opened = Stage.State.OPEN, now
        ahead.due = _due(way, ahead, now)


def back_to(way: Way, does: str, now: datetime) -> None:
    """The order stands at an earlier stage again; what comes after it is ahead once more."""
    target = next((one for one in way.stages if way.kind(one).does == does), None)
    if target is None:
        return
    for one in way.stages:
        if one.number >= target.number and one.state != Stage.State.DROPPED:
            one.state, one.done, one.by = Stage.State.AHEAD, None, ""
    way.order.shipped = None
    target.state, target.opened, target.due = Stage.State.OPEN, now, _due(way, target, now)
    target.told = None


def _due(way: Way, stage: Stage, now: datetime) -> datetime:
    kind = way.kind(stage)
    if kind.does == rules.PACKING and way.order.seller_id and way.order.ship_by:
        return way.order.ship_by
    if kind.does == rules.LOGISTICS and way.order.promised and way.order.promised > now:
        return way.order.promised
    return span_of(kind).ends(now)


def span_of(kind: StageKind) -> rules.Span:
    """How long a stage of this kind may take, in the hours of its team."""
    team = team_of(kind.team) if kind.team and kind.clock == "working" else None
    return rules.Span(kind.does, kind.minutes, team.calendar if team else None)


def team_of(code: str) -> teams.TeamFacts | None:
    """The team with this code, where this house has one."""
    try:
        return teams.team_named(code) if code else None
    except NotFound:
        return None


def _drop(way: Way) -> None:
    for one in way.stages:
        if one.state in (*ON, Stage.State.AHEAD):
            one.state = Stage.State.DROPPED


def open_troubles(way: Way) -> list[Trouble]:
    return list(way.order.troubles.filter(settled=None).order_by("opened", "id"))


def wrong_stage(way: Way) -> Conflict:
    """Not now: another stage is open, or none."""
    stage = way.stage
    if stage is not None and stage.state == Stage.State.STOPPED:
        return Conflict(_("Something has stopped this order: settle that first."), code="stopped")
    return Conflict(_("The order is not at this stage."), code="not_its_turn")


# -- telling -------------------------------------------------------------------------------------------------


def event(
    type_: str,
    way: Way,
    *,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    words: str = "",
) -> Event:
    """An event about the order; `words` are kept apart, to be erased with the person."""
    order = way.order
    told: dict[str, Any] = {
        "order": order.public_id,
        "number": order.number,
        "state": str(order.state),
        "stage": order.stage,
        **(data or {}),
    }
    if way.done:
        told["done"] = list(way.done)
    return Event(
        type_,
        actor,
        now,
        ("order", order.id),
        record_id=order.record_id,
        data=told,
        detail={"text": words} if words else None,
    )


def check_key(once: str) -> None:
    if not 0 < len(once) <= 120:
        raise Conflict(_("Every movement of money needs a key of its own."), code="once")
