"""Articles that fit a case: by its kind, its issues and what was complained of."""

from collections.abc import Mapping
from typing import Any

from guanxi.cases import queries
from guanxi.cases.queries.issues import issues_of
from guanxi.cases.queries.suggesting import first_words
from guanxi.core import cover
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.work.pages import knowledge


def panel(actor: Actor, case_id: int) -> Mapping[str, Any]:
    """What work/knowledge_fits.html draws."""
    case = queries.get_by_ids(actor, [case_id]).get(case_id)
    if case is None:
        raise NotFound
    codes = dict.fromkeys([*(one.kind for one in issues_of(case)), case.kind])
    words = cover.shown(actor, first_words([case.id]).get(case.id, ""))
    return knowledge.fits(actor, words, list(codes))
