"""Orders to invest: read back, confirmed in time by whoever may sign, placed, executed; late, twice, cancelled."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from guanxi.core import clock
from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid, NotFound
from guanxi.core.models import Detail, Event
from guanxi.core.money import Money
from guanxi.trade import jobs
from guanxi.trade.actions import held, investing
from guanxi.trade.actions.held import NewMandate
from guanxi.trade.actions.investing import Filled, NewInvestment, Yes
from guanxi.trade.models import Balance, Holding, InvestmentOrder, InvestmentYes, Mandate
from guanxi.trade.queries import investments as queries
from tests.bank import banker, catalogue, company, drafted, fund, mandate
from tests.bank import opened as open_one
from tests.cast import SYSTEM, Hire, Organisation, Shopper, nothing_happens

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def bank(organisation: Organisation) -> None:
    catalogue()


@pytest.fixture
def front(organisation: Organisation) -> int:
    return organisation.id("front")


@pytest.fixture
def order(buyer: Shopper, now: datetime, hire: Hire, front: int) -> InvestmentOrder:
    """王小明's order to buy, drafted and read back at 10:00."""
    row = drafted(now, buyer.record_id, unit_id=front)
    return investing.read_investment(actor=banker(hire).actor, now=now, public_id=row.public_id)


def on(order: InvestmentOrder, now: datetime, actor: Any = SYSTEM) -> dict[str, Any]:
    return {"actor": actor, "now": now, "public_id": order.public_id}


def staff(hire: Hire) -> Any:
    return banker(hire, "other banker").actor


def yes(person: Shopper, order: InvestmentOrder, words: str = "是的，我确认") -> Yes:
    return Yes(person.record_id, order.reading, words)


def refuses(wrong: type[GuanxiError], act: Callable[[], Any], code: str = "", field: str = "") -> None:
    with nothing_happens(), pytest.raises(wrong) as caught:
        act()
    assert not code or caught.value.code == code
    assert not field or field in caught.value.fields


def types(order: InvestmentOrder) -> list[str]:
    found = Event.objects.filter(subject_kind="investment", subject_id=order.id).order_by("id")
    return list(found.values_list("type", flat=True))


def test_from_draft_to_execution(order: InvestmentOrder, buyer: Shopper, now: datetime, hire: Hire) -> None:
    who = staff(hire)
    assert (order.state, order.reading, order.trades, order.told_late) == (
        "read_back",
        1,
        date(2026, 3, 3),
        False,
    )
    assert order.read_text.startswith("现在向您复述这笔委托：买入“稳健基金”")
    said = investing.confirm_investment(**on(order, now + HOUR, who), yes=yes(buyer, order))
    assert (said.state, said.confirmed) == ("confirmed", now + HOUR)
    investing.place_investment(**on(order, now + HOUR, who))
    filled = Filled(Decimal("40000.5"), Money(50_000_00, "CNY"), 25_00)
    done = investing.execute_investment(**on(order, now + 30 * HOUR, who), filled=filled)
    assert (done.state, done.fee_minor) == ("executed", 25_00)
    holding = Holding.objects.get()
    assert (holding.number, holding.opened, holding.terms) == (
        order.public_id, date(2026, 3, 3), {"risk": 3, "units": "40000.5", "cost": 50_025_00},
    )  # fmt: skip
    assert (holding.balance_minor, holding.balance_on) == (50_000_00, date(2026, 3, 3))
    assert types(order) == [
        f"investment.{what}" for what in ("drafted", "read_back", "signed", "placed", "executed")
    ]


def test_words_stand_in_the_detail_alone(
    order: InvestmentOrder, buyer: Shopper, now: datetime, hire: Hire
) -> None:
    investing.confirm_investment(**on(order, now, staff(hire)), yes=yes(buyer, order, "对，就这样办"))
    read, signed = Event.objects.filter(type__in=("investment.read_back", "investment.signed")).order_by("id")
    assert Detail.objects.get(event_id=read.id).body == {"text": order.read_text}
    assert Detail.objects.get(event_id=signed.id).body == {"text": "对，就这样办"}
    assert "就这样办" not in str(signed.data)
    assert "稳健" not in str(read.data)
    assert InvestmentYes.objects.values_list("words", "channel").get() == ("对，就这样办", "phone")


