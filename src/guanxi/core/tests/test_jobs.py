"""The lease queue: enqueueing, claiming, retries, recovery, schedules, followers, and real worker processes."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist, TaskResultMismatch

from guanxi.core import clock, events, jobs, retention, seal
from guanxi.core.access import system
from guanxi.core.ids import new_id
from guanxi.core.jobs import lease, outbox, schedule
from guanxi.core.jobs.identity import is_gone, place, worker_name
from guanxi.core.models import Consumer, Event, Job, Tick
from guanxi.core.tests import sample_tasks as tasks

T = TypeVar("T")
pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _only_my_registrations(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(schedule, "_schedules", {})
    monkeypatch.setattr(outbox, "_followers", {})
    settings.GUANXI_HOME = tmp_path


def in_threads(count: int, work: Callable[[int], T]) -> list[T]:
    """`work(0..count-1)` at once, each on its own connection; results in order."""
    gate = threading.Barrier(count)

    def run(number: int) -> T:
        try:
            gate.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def claim(worker: str = "w", now: datetime = NOW, batch: int = 8) -> list[Job]:
    return jobs.claim(worker=worker, queues=["default", "mail"], now=now, batch=batch)


def reload(job: Job | str) -> Job:
    return Job.objects.get(id=job if isinstance(job, str) else job.id)


def record_event(number: int = 1, kind: str = "thing.happened") -> Event:
    return events.record(events.Event(kind, system("test"), NOW, ("thing", number)))[0]


# Enqueueing and results


def test_rollback_takes_the_job_with_it() -> None:
    with transaction.atomic():
        tasks.add.enqueue(1, right=2)
        transaction.set_rollback(True)
    assert Job.objects.count() == 0
    with transaction.atomic():
        tasks.add.enqueue(1, right=2)
    assert Job.objects.count() == 1


def test_get_result_follows_a_job_through_its_life() -> None:
    result = tasks.add.enqueue(1, right=2)
    assert result.status == TaskResultStatus.READY
    assert (result.args, result.kwargs, result.attempts) == ([1], {"right": 2}, 0)
    assert jobs.Worker().run_once() == 1
    after = tasks.add.get_result(result.id)
    assert after.status == TaskResultStatus.SUCCESSFUL
    assert after.return_value == 3
    assert after.attempts == 1
    assert after.started_at
    assert after.finished_at
    with pytest.raises(TaskResultMismatch):
        tasks.urgent.get_result(result.id)


@pytest.mark.parametrize("key", [str(uuid.UUID(int=1)), "nonsense", ""])
def test_unknown_result(key: str) -> None:
    with pytest.raises(TaskResultDoesNotExist):
        tasks.add.get_result(key)


def test_a_task_with_context_knows_its_attempt() -> None:
    result = tasks.attempt.enqueue()
    jobs.Worker().run_once()
    result.refresh()
    assert result.return_value == 1


def test_priority_then_age_decide_and_run_after_waits() -> None:
    with clock.at(NOW):
        late = tasks.add.using(run_after=NOW + timedelta(minutes=5)).enqueue(1, 2)
        first = tasks.add.enqueue(1, 2)
    with clock.at(NOW + timedelta(seconds=1)):
        second, urgent = tasks.add.enqueue(1, 2), tasks.urgent.enqueue()
    later = NOW + timedelta(seconds=2)
    assert [str(job.id) for job in claim(now=later)] == [urgent.id, first.id, second.id]
    assert claim(now=later) == []
    assert [str(job.id) for job in claim(now=NOW + timedelta(minutes=5))] == [late.id]


def test_a_worker_takes_only_its_queues() -> None:
    tasks.add.enqueue(1, 2)
    urgent = tasks.urgent.enqueue()
    assert jobs.Worker(queues=["mail"]).run_once() == 1
    urgent.refresh()
    assert urgent.is_finished


# Claiming and leases


def test_no_two_workers_claim_the_same_job() -> None:
    with clock.at(NOW), transaction.atomic():
        wanted = {tasks.add.enqueue(number, 0).id for number in range(60)}

    def take(number: int) -> list[str]:
        found: list[str] = []
        for _ in range(200):  # one that meets the others on the same rows may come away empty-handed
            found += [str(job.id) for job in claim(f"w{number}", batch=3)]
            if not Job.objects.filter(state="READY").exists():
                break
        return found

    taken = [key for found in in_threads(4, take) for key in found]
    assert len(taken) == 60
    assert set(taken) == wanted


def test_a_job_that_was_tried_is_taken_alone() -> None:
    with clock.at(NOW):
        risky = tasks.add.enqueue(1, 2)
        Job.objects.filter(id=risky.id).update(workers=["dead"])
    with clock.at(NOW + timedelta(seconds=1)):
        fresh = [tasks.add.enqueue(1, 2).id for _ in range(2)]
    later = NOW + timedelta(seconds=2)
    assert [str(job.id) for job in claim(now=later)] == [risky.id]
    assert [str(job.id) for job in claim(now=later)] == fresh


def test_the_reaper_returns_a_dead_workers_job_and_the_late_finish_changes_nothing() -> None:
    with clock.at(NOW):
        tasks.add.enqueue(1, 2)
    (job,) = claim("dead")
    assert jobs.reap(now=NOW + timedelta(seconds=59)) == 0
    assert jobs.reap(now=NOW + timedelta(seconds=60)) == 1
    (again,) = claim("alive", now=NOW + timedelta(seconds=61))
    assert again.workers == ["dead", "alive"]
    assert not lease.finish(job, result="stale", now=NOW)
    assert not lease.fail(job, error=ValueError(), now=NOW)
    assert not lease.renew(job, now=NOW)
    assert lease.finish(again, result=3, now=NOW)
    assert reload(job).result == 3


def test_a_job_that_kills_every_worker_fails_in_the_end() -> None:
    with clock.at(NOW):
        result = tasks.add.enqueue(1, 2)
    for number in range(5):
        moment = NOW + timedelta(minutes=2 * number)
        assert len(claim(f"w{number}", now=moment)) == 1
        assert jobs.reap(now=moment + timedelta(seconds=61)) == 1
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert [error.exception_class for error in result.errors] == [jobs.LeaseLost] * 5


def test_renewing_keeps_the_job() -> None:
    with clock.at(NOW):
        tasks.add.enqueue(1, 2)
    (job,) = claim()
    assert lease.renew(job, now=NOW + timedelta(seconds=50))
    assert jobs.reap(now=NOW + timedelta(seconds=100)) == 0
    assert jobs.reap(now=NOW + timedelta(seconds=110)) == 1


def test_handing_back_does_not_count() -> None:
    with clock.at(NOW):
        tasks.add.enqueue(1, 2)
    assert lease.hand_back(claim()) == 1
    job = Job.objects.get()
    assert (job.state, job.workers, job.worker) == ("READY", [], "")


def test_a_process_that_is_gone_is_seen_without_waiting_for_its_lease() -> None:
    if not place():
        pytest.skip("this system has no /proc to look processes up in")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mine = worker_name("x")
    theirs = (
        mine.rsplit("/", 2)[0] + f"/{child.pid}/" + Path(f"/proc/{child.pid}/stat").read_text().split()[21]
    )
    assert not is_gone(mine)
    assert not is_gone(theirs)
    child.kill()
    child.wait()
    assert is_gone(theirs)
    assert is_gone(mine.rsplit("/", 1)[0] + "/1")  # the pid lives, but as another process
    assert not is_gone(theirs.replace(place(), "elsewhere"))
    assert not is_gone("plain name")


# Failing


def test_retries_wait_longer_each_time_then_it_fails_without_words_of_the_error() -> None:
    moment = NOW
    with clock.at(moment):
        result = tasks.breaks.enqueue("Zhang San 13812345678")
    waits = []
    for _ in range(5):
        with clock.at(moment):
            assert jobs.Worker().run_once() == 1
        job = reload(result.id)
        waits.append((job.run_after - moment).total_seconds())
        moment = max(job.run_after, moment)
    low_high = [(2.5, 7.5), (10, 30), (40, 120), (160, 480)]
    assert all(low <= wait <= high for wait, (low, high) in zip(waits, low_high, strict=False))
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert result.attempts == 5
    assert [error.exception_class for error in result.errors] == [ValueError] * 5
    assert "sample_tasks.py" in result.errors[0].traceback
    assert "Zhang" not in str(reload(result.id).errors)
    with pytest.raises(ValueError, match="Task failed"):
        _ = result.return_value


def test_a_task_may_allow_one_attempt_only_and_keeps_the_code_of_an_expected_error() -> None:
    result = tasks.misses.enqueue()
    jobs.Worker().run_once()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].traceback.endswith("NotFound: not_found")


def test_a_task_this_version_does_not_know_is_tried_again_later() -> None:
    with clock.at(NOW):
        result = tasks.add.enqueue(1, 2)
        Job.objects.filter(id=result.id).update(task="guanxi.core.tests.sample_tasks.of_tomorrow")
        jobs.Worker().run_once()
    job = reload(result.id)
    assert job.state == "READY"
    assert job.run_after > NOW
    assert job.errors[0]["exception_class_path"] == "builtins.ImportError"


# Cancelling, progress


def test_cancelling_a_waiting_job_ends_it() -> None:
    result = tasks.add.enqueue(1, 2)
    assert jobs.cancel(uuid.UUID(result.id), now=NOW)
    assert jobs.Worker().run_once() == 0
    job = reload(result.id)
    assert (job.state, job.cancelled, job.finished) == ("FAILED", True, NOW)
    assert not jobs.cancel(job.id, now=NOW)


def test_cancelling_a_running_job_ends_it_at_its_next_progress() -> None:
    result = tasks.cancels_itself.enqueue()
    jobs.Worker().run_once()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert result.attempts == 1
    assert result.errors[0].exception_class is jobs.Cancelled


def test_progress_is_written_and_outside_a_worker_nothing_happens() -> None:
    tasks.counts.call(3)
    assert jobs.current() is None
    assert jobs.is_last_attempt()
    result = tasks.counts.enqueue(1000)
    jobs.Worker().run_once()
    job = reload(result.id)
    assert (job.done, job.total, job.state) == (1000, 1000, "SUCCESSFUL")


# Schedules


def test_one_tick_fires_once_with_four_schedulers() -> None:
    jobs.every("minutely", 60, tasks.tick_work)
    for minute in range(5):
        moment = NOW + timedelta(minutes=minute, seconds=7)
        fired = in_threads(4, lambda _, moment=moment: schedule.fire_due(now=moment, fired={}))  # type: ignore[misc]
        assert sorted(fired) == [0, 0, 0, 1]
        Job.objects.update(state="SUCCESSFUL")
    assert Tick.objects.count() == 5
    assert Job.objects.count() == 5


def test_missed_ticks_are_made_up_once_and_a_waiting_job_is_enough() -> None:
    jobs.every("minutely", 60, tasks.tick_work)
    fired: dict[str, datetime] = {}
    assert schedule.fire_due(now=NOW, fired=fired) == 1
    assert schedule.fire_due(now=NOW + timedelta(seconds=59), fired=fired) == 0
    assert schedule.fire_due(now=NOW + timedelta(hours=1), fired=fired) == 0  # the first one still waits
    Job.objects.update(state="SUCCESSFUL")
    assert schedule.fire_due(now=NOW + timedelta(hours=2), fired=fired) == 1


def test_a_cron_line_begins_with_its_next_tick() -> None:
    jobs.every("nightly", "30 2 * * *", tasks.tick_work)
    assert schedule.fire_due(now=NOW, fired={}) == 0
    assert schedule.fire_due(now=NOW + timedelta(hours=16), fired={}) == 0
    assert schedule.fire_due(now=datetime(2026, 3, 3, 18, 30, tzinfo=UTC), fired={}) == 1  # 02:30 in Shanghai
    assert schedule.fire_due(now=datetime(2026, 3, 3, 18, 31, tzinfo=UTC), fired={}) == 0


@pytest.mark.parametrize(
    ("line", "expected"),  # the last tick before Tuesday 3 March 2026, 10:00 in Shanghai, in local time
    [
        ("30 2 * * *", "2026-03-03 02:30"),
        ("30 18 * * *", "2026-03-02 18:30"),
        ("*/7 * * * *", "2026-03-03 10:00"),
        ("3-59/7 * * * *", "2026-03-03 09:59"),
        ("0 10 * * *", "2026-03-03 10:00"),
        ("0 9 * * 1", "2026-03-02 09:00"),
        ("0 9 * * 7", "2026-03-01 09:00"),
        ("0 0 29 2 *", "2024-02-29 00:00"),
        ("15 8-9,12 1 * *", "2026-03-01 12:15"),
        ("0 0 1 * 3", "2026-03-01 00:00"),
        ("5/20 0-12/6 * * *", "2026-03-03 06:45"),
    ],
)
def test_cron_lines(line: str, expected: str) -> None:
    tick = schedule.Cron.parse(line).latest(NOW)
    assert tick is not None
    assert (tick + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M") == expected


@pytest.mark.parametrize("line", ["", "* * * *", "60 * * * *", "* 5-3 * * *", "a * * * *", "* * 0 * *"])
def test_a_wrong_cron_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        schedule.Cron.parse(line)


def test_cron_in_a_zone_with_summer_time(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    line = schedule.Cron.parse("30 2 * * *")
    spring = line.latest(datetime(2026, 3, 29, 12, tzinfo=UTC))  # 02:30 does not exist that night
    autumn = line.latest(datetime(2026, 10, 25, 12, tzinfo=UTC))  # 02:30 comes twice
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert line.latest(datetime(2026, 10, 25, 1, 45, tzinfo=UTC)) == autumn
    assert schedule.Cron.parse("0 0 31 2 *").latest(NOW) is None


def test_pruning_keeps_the_newest_tick_and_young_jobs() -> None:
    for days in (400, 300, 200):
        Tick.objects.create(name="yearly", tick=NOW - timedelta(days=days))
    assert schedule.prune(now=NOW) == 2
    assert Tick.objects.get().tick == NOW - timedelta(days=200)
    with clock.at(NOW):
        young, old, waiting = (tasks.add.enqueue(1, 2).id for _ in range(3))
    Job.objects.filter(id=young).update(state="SUCCESSFUL", finished=NOW - timedelta(days=6))
    Job.objects.filter(id=old).update(state="SUCCESSFUL", finished=NOW - timedelta(days=8))
    swept = retention.sweep(actor=system("tests"), now=NOW)
    assert swept == {"jobs_done": 1}
    assert {str(key) for key in Job.objects.values_list("id", flat=True)} == {young, waiting}


def test_of_a_short_interval_the_next_tick_is_the_next_try() -> None:
    jobs.every("often", 60, tasks.misses)
    jobs.every("seldom", 3600, tasks.tick_work)
    schedule.fire_due(now=NOW, fired={})
    assert sorted(Job.objects.values_list("attempts_max", flat=True)) == [1, 5]


# Followers


def test_a_follower_gets_each_event_of_its_types_once() -> None:
    jobs.follow("things", ["thing.happened"], tasks.saw_event)
    written = [record_event(number) for number in range(3)]
    record_event(9, "thing.else")
    worker = jobs.Worker()
    assert worker.run_once() == 3
    assert worker.run_once() == 0
    assert jobs.Worker().run_once() == 0
    assert sorted(job.kwargs["event_id"] for job in Job.objects.all()) == [row.id for row in written]


def test_lower_id_committing_later_is_neither_missed_nor_doubled() -> None:
    """The first transaction takes its ids, the second commits and is delivered, then the first commits."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: transactions never overlap")
    jobs.follow("things", None, tasks.saw_event)
    took_id, second_delivered = threading.Event(), threading.Event()

    def slow(_: int) -> int:
        with transaction.atomic():
            row = record_event(1)
            took_id.set()
            assert second_delivered.wait(20)
        return row.id

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slow, 0)
        assert took_id.wait(20)
        second = record_event(2)
        assert jobs.Worker().run_once() == 1
        second_delivered.set()
        first_id = waiting.result(20)
        pool.submit(lambda: connection.close()).result()  # that thread's own
    assert first_id != second.id
    assert jobs.Worker().run_once() == 1
    assert [job.result for job in Job.objects.order_by("enqueued")] == [second.id, first_id]


