"""Holdings opened, changed, closed; balances many at once and taken back; margins with their history."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid, NotFound
from guanxi.core.models import Detail, Event
from guanxi.core.money import Money
from guanxi.core.personal import gather, holds_back
from guanxi.trade.actions import held
from guanxi.trade.actions.held import BalanceRow, NewHolding
from guanxi.trade.actions.held.balances import Recorded
from guanxi.trade.models import Balance, Holding, Margin
from guanxi.trade.queries import holdings as queries
from tests.bank import banker, catalogue, opened
from tests.cast import SYSTEM, Hire, Organisation, Shopper, Staffer, nothing_happens, statements

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bank(organisation: Organisation) -> None:
    catalogue()


@pytest.fixture
def front(organisation: Organisation) -> int:
    return organisation.id("front")


def refuses(wrong: type[GuanxiError], act: Callable[[], Any], code: str = "", field: str = "") -> None:
    with nothing_happens(), pytest.raises(wrong) as caught:
        act()
    assert not code or caught.value.code == code
    assert not field or field in caught.value.fields


def yuan(amount: int, currency: str = "CNY") -> Money:
    return Money(amount * 100, currency)


def test_one_is_opened_once(buyer: Shopper, now: datetime, front: int) -> None:
    row = opened(buyer, now, number="6222 0202 0011 2233", unit_id=front, rate="0.35")
    assert (row.number, row.kind, row.terms, row.opened) == (
        "6222020200112233",
        "account",
        {"rate": "0.35"},
        date(2026, 3, 3),
    )
    with nothing_happens():
        assert opened(buyer, now, unit_id=front).id == row.id
    event = Event.objects.get(type="holding.opened")
    assert event.data == {"holding": row.public_id, "kind": "account", "sku": "CUR", "currency": "CNY"}
    assert (event.record_id, event.unit_id, event.detail_digest) == (buyer.record_id, front, "")


def test_what_cannot_be_opened(buyer: Shopper, seller: Shopper, now: datetime, front: int) -> None:
    opened(buyer, now, unit_id=front)
    refuses(Conflict, lambda: opened(seller, now, unit_id=front), code="number_taken")
    refuses(
        Conflict,
        lambda: opened(buyer, now, "LON", unit_id=front, principal="1", rate="1", matures="2030-01-01"),
    )
    refuses(Invalid, lambda: opened(buyer, now, "BK-1", "1", unit_id=front), field="sku")
    refuses(Invalid, lambda: opened(buyer, now, number="a b;c", unit_id=front), field="number")
    refuses(
        Invalid, lambda: opened(buyer, now, number="1", unit_id=front, since=date(2026, 3, 4)), field="opened"
    )
    refuses(Invalid, lambda: opened(buyer, now, "FIX", "1", unit_id=front), field="terms.matures")
    dollars = NewHolding("CUR", "1", "XXX", unit_id=front)
    refuses(Invalid, lambda: held.open_holding(actor=SYSTEM, now=now, record_id=buyer.record_id, holding=dollars),
            field="currency")  # fmt: skip


def test_only_their_own_branch(
    hire: Hire, buyer: Shopper, now: datetime, organisation: Organisation, agent: Staffer
) -> None:
    east, west = banker(hire), banker(hire, "westerner", "west-front")
    new = NewHolding("CUR", "1", unit_id=organisation.id("west-front"))
    for actor in (east.actor, agent.actor, buyer.actor):
        with nothing_happens(), pytest.raises(Denied):
            held.open_holding(actor=actor, now=now, record_id=buyer.record_id, holding=new)
    row = held.open_holding(actor=west.actor, now=now, record_id=buyer.record_id, holding=new)
    refuses(
        NotFound,
        lambda: held.change_terms(actor=east.actor, now=now, public_id=row.public_id, terms={"rate": "1"}),
    )
    refuses(NotFound, lambda: held.close_holding(actor=east.actor, now=now, public_id=row.public_id))
    balance = BalanceRow(row.id, now.date(), yuan(1))
    refuses(NotFound, lambda: held.record_balances(actor=east.actor, now=now, rows=[balance]))
    assert list(queries.list_holdings(east.actor)) == list(queries.list_holdings(agent.actor)) == []
    assert [one.id for one in queries.list_holdings(west.actor)] == [row.id]
    assert [one.id for one in queries.list_holdings(buyer.actor)] == [row.id]


def test_terms_change_with_their_history(buyer: Shopper, seller: Shopper, now: datetime, front: int) -> None:
    row = opened(buyer, now, "FIX", unit_id=front, rate="2.5", matures="2027-03-03")
    ask: dict[str, Any] = {"actor": SYSTEM, "now": now, "public_id": row.public_id}
    with nothing_happens():
        held.change_terms(**ask, terms=row.terms)
    changed = held.change_terms(**ask, terms={"rate": "2.65", "matures": "2027-06-03"}, version=1)
    assert (changed.matures, changed.version) == (date(2027, 6, 3), 2)
    event = Event.objects.get(type="holding.changed")
    assert event.data == {"holding": row.public_id, "terms": ["matures", "rate"]}
    detail = Detail.objects.get(event_id=event.id)
    assert detail.body == {
        "before": {"matures": "2027-03-03", "rate": "2.5"},
        "after": {"matures": "2027-06-03", "rate": "2.65"},
    }
    refuses(
        Conflict,
        lambda: held.change_terms(**ask, terms={"rate": "3", "matures": "2028-01-01"}, version=1),
        code="changed",
    )
    refuses(Invalid, lambda: held.change_terms(**ask, terms={"matures": "2027-06-03"}), field="terms.rate")
    refuses(NotFound, lambda: held.change_terms(**{**ask, "actor": seller.actor}, terms={}))


def test_closing(buyer: Shopper, now: datetime, front: int) -> None:
    row = opened(buyer, now, unit_id=front, since=date(2026, 1, 5))
    ask: dict[str, Any] = {"actor": SYSTEM, "now": now, "public_id": row.public_id}
    held.record_balances(actor=SYSTEM, now=now, rows=[BalanceRow(row.id, date(2026, 3, 2), yuan(5))])
    refuses(Conflict, lambda: held.close_holding(**ask), code="balance")
    held.record_balances(actor=SYSTEM, now=now, rows=[BalanceRow(row.id, date(2026, 3, 3), yuan(0))])
    refuses(Invalid, lambda: held.close_holding(**ask, why="whim"), field="why")
    refuses(Invalid, lambda: held.close_holding(**ask, closed=date(2026, 1, 4)), field="closed")
    person = gather(customers=[buyer.customer_id], records=[buyer.record_id], codes=[], needles=[])
    assert holds_back(person) == ["1 holding is still open."]
    held.close_holding(**ask)
    with nothing_happens():
        assert held.close_holding(**ask).state == "closed"
    refuses(Conflict, lambda: held.change_terms(**ask, terms={"rate": "1"}), code="closed")
    later, rows = now + timedelta(days=2), [BalanceRow(row.id, date(2026, 3, 4), yuan(1))]
    refuses(Invalid, lambda: held.record_balances(actor=SYSTEM, now=later, rows=rows), field="day")
    assert holds_back(person) == []


def test_balances_by_day(buyer: Shopper, now: datetime, front: int) -> None:
    row = opened(buyer, now, unit_id=front, since=date(2026, 1, 5))
    day, before = date(2026, 3, 2), date(2026, 3, 1)

    def say(*rows: tuple[date, Money]) -> list[Recorded]:
        given = [BalanceRow(row.id, *one) for one in rows]
        return held.record_balances(actor=SYSTEM, now=now, rows=given)

    say((day, yuan(900)), (before, yuan(800)), (day, yuan(70, "USD")))
    with nothing_happens():
        assert [one.changed for one in say((day, yuan(900)))] == [False]
    given = say((day, yuan(950)), (before, yuan(790)))
    assert [(one.before, one.changed) for one in given] == [(900_00, True), (800_00, True)]
    fresh = Holding.objects.get(id=row.id)
    assert (fresh.balance_minor, fresh.balance_on) == (950_00, day)
    assert [(one.day, one.amount_minor) for one in queries.history(fresh)] == [
        (before, 790_00),
        (day, 950_00),
    ]
    assert queries.positions([fresh]) == [
        queries.Position("CNY", yuan(950), yuan(0)),
        queries.Position("USD", yuan(70, "USD"), yuan(0, "USD")),
    ]
    assert Event.objects.filter(type="holding.balance_recorded").count() == 5
    tomorrow = [BalanceRow(row.id, date(2026, 3, 4), yuan(1))]
    refuses(Invalid, lambda: held.record_balances(actor=SYSTEM, now=now, rows=tomorrow), field="day")
    mixed = [BalanceRow(row.id, day, yuan(1)), BalanceRow(row.id, date(2026, 1, 4), yuan(1))]
    refuses(Invalid, lambda: held.record_balances(actor=SYSTEM, now=now, rows=mixed), field="day")
    refuses(NotFound, lambda: held.record_balances(actor=SYSTEM, now=now, rows=[BalanceRow(7, day, yuan(1))]))
    refuses(Invalid, lambda: held.record_balances(actor=SYSTEM, now=now, rows=mixed * 501))


def test_the_later_of_two_lines_for_one_day(buyer: Shopper, now: datetime, front: int) -> None:
    row = opened(buyer, now, unit_id=front)
    lines = [BalanceRow(row.id, now.date(), yuan(1)), BalanceRow(row.id, now.date(), yuan(2))]
    held.record_balances(actor=SYSTEM, now=now, rows=lines)
    assert list(Balance.objects.values_list("amount_minor", flat=True)) == [200]


def test_balances_taken_back(buyer: Shopper, now: datetime, front: int) -> None:
    row = opened(buyer, now, unit_id=front, since=date(2026, 1, 5))
    first, second = date(2026, 3, 1), date(2026, 3, 2)

    def say(*rows: tuple[date, Money]) -> list[Recorded]:
        given = [BalanceRow(row.id, *one) for one in rows]
        return held.record_balances(actor=SYSTEM, now=now, rows=given)

    say((first, yuan(1)))
    given = say((first, yuan(2)), (second, yuan(3)))
    say((second, yuan(4)))
    written = [(given[0].balance_id, 200, given[0].before), (given[1].balance_id, 300, given[1].before)]
    kept = held.withdraw_balances(actor=SYSTEM, now=now, written=written)
    assert kept == {given[1].balance_id}
    assert list(Balance.objects.order_by("day").values_list("amount_minor", flat=True)) == [100, 400]
    held.withdraw_balances(actor=SYSTEM, now=now, written=[(given[1].balance_id, 400, None)])
    assert Holding.objects.values_list("balance_minor", "balance_on").get() == (100, first)


def test_a_night_of_balances_costs_the_same_for_few_and_many(
    buyer: Shopper, now: datetime, front: int
) -> None:
    rows = [opened(buyer, now, number=f"62220{n}", unit_id=front) for n in range(40)]
    lines = [BalanceRow(one.id, now.date(), yuan(n)) for n, one in enumerate(rows)]
    few = statements(lambda: held.record_balances(actor=SYSTEM, now=now, rows=lines[:2]))
    many = statements(lambda: held.record_balances(actor=SYSTEM, now=now, rows=lines[2:]))
    assert many == few


def test_margins_and_what_a_holding_brought(buyer: Shopper, hire: Hire, now: datetime, front: int) -> None:
    row = opened(buyer, now, unit_id=front, since=date(2026, 1, 1))
    ask: dict[str, Any] = {"actor": SYSTEM, "now": now, "line": "accounts"}

    def set_to(since: date, percent: str, cost: int = 0) -> Margin:
        return held.set_margin(**ask, since=since, percent=Decimal(percent), cost=Money(cost, "CNY"))

    set_to(date(2026, 1, 1), "1.0000")
    with nothing_happens():
        set_to(date(2026, 1, 1), "1")
    set_to(date(2026, 2, 1), "2")
    held.record_balances(actor=SYSTEM, now=now, rows=[BalanceRow(row.id, date(2026, 1, 11), yuan(365_000))])
    earned = queries.income_of(row, since=date(2026, 1, 1), until=date(2026, 2, 11))
    assert earned == yuan(21 * 10 + 10 * 20)  # 21 days at 10 yuan, 10 days at 20
    set_to(date(2026, 2, 1), "4")  # a correction: the last word for that day counts
    assert queries.income_of(row, since=date(2026, 2, 1), until=date(2026, 2, 2)) == yuan(40)
    assert queries.income_of(row, since=date(2025, 1, 1), until=date(2026, 1, 11)) == yuan(0)
    assert queries.margin_on("accounts", "CNY", date(2025, 12, 31)) is None
    assert Margin.objects.count() == 3
    refuses(
        Invalid,
        lambda: held.set_margin(
            **{**ask, "line": "none"}, since=now.date(), percent=Decimal(1), cost=yuan(0)
        ),
    )
    refuses(Invalid, lambda: set_to(now.date(), "100.1"), field="percent")
    refuses(Invalid, lambda: set_to(now.date(), "1", -1), field="cost")
    keeper = banker(hire).actor
    refuses(
        Denied,
        lambda: held.set_margin(
            **{**ask, "actor": keeper}, since=now.date(), percent=Decimal(1), cost=yuan(0)
        ),
    )
