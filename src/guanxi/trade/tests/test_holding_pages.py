"""Pages of holdings, mandates, orders to invest, lines; what a client sees of their own. Numbers stay masked."""

from datetime import date, datetime, timedelta

import pytest

from guanxi.core import clock
from guanxi.core.models import Role
from guanxi.core.money import Money
from guanxi.people.models import Record
from guanxi.people.queries import code_of
from guanxi.trade.actions import held
from guanxi.trade.actions.held import BalanceRow
from guanxi.trade.models import Holding, InvestmentOrder, Mandate, Margin
from tests.bank import banker, catalogue, company, fund, mandate, opened
from tests.cast import SYSTEM, Hire, Organisation, Shopper, Staffer, nothing_happens, statements

pytestmark = pytest.mark.django_db
NUMBER = "6222020200112233"


@pytest.fixture(autouse=True)
def bank(organisation: Organisation) -> None:
    catalogue()


@pytest.fixture
def front(organisation: Organisation) -> int:
    return organisation.id("front")


def test_the_list_and_one_holding(buyer: Shopper, now: datetime, front: int, hire: Hire) -> None:
    row = opened(buyer, now, unit_id=front, since=date(2026, 1, 5), rate="0.35")
    for n in range(3):
        day = now.date() - timedelta(days=3 - n)
        held.record_balances(actor=SYSTEM, now=now, rows=[BalanceRow(row.id, day, Money(100_00 * n, "CNY"))])
    clerk = banker(hire)
    listed = clerk.client.get("/holdings/").content.decode()
    assert "**** 2233" in listed and NUMBER not in listed and "¥200.00" in listed  # noqa: PT018
    shown = clerk.client.get(f"/holdings/{row.public_id}/").content.decode()
    assert NUMBER in shown and "0.35 %" in shown and "¥200.00 more than on 2026-02-28" in shown  # noqa: PT018
    sheet = clerk.client.get(f"/holdings/{row.public_id}/?csv=balances")
    assert sheet.content.decode().splitlines()[1:] == [
        "2026-02-28,0.0",
        "2026-03-01,100.0",
        "2026-03-02,200.0",
    ]
    Role.objects.filter(code="banker").update(rights={"people.view": "all", "trade.holdings.view": "all"})
    assert NUMBER not in clerk.client.get(f"/holdings/{row.public_id}/").content.decode()


def test_the_list_costs_the_same_for_few_and_many(
    buyer: Shopper, now: datetime, front: int, hire: Hire
) -> None:
    clerk = banker(hire)
    opened(buyer, now, unit_id=front)
    clerk.client.get("/holdings/")
    few = statements(lambda: clerk.client.get("/holdings/"))
    for n in range(20):
        opened(buyer, now, number=f"7{n}", unit_id=front)
    assert statements(lambda: clerk.client.get("/holdings/")) == few


def test_one_is_opened_changed_and_closed_by_its_forms(buyer: Shopper, hire: Hire) -> None:
    clerk = banker(hire)
    Role.objects.filter(code="banker").update(
        rights=dict.fromkeys(Role.objects.get(code="banker").rights, "all")
    )
    first = clerk.client.post("/holdings/add/", {"customer": buyer.public_id, "sku": "FIX", "step": "choose"})
    assert 'name="term-matures"' in first.content.decode()
    sent = {
        "customer": buyer.public_id,
        "sku": "FIX",
        "step": "open",
        "number": "9558 1",
        "currency": "CNY",
        "key": "a",
    }
    with nothing_happens():
        wrong = clerk.client.post("/holdings/add/", sent)
    assert wrong.status_code == 422
    good = {**sent, "term-rate": "2.5", "term-matures": "2027-03-03", "key": "b"}
    assert clerk.client.post("/holdings/add/", good).status_code == 303
    assert clerk.client.post("/holdings/add/", good).status_code == 303
    row = Holding.objects.get()
    assert (row.number, row.terms) == ("95581", {"rate": "2.5", "matures": "2027-03-03"})
    here = f"/holdings/{row.public_id}/"
    assert (
        clerk.client.post(f"{here}balance/", {"day": "2026-03-03", "amount": "0", "key": "c"}).status_code
        == 303
    )
    terms = {"term-rate": "2.6", "term-matures": "2027-03-03", "version": "1", "key": "d"}
    assert clerk.client.post(f"{here}terms/", terms).status_code == 303
    with nothing_happens():
        old = clerk.client.post(f"{here}terms/", {**terms, "term-rate": "9", "key": "e"})
    assert old.status_code == 422
    assert clerk.client.post(f"{here}close/", {"why": "matured", "key": "f"}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.why, row.balance_minor, row.terms["rate"]) == ("closed", "matured", 0, "2.6")


def test_an_order_goes_its_way_by_the_desk(buyer: Shopper, hire: Hire, now: datetime, front: int) -> None:
    clerk = banker(hire)
    fund(buyer, now, unit_id=front)
    holding = Holding.objects.get()
    form = clerk.client.get(f"/investments/add/?customer={buyer.public_id}").content.decode()
    assert "Steady fund **** 0001" in form
    sent = {"customer": buyer.public_id, "sku": "FND", "side": "buy", "amount": "50,000", "amount_currency": "CNY",
            "holding": holding.public_id, "channel": "phone", "step": "draft", "key": "a"}  # fmt: skip
    made = clerk.client.post("/investments/add/", sent)
    order = InvestmentOrder.objects.get()
    here = f"/investments/{order.public_id}/"
    assert made.headers["Location"] == here
    assert clerk.client.post(f"{here}read/", {"key": "b"}).status_code == 303
    page = clerk.client.get(here).content.decode()
    assert "现在向您复述这笔委托" in page and "data-due" in page  # noqa: PT018
    yes = {"person": buyer.public_id, "reading": "1", "words": "好的，确认", "channel": "phone"}
    assert clerk.client.post(f"{here}confirm/", {**yes, "key": "c"}).status_code == 303
    assert clerk.client.post(f"{here}place/", {"key": "d"}).status_code == 303
    filled = {"units": "40000", "amount": "50000", "fee": "25", "key": "e"}
    assert clerk.client.post(f"{here}execute/", filled).status_code == 303
    holding.refresh_from_db()
    assert holding.terms["units"] == "41000"
    assert "好的，确认" in clerk.client.get(here).content.decode()
    assert "¥50,000.00" in clerk.client.get("/investments/").content.decode()


