"""A doubt of people becomes work for the data stewards: people lies below work, so the two meet here."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.core import events
from guanxi.core.access import Actor, system
from guanxi.core.models import Event
from guanxi.people.models import ReviewTask
from guanxi.work import actions as work
from guanxi.work import queries as teams

WORK_KIND = "people.review"


def add_work(event: Event) -> None:
    """Inside the transaction that recorded the doubt, or that put an end to its being put off.

    What a scan has found waits at the stewards' desk, likeliest first: nobody is promised an answer by a certain time.
    """
    if event.data["origin"] != ReviewTask.Origin.SCAN:
        _add(event, event.subject_id, event.record_id)


def _add(event: Event, review_id: int, record_id: int | None) -> None:
    team = teams.team_for(WORK_KIND)
    due = team.calendar.add(event.occurred, timedelta(minutes=team.minutes[WORK_KIND])).due
    added = work.add(
        actor=system("people"),
        now=event.occurred,
        kind=WORK_KIND,
        subject=("review", review_id),
        record_id=record_id,
        team=team,
        due=due,
    )
    events.record(added.event, with_rows=[added.item])


def drop_work(event: Event) -> None:
    """The doubt was taken back with the import that brought it, or put off: nobody has to look at it now."""
    _finish(event, event.subject_id)


def settle_work(event: Event) -> None:
    """A decision on who is who: the reviews it answered are done, those it opened again are to be done."""
    reviews = ReviewTask.objects.filter(public_id__in=event.data.get("reviews", ()))
    for review_id in reviews.values_list("id", flat=True):
        _finish(event, review_id)
    reviews = ReviewTask.objects.filter(public_id__in=event.data.get("reopened", ()))
    for review_id, record_id in reviews.exclude(origin=ReviewTask.Origin.SCAN).values_list("id", "record_id"):
        _add(event, review_id, record_id)


def _finish(event: Event, review_id: int) -> None:
    actor = system("people")
    done = work.finish(actor=actor, now=event.occurred, subject=("review", review_id), kind=WORK_KIND)
    if done is not None:
        events.record(done)


def describe(actor: Actor, ids: Sequence[int]) -> dict[int, teams.SubjectView]:
    """Reviews as subjects of work, for queues."""
    found = ReviewTask.objects.filter(id__in=ids).select_related("customer", "candidate", "record")
    return {
        review.id: teams.SubjectView(
            title=_("perhaps the same as %(code)s") % {"code": review.candidate.public_id},
            who=review.record.name or review.customer.public_id,
            url=_where(actor, review),
            icon="git-merge",
            channel=_("possible duplicate"),
        )
        for review in found
        if actor.may("people.view")
    }


def _where(actor: Actor, review: ReviewTask) -> str:
    """Stewards decide at their desk; whoever may not sees the customer."""
    if actor.may("people.review"):
        return f"{reverse('identity')}?r={review.public_id}"
    return reverse("customer", args=[review.customer.public_id])
