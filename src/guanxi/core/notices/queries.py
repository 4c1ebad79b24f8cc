"""Every read of notices. They are one's own, and shown only while one may still see what they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from guanxi.core.access import Actor, Kind
from guanxi.core.models import Notice, NoticeChoice
from guanxi.core.notices.kinds import TITLE, Subject, describe, get, registered, visible_kinds
from guanxi.core.notices.kinds import Kind as NoticeKind


@dataclass(frozen=True, slots=True)
class Unread:
    """How many wait: for the bell, and of those the ones that may stand in the tab's title."""

    bell: int = 0
    title: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice with its words."""

    notice: Notice
    kind: NoticeKind
    subject: Subject


def list_notices(actor: Actor, *, unread: bool = False) -> QuerySet[Notice]:
    """One's own, newest first."""
    if actor.kind is not Kind.STAFF or actor.user_id is None:
        return Notice.objects.none()
    found = Notice.objects.filter(user_id=actor.user_id).order_by("-created", "-id")
    return found.filter(read=None) if unread else found


def count_unread(actor: Actor) -> Unread:
    """One statement while nothing waits, two otherwise."""
    counted = dict(
        list_notices(actor, unread=True).order_by().values_list("kind").annotate(count=Count("id"))
    )
    known = {code: count for code, count in counted.items() if code in registered()}
    if not known:
        return Unread()
    channels = channels_of(actor)
    titled = sum(count for code, count in known.items() if TITLE in channels.get(code, ()))
    return Unread(sum(known.values()), titled)


def shown(actor: Actor, notices: Sequence[Notice]) -> list[Shown]:
    """With their words, one look-up per kind of subject; what the actor may no longer see is left out."""
    subjects = describe(actor, [(one.subject_kind, one.subject_id) for one in notices])
    return [
        Shown(one, get(one.kind), subjects[one.subject_kind, one.subject_id])
        for one in notices
        if (one.subject_kind, one.subject_id) in subjects
        and one.kind in registered()
        and actor.may(get(one.kind).right)
    ]


def channels_of(actor: Actor) -> Mapping[str, Sequence[str]]:
    """kind -> how this person is told of it, for every kind they may be told of."""
    chosen = dict(NoticeChoice.objects.filter(user_id=actor.user_id or 0).values_list("kind", "channels"))
    return {kind.code: chosen.get(kind.code, kind.channels) for kind in visible_kinds(actor)}
