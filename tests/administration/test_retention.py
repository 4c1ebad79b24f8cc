"""Retention: what ages goes, counted; a dry run first; a legal hold stops everything, or keeps what is one person's."""

from datetime import datetime, timedelta

import pytest

from guanxi.core import holds, retention, seal
from guanxi.core.access import EVERYTHING, Actor, Kind, system
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.files import actions as file_actions
from guanxi.core.ids import first_id
from guanxi.core.models import (
    BulkRow,
    BulkRun,
    Detail,
    Event,
    Export,
    File,
    IdempotencyKey,
    ImportChunk,
    ImportPart,
    ImportRun,
    Job,
    Notice,
    StaffLetter,
    WebhookDelivery,
    WebhookEndpoint,
)
from guanxi.people.models import SignInCode
from guanxi.site.jobs import sweep_old, verify_chain
from guanxi.trade.models import Order, Scan
from tests.cast import SYSTEM, Shopper, Staffer, complain, nothing_happens, work_off

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
        assert sweep_old.call() == {}
    boss.client.post("/settings/retention/hold/", {"on": "0", "why": "it is over", "key": "c"})
    assert retention.sweep(actor=boss.actor, now=now)["idempotency"] == 1


def test_the_night_does_it(now: datetime) -> None:
    answers(now, 30)
    assert sweep_old.call()["idempotency"] == 1
    assert Event.objects.get(type="retention.swept").actor_kind == "system"


def test_somebody_asks_for_it_now(boss: Staffer, now: datetime) -> None:
    answers(now, 30)
    assert boss.client.post("/settings/retention/run/").status_code == 303
    work_off()
    assert Event.objects.get(type="retention.swept").actor_id == boss.user.public_id
    page = boss.client.get("/settings/retention/").content.decode()
    assert "Answers to repeated requests" in page


PERSON = {"kind": "customer", "reason": "court 7"}


def _aged(buyer: Shopper, seller: Shopper, agent: Staffer, other_agent: Staffer, now: datetime) -> None:
    """Of each kind that ages one row of the held and one of somebody else."""
    old = now - timedelta(days=400)
    endpoint = WebhookEndpoint.objects.create(name="x", url="https://x.example", seed="s", created=old)
    for number, (shopper, staffer) in enumerate(((buyer, agent), (seller, other_agent)), 1):
        case = complain(now, contact=shopper.contact).case
        for user, subject in ((staffer, 1), (agent if number == 2 else other_agent, case.id)):
            Notice.objects.create(
                user=user.user,
                kind="x",
                subject_kind="case",
                subject_id=subject,
                event_id=number,
                created=old,
            )
        StaffLetter.objects.create(
            user=staffer.user, title="x", body="x", language="en", state="sent", created=old
        )
        while seal.seal():
            pass
        told = Event.objects.filter(record_id=case.record_id, type="case.opened").latest("id")
        WebhookDelivery.objects.create(
            endpoint=endpoint, seq=told.seq or 0, type="x", state="delivered", created=old
        )
        for state, mine in (("done", True), ("done", False), ("draft", True), ("receiving", True)):
            run = ImportRun.objects.create(
                kind="orders", name=state, owner=staffer.user if mine else None, actor_kind="staff", state=state,
                created=old, finished=old if state == "done" else None,
            )  # fmt: skip
            ImportPart.objects.create(run=run, number=0, body=b"x")
            if not mine:
                order = (
                    Order.objects.filter(record__customer=shopper.customer_id)
                    .values_list("id", flat=True)
                    .first()
                )
                written = [[2, {"o": order or 1}], [3, None]]
                ImportChunk.objects.create(run=run, phase="run", first_row=2, last_row=3, written=written)
        started = {
            "listing": "cases",
            "user": staffer.user,
            "language": "en",
            "created": old,
            "finished": old,
        }
        bulk = BulkRun.objects.create(action="x", chosen=True, expected=1, state="finished", **started)
        BulkRow.objects.create(run=bulk, row_id=number, key="x", state="done")
        Export.objects.create(state="ready", expires=old, **started)
        Export.objects.create(state="sent", **started)
        File.objects.create(
            name="x", kind="txt", size=1, digest="", actor_kind="staff", actor_id=staffer.user.public_id,
            scan="none", created=old,
        )  # fmt: skip
        Job.objects.create(
            task="x", state="SUCCESSFUL", enqueued=old, run_after=old, finished=old, args=[shopper.public_id]
        )
        SignInCode.objects.create(
            public_id=f"S{number}", record_id=shopper.record_id, digest="x", created=old, expires=old
        )
        IdempotencyKey.objects.create(
            owner=f"customer:{shopper.public_id}",
            key="k",
            request_digest="",
            status=200,
            body="",
            created=old,
        )


