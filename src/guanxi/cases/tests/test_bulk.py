"""Many cases at once: ticked or all that match, one action per row, what failed and why, undone where possible."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import translation

from guanxi.cases import actions, lists
from guanxi.cases.models import Case
from guanxi.channels.models import Message
from guanxi.core import clock, jobs, retention, staff
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.lists import carrying, choosing, runs
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRow, BulkRun, Event, Job, User
from guanxi.people.actions import Contact
from guanxi.work.models import WorkItem
from tests.cast import (
    SYSTEM,
    Hire,
    Organisation,
    Staffer,
    complain,
    events_of,
    nothing_happens,
    work_about,
    work_off,
)

LISTING = lists.LISTING


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Runs are begun by somebody who reads English."""
    with translation.override("en"):
        yield


def _open(now: datetime, count: int) -> list[Case]:
    return [
        complain(now, f"第 {n} 件", Contact("陈静", email=f"c{n}@post.example")).case for n in range(count)
    ]


def _start(
    who: Staffer | Actor, now: datetime, action: str, cases: Sequence[Case] | str, **values: str
) -> BulkRun:
    actor = who.actor if isinstance(who, Staffer) else who
    choice = (
        Choice(query=cases, everything=True)
        if isinstance(cases, str)
        else Choice(keys=[case.number for case in cases])
    )
    bulk = LISTING.get_bulk(actor, action)
    return runs.start(actor=actor, now=now, listing=LISTING, bulk=bulk, choice=choice, values=values)


def _run(run: BulkRun) -> BulkRun:
    carrying.carry_out(run.id)
    run.refresh_from_db()
    return run


def _states(run: BulkRun) -> dict[str, str]:
    return dict(BulkRow.objects.filter(run=run).values_list("key", "state"))


def _teams(*cases: Case) -> list[str]:
    found = Case.objects.in_bulk([case.id for case in cases])
    return [found[case.id].team.unit.code for case in cases]


def test_ticked_cases_are_handed_over_and_come_back(agent: Staffer, now: datetime) -> None:
    first, second, third = _open(now, 3)
    run = _start(agent, now, "move", [first, second], team="west-front")
    assert work_off() > 0
    run.refresh_from_db()
    assert (run.state, run.done, run.failed, run.expected) == ("finished", 2, 0, 2)
    assert _teams(first, second, third) == ["west-front", "west-front", "front"]
    assert [item.team.unit.code for item in work_about(first)] == ["west-front"]
    assert events_of(first) == ["case.opened", "case.moved"]
    assert list(Event.objects.filter(type__startswith="list.").order_by("id").values_list("type", "data")) == [
        ("list.bulk_started", {"run": run.public_id, "list": "cases", "action": "move", "expected": 2, "chosen": True}),
        ("list.bulk_finished", {"run": run.public_id, "list": "cases", "action": "move", "state": "finished",
                                "reason": "", "done": 2, "failed": 0, "undone": 0}),
    ]  # fmt: skip
    runs.start_undo(actor=agent.actor, now=now, public_id=run.public_id)
    assert work_off() > 0
    run.refresh_from_db()
    assert (run.state, run.undone) == ("undone", 2)
    assert _teams(first, second) == ["front", "front"]
    assert Event.objects.filter(type="list.bulk_undone").count() == 1


def test_all_matching_of_today_not_of_tomorrow(agent: Staffer, now: datetime) -> None:
    """What comes in after the start is not touched; what no longer matches when its turn comes neither."""
    first, second = _open(now, 2)
    actions.answer(actor=agent.actor, now=now, number=second.number, text="好的")
    run = _start(agent, now, "answer", "state=recorded", text="我们已收到。")
    later = _open(now, 1)[0]
    assert _run(run).state == "finished"
    assert (run.done, run.failed, run.expected) == (1, 0, 1)
    states = dict(Case.objects.values_list("number", "state"))
    assert states == {first.number: "answered", second.number: "answered", later.number: "recorded"}
    assert Message.objects.filter(subject_id=first.id, direction="out", channel="web").count() == 1


