"""What runs: one job, workers, schedules, followers of the stream, the outbox."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.channels import actions as channels
from guanxi.channels.models import Message
from guanxi.core import clock, doctor
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.http import Request, page
from guanxi.core.jobs import monitor, outbox, schedule
from guanxi.core.jobs.schedule import Interval
from guanxi.core.models import Consumer, Job, Tick
from guanxi.core.phrases import explained
from guanxi.site.administration.tasks import FOLLOWERS, MONITOR, SCHEDULES, STATES, task_words

MESSAGES_SHOWN = 50
ARGUMENT_CHARS_MAX = 300


def _job(job_id: UUID) -> Job:
    found = Job.objects.filter(id=job_id).first()
    if found is None:
        raise NotFound
    return found


@require_safe
def job(request: Request, job_id: UUID) -> HttpResponse:
    """One job: what it is, how it went, what went wrong each time."""
    request.actor.require(MONITOR)
    found = _job(job_id)
    context = {
        "job": found,
        "title": task_words(found.task),
        "state": STATES[Job.State(found.state)],
        "tone": {"FAILED": "red", "RUNNING": "accent", "SUCCESSFUL": "green"}.get(found.state, ""),
        "live": found.state in (Job.State.READY, Job.State.RUNNING),
        "tries": len(found.workers),
        "errors": [
            {"kind": str(one.get("exception_class_path", "")), "frames": str(one.get("traceback", ""))}
            for one in reversed(found.errors)
        ],
        "arguments": str({**dict(enumerate(found.args)), **found.kwargs})[:ARGUMENT_CHARS_MAX],
        "result": "" if found.result is None else str(found.result)[:ARGUMENT_CHARS_MAX],
        "may_retry": found.state == Job.State.FAILED,
        "may_cancel": found.state in (Job.State.READY, Job.State.RUNNING) and not found.cancelled,
    }
    return page(request, "site/settings/job.html", context)


@require_POST
def job_do(request: Request, job_id: UUID, verb: str) -> HttpResponse:
    """Try a failed job again, or stop one that waits or runs."""
    request.actor.require(MONITOR)
    found = _job(job_id)
    if verb == "retry":
        done = monitor.retry(actor=request.actor, now=clock.now(), job=found)
        told = _("It is tried again.")
    elif verb == "cancel":
        done = monitor.cancel(actor=request.actor, now=clock.now(), job=found)
        told = _("It is stopped. A running job ends at its next step.")
    else:
        raise NotFound
    if not done:
        raise Conflict(_("This job is no longer in that state."), code="job_moved_on")
    messages.success(request, told)
    return HttpResponseRedirect(reverse("settings_job", args=[found.id]), status=303)


@require_safe
def running(request: Request) -> HttpResponse:
    """Workers, schedules with last and next tick, followers with their lag, kinds of work."""
    request.actor.require(MONITOR)
    now = clock.now()
    context = {
        "alive": doctor.alive(now),
        "workers": _workers(now),
        "schedules": _schedules(now),
        "followers": _followers(),
        "head": outbox.sealed_head(),
        "kinds": _kinds(),
    }
    return page(request, "site/settings/running.html", context)


def _workers(now: datetime) -> list[dict[str, Any]]:
    kept = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=now).exclude(worker="")
    found: dict[str, dict[str, Any]] = {}
    for one in kept.order_by("started"):
        row = found.setdefault(
            one.worker, {"name": one.worker.split("/")[0], "since": one.started, "jobs": []}
        )
        row["jobs"].append(task_words(one.task))
    return list(found.values())


def _schedules(now: datetime) -> list[dict[str, Any]]:
    last = dict(Tick.objects.values_list("name").annotate(last=Max("tick")))
    rows = []
    for name, one in sorted(schedule.registered().items()):
        rows.append(
            {
                "name": SCHEDULES.get(name) or task_words(one.task.module_path),
                "code": name,
                "rhythm": _rhythm(one.when.seconds) if isinstance(one.when, Interval) else _("by the clock"),
                "last": last.get(name),
                "next": schedule.next_tick(one.when, now),
            }
        )
    return rows


def _rhythm(seconds: int) -> str:
    if seconds % 60:
        return _("every %(n)s s") % {"n": seconds}
    return _("every %(n)s min") % {"n": seconds // 60}


def _followers() -> list[dict[str, Any]]:
    head = outbox.sealed_head()
    places = dict(Consumer.objects.values_list("name", "seq"))
    return [
        {
            "name": FOLLOWERS.get(name) or name,
            "code": name,
            "at": places.get(name, 0),
            "lag": max(0, head - places.get(name, 0)),
            "late": head - places.get(name, 0) > outbox.UNWRITTEN_MAX + outbox.BATCH,
        }
        for name in sorted(outbox.registered())
    ]


def _kinds() -> list[dict[str, Any]]:
    """Finished, waiting and failed work, one line per kind."""
    counted = Job.objects.values("task").annotate(
        done=Count("id", filter=Q(state=Job.State.SUCCESSFUL)),
        waiting=Count("id", filter=Q(state=Job.State.READY)),
        failed=Count("id", filter=Q(state=Job.State.FAILED)),
        last=Max("finished"),
    )
    base = reverse("settings_jobs")
    rows = [{**row, "name": task_words(row["task"]), "failed_url": f"{base}?state=FAILED"} for row in counted]
    return sorted(rows, key=lambda row: str(row["name"]))


@require_safe
def letters(request: Request) -> HttpResponse:
    """Outgoing letters that wait, failed or were held back, with the reason; addresses are not shown here."""
    request.actor.require(MONITOR)
    out = Message.objects.filter(direction=Message.Direction.OUT)
    counts = dict(out.values_list("state").annotate(n=Count("id")))
    stuck = out.filter(state__in=[Message.State.QUEUED, Message.State.FAILED, Message.State.HELD])
    context = {
        "counts": [
            {
                "label": Message.State(code).label,
                "count": counts.get(code, 0),
                "bad": code == Message.State.FAILED,
            }
            for code in (Message.State.QUEUED, Message.State.SENT, Message.State.HELD, Message.State.FAILED)
        ],
        "rows": [
            {
                "id": one.public_id,
                "at": one.created,
                "channel": one.channel,
                "purpose": one.purpose,
                "state": one.get_state_display(),
                "tone": "red" if one.state == Message.State.FAILED else "",
                "why": explained(one.explanation) if one.explanation else None,
                "retry": one.state == Message.State.FAILED and request.actor.may("channels.outbox"),
            }
            for one in stuck.order_by("-created", "-id")[:MESSAGES_SHOWN]
        ],
        "outbox_url": reverse("letters") if request.actor.may("channels.outbox") else "",
    }
    return page(request, "site/settings/letters.html", context)


@require_POST
def letter_again(request: Request, public_id: str) -> HttpResponse:
    """Try a failed letter once more."""
    request.actor.require(MONITOR)
    channels.send_again(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.success(request, _("It is tried again."))
    return HttpResponseRedirect(reverse("settings_outbox"), status=303)
