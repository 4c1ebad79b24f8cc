"""Returns over the API: asked for, agreed, sent, arrived, looked at. Amounts are in minor units of their currency."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, aware, once
from guanxi.core.files import FILES_MAX, Given
from guanxi.people import queries as people
from guanxi.trade.actions import returns
from guanxi.trade.models import Return
from guanxi.trade.queries import returns as reads

router = Router(tags=["returns"])
VIEW = "trade.view"
Code = Annotated[str, Field(max_length=20)]
Words = Annotated[str, Field(default="", max_length=returns.WORDS_CHARS_MAX)]


class ReturnOut(Schema):
    """`scheme`: the promise it comes back under, empty by agreement. `due`: until when the step it stands at may take."""

    id: str
    order: str
    customer: str
    sku: str
    quantity: int
    state: str
    scheme: str
    reason: str
    repair: bool
    words: str
    finding: str
    found: str
    carrier: str
    tracking: str
    amount_minor: int
    currency: str
    asked: datetime
    due: datetime | None
    arrived: datetime | None
    ended: datetime | None


class ReturnsOut(Schema):
    items: list[ReturnOut]
    next: str


class ReturnIn(Schema):
    """So many of the line at `place` (1, 2, 3) of an order (its id); `repair`: to be repaired, not refunded."""

    order: str = Field(max_length=20)
    place: int = Field(default=1, ge=1, le=9_999)
    quantity: int = Field(default=1, ge=1, le=10**6)
    reason: Code
    words: Words
    repair: bool = False


class ReturnWordsIn(Schema):
    """Why it is refused."""

    words: str = Field(min_length=1, max_length=returns.WORDS_CHARS_MAX)


class ReturnParcelIn(Schema):
    """The parcel it travels in."""

    carrier: str = Field(default="", max_length=40)
    tracking: str = Field(default="", max_length=60)


class ReturnArrivedIn(Schema):
    """When it was handed over; none: now."""

    occurred: datetime | None = None


class ReturnCheckIn(Schema):
    """What was found; anything but `as_sent` needs words and the ids of files that show it."""

    finding: Code
    words: Words
    files: list[Code] = Field(default_factory=list, max_length=FILES_MAX)


class ReturnHeardIn(Schema):
    """What a carrier says of a parcel: `delivered` means that it has arrived; other codes change nothing."""

    carrier: str = Field(min_length=1, max_length=40)
    tracking: str = Field(min_length=1, max_length=60)
    code: Code
    occurred: datetime


def _out(row: Return) -> dict[str, Any]:
    plain = ("quantity", "scheme", "reason", "repair", "words", "finding", "found", "carrier", "tracking")
    moments = ("asked", "due", "arrived", "ended")
    return {
        "id": row.public_id,
        "order": row.order.public_id,
        "customer": row.order.record.customer.public_id,
        "sku": row.line.product.sku,
        "state": str(row.state),
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        **{name: getattr(row, name) for name in plain},
        **{name: at.isoformat() if (at := getattr(row, name)) else None for name in moments},
    }


def _shown(actor: Actor, row: Return) -> dict[str, Any]:
    return _out(reads.get_return(actor, row.public_id))


@router.get("", response={200: ReturnsOut, READ: Problem}, summary="Returns")
def list_returns(
    request: HttpRequest, after: Cursor = "", limit: Limit = PAGE, customer: str = "", state: str = ""
) -> Any:
    """Visible returns, newest first; `customer` (the buyer's id) and `state` narrow."""
    actor = actor_of(request)
    actor.require(VIEW)
    found = reads.list_returns(actor)
    if customer:
        found = found.filter(order__record__customer__public_id=people.code_now(customer[:20]))
    if state:
        found = found.filter(state=state[:20])
    shown = keyset.cut(found, "asked", after, size=limit)
    return {"items": [_out(row) for row in shown.rows], "next": shown.next_cursor}


@router.post("", response={201: ReturnOut, WRITE: Problem}, summary="Ask for a return")
def ask_return(request: HttpRequest, body: ReturnIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """For the buyer. Under a running promise it is agreed at once, else the shop answers within 48 hours."""
    actor = _keeper(request)

    def effect() -> tuple[int, dict[str, Any]]:
        row = returns.ask_return(actor=actor, now=clock.now(), **body.dict())
        return 201, _shown(actor, row)

    return once(request, idempotency_key, body.dict(), effect)


@router.post(
    "/carrier-events", response={200: ReturnOut, WRITE: Problem}, summary="What a carrier says of a return"
)
def hear_back(request: HttpRequest, body: ReturnHeardIn) -> Any:
    """Told twice it happens once; 404 for a parcel that is no return."""
    actor = _keeper(request)
    said = {**body.dict(), "occurred": aware(body.occurred)}
    return _shown(actor, returns.hear_back(actor=actor, now=clock.now(), **said))


@router.get("/{public_id}", response={200: ReturnOut, READ: Problem}, summary="One return")
def get_return(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require(VIEW)
    return _out(reads.get_return(actor, public_id))


@router.post("/{public_id}/agree", response={200: ReturnOut, WRITE: Problem}, summary="Let it come back")
def agree_return(request: HttpRequest, public_id: str) -> Any:
    """In the shop's place."""
    return _done(request, public_id, returns.agree)


@router.post("/{public_id}/refuse", response={200: ReturnOut, WRITE: Problem}, summary="Refuse a return")
def refuse_return(request: HttpRequest, public_id: str, body: ReturnWordsIn) -> Any:
    """In the shop's place, saying why; the buyer may complain."""
    return _done(request, public_id, returns.refuse, words=body.words)


@router.post("/{public_id}/withdraw", response={200: ReturnOut, WRITE: Problem}, summary="Take it back")
def withdraw_return(request: HttpRequest, public_id: str) -> Any:
    """For the buyer, who keeps it after all; before it was sent."""
    return _done(request, public_id, returns.withdraw)


@router.post("/{public_id}/send", response={200: ReturnOut, WRITE: Problem}, summary="It was sent back")
def send_return(request: HttpRequest, public_id: str, body: ReturnParcelIn) -> Any:
    """For the buyer, with the parcel's carrier and number."""
    return _done(request, public_id, returns.send_back, **body.dict())


@router.post("/{public_id}/arrive", response={200: ReturnOut, WRITE: Problem}, summary="It has arrived")
def arrive_return(request: HttpRequest, public_id: str, body: ReturnArrivedIn) -> Any:
    """The time to look at it begins. Twice is once."""
    return _done(request, public_id, returns.arrive, occurred=aware(body.occurred))


@router.post("/{public_id}/check", response={200: ReturnOut, WRITE: Problem}, summary="It was looked at")
def check_return(request: HttpRequest, public_id: str, body: ReturnCheckIn) -> Any:
    """In the shop's place. As it was sent: the money goes back at once."""
    shown = Given(claimed=tuple(body.files))
    return _done(request, public_id, returns.check, finding=body.finding, words=body.words, files=shown)


@router.post("/{public_id}/repaired", response={200: ReturnOut, WRITE: Problem}, summary="It was repaired")
def repaired_return(request: HttpRequest, public_id: str, body: ReturnParcelIn) -> Any:
    """In the shop's place: repaired, and on its way to the buyer again."""
    return _done(request, public_id, returns.repaired, **body.dict())


def _keeper(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require(returns.RIGHT)
    return actor


def _done(request: HttpRequest, public_id: str, act: Any, **given: Any) -> dict[str, Any]:
    actor = _keeper(request)
    return _shown(actor, act(actor=actor, now=clock.now(), public_id=public_id, **given))