def test_a_failure_leaves_the_others_done(agent: Staffer, now: datetime) -> None:
    first, second, third = _open(now, 3)
    with translation.override("zh-hans"):
        run = _start(agent, now, "answer", [first, second, third], text="我们已收到。")
    actions.answer(actor=agent.actor, now=now, number=second.number, text="好的")
    actions.resolve(actor=agent.actor, now=now, number=second.number)
    _run(run)
    assert (run.state, run.done, run.failed) == ("finished", 2, 1)
    assert _states(run) == {first.number: "done", second.number: "failed", third.number: "done"}
    failed = BulkRow.objects.get(run=run, state="failed")
    assert failed.reason == "目前无法操作：案件状态为“已办结”。"


def test_the_reason_is_in_the_starter_s_language(agent: Staffer, now: datetime) -> None:
    first = _open(now, 1)[0]
    form = {"keys": first.number, "confirm": "1", "key": "k", "text": "好的"}
    agent.client.post("/lists/cases/bulk/answer/?lang=zh-hans", form)
    run = BulkRun.objects.get()
    assert run.language == "zh-hans"


def test_a_fault_of_ours_is_one_row_s_matter(agent: Staffer, now: datetime) -> None:
    first, second = _open(now, 2)
    run = _start(agent, now, "answer", [first, second], text="好的")
    real = actions.answer

    def broken(*, number: str, **more: Any) -> Case:
        if number == first.number:
            raise ZeroDivisionError
        return real(number=number, **more)

    with patch.object(actions, "answer", broken):
        _run(run)
    assert (run.state, run.done, run.failed) == ("finished", 1, 1)
    assert "our side" in BulkRow.objects.get(run=run, state="failed").reason
    assert events_of(first) == ["case.opened"]


def test_the_job_run_twice_does_it_once(agent: Staffer, now: datetime) -> None:
    cases = _open(now, 3)
    run = _start(agent, now, "answer", "state=recorded", text="好的")
    _run(run)
    _run(run)
    assert run.done == 3
    assert [events_of(case) for case in cases] == [["case.opened", "case.answered"]] * 3


def test_a_try_that_died_in_between_is_taken_up(agent: Staffer, now: datetime) -> None:
    """The worker dies after the second row: the next one goes on with the third, and the first holds nothing more."""
    cases = _open(now, 4)
    run = _start(agent, now, "answer", "state=recorded", text="好的")
    calls = 0
    real = actions.answer

    def dying(**all_of: Any) -> Case:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return real(**all_of)

    with patch.object(actions, "answer", dying), pytest.raises(KeyboardInterrupt):
        carrying.carry_out(run.id)
    assert sorted(_states(run).values()) == ["done", "done"]
    assert _run(run).state == "finished"
    assert run.done == 4
    assert [events_of(case) for case in cases] == [["case.opened", "case.answered"]] * 4


def test_who_lost_the_run_touches_nothing_more(agent: Staffer, now: datetime) -> None:
    cases = _open(now, 2)
    run = _start(agent, now, "answer", cases, text="好的")
    held = carrying._take(run.id, ("waiting", "running"), "running")
    assert held is not None
    carrying._take(run.id, ("waiting", "running"), "running")  # another worker took it over
    work = carrying._prepared(held)
    with pytest.raises(carrying._Gone):
        carrying._one(work, (cases[0].id, cases[0].number), carrying._do)
    assert events_of(cases[0]) == ["case.opened"]


def test_cancelled_after_the_row_in_hand(agent: Staffer, now: datetime) -> None:
    cases = _open(now, 3)
    run = _start(agent, now, "answer", cases, text="好的")

    def cancel(done: int, total: int) -> None:
        runs.cancel(actor=agent.actor, now=now, public_id=run.public_id)

    with patch.object(jobs, "progress", cancel):
        carrying.carry_out(run.id)
    run.refresh_from_db()
    assert (run.state, run.done) == ("cancelled", 1)
    assert Event.objects.filter(type="list.bulk_finished").get().data["state"] == "cancelled"
    assert Case.objects.filter(state="answered").count() == 1
    with pytest.raises(Conflict):
        runs.cancel(actor=agent.actor, now=now, public_id=run.public_id)


