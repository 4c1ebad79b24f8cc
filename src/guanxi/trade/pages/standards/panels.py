"""A panel at work: experts and specimens added, each specimen judged by each expert from the keyboard, then published."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, files
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.files.cards import cards
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.phrases import pick
from guanxi.trade.actions import standards as actions
from guanxi.trade.models import Panel, Specimen
from guanxi.trade.pages.standards import words
from guanxi.trade.pages.standards.panel_view import TONES, alpha_words
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules import standards as rules

VALUE = "value-"
DONE = {
    "expert": gettext_lazy("They are on the panel."),
    "specimen": gettext_lazy("Added."),
    "assess": gettext_lazy("Kept."),
    "publish": gettext_lazy("Published, dissent and all."),
    "close": gettext_lazy("Closed without a result."),
}


@require_safe
def panel(request: Request, public_id: str) -> HttpResponse:
    """A panel for whoever runs it and for its experts."""
    return _panel(request, public_id, "", {})


def _panel(request: Request, public_id: str, verb: str, errors: Mapping[str, Any]) -> HttpResponse:
    if not request.actor.user_id:
        request.actor.require(reads.RIGHT)
    row = reads.get_panel(request.actor, public_id)
    content = reads.content_of(row.version)
    runs = request.actor.may(reads.RIGHT)
    found = reads.agreement_of(row)
    is_open = row.state == Panel.State.OPEN
    context = {
        "panel": row,
        "citation": reads.citation(row.version),
        "name": pick(row.version.standard.name),
        "state": row.get_state_display(),
        "tone": TONES[row.state],
        "alpha": alpha_words(found.alpha if is_open else row.result.get("alpha")),
        "blockers": actions.blocker_words(found) if is_open else [],
        "experts": [{"place": one.place, "name": one.name, "about": one.about} for one in row.experts.all()],
        "rows": [_row(row, one, found.medians) for one in row.specimens.all()],
        "cell": _cell(request, row, content, errors if verb == "assess" else {}) if is_open else None,
        "runs": runs and is_open,
        "users": [("", _("from outside")), *_people()] if runs and is_open else [],
        "files": files.form(),
        "standard_url": words.standard_url(row.version.standard.code, row.version.number),
        "desk_url": reverse("standard_desk", args=[row.version.standard.code]) if runs else "",
        "page_url": reverse("standards_panel", args=[public_id]),
        "do_url": lambda name: reverse("standards_panel_do", args=[public_id, name]),
        "verb": verb,
        "errors": errors,
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/standards/panel.html", context, status=422 if errors else 200)


def _people() -> list[tuple[str, str]]:
    return [(one.public_id, one.name) for one in reads.list_people()]


def _row(panel: Panel, specimen: Specimen, medians: Mapping[str, str]) -> dict[str, Any]:
    given = {one.expert.place: one for one in specimen.assessments.all()}
    median = medians.get(str(specimen.place), "")
    cells = []
    for expert in panel.experts.all():
        one = given.get(expert.place)
        cells.append(
            {
                "expert": expert.place,
                "grade": one.grade if one else "",
                "conflict": one.conflict if one else "",
                "dissent": bool(one and median and not one.conflict and one.grade != median),
            }
        )
    return {
        "place": specimen.place,
        "name": specimen.name,
        "median": median,
        "cells": cells,
        "files": cards(files.list_on(("specimen", specimen.id))),
    }


def _cell(
    request: Request, panel: Panel, content: rules.Content, errors: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The judgement to be entered: the one asked for, else the next that is missing and may be entered."""
    expert, specimen = _asked(request, panel)
    if expert is None or specimen is None:
        return None
    who = next(one for one in panel.experts.all() if one.place == expert)
    what = next(one for one in panel.specimens.all() if one.place == specimen)
    given = next((one for one in what.assessments.all() if one.expert_id == who.id), None)
    sent = request.POST if errors else {}
    values = given.values if given else {}
    return {
        "expert": who.place,
        "specimen": what.place,
        "title": _("%(expert)s on %(specimen)s") % {"expert": who.name, "specimen": what.name},
        "grades": [(one.code, pick(one.name)) for one in content.grades],
        "grade": sent.get("grade") or (given.grade if given else ""),
        "conflict": sent.get("conflict") or (given.conflict if given else ""),
        "words": sent.get("words") or (given.words if given else ""),
        "fields": [
            {
                "code": one.code,
                "name": pick(one.name),
                "kind": one.kind,
                "unit": words.unit_words(one),
                "choices": [(code, pick(name)) for code, name in one.choices],
                "value": sent.get(f"{VALUE}{one.code}", _typed(values.get(one.code))),
                "error": errors.get(f"{VALUE}{one.code}", ""),
            }
            for one in content.parameters.values()
            if one.limits
        ],
        "errors": errors,
    }


