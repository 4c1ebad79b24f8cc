"""Asking a shop before buying, and its answer: public, never changed, evidence in a dispute."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, Throttled
from guanxi.core.events import Event
from guanxi.engine.writing import clean_text
from guanxi.trade import events as happened
from guanxi.trade.actions.shops import RIGHT, said
from guanxi.trade.models import Listing, Question, Shop
from guanxi.trade.queries import market, questions
from guanxi.trade.rules import market as rules


@action
def ask(
    *,
    actor: Actor,
    now: datetime,
    listing: str,
    text: str,
    record_id: int | None = None,
    sample: bool = False,
) -> Question:
    """A signed-in customer asks about something on sale; staff with `trade.shops` ask for the record they name.

    Raises `NotFound`, `SignInNeeded`, `Denied`, `Conflict` for one's own listing or too many open, `Throttled`, `Invalid` on
    "text".
    """
    about = market.get_listing(actor, listing)
    asker, mine = _asker(actor, record_id)
    if about.state != Listing.State.ACTIVE or about.shop.state != Shop.State.OPEN:
        raise Conflict(_("This is not on sale any more."), code="not_now")
    if about.shop.record_id in mine:
        raise Conflict(_("This is your own listing."), code="own")
    if fault := rules.question_fault(text):
        raise said({"text": fault})
    if questions.waiting_about(mine, about) >= rules.QUESTIONS_OPEN_MAX:
        raise Conflict(_("The shop has not answered your earlier questions yet."), code="at_most")
    if questions.asked_lately(mine, now) >= rules.QUESTIONS_DAY_MAX:
        raise Throttled(_("You have asked a lot today. Please go on tomorrow."))
    row = Question(
        listing=about, record_id=asker, text=clean_text(text), asked=now, about_version=about.version
    )
    events.record(_event(happened.QUESTION_ASKED.code, actor, now, row, row.text), with_rows=[row])
    return row


def _asker(actor: Actor, record_id: int | None) -> tuple[int, frozenset[int]]:
    """Whose question it is, and all their records."""
    if actor.kind is Kind.CUSTOMER and actor.record_id is not None:
        return actor.record_id, actor.records or frozenset({actor.record_id})
    actor.require(RIGHT)
    if record_id is None:
        raise Invalid(fields={"customer": _("We know no such customer.")}, code="unknown")
    return record_id, questions.records_beside(record_id)


@action
def answer(*, actor: Actor, now: datetime, question: str, text: str) -> Question:
    """The shop's answer. It stands as it is said and can never be changed: in a dispute it counts.

    Raises `NotFound`, `Denied` for anybody but the shop, `Conflict` when it is answered, `Invalid` on "text".
    """
    seen = questions.get_question(actor, question)
    if not _may_answer(actor, seen):
        raise Denied(_("Only the shop answers this."), code="denied")
    if fault := rules.answer_fault(text):
        raise said({"text": fault})
    row = Question.objects.select_for_update(of=("self",)).select_related("listing__shop").get(id=seen.id)
    if row.answered is not None:
        raise Conflict(_("This is answered already, and stays as it was said."), code="there_already")
    row.answer, row.answered = clean_text(text), now
    row.save(update_fields=["answer", "answered"])
    events.record(_event(happened.QUESTION_ANSWERED.code, actor, now, row, row.answer))
    return row


def _may_answer(actor: Actor, row: Question) -> bool:
    owner = row.listing.shop.record_id
    if actor.kind is Kind.CUSTOMER:
        mine = actor.records if actor.records is not None else frozenset({actor.record_id})
        return owner in mine
    return bool(actor.reach(RIGHT).everything)


@action
def hide(
    *, actor: Actor, now: datetime, question: str, why: str = "", hidden: bool | None = None
) -> Question:
    """Take an abusive question off the public page, or put it back. Both sides and a dispute still see it.

    `hidden`: how it shall be, and nothing happens where it is so; without it, the other way round. Needs
    `trade.shops` everywhere. Raises `NotFound`, `Denied`.
    """
    actor.require(RIGHT)
    seen = questions.get_question(actor, question)
    if not actor.reach(RIGHT).everything:
        raise Denied(code="denied")
    row = Question.objects.select_for_update(of=("self",)).select_related("listing__shop").get(id=seen.id)
    if hidden == (row.hidden is not None):
        return row
    row.hidden = None if row.hidden else now
    row.save(update_fields=["hidden"])
    told = _event(happened.QUESTION_HIDDEN.code, actor, now, row, clean_text(why)[:500])
    events.record(told)
    return row


def _event(code: str, actor: Actor, now: datetime, row: Question, words: str) -> Event:
    data = {"question": row.public_id, "listing": row.listing.public_id, "hidden": row.hidden is not None}
    detail = {"text": words} if words else None
    return Event(code, actor, now, ("question", row.id), record_id=row.record_id, data=data, detail=detail)
