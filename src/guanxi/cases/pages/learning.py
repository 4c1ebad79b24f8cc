"""What reads complaints: how good it is kind by kind, what staff have put right, training anew, and trying it out."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases import rules
from guanxi.cases.actions import learning
from guanxi.cases.queries import procedures, suggesting, taught
from guanxi.cases.rules.written import cold_figures
from guanxi.core import clock, cover
from guanxi.core.access import Actor
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.phrases import pick

CORRECTIONS_SHOWN = 12
READERS_SHOWN = 8
SHARE_MAX = 0.99  # nothing read from words alone is certain


@require_safe
def learning_page(request: Request) -> HttpResponse:
    """The reader in use, its figures and what it was taught."""
    learning.require(request.actor)
    return _page(request)


@require_POST
def learning_start(request: Request) -> HttpResponse:
    """Train anew now."""

    def effect() -> str:
        learning.ask_retrain(actor=request.actor, now=clock.now())
        return f"{reverse('case_learning')}?asked=1"

    return act_once(request, effect=effect)


@require_POST
def learning_try(request: Request) -> HttpResponse:
    """Read a text as a complaint would be read. Nothing is kept of it."""
    learning.require(request.actor)
    return _page(request, tried=rules.clean_text(text_of(request, "text"))[: rules.TEXT_CHARS_MAX])


def _page(request: Request, tried: str = "") -> HttpResponse:
    newest = taught.newest_reader()
    names = _names()
    kept = newest.figures if newest else cold_figures()
    context = {
        "newest": newest,
        "delivered_examples": suggesting.reader().examples,
        "figures": _figures(kept),
        "labels": _labels(kept, names),
        "corrections": _corrections(request.actor, names),
        "waiting": taught.count_corrections() - (newest.corrections if newest else 0),
        "readers": taught.list_readers(READERS_SHOWN),
        "asked": request.GET.get("asked") == "1",
        "tried": tried,
        "found": [_found(one, names) for one in suggesting.suggest(tried, among=names or None)]
        if tried
        else [],
        "alarms": [(one.kind, one.sentence) for one in suggesting.alarms(tried)] if tried else [],
        "most": rules.TEXT_CHARS_MAX,
        "key": form_key(),
    }
    return page(request, "cases/learning.html", context)


def _names() -> dict[str, str]:
    """Issue kinds of the procedure in force in the reader's language."""
    policy = procedures.current()
    return {code: pick(dict(kind.name)) for code, kind in policy.issues.items()} if policy else {}


def _figures(kept: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{kept[name]:.0%}" for name in ("macro_f1", "top_3") if name in kept}


def _labels(kept: Mapping[str, Any], names: dict[str, str]) -> list[dict[str, Any]]:
    """The kinds this house's procedure knows, the least certain first: those want more examples."""
    shown = {code: figures for code, figures in kept["labels"].items() if code in names or not names}
    rows = [{"code": code, "name": names.get(code, ""), **figures} for code, figures in shown.items()]
    return sorted(rows, key=lambda row: (row["precision"], row["code"]))


def _corrections(actor: Actor, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "number": case.number,
            "title": cover.shown(actor, case.title),
            "opened": case.opened,
            "read": [names.get(code) or code for code in lesson.read],
            "right": [names.get(code) or code for code in lesson.right],
        }
        for case, lesson in taught.list_corrections(actor, CORRECTIONS_SHOWN)
    ]


def _found(one: suggesting.Suggestion, names: dict[str, str]) -> dict[str, Any]:
    return {
        "code": one.label,
        "name": names.get(one.label, ""),
        "share": f"{min(one.score, SHARE_MAX):.0%}",
        "sentence": one.sentence,
        "chosen": one.chosen,
    }
