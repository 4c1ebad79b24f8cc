"""A list as a file: what the screen shows, for whoever asked, for seven days, and nothing of it as a formula."""

import csv
import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.http import FileResponse
from openpyxl import load_workbook

from guanxi.core import clock, jobs, retention, staff
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound, Throttled
from guanxi.core.lists import exports, get, reading, writing
from guanxi.core.models import Event, Export, Job, Role, User
from guanxi.people.actions import Contact, add_record
from tests.cast import SYSTEM, Hire, Shopper, Staffer, english, nothing_happens, work_off

ALL = "columns=name,phone,email&sort=name"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Files of exports lie under the test's own home."""
    settings.GUANXI_HOME = tmp_path
    return tmp_path


@pytest.fixture
def people(agent: Staffer, now: datetime) -> int:
    """Three customers, one of whom would run a formula."""
    for name, phone in (
        ("=cmd|' /C calc'!A0", "13800000001"),
        ("王小明", "13800000002"),
        ('Zoë, "Z"', "13800000003"),
    ):
        add_record(
            actor=SYSTEM, now=now, contact=Contact(name, phone, f"a{phone}@post.example"), source="import"
        )
    return 3


def _rows(raw: bytes, encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(StringIO(raw.decode(encoding), newline="")))


def _body(answer: Any) -> bytes:
    assert isinstance(answer, FileResponse)
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def _start(who: Staffer, now: datetime, query: str = ALL, **more: str) -> Export:
    return exports.start(actor=who.actor, now=now, listing=get("customers"), query=query, **more)


def _written(export: Export) -> Export:
    writing.write(export.id)
    export.refresh_from_db()
    return export


def test_few_rows_come_at_once_as_on_the_screen(agent: Staffer, people: int) -> None:
    answer = agent.client.post("/lists/customers/export/", {"query": ALL})
    assert answer["Content-Disposition"] == 'attachment; filename="customers-20260303-1000.csv"'
    assert answer["Cache-Control"] == "no-store"
    assert _rows(_body(answer)) == [
        ["Customer", "Telephone", "E-mail"],
        ["'=cmd|' /C calc'!A0", "138 0000 0001", "a13800000001@post.example"],
        ['Zoë, "Z"', "138 0000 0003", "a13800000003@post.example"],
        ["王小明", "138 0000 0002", "a13800000002@post.example"],
    ]
    export = Export.objects.get()
    assert (export.state, export.rows, export.expires) == ("sent", 3, None)


def test_the_event_says_what_left_without_personal_text(agent: Staffer, people: int) -> None:
    agent.client.post("/lists/customers/export/", {"query": "name=王小明&columns=name,phone"})
    event = Event.objects.get(type="list.exported")
    assert event.data == {
        "export": Export.objects.get().public_id,
        "list": "customers",
        "columns": ["name", "phone"],
        "filters": ["name"],
        "count": 1,
        "format": "csv",
    }
    assert event.actor_id == agent.user.public_id
    assert "王小明" not in str(event.data)


def test_masks_are_those_of_the_screen(trainee: Staffer, people: int) -> None:
    page = trainee.client.get(f"/customers/?{ALL}").text
    rows = _rows(_body(trainee.client.post("/lists/customers/export/", {"query": ALL})))
    for _name, phone, email in rows[1:]:
        assert "0000" not in phone
        assert phone.removeprefix("'") in page
        assert email in page
        assert not email.startswith("a138")


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", b"Customer"), ("gb18030", b"Customer")])
def test_other_encodings(agent: Staffer, people: int, encoding: str, mark: bytes) -> None:
    body = _body(agent.client.post("/lists/customers/export/", {"query": ALL, "encoding": encoding}))
    assert body.startswith(mark)
    assert "王小明" in body.decode(encoding)


def test_excel(agent: Staffer, people: int) -> None:
    answer = agent.client.post(
        "/lists/customers/export/", {"query": "columns=name,created&sort=name", "format": "xlsx"}
    )
    sheet = load_workbook(BytesIO(_body(answer))).worksheets[0]
    assert list(sheet.values)[1] == ("'=cmd|' /C calc'!A0", datetime(2026, 3, 3, 10, 0))


