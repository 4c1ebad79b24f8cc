"""The pages of importing: upload, columns, trying, running, result, undoing."""

from typing import Any

import pytest
from django.test import Client

from guanxi.core import staff
from guanxi.core.models import User
from guanxi.core.models.imports import ImportMapping, ImportPart, ImportRun
from guanxi.people.models import Record
from tests.cast import SYSTEM, Staffer, nothing_happens, work_off
from tests.imports.files import CUSTOMERS, upload, workbook


def bring(client: Client, body: str | bytes = CUSTOMERS, name: str = "customers.csv", **fields: str) -> Any:
    return client.post("/imports/new/", {"kind": "customers", "file": upload(body, name), **fields})


def run_of(answer: Any) -> ImportRun:
    assert answer.status_code == 303, answer.content.decode()
    return ImportRun.objects.get(public_id=answer.headers["Location"].split("/")[2])


def chosen(run: ImportRun, **more: str) -> dict[str, str]:
    """The form as the browser would send it."""
    fields = {f"c{place}": code for code, place in run.settings["mapping"].items()}
    return fields | {f"o_{code}": value for code, value in run.settings["options"].items()} | more


def test_from_upload_to_result_and_back(keeper: Staffer) -> None:
    client = keeper.client
    assert "before anything is written" in client.get("/imports/").content.decode()
    assert client.get("/imports/new/").status_code == 200
    run = run_of(bring(client, key="k1"))
    page = client.get(f"/imports/{run.public_id}/").content.decode()
    assert "欧阳晓雯" in page
    assert "+86 139 5801 6608" in page or "139 5801 6608" in page
    assert "This telephone number is too short." in page
    answer = client.post(f"/imports/{run.public_id}/map/", chosen(run, then="check"))
    assert answer.status_code == 303
    assert "writing nothing" in client.get(f"/imports/{run.public_id}/").content.decode()
    work_off()
    page = client.get(f"/imports/{run.public_id}/").content.decode()
    assert "Import 3 rows" in page
    assert Record.objects.count() == 0
    client.post(f"/imports/{run.public_id}/map/", chosen(run, then="start"))
    work_off()
    page = client.get(f"/imports/{run.public_id}/").content.decode()
    assert "Everything is in" in page
    assert Record.objects.count() == 3
    found = b"".join(client.get(f"/imports/{run.public_id}/errors.csv")).decode("utf-8-sig")
    assert found.splitlines()[1] == "坏行,12,,,5,手机: This telephone number is too short.,refused"
    client.post(f"/imports/{run.public_id}/undo/", {"key": "u1"})
    work_off()
    assert Record.objects.count() == 0
    assert "Taken back" in client.get(f"/imports/{run.public_id}/").content.decode()
    assert "customers.csv" in client.get("/imports/").content.decode()


def test_the_same_upload_twice_is_one_run(keeper: Staffer) -> None:
    first, second = bring(keeper.client, key="same"), bring(keeper.client, key="same")
    assert first.headers["Location"] == second.headers["Location"]
    assert ImportRun.objects.count() == 1


def test_starting_twice_runs_once(keeper: Staffer) -> None:
    run = run_of(bring(keeper.client))
    for _ in range(2):
        assert keeper.client.post(f"/imports/{run.public_id}/start/").status_code == 303
    work_off()
    run.refresh_from_db()
    assert run.counts == {"new": 3, "refused": 1}


def test_what_is_missing_is_said_and_nothing_is_lost(keeper: Staffer) -> None:
    run = run_of(bring(keeper.client))
    answer = keeper.client.post(f"/imports/{run.public_id}/map/", {"c0": "name", "then": "start"})
    assert answer.status_code == 422
    assert "No column is chosen for: Telephone / E-mail / Member number." in answer.content.decode()
    run.refresh_from_db()
    assert (run.state, run.settings["mapping"]) == ("draft", {"name": 0})


def test_two_columns_for_one_field(keeper: Staffer) -> None:
    run = run_of(bring(keeper.client))
    answer = keeper.client.post(f"/imports/{run.public_id}/map/", {"c1": "phone", "c3": "phone"})
    assert answer.status_code == 422
    assert "Two columns are chosen for “Telephone”. Keep one." in answer.content.decode()


def test_a_mapping_is_remembered(keeper: Staffer) -> None:
    odd = "wer,wo\nAnna Bell,anna@example.com\n"
    run = run_of(bring(keeper.client, odd))
    assert run.settings["mapping"] == {"email": 1}
    keeper.client.post(f"/imports/{run.public_id}/map/", chosen(run, c0="name", then="check"))
    again = run_of(bring(keeper.client, odd + "Bert Cole,bert@example.com\n"))
    assert again.settings["mapping"] == {"name": 0, "email": 1}
    assert ImportMapping.objects.count() == 1
    assert "as you chose last time" in keeper.client.get(f"/imports/{again.public_id}/").content.decode()


