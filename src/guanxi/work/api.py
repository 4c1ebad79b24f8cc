"""The queue over the API, read-only: work is taken by people at their desks."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from guanxi.core.api import READ, Problem, actor_of
from guanxi.work import queries

router = Router(tags=["work"])
ROWS = 100


class ItemOut(Schema):
    id: str
    kind: str
    team: str
    arrived: datetime
    due: datetime
    language: str


class QueueOut(Schema):
    items: list[ItemOut]


@router.get("", response={200: QueueOut, READ: Problem}, summary="What waits, the most due first")
def list_queue(request: HttpRequest) -> Any:
    """At most 100 waiting items the token may see."""
    actor = actor_of(request)
    actor.require("work.view")
    rows = queries.list_queue(actor).select_related("team__unit")[:ROWS]
    return {
        "items": [
            {
                "id": item.public_id,
                "kind": item.kind,
                "team": item.team.unit.code,
                "arrived": item.arrived,
                "due": item.due,
                "language": item.language,
            }
            for item in rows
        ]
    }
