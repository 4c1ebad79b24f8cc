"""Reading questions asked before a purchase and what the shop said to them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.people.models import Record
from guanxi.trade.models import Listing, Question

SHOWN_MAX = 50
DUE_MAX = 50


def public_questions(listing: Listing) -> list[Question]:
    """What everybody reads on the page of a listing, answered ones first, the newest first among these; at most 50."""
    found = Question.objects.filter(listing=listing, hidden=None).select_related("record")
    rows = list(found.order_by("-asked", "-id")[:SHOWN_MAX])
    return sorted(rows, key=lambda row: row.answered is None)


def list_questions(actor: Actor) -> QuerySet[Question]:
    """Visible questions, newest first: one's own, those to one's shop, those in reach."""
    found: QuerySet[Question] = Question.objects.visible_to(actor)
    return found.select_related("listing__shop", "record__customer").order_by("-asked", "-id")


def get_question(actor: Actor, public_id: str) -> Question:
    found = list_questions(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def question_told(question_id: int) -> Question | None:
    """A question with both its sides, for whoever tells them of it; None where it is gone."""
    return Question.objects.filter(id=question_id).select_related("listing__shop__record", "record").first()


def open_questions(shop_id: int) -> list[Question]:
    """What a shop has not answered yet, the oldest first; at most 50."""
    found = Question.objects.filter(listing__shop=shop_id, answered=None, hidden=None)
    return list(found.select_related("listing").order_by("asked", "id")[:DUE_MAX])


def records_beside(record_id: int) -> frozenset[int]:
    """All records of the person of this one."""
    owner = Record.objects.filter(id=record_id).values("customer")[:1]
    return frozenset(Record.objects.filter(customer=owner).values_list("id", flat=True))


def asked_lately(record_ids: Collection[int], now: datetime) -> int:
    """How much somebody has asked within 24 hours."""
    found = Question.objects.filter(record_id__in=record_ids, asked__gt=now - timedelta(days=1))
    return int(found.count())


def waiting_about(record_ids: Collection[int], listing: Listing) -> int:
    """How many questions of somebody about this listing wait for an answer."""
    found = Question.objects.filter(record_id__in=record_ids, listing=listing, answered=None)
    return int(found.count())


def count_open(shop_ids: Collection[int]) -> dict[int, int]:
    """{shop id: questions without an answer}."""
    rows = Question.objects.filter(listing__shop__in=shop_ids, answered=None, hidden=None)
    found = rows.values_list("listing__shop").annotate(n=Count("id")).order_by()
    return dict(found)


def said_about(listing_ids: Collection[int], *, before: datetime | None = None) -> list[Question]:
    """What shops said of these listings to anybody who asked, the newest first: answered `before` a purchase, where given.

    Admissible in a dispute: an answer can never be changed afterwards. Hidden ones are among them.
    """
    found = Question.objects.filter(listing_id__in=listing_ids).exclude(answered=None)
    if before is not None:
        found = found.filter(answered__lte=before)
    return list(found.select_related("listing__shop", "record").order_by("-answered", "-id")[:SHOWN_MAX])
