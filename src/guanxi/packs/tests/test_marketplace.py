"""The marketplace's demo world: exact for its seed, every state there, no text twice, every yuan accounted for."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Sum
from django.test import Client
from pytest_django import DjangoDbBlocker

from guanxi.cases.models import Case, Issue
from guanxi.core import staff
from guanxi.core.access import system
from guanxi.core.models import Event, Unit, User
from guanxi.core.models.files import File
from guanxi.packs import sample
from guanxi.packs.marketplace import catalogue, disputes, history, photographs, stage, world
from guanxi.packs.marketplace.cast import CAST, KNOWN
from guanxi.packs.names import person
from guanxi.packs.playing import Seeded
from guanxi.people.models import Identifier, Record
from guanxi.trade.models import Enrolment, Listing, Order, Payout, Posting, Question, Return, Shop, Stock
from guanxi.trade.queries import market, rulesets
from guanxi.work import queries as teams
from guanxi.work.models import Member, WorkItem

SHOPS, BUYERS = 28, 60
NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Seeded]:
    """One small world for the file, around the tests' own transactions."""
    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
        _forget()
        seeded = world.seed_now(actor=system("test"), now=NOW, slice_buyers=BUYERS, shops_max=SHOPS)
    yield seeded
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
        _forget()


def _forget() -> None:
    teams.forget_book()
    rulesets.forget_rules()


@pytest.fixture
def seeded(built: Seeded, db: None) -> Seeded:
    """The world as it was built, whatever the test before did to it."""
    _forget()
    return built


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_shops_and_titles_stand_once_and_are_the_same_every_time(language: str) -> None:
    shops = catalogue.shops(language, world.SEED)
    catalogue.shops.cache_clear()
    assert shops == catalogue.shops(language, world.SEED)
    assert len(shops) == len({one.name for one in shops}) == len({one.owner.phone for one in shops}) == 150
    assert Counter(one.category for one in shops).total() == 150
    assert set(Counter(one.category for one in shops)) == set(catalogue.categories())
    offers = [offer for shop in shops for offer in shop.offers]
    titles = [offer.title for offer in offers]
    assert len(titles) == len(set(titles)) == 2 * 16 * 14
    assert len({offer.text for offer in offers}) == len(offers)
    assert all(offer.title not in other.text for offer in offers[:20] for other in offers[:20])
    assert 0.6 < sum(shop.language == language for shop in shops) / 150 < 0.9


def test_no_sentence_stands_twice_in_a_shop() -> None:
    for shop in catalogue.shops("en", world.SEED):
        asked = [text for offer in shop.offers for text, _ in offer.questions]
        assert len(asked) == len(set(asked))
        if shop.language == "zh-hans":
            sentences = [one for offer in shop.offers for one in offer.text.split("。")[:-1]]
            assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_disputes_are_written_for_both_sides_in_both_languages(language: str) -> None:
    told = disputes.scripts(language)
    own = [one for one in told if one["language"] == language]
    assert {one["side"] for one in own} == {"buyer", "seller", "reporter"}
    assert len({one["text"] for one in told}) == len({one["title"] for one in told}) == len(told)
    assert len(told) == len(own) + disputes.LIVE_OTHER


