"""Everything pages do, over the API, by the generated client."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from guanxi_client import Guanxi, Problem, verify

from guanxi.channels.actions import Words, send
from guanxi.core import clock
from guanxi.core.models import Event, IdempotencyKey, Job
from guanxi.work.models import WorkItem
from scripts import client as generator
from tests.api.conftest import Connect
from tests.cast import (
    SYSTEM,
    Shopper,
    Staffer,
    case_of,
    complain,
    events_of,
    nothing_happens,
    statements,
    work_off,
)

pytestmark = pytest.mark.django_db


def test_the_generated_file_is_fresh() -> None:
    """Run scripts/client.py when this fails."""
    assert generator.FILE.read_text() == generator.generated(generator.document())


def test_a_case_from_beginning_to_end(crm: Guanxi, owner: Staffer) -> None:
    opened = crm.open_case(
        body={"text": "包裹破了", "contact": {"name": "王小明", "email": "wang@post.example"}}
    )
    number = opened["number"]
    case = crm.get_case(number)
    assert (case["state"], case["verbs"], case["team"]) == (
        "recorded", ["append", "answer", "resolve"], "front",
    )  # fmt: skip
    assert case["why_due"] is not None
    item = WorkItem.objects.get(subject_id=case_of(number).id)
    assert case["work"] == item.public_id
    seen = crm.etag
    taken = crm.take_next()
    assert taken["item"] is not None
    assert taken["item"]["id"] == item.public_id
    assert taken["item"]["title"] == "包裹破了"
    assert [one["id"] for one in crm.list_in_hand()["items"]] == [item.public_id]
    answered = crm.do_case(number, "answer", body={"text": "明天到"}, if_match=seen)
    assert (answered["state"], answered["turn"]) == ("answered", "customer")
    said = crm.get_case(number)["messages"]
    assert [(one["direction"], one["author"]) for one in said] == [("in", ""), ("out", "Owner")]
    crm.do_case(number, "resolve", body={"text": ""})
    again = crm.do_case(number, "reopen", body={"text": "还是坏的"})
    assert (again["state"], again["round"]) == ("recorded", 2)
    assert events_of(case_of(number)) == ["case.opened", "case.answered", "case.resolved", "case.reopened"]
    assert set(Event.objects.filter(type="case.answered").values_list("actor_kind", flat=True)) == {"token"}


def test_an_old_tag_changes_nothing(crm: Guanxi, owner: Staffer, now: datetime) -> None:
    number = complain(now).case.number
    crm.get_case(number)
    old = crm.etag
    crm.do_case(number, "append", body={"text": "more"})
    with nothing_happens(), pytest.raises(Problem) as refused:
        crm.do_case(number, "answer", body={"text": "x"}, if_match=old)
    assert (refused.value.status, refused.value.code) == (412, "precondition_failed")
    for wrong in ('"nonsense"', 'W/"2"', '"999"'):
        with nothing_happens(), pytest.raises(Problem, match="412"):
            crm.do_case(number, "answer", body={"text": "x"}, if_match=wrong)
    with nothing_happens(), pytest.raises(Problem) as stale:
        crm.do_case(number, "answer", body={"text": "x", "version": 1})
    assert (stale.value.status, stale.value.code) == (409, "stale")
    crm.do_case(number, "answer", body={"text": "x"}, if_match="*")


def test_lists_page_and_narrow(crm: Guanxi, now: datetime) -> None:
    numbers = [complain(now + timedelta(seconds=each)).case.number for each in range(7)]
    assert [one["number"] for one in crm.each(crm.list_cases, limit=2)] == numbers[::-1]
    crm.do_case(numbers[0], "answer", body={"text": "x"})
    assert [one["number"] for one in crm.each(crm.list_cases, state="answered")] == [numbers[0]]
    assert [one["number"] for one in crm.each(crm.list_cases, turn="customer")] == [numbers[0]]
    late = (now + timedelta(seconds=5)).isoformat()
    assert [one["number"] for one in crm.each(crm.list_cases, opened_from=late)] == numbers[:4:-1]
    assert len(list(crm.each(crm.list_cases, opened_until=late, limit=3))) == 5
    assert list(crm.each(crm.list_cases, overdue=True)) == []
    with clock.at(now + timedelta(hours=20)):
        assert len(list(crm.each(crm.list_cases, overdue=True))) == 6
    waiting = [one["due"] for one in crm.each(crm.list_queue, limit=2)]
    assert len(waiting) == 6
    assert waiting == sorted(waiting)


def test_a_page_of_cases_costs_the_same_however_many(crm: Guanxi, now: datetime) -> None:
    complain(now)
    crm.list_cases()
    few = statements(crm.list_cases)
    for _ in range(8):
        complain(now)
    assert statements(crm.list_cases) == few


def test_the_generic_list_is_the_page(crm: Guanxi, buyer: Shopper, now: datetime) -> None:
    number = complain(now).case.number
    known = {one["code"]: one for one in crm.list_lists()["items"]}
    assert {"cases", "customers", "orders"} <= set(known)
    found = crm.rows("cases", columns="number,state", filters={"state": "recorded"})
    assert [{key: row[key] for key in ("key", "number")} for row in found["items"]] == [
        {"key": number, "number": number}
    ]
    assert (found["count"], found["more"]) == (1, False)
    assert crm.rows("cases", filters={"state": "resolved"})["items"] == []
    with pytest.raises(Problem) as refused:
        crm.rows("cases", filters={"opened": "someday"})
    assert (refused.value.status, list(refused.value.fields)) == (422, ["opened"])
    with pytest.raises(Problem, match="404"):
        crm.rows("nonsense")


def test_numbers_are_masked_as_on_the_page(connect: Connect, buyer: Shopper) -> None:
    full, masked = connect(), connect({"people.view": "all"})
    whole = {one["text"] for one in full.get_customer(buyer.public_id)["identifiers"]}
    partly = masked.get_customer(buyer.public_id)["identifiers"]
    assert all(one["masked"] for one in partly)
    assert whole.isdisjoint({one["text"] for one in partly})
    with pytest.raises(Problem, match="403"):
        masked.timeline(buyer.public_id)


def test_a_customer_whole(crm: Guanxi, buyer: Shopper, now: datetime) -> None:
    who = crm.get_customer(buyer.public_id)
    assert (who["name"], who["provisional"], who["doubts"]) == ("王小明", False, [])
    complain(now, contact=buyer.contact)
    entries = list(crm.each(crm.timeline, buyer.public_id, limit=1))
    assert len(entries) == len(crm.timeline(buyer.public_id)["items"]) >= 3
    assert "case.opened" in {one["type"] for one in entries}
    orders = list(crm.each(crm.list_orders, customer=buyer.public_id, limit=1))
    assert [one["number"] for one in orders] == ["A-1002", "A-1001"]
    assert crm.get_order(orders[0]["id"])["lines"][1]["quantity"] == 2
    assert list(crm.each(crm.list_orders, number="A-1001", state="shipped")) == []


def test_search(crm: Guanxi, now: datetime) -> None:
    opened = complain(now)
    work_off()
    found = crm.search(q=opened.case.number)["items"]
    assert [(one["list"], one["id"]) for one in found] == [("cases", opened.case.number)]
    assert crm.search(q=" ")["items"] == []


def test_outgoing_messages(crm: Guanxi, connect: Connect, buyer: Shopper, now: datetime) -> None:
    sent = send(actor=SYSTEM, now=now, record_id=buyer.record_id, words=Words("Hello", "Words", "en"))
    code = send(
        actor=SYSTEM,
        now=now,
        record_id=buyer.record_id,
        words=Words("Code", "123456", "en"),
        purpose="security",
    )
    assert crm.get_message(sent.public_id)["text"] == "Words"
    assert crm.get_message(code.public_id)["text"] == ""
    assert len(list(crm.each(crm.list_messages, limit=1))) == 2
    masked = connect({"channels.outbox": "all"}).get_message(sent.public_id)
    assert masked["address"] != sent.address
    with pytest.raises(Problem, match="404"):
        crm.get_message("M-00000-00000")


def test_work_is_taken_and_put_back(crm: Guanxi, now: datetime) -> None:
    complain(now)
    assert crm.set_presence(body={"presence": "ready"})["presence"] == "ready"
    item = crm.list_queue()["items"][0]
    assert crm.take(item["id"])["why"] is not None
    assert crm.get_presence()["open"] == 1
    with pytest.raises(Problem) as refused:
        crm.put_back(item["id"], body={"word": ""})
    assert refused.value.status == 422
    assert crm.put_back(item["id"], body={"word": "not mine"})["state"] == "queued"
    assert crm.take_next()["item"] is not None
    assert crm.take_next() == {"item": None, "why": None}


def test_one_key_one_effect_on_every_post(crm: Guanxi, now: datetime) -> None:
    complain(now)
    first = crm.take_next(idempotency_key="k-1")
    assert crm.take_next(idempotency_key="k-1") == first
    assert WorkItem.objects.filter(state="assigned").count() == 1
    with pytest.raises(Problem) as reused:
        crm.set_presence(body={"presence": "away"}, idempotency_key="k-1")
    assert reused.value.code == "idempotency_key_reused"


def test_webhooks_by_token(crm: Guanxi, connect: Connect, now: datetime) -> None:
    body: Any = {"name": "shop", "url": "https://hooks.shop.example/x", "types": ["case.*"]}
    made = crm.add_webhook(body=body, idempotency_key="hook")
    assert str(made["secret"]).startswith("whsec_")
    again = crm.add_webhook(body=body, idempotency_key="hook")
    assert (again["id"], again.get("secret")) == (made["id"], None)
    kept = IdempotencyKey.objects.get(key="hook").body
    assert "secret" not in kept or kept["secret"] is None
    hook = made["id"]
    crm.get_webhook(hook)
    seen = crm.etag
    assert crm.change_webhook(hook, body={"name": "till"}, if_match=seen)["name"] == "till"
    with pytest.raises(Problem, match="412"):
        crm.change_webhook(hook, body={"name": "old"}, if_match=seen)
    assert crm.pause_webhook(hook)["state"] == "paused"
    assert crm.resume_webhook(hook)["state"] == "active"
    assert crm.rotate_webhook(hook).get("secret") not in (None, made["secret"])
    assert crm.ping_webhook(hook)["state"] == "waiting"
    assert [one["kind"] for one in crm.each(crm.list_deliveries, hook)] == ["ping"]
    other = connect()  # another token of the same person
    for call in (other.get_webhook, other.remove_webhook, other.rotate_webhook, other.list_deliveries):
        with pytest.raises(Problem, match="404"):
            call(hook)
    crm.remove_webhook(hook)
    assert crm.list_webhooks()["items"] == []


def test_events_can_be_asked_for(crm: Guanxi, now: datetime) -> None:
    for _ in range(3):
        complain(now)
    work_off()
    page = crm.list_events(types="case.opened", limit=2)
    rest = crm.list_events(types="case.opened", after=page["next"])
    seqs = [one["seq"] for one in [*page["items"], *rest["items"]]]
    assert len(seqs) == 3
    assert seqs == sorted(seqs)
    end = crm.list_events(types="case.opened", after=rest["next"])
    assert dict(end) == {"items": [], "next": rest["next"]}
    assert crm.list_events(types="staff.added")["items"] == []  # needs site.audit


def test_the_receivers_side(now: datetime) -> None:
    from guanxi_client import Forged

    from guanxi.core.webhooks.signing import secret_of, signature

    secret = secret_of("H-1", "seed")
    import base64

    key = base64.b64decode(secret.removeprefix("whsec_"))
    headers = {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": "v1,AAAA " + signature([key], "evt_1", int(now.timestamp()), b"{}"),
    }
    assert verify(secret, headers, b"{}", now_s=now.timestamp()) == "evt_1"
    moment, other = now.timestamp(), secret_of("H-2", "seed")
    for key_given, body, at in (
        (secret, b"{ }", moment),
        (secret, b"{}", moment + 400),
        (other, b"{}", moment),
    ):
        with pytest.raises(Forged):
            verify(key_given, headers, body, now_s=at)


def test_the_house(connect: Connect, owner: Staffer, hire: Any, now: datetime) -> None:
    from guanxi.core import tokens
    from guanxi.core.models import Role

    Role.objects.create(code="boss", rights={"site.settings": "all"})
    boss = hire("boss", "boss")
    _, secret = tokens.issue_token(
        actor=SYSTEM, now=now, name="b", rights={"site.settings": "all"}, owner=boss.user,
        expires=now + timedelta(days=1),
    )  # fmt: skip
    crm = connect()
    crm.token = secret
    work_off()
    assert crm.get_chain()["unsealed"] == 0
    jobs = [one["id"] for one in crm.each(crm.list_jobs, limit=1)]
    assert sorted(jobs) == sorted(str(key) for key in Job.objects.values_list("id", flat=True))
    users = {one["username"]: one for one in crm.each(crm.list_users, limit=1)}
    assert users["owner"]["roles"] == [{"role": "integrator", "unit": "front"}]
    assert crm.get_user(users["owner"]["id"])["active"] is True
    assert {"code": "boss", "name": {}, "rights": {"site.settings": "all"}} in crm.list_roles()["items"]
    assert [one["code"] for one in crm.list_units()["items"]].index("east") < [
        one["code"] for one in crm.list_units()["items"]
    ].index("front")
    assert {one["code"]: one["right"] for one in crm.list_event_types()["items"]}[
        "case.opened"
    ] == "cases.view"
