"""Scans of all customers over the API."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from guanxi.core.api import PAGE, READ, Limit, Problem, actor_of
from guanxi.people import queries
from guanxi.people.models import UnifyRun

scans = Router(tags=["identity"])


class ScanOut(Schema):
    """One scan. `left`: pairs that were not asked about, by why. `right`: of what scans had proposed and stewards decided."""

    id: str
    state: str
    night: date | None
    percent: int
    created: datetime
    ended: datetime | None
    seconds: float
    records: int
    customers: int
    pairs: int
    proposals_new: int
    proposals_known: int
    proposals_apart: int
    left: dict[str, int]
    right: dict[str, float] | None
    model: str


class ScansOut(Schema):
    items: list[ScanOut]


@scans.get("", response={200: ScansOut, READ: Problem}, summary="Scans for duplicates")
def list_scans(request: HttpRequest, limit: Limit = PAGE) -> Any:
    """The scans of all customers, newest first."""
    return {"items": [_scan(one) for one in queries.list_scans(actor_of(request))[:limit]]}


@scans.get("/{public_id}", response={200: ScanOut, READ: Problem}, summary="One scan for duplicates")
def get_scan(request: HttpRequest, public_id: str) -> Any:
    return _scan(queries.get_scan(actor_of(request), public_id))


def _scan(one: UnifyRun) -> dict[str, Any]:
    right = queries.precision(one.accepted, one.decided)
    shares = {"share": right.share, "low": right.low, "high": right.high} if right else None
    names = [name for name in ScanOut.model_fields if name not in ("id", "right")]
    return {"id": one.public_id, "right": shares, **{name: getattr(one, name) for name in names}}
