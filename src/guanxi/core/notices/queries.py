"""Every read of notices. They are one's own, and shown only while one may still see what they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from guanxi.core.access import Actor, Kind
from guanxi.core.models import Notice, NoticeChoice, User
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
    """One's own (a token's owner's), newest first."""
    if actor.kind not in (Kind.STAFF, Kind.TOKEN) or actor.user_id is None:
        return Notice.objects.none()
    found = Notice.objects.filter(user_id=actor.user_id).order_by("-created", "-id")
    return found.filter(read=None) if unread else found


_PULSE = """
    SELECT (SELECT seq FROM core_sealhead WHERE id = 1), n.kind, COUNT(n.id)
    FROM (SELECT 1 AS one) always LEFT JOIN core_notice n ON n.user_id = %s AND n.read IS NULL
    GROUP BY n.kind
"""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What every page asks: how far the stream is sealed, and how many notices wait."""

    head: int
    unread: Unread


def pulse(actor: Actor) -> Pulse:
    """One statement while nothing waits, two otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(_PULSE, [actor.user_id if actor.kind is Kind.STAFF else None])
        rows = cursor.fetchall()
    known = {code: count for _head, code, count in rows if code in registered()}
    return Pulse(rows[0][0] or 0, _unread(actor, known))


def _unread(actor: Actor, known: Mapping[str, int]) -> Unread:
    if not known:
        return Unread()
    channels = channels_of(actor)
    titled = sum(count for code, count in known.items() if TITLE in channels.get(code, ()))
    return Unread(sum(known.values()), titled)


def count_unread(actor: Actor) -> Unread:
    """How many notices wait."""
    return pulse(actor).unread


def shown(actor: Actor, notices: Sequence[Notice]) -> list[Shown]:
    """With their words, one look-up per kind of subject; what the actor may no longer see is left out."""
    subjects = describe(actor, [(one.subject_kind, one.subject_id) for one in notices])
    return [
        Shown(one, get(one.kind), subjects[one.subject_kind, one.subject_id])
        for one in notices
        if (one.subject_kind, one.subject_id) in subjects
        and one.kind in registered()
        and get(one.kind).is_open_to(actor)
    ]


def address_of(actor: Actor) -> str:
    """Where this person's mail goes; "" when nobody has entered it."""
    found = User.objects.filter(id=actor.user_id or 0).values_list("email", flat=True).first()
    return found or ""


def channels_of(actor: Actor) -> Mapping[str, Sequence[str]]:
    """kind -> how this person is told of it, for every kind they may be told of."""
    chosen = dict(NoticeChoice.objects.filter(user_id=actor.user_id or 0).values_list("kind", "channels"))
    return {kind.code: chosen.get(kind.code, kind.channels) for kind in visible_kinds(actor)}
