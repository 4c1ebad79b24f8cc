"""A finding recorded on the page of an order: who may, what is needed, and what it leads to, told before it is pressed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.cases.models import Coverage
from guanxi.core.models import Role
from guanxi.trade.models import Order, OrderLine, Shop, Verification
from tests.cast import Hire, Shopper, Staffer, nothing_happens
from tests.protected import complain_of, fill_fund, look_at, open_shop, publish_market, sell

DAY = timedelta(days=1)
RIGHTS = {"people.view": "all", "trade.view": "all"}


@pytest.fixture
def shop(organisation: Any, seller: Shopper, now: datetime) -> Shop:
    publish_market(now - 60 * DAY)
    fill_fund(1_000_000, now - 60 * DAY)
    return open_shop(seller, now - 40 * DAY, schemes=["as_described", "fake_3"])


@pytest.fixture
def order(shop: Shop, buyer: Shopper, now: datetime) -> Order:
    return sell(shop, buyer.record_id, now - 5 * DAY, price=10_000, received=now - 2 * DAY)


def colleague(hire: Hire, name: str, **rights: str) -> Staffer:
    Role.objects.create(code=name, name={"en": name, "zh-hans": name}, rights={**RIGHTS, **rights})
    return hire(name, name, "front")


def form(order: Order, **changed: str) -> dict[str, str]:
    said = {"line": str(order.lines.get().id), "found": "measured:bad", "by": "laboratory", "name": "Lab 7",
            "words": "Dial 34 mm, sold as 36 mm"}  # fmt: skip
    return {**said, "key": f"k-{changed}", **changed}


def page(who: Staffer, order: Order) -> str:
    return str(who.client.get(f"/orders/{order.public_id}/").content.decode())


def send(who: Staffer, order: Order, sent: dict[str, str]) -> tuple[int, str]:
    answer = who.client.post(f"/orders/{order.public_id}/verify/", sent)
    return answer.status_code, answer.content.decode()


def test_what_it_leads_to_is_told_before(hire: Hire, order: Order, now: datetime) -> None:
    keeper = colleague(hire, "keeper", **{"trade.protect": "all"})
    shown = page(keeper, order)
    assert "No findings about these goods yet." in shown
    assert "Proves “As described”: ¥30.00, paid by itself once the buyer has complained." in shown
    assert "Proves “Three for a fake”: ¥300.00, paid by itself" in shown
    assert shown.count("Pays nothing. An earlier finding against the goods no longer counts.") == 2
    OrderLine.objects.update(amount_minor=90_000)
    assert "¥2,700.00. More than is paid by itself: a person looks at it." in page(keeper, order)
    order.received = now - 30 * DAY
    order.save()
    assert "“As described” pays nothing. The promise ran until" in page(keeper, order)
    OrderLine.objects.update(terms={})
    assert page(keeper, order).count("no scheme that promises this covers the goods") == 2


def test_of_several_lines_each_is_told(hire: Hire, order: Order) -> None:
    line = order.lines.get()
    OrderLine.objects.create(
        order=order, product=line.product, quantity=1, amount_minor=5_000, terms=line.terms
    )
    shown = page(colleague(hire, "keeper", **{"trade.protect": "all"}), order)
    assert "Choose what was looked at" not in shown
    assert shown.count("Proves “As described”: ¥30.00") == 1
    assert shown.count("Proves “As described”: ¥15.00") == 1


def test_a_colleague_records_it_once_and_it_pays_as_told(
    hire: Hire, order: Order, buyer: Shopper, now: datetime
) -> None:
    keeper = colleague(hire, "keeper", **{"trade.protect": "all"})
    for _ in range(2):
        assert send(keeper, order, form(order))[0] == 303
    found = Verification.objects.get()
    assert (found.kind, found.by, found.name, found.bad, found.line_id) == (
        "measured", "laboratory", "Lab 7", True, order.lines.get().id,
    )  # fmt: skip
    shown = page(keeper, order)
    assert "below what was declared" in shown
    assert "Dial 34 mm, sold as 36 mm" in shown
    looked = look_at(complain_of(order, "not_as_described", now, buyer))
    assert (looked.paid, looked.amount_minor) == (True, 3_000)


def test_a_later_finding_counts_instead(hire: Hire, order: Order, buyer: Shopper, now: datetime) -> None:
    keeper = colleague(hire, "keeper", **{"trade.protect": "all"})
    send(keeper, order, form(order))
    Verification.objects.update(made=now - DAY)
    assert send(keeper, order, form(order, found="measured:good", words=""))[0] == 303
    assert not look_at(complain_of(order, "not_as_described", now, buyer)).proven
    assert Coverage.objects.get().amount_minor == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"found": ""}, "Say what was found."),
        ({"found": "measured:dubious"}, "Say what was found."),
        ({"name": " "}, "Say who found it."),
        ({"by": "me"}, "Choose one of these."),
        ({"words": ""}, "Say what is wrong with it: both sides read this."),
        ({"line": "1"}, ""),
    ],
)
def test_what_is_needed(hire: Hire, order: Order, wrong: dict[str, str], field: str) -> None:
    keeper = colleague(hire, "keeper", **{"trade.protect": "all"})
    with nothing_happens():
        status, shown = send(keeper, order, form(order, **wrong))
    assert status == 422
    assert field in shown
    assert "Lab 7" in shown or "name" in wrong  # nothing typed is lost


def test_who_may(hire: Hire, order: Order) -> None:
    """Seeing orders is not enough; whose right ends at another branch is not offered the form, and is refused."""
    plain = colleague(hire, "plain")
    Role.objects.create(code="far", name={"en": "far"}, rights={**RIGHTS, "trade.protect": "branch"})
    for who in (plain, hire("away", "far", "west-front")):
        assert "Record a finding" not in page(who, order)
        with nothing_happens():
            assert send(who, order, form(order))[0] == 403
