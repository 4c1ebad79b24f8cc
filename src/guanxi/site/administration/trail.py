"""The audit trail: one event with what was before and after, the chain and its walk."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import audit, effective, seal, timeline
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.core.models import Event, Job, SealHead, User
from guanxi.site import jobs
from guanxi.site.listings import about, who

NEARBY = 10
VERIFY = "guanxi.site.jobs.verify_chain"


def recent(actor: Actor, subject: tuple[str, int], limit: int = NEARBY) -> list[dict[str, Any]]:
    """The last events about one thing of the house with their differences, in three statements."""
    found = Event.objects.filter(subject_kind=subject[0], subject_id=subject[1]).order_by("-occurred", "-id")
    return _rows(list(found[:limit]), words=True)


def _rows(found: list[Event], *, words: bool = False) -> list[dict[str, Any]]:
    """`words`: with what the details say; for things of the house only, whose words belong to no customer."""
    people = {one.actor_id for one in found}
    names = dict(User.objects.filter(public_id__in=people).values_list("public_id", "name"))
    bodies = audit.bodies_of(found) if words else {}
    return [_row(one, names, bodies.get(one.id, {})) for one in found]


def _row(event: Event, names: Mapping[str, str], body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    kind = timeline.describe(event.type)
    return {
        "words": kind.words,
        "icon": kind.icon,
        "type": event.type,
        "who": who(event.actor_kind, event.actor_id, names),
        "at": event.occurred,
        "about": about(event),
        "lines": [
            line for line in (*audit.lines_of(event.data), *audit.lines_of(body or {})) if line.differs
        ],
        "url": reverse("settings_event", args=[event.seq]) if event.seq else "",
    }


@require_safe
def event(request: Request, seq: int) -> HttpResponse:
    """One event: who, when, about what, every value, what was before and after, and its neighbours."""
    actor = request.actor
    actor.require(audit.RIGHT)
    found = audit.list_events(actor).filter(seq=seq).first()
    if found is None:
        raise NotFound
    names = dict(User.objects.filter(public_id=found.actor_id).values_list("public_id", "name"))
    same = audit.list_events(actor).filter(subject_id=found.subject_id, subject_kind=found.subject_kind)
    context = {
        "event": found,
        "row": _row(found, names),
        "account": audit.account(actor, found),
        "subject_url": _subject_url(found),
        "same": _rows(list(same.exclude(id=found.id).order_by("-occurred", "-id")[:NEARBY])),
    }
    return page(request, "site/settings/event.html", context)


def _subject_url(found: Event) -> str:
    """The page of what the event is about, where it has one."""
    if found.subject_kind == "user" and found.data.get("user"):
        return reverse("settings_user", args=[found.data["user"]])
    if found.subject_kind == "role" and found.data.get("role"):
        return reverse("settings_role", args=[found.data["role"]])
    if found.subject_kind == "setting":
        return reverse("settings_option", args=[found.data["setting"]])
    kind = {"record": "customer"}.get(found.subject_kind, found.subject_kind)
    thing = effective.things().get(kind)
    row = thing.model.objects.filter(pk=found.subject_id).first() if thing else None
    return thing.url(row) if thing and row else ""


@require_safe
def chain(request: Request) -> HttpResponse:
    """The head, the anchor, what waits for sealing, the last walk."""
    request.actor.require(audit.RIGHT)
    head = SealHead.objects.filter(id=1).first()
    running = Job.objects.filter(task=VERIFY, state__in=[Job.State.READY, Job.State.RUNNING])
    last = audit.last_verified()
    context = {
        "head": head,
        "anchor": seal.last_anchor(),
        "unsealed": Event.objects.filter(seq=None).count(),
        "last": _rows([last])[0] if last else None,
        "report": last.data if last else {},
        "faults": audit.account(request.actor, last).lines if last and not last.data["sound"] else (),
        "running": running.exists(),
    }
    return page(request, "site/settings/chain.html", context)


@require_POST
def verify(request: Request) -> HttpResponse:
    """Walk the chain in the background; one walk at a time is enough."""
    request.actor.require(audit.RIGHT)
    if not Job.objects.filter(task=VERIFY, state__in=[Job.State.READY, Job.State.RUNNING]).exists():
        jobs.verify_chain.enqueue(request.actor.id)
    messages.success(request, _("The walk has begun. Its result appears here."))
    return HttpResponseRedirect(reverse("settings_chain"), status=303)
