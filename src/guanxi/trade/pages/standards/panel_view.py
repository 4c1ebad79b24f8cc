"""A panel for its readers: who judged what, how far they agree, who differs and why."""

from typing import Any

from django.utils.translation import gettext as _

from guanxi.core import files
from guanxi.core.files.cards import cards
from guanxi.core.phrases import pick
from guanxi.trade.models import Assessment, Panel, Specimen
from guanxi.trade.pages.standards import words
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules import standards as rules

TONES = {"open": "amber", "published": "green", "closed": "red"}


def alpha_words(alpha: float | None) -> str:
    return "–" if alpha is None else f"{alpha:.2f}"


def panel_view(panel: Panel) -> dict[str, Any]:
    """A whole panel that is over. One closed without result says only that, and how little its experts agreed."""
    result = panel.result
    shown = panel.state == Panel.State.PUBLISHED
    return {
        "id": panel.public_id,
        "citation": reads.citation(panel.version),
        "state": str(panel.get_state_display()),
        "tone": TONES[panel.state],
        "opened": panel.opened,
        "ended": panel.ended,
        "alpha": alpha_words(result.get("alpha")),
        "agreed": (result.get("alpha") or 0) >= rules.ALPHA_MIN,
        "experts": [{"name": one.name, "about": one.about} for one in panel.experts.all()],
        "parameters": parameter_alphas(panel, result.get("parameters", {})) if shown else [],
        "specimens": [specimen_view(panel, one, result.get("medians", {})) for one in panel.specimens.all()]
        if shown
        else [],
    }


def parameter_alphas(panel: Panel, found: dict[str, float | None]) -> list[dict[str, Any]]:
    """Agreement by parameter, the least first."""
    content = reads.content_of(panel.version)
    rows = [
        {
            "name": pick(content.parameters[code].name),
            "alpha": alpha_words(alpha),
            "agreed": (alpha or 0) >= rules.ALPHA_MIN,
            "by": alpha,
        }
        for code, alpha in found.items()
        if code in content.parameters and alpha is not None
    ]
    return sorted(rows, key=lambda row: row["by"] or 0)


def specimen_view(panel: Panel, specimen: Specimen, medians: dict[str, str]) -> dict[str, Any]:
    """A specimen with every judgement of it; who differs from the panel stands out."""
    content = reads.content_of(panel.version)
    median = medians.get(str(specimen.place), "")
    photos = files.list_on(("specimen", specimen.id)) if panel.state != Panel.State.OPEN else []
    return {
        "place": specimen.place,
        "name": specimen.name,
        "median": median,
        "files": cards(photos),
        "judgements": [_judgement(content, one, median) for one in specimen.assessments.all()],
    }


def _judgement(content: rules.Content, one: Assessment, median: str) -> dict[str, Any]:
    values = [
        f"{pick(content.parameters[code].name)} {words.value_words(content.parameters[code], value)}"
        for code, value in one.values.items()
        if code in content.parameters
    ]
    return {
        "expert": one.expert.name,
        "grade": one.grade,
        "dissent": bool(median) and not one.conflict and one.grade != median,
        "conflict": one.conflict,
        "words": one.words,
        "values": words.listed(values),
        "label": _("not counted: %(conflict)s") % {"conflict": one.conflict} if one.conflict else "",
    }