def test_what_cannot_be_read_is_said(agent: Staffer, people: int) -> None:
    for form in ({"query": "created=nonsense"}, {"query": ALL, "format": "exe"}, {"query": ALL, "encoding": "ebcdic"},
                 {"query": "q=" + "x" * 3_000}):  # fmt: skip
        with nothing_happens():
            answer = agent.client.post("/lists/customers/export/", form)
        assert answer.status_code == 303
    assert agent.client.get("/customers/").text.count('role="status"') >= 1


def test_many_rows_are_written_by_the_worker(agent: Staffer, people: int, now: datetime, home: Path) -> None:
    with patch.object(exports, "SMALL_ROWS", 2):
        answer = agent.client.post("/lists/customers/export/", {"query": ALL, "key": "k"})
    assert (answer.status_code, answer["Location"]) == (303, "/lists/exports/")
    assert "3 rows are being written" in agent.client.get("/lists/exports/").text
    work_off()
    export = Export.objects.get()
    assert (export.state, export.rows, export.expires) == ("ready", 3, now + timedelta(days=7))
    path = home / "exports" / f"{export.public_id}.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert export.size_bytes == path.stat().st_size
    page = agent.client.get("/lists/exports/").text
    link = page.partition('href="/lists/exports/file/')[2].partition('"')[0]
    body = _body(agent.client.get(f"/lists/exports/file/{link}"))
    assert len(_rows(body)) == 4
    assert Event.objects.get(type="list.exported").data["count"] == 3
    export.refresh_from_db()
    assert export.downloads == 1


def test_every_download_is_an_event_shown_in_the_audit_trail(
    agent: Staffer, hire: Hire, people: int, now: datetime
) -> None:
    """Who, what, when, how many rows; asking whether it is there, or in vain, is no download."""
    export = _written(_start(agent, now))
    url = f"/lists/exports/file/{exports.link_key(export)}/"
    with nothing_happens():
        assert agent.client.head(url).status_code == 200
    for _ in range(2):
        agent.client.get(url)
    agent.client.post("/lists/customers/export/", {"query": "columns=name&sort=name"})
    found = Event.objects.filter(type="list.downloaded").order_by("id")
    told = [(one.actor_id, one.occurred, one.data["list"], one.data["count"]) for one in found]
    assert told == [(agent.user.public_id, now, "customers", 3)] * 3
    assert [one.data["export"] for one in found[:2]] == [export.public_id] * 2
    Role.objects.create(code="auditor", rights={"site.audit": "all"})
    work_off()
    page = hire("auditor", "auditor").client.get("/settings/audit/?type=list.downloaded").text
    assert page.count("Export downloaded") >= 3
    assert page.count("Customers: 3 rows") == 3


def test_the_file_equals_what_comes_at_once(agent: Staffer, people: int, now: datetime) -> None:
    at_once = _body(agent.client.post("/lists/customers/export/", {"query": ALL}))
    export = _written(exports.start(actor=agent.actor, now=now, listing=get("customers"), query=ALL))
    with exports.path_of(export).open("rb") as file:
        later = file.read()
    assert [row[1:] for row in _rows(later)[1:]] == [row[1:] for row in _rows(at_once)[1:]]


def test_batches_hold_every_row_once_in_order(agent: Staffer, now: datetime) -> None:
    for number in range(25):
        contact = Contact(f"N{number % 5}", f"138000001{number:02d}")
        add_record(actor=SYSTEM, now=now, contact=contact, source="import")
    real = reading.batches
    with patch.object(reading, "batches", lambda *a, **k: real(*a, **{**k, "size": 4})):
        export = _written(_start(agent, now, "columns=name,phone&sort=-name"))
    rows = _rows(exports.path_of(export).read_bytes())[1:]
    assert [name for name, _phone in rows] == sorted((name for name, _phone in rows), reverse=True)
    assert len({phone for _name, phone in rows}) == 25


def test_the_job_run_twice_writes_once(agent: Staffer, people: int, now: datetime) -> None:
    export = _written(_start(agent, now))
    before = exports.path_of(export).stat().st_mtime_ns
    _written(export)
    assert exports.path_of(export).stat().st_mtime_ns == before
    assert Event.objects.filter(type="list.exported").count() == 1


