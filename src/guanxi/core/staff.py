"""Members of staff: who may sign in, with which roles, and the actor they are.

Passwords come in as hashes made by the caller (`django.contrib.auth.hashers.make_password`): hashing takes a fraction
of a second, on purpose, and must not happen inside a write transaction.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import EVERYTHING, PUBLIC, Actor, Kind, Reach, Scope
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.events import Event
from guanxi.core.live import stamp_of
from guanxi.core.models import Role, RoleGrant, Unit, User
from guanxi.core.prepared import prepared
from guanxi.core.roster import address, somebody_stays
from guanxi.core.timeline import EventType

ADDED = EventType("staff.added", _("Member of staff added"), icon="user-plus", shown=False)
GRANTED = EventType("staff.granted", _("Role granted"), icon="shield-plus", shown=False)
ENABLED = EventType("staff.enabled", _("Sign-in allowed again"), icon="user-check", shown=False)
DISABLED = EventType("staff.disabled", _("Sign-in closed"), icon="user-off", shown=False)
ALL = (ADDED, GRANTED, ENABLED, DISABLED)
RIGHT = "site.settings"
_HEIGHTS = (Scope.TEAM, Scope.DEPARTMENT, Scope.BRANCH)


def actor_of(user: User) -> Actor:
    """A member of staff with the rights of all their roles. Inactive users are visitors."""
    if not user.is_active:
        return PUBLIC
    rights: dict[str, Reach] = {}
    grants = list(_grants_of(user.id))
    for grant in grants:
        # A role names few scopes for many rights: each subtree is read once.
        reaches = {scope: reach_of(scope, grant.unit) for scope in {*grant.role.rights.values()}}
        for right, scope in grant.role.rights.items():
            rights[right] = rights.get(right, Reach()) | reaches[scope]
    return Actor(
        kind=Kind.STAFF,
        id=user.public_id,
        name=user.name or user.username,
        user_id=user.id,
        unit_id=user.unit_id,
        rights=rights,
        stamp=stamp_of(
            user.password, [(one.role.rights, one.unit.path if one.unit else "") for one in grants]
        ),
    )


@prepared
def _grants_of(user_id: int) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(user=user_id).select_related("role", "unit")


def reach_of(scope: str, unit: Unit | None) -> Reach:
    """What a scope means for a grant at `unit`: the subtree of its team, department or branch."""
    if scope == Scope.ALL:
        return EVERYTHING
    if scope == Scope.OWN or unit is None:
        return Reach(own=True)
    top, wanted = unit, _HEIGHTS.index(Scope(scope))
    while top.parent is not None and _HEIGHTS.index(Scope(top.kind)) < wanted:
        top = top.parent
    units = Unit.objects.filter(path__startswith=top.path).values_list("id", flat=True)
    return Reach(units=frozenset(units), own=True)


_NAMED = re.compile(r"(?<![\w.])@([\w.+-]{1,150})")
NAMED_MAX = 10


def named_in(text: str) -> list[str]:
    """Public ids of colleagues named in somebody's words: @username, each once, at most `NAMED_MAX`."""
    names = list(dict.fromkeys(name.rstrip(".").lower() for name in _NAMED.findall(text)))[:NAMED_MAX]
    found = User.objects.annotate(lower=Lower("username")).filter(lower__in=names, is_active=True)
    return sorted(found.values_list("public_id", flat=True)) if names else []


def in_charge(right: str, unit_id: int) -> list[int]:
    """Users who hold `right` for the department or branch over this unit: those who answer for it."""
    found: dict[int, None] = {}
    for grant in RoleGrant.objects.filter(user__is_active=True).select_related("role", "unit").order_by("id"):
        scope = grant.role.rights.get(right)
        if scope in (Scope.DEPARTMENT, Scope.BRANCH) and unit_id in reach_of(scope, grant.unit).units:
            found.setdefault(grant.user_id)
    return list(found)


def holders(right: str, unit_id: int) -> list[int]:
    """Users whose grant of `right` stands at this unit or over it; where none does, those who hold it everywhere."""
    near: dict[int, None] = {}
    everywhere: dict[int, None] = {}
    for grant in RoleGrant.objects.filter(user__is_active=True).select_related("role", "unit").order_by("id"):
        reach = reach_of(grant.role.rights.get(right, Scope.OWN), grant.unit)
        if reach.everything:
            everywhere.setdefault(grant.user_id)
        elif unit_id in reach.units:
            near.setdefault(grant.user_id)
    return list(near or everywhere)


def names_of(public_ids: Iterable[str]) -> dict[str, str]:
    """{public id: name} of members of staff, in one statement; whoever is none is left out."""
    return dict(User.objects.filter(public_id__in=set(public_ids)).values_list("public_id", "name"))


@action
def add_user(
    *,
    actor: Actor,
    now: datetime,
    username: str,
    name: str,
    password_hash: str,
    language: str = "zh-hans",
    unit_id: int | None = None,
    sample: bool = False,
    email: str = "",
) -> User:
    """Let somebody sign in as staff; roles are granted apart. Needs `site.settings`. Raises `Conflict`: name taken."""
    actor.require(RIGHT)
    username, name = username.strip(), name.strip()
    if not username or not name:
        raise Invalid(fields={"username": _("A user name and a name are needed.")})
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(_("This user name is taken."), code="username_taken")
    user = User(
        username=username,
        name=name,
        password=password_hash,
        language=language,
        unit_id=unit_id,
        sample=sample,
        email=address(email),
        date_joined=now,
    )
    data = {"user": user.public_id, "sample": sample}
    happened = Event(ADDED.code, actor, now, ("user", user.id), unit_id=unit_id, data=data)
    events.record(happened, with_rows=[user])
    return user


@action
def grant_role(
    *, actor: Actor, now: datetime, user: User, role: str, unit_id: int | None = None
) -> RoleGrant:
    """Give a user a role for a unit (None: their own rows and `all` only); granting it again changes nothing."""
    actor.require(RIGHT)
    granted = Role.objects.filter(code=role).first()
    if granted is None:
        raise Invalid(fields={"role": _("There is no such role.")})
    grants = RoleGrant.objects.filter(user=user, role=granted)
    known = next((grant for grant in grants if grant.unit_id == unit_id), None)
    if known is not None:
        return known
    grant = RoleGrant(user=user, role=granted, unit_id=unit_id)
    data = {"user": user.public_id, "role": role}
    events.record(
        Event(GRANTED.code, actor, now, ("user", user.id), unit_id=unit_id, data=data), with_rows=[grant]
    )
    return grant


@action
def enable_user(*, actor: Actor, now: datetime, user: User, password_hash: str) -> User:
    """Let somebody sign in again, with a new password."""
    actor.require(RIGHT)
    return _set_active(actor, now, user, True, password_hash)


@action
def disable_user(*, actor: Actor, now: datetime, user: User) -> User:
    """Close somebody's sign-in; what they did keeps their name. Open sessions end with the password.

    Raises `Conflict` when nobody could administer any more.
    """
    actor.require(RIGHT)
    with somebody_stays():
        return _set_active(actor, now, user, False, make_password(None))


def _set_active(actor: Actor, now: datetime, user: User, active: bool, password_hash: str) -> User:
    user.password = password_hash
    if user.is_active != active:
        code = (ENABLED if active else DISABLED).code
        events.record(Event(code, actor, now, ("user", user.id), data={"user": user.public_id}))
    user.is_active = active
    user.save(update_fields=["is_active", "password"])
    return user