def test_too_late_is_said_and_nothing_confirmed(
    buyer: Shopper, hire: Hire, now: datetime, front: int
) -> None:
    clerk = banker(hire)
    holding = fund(buyer, now, unit_id=front)
    sent = {"customer": buyer.public_id, "sku": "FND", "side": "buy", "amount": "500", "amount_currency": "CNY",
            "holding": holding.public_id, "channel": "phone", "step": "draft", "key": "a"}  # fmt: skip
    clerk.client.post("/investments/add/", sent)
    here = f"/investments/{InvestmentOrder.objects.get().public_id}/"
    clerk.client.post(f"{here}read/", {"key": "b"})
    with clock.at(now + timedelta(hours=6)):
        yes = {"person": buyer.public_id, "reading": "1", "words": "好", "channel": "phone", "key": "c"}
        told = clerk.client.post(f"{here}confirm/", yes, follow=True).content.decode()
        assert "The cut-off has passed: nothing was confirmed." in told
        assert InvestmentOrder.objects.get().state == "too_late"
        clerk.client.post(f"{here}read/", {"key": "d"})
        assert "the client hears this before they say yes" in clerk.client.get(here).content.decode()


def test_mandates_of_a_company(buyer: Shopper, hire: Hire, now: datetime, front: int) -> None:
    clerk, firm = banker(hire), company(now, front)
    client = code_of(Record.objects.get(id=firm).customer_id)
    sent = {
        "person": buyer.public_id,
        "alone": "100,000",
        "together_any": "1",
        "capacity": "财务总监",
        "key": "a",
    }
    assert clerk.client.post(f"/mandates/{client}/", sent).status_code == 303
    row = Mandate.objects.get()
    assert (row.alone_minor, row.together_minor) == (100_000_00, None)
    page = clerk.client.get(f"/mandates/{client}/").content.decode()
    assert "alone: ¥100,000.00 · two together: without limit" in page
    customer = clerk.client.get(f"/customers/{client}/").content.decode()
    assert "Mandates and signatories" in customer and "王小明" in customer  # noqa: PT018
    assert (
        clerk.client.post(f"/mandates/{row.public_id}/revoke/", {"why": "left", "key": "b"}).status_code
        == 303
    )
    row.refresh_from_db()
    assert (row.revoked, row.why) == (now, "left")


def test_the_customer_page_sums_by_currency(buyer: Shopper, hire: Hire, now: datetime, front: int) -> None:
    row = opened(buyer, now, unit_id=front)
    held.record_balances(actor=SYSTEM, now=now, rows=[BalanceRow(row.id, now.date(), Money(950_00, "CNY"))])
    opened(buyer, now, "FIX", "F-1", unit_id=front, rate="2", matures="2026-09-01")
    shown = banker(hire).client.get(f"/customers/{buyer.public_id}/").content.decode()
    assert "¥950.00" in shown and "Fixed-term deposit matures on 2026-09-01" in shown  # noqa: PT018


def test_a_client_sees_their_own_and_nobody_elses(
    buyer: Shopper, seller: Shopper, now: datetime, front: int
) -> None:
    opened(buyer, now, unit_id=front)
    mine = buyer.client.get("/my/holdings/").content.decode()
    assert "**** 2233" in mine and NUMBER not in mine  # noqa: PT018
    assert "What I hold" in buyer.client.get("/my/").content.decode()
    assert "2233" not in seller.client.get("/my/holdings/").content.decode()
    assert "What I hold" not in seller.client.get("/my/").content.decode()


def test_lines_and_margins(hire: Hire, agent: Staffer, now: datetime) -> None:
    clerk = banker(hire)
    Role.objects.filter(code="banker").update(rights={"trade.view": "all", "trade.margins": "all"})
    sent = {
        "line": "accounts",
        "percent": "1.9",
        "since": "2026-01-01",
        "cost": "3.5",
        "cost_currency": "CNY",
        "key": "a",
    }
    assert clerk.client.post("/lines/margins/", sent).status_code == 303
    assert Margin.objects.values_list("cost_minor", "by").get() == (350, clerk.user.public_id)
    assert "1.9 %" in clerk.client.get("/lines/").content.decode()
    assert "1.9 %" not in agent.client.get("/lines/").content.decode()
    with nothing_happens():
        assert agent.client.post("/lines/margins/", {**sent, "key": "b"}).status_code == 403


def test_mandates_of_a_client_over_many_is_flat(
    buyer: Shopper, now: datetime, front: int, hire: Hire
) -> None:
    firm, clerk = company(now, front), banker(hire)
    code = Mandate.objects.get(public_id=mandate(firm, buyer, now)).record.customer.public_id
    clerk.client.get(f"/mandates/{code}/")
    few = statements(lambda: clerk.client.get(f"/mandates/{code}/"))
    for limit in range(1, 6):
        mandate(firm, buyer, now, alone_minor=limit)
    assert statements(lambda: clerk.client.get(f"/mandates/{code}/")) == few
