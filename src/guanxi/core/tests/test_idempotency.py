"""The same request twice: one effect, one answer; another one under the same key is refused."""

import threading
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from guanxi.cases.models import Case
from guanxi.core import idempotency, retention
from guanxi.core.access import system
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.idempotency import Answer, once
from guanxi.core.models import IdempotencyKey, Unit
from tests.cast import Machine, Organisation, Visitor, in_threads, nothing_happens

pytestmark = pytest.mark.django_db
BODY = {"text": "包裹破了", "contact": {"email": "chen@post.example"}, "language": "zh-hans"}


def post(client: Client, machine: Machine, key: str, body: Any = None) -> Any:
    headers = {**machine.headers, **({"Idempotency-Key": key} if key else {})}
    return client.post("/api/v1/cases", body or BODY, content_type="application/json", headers=headers)


def test_the_same_again_gives_the_same(token: Machine, visitor: Visitor) -> None:
    first = post(visitor.client, token, "k1")
    with nothing_happens():
        again = post(visitor.client, token, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert Case.objects.count() == 1


def test_without_a_key_each_counts(token: Machine, visitor: Visitor) -> None:
    assert [post(visitor.client, token, "").status_code for _ in range(2)] == [201, 201]
    assert Case.objects.count() == 2


def test_another_body_under_the_key(token: Machine, visitor: Visitor) -> None:
    post(visitor.client, token, "k1")
    with nothing_happens():
        refused = post(visitor.client, token, "k1", {**BODY, "text": "别的"})
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


def test_keys_of_strangers_never_meet(token: Machine, visitor: Visitor, now: datetime) -> None:
    for owner in ("token:A", "token:B"):
        once(owner=owner, key="k", request=1, now=now, effect=partial(Answer, 200, owner))
    stored = IdempotencyKey.objects.order_by("owner").values_list("owner", "body")
    assert list(stored) == [("token:A", "token:A"), ("token:B", "token:B")]


def test_a_refused_request_leaves_no_key(token: Machine, visitor: Visitor) -> None:
    with nothing_happens():
        refused = post(visitor.client, token, "k1", {**BODY, "text": " "})
    assert refused.status_code == 422
    assert post(visitor.client, token, "k1").status_code == 201


def test_too_long_a_key(token: Machine, visitor: Visitor, now: datetime) -> None:
    with nothing_happens():
        assert post(visitor.client, token, "k" * 101).status_code == 422
        with pytest.raises(Invalid):
            once(owner="x", key="k" * 101, request=1, now=now, effect=lambda: Answer(200, {}))


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_one(token: Machine, organisation: Organisation) -> None:
    done = in_threads(50, lambda _: post(Client(), token, "k1"))
    assert not [one for one in done if isinstance(one, Exception)]
    assert {one.status_code for one in done if not isinstance(one, Exception)} == {201}
    assert len({one.content for one in done if not isinstance(one, Exception)}) == 1
    assert (Case.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_in_flight(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """PostgreSQL tells the second one after a while; on SQLite it waits for the one writer there is."""
    monkeypatch.setattr(idempotency, "WAIT_MS", 100)
    inside, leave = threading.Event(), threading.Event()

    def slow() -> Answer:
        Unit.objects.create(code="slow", kind="team", path="/1/")
        inside.set()
        leave.wait(10)
        return Answer(200, "first")

    def ask(number: int) -> Answer:
        if number == 0:
            return once(owner="x", key="k", request=1, now=now, effect=slow)
        inside.wait(10)
        if connection.vendor == "sqlite":
            leave.set()
        try:
            return once(owner="x", key="k", request=1, now=now, effect=lambda: Answer(200, "second"))
        finally:
            leave.set()

    first, second = in_threads(2, ask)
    assert isinstance(first, Answer)
    assert first.body == "first"
    if connection.vendor == "postgresql":
        assert isinstance(second, Conflict)
        assert second.code == "in_flight"
    else:
        assert isinstance(second, Answer)
        assert (second.body, second.replayed) == ("first", True)
    assert Unit.objects.count() == 1


def test_old_answers_are_forgotten(now: datetime) -> None:
    for days in (0, 6, 8):
        once(
            owner="x",
            key=str(days),
            request=1,
            now=now - timedelta(days=days),
            effect=lambda: Answer(200, {}),
        )
    assert retention.sweep(actor=system("clock"), now=now, only="idempotency") == {"idempotency": 1}
    assert IdempotencyKey.objects.count() == 2
