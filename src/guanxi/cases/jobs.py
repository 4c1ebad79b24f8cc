"""Background work of cases: telling the customer, watching and recounting the limits, keeping cases findable."""

from datetime import timedelta

from django_tasks import task

from guanxi.cases import actions, queries
from guanxi.cases.models import Case
from guanxi.core import jobs, search
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.models import Detail, Event
from guanxi.work import queries as teams

NEWS_AGE_MAX = timedelta(
    days=1
)  # older than that (a history brought in, a long outage) it is no news any more


@task(queue_name="mail")
def acknowledge(event_id: int) -> None:
    """Number, promised time and link by mail. Safe twice: the message carries the event's id."""
    event, moment = Event.objects.get(id=event_id), now()
    if moment - event.occurred < NEWS_AGE_MAX:
        actions.acknowledge(now=moment, event_id=event_id, case_id=event.subject_id)


@task(queue_name="mail")
def tell_answer(event_id: int) -> None:
    """Our answer by mail. Safe twice; silent when the words were erased in between."""
    event, moment = Event.objects.get(id=event_id), now()
    if moment - event.occurred >= NEWS_AGE_MAX:
        return
    detail = Detail.objects.filter(event_id=event_id).first()
    text = str(detail.body.get("text", "")) if detail else ""
    actions.tell_answer(now=moment, event_id=event_id, case_id=event.subject_id, text=text)


@task
def expire() -> int:
    """Do what the table says for limits that have passed. Safe twice: each case is looked at again under its lock."""
    moment = now()
    done = 0
    for late in queries.list_expired(moment):
        done += actions.expire(actor=system("clock"), now=moment, case_id=late.id, verb=late.verb) is not None
    return done


@task(queue_name="import")  # the lane of long work
def recount(event_id: int) -> int:
    """Count promised times anew that a changed day moves; returns how many moved. Safe twice."""
    teams.forget_book()
    change = teams.change_of(Event.objects.get(id=event_id))
    ids, moved = queries.cases_across(change), 0
    for done, case_id in enumerate(ids, 1):
        moved += (
            actions.recount(actor=system("calendar"), now=now(), case_id=case_id, change=change) is not None
        )
        jobs.progress(done, len(ids))
    return moved


def index(found: list[Event]) -> None:
    """Make what was said findable under its case. A batch of the sealed stream; writing a row again replaces it."""
    ids = {event.subject_id for event in found}
    cases = Case.objects.filter(id__in=ids).select_related("record")
    search.put_many([queries.search_words(case) for case in cases])
