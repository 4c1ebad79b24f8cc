"""Returns, findings, schemes and enrolments over the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from guanxi.core import clock
from guanxi.core.models import ApiToken
from guanxi.trade.models import Listing, Order, Payment, Return, Shop, Verification
from guanxi.trade.queries import ledger as books
from tests.cast import Machine, Shopper, nothing_happens
from tests.protected import SCHEMES, fill_fund, open_shop, publish_market, sell

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAKE = {"kind": "authenticity", "by": "brand", "name": "Jade", "bad": True}


@pytest.fixture
def shop(organisation: Any, seller: Shopper, now: datetime) -> Shop:
    publish_market(now - 60 * DAY)
    fill_fund(1_000_000, now - 60 * DAY)
    return open_shop(seller, now - 40 * DAY, deposit=140_000, schemes=["return_7", "fake_3"])


@pytest.fixture
def order(shop: Shop, buyer: Shopper, now: datetime) -> Order:
    return sell(shop, buyer.record_id, now - 5 * DAY, price=10_000, quantity=2, received=now - 2 * DAY)


@pytest.fixture
def keeper(token: Machine) -> Machine:
    """The machine may look after protection as well."""
    row = ApiToken.objects.get()
    row.rights = {**row.rights, "trade.protect": "all"}
    row.save()
    return token


def call(who: Machine, path: str, body: Any = None, *, key: str = "", at: datetime | None = None) -> Any:
    """(status, answer); GET without a body."""
    headers = {**who.headers, **({"Idempotency-Key": key} if key else {})}
    with clock.at(at or clock.now()):
        address, client = f"/api/v1/{path}", Client(headers=headers)
        answer = (
            client.get(address)
            if body is None
            else client.post(address, body, content_type="application/json")
        )
    return answer.status_code, answer.json()


def test_a_return_from_the_wish_to_the_money(keeper: Machine, order: Order, now: datetime) -> None:
    wish = {"order": order.public_id, "quantity": 1, "reason": "no_reason"}
    status, row = call(keeper, "returns", wish, key="r1")
    assert (status, row["state"], row["scheme"], row["amount_minor"]) == (201, "agreed", "return_7", 10_000)
    assert call(keeper, "returns", wish, key="r1")[1] == row
    path = f"returns/{row['id']}"
    status, sent = call(keeper, f"{path}/send", {"carrier": "sf", "tracking": "sf 1234"})
    assert (status, sent["state"], sent["tracking"]) == (200, "sent", "SF1234")
    said = {"carrier": "SF", "tracking": "sf1234", "code": "picked_up", "occurred": now.isoformat()}
    assert call(keeper, "returns/carrier-events", said)[1]["state"] == "sent"
    later = {**said, "code": "delivered", "occurred": (now + DAY).isoformat()}
    for _ in range(2):
        status, there = call(keeper, "returns/carrier-events", later, at=now + DAY + HOUR)
        assert (status, there["state"], there["arrived"]) == (200, "arrived", "2026-03-04T02:00:00Z")
    refused = call(keeper, f"{path}/check", {"finding": "used", "words": "Scratched"}, at=now + DAY + HOUR)
    assert (refused[0], list(refused[1]["fields"])) == (422, ["files"])
    status, done = call(keeper, f"{path}/check", {"finding": "as_sent"}, at=now + DAY + HOUR)
    assert (status, done["state"], Payment.objects.get(order=order).amount_minor) == (
        200,
        "refunded",
        -10_000,
    )
    assert [one["id"] for one in call(keeper, "returns?state=refunded")[1]["items"]] == [row["id"]]
    assert call(keeper, path)[1] == done


def test_the_shop_answers(keeper: Machine, order: Order) -> None:
    wish = {"order": order.public_id, "quantity": 1, "reason": "damaged"}
    first, second = (call(keeper, "returns", wish)[1]["id"] for _ in range(2))
    assert call(keeper, f"returns/{first}/agree", {})[1]["state"] == "agreed"
    assert call(keeper, f"returns/{first}/withdraw", {})[1]["state"] == "lapsed"
    status, row = call(keeper, f"returns/{second}/refuse", {"words": "It was whole."})
    assert (status, row["state"], row["found"]) == (200, "refused", "It was whole.")
    with nothing_happens():
        assert call(keeper, f"returns/{second}/arrive", {})[1]["state"] == "refused"
        assert call(keeper, f"returns/{second}/repaired", {})[0] == 409


def test_schemes_and_who_takes_part(keeper: Machine, shop: Shop) -> None:
    status, found = call(keeper, "schemes")
    schemes = {one["code"]: one for one in found["items"]}
    assert (status, schemes.keys()) == (200, SCHEMES.keys())
    assert (schemes["fake_3"]["factor"], found["currency"]) == (3.0, "CNY")
    wish = {"shop": shop.public_id, "scheme": "lightning"}
    status, row = call(keeper, "enrolments", wish, key="e1")
    assert (status, row["state"], row["deposit_minor"]) == (201, "active", 10_000)
    assert call(keeper, "enrolments", wish, key="e1")[1] == row
    assert books.balances(shop.record_id).held.minor == 120_000
    with nothing_happens():
        assert call(keeper, "enrolments", wish)[0] == 409
        assert call(keeper, "enrolments", {**wish, "scheme": "genuine"})[1]["code"] == "not_free"
    assert call(keeper, f"enrolments/{row['id']}/notice", {})[1]["state"] == "leaving"
    listed = call(keeper, f"enrolments?shop={shop.public_id}&state=active")[1]["items"]
    assert {one["scheme"] for one in listed} == {"return_7", "fake_3"}


def test_a_finding_is_kept_once(keeper: Machine, order: Order) -> None:
    found = {**FAKE, "order": order.public_id, "values": {"weight": 12.5, "seal": False}}
    status, row = call(keeper, "verifications", found, key="v1")
    assert (status, row["order"], row["bad"], row["values"]) == (201, order.public_id, True, found["values"])
    assert call(keeper, "verifications", found, key="v1")[1] == row
    assert call(keeper, f"verifications?order={order.public_id}")[1]["items"] == [row]
    about = {**FAKE, "listing": Listing.objects.get().public_id}
    assert call(keeper, "verifications", about)[1]["listing"] == about["listing"]
    with nothing_happens():
        assert list(call(keeper, "verifications", FAKE)[1]["fields"]) == ["about"]
        assert call(keeper, "verifications", {**found, "place": 2})[0] == 404
    assert Verification.objects.count() == 2


def test_who_may_not_changes_nothing(
    token: Machine, west_token: Machine, order: Order, shop: Shop, now: datetime
) -> None:
    """Seeing orders is not looking after protection; another branch sees none of it."""
    back = Return.objects.create(
        order=order, line=order.lines.get(), quantity=1, reason="damaged", amount_minor=1, currency="CNY",
        asked=now, due=now + DAY,
    ).public_id  # fmt: skip
    promise = shop.enrolments.order_by("id")[0].public_id
    heard = {"carrier": "sf", "tracking": "SF1", "code": "delivered", "occurred": now.isoformat()}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("returns", {"order": order.public_id, "reason": "damaged"}),
        ("returns/carrier-events", heard),
        *((f"returns/{back}/{verb}", {}) for verb in ("agree", "withdraw", "send", "arrive", "repaired")),
        (f"returns/{back}/refuse", {"words": "No"}),
        (f"returns/{back}/check", {"finding": "as_sent"}),
        ("enrolments", {"shop": shop.public_id, "scheme": "lightning"}),
        (f"enrolments/{promise}/notice", {}),
        ("verifications", {**FAKE, "order": order.public_id}),
    ]
    with nothing_happens():
        assert {call(token, path, body)[0] for path, body in calls} == {403}
        assert {call(west_token, path, body)[0] for path, body in calls} == {403}
    far = ApiToken.objects.get(unit__isnull=False)
    far.rights = {**far.rights, "trade.view": "branch", "trade.protect": "branch"}
    far.save()
    with nothing_happens():
        assert {call(west_token, path, body)[0] for path, body in calls} == {404}
    far.rights = {**far.rights, "trade.view": "all"}
    far.save()
    with nothing_happens():
        assert {call(west_token, path, body)[0] for path, body in calls if "carrier" not in path} == {403}
