"""Mandates: given, taken back, and what they are worth when somebody signs."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from guanxi.core.errors import Denied, Invalid, NotFound
from guanxi.core.models import Event
from guanxi.trade.actions import held
from guanxi.trade.actions.held import NewMandate
from guanxi.trade.models import Mandate
from guanxi.trade.queries import holdings as queries
from tests.bank import banker, company, mandate
from tests.cast import SYSTEM, Hire, Organisation, Shopper, nothing_happens

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(organisation: Organisation, now: datetime) -> int:
    return company(now, organisation.id("front"))


def test_one_is_given_once_and_seen_by_both(firm: int, buyer: Shopper, now: datetime) -> None:
    code = mandate(firm, buyer, now, alone_minor=100_000_00, together_minor=None, capacity=" 财务总监 ")
    with nothing_happens():
        assert mandate(firm, buyer, now, alone_minor=100_000_00, together_minor=None) == code
    row = Mandate.objects.get(public_id=code)
    assert (row.capacity, row.since, row.until) == ("财务总监", date(2026, 3, 3), None)
    event = Event.objects.get(type="mandate.granted")
    assert (event.record_id, event.data["alone_minor"], event.data["together_minor"]) == (
        firm,
        100_000_00,
        None,
    )
    assert "财务总监" not in str(event.data)
    assert [one.public_id for one in queries.mandates_held(buyer.actor, buyer.customer_id)] == [code]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"alone_minor": -1}, "alone"),
        ({"together_minor": 10**15}, "together"),
        ({"currency": "XXX"}, "currency"),
        ({"until": date(2026, 3, 3)}, "until"),
        ({"capacity": "x" * 61}, "capacity"),
    ],
)
def test_what_makes_no_mandate(
    firm: int, buyer: Shopper, now: datetime, wrong: dict[str, Any], field: str
) -> None:
    with nothing_happens(), pytest.raises(Invalid) as caught:
        mandate(firm, buyer, now, **wrong)
    assert set(caught.value.fields) == {field}


def test_companies_do_not_sign_and_nobody_for_themselves(firm: int, buyer: Shopper, now: datetime) -> None:
    for client, person in ((buyer.record_id, firm), (buyer.record_id, buyer.record_id)):
        with nothing_happens(), pytest.raises(Invalid) as caught:
            held.grant_mandate(
                actor=SYSTEM, now=now, record_id=client, person_id=person, mandate=NewMandate()
            )
        assert set(caught.value.fields) == {"person"}


def test_revoked_at_once_and_for_good(
    firm: int, buyer: Shopper, now: datetime, organisation: Organisation
) -> None:
    code = mandate(firm, buyer, now, alone_minor=None, until=date(2027, 1, 1))
    row = queries.get_mandate(SYSTEM, code)
    assert queries.in_force(row, date(2026, 12, 31))
    assert not queries.in_force(row, date(2027, 1, 1))
    assert [one.alone for one in queries.powers_for(row.record.customer_id)] == [None]
    with nothing_happens(), pytest.raises(Invalid):
        held.revoke_mandate(actor=SYSTEM, now=now, public_id=code, why="whim")
    held.revoke_mandate(actor=SYSTEM, now=now, public_id=code, why="left")
    with nothing_happens():
        held.revoke_mandate(actor=SYSTEM, now=now + timedelta(days=1), public_id=code, why="client")
    assert queries.powers_for(row.record.customer_id) == []
    assert mandate(firm, buyer, now, alone_minor=None, until=date(2027, 1, 1)) != code


def test_only_the_clients_branch(firm: int, buyer: Shopper, now: datetime, hire: Hire) -> None:
    west, east = banker(hire, "westerner", "west-front"), banker(hire)
    ask: dict[str, Any] = {
        "now": now,
        "record_id": firm,
        "person_id": buyer.record_id,
        "mandate": NewMandate(),
    }
    with nothing_happens():
        for actor, wrong in ((west.actor, Denied), (buyer.actor, NotFound)):
            with pytest.raises(wrong):
                held.grant_mandate(actor=actor, **ask)
    code = held.grant_mandate(actor=east.actor, **ask).public_id
    with nothing_happens():
        for actor, wrong in ((west.actor, NotFound), (buyer.actor, Denied)):
            with pytest.raises(wrong):
                held.revoke_mandate(actor=actor, now=now, public_id=code)
