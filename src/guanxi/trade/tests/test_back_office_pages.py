"""Pages of slips, purchases, stock and stages: what they show, forms that act once, paper, a day's slips from a file."""

import re
from datetime import datetime
from html import unescape

import pypdfium2
import pytest

from guanxi.core.imports import actions as imports
from guanxi.core.models import Role
from guanxi.core.models.imports import ImportRun
from guanxi.trade.models import Batch, Purchase, Remittance, Scan, Stock
from tests.cast import SYSTEM, Hire, Shopper, Staffer, nothing_happens, work_off
from tests.orders import RULES, Trade, goods, place, publish_trade

pytestmark = pytest.mark.django_db
RIGHTS = ("people.view", "people.contacts", "trade.view", "trade.orders", "trade.fulfil", "trade.remit")
SLIP = {"slip": "P-1", "amount": "100", "amount_currency": "CNY", "paid_on": "2026-03-02", "payer": "王小明"}


@pytest.fixture
def clerk(hire: Hire) -> Staffer:
    Role.objects.create(code="clerk", rights=dict.fromkeys(RIGHTS, "all"))
    return hire("clerk", "clerk", "front")


@pytest.fixture
def waiting(buyer: Shopper, now: datetime) -> Trade:
    publish_trade(now)
    goods("BK-9", 5)
    Stock.objects.update(bin="A-2")
    return place(buyer, now, ("BK-9", 2), intake="phone", ship_to={"address": "文三路 1 号"}).finish("keying")


def body(who: Staffer, url: str) -> str:
    answer = who.client.get(url)
    assert answer.status_code == 200, url
    return unescape(answer.content.decode())


def test_a_slip_from_the_form_to_its_order(clerk: Staffer, waiting: Trade) -> None:
    for _ in range(2):
        assert clerk.client.post("/remittances/new/", {**SLIP, "key": "k"}).status_code == 303
    row = Remittance.objects.get()
    url = f"/remittances/{row.public_id}/"
    shown = body(clerk, url)
    for expected in (waiting.order.number, "The payer has the same name", "It is for this order", "¥100.00"):
        assert expected in shown, expected
    assert "王小明" in body(clerk, "/remittances/?state=open")
    with nothing_happens():
        for verb, form in (
            ("match", {"order": "NO-1"}),
            ("key", {"lines": "a b c"}),
            ("credit", {"customer": "C-0"}),
        ):
            assert clerk.client.post(f"{url}{verb}/", {**form, "key": verb}).status_code == 422
        assert clerk.client.post(f"{url}burn/", {"key": "b"}).status_code == 404
        assert (
            clerk.client.post("/remittances/new/", {**SLIP, "slip": "P-2", "amount": ""}).status_code == 422
        )
    form = {"order": waiting.order.public_id, "key": "m"}
    assert clerk.client.post(f"{url}match/", form).status_code == 303
    assert waiting.order.stage == "picking"
    assert "A clerk decided so" in body(clerk, url)
    assert clerk.client.post(f"{url}unmatch/", {"key": "u"}).status_code == 303
    assert waiting.order.paid_minor == 0


def test_an_order_keyed_from_the_page(clerk: Staffer, waiting: Trade) -> None:
    clerk.client.post("/remittances/new/", {**SLIP, "member": "M778899", "text": "BK-9 x1", "key": "k"})
    row = Remittance.objects.get()
    assert "BK-9 × 1" in body(clerk, f"/remittances/{row.public_id}/")
    form = {"lines": "bk-9 × 2", "address": "锦江区 1 号", "key": "o"}
    assert clerk.client.post(f"/remittances/{row.public_id}/key/", form).status_code == 303
    row.refresh_from_db()
    assert row.order is not None
    assert (row.state, row.order.total_minor, row.order.ship_to["address"]) == (
        "matched",
        10_000,
        "锦江区 1 号",
    )


def test_a_purchase_from_the_form_to_its_payment(clerk: Staffer, waiting: Trade) -> None:
    form = {"sku": "bk-9", "quantity": "10", "cost": "300", "new_supplier": "书局", "key": "k"}
    assert clerk.client.post("/purchases/new/", form).status_code == 303
    row = Purchase.objects.get()
    url = f"/purchases/{row.public_id}/"
    assert "Book BK-9" in body(clerk, "/purchases/")
    assert 'value="10"' in body(clerk, "/purchases/new/?sku=BK-9")
    with nothing_happens():
        for verb, sent in (
            ("arrive", {"good": "11"}),
            ("arrive", {"refused": "1"}),
            ("invoice", {"amount": "1"}),
            ("pay", {}),
        ):
            assert clerk.client.post(f"{url}{verb}/", {**sent, "key": f"{verb}{sent}"}).status_code == 422
    arrived = {"good": "9", "refused": "1", "why": "damaged", "bin": "b-1", "key": "a"}
    assert clerk.client.post(f"{url}arrive/", arrived).status_code == 303
    assert Stock.objects.get(product__sku="BK-9").bin == "B-1"
    assert "B-1" in body(clerk, "/stock/")
    assert clerk.client.post(f"{url}close/", {"key": "c"}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.quantity, row.cost_minor) == ("arrived", 9, 27_000)
    invoice = {"reference": "FP-1", "amount": "280", "key": "i"}
    assert clerk.client.post(f"{url}invoice/", invoice).status_code == 303
    with nothing_happens():
        assert clerk.client.post(f"{url}pay/", {"key": "p"}).status_code == 422  # dearer than agreed
    assert clerk.client.post(f"{url}pay/", {"key": "q", "dearer": "1"}).status_code == 303
    assert "Supplier paid" in body(clerk, url)