def test_whoever_left_does_nothing_more(agent: Staffer, now: datetime) -> None:
    cases = _open(now, 2)
    run = _start(agent, now, "answer", cases, text="好的")
    staff.disable_user(actor=SYSTEM, now=now, user=agent.user)
    _run(run)
    assert (run.state, run.reason, run.done, run.failed) == ("stopped", "left", 0, 0)
    assert Event.objects.get(type="list.bulk_finished").actor_kind == "system"
    assert Case.objects.filter(state="answered").count() == 0


def test_rights_lost_on_the_way_stop_it(agent: Staffer, now: datetime) -> None:
    cases = _open(now, 1)
    run = _start(agent, now, "answer", cases, text="好的")
    agent.user.grants.all().delete()
    staff.grant_role(actor=SYSTEM, now=now, user=User.objects.get(id=agent.user.id), role="manager")
    _run(run)
    assert (run.state, run.reason, run.done) == ("stopped", "denied", 0)


def test_who_does_not_handle_cases_cannot_start(manager: Staffer, stranger: Staffer, now: datetime) -> None:
    case = _open(now, 1)[0]
    with nothing_happens():
        with pytest.raises(Denied):
            _start(manager, now, "answer", [case], text="好的")
        with pytest.raises(Invalid):  # not visible to them: no row is left
            _start(stranger, now, "answer", [case], text="好的")
        assert manager.client.post("/lists/cases/bulk/answer/", {"keys": case.number}).status_code == 403
        form = {"keys": case.number, "confirm": "1", "text": "x", "key": "k1"}
        assert stranger.client.post("/lists/cases/bulk/answer/", form).status_code == 422
        assert stranger.client.post("/lists/cases/bulk/nothing/", form).status_code == 404
        assert stranger.client.post("/lists/nothing/bulk/answer/", form).status_code == 404


def test_a_run_is_its_starter_s_alone(agent: Staffer, other_agent: Staffer, now: datetime) -> None:
    run = _start(agent, now, "answer", _open(now, 1), text="好的")
    with nothing_happens():
        for path in ("", "rows.csv"):
            assert other_agent.client.get(f"/lists/runs/{run.public_id}/{path}").status_code == 404
        for verb in ("cancel", "undo"):
            assert other_agent.client.post(f"/lists/runs/{run.public_id}/{verb}/").status_code == 404
        assert run.public_id not in other_agent.client.get("/lists/runs/").text
        with pytest.raises(NotFound):
            runs.cancel(actor=other_agent.actor, now=now, public_id=run.public_id)


