"""What staff have taught: cases whose issues a handler has looked at, with the words they began with."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from guanxi.cases.models import Case, Issue, Suggestion, TextModel
from guanxi.cases.queries.cases import list_cases
from guanxi.cases.queries.suggesting import first_words
from guanxi.core.access import Actor

CASES_MAX: Final = 10_000  # the newest; older ones have been learnt for long
PER_READ: Final = 500
UNFOUNDED: Final = (Issue.Outcome.WITHDRAWN, Issue.Outcome.REJECTED)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A case as it was read and as staff have it. `corrected`: they differ."""

    case_id: int
    read: tuple[str, ...]
    right: tuple[str, ...]
    corrected: bool


def lessons(case_ids: Sequence[int] | None = None) -> list[Lesson]:
    """Cases some issue of which a member of staff has acted on, or a suggestion of which they have dismissed; newest first."""
    issues: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    rows = Issue.objects.exclude(outcome__in=UNFOUNDED).order_by("-opened", "-id")
    if case_ids is not None:
        rows = rows.filter(case_id__in=case_ids)
    for case_id, kind, acted in rows.values_list("case_id", "kind", "acted")[: 2 * CASES_MAX]:
        issues[case_id].append((kind, bool(acted)))
    fates = _fates(list(issues)[:CASES_MAX])
    return [
        lesson
        for case_id, kinds in list(issues.items())[:CASES_MAX]
        if (lesson := _lesson(case_id, kinds, fates.get(case_id, [])))
    ]


def _lesson(
    case_id: int, kinds: Sequence[tuple[str, bool]], fates: Sequence[tuple[str, str]]
) -> Lesson | None:
    dismissed = [kind for kind, fate in fates if fate == Suggestion.Fate.DISMISSED]
    if not (dismissed or any(acted for _, acted in kinds)):
        return None
    read = tuple(sorted(kind for kind, fate in fates if fate != Suggestion.Fate.OPEN and fate))
    right = tuple(sorted({kind for kind, _ in kinds}))
    return Lesson(case_id, read, right, corrected=bool(fates) and set(read) != set(right))


def _fates(case_ids: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for first in range(0, len(case_ids), PER_READ):
        rows = Suggestion.objects.filter(case_id__in=case_ids[first : first + PER_READ]).order_by(
            "-score", "id"
        )
        for case_id, kind, fate in rows.values_list("case_id", "kind", "fate"):
            found[case_id].append((kind, fate))
    return found


def words_of(taught: Sequence[Lesson]) -> dict[int, str]:
    """The words each of these cases began with; those of forgotten people are gone."""
    said: dict[int, str] = {}
    for first in range(0, len(taught), PER_READ):
        said |= first_words([one.case_id for one in taught[first : first + PER_READ]])
    return {case_id: text for case_id, text in said.items() if text.strip()}


def count_corrections() -> int:
    """How many cases were read wrongly and put right, of those there are words of."""
    wrong = [one for one in lessons() if one.corrected]
    return len(words_of(wrong))


def list_corrections(actor: Actor, most: int) -> list[tuple[Case, Lesson]]:
    """The newest visible cases that staff have put right, each with how."""
    taught = [one for one in lessons() if one.corrected]
    visible = {
        case.id: case
        for case in list_cases(actor).filter(id__in=[one.case_id for one in taught[: 10 * most]])
    }
    return [(visible[one.case_id], one) for one in taught if one.case_id in visible][:most]


def newest_reader() -> TextModel | None:
    """The reader in use; None while it is the delivered one."""
    return TextModel.objects.order_by("-number").defer("weights").first()


def list_readers(most: int) -> list[TextModel]:
    """The readers there were, the newest first."""
    return list(TextModel.objects.order_by("-number").defer("weights")[:most])
