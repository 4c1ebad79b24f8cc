"""The lines of "Bad input": each names row and column, the rest goes on, nothing is lost."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.core.imports import actions, queries, show, values
from guanxi.core.imports.faults import Unreadable
from guanxi.core.imports.values import Style
from guanxi.core.models.imports import ImportRun
from guanxi.people.models import Record
from tests.cast import SYSTEM, Staffer, work_off
from tests.imports.files import upload, workbook

pytestmark = pytest.mark.usefixtures("organisation")


def bring(now: datetime, body: str | bytes, name: str = "bad.csv") -> ImportRun:
    raw = body.encode() if isinstance(body, str) else body
    return actions.receive(actor=SYSTEM, now=now, kind="customers", name=name, chunks=[raw])


def brought(now: datetime, body: str | bytes, **chosen: Any) -> ImportRun:
    run = bring(now, body)
    if chosen:
        actions.choose(actor=SYSTEM, now=now, public_id=run.public_id, chosen=chosen)
    actions.start(actor=SYSTEM, now=now, public_id=run.public_id)
    work_off()
    return ImportRun.objects.get(id=run.id)


def told(run: ImportRun) -> list[tuple[int, int, str, str]]:
    return [(one.row, one.column, one.code, one.level) for one in queries.faults(run)]


def test_duplicate_headers_are_named(keeper: Staffer) -> None:
    body = "email,name,Email\na@example.com,Anna Bell,b@example.com\n"
    answer = keeper.client.post("/imports/new/", {"kind": "customers", "file": upload(body)})
    page = keeper.client.get(answer.headers["Location"]).content.decode()
    assert "“email” stands over several columns (1, 3). Choose the right one below." in page
    assert ImportRun.objects.get().settings["mapping"] == {"email": 0, "name": 1}


def test_rows_too_short_and_too_long(now: datetime) -> None:
    run = brought(now, "name,x,email\nAnna\nBert,x,b@example.com,more\nCarl,x,c@example.com\n")
    assert told(run) == [(2, 2, "row_short", "refused"), (3, -1, "row_long", "refused")]
    assert Record.objects.get().name == "Carl"


def test_spoiled_numbers_are_refused_and_rounded_ones_warned(now: datetime) -> None:
    run = brought(
        now,
        "name,member\nAnna,1.23E+15\nBert,6222021234567890\nCarl,6222021234567891\nDora,62220212345678900\n",
    )
    assert told(run) == [
        (2, 1, "spoiled", "refused"),
        (3, 1, "rounded", "warned"),
        (5, 1, "rounded", "warned"),
    ]
    assert run.counts == {"new": 3, "warned": 2, "refused": 1}
    body = workbook([["name", "member"], ["Anna", 6222021234567891], ["Bert", "6222021234567891"]])
    assert told(brought(now, body)) == [(2, 1, "spoiled", "refused")]


def test_dates_of_three_styles(now: datetime) -> None:
    for text, style in (
        ("13/02/2025", "dmy"),
        ("02/13/2025", "mdy"),
        ("2025-02-13", ""),
        ("2025年2月13日", ""),
        ("13 Feb 2025", ""),
    ):
        run = bring(now, f"email,since\na@example.com,{text}\n")
        assert run.settings["dates"] == {"1": style}
    run = bring(now, "email,since\na@example.com,03/04/2025\nb@example.com,05/06/2025\n")
    assert run.settings["dates"] == {"1": "?"}
    assert list(actions.problems(run)) == ["date-1"]
    run = brought(now, "email,since\na@example.com,03/04/2025\n", dates={"1": "dmy"})
    assert Record.objects.get().created.date().isoformat() == "2025-04-02"  # midnight in Shanghai
    mixed = brought(
        now, "email,since\nx@example.com,31/01/2025\ny@example.com,01/31/2025\n", dates={"1": "mdy"}
    )
    assert told(mixed) == [(2, 1, "date", "refused")]


def test_formulas_stay_text_and_leave_as_text(now: datetime) -> None:
    evil = ["=HYPERLINK(0)", "@SUM(1)", "＝1+1", "+1+cmd|' /C calc'!A0", "-2+3"]
    rows = "".join(f'"{name}",not an address\n' for name in evil)
    run = brought(now, "name,email\n" + rows + '"=1+1",good@example.com\n')
    assert Record.objects.get().name == "=1+1"
    assert run.counts == {"refused": 5, "new": 1, "warned": 1}
    out = b"".join(show.error_file(run)).decode("utf-8-sig")
    names = [row[0] for row in csv.reader(io.StringIO(out))][1:]
    assert names == [f"'{name}" for name in [*evil, "=1+1"]]
    assert [values.clean(name) for name in names] == [*evil, "=1+1"]  # and come back as they were


def test_signs_no_database_keeps(now: datetime) -> None:
    run = brought(now, "name,email\nAn\0na,a@example.com\nBert,b@example.com\n")
    assert told(run) == [(2, 0, "control_sign", "refused")]
    assert Record.objects.get().name == "Bert"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.sampled_from(["", "ymd", "dmy", "mdy"]))
def test_any_cell_is_read_or_refused(cell: str, style: str) -> None:
    for kind in (values.DATE, values.MOMENT, values.NUMBER, values.WHOLE, values.YES_NO, values.key()):
        try:
            shown = kind.show(values.read(kind, cell, Style(style)))
        except Unreadable:
            continue
        assert isinstance(shown, str)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_cell_leaves_as_a_formula(cell: str) -> None:
    shown = show.harmless(cell)
    assert not shown.lstrip().startswith(tuple("=+@＝＋－＠"))
    assert not shown.startswith("-") or shown[1:].replace(",", "").replace(".", "").isdigit()
