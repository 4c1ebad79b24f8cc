"""What stage screens show: how much waits at which stage, what is in one's hands, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.trade.models import Batch, Order, OrderLine, Purchase, Scan, Shipment, Stage, Stock
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import scanning as rules
from guanxi.trade.rules import stages as way_rules
from guanxi.trade.rules.ruleset import Rules, StageKind
from guanxi.trade.rules.scanning import Want

RIGHT = "trade.fulfil"
ARRIVALS = "arrivals"  # a screen that is no stage: goods from suppliers
MAIN = "main"
NEXT_SHOWN = 8
LOG_SHOWN = 6
Kinds = Mapping[str, StageKind]


def house_stages(content: Rules) -> list[StageKind]:
    """The stages of the house's own flows, each once, in the order in which orders meet them."""
    found: dict[str, StageKind] = {}
    for does in way_rules.TABLE:
        for flow in content.flows.values():
            if not flow.seller:
                found |= {
                    code: content.stages[code] for code in flow.stages if content.stages[code].does == does
                }
    return list(found.values())


def kind_of(code: str) -> StageKind:
    """The stage of this code. Raises `NotFound` where the rules in force have none."""
    kind = rulesets.current().stages.get(code)
    if kind is None:
        raise NotFound
    return kind


@dataclass(frozen=True, slots=True)
class Load:
    """What waits at one stage: `todo` can be done now, `others` is in colleagues' hands, `stopped` by trouble."""

    todo: int = 0
    mine: int = 0
    others: int = 0
    stopped: int = 0
    late: int = 0
    first: datetime | None = None


def loads(actor: Actor, now: datetime) -> dict[str, Load]:
    """{stage code: what waits there}, in one statement, and one for the parcels that wait for a carrier."""
    fresh = now - timedelta(minutes=rules.HOLD_MIN)
    free = Q(state=Stage.State.OPEN) & (Q(holder="") | Q(held__lt=fresh) | Q(held=None) | Q(holder=actor.id))
    rows = (
        _open(actor)
        .order_by()
        .values("code")
        .annotate(
            todo=Count("id", filter=free),
            mine=Count("id", filter=Q(state=Stage.State.OPEN, holder=actor.id)),
            others=Count("id", filter=Q(state=Stage.State.OPEN) & ~free),
            stopped=Count("id", filter=Q(state=Stage.State.STOPPED)),
            late=Count("id", filter=Q(due__lt=now)),
            first=Min("due", filter=free),
        )
    )
    names = ("todo", "mine", "others", "stopped", "late", "first")
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return {row["code"]: Load(**{name: row[name] for name in names}) for row in found}


def _open(actor: Actor) -> QuerySet[Stage]:
    found: QuerySet[Stage] = Stage.objects.visible_to(actor)
    return found.filter(state__in=[Stage.State.OPEN, Stage.State.STOPPED], order__seller=None)


def queue(actor: Actor, kind: StageKind, now: datetime) -> QuerySet[Stage]:
    """Stages of this kind that can be done now and are in nobody else's hands, the most urgent first."""
    fresh = now - timedelta(minutes=rules.HOLD_MIN)
    found = _open(actor).filter(state=Stage.State.OPEN, code=kind.code)
    found = found.filter(Q(holder="") | Q(held__lt=fresh) | Q(held=None) | Q(holder=actor.id))
    return _ready(found, kind.does).order_by(F("due").asc(nulls_last=True), "order__placed", "id")


def _ready(found: QuerySet[Stage], does: str) -> QuerySet[Stage]:
    if does == way_rules.PROCUREMENT:
        return found.filter(Exists(_lacking(OuterRef("order"))))
    if does == way_rules.LOGISTICS:
        packed = Shipment.objects.filter(order=OuterRef("order"), state=Shipment.State.PACKED, void=False)
        return found.filter(Exists(packed))
    return found


def _lacking(order: OuterRef) -> QuerySet[OrderLine]:
    """Lines of an order for which nothing is on the shelf and nothing ordered."""
    coming = Purchase.objects.filter(line=OuterRef("pk"), state=Purchase.State.ORDERED).order_by()
    missing = coming.values("line").annotate(n=Sum(F("quantity") - F("arrived_quantity"))).values("n")[:1]
    lines = OrderLine.objects.filter(order=order).annotate(
        coming=Coalesce(Subquery(missing), 0, output_field=IntegerField())
    )
    return lines.filter(quantity__gt=F("cancelled") + F("reserved") + F("shipped") + F("coming"))


def in_hand(actor: Actor, code: str) -> Stage | None:
    """The stage of this kind this clerk has in hand."""
    found = _open(actor).filter(state=Stage.State.OPEN, code=code, holder=actor.id)
    stage: Stage | None = found.select_related("order__record__customer").order_by("-held", "id").first()
    return stage


def batch_in_hand(actor: Actor, code: str) -> Batch | None:
    """The batch this clerk is picking."""
    stages = Stage.objects.filter(batch=OuterRef("pk"), code=code, holder=actor.id, state=Stage.State.OPEN)
    found: Batch | None = (
        Batch.objects.visible_to(actor).filter(Exists(stages), ended=None).order_by("-made", "id").first()
    )
    return found


