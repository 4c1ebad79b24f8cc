"""Remittance slips over the API: recorded, matched to their orders, settled. Amounts are in minor units of `currency`.

All of it needs `trade.remit`. Every step takes an `Idempotency-Key`: the same one acts once.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, cover, explain, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.core.errors import Invalid
from guanxi.core.money import Money, MoneyError
from guanxi.core.phrases import explained
from guanxi.trade.actions import remittances as actions
from guanxi.trade.actions.placing import LINES_MAX, QUANTITY_MAX
from guanxi.trade.api.orders import moment
from guanxi.trade.models import Remittance
from guanxi.trade.queries import remittances as queries
from guanxi.trade.rules.remittance import Match

router = Router(tags=["remittances"])
RIGHT = queries.RIGHT
AMOUNT_MAX = 10**15
SHOWN_MAX = 5
State = Literal["open", "matched", "short", "over", "returned", "credited"]
Act = Callable[[dict[str, Any]], object]


class SlipOut(Schema):
    """Of `amount_minor`, `used_minor` went to `order`, `back_minor` was sent back, `credit_minor` went to the payer's
    deposit; `rest_minor` waits for somebody to decide. `address` is null without the right to contacts."""

    id: str
    slip: str
    payer: str
    address: str | None
    member: str
    text: str
    amount_minor: int
    currency: str
    paid_on: date
    state: State
    customer: str
    order: str
    used_minor: int
    back_minor: int
    credit_minor: int
    rest_minor: int
    made: datetime
    settled: datetime | None


class SlipsOut(Schema):
    items: list[SlipOut]
    next: str


class SlipCandidateOut(Schema):
    """An order that waits for money the slip may be: `score` counts what speaks for it."""

    order: str
    number: str
    owed_minor: int
    score: float


class SlipWhole(SlipOut):
    """`answer`: what is said of its rest (exact, short, over, ambiguous, none; "" where nothing is to be matched), from
    `candidates`, the likeliest first. `why`: of the match it has."""

    answer: str
    candidates: list[SlipCandidateOut]
    why: dict[str, Any] | None


class SlipIn(Schema):
    """`slip` is the post office's or bank's own number: by it one that comes twice is noticed."""

    slip: str = Field(max_length=40)
    amount_minor: int = Field(gt=0, le=AMOUNT_MAX)
    currency: str = Field(min_length=3, max_length=3)
    paid_on: date
    payer: str = Field(default="", max_length=120)
    address: str = Field(default="", max_length=300)
    member: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=500)


class SlipMatchIn(Schema):
    """`order`: its number or id."""

    order: str = Field(max_length=40)


class SlipCreditIn(Schema):
    """`customer`: whose money it is, where the slip does not say."""

    customer: str = Field(default="", max_length=20)


class SlipLineIn(Schema):
    sku: str = Field(min_length=1, max_length=40)
    quantity: int = Field(default=1, ge=1, le=QUANTITY_MAX)


class SlipOrderIn(Schema):
    """What the slip orders; `customer`, `phone` and `address` where it does not say them."""

    lines: Annotated[list[SlipLineIn], Field(min_length=1, max_length=LINES_MAX)]
    customer: str = Field(default="", max_length=20)
    phone: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=300)


def _slip(actor: Actor, row: Remittance) -> dict[str, Any]:
    plain = (
        "slip", "payer", "member", "amount_minor", "currency", "state", "used_minor", "back_minor", "credit_minor",
        "rest_minor",
    )  # fmt: skip
    return {
        "id": row.public_id,
        **{name: getattr(row, name) for name in plain},
        "address": row.address if cover.may_read(actor) else None,
        "text": cover.shown(actor, row.text),
        "paid_on": row.paid_on.isoformat(),
        "customer": row.record.customer.public_id if row.record else "",
        "order": row.order.public_id if row.order else "",
        "made": moment(row.made),
        "settled": moment(row.settled),
    }


def _whole(actor: Actor, public_id: str) -> dict[str, Any]:
    row = queries.get_slip(actor, public_id)
    asked = row.rest_minor > 0 and row.order_id is None
    found = queries.answer(actor, row) if asked else None
    likely = [one for one in (found.matches if found else ()) if one.score > 0][:SHOWN_MAX]
    ids = {key: order.public_id for key, order in queries.orders_of(likely).items()}
    return {
        **_slip(actor, row),
        "answer": found.outcome if found else "",
        "candidates": [_candidate(ids[one.due.key], one) for one in likely if one.due.key in ids],
        "why": explained(explain.from_json(row.reason)) if row.reason and row.order_id else None,
    }


def _candidate(order: str, one: Match) -> dict[str, Any]:
    return {"order": order, "number": one.due.number, "owed_minor": one.due.owed.minor, "score": one.score}


def _take(request: HttpRequest, public_id: str, key: str, body: Any, act: Act) -> Status[Any]:
    """One step of a slip, once per key; the answer is the slip after it."""
    actor = actor_of(request)
    actor.require(RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        act({"actor": actor, "now": clock.now(), "public_id": public_id})
        return 200, _whole(actor, public_id)

    return once(request, key, body, effect)


@router.get("", response={200: SlipsOut, READ: Problem}, summary="Newest slips")
def list_slips(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    state: Literal["", "open", "matched", "short", "over", "returned", "credited"] = "",
    slip: str = "",
) -> Any:
    """Visible slips, newest first; `state` and `slip` (its own number) narrow."""
    actor = actor_of(request)
    actor.require(RIGHT)
    narrow = {"state": state, "slip": slip[:40]}
    found = queries.list_slips(actor).filter(**{name: value for name, value in narrow.items() if value})
    page = keyset.cut(found.order_by("-made", "-id"), "made", after, size=limit)
    return {"items": [_slip(actor, one) for one in page.rows], "next": page.next_cursor}


@router.get("/{public_id}", response={200: SlipWhole, READ: Problem}, summary="One slip")
def get_slip(request: HttpRequest, public_id: str) -> Any:
    """With the orders it may be for, and why it is matched so."""
    actor = actor_of(request)
    actor.require(RIGHT)
    return _whole(actor, public_id)


@router.post("", response={201: SlipWhole, WRITE: Problem}, summary="Record a slip")
def record_slip(request: HttpRequest, body: SlipIn, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """A clear case is matched and pays its order at once. The same slip again is the one there is; 409 for its number with
    other contents."""
    actor = actor_of(request)
    actor.require(RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        words = body.dict(exclude={"amount_minor", "currency"})
        slip = actions.NewSlip(amount=_money(body.amount_minor, body.currency), **words)
        row = actions.record_slip(actor=actor, now=clock.now(), slip=slip)
        return 201, _whole(actor, row.public_id)

    return once(request, idempotency_key, body.dict(), effect)


def _money(minor: int, currency: str) -> Money:
    try:
        return Money(minor, currency)
    except MoneyError as error:
        raise Invalid(fields={"currency": _("This is no currency code such as CNY or USD.")}) from error


@router.post(
    "/{public_id}/match", response={200: SlipWhole, WRITE: Problem}, summary="Match a slip to an order"
)
def match_slip(
    request: HttpRequest, public_id: str, body: SlipMatchIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Its rest pays the order as far as that is owed. 409 where nothing is left of it or nothing is owed."""
    said = body.dict()
    return _take(request, public_id, idempotency_key, said, lambda who: actions.match_slip(**who, **said))


