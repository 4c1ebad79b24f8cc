"""Prepare the database of GUANXI_DATABASE_URL for open desktops: teams of ten, each with a queue about cases.

Run as `python -m bench.parts.desks DESKS ITEMS_EACH`; prints {"cookies": [one a desk]} as its last line.
"""

import json
import os
import sys
from datetime import timedelta

import django

TEAM_OF = 10
CAPACITY = 400
OPEN_SHARE = 5  # a young base: the worker is to be done with what was poured in before the day begins


def people(count: int) -> list[int]:
    """Members of teams of ten, at work; their users' ids."""
    from django.contrib.auth.hashers import make_password

    from guanxi.core import access, staff
    from guanxi.core.clock import now
    from guanxi.core.models import Role, Unit
    from guanxi.work.models import Member, Team

    house = Team.objects.get(unit__code="bench")
    Role.objects.create(code="bench", name={"en": "Bench"}, rights=dict.fromkeys(access.declared(), "team"))
    who, made, password = access.system("bench"), [], make_password(None)
    for number in range(count):
        if number % TEAM_OF == 0:
            unit = Unit(code=f"bench-{number // TEAM_OF}", kind="team", name={"en": f"Bench {number}"})
            unit.path = f"/{unit.id}/"
            unit.save(force_insert=True)
            Team.objects.create(unit=unit, calendar=house.calendar, targets=house.targets)
        user = staff.add_user(
            actor=who,
            now=now(),
            username=f"desk{number}",
            name=f"席位{number}",
            password_hash=password,
            unit_id=unit.id,
        )
        staff.grant_role(actor=who, now=now(), user=user, role="bench", unit_id=unit.id)
        Member.objects.create(
            user=user,
            team_id=unit.id,
            presence="ready",
            heartbeat=now() + timedelta(hours=1),
            capacity=CAPACITY,
        )
        made.append(user.id)
    return made


def queue(each: int) -> None:
    """So many items a desk: what waits on the shelf, with its cases, goes to the desks' teams."""
    from guanxi.cases.models import Case
    from guanxi.work.models import Team, WorkItem

    waiting = WorkItem.objects.filter(state="queued", subject_kind="case").order_by("id")
    ids = list(waiting.values_list("subject_id", flat=True))
    share = each * TEAM_OF
    for place, team in enumerate(Team.objects.exclude(unit__code="bench").order_by("unit_id")):
        theirs = ids[place * share : (place + 1) * share]
        if len(theirs) < share:
            raise RuntimeError(f"{len(ids)} cases wait: too few for every desk")
        Case.objects.filter(id__in=theirs).update(team_id=team.unit_id, overdue_told=True)
        waiting.filter(subject_id__in=theirs).update(team_id=team.unit_id)


def cookies(users: list[int]) -> list[str]:
    from django.conf import settings
    from django.test import Client

    from guanxi.core.models import User

    made = []
    for user in User.objects.filter(id__in=users).order_by("id"):
        client = Client()
        client.force_login(user)
        made.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    return made


def main() -> None:
    from django.core.management import call_command

    from bench.parts import prepare, shelf
    from guanxi.core.clock import now
    from guanxi.core.models import SealHead, Unit
    from guanxi.trade.models import Product

    desks, each = int(sys.argv[1]), int(sys.argv[2])
    count = desks * each * OPEN_SHARE
    call_command("migrate", verbosity=0)
    prepare.organisation()
    prepare.load(count)
    product = Product.objects.create(sku="BENCH", line="books", name={"zh-hans": "红楼梦", "en": "A Dream"})
    unit = Unit.objects.get(code="bench")
    prepare.fill(
        shelf.rows(count, unit=unit.id, product=product.id, now=now(), orders_each=1, open_share=OPEN_SHARE)
    )
    SealHead.objects.update_or_create(id=1, defaults={"seq": count * shelf.EVENTS_EACH, "hash": "0" * 64})
    users = people(desks)
    queue(each)
    print(json.dumps({"cookies": cookies(users)}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    main()