def test_everything_twice_is_once(order: InvestmentOrder, buyer: Shopper, now: datetime, hire: Hire) -> None:
    who, filled = staff(hire), Filled(Decimal(40000), Money(50_000_00, "CNY"))
    steps: list[Callable[[], InvestmentOrder]] = [
        lambda: investing.confirm_investment(**on(order, now, who), yes=yes(buyer, order)),
        lambda: investing.place_investment(**on(order, now, who)),
        lambda: investing.execute_investment(**on(order, now, who), filled=filled),
    ]
    for act in steps:
        before = act().state
        with nothing_happens():
            assert act().state == before
    other = Filled(Decimal(39999), Money(50_000_00, "CNY"))
    refuses(
        Conflict, lambda: investing.execute_investment(**on(order, now, who), filled=other), code="executed"
    )
    with nothing_happens():
        assert investing.place_investment(**on(order, now, who)).state == "executed"
    refuses(Conflict, lambda: investing.cancel_investment(**on(order, now, who)), code="executed")
    refuses(Conflict, lambda: investing.read_investment(**on(order, now, who)), code="executed")


def test_after_the_cut_off_they_hear_it_before_they_say_yes(
    buyer: Shopper, now: datetime, hire: Hire, front: int
) -> None:
    who, late = staff(hire), now + 6 * HOUR  # 16:00
    row = drafted(late, buyer.record_id, unit_id=front)
    read = investing.read_investment(**on(row, late, who), language="en")
    assert (read.told_late, read.trades) == (True, date(2026, 3, 4))
    assert "Today's cut-off has passed" in read.read_text
    assert "Wednesday 4 March 2026" in read.read_text
    said = investing.confirm_investment(**on(row, late, who), yes=yes(buyer, read))
    assert said.state == "confirmed"


def test_a_yes_after_the_cut_off_confirms_nothing(
    order: InvestmentOrder, buyer: Shopper, now: datetime, hire: Hire
) -> None:
    who, late = staff(hire), now + 5 * HOUR  # 15:00 on the dot
    said = investing.confirm_investment(**on(order, late, who), yes=yes(buyer, order))
    assert (said.state, said.confirmed, InvestmentYes.objects.count()) == ("too_late", None, 0)
    again = investing.read_investment(**on(order, late, who))
    assert (again.state, again.reading, again.trades, again.told_late) == (
        "read_back",
        2,
        date(2026, 3, 4),
        True,
    )
    refuses(
        Conflict,
        lambda: investing.confirm_investment(**on(order, late, who), yes=yes(buyer, order)),
        code="reading",
    )
    assert investing.confirm_investment(**on(order, late, who), yes=yes(buyer, again)).state == "confirmed"


def test_confirmed_but_not_placed_in_time(
    order: InvestmentOrder, buyer: Shopper, now: datetime, hire: Hire
) -> None:
    who, late = staff(hire), now + 5 * HOUR
    investing.confirm_investment(**on(order, now, who), yes=yes(buyer, order))
    assert investing.place_investment(**on(order, late, who)).state == "too_late"
    refuses(Conflict, lambda: investing.place_investment(**on(order, late, who)), code="too_late")


def test_the_clock_makes_them_too_late(
    order: InvestmentOrder, buyer: Shopper, now: datetime, front: int
) -> None:
    drafted(now, buyer.record_id, unit_id=front)
    with clock.at(now + 4 * HOUR), nothing_happens():
        assert jobs.lapse_investments.call() == 0
    with clock.at(now + 5 * HOUR):
        assert jobs.lapse_investments.call() == 1
        with nothing_happens():
            assert jobs.lapse_investments.call() == 0
    assert sorted(InvestmentOrder.objects.values_list("state", flat=True)) == ["drafted", "too_late"]


def test_what_cannot_be_drafted(buyer: Shopper, seller: Shopper, now: datetime, front: int) -> None:
    mine, theirs = fund(buyer, now, unit_id=front), fund(seller, now, unit_id=front, number="FND-0002")
    price, wrong = Money(1_25, "CNY"), Invalid
    for values, field in (
        ({"sku": "CUR"}, "sku"),
        ({"sku": "none"}, "sku"),
        ({"side": "swap"}, "side"),
        ({"channel": "pigeon"}, "channel"),
        ({"amount": None}, "amount"),
        ({"amount": Money(0, "CNY")}, "amount"),
        ({"amount": Money(99_99, "CNY")}, "amount"),
        ({"units": Decimal(1)}, "amount"),
        ({"amount": None, "units": Decimal("0.0000001"), "price": price}, "units"),
        ({"amount": None, "units": Decimal(1)}, "price"),
        ({"side": "sell"}, "holding"),
        ({"side": "sell", "holding": mine.public_id}, "amount"),
        ({"side": "sell", "holding": mine.public_id, "amount": Money(1, "USD")}, "holding"),
        (
            {
                "side": "sell",
                "holding": mine.public_id,
                "amount": None,
                "units": Decimal(1001),
                "price": price,
            },
            "units",
        ),
    ):
        refuses(wrong, lambda given=values: drafted(now, buyer.record_id, **given), field=field)  # type: ignore[misc]
    refuses(NotFound, lambda: drafted(now, buyer.record_id, side="sell", holding=theirs.public_id))


