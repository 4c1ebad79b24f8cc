"""Call lists: who may be rung, when, by whom, and what comes of it."""

from datetime import UTC, datetime, timedelta

import pytest

from guanxi.channels import jobs
from guanxi.channels.actions import calling, dialling
from guanxi.channels.actions.calling import Given
from guanxi.channels.actions.dialling import Result
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.queries import calling as reads
from guanxi.core import clock
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Event, Role
from guanxi.core.money import Money
from guanxi.people.actions import Contact, add_record, state_consent
from guanxi.people.models import Consent, Record
from guanxi.site.listings.many import PUT_ON_CALL_LIST
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Member, WorkItem
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, complain, in_threads, nothing_happens

pytestmark = pytest.mark.django_db
WEEK = dict.fromkeys(calling.DAYS[:5], "09:00-12:00, 14:00-20:00")
NOON = datetime(2026, 3, 4, 2, tzinfo=UTC)  # a Wednesday, 10:00 in Shanghai
LONDON = datetime(2026, 3, 4, 10, tzinfo=UTC)  # 10:00 in London


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def lead(supervisor: Staffer) -> Staffer:
    """A supervisor who runs call lists."""
    role = Role.objects.get(code="supervisor")
    role.rights = {**role.rights, "channels.campaigns": "department"}
    role.save()
    return supervisor


def at_desk(now: datetime, *staff: Staffer) -> None:
    for one in staff:
        Member.objects.filter(user=one.user).update(
            presence="ready", heartbeat=now, since=now - timedelta(hours=1), phone_capacity=1
        )


def agrees(now: datetime, shopper: Shopper, given: bool = True, purpose: str = "marketing") -> None:
    state_consent(
        actor=shopper.actor,
        now=now,
        record_id=shopper.record_id,
        statements={(purpose, "phone"): given},
        source="web",
    )


def a_list(now: datetime, lead: Staffer, **more: object) -> CallList:
    given = Given(**{"name": "Spring", "team": "front", "week": WEEK, **more})  # type: ignore[arg-type]
    made = calling.make_list(actor=lead.actor, now=now, given=given)
    return calling.turn_list(actor=lead.actor, now=now, public_id=made.public_id, verb="run")


def put(now: datetime, lead: Staffer, found: CallList, shopper: Shopper) -> CallEntry:
    return calling.add_customer(
        actor=lead.actor, now=now, public_id=found.public_id, customer=shopper.public_id
    )


def feed(now: datetime) -> int:
    return dialling.feed(actor=SYSTEM, now=now)


def fresh(entry: CallEntry) -> CallEntry:
    return CallEntry.objects.get(id=entry.id)


def ring(now: datetime, who: Staffer, entry: CallEntry) -> CallEntry:
    return dialling.dial(actor=who.actor, now=now, public_id=entry.public_id)


def note(now: datetime, who: Staffer, entry: CallEntry, code: str, **more: object) -> CallEntry:
    result = Result(code, **more)  # type: ignore[arg-type]
    return dialling.note_result(actor=who.actor, now=now, public_id=entry.public_id, result=result)


def codes(entry: CallEntry) -> list[str]:
    return [fact["code"] for fact in entry.explanation.get("facts", ())]


