"""Background work of cases: telling the customer, watching and recounting the limits, keeping cases findable."""

from datetime import timedelta

from django_tasks import task

from guanxi.cases import actions, queries
from guanxi.cases.actions import learning
from guanxi.cases.models import Case
from guanxi.cases.queries import issues, protection
from guanxi.cases.rules import telling
from guanxi.core import jobs, search
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.models import Detail, Event
from guanxi.work import queries as teams

NEWS_AGE_MAX = timedelta(
    days=1
)  # older than that (a history brought in, a long outage) it is no news any more

TELLING = {f"case.{name}" for name in telling.TOLD}
# After these the system itself has something to do: a look, a service, a payment.
PROGRESSING = {
    "case.issue_opened",
    "case.rejected",
    "case.admitted",
    "case.offer_accepted",
    "case.agreed",
    "case.confirmed",
    "case.approved",
    "case.served",
}


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
    message = str(event.data.get("message", ""))
    actions.tell_answer(now=moment, event_id=event_id, case_id=event.subject_id, text=text, message=message)


@task(queue_name="mail")
def tell_sides(event_id: int) -> None:
    """Mail whoever a step concerns: whose turn it is, both at decisions. Safe twice: each side's message has its own id."""
    event, moment = Event.objects.get(id=event_id), now()
    issue_id = issues.issue_key(str(event.data.get("issue", "")))
    if issue_id is None or moment - event.occurred >= NEWS_AGE_MAX:
        return
    happened = event.type.removeprefix("case.")
    two_sides = issues.has_respondent(issue_id)
    for side, letter in telling.letters_for(happened, event.data, two_sides=two_sides):
        actions.tell_side(now=moment, event_id=event_id, issue_id=issue_id, side=side, letter=letter)


@task
def expire() -> int:
    """Do what the table says for limits that have passed. Safe twice: each case is looked at again under its lock."""
    moment = now()
    done = 0
    for late in queries.list_expired(moment):
        done += actions.expire(actor=system("clock"), now=moment, case_id=late.id, verb=late.verb) is not None
    return done


@task
def progress(event_id: int) -> None:
    """What the system owes an issue after a step: check, serve, pay. Safe twice: the issue is looked at under its lock."""
    found = Event.objects.filter(id=event_id).values_list("data", flat=True).first()
    issue_id = issues.issue_key(str(found.get("issue", ""))) if found else None
    if issue_id is not None:
        actions.issues.progress(actor=system("cases"), now=now(), issue_id=issue_id)


@task
def look_again(event_id: int) -> None:
    """What was found of goods may prove a promise that is complained of. Safe twice: each issue is looked at under its lock."""
    for issue_id in protection.waiting_for(Event.objects.get(id=event_id).subject_id):
        actions.issues.look_again(actor=system("cases"), now=now(), issue_id=issue_id)


@task
def tick() -> int:
    """The clock of issues: limits that have passed, what waits for the system, money paid ahead, warnings. Safe twice."""
    moment, done, faults = now(), 0, []
    for what, ids in (
        (actions.issues.progress, issues.list_waiting_for_system),
        (actions.issues.expire, lambda now: [late.id for late in issues.list_late(now)]),
        (actions.issues.advance, issues.list_to_advance),
        (actions.issues.warn, issues.list_to_warn),
    ):
        for issue_id in ids(moment):
            try:
                done += bool(what(actor=system("clock"), now=moment, issue_id=issue_id))
            except Exception as fault:  # noqa: BLE001  one that fails must not stop the clocks of all others
                faults.append(fault)
    if faults:
        raise ExceptionGroup("issues whose clock stands still", faults)
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
    for issue_id in issues.issues_across(change):
        clock = system("calendar")
        moved += actions.recount_issue(actor=clock, now=now(), issue_id=issue_id, change=change) is not None
    return moved


def index(found: list[Event]) -> None:
    """Make what was said findable under its case. A batch of the sealed stream; writing a row again replaces it."""
    ids = {event.subject_id for event in found}
    cases = Case.objects.filter(id__in=ids).select_related("record")
    search.put_many([queries.search_words(case) for case in cases])


@task(queue_name="import")  # the lane of long work
def retrain() -> int:
    """Train the reader of complaints anew, if there is something new to learn; the number of the one in use. Safe twice."""
    return learning.retrain()


@task
def retrain_soon() -> bool:
    """Do not leave many corrections to the night. Safe twice: what has been learnt is no news."""
    due = learning.due_soon()
    if due:
        retrain.enqueue()
    return due