def test_the_digits_of_troubles_are_those_of_the_rules(clerk: Staffer, waiting: Trade) -> None:
    """1, 2, 3 in the order the pack has them, on every database: clerks know them by heart."""
    shown = body(clerk, "/stages/packing/")
    kinds = re.findall(r'data-scan-kind="(\w+)"[^>]*><kbd[^>]*>(\d)</kbd>', shown)
    expected = [
        code for code, one in RULES["troubles"].items() if not one["does"] or "packing" in one["does"]
    ]
    assert kinds == [(code, str(digit)) for digit, code in enumerate(expected, 1)]


def test_a_stage_screen_without_its_script(clerk: Staffer, waiting: Trade) -> None:
    waiting.pay()
    assert "Picking" in body(clerk, "/stages/")
    url = "/stages/picking/"
    assert clerk.client.post(f"{url}scan/", {"text": "", "once": "1"}).status_code == 303
    assert "A-2" in body(clerk, url)
    answer = clerk.client.post(f"{url}scan/", {"text": "bk-9", "once": "2"}, headers={"HX-Request": "true"})
    assert "2 pieces of BK-9. All is in hand." in answer.text
    again = clerk.client.post(f"{url}scan/", {"text": "bk-9", "once": "2"}, headers={"HX-Request": "true"})
    assert (again.status_code, Scan.objects.count()) == (200, 2)
    shown = body(clerk, url)
    assert "All is in hand: Enter ends the batch." in shown
    assert clerk.client.post(f"{url}put-down/", {}).status_code == 303
    assert Batch.objects.get().ended is not None
    for code in ("packing", "keying", "logistics", "procurement", "receipt", "settlement", "arrivals"):
        assert "f-scan" in body(clerk, f"/stages/{code}/")
    for code in ("payment", "none"):
        assert clerk.client.get(f"/stages/{code}/").status_code == 404


def test_paper(clerk: Staffer, agent: Staffer, waiting: Trade) -> None:
    waiting.pay()
    clerk.client.post("/stages/picking/scan/", {"text": "", "once": "1"})
    url = f"/stages/batches/{Batch.objects.get().public_id}"
    texts = {}
    for name in ("list", "labels"):
        answer = clerk.client.get(f"{url}/{name}.pdf", headers={"Accept-Language": "zh-hans"})
        texts[name] = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()
        assert agent.client.get(f"{url}/{name}.pdf").status_code == 403
    for expected in ("拣货单", "A-2", "BK-9", "书 BK-9", waiting.order.number):
        assert expected in texts["list"], expected
    for expected in ("王小明", "文三路 1 号", "2 × BK-9", waiting.order.number):
        assert expected in texts["labels"], expected


def test_a_days_slips_from_a_file(clerk: Staffer, waiting: Trade, now: datetime) -> None:
    number = waiting.order.number
    rows = (
        f"汇款单号,汇款日期,汇款人,汇款金额,附言\nP-1,2026-03-02,王小明,100.00,{number}\n"
        "P-2,2026-03-02,李娜,50,\nP-3,2026-03-02,李娜,0,\n"
    )
    runs = []
    for _ in range(2):
        run = imports.receive(
            actor=SYSTEM, now=now, kind="remittances", name="s.csv", chunks=[rows.encode("gb18030")]
        )
        imports.start_check(actor=SYSTEM, now=now, public_id=run.public_id)
        work_off()
        imports.start(actor=SYSTEM, now=now, public_id=run.public_id)
        work_off()
        runs.append(ImportRun.objects.get(id=run.id))
    first = runs[0]
    assert [run.counts for run in runs] == [{"new": 2, "refused": 1}, {"unchanged": 2, "refused": 1}]
    assert dict(Remittance.objects.values_list("slip", "state")) == {"P-1": "matched", "P-2": "open"}
    assert waiting.order.stage == "picking"
    imports.start_undo(actor=SYSTEM, now=now, public_id=first.public_id)
    work_off()
    assert dict(Remittance.objects.values_list("slip", "state")) == {"P-1": "matched"}


def test_those_who_may_not(
    agent: Staffer, stranger: Staffer, seller: Shopper, waiting: Trade, now: datetime
) -> None:
    with nothing_happens():
        for who in (agent, stranger, seller):
            for url in (
                "/remittances/",
                "/purchases/",
                "/stock/",
                "/stages/",
                "/stages/picking/",
                "/purchases/new/",
            ):
                assert who.client.get(url).status_code == 403, url
            assert who.client.post("/remittances/new/", {**SLIP, "key": "k"}).status_code == 403
            assert who.client.post("/stages/picking/scan/", {"text": "", "once": "1"}).status_code == 403
