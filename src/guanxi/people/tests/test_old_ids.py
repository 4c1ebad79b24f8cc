"""A retired id leads to whoever the customer is today: page, API, filters, files. For strangers it stays unknown."""

from datetime import datetime

import pytest

from guanxi.people import queries
from guanxi.people.actions import Contact, add_record, merge, unmerge
from guanxi.people.models import IdentityEvent
from tests.cast import SYSTEM, Machine, Shopper, Staffer, Visitor, complain

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(buyer: Shopper, now: datetime) -> IdentityEvent:
    """The buyer's id is an old one now."""
    into = add_record(actor=SYSTEM, now=now, contact=Contact("王晓鸣", email="xm@post.example"), source="web")
    return merge(actor=SYSTEM, now=now, survivor=into.customer_public_id, others=[buyer.public_id])


def test_the_page_redirects_as_long_as_the_merge_stands(
    agent: Staffer, buyer: Shopper, merged: IdentityEvent, now: datetime
) -> None:
    response = agent.client.get(f"/customers/{buyer.public_id}/")
    assert (response.status_code, response.headers["Location"]) == (
        302, f"/customers/{merged.customer.public_id}/",
    )  # fmt: skip
    assert agent.client.get(response.headers["Location"]).status_code == 200
    unmerge(actor=SYSTEM, now=now, decision=merged.public_id)
    assert agent.client.get(f"/customers/{buyer.public_id}/").status_code == 200


def test_the_api_answers_with_the_survivor(
    token: Machine, visitor: Visitor, buyer: Shopper, merged: IdentityEvent, now: datetime
) -> None:
    case = complain(now, contact=buyer.contact).case
    survivor = merged.customer.public_id

    def get(path: str) -> dict[str, object]:
        response = visitor.client.get(f"/api/v1/{path}", headers=token.headers)
        assert response.status_code == 200, response.content
        return dict(response.json())

    old, new = get(f"customers/{buyer.public_id}"), get(f"customers/{survivor}")
    assert (old["id"], old["merged_into"]) == (survivor, survivor)
    assert (new["id"], new["merged_into"]) == (survivor, "")
    assert get(f"customers/{buyer.public_id}/timeline") == get(f"customers/{survivor}/timeline")
    for kind in ("cases", "orders"):
        found = get(f"{kind}?customer={buyer.public_id}")
        assert found == get(f"{kind}?customer={survivor}")
        assert found["items"]
    assert case.number in str(get(f"cases?customer={buyer.public_id}"))


def test_for_strangers_it_is_as_unknown_as_before(
    stranger: Staffer, west_token: Machine, visitor: Visitor, buyer: Shopper, merged: IdentityEvent
) -> None:
    assert stranger.client.get(f"/customers/{buyer.public_id}/").status_code == 404
    for path in (f"customers/{buyer.public_id}", f"customers/{buyer.public_id}/timeline"):
        response = visitor.client.get(f"/api/v1/{path}", headers=west_token.headers)
        assert response.status_code == 404
        assert merged.customer.public_id not in response.content.decode()


def test_files_and_searches_that_name_it_mean_the_survivor(
    agent: Staffer, buyer: Shopper, merged: IdentityEvent
) -> None:
    assert queries.owners_of("customer", [buyer.public_id]) == [(buyer.public_id, merged.customer_id)]
    found = agent.client.get("/search/", {"q": buyer.public_id.lower()})
    assert found.headers["Location"] == f"/customers/{merged.customer.public_id}/"
