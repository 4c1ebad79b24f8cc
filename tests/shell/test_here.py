"""Who has the same page open: only colleagues who may see it, gone soon after they leave, never told to a customer."""

import json
import re
from dataclasses import replace
from datetime import datetime

import pytest
from django.core import signing
from django.test import Client

from guanxi.core.live import Seat, here_topic, read_seat, read_ticket, seat, topic
from guanxi.site.live.here import GONE_S, PEOPLE_MAX, TOPIC_PAGES_MAX, Here
from tests.cast import Shopper, Staffer, complain

SEAT = re.compile(r'data-seat="([^"]+)"')
TICKET = re.compile(r"ticket=([^&\"]+)")
BAI = Seat("t", "U-1", "白露", "白")
GU = Seat("t", "U-2", "顾一鸣", "顾")


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def here(watch: Watch) -> Here:
    return Here(clock=watch)


def names(here: Here) -> list[str]:
    return [f"{one['name']} {one['doing']}".strip() for one in here.people("t")]


def test_each_person_once_and_what_they_do(here: Here) -> None:
    assert here.beat(BAI, "p1", "") is True
    assert here.beat(BAI, "p2", "writing") is True
    assert here.beat(GU, "p3", "") is True
    assert here.beat(GU, "p3", "") is False  # nothing new to tell
    assert names(here) == ["白露 writing", "顾一鸣"]


def test_leaving_is_seen_at_once_and_silence_within_forty_seconds(here: Here, watch: Watch) -> None:
    here.beat(BAI, "p1", "")
    here.beat(GU, "p2", "")
    assert here.beat(GU, "p2", "bye") is True
    assert names(here) == ["白露"]
    watch.now = GONE_S - 1
    assert here.sweep() == []
    watch.now = GONE_S
    assert names(here) == []
    assert here.sweep() == ["t"]
    assert here.sweep() == []
    assert here.count() == 0
    assert GONE_S + 2 < 40


def test_crowds_are_bounded(here: Here) -> None:
    for number in range(TOPIC_PAGES_MAX + 50):
        here.beat(Seat("t", f"U-{number}", f"n{number}", "n"), f"p{number}", "")
    assert here.count() == TOPIC_PAGES_MAX
    assert len(here.people("t")) == PEOPLE_MAX


def test_what_a_page_hears_is_no_event(here: Here) -> None:
    here.beat(BAI, "p1", "dancing")
    told = here.message("t").decode()
    assert "id:" not in told
    assert json.loads(told.removeprefix("data: "))["here"] == [
        {"id": "U-1", "name": "白露", "initials": "白", "doing": ""}
    ]


def test_a_seat_cannot_be_forged() -> None:
    assert replace(read_seat(seat(BAI)), issued=0.0) == BAI
    for wrong in ("", "x", seat(BAI)[:-1], signing.dumps(["t", "U-1", "n", "n"])):
        with pytest.raises(signing.BadSignature):
            read_seat(wrong)


def _page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.mark.django_db
def test_a_seat_is_given_with_the_page_alone(
    agent: Staffer, manager: Staffer, stranger: Staffer, buyer: Shopper, now: datetime
) -> None:
    opened = complain(now, contact=buyer.contact)
    url, own = f"/cases/{opened.case.number}/", here_topic("case", opened.case.id)
    seats = [SEAT.search(_page(one.client, url)) for one in (agent, manager)]
    assert [read_seat(one[1]).topic if one else "" for one in seats] == [own, own]
    assert SEAT.search(_page(stranger.client, url)) is None
    assert SEAT.search(_page(agent.client, "/today/")) is None
    customer = _page(buyer.client, f"/my/cases/{opened.case.number}/")
    assert SEAT.search(customer) is None
    ticket = TICKET.search(customer)
    assert ticket is not None
    assert read_ticket(ticket[1]).topics == [topic("case", opened.case.id)]
    assert own != topic("case", opened.case.id)
