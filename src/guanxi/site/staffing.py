"""What several rooms do together for one member of staff: somebody leaves, comes back, or lost their way in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from guanxi.core import options, roster, staff
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.models import ApiToken, User
from guanxi.work import actions as work
from guanxi.work.models import Member, WorkItem
from guanxi.work.queries import IN_HANDS

SALT: Final = "guanxi.staff.link"
PASSWORD_CHARS: Final = 14
LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # none that look alike when read out


@dataclass(frozen=True, slots=True)
class Left:
    """What happened when somebody's sign-in was closed: pieces of work handed back, tokens of theirs that stopped."""

    user: User
    returned: int
    tokens: int


def in_hand(user: User) -> list[WorkItem]:
    """Work that goes back when this person is shut out, the most due first."""
    found = WorkItem.objects.filter(member__user=user, state__in=IN_HANDS)
    return list(found.select_related("team__unit").order_by("due", "id")[:100])


def seat_of(user: User) -> Member | None:
    return Member.objects.select_related("team__unit").filter(user=user).first()


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exists())


@action
def shut_out(*, actor: Actor, now: datetime, user: User) -> Left:
    """Close somebody's sign-in: sessions end, work in hand goes back to its queues, tokens of theirs stop working.

    One transaction. Raises `Conflict` for oneself and for the last administrator.
    """
    actor.require(staff.RIGHT)
    if user.id == actor.user_id:
        raise Conflict(_("Somebody else has to close your own sign-in."), code="oneself")
    returned = work.put_back_all(actor=actor, now=now, user=user)
    user = staff.disable_user(actor=actor, now=now, user=user)
    tokens = ApiToken.objects.filter(owner=user, revoked=None).count()
    return Left(user, returned, tokens)


@action
def let_in(*, actor: Actor, now: datetime, user: User) -> User:
    """Allow sign-in again; the way in is a link or a new password, given apart."""
    actor.require(staff.RIGHT)
    return staff.enable_user(actor=actor, now=now, user=user, password_hash=make_password(None))


@dataclass(frozen=True, slots=True)
class WayIn:
    """Shown once: a password, or the token of a link that holds for `hours`."""

    password: str = ""
    token: str = ""
    hours: int = 0


def give_way_in(*, actor: Actor, now: datetime, user: User, by_link: bool, second_factor: bool) -> WayIn:
    """Reset somebody's sign-in: every session of theirs ends; with `second_factor` their two-step sign-in goes too."""
    password = "" if by_link else get_random_string(PASSWORD_CHARS, LETTERS)
    hashed = make_password(password or None)  # slow on purpose: outside the transaction
    user = _reset(
        actor=actor,
        now=now,
        user=user,
        password_hash=hashed,
        way="link" if by_link else "password",
        second_factor=second_factor,
    )
    if not by_link:
        return WayIn(password=password)
    return WayIn(token=link_token(user), hours=options.number("people.link_hours"))


@action
def _reset(
    *, actor: Actor, now: datetime, user: User, password_hash: str, way: str, second_factor: bool
) -> User:
    user = roster.reset_sign_in(
        actor=actor, now=now, user=user, password_hash=password_hash, way=way, second_factor=second_factor
    )
    if second_factor:
        Authenticator.objects.filter(user=user).delete()
    return user


def link_token(user: User) -> str:
    """Opens the page that asks for a new password; void as soon as the password has changed, so it works once."""
    return signing.dumps([user.public_id, _mark(user)], salt=SALT)


def user_of_link(token: str) -> User:
    """Raises `NotFound` for a link that was used, has run out or is not ours."""
    try:
        held: Any = signing.loads(token, salt=SALT, max_age=options.number("people.link_hours") * 3_600)
        public_id, mark = held
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound(code="link_void") from error
    user = User.objects.filter(public_id=str(public_id), is_active=True).first()
    if user is None or not constant_time_compare(str(mark), _mark(user)):
        raise NotFound(code="link_void")
    return user


def _mark(user: User) -> str:
    """Says which password the link replaces, and nothing about it."""
    return salted_hmac(SALT, user.password).hexdigest()[:24]
