"""The drill of promise 20: back up while others write, restore elsewhere, every row is back and the chain holds."""

import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.fixtures import StackMaker
from tests.harness.processes import ROOT, Stack
from tests.reliability.writing import Writer

pytestmark = pytest.mark.reliability
REFUSED, WITH_FAULTS = 2, 1
Rows = dict[str, list[str]]
Members = dict[str, bytes]


def attempt(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command that may fail."""
    return subprocess.run(
        [sys.executable, "-m", "guanxi", *arguments],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def python(stack: Stack, program: str) -> subprocess.CompletedProcess[str]:
    """A program of its own in a stack's environment, with Django set up."""
    environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": "guanxi.site.settings"}
    command = [sys.executable, "-c", f"import django; django.setup()\n{program}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)


def rows_of(stack: Stack) -> Rows:
    """Every row of every table, as text in a fixed order, read past Guanxi."""
    url = stack.environment["GUANXI_DATABASE_URL"]
    if url.startswith("sqlite"):
        opened: Any = sqlite3.connect(urlsplit(url).path[1:])
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'core\\_search\\_%' ESCAPE '\\'"
    else:
        import psycopg

        opened = psycopg.connect(url)
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    try:
        tables = [name for (name,) in opened.execute(names).fetchall()]
        return {
            name: sorted(map(repr, opened.execute(f'SELECT * FROM "{name}"').fetchall())) for name in tables
        }
    finally:
        opened.close()


def execute(stack: Stack, sql: str) -> None:
    url = stack.environment["GUANXI_DATABASE_URL"]
    if url.startswith("sqlite"):
        opened: Any = sqlite3.connect(urlsplit(url).path[1:])
    else:
        import psycopg

        opened = psycopg.connect(url)
    opened.execute(sql)
    opened.commit()
    opened.close()


def lived_in(stack: Stack) -> Stack:
    """A house with sealed and anchored events, a file and somebody signed in."""
    with Writer(stack.environment) as writer:
        writer.write(30, record_id=1, unit_id=1)
    stack.run("worker", "--once")
    (stack.home / "files/letters").mkdir(parents=True)
    (stack.home / "files/letters/投诉 1.pdf").write_bytes(b"%PDF-1.7 \x00\xff" * 1_000)
    session = "('key-of-a-session', 'x', '2030-01-01 00:00:00')"
    execute(stack, f"INSERT INTO django_session (session_key, session_data, expire_date) VALUES {session}")
    return stack


def archive_of(stack: Stack) -> Path:
    target = stack.home / "kept" / "one.tar.gz"
    stack.run("backup", str(target))
    return target


def test_every_row_file_and_anchor_is_back(make_stack: StackMaker) -> None:
    source, target = lived_in(make_stack()), make_stack()
    archive = archive_of(source)
    assert "30 sealed events" in target.run("restore", str(archive))
    before, after = rows_of(source), rows_of(target)
    assert before.pop("django_session")
    assert after.pop("django_session") == []
    assert after == before
    for path in ("files/letters/投诉 1.pdf", "anchor/head.jsonl"):
        assert (target.home / path).read_bytes() == (source.home / path).read_bytes()
    checks = {
        check["name"]: check["state"]
        for check in json.loads(attempt(target, "doctor", "--json").stdout)["checks"]
    }
    assert {checks[name] for name in ("database", "chain", "anchor", "backlog", "search")} == {"ok"}


def test_an_archive_made_while_others_write_is_one_moment(make_stack: StackMaker) -> None:
    source, target = make_stack().start("worker"), make_stack()
    with Writer(source.environment) as writer:
        acknowledged = writer.write(20)["ids"]
        writer.write_on()
        archive = archive_of(source)
        later = writer.write()["ids"]
    assert len(later) > 10
    target.run("restore", str(archive))  # its exit code says that counts and chain hold
    rows = rows_of(target)
    events = {int(row.strip("(").split(",")[0]) for row in rows["core_event"]}
    assert events.issuperset(acknowledged)
    assert events.issubset({*acknowledged, *later})
    kept = len(events) - len(acknowledged)
    assert events == {*acknowledged, *later[:kept]}
    assert len(rows["core_detail"]) == len(events)


def test_no_secret_and_nobody_elses_eyes(make_stack: StackMaker) -> None:
    source = lived_in(make_stack({"GUANXI_SECRET_KEY": "a-very-secret-key-of-this-house-0123456789"}))
    (source.home / "secret").write_text("another-secret-beside-the-database")
    archive = archive_of(source)
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]
    members = read(archive)
    assert "secret" not in members
    for body in members.values():
        for secret in (b"a-very-secret-key", b"another-secret-beside", b"key-of-a-session"):
            assert secret not in body


def test_rows_that_are_there_are_replaced_only_with_yes(make_stack: StackMaker) -> None:
    source, target = lived_in(make_stack()), lived_in(make_stack())
    archive, before = archive_of(source), rows_of(target)
    refused = attempt(target, "restore", str(archive))
    assert refused.returncode == REFUSED
    assert "not empty" in refused.stderr
    assert rows_of(target) == before
    done = attempt(target, "restore", str(archive), "--yes")
    # Every row is the archive's, and the house says that its own anchor belongs to another history.
    assert done.returncode == WITH_FAULTS
    assert "anchor this home had" in done.stderr
    assert rows_of(target)["core_event"] == rows_of(source)["core_event"]


def test_going_back_to_an_older_moment_of_the_same_house_is_sound(make_stack: StackMaker) -> None:
    house = lived_in(make_stack())
    archive, then = archive_of(house), rows_of(house)
    with Writer(house.environment) as writer:
        writer.write(5)
    house.run("worker", "--once")
    assert "30 sealed events" in house.run("restore", str(archive), "--yes")
    assert rows_of(house)["core_event"] == then["core_event"]
    house.run("worker", "--once")
    assert len(list((house.home / "anchor").iterdir())) == 2


def test_hooks_run_after_a_restore_and_before_verifying(make_stack: StackMaker) -> None:
    source, target = lived_in(make_stack()), make_stack()
    archive = archive_of(source)
    program = (
        "from django.core.management import call_command\n"
        "from guanxi.core import backup\n"
        "from guanxi.core.models import Detail\n"
        "backup.after_restore.append(lambda: Detail.objects.filter(event__seq__lte=4).delete())\n"
        f"call_command('restore', {str(archive)!r})\n"
    )
    done = python(target, program)
    assert "30 sealed events verified, 4 details erased" in done.stdout


def read(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        found = {info.name: tar.extractfile(info) for info in tar}
        return {name: file.read() for name, file in found.items() if file}


def write(archive: Path, members: Members) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))


