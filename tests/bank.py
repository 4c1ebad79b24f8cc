"""A bank small enough to hold in mind: what clients may hold, who keeps it, a company with two who may sign."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from guanxi.core.models import Role
from guanxi.core.money import Money
from guanxi.people.actions import Contact, add_record
from guanxi.people.models import Record
from guanxi.trade.actions import held, investing
from guanxi.trade.actions.held import NewHolding, NewMandate
from guanxi.trade.actions.investing import NewInvestment
from guanxi.trade.models import Holding, InvestmentOrder, Product
from tests.cast import SYSTEM, Hire, Shopper, Staffer

EXCHANGE: dict[str, Any] = {
    "code": "exchange",
    "zone": "Asia/Shanghai",
    "week": {"mon-fri": ["09:30-11:30", "13:00-15:00"]},
    "holidays": "CN",
}
CONDITIONS: dict[str, Any] = {
    "cutoff": "15:00",
    "calendar": EXCHANGE,
    "settles_days": 1,
    "risk": 3,
    "least_minor": 100_00,
}
PRODUCTS: tuple[tuple[str, str, str, str, str, dict[str, Any]], ...] = (
    ("CUR", "accounts", "account", "活期账户", "Current account", {}),
    ("FIX", "deposits", "deposit", "定期存款", "Fixed-term deposit", {}),
    ("LON", "loans", "loan", "经营贷款", "Business loan", {}),
    ("FND", "investments", "investment", "稳健基金", "Steady fund", CONDITIONS),
)
BANKER = {
    "people.view": "all",
    "people.contacts": "all",
    "trade.view": "all",
    "trade.holdings.view": "branch",
    "trade.holdings.keep": "branch",
    "trade.invest": "branch",
}


def catalogue() -> None:
    """The bank's products."""
    Product.objects.bulk_create(
        Product(sku=sku, line=line, holding=kind, name={"zh-hans": zh, "en": en}, conditions=dict(conditions))
        for sku, line, kind, zh, en, conditions in PRODUCTS
    )


def banker(hire: Hire, name: str = "banker", unit: str = "front") -> Staffer:
    """Somebody who keeps their branch's holdings and takes its orders to invest."""
    Role.objects.get_or_create(code="banker", defaults={"name": {"en": "Banker"}, "rights": BANKER})
    return hire(name, "banker", unit)


def opened(
    client: Shopper,
    now: datetime,
    sku: str = "CUR",
    number: str = "6222020200112233",
    *,
    unit_id: int | None,
    since: date | None = None,
    **terms: Any,
) -> Holding:
    """A holding of a client, kept by a unit."""
    new = NewHolding(sku, number, "CNY", since, terms, unit_id)
    return held.open_holding(actor=SYSTEM, now=now, record_id=client.record_id, holding=new)


def fund(
    client: Shopper, now: datetime, *, unit_id: int, units: str = "1000", number: str = "FND-0001"
) -> Holding:
    """1,000 units of the fund, each worth a yuan and a quarter."""
    row = opened(
        client, now, "FND", number, unit_id=unit_id, since=now.date() - timedelta(days=90), units=units
    )
    worth = held.BalanceRow(row.id, now.date() - timedelta(days=1), Money(1_250_00, "CNY"))
    held.record_balances(actor=SYSTEM, now=now, rows=[worth])
    return Holding.objects.get(id=row.id)


def company(now: datetime, unit_id: int) -> int:
    """A company: its record."""
    found = add_record(
        actor=SYSTEM, now=now, contact=Contact("杭州清源贸易有限公司", "0571 8701 2233"), source="import"
    )
    Record.objects.filter(id=found.record_id).update(nature="company", unit_id=unit_id)
    return found.record_id


def mandate(company_id: int, person: Shopper, now: datetime, **limits: Any) -> str:
    """What the company lets this person sign; its public id."""
    return held.grant_mandate(
        actor=SYSTEM, now=now, record_id=company_id, person_id=person.record_id, mandate=NewMandate(**limits)
    ).public_id


def drafted(now: datetime, record_id: int, *, unit_id: int | None = None, **order: Any) -> InvestmentOrder:
    """An order to buy the fund for 50,000 yuan, unless told otherwise."""
    wanted: Mapping[str, Any] = {"sku": "FND", "side": "buy", "amount": Money(50_000_00, "CNY")} | order
    row = investing.draft_investment(
        actor=SYSTEM, now=now, record_id=record_id, order=NewInvestment(**wanted)
    )
    if unit_id is not None:
        InvestmentOrder.objects.filter(id=row.id).update(unit_id=unit_id)
    return row