@router.post("/{public_id}/unmatch", response={200: SlipWhole, WRITE: Problem}, summary="Take a match back")
def unmatch_slip(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """The money leaves the order again and the slip waits. 409 once goods have left for the order."""
    return _take(request, public_id, idempotency_key, None, lambda who: actions.unmatch_slip(**who))


@router.post(
    "/{public_id}/send-back", response={200: SlipWhole, WRITE: Problem}, summary="Send its rest back"
)
def send_slip_back(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Status[Any]:
    """To its payer, the way it came. 409 where nothing is left."""
    return _take(request, public_id, idempotency_key, None, lambda who: actions.send_back(**who))


@router.post(
    "/{public_id}/credit", response={200: SlipWhole, WRITE: Problem}, summary="Keep its rest as a deposit"
)
def credit_slip(
    request: HttpRequest, public_id: str, body: SlipCreditIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """The payer's. 422 where nobody is known, 409 where nothing is left."""

    def act(who: dict[str, Any]) -> object:
        return actions.credit_slip(**who, record_id=_record(who["actor"], body.customer))

    return _take(request, public_id, idempotency_key, body.dict(), act)


def _record(actor: Actor, customer: str) -> int | None:
    return queries.record_of(actor, customer) if customer else None


@router.post(
    "/{public_id}/order", response={200: SlipWhole, WRITE: Problem}, summary="Place what a slip orders"
)
def key_slip(
    request: HttpRequest, public_id: str, body: SlipOrderIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Its customer recognised or made, the order placed and paid by the slip; needs what placing needs, too."""

    def act(who: dict[str, Any]) -> object:
        lines = [actions.NewLine(one.sku.strip().upper(), one.quantity) for one in body.lines]
        ship_to = {"address": body.address} if body.address else {}
        record = _record(who["actor"], body.customer)
        keyed = actions.Keyed(lines=lines, record_id=record, phone=body.phone, ship_to=ship_to)
        return actions.key_order(**who, keyed=keyed)

    return _take(request, public_id, idempotency_key, body.dict(), act)