def _manifest(archived: Members, /, **changes: Any) -> None:
    archived["manifest.json"] = json.dumps({**json.loads(archived["manifest.json"]), **changes}).encode()


def _database(members: Members) -> str:
    return next(name for name in members if name.startswith("database."))


def _flip(members: Members) -> None:
    body = bytearray(members[_database(members)])
    body[len(body) // 2] ^= 1
    members[_database(members)] = bytes(body)


def _climb(members: Members) -> None:
    members["../outside"] = b"x"


def _add(members: Members) -> None:
    members["files/extra"] = b"x"


TAMPERINGS: dict[str, Callable[[Members], object]] = {
    "a byte of the database": _flip,
    "the database is gone": lambda members: members.pop(_database(members)),
    "the anchor is gone": lambda members: members.pop("anchor/head.jsonl"),
    "the manifest is gone": lambda members: members.pop("manifest.json"),
    "the manifest is no manifest": lambda members: members.update({"manifest.json": b"[]"}),
    "a file more": _add,
    "a name that leads outside": _climb,
    "the other database": lambda members: _manifest(members, database="oracle"),
    "a newer version": lambda members: _manifest(members, migrations=["core.9999_future"]),
    "a newer format": lambda members: _manifest(members, format=2),
}


RESTORE_EACH = """
import json
from pathlib import Path
from django.core.management import CommandError, call_command
for path in Path({folder!r}).iterdir():
    try:
        call_command("restore", str(path), "--yes")
    except CommandError as error:
        print(json.dumps([path.name, error.returncode, str(error)]))
"""


def test_a_tampered_archive_is_refused_and_nothing_is_touched(make_stack: StackMaker) -> None:
    source, target = lived_in(make_stack()), make_stack()
    archive, before = archive_of(source), rows_of(target)
    whole, folder = archive.read_bytes(), archive.parent
    for name, tamper in TAMPERINGS.items():
        members = read(archive)
        tamper(members)
        write(folder / name, members)
    for size in (0, 100, len(whole) // 2, len(whole) - 20):
        (folder / f"torn at {size}").write_bytes(whole[:size])
    archive.unlink()
    done = python(target, RESTORE_EACH.format(folder=str(folder)))
    answers = {name: (code, text) for name, code, text in map(json.loads, done.stdout.splitlines())}
    assert set(answers) == {path.name for path in folder.iterdir()}
    assert len(answers) == len(TAMPERINGS) + 4
    for name, (code, text) in answers.items():
        assert code == REFUSED, (name, text)
        assert text.startswith("not restored: "), name
    assert rows_of(target) == before
    assert list(target.home.iterdir()) == []


@pytest.mark.skipif(connection.vendor == "postgresql", reason="the same code; SQLite's dump is easily edited")
def test_an_archive_with_an_edited_event_and_right_checksums_is_found_out(
    make_stack: StackMaker, tmp_path: Path
) -> None:
    archive = archive_of(lived_in(make_stack()))
    members = read(archive)
    dump = tmp_path / "edited.sqlite3"
    dump.write_bytes(members["database.sqlite3"])
    with sqlite3.connect(dump) as opened:
        opened.execute("UPDATE core_event SET actor_id = 'another' WHERE seq = 3")
    opened.close()
    members["database.sqlite3"] = dump.read_bytes()
    digests = json.loads(members["manifest.json"])["members"]
    digests["database.sqlite3"] = hashlib.sha256(members["database.sqlite3"]).hexdigest()
    _manifest(members, members=digests)
    write(archive, members)
    done = attempt(make_stack(), "restore", str(archive))
    assert done.returncode == WITH_FAULTS
    assert "event 3 was changed" in done.stderr


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no program")
def test_without_postgresqls_programs_the_package_is_named(vendor: str) -> None:
    from guanxi.core import libpq

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        patch.setattr(Path, "glob", lambda *_: iter(()))
        with pytest.raises(libpq.ProgramMissing, match="postgresql-client"):
            libpq.program("pg_dump")


def test_a_database_that_is_away_is_said_in_one_line(make_stack: StackMaker) -> None:
    stack = make_stack({"GUANXI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    done = attempt(stack, "backup", str(stack.home / "x.tar.gz"))
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: no backup was made: ")
    assert list(stack.home.iterdir()) == []
    assert attempt(stack, "doctor").returncode == 1
