"""Questions asked before a purchase and what the shop says, over the API.

A token acts for sellers and buyers with `trade.shops`; reading needs `trade.view`, and sees what its reach holds.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from guanxi.core import clock, cover, keyset
from guanxi.core.access import Actor
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of, once
from guanxi.trade.actions import questions as asking
from guanxi.trade.actions.shops import RIGHT
from guanxi.trade.api.orders import moment
from guanxi.trade.models import Question
from guanxi.trade.queries import market, questions
from guanxi.trade.queries.remittances import record_of

router = Router(tags=["market"])  # of listings: mounted before these, whose verbs stand at the same place
asked = Router(tags=["market"])
VIEW, RUN = "trade.view", RIGHT
Act = Callable[[dict[str, Any]], object]


class ShopQuestionOut(Schema):
    """`answer` is empty until the shop has answered; `hidden`: not on the public page."""

    id: str
    listing: str
    customer: str
    text: str
    answer: str
    asked: datetime
    answered: datetime | None
    about_version: int
    hidden: bool


class ShopQuestionsOut(Schema):
    items: list[ShopQuestionOut]
    next: str


class ShopQuestionIn(Schema):
    """`customer`: who asks."""

    customer: str = Field(max_length=20)
    text: str = Field(max_length=5_000)


class ShopAnswerIn(Schema):
    text: str = Field(max_length=5_000)


class ShopQuestionHide(Schema):
    """`why` stays in the trail."""

    hidden: bool = True
    why: str = Field(default="", max_length=500)


def _question(actor: Actor, row: Question) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "listing": row.listing.public_id,
        "customer": row.record.customer.public_id,
        "text": cover.shown(actor, row.text),
        "answer": cover.shown(actor, row.answer),
        "asked": moment(row.asked),
        "answered": moment(row.answered),
        "about_version": row.about_version,
        "hidden": row.hidden is not None,
    }


@router.get(
    "/{public_id}/questions", response={200: ShopQuestionsOut, READ: Problem}, summary="Questions about it"
)
def list_questions(request: HttpRequest, public_id: str, after: Cursor = "", limit: Limit = PAGE) -> Any:
    """Visible ones with their answers, the newest first, hidden ones too."""
    actor = actor_of(request)
    actor.require(VIEW)
    row = market.get_listing(actor, public_id)
    page = keyset.cut(questions.list_questions(actor).filter(listing=row), "asked", after, size=limit)
    return {"items": [_question(actor, one) for one in page.rows], "next": page.next_cursor}


@router.post(
    "/{public_id}/questions",
    response={201: ShopQuestionOut, WRITE: Problem},
    summary="Ask about it for a customer",
)
def ask(
    request: HttpRequest, public_id: str, body: ShopQuestionIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Of what is on sale. 409 for their own listing, and when the shop owes them too many answers; 429 for too many a day."""
    actor = actor_of(request)
    actor.require(VIEW)
    actor.require(RUN)

    def effect() -> tuple[int, dict[str, Any]]:
        record = record_of(actor, body.customer)
        row = asking.ask(actor=actor, now=clock.now(), listing=public_id, text=body.text, record_id=record)
        return 201, _question(actor, row)

    return once(request, idempotency_key, body.dict(), effect)


def _settle(request: HttpRequest, key: str, body: Any, public_id: str, act: Act) -> Status[Any]:
    """One step of a question, once per key; the answer is the question after it."""
    actor = actor_of(request)
    actor.require(VIEW)
    actor.require(RUN)

    def effect() -> tuple[int, dict[str, Any]]:
        act({"actor": actor, "now": clock.now(), "question": public_id})
        return 200, _question(actor, questions.get_question(actor, public_id))

    return once(request, key, body, effect)


@asked.post(
    "/{public_id}/answer", response={200: ShopQuestionOut, WRITE: Problem}, summary="Answer for the shop"
)
def answer_question(
    request: HttpRequest, public_id: str, body: ShopAnswerIn, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Needs `trade.shops` everywhere. An answer stands as it was said: 409 when there is one."""
    return _settle(
        request, idempotency_key, body.dict(), public_id, lambda who: asking.answer(**who, text=body.text)
    )  # fmt: skip


@asked.post(
    "/{public_id}/hide",
    response={200: ShopQuestionOut, WRITE: Problem},
    summary="Hide a question, or show it",
)
def hide_question(
    request: HttpRequest, public_id: str, body: ShopQuestionHide, idempotency_key: IdempotencyKey = ""
) -> Status[Any]:
    """Take an abusive one off the public page, or put it back; twice is once. Needs `trade.shops` everywhere."""
    said = body.dict()
    return _settle(request, idempotency_key, said, public_id, lambda who: asking.hide(**who, **said))