def test_rows_of_others_are_told_beforehand_and_left(
    agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    mine, theirs = _open(now, 2)
    Case.objects.filter(id=theirs.id).update(team=organisation.team("west-front"))
    seen = choosing.preview(
        LISTING, LISTING.get_bulk(agent.actor, "answer"), agent.actor,
        Choice(keys=[mine.number, theirs.number, "GX-0000-0000-0000"]), now=now,
    )  # fmt: skip
    assert (seen.count, seen.missing, seen.foreign) == (2, 1, 1)
    form = {"keys": [mine.number, theirs.number, "GX-0000-0000-0000"]}
    page = agent.client.post("/lists/cases/bulk/answer/", form)
    assert page.status_code == 200
    assert "1 of these stays as it is: not yours to change, or settled already." in page.text
    assert "1 ticked row is not there any more." in page.text
    assert "This cannot be undone." in page.text
    run = _run(_start(agent, now, "answer", [mine, theirs], text="好的"))
    assert _states(run) == {mine.number: "done", theirs.number: "failed"}
    assert events_of(theirs) == ["case.opened"]


def test_taken_on_as_far_as_hands_reach_and_put_back(hire: Hire, now: datetime) -> None:
    agent = hire("small hands", "agent", "front", seat="front", capacity=2)
    cases = _open(now, 3)
    run = _run(_start(agent, now, "take", cases))
    assert (run.done, run.failed) == (2, 1)
    assert agent.seat.open == 2
    assert "hands are full" in BulkRow.objects.get(run=run, state="failed").reason
    done = [case for case in cases if _states(run)[case.number] == "done"]
    actions.answer(actor=agent.actor, now=now, number=done[0].number, text="好的")
    runs.start_undo(actor=agent.actor, now=now, public_id=run.public_id)
    carrying.carry_back(run.id)
    run.refresh_from_db()
    assert (run.state, run.undone) == ("undone", 1)
    assert _states(run)[done[0].number] == "kept"
    assert BulkRow.objects.get(run=run, state="kept").reason == "This is no longer in your hands."
    assert WorkItem.objects.filter(state="queued").count() == 2
    assert agent.seat.open == 0


def test_rows_changed_since_are_left_and_listed(agent: Staffer, now: datetime) -> None:
    first, second = _open(now, 2)
    run = _run(_start(agent, now, "language", [first, second], language="en"))
    assert run.done == 2
    actions.append(actor=agent.actor, now=now, number=second.number, text="还有一件")
    runs.start_undo(actor=agent.actor, now=now, public_id=run.public_id)
    carrying.carry_back(run.id)
    carrying.carry_back(run.id)  # twice is once
    run.refresh_from_db()
    assert (run.state, run.undone) == ("undone", 1)
    languages = dict(Case.objects.values_list("number", "language"))
    assert languages == {first.number: "zh-hans", second.number: "en"}
    page = agent.client.get(f"/lists/runs/{run.public_id}/").text
    assert "The case has changed since then." in page
    assert second.number in page
    with pytest.raises(Conflict):
        runs.start_undo(actor=agent.actor, now=now, public_id=run.public_id)


def test_what_cannot_be_undone_is_not(agent: Staffer, now: datetime) -> None:
    run = _run(_start(agent, now, "answer", _open(now, 1), text="好的"))
    with nothing_happens(), pytest.raises(Conflict):
        runs.start_undo(actor=agent.actor, now=now, public_id=run.public_id)


def test_undo_has_its_time(agent: Staffer, now: datetime) -> None:
    run = _run(_start(agent, now, "move", _open(now, 1), team="west-front"))
    late = now + timedelta(days=31)
    with nothing_happens(), pytest.raises(Conflict):
        runs.start_undo(actor=agent.actor, now=late, public_id=run.public_id)


def test_sent_twice_it_runs_once(agent: Staffer, now: datetime) -> None:
    case = _open(now, 1)[0]
    form = {"keys": case.number, "confirm": "1", "text": "好的", "key": "the-form-key"}
    first = agent.client.post("/lists/cases/bulk/answer/", form)
    second = agent.client.post("/lists/cases/bulk/answer/", form)
    assert (first.status_code, first["Location"]) == (303, second["Location"])
    assert BulkRun.objects.count() == 1


def test_more_than_were_shown_are_shown_again(agent: Staffer, now: datetime) -> None:
    _open(now, 2)
    form = {
        "all": "1",
        "query": "state=recorded",
        "confirm": "1",
        "expected": "1",
        "text": "好的",
        "key": "k",
    }
    with nothing_happens():
        page = agent.client.post("/lists/cases/bulk/answer/", form)
    assert page.status_code == 409
    assert "More rows match now than you were shown: 2, not 1." in page.text
    assert 'value="2"' in page.text
    assert agent.client.post("/lists/cases/bulk/answer/", {**form, "expected": "2"}).status_code == 303


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "This is needed."),
        ({"text": "x" * 10_001}, "At most 10,000 characters fit here."),
    ],
)
def test_a_missing_input_is_named_beside_its_field(
    agent: Staffer, now: datetime, form: dict[str, str], says: str
) -> None:
    case = _open(now, 1)[0]
    with nothing_happens():
        page = agent.client.post(
            "/lists/cases/bulk/answer/", {"keys": case.number, "confirm": "1", "key": "k", **form}
        )
    assert page.status_code == 422
    assert says in page.text
    assert case.number in page.text


def test_an_unknown_team_is_refused(agent: Staffer, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Invalid):
        _start(agent, now, "move", "state=recorded", team="nobody")


@pytest.mark.parametrize("form", [{}, {"keys": ""}, {"keys": ",,,"}, {"all": "1", "query": "state=nonsense"}])
def test_nothing_chosen_leads_back(agent: Staffer, form: dict[str, str]) -> None:
    with nothing_happens():
        answer = agent.client.post("/lists/cases/bulk/answer/", form)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/cases/")


