"""What data needs looking after: found, verified, ended, marked; customers asked once a year, who answer by a signed link."""

import re
import smtplib
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanxi.channels import actions as channels
from guanxi.channels.jobs import deliver
from guanxi.channels.models import Message
from guanxi.core import clock, handles
from guanxi.core.lists import carrying, runs
from guanxi.core.lists import get as listing
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRow, Event
from guanxi.people import queries
from guanxi.people.actions import verify_identifier
from guanxi.people.models import Customer, Identifier, Record
from guanxi.people.tests.pairs import known
from tests.cast import SYSTEM, Machine, Staffer, Visitor, english, nothing_happens, statements

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=500)


@pytest.fixture
def old(steward: Staffer, now: datetime) -> Customer:
    """Of more than a year, never verified."""
    return known(now - LONG_AGO, "陈静", email="chenjing@post.example", phone="13912345678")


def one(customer: Customer, kind: str) -> Identifier:
    return Identifier.objects.get(record__customer=customer, kind=kind)


def tabs(staffer: Staffer) -> dict[str, str]:
    text = staffer.client.get("/identity/upkeep/").content.decode()
    return dict(re.findall(r'data-key-label="([^"]+)"[^>]*>[^<]+<span class="gx-num gx-ink3">([^<]*)<', text))


def press(staffer: Staffer, customer: Customer, what: str, verb: str, *, tab: str = "unverified") -> Any:
    """The button of a line."""
    name = handles.handle("identifier", one(customer, what).id)
    sent = {"key": f"{verb}-{Event.objects.count()}", "identifier": name, "kind": tab}
    return staffer.client.post(f"/customers/{customer.public_id}/identifiers/{verb}/", sent)


def test_each_line_is_counted_where_it_belongs(steward: Staffer, old: Customer, now: datetime) -> None:
    assert tabs(steward) == {
        "Yearly confirmation": "1", "Not verified for a year": "2", "Does not reach them": "0",
        "Recycled numbers": "0",
    }  # fmt: skip
    press(steward, old, "email", "bounced")
    assert tabs(steward)["Does not reach them"] == "1"
    assert press(steward, old, "phone", "verify").status_code == 303
    assert (one(old, "phone").verified, one(old, "phone").verified_how) == (now, "steward")
    assert tabs(steward)["Yearly confirmation"] == "0"
    text = steward.client.get("/identity/upkeep/?kind=troubled").content.decode()
    assert "It works again" in text
    press(steward, old, "email", "clear", tab="troubled")
    assert (one(old, "email").trouble, one(old, "email").troubled) == ("", None)


def test_what_is_over_can_be_taken_back(steward: Staffer, old: Customer, now: datetime) -> None:
    answer = press(steward, old, "phone", "end")
    assert one(old, "phone").valid_to == now
    text = steward.client.get(answer.headers["Location"]).content.decode()
    assert f"Ended for {old.public_id}." in text
    press(steward, old, "phone", "restore")
    assert one(old, "phone").valid_to is None


def test_nobody_does_it_twice(steward: Staffer, old: Customer) -> None:
    press(steward, old, "phone", "end")
    with nothing_happens():
        answer = press(steward, old, "phone", "verify")
    assert "This is theirs no more already." in english_after(steward, answer)


def english_after(staffer: Staffer, answer: Any) -> str:
    return str(staffer.client.get(answer.headers["Location"]).content.decode())


def test_who_may_look_may_not_change(manager: Staffer, trainee: Staffer, old: Customer) -> None:
    with nothing_happens():
        for staffer in (manager, trainee):
            assert staffer.client.get("/identity/upkeep/").status_code == 403
            assert press(staffer, old, "phone", "end").status_code == 403


def test_a_recycled_number_names_its_newer_holder(steward: Staffer, old: Customer, now: datetime) -> None:
    Identifier.objects.filter(record__customer=old, kind="phone").update(value="+8613912345678")
    newer = known(now, "Tom Baker", phone="13912345678")
    text = steward.client.get("/identity/upkeep/?kind=recycled").content.decode()
    assert "Tom Baker uses it" in text
    assert f"/identity/compare/?c={old.public_id}&amp;c={newer.public_id}" in text
    press(steward, old, "phone", "verify", tab="recycled")
    assert "Tom Baker uses it" not in steward.client.get("/identity/upkeep/?kind=recycled").content.decode()


def test_figures_say_what_they_count(steward: Staffer, old: Customer, now: datetime) -> None:
    known(now, "林嘉欣", email="lin@post.example")
    verify_identifier(actor=SYSTEM, now=now, identifier_id=one(old, "phone").id)
    everybody = (steward.actor, now - timedelta(days=365), now)
    assert (queries.verified(*everybody).numerator, queries.verified(*everybody).denominator) == (1, 2)
    assert queries.reachable(*everybody).ratio == 1.0
    text = steward.client.get("/identity/upkeep/").content.decode()
    assert "<b>50.0 %</b><span>target 85 %</span>" in text


def test_more_lines_cost_no_more(steward: Staffer, now: datetime) -> None:
    def look() -> None:
        for kind in ("due", "unverified", "recycled"):
            assert steward.client.get(f"/identity/upkeep/?kind={kind}").status_code == 200

    for _ in range(2):
        known(now - LONG_AGO, "陈静")
    look()
    few = statements(look)
    for _ in range(6):
        known(now - LONG_AGO, "陈静")
    assert statements(look) == few


