"""Customers changed in their list: language, unit and consent, one cell in place or many at once, and taken back."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from guanxi.core.access import EVERYTHING, Actor, Kind, Reach
from guanxi.core.errors import Denied, Invalid
from guanxi.core.lists import carrying, choosing, runs
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRow, BulkRun, Detail, Event, Export, Unit
from guanxi.people import actions, queries
from guanxi.people.actions import Contact, add_record
from guanxi.people.lists import LISTING
from guanxi.people.models import Consent, Record
from tests.cast import SYSTEM, Organisation, Shopper, Staffer, nothing_happens, statements

pytestmark = pytest.mark.django_db
PLACE = {"HX-Request": "true"}
CONSENT = {"purpose": "marketing", "channel": "email", "proof": "书展登记表，3 月 3 日"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(who: Staffer, now: datetime, action: str, keys: Sequence[str] | str, **values: str) -> BulkRun:
    """Start a bulk action on customers and carry it out."""
    choice = Choice(query=keys, everything=True) if isinstance(keys, str) else Choice(keys=keys)
    bulk = LISTING.get_bulk(who.actor, action)
    begun = runs.start(actor=who.actor, now=now, listing=LISTING, bulk=bulk, choice=choice, values=values)
    carrying.carry_out(begun.id)
    begun.refresh_from_db()
    return begun


def undo(who: Staffer, now: datetime, begun: BulkRun) -> BulkRun:
    runs.start_undo(actor=who.actor, now=now, public_id=begun.public_id)
    carrying.carry_back(begun.id)
    begun.refresh_from_db()
    return begun


def reason(begun: BulkRun, state: str = "failed") -> str:
    return BulkRow.objects.get(run=begun, state=state).reason


def spoken(shopper: Shopper) -> str:
    return queries.languages_of(SYSTEM, [shopper.customer_id]).get(shopper.customer_id, "")


def units(shopper: Shopper) -> set[str | None]:
    found = Record.objects.filter(customer_id=shopper.customer_id)
    return set(found.values_list("unit__code", flat=True))


def another_record(shopper: Shopper, now: datetime) -> Record:
    """The same customer, in the words of another source."""
    contact = Contact(shopper.contact.name, shopper.contact.phone, member="M-7788", language="en")
    found = add_record(actor=SYSTEM, now=now + timedelta(minutes=1), contact=contact, source="phone")
    assert found.customer_id == shopper.customer_id
    return Record.objects.get(id=found.record_id)


# -- language ----------------------------------------------------------------------------------------------


def test_the_language_is_set_for_many_and_comes_back(
    agent: Staffer, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    begun = run(agent, now, "language", "", language="en")
    assert (begun.state, begun.done, begun.failed) == ("finished", 2, 0)
    assert (spoken(buyer), spoken(seller)) == ("en", "en")
    [event] = Event.objects.filter(type="person.language_set")  # the other one spoke English already
    assert event.data == {"before": {"language": "zh-hans"}, "after": {"language": "en"}}
    assert undo(agent, now, begun).undone == 2
    assert (spoken(buyer), spoken(seller)) == ("zh-hans", "en")


def test_a_language_changed_since_stays(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    begun = run(agent, now, "language", [buyer.public_id], language="en")
    actions.set_language(actor=agent.actor, now=now, record_id=buyer.record_id, language="zh-hans")
    undo(agent, now, begun)
    assert reason(begun, "kept") == "The language has been changed since."


def test_the_newest_language_named_counts(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    another_record(buyer, now)
    assert spoken(buyer) == "en"
    body = agent.client.get("/customers/?language=en&columns=name,language").text
    assert buyer.public_id in body
    assert buyer.public_id not in agent.client.get("/customers/?language=zh-hans").text
    run(agent, now, "language", [buyer.public_id], language="zh-hans")
    assert spoken(buyer) == "zh-hans"
    assert queries.get_customer(agent.actor, buyer.public_id).language == "zh-hans"


def test_two_who_set_a_language_choose(agent: Staffer, other_agent: Staffer, buyer: Shopper) -> None:
    url = f"/lists/customers/{buyer.public_id}/language/"
    sent = {"value": "en", "original": "zh-hans"}
    assert url in agent.client.get("/customers/?columns=name,language").text
    assert other_agent.client.post(url, sent, headers=PLACE).status_code == 200
    with nothing_happens():
        answer = agent.client.post(url, {"value": "zh-hans", "original": ""}, headers=PLACE)
    assert answer.status_code == 409
    for said in ("Other Agent changed this while you were writing.", "Chinese", "English"):
        assert said in answer.text
    assert agent.client.post(url, {"value": "zh-hans", "original": "en"}, headers=PLACE).status_code == 200
    assert spoken(buyer) == "zh-hans"


def test_a_language_we_do_not_write(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Invalid):
        actions.set_language(actor=agent.actor, now=now, record_id=buyer.record_id, language="tlh")


# -- units -------------------------------------------------------------------------------------------------


def test_a_customer_moves_with_all_their_records(
    agent: Staffer, stranger: Staffer, buyer: Shopper, now: datetime
) -> None:
    another_record(buyer, now)
    assert buyer.public_id not in stranger.client.get("/customers/").text
    begun = run(agent, now, "move", [buyer.public_id], unit="west-front")
    assert units(buyer) == {"west-front"}
    assert buyer.public_id in stranger.client.get("/customers/").text
    [event] = Event.objects.filter(type="person.moved")
    assert event.data == {"count": 2, "before": {"unit": ""}, "after": {"unit": "west-front"}}
    assert event.unit_id == Unit.objects.get(code="west-front").id
    assert undo(agent, now, begun).state == "undone"
    assert units(buyer) == {None}


def test_whoever_moved_on_stays_there(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    begun = run(agent, now, "move", [buyer.public_id], unit="west-front")
    run(agent, now, "move", [buyer.public_id], unit="front")
    undo(agent, now, begun)
    assert reason(begun, "kept") == "Another unit looks after this customer since."
    assert units(buyer) == {"front"}


def test_one_s_reach_holds_where_they_are_and_where_they_go(
    stranger: Staffer, buyer: Shopper, seller: Shopper, organisation: Organisation, now: datetime
) -> None:
    """Seeing everybody is not changing everybody: the right reaches some units only."""
    reach = Reach(units=frozenset({organisation.id("west-front")}))
    actor = Actor(
        kind=Kind.STAFF,
        id=stranger.user.public_id,
        user_id=stranger.user.id,
        rights={"people.view": EVERYTHING, "people.record": reach},
    )
    Record.objects.filter(customer_id=seller.customer_id).update(unit=organisation.units["west-front"])
    choice = Choice(keys=[buyer.public_id, seller.public_id])
    for bulk in LISTING.bulk:
        assert choosing.preview(LISTING, bulk, actor, choice, now=now).foreign == 1
    ours: dict[str, Any] = {"actor": actor, "now": now, "record_ids": [seller.record_id]}
    with nothing_happens():
        for asked in ({**ours, "unit": "front"}, {**ours, "unit": ""}):  # out of their own reach
            with pytest.raises(Denied):
                actions.move_records(**asked)
        with pytest.raises(Denied):
            actions.move_records(actor=actor, now=now, record_ids=[buyer.record_id], unit="west-front")
        with pytest.raises(Denied):
            actions.set_language(actor=actor, now=now, record_id=buyer.record_id, language="en")
        with pytest.raises(Denied):
            actions.state_consent(
                actor=actor, now=now, record_id=buyer.record_id, statements={("service", "email"): True}, source="desk"
            )  # fmt: skip
    assert actions.move_records(**ours, unit="west-front").before == {seller.record_id: "west-front"}


def test_a_unit_that_is_none(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    with nothing_happens(), pytest.raises(Invalid):
        actions.move_records(actor=agent.actor, now=now, record_ids=[buyer.record_id], unit="nowhere")


def test_moved_in_place(agent: Staffer, buyer: Shopper) -> None:
    url = f"/lists/customers/{buyer.public_id}/unit/"
    answer = agent.client.post(url, {"value": "front", "original": "-"}, headers=PLACE)
    assert answer.status_code == 200
    assert (units(buyer), "front" in answer.text) == ({"front"}, True)
    assert buyer.public_id in agent.client.get("/customers/?unit=front").text
    assert buyer.public_id not in agent.client.get("/customers/?unit=-").text


# -- consent -----------------------------------------------------------------------------------------------


def test_consent_with_its_proof(agent: Staffer, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    """A yes is never written over a no; the proof stays with the event, not in it."""
    no = {("marketing", "email"): False}
    actions.state_consent(
        actor=seller.actor, now=now, record_id=seller.record_id, statements=no, source="web"
    )
    begun = run(agent, now, "consent", [buyer.public_id, seller.public_id], **CONSENT)
    assert (begun.done, begun.failed) == (1, 1)
    assert reason(begun) == "This customer refused on 2026-03-03: only they themself can change that."
    assert [one.given for one in Consent.objects.filter(record__customer_id=buyer.customer_id)] == [True]
    event = Event.objects.get(type="person.consent_stated", actor_id=agent.user.public_id)
    assert "书展" not in str(event.data)
    assert Detail.objects.get(event_id=event.id).body == {"proof": CONSENT["proof"]}
    assert undo(agent, now, begun).undone == 1
    assert not Consent.objects.filter(record__customer_id=buyer.customer_id).exists()


def test_refusal_for_many_and_what_was_said_since_stands(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    begun = run(agent, now, "refusal", [buyer.public_id], **CONSENT)
    records = queries.records_of(buyer.customer_id)
    assert not queries.latest_consents(records)["marketing", "email"].given
    record = Consent.objects.get().record_id
    yes = {("marketing", "email"): True}
    actions.state_consent(actor=SYSTEM, now=now, record_id=record, statements=yes, source="web")
    undo(agent, now, begun)
    assert reason(begun, "kept") == "The customer has said something else since."


def test_no_consent_without_proof(agent: Staffer, buyer: Shopper) -> None:
    form = {**CONSENT, "proof": " ", "keys": buyer.public_id, "confirm": "1", "key": "k"}
    with nothing_happens():
        answer = agent.client.post("/lists/customers/bulk/consent/", form)
    assert answer.status_code == 422
    assert "This is needed." in answer.text


def test_who_may_only_look_changes_nothing(
    trainee: Staffer, manager: Staffer, stranger: Staffer, buyer: Shopper, now: datetime
) -> None:
    form: dict[str, Any] = {**CONSENT, "keys": buyer.public_id, "confirm": "1", "key": "k", "language": "en"}
    with nothing_happens():
        for who, status in ((trainee, 403), (manager, 403), (stranger, 422), (buyer, 403)):
            for action in ("language", "consent", "refusal", "move"):
                answer = who.client.post(f"/lists/customers/bulk/{action}/", {**form, "unit": "west-front"})
                assert answer.status_code == status, (action, answer.status_code)
            for column in ("language", "unit"):
                url = f"/lists/customers/{buyer.public_id}/{column}/"
                answer = who.client.post(url, {"value": "en", "original": "zh-hans"})
                assert answer.status_code == (404 if status == 422 else 403)


# -- what is selected as a file ------------------------------------------------------------------------------


def test_the_selected_rows_alone_as_a_file(
    agent: Staffer, buyer: Shopper, seller: Shopper, stranger: Staffer
) -> None:
    form = {"keys": [seller.public_id, "C-NONE0-00000"], "query": "columns=name,phone&sort=name", "all": ""}
    answer = agent.client.post("/lists/customers/export/", form)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines == ["Customer,Telephone", "Li Hua,'+44 20 7946 0018"]
    event = Event.objects.get(type="list.exported")
    assert (event.data["count"], event.data["chosen"]) == (1, True)
    answer = stranger.client.post("/lists/customers/export/", form)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines == ["Customer,Telephone"]
    before = Export.objects.count()
    assert agent.client.post("/lists/customers/export/", {"keys": "", "query": ""}).status_code == 303
    assert Export.objects.count() == before


def test_a_page_with_language_and_unit_asks_as_often_as_one_row(
    agent: Staffer, buyer: Shopper, seller: Shopper
) -> None:
    url = "/customers/?columns=name,phone,language,unit"
    one = statements(lambda: agent.client.get(f"{url}&code=%3D{buyer.public_id}"))
    assert statements(lambda: agent.client.get(url)) == one
