"""Retention: what ages goes, counted; a dry run first; a legal hold stops everything."""

from datetime import datetime, timedelta

import pytest

from guanxi.core import retention, seal
from guanxi.core.access import EVERYTHING, Actor, Kind, system
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.jobs.chores import Chores
from guanxi.core.models import Detail, Event, IdempotencyKey, Job
from guanxi.site.jobs import sweep_old, verify_chain
from tests.cast import SYSTEM, Staffer, complain, nothing_happens, work_off

pytestmark = pytest.mark.django_db


def answers(now: datetime, *ages_days: int) -> None:
    for number, days in enumerate(ages_days):
        IdempotencyKey.objects.create(
            owner="x",
            key=str(number),
            request_digest="",
            status=200,
            body="",
            created=now - timedelta(days=days),
        )


def test_the_dry_run_counts_what_goes_and_no_more(boss: Staffer, now: datetime) -> None:
    answers(now, 1, 6, 8, 30)
    assert retention.due(now)["idempotency"] == 2
    assert "Delete 2 rows now" in boss.client.get("/settings/retention/").content.decode()
    assert retention.sweep(actor=boss.actor, now=now) == {"idempotency": 2}
    assert IdempotencyKey.objects.filter(owner="x").count() == 2
    event = Event.objects.get(type="retention.swept")
    assert (event.data, event.actor_id) == ({"counts": {"idempotency": 2}}, boss.user.public_id)
    with nothing_happens():  # safe to run again
        assert retention.sweep(actor=boss.actor, now=now) == {}


def test_other_periods_hold_at_once(boss: Staffer, now: datetime) -> None:
    answers(now, 1, 6, 8, 30)
    sent = {"value": "3", "why": "less is enough", "key": "k"}
    boss.client.post("/settings/house/retention.idempotency/", sent)
    assert retention.due(now)["idempotency"] == 3


def test_words_of_old_events_go_and_the_chain_holds(boss: Staffer, now: datetime) -> None:
    complain(now)
    while seal.seal():
        pass
    Event.objects.update(recorded=now)
    later = now + timedelta(days=400)
    assert retention.due(later)["details_cases"] == 0  # kept for ever, as long as nobody says otherwise
    boss.client.post(
        "/settings/house/retention.details_cases/", {"value": "365", "why": "a year", "key": "k"}
    )
    told = Detail.objects.filter(event__type__startswith="case.").count()
    assert told > 0
    assert retention.sweep(actor=boss.actor, now=later, only="details_cases") == {"details_cases": told}
    assert not Detail.objects.filter(event__type__startswith="case.").exists()
    assert Event.objects.filter(type="case.opened").exists()


def test_a_legal_hold_stops_everything(boss: Staffer, now: datetime) -> None:
    answers(now, 30)
    Job.objects.create(
        task="x", state="FAILED", enqueued=now, run_after=now, finished=now - timedelta(days=300)
    )
    refused = boss.client.post("/settings/retention/hold/", {"on": "1", "why": "", "key": "a"})
    assert refused.status_code == 422
    assert (
        boss.client.post("/settings/retention/hold/", {"on": "1", "why": "court 12", "key": "b"}).status_code
        == 303
    )
    page = boss.client.get("/settings/retention/").content.decode()
    assert "A legal hold is on" in page
    assert "court 12" in page
    with nothing_happens():
        with pytest.raises(Conflict):
            retention.sweep(actor=boss.actor, now=now)
        assert boss.client.post("/settings/retention/run/").status_code == 409
        Chores(wake=lambda: None).prune(now)
        assert sweep_old.call() == {}
    boss.client.post("/settings/retention/hold/", {"on": "0", "why": "it is over", "key": "c"})
    assert retention.sweep(actor=boss.actor, now=now)["idempotency"] == 1


def test_the_night_does_it(now: datetime) -> None:
    answers(now, 30)
    assert sweep_old.call()["idempotency"] == 1
    assert Event.objects.get(type="retention.swept").actor_kind == "system"


def test_the_hourly_clearing_is_counted_too(now: datetime) -> None:
    Job.objects.create(
        task="x", state="FAILED", enqueued=now, run_after=now, finished=now - timedelta(days=300)
    )
    Chores(wake=lambda: None).prune(now)
    assert Event.objects.get(type="retention.swept").data == {"counts": {"jobs": 1}}


def test_somebody_asks_for_it_now(boss: Staffer, now: datetime) -> None:
    answers(now, 30)
    assert boss.client.post("/settings/retention/run/").status_code == 303
    work_off()
    assert Event.objects.get(type="retention.swept").actor_id == boss.user.public_id
    page = boss.client.get("/settings/retention/").content.decode()
    assert "Answers to repeated requests" in page


def test_auditors_read_and_delete_nothing(
    auditor: Staffer, agent: Staffer, stranger: Staffer, now: datetime
) -> None:
    answers(now, 30)
    assert auditor.client.get("/settings/retention/").status_code == 200
    nobody = Actor(kind=Kind.STAFF, id="x", rights={"site.audit": EVERYTHING})
    with nothing_happens():
        for who in (auditor, agent, stranger):
            assert who.client.post("/settings/retention/run/").status_code == 403
            assert who.client.post("/settings/retention/hold/", {"on": "1", "why": "x"}).status_code == 403
        assert agent.client.get("/settings/retention/").status_code == 403
        with pytest.raises(Denied):
            retention.sweep(actor=nobody, now=now)
    with pytest.raises(NotFound):
        retention.sweep(actor=SYSTEM, now=now, only="moon")
    assert system("worker").may(retention.RIGHT)
    assert verify_chain.name == "verify_chain"
