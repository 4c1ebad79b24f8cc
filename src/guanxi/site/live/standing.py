"""Whose tickets still hold: how the people at the other end stand now, read every few seconds on the feed's connection.

No page asks: somebody who is shut out, gets another password or loses a role hears nothing more from the next look on, and a
ticket they kept opens nothing.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from guanxi.core.live import stamp_of

CHECK_S: Final = 2.0

Rows = Callable[..., list[tuple[Any, ...]]]

_PEOPLE: Final = (
    "SELECT u.public_id, u.password, r.rights, n.path FROM core_user u"
    " LEFT JOIN core_rolegrant g ON g.user_id = u.id LEFT JOIN core_role r ON r.id = g.role_id"
    " LEFT JOIN core_unit n ON n.id = g.unit_id WHERE u.is_active AND u.public_id IN ({marks})"
)
# A unit that moves takes rows out of a reach and leaves everybody's roles as they are.
_MOVED: Final = "SELECT MAX(recorded) FROM core_event WHERE type = 'unit.moved'"


@dataclass(frozen=True, slots=True)
class Standing:
    """person -> their stamp now ("" for whoever may not sign in); tickets made before `moved` (s since 1970) are void."""

    stamps: Mapping[str, str] = field(default_factory=dict)
    moved: float = 0.0

    def knows(self, person: str) -> bool:
        return not person or person in self.stamps

    def allows(self, person: str, stamp: str, issued: float) -> bool:
        """Whether what was issued to this person then still holds. Nobody's (a customer's) always does."""
        return not person or (self.stamps.get(person) == stamp and issued > self.moved)


def read(rows: Rows, people: Collection[str]) -> Standing:
    """How these people stand, in two statements. `rows(sql, values)` reads."""
    if not people:
        return Standing()
    wanted = sorted(people)
    held: dict[str, tuple[str, list[tuple[Any, str]]]] = {}
    for person, password, rights, path in rows(_PEOPLE, wanted):
        grants = held.setdefault(person, (password, []))[1]
        if rights is not None:
            grants.append((json.loads(rights) if isinstance(rights, str) else rights, path or ""))
    stamps = {person: stamp_of(password, grants) for person, (password, grants) in held.items()}
    return Standing({**dict.fromkeys(wanted, ""), **stamps}, _moment(rows(_MOVED, ())))


def _moment(found: Iterable[tuple[Any, ...]]) -> float:
    latest = next(iter(found), (None,))[0]
    if latest is None:
        return 0.0
    if isinstance(latest, str):  # SQLite keeps UTC without saying so
        latest = datetime.fromisoformat(latest).replace(tzinfo=UTC)
    return float(latest.timestamp())
