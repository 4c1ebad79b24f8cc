"""The list of cases, and beside it the queue of their issues."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.lists.changing import BULK, EDIT_LANGUAGE, EDIT_TEAM, EDIT_TITLE, languages, teams
from guanxi.cases.lists.issues import LISTING as ISSUES
from guanxi.cases.models import Case
from guanxi.cases.pages import show
from guanxi.cases.pages.quick import quick
from guanxi.cases.words import STEPS
from guanxi.core import cover, organisation
from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.words import say
from guanxi.work import queries as work


def _rows(actor: Actor) -> QuerySet[Case]:
    # Documents no cell shows: reading fifty of each took longer than the statement.
    found = queries.list_cases(actor).select_related(None).select_related("record__customer")
    return found.defer(
        "due_explanation",
        "record__said",
        "record__created",
        "record__customer__created",
    )


def _prepare(actor: Actor, rows: Sequence[Case]) -> None:
    """Fifty cases are of a few teams: read once, not joined to each."""
    found = {team.pk: team for team in work.list_teams()}
    for case in rows:
        case.team = found[case.team_id]


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    known = queries.search_cases(actor, text, limit=limit, found=found)
    return [case.id for case in known]


def _title(actor: Actor, case: Case) -> Mapping[str, Any]:
    return {
        "title": cover.shown(actor, case.title),
        "sub": case.number,
        "icon": queries.CHANNEL_ICONS.get(case.channel, "message"),
        "icon_label": say(f"channel.{case.channel}"),
    }


def _turns(actor: Actor) -> Choices:
    return [(code, label) for code, label in Case.Turn.choices]


def _states(actor: Actor) -> Choices:
    return list(STEPS.items())


def _channels(actor: Actor) -> Choices:
    return [(code, say(f"channel.{code}")) for code in queries.CHANNEL_ICONS]


def _customer(actor: Actor, case: Case) -> str:
    return case.record.called


def _team(actor: Actor, case: Case) -> str:
    return organisation.name_of(case.team.unit)


def _topics(actor: Actor, rows: Sequence[Case]) -> Sequence[tuple[str, int]]:
    return [("unit", unit) for unit in sorted({case.team_id for case in rows}) or [actor.unit_id or 0]]


LISTING = Listing(
    code="cases",
    title=_("Cases"),
    right="cases.view",
    prepare=_prepare,
    query=_rows,
    order="-opened",
    key=lambda case: case.number,
    key_path="number",
    url=lambda case: address("case", case.number),
    url_name="cases",
    customer=lambda case: case.record.customer_id,
    find=_find,
    finds="case",
    topics=_topics,
    version=lambda case: case.version,
    icon="briefcase",
    bulk=BULK,
    beside=(
        (_("Issues by time left"), "issues", "cases.view"),
        (_("Board of clocks"), "board", "cases.view"),
    ),
    quick="cases/quick.html",
    quick_context=quick,
    views=(
        View("ours", _("Our turn"), "turn=staff&sort=due"),
        View("theirs", _("Customer's turn"), "turn=customer"),
        View("late", _("Overdue"), "due=..now&turn=staff&sort=due"),
        View("settled", _("Settled"), "state=resolved,closed"),
    ),
    new_url=lambda actor: reverse("case_new") if actor.may("cases.intake") else "",
    new_label=_("New case"),
    empty=_("A case appears here as soon as somebody complains, on any channel."),
    columns=(
        Column(
            code="case",
            title=_("Case"),
            value=lambda actor, case: cover.shown(actor, case.title),
            filter_path="title",
            shape="title",
            cell=_title,
            edit=EDIT_TITLE,
        ),
        Column(
            code="number",
            title=_("Number"),
            value=lambda actor, case: case.number,
            path="number",
            shown=False,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=_customer,
            path="record__name",
        ),
        Column(
            code="state",
            title=_("Stage"),
            value=lambda actor, case: str(STEPS[case.state]),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
        ),
        Column(
            code="turn",
            title=_("Turn"),
            value=lambda actor, case: show.turn(actor, case)["label"],
            kind=Kind.CHOICE,
            path="turn",
            choices=_turns,
            shape="turn",
            cell=lambda actor, case: show.turn(actor, case),
        ),
        Column(
            code="due",
            title=_("Time left"),
            value=lambda actor, case: case.due,
            kind=Kind.MOMENT,
            path="due",
            nullable=True,
            ahead=True,
            shape="left",
            cell=lambda actor, case: show.clock_of(actor, case),
        ),
        Column(
            code="team",
            title=_("Team"),
            value=_team,
            kind=Kind.CHOICE,
            filter_path="team__unit__code",
            choices=teams,
            shown=False,
            edit=EDIT_TEAM,
        ),
        Column(
            code="language",
            title=_("Language"),
            value=lambda actor, case: say(f"language.{case.language}"),
            kind=Kind.CHOICE,
            filter_path="language",
            choices=languages,
            shown=False,
            edit=EDIT_LANGUAGE,
        ),
        Column(
            code="channel",
            title=_("Channel"),
            value=lambda actor, case: say(f"channel.{case.channel}"),
            kind=Kind.CHOICE,
            path="channel",
            choices=_channels,
            shown=False,
        ),
        Column(
            code="opened",
            title=_("Opened"),
            value=lambda actor, case: case.opened,
            kind=Kind.MOMENT,
            path="opened",
        ),
        Column(
            code="resolved",
            title=_("Settled on"),
            value=lambda actor, case: case.resolved,
            kind=Kind.MOMENT,
            path="resolved",
            nullable=True,
            shown=False,
        ),
    ),
)

__all__ = ["ISSUES", "LISTING"]
