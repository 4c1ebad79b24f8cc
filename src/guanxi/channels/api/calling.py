"""Call lists over the API: made, filled, run, read; one call dialled and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema

from guanxi.channels.actions import calling, dialling
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.queries import calling as reads
from guanxi.core import clock, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, aware, once
from guanxi.core.errors import Invalid
from guanxi.core.money import Money, MoneyError
from guanxi.core.phrases import explained

call_lists = Router(tags=["calls"])
calls = Router(tags=["calls"])
Result = Literal["sale", "no", "later", "no_answer", "wrong_number", "do_not_call"]


class CallListIn(Schema):
    """A call list. `week`: by day (`mon` … `sun`) hours such as "09:00-12:00, 14:00-20:00", by the clock of whoever is rung."""

    name: str = Field(max_length=80)
    team: str = Field(max_length=40)
    purpose: Literal["marketing", "survey", "service"] = "marketing"
    offer: str = Field(default="", max_length=300)
    script_zh: str = Field(default="", max_length=4_000)
    script_en: str = Field(default="", max_length=4_000)
    week: dict[str, str]
    holidays: bool = True
    attempts_max: int = Field(default=3, ge=1, le=10)
    pause_minutes: int = Field(default=240, ge=1)


class CallListOut(Schema):
    id: str
    name: str
    team: str
    purpose: str
    offer: str
    week: dict[str, list[str]]
    holidays: bool
    attempts_max: int
    pause_minutes: int
    state: Literal["open", "paused", "closed"]
    created: datetime


class CallListFigures(Schema):
    """`dialled` counts tries, `called` customers dialled once at least; `complaints` of buyers within 30 days of the sale.

    `value`: of `orders` keyed from calls, else what was noted as sold; `net`: without `taken_back`, which was cancelled or
    sent back within 30 days; `per_hour`: `net` per hour (`seconds` / 3600) in which a call was in somebody's hands.
    """

    listed: int
    refused: int
    open: int
    dialled: int
    called: int
    reached: int
    sales: int
    orders: int
    value: list[dict[str, Any]]
    taken_back: list[dict[str, Any]]
    net: list[dict[str, Any]]
    per_hour: list[dict[str, Any]]
    seconds: int
    complaints: int


class CallListDetail(CallListOut):
    figures: CallListFigures


class CallListsOut(Schema):
    items: list[CallListOut]
    next: str


class OutboundCallOut(Schema):
    """A customer on a call list. `why`: what stands against ringing them."""

    id: str
    list: str
    customer: str
    number: str
    state: Literal["waiting", "queued", "calling", "done", "refused", "stopped"]
    attempts: int
    next_at: datetime | None
    dialled: datetime | None
    result: str
    note: str
    why: dict[str, Any] | None


class OutboundCallsOut(Schema):
    items: list[OutboundCallOut]
    next: str


class CustomersIn(Schema):
    customers: list[str] = Field(max_length=500, description="Customers' numbers")


class CustomersAdded(Schema):
    listed: int
    refused: int
    unread: list[dict[str, str]]


class CallResultIn(Schema):
    """`at`: when to ring again (`later`); `value_minor`, `currency`: what was sold (`sale`)."""

    result: Result
    note: str = Field(default="", max_length=500)
    at: datetime | None = None
    value_minor: int | None = Field(default=None, ge=0, le=10**15)
    currency: str = "CNY"


def _list(one: CallList) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "name": one.name,
        "team": one.team.unit.code,
        "purpose": one.purpose,
        "offer": one.offer,
        "week": dict(one.week),
        "holidays": one.holidays,
        "attempts_max": one.attempts_max,
        "pause_minutes": one.pause_minutes,
        "state": one.state,
        "created": one.created,
    }


def _detail(one: CallList) -> dict[str, Any]:
    came = reads.figures_of(one)
    amounts = {
        name: [{"amount_minor": worth.minor, "currency": worth.currency} for worth in getattr(came, name)]
        for name in ("value", "taken_back", "net", "per_hour")
    }
    names = (
        "listed",
        "refused",
        "open",
        "dialled",
        "called",
        "reached",
        "sales",
        "orders",
        "seconds",
        "complaints",
    )
    return {**_list(one), "figures": {**{name: getattr(came, name) for name in names}, **amounts}}


def _call(actor: Actor, one: CallEntry) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "list": one.list.public_id,
        "customer": one.record.customer.public_id,
        "number": reads.number_shown(actor, one),
        "state": one.state,
        "attempts": one.attempts,
        "next_at": one.next_at,
        "dialled": one.dialled,
        "result": one.result,
        "note": one.note,
        "why": explained(one.explanation) if one.explanation else None,
    }


@call_lists.get("", response={200: CallListsOut, READ: Problem}, summary="Call lists, newest first")
def list_call_lists(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE) -> Any:
    actor = actor_of(request)
    actor.require(reads.RUN_RIGHT)
    shown = keyset.cut(reads.list_lists(actor), "created", after, size=limit)
    return {"items": [_list(one) for one in shown.rows], "next": shown.next_cursor}


@call_lists.post("", response={201: CallListOut, WRITE: Problem}, summary="Make a call list")
def make_call_list(request: HttpRequest, body: CallListIn, idempotency_key: IdempotencyKey = "") -> Any:
    """It is paused: nobody is rung before it is run."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        made = calling.make_list(actor=actor, now=clock.now(), given=calling.Given(**body.dict()))
        return 201, _shown(_list(reads.get_list(actor, made.public_id)))

    return once(request, idempotency_key, body.dict(), effect)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """With moments as text, since answers are kept to be given again."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


@call_lists.get("/{public_id}", response={200: CallListDetail, READ: Problem}, summary="One call list")
def get_call_list(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require(reads.RUN_RIGHT)
    return _detail(reads.get_list(actor, public_id))


@call_lists.get(
    "/{public_id}/calls", response={200: OutboundCallsOut, READ: Problem}, summary="Who is on a list"
)
def list_outbound_calls(
    request: HttpRequest, public_id: str, after: Cursor = "", limit: Limit = PAGE, state: str = ""
) -> Any:
    """Newest first; `state` narrows."""
    actor = actor_of(request)
    actor.require(reads.RUN_RIGHT)
    found = reads.list_entries(actor, reads.get_list(actor, public_id)).order_by("-created", "-id")
    shown = keyset.cut(found.filter(state=state) if state else found, "created", after, size=limit)
    return {"items": [_call(actor, one) for one in shown.rows], "next": shown.next_cursor}


@call_lists.post(
    "/{public_id}/customers",
    response={200: CustomersAdded, WRITE: Problem},
    summary="Put customers on a list",
)
def add_to_call_list(
    request: HttpRequest, public_id: str, body: CustomersIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """Each through the gate; whoever may not be rung is kept as refused, with `why`."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require(reads.RUN_RIGHT)
        text = "\n".join(body.customers)
        came = calling.add_codes(actor=actor, now=clock.now(), public_id=public_id, text=text)
        unread = [{"customer": code, "why": why} for code, why in came.unread]
        return 200, {"listed": came.listed, "refused": came.refused, "unread": unread}

    return once(request, idempotency_key, body.dict(), effect)


