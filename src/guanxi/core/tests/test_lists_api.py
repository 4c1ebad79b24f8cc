"""Exports and bulk actions over the API: begun, done by the worker, read, downloaded, undone."""

import csv
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guanxi.core.models import BulkRun, Export
from tests.cast import Machine, Staffer, case_of, complain, nothing_happens, work_off


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.GUANXI_HOME = tmp_path


def _post(client: Client, path: str, body: dict[str, Any], machine: Machine, **headers: str) -> Any:
    return client.post(
        f"/api/v1/{path}", body, content_type="application/json", headers={**machine.headers, **headers}
    )


def test_an_export_from_start_to_file(token: Machine, now: datetime, client: Client) -> None:
    case = complain(now).case
    body = {"list": "cases", "query": "columns=number,opened&sort=number"}
    started = _post(client, "exports", body, token, **{"Idempotency-Key": "k1"})
    again = _post(client, "exports", body, token, **{"Idempotency-Key": "k1"})
    assert (started.status_code, started.json()) == (202, again.json())
    public_id = started.json()["id"]
    assert client.get(f"/api/v1/exports/{public_id}/file", headers=token.headers).status_code == 410
    work_off()
    seen = client.get(f"/api/v1/exports/{public_id}", headers=token.headers).json()
    assert (seen["state"], seen["rows"], seen["path"]) == ("ready", 1, f"/api/v1/exports/{public_id}/file")
    answer: Any = client.get(seen["path"], headers=token.headers)
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[1] == [case.number, "2026-03-03T10:00:00+08:00"]
    gone = client.delete(f"/api/v1/exports/{public_id}", headers=token.headers)
    assert gone.json()["state"] == "expired"
    assert Export.objects.count() == 1


def test_another_token_sees_nothing_of_it(
    token: Machine, west_token: Machine, agent: Staffer, now: datetime, client: Client
) -> None:
    complain(now)
    public_id = _post(client, "exports", {"list": "cases"}, token).json()["id"]
    with nothing_happens():
        for path in (f"exports/{public_id}", f"exports/{public_id}/file"):
            assert client.get(f"/api/v1/{path}", headers=west_token.headers).status_code == 404
        assert client.delete(f"/api/v1/exports/{public_id}", headers=west_token.headers).status_code == 404
        assert agent.client.get("/lists/exports/").text.count(public_id) == 0


def test_many_rows_at_once_and_back(token: Machine, now: datetime, client: Client) -> None:
    cases = [complain(now).case, complain(now, "另一件").case]
    body = {"keys": [case.number for case in cases], "values": {"team": "west-front"}}
    started = _post(client, "lists/cases/bulk/move", body, token)
    assert (started.status_code, started.json()["expected"]) == (202, 2)
    work_off()
    path = f"/api/v1/runs/{started.json()['id']}"
    seen = client.get(path, headers=token.headers).json()
    assert (seen["state"], seen["done"], seen["undoable"], seen["not_done"]) == ("finished", 2, True, [])
    assert {case_of(case.number).team.unit.code for case in cases} == {"west-front"}
    assert _post(client, f"runs/{started.json()['id']}/undo", {}, token).json()["state"] == "undoing"
    work_off()
    assert client.get(path, headers=token.headers).json()["undone"] == 2
    assert {case_of(case.number).team.unit.code for case in cases} == {"front"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"values": {"text": "x"}}, 422),
        ({"all": True, "query": "state=nonsense", "values": {"text": "x"}}, 422),
        ({"all": True, "query": "state=recorded"}, 422),
        ({"all": True, "query": "state=recorded", "values": {"text": "x"}, "expected": 0}, 409),
        ({"keys": ["k"] * 10_001, "values": {"text": "x"}}, 422),
    ],
)
def test_what_cannot_be_begun(
    token: Machine, now: datetime, client: Client, body: dict[str, Any], status: int
) -> None:
    complain(now)
    with nothing_happens():
        answer = _post(client, "lists/cases/bulk/answer", body, token)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert BulkRun.objects.count() == 0
