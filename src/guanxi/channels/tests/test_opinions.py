"""How it was, said once by whoever a chat was with; the key figures made of it."""

from datetime import datetime, timedelta

import pytest

from guanxi.channels.actions import contacts, opinions
from guanxi.channels.models import Contact, Opinion
from guanxi.channels.queries import chat
from guanxi.channels.queries import opinions as reads
from guanxi.channels.tests.test_chat import begin
from guanxi.channels.tests.test_contacts import come, fresh, talk, visitor_of
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.figures import Whose
from guanxi.core.models import Event
from guanxi.work.models import Member
from tests.cast import SYSTEM, Organisation, Staffer, Visitor, in_threads, nothing_happens

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)
DAY = timedelta(days=1)


def over(now: datetime, agent: Staffer) -> Contact:
    """A chat the agent talked in and ended."""
    contact = talk(now, agent)
    contacts.end(actor=agent.actor, now=now + 60 * S, public_id=contact.public_id, outcome="solved")
    return fresh(contact)


def say(
    contact: Contact, now: datetime, satisfied: int, easy: int | None = None, recommends: int | None = None
) -> Opinion:
    return opinions.give_opinion(
        actor=visitor_of(contact), now=now, public_id=contact.public_id,
        satisfied=satisfied, easy=easy, recommends=recommends,
    )  # fmt: skip


def test_said_once_when_it_is_over(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    waiting = come(now)
    with nothing_happens(), pytest.raises(Conflict) as early:
        say(waiting, now, 5)
    assert early.value.code == "not_now"
    contacts.leave(actor=SYSTEM, now=now, public_id=waiting.public_id)
    with nothing_happens(), pytest.raises(Conflict):
        say(fresh(waiting), now, 5)  # nobody talked with them
    contact = over(now, agent)
    for wrong in ((0, None, None), (6, None, None), (3, 0, None), (3, 8, None), (3, None, 11), (3, None, -1)):
        with nothing_happens(), pytest.raises(Invalid):
            say(contact, now, *wrong)
    with nothing_happens(), pytest.raises(Denied):
        opinions.give_opinion(actor=agent.actor, now=now, public_id=contact.public_id, satisfied=5)
    row = say(contact, now, 4, 6, 10)
    assert (row.satisfied, row.easy, row.recommends) == (4, 6, 10)
    told = Event.objects.get(type="contact.rated")
    assert (told.data["satisfied"], told.data["easy"], told.data["recommends"]) == (4, 6, 10)
    with nothing_happens(), pytest.raises(Conflict) as twice:
        say(contact, now, 1)
    assert twice.value.code == "at_most"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    contact = over(now, agent)

    def give(_place: int) -> str:
        try:
            say(contact, now, 5)
        except Conflict as error:
            return error.code
        return "given"

    assert sorted(map(str, in_threads(4, give))) == ["at_most", "at_most", "at_most", "given"]
    assert Opinion.objects.count() == 1


def test_on_the_page_of_the_chat(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    Member.objects.filter(user=agent.user).update(presence="ready", heartbeat=now, chat_capacity=2)
    room = begin(visitor.client, name="Ann")
    contact = Contact.objects.get()
    assert "How was it?" not in visitor.client.get(room).content.decode()
    contacts.accept(actor=agent.actor, now=now, public_id=contact.public_id)
    contacts.end(actor=agent.actor, now=now + S, public_id=contact.public_id, outcome="solved")
    assert "How was it?" in visitor.client.get(room).content.decode()
    proof = chat.proof(contact.public_id)
    with nothing_happens():
        none = visitor.client.post(f"{room}opinion/", {"proof": proof, "easy": "6", "words": "fast"})
        assert none.status_code == 422
        page = none.content.decode()
        assert "Choose one of these." in page
        assert "fast" in page  # nothing typed is lost
        assert 'value="6" checked' in page
        assert visitor.client.post(f"{room}opinion/", {"satisfied": "5"}).status_code in (400, 403, 422)
        assert (
            visitor.client.post(f"{room}opinion/", {"proof": proof, "satisfied": "many"}).status_code == 422
        )
    sent = {"proof": proof, "satisfied": "5", "recommends": "9", "words": "<b>fast</b>", "key": "k-1"}
    for _twice in range(2):
        assert visitor.client.post(f"{room}opinion/", sent).status_code == 303
    assert Opinion.objects.get().words == "<b>fast</b>"
    assert "Thank you for telling us" in visitor.client.get(room).content.decode()
    staff = agent.client.get(f"/chats/{contact.public_id}/").content.decode()
    assert "5 / 5" in staff
    assert "9 / 10" in staff
    assert "&lt;b&gt;fast" in staff
    again = visitor.client.post(f"{room}opinion/", {**sent, "key": "k-2"})
    assert again.status_code == 409


def test_the_figures_are_of_ones_own_team(
    agent: Staffer, supervisor: Staffer, stranger: Staffer, organisation: Organisation, now: datetime
) -> None:
    role = supervisor.user.grants.get().role
    role.rights = {**role.rights, "work.view": "department", "work.figures": "department"}
    role.save()
    given = [(5, 7, 10), (4, 6, 9), (3, None, 8), (1, 1, 0), (2, None, None)]
    for answers in given:
        say(over(now, agent), now, *answers)
    over(now, agent)  # one who does not answer
    since, until = now - DAY, now + DAY
    found = {one.code: one for one in reads.FIGURES}
    value = {code: one.compute(supervisor.actor, since, until) for code, one in found.items()}
    assert (value["contacts.satisfied"].numerator, value["contacts.satisfied"].denominator) == (2, 5)
    assert (value["contacts.recommend"].numerator, value["contacts.recommend"].denominator) == (1, 4)
    assert (value["contacts.easy"].numerator, value["contacts.easy"].denominator) == (14, 3)
    assert (value["contacts.answering"].numerator, value["contacts.answering"].denominator) == (5, 6)
    assert found["contacts.satisfied"].text(value["contacts.satisfied"]) == "40.0 %"
    assert found["contacts.easy"].text(value["contacts.easy"]) == "4.67"
    for one in found.values():
        assert one.compute(stranger.actor, since, until).denominator == 0
        assert one.source is not None
        rows, _more = one.source(supervisor.actor, since, until, Whose()).page("")
        assert sum(row.denominator for row in rows) == one.compute(supervisor.actor, since, until).denominator
        assert {row.told.who for row in rows} == {str(agent.user)}
    mine = Member.objects.get(user=agent.user)
    assert reads.satisfied(agent.actor, since, until, Whose(member=mine.id)).value().denominator == 5
