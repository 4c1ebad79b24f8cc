"""A seller declares the grade of a thing: a form from the standard in force, a table for buyers, frozen with the order."""

from datetime import datetime
from typing import Any

import pytest

from guanxi.core.errors import Invalid
from guanxi.trade.actions import listings
from guanxi.trade.models import Listing, OrderLine
from tests.cast import Shopper, Visitor, nothing_happens, statements
from tests.market import new, offer, open_stall, order_of
from tests.measured import GOOD, phone

pytestmark = pytest.mark.django_db
TYPED = {"grade": "B", "value-scratches": "4", "value-battery": "85", "value-housing": "worn",
         "value-unlocked": "yes", "value-storage": "128"}  # fmt: skip


@pytest.fixture
def listing(seller: Shopper, now: datetime) -> Listing:
    phone(now)
    open_stall(seller, now)
    return offer(seller, now)


def test_declared_from_the_form_and_shown_as_a_table(
    listing: Listing, seller: Shopper, visitor: Visitor, buyer: Shopper, now: datetime
) -> None:
    url = f"/my/shop/listings/{listing.public_id}/"
    assert "Screen scratches" in seller.client.get(url).content.decode()
    assert seller.client.post(f"{url}declare/", {"key": "d1", **TYPED}).status_code == 303
    listing.refresh_from_db()
    assert (listing.version, listing.declaration["grade"], listing.declaration["values"]) == (2, "B", GOOD)
    page = visitor.client.get(f"/market/{listing.public_id}/").content.decode()
    assert "Declared: B · Good" in page
    assert "phone@1" in page
    assert "≤ 10" in page
    assert "B Good" in visitor.client.get("/market/").content.decode()
    order_of(buyer, listing, now)
    assert OrderLine.objects.get(listing=listing).declaration["grade"] == "B"


def test_what_does_not_bear_the_grade(listing: Listing, seller: Shopper) -> None:
    url = f"/my/shop/listings/{listing.public_id}/declare/"
    with nothing_happens():
        for wrong, field in (
            ({"value-scratches": "11"}, "value-scratches"),
            ({"value-battery": "much"}, "value-battery"),
            ({"value-housing": ""}, "value-housing"),
            ({"grade": "Z"}, "grade"),
        ):
            sent = seller.client.post(url, {"key": f"w-{field}", **TYPED, **wrong})
            assert sent.status_code == 422
            assert f'id="f-{field}-error"' in sent.content.decode()
            assert 'value="128"' in sent.content.decode()  # what was typed stays


def test_other_changes_keep_it_and_another_category_does_not(
    listing: Listing, seller: Shopper, now: datetime
) -> None:
    url = f"/my/shop/listings/{listing.public_id}/"
    seller.client.post(f"{url}declare/", {"key": "d1", **TYPED})
    said = {
        "title": "二手手机",
        "category": "phones",
        "price": "10",
        "price_currency": "CNY",
        "ship_hours": "48",
    }
    seller.client.post(f"{url}change/", {"key": "c1", **said})
    listing.refresh_from_db()
    assert (listing.title, listing.declaration["grade"]) == ("二手手机", "B")
    seller.client.post(f"{url}change/", {"key": "c2", **said, "category": "books"})
    listing.refresh_from_db()
    assert listing.declaration == {}
    assert (
        seller.client.post(f"{url}declare/", {"key": "d2", **TYPED}).status_code == 404
    )  # no standard for books


def test_the_action_checks_as_well(listing: Listing, seller: Shopper, now: datetime) -> None:
    good = {"standard": "phone", "version": 1, "grade": "B", "values": GOOD}
    wrong: list[dict[str, Any]] = [
        {"category": "books", "declaration": good},
        {"declaration": {**good, "version": 9}},
        {"declaration": {**good, "grade": "A"}},
        {"declaration": {"standard": "rubbish"}},
    ]
    with nothing_happens():
        for more in wrong:
            with pytest.raises(Invalid):
                listings.change_listing(
                    actor=seller.actor, now=now, listing=listing.public_id, to=new(**more)
                )


def test_the_grid_costs_the_same_with_declarations(
    listing: Listing, seller: Shopper, visitor: Visitor, now: datetime
) -> None:
    seller.client.post(f"/my/shop/listings/{listing.public_id}/declare/", {"key": "d1", **TYPED})
    few = statements(lambda: visitor.client.get("/market/"))
    good = {"standard": "phone", "version": 1, "grade": "B", "values": GOOD}
    for n in range(3):
        offer(seller, now, title=f"Thing {n}", declaration=good)
    assert statements(lambda: visitor.client.get("/market/")) == few
