"""Buyer and seller are told by mail of each other's steps: a question, its answer, a return from the wish to the money."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanxi.channels.models import Message
from guanxi.core import clock, files
from guanxi.core.models import Event
from guanxi.people.actions import Contact, add_record
from guanxi.site.jobs import tell_market
from guanxi.trade.actions import questions, returns
from guanxi.trade.models import Listing, Order, Shop
from guanxi.trade.rules import telling
from tests import market, protected
from tests.cast import SYSTEM, Shopper, nothing_happens

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f0300050001"
    "ff5ce5a50000000049454e44ae426082"
)


def told(now: datetime) -> list[Message]:
    """Run the job for every event of the market; the mails this wrote, oldest first."""
    before = set(Message.objects.values_list("id", flat=True))
    with clock.at(now):
        for event in Event.objects.filter(type__in=telling.TYPES).order_by("id"):
            tell_market.call(event.id)
    return list(Message.objects.exclude(id__in=before).order_by("id"))


@pytest.fixture
def listing(seller: Shopper, now: datetime) -> Listing:
    market.open_stall(seller, now)
    return market.offer(seller, now)


@pytest.fixture
def shop(organisation: Any, seller: Shopper, now: datetime) -> Shop:
    protected.publish_market(now - 60 * DAY)
    return protected.open_shop(seller, now - 40 * DAY, deposit=40_000, schemes=["return_7"])


@pytest.fixture
def order(shop: Shop, buyer: Shopper, now: datetime) -> Order:
    return protected.sell(
        shop, buyer.record_id, now - 5 * DAY, price=10_000, quantity=2, received=now - 2 * DAY
    )


def ask(order: Order, buyer: Shopper, now: datetime, **more: Any) -> str:
    values: dict[str, Any] = {"place": 1, "quantity": 2, "reason": "no_reason", **more}
    row = returns.ask_return(actor=buyer.actor, now=now, order=order.public_id, **values)
    return row.public_id


def test_a_question_and_its_answer(listing: Listing, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    text = "屏幕换过吗？我的电话 13912345678。"
    row = questions.ask(actor=buyer.actor, now=now, listing=listing.public_id, text=text)
    [mail] = told(now)
    assert (mail.record_id, mail.address, mail.language) == (seller.record_id, "li.hua@shop.example", "en")
    assert mail.title == "Somebody asks about “二手手机 九成新”"
    assert "屏幕换过吗？" in mail.body
    assert "13912345678" not in mail.body
    assert "/my/shop/" in mail.body
    assert buyer.contact.name not in mail.body
    questions.answer(actor=seller.actor, now=now, question=row.public_id, text="没有换过。")
    [mail] = told(now)
    assert (mail.record_id, mail.language) == (buyer.record_id, "zh-hans")
    assert mail.title == "拾光数码已答复您：“二手手机 九成新”"
    assert "没有换过。" in mail.body
    assert f"/market/{listing.public_id}/" in mail.body
    assert (mail.subject_kind, mail.subject_id, mail.state) == ("question", row.id, "queued")
    with nothing_happens():
        assert told(now) == []


def test_a_question_taken_off_the_page_is_not_told(listing: Listing, buyer: Shopper, now: datetime) -> None:
    row = questions.ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    questions.hide(actor=SYSTEM, now=now, question=row.public_id)
    with nothing_happens():
        assert told(now) == []


def test_a_return_from_the_wish_to_the_money(
    order: Order, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    code = ask(order, buyer, now)
    asked, agreed = told(now)
    assert (asked.record_id, agreed.record_id) == (seller.record_id, buyer.record_id)
    assert asked.title == f"A return is asked for: Phone × 2, order {order.number}"
    assert "Your promise covers it, so it is agreed already." in asked.body
    assert agreed.title.startswith("可以寄回了：手机 × 2")
    assert "2026-03-10 10:00" in agreed.body
    returns.send_back(actor=buyer.actor, now=now, public_id=code, carrier="SF", tracking="sf 123")
    [sent] = told(now)
    assert (sent.record_id, "SF SF123" in sent.body) == (seller.record_id, True)
    returns.hear_back(actor=SYSTEM, now=now, carrier="sf", tracking="SF123", code="delivered", occurred=now)
    [arrived] = told(now)
    assert arrived.record_id == seller.record_id
    assert "counts as accepted" in arrived.body
    returns.check(actor=seller.actor, now=now, public_id=code, finding="as_sent")
    [paid] = told(now)
    assert (paid.record_id, "¥200.00" in paid.body) == (buyer.record_id, True)
    assert f"/my/returns/{code}/" in paid.body
    with nothing_happens():
        assert told(now) == []


def test_a_refusal_says_why_and_where_to_complain(
    order: Order, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    code = ask(order, buyer, now, reason="damaged", words="边角磕碰。")
    [asked] = told(now)
    assert "边角磕碰。" in asked.body
    assert "Please answer by 2026-03-05 10:00" in asked.body
    returns.refuse(actor=seller.actor, now=now, public_id=code, words="发货前完好。")
    [refused] = told(now)
    assert (refused.record_id, "发货前完好。" in refused.body) == (buyer.record_id, True)
    assert "认为不对" in refused.body


def test_the_wrong_item_came_back(order: Order, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    code = ask(order, buyer, now)
    returns.arrive(actor=seller.actor, now=now, public_id=code)
    assert "It is back" not in [mail.title for mail in told(now)]  # the shop said so itself
    said: dict[str, Any] = {
        "finding": "wrong_item",
        "words": "盒子里是砖头。",
        "files": files.receive([SimpleUploadedFile("box.png", PNG, "image/png")]),
    }
    returns.check(actor=seller.actor, now=now, public_id=code, **said)
    [mail] = told(now)
    assert (mail.record_id, "盒子里是砖头。" in mail.body) == (buyer.record_id, True)


def test_old_news_are_no_news(order: Order, buyer: Shopper, now: datetime) -> None:
    ask(order, buyer, now)
    with nothing_happens():
        assert told(now + 2 * DAY) == []


def test_without_an_address_the_gate_says_why(listing: Listing, now: datetime) -> None:
    record = add_record(actor=SYSTEM, now=now, contact=Contact("钱多", "13700001111"), source="import")
    row = questions.ask(
        actor=SYSTEM, now=now, listing=listing.public_id, text="还有货吗？", record_id=record.record_id
    )
    questions.answer(actor=SYSTEM, now=now, question=row.public_id, text="有。")
    held = told(now)[-1]
    assert (held.record_id, held.state) == (record.record_id, "held")


@pytest.mark.parametrize(
    ("type_", "data", "by_customer", "side"),
    [
        ("question.asked", {}, True, "seller"),
        ("question.answered", {}, True, "buyer"),
        ("trade.return_changed", {"kind": "asked"}, True, "seller"),
        ("trade.return_changed", {"kind": "arrived"}, False, "seller"),
        ("trade.return_changed", {"kind": "arrived"}, True, ""),
        ("trade.return_changed", {"kind": "checked", "state": "refused"}, True, "buyer"),
        ("trade.return_changed", {"kind": "checked", "state": "arrived"}, True, ""),
        ("trade.return_changed", {"kind": "lapsed"}, False, ""),
        ("order.placed", {"kind": "asked"}, True, ""),
    ],
)
def test_who_is_told(type_: str, data: dict[str, Any], by_customer: bool, side: str) -> None:
    assert telling.told(type_, data, by_customer=by_customer)[0] == side
