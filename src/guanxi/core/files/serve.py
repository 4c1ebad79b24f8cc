"""Handing a file out: never run, never guessed, never kept by a proxy. Edges call this after `reach.get`."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from guanxi.core.errors import NotFound
from guanxi.core.files import reach, store
from guanxi.core.files.kinds import BY_CODE
from guanxi.core.models.files import File

# Even if a browser took it for a page, it could do nothing.
POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",  # kept, but asked for again: the right to see it may be gone
}


def content(request: HttpRequest, file: File) -> HttpResponseBase:
    """The file itself: pictures in the browser, everything else as a download. Raises `Conflict` while it may not leave."""
    reach.require_servable(file)
    kind = BY_CODE[file.kind]
    name = content_disposition_header(not kind.shown, file.name) or "attachment"
    return _answer(request, file.digest, kind.media_type, name)


def preview(request: HttpRequest, file: File) -> HttpResponseBase:
    """The small picture. Raises `NotFound` where there is none."""
    reach.require_servable(file)
    if file.preview != File.Preview.READY:
        raise NotFound
    return _answer(request, file.preview_digest, "image/webp", "inline")


def _answer(request: HttpRequest, digest: str, media_type: str, disposition: str) -> HttpResponseBase:
    tag = f'"{digest[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return _safe(HttpResponseNotModified(), tag)
    try:
        opened = store.path_of(digest).open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(opened, content_type=media_type)
    response.headers["Content-Disposition"] = disposition
    return _safe(response, tag)


def _safe(response: Any, tag: str) -> HttpResponseBase:
    for name, value in {**HEADERS, "ETag": tag}.items():
        response.headers[name] = value
    found: HttpResponse = response
    return found
