"""The list of possible duplicates: what the steward's desk shows one by one, here many at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.core import organisation
from guanxi.core.access import Actor
from guanxi.core.http import address
from guanxi.core.lists import Bulk, Choices, Column, Input, Kind, Listing, View
from guanxi.people import actions, queries
from guanxi.people.models import ReviewTask
from guanxi.people.pages import evidence

WEEK = timedelta(days=7)


def _rows(actor: Actor) -> QuerySet[ReviewTask]:
    return queries.list_pairs(actor)


def _prepare(actor: Actor, rows: Sequence[Any]) -> None:
    """Names of both sides and what speaks for and against, for the whole page in one statement."""
    names = queries.names_of(actor, {key for one in rows for key in (one.customer_id, one.candidate_id)})
    for one in rows:
        one.one_name = names.get(one.customer_id) or one.customer.public_id
        one.other_name = names.get(one.candidate_id) or one.candidate.public_id
        one.marks = evidence.marks(one.explanation)


def _pair(actor: Actor, one: Any) -> Mapping[str, Any]:
    against = one.marks[1]
    return {
        "title": f"{one.one_name} / {one.other_name}",
        "sub": f"{one.candidate.public_id} · {one.customer.public_id}",
        "icon": "git-merge",
        "chip": f"≠ {', '.join(against[:2])}" if against else "",
        "chip_tone": "amber",
    }


def _units(actor: Actor) -> Choices:
    return [(unit.code, organisation.name_of(unit)) for unit in queries.list_units(actor)]


def _unit(actor: Actor, one: ReviewTask) -> str:
    unit = one.record.unit
    return organisation.name_of(unit) if unit else ""


def _accept(*, actor: Actor, now: datetime, row: ReviewTask, values: Mapping[str, str]) -> dict[str, Any]:
    made = actions.accept_review(actor=actor, now=now, review=row.public_id, reason=values.get("reason", ""))
    return {"decision": made.public_id}


def _part(*, actor: Actor, now: datetime, row: ReviewTask, kept: Mapping[str, Any]) -> None:
    actions.unmerge(actor=actor, now=now, decision=kept["decision"], apart=False)


def _reject(*, actor: Actor, now: datetime, row: ReviewTask, values: Mapping[str, str]) -> dict[str, Any]:
    made = actions.reject_review(actor=actor, now=now, review=row.public_id, reason=values.get("reason", ""))
    return {"decision": made.public_id}


def _take_back(*, actor: Actor, now: datetime, row: ReviewTask, kept: Mapping[str, Any]) -> None:
    actions.take_back_word(actor=actor, now=now, decision=kept["decision"])


def _later(*, actor: Actor, now: datetime, row: ReviewTask, values: Mapping[str, str]) -> dict[str, Any]:
    actions.put_off_review(actor=actor, now=now, review=row.public_id, until=now + WEEK)
    return {}


def _wake(*, actor: Actor, now: datetime, row: ReviewTask, kept: Mapping[str, Any]) -> None:
    actions.take_back_review(actor=actor, now=now, review=row.public_id)


REASON = Input(code="reason", title=_("Why"), required=False, most=300)

REVIEWS = Listing(
    code="reviews",
    title=_("Possible duplicates"),
    right="people.review",
    query=_rows,
    prepare=_prepare,
    order="-score",
    key=lambda one: str(one.public_id),
    key_path="public_id",
    url=lambda one: f"{address('identity')}?r={one.public_id}",
    url_name="reviews",
    icon="git-merge",
    empty=_("Two customers who may be one person appear here with the contact, import or scan that finds them."),
    views=(
        View("open", _("Waiting"), "state=open"),
        View("certain", _("Nearly certain"), "score=0.99..&state=open"),
        View("later", _("Put off"), "state=later"),
    ),
    bulk=(
        Bulk(
            code="accept",
            title=_("Merge"),
            right="people.merge",
            act=_accept,
            undo=_part,
            inputs=(REASON,),
            icon="git-merge",
            says=_("Each pair becomes one customer: the established one, with more records, keeps its number. "
                   "Pairs with two different verified ids, or told apart before, are left and listed."),
        ),
        Bulk(
            code="reject",
            title=_("Keep apart for ever"),
            right="people.merge",
            act=_reject,
            undo=_take_back,
            inputs=(REASON,),
            icon="arrows-left-right",
            says=_("Each pair is two persons, for ever: neither the model nor a scan asks about them again."),
        ),
        Bulk(
            code="later",
            title=_("Put off for a week"),
            right="people.review",
            act=_later,
            undo=_wake,
            icon="clock",
            says=_("They come up again in seven days."),
        ),
    ),
    columns=(
        Column(
            code="pair",
            title=_("Pair"),
            value=lambda actor, one: f"{one.one_name} / {one.other_name}",
            shape="title",
            cell=_pair,
        ),
        Column(
            code="score",
            title=_("Score"),
            value=lambda actor, one: evidence.score_words(one.score),
            kind=Kind.NUMBER,
            path="score",
            whole=False,
            nullable=True,
        ),
        Column(
            code="agrees",
            title=_("Agrees"),
            value=lambda actor, one: ", ".join(one.marks[0]),
        ),
        Column(
            code="differs",
            title=_("Differs"),
            value=lambda actor, one: ", ".join(one.marks[1]),
            shown=False,
        ),
        Column(
            code="origin",
            title=_("Found by"),
            value=lambda actor, one: one.get_origin_display(),
            kind=Kind.CHOICE,
            path="origin",
            choices=lambda actor: [(str(code), label) for code, label in ReviewTask.Origin.choices],
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, one: one.get_state_display(),
            kind=Kind.CHOICE,
            path="state",
            choices=lambda actor: [(str(code), label) for code, label in ReviewTask.State.choices],
        ),
        Column(
            code="decided",
            title=_("Decided"),
            value=lambda actor, one: one.decided,
            kind=Kind.MOMENT,
            path="decided",
            nullable=True,
            shown=False,
        ),
        Column(
            code="unit",
            title=_("Unit"),
            value=_unit,
            kind=Kind.CHOICE,
            path="record__unit__code",
            choices=_units,
            sorts=False,
            shown=False,
        ),
        Column(
            code="created",
            title=_("Found"),
            value=lambda actor, one: one.created,
            kind=Kind.MOMENT,
            path="created",
        ),
    ),
)  # fmt: skip