def test_a_try_that_died_is_begun_anew(agent: Staffer, people: int, now: datetime, home: Path) -> None:
    export = _start(agent, now)

    def dying(*_: object) -> None:
        raise KeyboardInterrupt

    with patch.object(jobs, "progress", dying), pytest.raises(KeyboardInterrupt):
        writing.write(export.id)
    (home / "exports" / f"{export.public_id}.1.part").write_bytes(b"what a killed worker left")
    assert _written(export).state == "ready"
    assert len(_rows(exports.path_of(export).read_bytes())) == 4
    assert [one.suffix for one in (home / "exports").iterdir()] == [".csv"]


def test_asked_again_while_under_way_it_is_the_same(agent: Staffer, people: int, now: datetime) -> None:
    first, second = _start(agent, now), _start(agent, now)
    assert (first.id, Export.objects.count(), Job.objects.count()) == (second.id, 1, 1)


def test_limits_of_one_person(agent: Staffer, people: int, now: datetime) -> None:
    for number in range(exports.ACTIVE_MAX):
        _start(agent, now, f"columns=name&created={number + 1}d")
    with nothing_happens(), pytest.raises(Conflict):
        _start(agent, now, "columns=name&created=99d")
    with nothing_happens(), patch.object(exports, "DAY_MAX", 3), pytest.raises(Throttled):
        exports.send(actor=agent.actor, now=now, listing=get("customers"), query=ALL)


def test_cancelled_while_it_is_written(agent: Staffer, people: int, now: datetime, home: Path) -> None:
    export = _start(agent, now)
    real = exports.values

    def cancelling(*args: Any) -> Iterator[Any]:
        exports.cancel(actor=agent.actor, now=now, public_id=export.public_id)
        return real(*args)

    with patch.object(exports, "values", cancelling):
        _written(export)
    assert export.state == "cancelled"
    assert list((home / "exports").iterdir()) == []
    assert not Event.objects.filter(type="list.exported").exists()
    answer = agent.client.post(f"/lists/exports/{export.public_id}/cancel/", {"key": "k"})
    assert answer.status_code == 303  # ended already: said, nothing happens


def test_a_file_is_deleted_before_its_time(agent: Staffer, people: int, now: datetime, home: Path) -> None:
    export = _written(_start(agent, now))
    agent.client.post(f"/lists/exports/{export.public_id}/cancel/", {"key": "k"})
    export.refresh_from_db()
    assert (export.state, list((home / "exports").iterdir())) == ("expired", [])


def test_only_who_asked_opens_the_link(
    agent: Staffer, other_agent: Staffer, buyer: Shopper, people: int, now: datetime
) -> None:
    export = _written(_start(agent, now))
    url = f"/lists/exports/file/{exports.link_key(export)}/"
    with nothing_happens():
        assert other_agent.client.get(url).status_code == 404
        assert buyer.client.get(url).status_code == 403
        assert english().get(url).status_code == 302
        assert agent.client.get("/lists/exports/file/forged:1abc:xyz/").status_code == 404
        assert other_agent.client.post(f"/lists/exports/{export.public_id}/cancel/").status_code == 404
        assert export.public_id not in other_agent.client.get("/lists/exports/").text
    assert agent.client.get(url).status_code == 200


def test_after_seven_days_the_link_is_dead_and_the_file_goes(
    agent: Staffer, people: int, now: datetime, home: Path
) -> None:
    export = _written(_start(agent, now))
    url = f"/lists/exports/file/{exports.link_key(export)}/"
    late = now + timedelta(days=7)
    with clock.at(late):
        answer = agent.client.get(url)
    assert answer.status_code == 410
    assert "Export the list again" in answer.text
    sooner, later = late - timedelta(seconds=1), late + timedelta(seconds=1)
    assert "export_files" not in retention.sweep(actor=SYSTEM, now=sooner)
    assert writing.sweep(now=sooner) == 0
    assert retention.sweep(actor=SYSTEM, now=later)["export_files"] == 1
    export.refresh_from_db()
    assert (export.state, list((home / "exports").iterdir())) == ("expired", [])


