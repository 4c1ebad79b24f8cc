"""Orders of a demo's own house: something at every stage, goods lacking, slips in doubt, nothing said twice."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import pytest
from django.db.models import F, Sum

from guanxi.core.access import system
from guanxi.packs import house
from guanxi.packs.club import backoffice as club
from guanxi.packs.club import world
from guanxi.packs.marketplace import backoffice as marketplace
from guanxi.packs.tests.conftest import CUSTOMERS
from guanxi.trade.models import Order, Purchase, Remittance, Stage, Stock, Trouble
from guanxi.trade.rules import ruleset, stages

SOME = tuple(club.PLANS[place] for place in (3, 7, 12, 13, 14, 16, 24, 28, 33, 37))


@pytest.mark.parametrize(
    ("plans", "without"), [(club.PLANS, set()), (marketplace.PLANS, {stages.KEYING})], ids=["club", "market"]
)
def test_every_stage_has_something_to_do_and_something_in_trouble(
    plans: Sequence[house.Plan], without: set[str]
) -> None:
    waiting = {plan.to for plan in plans if not plan.trouble}
    assert waiting >= set(stages.TABLE) - without
    assert {plan.lacks for plan in plans} == {"", "passing", "awaited", "wanting"}
    assert {"short", "over", "silent"} <= {plan.slip for plan in plans}
    assert sum(bool(plan.trouble) or plan.parcel == "failed" for plan in plans) >= 4


def test_the_club_takes_orders_in_every_way() -> None:
    assert {plan.intake for plan in club.PLANS} == set(ruleset.INTAKES)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_words_stand_twice(language: str) -> None:
    words = house.words(language)
    notes = [text for kind in words["notes"].values() for text in kind]
    assert len(notes) == len(set(notes))
    assert len(words["streets"]) == len(set(words["streets"])) >= 12
    for kind, count in Counter(
        plan.trouble for plan in club.PLANS if plan.trouble != stages.UNDERPAID
    ).items():
        assert not kind or len(words["notes"][kind]) >= count


def test_orders_stand_where_their_plan_says(db: None, now: datetime) -> None:
    world.seed_now(actor=system("test"), now=now, slice_customers=CUSTOMERS, settled=0, plans=SOME)
    own = Order.objects.filter(seller=None).exclude(intake="")
    assert own.count() == sum(plan.count for plan in SOME)
    assert not Stage.objects.filter(opened__gt=now).exists()
    stopped = Trouble.objects.filter(settled=None).values_list("kind", flat=True)
    assert sorted(stopped) == ["undelivered", "underpaid", "underpaid", "unreadable"]
    assert all(Trouble.objects.exclude(kind__in=["underpaid", "undelivered"]).values_list("note", flat=True))
    settling = own.filter(stage="settlement")
    assert settling.count() == 2
    assert Purchase.objects.filter(line__order__in=settling, state="arrived").count() == 2
    waiting = own.filter(stage="procurement", lines__quantity__gt=F("lines__reserved"))
    assert waiting.count() == own.filter(stage="procurement").count() == 4
    assert not Stock.objects.filter(on_hand__lt=F("reserved")).exists()
    slips = Counter(Remittance.objects.values_list("state", flat=True))
    assert slips == {"open": 4, "over": 1, "short": 1, "returned": 1, "matched": 1}
    paid = own.filter(intake="remittance").aggregate(total=Sum("paid_minor"))["total"]
    assert paid == Remittance.objects.aggregate(total=Sum("used_minor"))["total"]
