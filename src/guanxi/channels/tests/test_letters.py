"""Outgoing mail as a list: sent again through the gate, kept from going out, and who may."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail

from guanxi.channels import actions
from guanxi.channels.actions import Words, send
from guanxi.channels.lists import LISTING
from guanxi.channels.models import Message
from guanxi.core.errors import Conflict, Denied, NotFound
from guanxi.core.lists import carrying, runs
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRow, BulkRun, Event, Role
from guanxi.people.actions import state_consent
from tests.cast import SYSTEM, Hire, Shopper, Staffer, nothing_happens, statements, work_off

pytestmark = pytest.mark.django_db
PLACE = {"HX-Request": "true"}


@pytest.fixture
def clerk(hire: Hire) -> Staffer:
    """Looks after outgoing mail."""
    rights = dict.fromkeys(("people.view", "people.contacts", "channels.view", "channels.outbox"), "all")
    Role.objects.create(code="clerk", rights=rights)
    return hire("clerk", "clerk")


def letters(now: datetime, shopper: Shopper, count: int, **more: Any) -> list[Message]:
    return [
        send(actor=SYSTEM, now=now, record_id=shopper.record_id, words=Words(f"第 {n} 封", "正文", "zh-hans"), **more)
        for n in range(count)
    ]  # fmt: skip


def run(who: Staffer, now: datetime, action: str, chosen: Sequence[Message]) -> BulkRun:
    begun = runs.start(
        actor=who.actor,
        now=now,
        listing=LISTING,
        bulk=LISTING.get_bulk(who.actor, action),
        choice=Choice(keys=[one.public_id for one in chosen]),
        values={},
    )
    carrying.carry_out(begun.id)
    begun.refresh_from_db()
    return begun


def states(chosen: Sequence[Message]) -> list[str]:
    found = dict(Message.objects.values_list("id", "state"))
    return [found[one.id] for one in chosen]


def test_kept_from_going_out_and_let_go_again(clerk: Staffer, buyer: Shopper, now: datetime) -> None:
    first, second = letters(now, buyer, 2)
    begun = run(clerk, now, "stop", [first])
    work_off()
    assert states([first, second]) == ["held", "sent"]
    assert [one.subject for one in mail.outbox] == ["第 1 封"]
    assert "stopped by hand" in clerk.client.get("/outbox/letters/?state=held").text
    assert Event.objects.get(type="message.held").data["why"]["facts"][0]["code"] == "gate.stopped"
    runs.start_undo(actor=clerk.actor, now=now, public_id=begun.public_id)
    work_off()
    assert states([first]) == ["sent"]
    assert [one.subject for one in mail.outbox] == ["第 1 封", "第 0 封"]


def test_failed_letters_go_through_the_gate_again(
    clerk: Staffer, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    mine, theirs = letters(now, buyer, 1)[0], letters(now, seller, 1)[0]
    code = letters(now, buyer, 1, purpose="security")[0]
    Message.objects.update(state=Message.State.FAILED)
    no = {("service", "email"): False}
    state_consent(actor=seller.actor, now=now, record_id=seller.record_id, statements=no, source="web")
    begun = run(clerk, now, "again", [mine, theirs, code])
    assert (begun.done, begun.failed) == (1, 2)
    work_off()
    assert states([mine, theirs, code]) == ["sent", "failed", "failed"]
    reasons = dict(BulkRow.objects.filter(run=begun, state="failed").values_list("key", "reason"))
    assert "refused service messages" in reasons[theirs.public_id]
    assert reasons[code.public_id] == "This letter cannot be sent again."


def test_what_the_mail_server_took_meanwhile_counts_as_sent(
    clerk: Staffer, buyer: Shopper, now: datetime
) -> None:
    [letter] = letters(now, buyer, 1)
    real = actions.mail_of

    def stopped_meanwhile(message: Message) -> Any:
        actions.stop(actor=clerk.actor, now=now, public_id=message.public_id)
        return real(message)

    with patch.object(actions, "mail_of", stopped_meanwhile):
        actions.deliver(now=now, public_id=letter.public_id)
    assert states([letter]) == ["sent"]


def test_what_has_moved_on_is_left(clerk: Staffer, buyer: Shopper, now: datetime) -> None:
    [letter] = letters(now, buyer, 1)
    with nothing_happens(), pytest.raises(Conflict):
        actions.send_again(actor=clerk.actor, now=now, public_id=letter.public_id)
    work_off()
    with nothing_happens(), pytest.raises(Conflict):
        actions.stop(actor=clerk.actor, now=now, public_id=letter.public_id)


def test_those_who_may_not(
    agent: Staffer, trainee: Staffer, stranger: Staffer, hire: Hire, buyer: Shopper, now: datetime
) -> None:
    [letter] = letters(now, buyer, 1)
    Role.objects.create(code="west-mail", rights={"channels.outbox": "branch"})
    west = hire("west mail", "west-mail", "west-front")
    form = {"keys": letter.public_id, "confirm": "1", "key": "k"}
    with nothing_happens():
        for who in (agent, trainee, stranger, buyer):
            assert who.client.get("/outbox/letters/").status_code == 403
            for action in ("again", "stop"):
                assert who.client.post(f"/lists/letters/bulk/{action}/", form).status_code == 403
        for act in (actions.stop, actions.send_again):
            for actor, error in ((agent.actor, Denied), (west.actor, NotFound)):
                with pytest.raises(error):
                    act(actor=actor, now=now, public_id=letter.public_id)
        assert west.client.post("/lists/letters/bulk/stop/", form).status_code == 422
    assert letter.public_id not in west.client.get("/outbox/letters/").text


def test_the_list_of_letters(
    clerk: Staffer, manager: Staffer, buyer: Shopper, now: datetime, settings: Any
) -> None:
    letters(now - timedelta(days=1), buyer, 2)
    [code] = letters(now, buyer, 1, purpose="security")
    page = clerk.client.get("/outbox/letters/").text
    assert "xiaoming.wang@example.com" in page
    assert "xiaoming.wang@example.com" not in manager.client.get("/outbox/letters/").text
    assert "第 1 封" not in clerk.client.get("/outbox/letters/?purpose=security").text
    assert clerk.client.get("/outbox/letters/?q=xiaoming.wang@example.com").text.count("data-key-of=") == 3
    quick = clerk.client.get(f"/lists/letters/{code.public_id}/quick/", headers=PLACE).text
    assert "正文" not in quick
    few = statements(lambda: clerk.client.get("/outbox/letters/"))
    letters(now, buyer, 9)
    assert statements(lambda: clerk.client.get("/outbox/letters/")) == few
