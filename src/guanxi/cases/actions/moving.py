"""Handing a case over to another team, and taking that back while nobody has acted on it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.actions.frame import WORK_KIND, event
from guanxi.cases.models import Case
from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import WorkItem


@action
def move_team(*, actor: Actor, now: datetime, number: str, team: str, version: int | None = None) -> Case:
    """Hand an open case over to the team with this code. What was promised to the customer stays promised.

    Raises `Invalid` for an unknown team, `Conflict` for a settled case, one that is there already, or an old `version`.
    """
    actor.require("cases.handle")
    visible = queries.get_case(actor, number)
    actor.require_at("cases.handle", visible.team_id)
    case = _locked(visible)
    if version is not None and version != case.version:
        raise Conflict(
            _("Somebody acted on this case in the meantime. Look at it again, then decide."), code="stale"
        )
    if case.state in queries.SETTLED:
        raise Conflict(_("This case is settled: there is nothing to hand over."), code="not_now")
    return _move(actor, now, case, _team(team))


@action
def take_back(*, actor: Actor, now: datetime, number: str, team: str, version: int) -> Case:
    """Undo a hand-over to which nobody has done anything yet: whoever handles cases of the team it came from may.

    Raises `Conflict` when the case has changed since `version`, or the other team has it in hand.
    """
    actor.require("cases.handle")
    origin = _team(team)
    visible = queries.get_case(actor, number)
    actor.require_at("cases.handle", origin.id)
    case = _locked(visible)
    if version != case.version:
        raise Conflict(_("The case has changed since then."), code="stale")
    item = teams.open_item(("case", case.id), WORK_KIND)
    if item is not None and item.state != WorkItem.State.QUEUED:
        raise Conflict(_("Somebody of the other team has it in hand already."), code="taken")
    return _move(actor, now, case, origin)


def _locked(visible: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).get(id=visible.id)


def _team(code: str) -> teams.TeamFacts:
    try:
        return teams.team_named(code)
    except NotFound as error:
        raise Invalid(fields={"team": _("There is no such team.")}) from error


def _move(actor: Actor, now: datetime, case: Case, team: teams.TeamFacts) -> Case:
    if case.team_id == team.id:
        raise Conflict(_("This team has it already."), code="there_already")
    before = teams.team_of(case.team_id).code
    case.team_id = team.id
    case.version += 1
    case.save(update_fields=["team", "version"])
    moved = work.move(actor=actor, now=now, subject=("case", case.id), kind=WORK_KIND, team=team)
    own = event("moved", actor, now, case, {"from": before, "to": team.code})
    events.record(own, *([moved] if moved else []))
    return case
