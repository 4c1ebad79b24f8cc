"""kill -9 of the worker while it reads a mailbox on a real Dovecot: no mail is lost, none comes in twice."""

import json
import os
import pwd
import random
import time
from pathlib import Path

import pytest

from tests.harness.mail import Dovecot, Postfix
from tests.harness.processes import Stack
from tests.mails import raw
from tests.reliability.inside import python

pytestmark = pytest.mark.reliability
MAILS, MAILS_LONG = 60, 10_000
KILLS, KILLS_LONG = 2, 25
SECONDS_MAX, SECONDS_MAX_LONG = 120, 3_600


@pytest.mark.timeout(SECONDS_MAX_LONG + 1_200)  # the long count takes longer than any other test may
def test_killed_reading_goes_on_where_it_was(  # type: ignore[no-untyped-def]
    make_stack, mail_server: Postfix, imap_server: Dovecot, long: bool, capsys
) -> None:
    stack = make_stack()
    stack.run("init")
    count = MAILS_LONG if long else MAILS
    _deliver(mail_server.mail / "shop", count)
    python(stack, BEGIN % {"port": imap_server.port, "password": imap_server.password})
    kills = _kill(stack, KILLS_LONG if long else KILLS, count)
    _finish(stack, count, SECONDS_MAX_LONG if long else SECONDS_MAX)
    seen = json.loads(python(stack, LOOK))
    with capsys.disabled():
        print(f"\n{count} mails, worker killed {kills} times while it read them")
    assert seen == {
        "mails": count,
        "opened": count,
        "cases": count,
        "messages": count,
        "raw": count,
        "copies": 0,
    }
    assert kills >= 1, "everything was read before the first kill: the drill proves nothing"
    moved = len(list((mail_server.mail / "shop" / ".Guanxi").glob("cur/*")))
    moved += len(list((mail_server.mail / "shop" / ".Guanxi").glob("new/*")))
    assert moved == count


def _deliver(box: Path, count: int) -> None:
    """Straight into the maildir, as the mail server would have put them there."""
    owner = pwd.getpwnam("postfix")
    for folder in (box, box / "new", box / "cur", box / "tmp"):
        folder.mkdir(exist_ok=True)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    for number in range(count):
        path = box / "new" / f"{1_700_000_000 + number}.M{number}.drill"
        sender = f"person{number}@example.com"
        path.write_bytes(raw(f"盒子 {number} 松了".encode("gb18030"), sender=sender, to="shop@house.example",
                             kind="text/plain; charset=gb2312", mail_id=f"<{number}@drill>"))  # fmt: skip
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _kill(stack: Stack, most: int, count: int) -> int:
    """Kill the worker while it has taken some and not all; how often that was."""
    chance, kills = random.Random(20261122), 0
    for _ in range(most):
        before, end = _taken(stack), time.monotonic() + 60
        wanted = min(before + chance.randint(3, max(4, count // (2 * most))), count - 1)
        stack.start("worker")
        while _taken(stack) < wanted and time.monotonic() < end:
            time.sleep(0.005)
        stack.kill("worker")
        kills += _taken(stack) < count
    return kills


def _finish(stack: Stack, count: int, seconds_max: int) -> None:
    stack.start("worker")
    end = time.monotonic() + seconds_max
    while json.loads(python(stack, LOOK))["opened"] < count or python(stack, BUSY).strip() != "0":
        assert time.monotonic() < end, f"not all were read: {stack.log('worker')[-2000:]}"
        time.sleep(max(0.3, count / 1_000))  # asking starts a process, which takes time from the worker
    stack.terminate("worker")


def _taken(stack: Stack) -> int:
    """Contents in the store: one for each mail that has been taken."""
    return sum(1 for _ in (stack.home / "files").glob("[0-9a-f][0-9a-f]/*"))


BEGIN = """
from guanxi.channels.actions import mailboxes
from guanxi.channels.actions.mailboxes import Given
from guanxi.core.access import system
from guanxi.core.clock import now
mailboxes.add_mailbox(actor=system("drill"), now=now(), given=Given(
    name="Shop", address="shop@house.example", team="", host="127.0.0.1", port="%(port)s", security="none",
    username="shop", password="%(password)s", filed="Guanxi"))
"""
BUSY = """
from guanxi.channels.jobs import read_mailbox
from guanxi.core.models import Job
print(Job.objects.filter(task=read_mailbox.module_path, state__in=["READY", "RUNNING"]).count())
"""
LOOK = """
import json
from django.db.models import Sum
from guanxi.cases.models import Case
from guanxi.channels.models import Mail, Message
from guanxi.core.models import File
print(json.dumps({
    "mails": Mail.objects.count(),
    "opened": Mail.objects.filter(fate="opened").count(),
    "cases": Case.objects.count(),
    "messages": Message.objects.filter(direction="in").values("body").distinct().count(),
    "raw": File.objects.filter(subject_kind="mail").count(),
    "copies": Mail.objects.aggregate(n=Sum("copies"))["n"] or 0,
}))
"""
