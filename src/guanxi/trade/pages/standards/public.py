"""Standards for everybody: all of them, one in any of its public versions, its export; commenting on a proposal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.phrases import language, pick
from guanxi.trade.actions import standards as actions
from guanxi.trade.models import Panel, Standard, StandardComment, StandardVersion
from guanxi.trade.pages.standards import words
from guanxi.trade.pages.standards.panel_view import panel_view
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules import standards as rules
from guanxi.trade.rules.standards.changes import changes
from guanxi.trade.rules.standards.linked import standard_as_linked

State = StandardVersion.State
VERSION_DIGITS = 4


@require_safe
def index(request: Request) -> HttpResponse:
    """All standards by category, with what is in force and what is in consultation."""
    found = reads.list_standards(request.actor)
    context = {
        "categories": _by_category(found),
        "desk_url": reverse("standards_desk") if request.actor.may(reads.RIGHT) else "",
    }
    return page(request, "trade/standards/index.html", context)


def _by_category(found: Sequence[Standard]) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for one in found:
        versions = _public(one)
        if not versions:
            continue
        group = groups.setdefault(one.category.code, {"name": pick(one.category.name), "rows": []})
        group["rows"].append(_card(one, versions))
    return list(groups.values())


def _public(standard: Standard) -> list[StandardVersion]:
    rows: list[StandardVersion] = standard.read_versions  # type: ignore[attr-defined]  # the query's prefetch
    return [one for one in rows if one.state != State.DRAFT]


def _card(standard: Standard, versions: Sequence[StandardVersion]) -> dict[str, Any]:
    shown = next((one for one in versions if one.state == State.PUBLISHED), versions[0])
    content = rules.Content.from_json(shown.content)
    consulted = next((one for one in versions if one.state == State.CONSULTATION), None)
    return {
        "name": pick(standard.name),
        "url": words.standard_url(standard.code),
        "citation": f"{standard.code}@{shown.number}",
        "note": listed_counts(content),
        "consulted_until": consulted.consulted_until if consulted else None,
        "consulted_url": words.standard_url(standard.code, consulted.number, "comments") if consulted else "",
    }


def listed_counts(content: rules.Content) -> str:
    """How much there is of it: 14 parameters, 5 grades."""
    parameters, grades = len(content.parameters), len(content.grades)
    return words.listed(
        (
            ngettext("%(n)s parameter", "%(n)s parameters", parameters) % {"n": parameters},
            ngettext("%(n)s grade", "%(n)s grades", grades) % {"n": grades},
        )
    )


# -- one standard --------------------------------------------------------------------------------------------


@require_safe
def standard(request: Request, code: str) -> HttpResponse:
    """One standard: the version asked for (`version`), else the published one."""
    return _standard(request, code, request.GET.get("version", ""), {})


def _standard(request: Request, code: str, number: str, errors: Mapping[str, Any]) -> HttpResponse:
    row = reads.get_standard(request.actor, code)
    versions = _public(row)
    shown = _chosen(number, versions)
    for one in versions:
        one.standard = row
    content = rules.Content.from_json(shown.content)
    now = clock.now()
    context = {
        "name": pick(row.name),
        "category": pick(row.category.name),
        "version": version_view(shown, now),
        "versions": [version_view(one, now) for one in versions],
        "newest_url": words.standard_url(code),
        **content_view(content),
        "changes": _changes(shown, versions),
        "changed_words": pick(content.changes),
        "comments": [comment_view(one, content) for one in reads.comments_on(shown)]
        if shown.consulted
        else [],
        "form": _comment_form(request.actor, shown, content, now),
        "panels": [panel_view(one) for one in _panels(request.actor, row)],
        "linked": _linked(request, shown, content),
        "json_url": reverse("standard_json", args=[code, shown.number]),
        "index_url": reverse("standards"),
        "desk_url": reverse("standard_desk", args=[code]) if request.actor.may(reads.RIGHT) else "",
        "errors": errors,
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/standards/standard.html", context, status=422 if errors else 200)


def _chosen(given: str, versions: Sequence[StandardVersion]) -> StandardVersion:
    """The version asked for; without one the published, else the newest. Raises `NotFound`."""
    if given and not (given.isdecimal() and len(given) <= VERSION_DIGITS):
        raise NotFound
    fitting = [one for one in versions if not given or one.number == int(given)]
    if not fitting:
        raise NotFound
    return next((one for one in fitting if one.state == State.PUBLISHED), fitting[0])


def version_view(one: StandardVersion, now: datetime) -> dict[str, Any]:
    """A version's number, state and dates."""
    holds = one.effective is not None and one.effective <= now and (one.ends is None or now < one.ends)
    return {
        "number": one.number,
        "citation": reads.citation(one),
        "state": words.state_words(one),
        "state_code": one.state,
        "tone": words.TONES[one.state],
        "in_force": holds,
        "effective": one.effective,
        "ends": one.ends,
        "until": one.consulted_until,
        "digest": one.digest,
        "url": words.standard_url(one.standard.code, one.number),
    }


