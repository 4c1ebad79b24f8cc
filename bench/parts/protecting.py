"""Complain of orders that were sent too late and wait for the ledger; prints the seconds of each as JSON.

Run as `python -m bench.parts.protecting COUNT`, with a worker running on the same database.
"""

import json
import os
import sys
import time
from datetime import timedelta

import django

COMPLAINTS_OF_ONE_MAX = 4  # fewer than a machine pays one buyer in 30 days
WAIT_S_MAX = 60.0
POLL_S = 0.01


def prepare(count: int) -> list[tuple[int, str]]:
    """The marketplace as it is published, one shop that promised lightning shipping; (record of the buyer, order)."""
    from guanxi.core.access import system
    from guanxi.core.clock import now
    from guanxi.core.money import Money
    from guanxi.packs.install import install
    from guanxi.packs.loader import load
    from guanxi.people.actions import Contact, add_record
    from guanxi.trade.actions import enrolling, ledger
    from guanxi.trade.models import Order, OrderLine, Product, Shop
    from guanxi.trade.queries import protection

    bench, moment = system("bench"), now()
    install(actor=bench, now=moment, pack=load("marketplace"))
    contact = Contact("贺兰", "13700000001", "helan@bench.example")
    seller = add_record(actor=bench, now=moment, contact=contact, source="bench").record_id
    shop = Shop.objects.create(record_id=seller, name="Bench", opened=moment)
    rich = Money(10_000_000, "CNY")
    ledger.top_up(actor=bench, now=moment, record=seller, amount=rich, once="bench-deposit")
    ledger.fill_fund(actor=bench, now=moment, amount=rich, once="bench-fund")
    past = moment - timedelta(hours=30)
    enrolling.enrol(actor=bench, now=past, shop=shop.public_id, scheme="lightning")
    terms = protection.promises_of(shop.id, "", past)
    product = Product.objects.create(sku="BENCH", line="own", name={"en": "Phone", "zh-hans": "手机"})
    found = []
    for number in range(count):
        if number % COMPLAINTS_OF_ONE_MAX == 0:
            contact = Contact("王晓", f"1380{number:07d}", f"buyer{number}@bench.example")
            buyer = add_record(actor=bench, now=moment, contact=contact, source="bench").record_id
        order = Order.objects.create(
            number=f"BENCH-{number}", record_id=buyer, seller_id=seller, state="paid", currency="CNY",
            total_minor=20_000, paid_minor=20_000, placed=past, paid=past,
        )  # fmt: skip
        OrderLine.objects.create(order=order, product=product, quantity=1, amount_minor=20_000, terms=terms)
        found.append((buyer, order.number))
    return found


def complain(record_id: int, number: str) -> float:
    """Seconds from the moment the buyer sends it to the entry in the ledger."""
    from guanxi.cases.actions import About, NewIssue, open_case
    from guanxi.core.clock import now
    from guanxi.site.actors import customer_actor
    from guanxi.trade.models import Entry

    issue = NewIssue(kind="late_dispatch", wants="refund", wants_minor=20_000, order=number)
    begun = time.monotonic()
    opened = open_case(
        actor=customer_actor(record_id), now=now(), contact=None, text="说好二十四小时发货，现在还没有发。",
        channel="web", about=About(issues=[issue], order=number),
    )  # fmt: skip
    entries = Entry.objects.filter(reference_kind="issue", reference_id=opened.issues[0].id)
    while not entries.exists():
        if time.monotonic() - begun > WAIT_S_MAX:
            raise TimeoutError(f"no entry for {number} within {WAIT_S_MAX:g} s")
        time.sleep(POLL_S)
    return time.monotonic() - begun


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    orders = prepare(int(sys.argv[1]))
    print(json.dumps([complain(record, number) for record, number in orders]))


if __name__ == "__main__":
    main()