def test_with_fewer_rights_the_file_is_not_handed_out(
    agent: Staffer, hire: Hire, people: int, now: datetime
) -> None:
    """What was written without masks is not for somebody who sees masks now."""
    export = _written(_start(agent, now))
    user = User.objects.get(id=agent.user.id)
    user.grants.all().delete()
    staff.grant_role(actor=SYSTEM, now=now, user=user, role="trainee", unit_id=agent.user.unit_id)
    with nothing_happens():
        assert agent.client.get(f"/lists/exports/file/{exports.link_key(export)}/").status_code == 403
        with pytest.raises(Denied):
            exports.open_file(actor=agent.actor, now=now, export=export)


def test_whoever_left_gets_no_file(agent: Staffer, people: int, now: datetime, home: Path) -> None:
    export = _start(agent, now)
    staff.disable_user(actor=SYSTEM, now=now, user=agent.user)
    _written(export)
    assert (export.state, export.reason, list(exports.folder().iterdir())) == ("stopped", "left", [])


def test_rights_lost_while_it_is_written_stop_it(agent: Staffer, people: int, now: datetime) -> None:
    export = _start(agent, now)

    def lost(*_: object) -> None:
        User.objects.get(id=agent.user.id).grants.all().delete()

    real = reading.batches
    with (
        patch.object(reading, "batches", lambda *a, **k: real(*a, **{**k, "size": 1})),
        patch.object(writing, "LOOK_AGAIN", 1),
        patch.object(jobs, "progress", lost),
    ):
        _written(export)
    assert (export.state, export.reason) == ("stopped", "denied")
    assert list(exports.folder().iterdir()) == []


def test_a_full_disk_is_said_and_nothing_stays(agent: Staffer, people: int, now: datetime) -> None:
    export = _start(agent, now)
    with patch.object(os, "fsync", side_effect=OSError(28, "No space left on device")):
        _written(export)
    assert (export.state, export.reason, list(exports.folder().iterdir())) == ("stopped", "storage_full", [])
    assert "The disk is full" in agent.client.get("/lists/exports/").text


def test_who_may_not_see_a_list_exports_none(
    hire: Hire, buyer: Shopper, organisation: Any, now: datetime
) -> None:
    Role.objects.create(code="nothing", rights={"work.view": "team"})
    nobody = hire("nobody", "nothing")
    with nothing_happens():
        assert nobody.client.post("/lists/customers/export/", {"query": ALL}).status_code == 403
        assert buyer.client.post("/lists/customers/export/", {"query": ALL}).status_code == 403
        assert english().post("/lists/customers/export/", {"query": ALL}).status_code == 401
        with pytest.raises(Denied):
            exports.start(actor=nobody.actor, now=now, listing=get("customers"), query=ALL)
        with pytest.raises(Denied):
            exports.start(actor=buyer.actor, now=now, listing=get("customers"), query=ALL)


def test_strangers_export_what_they_see(stranger: Staffer, people: int) -> None:
    rows = _rows(_body(stranger.client.post("/lists/customers/export/", {"query": ALL})))
    assert rows == [["Customer", "Telephone", "E-mail"]]


def test_words_found_come_best_first(agent: Staffer, people: int) -> None:
    work_off()
    rows = _rows(_body(agent.client.post("/lists/customers/export/", {"query": "q=王小明&columns=name"})))
    assert rows == [["Customer"], ["王小明"]]


def test_what_nobody_writes_is_ended(agent: Staffer, people: int, now: datetime) -> None:
    export = _start(agent, now)
    assert writing.sweep(now=now) == 0
    Job.objects.all().update(state=Job.State.FAILED)
    assert writing.sweep(now=now) == 1
    export.refresh_from_db()
    assert (export.state, export.reason) == ("stopped", "fault")


def test_old_exports_are_forgotten(agent: Staffer, people: int, now: datetime) -> None:
    agent.client.post("/lists/customers/export/", {"query": ALL})
    gone = retention.sweep(actor=SYSTEM, now=now + timedelta(days=91), only="export_history")
    assert gone == {"export_history": 1}


def test_an_unknown_list(agent: Staffer) -> None:
    assert agent.client.post("/lists/nothing/export/", {"query": ""}).status_code == 404
    with pytest.raises((NotFound, Invalid)):
        exports.get_export(agent.actor, "X-NONE")
