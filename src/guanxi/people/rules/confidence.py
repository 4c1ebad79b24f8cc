"""How certain it is that all records of a customer are one person: as certain as the weakest reason that joined them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Ground = Literal["single", "person", "key", "score", "unsure"]
DECIDED: Final = frozenset({"merge", "attach", "must_link", "confirm"})
BEGINNINGS: Final = frozenset({"new", "doubt", "unmerge", "detach"})


@dataclass(frozen=True, slots=True)
class Confidence:
    """`ground`: nothing was joined (single), a person decided (person), a number of ours named them (key), or the model
    scored (score, with the lowest probability of its links). `unsure`: a steward has yet to say who this is.
    """

    ground: Ground
    share: float | None = None


def confidence(links: Iterable[tuple[str, float | None]], *, provisional: bool) -> Confidence:
    """`links`: (reason, the model's probability if it gave one) of every membership that holds."""
    if provisional:
        return Confidence("unsure")
    held = list(links)
    joined = [one for one in held if one[0] not in BEGINNINGS] if len(held) > 1 else []
    shares = [share for reason, share in joined if reason not in DECIDED and share is not None]
    if shares:
        return Confidence("score", min(shares))
    if any(reason in DECIDED for reason, _share in joined):
        return Confidence("person")
    return Confidence("key" if joined else "single")


def share_of(explanation: Mapping[str, Any]) -> float | None:
    """The probability an explanation ends with, None when it was no sum."""
    for fact in explanation.get("facts", ()):
        if fact.get("code") == "people.share":
            return float(fact["values"]["percent"]) / 100
    return None