def test_an_earlier_import_of_this_file_is_told(keeper: Staffer) -> None:
    run = run_of(bring(keeper.client))
    keeper.client.post(f"/imports/{run.public_id}/start/")
    work_off()
    again = run_of(bring(keeper.client))
    page = keeper.client.get(f"/imports/{again.public_id}/").content.decode()
    assert "This very file was imported before" in page
    assert f"/imports/{run.public_id}/" in page


def test_a_spreadsheet_and_its_other_sheet(keeper: Staffer) -> None:
    body = workbook([["Name", "E-mail"], ["Anna Bell", "anna@example.com"]], more=["Second"])
    run = run_of(bring(keeper.client, body, "customers.xlsx"))
    assert (run.layout["format"], run.layout["sheets"]) == ("xlsx", ["Sheet1", "Second"])
    keeper.client.post(f"/imports/{run.public_id}/start/")
    work_off()
    assert Record.objects.get().name == "Anna Bell"


def test_reading_it_in_another_way(keeper: Staffer) -> None:
    body = "李雷;13800138000\n韩梅;13900139000\n".encode("gb18030")
    run = run_of(bring(keeper.client, body))
    assert (run.layout["encoding"], run.layout["delimiter"], run.layout["header"]) == ("gb18030", ";", 0)
    said = {"encoding": "utf-8", "delimiter": ",", "header": "1"}
    keeper.client.post(f"/imports/{run.public_id}/look/", said)
    run.refresh_from_db()
    assert (run.layout["encoding"], run.layout["delimiter"], run.layout["header"]) == ("utf-8", ",", 1)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old Excel file"),
        (b"PK\x03\x04 no zip", "damaged"),
        (bytes(range(256)) * 20, "neither a table"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_nothing(keeper: Staffer, body: bytes, words: str) -> None:
    with nothing_happens():
        answer = bring(keeper.client, body, "x.xlsx")
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_who_may_not_import_gets_nothing(agent: Staffer, keeper: Staffer) -> None:
    run = run_of(bring(keeper.client))
    with nothing_happens():
        assert agent.client.get("/imports/").status_code == 403
        assert bring(agent.client).status_code == 403
        for verb in ("map", "look", "check", "start", "cancel", "resume", "undo", "drop"):
            assert agent.client.post(f"/imports/{run.public_id}/{verb}/").status_code == 403
        assert agent.client.get(f"/imports/{run.public_id}/errors.csv").status_code == 403


def test_other_peoples_imports_are_not_there(beginner: Staffer, keeper: Staffer) -> None:
    run = run_of(bring(keeper.client))
    mine = run_of(bring(beginner.client, "name,email\nA B,a@example.com\n", "mine.csv"))
    with nothing_happens():
        assert beginner.client.get(f"/imports/{run.public_id}/").status_code == 404
        assert beginner.client.post(f"/imports/{run.public_id}/start/").status_code == 404
        assert "customers.csv" not in beginner.client.get("/imports/").content.decode()
    assert beginner.client.get(f"/imports/{mine.public_id}/").status_code == 200
    assert keeper.client.get(f"/imports/{mine.public_id}/").status_code == 200


def test_cancelled_before_it_began_and_carried_on(keeper: Staffer) -> None:
    run = run_of(bring(keeper.client))
    keeper.client.post(f"/imports/{run.public_id}/start/")
    keeper.client.post(f"/imports/{run.public_id}/cancel/")
    work_off()
    assert Record.objects.count() == 0
    assert "Cancelled" in keeper.client.get(f"/imports/{run.public_id}/").content.decode()
    keeper.client.post(f"/imports/{run.public_id}/resume/")
    work_off()
    assert Record.objects.count() == 3


def test_whoever_started_it_has_left(keeper: Staffer, beginner: Staffer, now: Any) -> None:
    """The rest waits: nothing is written in the name of somebody who may not sign in; a colleague may carry on."""
    run = run_of(bring(beginner.client))
    beginner.client.post(f"/imports/{run.public_id}/start/")
    staff.disable_user(actor=SYSTEM, now=now, user=User.objects.get(id=beginner.user.id))
    work_off()
    run.refresh_from_db()
    assert (run.state, run.reason, run.row) == ("stopped", "left", 0)
    assert Record.objects.count() == 0
    page = keeper.client.get(f"/imports/{run.public_id}/").content.decode()
    assert "Whoever started this may not sign in any more." in page
    keeper.client.post(f"/imports/{run.public_id}/resume/")
    work_off()
    run.refresh_from_db()
    assert (run.state, run.actor_id, run.counts["new"]) == ("done", keeper.user.public_id, 3)


def test_thrown_away(keeper: Staffer) -> None:
    run = run_of(bring(keeper.client))
    assert keeper.client.post(f"/imports/{run.public_id}/drop/").status_code == 303
    assert (ImportRun.objects.count(), ImportPart.objects.count()) == (0, 0)
