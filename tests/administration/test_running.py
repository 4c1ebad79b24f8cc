"""Monitors: jobs tried again and stopped, schedules, readers of the stream, letters that did not go out."""

from datetime import UTC, datetime, timedelta

import pytest

from guanxi.channels.models import Message
from guanxi.core import jobs
from guanxi.core.jobs import schedule
from guanxi.core.jobs.schedule import Cron, Interval
from guanxi.core.lists import carrying
from guanxi.core.models import BulkRun, Event, Job, Tick
from guanxi.site.jobs import verify_chain
from tests.cast import Staffer, complain, nothing_happens, statements, work_off

pytestmark = pytest.mark.django_db
FAILED = {
    "state": Job.State.FAILED,
    "errors": [{"exception_class_path": "guanxi.core.errors.Invalid", "traceback": "frame"}],
}


def failed_job(now: datetime) -> Job:
    verify_chain.enqueue("nobody")
    job = Job.objects.latest("enqueued")
    Job.objects.filter(id=job.id).update(**FAILED, workers=["a", "b"], finished=now)
    return Job.objects.get(id=job.id)


def test_a_failed_job_is_tried_again(boss: Staffer, now: datetime) -> None:
    job = failed_job(now)
    page = boss.client.get(f"/settings/jobs/{job.id}/").content.decode()
    assert "Walk over the audit chain" in page
    assert "guanxi.core.errors.Invalid" in page
    assert boss.client.post(f"/settings/jobs/{job.id}/retry/").status_code == 303
    job.refresh_from_db()
    assert (job.state, job.workers, len(job.errors)) == ("READY", [], 1)
    event = Event.objects.get(type="job.retried")
    assert event.data == {"job": job.id.hex, "task": "guanxi.site.jobs.verify_chain"}
    assert work_off() > 0
    job.refresh_from_db()
    assert job.state == "SUCCESSFUL"
    before = Event.objects.filter(type="job.retried").count()
    assert boss.client.post(f"/settings/jobs/{job.id}/retry/").status_code == 409
    assert Event.objects.filter(type="job.retried").count() == before


def test_a_waiting_job_is_stopped(boss: Staffer, now: datetime) -> None:
    verify_chain.enqueue("nobody")
    job = Job.objects.latest("enqueued")
    assert boss.client.post(f"/settings/jobs/{job.id}/cancel/").status_code == 303
    job.refresh_from_db()
    assert (job.state, job.cancelled) == ("FAILED", True)
    assert Event.objects.filter(type="job.cancelled").count() == 1
    with nothing_happens():
        assert boss.client.post(f"/settings/jobs/{job.id}/cancel/").status_code == 409
        assert boss.client.post(f"/settings/jobs/{job.id}/explode/").status_code == 404


def test_many_jobs_at_once(boss: Staffer, auditor: Staffer, now: datetime) -> None:
    """Random keys: rows are taken down by name. The job that does it is left alone; what has moved on is told."""
    for _ in range(4):
        verify_chain.enqueue("nobody")
    waiting, *broken = Job.objects.filter(task="guanxi.site.jobs.verify_chain")
    Job.objects.filter(id__in=[job.id for job in broken]).update(**FAILED, finished=now)
    form = {"confirm": "1", "key": "k1", "query": "task=guanxi.site.jobs.verify_chain", "all": "1"}
    with nothing_happens():
        assert auditor.client.post("/lists/jobs/bulk/retry/", form).status_code == 403
        assert auditor.client.post("/lists/jobs/bulk/cancel/", form).status_code == 403
    page = boss.client.post("/lists/jobs/bulk/retry/", {**form, "confirm": ""}).text
    assert "1 of these stays as it is" in page
    assert boss.client.post("/lists/jobs/bulk/retry/", form).status_code == 303
    carrying.carry_out(BulkRun.objects.get().id)
    run = BulkRun.objects.get()
    assert (run.state, run.done, run.failed) == ("finished", 3, 1)
    assert set(Job.objects.filter(id__in=[job.id for job in broken]).values_list("state", flat=True)) == {
        "READY"
    }
    assert Event.objects.filter(type="job.retried").count() == 3
    page = boss.client.get(f"/lists/runs/{run.public_id}/").text
    assert "This job has not failed." in page
    assert str(waiting.id) in page
    keys = [str(job.id) for job in broken[:2]] + ["no-uuid", str(run.job)]
    assert (
        boss.client.post("/lists/jobs/bulk/cancel/", {"confirm": "1", "key": "k2", "keys": keys}).status_code
        == 303
    )
    work_off()
    last = BulkRun.objects.latest("id")
    assert last.state == "finished"
    assert Job.objects.get(id=last.job or waiting.id).state == "SUCCESSFUL"


