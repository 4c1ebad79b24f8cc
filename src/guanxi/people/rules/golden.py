"""The golden record: of everything that sources say of one person, the value that counts, field by field, and why.

Pinned by a steward > verified > complete (names only: a full name before a nickname) > in characters (names only: not as pinyin
writes them) > recent > the better source. What did not reach the person the last time, or is over,
counts only when nothing else is known.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from guanxi.core.explain import Explanation, Fact
from guanxi.engine.names import is_full_name
from guanxi.people.rules.contact import DOCUMENT_KINDS

RULE: Final = "people.golden@1"
RECORD_FIELDS: Final = ("name", "language")  # stand on the record itself, all others are identifiers
GOLDEN_FIELDS: Final = (
    "name", "phone", "email", "address", "birth", "gender", "national_id", *DOCUMENT_KINDS, "member", "open_id", "language",
)  # fmt: skip
# Whoever shows papers at a counter is written down more carefully than whoever types into a form.
_SOURCES: Final = {
    "steward": 6,
    "branch": 5,
    "letter": 4,
    "phone": 3,
    "email": 3,
    "web": 2,
    "chat": 2,
    "api": 1,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says of one field. `value`: the key it is compared by; `text`: as it is shown."""

    field: str
    value: str
    text: str
    record: int
    source: str
    stated: datetime
    identifier: int | None = None
    verified: datetime | None = None
    pinned: datetime | None = None
    troubled: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The statement that counts, all others of the field in order of preference, and why."""

    statement: Said
    others: Sequence[Said]
    why: Explanation


def source_rank(source: str) -> int:
    """Higher is better; whatever is not named, an import among them, ranks lowest."""
    return _SOURCES.get(source.partition(":")[0], 0)


def choose(statements: Iterable[Said]) -> dict[str, Chosen]:
    """{field: the statement that counts}, in the order of `GOLDEN_FIELDS`; fields nobody speaks of are left out."""
    by_field: dict[str, list[Said]] = {}
    for one in statements:
        by_field.setdefault(one.field, []).append(one)
    return {field: _chosen(by_field[field]) for field in GOLDEN_FIELDS if field in by_field}


def _chosen(statements: list[Said]) -> Chosen:
    ranked = sorted(statements, key=_rank, reverse=True)
    best, others = ranked[0], ranked[1:]
    rivals = [one for one in others if one.value != best.value]
    facts = [Fact(f"people.golden.{_reason(best, rivals)}", {"source": best.source}, 1.0)]
    same = len({one.record for one in others if one.value == best.value})
    if same:
        facts.append(Fact("people.golden.also", {"count": same}))
    if rivals:
        facts.append(Fact("people.golden.rivals", {"count": len({one.value for one in rivals})}))
    return Chosen(
        best, others, Explanation("people.golden", tuple(facts), RULE, objection="people.objection")
    )


Test = Callable[[Said], Any]
_TESTS: Final[tuple[tuple[str, Test], ...]] = (
    ("pinned", lambda one: (one.pinned is not None, one.pinned.timestamp() if one.pinned else 0.0)),
    ("reaches", lambda one: not one.troubled),
    ("verified", lambda one: one.verified is not None),
    ("complete", lambda one: one.field != "name" or is_full_name(one.value)),
    ("script", lambda one: one.field == "name" and any("\u4e00" <= sign <= "\u9fff" for sign in one.text)),
    ("recent", lambda one: max(one.stated, one.verified or one.stated).timestamp()),
    ("source", lambda one: source_rank(one.source)),
)


def _rank(one: Said) -> tuple[Any, ...]:
    return (*(test(one) for _, test in _TESTS), one.record, one.value)


def _reason(best: Said, rivals: Sequence[Said]) -> str:
    """The first test that sets the best apart from all that say otherwise; "only" when nobody does."""
    if best.pinned is not None:
        return "pinned"
    if not rivals:
        return "only"
    for code, test in _TESTS:
        if all(test(best) != test(one) for one in rivals):
            return code
    return "recent"