def test_people_shop_for_festivals() -> None:
    year = history.Year(date(2026, 11, 22), 1, [history.Good("a", 1, 9_900), history.Good("b", 2, 120_000)])
    rows = [year.buyer(number) for number in range(400)]
    days = Counter(order.placed.astimezone(world.ZONE).date() for row in rows for order in row.orders)
    usual = sorted(days.values())[len(days) // 2]
    assert days[date(2026, 11, 11)] > 5 * usual
    assert days[date(2026, 6, 18)] > 3 * usual
    assert sum(days[date(2026, 2, day)] for day in range(17, 22)) < 4 * usual
    assert min(days) >= date(2025, 11, 22)
    assert max(days) <= date(2026, 11, 21)
    assert rows == [year.buyer(number) for number in range(400)]
    assert len({order.number for row in rows for order in row.orders}) == days.total()


def test_buyers_are_nobody_elses_people() -> None:
    owners = {one.owner.phone for one in catalogue.shops("zh-hans", world.SEED)}
    assert owners.isdisjoint(
        person(history.buyer_number(number), world.SEED).phone for number in range(2_000)
    )


def test_the_world_stands(seeded: Seeded) -> None:
    assert (seeded.fresh, seeded.customers, seeded.cases) == (True, BUYERS, 21 + 23 + len(_paid()))
    assert (Shop.objects.count(), User.objects.count()) == (SHOPS, len(CAST))
    assert Listing.objects.count() == sum(len(one.offers) for one in _plans()) + len(_sold())
    assert not Record.objects.filter(sample=False).exists()
    assert not Event.objects.filter(occurred__gt=NOW).exists()
    assert Question.objects.count() == sum(len(offer.questions) for plan in _plans() for offer in plan.offers)
    assert Question.objects.filter(answered=None).exists()
    assert all(0 <= member.open <= member.capacity for member in Member.objects.all())


def _plans() -> list[catalogue.ShopPlan]:
    return list(catalogue.shops("zh-hans", world.SEED)[:SHOPS])


def _paid() -> list[dict[str, Any]]:
    return [one for one in catalogue.read("protected.toml")["case"] if one["language"] == "zh-hans"]


def _sold() -> list[str]:
    own = [one["item"]["title"] for one in _paid()]
    return own + [one["item"]["title"] for one in disputes.scripts("zh-hans") if "item" in one]


def test_issues_stand_at_every_step_and_both_sides_complain(seeded: Seeded) -> None:
    states = set(Issue.objects.values_list("state", flat=True))
    assert states >= {
        "validity", "facts", "response", "negotiation", "investigation", "hearing", "approval", "remedy",
        "appealable", "closed",
    }  # fmt: skip
    assert set(Case.objects.exclude(role="").values_list("role", flat=True)) >= {
        "buyer",
        "seller",
        "reporter",
    }
    assert Issue.objects.filter(round=2).count() >= 1
    with_order = Issue.objects.filter(order__isnull=False)
    assert with_order.count() == len(_sold())
    assert not with_order.filter(order__seller=None).exists()


def test_orders_stand_in_every_state(seeded: Seeded) -> None:
    running = Order.objects.exclude(intake="")
    assert set(running.values_list("state", flat=True)) == set(Order.State.values)
    assert running.filter(state="paid", ship_by__lt=NOW).exists()  # too late already
    assert running.filter(state="paid", ship_by__gt=NOW).exists()
    assert not Stock.objects.filter(on_hand__lt=0).exists()
    bought = Order.objects.filter(intake="")
    assert bought.count() == seeded.orders
    assert not bought.filter(seller=None).exists()
    assert Return.objects.exists()


def test_the_books_add_up(seeded: Seeded) -> None:
    assert Posting.objects.aggregate(total=Sum("amount_minor"))["total"] == 0
    for order in Order.objects.exclude(intake="").prefetch_related("payments"):
        came = sum(one.amount_minor for one in order.payments.all() if one.kind != "supplier")
        assert came == order.paid_minor
    held = Enrolment.objects.exclude(state="ended")
    assert all(one.deposit_minor >= 0 for one in held)


def test_broken_promises_were_paid_by_machine_and_settled_with_the_shop(seeded: Seeded) -> None:
    titles = [one["item"]["title"] for one in _paid()]
    cases = Case.objects.filter(issues__order__lines__listing__title__in=titles).order_by("opened")
    assert [one.state for one in cases] == ["closed", "appealable", "appealable"]
    assert {one.record.name for one in cases} >= {KNOWN["zh-hans"][0].contact.name}
    for issue in Issue.objects.filter(case__in=cases).select_related("case"):
        decision = issue.decisions.get()
        assert decision.basis == "automatic"
        assert decision.amount_minor > 0
        paid = Payout.objects.filter(record=issue.case.record, amount_minor=decision.amount_minor)
        assert paid.exists()
        queued = WorkItem.objects.filter(subject_kind="issue", subject_id=issue.id, state="queued")
        assert not queued.exclude(kind="case.summarise").exists()


def test_known_people_can_be_found_by_their_address(seeded: Seeded) -> None:
    assert [one[2] for one in seeded.customers_sign_in] == [one.contact.email for one in KNOWN["zh-hans"]]
    for one in KNOWN["zh-hans"]:
        record = Identifier.objects.get(kind="email", value=one.contact.email).record
        assert record.name == one.contact.name
        assert Shop.objects.filter(record=record).exists() is bool(one.sells)
    first = Identifier.objects.get(kind="email", value=KNOWN["zh-hans"][0].contact.email).record
    assert Order.objects.filter(record=first).count() >= 5


def test_the_cast_may_what_their_role_says(seeded: Seeded) -> None:
    actors = {user.username: staff.actor_of(user) for user in User.objects.all()}
    assert [name for name, actor in actors.items() if actor.may("site.sample")] == ["bailu"]
    assert not actors["xuchen"].may("people.contacts")
    assert actors["zhuangmin"].may("trade.fulfil")


def test_seeding_twice_changes_nothing(seeded: Seeded) -> None:
    before = Event.objects.count()
    again = world.seed_now(actor=system("test"), now=NOW, slice_buyers=BUYERS, shops_max=SHOPS)
    assert (again.fresh, Event.objects.count()) == (False, before)


def test_history_loaded_twice_is_loaded_once(seeded: Seeded) -> None:
    def load() -> int:
        done = list(world.load_history(actor=system("test"), now=NOW, buyers_max=BUYERS + 6))
        assert done[-1] == (BUYERS + 6, BUYERS + 6)
        return Order.objects.filter(intake="").count()

    assert load() == load() > seeded.orders


def test_what_is_on_sale_has_pictures(seeded: Seeded) -> None:
    rows = list(Listing.objects.all())
    shown = market.pictures_of(rows)
    assert set(shown) == {row.id for row in rows}
    assert len({row.digest for row in File.objects.filter(subject_kind="listing")}) > 40
    assert set(photographs.DRAWN) == set(catalogue.categories())


def test_removing_the_sample_leaves_nothing_and_again_does_nothing(seeded: Seeded) -> None:
    root = Unit.objects.get(code=world.CODE)
    removed = sample.remove_sample(actor=system("test"), now=NOW, root=root)
    assert (removed.counts["shops"], removed.counts["suppliers"]) == (SHOPS, 2)
    left = _rows()
    assert {label: count for label, count in left.items() if label not in CONFIGURATION} == {}
    events = left["core.Event"]
    again = sample.remove_sample(actor=system("test"), now=NOW, root=root)
    assert sum(again.counts.values()) == 0
    assert _rows() | {"core.Event": events} == left


CONFIGURATION = frozenset(
    {
        "auth.Permission", "contenttypes.ContentType", "core.Unit", "core.User", "core.Role", "core.RoleGrant",
        "work.Team", "work.Member", "trade.Ruleset", "cases.Procedure",  # what the pack configures, the cast
        "work.Article", "work.Version", "work.Term", "work.Checklist",  # what its people should know
        "trade.Category", "trade.Account",  # names of what standards are for; the house's own accounts, empty
        "core.Event", "core.Job",  # what happened stays written down
    }
)  # fmt: skip


def _rows() -> dict[str, int]:
    """{table: rows}, of tables that have any."""
    counts = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    return {label: count for label, count in counts.items() if count}


# -- the stage -----------------------------------------------------------------------------------------------------------


def test_the_story_runs_to_its_end_and_again_with_another_order(seeded: Seeded) -> None:
    first, second = (_played() for _ in range(2))
    assert first["number"] != second["number"]
    assert len({*(run["case"] for run in (first, second)), *(run["late"] for run in (first, second))}) == 4


def _played() -> stage.Run:
    run = stage.begin(now=NOW)
    desks = []
    for step in stage.steps():
        run = stage.play(run, now=NOW)
        desks.append(stage.desk_of(run).username)
        if step.code == "paid":
            late = Issue.objects.get(case__number=run["late"])
            assert (late.state, late.round) == ("appealable", 1)
            assert Payout.objects.filter(record_id=run["buyer"]).exists()
    assert run["step"] == len(stage.steps())
    assert stage.play(run, now=NOW) == run
    issue = Issue.objects.get(case__number=run["case"])
    assert (issue.state, issue.round) == ("closed", 2)
    assert list(dict.fromkeys(desks)) == ["xiejun", "wuzhongheng", "mayingjie", "linshu"]
    assert Posting.objects.aggregate(total=Sum("amount_minor"))["total"] == 0
    return run


def test_three_people_sit_in_one_browser(seeded: Seeded, settings: Any) -> None:
    settings.DEMO = True
    browser = Client()
    assert browser.get("/stage/").status_code == 200
    assert browser.post("/stage/begin/").status_code == 303
    page = browser.get("/stage/")
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    told = browser.post("/stage/next/", {"step": "0"}, headers={"X-Requested-With": "fetch"}).json()
    again = browser.post("/stage/next/", {"step": "0"}, headers={"X-Requested-With": "fetch"}).json()
    assert (told["step"], again["step"], told["stuck"]) == (1, 1, "")
    for seat, address in told["frames"].items():
        answer = browser.get(address)
        assert answer.status_code == 200, seat
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert f'href="/stage/as/{seat}/' in answer.content.decode(), seat
    assert browser.get("/my/").status_code == 303  # who sits there is nobody outside of it
    assert browser.get("/stage/as/desk/my/").status_code == 303  # and no customer at the desk
    assert browser.get("/stage/as/desk/settings/").status_code == 404
    assert browser.get("/stage/as/nobody/my/").status_code == 404
    assert browser.get("/").status_code == 200
    assert 'href="/stage/as/' not in browser.get("/market/").content.decode()
    settings.DEMO = False
    assert browser.get("/stage/").status_code == 404
    assert browser.get(told["frames"]["desk"]).status_code == 404
