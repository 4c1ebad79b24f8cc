"""The follower that makes notices from sealed events. Exactly once: it runs in the transaction that moves its cursor."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from guanxi.core import events, staff
from guanxi.core.access import Actor, system
from guanxi.core.clock import now as wall_clock
from guanxi.core.models import Event, Notice, NoticeChoice, User
from guanxi.core.notices import events as happened
from guanxi.core.notices.kinds import APP, DIGEST, MAIL, Kind, describe, registered

NEWS_AGE_MAX: Final = timedelta(days=1)  # older (a history brought in, a long outage), it is no news any more
PER_MINUTE: Final = 5  # for one person; what comes on top is counted in the newest
MINUTE: Final = timedelta(minutes=1)


def types() -> set[str]:
    """Every event type some kind listens to."""
    return {code for kind in registered().values() for code in kind.types}


def notify(found: Sequence[Event]) -> None:
    """Tell whom these events concern. A batch of the sealed stream."""
    moment = wall_clock()
    told: Counter[int] = Counter()
    mailed: Counter[int] = Counter()
    actors: dict[int, Actor | None] = {}
    for event in found:
        if moment - event.occurred >= NEWS_AGE_MAX:
            continue
        for kind in registered().values():
            if event.type in kind.types:
                for user, channels in _tell(kind, event, moment, actors):
                    told[user] += 1
                    mailed[user] += MAIL in channels
    if told:
        events.record(*(_told(moment, user, count, mailed[user]) for user, count in told.items()))


def _told(moment: datetime, user: int, count: int, mailed: int) -> events.Event:
    """How many notices somebody got; `mail` wakes whoever writes letters."""
    data = {"count": count, **({"mail": mailed} if mailed else {})}
    return events.Event(happened.ADDED.code, system("notices"), moment, ("user", user), data=data)


def _tell(
    kind: Kind, event: Event, moment: datetime, actors: dict[int, Actor | None]
) -> list[tuple[int, Sequence[str]]]:
    """The users who were told, and by which channels."""
    subject = kind.subject(event)
    if subject is None:
        return []
    told: list[tuple[int, Sequence[str]]] = []
    for user in dict.fromkeys(kind.whom(event)):
        actor = actors[user] if user in actors else actors.setdefault(user, _actor(user))
        own = actor is not None and actor.id == event.actor_id and not kind.tells_doer
        if actor is None or own or not (channels := _wanted(actor, kind, subject)):
            continue
        _add(user, kind, event, subject, moment, channels)
        told.append((user, channels))
    return told


def _actor(user: int) -> Actor | None:
    found = User.objects.filter(id=user, is_active=True).first()
    return staff.actor_of(found) if found else None


def _wanted(actor: Actor, kind: Kind, subject: tuple[str, int]) -> Sequence[str]:
    """How they want to be told; nothing for what they may not see, or have turned off."""
    if not kind.is_open_to(actor) or subject not in describe(actor, [subject]):
        return ()
    chosen = NoticeChoice.objects.filter(user_id=actor.user_id or 0, kind=kind.code).first()
    return chosen.channels if chosen else kind.channels


def _add(
    user: int, kind: Kind, event: Event, subject: tuple[str, int], moment: datetime, channels: Sequence[str]
) -> None:
    """One more notice; in a busy minute one more in the newest of its kind, or in the newest at all.

    Without the bell it is read from the beginning: there it waits for nobody.
    """
    mail = next((way for way in (MAIL, DIGEST) if way in channels), "")
    read = None if APP in channels else moment
    recent = list(
        Notice.objects.filter(user_id=user, created__gt=moment - MINUTE).order_by("-created", "-id")
    )
    if len(recent) >= PER_MINUTE:
        full = next((one for one in recent if one.kind == kind.code), recent[0])
        full.more += 1
        full.read, full.mail = read and full.read, mail or full.mail
        full.save(update_fields=["more", "read", "mail"])
        return
    Notice.objects.create(
        user_id=user,
        kind=kind.code,
        subject_kind=subject[0],
        subject_id=subject[1],
        event_id=event.id,
        created=moment,
        read=read,
        mail=mail,
    )