def _typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _asked(request: Request, panel: Panel) -> tuple[int | None, int | None]:
    mine = [one.place for one in panel.experts.all() if _may_enter(request.actor, one.user_id)]
    places = [one.place for one in panel.specimens.all()]
    asked = request.POST if request.method == "POST" else request.GET
    expert, specimen = asked.get("expert", ""), asked.get("specimen", "")
    if expert.isdecimal() and specimen.isdecimal() and int(expert) in mine and int(specimen) in places:
        return int(expert), int(specimen)
    for place in mine:
        for one in panel.specimens.all():
            if all(given.expert.place != place for given in one.assessments.all()):
                return place, one.place
    return None, None


def _may_enter(actor: Actor, user_id: int | None) -> bool:
    return actor.may(reads.RIGHT) or (actor.user_id is not None and actor.user_id == user_id)


@require_POST
def panel_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Add an expert or a specimen, keep a judgement, publish, close."""
    if not request.actor.user_id:
        request.actor.require(reads.RIGHT)
    row = reads.get_panel(request.actor, public_id)
    if verb not in ACTS:
        raise NotFound
    if verb != "assess":
        request.actor.require(reads.RIGHT)
    given = files.receive(request.FILES.getlist("files"))

    def effect() -> str:
        ACTS[verb](request, row)
        return reverse("standards_panel", args=[public_id])

    try:
        response = act_once(request, effect=effect, files=given.fingerprint())
    except (Invalid, Conflict) as error:
        return _panel(
            request, public_id, verb, {**error.fields} or {"form": str(error.detail or error.title)}
        )
    messages.success(request, str(DONE[verb]))
    return response


def _expert(request: Request, row: Panel) -> None:
    chosen = text_of(request, "user", most=20)
    user = reads.get_person(chosen) if chosen else None
    actions.add_expert(
        actor=request.actor,
        now=clock.now(),
        panel=row.public_id,
        user=user,
        name="" if user else text_of(request, "name", most=80),
        about=text_of(request, "about", most=160),
    )


def _specimen(request: Request, row: Panel) -> None:
    actions.add_specimen(
        actor=request.actor,
        now=clock.now(),
        panel=row.public_id,
        name=text_of(request, "specimen", most=120),
        files=files.receive(request.FILES.getlist("files")),
    )


def _assess(request: Request, row: Panel) -> None:
    content = reads.content_of(row.version)
    typed = {code: request.POST.get(f"{VALUE}{code}", "")[:200] for code in content.parameters}
    values, wrong = rules.read_values(content, typed)
    if wrong:
        told = {code: reads.fault_words(content, code, fault) for code, fault in wrong.items()}
        raise Invalid(fields={f"{VALUE}{code}": said for code, said in told.items()})
    expert, specimen = request.POST.get("expert", ""), request.POST.get("specimen", "")
    if not (expert.isdecimal() and specimen.isdecimal() and len(expert + specimen) < 8):
        raise NotFound
    actions.assess(
        actor=request.actor,
        now=clock.now(),
        panel=row.public_id,
        expert=int(expert),
        specimen=int(specimen),
        grade=text_of(request, "grade", most=40),
        values=values,
        conflict=text_of(request, "conflict", most=200),
        words=text_of(request, "words", most=1000),
    )


def _publish(request: Request, row: Panel) -> None:
    actions.publish_panel(actor=request.actor, now=clock.now(), panel=row.public_id)


def _close(request: Request, row: Panel) -> None:
    actions.close_panel(actor=request.actor, now=clock.now(), panel=row.public_id)


ACTS: Mapping[str, Callable[[Request, Panel], None]] = {
    "expert": _expert,
    "specimen": _specimen,
    "assess": _assess,
    "publish": _publish,
    "close": _close,
}
