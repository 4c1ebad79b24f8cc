"""Between the server and the edges: errors mapped once, the language, the actor."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from guanxi.core import recall
from guanxi.core.errors import GuanxiError, from_database
from guanxi.core.http import is_text
from guanxi.core.notices.queries import pulse
from guanxi.site.actors import MACHINES, actor_of
from guanxi.site.errors import answer

Next = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger("guanxi.web")


class Errors:
    """Expected errors of a view become a clear answer. What middleware raises goes to `errors.server_error`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _told(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, GuanxiError):
            return answer(request, error)
        if isinstance(error, DatabaseError | InterfaceError) and (known := from_database(error)):
            log.error("database", kind=type(error).__name__, code=known.code)
            return answer(request, known)
        return None


def _told(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Say to form.js where a form leads instead of leading it there: following would use up what the next page shows once."""
    if "X-Gx-Form" not in request.headers or response.status_code not in (302, 303):
        return response
    told = HttpResponse(status=200, headers={"X-Gx-Location": response.headers["Location"]})
    told.cookies = response.cookies
    told.headers["Cache-Control"] = "no-store"
    return told


class Language:
    """`?lang=` once, then the cookie, then the browser; English or simplified Chinese."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.GET.get("lang", "")
        known = {code for code, _ in settings.LANGUAGES}
        language = asked if asked in known else translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # Django's own convention
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if asked in known:
            self._remember(response, asked)
        return response

    def _remember(self, response: HttpResponseBase, language: str) -> None:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.SECURE,
            httponly=True,
        )


class Readable:
    """Refuses text that no database can keep, in the address, the query, a form or a cookie."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not all(is_text(text) for text in self._texts(request)):
            return answer(request, GuanxiError(translation.gettext("The request could not be read.")))
        return self.get_response(request)

    def _texts(self, request: HttpRequest) -> Iterator[str]:
        yield request.path
        yield from request.COOKIES.values()
        for sent in (request.GET, {} if request.path.startswith("/api/") else request.POST):
            for name, values in dict(sent).items():
                yield from (name, *values)


class Actors:
    """Says who asks: a signed-in member of staff, a signed-in customer, an API token, or a visitor."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with recall.page():
            return self.get_response(request)


class Stream:
    """Notes how far the stream is sealed before a page reads anything, so that nothing sealed while it is drawn is missed.

    Read afterwards it would cover events which the page does not show yet and would then never hear of.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._is_page(request):
            with suppress(DatabaseError, InterfaceError):  # the view meets it, and says so
                request.pulse = pulse(request.actor)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _is_page(self, request: HttpRequest) -> bool:
        """A piece of a page is of one that listens already."""
        is_piece = "HX-Request" in request.headers
        return request.method == "GET" and not is_piece and not request.path.startswith(MACHINES)
