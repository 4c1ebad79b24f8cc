"""API tokens: made once, shown once, kept as a digest; a token never does more than its owner may at that moment."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.core import access, events, staff
from guanxi.core.access import PUBLIC, Actor, Kind, Reach, Scope
from guanxi.core.action import action
from guanxi.core.errors import Denied, Invalid
from guanxi.core.events import Event
from guanxi.core.ids import new_code
from guanxi.core.models import ApiToken, RoleGrant, Unit, User
from guanxi.core.timeline import EventType

ISSUED = EventType("token.issued", _("API token issued"), icon="key", shown=False)
REVOKED = EventType("token.revoked", _("API token revoked"), icon="key-off", shown=False)
ALL = (ISSUED, REVOKED)
PREFIX = "gx_"
RIGHT = "site.settings"
OWN = "api.tokens.own"
AGE_DEFAULT = timedelta(days=90)
AGE_MAX = timedelta(days=731)
USE_NOTED_EVERY = timedelta(hours=1)
NAME_CHARS_MAX, REASON_CHARS_MAX = 80, 200
_HEIGHT = {scope: height for height, scope in enumerate(Scope)}
# One statement for token, owner and the owner's roles, since every request of the API begins with it: building it by the
# ORM took longer than any INSERT.
_BY_DIGEST = """
    SELECT t.id, t.public_id, t.name, t.rights, t.unit_id, t.last_used IS NULL OR t.last_used < %s,
           u.id, u.public_id, u.name, u.username, u.is_active, u.unit_id, r.rights, g.unit_id
    FROM core_apitoken t
    LEFT JOIN core_user u ON u.id = t.owner_id
    LEFT JOIN core_rolegrant g ON g.user_id = u.id
    LEFT JOIN core_role r ON r.id = g.role_id
    WHERE t.{key} = %s AND t.revoked IS NULL AND (t.expires IS NULL OR t.expires > %s)
"""


def digest(secret: str) -> str:
    """What is kept of a token; the secret has enough randomness to need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_by_secret(secret: str, now: datetime) -> Actor:
    """Who holds this secret, and that it was used, to the hour. A visitor when it is wrong, expired or revoked, or when
    its owner has left."""
    found = _found("digest", digest(secret), now)
    if found and found[0][5]:
        _note_use(found[0][0], now)
    return _actor(found)


def actor_of(token_id: int, now: datetime) -> Actor:
    """What a token may now, without its secret: for work it left behind, such as its webhooks."""
    return _actor(_found("id", token_id, now))


def _found(key: str, value: str | int, now: datetime) -> list[tuple[Any, ...]]:
    """The token beside each grant of its owner; nothing when it is void."""
    moment, noted = (connection.ops.adapt_datetimefield_value(one) for one in (now, now - USE_NOTED_EVERY))
    with connection.cursor() as cursor:
        cursor.execute(_BY_DIGEST.format(key=key), [noted, value, moment])
        return list(cursor.fetchall())


def _note_use(token_id: int, now: datetime) -> None:
    """One small write an hour. A database that cannot write now must not stop a read."""
    stale = Q(last_used=None) | Q(last_used__lt=now - USE_NOTED_EVERY)
    with suppress(DatabaseError):
        ApiToken.objects.filter(stale, id=token_id).update(last_used=now)


def _actor(found: Sequence[tuple[Any, ...]]) -> Actor:
    if not found:
        return PUBLIC
    _id, public_id, name, rights, unit_id, _stale, user_id, _code, owner, username, active, desk, *_ = found[
        0
    ]
    scopes: dict[str, str] = json.loads(rights)
    if user_id is None:
        reach = _reaches([(scopes, unit_id)], scopes)
        return Actor(kind=Kind.TOKEN, id=public_id, name=name, unit_id=unit_id, rights=reach)
    if not active:
        return PUBLIC
    grants = [(json.loads(row[12]), row[13]) for row in found if row[12] is not None]
    return Actor(
        kind=Kind.TOKEN,
        id=public_id,
        name=owner or username,  # what it writes to customers is signed by whoever answers for it
        user_id=user_id,
        unit_id=desk,
        rights=_reaches(grants, scopes),
    )


def _reaches(
    grants: Sequence[tuple[Mapping[str, str], int | None]], scopes: Mapping[str, str]
) -> dict[str, Reach]:
    """Of each grant the rights that the token has too, with the narrower of the two scopes, at the grant's unit."""
    rights: dict[str, Reach] = {}
    known: dict[tuple[str, int | None], Reach] = {}
    units: dict[int, Unit] = {}
    for granted, unit_id in grants:
        for right, scope in scopes.items():
            if right not in granted:
                continue
            narrow = min(scope, granted[right], key=lambda one: _HEIGHT[Scope(one)])
            if (narrow, unit_id) not in known:
                known[narrow, unit_id] = staff.reach_of(narrow, _unit(narrow, unit_id, units))
            rights[right] = rights.get(right, Reach()) | known[narrow, unit_id]
    return rights


def _unit(scope: str, unit_id: int | None, units: dict[int, Unit]) -> Unit | None:
    if unit_id is None or scope in (Scope.ALL, Scope.OWN):
        return None
    if unit_id not in units:
        units[unit_id] = Unit.objects.get(id=unit_id)
    return units[unit_id]


