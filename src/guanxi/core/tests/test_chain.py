"""The event chain: whatever is changed afterwards is found, erasing changes nothing, readers by `seq` miss nothing."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from guanxi.core import events, seal
from guanxi.core.access import system
from guanxi.core.models import Detail, Event, SealHead

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
SEALED = 24
TAMPERINGS = 1_000
Tampering = Callable[[random.Random], None]


@pytest.fixture(autouse=True)
def _own_anchor(settings: Any, tmp_path: Path) -> None:
    settings.GUANXI_HOME = tmp_path


def record(number: int, **more: Any) -> Event:
    event = events.Event(
        type=("case.opened", "case.answered", "order.paid")[number % 3],
        actor=system("test"),
        occurred=NOW + timedelta(seconds=number),
        subject=("case", 1_000 + number),
        data={"step": number, "code": f"C-{number}", "open": number % 2 == 0},
        **more,
    )
    return events.record(event)[0]


def a_chain(count: int = SEALED) -> None:
    """`count` sealed events, every second with a detail, in three batches, the end anchored."""
    for number in range(count):
        record(
            number,
            record_id=number % 5 or None,
            unit_id=7,
            detail={"text": f"投诉 {number} 😀"} if number % 2 else None,
        )
        if number % 8 == 7:
            seal.seal()
    seal.seal()
    seal.anchor()


# Tampering. Each writes past every rule, as somebody with the database's password would.


def pick(dice: random.Random) -> Event:
    return Event.objects.get(seq=dice.randint(1, SEALED))


def edit(dice: random.Random) -> None:
    event = pick(dice)
    name, value = dice.choice(
        [
            ("type", event.type + "x"),
            ("occurred", event.occurred + timedelta(microseconds=dice.choice([-1, 1, 10**9]))),
            ("recorded", event.recorded + timedelta(microseconds=1)),
            ("actor_kind", "staff"),
            ("actor_id", f"other{dice.random()}"),
            ("record_id", 99 if event.record_id is None else dice.choice([None, event.record_id + 1])),
            ("unit_id", dice.choice([None, 8])),
            ("subject_kind", "order"),
            ("subject_id", event.subject_id + dice.choice([-1, 1])),
            (
                "data",
                dice.choice(
                    [{}, {**event.data, "step": -1}, {**event.data, "new": None}, {**event.data, "step": "1"}]
                ),
            ),
            ("detail_digest", dice.choice(["0" * 64, "1" * 64])),
            ("hash", f"{dice.getrandbits(256):064x}"),
            ("seq", dice.choice([None, SEALED + 1, SEALED + 5, 0, -3])),
        ]
    )
    Event.objects.filter(id=event.id).update(**{name: value})


def edit_the_detail(dice: random.Random) -> None:
    detail = dice.choice(list(Detail.objects.all()))
    changed: dict[str, Any] = dice.choice([{"body": {"text": "别的话"}}, {"body": {}}, {"salt": "0" * 32}])
    Detail.objects.filter(event_id=detail.event_id).update(**changed)


def swap_details(dice: random.Random) -> None:
    one, other = dice.sample(list(Detail.objects.all()), 2)
    Detail.objects.filter(event_id=one.event_id).update(salt=other.salt, body=other.body)


def delete(dice: random.Random) -> None:
    Event.objects.filter(id=pick(dice).id).delete()


def reorder(dice: random.Random) -> None:
    one, other = dice.sample(range(1, SEALED + 1), 2)
    with_hash = dice.random() < 0.5
    first, second = Event.objects.get(seq=one), Event.objects.get(seq=other)
    Event.objects.filter(id=first.id).update(seq=None)
    for event, seq, digest in ((second, one, first.hash), (first, other, second.hash)):
        Event.objects.filter(id=event.id).update(seq=seq, **({"hash": digest} if with_hash else {}))


def truncate(dice: random.Random) -> None:
    """The end is cut off and the head put back: inside the database everything fits."""
    end = dice.randint(0, SEALED - 1)
    gone = Event.objects.filter(seq__gt=end)
    Detail.objects.filter(event_id__in=list(gone.values_list("id", flat=True))).delete()
    gone.delete()
    last = Event.objects.filter(seq=end).first()
    SealHead.objects.update(seq=end, hash=last.hash if last else seal.GENESIS)


def cut_without_the_head(dice: random.Random) -> None:
    Event.objects.filter(seq__gt=dice.randint(0, SEALED - 1)).delete()


def insert(dice: random.Random) -> None:
    forged = record(500)
    Event.objects.filter(id=forged.id).update(seq=SEALED + 1, hash=f"{dice.getrandbits(256):064x}")


def rewrite(dice: random.Random) -> None:
    """One event is changed and every hash after it computed anew, head included: only the anchor knows."""
    start = dice.randint(1, SEALED)
    Event.objects.filter(seq=start).update(actor_id="somebody else")
    previous = Event.objects.get(seq=start - 1).hash if start > 1 else seal.GENESIS
    for event in Event.objects.filter(seq__gte=start).order_by("seq"):
        previous = events.chain_hash(previous, event.seq or 0, event)
        Event.objects.filter(id=event.id).update(hash=previous)
    SealHead.objects.update(hash=previous)


KINDS: list[Tampering] = [
    edit, edit, edit, edit_the_detail, swap_details, delete, reorder, truncate, cut_without_the_head, insert, rewrite,
]  # fmt: skip


@pytest.mark.django_db
def test_every_one_of_a_thousand_tamperings_is_found() -> None:
    a_chain()
    assert seal.verify() == seal.ChainReport(sealed=SEALED)
    dice, missed = random.Random(20260303), []
    for number in range(TAMPERINGS):
        kind = KINDS[number % len(KINDS)]
        with transaction.atomic():
            kind(dice)
            if seal.verify().sound:
                missed.append((number, kind.__name__))
            transaction.set_rollback(True)
    assert missed == []
    assert seal.verify().sound


@pytest.mark.django_db
def test_faults_name_the_place() -> None:
    a_chain()
    Event.objects.filter(seq=5).update(actor_id="x")
    assert seal.verify().faults == ["event 5 was changed: its hash does not follow"]


@pytest.mark.django_db
def test_erasing_details_keeps_the_chain() -> None:
    a_chain()
    details = Detail.objects.count()
    assert details == SEALED // 2
    Detail.objects.filter(event__seq__lte=6).delete()
    assert seal.verify() == seal.ChainReport(sealed=SEALED, erased_details=3)
    Detail.objects.all().delete()
    assert seal.verify() == seal.ChainReport(sealed=SEALED, erased_details=details)


@pytest.mark.django_db
def test_the_chain_goes_on_after_an_anchor_and_a_torn_anchor_line_is_passed_over() -> None:
    a_chain(8)
    with seal.anchor_path().open("a") as file:
        file.write('{"seq": 8, "ha')
    record(8)
    assert seal.seal() == 1
    assert seal.verify() == seal.ChainReport(sealed=9)


@pytest.mark.django_db
def test_what_is_not_sealed_is_counted_and_not_read() -> None:
    a_chain(8)
    record(8)
    assert seal.verify() == seal.ChainReport(sealed=8, unsealed=1)
    assert [event.seq for event in events.read_from(6)] == [7, 8]


def in_thread(work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
def test_an_earlier_id_that_commits_later_is_not_missed() -> None:
    recorded, may_commit, ids = threading.Event(), threading.Event(), []

    def slow() -> None:
        with transaction.atomic():
            ids.append(record(1).id)
            recorded.set()
            assert may_commit.wait(20)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(in_thread(slow))
        assert recorded.wait(20)
        time.sleep(1.1)  # ids rise with the second across threads
        ids.append(record(2).id)
        assert ids[0] < ids[1]
        seal.seal()
        seen = events.read_from(0)
        assert [event.id for event in seen] == [ids[1]]
        may_commit.set()
        first.result(20)
    seal.seal()
    seen += events.read_from(seen[-1].seq or 0)
    assert [(event.seq, event.id) for event in seen] == [(1, ids[1]), (2, ids[0])]
    assert seal.verify() == seal.ChainReport(sealed=2)


class Crowd:
    """Writers that sometimes roll back, sealers and a reader, until `over`."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.kept: list[int] = []
        self.read: list[Event] = []

    def write(self, rounds: int = 40) -> None:
        dice = random.Random(threading.get_ident())
        for number in range(rounds):
            with transaction.atomic():
                written = [record(number).id for _ in range(dice.randint(1, 3))]
                undone = dice.random() < 0.2
                transaction.set_rollback(undone)
            if not undone:
                self.kept.extend(written)

    def keep_sealing(self) -> None:
        while not self.over.wait(0.002):
            seal.seal(limit=7)

    def read_on(self) -> bool:
        found = events.read_from(self.read[-1].seq or 0 if self.read else 0, limit=11)
        self.read.extend(found)
        return bool(found)

    def keep_reading(self) -> None:
        while not self.over.wait(0.002):
            self.read_on()


@pytest.mark.django_db(transaction=True)
def test_seq_has_no_gap_with_four_writers_and_two_sealers() -> None:
    crowd = Crowd()
    with ThreadPoolExecutor(7) as pool:
        beside = (crowd.keep_sealing, crowd.keep_sealing, crowd.keep_reading)
        others = [pool.submit(in_thread(work)) for work in beside]
        writers = [pool.submit(in_thread(crowd.write)) for _ in range(4)]
        try:
            assert [writer.result(120) for writer in writers] == [None] * 4
        finally:
            crowd.over.set()
        assert [other.result(20) for other in others] == [None] * 3
    while seal.seal() or crowd.read_on():
        pass
    assert [event.seq for event in crowd.read] == list(range(1, len(crowd.kept) + 1))
    assert {event.id for event in crowd.read} == set(crowd.kept)
    assert seal.verify() == seal.ChainReport(sealed=len(crowd.kept))
