"""The frame around the API: its own short way past the pages' middleware, headers, entity tags, limits.

Requests under /api/ read no session, form or cookie, so `Fork` sends them straight to `Join` at the end of the list, through
`settings.API_MIDDLEWARE` instead of what stands between. Pages do not notice.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from guanxi.core import options
from guanxi.core.access import PUBLIC, Actor, Kind
from guanxi.core.errors import Throttled
from guanxi.core.http import address_of as address_of
from guanxi.core.limits import Buckets, Standing
from guanxi.site.errors import answer

Next = Callable[[HttpRequest], HttpResponseBase]
API = "/api/"
FAILURES_PER_MINUTE = 30
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Vary": "Authorization, Accept-Language, Cookie",
}
# For a client's own cache only, and never without asking again.
CACHED = "private, no-cache"
_TAGS = re.compile(r'(?:W/)?"[^"]*"')


class Join:
    """Where the API's way meets the pages' again. Middleware is made from the end, so the fork finds its join made."""

    made: ClassVar[Next | None] = None

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        type(self).made = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)


class Fork:
    """Pages go on; requests of the API take `settings.API_MIDDLEWARE` and go to `Join`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        if Join.made is None:
            raise RuntimeError("MIDDLEWARE has a Fork without a Join behind it")
        self.api = Join.made
        for path in reversed(settings.API_MIDDLEWARE):
            guarded: Any = convert_exception_to_response(import_string(path)(self.api))
            self.api = guarded

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.api(request) if request.path.startswith(API) else self.get_response(request)


class Frame:
    """Headers of every answer of the API, and its entity tag: `304` where the caller has it already."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse):
            response = _tagged(request, response)
            response.headers["Content-Length"] = str(len(response.content))
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its tag: strong `"version-digest"` where the thing has a version, else weak over what is shown."""
    if request.method != "GET" or response.status_code != 200:
        return response
    digest = hashlib.sha256(response.content).hexdigest()[:16]
    version = response.headers.get("ETag", "").strip('"')
    own = f'"{version}-{digest}"' if version else f'W/"{digest}"'
    response.headers["ETag"] = own
    response.headers["Cache-Control"] = CACHED
    seen = request.headers.get("If-None-Match", "")
    if seen.strip() != "*" and own.removeprefix("W/") not in {
        one.removeprefix("W/") for one in _TAGS.findall(seen)
    }:
        return response
    unchanged = HttpResponse(status=304)
    del unchanged.headers["Content-Type"]
    for name in ("ETag", "Cache-Control", "Content-Language"):
        if name in response.headers:
            unchanged.headers[name] = response.headers[name]
    return unchanged


class Limits:
    """`RateLimit-*` on every answer to a token; 429 beyond it. Failed sign-ins are counted by address: whoever tries
    tokens is slowed down, whoever has a valid one is never held up by them."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.tokens = Buckets(settings.API_PER_MINUTE)
        self.failures = Buckets(FAILURES_PER_MINUTE if settings.API_PER_MINUTE else 0)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor: Actor = getattr(request, "actor", PUBLIC)
        if actor.kind is not Kind.TOKEN:
            return self._unknown(request)
        per_minute = options.number("limits.api_per_minute")
        if (
            per_minute != self.tokens.limit
        ):  # somebody has set another one: everybody begins with a full bucket
            self.tokens = Buckets(per_minute)
        standing = self.tokens.take(actor.id)
        if standing is not None and not standing.allowed:
            return _refused(request, standing)
        response = self.get_response(request)
        if standing is not None:
            _tell(response, standing)
        return response

    def _unknown(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 401:
            return response
        standing = self.failures.take(address_of(request))
        return response if standing is None or standing.allowed else _refused(request, standing)


def _refused(request: HttpRequest, standing: Standing) -> HttpResponse:
    words = _("Please wait %(seconds)s s, then go on.") % {"seconds": standing.retry_s}
    response = answer(request, Throttled(words))
    _tell(response, standing)
    response.headers["Retry-After"] = str(standing.retry_s)
    return response


def _tell(response: HttpResponseBase, standing: Standing) -> None:
    response.headers["RateLimit-Limit"] = str(standing.limit)
    response.headers["RateLimit-Remaining"] = str(standing.remaining)
    response.headers["RateLimit-Reset"] = str(standing.reset_s)
