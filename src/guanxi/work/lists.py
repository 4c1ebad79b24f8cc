"""The list of work: what waits, who has what in hand, what is settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.core import organisation
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict
from guanxi.core.lists import Bulk, Choices, Column, Edit, Input, Kind, Listing, View
from guanxi.core.phrases import explained
from guanxi.core.words import say
from guanxi.engine.normalise import avatar
from guanxi.work import actions, queries
from guanxi.work.models import Member, WorkItem

ASSIGN = "work.assign"
TONES = {WorkItem.State.QUEUED: "amber", WorkItem.State.ASSIGNED: "accent", WorkItem.State.DONE: "green"}


def _prepare(actor: Actor, items: Sequence[WorkItem]) -> None:
    """What each is about, one statement per kind of subject."""
    views = queries.subjects_of(actor, items)
    for item in items:
        item.about = views.get(item.id)  # type: ignore[attr-defined]  # only while a list is drawn


def _about(item: WorkItem) -> queries.SubjectView | None:
    return getattr(item, "about", None)


def _kind(item: WorkItem) -> str:
    return say(f"work.kind.{item.kind}")


def _what(actor: Actor, item: WorkItem) -> str:
    """What it is about, in the words of its room; its kind where the actor may not see that."""
    view = _about(item)
    return view.title if view else _kind(item)


def _title(actor: Actor, item: WorkItem) -> Mapping[str, Any]:
    view = _about(item)
    icon = {"icon": view.icon, "icon_label": view.channel} if view else {}
    return {"title": _what(actor, item), "sub": _kind(item), **icon}


def _url(item: WorkItem) -> str:
    view = _about(item)
    return view.url if view else reverse("today")


def _member(item: WorkItem) -> str:
    return str(item.member.user) if item.member else ""


def _team(item: WorkItem) -> str:
    return organisation.name_of(item.team.unit)


def _clock(actor: Actor, item: WorkItem) -> Mapping[str, Any]:
    if item.state not in queries.OPEN:
        return {"start": None, "due": None, "mode": "done", "settled": ""}
    mine = item.member is None or item.member.user_id == actor.user_id
    return {"start": item.arrived, "due": item.due, "mode": "mine" if mine else "other", "settled": ""}


def _quick(actor: Actor, item: WorkItem) -> Mapping[str, Any]:
    """What work/quick.html draws."""
    view = queries.subjects_of(actor, [item]).get(item.id)
    return {
        "title": view.title if view else _kind(item),
        "who": view.who if view else "",
        "words": view.words if view else "",
        "kind": _kind(item),
        "icon": view.icon if view else "inbox",
        "state": item.get_state_display(),
        "tone": TONES.get(WorkItem.State(item.state), ""),
        "member": _member(item),
        "initials": avatar(_member(item)),
        "team": _team(item),
        "arrived": item.arrived,
        "why": explained(item.reason) if item.reason else None,
        **_clock(actor, item),
    }


def _topics(actor: Actor, rows: Sequence[WorkItem]) -> Sequence[tuple[str, int]]:
    return [("unit", unit) for unit in sorted({item.team_id for item in rows}) or [actor.unit_id or 0]]


# -- what one may choose from -------------------------------------------------------------------------------


def _kinds(actor: Actor) -> Choices:
    known = {kind for team in queries.list_teams() for kind in team.targets}
    return [(kind, say(f"work.kind.{kind}")) for kind in sorted(known)]


def _teams(actor: Actor) -> Choices:
    return [(team.unit.code, organisation.name_of(team.unit)) for team in queries.list_teams()]


def _people(actor: Actor) -> Choices:
    return [(one.user.public_id, str(one.user)) for one in queries.list_members()]


def _colleagues(actor: Actor) -> Choices:
    """To whom this actor may give work, with how they stand: presence and load."""
    reach = actor.reach(ASSIGN)
    members = queries.list_members(None if reach.everything else reach.units)
    return [(one.user.public_id, _standing(one)) for one in members]


def _standing(one: Member) -> str:
    words = gettext("%(name)s · %(presence)s · %(open)s/%(capacity)s")
    load = {"open": one.open, "capacity": one.capacity}
    return words % {"name": str(one.user), "presence": one.get_presence_display(), **load}


# -- what may be done ---------------------------------------------------------------------------------------


def _waiting(actor: Actor) -> Q:
    return actor.reach("work.take").within("team") & Q(state=WorkItem.State.QUEUED)


def _in_my_hands(actor: Actor) -> Q:
    return Q(state=WorkItem.State.ASSIGNED, member__user=actor.user_id or 0)


def _given_out(actor: Actor) -> Q:
    return actor.reach(ASSIGN).within("team") & Q(state__in=queries.OPEN)


def _in_hands(actor: Actor) -> Q:
    return actor.reach(ASSIGN).within("team") & Q(state=WorkItem.State.ASSIGNED)


def _take(*, actor: Actor, now: datetime, row: WorkItem, values: Mapping[str, str]) -> Any:
    if row.member_id is not None and row.member_id == queries.get_seat(actor).id:
        raise Conflict(_("You have this in hand already."), code="in_hand")
    return {"item": actions.take(actor=actor, now=now, item=row).public_id}


def _take_back(*, actor: Actor, now: datetime, row: WorkItem, kept: Mapping[str, Any]) -> None:
    word = str(_("taken together with others, undone"))
    actions.put_back(actor=actor, now=now, public_id=kept["item"], word=word)


def _put_back(*, actor: Actor, now: datetime, row: WorkItem, values: Mapping[str, str]) -> None:
    actions.put_back(actor=actor, now=now, public_id=row.public_id, word=values["word"])


def _park(*, actor: Actor, now: datetime, row: WorkItem, values: Mapping[str, str]) -> Any:
    return {"item": actions.park(actor=actor, now=now, public_id=row.public_id).public_id}


def _take_up(*, actor: Actor, now: datetime, row: WorkItem, kept: Mapping[str, Any]) -> None:
    actions.resume(actor=actor, now=now, public_id=kept["item"])


def _call_in(*, actor: Actor, now: datetime, row: WorkItem, values: Mapping[str, str]) -> None:
    word = values["word"]
    actions.call_in(actor=actor, now=now, public_id=row.public_id, whom=values["member"], word=word)


def _experts(actor: Actor) -> Choices:
    """Whom one may call in: a team, or somebody by name, with how they stand."""
    return [*_teams(actor), *((one.user.public_id, _standing(one)) for one in queries.list_members())]


def _give(*, actor: Actor, now: datetime, row: WorkItem, values: Mapping[str, str]) -> Any:
    before = actions.give(actor=actor, now=now, public_id=row.public_id, to=values["member"])
    return {"before": before, "after": values["member"]} if before != values["member"] else None


def _give_in_place(*, actor: Actor, now: datetime, row: WorkItem, value: str) -> None:
    if value:
        actions.give(actor=actor, now=now, public_id=row.public_id, to=value)
    else:
        actions.put_back_for(
            actor=actor, now=now, public_id=row.public_id, word=str(_("put back in the list"))
        )


def _give_back(*, actor: Actor, now: datetime, row: WorkItem, kept: Mapping[str, Any]) -> None:
    has = row.member.user.public_id if row.member else ""
    if has != kept["after"]:
        raise Conflict(_("It is in other hands by now, or settled."), code="changed")
    if kept["before"]:
        actions.give(actor=actor, now=now, public_id=row.public_id, to=kept["before"])
    else:
        word = str(_("given together with others, undone"))
        actions.put_back_for(actor=actor, now=now, public_id=row.public_id, word=word)


def _put_back_for(*, actor: Actor, now: datetime, row: WorkItem, values: Mapping[str, str]) -> Any:
    had = actions.put_back_for(actor=actor, now=now, public_id=row.public_id, word=values["word"])
    return {"before": had, "after": ""}


WORD = Input(code="word", title=_("Why? One word for whoever takes it next"))
BULK = (
    Bulk(
        code="take",
        title=_("Take on"),
        right="work.take",
        act=_take,
        undo=_take_back,
        icon="hand-grab",
        mine=_waiting,
        says=_("You take each in hand, as far as your hands are not full."),
    ),
    Bulk(
        code="put_back",
        title=_("Put back"),
        right="work.take",
        act=_put_back,
        icon="arrow-back-up",
        mine=_in_my_hands,
        says=_("What you have in hand goes back into the queue, with the time it came."),
        inputs=(WORD,),
    ),
    Bulk(
        code="park",
        title=_("Set aside"),
        right="work.take",
        act=_park,
        undo=_take_up,
        icon="clock",
        mine=_in_my_hands,
        says=_("Each stays yours on your shelf, two at most, with its time running."),
    ),
    Bulk(
        code="call_in",
        title=_("Call in an expert"),
        right="work.take",
        act=_call_in,
        icon="users",
        mine=_in_my_hands,
        says=_("They are asked for advice; the customer stays with you."),
        inputs=(
            Input(code="member", title=_("Whom?"), kind="choice", choices=_experts),
            Input(code="word", title=_("What do you want to know?")),
        ),
    ),
    Bulk(
        code="give",
        title=_("Give to"),
        right=ASSIGN,
        act=_give,
        undo=_give_back,
        icon="arrows-left-right",
        mine=_given_out,
        says=_("Each goes into the hands of this colleague of its team, whoever has it now. They are told."),
        inputs=(Input(code="member", title=_("To whom?"), kind="choice", choices=_colleagues),),
    ),
    Bulk(
        code="take_away",
        title=_("Put back for others"),
        right=ASSIGN,
        act=_put_back_for,
        undo=_give_back,
        icon="inbox",
        mine=_in_hands,
        says=_("Each goes back into the queue, whoever has it in hand, with the time it came."),
        inputs=(WORD,),
    ),
)
EDIT_MEMBER = Edit(
    right=ASSIGN,
    original=lambda item: item.member.user.public_id if item.member else "",
    act=_give_in_place,
    input="choice",
    choices=lambda actor: [("", gettext("nobody: back into the queue")), *_colleagues(actor)],
    may=lambda actor, item: item.state in queries.OPEN and actor.may_at(ASSIGN, item.team_id),
    subject="work",
    events=("work.assigned", "work.returned", "work.added"),
)

LISTING = Listing(
    code="work",
    title=_("Work"),
    right="work.view",
    query=queries.list_items,
    order="-arrived",
    key=lambda item: item.public_id,
    key_path="public_id",
    url=_url,
    url_name="work",
    prepare=_prepare,
    topics=_topics,
    icon="inbox",
    bulk=BULK,
    quick="work/quick.html",
    quick_context=_quick,
    empty=_("Work appears here as soon as a customer waits for an answer."),
    views=(
        View("open", _("To do"), "state=queued,assigned&sort=due"),
        View("waiting", _("Waiting"), "state=queued&sort=due"),
        View("in_hand", _("In hand"), "state=assigned&sort=due"),
        View("late", _("Overdue"), "due=..now&state=queued,assigned&sort=due"),
        View("done", _("Done"), "state=done"),
    ),
    columns=(
        Column(code="what", title=_("What it is about"), value=_what, shape="title", cell=_title),
        Column(
            code="number",
            title=_("Number"),
            value=lambda actor, item: item.public_id,
            filter_path="public_id",
            shown=False,
        ),
        Column(
            code="customer",
            title=_("Customer"),
            value=lambda actor, item: view.who if (view := _about(item)) else "",
        ),
        Column(
            code="kind",
            title=_("Kind"),
            value=lambda actor, item: _kind(item),
            kind=Kind.CHOICE,
            filter_path="kind",
            choices=_kinds,
            shown=False,
        ),
        Column(
            code="team",
            title=_("Team"),
            value=lambda actor, item: _team(item),
            kind=Kind.CHOICE,
            filter_path="team__unit__code",
            choices=_teams,
        ),
        Column(
            code="member",
            title=_("In whose hands"),
            value=lambda actor, item: _member(item),
            kind=Kind.CHOICE,
            filter_path="member__user__public_id",
            choices=_people,
            nullable=True,
            edit=EDIT_MEMBER,
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, item: item.get_state_display(),
            kind=Kind.CHOICE,
            filter_path="state",
            choices=lambda actor: list(WorkItem.State.choices),
            shape="chip",
            cell=lambda actor, item: {
                "value": item.get_state_display(),
                "tone": TONES.get(WorkItem.State(item.state), ""),
            },
        ),
        Column(
            code="due",
            title=_("Time left"),
            value=lambda actor, item: item.due,
            kind=Kind.MOMENT,
            path="due",
            ahead=True,
            shape="left",
            cell=_clock,
        ),
        Column(
            code="arrived",
            title=_("Arrived"),
            value=lambda actor, item: item.arrived,
            kind=Kind.MOMENT,
            path="id",  # keys rise with time: the order needs no index of its own
            filter_path="arrived",
        ),
        Column(
            code="finished",
            title=_("Ended"),
            value=lambda actor, item: item.finished,
            kind=Kind.MOMENT,
            filter_path="finished",
            nullable=True,
            shown=False,
        ),
    ),
)
