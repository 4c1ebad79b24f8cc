"""Files over the API: upload first, then name the file where it belongs; read and download what hangs on visible subjects."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File as Part
from ninja import Router, Schema, Status
from ninja.files import UploadedFile

from guanxi.core import clock, files
from guanxi.core.access import Kind
from guanxi.core.api import READ, WRITE, IdempotencyKey, Problem, actor_of, once
from guanxi.core.errors import Invalid
from guanxi.core.files import actions, serve
from guanxi.core.files.kinds import BY_CODE
from guanxi.core.models.files import File

router = Router(tags=["files"])
BINARY = {"type": "string", "format": "binary"}


class FileOut(Schema):
    """`scan`: waiting, clean, infected or none (the house has no scanner). Infected and waiting ones are not handed out."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    scan: str
    created: datetime


def out(file: File) -> dict[str, Any]:
    return {
        "id": file.public_id,
        "name": file.name,
        "media_type": BY_CODE[file.kind].media_type,
        "size": file.size,
        "sha256": file.digest,
        "scan": file.scan,
        "created": file.created.isoformat(),
    }


@router.post("", response={201: FileOut, WRITE: Problem}, summary="Upload a file")
def upload(request: HttpRequest, file: Part[UploadedFile], idempotency_key: IdempotencyKey = "") -> Any:
    """One file, as `multipart/form-data`. Its `id` goes into `files` of the request it belongs to, within a day."""
    actor = actor_of(request)
    actor.require("cases.view")
    actor.require_kind(Kind.TOKEN)
    given = files.receive([file], field="file")
    if not given:
        raise Invalid(fields={"file": _("Choose a file with a name.")}, code="files")
    stored = given.stored[0]

    def effect() -> tuple[int, dict[str, Any]]:
        return 201, out(actions.upload(actor=actor, now=clock.now(), stored=stored))

    return once(request, idempotency_key, given.fingerprint(), effect)


@router.get("/{public_id}", response={200: FileOut, READ: Problem}, summary="What a file is")
def get_file(request: HttpRequest, public_id: str) -> Any:
    return out(files.get(actor_of(request), public_id))


@router.get(
    "/{public_id}/content",
    response={200: bytes, READ | {409}: Problem},
    summary="Download a file",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {"schema": BINARY}}}}},
)
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The file itself; 409 while it is being checked for viruses or when one was found."""
    return serve.content(request, files.get(actor_of(request), public_id))


@router.delete("/{public_id}", response={204: None, WRITE: Problem}, summary="Erase a file for good")
def erase(request: HttpRequest, public_id: str) -> Any:
    actions.erase(actor=actor_of(request), now=clock.now(), public_id=public_id)
    return Status(204, None)