def test_ten_thousand_keys_and_not_one_more(agent: Staffer, now: datetime) -> None:
    case = _open(now, 1)[0]
    keys = [case.number, *(f"GX-2603-0000-{n:04d}" for n in range(9_999))]
    page = agent.client.post("/lists/cases/bulk/answer/", {"keys": ",".join(keys)})
    assert page.status_code == 200
    assert "9,999 ticked rows are not there any more." in page.text
    with nothing_happens():
        refused = agent.client.post("/lists/cases/bulk/answer/", {"keys": ",".join([*keys, "one-more"])})
    assert refused.status_code == 303
    with pytest.raises(Invalid) as error:
        choosing.read_choice([*keys, "one-more"], "", False)
    assert error.value.code == "too_many"


def test_words_found_are_taken_down_by_name(agent: Staffer, now: datetime) -> None:
    found = complain(now, "古琴断弦", Contact("陈静", email="q@post.example")).case
    _open(now, 1)
    work_off()
    run = _start(agent, now, "answer", "q=古琴", text="好的")
    assert (run.chosen, run.expected) == (True, 1)
    _run(run)
    assert _states(run) == {found.number: "done"}


def test_the_run_s_page_shows_progress_and_what_failed(agent: Staffer, now: datetime) -> None:
    first, second = _open(now, 2)
    run = _start(agent, now, "answer", [first, second], text="=好的")
    page = agent.client.get(f"/lists/runs/{run.public_id}/").text
    assert 'hx-trigger="every 1s"' in page
    assert "0 of 2" in page
    actions.answer(actor=agent.actor, now=now, number=second.number, text="好的")
    actions.resolve(actor=agent.actor, now=now, number=second.number)
    _run(run)
    page = agent.client.get(f"/lists/runs/{run.public_id}/").text
    assert "hx-trigger" not in page.partition('id="gx-run"')[2].partition(">")[0]
    assert "This cannot be done now: the case is resolved." in page
    rows: Any = agent.client.get(f"/lists/runs/{run.public_id}/rows.csv")
    text = b"".join(rows.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(StringIO(text))) == [
        ["Row", "What became of it", "Reason"],
        [second.number, "not done", "This cannot be done now: the case is resolved."],
    ]
    assert run.public_id in agent.client.get("/lists/runs/").text


def test_what_nobody_works_on_is_ended(agent: Staffer, now: datetime) -> None:
    run = _start(agent, now, "answer", _open(now, 1), text="好的")
    assert runs.stop_lost(now=now) == 0
    Job.objects.all().update(state=Job.State.FAILED)
    assert runs.stop_lost(now=now) == 1
    run.refresh_from_db()
    assert (run.state, run.reason) == ("stopped", "fault")
    _run(run)
    assert run.done == 0


def test_old_runs_are_forgotten(agent: Staffer, now: datetime) -> None:
    _run(_start(agent, now, "answer", _open(now, 2), text="好的"))
    assert "bulk_rows" not in retention.sweep(actor=SYSTEM, now=now + timedelta(days=89))
    gone = retention.sweep(actor=SYSTEM, now=now + timedelta(days=91))
    assert (gone["bulk_rows"], gone["bulk_runs"]) == (2, 1)
    assert BulkRun.objects.count() == 0


def test_at_most_five_at_a_time(agent: Staffer, now: datetime) -> None:
    cases = _open(now, 1)
    for _number in range(runs.ACTIVE_MAX):
        _start(agent, now, "answer", cases, text="好的")
    with nothing_happens(), pytest.raises(Conflict):
        _start(agent, now, "answer", cases, text="好的")


def test_the_query_reads_at_the_moment_of_the_start(agent: Staffer, now: datetime) -> None:
    """ "The last day" means the day before the start, however late the worker comes to it."""
    old = complain(now - timedelta(hours=30), contact=Contact("甲", email="o@post.example")).case
    new = complain(now - timedelta(hours=20), contact=Contact("乙", email="n@post.example")).case
    run = _start(agent, now, "answer", "opened=1d", text="好的")
    with clock.at(now + timedelta(hours=10)):
        _run(run)
    assert _states(run) == {new.number: "done"}
    assert events_of(old) == ["case.opened"]
