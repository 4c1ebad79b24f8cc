"""The erasure register: a backup that is older than an erasure does not bring the person back."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from guanxi.core import backup, clock
from guanxi.core.access import system
from guanxi.core.personal import Way, erasures
from guanxi.people.actions.privacy import catch_up_register, forget, replay
from guanxi.people.models import Erasure, PrivacyMark, Record
from tests.cast import Staffer, everything, work_off
from tests.privacy.conftest import MARKERS, Traced
from tests.privacy.test_erasure import hits, places

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_restored_backup_forgets_again(
    traced: Traced, officer: Staffer, home: Path, tmp_path: Path, now: datetime
) -> None:
    told = f"1 erasures done again, {len(traced.records)} records"
    archive = tmp_path / "kept" / "before.tar.gz"
    backup.backup(archive, now=now)
    forget(actor=officer.actor, now=now, public_id=traced.customer.public_id, way=Way.ERASE)
    work_off()
    with clock.at(now + timedelta(hours=1)):
        restored = backup.restore(archive, replace=True, now=now + timedelta(hours=1))
        assert (restored.faults, restored.notes) == ([], [told])
        work_off()
    connection.close()
    archive.unlink()
    found = hits(places(home, tmp_path))
    assert found == [] or connection.vendor == "postgresql"  # there only `purge --full` empties the pages
    assert not any("dump.sql" in one for one in found)
    assert PrivacyMark.objects.get(customer=traced.customer).erased == now + timedelta(hours=1)
    before = everything()
    assert replay(actor=system("restore"), now=now, entries=erasures.read()).entries == 0
    assert everything() == before


def test_it_holds_digests_and_nothing_else(traced: Traced, officer: Staffer, now: datetime) -> None:
    forget(actor=officer.actor, now=now, public_id=traced.customer.public_id, way=Way.ANONYMISE)
    text = erasures.path().read_text()
    line = json.loads(text)
    assert sorted(line) == ["forgotten", "id", "key", "records", "way"]
    assert [marker for marker in MARKERS if marker in text] == []
    assert not any(str(record) in text for record in (*traced.records, traced.customer.public_id))
    assert oct(erasures.path().stat().st_mode & 0o777) == "0o600"
    assert catch_up_register() == 0


def test_a_crash_between_commit_and_register_is_made_good(
    traced: Traced, officer: Staffer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(erasures, "append", lambda entries: 0)
        erasure = forget(actor=officer.actor, now=now, public_id=traced.customer.public_id, way=Way.ERASE)
    assert erasures.read() == []
    work_off()
    assert [one.id for one in erasures.read()] == [erasure.public_id]


def test_another_secret_is_told(traced: Traced, officer: Staffer, now: datetime, settings: Any) -> None:
    forget(actor=officer.actor, now=now, public_id=traced.customer.public_id, way=Way.ERASE)
    Erasure.objects.all().delete()
    names = list(Record.objects.values_list("name", flat=True))
    settings.SECRET_KEY = "another-secret-of-the-house"
    done = replay(actor=system("restore"), now=now, entries=erasures.read())
    assert (done.entries, done.foreign) == (0, 1)
    assert list(Record.objects.values_list("name", flat=True)) == names


def test_a_torn_last_line_is_passed_over(home: Path) -> None:
    erasures.append([erasures.Entry("E-1", "erase", "2026-01-01", ["d"], "k")])
    with erasures.path().open("a") as file:
        file.write('{"id": "E-2", "way": "er')
    assert [one.id for one in erasures.read()] == ["E-1"]
    erasures.append([erasures.Entry("E-3", "erase", "2026-01-01", ["d"], "k")])
    assert [one.id for one in erasures.read()] == ["E-1", "E-3"]
