"""The ledger's pages and API: who sees what, statements with running balances, forms that act once, at a bounded cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest

from guanxi.core.models import Role
from guanxi.core.money import Money
from guanxi.trade.actions import ledger
from guanxi.trade.models import Account, Entry, Order, Payout
from guanxi.trade.queries import books
from tests.cast import SYSTEM, Hire, Machine, Shopper, Staffer, Visitor, nothing_happens, statements

pytestmark = pytest.mark.django_db


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


@pytest.fixture
def cashier(hire: Hire) -> Staffer:
    """Moves money."""
    rights = ("people.view", "trade.view", "trade.ledger.view", "trade.ledger.move")
    Role.objects.create(code="cashier", rights=dict.fromkeys(rights, "all"))
    return hire("cashier", "cashier")


@pytest.fixture
def auditor(hire: Hire) -> Staffer:
    """Sees money and moves none."""
    Role.objects.create(code="auditor", rights=dict.fromkeys(("people.view", "trade.ledger.view"), "all"))
    return hire("auditor", "auditor")


@pytest.fixture
def deposit(seller: Shopper, buyer: Shopper, now: datetime) -> Account:
    """500 in, 120 held for an order, 50 paid to the buyer."""
    ledger.top_up(actor=SYSTEM, now=now, record=seller.record_id, amount=yuan(500), once="up")
    ledger.fill_fund(actor=SYSTEM, now=now, amount=yuan(1_000), once="fill")
    order = ("order", Order.objects.get(number="A-1001").id)
    asked: Any = {"actor": SYSTEM, "reference": order}
    later = [now + timedelta(minutes=minute) for minute in (1, 2)]
    ledger.hold(**asked, now=later[0], record=seller.record_id, amount=yuan(120), once="h")
    ledger.pay(
        **asked,
        now=later[1],
        from_record=seller.record_id,
        to_record=buyer.record_id,
        amount=yuan(150),
        once="p",
    )
    return Account.objects.get(kind="deposit")


def body(who: Staffer, url: str) -> str:
    return unescape(who.client.get(url).content.decode())


def test_the_list(cashier: Staffer, deposit: Account) -> None:
    shown = body(cashier, "/ledger/")
    for expected in ("Li Hua", "¥350.00", "Protection fund", "¥1,000.00", deposit.public_id):
        assert expected.lower() in shown.lower(), expected
    assert "王小明" not in shown  # was paid, has no deposit and owes nothing
    debts = body(cashier, "/ledger/?owed=0.01..")
    assert "Li Hua" not in debts


def test_sorted_by_what_is_summed_and_paged(
    cashier: Staffer, deposit: Account, visitor: Visitor, now: datetime
) -> None:
    for order in ("balance", "-owed", "free", "-held"):
        assert cashier.client.get(f"/ledger/?sort={order}").status_code == 200
    from guanxi.core.lists import reading
    from guanxi.core.lists.wanted import read
    from guanxi.trade.lists import ACCOUNTS

    wanted = read(ACCOUNTS, cashier.actor, {"sort": "-balance"}, now=now)
    first = reading.page(ACCOUNTS, cashier.actor, wanted, size=1)
    wanted = read(ACCOUNTS, cashier.actor, {"sort": "-balance", "after": first.after}, now=now)
    second = reading.page(ACCOUNTS, cashier.actor, wanted, size=1)
    assert [one.kind for one in (*first.rows, *second.rows)] == ["fund", "deposit"]


def test_a_statement(auditor: Staffer, deposit: Account) -> None:
    shown: Any = books.statement(auditor.actor, deposit)
    assert [(row.entry.kind, row.amount_minor // 100, row.running // 100) for row in shown.rows] == [
        ("pay", -30, 350),
        ("hold", -120, 380),
        ("top_up", 500, 500),
    ]
    first: Any = books.statement(auditor.actor, deposit, size=2)
    rest: Any = books.statement(auditor.actor, deposit, size=2, after=first.next_cursor)
    assert [row.running // 100 for row in (*first.rows, *rest.rows)] == [350, 380, 500]
    page = body(auditor, f"/ledger/accounts/{deposit.public_id}/")
    for expected in (
        "Li Hua",
        "A-1001" if auditor.actor.may("trade.view") else "Li Hua",
        "¥380.00",
        "¥350.00",
    ):
        assert expected in page
    assert "A-1001" not in page  # who may not see orders does not learn their numbers here
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_one_movement(cashier: Staffer, deposit: Account) -> None:
    entry = Entry.objects.get(kind="pay")
    page = body(cashier, f"/ledger/entries/{entry.public_id}/")
    for expected in (
        "A-1001",
        "王小明",
        "Li Hua",
        "Held of the deposit",
        "¥150.00",
        "¥120.00",
        "waits to be sent",
    ):
        assert expected in page, expected
    payout = Payout.objects.get()
    url = f"/ledger/payouts/{payout.public_id}"
    assert cashier.client.post(f"{url}/confirm/", {"key": "c"}).status_code == 303
    assert Payout.objects.get().state == "confirmed"
    with nothing_happens():
        assert cashier.client.post(f"{url}/burn/", {"key": "b"}).status_code == 404
    assert cashier.client.post(f"{url}/fail/", {"key": "f"}).status_code == 422


def test_forms_move_money_once(cashier: Staffer, deposit: Account) -> None:
    url = f"/ledger/accounts/{deposit.public_id}"
    for _ in range(2):
        answer = cashier.client.post(f"{url}/top-up/", {"amount": "1,000.50", "key": "k1"})
        assert answer.status_code == 303
    assert ledger.balances(deposit.owner_id or 0).free == Money(135_050, "CNY")
    with nothing_happens():
        for verb, amount, words in (
            ("withdraw", "1350.51", "Only"),
            ("withdraw", "", "Say how much."),
            ("withdraw", "abc", "This is no number."),
            ("top-up", "0", "more than nothing"),
            ("settle", "1", "Only"),
        ):
            answer = cashier.client.post(f"{url}/{verb}/", {"amount": amount, "key": f"{verb}{amount}"})
            assert answer.status_code == 422
            if verb != "settle":
                assert words in answer.text
        assert cashier.client.post(f"{url}/fill/", {"amount": "1", "key": "x"}).status_code == 404
    assert cashier.client.post(f"{url}/withdraw/", {"amount": "1350.50", "key": "k2"}).status_code == 303
    fund = Account.objects.get(kind="fund")
    answer = cashier.client.post(f"/ledger/accounts/{fund.public_id}/fill/", {"amount": "5", "key": "k3"})
    assert (answer.status_code, ledger.fund_balance()) == (303, yuan(1_005))


def test_a_debt_is_settled_and_written_off(cashier: Staffer, deposit: Account, now: datetime) -> None:
    owner = deposit.owner_id or 0
    ledger.penalise(actor=SYSTEM, now=now, record=owner, amount=yuan(450), reference=("case", 1), once="f")
    url = f"/ledger/accounts/{deposit.public_id}"
    assert "¥100.00" in body(cashier, f"{url}/")
    for verb, form in (("settle", {"amount": "60", "source": "outside"}), ("write-off", {"amount": "40"})):
        assert cashier.client.post(f"{url}/{verb}/", {**form, "key": verb}).status_code == 303
    assert ledger.balances(owner).receivable == yuan(0)


def test_a_first_deposit(cashier: Staffer, buyer: Shopper) -> None:
    form = {"customer": buyer.public_id, "amount": "88.88", "amount_currency": "CNY", "key": "k"}
    answer = cashier.client.post("/ledger/top-up/", form)
    account = Account.objects.get(kind="deposit")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/ledger/accounts/{account.public_id}/")
    with nothing_happens():
        for wrong in (
            {"customer": "C-NONE"},
            {"amount": ""},
            {"amount_currency": "XXX"},
            {"amount": "1.234"},
        ):
            answer = cashier.client.post("/ledger/top-up/", {**form, "key": str(wrong), **wrong})
            assert answer.status_code == 422


def test_the_customers_page(cashier: Staffer, agent: Staffer, seller: Shopper, deposit: Account) -> None:
    url = f"/customers/{seller.public_id}/"
    shown = body(cashier, url)
    for expected in (
        "Deposit and money",
        "¥350.00",
        "Paid by decision",
        f"/ledger/accounts/{deposit.public_id}/",
    ):
        assert expected in shown, expected
    assert "Deposit and money" not in body(agent, url)


def test_those_who_may_not(
    auditor: Staffer, agent: Staffer, stranger: Staffer, seller: Shopper, deposit: Account, visitor: Visitor
) -> None:
    url = f"/ledger/accounts/{deposit.public_id}"
    form = {"amount": "1", "key": "k"}
    with nothing_happens():
        assert auditor.client.post(f"{url}/top-up/", form).status_code == 403
        assert auditor.client.get("/ledger/top-up/").status_code == 403
        for who in (agent, stranger, seller):
            assert who.client.get("/ledger/").status_code == 403
            assert who.client.get(f"{url}/").status_code == 403
            assert who.client.post(f"{url}/top-up/", form).status_code == 403
        assert visitor.client.get(f"{url}/").status_code == 302


def test_over_the_api(visitor: Visitor, token: Machine, seller: Shopper, deposit: Account) -> None:
    from guanxi.core.models import ApiToken

    ApiToken.objects.update(rights=dict.fromkeys(
        ("people.view", "trade.view", "trade.ledger.view", "trade.ledger.move"), "all"
    ))  # fmt: skip

    def call(path: str, sent: dict[str, Any] | None = None, key: str = "") -> Any:
        headers = {**token.headers, **({"Idempotency-Key": key} if key else {})}
        if sent is None:
            return visitor.client.get(f"/api/v1/ledger/{path}", headers=headers)
        return visitor.client.post(
            f"/api/v1/ledger/{path}", sent, content_type="application/json", headers=headers
        )

    listed = call(f"accounts?customer={seller.public_id}").json()["items"]
    assert [(one["kind"], one["balance_minor"], one["owed_minor"]) for one in listed] == [
        ("deposit", 35_000, 0)
    ]
    found = call(f"accounts/{deposit.public_id}").json()["items"]
    assert [(one["kind"], one["running_minor"], one["reference"]) for one in found] == [
        ("pay", 35_000, "A-1001"),
        ("hold", 38_000, "A-1001"),
        ("top_up", 50_000, ""),
    ]
    assert call(f"entries/{found[0]['entry']}").json()["amount_minor"] == 15_000
    move = {"customer": seller.public_id, "amount_minor": 1_000, "currency": "CNY"}
    order = {**move, "reference_kind": "order", "reference": "A-1002"}
    assert call("top-ups", move, "k1").status_code == call("top-ups", move, "k1").status_code == 201
    assert call("holds", order, "k2").status_code == 201
    assert call("releases", order, "k3").status_code == 201
    assert call("withdrawals", move, "k4").status_code == 201
    assert ledger.balances(seller.record_id).free == yuan(350)
    with nothing_happens():
        assert call("releases", order).status_code == 409
        assert call("withdrawals", {**move, "amount_minor": 35_001}).status_code == 409
        assert call("holds", {**order, "reference": "A-9"}).status_code == 404
        assert call("holds", {**order, "reference_kind": "moon"}).status_code == 404
        assert call("top-ups", {**move, "currency": "XXX"}).status_code == 422
        assert call("top-ups", {**move, "amount_minor": 0}).status_code == 422
        assert call("top-ups", {**move, "customer": "C-NONE"}).status_code == 404


def test_the_same_cost_with_few_and_many(
    cashier: Staffer, seller: Shopper, deposit: Account, now: datetime
) -> None:
    urls = ("/ledger/", f"/ledger/accounts/{deposit.public_id}/", f"/customers/{seller.public_id}/")
    pages: list[Callable[[], object]] = [lambda url=url: cashier.client.get(url) for url in urls]  # type: ignore[misc]
    for page in pages:
        page()
    few = [statements(page) for page in pages]
    for number in range(40):
        ledger.hold(
            actor=SYSTEM, now=now + timedelta(hours=number), record=seller.record_id, amount=yuan(1),
            reference=("order", number + 1), once=f"h{number}",
        )  # fmt: skip
    assert [statements(page) for page in pages] == few


def test_payouts_confirmed_many_at_once(
    cashier: Staffer, auditor: Staffer, deposit: Account, now: datetime
) -> None:
    from guanxi.core.lists import carrying, runs
    from guanxi.core.lists.choosing import Choice
    from guanxi.trade.lists import PAYOUTS

    owner = deposit.owner_id or 0
    ledger.withdraw_deposit(actor=SYSTEM, now=now, record=owner, amount=yuan(20), once="w")
    shown = body(auditor, "/ledger/payouts/?state=pending")
    for expected in ("王小明", "Li Hua", "¥150.00", "¥20.00", "Waits to be sent"):
        assert expected in shown, expected
    begun = runs.start(
        actor=cashier.actor, now=now, listing=PAYOUTS, bulk=PAYOUTS.get_bulk(cashier.actor, "confirm"),
        choice=Choice(everything=True), values={"given": "ICBC-7"},
    )  # fmt: skip
    carrying.carry_out(begun.id)
    assert list(Payout.objects.values_list("state", "given")) == [("confirmed", "ICBC-7")] * 2
    assert Entry.objects.filter(kind="paid_out").count() == 2
    found = cashier.client.get("/ledger/payouts/?q=ICBC-7").text
    assert "Li Hua" in found
    with nothing_happens():
        form = {"keys": Payout.objects.all()[0].public_id, "confirm": "1", "key": "k"}
        assert auditor.client.post("/lists/payouts/bulk/confirm/", form).status_code == 403


def test_whose_money_a_movement_is(
    deposit: Account, cashier: Staffer, seller: Shopper, buyer: Shopper
) -> None:
    assert "−¥150.00" in body(cashier, f"/customers/{seller.public_id}/")
    shown = body(cashier, f"/customers/{buyer.public_id}/")
    assert "¥150.00" in shown
    assert "−¥150.00" not in shown


def test_money_of_a_case_leads_to_it(
    hire: Hire, agent: Staffer, auditor: Staffer, seller: Shopper, buyer: Shopper, now: datetime
) -> None:
    """Cases names an issue; people see the number of its case, if they may see the case."""
    from tests.disputes import open_dispute, publish

    publish(now)
    issue = open_dispute(now, against=seller.record_id).issue
    ledger.pay(
        actor=SYSTEM, now=now, to_record=buyer.record_id, from_record=None, amount=yuan(8),
        reference=("issue", issue.id), once="p",
    )  # fmt: skip
    Role.objects.create(code="judge", rights=dict.fromkeys(("trade.ledger.view", "cases.view"), "all"))
    url = f"/ledger/entries/{Entry.objects.get().public_id}/"
    number = issue.case.number
    assert f'href="/cases/{number}/"' in body(hire("judge", "judge"), url)
    assert number not in body(auditor, url)