def test_nothing_is_sold_twice(buyer: Shopper, now: datetime, front: int, hire: Hire) -> None:
    holding, price = fund(buyer, now, unit_id=front), Money(1_25, "CNY")
    sell: dict[str, Any] = {"side": "sell", "amount": None, "price": price, "holding": holding.public_id}
    first = drafted(now, buyer.record_id, units=Decimal(600), **sell)
    assert first.amount_minor == 750_00
    refuses(Invalid, lambda: drafted(now, buyer.record_id, units=Decimal(401), **sell), field="units")
    refuses(Conflict, lambda: close(holding, now), code="balance")
    investing.cancel_investment(**on(first, now, staff(hire)))
    drafted(now, buyer.record_id, units=Decimal(1000), **sell)


def close(holding: Holding, now: datetime) -> Holding:
    return held.close_holding(actor=SYSTEM, now=now, public_id=holding.public_id)


def test_selling_takes_units_cost_and_worth(buyer: Shopper, now: datetime, front: int, hire: Hire) -> None:
    holding, who = fund(buyer, now, unit_id=front), staff(hire)
    row = held.change_terms(
        actor=SYSTEM, now=now, public_id=holding.public_id, terms={"units": "1000", "cost": "¥1,000"}
    )
    order = drafted(now, buyer.record_id, side="sell", amount=None, units=Decimal(400), price=Money(1_25, "CNY"),
                    holding=row.public_id)  # fmt: skip
    read = investing.read_investment(**on(order, now, who))
    assert "账户尾号 0001。" in read.read_text
    investing.confirm_investment(**on(order, now, who), yes=yes(buyer, read))
    investing.place_investment(**on(order, now, who))
    too_many = Filled(Decimal(1001), Money(520_00, "CNY"))
    refuses(
        Invalid, lambda: investing.execute_investment(**on(order, now, who), filled=too_many), field="units"
    )
    investing.execute_investment(**on(order, now, who), filled=Filled(Decimal(400), Money(520_00, "CNY")))
    after = Holding.objects.get(id=holding.id)
    assert (after.terms["units"], after.terms["cost"], after.balance_minor) == ("600", 600_00, 780_00)
    assert Balance.objects.filter(holding=holding).count() == 2


def test_cancelling(order: InvestmentOrder, buyer: Shopper, now: datetime, hire: Hire) -> None:
    who = staff(hire)
    investing.confirm_investment(**on(order, now, who), yes=yes(buyer, order))
    investing.place_investment(**on(order, now, who))
    refuses(Conflict, lambda: investing.cancel_investment(**on(order, now + 5 * HOUR, who)), code="placed")
    refuses(Invalid, lambda: investing.cancel_investment(**on(order, now, who), why="whim"), field="why")
    investing.cancel_investment(**on(order, now + 4 * HOUR, who))
    with nothing_happens():
        assert investing.cancel_investment(**on(order, now + 4 * HOUR, who)).why == "client"
    filled = Filled(Decimal(1), Money(1, "CNY"))
    refuses(
        Conflict, lambda: investing.execute_investment(**on(order, now, who), filled=filled), code="cancelled"
    )


def test_two_sign_for_a_company(
    buyer: Shopper, seller: Shopper, now: datetime, front: int, hire: Hire
) -> None:
    firm, who = company(now, front), staff(hire)
    mandate(firm, buyer, now, alone_minor=10_000_00, together_minor=100_000_00)
    mandate(firm, seller, now, together_minor=100_000_00)
    order = drafted(now, firm)
    read = investing.read_investment(**on(order, now, who))
    assert {one.id for one in queries.signatories(SYSTEM, read, now)} == {buyer.record_id, seller.record_id}
    first = investing.confirm_investment(**on(order, now, who), yes=yes(buyer, read))
    assert (first.state, [one.id for one in queries.signatories(SYSTEM, first, now)]) == (
        "read_back",
        [seller.record_id],
    )
    with nothing_happens():
        assert investing.confirm_investment(**on(order, now, who), yes=yes(buyer, read)).state == "read_back"
    refuses(Conflict, lambda: investing.place_investment(**on(order, now, who)), code="read_back")
    second = investing.confirm_investment(**on(order, now, who), yes=yes(seller, read, "Yes, confirmed"))
    assert (second.state, len(queries.signatures_of(second))) == ("confirmed", 2)


