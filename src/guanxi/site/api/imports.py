"""Imports over the API: what the page does, step by step or in one request."""

import json
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from guanxi.core import clock, keyset
from guanxi.core.api import PAGE, READ, WRITE, Cursor, IdempotencyKey, Limit, Problem, actor_of
from guanxi.core.errors import Denied, Invalid, NotFound
from guanxi.core.imports import actions, kinds, limits, queries, show
from guanxi.core.imports.words import RIGHT
from guanxi.core.models.imports import ImportRun
from guanxi.core.words import say
from guanxi.site.imports import errors_response

router = Router(tags=["imports"])
FAULTS_SHOWN = 50
Verb = Literal["check", "start", "cancel", "resume", "undo"]
VERBS = {
    "check": actions.start_check,
    "start": actions.start,
    "cancel": actions.cancel,
    "resume": actions.resume,
    "undo": actions.start_undo,
}


class FieldOut(Schema):
    code: str
    title: str
    type: str


class KindOut(Schema):
    """`needs`: of each group at least one field must have a column."""

    code: str
    title: str
    fields: list[FieldOut]
    needs: list[list[str]]
    options: dict[str, str]


class KindsOut(Schema):
    items: list[KindOut]


class FaultOut(Schema):
    """`row` counts as a spreadsheet does; `column` is the header's name, "" for the row as a whole."""

    row: int
    column: str
    words: str
    level: Literal["refused", "warned"]


class ImportOut(Schema):
    """`mapping` is {field: column, from 0}; `dates` is {column: ymd, dmy, mdy or "?" where it must be said}.

    `unsaid` is what still has to be said before it can start. `counts`: new, recognised, doubt, update, unchanged,
    refused, warned, taken_back, kept; `checked` the same of the dry run. `faults` are the first ones.
    """

    id: str
    kind: str
    name: str
    state: str
    reason: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    columns: list[str]
    mapping: dict[str, int]
    dates: dict[str, str]
    options: dict[str, str]
    unsaid: dict[str, str]
    row: int
    total: int
    counts: dict[str, int]
    checked: dict[str, int]
    faults: list[FaultOut]
    same_as: str | None


class ImportShort(Schema):
    id: str
    kind: str
    name: str
    state: str
    created: datetime
    counts: dict[str, int]


class ImportsOut(Schema):
    items: list[ImportShort]
    next: str


class MappingIn(Schema):
    """What is left out stays as it was proposed."""

    mapping: dict[str, int] | None = None
    dates: dict[str, Literal["ymd", "dmy", "mdy"]] = Field(default_factory=dict)
    options: dict[str, str] = Field(default_factory=dict)


def _counts(found: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in found.items() if type(count) is int}


def _short(run: ImportRun) -> dict[str, Any]:
    return {
        "id": run.public_id,
        "kind": run.kind,
        "name": run.name,
        "state": run.state,
        "created": run.created,
        "counts": _counts(run.counts),
    }


def _out(actor: Any, run: ImportRun) -> dict[str, Any]:
    waiting = run.state in ("draft", "checked")
    same = queries.same_file(run) if waiting else None
    return _short(run) | {
        "reason": say(f"import.reason.{run.reason}") if run.reason else "",
        "started": run.started,
        "finished": run.finished,
        "columns": run.layout.get("columns", []),
        "mapping": run.settings.get("mapping", {}),
        "dates": run.settings.get("dates", {}),
        "options": run.settings.get("options", {}),
        "unsaid": actions.problems(run) if waiting else {},
        "row": run.row,
        "total": run.total,
        "checked": _counts(run.checked),
        "faults": [
            {"row": one.row, "column": one.column, "words": one.words, "level": one.level}
            for one in show.told(run, limit=FAULTS_SHOWN)
        ],
        "same_as": same.public_id if same else None,
    }


@router.get("/kinds", response={200: KindsOut, READ: Problem}, summary="What this token may import")
def list_kinds(request: HttpRequest) -> Any:
    actor = actor_of(request)
    actor.require(RIGHT)
    return {
        "items": [
            {
                "code": kind.code,
                "title": str(kind.title),
                "fields": [
                    {"code": one.code, "title": str(one.title), "type": one.type.code} for one in kind.fields
                ],
                "needs": [list(group) for group in kind.needs],
                "options": {one.code: one.default for one in kind.options},
            }
            for kind in kinds.allowed(actor)
        ]
    }


