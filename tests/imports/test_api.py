"""Imports over the API: what the page does, with a token."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from guanxi.core.models import ApiToken
from guanxi.core.models.imports import ImportRun
from guanxi.people.models import Record
from tests.cast import Machine, Organisation, _token, nothing_happens, work_off
from tests.imports.conftest import RIGHTS
from tests.imports.files import CUSTOMERS, upload


@pytest.fixture
def machine(organisation: Organisation, now: datetime) -> Machine:
    return _token("gx_test_token_that_imports", RIGHTS, None, now)


def post(who: Machine, path: str, fields: dict[str, Any] | None = None, **headers: str) -> Any:
    return Client(headers={**who.headers, **headers}).post(f"/api/v1/imports{path}", fields or {})


def get(who: Machine, path: str = "") -> Any:
    return Client(headers=who.headers).get(f"/api/v1/imports{path}")


def test_in_one_request(machine: Machine) -> None:
    answer = post(machine, "", {"kind": "customers", "file": upload(CUSTOMERS), "then": "start"})
    assert answer.status_code == 201, answer.content
    run = answer.json()
    assert (run["state"], run["columns"], run["unsaid"]) == (
        "running",
        ["姓名", "手机", "邮箱", "会员号"],
        {},
    )
    work_off()
    run = get(machine, f"/{run['id']}").json()
    assert (run["state"], run["counts"]) == ("done", {"new": 3, "refused": 1})
    assert run["faults"] == [
        {"row": 5, "column": "手机", "words": "This telephone number is too short.", "level": "refused"}
    ]
    errors = b"".join(get(machine, f"/{run['id']}/errors.csv")).decode("utf-8-sig")
    assert errors.splitlines()[0] == "姓名,手机,邮箱,会员号,Row in the file,What is wrong,Refused or warned"
    assert post(machine, f"/{run['id']}/undo").status_code == 200
    work_off()
    assert get(machine, f"/{run['id']}").json()["state"] == "undone"
    assert Record.objects.count() == 0
    assert [one["id"] for one in get(machine).json()["items"]] == [run["id"]]


def test_step_by_step_with_a_mapping_by_name(machine: Machine) -> None:
    body = "a,b\nAnna Bell,anna@example.com\n"
    fields = {"kind": "customers", "file": upload(body), "mapping": json.dumps({"name": "A", "email": 1})}
    run = post(machine, "", {**fields, "options": json.dumps({"source": "crm"})}).json()
    assert (run["state"], run["mapping"]) == ("draft", {"name": 0, "email": 1})
    assert post(machine, f"/{run['id']}/check").json()["state"] == "checking"
    work_off()
    assert get(machine, f"/{run['id']}").json()["checked"] == {"new": 1}
    put = Client(headers=machine.headers).put(
        f"/api/v1/imports/{run['id']}/mapping", {"mapping": {"email": 0}}, content_type="application/json"
    )
    assert (put.status_code, put.json()["state"], put.json()["mapping"]) == (200, "draft", {"email": 0})
    answer = post(machine, f"/{run['id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "import_state")


def test_the_same_upload_under_one_key(machine: Machine) -> None:
    for _ in range(2):
        answer = post(
            machine, "", {"kind": "customers", "file": upload(CUSTOMERS)}, **{"Idempotency-Key": "k"}
        )
        assert answer.status_code == 201
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"mapping": "no json"}, "mapping"),
        ({"mapping": '{"name": "nowhere"}'}, "name"),
        ({"mapping": '{"nothing": 0}'}, "mapping"),
        ({"options": '{"match": "shoe size"}'}, "match"),
        ({"file": upload(b"")}, "file"),
    ],
)
def test_bad_input_is_named(machine: Machine, fields: dict[str, Any], field: str) -> None:
    answer = post(machine, "", {"kind": "customers", "file": upload(CUSTOMERS), **fields})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert ImportRun.objects.count() == 0
    assert Record.objects.count() == 0


def test_kinds(machine: Machine) -> None:
    found = {one["code"]: one for one in get(machine, "/kinds").json()["items"]}
    assert set(found) == {"customers", "identifiers", "consents", "orders", "messages"}
    assert found["customers"]["needs"] == [["phone", "email", "member"]]


def test_without_the_right(token: Machine, machine: Machine) -> None:
    run = post(machine, "", {"kind": "customers", "file": upload(CUSTOMERS)}).json()
    with nothing_happens():
        assert post(token, "", {"kind": "customers", "file": upload(CUSTOMERS)}).status_code == 403
        for path in ("", "/kinds", f"/{run['id']}", f"/{run['id']}/errors.csv"):
            assert get(token, path).status_code == 403
        assert post(token, f"/{run['id']}/start").status_code == 403


def test_a_revoked_token_stops_its_import(machine: Machine, now: datetime) -> None:
    run = post(machine, "", {"kind": "customers", "file": upload(CUSTOMERS), "then": "start"}).json()
    ApiToken.objects.update(revoked=now)
    work_off()
    stopped = ImportRun.objects.get(public_id=run["id"])
    assert (stopped.state, stopped.reason) == ("stopped", "left")
    assert Record.objects.count() == 0
