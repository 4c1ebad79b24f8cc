"""Consent: what a person allows, stated by them or written down by staff; the latest counts, all are kept."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.errors import Denied, NotFound, SignInNeeded
from guanxi.core.models import Event
from guanxi.people import queries
from guanxi.people.actions import state_consent
from guanxi.people.models import Consent
from tests.cast import Shopper, Staffer, Visitor, nothing_happens

pytestmark = pytest.mark.django_db
YES = {("marketing", "email"): True}
NO = {("marketing", "email"): False}


def test_the_latest_statement_counts_and_all_are_kept(buyer: Shopper, agent: Staffer, now: datetime) -> None:
    for hours, statements in ((0, YES), (1, NO), (2, YES), (3, NO)):
        state_consent(
            actor=buyer.actor,
            now=now + timedelta(hours=hours),
            record_id=buyer.record_id,
            statements=statements,
            source="web",
        )
    latest = queries.latest_consents([buyer.record_id])
    assert not latest["marketing", "email"].given
    assert Consent.objects.count() == 4
    events = Event.objects.filter(type="person.consent_stated").order_by("id")
    assert [event.data["statements"] for event in events][-1] == [["marketing", "email", False]]


def test_it_counts_for_the_person_not_for_one_record(buyer: Shopper, now: datetime) -> None:
    records = queries.records_of(buyer.customer_id)
    state_consent(actor=buyer.actor, now=now, record_id=buyer.record_id, statements=NO, source="web")
    assert not queries.latest_consents(records)["marketing", "email"].given


def test_staff_write_it_down(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    stated = state_consent(
        actor=agent.actor, now=now, record_id=buyer.record_id, statements={**YES, ("service", "phone"): False},
        source="phone",
    )  # fmt: skip
    assert [(one.purpose, one.channel, one.given) for one in stated] == [
        ("marketing", "email", True),
        ("service", "phone", False),
    ]
    assert Event.objects.get(type="person.consent_stated").actor_id == agent.user.public_id
    body = agent.client.get(f"/customers/{buyer.public_id}/").content.decode()
    assert "agreed" in body
    assert "refused" in body
    assert "never asked" in body


def test_nobody_speaks_for_somebody_else(
    buyer: Shopper,
    seller: Shopper,
    manager: Staffer,
    trainee: Staffer,
    stranger: Staffer,
    visitor: Visitor,
    now: datetime,
) -> None:
    table = (
        (seller.actor, Denied),
        (manager.actor, Denied),
        (trainee.actor, Denied),
        (stranger.actor, NotFound),
        (visitor.actor, SignInNeeded),
    )
    for actor, error in table:
        with nothing_happens(), pytest.raises(error):
            state_consent(actor=actor, now=now, record_id=buyer.record_id, statements=YES, source="web")
