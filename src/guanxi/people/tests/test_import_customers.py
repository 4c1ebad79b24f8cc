"""Customers from a file: from the upload to the result, and back again."""

from datetime import datetime

import pytest

from guanxi.core.access import Actor, system
from guanxi.core.imports import actions, queries
from guanxi.core.models import Event
from guanxi.core.models.imports import ImportRun
from guanxi.people.actions import Contact, add_record
from guanxi.people.models import Customer, Identifier, Record, ReviewTask
from guanxi.work.models import WorkItem
from tests.cast import work_off

pytestmark = pytest.mark.usefixtures("organisation")
ACTOR = system("tests")
FILE = """姓名,手机,邮箱,会员号
欧阳晓雯,139 5801 6608,xiaowen@example.com,VIP-20881
王小明,138-0571-2233,,
张伟,,zhang.wei@example.com,
坏行,12,,
"""


def bring(
    text: str | bytes, now: datetime, kind: str = "customers", actor: Actor = ACTOR, **said: str
) -> ImportRun:
    body = text.encode() if isinstance(text, str) else text
    return actions.receive(actor=actor, now=now, kind=kind, name="customers.csv", chunks=[body], **said)


def run_through(run: ImportRun, now: datetime) -> ImportRun:
    actions.start(actor=ACTOR, now=now, public_id=run.public_id)
    work_off()
    return ImportRun.objects.get(id=run.id)


def test_a_file_becomes_customers(now: datetime) -> None:
    run = bring(FILE, now)
    assert run.settings["mapping"] == {"name": 0, "phone": 1, "email": 2, "member": 3}
    run = run_through(run, now)
    assert (run.state, run.counts) == ("done", {"new": 3, "refused": 1})
    assert sorted(Record.objects.values_list("name", flat=True)) == sorted(["欧阳晓雯", "王小明", "张伟"])
    assert set(Record.objects.values_list("source", flat=True)) == {"import:file"}
    fault = next(queries.faults(run))
    assert (fault.row, fault.column, fault.code, fault.level) == (5, 1, "phone.too_short", "refused")
    assert Event.objects.filter(type="person.recorded").count() == 3


def test_the_dry_run_writes_nothing_and_says_what_would_happen(now: datetime) -> None:
    add_record(actor=ACTOR, now=now, contact=Contact("王小明", "13805712233"), source="web")
    run = bring(FILE + "欧阳晓雯,,xiaowen@example.com,\n", now)
    actions.start_check(actor=ACTOR, now=now, public_id=run.public_id)
    before = Record.objects.count()
    work_off()
    run = ImportRun.objects.get(id=run.id)
    assert run.state == "checked"
    assert run.checked == {"new": 2, "recognised": 2, "refused": 1, "all_repeats_seen": True}
    assert Record.objects.count() == before
    done = run_through(run, now)
    assert done.counts == {"new": 2, "recognised": 2, "refused": 1}


def test_the_same_file_twice_changes_nothing(now: datetime) -> None:
    run_through(bring(FILE, now), now)
    again = bring(FILE, now)
    earlier = queries.same_file(again)
    assert earlier is not None
    before = (Record.objects.count(), Customer.objects.count(), Identifier.objects.count())
    again = run_through(again, now)
    assert again.counts == {"unchanged": 3, "refused": 1}
    assert (Record.objects.count(), Customer.objects.count(), Identifier.objects.count()) == before


def test_undo_takes_everything_back_but_what_was_built_upon(now: datetime) -> None:
    run = run_through(bring(FILE, now), now)
    Identifier.objects.filter(value="zhang.wei@example.com").update(verified=now)
    actions.start_undo(actor=ACTOR, now=now, public_id=run.public_id)
    work_off()
    run = ImportRun.objects.get(id=run.id)
    assert (run.state, run.counts["taken_back"], run.counts["kept"]) == ("undone", 2, 1)
    assert list(Record.objects.values_list("name", flat=True)) == ["张伟"]
    assert Customer.objects.count() == 1
    assert list(queries.kept_rows(run)) == [(4, "changed")]


def test_a_doubt_goes_with_its_work(now: datetime) -> None:
    add_record(actor=ACTOR, now=now, contact=Contact("小王", "13805712233"), source="web")
    run = run_through(bring(FILE, now), now)
    assert run.counts == {"new": 2, "doubt": 1, "refused": 1}
    assert ReviewTask.objects.count() == 1
    assert WorkItem.objects.get().state == "queued"
    actions.start_undo(actor=ACTOR, now=now, public_id=run.public_id)
    work_off()
    assert ImportRun.objects.get(id=run.id).counts["kept"] == 0
    assert ReviewTask.objects.count() == 0
    assert WorkItem.objects.get().state == "done"
