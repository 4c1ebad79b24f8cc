"""What went wrong, once, in the reader's language: a page for people, problem+json for machines."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client

from guanxi.core import errors
from guanxi.core.errors import GuanxiError, Invalid, from_database
from tests.cast import Machine, Organisation, Staffer, Visitor

pytestmark = pytest.mark.django_db
KINDS = (
    errors.Invalid, errors.NotFound, errors.SignInNeeded, errors.Denied, errors.Conflict, errors.Throttled,
    errors.Unavailable,
)  # fmt: skip


def test_codes_and_statuses_are_distinct() -> None:
    assert len({one.code for one in KINDS}) == len(KINDS)
    assert [int(one.status) for one in KINDS] == [422, 404, 401, 403, 409, 429, 503]


def test_a_problem() -> None:
    problem = Invalid("because", fields={"text": "empty"}, code="empty").problem()
    assert problem == {
        "type": "urn:guanxi:problem:empty",
        "title": problem["title"],
        "status": 422,
        "code": "empty",
        "detail": "because",
        "fields": {"text": "empty"},
    }
    assert set(GuanxiError().problem()) == {"type", "title", "status", "code"}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationalError("database or disk is full"), "storage_full"),
        (OperationalError("could not extend file: No space left on device"), "storage_full"),
        (DataError("disk I/O error"), "storage_full"),
        (OperationalError("connection refused"), "unavailable"),
        (OperationalError("database is locked"), "unavailable"),
        (InterfaceError("connection already closed"), "unavailable"),
        (IntegrityError("UNIQUE constraint failed"), None),
        (DataError("value too long for type character varying(80)"), None),
    ],
)
def test_what_the_database_means(error: Any, code: str | None) -> None:
    known = from_database(error)
    assert (known.code if known else None) == code


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/cases", 401, "token_invalid"),
        ("get", "/api/v1/nothing", 404, "not_found"),
    ],
)
def test_machines_get_problem_json(
    visitor: Visitor, language: str, method: str, path: str, status: int, code: str
) -> None:
    response = getattr(visitor.client, method)(path, headers={"Accept-Language": language})
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Content-Language"] == language
    assert (response.json()["status"], response.json()["code"]) == (status, code)


def test_machines_with_a_token(token: Machine, visitor: Visitor, organisation: Organisation) -> None:
    def post(path: str, body: Any) -> Any:
        return visitor.client.post(path, body, content_type="application/json", headers=token.headers)

    missing = visitor.client.get("/api/v1/cases/GX-0000-0000-0000", headers=token.headers)
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    unreadable = post("/api/v1/cases", "{")
    assert unreadable.status_code in (400, 422)
    assert unreadable.headers["Content-Type"] == "application/problem+json"
    wrong = post("/api/v1/cases", {"text": "x", "contact": {"phone": 1}})
    assert wrong.status_code == 422
    assert any("phone" in name for name in wrong.json()["fields"])
    short = post("/api/v1/cases", {"text": "x", "contact": {"phone": "12"}})
    assert (short.status_code, set(short.json()["fields"])) == (422, {"phone"})


@pytest.mark.parametrize(
    "body", [b'{"text": "a\\u0000b"}', b'{"text": "\\ud800"}', b"\xff\xfe", b"[" * 5_000, b"null"]
)
def test_unreadable_bodies_are_no_crash(
    token: Machine, visitor: Visitor, organisation: Organisation, body: bytes
) -> None:
    response = visitor.client.post(
        "/api/v1/cases", body, content_type="application/json", headers=token.headers
    )
    assert response.status_code in (400, 422)
    assert response.headers["Content-Type"] == "application/problem+json"


@contextmanager
def database_says(words: str) -> Iterator[None]:
    """Every statement fails like this."""

    def fail(*_: Any) -> None:
        raise OperationalError(words)

    with connection.execute_wrapper(fail):
        yield


@pytest.mark.parametrize(
    ("words", "shown"),
    [("server closed the connection", "does not answer"), ("disk is full", "Storage is full")],
)
def test_people_get_a_clear_page(
    agent: Staffer, visitor: Visitor, token: Machine, words: str, shown: str
) -> None:
    agent.client.raise_request_exception = visitor.client.raise_request_exception = False
    form = {"text": "x", "phone": "13800138000", "key": "k"}
    with database_says(words):
        responses = [
            agent.client.get("/today/"),
            agent.client.get("/cases/"),
            visitor.client.post("/complain/", form),
            visitor.client.get("/api/v1/cases", headers=token.headers),
        ]
    assert [one.status_code for one in responses] == [503] * 4
    assert [shown in one.content.decode() for one in responses] == [True] * 4
    assert all(one.headers["Retry-After"] for one in responses)
    assert responses[3].headers["Content-Type"] == "application/problem+json"


def test_a_fault_of_our_own_says_so_and_no_more(agent: Staffer, monkeypatch: pytest.MonkeyPatch) -> None:
    from guanxi.cases import queries

    def broken(*_: Any) -> None:
        raise RuntimeError("secret inner words")

    monkeypatch.setattr(queries, "list_cases", broken)
    agent.client.raise_request_exception = False
    response = agent.client.get("/cases/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
    assert "secret inner words" not in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/nothing/", "/cases/GX-0/", "/customers/C-0/", "/c/forged/", "/work/W-0/take/"]
)
def test_what_is_not_there(agent: Staffer, path: str) -> None:
    response = agent.client.post(path) if "work" in path else agent.client.get(path)
    assert response.status_code == 404
    assert "<html" in response.content.decode()


def test_a_plain_client_without_language(organisation: Organisation) -> None:
    assert Client().get("/nothing/").headers["Content-Language"] == "zh-hans"