def test_of_a_held_person_nothing_goes_and_of_everybody_else_all(
    boss: Staffer, buyer: Shopper, seller: Shopper, agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    _aged(buyer, seller, agent, other_agent, now)
    before = retention.due(now)
    for kind, code in (("customer", buyer.public_id), ("staff", agent.user.public_id)):
        answer = boss.client.post(
            "/settings/retention/persons/", {**PERSON, "kind": kind, "code": code, "key": kind}
        )
        assert answer.status_code == 303
    due = retention.due(now)
    twice = {
        "jobs_done", "idempotency", "sign_in_codes", "staff_letters", "webhook_log", "import_broken",
        "import_drafts", "bulk_rows", "export_files", "export_history", "files_loose",
    }  # fmt: skip
    assert {code: (before[code], due[code]) for code in twice} == dict.fromkeys(twice, (2, 1))
    assert (before["notices"], due["notices"]) == (4, 1)  # to the held, or about them
    assert (before["import_files"], due["import_files"]) == (4, 2)
    swept = retention.sweep(actor=boss.actor, now=now)
    # The export whose file goes in this sweep is history itself by then: old enough, and no longer to be fetched.
    assert {code: swept[code] for code in twice} == {**dict.fromkeys(twice, 1), "export_history": 2}
    assert Event.objects.filter(type="retention.swept").count() == 1  # one sweep, one counted event
    assert all(count == 0 for count in retention.due(now).values())
    assert set(ImportPart.objects.values_list("run__owner", flat=True)) == {agent.user.id, None}
    page = boss.client.get("/settings/retention/").content.decode()
    assert "court 7" in page
    assert buyer.public_id in page


def test_scans_of_the_stages_go_after_their_time(
    boss: Staffer, buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    """Of a clerk or customer under a hold they stay."""
    order = Order.objects.filter(record=buyer.record_id).order_by("id")[0]
    cases = ((89, "x", None), (91, "x", None), (200, "x", order), (200, agent.user.public_id, None))
    for number, (days, by, about) in enumerate(cases):
        made = now - timedelta(days=days)
        Scan.objects.create(
            id=first_id(made) + number, by=by, once=str(number), screen="picking", outcome="counted", order=about, made=made
        )  # fmt: skip
    assert retention.due(now)["scans"] == 3
    for kind, code in (("customer", buyer.public_id), ("staff", agent.user.public_id)):
        holds.place(actor=boss.actor, now=now, kind=kind, code=code, why="court 7")
    assert retention.sweep(actor=boss.actor, now=now, only="scans") == {"scans": 1}
    assert list(Scan.objects.order_by("once").values_list("once", flat=True)) == ["0", "2", "3"]


def test_a_hold_is_lifted_with_a_word_and_everything_ages_again(
    boss: Staffer, buyer: Shopper, now: datetime
) -> None:
    IdempotencyKey.objects.create(
        owner=f"customer:{buyer.public_id}", key="k", request_digest="", status=200, body="",
        created=now - timedelta(days=90),
    )  # fmt: skip
    hold = holds.place(actor=boss.actor, now=now, kind="customer", code=buyer.public_id, why="court 7")
    again = holds.place(actor=boss.actor, now=now, kind="customer", code=buyer.public_id, why="again")
    assert again.id == hold.id
    assert retention.due(now)["idempotency"] == 0
    url = f"/settings/retention/persons/{hold.public_id}/lift/"
    assert boss.client.post(url, {"reason": "", "key": "a"}).status_code == 422
    assert boss.client.post(url, {"reason": "settled", "key": "b"}).status_code == 303
    assert boss.client.post(url, {"reason": "settled", "key": "c"}).status_code == 404
    assert retention.due(now)["idempotency"] == 1
    told = Event.objects.filter(type__startswith="hold.").order_by("id")
    assert [(one.type, one.subject_kind, one.subject_id) for one in told] == [
        ("hold.placed", "customer", buyer.customer_id), ("hold.lifted", "customer", buyer.customer_id),
    ]  # fmt: skip
    assert [Detail.objects.get(event=one).body for one in told] == [{"why": "court 7"}, {"why": "settled"}]


def test_a_held_persons_file_is_not_erased(boss: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, contact=buyer.contact).case
    file = File.objects.create(
        name="x", kind="txt", size=1, digest="", actor_kind="staff", scan="none", created=now,
        subject_kind="case", subject_id=case.id, record_id=case.record_id,
    )  # fmt: skip
    holds.place(actor=boss.actor, now=now, kind="customer", code=buyer.public_id, why="court 7")
    with nothing_happens(), pytest.raises(Conflict):
        file_actions.erase(actor=SYSTEM, now=now, public_id=file.public_id)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"code": "C-NOBODY"}, "nobody with this number"),
        ({"kind": "moon", "code": "x"}, "A customer or a member of staff"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_a_hold_needs_somebody_and_a_reason(
    boss: Staffer, buyer: Shopper, sent: dict[str, str], words: str
) -> None:
    with nothing_happens():
        answer = boss.client.post("/settings/retention/persons/", {**PERSON, "code": buyer.public_id, **sent})
    assert answer.status_code == 422
    assert words in answer.content.decode()


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
            sent = {**PERSON, "kind": "staff", "code": agent.user.public_id}
            assert who.client.post("/settings/retention/persons/", sent).status_code == 403
            assert (
                who.client.post("/settings/retention/persons/Z-1/lift/", {"reason": "x"}).status_code == 403
            )
        assert agent.client.get("/settings/retention/").status_code == 403
        with pytest.raises(Denied):
            retention.sweep(actor=nobody, now=now)
    with pytest.raises(NotFound):
        retention.sweep(actor=SYSTEM, now=now, only="moon")
    assert system("worker").may(retention.RIGHT)
    assert verify_chain.name == "verify_chain"
