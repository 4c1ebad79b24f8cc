"""Fills a base with goods in bins and paid orders that wait to be picked, through the public actions; run as a process.

`python -m bench.parts.floor ORDERS` prints {"cookie": of a signed-in clerk} as its last line.
"""

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

PRODUCTS = 80
LINES_MOST = 4
SEED = 20


def rules() -> dict[str, Any]:
    """The published rules of the tests, with this house's one team."""
    from tests.orders import RULES

    stages = {code: {**kind, "team": "bench"} for code, kind in RULES["stages"].items()}
    return {**RULES, "stages": stages}


def shelves() -> list[str]:
    """Products with a price, each in a bin of its own."""
    from guanxi.trade.models import Product, Stock

    made = []
    for n in range(PRODUCTS):
        sku = f"BK-{n:03d}"
        product = Product.objects.create(
            sku=sku,
            line="books",
            name={"zh-hans": f"书 {n}", "en": f"Book {n}"},
            price_minor=3_000 + n,
            currency="CNY",
        )
        place = f"{'ABCDEFGH'[n % 8]}-{n // 8 + 1}"
        Stock.objects.create(product=product, place="main", bin=place, on_hand=1_000_000)
        made.append(sku)
    return made


def orders(count: int, skus: list[str]) -> None:
    """Orders of one to four products, keyed and paid."""
    from guanxi.core.access import system
    from guanxi.core.clock import now
    from guanxi.core.money import Money
    from guanxi.people.actions import Contact, add_record
    from guanxi.trade import actions

    who, dice = system("bench"), random.Random(SEED)
    for n in range(count):
        contact = Contact(f"顾客{n}", member=f"M{n:07d}", address=f"杭州市西湖区文三路 {n} 号")
        record = add_record(actor=who, now=now(), contact=contact, source="import").record_id
        lines = [
            actions.NewLine(sku, dice.choice((1, 1, 1, 2, 3)))
            for sku in dice.sample(skus, dice.randint(1, LINES_MOST))
        ]
        sent = {"name": f"顾客{n}", "address": f"杭州市西湖区文三路 {n} 号"}
        new = actions.NewOrder(lines=lines, intake="phone", ship_to=sent)
        order = actions.place_order(actor=who, now=now(), record_id=record, order=new)
        actions.finish_stage(actor=who, now=now(), order_id=order.id, stage="keying")
        total = Money(order.total_minor, order.currency)
        actions.pay_order(
            actor=who, now=now(), order_id=order.id, amount=total, method="transfer", once=f"b{n}"
        )


def main() -> None:
    from django.core.management import call_command

    from bench.parts import furnish, prepare
    from guanxi.core.access import system
    from guanxi.core.clock import now
    from guanxi.trade.actions import publishing

    call_command("migrate", verbosity=0)
    prepare.organisation()
    publishing.publish_rules(actor=system("bench"), now=now(), content=rules(), origin="bench")
    orders(int(sys.argv[1]), shelves())
    print(json.dumps({"cookie": furnish.staff()}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    main()
