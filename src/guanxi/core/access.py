"""Who asks, and what they may see: actors, rights with a reach, and the one door of every query, `visible_to`.

A *right* is a dotted name such as `cases.view`. A role grants it with a *scope*: all, branch, department, team or own.
A grant names the unit it is meant for; branch, department and team reach that unit's subtree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from guanxi.core.errors import Denied, SignInNeeded


class Kind(StrEnum):
    """Kinds of actor. `public` is a visitor who has not said who they are: no rights at all."""

    STAFF = "staff"
    CUSTOMER = "customer"
    LINK = "link"
    TOKEN = "token"  # noqa: S105  the name of a kind of actor
    SYSTEM = "system"
    PUBLIC = "public"


class Scope(StrEnum):
    OWN = "own"
    TEAM = "team"
    DEPARTMENT = "department"
    BRANCH = "branch"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one right goes: everything, some units, one's own rows."""

    everything: bool = False
    units: frozenset[int] = frozenset()
    own: bool = False

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(self.everything or other.everything, self.units | other.units, self.own or other.own)

    def __bool__(self) -> bool:
        return self.everything or self.own or bool(self.units)

    def within(self, path: str) -> Q:
        """Rows whose unit, at `path`, is in reach; rows of one's own are not asked for."""
        return Q() if self.everything else Q(**{f"{path}__in": self.units})


NOTHING = Reach()
EVERYTHING = Reach(everything=True)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `id` is a public id, never an integer key; it stands in events."""

    kind: Kind
    id: str = ""
    name: str = ""
    user_id: int | None = None
    customer_id: int | None = None
    record_id: int | None = None
    records: frozenset[int] | None = None  # a customer's: those they have proven to be theirs
    subject: tuple[str, int] | None = None
    unit_id: int | None = None
    rights: Mapping[str, Reach] = field(default_factory=dict)
    stamp: str = ""  # of a member of staff's sign-in and roles: see core.live

    def reach(self, right: str) -> Reach:
        """How far `right` goes for this actor; the system reaches everything."""
        return EVERYTHING if self.kind is Kind.SYSTEM else self.rights.get(right, NOTHING)

    def may(self, right: str) -> bool:
        return bool(self.reach(right))

    def require(self, right: str) -> None:
        """Raise `SignInNeeded` for a visitor, `Denied` for everybody else without the right."""
        if not self.may(right):
            raise SignInNeeded if self.kind is Kind.PUBLIC else Denied(code="denied")

    def may_at(self, right: str, unit_id: int) -> bool:
        """Whether `right` goes as far as this unit's rows."""
        reach = self.reach(right)
        return reach.everything or unit_id in reach.units

    def require_at(self, right: str, unit_id: int) -> None:
        """`require`, and that the right goes as far as this unit's rows: seeing further is not doing further."""
        self.require(right)
        if not self.may_at(right, unit_id):
            raise Denied(code="denied")

    def require_kind(self, *kinds: Kind) -> None:
        if self.kind not in kinds:
            raise SignInNeeded if self.kind is Kind.PUBLIC else Denied(code="denied")


PUBLIC = Actor(kind=Kind.PUBLIC)


def system(name: str) -> Actor:
    """The system acting by itself, e.g. `system("worker")`."""
    return Actor(kind=Kind.SYSTEM, id=name)


@dataclass(frozen=True, slots=True)
class Door:
    """How a model's rows are reached: look-up paths for unit, owner (user id), customer and, where a matter has two sides,
    the other customer; the subject a link opens."""

    right: str
    unit: str = ""
    owner: str = ""
    customer: str = ""
    other: str = ""
    subject: str = ""


M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """A query set whose reads start at `visible_to(actor)`; the model says how in `door`."""

    def visible_to(self, actor: Actor) -> Self:
        door: Door = self.model.door  # type: ignore[attr-defined]
        if actor.kind in (Kind.STAFF, Kind.TOKEN, Kind.SYSTEM):
            return self._within(door, actor)
        if actor.kind is Kind.CUSTOMER and door.customer and actor.customer_id is not None:
            return self._own(door, actor)
        if actor.kind is Kind.LINK and actor.subject is not None and actor.subject[0] == door.subject:
            return self.filter(pk=actor.subject[1])
        return self.none()

    def _own(self, door: Door, actor: Actor) -> Self:
        """A customer's: of their person, and only of records they have proven to be theirs."""
        own = models.Q(pk__in=[])
        for path in filter(None, (door.customer, door.other)):
            side = models.Q(**{path: actor.customer_id})
            if actor.records is not None:
                side &= models.Q(**{f"{path.removesuffix('customer')}id__in": actor.records})
            own |= side
        return self.filter(own)

    def _within(self, door: Door, actor: Actor) -> Self:
        reach = actor.reach(door.right)
        if reach.everything:
            return self
        seen = models.Q(pk__in=[])
        if reach.units and door.unit:
            seen |= models.Q(**{f"{door.unit}__in": reach.units})
        if reach.own and door.owner and actor.user_id is not None:
            seen |= models.Q(**{door.owner: actor.user_id})
        return self.filter(seen)


class Doored(models.Model):
    """Base of models that are read through `visible_to`."""

    door: ClassVar[Door]
    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class Right:
    """A right a room declares: its name and the words an administrator reads."""

    name: str
    words: Any


_rights: dict[str, Right] = {}


def declare(*rights: Right) -> None:
    """Called by each room at start-up with what it protects."""
    for right in rights:
        _rights[right.name] = right


def declared() -> Mapping[str, Right]:
    return dict(_rights)
