"""Orders from a file: lines of one order, known orders, states, undoing; and messages beside them."""

from datetime import UTC, datetime

import pytest

from guanxi.channels.models import Message
from guanxi.core.imports import actions, queries
from guanxi.core.models import Event
from guanxi.core.models.imports import ImportRun
from guanxi.people.models import Consent, Customer, Identifier, Record
from guanxi.trade.models import Order, OrderLine, Product
from tests.cast import SYSTEM, Shopper, work_off

pytestmark = pytest.mark.usefixtures("organisation")
ORDERS = """订单号,下单时间,姓名,手机,商品,数量,金额
A-1,2026-01-04 09:30,欧阳晓雯,139 5801 6608,红楼梦,1,88.00
A-1,2026-01-04 09:30,欧阳晓雯,139 5801 6608,古琴名曲,2,"1,056.00"
A-2,2026-01-05 10:00,欧阳晓雯,139 5801 6608,红楼梦,1,88.00
A-3,2026-01-06 11:00,王小明,13805712233,红楼梦,1,88.005
"""


def bring(now: datetime, kind: str, text: str, **options: str) -> ImportRun:
    run = actions.receive(actor=SYSTEM, now=now, kind=kind, name=f"{kind}.csv", chunks=[text.encode()])
    if options:
        actions.choose(actor=SYSTEM, now=now, public_id=run.public_id, chosen={"options": options})
    return run


def checked(run: ImportRun, now: datetime) -> dict[str, int]:
    actions.start_check(actor=SYSTEM, now=now, public_id=run.public_id)
    work_off()
    found = dict(ImportRun.objects.get(id=run.id).checked)
    found.pop("all_repeats_seen")
    return found


def brought(run: ImportRun, now: datetime) -> ImportRun:
    actions.start(actor=SYSTEM, now=now, public_id=run.public_id)
    work_off()
    return ImportRun.objects.get(id=run.id)


def undone(run: ImportRun, now: datetime) -> ImportRun:
    actions.start_undo(actor=SYSTEM, now=now, public_id=run.public_id)
    work_off()
    return ImportRun.objects.get(id=run.id)


def test_lines_become_orders(now: datetime) -> None:
    run = bring(now, "orders", ORDERS)
    assert checked(run, now) == {"new": 3, "refused": 1}
    run = brought(run, now)
    assert run.counts == {"new": 3, "refused": 1}
    first = Order.objects.get(number="A-1")
    assert (first.total_minor, first.currency, first.lines.count()) == (114_400, "CNY", 2)
    assert first.placed == datetime(2026, 1, 4, 1, 30, tzinfo=UTC)
    assert (Order.objects.count(), Record.objects.count(), Product.objects.count()) == (2, 1, 2)
    assert Event.objects.filter(type="order.imported").count() == 2
    fault = next(queries.faults(run))
    assert (fault.row, fault.column, fault.code) == (5, 6, "decimals")


def test_known_orders_are_compared(now: datetime) -> None:
    brought(bring(now, "orders", ORDERS), now)
    again = bring(now, "orders", ORDERS.replace("红楼梦,1,88.00\nA-3", "红楼梦,2,88.00\nA-3"))
    assert checked(again, now) == brought(again, now).counts == {"unchanged": 2, "refused": 2}
    assert (Order.objects.count(), OrderLine.objects.count()) == (2, 3)


def test_a_state_is_corrected_and_goes_back(now: datetime) -> None:
    first = brought(bring(now, "orders", ORDERS), now)
    states = (
        "订单号,下单时间,手机,商品,数量,金额,状态\nA-2,2026-01-05 10:00,139 5801 6608,红楼梦,1,88.00,已发货\n"
    )
    change = bring(now, "orders", states)
    assert checked(change, now) == {"update": 1}
    change = brought(change, now)
    assert (change.counts, Order.objects.get(number="A-2").state) == ({"update": 1}, "shipped")
    assert undone(first, now).counts["kept"] == 2
    assert list(queries.kept_rows(first)) == [(2, "person_stays"), (4, "changed")]
    assert Order.objects.get().number == "A-2"
    assert undone(change, now).counts["kept"] == 0
    assert Order.objects.get(number="A-2").state == "received"
    assert undone(first, now).counts["kept"] == 0  # now nothing has happened to it any more
    assert (Order.objects.count(), Record.objects.count(), Customer.objects.count()) == (0, 0, 0)
    assert Product.objects.count() == 0


