"""Cases that were put right and began much like this one: what helped then. Nothing is stored; few are read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guanxi.cases.models import Case, Issue
from guanxi.cases.queries.cases import list_cases
from guanxi.cases.queries.suggesting import first_words, reader
from guanxi.channels.models import Message
from guanxi.core import cover
from guanxi.core.access import Actor
from guanxi.engine.intake import similarity

LOOKED_AT_MAX: Final = 50  # the newest of the same kind: `engine.intake.likeness.OTHERS_MAX`
SHOWN_MAX: Final = 3
ALIKE_MIN: Final = 0.12
ENDED = (Case.State.RESOLVED, Case.State.CLOSED)


@dataclass(frozen=True, slots=True)
class Alike:
    """A settled case the actor may see. `likeness` 0..1; `answer`: our last words then, with this customer's name in them."""

    number: str
    title: str
    likeness: float
    ended: datetime
    answer: str
    language: str


def alike(actor: Actor, case: Case) -> list[Alike]:
    """The likest first, at most `SHOWN_MAX`; only where somebody of ours answered. Five statements at most.

    Addresses and numbers of others are covered for whoever may not read them, and their name and case number are this one's:
    what is taken over into an answer names nobody else.
    """
    said = first_words([case.id]).get(case.id, "")
    if not said:
        return []
    found = _settled(actor, case)
    words = first_words([one.id for one in found])
    asked = [one for one in found if words.get(one.id)]
    likeness = similarity(said, [words[one.id] for one in asked], model=reader())
    ranked = sorted(zip(likeness, asked, strict=True), key=lambda pair: (-pair[0], -pair[1].id))
    close = [(value, one) for value, one in ranked if value >= ALIKE_MIN][: SHOWN_MAX * 3]
    answers = _last_answers([one.id for _value, one in close])
    shown = [
        Alike(
            one.number,
            cover.shown(actor, one.title),
            value,
            one.resolved or one.turn_since,
            cover.shown(actor, _made_ours(answers[one.id], one, case)),
            one.language,
        )
        for value, one in close
        if one.id in answers
    ]
    return shown[:SHOWN_MAX]


def _settled(actor: Actor, case: Case) -> list[Case]:
    """The newest settled ones of the same kind, in the same language: requests, or those with an issue like one of these."""
    found = list_cases(actor).filter(state__in=ENDED, merged_into=None, language=case.language)
    if case.kind == Case.Kind.REQUEST:
        found = found.filter(kind=case.kind)
    else:
        kinds = list(case.issues.values_list("kind", flat=True))
        newest = Issue.objects.filter(kind__in=kinds).order_by("-id").values_list("case_id", flat=True)
        found = found.filter(id__in=list(newest[: LOOKED_AT_MAX * 4]))
    return list(found.exclude(id=case.id)[:LOOKED_AT_MAX])


def _last_answers(case_ids: list[int]) -> dict[int, str]:
    """The last words a colleague wrote in each."""
    said = Message.objects.filter(
        subject_kind="case", subject_id__in=case_ids, direction=Message.Direction.OUT
    ).exclude(author="")
    rows = said.order_by("created", "id").values_list("subject_id", "body")
    return {key: body for key, body in rows if key is not None and body.strip()}


def _made_ours(answer: str, theirs: Case, case: Case) -> str:
    name, ours = theirs.record.name.strip(), case.record.name.strip()
    if len(name) > 1:
        answer = answer.replace(name, ours)
    return answer.replace(theirs.number, case.number)
