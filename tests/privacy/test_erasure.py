"""Promise 28: an erased person is not found by a search through database files, logs and whatever lies in the house."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from guanxi.core import clock, seal
from guanxi.core.libpq import parameters, program
from guanxi.core.models import Detail, Event
from guanxi.core.personal import Way
from guanxi.core.personal.purge import purge
from guanxi.people.actions.privacy import forget
from guanxi.people.models import Consent, Identifier, Record
from guanxi.trade.models import Order
from tests.cast import Shopper, Staffer, complain, work_off
from tests.privacy.conftest import ECHO, MARKERS, NAME, NOTE, Traced

pytestmark = pytest.mark.django_db(transaction=True)
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


def spellings(marker: str) -> list[bytes]:
    """A marker as bytes: in the usual encodings, and as JSON and PostgreSQL's own text write it."""
    return [*(marker.encode(encoding) for encoding in ENCODINGS), json.dumps(marker)[1:-1].encode()]


def hits(places: Sequence[Path], markers: Sequence[str] = MARKERS) -> list[str]:
    """marker @ file, for every marker that stands in any file under these places."""
    files = [
        path
        for place in places
        for path in ([place] if place.is_file() else place.rglob("*"))
        if path.is_file()
    ]
    found = []
    for path in files:
        body = path.read_bytes().lower()
        found += [
            f"{marker} @ {path.name}"
            for marker in markers
            if any(one.lower() in body for one in spellings(marker))
        ]
    return found


def database_files(folder: Path) -> Iterator[Path]:
    """The database as files: SQLite's with its log; of PostgreSQL a dump, and the server's own data where we may read them."""
    if connection.vendor == "sqlite":
        yield from Path(str(connection.settings_dict["NAME"])).parent.glob(
            Path(str(connection.settings_dict["NAME"])).name + "*"
        )
        return
    known = parameters(connection.settings_dict)
    dump = folder / "dump.sql"
    subprocess.run([program("pg_dump"), f"--file={dump}", f"--dbname={known['dbname']}", f"--host={known['host']}",
                    f"--username={known['user']}"], check=True)  # fmt: skip
    yield dump
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        )
        data, oid = cursor.fetchone()
    if os.access(f"{data}/base/{oid}", os.R_OK):
        yield Path(data) / "base" / str(oid)


def places(home: Path, folder: Path) -> list[Path]:
    return [home, *database_files(folder)]


@pytest.mark.parametrize("way", list(Way))
def test_an_erased_person_is_not_found_anywhere(
    way: Way,
    traced: Traced,
    officer: Staffer,
    seller: Shopper,
    home: Path,
    tmp_path: Path,
    now: datetime,
    capfd: Any,
) -> None:
    other = complain(now, "另一位客人的话不动", seller.contact)
    work_off()
    there = " ".join(hits(places(home, tmp_path)))
    assert [marker for marker in MARKERS if marker not in there] == []  # the search does find what is there
    untouched = list(Record.objects.exclude(customer=traced.customer).order_by("id").values())
    others_words = set(
        Detail.objects.filter(event__record_id=other.recognised.record_id).values_list("event_id", flat=True)
    )

    erasure = forget(actor=officer.actor, now=now, public_id=traced.customer.public_id, way=way)
    work_off()
    if connection.vendor == "postgresql":
        purge(full=True)
    connection.close()

    assert hits(places(home, tmp_path), [*MARKERS, ECHO]) == []
    logs = capfd.readouterr()
    assert [marker for marker in MARKERS if marker in logs.out + logs.err] == []
    report = seal.verify()
    assert (report.faults, report.unsealed) == ([], 0)
    assert report.erased_details > 5
    assert list(Record.objects.exclude(customer=traced.customer).order_by("id").values()) == untouched
    assert (
        set(
            Detail.objects.filter(event__record_id=other.recognised.record_id).values_list(
                "event_id", flat=True
            )
        )
        == others_words
    )
    assert Order.objects.get(number="A-77001").total_minor == 66_600
    assert Identifier.objects.filter(record__in=traced.records).count() == 0
    assert Consent.objects.filter(record__in=traced.records).count() == (0 if way is Way.ERASE else 2)
    assert erasure.counts["channels.messages"] > 3
    told = Event.objects.get(type="person.erased" if way is Way.ERASE else "person.anonymised")
    assert (told.data["customer"], told.detail_digest) == (traced.customer.public_id, "")
    assert NAME not in json.dumps(told.data) + NOTE[:0]


def test_no_page_or_search_finds_them(
    traced: Traced, officer: Staffer, agent: Staffer, now: datetime
) -> None:
    forget(actor=officer.actor, now=now, public_id=traced.customer.public_id, way=Way.ANONYMISE)
    work_off()
    page = agent.client.get(f"/customers/{traced.customer.public_id}/").content.decode()
    assert "anonymised customer" in page
    for address in (f"/customers/?q={NAME}", f"/search/?q={NAME}", f"/cases/?q={NAME}"):
        found = agent.client.get(address).content.decode()
        assert f"/customers/{traced.customer.public_id}/" not in found, address
        assert traced.case not in found, address
    case = agent.client.get(f"/cases/{traced.case}/").content.decode()
    assert NAME not in case
    assert "anonymised customer" in case


def test_their_links_and_sign_in_are_void(traced: Traced, officer: Staffer, now: datetime) -> None:
    from django.test import Client

    browser = Client()
    browser.cookies.update(traced.cookies)
    forget(actor=officer.actor, now=now, public_id=traced.customer.public_id, way=Way.ERASE)
    with clock.at(now):
        assert browser.get("/my/").status_code == 303