@call_lists.post(
    "/{public_id}/{verb}", response={200: CallListOut, WRITE: Problem}, summary="Run, pause or close a list"
)
def turn_call_list(
    request: HttpRequest,
    public_id: str,
    verb: Literal["run", "pause", "close"],
    idempotency_key: IdempotencyKey = "",
) -> Any:
    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require(reads.RUN_RIGHT)
        calling.turn_list(actor=actor, now=clock.now(), public_id=public_id, verb=verb)
        return 200, _shown(_list(reads.get_list(actor, public_id)))

    return once(request, idempotency_key, None, effect)


@calls.get("/{public_id}", response={200: OutboundCallOut, READ: Problem}, summary="One call of a list")
def get_outbound_call(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require(reads.RIGHT)
    return _call(actor, reads.get_entry(actor, public_id))


@calls.post("/{public_id}/dial", response={200: OutboundCallOut, WRITE: Problem}, summary="Dial")
def dial_outbound_call(request: HttpRequest, public_id: str, idempotency_key: IdempotencyKey = "") -> Any:
    """The gate and the hour are asked again: the answer's `state` is `calling`, `refused`, or `waiting` until a better hour.

    The work has to be the owner's, or becomes theirs; 403 `no_seat`, 409 `taken`, 409 `settled`.
    """

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require(reads.RIGHT)
        dialling.dial(actor=actor, now=clock.now(), public_id=public_id)
        return 200, _shown(_call(actor, reads.get_entry(actor, public_id)))

    return once(request, idempotency_key, None, effect)


def _worth(body: CallResultIn) -> Money | None:
    if body.value_minor is None:
        return None
    try:
        return Money(body.value_minor, body.currency)
    except MoneyError as error:
        raise Invalid(fields={"currency": _("This is no currency code such as CNY or USD.")}) from error


@calls.post(
    "/{public_id}/result", response={200: OutboundCallOut, WRITE: Problem}, summary="What came of a call"
)
def note_outbound_result(
    request: HttpRequest, public_id: str, body: CallResultIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """`do_not_call` is stated as the customer's refusal at once. 422 for a call-back at no hour for calls there."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        actor.require(reads.RIGHT)
        worth = _worth(body)
        result = dialling.Result(body.result, body.note, aware(body.at), worth)
        dialling.note_result(actor=actor, now=clock.now(), public_id=public_id, result=result)
        return 200, _shown(_call(actor, reads.get_entry(actor, public_id)))

    return once(request, idempotency_key, body.dict() | {"at": body.at and body.at.isoformat()}, effect)
