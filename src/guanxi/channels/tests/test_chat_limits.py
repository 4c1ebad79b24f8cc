"""How much a visitor and a network address may write and begin: beyond it a sentence, and nothing typed is lost."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from guanxi.channels.actions import contacts, conversing
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import chat
from guanxi.channels.tests.test_chat import begin, on_duty, proof_at
from guanxi.core import options
from guanxi.core.errors import Throttled
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, Visitor, nothing_happens

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
A_LOT = "That was a lot at once."


def limit(now: datetime, code: str, most: int) -> None:
    options.change(actor=SYSTEM, now=now, code=f"channels.{code}", text=str(most), why="a test")


def write(client: Client, room: str, text: str) -> int:
    sent = {"text": text, "key": text, "proof": proof_at(client, room)}
    return int(client.post(f"{room}say/", sent).status_code)


def test_lines_of_a_visitor(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    limit(now, "lines_per_minute", 3)
    room = begin(visitor.client)  # its first words are the first line
    assert [write(visitor.client, room, text) for text in ("two", "three")] == [303, 303]
    Contact.objects.update(seen=now + timedelta(days=1))  # the page's signs of life are no change
    proof = proof_at(visitor.client, room)
    with nothing_happens():
        answer = visitor.client.post(f"{room}say/", {"text": "And <four>", "key": "4", "proof": proof})
        assert answer.status_code == 429
        shown = answer.content.decode()
        assert A_LOT in shown
        assert "And &lt;four&gt;</textarea>" in shown
    # what was sent before and is sent again by a cut network is no new line
    assert write(visitor.client, room, "three") == 303
    Message.objects.update(created=now - 2 * MINUTE)
    assert (
        visitor.client.post(f"{room}say/", {"text": "And <four>", "key": "4", "proof": proof}).status_code
        == 303
    )
    assert Message.objects.count() == 4


def test_lines_of_everybody_at_an_address(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    limit(now, "lines_per_minute", 1)
    rooms = [begin(visitor.client, key=f"k{one}") for one in range(3)]
    Contact.objects.update(seen=now + timedelta(days=1))
    Message.objects.filter(subject_id=Contact.objects.order_by("id")[0].id).update(created=now - 2 * MINUTE)
    elsewhere = begin(Client(REMOTE_ADDR="203.0.113.9"), key="e")
    assert write(visitor.client, rooms[0], "the third within a minute from here") == 303
    Message.objects.filter(body__startswith="the third").update(
        subject_id=Contact.objects.order_by("id")[1].id  # the first chat itself has said nothing lately
    )
    with nothing_happens():
        assert write(visitor.client, rooms[0], "the fourth") == 429
    Message.objects.filter(subject_id=Contact.objects.order_by("-id")[0].id).update(created=now - 2 * MINUTE)
    assert write(Client(REMOTE_ADDR="203.0.113.9"), elsewhere, "Another address counts for itself") == 303


def test_chats_from_an_address(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    limit(now, "chats_per_address", 2)
    rooms = [begin(visitor.client, key=f"k{one}") for one in range(2)]
    kept = {one.origin for one in Contact.objects.all()}
    assert len(kept) == 1
    assert "127.0.0.1" not in kept.pop()  # a digest
    sent = {"text": "A <third>", "name": "Ann", "key": "k9", "proof": proof_at(visitor.client, "/chat/")}
    visitor.client.post(f"{rooms[0]}leave/", {"proof": proof_at(visitor.client, rooms[0])})
    with nothing_happens():  # left, yet begun of late
        answer = visitor.client.post("/chat/", sent)
        assert answer.status_code == 429
        shown = answer.content.decode()
        assert "Many chats have been begun from where you are." in shown
        assert "A &lt;third&gt;</textarea>" in shown
        assert 'value="Ann"' in shown
    assert begin(Client(REMOTE_ADDR="203.0.113.9"), key="e").startswith("/chat/")
    Contact.objects.update(arrived=now - 11 * MINUTE)
    Contact.objects.filter(state="abandoned").update(ended=now - 11 * MINUTE)
    assert visitor.client.post("/chat/", sent).status_code == 303
    contacts.sweep(actor=SYSTEM, now=now)
    assert Contact.objects.get(state="abandoned").origin == ""  # nothing is kept that counts no more
    assert Contact.objects.exclude(origin="").count() == 3


def test_open_chats_of_a_customer(buyer: Shopper, agent: Staffer, now: datetime) -> None:
    on_duty(now, agent)
    for one in range(3):
        begin(buyer.client, key=f"k{one}")
    sent = {"text": "A fourth", "key": "k9", "proof": proof_at(buyer.client, "/chat/")}
    with nothing_happens():
        answer = buyer.client.post("/chat/", sent)
        assert answer.status_code == 429
        assert "You have enough chats with us open." in answer.content.decode()
    assert Contact.objects.count() == 3


def test_colleagues_and_lines_are_not_limited(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    limit(now, "lines_per_minute", 1)
    contact = contacts.arrive(actor=SYSTEM, now=now, channel="chat", text="From an adapter")
    conversing.say(actor=SYSTEM, now=now, public_id=contact.public_id, text="Again")
    Contact.objects.update(state="live", staff=agent.user)
    for text in ("One", "Two"):
        conversing.say(actor=agent.actor, now=now, public_id=contact.public_id, text=text)
    link = chat.link_actor(chat.link_token(contact))
    with nothing_happens(), pytest.raises(Throttled):
        conversing.say(actor=link, now=now, public_id=contact.public_id, text="Too much")
    limit(now, "lines_per_minute", 0)  # the house sets none
    conversing.say(actor=link, now=now, public_id=contact.public_id, text="Not too much")
    assert Message.objects.count() == 5
