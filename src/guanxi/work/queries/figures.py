"""Key figures of work. What somebody may not see is not counted: of others only within the reach of `work.figures`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, DurationField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core import options, organisation
from guanxi.core.access import Actor
from guanxi.core.counting import Counting, Told
from guanxi.core.figures import Figure, Value, Whose
from guanxi.core.words import say
from guanxi.work import queries, rules
from guanxi.work.models import Assignment, Audit, Member, Shelf, Team, WorkItem

OTHERS = "work.figures"
SAME_AGAIN = timedelta(days=7)
DAY = timedelta(days=1)
NOTHING = Constant(timedelta(0), output_field=DurationField())
YES, NO = Constant(1), Constant(0)
Rows = QuerySet[Any, Any]  # of work or of who had it, annotated
Source = Callable[[Actor, datetime, datetime, Whose], Counting]


def seen(actor: Actor, unit: str, member: str) -> Q:
    """Rows within the reach of the right, and one's own."""
    reach, seat = actor.reach(OTHERS), queries.member_of(actor)
    if reach.everything:
        return Q()
    own = Q(**{member: seat.id}) if seat else Q(pk__in=[])
    return Q(**{f"{unit}__in": reach.units}) | own if reach.units else own


def asked_of(found: Rows, whose: Whose, unit: str, member: str) -> Rows:
    if whose.member is not None:
        found = found.filter(**{member: whose.member})
    return found if whose.team is None else found.filter(**{unit: whose.team})


def _when(condition: Any) -> Case:
    return Case(When(condition, then=YES), default=NO)


# -- what came in -------------------------------------------------------------------------------------------


def in_hand() -> Rows:
    """Who first had the item of the outer query, and since when: an offer that was not accepted is not in hand."""
    taken: Rows = Assignment.objects.filter(item=OuterRef("pk"), consulting=False)
    taken = taken.exclude(accepted=None, offered_until__isnull=False)
    first: Rows = taken.annotate(at_hand=Coalesce("accepted", "started")).order_by("at_hand", "id")
    return first


