"""Who belongs to whom: which relations there are between two customers, how each side sees them, which may stand together.

A relation points from one record to another: the child to the parent, the employee to the company, the guarantor to whom
they vouch for. A *role* is what somebody is to the customer whose page is open: of one relation each side sees another one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from guanxi.people.rules.merging import Refusal

Group = Literal["household", "company", "duty"]
Nature = Literal["person", "company"]
NOTE_CHARS_MAX: Final = 300
RELATIONS_MAX: Final = 200  # of one customer; a page shows no more, and a company's list ends somewhere


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of relation. `role`: what the record is to the other; `inverse`: what the other is to the record."""

    code: str
    group: Group
    role: str
    inverse: str


KINDS: Final = {
    one.code: one
    for one in (
        Kind("spouse", "household", "spouse", "spouse"),
        Kind("child", "household", "child", "parent"),
        Kind("member", "household", "member", "member"),
        Kind("representative", "company", "representative", "representative"),
        Kind("signatory", "company", "signatory", "signatory"),
        Kind("contact", "company", "contact", "contact"),
        Kind("employee", "company", "employee", "employee"),
        Kind("guarantor", "duty", "guarantor", "guaranteed"),
        Kind("agent", "duty", "agent", "principal"),
    )
}
GROUPS: Final[tuple[Group, ...]] = ("household", "company", "duty")
SYMMETRIC: Final = frozenset({"spouse", "member"})
ROLES: Final = {
    **{kind.role: (kind, False) for kind in KINDS.values()},
    "parent": (KINDS["child"], True),
    "guaranteed": (KINDS["guarantor"], True),
    "principal": (KINDS["agent"], True),
}  # role of the other party -> the kind, and whether the customer asked about is the record


@dataclass(frozen=True, slots=True)
class Placed:
    """How a relation is written: `turned` when the customer it was entered at is its record, the other party its other."""

    kind: Kind
    turned: bool


def place(role: str, here: Nature, there: Nature) -> Placed | Refusal:
    """How "`there` is `role` to `here`" is written. In a company's roles the person is the record, wherever it was entered."""
    if role not in ROLES:
        return Refusal("not_a_role")
    kind, turned = ROLES[role]
    if kind.group == "household" and "company" in (here, there):
        return Refusal("no_household")
    if kind.group != "company":
        return Placed(kind, turned)
    if here == there:
        return Refusal("needs_company" if here == "person" else "needs_person")
    return Placed(kind, here == "person")


def role_of(kind: str, other_is_record: bool) -> str:
    """What the other party is to the customer who asks."""
    found = KINDS[kind]
    return found.role if other_is_record else found.inverse


def roles_for(nature: Nature) -> dict[Group, list[str]]:
    """What somebody can be to a person or to a company, by group, in the order of a form."""
    groups: tuple[Group, ...] = GROUPS if nature == "person" else ("company", "duty")
    return {group: [role for role, (kind, _) in _IN_ORDER.items() if kind.group == group] for group in groups}


_IN_ORDER: Final = {
    role: ROLES[role]
    for role in (
        "spouse", "parent", "child", "member",
        "representative", "signatory", "contact", "employee",
        "guarantor", "guaranteed", "agent", "principal",
    )
}  # fmt: skip


def refused_days(since: date | None, until: date | None, today: date) -> Refusal | None:
    """A relation begins today at the latest and does not end before it began."""
    if since is not None and since > today:
        return Refusal("not_yet")
    if since is not None and until is not None and until < since:
        return Refusal("ends_before")
    return None


def refused_end(since: date | None, on: date, today: date) -> Refusal | None:
    """It ends today or ended before, but not before it began. What will end has a last day from the beginning."""
    if on > today:
        return Refusal("ends_later")
    return refused_days(since, on, today)


def common_household(here: Collection[str], there: Collection[str]) -> str | Refusal:
    """The household two people share from now on: the one that either lives in, "" for a new one.

    `here`, `there`: households of today. Nobody moves into a second one by mistake.
    """
    if len(here) > 1 or len(there) > 1:
        return Refusal("two_already")
    if here and there and set(here) != set(there):
        return Refusal("two_households")
    return next(iter([*here, *there]), "")


def stands(since: date | None, until: date | None, ended_on: date | None, day: date) -> bool:
    """Whether a relation holds on a day; its first and its last day included, the day it was ended not."""
    if since is not None and day < since:
        return False
    return (until is None or day <= until) and (ended_on is None or day < ended_on)
