"""Every write of one's own notices."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Notice, NoticeChoice, User
from guanxi.core.notices import events as happened
from guanxi.core.notices.kinds import APP, CHANNELS, DIGEST, MAIL, TITLE, get
from guanxi.core.notices.queries import list_notices

MARKED_MAX: Final = 500  # at once; a page has fifty


@action
def read_notice(*, actor: Actor, now: datetime, public_id: str) -> None:
    """One of one's own is read; reading it again changes nothing. Raises `NotFound`."""
    _mark(actor, now, _own(actor, public_id), read=True)


@action
def unread_notice(*, actor: Actor, now: datetime, public_id: str) -> None:
    """Keep one for later. Raises `NotFound`."""
    _mark(actor, now, _own(actor, public_id), read=False)


@action
def mark_many(*, actor: Actor, now: datetime, public_ids: Collection[str], read: bool) -> None:
    """Those of these that are one's own are read, or kept for later; what is nobody's or somebody else's is passed over."""
    actor.require_kind(Kind.STAFF)
    _mark(actor, now, list_notices(actor).filter(public_id__in=list(public_ids)[:MARKED_MAX]), read=read)


@action
def read_all(*, actor: Actor, now: datetime) -> None:
    """All of one's own are read, also those whose subject one may no longer see."""
    _user(actor)
    _mark(actor, now, list_notices(actor), read=True)


def _own(actor: Actor, public_id: str) -> QuerySet[Notice]:
    _user(actor)
    found = list_notices(actor).filter(public_id=public_id)
    if not found.exists():
        raise NotFound
    return found


def _mark(actor: Actor, now: datetime, notices: QuerySet[Notice], *, read: bool) -> None:
    changed = notices.order_by().filter(read__isnull=read).update(read=now if read else None)
    if changed:
        data = {"count": changed, "read": read}
        events.record(Event(happened.READ.code, actor, now, ("user", _user(actor)), data=data))


def _user(actor: Actor) -> int:
    """Whose notices these are: a person's, or those of whoever a token acts for."""
    actor.require_kind(Kind.STAFF, Kind.TOKEN)
    if actor.user_id is None:
        raise Denied(code="denied")
    return actor.user_id


@action
def choose_all(*, actor: Actor, now: datetime, chosen: Mapping[str, Collection[str]]) -> None:
    """`choose_channels` for each of these kinds; an error at one leaves all as they were."""
    with transaction.atomic():
        for kind, channels in chosen.items():
            choose_channels(actor=actor, now=now, kind=kind, channels=channels)


@action
def choose_channels(*, actor: Actor, now: datetime, kind: str, channels: Collection[str]) -> None:
    """How one wants to be told of one kind: `app`, `title`, and `mail` or `digest`. By e-mail needs an address.

    Raises `Invalid` for a channel that is none, `NotFound` for a kind.
    """
    user = _user(actor)
    if not get(kind).is_open_to(actor):
        raise Denied(code="denied")
    if not set(channels) <= set(CHANNELS) or {MAIL, DIGEST} <= set(channels):
        raise Invalid(fields={kind: _("There is no such way to be told.")})
    # Without the bell there is nothing to count in the title.
    wanted = [one for one in CHANNELS if one in channels and (one != TITLE or APP in channels)]
    if {MAIL, DIGEST} & set(wanted) and not User.objects.filter(id=user).exclude(email="").exists():
        words = _("You have no e-mail address here. An administrator can enter it on your page.")
        raise Invalid(fields={kind: words}, code="no_address")
    known = NoticeChoice.objects.filter(user_id=user, kind=kind).first()
    if wanted == list(known.channels if known else get(kind).channels):
        return
    NoticeChoice.objects.update_or_create(user_id=user, kind=kind, defaults={"channels": wanted})
    data = {"kind": kind, "channels": wanted}
    events.record(Event(happened.CHOSEN.code, actor, now, ("user", user), data=data))