def came(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Rows:
    """Calls and chats that arrived in the span, with `hand` and `hand_by`: when and by whom they were first taken."""
    found = WorkItem.objects.filter(
        arrived__gte=since, arrived__lt=until, channel__in=rules.LIVE, outbound=False
    ).annotate(
        hand=Subquery(in_hand().values("at_hand")[:1]), hand_by=Subquery(in_hand().values("member")[:1])
    )
    found = found.filter(seen(actor, "team_id", "hand_by"))
    asked: Rows = asked_of(found, whose, "team_id", "hand_by").annotate(den=YES)
    return asked


def _left(found: Rows, until: datetime) -> Rows:
    """Without those that still wait within their time, and those who went at once."""
    short = timedelta(seconds=options.number("work.short_s"))
    waits = Q(hand=None, state__in=queries.OPEN, due__gte=until)
    gone = Q(hand=None, state=WorkItem.State.CANCELLED, finished__lte=F("arrived") + short)
    return found.exclude(waits).exclude(gone)


def answered_in_time(channel: str) -> Source:
    def source(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
        found = _left(came(actor, since, until, whose).filter(channel=channel), until)
        return _items(found.annotate(num=_when(Q(hand__lte=F("due")))))

    return source


def abandoned(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    found = _left(came(actor, since, until, whose), until)
    return _items(found.annotate(num=_when(Q(hand=None, state=WorkItem.State.CANCELLED))))


def answer_speed(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    found = came(actor, since, until, whose).filter(hand__isnull=False)
    return _items(found.annotate(num=_span("hand", "arrived")))


def _span(end: str, start: str) -> Any:
    """The time between two columns."""
    return Case(When(**{f"{end}__gte": F(start)}, then=F(end) - F(start)), default=NOTHING)


# -- what was finished --------------------------------------------------------------------------------------


def done(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Rows:
    """Work finished in the span; advice given to colleagues is not counted."""
    found = Assignment.objects.filter(ended__gte=since, ended__lt=until, outcome="done", consulting=False)
    found = found.filter(seen(actor, "item__team_id", "member_id"))
    asked: Rows = asked_of(found, whose, "item__team_id", "member_id").annotate(den=YES)
    return asked


def handled(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """A seat's day is counted with the first piece finished on it."""
    found = done(actor, since, until, whose).annotate(day=TruncDate("ended"))
    before = Q(ended__lt=OuterRef("ended")) | Q(ended=OuterRef("ended"), id__lt=OuterRef("id"))
    same_day = found.filter(
        before,
        member=OuterRef("member"),
        ended__gt=OuterRef("ended") - DAY,
        day=OuterRef("day"),
    )
    return _work(found.annotate(num=YES).annotate(den=_when(~Exists(same_day.values("pk")))), simple=False)


def resolved(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Ticked as solved, and the same customer did not come with the same kind within 7 days, on whatever channel."""
    again = WorkItem.objects.filter(
        record_id=OuterRef("item__record_id"),
        kind=OuterRef("item__kind"),
        outbound=False,
        arrived__gt=OuterRef("ended"),
        arrived__lte=OuterRef("ended") + SAME_AGAIN,
    )
    found = done(actor, since, until, whose).filter(resolved__isnull=False)
    return _work(found.annotate(num=_when(Q(resolved=True) & ~Exists(again.values("pk")))))


def in_time(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    found = done(actor, since, until, whose).filter(item__channel=rules.DEFERRED)
    return _work(found.annotate(num=_when(Q(ended__lte=F("item__due")))))


def turnaround(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    found = done(actor, since, until, whose).filter(item__channel=rules.DEFERRED)
    return _work(found.annotate(num=_span("ended", "item__arrived")))


def handling(*, live: bool) -> Source:
    """From hand to end, notes included, without what was on the shelf."""

    def source(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
        found = done(actor, since, until, whose)
        shelved = Shelf.objects.filter(assignment=OuterRef("pk")).order_by().values("assignment")
        off = shelved.annotate(
            n=Sum(Coalesce("resumed", OuterRef("ended")) - F("parked"), output_field=DurationField())
        )
        of_kind = Q(item__channel__in=rules.LIVE) if live else Q(item__channel=rules.DEFERRED)
        found = found.filter(of_kind).annotate(
            num=Coalesce("wrapped", "ended") - Coalesce("accepted", "started"),
            less=Coalesce(Subquery(off.values("n")), NOTHING),
        )
        return _work(found, less=True, simple=False)

    return source


def quality(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Work that was looked at, and in which nothing critical was wrong."""
    found = Audit.objects.filter(audited__gte=since, audited__lt=until)
    found = found.filter(seen(actor, "assignment__item__team_id", "assignment__member_id"))
    asked: Rows = asked_of(found, whose, "assignment__item__team_id", "assignment__member_id")
    by = {"team": "item__team_id", "member": "member_id", "kind": "item__kind", "channel": "item__channel"}
    return Counting(
        asked.select_related("assignment__item").annotate(num=_when(Q(errors=0)), den=YES),
        "audited",
        _tell_audits,
        {name: f"assignment__{path}" for name, path in by.items()},
        label,
    )


# -- as rows ------------------------------------------------------------------------------------------------


def _items(found: Rows) -> Counting:
    by = {"team": "team_id", "member": "hand_by", "kind": "kind", "channel": "channel"}
    return Counting(found, "arrived", _tell_items, by, label)


def _work(found: Rows, *, less: bool = False, simple: bool = True) -> Counting:
    by = {"team": "item__team_id", "member": "member_id", "kind": "item__kind", "channel": "item__channel"}
    return Counting(found.select_related("item"), "ended", _tell_work, by, label, less, simple)


def _tell_items(rows: Sequence[Any]) -> list[Told]:
    return _told(rows, [one.hand_by for one in rows])


def _tell_work(rows: Sequence[Any]) -> list[Told]:
    return _told([one.item for one in rows], [one.member_id for one in rows])


def _tell_audits(rows: Sequence[Any]) -> list[Told]:
    held = [one.assignment for one in rows]
    said = _told([one.item for one in held], [one.member_id for one in held])
    return [
        replace(told, url=reverse("audit", args=[one.public_id]))
        for one, told in zip(rows, said, strict=True)
    ]


def _told(items: Sequence[WorkItem], members: Sequence[int | None]) -> list[Told]:
    names = names_of(members)
    return [
        Told(item.public_id, say(f"work.kind.{item.kind}"), names.get(member or 0, ""))
        for item, member in zip(items, members, strict=True)
    ]


def names_of(members: Sequence[int | None]) -> dict[int, str]:
    found = Member.objects.filter(id__in={one for one in members if one}).select_related("user")
    return {one.id: str(one.user) for one in found.order_by()}


def label(dimension: str, keys: Sequence[Any]) -> Mapping[Any, str]:
    if dimension == "team":
        teams = Team.objects.filter(pk__in=keys).select_related("unit")
        return {one.pk: organisation.name_of(one.unit) for one in teams.order_by()}
    if dimension == "member":
        return {None: str(_("nobody yet")), **names_of(keys)}
    return {key: say(f"work.{dimension}.{key}") for key in keys}


# -- definitions --------------------------------------------------------------------------------------------


def _figure(code: str, source: Source, **words: Any) -> Figure:
    def compute(actor: Actor, since: datetime, until: datetime) -> Value:
        return source(actor, since, until, Whose()).value()

    told = {"owner": "supervisor", "target": None, "personal": True, **words}
    return Figure(
        code=f"work.{code}",
        right="work.view",
        others=OTHERS,
        compute=compute,
        source=source,
        tile=False,
        **told,
    )


_FINISHED = _("pieces of work finished")
_CAME = _("those that came in and were answered, went, or are past their time")
_SHORT = _("those who went at once; those still waiting within their time; calls of ours")
_DEFERRED = _("calls and chats")
FIGURES = (
    _figure("service.phone", answered_in_time("phone"), title=_("Service level, calls"), personal=False,
            numerator=_("calls answered within their time"), denominator=_CAME, exclusions=_SHORT, unit="%", target=80.0),
    _figure("service.chat", answered_in_time("chat"), title=_("Service level, chats"), personal=False,
            numerator=_("chats answered within their time"), denominator=_CAME, exclusions=_SHORT, unit="%", target=80.0),
    _figure("abandoned", abandoned, title=_("Given up waiting"), personal=False, numerator=_("those who went unanswered"),
            denominator=_CAME, exclusions=_SHORT, unit="%", target=5.0, at_most=True),
    _figure("answer_speed", answer_speed, title=_("Wait for an answer"), numerator=_("time until somebody answered"),
            denominator=_("calls and chats answered"), exclusions=_("those nobody answered; calls of ours"), unit="s",
            target=20.0, at_most=True, spread=True),
    _figure("resolved", resolved, title=_("Solved at first contact"),
            numerator=_("those ticked as solved, without the same matter of the same customer again within 7 days"),
            denominator=_("finished ones with a tick for yes or no"),
            exclusions=_("those without a tick; those of the last 7 days may still change"), unit="%", target=70.0),
    _figure("handled", handled, title=_("Handled per seat and day"), numerator=_FINISHED,
            denominator=_("seats and days on which one was finished"), exclusions=_("advice given to colleagues"), unit="1",
            digits=1),
    _figure("handling.live", handling(live=True), title=_("Handling time, calls and chats"),
            numerator=_("talk, hold and notes"), denominator=_("calls and chats finished"),
            exclusions=_("time on the shelf; notes from before they were timed"), unit="min"),
    _figure("handling", handling(live=False), title=_("Handling time, other work"), numerator=_("time in hand"),
            denominator=_FINISHED, exclusions=_("calls and chats; time on the shelf"), unit="min"),
    _figure("quality", quality, title=_("Work without a critical error"), numerator=_("those without a critical error"),
            denominator=_("finished pieces looked at"), exclusions=_("those drawn and not looked at yet"), unit="%",
            target=95.0),
    _figure("in_target", in_time, title=_("Finished in time"), numerator=_("those finished by their due time"),
            denominator=_FINISHED, exclusions=_DEFERRED, unit="%", target=90.0),
    _figure("turnaround", turnaround, title=_("Turnaround"), numerator=_("time from arrival to the end, by the clock"),
            denominator=_FINISHED, exclusions=_DEFERRED, unit="h", spread=True),
)  # fmt: skip
