"""The club's call list: there from the first minute, dialled once somebody sits there, gone with the sample."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from guanxi.channels.actions import calling, dialling
from guanxi.channels.models import CallEntry, CallList
from guanxi.core import staff
from guanxi.core.access import system
from guanxi.core.errors import Denied
from guanxi.core.models import Unit, User
from guanxi.packs import sample
from guanxi.packs.club.calling import COUNT
from guanxi.packs.tests.conftest import Seed
from guanxi.work.models import Member, WorkItem

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 2, tzinfo=UTC)  # a Wednesday, 10:00 in Shanghai


def test_the_list_is_there_and_adds_no_work_by_itself(seed: Seed) -> None:
    seed()
    found = CallList.objects.get()
    assert (found.state, found.sample, found.team.unit.code) == ("open", True, "telemarketing")
    assert all(len(found.script[language]) > 150 for language in ("zh-hans", "en"))
    states = Counter(CallEntry.objects.values_list("state", flat=True))
    assert states == {"waiting": COUNT - 6, "refused": 6}
    facts = [one.explanation["facts"] for one in CallEntry.objects.filter(state="refused")]
    whys = Counter(why[0]["code"] for why in facts)
    assert whys == {"gate.no_consent": 3, "gate.refused": 3}
    assert not WorkItem.objects.filter(kind="call.outbound").exists()


def test_somebody_at_the_desk_has_something_to_dial(seed: Seed) -> None:
    seed()
    CallEntry.objects.filter(state="waiting").update(next_at=NOON)
    Member.objects.filter(user__username="hewenbo").update(presence="ready", heartbeat=NOON, since=NOON)
    assert dialling.feed(actor=system("test"), now=NOON) == 1
    entry = CallEntry.objects.get(state="queued")
    caller = staff.actor_of(User.objects.get(username="hewenbo"))
    assert dialling.dial(actor=caller, now=NOON, public_id=entry.public_id).state == "calling"


def test_it_goes_with_the_sample(root: Unit, now: datetime) -> None:
    with pytest.raises(Denied):
        calling.remove_samples(actor=staff.actor_of(User.objects.get(username="hewenbo")))
    assert CallList.objects.count() == 1
    removed = sample.remove_sample(actor=system("test"), now=now, root=root)
    assert (removed.counts["call_lists"], CallList.objects.count(), CallEntry.objects.count()) == (1, 0, 0)
