"""Live contacts: offered with a reason, answered once, never lost when somebody is gone, taken out when they give up."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from guanxi.channels import jobs
from guanxi.channels.actions import adapters, contacts, conversing
from guanxi.channels.actions.adapters import Heard
from guanxi.channels.models import Contact, Message
from guanxi.channels.queries import contacts as reads
from guanxi.core import clock, tokens
from guanxi.core.access import PUBLIC, Actor, Kind
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded
from guanxi.core.models import Event, Role
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Assignment, Member, WorkItem
from tests.cast import SYSTEM, Hire, Organisation, Shopper, Staffer, in_threads, nothing_happens

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)


def at_desk(now: datetime, *staff: Staffer, chat: int = 2) -> None:
    for place, one in enumerate(staff):
        since = now - timedelta(hours=1) + place * S
        Member.objects.filter(user=one.user).update(
            presence="ready", heartbeat=now, since=since, phone_capacity=1, chat_capacity=chat
        )


def come(now: datetime, channel: str = "chat", **more: object) -> Contact:
    return contacts.arrive(actor=PUBLIC, now=now, channel=channel, **more)  # type: ignore[arg-type]


def dispatch(now: datetime) -> int:
    return work.dispatch(actor=SYSTEM, now=now, team_id=teams.team_named("front").id)


def fresh(contact: Contact) -> Contact:
    found: Contact = Contact.objects.select_related("staff").get(id=contact.id)
    return found


def item_of(contact: Contact) -> WorkItem:
    found: WorkItem = WorkItem.objects.get(subject_kind="contact", subject_id=contact.id)
    return found


def types_of(contact: Contact) -> list[str]:
    found = Event.objects.filter(subject_kind="contact", subject_id=contact.id).order_by("id")
    return list(found.values_list("type", flat=True))


def visitor_of(contact: Contact) -> Actor:
    return Actor(kind=Kind.LINK, id=contact.public_id, subject=("contact", contact.id))


def talk(now: datetime, agent: Staffer) -> Contact:
    """A chat that the agent has accepted."""
    at_desk(now, agent)
    contact = come(now)
    dispatch(now)
    contacts.accept(actor=agent.actor, now=now + 2 * S, public_id=contact.public_id)
    return fresh(contact)


def test_a_chat_is_offered_answered_talked_and_finished(
    agent: Staffer, organisation: Organisation, buyer: Shopper, now: datetime
) -> None:
    at_desk(now, agent)
    caller = contacts.Caller(record_id=buyer.record_id, language="zh-hans")
    contact = come(now, caller=caller, text="我的包裹在哪里？", has_page=True)
    item = item_of(contact)
    assert (item.kind, item.channel, item.due) == ("contact.chat", "chat", now + 60 * S)
    assert dispatch(now + S) == 1
    assert fresh(contact).state == "waiting"
    assert agent.seat.chat_open == 1
    work.accept(actor=agent.actor, now=now + 5 * S, public_id=item.public_id)
    live = fresh(contact)
    assert (live.state, live.staff, live.answered) == ("live", agent.user, now + 5 * S)
    conversing.say(actor=agent.actor, now=now + 6 * S, public_id=contact.public_id, text=" 我来看看。 ")
    conversing.say(actor=visitor_of(contact), now=now + 7 * S, public_id=contact.public_id, text="好的")
    said = [(one.direction, one.body, one.author, one.record_id) for one in reads.lines_of(contact)]
    who = buyer.record_id
    assert said == [
        ("in", "我的包裹在哪里？", "", who),
        ("out", "我来看看。", "Agent", who),
        ("in", "好的", "", who),
    ]
    contacts.end(actor=agent.actor, now=now + 65 * S, public_id=contact.public_id, outcome="solved")
    done = fresh(contact)
    assert (done.state, done.ended, done.outcome) == ("ended", now + 65 * S, "solved")
    assert item_of(contact).state == "done"
    assert (agent.seat.chat_open, agent.seat.presence) == (0, "wrap_up")
    assert types_of(contact) == [
        "contact.arrived",
        "contact.answered",
        "contact.said",
        "contact.said",
        "contact.ended",
    ]
    ended = Event.objects.get(type="contact.ended")
    assert (ended.record_id, ended.data["talked_s"]) == (buyer.record_id, 60)
    work.wrap_up(actor=agent.actor, now=now + 70 * S, resolved=True)
    assert Assignment.objects.get(item=item).resolved is True


def test_two_at_once_and_the_third_waits(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    at_desk(now, agent, chat=2)
    three = [come(now + place * S) for place in range(3)]
    assert dispatch(now + 4 * S) == 2
    for one in three[:2]:
        contacts.accept(actor=agent.actor, now=now + 5 * S, public_id=one.public_id)
    assert [fresh(one).state for one in three] == ["live", "live", "waiting"]
    assert reads.place_of(three[2]) == 0
    assert dispatch(now + 6 * S) == 0
    contacts.leave(actor=visitor_of(three[0]), now=now + 8 * S, public_id=three[0].public_id)
    assert fresh(three[0]).state == "ended"
    assert agent.seat.presence == "ready"  # somebody else still writes: no notes yet
    assert dispatch(now + 9 * S) == 1


def test_a_stranger_does_nothing(
    agent: Staffer, stranger: Staffer, trainee: Staffer, organisation: Organisation, now: datetime
) -> None:
    contact = talk(now, agent)
    code = contact.public_id
    verbs = (contacts.hold, contacts.resume, contacts.end, contacts.accept)
    with nothing_happens():
        for verb in verbs:
            with pytest.raises(NotFound):
                verb(actor=stranger.actor, now=now, public_id=code)
            with pytest.raises(Denied):
                verb(actor=trainee.actor, now=now, public_id=code)
        with pytest.raises(NotFound):
            conversing.say(actor=stranger.actor, now=now, public_id=code, text="hello")
        with pytest.raises(Denied):
            conversing.say(actor=trainee.actor, now=now, public_id=code, text="hello")
        with pytest.raises(NotFound):
            conversing.say(actor=PUBLIC, now=now, public_id=code, text="hello")
        with pytest.raises(SignInNeeded):
            contacts.leave(actor=PUBLIC, now=now, public_id=code)
        with pytest.raises(Denied):
            contacts.arrive(actor=trainee.actor, now=now, channel="chat")


def test_a_colleague_does_not_talk_into_it(
    agent: Staffer, other_agent: Staffer, supervisor: Staffer, organisation: Organisation, now: datetime
) -> None:
    contact = talk(now, agent)
    with nothing_happens():
        for verb in (contacts.hold, contacts.end):
            with pytest.raises(Denied):
                verb(actor=other_agent.actor, now=now, public_id=contact.public_id)
        with pytest.raises(Denied):
            conversing.say(actor=other_agent.actor, now=now, public_id=contact.public_id, text="hello")
        with pytest.raises(Conflict):
            contacts.accept(actor=other_agent.actor, now=now, public_id=contact.public_id)


def test_accepted_twice_is_answered_once(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    contact = talk(now, agent)
    with nothing_happens():
        again = contacts.accept(actor=agent.actor, now=now + 9 * S, public_id=contact.public_id)
        assert again.staff == agent.user
    assert fresh(contact).answered == now + 2 * S
    assert types_of(contact) == ["contact.arrived", "contact.answered"]


def test_an_offer_is_the_others(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    at_desk(now, agent, other_agent)
    contact = come(now)
    dispatch(now)
    with nothing_happens(), pytest.raises(Conflict) as error:
        contacts.accept(actor=other_agent.actor, now=now + S, public_id=contact.public_id)
    assert error.value.code == "taken"


def test_the_colleague_is_gone_and_they_wait_again_with_their_age(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    contact = talk(now, agent)
    at_desk(now + 80 * S, other_agent)
    assert contacts.sweep(actor=SYSTEM, now=now + 80 * S) == 0
    assert contacts.sweep(actor=SYSTEM, now=now + 100 * S) == 1
    back = fresh(contact)
    assert (back.state, back.staff, back.arrived, back.answered) == ("waiting", None, now, now + 2 * S)
    item = item_of(contact)
    assert (item.state, item.arrived, item.due, agent.seat.chat_open) == ("queued", now, now + 60 * S, 0)
    assert contacts.sweep(actor=SYSTEM, now=now + 101 * S) == 0
    work.set_presence(actor=agent.actor, now=now + 101 * S, presence="away")
    assert dispatch(now + 102 * S) == 1
    contacts.accept(actor=other_agent.actor, now=now + 103 * S, public_id=contact.public_id)
    assert fresh(contact).staff == other_agent.user
    assert types_of(contact)[-2:] == ["contact.returned", "contact.answered"]


def test_put_back_and_given_away(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    contact = talk(now, agent)
    code = item_of(contact).public_id
    work.put_back(actor=agent.actor, now=now + 5 * S, public_id=code, word="a question of money")
    assert fresh(contact).state == "waiting"
    at_desk(now, other_agent)
    work.take(actor=other_agent.actor, now=now + 6 * S, item=item_of(contact))
    assert (fresh(contact).state, fresh(contact).staff) == ("live", other_agent.user)


def test_handed_over_to_another_team(
    agent: Staffer, steward: Staffer, organisation: Organisation, now: datetime
) -> None:
    contact = talk(now, agent)
    contacts.transfer(actor=agent.actor, now=now + 9 * S, public_id=contact.public_id, team="data")
    there = fresh(contact)
    assert (there.state, there.team_id, there.arrived) == ("waiting", organisation.id("data"), now)
    assert (item_of(contact).team_id, item_of(contact).state) == (organisation.id("data"), "queued")
    assert agent.seat.chat_open == 0


def test_given_up_while_waiting_takes_the_work_out(
    agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    at_desk(now, agent)
    contact = come(now, has_page=True)
    dispatch(now)
    contacts.leave(actor=visitor_of(contact), now=now + 9 * S, public_id=contact.public_id)
    assert (fresh(contact).state, fresh(contact).ended) == ("abandoned", now + 9 * S)
    assert (item_of(contact).state, agent.seat.chat_open) == ("cancelled", 0)
    with nothing_happens():
        contacts.leave(actor=visitor_of(contact), now=now + 10 * S, public_id=contact.public_id)
        with pytest.raises(NotFound):
            work.accept(actor=agent.actor, now=now + 10 * S, public_id=item_of(contact).public_id)


def test_a_page_not_heard_of_has_given_up(organisation: Organisation, now: datetime) -> None:
    gone, there, by_phone = come(now, has_page=True), come(now, has_page=True), come(now, "phone")
    conversing.beat(now=now + 60 * S, contact=there)
    with clock.at(now + 100 * S):
        assert jobs.sweep_contacts.func() == 1
        assert jobs.sweep_contacts.func() == 0
    assert [fresh(one).state for one in (gone, there, by_phone)] == ["abandoned", "waiting", "waiting"]


def test_on_hold_and_back(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    contact = talk(now, agent)
    contacts.hold(actor=agent.actor, now=now + 5 * S, public_id=contact.public_id)
    contacts.hold(actor=agent.actor, now=now + 6 * S, public_id=contact.public_id)
    assert fresh(contact).state == "held"
    contacts.resume(actor=agent.actor, now=now + 7 * S, public_id=contact.public_id)
    assert types_of(contact) == ["contact.arrived", "contact.answered", "contact.held", "contact.resumed"]


def test_bad_lines_say_why(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    contact = talk(now, agent)
    other = come(now)
    with nothing_happens():
        for text in ("", "  \n ", "x" * 4_001):
            with pytest.raises(Invalid):
                conversing.say(actor=agent.actor, now=now, public_id=contact.public_id, text=text)
        with pytest.raises(Conflict):
            conversing.say(actor=agent.actor, now=now, public_id=other.public_id, text="not mine yet")
        with pytest.raises(Invalid):
            contacts.end(actor=agent.actor, now=now, public_id=contact.public_id, outcome="bliss")
    contacts.end(actor=agent.actor, now=now, public_id=contact.public_id)
    with nothing_happens():
        with pytest.raises(Conflict):
            contacts.end(actor=agent.actor, now=now, public_id=contact.public_id)
        with pytest.raises(Conflict):
            conversing.say(actor=visitor_of(contact), now=now, public_id=contact.public_id, text="wait")


def test_somebody_unknown_becomes_known(
    agent: Staffer, organisation: Organisation, buyer: Shopper, now: datetime
) -> None:
    contact = talk(now, agent)
    conversing.say(actor=visitor_of(contact), now=now, public_id=contact.public_id, text="It is me")
    assert Message.objects.get(subject_kind="contact").record_id is None
    assert reads.shown_name(agent.actor, contact) == "Somebody unknown"
    contacts.identify(actor=agent.actor, now=now, public_id=contact.public_id, customer=buyer.public_id)
    assert fresh(contact).record_id == buyer.record_id
    assert Message.objects.get(subject_kind="contact").record_id == buyer.record_id
    with nothing_happens():
        contacts.identify(actor=agent.actor, now=now, public_id=contact.public_id, customer=buyer.public_id)


def test_a_line_is_heard_once(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    at_desk(now, agent)
    rings = Heard("offered", "phone", "call-1")  # a caller without a number
    first = adapters.hear(now=now, heard=rings)
    assert first is not None
    assert adapters.hear(now=now + S, heard=rings) == first
    assert (first.address, item_of(first).channel) == ("", "phone")
    dispatch(now + S)
    adapters.hear(now=now + 2 * S, heard=Heard("answered", "phone", "call-1", actor=agent.actor))
    adapters.hear(now=now + 3 * S, heard=Heard("held", "phone", "call-1"))
    assert fresh(first).state == "held"
    adapters.hear(now=now + 4 * S, heard=Heard("resumed", "phone", "call-1"))
    with nothing_happens():
        assert adapters.hear(now=now, heard=Heard("hung_up", "phone", "nobody knows")) is None
    adapters.hear(now=now + 9 * S, heard=Heard("hung_up", "phone", "call-1"))
    with nothing_happens():
        adapters.hear(now=now + 10 * S, heard=Heard("held", "phone", "call-1"))
    assert fresh(first).state == "ended"
    with pytest.raises(IntegrityError):
        Contact.objects.filter(id=come(now).id).update(channel="phone", outside="call-1")


@pytest.mark.django_db(transaction=True)
def test_two_accept_at_once(
    agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    at_desk(now, agent, other_agent)
    contact = come(now)
    WorkItem.objects.filter(subject_id=contact.id).update(state="queued", member=None)
    Assignment.objects.all().delete()
    Member.objects.update(chat_open=0)
    actors = [agent.actor, other_agent.actor]

    def accept(place: int) -> str:
        with clock.at(now):
            try:
                contacts.accept(actor=actors[place], now=now, public_id=contact.public_id)
            except Conflict as error:
                return error.code
        return "mine"

    assert sorted(map(str, in_threads(2, accept))) == ["mine", "taken"]
    assert Assignment.objects.filter(ended=None).count() == 1
    assert types_of(contact).count("contact.answered") == 1


def hear(client: Client, call: str, what: str, **more: str) -> tuple[int, dict[str, Any]]:
    told = {"what": what, "channel": "phone", "call": call, **more}
    answer = client.post("/api/v1/contacts/heard", told, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_switchboard_tells_over_the_api(
    agent: Staffer,
    other_agent: Staffer,
    organisation: Organisation,
    now: datetime,
    hire: Hire,
) -> None:
    at_desk(now, agent, other_agent)
    rights = dict.fromkeys(("channels.view", "channels.converse"), "all")
    Role.objects.create(code="lines", rights=rights)
    owner = hire("lines", "lines")
    _row, secret = tokens.issue_token(
        actor=SYSTEM,
        now=now,
        name="switchboard",
        rights=rights,
        owner=owner.user,
        expires=now + timedelta(days=1),
    )
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    client.get("/api/v1/contacts")  # that the token is in use is written down once an hour
    with clock.at(now):
        status, told = hear(client, "c-9", "offered", address="+8613800000000")
        assert (status, told["state"]) == (200, "waiting")
        for what in ("held", "resumed"):
            with nothing_happens():
                status, told = hear(client, "c-9", what)
            assert (status, told["code"]) == (409, "waiting")
        with nothing_happens():
            status, told = hear(client, "c-9", "answered", staff="nobody")
        assert (status, list(told["fields"])) == (422, ["staff"])
        for _twice in range(2):
            status, told = hear(client, "c-9", "answered", staff=agent.user.public_id)
            assert (status, told["state"], told["staff"]) == (200, "live", agent.user.public_id)
        with nothing_happens():
            assert hear(client, "c-9", "answered", staff=other_agent.user.public_id)[0] == 409
        assert hear(client, "c-9", "hung_up")[1]["state"] == "ended"
        with nothing_happens():
            assert hear(client, "c-9", "held")[1]["state"] == "ended"
            assert hear(client, "c-8", "held")[0] == 422
            assert hear(client, "c-9", "sung")[0] == 422
            assert hear(client, " ", "offered")[0] == 422
            assert hear(client, "c" * 101, "offered")[0] == 422
