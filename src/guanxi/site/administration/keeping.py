"""Retention: what is kept how long, what would go now, what went, and the legal hold."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import audit, clock, holds, options, retention
from guanxi.core.access import Kind
from guanxi.core.errors import Conflict, Denied, SignInNeeded
from guanxi.core.http import Request, form_key, page, text_of
from guanxi.core.models import Job, LegalHold, Tick, User
from guanxi.people.models import Record
from guanxi.site import jobs
from guanxi.site.administration.forms import act
from guanxi.site.administration.house import value_words
from guanxi.site.listings import who

SWEEP = "guanxi.site.jobs.sweep_old"


@require_safe
def rules(request: Request) -> HttpResponse:
    """Every rule with its period and what would be deleted now."""
    actor = request.actor
    if not (actor.may(retention.RIGHT) or actor.may(audit.RIGHT)):
        raise SignInNeeded if actor.kind is Kind.PUBLIC else Denied(code="denied")
    return _show(request, {})


def _show(request: Request, errors: dict[str, Any]) -> HttpResponse:
    now, may = clock.now(), request.actor.may(retention.RIGHT)
    due = retention.due(now)
    runs = retention.runs()
    names = dict(
        User.objects.filter(public_id__in={one.actor_id for one in runs}).values_list("public_id", "name")
    )
    titles = {code: str(rule.title) for code, rule in retention.registered().items()}
    context = {
        "rules": [
            {
                "title": rule.title,
                "hint": rule.hint,
                "days": value_words(options.option(rule.option), rule.days),
                "never": not rule.days,
                "due": due[code],
                "url": reverse("settings_option", args=[rule.option]) if may else "",
            }
            for code, rule in retention.registered().items()
        ],
        "total": sum(due.values()),
        "held": retention.is_held(),
        "hold": options.history(retention.HOLD)[:1],
        "may": may,
        "persons": _persons(request) if may else [],
        "kinds": [(code, str(words)) for code, words in LegalHold.Kind.choices],
        "sent": request.POST if errors else {},
        "runs": [
            {
                "at": one.at,
                "who": names.get(one.actor_id) or who("system", one.actor_id, names),
                "parts": [
                    (titles.get(code, _("Finished and failed jobs")), count)
                    for code, count in one.counts.items()
                ],
            }
            for one in runs
        ],
        "last": Tick.objects.filter(name="retention.sweep")
        .order_by("-tick")
        .values_list("tick", flat=True)
        .first(),
        "running": Job.objects.filter(task=SWEEP, state__in=[Job.State.READY, Job.State.RUNNING]).exists(),
        "errors": errors,
        "key": form_key(),
    }
    return page(request, "site/settings/retention.html", context, status=422 if errors else 200)


def _persons(request: Request) -> list[dict[str, Any]]:
    """Persons under a hold of their own, with names and what they were placed for."""
    found = holds.list_holds(request.actor)
    codes = {one.hold.person_code for one in found} | {one.actor_id for one in found}
    staff = dict(User.objects.filter(public_id__in=codes).values_list("public_id", "name"))
    names = dict(
        Record.objects.filter(customer__public_id__in=codes)
        .order_by("created", "id")
        .values_list("customer__public_id", "name")
    )
    return [
        {
            "id": one.hold.public_id,
            "kind": one.hold.get_kind_display(),
            "code": one.hold.person_code,
            "name": {**names, **staff}.get(one.hold.person_code, ""),
            "url": reverse(
                "settings_user" if one.hold.kind == LegalHold.Kind.STAFF else "customer",
                args=[one.hold.person_code],
            ),
            "since": one.hold.placed,
            "why": one.why,
            "who": staff.get(one.actor_id) or who("system", one.actor_id, staff),
        }
        for one in found
    ]


@require_POST
def person(request: Request) -> HttpResponse:
    """Place a hold on one person."""
    request.actor.require(retention.RIGHT)

    def effect() -> str:
        holds.place(
            actor=request.actor,
            now=clock.now(),
            kind=text_of(request, "kind", most=10),
            code=text_of(request, "code", most=20),
            why=text_of(request, "reason", most=200),
        )
        return reverse("settings_retention")

    def again(errors: dict[str, Any]) -> HttpResponse:
        return _show(request, {"person": {**errors, "reason": errors.get("why", "")}})

    return act(request, effect=effect, again=again, told=_("The hold is on: nothing of theirs is deleted."))


@require_POST
def person_lift(request: Request, public_id: str) -> HttpResponse:
    """End the hold on one person."""
    request.actor.require(retention.RIGHT)

    def effect() -> str:
        why = text_of(request, "reason", most=200)
        holds.lift(actor=request.actor, now=clock.now(), public_id=public_id, why=why)
        return reverse("settings_retention")

    def again(errors: dict[str, Any]) -> HttpResponse:
        return _show(request, {"lift": {public_id: errors.get("why") or errors.get("", "")}})

    return act(request, effect=effect, again=again, told=_("The hold is lifted: their data ages again."))


@require_POST
def run(request: Request) -> HttpResponse:
    """Delete now what is too old, in the background."""
    request.actor.require(retention.RIGHT)
    if retention.is_held():
        raise Conflict(_("A legal hold is on: nothing is deleted."), code="held")
    if not Job.objects.filter(task=SWEEP, state__in=[Job.State.READY, Job.State.RUNNING]).exists():
        jobs.sweep_old.enqueue(request.actor.id)
    messages.success(request, _("The deletion has begun. What went is counted here."))
    return HttpResponseRedirect(reverse("settings_retention"), status=303)


@require_POST
def hold(request: Request) -> HttpResponse:
    """Turn the legal hold on or off."""
    request.actor.require(retention.RIGHT)
    on = request.POST.get("on") == "1"

    def effect() -> str:
        why = text_of(request, "why", most=200)
        retention.set_hold(actor=request.actor, now=clock.now(), on=on, why=why)
        return reverse("settings_retention")

    told = _("The legal hold is on: nothing is deleted.") if on else _("The legal hold is off.")
    return act(request, effect=effect, again=lambda errors: _show(request, errors), told=told)
