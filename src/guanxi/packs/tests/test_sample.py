"""All sample data goes, what is real stays, the chain still verifies."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password

from guanxi.cases import actions as cases
from guanxi.cases.models import Case
from guanxi.channels.models import Message
from guanxi.core import seal, search, staff
from guanxi.core.access import PUBLIC, system
from guanxi.core.errors import Denied
from guanxi.core.models import Detail, Event, Job, SearchEntry, Unit, User
from guanxi.packs import jobs, names, sample
from guanxi.packs.club import history, world
from guanxi.packs.club.cast import CAST
from guanxi.packs.tests.conftest import CASES, Seed
from guanxi.people.actions import Contact
from guanxi.people.models import Consent, Customer, Identifier, Membership, Record, ReviewTask
from guanxi.trade.models import Order, OrderLine, Product
from guanxi.work import actions as work
from guanxi.work import queries as work_queries
from guanxi.work.models import Assignment, Member, WorkItem

ADMIN = system("test")
REAL = Contact(name="梁思远", phone="138 1234 5678", email="liang@house.example")


def complain(now: datetime, contact: Contact = REAL) -> Case:
    text = "请问你们周末上班吗？"  # a request: its work is there at once
    return cases.open_case(actor=PUBLIC, now=now, contact=contact, text=text, channel="web").case


def remove(now: datetime, root: Unit) -> sample.Removed:
    return sample.remove_sample(actor=ADMIN, now=now + timedelta(hours=1), root=root)


def add_real_administrator(now: datetime) -> User:
    user = staff.add_user(
        actor=ADMIN, now=now, username="owner", name="Owner", password_hash=make_password("a real one")
    )
    staff.grant_role(actor=ADMIN, now=now, user=user, role="administrator")
    return user


def seal_all() -> None:
    while seal.seal():
        pass
    seal.anchor()


def test_the_sample_goes_and_a_real_case_stays(root: Unit, now: datetime) -> None:
    real = complain(now)
    for record in Record.objects.all():
        search.put("customer", record.id, record.name, record_id=record.id)
    seal_all()
    before = Event.objects.count()
    removed = remove(now, root)
    assert not Record.objects.filter(sample=True).exists()
    assert list(Case.objects.all()) == [real]
    assert [one.id for one in Record.objects.all()] == [real.record_id]
    assert Customer.objects.count() == Membership.objects.count() == Message.objects.count() == 1
    assert Identifier.objects.count() == 2
    assert [item.subject_id for item in WorkItem.objects.all()] == [real.id]
    assert [entry.record_id for entry in SearchEntry.objects.all()] == [real.record_id]
    for model in (Order, OrderLine, Product, Assignment, ReviewTask, Consent):
        assert not model.objects.exists(), model.__name__
    assert set(Detail.objects.values_list("event__record_id", flat=True)) == {real.record_id}
    assert Event.objects.count() == before + 1
    last = Event.objects.latest("id")
    assert (last.type, last.data["counts"]["cases"], last.data["counts"]["orders"]) == (
        "sample.removed",
        CASES,
        537,
    )
    assert removed.counts["records"] == last.data["counts"]["records"]
    seal_all()
    report = seal.verify()
    assert (report.faults, report.unsealed) == ([], 0)
    assert report.erased_details == removed.counts["details"]
    assert all(member.open == 0 for member in Member.objects.all())


def test_a_real_person_taken_for_a_sample_one_stays(root: Unit, now: datetime) -> None:
    first, second = (names.person(own[0].customer, world.SEED) for own in history.latest_buyers(2))
    same = complain(now, Contact(name=first.name, phone=first.phone))
    doubtful = complain(now, names.familiar(second))
    assert same.record.customer.records.filter(sample=True).exists()
    assert doubtful.record.customer.provisional
    remove(now, root)
    assert {case.id for case in Case.objects.all()} == {same.id, doubtful.id}
    assert Customer.objects.count() == 2
    assert not Customer.objects.filter(provisional=True).exists()
    assert {item.kind for item in WorkItem.objects.all()} == {"case.answer"}


def test_removing_twice_is_harmless(root: Unit, now: datetime) -> None:
    remove(now, root)
    before = Event.objects.count()
    again = remove(now + timedelta(hours=1), root)
    assert (again.counts.get("records", 0), Event.objects.count()) == (0, before)


def test_demo_accounts_close_once_somebody_real_is_there(root: Unit, now: datetime) -> None:
    assert remove(now, root).staff_kept
    assert User.objects.filter(is_active=True).count() == len(CAST)
    owner = add_real_administrator(now)
    assert not remove(now, root).staff_kept
    assert list(User.objects.filter(is_active=True)) == [owner]
    assert not any(user.has_usable_password() for user in User.objects.filter(sample=True))


def test_real_work_in_a_demo_hand_goes_back_to_the_queue(root: Unit, now: datetime) -> None:
    real = complain(now)
    item = work_queries.open_item(("case", real.id), "case.answer")
    assert item is not None
    emma = User.objects.get(username="emma")
    work.take(actor=staff.actor_of(emma), now=now, item=item)
    add_real_administrator(now)
    remove(now, root)
    item.refresh_from_db()
    assert (item.state, item.member_id) == ("queued", None)
    assert Assignment.objects.get().outcome == "left"


def test_a_removed_world_can_be_seeded_again(root: Unit, seed: Seed, now: datetime) -> None:
    add_real_administrator(now)
    sample.remove_sample(actor=ADMIN, now=now, root=root)
    assert sample.state(root) is None
    again = seed()
    assert (again.fresh, Case.objects.count()) == (True, CASES)
    assert sample.state(root) is not None
    assert User.objects.get(username="emma").is_active


def test_removal_stops_a_history_on_its_way(root: Unit, now: datetime) -> None:
    jobs.load_history.enqueue("club")
    remove(now, root)
    job = Job.objects.get(task__endswith="load_history")
    assert (job.state, job.cancelled) == ("FAILED", True)
    assert list(world.load_history(actor=ADMIN, now=now, customers_max=50)) == []


def test_the_job_removes_for_who_asked(root: Unit, now: datetime) -> None:
    user = User.objects.get(username="bailu")
    counts = jobs.remove_sample.func("club", user.public_id)
    assert counts["cases"] == CASES
    assert Event.objects.get(type="sample.removed").actor_id == user.public_id
    assert jobs.remove_sample.func("club", user.public_id)["products"] == 0


@pytest.mark.parametrize("username", ["guyiming", "daniel"])
def test_who_may_not_changes_nothing(root: Unit, now: datetime, username: str) -> None:
    actor = staff.actor_of(User.objects.get(username=username))
    with pytest.raises(Denied):
        sample.remove_sample(actor=actor, now=now, root=root)
    with pytest.raises(Denied):
        sample.remove_records(actor=actor, now=now)
    assert Case.objects.count() == CASES
