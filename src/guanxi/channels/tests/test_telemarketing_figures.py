"""Key figures of our own calls: reached, sold, left alone; within one's reach, by list and person."""

from datetime import datetime, timedelta

import pytest

from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.queries import telemarketing as reads
from guanxi.core.figures import Whose
from guanxi.people.actions import Contact
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, _shopper

pytestmark = pytest.mark.django_db
RESULTS = ("sale", "sale", "no", "do_not_call", "no_answer", "wrong_number", "later", "no_answer")


@pytest.fixture
def dialled(agent: Staffer, organisation: Organisation, now: datetime) -> CallList:
    """Eight dialled now, one dialled a month ago, one never."""
    made = CallList.objects.create(name="Spring", team_id=organisation.id("front"), created=now)
    for place, result in enumerate((*RESULTS, "sale", "")):
        who: Shopper = _shopper(Contact(f"Person {place}", f"+44 20 7946 02{place:02}"), now)
        at = {8: now - timedelta(days=30), 9: None}.get(place, now - timedelta(hours=1))
        CallEntry.objects.create(
            list=made, record_id=who.record_id, state="done" if result else "waiting", result=result, dialled=at,
            reached=result in ("sale", "no", "do_not_call", "later"), user=agent.user, created=now,
        )  # fmt: skip
    return made


def test_reached_sold_and_left_alone(
    dialled: CallList, agent: Staffer, stranger: Staffer, now: datetime
) -> None:
    since, until = now - timedelta(days=1), now + timedelta(days=1)
    found = {one.code: one for one in reads.FIGURES}
    told = {}
    for code, one in found.items():
        value = one.compute(SYSTEM, since, until)
        told[code] = (value.numerator, value.denominator)
        assert one.compute(stranger.actor, since, until).denominator == 0
        assert one.source is not None
        rows, _more = one.source(SYSTEM, since, until, Whose()).page("")
        assert (sum(row.numerator for row in rows), len(rows)) == told[code]
        groups = one.source(SYSTEM, since, until, Whose()).groups("list")
        assert [(key, got.numerator, got.denominator) for key, got in groups] == [("Spring", *told[code])]
    assert told == {"calls.reached": (5, 8), "calls.sold": (2, 5), "calls.kept": (4, 5)}
    page = agent.client.get("/figures/calls.sold/?whose=me&span=week").text
    assert "40.0" in page
    assert "Reached: sold" in page
