"""Changing members of staff: their details, roles and way in. Nobody may take the last administrator's rights away."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind, Scope
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.core.models import Role, RoleGrant, Unit, User
from guanxi.core.timeline import EventType

CHANGED = EventType("staff.changed", _("Member of staff changed"), icon="edit", shown=False)
REVOKED = EventType("staff.revoked", _("Role taken back"), icon="shield-lock", shown=False)
RESET = EventType("staff.sign_in_reset", _("Sign-in reset"), icon="key", shown=False)
CHOSEN = EventType("staff.password_chosen", _("Password chosen"), icon="key", shown=False)
ROLE_ADDED = EventType("role.added", _("Role made"), icon="shield-plus", shown=False)
ROLE_CHANGED = EventType("role.changed", _("Rights of a role changed"), icon="shield-check", shown=False)
ALL = (CHANGED, REVOKED, RESET, CHOSEN, ROLE_ADDED, ROLE_CHANGED)
RIGHT = "site.settings"
LANGUAGES: Final = ("zh-hans", "en")
NAME_CHARS_MAX: Final = 80
CODE_CHARS_MAX: Final = 60


def leaves_nobody(before: Collection[int], after: Collection[int]) -> bool:
    """Whether a change takes the last administrator away. A house that never had one loses nobody."""
    return bool(before) and not after


def administrators() -> set[int]:
    """Ids of the users who may change everything: active, with `site.settings` for all."""
    rights = {role.id for role in Role.objects.all() if role.rights.get(RIGHT) == Scope.ALL}
    found = RoleGrant.objects.filter(role_id__in=rights, user__is_active=True)
    return set(found.values_list("user_id", flat=True))


@contextmanager
def somebody_stays() -> Iterator[None]:
    """Around a change inside an action: afterwards somebody can still administer. Raises `Conflict`.

    The administrators' rows are locked first, in one order, so that two of them cannot remove each other at once.
    """
    before = administrators()
    list(User.objects.select_for_update(of=("self",)).filter(id__in=before).order_by("id").values_list("id"))
    before = administrators()
    yield
    if leaves_nobody(before, administrators()):
        words = _("Nobody could change settings any more: give somebody else this right first.")
        raise Conflict(words, code="last_administrator")


def get_user(public_id: str) -> User:
    """Raises `NotFound`."""
    found = User.objects.select_related("unit").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > NAME_CHARS_MAX:
        words = _("A name of at most %(most)s characters is needed.")
        raise Invalid(fields={"name": words % {"most": NAME_CHARS_MAX}})
    return name


@action
def change_user(
    *,
    actor: Actor,
    now: datetime,
    user: User,
    name: str,
    language: str,
    unit_id: int | None,
    email: str | None = None,
) -> User:
    """Change name, language, unit and (None: as it is) the address for their notices; the event keeps what they were.

    Raises `Invalid` naming the field.
    """
    actor.require(RIGHT)
    if language not in LANGUAGES:
        raise Invalid(fields={"language": _("This language is not known here.")})
    if unit_id is not None and not Unit.objects.filter(id=unit_id).exists():
        raise Invalid(fields={"unit": _("There is no such unit.")})
    user = User.objects.select_for_update(of=("self",)).get(id=user.id)
    unit = _unit_code(user.unit_id)
    before = {"name": user.name, "language": user.language, "unit": unit, "email": user.email}
    after = {
        "name": _named(name),
        "language": language,
        "unit": _unit_code(unit_id),
        "email": user.email if email is None else address(email),
    }
    if before == after:
        return user
    user.name, user.language, user.unit_id, user.email = after["name"], language, unit_id, after["email"]
    user.save(update_fields=["name", "language", "unit", "email"])
    fields = sorted(key for key in after if after[key] != before[key])
    _record(CHANGED, actor, now, user, data={"fields": fields}, detail={"before": before, "after": after})
    return user


def address(text: str) -> str:
    """An e-mail address of a colleague, "" for none. Raises `Invalid` for field `email`."""
    text = text.strip()
    try:
        if text:
            validate_email(text)
    except ValidationError as error:
        raise Invalid(fields={"email": _("This is no e-mail address we can write to.")}) from error
    return text


def _unit_code(unit_id: int | None) -> str:
    if unit_id is None:
        return ""
    return Unit.objects.filter(id=unit_id).values_list("code", flat=True).first() or ""


def _record(
    kind: EventType,
    actor: Actor,
    now: datetime,
    user: User,
    data: dict[str, object] | None = None,
    detail: dict[str, object] | None = None,
    unit_id: int | None = None,
) -> None:
    told = {"user": user.public_id, **(data or {})}
    events.record(Event(kind.code, actor, now, ("user", user.id), unit_id=unit_id, data=told, detail=detail))


@action
def revoke_role(*, actor: Actor, now: datetime, user: User, role: str, unit: str) -> bool:
    """Take one grant back (`unit` is a code, "" for a grant without one); False when there is none."""
    actor.require(RIGHT)
    grants = RoleGrant.objects.filter(user=user, role__code=role).select_related("unit")
    grant = next((one for one in grants if (one.unit.code if one.unit else "") == unit), None)
    if grant is None:
        return False
    with somebody_stays():
        grant.delete()
    _record(REVOKED, actor, now, user, data={"role": role, "unit": unit}, unit_id=grant.unit_id)
    return True


@action
def reset_sign_in(
    *, actor: Actor, now: datetime, user: User, password_hash: str, way: str, second_factor: bool
) -> User:
    """Replace the password (or close it, with an unusable hash, until a link is used): every session ends with it.

    `way` is "link" or "password"; `second_factor` says whether the caller removed the two-step sign-in too. Raises
    `Conflict` for somebody who may not sign in: allow that first.
    """
    actor.require(RIGHT)
    user = User.objects.select_for_update(of=("self",)).get(id=user.id)
    if not user.is_active:
        raise Conflict(_("This person may not sign in. Allow it again first."), code="disabled")
    user.password = password_hash
    user.save(update_fields=["password"])
    _record(RESET, actor, now, user, data={"way": way, "second_factor": second_factor})
    return user


@action
def choose_password(*, now: datetime, user: User, password_hash: str) -> User:
    """Whoever holds the one-time link chooses a password; the caller has checked the link."""
    user = User.objects.select_for_update(of=("self",)).get(id=user.id)
    user.password = password_hash
    user.save(update_fields=["password"])
    themself = Actor(kind=Kind.STAFF, id=user.public_id, name=user.name, user_id=user.id)
    _record(CHOSEN, themself, now, user)
    return user


def get_role(code: str) -> Role:
    """Raises `NotFound`."""
    found = Role.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found
