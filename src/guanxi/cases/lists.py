"""The list of cases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.cases import actions, queries, rules
from guanxi.cases.models import Case
from guanxi.cases.pages import show
from guanxi.cases.pages.quick import quick
from guanxi.cases.words import STEPS
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.http import address
from guanxi.core.lists import Bulk, Choices, Column, Edit, Input, Kind, Listing, View
from guanxi.core.phrases import language
from guanxi.core.words import say
from guanxi.work import queries as work
from guanxi.work.actions import put_back as put_back_item
from guanxi.work.actions import take as take_item


def _rows(actor: Actor) -> QuerySet[Case]:
    # Documents no cell shows: reading fifty of each took longer than the statement.
    found = queries.list_cases(actor).select_related(None).select_related("record__customer")
    return found.defer(
        "due_explanation",
        "record__said",
        "record__fingerprint",
        "record__created",
        "record__customer__created",
    )


def _prepare(actor: Actor, rows: Sequence[Case]) -> None:
    """Fifty cases are of a few teams: read once, not joined to each."""
    teams = {team.pk: team for team in work.list_teams()}
    for case in rows:
        case.team = teams[case.team_id]


def _find(actor: Actor, text: str, limit: int) -> Sequence[int]:
    return [case.id for case in queries.search_cases(actor, text, limit=limit)]


def _title(actor: Actor, case: Case) -> Mapping[str, Any]:
    return {
        "title": case.title,
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
    return case.record.name or case.record.customer.public_id


def _team(actor: Actor, case: Case) -> str:
    name = case.team.unit.name
    return str(name.get(language()) or case.team.unit.code)


def _topics(actor: Actor, rows: Sequence[Case]) -> Sequence[tuple[str, int]]:
    return [("unit", unit) for unit in sorted({case.team_id for case in rows}) or [actor.unit_id or 0]]


def _handled(actor: Actor) -> Q:
    """Cases of the teams for which this actor handles cases."""
    reach = actor.reach("cases.handle")
    return Q() if reach.everything else Q(team__in=reach.units)


def _open(actor: Actor) -> Q:
    return _handled(actor) & ~Q(state=rules.RESOLVED)


def _takeable(actor: Actor) -> Q:
    reach = actor.reach("work.take")
    return (Q() if reach.everything else Q(team__in=reach.units)) & Q(turn=Case.Turn.STAFF)


def _take(*, actor: Actor, now: datetime, row: Case, values: Mapping[str, str]) -> dict[str, Any]:
    item = work.open_item(("case", row.id), actions.WORK_KIND)
    if item is None:
        raise Conflict(_("Nothing is left to do about this case."), code="no_work")
    if item.member_id is not None and item.member_id == work.get_seat(actor).id:
        raise Conflict(_("You have this in hand already."), code="in_hand")
    return {"item": take_item(actor=actor, now=now, item=item).public_id}


def _put_back(*, actor: Actor, now: datetime, row: Case, kept: Mapping[str, Any]) -> None:
    put_back_item(
        actor=actor, now=now, public_id=kept["item"], word=str(_("taken together with others, undone"))
    )


def _move(*, actor: Actor, now: datetime, row: Case, values: Mapping[str, str]) -> dict[str, Any]:
    before = row.team.unit.code
    moved = actions.move_team(actor=actor, now=now, number=row.number, team=values["team"])
    return {"team": before, "version": moved.version}


def _move_back(*, actor: Actor, now: datetime, row: Case, kept: Mapping[str, Any]) -> None:
    actions.take_back(actor=actor, now=now, number=row.number, team=kept["team"], version=kept["version"])


def _answer(*, actor: Actor, now: datetime, row: Case, values: Mapping[str, str]) -> None:
    actions.answer(actor=actor, now=now, number=row.number, text=values["text"], version=row.version)


def _resolve(*, actor: Actor, now: datetime, row: Case, values: Mapping[str, str]) -> None:
    actions.resolve(actor=actor, now=now, number=row.number, text=values["text"], version=row.version)


def _set_language(
    *, actor: Actor, now: datetime, row: Case, values: Mapping[str, str]
) -> dict[str, Any] | None:
    if row.language == values["language"]:
        return None
    done = actions.set_language(actor=actor, now=now, number=row.number, language=values["language"])
    return {"language": row.language, "version": done.version}


def _language_back(*, actor: Actor, now: datetime, row: Case, kept: Mapping[str, Any]) -> None:
    if row.version != kept["version"]:
        raise Conflict(_("The case has changed since then."), code="stale")
    actions.set_language(actor=actor, now=now, number=row.number, language=kept["language"])


def _teams(actor: Actor) -> Choices:
    return [
        (team.unit.code, str(team.unit.name.get(language()) or team.unit.code)) for team in work.list_teams()
    ]


def _handles(actor: Actor, case: Case) -> bool:
    return actor.may_at("cases.handle", case.team_id)


def _moves(actor: Actor, case: Case) -> bool:
    return case.state != rules.RESOLVED and _handles(actor, case)


def _retitle(*, actor: Actor, now: datetime, row: Case, value: str) -> None:
    actions.retitle(actor=actor, now=now, number=row.number, title=value)


def _write_in(*, actor: Actor, now: datetime, row: Case, value: str) -> None:
    actions.set_language(actor=actor, now=now, number=row.number, language=value)


def _give_to(*, actor: Actor, now: datetime, row: Case, value: str) -> None:
    actions.move_team(actor=actor, now=now, number=row.number, team=value)


def _languages(actor: Actor) -> Choices:
    return [(code, say(f"language.{code}")) for code, _name in settings.LANGUAGES]


EDIT_TITLE = Edit(
    right="cases.handle",
    original=lambda case: case.title,
    act=_retitle,
    label=_("Subject"),
    chars_max=80,
    may=_handles,
    subject="case",
    events=("case.opened", "case.retitled"),
)
EDIT_TEAM = Edit(
    right="cases.handle",
    original=lambda case: case.team.unit.code,
    act=_give_to,
    input="choice",
    choices=_teams,
    may=_moves,
    subject="case",
    events=("case.opened", "case.moved"),
)
EDIT_LANGUAGE = Edit(
    right="cases.handle",
    original=lambda case: case.language,
    act=_write_in,
    input="choice",
    choices=_languages,
    may=_handles,
    subject="case",
    events=("case.opened", "case.language_set"),
)
BULK = (
    Bulk(
        code="take",
        title=_("Take on"),
        right="work.take",
        act=_take,
        undo=_put_back,
        icon="hand-grab",
        mine=_takeable,
        says=_("You take the work on each case in hand, as far as your hands are not full."),
    ),
    Bulk(
        code="move",
        title=_("Hand over"),
        right="cases.handle",
        act=_move,
        undo=_move_back,
        icon="arrows-left-right",
        mine=_open,
        says=_(
            "Each case and its work go to the other team. What was promised to the customer stays promised."
        ),
        inputs=(Input(code="team", title=_("To which team?"), kind="choice", choices=_teams),),
    ),
    Bulk(
        code="language",
        title=_("Set language"),
        right="cases.handle",
        act=_set_language,
        undo=_language_back,
        icon="language",
        mine=_handled,
        says=_("From now on we write to each customer about their case in this language."),
        inputs=(
            Input(
                code="language", title=_("Language"), kind="choice", choices=lambda actor: settings.LANGUAGES
            ),
        ),
    ),
    Bulk(
        code="answer",
        title=_("Answer"),
        right="cases.handle",
        act=_answer,
        icon="message-reply",
        danger=True,
        mine=_open,
        says=_("Every customer reads the same answer on their page, and gets it by mail where we may write."),
        inputs=(Input(code="text", title=_("Our answer"), kind="textarea", most=rules.TEXT_CHARS_MAX),),
    ),
    Bulk(
        code="resolve",
        title=_("Resolve"),
        right="cases.handle",
        act=_resolve,
        icon="circle-check",
        danger=True,
        mine=_open,
        says=_(
            "Every case is settled, and its customer told so. A customer can open it again with one word."
        ),
        inputs=(
            Input(
                code="text",
                title=_("How it was put right"),
                kind="textarea",
                required=False,
                most=rules.TEXT_CHARS_MAX,
                hint=_("Needed for customers who have had no answer yet."),
            ),
        ),
    ),
)

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
    find=_find,
    topics=_topics,
    version=lambda case: case.version,
    icon="briefcase",
    bulk=BULK,
    quick="cases/quick.html",
    quick_context=quick,
    views=(
        View("ours", _("Our turn"), "turn=staff&sort=due"),
        View("theirs", _("Customer's turn"), "turn=customer"),
        View("late", _("Overdue"), "due=..now&turn=staff&sort=due"),
        View("settled", _("Settled"), "state=resolved"),
    ),
    new_url=lambda actor: reverse("case_new") if actor.may("cases.intake") else "",
    new_label=_("New case"),
    empty=_("A case appears here as soon as somebody complains, on any channel."),
    columns=(
        Column(
            code="case",
            title=_("Case"),
            value=lambda actor, case: case.title,
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
            choices=_teams,
            shown=False,
            edit=EDIT_TEAM,
        ),
        Column(
            code="language",
            title=_("Language"),
            value=lambda actor, case: say(f"language.{case.language}"),
            kind=Kind.CHOICE,
            filter_path="language",
            choices=_languages,
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
