"""Published procedures over the API: what the house has promised, version by version."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema

from guanxi.cases.models import Procedure
from guanxi.cases.queries import procedures
from guanxi.core.api import READ, Problem, actor_of

router = Router(tags=["procedures"])


class ProcedureOut(Schema):
    """`digest` is of the table and the content together: it changes whenever a promise does."""

    number: int
    digest: str
    origin: str
    published: datetime


class ProcedureWithContent(ProcedureOut):
    """`content`: kinds of cases, issues, remedies, rules, causes, rejections, penalties, as packs write them."""

    content: dict[str, Any]


class ProceduresOut(Schema):
    items: list[ProcedureOut]


def _out(one: Procedure) -> dict[str, Any]:
    kept = {name: getattr(one, name) for name in ("number", "digest", "origin")}
    return kept | {"published": one.published.isoformat()}


@router.get("", response={200: ProceduresOut, READ: Problem}, summary="Published versions, the newest first")
def list_procedures(request: HttpRequest) -> Any:
    actor_of(request).require("cases.view")
    return {"items": [_out(one) for one in procedures.list_procedures()]}


@router.get("/current", response={200: ProcedureWithContent, READ: Problem}, summary="The procedure in force")
def current_procedure(request: HttpRequest) -> Any:
    """404 where none has been published."""
    actor_of(request).require("cases.view")
    found = procedures.get_procedure()
    return _out(found) | {"content": found.content}


@router.get("/{number}", response={200: ProcedureWithContent, READ: Problem}, summary="One version")
def get_procedure(request: HttpRequest, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Any:
    actor_of(request).require("cases.view")
    found = procedures.get_procedure(number)
    return _out(found) | {"content": found.content}