@router.post("", response={201: ImportOut, WRITE: Problem}, summary="Upload a file to import")
def upload(
    request: HttpRequest,
    file: File[UploadedFile],
    kind: Form[str],
    mapping: Form[str] = "",
    options: Form[str] = "",
    then: Form[Literal["wait", "check", "start"]] = "wait",
    idempotency_key: IdempotencyKey = "",
) -> Any:
    """One file as `multipart/form-data`: CSV, TSV or XLSX. A mapping is proposed from headers and values.

    `mapping` ({field: column, from 0, or the header's name}) and `options` are JSON objects and replace the proposal.
    `then` says whether to try it, or to bring it in, at once.
    """
    actor = actor_of(request)
    actor.require(RIGHT)
    if file.size and file.size > limits.FILE_BYTES_MAX:
        most = limits.FILE_BYTES_MAX // 2**20
        raise Invalid(fields={"file": say("import.file.too_large", {"most": most})})
    said, chosen = _object(mapping, "mapping"), _object(options, "options")
    run = actions.receive_once(
        actor=actor,
        now=clock.now(),
        key=idempotency_key,
        kind=kind[:30],
        name=file.name or "",
        chunks=file.chunks(2**20),
    )
    if run.state == ImportRun.State.DRAFT:
        try:
            run = _prepare(actor, run, said, chosen, then)
        except Invalid:
            actions.drop(actor=actor, now=clock.now(), public_id=run.public_id)
            raise
    return Status(201, _out(actor, run))


def _prepare(
    actor: Any, run: ImportRun, said: dict[str, Any], chosen: dict[str, Any], then: str
) -> ImportRun:
    now = clock.now()
    if said or chosen:
        more: dict[str, Any] = {"options": {name: str(value) for name, value in chosen.items()}}
        if said:
            more["mapping"] = actions.mapping_by_name(run, said)
        run = actions.choose(actor=actor, now=now, public_id=run.public_id, chosen=more)
    if then in ("check", "start"):
        run = VERBS[then](actor=actor, now=now, public_id=run.public_id)
    return run


def _object(text: str, field: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(fields={field: _("A JSON object is expected.")})
    return found


@router.get("", response={200: ImportsOut, READ: Problem}, summary="Imports, newest first")
def list_imports(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE) -> Any:
    actor = actor_of(request)
    actor.require(RIGHT)
    shown = keyset.cut(queries.list_runs(actor), "created", after, size=limit)
    return {"items": [_short(run) for run in shown.rows], "next": shown.next_cursor}


@router.get("/{public_id}", response={200: ImportOut, READ: Problem}, summary="One import")
def get_import(request: HttpRequest, public_id: str) -> Any:
    """How far it is and what became of its rows."""
    actor = actor_of(request)
    actor.require(RIGHT)
    return _out(actor, queries.get_run(actor, public_id))


@router.put(
    "/{public_id}/mapping", response={200: ImportOut, WRITE: Problem}, summary="Say what columns mean"
)
def choose(request: HttpRequest, public_id: str, body: MappingIn) -> Any:
    """A dry run made before is void."""
    actor = actor_of(request)
    actor.require(RIGHT)
    chosen = {name: value for name, value in body.dict().items() if value is not None}
    return _out(actor, actions.choose(actor=actor, now=clock.now(), public_id=public_id, chosen=chosen))


@router.get(
    "/{public_id}/errors.csv",
    response={200: bytes, READ: Problem},
    summary="Rows that were refused or warned of",
    openapi_extra={
        "responses": {200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
def errors(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Each row as it was, with its number and the reason in the language of `Accept-Language`."""
    actor = actor_of(request)
    actor.require(RIGHT)
    run = queries.get_run(actor, public_id)
    if not queries.may_read_cells(actor, run):
        raise Denied
    if not queries.has_file(run):
        raise NotFound(say("import.reason.forgotten"))
    return errors_response(run)


@router.post("/{public_id}/{verb}", response={200: ImportOut, WRITE: Problem}, summary="Next step")
def act(request: HttpRequest, public_id: str, verb: Verb) -> Any:
    """`check` tries it without writing, `start` brings it in, `cancel`, `resume`, `undo`. Sent twice it acts once."""
    actor = actor_of(request)
    actor.require(RIGHT)
    return _out(actor, VERBS[verb](actor=actor, now=clock.now(), public_id=public_id))
