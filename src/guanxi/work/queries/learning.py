"""Training: one's own checklists with what is done, and how far a supervisor's people are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.models import Role, RoleGrant
from guanxi.core.phrases import pick
from guanxi.work import queries as work
from guanxi.work.models import Article, Checklist, Learned, Member
from guanxi.work.queries.knowledge import EDIT, READ

ASSIGN = "work.assign"
ARTICLES_MAX = 300  # offered to choose from


@dataclass(frozen=True, slots=True)
class Progress:
    """A checklist and when each of its items was done, by the item's code."""

    checklist: Checklist
    done: Mapping[str, datetime]

    @property
    def taken(self) -> int:
        return sum(one["code"] in self.done for one in self.checklist.items)

    @property
    def of(self) -> int:
        return len(self.checklist.items)


def list_mine(actor: Actor) -> list[Progress]:
    """The actor's checklists, by code. Needs `work.knowledge`."""
    actor.require(READ)
    user = actor.user_id or 0
    return _progress([user]).get(user, [])


def list_checklists(actor: Actor) -> list[Checklist]:
    """All of them, by code, for whoever writes them. Needs `work.knowledge_edit`."""
    actor.require(EDIT)
    return list(Checklist.objects.order_by("code"))


def get_checklist(actor: Actor, code: str) -> Checklist:
    """One of them, for whoever writes them. Raises `NotFound`."""
    found = next((one for one in list_checklists(actor) if one.code == code), None)
    if found is None:
        raise NotFound
    return found


def role_choices() -> list[tuple[str, str]]:
    """Whom a checklist may be for: [(code, name)]."""
    return [(one.code, pick(dict(one.name)) or one.code) for one in Role.objects.order_by("code")]


def article_choices(actor: Actor) -> list[tuple[str, str]]:
    """What an item may have read: [(code, title)] of published articles, by title."""
    actor.require(READ)
    found = Article.objects.filter(state=Article.State.PUBLISHED).order_by("code")[:ARTICLES_MAX]
    return sorted(((one.code, pick(one.title)) for one in found), key=lambda one: one[1])


def list_team(actor: Actor) -> list[tuple[Member, list[Progress]]]:
    """Who works where the actor gives out work, with their checklists. Needs `work.assign`."""
    actor.require(READ)
    actor.require(ASSIGN)
    reach = actor.reach(ASSIGN)
    members = work.list_members(None if reach.everything else reach.units)
    found = _progress([one.user_id for one in members])
    return [(one, found.get(one.user_id, [])) for one in members]


def _progress(users: Sequence[int]) -> dict[int, list[Progress]]:
    """user -> their checklists: three statements, however many people."""
    checklists = list(Checklist.objects.order_by("code"))
    roles: dict[int, set[str]] = {user: set() for user in users}
    for user, role in RoleGrant.objects.filter(user__in=users).values_list("user_id", "role__code"):
        roles[user].add(role)
    done: dict[tuple[int, int], dict[str, Any]] = {}
    for row in Learned.objects.filter(user__in=users):
        done.setdefault((row.user_id, row.checklist_id), {})[row.item] = row.done
    return {
        user: [
            Progress(one, done.get((user, one.id), {}))
            for one in checklists
            if one.items and (not one.roles or mine.intersection(one.roles))
        ]
        for user, mine in roles.items()
    }
