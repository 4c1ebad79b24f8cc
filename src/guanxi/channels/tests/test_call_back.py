"""A call-back asked for on the web: rung by a free seat, once however often it is asked for, taken back by whoever asked."""

from datetime import datetime, timedelta

import pytest

from guanxi.channels.actions import contacts, ringing_back
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import ringing_back as reads
from guanxi.core.access import PUBLIC
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Member, WorkItem
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, Visitor, in_threads, nothing_happens

pytestmark = pytest.mark.django_db
NUMBER = "139 1234 5678"


@pytest.fixture
def seat(agent: Staffer, organisation: Organisation, now: datetime) -> Staffer:
    Member.objects.filter(user=agent.user).update(
        presence="ready", heartbeat=now, since=now, phone_capacity=1
    )
    return agent


def ask(now: datetime, number: str = NUMBER, **more: str) -> Contact:
    return ringing_back.ask(actor=PUBLIC, now=now, number=number, **more)


def test_asked_for_on_the_page_offered_to_a_free_seat_rung_and_over(
    visitor: Visitor, seat: Staffer, now: datetime
) -> None:
    page = visitor.client.get("/call-back/").content.decode()
    assert "It costs you nothing." in page
    sent = visitor.client.post(
        "/call-back/", {"number": NUMBER, "name": "Ann", "wish": "The invoice", "key": "k"}
    )
    assert sent.status_code == 303
    place = sent["Location"]
    waiting = visitor.client.get(place).content.decode()
    assert "You are rung next." in waiting
    assert "5678" in waiting
    assert "1391234" not in waiting  # the page may be left open
    contact = Contact.objects.get()
    assert (contact.direction, contact.address, contact.state) == ("out", "+8613912345678", "waiting")
    assert Message.objects.get(subject_id=contact.id).body == "The invoice"

    work.dispatch(actor=SYSTEM, now=now, team_id=teams.team_named("front").id)
    item = WorkItem.objects.get(subject_kind="contact")
    assert (item.state, item.outbound) == ("offered", True)
    assert "Ring them" in seat.client.get(f"/chats/{contact.public_id}/").content.decode()
    assert seat.client.post(f"/chats/{contact.public_id}/accept/").status_code == 303
    assert 'href="tel:+8613912345678"' in seat.client.get(f"/chats/{contact.public_id}/").content.decode()
    assert "rings you" in visitor.client.get(place).content.decode()
    assert seat.client.post(f"/chats/{contact.public_id}/end/", {"outcome": "nobody"}).status_code == 303
    assert "We did not reach you" in visitor.client.get(place).content.decode()


def test_asked_twice_it_is_one(organisation: Organisation, now: datetime) -> None:
    first = ask(now)
    assert ask(now, "+86 13912345678").id == first.id
    assert (Contact.objects.count(), WorkItem.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_asked_at_once_it_is_one(organisation: Organisation, now: datetime) -> None:
    found = in_threads(4, lambda _place: ask(now).id)
    assert len(set(found)) == 1
    assert (Contact.objects.count(), WorkItem.objects.count()) == (1, 1)


def test_after_three_in_a_day_somebody_writes(organisation: Organisation, now: datetime) -> None:
    for _ in range(ringing_back.A_DAY_MAX):
        ringing_back.cancel(actor=PUBLIC, now=now, token=reads.token_of(ask(now)))
    with nothing_happens(), pytest.raises(Conflict):
        ask(now)
    assert ask(now + timedelta(hours=25)).state == "waiting"


@pytest.mark.parametrize("number", ["", "nobody", "123", "1" * 60, "<script>"])
def test_a_number_nobody_can_ring_is_said_so_and_nothing_is_lost(
    visitor: Visitor, organisation: Organisation, number: str
) -> None:
    with nothing_happens():
        given = visitor.client.post("/call-back/", {"number": number, "wish": "The invoice", "key": "k"})
    assert given.status_code == 422
    page = given.content.decode()
    assert "Please give a telephone number with its area code." in page
    assert "The invoice" in page


def test_taken_back_the_work_is_gone_and_twice_is_once(
    visitor: Visitor, organisation: Organisation, now: datetime
) -> None:
    token = reads.token_of(ask(now))
    for _ in range(2):
        assert visitor.client.post(f"/call-back/{token}/cancel/").status_code == 303
    assert Contact.objects.get().state == "abandoned"
    assert not WorkItem.objects.filter(state__in=["queued", "offered"]).exists()
    assert "Taken back" in visitor.client.get(f"/call-back/{token}/").content.decode()


def test_while_it_is_rung_it_is_not_taken_back(seat: Staffer, now: datetime) -> None:
    contact = ask(now)
    contacts.accept(actor=seat.actor, now=now, public_id=contact.public_id)
    with nothing_happens(), pytest.raises(Conflict):
        ringing_back.cancel(actor=PUBLIC, now=now, token=reads.token_of(contact))


def test_another_address_shows_nothing(visitor: Visitor, organisation: Organisation, now: datetime) -> None:
    ask(now)
    inward = contacts.arrive(actor=PUBLIC, now=now, channel="phone")
    assert visitor.client.get("/call-back/made-up/").status_code == 404
    assert visitor.client.get(f"/call-back/{reads.token_of(inward)}/").status_code == 404
    with nothing_happens(), pytest.raises(NotFound):
        ringing_back.cancel(actor=PUBLIC, now=now, token="made-up")


def test_out_of_hours_it_waits_for_the_next_ones(
    visitor: Visitor, seat: Staffer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = now + timedelta(hours=9)
    monkeypatch.setattr(reads, "rung_from", lambda _now: opens)
    contact = ask(now)
    item = WorkItem.objects.get(subject_kind="contact", subject_id=contact.id)
    assert item.due == opens + timedelta(seconds=ringing_back.ANSWER_S)
    assert "Nobody is here just now" in visitor.client.get("/call-back/").content.decode()


def test_a_signed_in_customer_is_known(buyer: Shopper, organisation: Organisation) -> None:
    assert buyer.contact.phone.replace(" ", "")[-4:] in buyer.client.get("/call-back/").content.decode()
    assert buyer.client.post("/call-back/", {"number": NUMBER, "key": "k"}).status_code == 303
    assert Contact.objects.get().record_id == buyer.record_id


def test_words_too_long_are_refused(organisation: Organisation, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Invalid):
        ask(now, wish="x" * 5_000)
