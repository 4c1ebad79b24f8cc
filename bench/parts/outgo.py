"""One export, written as the worker writes it: `python -m bench.parts.outgo LIST QUERY`; prints its figures as JSON.

Memory is the process's own high-water mark: once when the first share of the rows is out, and at the end. What grows
between the two grows with the number of rows.
"""

import json
import os
import resource
import sys
import time
from typing import Any

import django

WARM_SHARE = 0.1


def peak_mib() -> float:
    """The most this process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def asked_by_an_administrator() -> Any:
    from django.contrib.auth.hashers import make_password

    from guanxi.core import clock, staff
    from guanxi.core.access import system
    from guanxi.core.models import Role, User

    here, now = system("bench"), clock.now()
    rights = dict.fromkeys(("people.view", "people.contacts", "cases.view", "trade.view"), "all")
    Role.objects.get_or_create(code="bench", defaults={"name": {"en": "Bench"}, "rights": rights})
    user = User.objects.filter(username="bench-export").first() or staff.add_user(
        actor=here, now=now, username="bench-export", name="Bench", password_hash=make_password(None)
    )
    staff.grant_role(actor=here, now=now, user=user, role="bench")
    return staff.actor_of(user)


def main() -> None:
    from guanxi.core import clock, lists
    from guanxi.core.lists import exports, writing

    actor = asked_by_an_administrator()
    began = time.perf_counter()
    export = exports.start(
        actor=actor, now=clock.now(), listing=lists.get(sys.argv[1]), query=sys.argv[2], form=sys.argv[3]
    )
    counted = time.perf_counter() - began
    warm = 0.0

    def look(done: int, total: int) -> None:
        nonlocal warm
        if not warm and done >= total * WARM_SHARE:
            warm = peak_mib()

    writing.jobs.progress = look
    began, before = time.perf_counter(), peak_mib()
    writing.write(export.id)
    spent = time.perf_counter() - began
    export.refresh_from_db()
    with exports.path_of(export).open("rb") as file:
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    figures = {
        "rows": export.rows, "lines": lines - 1, "bytes": export.size_bytes, "state": str(export.state),
        "seconds": spent, "count_seconds": counted, "before_mib": before, "warm_mib": warm, "peak_mib": peak_mib(),
    }  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    django.setup()
    main()
