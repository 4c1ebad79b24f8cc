"""An open Today asks for the part that may have changed: it gets what the whole page shows, and nothing else is worked out."""

import re
from datetime import datetime

import pytest

from guanxi.site.desktops import PARTS
from guanxi.work import events
from guanxi.work.models import WorkItem
from tests.cast import Staffer, complain, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(agent: Staffer, now: datetime) -> Staffer:
    """One piece set aside, one in hand, two in the queue."""
    for _n in range(4):
        complain(now)
    for _n in range(2):
        assert agent.client.post("/work/next/").status_code == 303
    taken = WorkItem.objects.filter(state="assigned").order_by("id")[0]
    assert agent.client.post(f"/work/{taken.public_id}/do/park/").status_code == 303
    return agent


def part_of(page: str, part: str) -> str:
    """From where a part begins to where the next one does, without the form keys, which are others each time."""
    begin = page.index(f'id="{part}"')
    end = min(
        (at for one in (*PARTS, "gx-desk") if (at := page.find(f'id="{one}"', begin + 1)) > 0),
        default=len(page),
    )
    return re.sub(r'value="[A-Za-z0-9]{32,}"', "", page[begin:end])


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_what_the_page_shows(busy: Staffer, part: str) -> None:
    whole = busy.client.get("/today/").content.decode()
    alone = busy.client.get("/today/", headers={"hx-request": "true", "hx-target": part}).content.decode()
    shown = part_of(whole, part).partition("</section>")[0]
    assert part_of(alone, part).partition("</section>")[0] == shown
    assert len(shown) > 500


def test_a_part_costs_less(busy: Staffer) -> None:
    whole = statements(lambda: busy.client.get("/today/"))
    for part in PARTS:
        headers = {"hx-request": "true", "hx-target": part}
        assert statements(lambda: busy.client.get("/today/", headers=headers)) < whole  # noqa: B023  called at once


def test_another_target_gets_the_whole_page(busy: Staffer) -> None:
    page = busy.client.get("/today/", headers={"hx-request": "true", "hx-target": "gx-else"}).content.decode()
    for part in PARTS:
        assert part_of(page, part) == part_of(busy.client.get("/today/").content.decode(), part)


def test_every_move_of_work_is_listened_for(busy: Staffer) -> None:
    """Work that comes, goes or changes hands in whatever way draws anew what is asked and what is next."""
    page = busy.client.get("/today/").content.decode()
    heard = [set(found.split()) for found in re.findall(r'data-live-only="([^"]*)"', page)]
    assert len(heard) == 2
    moves = (
        events.ADDED, events.ASSIGNED, events.RETURNED, events.MOVED, events.DONE, events.CANCELLED, events.OFFERED,
        events.DECLINED, events.UNANSWERED, events.PARKED, events.RESUMED, events.CALLED_IN, events.ADVISED,
    )  # fmt: skip
    for one in heard:
        assert {move.code for move in moves} <= one
