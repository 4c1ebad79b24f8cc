"""The stage screens over the API, for a warehouse with scanners of its own: what waits, what is in hand, scans.

A token is one clerk: give every scanner its own. All of it needs `trade.fulfil`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, cover
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.trade.actions import scanning
from guanxi.trade.api.orders import moment
from guanxi.trade.models import Order, Scan, Stage
from guanxi.trade.queries import rulesets, screens
from guanxi.trade.rules import scanning as rules
from guanxi.trade.rules.ruleset import StageKind

router = Router(tags=["stages"])
batches = Router(tags=["stages"])
RIGHT = screens.RIGHT
TEXT_MAX = 200
Code = Annotated[
    str, Path(max_length=30, description='A stage of the rules in force; "arrivals": goods from suppliers')
]


class StageLoadOut(Schema):
    """`todo` can be done now, `mine` of it is in this token's hands, `others` is in colleagues' hands, `stopped` by trouble;
    `first`: when the most urgent is due. `does`: what kind of stage it is, such as picking or packing."""

    code: str
    name: dict[str, str]
    does: str
    todo: int
    mine: int
    others: int
    stopped: int
    late: int
    first: datetime | None


class StageLoadsOut(Schema):
    """`arrivals`: purchases of which something is still to come."""

    items: list[StageLoadOut]
    arrivals: int


class WaitingOut(Schema):
    order: str
    number: str
    opened: datetime | None
    due: datetime | None
    batch: str
    mine: bool


class StopOut(Schema):
    """A product in its bin: so many wanted, so many in hand."""

    sku: str
    bin: str
    quantity: int
    got: int


class InHandOut(Schema):
    """Orders in this token's hands, what they need in the order of the bins, and whether it is `full`. `batch` at picking.

    `ship_to` of a single order, null without the right to contacts.
    """

    orders: list[str]
    batch: str
    stops: list[StopOut]
    full: bool
    ship_to: dict[str, str] | None


class StageScreenOut(StageLoadOut):
    """`waiting`: what can be done now, the most urgent first. `hand`: null when nothing is in hand."""

    waiting: list[WaitingOut]
    hand: InHandOut | None


class BatchLineOut(Schema):
    sku: str
    quantity: int


class BatchOrderOut(Schema):
    """What goes into its parcel, and what its label says; `ship_to` is null without the right to contacts."""

    order: str
    number: str
    lines: list[BatchLineOut]
    ship_to: dict[str, str] | None


class BatchOut(Schema):
    """Orders picked in one walk, and its stops in the order of the bins."""

    id: str
    made: datetime
    ended: datetime | None
    stops: list[StopOut]
    orders: list[BatchOrderOut]


class ScanIn(Schema):
    """What a scanner types before Enter: a product's, order's, parcel's, batch's or purchase's number; `3*BK-1` for three.

    "" is Enter alone (the next one, or done with what is in hand), "-" takes the last scan back within ten seconds, "!no_stock"
    tells of trouble. `size`: orders in a batch. `carrier`: of parcels packed. `chosen`: the purchase at arrivals.
    """

    text: str = Field(max_length=TEXT_MAX)
    size: int = Field(default=rules.BATCH_USUAL, ge=1, le=rules.BATCH_MOST)
    carrier: str = Field(default="", max_length=40)
    chosen: str = Field(default="", max_length=20)


class StageTroubleIn(Schema):
    """`kind`: a trouble that the rules name for this stage."""

    kind: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)


class StageScanOut(Schema):
    """`good`: it did something. Else nothing has changed, and `outcome` says why, with `values` such as `left` or `why`."""

    outcome: str
    good: bool
    order: str
    values: dict[str, Any]
    made: datetime


class PutDownOut(Schema):
    """How many orders are anybody's again."""

    orders: int


def _load(kind: StageKind, load: screens.Load) -> dict[str, Any]:
    counted = {name: getattr(load, name) for name in ("todo", "mine", "others", "stopped", "late")}
    names = {"code": kind.code, "name": dict(kind.name), "does": kind.does}
    return {**names, **counted, "first": moment(load.first)}


@router.get("", response={200: StageLoadsOut, READ: Problem}, summary="What waits at every stage")
def list_stages(request: HttpRequest) -> Any:
    """Of the house's own orders, in the order in which these meet the stages."""
    actor = actor_of(request)
    actor.require(RIGHT)
    loads = screens.loads(actor, clock.now())
    kinds = screens.house_stages(rulesets.current())
    items = [_load(kind, loads.get(kind.code, screens.Load())) for kind in kinds]
    return {"items": items, "arrivals": screens.arrivals(actor).count()}


