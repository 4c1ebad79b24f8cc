"""The generated client against the WSGI application, inside the test's transaction."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries
from guanxi_client import Answer, Guanxi

from guanxi.core import tokens
from guanxi.core.models import Role
from tests.cast import SEES, SYSTEM, Hire, Staffer

RIGHTS = {
    "trade.orders": "all",
    "trade.fulfil": "all",
    **SEES,
    "cases.handle": "all",
    "work.view": "team",
    "work.take": "team",
    "channels.outbox": "all",
    "api.tokens.own": "own",
    "api.webhooks.own": "own",
}
Connect = Callable[..., Guanxi]


def by_wsgi(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """The client's transport: the application itself, called as a server calls it."""
    from guanxi.site.wsgi import application

    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path.encode().decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body or b""),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body or b"")),
        **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()},
    }
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    said: list[Any] = []

    def start_response(status: str, sent: list[tuple[str, str]], exc_info: Any = None) -> Any:
        said[:] = [int(status[:3]), dict(sent)]
        return lambda _: None

    result = application(environ, start_response)
    content = b"".join(result)
    result.close()
    return Answer(said[0], said[1], content)


@pytest.fixture(autouse=True)
def _one_transaction(db: None) -> Iterator[None]:
    """Requests here are part of the test's transaction: their end must not close its connection."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    request_started.disconnect(reset_queries)
    yield
    request_started.connect(reset_queries)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def owner(hire: Hire, settings: Any) -> Staffer:
    """Whoever answers for the token: a seat in the front team."""
    settings.ALLOWED_HOSTS = ["testserver"]
    Role.objects.create(code="integrator", rights=RIGHTS)
    return hire("owner", "integrator", "front", seat="front")


@pytest.fixture
def connect(owner: Staffer, now: datetime) -> Connect:
    """`connect(**rights)` gives a client with a token of the owner; without rights, all the owner has."""

    def make(rights: Mapping[str, str] | None = None) -> Guanxi:
        _, secret = tokens.issue_token(
            actor=SYSTEM, now=now, name="bot", rights=dict(rights or RIGHTS), owner=owner.user,
            expires=now + timedelta(days=90),
        )  # fmt: skip
        return Guanxi("http://testserver", secret, transport=by_wsgi, sleep=lambda _s: None)

    return make


@pytest.fixture
def crm(connect: Connect) -> Guanxi:
    return connect()
