"""Many contacts at once: the answers and the rows are those of recognising each alone, in whatever order they come."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.core import events
from guanxi.core.errors import Denied, Invalid
from guanxi.core.events import detail_digest
from guanxi.core.models import Detail, Event
from guanxi.people.actions import (
    Contact,
    Recognised,
    add_record,
    import_contacts,
    importing,
    read_entry,
    recognise_contact,
)
from guanxi.people.models import Customer, Identifier, Membership, Record, ReviewTask
from guanxi.people.queries import recognition
from guanxi.work.models import WorkItem
from tests.cast import (
    SYSTEM,
    Organisation,
    Shopper,
    Staffer,
    everything,
    in_threads,
    nothing_happens,
    statements,
)

pytestmark = pytest.mark.django_db
MADE = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = (
    "王小明",
    "王 小明",
    "王小红",
    "小王",
    "王",
    "赵敏",
    "張偉",
    "张伟",
    "Anna Keller",
    "Keller, A.",
    "García",
    "",
)
PHONES = ("13958016608", "139 5801-6608", "+86 13900000001", "010-65001234", "", "")
EMAILS = ("a@post.example", "A@Post.example", "info@post.example", "b@post.example", "", "")
MEMBERS = ("GX0001", "会员号 gx-0001", "GX0002", "", "", "")
CONTACTS = st.builds(
    Contact,
    st.sampled_from(NAMES),
    st.sampled_from(PHONES),
    st.sampled_from(EMAILS),
    st.sampled_from(MEMBERS),
    st.sampled_from(("zh-hans", "")),
).filter(lambda one: bool(one.phone or one.email or one.member))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def small_crowds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three records make a crowd and four near ones split a batch, so that a few contacts meet both."""
    monkeypatch.setattr(recognition, "BLOCK_MAX", 3)
    monkeypatch.setattr(importing, "NEAR_MAX", 4)


def one_by_one(contacts: Sequence[tuple[Contact, datetime]], source: str = "import") -> list[Recognised]:
    found = []
    for contact, made in contacts:
        one = recognise_contact(actor=SYSTEM, now=made, contact=contact, source=source)
        if one.rows:
            events.record(*one.events, with_rows=one.rows)
        found.append(one)
    return found


def together(contacts: Sequence[tuple[Contact, datetime]], source: str = "import") -> list[Recognised]:
    return import_contacts(actor=SYSTEM, now=MADE, contacts=contacts, source=source)


def in_two(contacts: Sequence[tuple[Contact, datetime]]) -> list[Recognised]:
    half = len(contacts) // 2
    return together(contacts[:half]) + together(contacts[half:])


def story(
    known: Sequence[Contact],
    verified: set[str],
    ended: set[str],
    run: Callable[[], list[Recognised]],
) -> tuple[list[Any], list[Any]]:
    """What `run` answers and what stands in the tables afterwards, with customers named by their order."""
    with undone():
        one_by_one([(contact, MADE) for contact in known], source="web")
        Identifier.objects.filter(value__in=verified).update(verified=MADE)
        Identifier.objects.filter(value__in=ended).update(valid_to=MADE)
        found = run()
        order = {
            key: place
            for place, key in enumerate(Customer.objects.order_by("id").values_list("id", flat=True))
        }
        answers = [
            (one.outcome, order[one.customer_id], one.explanation.as_json(), one.added,
             Record.objects.get(id=one.record_id).fingerprint,
             Customer.objects.get(id=one.customer_id).public_id == one.customer_public_id)
            for one in found
        ]  # fmt: skip
        return answers, written(order)


def written(order: dict[int, int]) -> list[Any]:
    prints = dict(Record.objects.values_list("id", "fingerprint"))
    rows: list[Any] = []
    rows += Customer.objects.order_by("id").values_list("created", "provisional")
    rows += Record.objects.order_by("fingerprint").values_list(
        "fingerprint", "source", "name", "name_key", "language", "said", "unit_id", "created", "sample"
    )
    rows += [
        (prints[key], order[customer]) for key, customer in Record.objects.values_list("id", "customer_id")
    ]
    for one in Identifier.objects.all():
        rows.append((prints[one.record_id], one.kind, one.value, one.verbatim, one.valid_from))
    for kept in Membership.objects.all():
        rows.append(
            (prints[kept.record_id], order[kept.customer_id], kept.valid_from, kept.valid_to, kept.reason, kept.rule,
             kept.explanation)
        )  # fmt: skip
    for task in ReviewTask.objects.all():
        rows.append(
            (
                prints[task.record_id],
                order[task.customer_id],
                order[task.candidate_id],
                prints[task.peer_id or 0],
                task.score,
                task.explanation,
                task.created,
            )
        )
    for event in Event.objects.exclude(type="work.added"):
        assert event.subject_kind != "record" or event.subject_id == event.record_id
        rows.append(
            (
                event.type,
                event.occurred,
                event.actor_kind,
                event.actor_id,
                {name: value for name, value in event.data.items() if name not in ("review", "origin")},
                prints[event.record_id or 0],
            )
        )
    for detail in Detail.objects.select_related("event"):
        assert detail_digest(detail.salt, detail.body) == detail.event.detail_digest
        rows.append((prints[detail.event.record_id or 0], detail.body))
    rows.append(WorkItem.objects.count())
    return sorted(map(repr, rows))