def test_an_event_with_a_lower_id_that_appears_later_is_delivered() -> None:
    jobs.follow("things", None, tasks.saw_event)
    low = new_id()
    high = record_event(2)
    assert jobs.Worker().run_once() == 1
    Event.objects.create(
        id=low, type="thing.happened", occurred=NOW, recorded=NOW, actor_kind="system", subject_kind="thing",
        subject_id=1,
    )  # fmt: skip
    assert jobs.Worker().run_once() == 1
    assert [job.result for job in Job.objects.order_by("enqueued")] == [high.id, low]


def test_four_workers_deliver_each_event_once() -> None:
    jobs.follow("things", None, tasks.saw_event)
    for number in range(50):
        record_event(number)
    seal.seal()
    follower = outbox.registered()["things"]
    Consumer.objects.create(name="things")
    in_threads(4, lambda _: [outbox.consume(follower, now=NOW, limit=7) for _ in range(12)])
    while outbox.consume(
        follower, now=NOW, limit=7
    ):  # who meets another at the cursor goes on at once: some may be left
        pass
    wanted = list(Event.objects.order_by("seq").values_list("id", flat=True))
    assert sorted(job.kwargs["event_id"] for job in Job.objects.all()) == sorted(wanted)


def test_a_batch_function_and_its_cursor_are_one_transaction() -> None:
    seen: list[list[int]] = []
    broken = [True]

    def project(found: list[Event]) -> None:
        Tick.objects.create(name=f"seen {found[0].id}", tick=NOW)
        if broken:
            raise ZeroDivisionError
        seen.append([event.id for event in found])

    jobs.follow("broken first", None, project)
    jobs.follow("healthy", None, tasks.saw_event)
    rows = [record_event(number) for number in range(2)]
    memory = outbox.Outbox()
    seal.seal()
    assert memory.deliver_new(now=NOW) == 2  # the healthy one is not held up
    assert Tick.objects.count() == 0
    broken.clear()
    assert memory.deliver_new(now=NOW) == 0  # it rests
    memory.resting["broken first"] = 0.0
    assert memory.deliver_new(now=NOW) == 2
    assert seen == [[row.id for row in rows]]
    assert memory.deliver_new(now=NOW) == 0
    assert Tick.objects.count() == 1


