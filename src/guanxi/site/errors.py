"""Expected errors as answers: a page for people, problem+json for machines. The one place where this is decided."""

import sys
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import PUBLIC, Kind
from guanxi.core.errors import Denied, GuanxiError, NotFound, SignInNeeded, from_database


class Broken(GuanxiError):
    """A fault of our own. It is in the log; the user is told so and loses nothing."""

    code = "broken"
    status = 500  # type: ignore[assignment]
    title = _("Something broke on our side")


class PageExpired(Denied):
    code = "page_expired"
    title = _("This page was open too long")


HINTS = {
    404: _(
        "A link in a message opens one case. When it has stopped working, ask for a new one on the first page."
    ),
    403: _("If you need this for your work, ask an administrator for the right."),
    409: _("Look at it again, then decide: nothing was changed by what you sent."),
    429: _("This keeps your account safe from guessing."),
    503: _("You can send the same again at any time: it counts once."),
}


def is_staff(request: HttpRequest) -> bool:
    actor = getattr(request, "actor", PUBLIC)
    return bool(actor.kind is Kind.STAFF)


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def answer(request: HttpRequest, error: GuanxiError) -> HttpResponse:
    """`error` as a page or as problem+json, in the user's language, with its own status."""
    if wants_json(request):
        response: HttpResponse = JsonResponse(
            error.problem(), status=error.status, content_type="application/problem+json"
        )
    else:
        if isinstance(error, SignInNeeded) and request.method in ("GET", "HEAD"):
            from django.contrib.auth.views import redirect_to_login

            return redirect_to_login(request.get_full_path())
        response = HttpResponse(_page(request, error), status=error.status)
    response.headers["Content-Language"] = get_language() or "en"
    response.headers["Cache-Control"] = "no-store"
    if int(error.status) in (409, 429, 503):
        response.headers["Retry-After"] = "5"
    return response


def _page(request: HttpRequest, error: GuanxiError) -> str:
    context: dict[str, Any] = {
        "status": int(error.status),
        "title": error.title,
        "text": error.detail or " ".join(str(words) for words in error.fields.values()),
        "back_url": "/today/" if is_staff(request) else "/",
        "form_url": _form_url(request),
        "staff": is_staff(request),
        "hint": HINTS.get(int(error.status), "") if error.code != PageExpired.code else "",
        "kept": _words_sent(request),
    }
    return render_to_string("gx/error.html", context, request=request)


def _form_url(request: HttpRequest) -> str:
    """Where the form stands that was sent, when the browser says so and it is ours; "" for a page that was only asked for."""
    came_from = request.headers.get("Referer", "")
    if request.method != "POST" or not url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}
    ):
        return ""
    return "/" + urlsplit(came_from).path.lstrip("/\\")  # never //another.host


def _words_sent(request: HttpRequest) -> str:
    """What somebody had written, when the form was read at all: shown again, so that nothing is lost."""
    posted = request.__dict__.get("_post")  # never parsed here: a broken body may be the very error
    words = str(posted.get("text") or posted.get("word") or "")[:10_000] if posted else ""
    return words.encode(errors="replace").decode()  # halves of characters may be the very error, too


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, NotFound(_("The address is wrong, or this is not yours to see.")))


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, Denied())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, GuanxiError(_("The request could not be read.")))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(
        request,
        PageExpired(_("Go back, reload the page and send again: what you wrote is kept in your browser.")),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Called inside the handling of an exception that nobody expected, also one raised by middleware."""
    error = sys.exc_info()[1]
    known = from_database(error) if isinstance(error, DatabaseError | InterfaceError) else None
    return answer(
        request,
        known or Broken(_("We have been told. Nothing you sent was left half-saved; please try again.")),
    )
