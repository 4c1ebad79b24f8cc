"""One customer: identity first, what rooms lend, masked for whoever may not read it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from guanxi.core.models import Event
from guanxi.core.timeline import reading
from guanxi.core.timeline.bases import Base
from guanxi.people.actions import Contact, add_record
from tests.cast import SYSTEM, Machine, Shopper, Staffer, Visitor, complain

pytestmark = pytest.mark.django_db


def body_of(staffer: Staffer, shopper: Shopper, language: str = "en") -> str:
    response = staffer.client.get(f"/customers/{shopper.public_id}/", headers={"Accept-Language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_everything_known_at_a_glance(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, "琵琶坏了", buyer.contact).case
    body = body_of(agent, buyer)
    for expected in ("王小明", buyer.public_id, "139 5801 6608", "xiaoming.wang@example.com",
                     "Dream of the Red Chamber", case.number, "琵琶坏了", "with us since 2025", "2 sources agree"):  # fmt: skip
        assert expected in body, expected


def test_in_chinese(agent: Staffer, buyer: Shopper) -> None:
    body = body_of(agent, buyer, "zh-hans")
    assert 'lang="zh-Hans"' in body
    assert "红楼梦" in body


def test_a_doubt_is_shown_with_its_candidate(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    doubt = add_record(actor=SYSTEM, now=now, contact=Contact("小王", "13958016608"), source="web")
    assert doubt.outcome == "doubt"
    body = agent.client.get(f"/customers/{doubt.customer_public_id}/").content.decode()
    assert "not certain" in body
    assert buyer.public_id in body


def test_masked(trainee: Staffer, manager: Staffer, buyer: Shopper) -> None:
    for staffer in (trainee, manager):
        body = body_of(staffer, buyer)
        assert "139 **** 6608" in body
        assert "x***@example.com" in body
        assert "5801" not in body


def test_masked_over_the_api(token: Machine, west_token: Machine, visitor: Visitor, buyer: Shopper) -> None:
    url = f"/api/v1/customers/{buyer.public_id}"
    seen = visitor.client.get(url, headers=token.headers).json()
    assert {(one["kind"], one["text"], one["masked"]) for one in seen["identifiers"]} == {
        ("phone", "139 5801 6608", False),
        ("email", "xiaoming.wang@example.com", False),
    }
    assert visitor.client.get(url, headers=west_token.headers).status_code == 404
    assert visitor.client.get(url).status_code == 401


def test_somebody_elses(
    stranger: Staffer, seller: Shopper, visitor: Visitor, agent: Staffer, buyer: Shopper
) -> None:
    url = f"/customers/{buyer.public_id}/"
    assert stranger.client.get(url).status_code == 404
    assert seller.client.get(url).status_code == 403
    assert visitor.client.get(url).status_code == 302
    assert agent.client.get("/customers/C-AAAAA-BBBBB/").status_code == 404


def test_no_integer_key_in_the_page(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    case = complain(now, contact=buyer.contact).case
    body = body_of(agent, buyer)
    for key in (buyer.customer_id, buyer.record_id, case.id, case.record_id, case.team_id):
        assert str(key) not in body


def test_the_newest_contacts_of_one_are_an_index_read(buyer: Shopper, now: datetime) -> None:
    """However many events everybody else has: the index gives one record's in order, of several it finds them all."""
    whose = [*[buyer.record_id] * 60, *range(6_000)]
    Event.objects.bulk_create(
        Event(
            type="case.opened",
            occurred=now - timedelta(minutes=number),
            recorded=now,
            actor_kind="system",
            record_id=record,
            subject_kind="record",
            subject_id=record,
        )
        for number, record in enumerate(whose)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE core_event")
    for record_ids in ([buyer.record_id], [buyer.record_id, 7]):
        base = Base("customer", buyer.public_id, "", "", [], record_ids=record_ids, until=now)
        found = Event.objects.filter(base.events()).order_by("-occurred", "-id")[: reading.PAGE + 1]
        plan = found.explain()
        assert "core_event_timeline" in plan, plan
        if len(record_ids) == 1:
            assert "Sort" not in plan
            assert "B-TREE" not in plan
