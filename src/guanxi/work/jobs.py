"""Background work of work: the absent, and limits after a change of working days."""

from django_tasks import task

from guanxi.core import jobs
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.models import Event
from guanxi.work import actions, queries


@task
def sweep_absent() -> int:
    """Return the work of people who left without a word. Safe twice: the second run finds nothing."""
    return actions.sweep_absent(actor=system("worker"), now=now())


@task
def dispatch() -> int:
    """Every few seconds: unanswered offers come back, wrap-ups end, shifts begin, what waits is given out. Safe twice."""
    actor, at = system("dispatcher"), now()
    actions.expire_offers(actor=actor, now=at)
    actions.end_wrap_ups(actor=actor, now=at)
    given = sum(actions.deal(actor=actor, now=at, shift_id=one) for one in queries.shifts_to_deal(at))
    return given + sum(actions.dispatch(actor=actor, now=at, team_id=one) for one in queries.teams_waiting())


@task(queue_name="import")  # the lane of long work
def recount(event_id: int) -> int:
    """Count the limits of plain work anew that a changed day moves; returns how many moved. Safe twice."""
    queries.forget_book()
    change = queries.change_of(Event.objects.get(id=event_id))
    ids, moved = queries.items_across(change), 0
    for done, item_id in enumerate(ids, 1):
        moved += (
            actions.recount(actor=system("calendar"), now=now(), item_id=item_id, change=change) is not None
        )
        jobs.progress(done, len(ids))
    return moved


@task(queue_name="import")  # the lane of long work
def simulate(public_id: str) -> bool:
    """Work out what other ways to give out work had done. Safe twice: what is worked out is left alone."""
    return actions.work_out(
        actor=system("simulation"), now=now(), public_id=public_id, progress=jobs.progress
    )