@router.get("/{code}", response={200: StageScreenOut, READ: Problem}, summary="What waits at a stage")
def get_stage(request: HttpRequest, code: Code, limit: Limit = PAGE) -> Any:
    """The most urgent first, at most `limit`. Goods from suppliers are purchases in state "ordered"."""
    actor, now = actor_of(request), clock.now()
    actor.require(RIGHT)
    kind = screens.kind_of(code)
    rows = screens.queue(actor, kind, now).select_related("order", "batch")[:limit]
    load = screens.loads(actor, now).get(code, screens.Load())
    waiting = [_waiting(actor, one) for one in rows]
    return {**_load(kind, load), "waiting": waiting, "hand": _in_hand(actor, kind)}


def _waiting(actor: Actor, one: Stage) -> dict[str, Any]:
    return {
        "order": one.order.public_id,
        "number": one.order.number,
        "opened": moment(one.opened),
        "due": moment(one.due),
        "batch": one.batch.public_id if one.batch else "",
        "mine": one.holder == actor.id,
    }


def _in_hand(actor: Actor, kind: StageKind) -> dict[str, Any] | None:
    batch = screens.batch_in_hand(actor, kind.code)
    single = None if batch else screens.in_hand(actor, kind.code)
    stages = screens.batch_stages(batch, holder=actor.id) if batch else [single] if single else []
    if not stages:
        return None
    wants = screens.wants(stages)
    return {
        "orders": [one.order.public_id for one in stages],
        "batch": batch.public_id if batch else "",
        "stops": [_stop(one) for one in rules.walk(wants)],
        "full": rules.is_full(wants),
        "ship_to": single.order.ship_to if single and cover.may_read(actor) else None,
    }


def _stop(one: rules.Stop) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("sku", "bin", "quantity", "got")}


@batches.get("/{public_id}", response={200: BatchOut, READ: Problem}, summary="A batch")
def get_batch(request: HttpRequest, public_id: str) -> Any:
    """What its paper says: the walk through the bins, and a label for every parcel."""
    actor = actor_of(request)
    actor.require(RIGHT)
    sheet = screens.sheet_of(actor, public_id)
    wants = [want for stop in sheet.stops for want in stop.wants]
    return {
        "id": sheet.batch.public_id,
        "made": moment(sheet.batch.made),
        "ended": moment(sheet.batch.ended),
        "stops": [_stop(one) for one in sheet.stops],
        "orders": [_labelled(actor, one, wants) for one in sheet.orders],
    }


def _labelled(actor: Actor, order: Order, wants: Sequence[rules.Want]) -> dict[str, Any]:
    return {
        "order": order.public_id,
        "number": order.number,
        "lines": [{"sku": one.sku, "quantity": one.quantity} for one in wants if one.order == order.id],
        "ship_to": order.ship_to if cover.may_read(actor) else None,
    }


def _scan(request: HttpRequest, code: str, key: str, text: str, **more: Any) -> Status[Any]:
    """One scan, once per key."""
    actor = actor_of(request)
    actor.require(RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        row = scanning.scan(
            actor=actor, now=clock.now(), screen=code, text=text, once=f"api:{uuid4()}", **more
        )
        return 200, _scanned(row)

    return once(request, key, {"text": text, **more}, effect)


def _scanned(row: Scan) -> dict[str, Any]:
    order = row.order.public_id if row.order else ""
    good = row.outcome in rules.GOOD
    return {
        "outcome": row.outcome,
        "good": good,
        "order": order,
        "values": row.values,
        "made": moment(row.made),
    }


@router.post("/{code}/scans", response={200: StageScanOut, WRITE: Problem}, summary="A scan at a stage")
def scan(request: HttpRequest, code: Code, body: ScanIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Counted once per key, done whole or not at all; what cannot be is an answer, no error."""
    return _scan(request, code, idempotency_key, **body.dict())


@router.post(
    "/{code}/finish", response={200: StageScanOut, WRITE: Problem}, summary="Done with what is in hand"
)
def finish_in_hand(request: HttpRequest, code: Code, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Enter alone: with nothing in hand the next order, or at picking the next batch, is taken."""
    return _scan(request, code, idempotency_key, "")


@router.post(
    "/{code}/trouble", response={200: StageScanOut, WRITE: Problem}, summary="Something stops what is in hand"
)
def stop_in_hand(
    request: HttpRequest, code: Code, body: StageTroubleIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """It becomes work for the team of that kind; at picking for those orders only that want what the next bin lacks."""
    return _scan(request, code, idempotency_key, f"!{body.kind}")


@router.post("/{code}/undo", response={200: StageScanOut, WRITE: Problem}, summary="Take the last scan back")
def undo_scan(request: HttpRequest, code: Code, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Within ten seconds."""
    return _scan(request, code, idempotency_key, "-")


@router.post(
    "/{code}/put-down", response={200: PutDownOut, WRITE: Problem}, summary="Put down what is in hand"
)
def put_down(request: HttpRequest, code: Code, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """Anybody may take it."""
    actor = actor_of(request)
    actor.require(RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        return 200, {"orders": scanning.release(actor=actor, now=clock.now(), screen=code)}

    return once(request, idempotency_key, None, effect)
