"""The desk of whoever makes standards: all of them, one with its versions and comments, the form of a draft."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, fields
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of, version_of
from guanxi.core.phrases import language, pick
from guanxi.trade.actions import standards as actions
from guanxi.trade.models import Standard, StandardVersion
from guanxi.trade.pages.standards import editing, words
from guanxi.trade.pages.standards.panel_view import TONES, alpha_words
from guanxi.trade.pages.standards.public import comment_view, version_view
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules import standards as rules
from guanxi.trade.rules.standards.content import CONDITIONS, KINDS, WHENS
from guanxi.trade.rules.standards.units import UNITS, written

State = StandardVersion.State
DONE = {
    "draft": gettext_lazy("The next version is begun."),
    "consult": gettext_lazy("It is open for comments."),
    "recall": gettext_lazy("It is a draft again; its comments stay."),
    "publish": gettext_lazy("Published. Nobody can change it any more."),
    "end": gettext_lazy("Ended. What cites it stands."),
    "answer": gettext_lazy("Answered, publicly."),
    "panel": gettext_lazy("The panel is open: add experts and specimens."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Request) -> HttpResponse:
    """All standards, drafts as well; adding one."""
    request.actor.require(reads.RIGHT)
    if request.method != "POST":
        return _index(request, {})
    try:
        return act_once(request, effect=lambda: _add(request))
    except (Invalid, Conflict) as error:
        return _index(request, {**error.fields} or {"form": error.detail})


def _index(request: Request, errors: Mapping[str, Any]) -> HttpResponse:
    rows = [_line(one) for one in reads.list_standards(request.actor)]
    categories = [(one.code, pick(one.name)) for one in reads.list_categories()]
    context = {
        "rows": rows,
        "categories": [*categories, ("", _("a new one"))],
        "errors": errors,
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/standards/desk.html", context, status=422 if errors else 200)


def _line(one: Standard) -> dict[str, Any]:
    versions: list[StandardVersion] = one.read_versions  # type: ignore[attr-defined]  # the query's prefetch
    for version in versions:
        version.standard = one
    now = clock.now()
    return {
        "name": pick(one.name),
        "code": one.code,
        "category": pick(one.category.name),
        "url": reverse("standard_desk", args=[one.code]),
        "versions": [version_view(version, now) for version in versions[:3]],
    }


def _add(request: Request) -> str:
    code = text_of(request, "code", most=40)
    category = text_of(request, "category", most=40)
    names = {"zh-hans": text_of(request, "name_zh", most=80), "en": text_of(request, "name_en", most=80)}
    now, actor = clock.now(), request.actor
    if not category:
        category = actions.add_category(actor=actor, now=now, code=f"{code}-goods", name=names).code
    actions.add_standard(actor=actor, now=now, category=category, code=code, name=names)
    return reverse("standard_desk", args=[code])


# -- one standard --------------------------------------------------------------------------------------------


@require_safe
def standard(request: Request, code: str) -> HttpResponse:
    """One standard: its versions, what may be done with the next one, comments to answer, panels."""
    request.actor.require(reads.RIGHT)
    return _standard(request, code, "", {})


def _standard(request: Request, code: str, verb: str, errors: Mapping[str, Any]) -> HttpResponse:
    row = reads.get_standard(request.actor, code)
    versions: list[StandardVersion] = row.read_versions  # type: ignore[attr-defined]  # the query's prefetch
    now = clock.now()
    for one in versions:
        one.standard = row
    newest = versions[0] if versions else None
    content = rules.Content.from_json(newest.content) if newest else None
    comments = [comment_view(one, content) for one in reads.comments_on(newest)] if newest and content else []
    context = {
        "name": pick(row.name),
        "code": code,
        "category": pick(row.category.name),
        "versions": [version_view(one, now) for one in versions],
        "newest": version_view(newest, now) if newest else None,
        "verbs": _verbs(newest, now),
        "comments": comments,
        "waiting": sum(1 for one in comments if not one["answered"]),
        "panels": [
            {
                "id": one.public_id,
                "url": reverse("standards_panel", args=[one.public_id]),
                "state": one.get_state_display(),
                "tone": TONES[one.state],
                "citation": reads.citation(one.version),
                "opened": one.opened,
                "alpha": alpha_words(one.result.get("alpha")) if one.result else "",
            }
            for one in reads.panels_of(request.actor, row)
        ],
        "public_url": words.standard_url(code),
        "errors": errors,
        "verb": verb,
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/standards/standard_desk.html", context, status=422 if errors else 200)


def _verbs(newest: StandardVersion | None, now: datetime) -> list[str]:
    """What may be done now, in the order of the way."""
    if newest is None or newest.state in (State.PUBLISHED, State.SUPERSEDED):
        more = ["panel"] if newest else []
        return ["draft", *more, *(["end"] if newest and newest.state == State.PUBLISHED else [])]
    if newest.state == State.DRAFT:
        return ["edit", "consult"]
    over = newest.consulted_until is not None and now >= newest.consulted_until
    return [*(["publish"] if over else []), "recall", "panel"]


@require_POST
def standard_do(request: Request, code: str, verb: str) -> HttpResponse:
    """A step of a standard's way, or an answer to a comment."""
    request.actor.require(reads.RIGHT)
    row = reads.get_standard(request.actor, code)
    if verb not in ACTS:
        raise NotFound
    try:
        response = act_once(request, effect=lambda: ACTS[verb](request, row))
    except (Invalid, Conflict) as error:
        return _standard(request, code, verb, {**error.fields} or {"form": str(error.detail or error.title)})
    messages.success(request, str(DONE[verb]))
    return response