def test_a_file_without_order_numbers_is_numbered_by_itself(now: datetime) -> None:
    text = (
        "date,member,dollar_value\n1997-01-01,00001,11.77\n1997-01-12,00002,12.00\n1997-01-12,00002,77.00\n"
    )
    run = brought(bring(now, "orders", text, currency="USD"), now)
    assert run.counts == {"new": 3}
    assert brought(bring(now, "orders", text, currency="USD"), now).counts == {"unchanged": 3}
    assert (Order.objects.count(), Record.objects.count()) == (3, 2)


def test_an_order_number_that_comes_back_later(now: datetime) -> None:
    rows = (
        "number,date,email,sku,amount\nA-1,2026-01-04,a@example.com,X,1\nA-2,2026-01-04,a@example.com,X,1\n"
    )
    run = bring(now, "orders", rows + "A-1,2026-01-04,a@example.com,Y,1\n")
    assert checked(run, now) == {"new": 2, "refused": 1}
    run = brought(run, now)
    assert run.counts == {"new": 2, "refused": 1}
    assert next(queries.faults(run)).code == "order_differs"


def test_messages_come_in_once_and_nothing_is_sent(now: datetime) -> None:
    text = (
        "时间,方向,渠道,手机,内容\n"
        '2026-01-04 09:30,客户,微信,139 5801 6608,"快递三天没动了\n请查一下"\n'
        "2026-01-04 09:40,客服,微信,139 5801 6608,已经在催\n"
        "2026-01-04 09:30,客户,鸽子,139 5801 6608,咕\n"
    )
    run = bring(now, "messages", text)
    assert checked(run, now) == {"new": 2, "refused": 1}
    run = brought(run, now)
    assert [(m.direction, m.channel, m.state) for m in Message.objects.order_by("created")] == [
        ("in", "wechat", "received"),
        ("out", "wechat", "sent"),
    ]
    assert Message.objects.order_by("created")[0].body == "快递三天没动了\n请查一下"
    assert brought(bring(now, "messages", text), now).counts == {"unchanged": 2, "refused": 1}
    assert undone(run, now).counts == {"new": 2, "refused": 1, "taken_back": 2, "kept": 0}
    assert (Message.objects.count(), Record.objects.count()) == (0, 0)


def test_consents_of_known_customers(buyer: Shopper, now: datetime) -> None:
    text = (
        "手机,用途,渠道,是否同意,时间\n"
        "139 5801 6608,营销,短信,否,2026-01-04\n"
        "139 5801 6608,营销,邮件,是,2026-01-04\n"
        "13800000000,营销,邮件,是,2026-01-04\n"
        "139 5801 6608,营销,邮件,也许,2026-01-04\n"
    )
    run = bring(now, "consents", text)
    assert checked(run, now) == {"new": 2, "refused": 2}
    run = brought(run, now)
    assert [fault.code for fault in queries.faults(run)] == ["unknown_customer", "yes_no"]
    stated = Consent.objects.get(channel="sms")
    assert (stated.given, stated.purpose, stated.stated) == (
        False, "marketing", datetime(2026, 1, 3, 16, tzinfo=UTC),
    )  # fmt: skip
    assert brought(bring(now, "consents", text), now).counts == {"unchanged": 2, "refused": 2}
    assert undone(run, now).counts["taken_back"] == 2
    assert Consent.objects.count() == 0


def test_further_identifiers_go_to_whom_the_key_names(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    text = (
        "邮箱,新手机,新邮箱\n"
        "xiaoming.wang@example.com,138 0571 2233,\n"
        "nobody@example.com,138 0571 2234,\n"
        "xiaoming.wang@example.com,,li.hua@shop.example\n"
    )
    run = bring(now, "identifiers", text)
    assert run.settings["mapping"] == {"email": 0, "new_phone": 1, "new_email": 2}
    assert checked(run, now) == {"update": 1, "refused": 2}
    run = brought(run, now)
    assert [fault.code for fault in queries.faults(run)] == ["unknown_customer", "elsewhere"]
    assert Identifier.objects.get(value="+8613805712233").record.customer_id == buyer.customer_id
    assert undone(run, now).counts["taken_back"] == 1
    assert not Identifier.objects.filter(value="+8613805712233").exists()