def test_only_who_agreed_is_listed_and_each_refusal_is_named(
    lead: Staffer, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    found = a_list(now, lead)
    agrees(now, buyer)
    numberless = add_record(
        actor=SYSTEM, now=now, contact=Contact("李", email="li@post.example"), source="import"
    )
    came = calling.add_codes(
        actor=lead.actor,
        now=now,
        public_id=found.public_id,
        text=f"{buyer.public_id}\n{seller.public_id}, {numberless.customer_public_id}\nC-NOBODY {buyer.public_id}",
    )
    assert (came.listed, came.refused, [code for code, _why in came.unread]) == (1, 2, ["C-NOBODY"])
    refused = {one.record_id: codes(one) for one in CallEntry.objects.filter(state="refused")}
    assert refused == {
        seller.record_id: ["gate.no_consent"],
        numberless.record_id: ["gate.no_address", "gate.no_consent"],
    }
    assert put(now, lead, found, buyer).id == CallEntry.objects.get(record=buyer.record_id).id
    assert Event.objects.filter(type="call.listed").count() == 1


def test_the_edges_of_the_window(lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime) -> None:
    """09:00 belongs to it, 12:00 does not; what waits in the queue then is taken out until 14:00."""
    found = a_list(now, lead)
    agrees(now, buyer)
    at_desk(now, agent)
    entry = put(now - timedelta(hours=2), lead, found, buyer)  # at 08:00
    assert entry.next_at == now - timedelta(hours=1)
    assert feed(now - timedelta(hours=1, seconds=1)) == 0
    assert feed(now - timedelta(hours=1)) == 1
    assert feed(now + timedelta(hours=2, seconds=-1)) == 0  # queued already
    assert fresh(entry).state == "queued"
    assert feed(now + timedelta(hours=2)) == 0
    assert (fresh(entry).state, fresh(entry).next_at) == ("waiting", now + timedelta(hours=4))
    assert list(WorkItem.objects.values_list("kind", "state", "channel", "outbound")) == [
        ("call.outbound", "cancelled", "phone", True)
    ]


def test_the_clock_is_theirs(lead: Staffer, agent: Staffer, seller: Shopper, now: datetime) -> None:
    """A number of London is rung by London's clock, whatever Shanghai's says."""
    found = a_list(now, lead)
    agrees(now, seller)
    at_desk(now, agent)
    entry = put(now, lead, found, seller)
    assert entry.next_at == datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert feed(LONDON) == 1


def test_a_holiday_of_theirs(lead: Staffer, buyer: Shopper, now: datetime) -> None:
    """1 to 3 May 2025 were holidays in China; a list that keeps none rings on the first of them."""
    agrees(now, buyer)
    first = datetime(2025, 5, 1, 2, tzinfo=UTC)
    keeps = put(first, lead, a_list(now, lead), buyer)
    keeps_none = put(first, lead, a_list(now, lead, holidays=False), buyer)
    assert keeps.next_at is not None
    assert keeps.next_at > first + timedelta(days=2)
    assert keeps_none.next_at == first


def test_no_more_work_than_seats(
    lead: Staffer, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    found = a_list(now, lead)
    for place in range(5):
        known = add_record(
            actor=SYSTEM, now=now, contact=Contact(f"客{place}", f"1391234567{place}"), source="import"
        )
        state_consent(
            actor=SYSTEM,
            now=now,
            record_id=known.record_id,
            statements={("marketing", "phone"): True},
            source="import",
        )
        calling.add_customer(
            actor=lead.actor, now=now, public_id=found.public_id, customer=known.customer_public_id
        )
    assert feed(now) == 0  # nobody is there
    at_desk(now, agent, lead)
    assert (feed(now), feed(now)) == (2, 0)
    assert CallEntry.objects.filter(state="queued").count() == 2
    calling.turn_list(actor=lead.actor, now=now, public_id=found.public_id, verb="pause")
    assert (feed(now), CallEntry.objects.filter(state="waiting").count()) == (0, 5)


def test_a_sale(lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime) -> None:
    found = a_list(now, lead)
    agrees(now, buyer)
    at_desk(now, agent)
    entry = put(now, lead, found, buyer)
    feed(now)
    work.dispatch(actor=SYSTEM, now=now, team_id=teams.team_named("front").id)
    assert ring(now, agent, entry).state == "calling"
    with nothing_happens():
        assert ring(now, agent, entry).attempts == 1  # twice is once
    later = now + timedelta(minutes=4)
    with pytest.raises(Invalid):
        note(later, agent, entry, "maybe")
    note(later, agent, entry, "sale", note="二月茶两盒", value=Money(17_600, "CNY"))
    with nothing_happens(), pytest.raises(Conflict, match="settled"):
        note(later, agent, entry, "sale", value=Money(17_600, "CNY"))
    assert (fresh(entry).state, fresh(entry).result, WorkItem.objects.get().state) == ("done", "sale", "done")
    assert agent.seat.presence == "wrap_up"
    with clock.at(later + timedelta(days=2)):
        complain(later + timedelta(days=2), contact=buyer.contact)
    came = reads.figures_of(found)
    assert (came.dialled, came.reached, came.sales, list(came.value), came.complaints) == (
        1, 1, 1, [Money(17_600, "CNY")], 1,
    )  # fmt: skip
    assert Event.objects.filter(type="call.ended").get().data["result"] == "sale"


def test_consent_withdrawn_between_listing_and_dialling(
    lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    found = a_list(now, lead)
    agrees(now, buyer)
    at_desk(now, agent)
    entry = put(now, lead, found, buyer)
    feed(now)
    agrees(now + timedelta(seconds=1), buyer, False)
    rung = ring(now + timedelta(seconds=2), agent, entry)
    assert (rung.state, rung.attempts, codes(rung)) == ("refused", 0, ["gate.refused"])
    assert WorkItem.objects.get().state == "cancelled"
    assert not Event.objects.filter(type="call.dialled").exists()


def test_dialled_too_late(lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime) -> None:
    found = a_list(now, lead)
    agrees(now, buyer)
    at_desk(now, agent)
    entry = put(now, lead, found, buyer)
    feed(now)
    rung = ring(now + timedelta(hours=2), agent, entry)
    assert (rung.state, rung.attempts, rung.next_at) == ("waiting", 0, now + timedelta(hours=4))
    assert WorkItem.objects.get().state == "cancelled"


def test_call_back_only_within_their_hours(
    lead: Staffer, agent: Staffer, seller: Shopper, now: datetime
) -> None:
    found = a_list(now, lead)
    agrees(now, seller)
    at_desk(LONDON, agent)
    entry = put(LONDON, lead, found, seller)
    feed(LONDON)
    ring(LONDON, agent, entry)
    with nothing_happens(), pytest.raises(Invalid) as refused:
        note(LONDON, agent, entry, "later", at=LONDON + timedelta(hours=12))
    assert "2026-03-04 22:00 (Europe/London)" in str(refused.value.fields["at"])
    assert "2026-03-05 09:00" in str(refused.value.fields["at"])
    for at in (None, LONDON - timedelta(hours=1), LONDON + timedelta(days=100)):
        with nothing_happens(), pytest.raises(Invalid):
            note(LONDON, agent, entry, "later", at=at)
    tomorrow = LONDON + timedelta(days=1)
    note(LONDON, agent, entry, "later", at=tomorrow)
    assert (fresh(entry).state, fresh(entry).next_at, fresh(entry).reached) == ("waiting", tomorrow, True)
    at_desk(tomorrow, agent)
    assert (feed(tomorrow - timedelta(seconds=1)), feed(tomorrow)) == (0, 1)


def test_no_answer_comes_back_after_the_pause_and_ends_with_the_last_try(
    lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    found = a_list(now, lead, attempts_max=2, pause_minutes=180)
    agrees(now, buyer)
    entry = put(now, lead, found, buyer)
    for at, state in ((now, "waiting"), (now + timedelta(hours=4), "done")):
        at_desk(at, agent)
        assert feed(at) == 1
        ring(at, agent, entry)
        assert note(at, agent, entry, "no_answer").state == state
        assert fresh(entry).next_at == (now + timedelta(hours=4) if state == "waiting" else None)


def test_do_not_call_is_their_consent_and_stops_the_number(
    lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    agrees(now, buyer)
    agrees(now, buyer, purpose="survey")
    at_desk(now, agent)
    entry = put(now, lead, a_list(now, lead), buyer)
    feed(now)
    other = put(now, lead, a_list(now, lead, purpose="survey"), buyer)
    ring(now, agent, entry)
    note(now + timedelta(minutes=1), agent, entry, "do_not_call")
    assert (fresh(other).state, codes(fresh(other))) == ("stopped", ["call.stopped"])
    latest = Consent.objects.filter(record=buyer.record_id, given=False)
    assert set(latest.values_list("purpose", "channel")) == {("marketing", "phone"), ("survey", "phone")}
    third = put(now + timedelta(minutes=2), lead, a_list(now, lead), buyer)
    assert codes(third) == ["gate.number_refused", "gate.refused"]


def test_a_wrong_number_stops_the_number_but_not_the_person(
    lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    agrees(now, buyer)
    at_desk(now, agent)
    entry = put(now, lead, a_list(now, lead), buyer)
    feed(now)
    ring(now, agent, entry)
    note(now, agent, entry, "wrong_number")
    assert not Consent.objects.filter(given=False).exists()
    assert codes(put(now, lead, a_list(now, lead), buyer)) == ["gate.number_wrong"]


def test_a_colleagues_call(
    lead: Staffer, agent: Staffer, other_agent: Staffer, stranger: Staffer, buyer: Shopper, now: datetime
) -> None:
    agrees(now, buyer)
    at_desk(now, agent)
    entry = put(now, lead, a_list(now, lead), buyer)
    with nothing_happens(), pytest.raises(Conflict):
        ring(now, agent, entry)  # not in the queue yet
    feed(now)
    ring(now, agent, entry)
    at_desk(now, other_agent)
    with nothing_happens(), pytest.raises(Conflict):
        ring(now, other_agent, entry)
    with nothing_happens(), pytest.raises(Denied):
        note(now, other_agent, entry, "no")
    with nothing_happens(), pytest.raises(NotFound):
        ring(now, stranger, entry)
    with nothing_happens(), pytest.raises((Denied, NotFound)):
        calling.add_customer(
            actor=agent.actor, now=now, public_id=entry.list.public_id, customer=buyer.public_id
        )
    with nothing_happens(), pytest.raises(Denied):
        calling.make_list(actor=agent.actor, now=now, given=Given(name="x", team="front", week=WEEK))


@pytest.mark.django_db(transaction=True)
def test_two_seats_at_once(
    lead: Staffer, agent: Staffer, other_agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    agrees(now, buyer)
    at_desk(now, agent, other_agent)
    entry = put(now, lead, a_list(now, lead), buyer)
    feed(now)
    actors = [agent.actor, other_agent.actor]
    came = in_threads(2, lambda n: dialling.dial(actor=actors[n], now=now, public_id=entry.public_id).state)
    assert sorted(str(type(one).__name__) if isinstance(one, Exception) else one for one in came) == [
        "Conflict",
        "calling",
    ]
    assert fresh(entry).attempts == 1


def test_put_back_in_mid_call_is_rung_anew(
    lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    agrees(now, buyer)
    at_desk(now, agent)
    entry = put(now, lead, a_list(now, lead), buyer)
    feed(now)
    ring(now, agent, entry)
    item = WorkItem.objects.get()
    work.put_back(actor=agent.actor, now=now, public_id=item.public_id, word="lost the line")
    assert fresh(entry).state == "queued"
    assert ring(now, agent, entry).attempts == 2


def test_the_pages(lead: Staffer, agent: Staffer, buyer: Shopper, now: datetime) -> None:
    """A list made, filled and run; a call dialled and settled with one key: all by forms, each sent twice."""
    agrees(now, buyer)
    at_desk(now, agent)
    form = {"name": "Spring", "team": "front", "purpose": "marketing", "offer": "Tea", "script_zh": "您好", "script_en":
            "Good day", "attempts_max": "3", "pause_minutes": "60", "holidays": "1", "key": "k1", **WEEK}  # fmt: skip
    assert lead.client.get("/outbound/").status_code == 200
    bad = lead.client.post("/outbound/new/", {**form, "key": "k0", "mon": "noon", "name": ""})
    assert (bad.status_code, CallList.objects.count()) == (422, 0)
    urls = {lead.client.post("/outbound/new/", form).headers["Location"] for _ in range(2)}
    assert len(urls) == CallList.objects.count() == 1
    url = urls.pop()
    added = {"codes": f"{buyer.public_id} C-NONE", "key": "k2"}
    assert [lead.client.post(f"{url}add/", added).status_code for _ in range(2)] == [303, 303]
    assert lead.client.post(f"{url}run/", {"key": "k3"}).status_code == 303
    shown = lead.client.get(url).content.decode()
    assert "Not read: C-NONE" in shown
    assert buyer.public_id in shown
    jobs.feed_calls.func()
    entry = CallEntry.objects.get()
    page = f"/outbound/call/{entry.public_id}/"
    assert "Good day" in agent.client.get(page).content.decode()
    assert agent.client.post(f"{page}dial/", {"key": "k4"}).status_code == 303
    refused = agent.client.post(
        f"{page}result/", {"key": "k5", "result": "later", "at": "2026-03-04T23:00", "note": "evening"}
    )
    assert refused.status_code == 422
    assert "is no time for calls" in refused.content.decode()
    sold = {"key": "k6", "result": "sale", "value": "176", "value_currency": "CNY"}
    assert [agent.client.post(f"{page}result/", sold).status_code for _ in range(2)] == [303, 303]
    assert (fresh(entry).result, fresh(entry).value_minor) == ("sale", 17_600)
    assert "176" in lead.client.get(url).content.decode()
    assert agent.client.get("/outbound/").status_code == 403


def test_choosing_in_the_list_of_customers(
    lead: Staffer, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    bulk = PUT_ON_CALL_LIST
    agrees(now, buyer)
    found = a_list(now, lead)
    assert [code for code, _name in bulk.inputs[0].choices(lead.actor)] == [found.public_id]
    rows = {one.id: one for one in Record.objects.select_related("customer")}
    kept = bulk.act(actor=lead.actor, now=now, row=rows[buyer.record_id], values={"list": found.public_id})
    with pytest.raises(Conflict, match="refused"):
        bulk.act(actor=lead.actor, now=now, row=rows[seller.record_id], values={"list": found.public_id})
    assert bulk.undo is not None
    bulk.undo(actor=lead.actor, now=now, row=rows[buyer.record_id], kept=kept)
    assert not CallEntry.objects.filter(record=buyer.record_id).exists()
