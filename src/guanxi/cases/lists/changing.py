"""What may be changed in the list of cases: one cell in place, or many cases at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.cases import actions, queries, rules
from guanxi.cases.models import Case
from guanxi.core import organisation
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.lists import Bulk, Choices, Edit, Input
from guanxi.core.phrases import language_choices
from guanxi.work import queries as work
from guanxi.work.actions import put_back as put_back_item
from guanxi.work.actions import take as take_item


def _handled(actor: Actor) -> Q:
    """Cases of the teams for which this actor handles cases."""
    return actor.reach("cases.handle").within("team")


def _open(actor: Actor) -> Q:
    return _handled(actor) & ~Q(state__in=queries.SETTLED)


def _takeable(actor: Actor) -> Q:
    return actor.reach("work.take").within("team") & Q(turn=Case.Turn.STAFF)


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
    actor.require_at("cases.handle", row.team_id)  # many at once stay one's own team's
    actions.answer(actor=actor, now=now, number=row.number, text=values["text"], version=row.version)


def _resolve(*, actor: Actor, now: datetime, row: Case, values: Mapping[str, str]) -> None:
    actor.require_at("cases.handle", row.team_id)
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


def teams(actor: Actor) -> Choices:
    return [(team.unit.code, organisation.name_of(team.unit)) for team in work.list_teams()]


def _handles(actor: Actor, case: Case) -> bool:
    return actor.may_at("cases.handle", case.team_id)


def _moves(actor: Actor, case: Case) -> bool:
    return case.state not in queries.SETTLED and _handles(actor, case)


def _retitle(*, actor: Actor, now: datetime, row: Case, value: str) -> None:
    actions.retitle(actor=actor, now=now, number=row.number, title=value)


def _write_in(*, actor: Actor, now: datetime, row: Case, value: str) -> None:
    actions.set_language(actor=actor, now=now, number=row.number, language=value)


def _give_to(*, actor: Actor, now: datetime, row: Case, value: str) -> None:
    actions.move_team(actor=actor, now=now, number=row.number, team=value)


def languages(actor: Actor) -> Choices:
    return language_choices()


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
    choices=teams,
    may=_moves,
    subject="case",
    events=("case.opened", "case.moved"),
)
EDIT_LANGUAGE = Edit(
    right="cases.handle",
    original=lambda case: case.language,
    act=_write_in,
    input="choice",
    choices=languages,
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
        inputs=(Input(code="team", title=_("To which team?"), kind="choice", choices=teams),),
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
        inputs=(Input(code="language", title=_("Language"), kind="choice", choices=languages),),
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
