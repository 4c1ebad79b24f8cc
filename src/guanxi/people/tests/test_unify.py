"""A scan of all customers: exactly the duplicates there are, asked once, and never a word against a person's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from guanxi.core import options
from guanxi.core.errors import Conflict, Denied
from guanxi.core.models import Event, Job, Role
from guanxi.engine.matching import default_weights
from guanxi.engine.matching.weights import as_json
from guanxi.people import jobs, queries
from guanxi.people.actions import Contact, add_record, ask_scan, reject_review, scanning, use_weights
from guanxi.people.models import Customer, Membership, ReviewTask, UnifyRun
from tests.cast import SYSTEM, Hire, Organisation, Staffer, nothing_happens, work_off

pytestmark = pytest.mark.django_db

Known = Callable[..., Customer]


@pytest.fixture
def known(organisation: Organisation, now: datetime) -> Known:
    """A customer of their own, though somebody like them may be there."""
    count = iter(range(1_000))

    def make(name: str, **more: str) -> Customer:
        contact = Contact(name, member=f"{(next(count) + 1) * 1111:06}", **more)
        record = add_record(actor=SYSTEM, now=now, contact=contact, source="s")
        ReviewTask.objects.all().delete()
        return Customer.objects.get(id=record.customer_id)

    return make


@pytest.fixture
def administrator(hire: Hire) -> Staffer:
    rights = {"site.settings": "all", "people.review": "all"}
    Role.objects.create(
        code="administrator", name={"en": "administrator", "zh-hans": "管理员"}, rights=rights
    )
    return hire("boss", "administrator")


def family(known: Known) -> tuple[Customer, Customer]:
    """Two statements of one man among his family; their customers."""
    home = "杭州市西湖区文三路478号3幢501室"
    one = known("张伟", birth="1984-03-05", address=home)
    known("张国强", phone="13812345678", birth="1958-07-21", address=home)
    other = known("張偉", email="weizhang@example.org", birth="1984-03-05")
    known("Anna Keller", email="anna@example.org")
    return one, other


def scan_now(now: datetime, **more: Any) -> UnifyRun:
    run = ask_scan(actor=SYSTEM, now=now, later=False, **more)
    scanning.unify(run.public_id, progress=lambda _done, _total: None)
    return UnifyRun.objects.get(id=run.id)


def asked() -> list[frozenset[int]]:
    return [frozenset((one.customer_id, one.candidate_id)) for one in ReviewTask.objects.order_by("id")]


def test_exactly_these_once(known: Known, now: datetime) -> None:
    one, other = family(known)
    before = set(Customer.objects.values_list("id", "public_id", "merged_into"))
    members = set(Membership.objects.values_list("record_id", "customer_id", "valid_to"))
    first = scan_now(now)
    assert asked() == [frozenset((one.id, other.id))]
    assert (first.state, first.records, first.customers, first.percent, first.active) == (
        "done",
        4,
        4,
        100,
        None,
    )
    assert (first.proposals_new, first.proposals_known, first.proposals_apart) == (1, 0, 0)
    assert first.model == default_weights().version
    second = scan_now(now + timedelta(hours=1))
    assert len(asked()) == 1
    assert (second.proposals_new, second.proposals_known) == (0, 1)
    assert set(Customer.objects.values_list("id", "public_id", "merged_into")) == before
    assert set(Membership.objects.values_list("record_id", "customer_id", "valid_to")) == members
    ended = Event.objects.filter(type="person.scan_ended").order_by("id")
    assert [one.data["new"] for one in ended] == [1, 0]


def test_rejected_stays_rejected(known: Known, steward: Staffer, now: datetime) -> None:
    family(known)
    scan_now(now)
    review = ReviewTask.objects.get()
    reject_review(actor=steward.actor, now=now, review=review.public_id)
    run = scan_now(now + timedelta(hours=1))
    assert ReviewTask.objects.filter(state="open").count() == 0
    assert (run.proposals_new, run.proposals_known, run.proposals_apart) == (0, 0, 1)
    assert (run.accepted, run.decided) == (0, 1)


def test_nobody_at_all(organisation: Organisation, now: datetime) -> None:
    run = scan_now(now)
    assert (run.state, run.records, run.pairs, run.proposals_new) == ("done", 0, 0, 0)


def test_one_at_a_time_and_by_stewards_only(agent: Staffer, steward: Staffer, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Denied):
        ask_scan(actor=agent.actor, now=now)
    first = ask_scan(actor=steward.actor, now=now)
    assert Job.objects.filter(task="guanxi.people.jobs.unify", args=[first.public_id]).count() == 1
    with nothing_happens(), pytest.raises(Conflict):
        ask_scan(actor=steward.actor, now=now)
    later = ask_scan(actor=steward.actor, now=now + timedelta(hours=13))  # whoever carried it out is gone
    first.refresh_from_db()
    assert (first.state, later.state) == ("failed", "waiting")


def test_every_night_once(organisation: Organisation, now: datetime) -> None:
    assert jobs.unify_nightly.call() == jobs.unify_nightly.call() != ""
    assert UnifyRun.objects.count() == 1


def test_a_scan_that_fails_says_so(known: Known, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr(scanning, "scan", broken)
    with pytest.raises(MemoryError):
        scan_now(now)
    assert UnifyRun.objects.get().state == "failed"


def test_weights_are_chosen_never_taken(
    known: Known, steward: Staffer, administrator: Staffer, now: datetime
) -> None:
    table = as_json(default_weights()) | {"version": "ours@1"}
    run = UnifyRun.objects.create(created=now, state="done", active=None, learns=True, weights=table)
    empty = UnifyRun.objects.create(created=now, state="done", active=None)
    assert queries.weights_in_use().version == default_weights().version
    with nothing_happens(), pytest.raises(Denied):
        use_weights(actor=steward.actor, now=now, scan_id=run.public_id, why="better")
    with nothing_happens(), pytest.raises(Conflict):
        use_weights(actor=administrator.actor, now=now, scan_id=empty.public_id, why="better")
    use_weights(actor=administrator.actor, now=now, scan_id=run.public_id, why="better")
    assert queries.weights_in_use().version == "ours@1"
    assert scan_now(now).model == "ours@1"
    assert [change.why for change in options.history("people.weights")] == ["better"]
    use_weights(actor=administrator.actor, now=now, scan_id="", why="back")
    assert queries.weights_in_use().version == default_weights().version


def test_learning(known: Known, now: datetime, long: bool) -> None:
    """Splink and the scan on one connection; four records teach nothing, so the table is the one begun with, nearly."""
    if not long:
        pytest.skip("Splink takes seconds: with --long")
    one, other = family(known)
    run = scan_now(now, learns=True)
    assert (run.state, run.proposals_new) == ("done", 1)
    assert asked() == [frozenset((one.id, other.id))]
    learnt = queries.learnt_weights(run.public_id)
    assert learnt is not None
    assert (learnt.version, queries.weights_in_use().version) == (run.model, default_weights().version)


def test_a_table_nobody_can_read_stops_nothing(organisation: Organisation, now: datetime) -> None:
    run = UnifyRun.objects.create(created=now, state="done", active=None, weights={"schema": 99})
    assert queries.learnt_weights(run.public_id) is None
    assert queries.learnt_weights("S-NOBODY") is None


def test_page(known: Known, steward: Staffer, now: datetime) -> None:
    family(known)
    assert "No scan yet" in steward.client.get("/identity/scans/").content.decode()
    answer = steward.client.post("/identity/scans/start/", {"key": "k1"})
    assert (answer.status_code, answer["Location"]) == (303, "/identity/scans/")
    assert "progressbar" in steward.client.get("/identity/scans/").content.decode()
    assert steward.client.post("/identity/scans/start/", {"key": "k2"}).status_code == 409
    work_off()
    shown = steward.client.get("/identity/scans/").content.decode()
    assert UnifyRun.objects.get().public_id in shown
    assert "progressbar" not in shown
    assert len(asked()) == 1


def test_api(known: Known, steward: Staffer, now: datetime) -> None:
    family(known)
    run = scan_now(now)
    found = queries.list_scans(steward.actor)
    assert [one.id for one in found] == [run.id]


def test_command(known: Known, now: datetime, capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    family(known)
    call_command("unify", weights=str(tmp_path / "weights.json"))
    assert "proposals: 1 new, 0 waiting already, 0 kept apart" in capsys.readouterr().out
    assert default_weights().version in (tmp_path / "weights.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("accepted", "decided", "shown"),
    [(0, 0, None), (9, 10, (0.9, 0.596, 0.982)), (10, 10, (1.0, 0.722, 1.0))],
)
def test_precision(accepted: int, decided: int, shown: tuple[float, ...] | None) -> None:
    found = queries.precision(accepted, decided)
    assert (found and tuple(round(one, 3) for one in (found.share, found.low, found.high))) == shown
