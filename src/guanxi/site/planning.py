"""An exception of a team's working days, over the rooms whose limits it moves: what it would do, then doing it."""

from collections.abc import Sequence
from datetime import date

from guanxi.cases import actions as cases
from guanxi.core import staff
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Team
from guanxi.work.queries import Change, Moves


def get_team(actor: Actor, code: str) -> Team:
    """A team by the code of its unit. Needs `site.settings`; raises `NotFound`."""
    actor.require(staff.RIGHT)
    found = Team.objects.select_related("unit").filter(unit__code=code).first()
    if found is None:
        raise NotFound
    return found


def moves(*, actor: Actor, team: str, day: date, periods: Sequence[str] | None) -> Moves:
    """How many open deadlines this exception would move, of cases and of plain work. Raises `Invalid` for the hours."""
    row = get_team(actor, team)
    calendar = work.with_day(row.calendar, day, periods)
    before, after = work.exception_on(row.calendar, day), work.exception_on(calendar, day)
    if before == after:
        return Moves()
    change = Change(row.pk, team, day, before, after)
    return cases.preview(change, calendar) + teams.preview(change, calendar)
