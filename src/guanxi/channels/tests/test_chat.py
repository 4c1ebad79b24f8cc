"""Web chat, both sides: begun by anybody, talked through pages, left words while nobody is there, a case out of it."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from guanxi.cases.models import Case
from guanxi.channels.actions import contacts
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import chat
from guanxi.core import options
from guanxi.core.options import Value
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Assignment, Member
from tests.cast import SYSTEM, Machine, Organisation, Shopper, Staffer, Visitor, nothing_happens

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)
PROOF = re.compile(r'name="proof" value="([^"]+)"')


def on_duty(now: datetime, *staff: Staffer) -> None:
    for one in staff:
        Member.objects.filter(user=one.user).update(
            presence="ready", heartbeat=now, since=now, phone_capacity=1, chat_capacity=2
        )


def proof_at(client: Client, address: str) -> str:
    found = PROOF.search(client.get(address).content.decode())
    assert found is not None, address
    return found[1]


def begin(client: Client, **fields: str) -> str:
    """The address of the chat begun."""
    sent = {"text": "Where is my parcel?", "proof": proof_at(client, "/chat/"), "key": "k1", **fields}
    answer = client.post("/chat/", sent)
    assert answer.status_code == 303
    return str(answer["Location"])


def accepted(agent: Staffer, now: datetime) -> Contact:
    work.dispatch(actor=SYSTEM, now=now, team_id=teams.team_named("front").id)
    contact = Contact.objects.get()
    page = agent.client.get(f"/chats/{contact.public_id}/").content.decode()
    assert "Accept" in page
    assert agent.client.post(f"/chats/{contact.public_id}/accept/").status_code == 303
    return Contact.objects.get()


def test_a_visitor_and_a_colleague_talk(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    room = begin(visitor.client, name="Ann", reach="ann@example.org")
    shown = visitor.client.get(room).content.decode()
    assert "Where is my parcel?" in shown
    assert "You are next. You may write already." in shown
    contact = accepted(agent, now)
    assert (contact.state, contact.record_id, contact.name) == ("live", None, "Ann")
    said = agent.client.post(f"/chats/{contact.public_id}/say/", {"text": "I look it up.", "key": "a"})
    assert said.status_code == 303
    agent.client.post(
        f"/chats/{contact.public_id}/say/", {"text": "I look it up.", "key": "a"}
    )  # twice is once
    shown = visitor.client.get(room).content.decode()
    assert shown.count("I look it up.") == 1
    assert "Agent answers you" in shown
    sent = {"text": "Thank you", "key": "b", "proof": proof_at(visitor.client, room)}
    for _time in range(2):  # the network was cut: sent again under its key
        assert visitor.client.post(f"{room}say/", sent).status_code == 303
    lines = list(Message.objects.order_by("created", "id").values_list("direction", "body"))
    assert lines == [("in", "Where is my parcel?"), ("out", "I look it up."), ("in", "Thank you")]
    answer = agent.client.post(f"/chats/{contact.public_id}/end/", {"outcome": "solved"})
    page = agent.client.get(answer["Location"]).content.decode()
    assert "Solved in this one contact" in page
    agent.client.post("/presence/wrap-up/", {"resolved": "1"})
    assert Assignment.objects.get().resolved is True
    assert "This conversation is over." in visitor.client.get(room).content.decode()
    late = visitor.client.post(f"{room}say/", {**sent, "key": "c", "text": "One more <thing>"})
    assert late.status_code == 409
    assert "One more &lt;thing&gt;" in late.content.decode()


def test_a_customer_we_know(buyer: Shopper, agent: Staffer, now: datetime) -> None:
    on_duty(now, agent)
    room = begin(buyer.client, name="Somebody else", reach="other@example.org")
    contact = accepted(agent, now)
    assert (contact.record_id, contact.name) == (buyer.record_id, "王小明")
    page = agent.client.get(f"/chats/{contact.public_id}/").content.decode()
    assert f"/customers/{buyer.public_id}/" in page
    buyer.client.post(f"{room}leave/", {"proof": proof_at(buyer.client, room)})
    assert Contact.objects.get().state == "ended"


def test_nobody_there_and_the_words_become_a_case(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    assert "Nobody is here just now" in visitor.client.get("/chat/").content.decode()
    followed = begin(visitor.client, reach="new.person@example.org")
    assert followed.startswith("/c/")
    case = Case.objects.get()
    assert (case.channel, Contact.objects.count()) == ("chat", 0)
    with nothing_happens():
        sent = {"text": "Nobody can answer me", "proof": proof_at(visitor.client, "/chat/")}
        answer = visitor.client.post("/chat/", sent)
        assert answer.status_code == 422
        assert "Tell us at least one way to reach you" in answer.content.decode()


def test_left_in_a_frame(visitor: Visitor, organisation: Organisation, now: datetime) -> None:
    sent = {"text": "Hello", "reach": "a@example.org", "proof": proof_at(visitor.client, "/chat/")}
    answer = visitor.client.post("/chat/?embedded=1", sent)
    shown = visitor.client.get(answer["Location"]).content.decode()
    assert Case.objects.get().number in shown


def test_a_case_out_of_a_chat(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    begin(visitor.client, reach="ann@example.org", name="Ann")
    contact = accepted(agent, now)
    address = f"/chats/{contact.public_id}/case/"
    assert agent.client.post(address, {"text": "Her parcel is lost", "key": "x"}).status_code == 303
    assert agent.client.post(address, {"text": "Her parcel is lost", "key": "x"}).status_code == 303
    assert Case.objects.get().record.said["email"] == "ann@example.org"
    assert Contact.objects.get().outcome == "case"
    with nothing_happens():
        assert agent.client.post(address, {"text": " ", "key": "y"}).status_code == 422


def test_who_may_not(
    visitor: Visitor, agent: Staffer, other_agent: Staffer, stranger: Staffer, trainee: Staffer, buyer: Shopper,
    organisation: Organisation, now: datetime,
) -> None:  # fmt: skip
    on_duty(now, agent)
    room = begin(visitor.client)
    contact = accepted(agent, now)
    page = f"/chats/{contact.public_id}/"
    other = chat.proof("CT-other")
    with nothing_happens():
        for client, status in ((stranger.client, 404), (trainee.client, 403), (buyer.client, 403)):
            assert client.get(page).status_code == status
            assert client.post(f"{page}say/", {"text": "hello"}).status_code == status
        assert other_agent.client.post(f"{page}say/", {"text": "hello"}).status_code == 403
        assert visitor.client.post(f"{room}say/", {"text": "hello"}).status_code == 403
        assert visitor.client.post(f"{room}say/", {"text": "hello", "proof": other}).status_code == 403
        assert visitor.client.post("/chat/", {"text": "hello"}).status_code == 403
        assert visitor.client.get("/chat/forged:token/").status_code == 404


def test_only_sites_the_house_allows_show_it(
    visitor: Visitor, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = visitor.client.get("/chat/?embedded=1")
    assert plain["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in plain["Content-Security-Policy"]
    usual = options.value

    def value(code: str) -> Value:
        return "https://club.example http://a;b" if code == "channels.chat_origins" else usual(code)

    monkeypatch.setattr(options, "value", value)
    framed = visitor.client.get("/chat/?embedded=1")
    assert "frame-ancestors 'self' https://club.example;" in framed["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in framed
    assert visitor.client.get("/chat/")["X-Frame-Options"] == "DENY"


def test_the_list_and_the_api(
    visitor: Visitor, agent: Staffer, token: Machine, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    begin(visitor.client, name="Ann")
    assert "Ann" in agent.client.get("/chats/").content.decode()
    contact = accepted(agent, now)
    client = Client(headers=token.headers)
    [one] = client.get("/api/v1/contacts").json()["items"]
    assert (one["id"], one["state"], one["name"]) == (contact.public_id, "live", "Ann")
    lines = client.get(f"/api/v1/contacts/{contact.public_id}").json()["lines"]
    assert [(line["direction"], line["text"]) for line in lines] == [("in", "Where is my parcel?")]
    with nothing_happens():  # this token may not talk
        refused = client.post(
            f"/api/v1/contacts/{contact.public_id}/say", {"text": "x"}, content_type="application/json"
        )
        assert refused.status_code == 403


def test_the_customer_page_is_a_sign_of_life(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    room = begin(visitor.client)
    Contact.objects.update(seen=now - 80 * S)
    assert visitor.client.post(f"{room}here/", {"proof": proof_at(visitor.client, room)}).status_code == 204
    assert contacts.sweep(actor=SYSTEM, now=now + 60 * S) == 0
    assert Contact.objects.get().seen == now
