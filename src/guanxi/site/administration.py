"""Settings in first form: background work with its progress, the sample world, the head of the chain."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases.models import Case
from guanxi.core.http import Request, page
from guanxi.core.models import Job, SealHead
from guanxi.core.seal import last_anchor
from guanxi.packs import jobs as packs
from guanxi.people.models import Record
from guanxi.trade.models import Order, Product


@require_safe
def settings_page(request: Request) -> HttpResponse:
    """What runs in the background, what the chain says, what is only sample."""
    request.actor.require("site.settings")
    head = SealHead.objects.filter(id=1).first()
    context = {
        "jobs": [_job(job) for job in Job.objects.order_by("-enqueued")[:20]],
        "head": {"seq": head.seq, "hash": head.hash[:12]} if head else None,
        "anchor": last_anchor(),
        "sample": _sample(),
        "sample_url": reverse("sample_remove") if request.actor.may("site.sample") else "",
        "security_url": reverse("mfa_index"),
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


def _job(job: Job) -> dict[str, object]:
    return {
        "name": job.task.rpartition(".")[2].replace("_", " "),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "at": job.enqueued,
        "tries": len(job.workers),
    }


@require_POST
def sample_remove(request: Request) -> HttpResponse:
    """One click: the sample world goes, what real people said stays."""
    request.actor.require("site.sample")
    packs.remove_sample.enqueue(settings.PACK, request.actor.id)
    messages.success(request, _("The sample world is being removed. What you entered yourselves stays."))
    return HttpResponseRedirect(reverse("settings"), status=303)
