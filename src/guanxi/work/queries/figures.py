"""Key figures of work, each the sum of its rows: what somebody may not see is not counted."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.figures import Figure, Row, Value, Whose, sum_of
from guanxi.work.models import Assignment, WorkItem

DEFERRED = "deferred"
MINUTE = 60


def _done(actor: Actor, since: datetime, until: datetime, whose: Whose) -> QuerySet[Assignment]:
    """Work finished in the span by whom it is asked of, in the order of its end."""
    found = Assignment.objects.filter(
        item__in=WorkItem.objects.visible_to(actor).values("id"),
        ended__gte=since,
        ended__lt=until,
        outcome="done",
        consulting=False,
    )
    if whose.member is not None:
        found = found.filter(member_id=whose.member)
    if whose.team is not None:
        found = found.filter(item__team_id=whose.team)
    return found.select_related("item").order_by("ended", "id")


def _row(one: Assignment, numerator: float, denominator: float) -> Row:
    return Row(one.ended or one.started, one.item.public_id, one.member_id, numerator, denominator)


def handled(actor: Actor, since: datetime, until: datetime, whose: Whose) -> list[Row]:
    """A seat's day is counted with the first piece finished on it."""
    days, rows = set(), []
    for one in _done(actor, since, until, whose):
        day = (one.member_id, timezone.localtime(one.ended).date())
        rows.append(_row(one, 1, 0 if day in days else 1))
        days.add(day)
    return rows


def resolved(actor: Actor, since: datetime, until: datetime, whose: Whose) -> list[Row]:
    ticked = _done(actor, since, until, whose).filter(resolved__isnull=False)
    return [_row(one, 1 if one.resolved else 0, 1) for one in ticked]


def in_target(actor: Actor, since: datetime, until: datetime, whose: Whose) -> list[Row]:
    done = _done(actor, since, until, whose).filter(item__channel=DEFERRED)
    return [_row(one, 1 if one.ended and one.ended <= one.item.due else 0, 1) for one in done]


def handling(actor: Actor, since: datetime, until: datetime, whose: Whose) -> list[Row]:
    """Minutes from hand to end, without those on the shelf."""
    rows = []
    for one in _done(actor, since, until, whose).prefetch_related("shelved"):
        end = one.ended or one.started
        spent = (end - (one.accepted or one.started)).total_seconds()
        spent -= sum(((shelf.resumed or end) - shelf.parked).total_seconds() for shelf in one.shelved.all())
        rows.append(_row(one, round(max(spent, 0) / MINUTE, 2), 1))
    return rows


def _figure(code: str, rows: Any, **words: Any) -> Figure:
    def compute(actor: Actor, since: datetime, until: datetime) -> Value:
        return sum_of(rows(actor, since, until, Whose()))

    return Figure(code=f"work.{code}", right="work.view", compute=compute, rows=rows, tile=False, **words)


_FINISHED = _("pieces of work finished")
FIGURES = (
    _figure("handled", handled, title=_("Handled per seat and day"), numerator=_FINISHED,
            denominator=_("seats and days on which one was finished"), exclusions=_("advice given to colleagues"),
            owner="supervisor", unit="1", target=None),
    _figure("resolved", resolved, title=_("Solved in one contact"), numerator=_("those ticked as solved in one contact"),
            denominator=_("finished ones with a tick for yes or no"), exclusions=_("those without a tick"),
            owner="supervisor", unit="%", target=70.0),
    _figure("in_target", in_target, title=_("Finished in time"), numerator=_("those finished by their due time"),
            denominator=_FINISHED, exclusions=_("calls and chats"), owner="supervisor", unit="%", target=90.0),
    _figure("handling", handling, title=_("Minutes per piece of work"), numerator=_("minutes in hand"),
            denominator=_FINISHED, exclusions=_("time set aside on the shelf"), owner="supervisor", unit="min", target=None),
)  # fmt: skip
