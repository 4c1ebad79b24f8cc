"""Prepare the database of GUANXI_DATABASE_URL for pages: crowd, cases, orders, events, search, one signed-in supervisor.

Run as `python -m bench.parts.furnish PERSONS SEARCHABLE ORDERS_EACH`: SEARCHABLE customers and as many cases can be found
by words; each customer has so many orders.
Prints JSON: the session cookie, and addresses of pages to ask for.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import django

BATCH = 2_000


def staff() -> str:
    """A supervisor who sees everything; returns the value of their session cookie."""
    from django.conf import settings
    from django.contrib.auth.hashers import make_password
    from django.test import Client

    from guanxi.core import access, staff
    from guanxi.core.clock import now
    from guanxi.core.models import Role, Unit
    from guanxi.work.models import Member

    unit = Unit.objects.get(code="bench")
    Role.objects.create(code="bench", name={"en": "Bench"}, rights=dict.fromkeys(access.declared(), "all"))
    who = access.system("bench")
    user = staff.add_user(
        actor=who,
        now=now(),
        username="bench",
        name="李思远",
        password_hash=make_password(None),
        unit_id=unit.id,
    )
    staff.grant_role(actor=who, now=now(), user=user, role="bench", unit_id=unit.id)
    Member.objects.create(user=user, team_id=unit.id, presence="ready", heartbeat=now())
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def search_entries(count: int) -> None:
    """What search finds, written without its index, which is made afterwards."""
    from django.db import connection

    from bench.parts import prepare, shelf
    from guanxi.core import search
    from guanxi.core.models import SearchEntry

    field = SearchEntry._meta.get_field("terms")

    def rows() -> Iterator[Sequence[object]]:
        for place, (kind, ref, text, boost) in enumerate(shelf.words(count)):
            entry = search.entry(search.Words(kind, ref, text, boost=boost))
            terms: Any = field.get_db_prep_value(entry.terms, connection)
            yield shelf.SEARCH_ID + place, kind, ref, None, None, terms

    columns = ["id", "kind", "ref_id", "record_id", "unit_id", "terms"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'core_search_terms'")
            made = cursor.fetchone()[0]
            cursor.execute("DROP INDEX core_search_terms")
        prepare.fill([("core_searchentry", columns, rows())])
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute(made)
            cursor.execute("VACUUM ANALYZE core_searchentry")
        return
    prepare.fill([("core_searchentry", columns, rows())])


def addresses(persons: int, orders: int) -> dict[str, Any]:
    """Pages to ask for: first and deep pages of the lists, one customer, one case."""
    from guanxi.core import lists
    from guanxi.core.access import system
    from guanxi.core.clock import now
    from guanxi.core.lists import reading, wanted

    found: dict[str, str] = {}
    for code in ("cases", "customers", "orders"):
        listing = lists.get(code)
        want = wanted.read(listing, system("bench"), {}, now=now())
        column = want.sort
        ordered = reading.matching(listing, system("bench"), want).order_by(f"-{column.path}", "-pk")
        rows = orders if code == "orders" else persons
        deep = int(rows * 0.9)
        [row] = ordered[deep : deep + 1]
        found[code] = f"/{code}/?after={reading._write(column, row)}"
    return {
        "deep": found,
        "customer": f"/customers/C-{persons // 2:010d}/",
        "case": f"/cases/GX-{persons // 2 // 10000:06d}-{persons // 2 % 10000:04d}/",
    }


def main() -> None:
    from django.core.management import call_command

    from bench.parts import prepare, shelf
    from guanxi.core.clock import now
    from guanxi.core.models import SealHead, Unit
    from guanxi.trade.models import Product

    persons, searchable, orders_each = (int(one) for one in sys.argv[1:4])
    call_command("migrate", verbosity=0)
    prepare.organisation()
    prepare.load(max(persons, searchable))
    product = Product.objects.create(sku="BENCH", line="books", name={"zh-hans": "红楼梦", "en": "A Dream"})
    unit = Unit.objects.get(code="bench")
    most = max(persons, searchable)
    prepare.fill(shelf.rows(most, unit=unit.id, product=product.id, now=now(), orders_each=orders_each))
    SealHead.objects.update_or_create(id=1, defaults={"seq": most * shelf.EVENTS_EACH, "hash": "0" * 64})
    search_entries(searchable)
    print(json.dumps({"cookie": staff(), **addresses(most, most * orders_each)}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    main()
