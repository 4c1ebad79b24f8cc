"""What a text is read as: suggestions with the clause that caused each, what cannot wait, whether it was said before.

The newest trained reader is kept in the memory of each process and looked for anew at most every `LOOK_EVERY_S`; until one
has been trained here, the one Guanxi is delivered with reads. Nothing is trained in a web process.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

from guanxi.cases.models import Case, TextModel
from guanxi.cases.queries.cases import list_cases
from guanxi.cases.rules.written import cold_model
from guanxi.channels.models import Message
from guanxi.core.access import Actor
from guanxi.engine.intake import SAME, Alarm, Model, ModelRefused, Suggestion, alarms, similarity

__all__ = ["Alarm", "Likely", "Suggestion", "alarms", "forget", "likely_duplicate", "reader", "suggest"]

LOOK_EVERY_S: Final = 30.0
# Below that it is left to a person to take the suggestion up: many texts that score so are questions.
SURE_MIN: Final = 0.5
OPEN_CASES_MAX: Final = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Likely:
    """An open case in which the same person has likely said the same: how alike the words are, 0 to 1."""

    case: Case
    likeness: float


@dataclass(slots=True)
class _Kept:
    number: int = 0  # 0: as delivered
    model: Model | None = None
    looked: float = float("-inf")


_kept = _Kept()  # one reader per process


def suggest(text: str, *, most: int = 3, among: Collection[str] | None = None) -> list[Suggestion]:
    """At most `most` issue kinds the text speaks of, the likeliest first; `among`: of these kinds only. <= 2 ms.

    `chosen`: surely enough to begin with. None when nothing of the text is known.
    """
    found = reader().suggest(text, most, among=among)
    return [one if one.score >= SURE_MIN else replace(one, chosen=False) for one in found]


def reader() -> Model:
    """The newest reader trained here, else the delivered one."""
    if _kept.model is None or monotonic() - _kept.looked > LOOK_EVERY_S:
        _look()
    return _kept.model or cold_model()


def _look() -> None:
    _kept.looked = monotonic()
    number = newest_number()
    if _kept.model is not None and number == _kept.number:
        return
    _kept.model, _kept.number = _load(number), number


def newest_number() -> int:
    """The number of the newest reader trained here; 0 while there is none."""
    return TextModel.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _load(number: int) -> Model:
    stored = (
        TextModel.objects.filter(number=number).values_list("weights", flat=True).first() if number else None
    )
    if not stored:
        return cold_model()
    try:
        return Model.from_bytes(bytes(stored))
    except ModelRefused:
        log.warning(
            "reader %s cannot be read by this version; the delivered one reads until the next training",
            number,
        )
        return cold_model()


def forget(*, stand_still: bool = False) -> None:
    """Look for the newest reader at the next text. `stand_still`: the delivered one stays, for tests that count statements."""
    _kept.number, _kept.model = 0, cold_model() if stand_still else None
    _kept.looked = float("inf") if stand_still else float("-inf")


def likely_duplicate(actor: Actor, customer_id: int, text: str, *, without: int = 0) -> list[Likely]:
    """The customer's open cases, visible to the actor, that began with much the same words; likest first.

    `without`: a case that is not asked about. At most two statements.
    """
    mine = list_cases(actor).filter(record__customer_id=customer_id)
    still = mine.exclude(state__in=(Case.State.RESOLVED, Case.State.CLOSED)).filter(merged_into=None)
    cases = list(still.exclude(id=without)[:OPEN_CASES_MAX])
    said = first_words([case.id for case in cases])
    asked = [case for case in cases if said.get(case.id)]
    likeness = similarity(text, [said[case.id] for case in asked], model=reader())
    found = [Likely(case, value) for case, value in zip(asked, likeness, strict=True) if value >= SAME]
    return sorted(found, key=lambda one: -one.likeness)


def first_words(case_ids: Collection[int]) -> dict[int, str]:
    """What each of these cases began with, in the words of whoever complained. The caller has made sure they may be read."""
    found = Message.objects.filter(
        subject_kind="case", subject_id__in=case_ids, direction=Message.Direction.IN
    )
    said: dict[int, str] = {}
    for case_id, body in found.order_by("created", "id").values_list("subject_id", "body"):
        said.setdefault(case_id or 0, body)
    return said