def _newest(row: Standard) -> str:
    versions: list[StandardVersion] = row.read_versions  # type: ignore[attr-defined]  # the query's prefetch
    if not versions:
        raise NotFound
    return f"{row.code}@{versions[0].number}"


def _day(request: Request, name: str) -> datetime | None:
    day = fields.read_day(request.POST, name)
    return datetime.combine(day, time(16), UTC) if day else None  # midnight in the house's zone


def _home(row: Standard) -> str:
    return reverse("standard_desk", args=[row.code])


def _draft(request: Request, row: Standard) -> str:
    actions.draft_version(actor=request.actor, now=clock.now(), standard=row.code)
    return reverse("standard_draft", args=[row.code])


def _consult(request: Request, row: Standard) -> str:
    until = _day(request, "until")
    if until is None:
        raise Invalid(fields={"until": _("Say until when.")})
    actions.open_consultation(actor=request.actor, now=clock.now(), reference=_newest(row), until=until)
    return _home(row)


def _recall(request: Request, row: Standard) -> str:
    actions.recall_to_draft(actor=request.actor, now=clock.now(), reference=_newest(row))
    return _home(row)


def _publish(request: Request, row: Standard) -> str:
    effective = _day(request, "effective")
    actions.publish_version(actor=request.actor, now=clock.now(), reference=_newest(row), effective=effective)
    return _home(row)


def _end(request: Request, row: Standard) -> str:
    actions.end_version(actor=request.actor, now=clock.now(), reference=_newest(row))
    return _home(row)


def _answer(request: Request, row: Standard) -> str:
    actions.answer_comment(
        actor=request.actor,
        now=clock.now(),
        public_id=text_of(request, "comment", most=20),
        text=text_of(request, "answer", most=2000),
    )
    return _home(row)


def _panel(request: Request, row: Standard) -> str:
    panel = actions.open_panel(actor=request.actor, now=clock.now(), reference=_newest(row))
    return reverse("standards_panel", args=[panel.public_id])


ACTS: Mapping[str, Callable[[Request, Standard], str]] = {
    "draft": _draft,
    "consult": _consult,
    "recall": _recall,
    "publish": _publish,
    "end": _end,
    "answer": _answer,
    "panel": _panel,
}


# -- the form of a draft -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: Request, code: str) -> HttpResponse:
    """The draft as a form: texts, grades, parameters with their limits, remedies. What is no draft any more is not found."""
    request.actor.require(reads.RIGHT)
    row = reads.get_standard(request.actor, code)
    version = next((one for one in row.read_versions if one.state == State.DRAFT), None)  # type: ignore[attr-defined]  # the query's prefetch
    if version is None:
        raise NotFound
    version.standard = row
    if request.method != "POST":
        shown = editing.draft_of(rules.Content.from_json(version.content))
        return _form(request, version, shown, {}, version.version)
    return _save(request, version)


def _save(request: Request, version: StandardVersion) -> HttpResponse:
    sent = editing.draft_from(request.POST.dict())

    def effect() -> str:
        actions.change_draft(
            actor=request.actor,
            now=clock.now(),
            reference=reads.citation(version),
            content=editing.content_from(sent),
            version=version_of(request),
        )
        return reverse("standard_draft", args=[version.standard.code])

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        wrong = {**error.fields} or {"form": error.detail or error.title}
        return _form(request, version, sent, wrong, version_of(request) or version.version)
    messages.success(request, _("Saved."))
    return response


def _form(
    request: Request, version: StandardVersion, shown: editing.Draft, errors: Mapping[str, Any], number: int
) -> HttpResponse:
    code = version.standard.code
    context = {
        "name": pick(version.standard.name),
        "citation": reads.citation(version),
        "draft": shown.with_spare(),
        "grade_codes": [row["code"] for row in shown.grades],
        "faults": editing.fault_lines(shown, errors),
        "kinds": [(one, words.kind_words(one)) for one in KINDS],
        "units": [(one, written(one, language()) or _("none")) for one in UNITS],
        "conditions": [(one, words.condition_words(one)) for one in CONDITIONS],
        "whens": [("", ""), *((one, _when(one)) for one in WHENS)],
        "version": number,
        "form_url": reverse("standard_draft", args=[code]),
        "desk_url": reverse("standard_desk", args=[code]),
        "key": form_key(),
    }
    return page(request, "trade/standards/draft.html", context, status=422 if errors else 200)


def _when(code: str) -> str:
    return {
        "critical": _("a critical parameter fails"),
        "grades": _("so many grades worse"),
        "misstated": _("the grade holds, but a value is worse than declared"),
    }[code]
