"""Settings in first form: background work with its progress, the sample world, the head of the chain."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases.models import Case
from guanxi.core.http import Request, page
from guanxi.core.models import Job, SealHead
from guanxi.core.seal import last_anchor
from guanxi.packs import jobs as packs
from guanxi.people.models import Record
from guanxi.trade.models import Order, Product

TASKS = {
    "guanxi.packs.jobs.load_history": gettext_lazy("Import of the demo world's history"),
    "guanxi.packs.jobs.remove_sample": gettext_lazy("Removal of the sample world"),
    "guanxi.cases.jobs.acknowledge": gettext_lazy("Acknowledgements to customers"),
    "guanxi.cases.jobs.tell_answer": gettext_lazy("Answers sent on by mail"),
    "guanxi.cases.jobs.expire": gettext_lazy("Watch over deadlines"),
    "guanxi.cases.jobs.index": gettext_lazy("Search index of cases"),
    "guanxi.people.jobs.index": gettext_lazy("Search index of customers"),
    "guanxi.channels.jobs.deliver": gettext_lazy("Delivery of mail"),
    "guanxi.work.jobs.sweep_absent": gettext_lazy("Work of people who left goes back"),
}
_LONG = [name for name in TASKS if name.startswith("guanxi.packs.")]
STATES = {
    Job.State.READY: gettext_lazy("waiting"),
    Job.State.RUNNING: gettext_lazy("running"),
    Job.State.SUCCESSFUL: gettext_lazy("done"),
    Job.State.FAILED: gettext_lazy("failed"),
}


@require_safe
def settings_page(request: Request) -> HttpResponse:
    """What runs in the background, what the chain says, what is only sample."""
    request.actor.require("site.settings")
    head = SealHead.objects.filter(id=1).first()
    context = {
        **_background(),
        "head": {"seq": head.seq, "hash": head.hash[:12]} if head else None,
        "anchor": last_anchor(),
        "sample": _sample(),
        "sample_url": reverse("sample_remove") if request.actor.may("site.sample") else "",
        "security_url": reverse("mfa_index"),
        "password_url": reverse("account_change_password"),
        "demo": settings.DEMO,
    }
    return page(request, "site/settings.html", context)


def _sample() -> dict[str, int]:
    """How much of the sample world is here; empty when none is."""
    counts = {
        str(_("Records of customers")): Record.objects.filter(sample=True).count(),
        str(_("Orders")): Order.objects.filter(record__sample=True).count(),
        str(_("Cases")): Case.objects.filter(record__sample=True).count(),
        str(_("Products")): Product.objects.filter(sample=True).count(),
    }
    return counts if any(counts.values()) else {}


def _background() -> dict[str, Any]:
    """Work that says how far it is first, then what failed, then how much there was of each kind."""
    shown = Job.objects.filter(Q(state=Job.State.RUNNING) | Q(state=Job.State.READY, total__gt=0))
    queued = Job.objects.filter(state=Job.State.READY, task__in=_LONG, total=None)
    active = [_job(job) for job in [*shown.order_by("-total", "-enqueued")[:10], *queued[:5]]]
    failed = Job.objects.filter(state=Job.State.FAILED).order_by("-finished")[:10]
    return {"active": active, "failed": [_job(job) for job in failed], "kinds": _kinds()}


def _kinds() -> list[dict[str, Any]]:
    """Finished and waiting work, one line per kind."""
    counted = Job.objects.values("task").annotate(
        done=Count("id", filter=Q(state=Job.State.SUCCESSFUL)),
        waiting=Count("id", filter=Q(state=Job.State.READY)),
        last=Max("finished"),
    )
    return sorted(({**row, "name": _name(row["task"])} for row in counted), key=lambda row: str(row["name"]))


def _name(task: str) -> str:
    return str(TASKS.get(task) or task.rpartition(".")[2].replace("_", " "))


def _job(job: Job) -> dict[str, Any]:
    return {
        "name": _name(job.task),
        "state": STATES[Job.State(job.state)],
        "running": job.state == Job.State.RUNNING,
        "done": job.done,
        "total": job.total,
        "at": job.finished or job.started or job.enqueued,
        "tries": len(job.workers),
        "error": str(job.errors[-1].get("exception_class_path", "")).rpartition(".")[2] if job.errors else "",
    }


@require_POST
def sample_remove(request: Request) -> HttpResponse:
    """One click: the sample world goes, what real people said stays."""
    request.actor.require("site.sample")
    packs.remove_sample.enqueue(settings.PACK, request.actor.id)
    messages.success(request, _("The sample world is being removed. What you entered yourselves stays."))
    return HttpResponseRedirect(reverse("settings"), status=303)