def get_batch(actor: Actor, public_id: str) -> Batch:
    """Raises `NotFound`."""
    found: Batch | None = Batch.objects.visible_to(actor).filter(public_id=public_id.upper()).first()
    if found is None:
        raise NotFound
    return found


def batch_stages(batch: Batch, *, holder: str = "") -> list[Stage]:
    """The stages of a batch that are not done, in the order in which orders are served."""
    found = Stage.objects.filter(batch=batch, state=Stage.State.OPEN)
    if holder:
        found = found.filter(holder=holder)
    found = found.select_related("order__record__customer")
    return list(found.order_by(F("due").asc(nulls_last=True), "order__placed", "id"))


def wants(stages: Sequence[Stage]) -> list[Want]:
    """What the orders of these stages need from the shelves, in the stages' order; pieces in hand counted."""
    lines = _lines([stage.order_id for stage in stages])
    bins = _bins({line.product_id for group in lines.values() for line in group})
    found = []
    for stage in stages:
        content = rulesets.rules_of(stage.order.rules_id) if stage.order.rules_id else rulesets.current()
        for line in lines.get(stage.order_id, ()):
            quantity = line.quantity - line.cancelled - line.shipped
            if quantity > 0 and _is_goods(content, line):
                got = int(stage.progress.get(str(line.id), 0))
                sku = line.product.sku.upper()
                found.append(Want(stage.order_id, line.id, sku, bins.get(line.product_id, ""), quantity, got))
    return found


def _is_goods(content: Rules, line: OrderLine) -> bool:
    kind = content.lines.get(line.product.line)
    return kind is None or kind.kind == "goods"


def _lines(orders: Sequence[int]) -> dict[int, list[OrderLine]]:
    found: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=orders).select_related("product").order_by("id"):
        found.setdefault(line.order_id, []).append(line)
    return found


def _bins(products: set[int]) -> dict[int, str]:
    return dict(Stock.objects.filter(product__in=products, place=MAIN).values_list("product_id", "bin"))


def names_of(lines: Sequence[int]) -> dict[int, Any]:
    """{line id: the name of its product}."""
    return dict(OrderLine.objects.filter(id__in=lines).values_list("id", "product__name"))


def parcels_waiting(order_ids: Sequence[int]) -> dict[int, list[Shipment]]:
    """{order: its packed parcels that no carrier has}."""
    found: dict[int, list[Shipment]] = {}
    rows = Shipment.objects.filter(order__in=order_ids, state=Shipment.State.PACKED, void=False)
    for parcel in rows.order_by("made", "id"):
        found.setdefault(parcel.order_id, []).append(parcel)
    return found


def arrivals(actor: Actor) -> QuerySet[Purchase]:
    """Purchases of which something is still to come, the first expected first."""
    found: QuerySet[Purchase] = Purchase.objects.visible_to(actor).filter(state=Purchase.State.ORDERED)
    return found.select_related("supplier", "product", "line__order").order_by("expected", "id")


def last_scan(actor: Actor, screen: str) -> Scan | None:
    """The newest scan of this clerk here that did something and was not taken back."""
    did = [outcome for outcome in rules.GOOD if outcome != "undone"]
    found = Scan.objects.filter(by=actor.id, screen=screen, undone=None, outcome__in=did)
    return found.select_related("order").order_by("-made", "-id").first()


def scans(actor: Actor, screen: str) -> list[Scan]:
    """The newest scans of this clerk here."""
    found = Scan.objects.filter(by=actor.id, screen=screen).select_related("order")
    return list(found.order_by("-made", "-id")[:LOG_SHOWN])


def done_since(actor: Actor, code: str, since: datetime) -> int:
    """How many orders this clerk has done at a stage since a moment."""
    mine = Stage.objects.visible_to(actor).filter(
        code=code, by=actor.id, state=Stage.State.DONE, done__gte=since
    )
    return int(mine.count())


def find_order(actor: Actor, code: str, *, by_parcel: bool = True) -> Order | None:
    """The visible order of the house with this number or (`by_parcel`) with a parcel of this number."""
    orders = Order.objects.visible_to(actor).filter(seller=None)
    found: Order | None = orders.filter(Q(number=code) | Q(public_id=code)).first()
    if found is not None or not by_parcel:
        return found
    parcel: Order | None = orders.filter(shipments__tracking=code, shipments__void=False).first()
    return parcel


@dataclass(frozen=True, slots=True)
class Sheet:
    """A batch on paper: its stops and its orders, each with the lines that go into its parcel."""

    batch: Batch
    stops: Sequence[rules.Stop]
    orders: Sequence[Order]
    names: Mapping[int, Any] = field(default_factory=dict)


def sheet_of(actor: Actor, public_id: str) -> Sheet:
    """Raises `NotFound`."""
    batch = get_batch(actor, public_id)
    stages = list(
        Stage.objects.filter(batch=batch)
        .select_related("order__record__customer")
        .order_by(F("due").asc(nulls_last=True), "order__placed", "id")
    )
    found = wants(stages)
    names = names_of([want.line for want in found])
    return Sheet(batch, rules.walk(found), [stage.order for stage in stages], names)
