"""Exports and bulk actions over the API: begun here, done by the worker, read until they have ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, Router, Schema

from guanxi.core import clock
from guanxi.core.access import Kind
from guanxi.core.api import READ, WRITE, IdempotencyKey, Problem, actor_of, once
from guanxi.core.lists import choosing, exports, runs
from guanxi.core.lists.export_pages import as_download
from guanxi.core.lists.listing import get
from guanxi.core.lists.wanted import QUERY_CHARS_MAX
from guanxi.core.models import BulkRow, BulkRun, Export

exported = Router(tags=["exports"])
bulk = Router(tags=["bulk actions"])
running = Router(tags=["bulk actions"])
FAILED_MAX = 1_000
BINARY = {"type": "string", "format": "binary"}


class ExportIn(Schema):
    """`query` is the address of the list: filters, `sort`, `columns`, `q`."""

    list: str = Field(max_length=40)
    query: str = Field("", max_length=QUERY_CHARS_MAX)
    format: Literal["csv", "xlsx"] = "csv"
    encoding: Literal["utf-8-sig", "utf-8", "gb18030"] = "utf-8-sig"


class ExportOut(Schema):
    """`ready` has a file until `expires`, under `path`."""

    id: str
    list: str
    query: str
    format: str
    state: Literal["waiting", "running", "ready", "sent", "cancelled", "stopped", "expired"]
    reason: str
    expected: int | None
    rows: int
    size: int
    created: datetime
    expires: datetime | None
    path: str


class BulkIn(Schema):
    """The rows of these keys; or with `all`, every row that matches `query` (at most `expected`, when it is given)."""

    keys: list[str] = Field(default_factory=list, max_length=choosing.KEYS_MAX)
    all: bool = False
    query: str = Field("", max_length=QUERY_CHARS_MAX)
    expected: int | None = Field(None, ge=0, lt=2**53)
    values: dict[str, str] = Field(default_factory=dict, description="What the action asks for")


class NotDone(Schema):
    key: str
    state: str
    reason: str


class RunOut(Schema):
    """`not_done` holds the first thousand rows that failed or were not undone, with the reason."""

    id: str
    list: str
    action: str
    state: Literal["waiting", "running", "finished", "cancelled", "stopped", "undoing", "undone"]
    reason: str
    expected: int
    done: int
    failed: int
    undone: int
    created: datetime
    finished: datetime | None
    undoable: bool
    not_done: Sequence[NotDone]


def _export(one: Export) -> dict[str, Any]:
    ready = one.state == Export.State.READY
    return {
        "id": one.public_id,
        "list": one.listing,
        "query": one.query,
        "format": one.form,
        "state": one.state,
        "reason": one.reason,
        "expected": one.expected,
        "rows": one.rows,
        "size": one.size_bytes,
        "created": one.created.isoformat(),
        "expires": one.expires.isoformat() if one.expires else None,
        "path": f"/api/v1/exports/{one.public_id}/file" if ready else "",
    }


@exported.post("", response={202: ExportOut, WRITE: Problem}, summary="Export a list")
def start_export(request: HttpRequest, body: ExportIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Filter, order, columns and masks are those of the list for this token. Asked again while under way: the same one."""

    def effect() -> tuple[int, dict[str, Any]]:
        started = exports.start(
            actor=actor_of(request),
            now=clock.now(),
            listing=get(body.list),
            query=body.query,
            form=body.format,
            encoding=body.encoding,
        )
        return 202, _export(started)

    return once(request, idempotency_key, body.dict(), effect)


@exported.get("/{public_id}", response={200: ExportOut, READ: Problem}, summary="How far an export is")
def get_export(request: HttpRequest, public_id: str) -> Any:
    return _export(exports.get_export(actor_of(request), public_id))


@exported.get(
    "/{public_id}/file",
    response={200: bytes, READ | {410}: Problem},
    summary="Download an export",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": BINARY}}}}},
)
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """410 before it is ready and after it has expired; 403 when the token may see less than when it was written."""
    actor = actor_of(request)
    found = exports.get_export(actor, public_id)
    return as_download(exports.open_file(actor=actor, now=clock.now(), export=found))


@exported.delete(
    "/{public_id}", response={200: ExportOut, WRITE: Problem}, summary="Cancel or delete an export"
)
def cancel_export(request: HttpRequest, public_id: str) -> Any:
    return _export(exports.cancel(actor=actor_of(request), now=clock.now(), public_id=public_id))


def _run(one: BulkRun) -> dict[str, Any]:
    not_done = runs.list_rows(one, BulkRow.State.FAILED, BulkRow.State.KEPT)[:FAILED_MAX]
    return {
        "id": one.public_id,
        "list": one.listing,
        "action": one.action,
        "state": one.state,
        "reason": one.reason,
        "expected": one.expected,
        "done": one.done,
        "failed": one.failed,
        "undone": one.undone,
        "created": one.created.isoformat(),
        "finished": one.finished.isoformat() if one.finished else None,
        "undoable": runs.can_undo(one, now=clock.now()),
        "not_done": [{"key": row.key, "state": row.state, "reason": row.reason} for row in not_done],
    }


@bulk.post("/{code}/bulk/{action}", response={202: RunOut, WRITE: Problem}, summary="Act on many rows")
def start_run(
    request: HttpRequest, code: str, action: str, body: BulkIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """Row by row in the background; `GET /runs/{id}` says how far it is and what was not done."""

    def effect() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        listing = get(code)
        started = runs.start(
            actor=actor,
            now=clock.now(),
            listing=listing,
            bulk=listing.get_bulk(actor, action),
            choice=choosing.read_choice(body.keys, body.query, body.all),
            values=body.values,
            expected=body.expected,
        )
        return 202, _run(started)

    return once(request, idempotency_key, body.dict(), effect)


@running.get("/{public_id}", response={200: RunOut, READ: Problem}, summary="How far a bulk action is")
def get_run(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    actor.require_kind(Kind.TOKEN)
    return _run(runs.get_run(actor, public_id))


@running.post("/{public_id}/{verb}", response={200: RunOut, WRITE: Problem}, summary="Cancel or undo")
def do_run(
    request: HttpRequest,
    public_id: str,
    verb: Literal["cancel", "undo"],
    idempotency_key: IdempotencyKey = "",
) -> Any:
    """`cancel` ends it after the row in hand; `undo` takes back what can be, rows changed since are left."""
    act = {"cancel": runs.cancel, "undo": runs.start_undo}[verb]

    def effect() -> tuple[int, dict[str, Any]]:
        return 200, _run(act(actor=actor_of(request), now=clock.now(), public_id=public_id))

    return once(request, idempotency_key, verb, effect)
