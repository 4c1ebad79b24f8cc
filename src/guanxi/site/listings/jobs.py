"""The list of background work."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core import jobs
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.jobs import monitor
from guanxi.core.lists import Bulk, Choices, Column, Kind, Listing, View
from guanxi.core.models import Job
from guanxi.site.administration.tasks import MONITOR, STATES, TASKS, task_words
from guanxi.site.listings.house import rows


def _tasks(actor: Actor) -> Choices:
    return [(code, words) for code, words in TASKS.items()]


def _error(actor: Actor, job: Job) -> str:
    return str(job.errors[-1].get("exception_class_path", "")).rpartition(".")[2] if job.errors else ""


def _retry(*, actor: Actor, now: datetime, row: Job, values: Mapping[str, str]) -> None:
    if not monitor.retry(actor=actor, now=now, job=row):
        raise Conflict(_("This job has not failed."), code="job_moved_on")


def _cancel(*, actor: Actor, now: datetime, row: Job, values: Mapping[str, str]) -> None:
    here = jobs.current()
    if here is not None and here.id == row.id:
        raise Conflict(_("This is the job that does all this."), code="oneself")
    if not monitor.cancel(actor=actor, now=now, job=row):
        raise Conflict(_("This job has ended already."), code="job_moved_on")


BULK = (
    Bulk(
        code="retry",
        title=_("Try again"),
        right=MONITOR,
        act=_retry,
        icon="refresh",
        mine=lambda actor: Q(state=Job.State.FAILED),
        says=_("Each failed job starts again from its beginning. Every job is safe to run twice."),
    ),
    Bulk(
        code="cancel",
        title=_("Stop"),
        right=MONITOR,
        act=_cancel,
        icon="x",
        danger=True,
        mine=lambda actor: Q(state__in=[Job.State.READY, Job.State.RUNNING], cancelled=False),
        says=_("What waits does not begin; what runs ends at its next step. Each can be tried again."),
    ),
)
JOBS = Listing(
    code="jobs",
    title=_("Background work"),
    right=MONITOR,
    query=lambda actor: rows(Job, actor, MONITOR),
    order="-enqueued",
    key=lambda job: str(job.id),
    key_path="id",
    url=lambda job: reverse("settings_job", args=[job.id]),
    url_name="settings_jobs",
    icon="list-check",
    bulk=BULK,
    empty=_("What the worker does appears here, with its progress."),
    views=(
        View("failed", _("Failed"), "state=FAILED"),
        View("running", _("Running"), "state=RUNNING"),
        View("waiting", _("Waiting"), "state=READY"),
    ),
    columns=(
        Column(
            code="task",
            title=_("Task"),
            value=lambda actor, job: task_words(job.task),
            kind=Kind.CHOICE,
            filter_path="task",
            choices=_tasks,
            shape="title",
            cell=lambda actor, job: {"title": task_words(job.task), "sub": job.task.removeprefix("guanxi.")},
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, job: str(STATES[Job.State(job.state)]),
            kind=Kind.CHOICE,
            filter_path="state",
            choices=lambda actor: [(code.value, words) for code, words in STATES.items()],
            shape="chip",
            cell=lambda actor, job: {
                "value": STATES[Job.State(job.state)],
                "tone": {"FAILED": "red", "RUNNING": "accent", "SUCCESSFUL": "green"}.get(job.state, ""),
            },
        ),
        Column(
            code="tries", title=_("Tries"), value=lambda actor, job: len(job.workers), kind=Kind.NUMBER
        ),
        Column(
            code="progress",
            title=_("Progress"),
            value=lambda actor, job: f"{job.done:,} / {job.total:,}" if job.total else "",
            kind=Kind.NUMBER,
        ),
        Column(code="error", title=_("Error"), value=_error),
        Column(
            code="enqueued",
            title=_("Since"),
            value=lambda actor, job: job.enqueued,
            kind=Kind.MOMENT,
            path="enqueued",
        ),
        Column(
            code="finished",
            title=_("Ended"),
            value=lambda actor, job: job.finished,
            kind=Kind.MOMENT,
            filter_path="finished",
        ),
    ),
)  # fmt: skip
