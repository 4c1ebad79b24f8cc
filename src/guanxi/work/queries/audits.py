"""Looks at the quality of finished work: what waits, what may be drawn, how they came out, one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.work import queries, rules
from guanxi.work.models import Assignment, Audit, Member

RIGHT = "work.audit"
LOOK_BACK = timedelta(days=28)
DRAW_MAX = 20_000  # finished pieces among which some are drawn, the newest
SHOWN_MAX = 100


def _full(found: QuerySet[Audit]) -> QuerySet[Audit]:
    return found.select_related("assignment__item__team__unit", "assignment__member__user", "auditor")


def list_audits(actor: Actor) -> QuerySet[Audit]:
    """Of work of the teams whose quality the actor looks at."""
    return _full(Audit.objects.filter(actor.reach(RIGHT).within("assignment__item__team_id")))


def list_waiting(actor: Actor) -> list[Audit]:
    """Drawn, not looked at yet, of others' work: the longest waiting first."""
    found = list_audits(actor).filter(audited=None).exclude(assignment__member__user_id=actor.user_id or 0)
    return list(found.order_by("drawn", "id")[:SHOWN_MAX])


def list_audited(actor: Actor, now: datetime) -> list[Audit]:
    """Looked at in the last 28 days, the newest first."""
    found = list_audits(actor).filter(audited__gte=now - LOOK_BACK)
    return list(found.order_by("-audited", "-id")[:SHOWN_MAX])


def list_own(actor: Actor, now: datetime) -> list[Audit]:
    """What was said of one's own work in the last 28 days, the newest first."""
    found = _full(Audit.objects.filter(assignment__member__user_id=actor.user_id or 0))
    return list(found.filter(audited__gte=now - LOOK_BACK).order_by("-audited", "-id")[:SHOWN_MAX])


def get_audit(actor: Actor, public_id: str) -> Audit:
    """One that the actor may do, or of their own work once it is done. Raises `NotFound`."""
    own = Q(assignment__member__user_id=actor.user_id or 0, audited__isnull=False)
    reached = Q(pk__in=list_audits(actor).order_by().values("pk")) if actor.may(RIGHT) else Q(pk__in=[])
    found = _full(Audit.objects.filter(own | reached)).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def list_drawable(actor: Actor, now: datetime) -> dict[int, list[int]]:
    """member -> what they finished in the last 28 days and was never drawn; not the actor's own."""
    found = Assignment.objects.filter(
        actor.reach(RIGHT).within("item__team_id"),
        outcome="done",
        consulting=False,
        ended__gte=now - LOOK_BACK,
        audit=None,
    ).exclude(member__user_id=actor.user_id or 0)
    told: dict[int, list[int]] = {}
    for member, key in found.order_by("-ended", "-id").values_list("member_id", "id")[:DRAW_MAX]:
        told.setdefault(member, []).append(key)
    return told


@dataclass(frozen=True, slots=True)
class Result:
    """How the looks at one member's work came out."""

    member: Member
    looks: int
    good: int  # without a critical error


def results(actor: Actor, now: datetime) -> list[Result]:
    """By member, over 28 days; the most errors first."""
    done = list_audits(actor).filter(audited__gte=now - LOOK_BACK).select_related(None).order_by()
    rows = done.values("assignment__member").annotate(looks=Count("id"), good=Count("id", filter=Q(errors=0)))
    members = {one.id: one for one in Member.objects.select_related("user", "team__unit")
               .filter(id__in=[row["assignment__member"] for row in rows])}  # fmt: skip
    found = [Result(members[row["assignment__member"]], row["looks"], row["good"]) for row in rows]
    return sorted(found, key=lambda one: (one.good - one.looks, str(one.member)))


def subjects(actor: Actor, audits: Sequence[Audit]) -> dict[int, Any]:
    """audit -> what its work was about, as far as the actor may see that."""
    items = [one.assignment.item for one in audits]
    views = queries.subjects_of(actor, items)
    return {one.id: views[one.assignment.item_id] for one in audits if one.assignment.item_id in views}


CODES = rules.CODES