def test_a_reading_anew_voids_earlier_signatures(
    buyer: Shopper, seller: Shopper, now: datetime, front: int, hire: Hire
) -> None:
    firm, who = company(now, front), staff(hire)
    for person in (buyer, seller):
        mandate(firm, person, now, together_minor=None)
    order = drafted(now, firm)
    first = investing.read_investment(**on(order, now, who))
    investing.confirm_investment(**on(order, now, who), yes=yes(buyer, first))
    late = now + 6 * HOUR
    with clock.at(late):
        jobs.lapse_investments.call()
    again = investing.read_investment(**on(order, late, who))
    said = investing.confirm_investment(**on(order, late, who), yes=yes(seller, again))
    assert (said.state, queries.signed_by(said)) == ("read_back", [seller.customer_id])


def test_who_may_not_sign(
    order: InvestmentOrder, buyer: Shopper, seller: Shopper, now: datetime, front: int, hire: Hire
) -> None:
    who = staff(hire)
    stranger = yes(seller, order)
    refuses(
        Denied, lambda: investing.confirm_investment(**on(order, now, who), yes=stranger), code="may_not_sign"
    )
    firm = company(now, front)
    code = mandate(firm, buyer, now, alone_minor=49_999_99)
    mandate(firm, seller, now, alone_minor=None, until=date(2026, 3, 4), since=date(2026, 3, 1))
    row = investing.read_investment(**on(drafted(now, firm), now, who))
    small = yes(buyer, row)
    refuses(Denied, lambda: investing.confirm_investment(**on(row, now, who), yes=small), code="may_not_sign")
    tomorrow = investing.read_investment(**on(row, now + 24 * HOUR, who))
    ended = yes(seller, tomorrow)
    refuses(
        Denied,
        lambda: investing.confirm_investment(**on(row, now + 24 * HOUR, who), yes=ended),
        code="may_not_sign",
    )
    held.grant_mandate(actor=SYSTEM, now=now, record_id=firm, person_id=buyer.record_id,
                       mandate=NewMandate(alone_minor=None))  # fmt: skip
    for one in (code, queries_mandate(firm)):
        held.revoke_mandate(actor=SYSTEM, now=now, public_id=one)
    gone = yes(buyer, tomorrow)
    refuses(
        Denied,
        lambda: investing.confirm_investment(**on(row, now + 24 * HOUR, who), yes=gone),
        code="may_not_sign",
    )


def queries_mandate(firm: int) -> str:
    """The unlimited mandate of the company, given last."""
    found = Mandate.objects.filter(record_id=firm, alone_minor=None).order_by("-id")
    return str(found.values_list("public_id", flat=True)[0])


def test_words_are_needed(order: InvestmentOrder, buyer: Shopper, now: datetime, hire: Hire) -> None:
    who = staff(hire)
    for wrong in (Yes(buyer.record_id, 1, " "), Yes(buyer.record_id, 1, "x" * 501)):
        with nothing_happens(), pytest.raises(Invalid) as caught:
            investing.confirm_investment(**on(order, now, who), yes=wrong)
        assert set(caught.value.fields) == {"words"}
    pigeon = Yes(buyer.record_id, 1, "yes", "pigeon")
    refuses(Invalid, lambda: investing.confirm_investment(**on(order, now, who), yes=pigeon), field="channel")
    refuses(
        Invalid, lambda: investing.read_investment(**on(order, now, who), language="fr"), field="language"
    )


def test_only_the_branch_of_the_client(
    order: InvestmentOrder, buyer: Shopper, now: datetime, hire: Hire
) -> None:
    west = banker(hire, "westerner", "west-front").actor
    new = NewInvestment("FND", "buy", Money(100_00, "CNY"))
    acts: list[Callable[[Any], Any]] = [
        lambda who: investing.read_investment(**on(order, now, who)),
        lambda who: investing.confirm_investment(**on(order, now, who), yes=yes(buyer, order)),
        lambda who: investing.place_investment(**on(order, now, who)),
        lambda who: investing.cancel_investment(**on(order, now, who)),
    ]
    for act in acts:
        refuses(NotFound, lambda what=act: what(west))  # type: ignore[misc]
        refuses(Denied, lambda what=act: what(buyer.actor))  # type: ignore[misc]
    for who in (west, buyer.actor):
        with nothing_happens(), pytest.raises(Denied):
            investing.draft_investment(actor=who, now=now, record_id=buyer.record_id, order=new)


def test_an_order_keeps_its_holding_open(buyer: Shopper, now: datetime, front: int) -> None:
    holding = open_one(buyer, now, "FND", "FND-9", unit_id=front)
    drafted(now, buyer.record_id, holding=holding.public_id)
    refuses(Conflict, lambda: close(holding, now), code="order_open")