def scopes_of(user: User) -> dict[str, str]:
    """{right: widest scope} over all roles of a member of staff: what they may pass on to a token of theirs."""
    widest: dict[str, str] = {}
    for rights in RoleGrant.objects.filter(user=user).values_list("role__rights", flat=True):
        for right, scope in rights.items():
            widest[right] = max(scope, widest.get(right, scope), key=lambda one: _HEIGHT[Scope(one)])
    return widest


def owner_of(actor: Actor) -> User:
    """The member of staff who asks, as the owner of a token to be."""
    actor.require_kind(Kind.STAFF)
    return User.objects.get(id=actor.user_id or 0)


def list_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Administrators see all tokens, others their own (with `api.tokens.own`), newest first."""
    found = ApiToken.objects.select_related("owner").order_by("-created", "-id")
    if actor.may(RIGHT):
        return found
    actor.require(OWN)
    return found.filter(owner_id=actor.user_id) if actor.user_id else found.none()


def get_itself(actor: Actor) -> ApiToken:
    """The token that asks."""
    actor.require_kind(Kind.TOKEN)
    return ApiToken.objects.select_related("owner").get(public_id=actor.id)


@action
def issue_token(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    rights: Mapping[str, str],
    unit_id: int | None = None,
    owner: User | None = None,
    expires: datetime | None = None,
    reason: str = "",
) -> tuple[ApiToken, str]:
    """A token with rights {"cases.intake": "all", ...} and its secret, shown only now.

    People make tokens of their own (`api.tokens.own`); one without an owner needs `site.settings`, and so does one that
    never expires, with a reason. A token makes no tokens. Raises `Invalid` naming the field: a right nobody declares or
    the owner does not have, an unknown scope, an end that is past or more than two years away.
    """
    _may_issue(actor, owner)
    name = name.strip()
    if not name or len(name) > NAME_CHARS_MAX:
        raise Invalid(
            fields={"name": _("Give it a name of at most %(most)s characters.") % {"most": NAME_CHARS_MAX}}
        )
    _check_rights(rights, scopes_of(owner) if owner else None)
    _check_end(actor, now, expires, reason.strip())
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        public_id=new_code("T"),
        digest=digest(secret),
        tail=secret[-4:],
        name=name,
        rights=dict(rights),
        unit_id=unit_id,
        owner=owner,
        reason=reason.strip()[:REASON_CHARS_MAX],
        created=now,
        expires=expires,
    )
    data = {"token": token.public_id, "rights": dict(rights), "owner": owner.public_id if owner else ""}
    events.record(
        Event(ISSUED.code, actor, now, ("token", token.id), unit_id=unit_id, data=data), with_rows=[token]
    )
    return token, secret


def _may_issue(actor: Actor, owner: User | None) -> None:
    actor.require_kind(Kind.STAFF, Kind.SYSTEM)
    if owner is None:
        actor.require(RIGHT)
    elif actor.kind is Kind.STAFF:
        if not actor.may(RIGHT):
            actor.require(OWN)
        if owner.id != actor.user_id:
            raise Denied(_("A token is made by the person it acts for."), code="not_yours")


def _check_rights(rights: Mapping[str, str], may: Mapping[str, str] | None) -> None:
    unknown = sorted(right for right in rights if right not in access.declared())
    if unknown or not rights:
        raise Invalid(
            fields={"rights": _("Unknown rights: %(names)s.") % {"names": ", ".join(unknown) or "-"}}
        )
    if any(scope not in set(Scope) for scope in rights.values()):
        raise Invalid(fields={"rights": _("A scope is one of own, team, department, branch, all.")})
    beyond = sorted(
        right
        for right, scope in rights.items()
        if may is not None and (right not in may or _HEIGHT[Scope(scope)] > _HEIGHT[Scope(may[right])])
    )
    if beyond:
        words = _("Nobody passes on more than they have: %(names)s.") % {"names": ", ".join(beyond)}
        raise Invalid(fields={"rights": words})


def _check_end(actor: Actor, now: datetime, expires: datetime | None, reason: str) -> None:
    if expires is None:
        if not actor.may(RIGHT):
            raise Invalid(fields={"expires": _("Only administrators make tokens that never expire.")})
        if not reason:
            raise Invalid(fields={"reason": _("Say why this token must never expire.")})
    elif not now < expires <= now + AGE_MAX:
        raise Invalid(fields={"expires": _("A token lasts from a day to two years.")})


@action
def revoke_token(*, actor: Actor, now: datetime, public_id: str) -> bool:
    """Void a token from now on; False when it is unknown, void already or not the actor's to see.

    Administrators revoke any, people (with `api.tokens.own`) their own, and a token itself: whoever finds one may end it.
    """
    itself = actor.kind is Kind.TOKEN and actor.id == public_id
    found = ApiToken.objects.all() if itself else list_tokens(actor)
    token = found.select_for_update(of=("self",)).filter(public_id=public_id, revoked=None).first()
    if token is None:
        return False
    token.revoked = now
    token.save(update_fields=["revoked"])
    events.record(Event(REVOKED.code, actor, now, ("token", token.id), data={"token": token.public_id}))
    return True