def test_the_list_of_jobs_pages_by_keyset(boss: Staffer, now: datetime) -> None:
    for number in range(120):
        jobs.enqueue_named("guanxi.site.jobs.verify_chain", f"u{number}")
    Job.objects.all().update(enqueued=now)  # one moment for all: the key decides
    seen: set[str] = set()
    address = "/settings/jobs/"
    for _ in range(3):
        answer = boss.client.get(address)
        page = answer.content.decode()
        keys = [part.split('"')[0] for part in page.split('data-key-of="')[1:]]
        assert not seen & set(keys)
        seen |= set(keys)
        if 'data-key="]"' not in page:
            break
        address = page.split('data-key="]"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert len(seen) == 120
    assert boss.client.get("/settings/jobs/?after=forged").status_code == 422


def test_the_list_of_jobs_costs_the_same(boss: Staffer, now: datetime) -> None:
    failed_job(now)
    first = statements(lambda: boss.client.get("/settings/jobs/?state=FAILED"))
    for _ in range(10):
        failed_job(now)
    assert statements(lambda: boss.client.get("/settings/jobs/?state=FAILED")) == first


def test_workers_schedules_and_readers(boss: Staffer, now: datetime) -> None:
    complain(now)
    page = boss.client.get("/settings/running/").content.decode()
    assert "No sign of a worker" in page
    Tick.objects.create(name="cases.expire", tick=now)
    work_off()
    page = boss.client.get("/settings/running/").content.decode()
    assert "alive" in page
    assert "Deletion of old data" in page
    assert "Search index of cases" in page


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Interval(60), datetime(2026, 3, 3, 2, 1, tzinfo=UTC)),
        (Cron.parse("40 2 * * *"), datetime(2026, 3, 3, 18, 40, tzinfo=UTC)),
        (Cron.parse("*/10 8-18 * * *"), datetime(2026, 3, 3, 2, 10, tzinfo=UTC)),
        (Cron.parse("0 9 1 * *"), datetime(2026, 4, 1, 1, 0, tzinfo=UTC)),
        (Cron.parse("0 0 30 2 *"), None),
    ],
)
def test_the_next_tick(when: Interval | Cron, expected: datetime | None, now: datetime) -> None:
    assert schedule.next_tick(when, now) == expected


def test_a_failed_letter_is_tried_again(boss: Staffer, auditor: Staffer, now: datetime) -> None:
    complain(now)
    work_off()
    letter = Message.objects.filter(direction="out").latest("id")
    Message.objects.filter(id=letter.id).update(state=Message.State.FAILED)
    page = boss.client.get("/settings/outbox/").content.decode()
    assert letter.public_id in page
    assert letter.address not in page
    with nothing_happens():
        assert auditor.client.post(f"/settings/outbox/{letter.public_id}/again/").status_code == 403
    assert boss.client.post(f"/settings/outbox/{letter.public_id}/again/").status_code == 303
    assert Message.objects.get(id=letter.id).state == Message.State.QUEUED
    assert Event.objects.filter(type="message.queued", data__again=True).count() == 1
    assert work_off() > 0
    assert Message.objects.get(id=letter.id).state == Message.State.SENT
    assert boss.client.post(f"/settings/outbox/{letter.public_id}/again/").status_code == 409


def test_strangers_see_and_stop_nothing(
    agent: Staffer, auditor: Staffer, stranger: Staffer, now: datetime
) -> None:
    job = failed_job(now + timedelta(hours=1))
    with nothing_happens():
        for who in (agent, auditor, stranger):
            for address in (
                "/settings/jobs/",
                f"/settings/jobs/{job.id}/",
                "/settings/running/",
                "/settings/outbox/",
            ):
                assert who.client.get(address).status_code == 403
            assert who.client.post(f"/settings/jobs/{job.id}/retry/").status_code == 403
            assert who.client.post(f"/settings/jobs/{job.id}/cancel/").status_code == 403
