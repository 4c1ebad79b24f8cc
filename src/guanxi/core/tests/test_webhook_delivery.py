"""What an endpoint hears: signed, in order, at least once, as far as its owner may see; retried, paused, replayed."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from guanxi.core import clock, lists, staff, tokens
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.lists import runs
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import Event, Job, Role, WebhookDelivery, WebhookEndpoint
from guanxi.core.webhooks import actions, delivery
from guanxi.core.webhooks.delivery import BACKOFF_S_MAX, backoff
from guanxi.people.actions import Contact
from tests.cast import SEES, SYSTEM, Hire, Staffer, complain, nothing_happens, work_off
from tests.harness.receiver import Heard, Receiver, Reply, receiving

pytestmark = pytest.mark.django_db
HOOKS = {**SEES, "work.view": "all", "api.tokens.own": "own", "api.webhooks.own": "own"}


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving() as one:
        settings.WEBHOOK_ALLOW = {one.place}
        yield one


@pytest.fixture
def owner(hire: Hire) -> Staffer:
    Role.objects.create(code="integrator", rights=HOOKS)
    return hire("owner", "integrator", "front")


def subscribe(owner: Staffer, now: datetime, receiver: Receiver, **more: Any) -> WebhookEndpoint:
    values = {"name": "shop", "url": receiver.url, "types": ["case.*"], **more}
    return actions.add_endpoint(actor=owner.actor, now=now, **values)[0]


def fresh(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.get(id=endpoint.id)


def log_of(endpoint: WebhookEndpoint) -> list[tuple[str, str, int | None, str, int]]:
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("id")
    return [(row.kind, row.state, row.status, row.error, row.tries) for row in rows]


def test_an_event_is_heard_signed(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint, secret = actions.add_endpoint(
        actor=owner.actor, now=now, name="shop", url=receiver.url, types=["case.opened"]
    )
    opened = complain(now)
    work_off()
    [heard] = receiver.heard
    event = Event.objects.get(type="case.opened")
    assert heard.path == "/hooks"
    assert heard.id == f"evt_{event.seq}_{event.hash[:12]}"
    signed = f"{heard.id}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert heard.headers["webhook-signature"] == f"v1,{wanted}"
    assert int(heard.headers["webhook-timestamp"]) == int(now.timestamp())
    assert heard.event == {
        "id": heard.id,
        "type": "case.opened",
        "seq": event.seq,
        "occurred": "2026-03-03T02:00:00.000Z",
        "actor": {"kind": "public", "id": ""},
        "subject": "case",
        "customer": opened.recognised.customer_public_id,
        "data": event.data,
    }
    assert "包裹" not in heard.body.decode()
    assert log_of(endpoint) == [("event", "delivered", 204, "", 1)]
    row = WebhookDelivery.objects.get()
    assert "webhook-signature: v1," in row.request_head
    assert row.response_head.startswith("HTTP/1.0 204")


def test_order_is_that_of_the_stream(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver)
    for _ in range(30):
        complain(now)
    work_off()
    seqs = [one.event["seq"] for one in receiver.heard]
    assert len(seqs) == 30
    assert seqs == sorted(seqs)
    assert fresh(endpoint).seq >= seqs[-1]


def test_what_fails_holds_up_what_follows_and_is_tried_again(
    owner: Staffer, receiver: Receiver, now: datetime
) -> None:
    endpoint = subscribe(owner, now, receiver)
    receiver.say(500, body=b"broken")
    first, second = complain(now).case.number, complain(now).case.number
    work_off()
    assert [one.event["data"]["number"] for one in receiver.heard] == [first]
    found = fresh(endpoint)
    assert (found.tries, found.failing_since) == (1, now)
    assert found.next_try is not None
    assert timedelta(seconds=2.5) <= found.next_try - now <= timedelta(seconds=7.5)
    assert log_of(endpoint) == [("event", "failed", 500, "status", 1)]
    assert WebhookDelivery.objects.get().response_body == "broken"
    work_off()
    assert len(receiver.heard) == 1  # it rests
    receiver.say(204)
    with clock.at(now + timedelta(seconds=8)):
        work_off()
    ids = [one.id for one in receiver.heard]
    assert [one.event["data"]["number"] for one in receiver.heard] == [first, first, second]
    assert ids[0] == ids[1] != ids[2]
    assert log_of(endpoint) == [("event", "delivered", 204, "", 2), ("event", "delivered", 204, "", 1)]
    assert (fresh(endpoint).tries, fresh(endpoint).failing_since) == (0, None)


def test_after_a_day_it_is_paused_and_said(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver, types=["case.opened"])
    receiver.say(503)
    complain(now)
    moment, tries = now, 0
    while fresh(endpoint).state == "active":
        with clock.at(moment):
            work_off()
        tries += 1
        moment = max(fresh(endpoint).next_try or moment, moment + timedelta(seconds=1))
        assert tries < 40
    found = fresh(endpoint)
    assert (found.state, found.paused_why) == ("paused", "unreachable")
    assert timedelta(hours=24) <= moment - now
    paused = Event.objects.get(type="webhook.paused")
    assert paused.data == {"webhook": endpoint.public_id, "why": "unreachable", "seq": found.seq}
    heard = len(receiver.heard)
    with clock.at(moment + timedelta(days=3)):
        work_off()
        assert len(receiver.heard) == heard
        receiver.say(200)
        actions.resume(actor=owner.actor, now=clock.now(), public_id=endpoint.public_id)
        work_off()
    assert len(receiver.heard) == heard + 1  # nothing was lost


def test_gone_is_believed_at_once(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver)
    receiver.say(410)
    complain(now)
    work_off()
    assert (fresh(endpoint).state, fresh(endpoint).paused_why) == ("paused", "gone")


def test_redirects_are_not_followed(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver)
    receiver.say(302, {"Location": "http://169.254.169.254/latest/meta-data/"})
    complain(now)
    work_off()
    assert len(receiver.heard) == 1
    assert log_of(endpoint) == [("event", "failed", 302, "redirect", 1)]


def test_a_dead_or_slow_one_holds_up_no_other(
    owner: Staffer, receiver: Receiver, now: datetime, settings: Any
) -> None:
    with receiving() as slow:
        settings.WEBHOOK_ALLOW = {receiver.place, slow.place, "127.0.0.1:9"}
        others_when_answered: list[int] = []

        def wait(_heard: Heard) -> Reply:
            until = time.monotonic() + 5
            while len(receiver.heard) < 25 and time.monotonic() < until:
                time.sleep(0.01)
            others_when_answered.append(len(receiver.heard))
            return 204, {}, b""

        slow.answer = wait
        subscribe(owner, now, slow)
        dead = subscribe(owner, now, receiver, url="http://127.0.0.1:9/")
        subscribe(owner, now, receiver)
        for _ in range(25):
            complain(now)
        work_off()
    assert others_when_answered[0] == 25  # all of them, before the slow one had answered its first
    assert len(slow.heard) == 25
    assert log_of(dead) == [("event", "failed", None, "connect", 1)]


def test_only_what_the_owner_may_see(hire: Hire, receiver: Receiver, now: datetime) -> None:
    Role.objects.create(code="west", rights=dict.fromkeys(HOOKS, "team"))
    west = hire("west", "west", "west-front")
    foreign = subscribe(west, now, receiver, types=["case.*", "person.*", "message.*"])
    Role.objects.create(code="narrow", rights={"api.webhooks.own": "own", "people.view": "all"})
    narrow = hire("narrow", "narrow")
    people_only = subscribe(narrow, now, receiver, types=[], url=receiver.url + "/people")
    complain(now)
    work_off()
    assert log_of(foreign) == []
    assert {one.path for one in receiver.heard} == {"/hooks/people"}
    assert set(receiver.types) == {"person.recorded"}
    assert fresh(people_only).seq == fresh(foreign).seq


def test_when_the_owner_leaves_it_ends_at_once(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver)
    staff.disable_user(actor=SYSTEM, now=now, user=owner.user)
    complain(now)
    work_off()
    assert receiver.heard == []
    assert (fresh(endpoint).state, fresh(endpoint).paused_why) == ("paused", "owner_left")


def test_when_its_token_is_revoked_it_ends(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    token, secret = tokens.issue_token(
        actor=owner.actor, now=now, name="bot", rights={"cases.view": "all", "api.webhooks.own": "own"},
        owner=owner.user, expires=now + timedelta(days=1),
    )  # fmt: skip
    machine = tokens.actor_by_secret(secret, now)
    endpoint, _ = actions.add_endpoint(actor=machine, now=now, name="bot", url=receiver.url)
    complain(now)
    work_off()
    assert set(receiver.types) == {"case.opened"}  # the owner would hear more: the token may not
    tokens.revoke_token(actor=owner.actor, now=now, public_id=token.public_id)
    complain(now)
    work_off()
    assert receiver.types == ["case.opened"]
    assert fresh(endpoint).paused_why == "owner_left"


def test_a_secret_rotates_with_two_valid(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint, old = actions.add_endpoint(actor=owner.actor, now=now, name="shop", url=receiver.url)
    _, new = actions.rotate(actor=owner.actor, now=now, public_id=endpoint.public_id)
    assert old != new
    actions.ping(actor=owner.actor, now=now, public_id=endpoint.public_id)
    work_off()
    [heard] = [one for one in receiver.heard if one.event["type"] == "webhook.ping"]
    signed = f"{heard.id}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    wanted = {
        "v1," + base64.b64encode(
            hmac.new(base64.b64decode(one.removeprefix("whsec_")), signed, hashlib.sha256).digest()
        ).decode()
        for one in (old, new)
    }  # fmt: skip
    assert set(heard.headers["webhook-signature"].split(" ")) == wanted
    receiver.heard.clear()
    with clock.at(now + timedelta(hours=25)):
        actions.ping(actor=owner.actor, now=clock.now(), public_id=endpoint.public_id)
        work_off()
    assert " " not in receiver.heard[-1].headers["webhook-signature"]


def test_one_event_is_sent_again_by_hand(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver)
    complain(now)
    complain(now)
    work_off()
    actions.pause(actor=owner.actor, now=now, public_id=endpoint.public_id)
    first = receiver.heard[0]
    actions.replay_one(actor=owner.actor, now=now, public_id=endpoint.public_id, seq=first.event["seq"])
    work_off()
    assert receiver.heard[-1].id == first.id
    assert receiver.heard[-1].body == first.body
    assert len(receiver.heard) == 3
    assert log_of(endpoint)[-1] == ("replay", "delivered", 204, "", 1)


def test_all_from_an_event_on_is_sent_again_in_order(
    owner: Staffer, receiver: Receiver, now: datetime
) -> None:
    endpoint = subscribe(owner, now, receiver)
    for _ in range(3):
        complain(now)
    work_off()
    before = [one.id for one in receiver.heard]
    seq = receiver.heard[1].event["seq"]
    actions.replay_from(actor=owner.actor, now=now, public_id=endpoint.public_id, seq=seq)
    work_off()
    assert [one.id for one in receiver.heard] == [*before, *before[1:]]
    assert log_of(endpoint) == [
        ("event", "delivered", 204, "", 1),
        ("event", "delivered", 204, "", 2),
        ("event", "delivered", 204, "", 2),
    ]


def test_what_may_not_be_heard_is_not_replayed(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver)
    staff.add_user(actor=SYSTEM, now=now, username="x", name="X", password_hash=make_password(None))
    work_off()
    hidden = Event.objects.filter(type="staff.added", seq__gt=endpoint.seq)[0]
    actions.replay_one(actor=owner.actor, now=now, public_id=endpoint.public_id, seq=hidden.seq or 0)
    work_off()
    assert receiver.heard == []
    assert log_of(endpoint) == [("replay", "failed", None, "not_visible", 1)]


def test_history_can_be_heard_from_the_beginning(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    complain(now)
    work_off()
    subscribe(owner, now, receiver, from_seq=0)
    work_off()
    assert receiver.types == ["case.opened"]


def test_a_change_in_between_wins_over_what_was_in_the_air(
    owner: Staffer, receiver: Receiver, now: datetime
) -> None:
    endpoint = subscribe(owner, now, receiver)
    complain(now)
    work_off()
    reached = fresh(endpoint).seq
    flight = delivery.Flight(fresh(endpoint), now, [], [], False, 10_000)
    assert delivery.settle(flight, [], now) == 0  # no lease: somebody else has it
    assert fresh(endpoint).seq == reached


def test_nothing_waits_when_nobody_listens(organisation: Any, now: datetime) -> None:
    complain(now)
    work_off()
    assert not Job.objects.filter(task__contains="webhooks", state="READY").exists()


@pytest.mark.parametrize("tries", [1, 2, 5, 30])
def test_the_wait_grows_and_ends(tries: int) -> None:
    for _ in range(50):
        wait = backoff(tries).total_seconds()
        ideal = min(5.0 * 3.0 ** (tries - 1), BACKOFF_S_MAX)
        assert ideal * 0.5 <= wait <= ideal * 1.5
    assert backoff(1, asked_s=600).total_seconds() == 600
    assert backoff(1, asked_s=10**9).total_seconds() <= BACKOFF_S_MAX * 1.5


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "http://example.org/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"types": ["case.nonsense"]}, "types"),
        ({"from_seq": 10**9}, "from_seq"),
    ],
)
def test_refused_subscriptions(
    owner: Staffer, receiver: Receiver, now: datetime, values: dict[str, Any], field: str
) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        subscribe(owner, now, receiver, **values)
    assert set(refused.value.fields) == {field}


def test_who_may_not(agent: Staffer, owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver)
    with nothing_happens():
        with pytest.raises(Denied):
            subscribe(agent, now, receiver)
        with pytest.raises(Denied):
            actions.pause(actor=agent.actor, now=now, public_id=endpoint.public_id)


def test_others_endpoints_are_not_there(
    hire: Hire, owner: Staffer, receiver: Receiver, now: datetime
) -> None:
    endpoint = subscribe(owner, now, receiver)
    other = hire("other", "integrator", "front")
    with nothing_happens():
        for act in (actions.pause, actions.resume, actions.rotate, actions.ping, actions.remove_endpoint):
            with pytest.raises(NotFound):
                act(actor=other.actor, now=now, public_id=endpoint.public_id)


def test_an_old_version_changes_nothing(owner: Staffer, receiver: Receiver, now: datetime) -> None:
    endpoint = subscribe(owner, now, receiver)
    actions.change_endpoint(actor=owner.actor, now=now, public_id=endpoint.public_id, name="new", version=1)
    with nothing_happens(), pytest.raises(Conflict):
        actions.change_endpoint(
            actor=owner.actor, now=now, public_id=endpoint.public_id, name="newer", version=1
        )
    assert fresh(endpoint).name == "new"


def test_many_deliveries_are_sent_again(
    owner: Staffer, agent: Staffer, hire: Hire, receiver: Receiver, now: datetime
) -> None:
    """Through a bulk run: every event once more under its id, a test not, others' webhooks not at all."""
    endpoint = subscribe(owner, now, receiver, types=["case.opened"])
    for number in range(3):
        complain(now, f"第 {number} 件", Contact("陈静", email=f"w{number}@post.example"))
    work_off()
    actions.ping(actor=owner.actor, now=now, public_id=endpoint.public_id)
    work_off()
    heard = len(receiver.heard)
    listing = lists.get("deliveries")
    run = runs.start(
        actor=owner.actor, now=now, listing=listing, bulk=listing.get_bulk(owner.actor, "again"),
        choice=Choice(query="", everything=True), values={},
    )  # fmt: skip
    work_off()
    run.refresh_from_db()
    assert (run.done, run.failed) == (3, 1)
    assert len(receiver.heard) == heard + 3
    assert WebhookDelivery.objects.filter(kind="replay", state="delivered").count() == 3
    page = owner.client.get(f"/settings/webhooks/deliveries/?webhook={endpoint.public_id}")
    assert page.text.count("data-key-of=") == 7
    assert (
        "POST"
        in owner.client.get(
            f"/lists/deliveries/{WebhookDelivery.objects.filter(kind='replay')[0].public_id}/quick/",
            headers={"HX-Request": "true"},
        ).text
    )
    other = hire("other owner", "integrator")
    assert "data-key-of=" not in other.client.get("/settings/webhooks/deliveries/").text
    form = {"keys": WebhookDelivery.objects.all()[0].public_id, "confirm": "1", "key": "k"}
    with nothing_happens():
        assert agent.client.get("/settings/webhooks/deliveries/").status_code == 403
        assert agent.client.post("/lists/deliveries/bulk/again/", form).status_code == 403
        assert other.client.post("/lists/deliveries/bulk/again/", form).status_code == 422