def test_a_cursor_is_not_written_for_events_of_no_interest(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.follow("rare", ["thing.rare"], tasks.saw_event)
    for number in range(3):
        record_event(number)
    seal.seal()
    follower = outbox.registered()["rare"]
    assert outbox.consume(follower, now=NOW) == 0
    assert Consumer.objects.get(name="rare").seq == 0
    monkeypatch.setattr(outbox, "UNWRITTEN_MAX", 3)
    assert outbox.consume(follower, now=NOW) == 0
    assert Consumer.objects.get(name="rare").seq == 3


# Real processes


def database_url() -> str:
    """The address of this test's database, for another process."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    login = f"{found['USER']}:{found['PASSWORD']}@" if found["USER"] else ""
    return f"postgresql://{login}localhost:{found['PORT']}/{found['NAME']}?host={found['HOST']}"


class Process:
    """A real `guanxi worker` on this test's database."""

    def __init__(self, home: Path) -> None:
        environment = {**os.environ, "GUANXI_DATABASE_URL": database_url(), "GUANXI_HOME": str(home)}
        environment |= {"GUANXI_LOG_LEVEL": "INFO", "GUANXI_PLAIN_LOGS": "1"}
        self.log = home / "worker.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "guanxi", "worker"], env=environment, stdout=log, stderr=log
            )

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], Process]]:
    started: list[Process] = []

    def start() -> Process:
        started.append(Process(tmp_path))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def until(true: Callable[[], object], seconds_max: float = 40) -> None:
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds_max:
            raise TimeoutError
        time.sleep(0.02)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_a_killed_workers_job_runs_again(start_worker: Callable[[], Process], tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    result = tasks.long_work.enqueue(str(notes), 1.5)
    first = start_worker()
    until(lambda: lines(notes))
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    if not place():
        Job.objects.update(lease_until=clock.now())
    second = start_worker()
    until(lambda: tasks.long_work.get_result(result.id).is_finished)
    result.refresh()
    assert result.return_value == "whole"
    assert result.attempts == 2
    assert lines(notes) == [f"start {first.process.pid}", f"start {second.process.pid}", "end"]


def test_sigterm_lets_the_current_job_finish(start_worker: Callable[[], Process], tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    result = tasks.deaf_work.enqueue(str(notes), 1.5)
    waiting = tasks.add.enqueue(1, 2)
    worker = start_worker()
    until(lambda: lines(notes))
    began = time.monotonic()
    assert worker.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 15
    assert lines(notes)[-1] == "end"
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL
    waiting.refresh()
    assert (waiting.status, waiting.attempts) == (TaskResultStatus.READY, 0)


@pytest.mark.parametrize("task", [tasks.long_work, tasks.deaf_work])
def test_sigterm_hands_a_long_job_back(
    start_worker: Callable[[], Process], tmp_path: Path, task: Any
) -> None:
    """One that shows progress at once, one that does not after the grace."""
    notes = tmp_path / "notes"
    result = task.enqueue(str(notes), 30)
    worker = start_worker()
    until(lambda: lines(notes))
    began = time.monotonic()
    assert worker.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 20
    result.refresh()
    assert (result.status, result.attempts, result.errors) == (TaskResultStatus.READY, 0, [])
    assert "end" not in lines(notes)


def test_a_running_worker_seals_and_anchors_and_its_log_says_nothing_personal(
    start_worker: Callable[[], Process], tmp_path: Path
) -> None:
    worker = start_worker()
    until(lambda: "worker.started" in worker.log.read_text())
    record_event(1)
    until(lambda: Event.objects.filter(seq=1).exists())
    result = tasks.note_line.enqueue(str(tmp_path / "notes"), "Zhang San")
    until(lambda: tasks.note_line.get_result(result.id).is_finished)
    assert worker.end(signal.SIGINT) == 0
    assert (tmp_path / "anchor" / "head.jsonl").exists()
    text = worker.log.read_text()
    assert "job.done" in text
    assert "sample_tasks.note_line" in text
    assert "Zhang" not in text


def test_a_worker_that_lost_its_connections_goes_on(
    start_worker: Callable[[], Process], tmp_path: Path
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no server that could go away")
    worker = start_worker()
    until(lambda: "worker.started" in worker.log.read_text())
    notes = tmp_path / "notes"
    running = tasks.deaf_work.enqueue(str(notes), 1.0)
    until(lambda: lines(notes))
    for _ in range(8):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        time.sleep(0.1)
    row = record_event(1)
    until(lambda: Event.objects.filter(id=row.id, seq=1).exists())
    until(lambda: tasks.deaf_work.get_result(running.id).is_finished)
    assert (
        tasks.deaf_work.get_result(running.id).attempts == 1
    )  # the work was done: only its completion had to wait
    result = tasks.note_line.enqueue(str(notes), "after")
    until(lambda: tasks.note_line.get_result(result.id).is_finished)
    assert "database.away" in worker.log.read_text()
    assert worker.end(signal.SIGTERM) == 0
