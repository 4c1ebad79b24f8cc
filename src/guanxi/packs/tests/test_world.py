"""The club's demo world: exact for its fixed seed, credible, repeatable, and made by public actions only."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.db.models import Sum

from guanxi.cases.models import Case
from guanxi.channels.models import Mail, Message
from guanxi.core import seal, staff
from guanxi.core.access import system
from guanxi.core.models import Event, Unit, User
from guanxi.packs import jobs, names
from guanxi.packs.cast import DEMO_PASSWORD
from guanxi.packs.club import history, stories, world
from guanxi.packs.club.cast import CAST
from guanxi.packs.tests.conftest import CASES, CUSTOMERS, Seed
from guanxi.people.models import Customer, Identifier, Record, ReviewTask
from guanxi.trade.models import Order, OrderLine, Product
from guanxi.work.models import Member, WorkItem


def load_some(now: datetime, customers: int) -> list[tuple[int, int]]:
    return list(world.load_history(actor=system("test"), now=now, customers_max=customers))


def test_the_history_is_the_real_one() -> None:
    everybody = history.purchases()
    assert len(everybody) == history.CUSTOMERS
    assert sum(map(len, everybody)) == history.PURCHASES
    assert max(own[-1].day for own in everybody) == history.LAST
    assert sum(one.cents for own in everybody for one in own) == 250_031_563
    numbers = {one.order_number for own in everybody for one in own}
    assert len(numbers) == history.PURCHASES


@pytest.mark.parametrize("today", [date(2026, 3, 2) + timedelta(days=days) for days in range(8)])
def test_the_last_purchase_lies_in_the_week_before_the_demo_day(today: date) -> None:
    last = history.LAST + timedelta(weeks=history.shift_weeks(today))
    assert 1 <= (today - last).days <= 7
    assert last.weekday() == history.LAST.weekday()


def test_lines_add_up_to_the_purchase() -> None:
    block = history.Block(1_000, 1, [f"sku{number}" for number in range(40)])
    for own in history.purchases()[:400]:
        for purchase, order in zip(own, block.buyer(own).orders, strict=True):
            assert sum(line.quantity for line in order.lines) == purchase.items
            assert sum(line.amount.minor for line in order.lines) == purchase.cents
            assert len({line.sku for line in order.lines}) == len(order.lines) == min(3, purchase.items)


def test_invented_people_are_many_and_nobody_is_reachable() -> None:
    people = [names.person(number, world.SEED) for number in range(1, history.CUSTOMERS + 1)]
    assert len({one.phone for one in people}) == len({one.email for one in people}) == len(people)
    assert len({one.member for one in people}) == len(people)
    assert 0.58 < sum(one.language == "zh-hans" for one in people) / len(people) < 0.62
    assert {one.email.rpartition("@")[2] for one in people} == {"example.com", "example.net", "example.org"}
    assert {one.phone[:3] for one in people}.isdisjoint({"138", "139", "150", "186"})
    assert any(one.name.startswith("欧阳") for one in people)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_complaint_has_an_answer(language: str) -> None:
    own, general = stories.complaints(language)
    texts = stories.said(language)
    assert {one.issue for one in (*own, *general)} <= set(texts.answers)


def test_the_world_is_exact_for_its_seed(seed: Seed, now: datetime) -> None:
    seeded = seed()
    assert (seeded.fresh, seeded.customers, seeded.orders, seeded.cases) == (True, CUSTOMERS, 537, CASES)
    letters = Case.objects.filter(kind="request")
    assert Counter(letters.values_list("state", flat=True)) == {
        "resolved": 16,
        "answered": 10,
        "recorded": 17,
    }
    assert Counter(letters.values_list("language", flat=True)) == {"zh-hans": 32, "en": 11}
    assert letters.filter(round=2).count() == 3
    disputes = Counter(Case.objects.exclude(kind="request").values_list("state", flat=True))
    assert disputes == {
        "validity": 1,
        "facts": 1,
        "negotiation": 2,
        "investigation": 4,
        "hearing": 3,
        "approval": 1,
        "remedy": 1,
        "appealable": 1,
        "closed": 3,
    }
    assert Case.objects.filter(overdue_told=True, state="recorded").count() == 3
    letters_and_doubts = WorkItem.objects.exclude(subject_kind="issue")
    assert Counter(letters_and_doubts.values_list("kind", "state")) == {
        ("case.answer", "done"): 31,
        ("case.answer", "queued"): 15,
        ("case.answer", "assigned"): 2,
        ("people.review", "queued"): 27,
    }
    assert (ReviewTask.objects.count(), Product.objects.count(), User.objects.count()) == (27, 40, len(CAST))
    issues = WorkItem.objects.filter(subject_kind="issue", state="queued")
    assert Counter(issues.values_list("kind", flat=True)) == {
        "case.validity": 1,
        "case.investigate": 4,
        "case.hearing": 2,
        "case.fulfil": 1,
        "case.summarise": 1,
    }
    assert Message.objects.count() == 85 + 17 + 11
    assert (
        Customer.objects.count() == CUSTOMERS + 48 + 3
    )  # strangers, doubts, a family, a shop's list, three partner shops, who wrote mails
    assert Counter(Mail.objects.values_list("fate", flat=True)) == {
        "opened": 3, "added": 1, "attached": 1, "aside": 2, "bounce": 1,
    }  # fmt: skip
    assert not Record.objects.filter(sample=False).exists()
    late = Event.objects.filter(occurred__gt=now)
    assert not late.exists()


def test_urgencies_differ_at_any_hour(seed: Seed, now: datetime) -> None:
    seed()
    due = [one.due for one in Case.objects.filter(turn="staff") if one.due]
    left = [round((moment - now).total_seconds() / 60) for moment in due]
    assert min(left) < 0 < max(left)
    assert len(set(left)) >= 12


def test_seeding_twice_changes_nothing(seed: Seed) -> None:
    seed()
    before = Event.objects.count()
    again = seed()
    assert (again.fresh, again.cases, Event.objects.count()) == (False, 0, before)


def test_an_english_world_speaks_english(seed: Seed) -> None:
    seed("en")
    assert Counter(Case.objects.values_list("language", flat=True)) == {
        "en": 30 + 12 + 1 + 1,
        "zh-hans": 10 + 4 + 1 + 2,
    }
    assert set(User.objects.values_list("language", flat=True)) == {"en"}


def test_the_cast_signs_in_and_may_what_their_role_says(seed: Seed) -> None:
    seed()
    assert User.objects.get(username="guyiming").check_password(DEMO_PASSWORD)
    actors = {user.username: staff.actor_of(user) for user in User.objects.all()}
    assert [name for name, actor in actors.items() if actor.may("site.sample")] == ["bailu"]
    assert not actors["xuchen"].may("people.contacts")
    assert actors["guyiming"].may("cases.handle")
    team = Unit.objects.get(code="online-service").id
    assert actors["guyiming"].reach("work.view").units == {team}
    assert len(actors["zhenghaiyan"].reach("work.view").units) == 4  # her department and its three teams
    assert Member.objects.count() == 18
    assert all(0 <= member.open <= member.capacity for member in Member.objects.all())


def test_history_loaded_twice_is_loaded_once(seed: Seed, now: datetime) -> None:
    seed()
    done = load_some(now, 200)
    expected = sum(map(len, history.purchases()[:200]))
    assert done[-1] == (expected, expected)
    counts = (Order.objects.count(), OrderLine.objects.count(), Record.objects.count(), Event.objects.count())
    assert (
        Order.objects.filter(
            number__in=[p.order_number for own in history.purchases()[:200] for p in own]
        ).count()
        == expected
    )
    assert load_some(now + timedelta(days=40), 200)[-1] == (expected, expected)
    assert counts == (
        Order.objects.count(),
        OrderLine.objects.count(),
        Record.objects.count(),
        Event.objects.count(),
    )
    while seal.seal():
        pass
    assert seal.verify().sound


def test_history_keeps_days_and_sums(seed: Seed, now: datetime) -> None:
    seeded = seed()
    load_some(now, 60)
    for own in history.purchases()[:60]:
        orders = Order.objects.filter(number__startswith=f"BC-{own[0].customer:05d}-").order_by("number")
        moved = timedelta(weeks=seeded.shift_weeks)
        assert [order.placed.astimezone(history.ZONE).date() - moved for order in orders] == [
            one.day for one in own
        ]
        total = orders.aggregate(total=Sum("total_minor"))["total"]
        assert total == sum(one.cents for one in own)
    member = Identifier.objects.get(kind="member", value="GX0000002")
    assert member.record.orders.count() == len(history.purchases()[1])


def test_without_a_world_nothing_is_loaded(now: datetime, db: None) -> None:
    assert load_some(now, 10) == []
    assert jobs.load_history.func("club") == 0
    assert not Record.objects.exists()