def content_view(content: rules.Content) -> dict[str, Any]:
    """What a version says: grades, parameters, the table of limits, remedies."""
    grades = [_grade(one) for one in content.grades]
    return {
        "scope": pick(content.scope),
        "basis": pick(content.basis),
        "grades": grades,
        "parameters": [_parameter(one, content) for one in content.parameters.values()],
        "remedies": [
            {
                "when": words.when_words(one),
                "remedy": words.remedy_words(one.remedy),
                "share": words.share_words(one.share),
            }
            for one in content.remedies
        ],
    }


def _grade(one: rules.Grade) -> dict[str, str]:
    return {
        "code": one.code,
        "name": pick(one.name),
        "words": pick(one.words),
        "condition": words.condition_words(one.condition),
    }


def _parameter(one: rules.Parameter, content: rules.Content) -> dict[str, Any]:
    facts = [
        (_("Method"), pick(one.method)),
        (_("Measured with"), pick(one.instrument)),
        (_("Sampling"), pick(one.sampling)),
        (_("Possible values"), words.listed(pick(name) for _code, name in one.choices)),
        (_("Tolerance"), _tolerance(one)),
    ]
    unit = words.unit_words(one)
    return {
        "code": one.code,
        "name": pick(one.name),
        "kind": words.kind_words(one.kind),
        "unit": unit,
        "unit_code": one.unit if unit else "",
        "critical": one.critical,
        "facts": [(label, value) for label, value in facts if value],
        "limits": [
            words.limit_words(one, one.limits.get(grade.code), unit=False) for grade in content.grades
        ],
        "graded": bool(one.limits),
    }


def _tolerance(one: rules.Parameter) -> str:
    if not one.tolerance:
        return ""
    return f"± {words.value_words(one, one.tolerance)}"


def _changes(shown: StandardVersion, versions: Sequence[StandardVersion]) -> list[dict[str, str]] | None:
    """What differs from the version before; None for the first."""
    older = next((one for one in versions if one.number < shown.number), None)
    if older is None:
        return None
    before, after = rules.Content.from_json(older.content), rules.Content.from_json(shown.content)
    return words.change_lines(before, after, changes(before, after))


def comment_view(one: StandardComment, content: rules.Content) -> dict[str, Any]:
    """A comment and its answer; a customer's name is nobody's business."""
    parameter = content.parameters.get(one.about)
    return {
        "id": one.public_id,
        "who": one.user.name if one.user else _("A customer"),
        "made": one.made,
        "about": pick(parameter.name) if parameter else "",
        "text": one.text,
        "answer": one.answer,
        "answered": one.answered,
        "answerer": one.answerer.name if one.answerer else _("The house"),
    }


def _comment_form(
    actor: Actor, shown: StandardVersion, content: rules.Content, now: datetime
) -> dict[str, Any] | None:
    if shown.state != State.CONSULTATION or shown.consulted_until is None or now >= shown.consulted_until:
        return None
    return {
        "may": actor.kind in (Kind.CUSTOMER, Kind.STAFF),
        "url": reverse("standard_comment", args=[shown.standard.code, shown.number]),
        "sign_in_url": reverse("my_sign_in"),
        "about": [("", _("The whole standard"))]
        + [(one.code, pick(one.name)) for one in content.parameters.values()],
    }


def _panels(actor: Actor, row: Standard) -> list[Panel]:
    return [one for one in reads.panels_of(actor, row) if one.state != Panel.State.OPEN]


def _linked(request: Request, shown: StandardVersion, content: rules.Content) -> dict[str, Any]:
    url = request.build_absolute_uri(words.standard_url(shown.standard.code, shown.number))
    return standard_as_linked(
        content,
        citation=reads.citation(shown),
        name=shown.standard.name,
        url=url,
        effective=f"{shown.effective:%Y-%m-%d}" if shown.effective else "",
        language=language(),
    )


@require_safe
def export(request: Request, code: str, number: int) -> HttpResponse:
    """A public version as JSON: its content word for word, with digest and dates, and as linked data."""
    row = reads.get_version(request.actor, f"{code}@{number}")
    content = rules.Content.from_json(row.content)
    body = {
        "standard": code,
        "version": row.number,
        "state": row.state,
        "name": row.standard.name,
        "category": row.standard.category.code,
        "effective": row.effective,
        "ends": row.ends,
        "digest": row.digest,
        "content": row.content,
        "linked": _linked(request, row, content),
    }
    headers = {
        "Cache-Control": "no-store"
    }  # the frame of every answer: a version is small and asked for rarely
    return JsonResponse(body, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_POST
def comment(request: Request, code: str, number: int) -> HttpResponse:
    """Comment on a version in consultation; signed in, as a customer or as staff."""
    request.actor.require_kind(Kind.CUSTOMER, Kind.STAFF)
    reads.get_version(request.actor, f"{code}@{number}")

    def effect() -> str:
        actions.comment_on(
            actor=request.actor,
            now=clock.now(),
            reference=f"{code}@{number}",
            text=text_of(request, "text", most=2000),
            about=text_of(request, "about", most=40),
        )
        return words.standard_url(code, number, "comments")

    try:
        response = act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _standard(
            request, code, str(number), {**error.fields} or {"text": str(error.detail or error.title)}
        )
    messages.success(
        request, _("Thank you. Your comment is public now; we answer it before anything is published.")
    )
    return response
