"""The staff of demo worlds. Everybody signs in with one published password: it is a demo's, for invented data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from guanxi.core import staff as accounts
from guanxi.core.access import Actor
from guanxi.core.models import Unit, User
from guanxi.work.actions import add_member, change_seat

DEMO_PASSWORD = "guanxi-demo-2026"  # noqa: S105  published on purpose; `remove_sample` closes these accounts


@dataclass(frozen=True, slots=True)
class Part:
    """One member of staff. `unit` is where role and person belong; `seat` says whether they take work there, `phone` and
    `chat` how many calls and chats at once."""

    username: str
    name: str
    role: str
    unit: str
    languages: tuple[str, ...] = ("zh-hans",)
    seat: str = ""
    phone: int = 0
    chat: int = 0


def hire(*, actor: Actor, now: datetime, cast: Sequence[Part], language: str) -> Mapping[str, User]:
    """The cast, each with roles and a seat where they take work; {user name: user}. Run again it changes nothing."""
    units = dict(Unit.objects.values_list("code", "id"))
    password_hash = make_password(DEMO_PASSWORD)  # one for all: hashing is slow on purpose
    return {
        part.username: _member_of_staff(actor, now, part, units[part.unit], language, password_hash)
        for part in cast
    }


def _member_of_staff(
    actor: Actor, now: datetime, part: Part, unit_id: int, language: str, password_hash: str
) -> User:
    user = User.objects.filter(username=part.username, sample=True).first()
    if user is None:
        user = accounts.add_user(
            actor=actor,
            now=now,
            username=part.username,
            name=part.name,
            password_hash=password_hash,
            language=language,
            unit_id=unit_id,
            sample=True,
            email=f"{part.username}@staff.example",
        )
    elif not user.is_active:
        accounts.enable_user(actor=actor, now=now, user=user, password_hash=password_hash)
    accounts.grant_role(actor=actor, now=now, user=user, role=part.role, unit_id=unit_id)
    if part.seat:
        member = add_member(actor=actor, now=now, user=user, team=part.seat, languages=part.languages)
        if part.phone or part.chat:
            change_seat(
                actor=actor, now=now, user=user, team=part.seat, languages=part.languages,
                capacity=member.capacity, phone=part.phone, chat=part.chat,
            )  # fmt: skip
    return user
