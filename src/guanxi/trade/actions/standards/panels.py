"""Panels: opened on a version, filled with experts and specimens, judged, published when they agree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.files import NO_FILES, Given
from guanxi.core.files.actions import attach
from guanxi.core.models import User
from guanxi.trade import events as types
from guanxi.trade.models import Assessment, Expert, Panel, Specimen, StandardVersion
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules import standards as rules

EXPERTS_MAX = 12
SPECIMENS_MAX = 40
WORDS_CHARS_MAX = 1000


@action
def open_panel(*, actor: Actor, now: datetime, reference: str) -> Panel:
    """A panel on a version that is not a draft any more. Needs `trade.standards`."""
    actor.require(reads.RIGHT)
    version = reads.get_version(actor, reference)
    if version.state == StandardVersion.State.DRAFT:
        raise Conflict(_("A draft may still change; lay it open first."), code="wrong_state")
    panel = Panel(version=version, opened=now)
    _record(types.PANEL_OPENED.code, actor, now, panel, {}, rows=[panel])
    return panel


@action
def add_expert(
    *, actor: Actor, now: datetime, panel: str, name: str = "", about: str = "", user: User | None = None
) -> Expert:
    """Somebody of staff (`user`) or from outside (`name`, and `about` what makes them an expert). Needs `trade.standards`."""
    actor.require(reads.RIGHT)
    row = _open(panel)
    said = (name or (user.name if user else "")).strip()
    if not 0 < len(said) <= 80 or len(about) > 160:
        raise Invalid(fields={"name": _("Give a name of at most 80 characters.")})
    count = row.experts.count()
    if count >= EXPERTS_MAX or (user is not None and row.experts.filter(user=user).exists()):
        raise Invalid(fields={"name": _("They are on the panel already, or it is full.")})
    expert = Expert(panel=row, place=count + 1, user=user, name=said, about=about.strip())
    _record(types.PANEL_CHANGED.code, actor, now, row, {"expert": expert.place}, rows=[expert])
    return expert


@action
def add_specimen(*, actor: Actor, now: datetime, panel: str, name: str, files: Given = NO_FILES) -> Specimen:
    """One more thing to judge, with its photographs. Needs `trade.standards`."""
    actor.require(reads.RIGHT)
    row = _open(panel)
    said = name.strip()
    if not 0 < len(said) <= 120:
        raise Invalid(fields={"specimen": _("Describe it in at most 120 characters.")})
    count = row.specimens.count()
    if count >= SPECIMENS_MAX:
        raise Invalid(fields={"specimen": _("The panel is full.")})
    specimen = Specimen(panel=row, place=count + 1, name=said)
    photos = attach(files, actor=actor, now=now, subject=("specimen", specimen.id))
    data = {"specimen": specimen.place, "files": len(photos)}
    _record(types.PANEL_CHANGED.code, actor, now, row, data, rows=[specimen, *photos])
    return specimen


@action
def assess(
    *,
    actor: Actor,
    now: datetime,
    panel: str,
    expert: int,
    specimen: int,
    grade: str,
    values: Mapping[str, rules.Value],
    conflict: str = "",
    words: str = "",
) -> Assessment:
    """What an expert (by place) found of a specimen (by place); said again, it replaces what was said before.

    For the expert themselves, or whoever has `trade.standards` writing it down for them. `conflict`: their own interest in
    the thing, declared: the judgement is then shown, not counted. Raises `Invalid` by field.
    """
    row = _open(panel)
    who, what = row.experts.filter(place=expert).first(), row.specimens.filter(place=specimen).first()
    if who is None or what is None:
        raise NotFound
    if not actor.may(reads.RIGHT) and (actor.user_id is None or who.user_id != actor.user_id):
        raise Denied(code="denied")
    _check(reads.content_of(row.version), grade, values, conflict, words)
    found = Assessment.objects.filter(expert=who, specimen=what).first()
    said = {
        "grade": grade,
        "values": dict(values),
        "conflict": conflict.strip(),
        "words": words.strip(),
        "made": now,
    }
    data = {"expert": expert, "specimen": specimen, "grade": grade, "again": found is not None}
    if found is None:
        found = Assessment(expert=who, specimen=what, **said)
        _record(types.PANEL_ASSESSED.code, actor, now, row, data, rows=[found])
        return found
    for name, value in said.items():
        setattr(found, name, value)
    found.save(update_fields=list(said))
    _record(types.PANEL_ASSESSED.code, actor, now, row, data)
    return found


def _check(
    content: rules.Content, grade: str, values: Mapping[str, rules.Value], conflict: str, words: str
) -> None:
    wrong: dict[str, str] = {}
    if grade not in {one.code for one in content.grades}:
        wrong["grade"] = _("Choose one of the grades.")
    for code, value in values.items():
        if code not in content.parameters:
            wrong[code] = _("The standard has no such parameter.")
        elif fault := rules.value_fault(content.parameters[code], value):
            wrong[code] = reads.fault_words(content, code, fault)
    if len(conflict) > 200:
        wrong["conflict"] = _("At most %(most)s characters fit here.") % {"most": 200}
    if len(words) > WORDS_CHARS_MAX:
        wrong["words"] = _("At most %(most)s characters fit here.") % {"most": WORDS_CHARS_MAX}
    if wrong:
        raise Invalid(fields=wrong)


@action
def publish_panel(*, actor: Actor, now: datetime, panel: str) -> Panel:
    """Publish what a panel found, dissent and all. Needs `trade.standards`.

    Raises `Conflict` with fewer than three experts without conflict on any specimen, or when they agree too little
    (Krippendorff's alpha of the grades below .67).
    """
    actor.require(reads.RIGHT)
    row = _open(panel)
    found = reads.agreement_of(reads.get_panel(actor, panel))
    if found.blockers:
        raise Conflict(" ".join(blocker_words(found)), code=found.blockers[0])
    return _end(actor, now, row, Panel.State.PUBLISHED, found)


@action
def close_panel(*, actor: Actor, now: datetime, panel: str) -> Panel:
    """End a panel that does not agree: that it did not is public, what it found is not. Needs `trade.standards`."""
    actor.require(reads.RIGHT)
    row = _open(panel)
    return _end(actor, now, row, Panel.State.CLOSED, reads.agreement_of(reads.get_panel(actor, panel)))


def blocker_words(found: rules.Agreement) -> list[str]:
    """What stands against publishing a panel."""
    alpha = "–" if found.alpha is None else f"{found.alpha:.2f}"
    words = {
        "specimens": _("At least two specimens are needed."),
        "experts": _("Every specimen needs three experts without a conflict of interest."),
        "alpha": _("The experts agree too little: alpha %(alpha)s, at least 0.67 is needed.")
        % {"alpha": alpha},
    }
    return [words[one] for one in found.blockers]


def _end(actor: Actor, now: datetime, row: Panel, state: str, found: rules.Agreement) -> Panel:
    row.state, row.ended, row.result = state, now, result_of(found)
    row.save(update_fields=["state", "ended", "result"])
    _record(types.PANEL_ENDED.code, actor, now, row, {"state": state, "experts": found.experts})
    return row


def result_of(found: rules.Agreement) -> dict[str, Any]:
    """An agreement as plain values."""
    return {
        "alpha": _rounded(found.alpha),
        "parameters": {code: _rounded(alpha) for code, alpha in found.by_parameter.items()},
        "medians": dict(found.medians),
        "experts": found.experts,
    }


def _rounded(alpha: float | None) -> float | None:
    return None if alpha is None else round(alpha, 3)


def _open(public_id: str) -> Panel:
    found = Panel.objects.select_for_update(of=("self",)).select_related("version__standard")
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    if row.state != Panel.State.OPEN:
        raise Conflict(_("The panel is over."), code="wrong_state")
    return row


def _record(
    code: str,
    actor: Actor,
    now: datetime,
    panel: Panel,
    data: Mapping[str, Any],
    *,
    rows: list[Any] | None = None,
) -> None:
    said = {
        "panel": panel.public_id,
        "standard": panel.version.standard.code,
        "number": panel.version.number,
        **data,
    }
    events.record(
        Event(code, actor, now, ("standard", panel.version.standard_id), data=said), with_rows=rows or []
    )