# -- asking once a year ----------------------------------------------------------------------------------------


def ask(staffer: Staffer, customer: Customer) -> Any:
    return staffer.client.post(
        f"/identity/ask/{customer.public_id}/", {"key": f"ask-{Event.objects.count()}"}
    )


def link_in(message: Message) -> str:
    found = re.search(r"/confirm/[^\s]+", message.body)
    assert found
    return found[0]


def test_the_customer_confirms_and_corrects_by_a_link(
    steward: Staffer, old: Customer, visitor: Visitor, now: datetime
) -> None:
    assert ask(steward, old).status_code == 303
    message = Message.objects.get()
    assert (message.address, message.state) == ("chenjing@post.example", "queued")
    link = link_in(message)
    text = visitor.client.get(link).content.decode()
    assert "13912345678" not in text
    assert "chenjing@post.example" not in text
    right, wrong = re.findall(r'name="(is\.\w+)" value="yes"', text)
    sent = {"key": "k1", right: "yes", wrong: "no", "email": "newer@post.example"}
    assert visitor.client.post(link, sent).status_code == 303
    held = Identifier.objects.filter(record__customer=old)
    ended = held.exclude(valid_to=None).get()
    assert ended.valid_to == now
    assert held.get(kind="email", value="newer@post.example").valid_to is None
    confirmed = held.filter(verified=now).get()
    assert (confirmed.verified_how, confirmed.kind != ended.kind) == ("customer", True)
    assert queries.list_due(steward.actor, now).count() == 0
    assert Event.objects.get(type="person.details_confirmed").data == {"confirmed": 1, "ended": 1, "added": 1}


def test_nobody_is_asked_twice_within_thirty_days(steward: Staffer, old: Customer, now: datetime) -> None:
    ask(steward, old)
    with nothing_happens():
        answer = ask(steward, old)
    assert "They were asked within the last 30 days." in english_after(steward, answer)
    with clock.at(now + timedelta(days=31)):
        ask(steward, old)
    assert Message.objects.count() == 2


def test_an_empty_answer_says_nothing(steward: Staffer, old: Customer, visitor: Visitor) -> None:
    ask(steward, old)
    link = link_in(Message.objects.get())
    with nothing_happens():
        answer = visitor.client.post(link, {"key": "k"})
    assert answer.status_code == 422
    assert "Say of each whether it is still right." in answer.content.decode()


@pytest.mark.parametrize("spoil", [lambda link: link[:-3] + "x/", lambda link: "/confirm/nothing/"])
def test_a_forged_link_opens_nothing(steward: Staffer, old: Customer, visitor: Visitor, spoil: Any) -> None:
    ask(steward, old)
    link = spoil(link_in(Message.objects.get()))
    with nothing_happens():
        assert visitor.client.get(link).status_code == 404
        assert visitor.client.post(link, {"key": "k", "name": "X"}).status_code == 404


def test_the_link_is_over_with_its_address(steward: Staffer, old: Customer, visitor: Visitor) -> None:
    ask(steward, old)
    link = link_in(Message.objects.get())
    press(steward, old, "email", "end")
    assert visitor.client.get(link).status_code == 404


def test_many_are_asked_at_once_and_the_others_listed(steward: Staffer, old: Customer, now: datetime) -> None:
    silent = known(now - LONG_AGO, "林嘉欣", email="", phone="13812345678")
    due = listing("due")
    begun = runs.start(
        actor=steward.actor, now=now, listing=due, bulk=due.get_bulk(steward.actor, "ask"),
        choice=Choice(keys=[old.public_id, silent.public_id]), values={},
    )  # fmt: skip
    carrying.carry_out(begun.id)
    begun.refresh_from_db()
    assert (begun.done, begun.failed) == (1, 1)
    assert BulkRow.objects.get(run=begun, state="failed").reason == "No address that reaches them is known."


# -- what comes back -------------------------------------------------------------------------------------------


def test_a_letter_to_nobody_marks_the_address(
    steward: Staffer, old: Customer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(steward, old)
    message = Message.objects.get()

    def refuse(**_: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({message.address: (550, b"no such user")})

    monkeypatch.setattr(channels, "deliver", refuse)
    assert deliver.call(message.public_id) == "refused for good"
    assert (one(old, "email").trouble, Message.objects.get().state) == ("bounced", "failed")
    with clock.at(now + timedelta(days=40)), nothing_happens():
        answer = ask(steward, old)
        assert "No address that reaches them is known." in english_after(steward, answer)


def test_another_system_reports_what_does_not_reach_them(
    token: Machine, west_token: Machine, old: Customer, now: datetime
) -> None:
    url = f"/api/v1/customers/{old.public_id}/troubles"
    body = {"kind": "phone", "value": "+86 139-1234-5678", "trouble": "silent"}
    with nothing_happens():
        assert english().post(url, body, "application/json", headers=west_token.headers).status_code == 404
        wrong = {**body, "value": "13800000000"}
        assert english().post(url, wrong, "application/json", headers=token.headers).status_code == 404
    answer = english().post(url, body, "application/json", headers=token.headers)
    assert (answer.status_code, answer.json()["trouble"]) == (200, "silent")
    assert (one(old, "phone").trouble, one(old, "phone").troubled) == ("silent", now)
    assert Record.objects.filter(customer=old).count() == 1
