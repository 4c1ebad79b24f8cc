"""Tickets of the live stream: signed, of this page's topics only, not for ever, and no key in them."""

import re
import time
from datetime import datetime
from urllib.parse import unquote

import pytest
from django.core import signing

from guanxi.core import live
from guanxi.site.live import feed
from tests.cast import Shopper, Staffer, Visitor, complain


def test_a_ticket_reads_back() -> None:
    topics = [live.topic("case", 17), live.topic("unit", 3), live.topic("case", 17)]
    read = live.read_ticket(live.ticket(topics, person="U-1", stamp="abc"))
    assert (read.topics, read.person, read.stamp) == (sorted(set(topics)), "U-1", "abc")
    assert abs(read.issued - time.time()) < 60
    nobodys = live.read_ticket(live.ticket([]))
    assert (nobodys.topics, nobodys.person, nobodys.stamp) == ([], "", "")


def test_forged_tickets() -> None:
    other_salt = signing.dumps(["t"], salt="another")
    other_key = signing.dumps(["t"], key="another", salt="guanxi.live")
    for forged in ("", "x", "a:b:c", other_salt, other_key):
        with pytest.raises(signing.BadSignature):
            live.read_ticket(forged)


def test_tickets_end(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = live.ticket([live.topic("case", 1)])
    monkeypatch.setattr(live, "TICKET_AGE_MAX_S", -1)
    with pytest.raises(signing.SignatureExpired):
        live.read_ticket(ticket)


def test_topics_are_opaque_and_distinct() -> None:
    topics = {live.topic(kind, key) for kind in ("case", "unit", "record") for key in range(500)}
    assert len(topics) == 1_500
    assert all(re.fullmatch("[0-9a-f]{20}", topic) for topic in topics)
    assert live.topic("case", 11) == live.topic("case", 11)


def ticket_in(body: str) -> list[str]:
    found = re.search(r"ticket=([^\"&<]+)", body)
    assert found
    return live.read_ticket(unquote(found[1])).topics


@pytest.mark.django_db
def test_a_page_hears_its_own_matter_and_no_other(
    agent: Staffer, buyer: Shopper, seller: Shopper, visitor: Visitor, now: datetime
) -> None:
    mine, other = complain(now, actor=buyer.actor).case, complain(now, actor=seller.actor).case
    page = agent.client.get(f"/cases/{mine.number}/").content.decode()
    assert live.topic("case", mine.id) in ticket_in(page)
    own = buyer.client.get(f"/my/cases/{mine.number}/").content.decode()
    assert ticket_in(own) == [live.topic("case", mine.id)]
    home = ticket_in(buyer.client.get("/my/").content.decode())
    assert home == [live.topic("case", mine.id)]
    assert live.topic("case", other.id) not in home
    assert "ticket=" not in visitor.client.get("/complain/").content.decode()


@pytest.mark.django_db
def test_a_strangers_list_hears_only_what_it_shows(stranger: Staffer, agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    body = stranger.client.get("/cases/").content.decode()
    heard = ticket_in(body) if "ticket=" in body else []
    assert live.topic("unit", case.team_id) not in heard
    assert live.topic("unit", case.team_id) in ticket_in(agent.client.get("/cases/").content.decode())


def test_a_page_knows_what_its_own_reader_did_and_nobody_else_does() -> None:
    topic, mine, theirs = live.topic("unit", 1), live.doer("U-1"), live.doer("U-2")
    heard = feed.heard(7, "case.retitled", None, 1, "case", 3, "U-1")
    assert b'"own":true' in heard.to(frozenset({topic, mine}))
    others = heard.to(frozenset({topic, theirs}))
    assert b"own" not in others
    assert mine.encode() not in others
    assert b"own" not in feed.heard(7, "case.overdue", None, 1, "case", 3).to(frozenset({topic, mine}))
