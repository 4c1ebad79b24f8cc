"""What somebody unknown left in a chat is erased after the house's period, unless a case was made of it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanxi.cases.models import Case
from guanxi.channels.models import Contact, Message, Opinion
from guanxi.channels.tests.test_chat import accepted, begin, on_duty, proof_at
from guanxi.channels.tests.test_chat_files import gif, sent
from guanxi.core import holds, options, retention, seal
from guanxi.core.models import Detail, Event, File
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, Visitor, nothing_happens, work_off

pytestmark = pytest.mark.django_db
RULE = "contacts_unknown"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SCAN_COMMAND = settings.CLAMD = ""


def ended(visitor: Visitor, agent: Staffer, now: datetime, **fields: str) -> str:
    """The address of a chat of somebody unknown that is over, with words of both, a file and an opinion."""
    on_duty(now, agent)
    room = begin(visitor.client, name="Ann", reach="ann@example.org", **fields)
    contact = accepted(agent, now)
    sent(visitor, room, text="This is the box", files=[gif()])
    agent.client.post(f"/chats/{contact.public_id}/say/", {"text": "Dear Ann, I see.", "key": "a"})
    agent.client.post(f"/chats/{contact.public_id}/end/", {"outcome": "solved", "key": "e"})
    rated = {"satisfied": "5", "words": "Ann thanks you", "proof": proof_at(visitor.client, room)}
    assert visitor.client.post(f"{room}opinion/", rated).status_code == 303
    Contact.objects.update(ended=now)
    return room


def test_it_goes_after_its_time(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    room = ended(visitor, agent, now)
    while seal.seal():
        pass
    with nothing_happens():  # not a day early
        assert retention.due(now + 180 * DAY)[RULE] == 0
        assert retention.sweep(actor=SYSTEM, now=now + 180 * DAY, only=RULE) == {}
    later = now + 181 * DAY
    assert retention.due(later)[RULE] == 1
    assert retention.sweep(actor=SYSTEM, now=later, only=RULE) == {RULE: 1}
    contact = Contact.objects.get()
    assert (contact.name, contact.address, contact.outside, contact.origin) == ("", "", "", "")
    assert (contact.state, contact.outcome, contact.erased) == ("ended", "solved", True)  # figures count it
    assert Message.objects.count() == 0
    assert File.objects.count() == 0
    told = Event.objects.filter(subject_kind="contact")
    assert told.filter(type="contact.arrived").count() == 1
    assert Detail.objects.filter(event__in=told).count() == 0
    opinion = Opinion.objects.get()
    assert (opinion.satisfied, opinion.words) == (5, "")
    swept = Event.objects.get(type="retention.swept")
    assert swept.data == {"counts": {RULE: 1}}
    said = str(list(Detail.objects.values_list("body", flat=True)))
    assert "Ann" not in said
    assert "parcel" not in said
    words = "What was said here has been deleted for its age."
    assert words in visitor.client.get(room).content.decode()
    page = agent.client.get(f"/chats/{contact.public_id}/").content.decode()
    assert words in page
    assert "Somebody unknown" in page
    with nothing_happens():  # safe to run again
        assert retention.sweep(actor=SYSTEM, now=later, only=RULE) == {}


def test_the_house_says_how_long(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    ended(visitor, agent, now)
    options.change(actor=SYSTEM, now=now, code=f"retention.{RULE}", text="0", why="a court")  # for ever
    assert retention.due(now + 3650 * DAY)[RULE] == 0
    options.change(actor=SYSTEM, now=now, code=f"retention.{RULE}", text="30", why="less is enough")
    assert (retention.due(now + 30 * DAY)[RULE], retention.due(now + 31 * DAY)[RULE]) == (0, 1)


def test_what_became_a_case_stays(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    room = begin(visitor.client, name="Ann", reach="ann@example.org")
    contact = accepted(agent, now)
    sent(visitor, room, files=[gif()])
    made = {"text": "Her parcel is broken", "key": "x"}
    assert agent.client.post(f"/chats/{contact.public_id}/case/", made).status_code == 303
    # ending it says how the talk ended; that there is a case stays known
    agent.client.post(f"/chats/{contact.public_id}/end/", {"outcome": "solved", "key": "e"})
    assert Contact.objects.get().outcome == "solved"
    with nothing_happens():
        assert retention.sweep(actor=SYSTEM, now=now + 3650 * DAY, only=RULE) == {}
    assert Case.objects.count() == 1
    assert Contact.objects.get().name == "Ann"
    assert sorted(File.objects.values_list("subject_kind", flat=True)) == ["case", "contact"]


def test_of_somebody_known_it_stays_and_under_a_hold_nothing_goes(
    visitor: Visitor, buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    ended(visitor, agent, now)
    agent.client.post("/presence/wrap-up/", {})
    later = now + 181 * DAY
    hold = holds.place(
        actor=SYSTEM, now=now, kind="staff", code=agent.user.public_id, why="what they said is asked for"
    )
    with nothing_happens():
        assert retention.sweep(actor=SYSTEM, now=later, only=RULE) == {}
    holds.lift(actor=SYSTEM, now=now, public_id=hold.public_id, why="settled")
    begin(buyer.client, key="b")
    work_off()
    known = Contact.objects.get(record=buyer.record_id)
    Contact.objects.filter(id=known.id).update(state="ended", ended=now)
    assert retention.sweep(actor=SYSTEM, now=later, only=RULE) == {RULE: 1}
    assert [one.body for one in Message.objects.filter(subject_kind="contact")] == ["Where is my parcel?"]