@pytest.mark.usefixtures("organisation", "small_crowds")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    known=st.lists(CONTACTS, max_size=6),
    contacts=st.lists(CONTACTS, min_size=1, max_size=9),
    verified=st.sets(st.sampled_from(["+8613958016608", "a@post.example"])),
    ended=st.sets(st.sampled_from(["+8613900000001", "GX0001", "info@post.example"])),
)
def test_together_is_as_one_by_one(
    known: list[Contact], contacts: list[Contact], verified: set[str], ended: set[str]
) -> None:
    rows = [(contact, MADE + timedelta(days=place % 3)) for place, contact in enumerate(contacts)]
    alone = story(known, verified, ended, lambda: one_by_one(rows))
    assert story(known, verified, ended, lambda: together(rows)) == alone
    assert story(known, verified, ended, lambda: in_two(rows)) == alone


@pytest.mark.usefixtures("organisation", "small_crowds")
def test_the_same_statement_behind_a_crowd_is_found() -> None:
    crowd = [(Contact(f"人{sign}", "13958016608"), MADE) for sign in "甲乙丙丁戊己"]
    rows = [*crowd, crowd[0], (Contact("人庚", "13958016608"), MADE), crowd[5]]
    alone = story([], set(), set(), lambda: one_by_one(rows))
    assert story([], set(), set(), lambda: together(rows)) == alone
    assert story([], set(), set(), lambda: in_two(rows)) == alone


def test_what_is_imported_again_writes_nothing(organisation: Organisation, now: datetime) -> None:
    rows = [(Contact(f"人{chr(0x4E00 + n)}", f"1395801{n:04d}"), now) for n in range(60)]
    first = together(rows)
    assert {one.outcome for one in first} == {"new"}
    before = everything()
    again = together(rows)
    assert [(one.record_id, one.added) for one in again] == [(one.record_id, False) for one in first]
    assert everything() == before


def test_a_batch_costs_the_same_statements_whatever_its_size(
    organisation: Organisation, now: datetime
) -> None:
    def rows(first: int, count: int) -> list[tuple[Contact, datetime]]:
        return [
            (Contact("人", f"139{n:08d}", f"p{n}@post.example"), now) for n in range(first, first + count)
        ]

    together(rows(0, 20))
    few = statements(lambda: together(rows(10, 20)))  # half of them known
    assert statements(lambda: together(rows(1_010, 20) + rows(0, 200))) == few


def test_contacts_read_before_give_the_same(organisation: Organisation, now: datetime) -> None:
    contact = Contact("王小明", "139 5801 6608", "A@post.example", "gx-0001", "zh-hans")
    import_contacts(actor=SYSTEM, now=now, contacts=[(read_entry(contact, "import"), now)], source="import")
    assert add_record(actor=SYSTEM, now=now, contact=contact, source="import").added is False


def test_what_cannot_be_read_stops_the_batch_before_anything_is_written(
    organisation: Organisation, now: datetime
) -> None:
    for wrong in (Contact("王小明", "12"), Contact("王小明")):
        with nothing_happens(), pytest.raises(Invalid):
            together([(Contact("陈静", "13800138000"), now), (wrong, now)])


def test_who_may_import(trainee: Staffer, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Denied):
        import_contacts(
            actor=trainee.actor, now=now, contacts=[(Contact("陈静", "13800138000"), now)], source="import"
        )


def test_doubts_become_work(buyer: Shopper, steward: Staffer, now: datetime) -> None:
    found = together([(Contact("小王", "13958016608"), now), (Contact("陈静", "13800138000"), now)])
    assert [one.outcome for one in found] == ["doubt", "new"]
    item = WorkItem.objects.get()
    assert (item.kind, item.subject_id) == ("people.review", ReviewTask.objects.get().id)
    assert item.team_id == steward.seat.team_id


def test_receivers_inside_hear_of_every_record(
    organisation: Organisation, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []
    monkeypatch.setitem(events._receivers, "person.recorded", [heard.append])
    found = together([(Contact("陈静", "13800138000"), now), (Contact("陈静", "13800138001"), now)])
    assert [(one.subject_id, one.data["kinds"]) for one in heard] == [
        (one.record_id, ["phone"]) for one in found
    ]
    assert [Event.objects.get(id=one.id).occurred for one in heard] == [now, now]


@pytest.mark.django_db(transaction=True)
def test_one_file_imported_four_times_at_once_makes_each_person_once(
    organisation: Organisation, now: datetime
) -> None:
    rows = [(Contact(f"人{chr(0x4E00 + n)}", f"1395801{n:04d}"), now) for n in range(40)]

    def run(number: int) -> int:
        with transaction.atomic():
            return len(together(rows if number % 2 else rows[::-1]))

    assert in_threads(4, run) == [40] * 4
    assert (Customer.objects.count(), Record.objects.count()) == (40, 40)
