"""Seats of the stage: three people in one browser, each below a path of their own and with a session of their own.

`/stage/as/buyer/my/orders/` is `/my/orders/` as whoever sits there: the seat's session lies in a cookie that the browser sends
below that path alone, so everything an ordinary page does - actor, forms, live stream - holds as it is. The page's own session
is not seen there. Who sits down is decided by `take`, which only the stage calls, only for people of the sample world.
"""

from collections.abc import Callable

from csp.constants import SELF
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, set_script_prefix

from guanxi.core.errors import NotFound
from guanxi.core.models import User
from guanxi.core.sessions import SessionStore
from guanxi.people.models import Record
from guanxi.site.actors import CUSTOMER_SESSION

BUYER, SELLER, DESK = SEATS = ("buyer", "seller", "desk")
PREFIX = "/stage/as/"
AGE_S = 12 * 3600
_CLOSED = ("/stage/", "/api/", "/accounts/", "/settings/", "/static/", "/metrics")
"""What no seat leads to: the stage itself, machines, and where passwords, rights or sample data are changed."""
_BACKEND = "guanxi.core.sessions.Backend"
Next = Callable[[HttpRequest], HttpResponseBase]


def path_of(seat: str) -> str:
    """Where the addresses of a seat begin, without a slash at the end."""
    return f"{PREFIX}{seat}"


def cookie_of(seat: str) -> str:
    return f"gx_stage_{seat}"


class Seats:
    """Middleware, outside of the sessions: what lies below a seat's path is asked for by whoever sits there."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        seat, inner = _seat_of(request.path_info)
        if not settings.DEMO or not seat or inner.startswith(_CLOSED):
            return self.get_response(request)
        before = get_script_prefix()
        _move(request, seat, inner)
        try:
            response = self.get_response(request)
        finally:
            set_script_prefix(before)
        return _framed(response, seat)


def _seat_of(path: str) -> tuple[str, str]:
    """(seat, path inside it); ("", "") where it is none."""
    if not path.startswith(PREFIX):
        return "", ""
    seat, _, inner = path.removeprefix(PREFIX).partition("/")
    return (seat, f"/{inner}") if seat in SEATS else ("", "")


def _move(request: HttpRequest, seat: str, inner: str) -> None:
    """The request as it would be at the house's root, with the seat's own session and no other."""
    request.path_info = inner
    request.META["SCRIPT_NAME"] = path_of(seat)
    request.META["PATH_INFO"] = inner
    set_script_prefix(f"{path_of(seat)}/")
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    if key := request.COOKIES.get(cookie_of(seat)):
        request.COOKIES[settings.SESSION_COOKIE_NAME] = key


def _framed(response: HttpResponseBase, seat: str) -> HttpResponseBase:
    """The stage alone may show it in a frame; a changed session stays the seat's."""
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    changed = response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
    if changed is not None:
        _put(response, seat, changed.value)
    return response


def _put(response: HttpResponseBase, seat: str, key: str) -> None:
    response.set_cookie(
        cookie_of(seat),
        key,
        max_age=AGE_S if key else 0,
        path=f"{path_of(seat)}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def take(response: HttpResponseBase, seat: str, who: User | Record) -> None:
    """Let somebody of the sample world sit down: the browser gets the seat's session. Raises `NotFound` for anybody else."""
    if not settings.DEMO or not who.sample:
        raise NotFound
    session = SessionStore()
    if isinstance(who, User):
        session[SESSION_KEY] = str(who.pk)
        session[BACKEND_SESSION_KEY] = _BACKEND
        session[HASH_SESSION_KEY] = who.get_session_auth_hash()
    else:
        session[CUSTOMER_SESSION] = who.id
    session.set_expiry(AGE_S)
    session.create()
    _put(response, seat, session.session_key or "")
