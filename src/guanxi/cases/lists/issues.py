"""The queue of issues by slack: what has the least time left stands first, whoever must act."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, QuerySet, Value, When
from django.db.models import Case as Pick
from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.lists.changing import teams
from guanxi.cases.models import Case, Issue
from guanxi.cases.pages.desk import stages, words
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine
from guanxi.cases.words import STEPS
from guanxi.core import clock, cover, organisation
from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Candidates, Choices, Column, Kind, Listing, View
from guanxi.core.money import Money, digits_of
from guanxi.core.phrases import language, pick
from guanxi.work import queries as work

LEVEL_TONES = ("", "amber", "red")
SHARES = ((0, _("under half")), (50, _("half and more")), (80, _("80 % and more")), (100, _("all of it")))


def _rows(actor: Actor) -> QuerySet[Issue]:
    """Issues of visible cases; `mine` says whether the reader handles it."""
    mine = Pick(
        When(handler_id=actor.user_id or 0, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    found = reads.list_issues(actor).select_related(None).select_related("case__record__customer", "handler")
    return found.annotate(mine=mine).defer(
        "due_explanation", "case__due_explanation", "case__record__said", "case__record__created"
    )


def _prepare(actor: Actor, rows: Sequence[Issue]) -> None:
    """Fifty issues are of a few teams: read once, not joined to each. One moment for all clocks."""
    found, now = {team.pk: team for team in work.list_teams()}, clock.now()
    for issue in rows:
        issue.team = found[issue.team_id]
        issue.gone = share_gone(issue, now)  # type: ignore[attr-defined]  # only while a list is drawn


def share_gone(issue: Issue, now: datetime) -> int | None:
    """Whole percent of our own running limit that is over; None while it is not our turn."""
    if issue.turn != Case.Turn.STAFF or issue.due is None or issue.due <= issue.since:
        return None
    return max(0, int((now - issue.since) / (issue.due - issue.since) * 100))


def tone_of(percent: int | None) -> str:
    """The warnings at 50, 80 and 100 % as colours."""
    if percent is None or percent < reads.WARNINGS[0]:
        return ""
    return "red" if percent >= reads.WARNINGS[2] else "amber" if percent >= reads.WARNINGS[1] else "accent"


def _find(actor: Actor, text: str, limit: int, found: Candidates) -> Sequence[int]:
    """Issues of the cases found, case by case."""
    known = [case.id for case in queries.search_cases(actor, text, limit=limit, found=found)]
    rows = Issue.objects.filter(case__in=known).order_by("place").values_list("case_id", "id")
    rank = {case: number for number, case in enumerate(known)}
    return [key for _case, key in sorted(rows, key=lambda row: rank[row[0]])][:limit]


def _title(actor: Actor, issue: Issue) -> Mapping[str, Any]:
    return {
        "title": cover.shown(actor, issue.case.title),
        "sub": f"{issue.case.number} · {issue.place}",
        "icon": "scale",
        "icon_label": "",
        "chip": str(words.OWNERS[issue.level]) if issue.level else "",
        "chip_tone": LEVEL_TONES[issue.level],
    }


def _share(actor: Actor, issue: Issue) -> Mapping[str, Any]:
    gone: int | None = getattr(issue, "gone", None)
    return {"value": "" if gone is None else f"{gone} %", "tone": tone_of(gone)}


def _wants(actor: Actor, issue: Issue) -> Mapping[str, Any]:
    wanted = Money(issue.wants_minor, issue.currency).format(language()) if issue.wants_minor else ""
    return {"value": wanted}


def _amount(actor: Actor, issue: Issue) -> Decimal:
    return Decimal(issue.wants_minor).scaleb(-digits_of(issue.currency))


def _kinds(actor: Actor) -> Choices:
    policy = procedures.current()
    return [(one.code, pick(one.name)) for one in policy.issues.values()] if policy else []


def _states(actor: Actor) -> Choices:
    return [(state, STEPS[state]) for state in machine.STATES]


def _turns(actor: Actor) -> Choices:
    return list(Case.Turn.choices)


def _levels(actor: Actor) -> Choices:
    return [(str(level), title) for level, title in enumerate(words.OWNERS)]


def _people(actor: Actor) -> Choices:
    return [(one.user.public_id, str(one.user)) for one in work.list_members()]


def _topics(actor: Actor, rows: Sequence[Issue]) -> Sequence[tuple[str, int]]:
    return [("unit", unit) for unit in sorted({one.team_id for one in rows}) or [actor.unit_id or 0]]


def url_of(issue: Issue) -> str:
    """The issue on the page of its case."""
    return f"{address('case', issue.case.number)}?issue={issue.place}"


LISTING = Listing(
    code="issues",
    title=_("Issues by time left"),
    right="cases.view",
    prepare=_prepare,
    query=_rows,
    order="due",
    key=lambda issue: issue.public_id,
    key_path="public_id",
    url=url_of,
    url_name="issues",
    customer=lambda issue: issue.case.record.customer_id,
    find=_find,
    finds="case",
    apart=True,
    topics=_topics,
    version=lambda issue: issue.version,
    icon="scale",
    beside=((_("Board of clocks"), "board", "cases.view"), (_("Cases"), "cases", "cases.view")),
    views=(
        View("ours", _("Our turn"), "turn=staff&sort=due"),
        View("mine", _("Mine"), "mine=yes&state=!closed&sort=due"),
        View("breached", _("Limit missed"), "breached=yes&state=!closed&sort=due"),
        View("above", _("With supervisors"), "level=1,2&state=!closed&sort=due"),
        View("appeals", _("Appeals"), "round=2..&state=!closed&sort=due"),
        View("parties", _("Waiting for the sides"), "turn=customer,respondent,both&sort=due"),
    ),
    empty=_("Each thing to put right appears here with its own clock, as soon as a complaint is taken down."),
    columns=(
        Column(
            code="case",
            title=_("Case"),
            value=lambda actor, issue: cover.shown(actor, issue.case.title),
            filter_path="case__title",
            shape="title",
            cell=_title,
        ),
        Column(
            code="number",
            title=_("Number"),
            value=lambda actor, issue: issue.case.number,
            path="case__number",
            shown=False,
        ),
        Column(
            code="place",
            title=_("Issue no."),
            value=lambda actor, issue: issue.place,
            kind=Kind.NUMBER,
            path="place",
            shown=False,
        ),
        Column(
            code="kind",
            title=_("Kind"),
            value=lambda actor, issue: pick(reads.kind_name(issue)),
            kind=Kind.CHOICE,
            path="kind",
            choices=_kinds,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, issue: issue.case.record.called,
            filter_path="case__record__name",
            shown=False,
        ),
        Column(
            code="state",
            title=_("Stage"),
            value=lambda actor, issue: str(STEPS[issue.state]),
            kind=Kind.CHOICE,
            path="state",
            choices=_states,
        ),
        Column(
            code="turn",
            title=_("Turn"),
            value=lambda actor, issue: stages.turn_of(issue)["label"],
            kind=Kind.CHOICE,
            path="turn",
            choices=_turns,
            shape="turn",
            cell=lambda actor, issue: stages.turn_of(issue),
        ),
        Column(
            code="due",
            title=_("Time left"),
            value=lambda actor, issue: issue.due,
            kind=Kind.MOMENT,
            path="due",
            nullable=True,
            ahead=True,
            shape="left",
            cell=lambda actor, issue: stages.clock_of(issue),
        ),
        Column(
            code="gone",
            title=_("Of our time"),
            value=lambda actor, issue: getattr(issue, "gone", None),
            kind=Kind.CHOICE,
            filter_path="warned",
            choices=lambda actor: [(str(share), title) for share, title in SHARES],
            shape="chip",
            cell=_share,
        ),
        Column(
            code="level",
            title=_("Owner"),
            value=lambda actor, issue: str(words.OWNERS[issue.level]),
            kind=Kind.CHOICE,
            path="level",
            choices=_levels,
            shape="chip",
            cell=lambda actor, issue: {"value": words.OWNERS[issue.level], "tone": LEVEL_TONES[issue.level]},
            shown=False,  # beside the title, once it is no longer the handler's
        ),
        Column(
            code="wants",
            title=_("Asked for"),
            value=_amount,
            kind=Kind.MONEY,
            path="wants_minor",
            cell=_wants,
        ),
        Column(
            code="handler",
            title=_("Handler"),
            value=lambda actor, issue: str(issue.handler) if issue.handler else "",
            kind=Kind.CHOICE,
            filter_path="handler__public_id",
            choices=_people,
            nullable=True,
        ),
        Column(
            code="mine",
            title=_("Handled by me"),
            value=lambda actor, issue: bool(actor.user_id and issue.handler_id == actor.user_id),
            kind=Kind.FLAG,
            filter_path="mine",
            shown=False,
        ),
        Column(
            code="team",
            title=_("Team"),
            value=lambda actor, issue: organisation.name_of(issue.team.unit),
            kind=Kind.CHOICE,
            filter_path="team__unit__code",
            choices=teams,
            shown=False,
        ),
        Column(
            code="round",
            title=_("Round"),
            value=lambda actor, issue: issue.round,
            kind=Kind.NUMBER,
            path="round",
            shown=False,
        ),
        Column(
            code="breached",
            title=_("Limit missed"),
            value=lambda actor, issue: issue.breached,
            kind=Kind.FLAG,
            filter_path="breached",
            shown=False,
        ),
        Column(
            code="opened",
            title=_("Opened"),
            value=lambda actor, issue: issue.opened,
            kind=Kind.MOMENT,
            path="opened",
            shown=False,
        ),
    ),
)
