"""The panel of settled cases that began like the one at hand, with our last words in each, ready to be taken over."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from guanxi.cases import queries
from guanxi.cases.queries import alike as reads
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound


def panel(actor: Actor, case_id: int) -> Mapping[str, Any]:
    """What cases/panels/alike.html draws."""
    case = queries.get_by_ids(actor, [case_id]).get(case_id)
    if case is None:
        raise NotFound
    rows = [
        {
            "number": one.number,
            "title": one.title,
            "url": reverse("case", args=[one.number]),
            "share": round(100 * one.likeness),
            "ended": one.ended,
            "say": one.answer,
            "language": one.language,
        }
        for one in reads.alike(actor, case)
    ]
    return {"rows": rows}
