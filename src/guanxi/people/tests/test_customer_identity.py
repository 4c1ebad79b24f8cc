"""Who this is: how certain, which value of each field counts and why, pinning it, a note for colleagues."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core.errors import Denied, Invalid, NotFound, SignInNeeded
from guanxi.core.models import Detail, Event
from guanxi.people import queries
from guanxi.people.actions import Contact, add_record, merge, note_down
from guanxi.people.models import Identifier, Pin, Record
from guanxi.people.pages import identity
from guanxi.people.rules.confidence import BEGINNINGS, DECIDED, Confidence, confidence, share_of
from tests.cast import SYSTEM, Shopper, Staffer, Visitor, nothing_happens

pytestmark = pytest.mark.django_db
SHARES = st.one_of(st.none(), st.floats(0, 1))
REASONS = st.sampled_from(["new", "doubt", "recognised", "import_key", "merge", "attach", "unmerge"])


@given(st.lists(st.tuples(REASONS, SHARES)))
def test_as_certain_as_the_weakest_link(links: list[tuple[str, float | None]]) -> None:
    found = confidence(links, provisional=False)
    joined = links if len(links) > 1 else []
    scored = [share for reason, share in joined if reason not in BEGINNINGS | DECIDED and share is not None]
    assert found.share == (min(scored) if scored else None)
    assert (found.ground == "single") == all(reason in BEGINNINGS for reason, _ in joined)
    assert confidence(links, provisional=True) == Confidence("unsure")


def test_the_share_is_read_from_the_explanation() -> None:
    told = {
        "facts": [
            {"code": "people.same", "values": {}},
            {"code": "people.share", "values": {"percent": "99.70"}},
        ]
    }
    assert share_of(told) == pytest.approx(0.997)
    assert share_of({}) is None


def another(shopper: Shopper, now: datetime, **said: str) -> Record:
    """The same customer in the words of another source."""
    contact = Contact(**{"name": shopper.contact.name, "email": shopper.contact.email, **said})
    found = add_record(actor=SYSTEM, now=now, contact=contact, source="phone")
    assert found.customer_id == shopper.customer_id
    return Record.objects.get(id=found.record_id)


def page(who: Staffer, shopper: Shopper, language: str = "en") -> str:
    response = who.client.get(f"/customers/{shopper.public_id}/", headers={"Accept-Language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_the_band_says_how_certain_and_how_many_agree(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    assert identity.cell(SYSTEM, buyer.customer_id)["value"]
    another(buyer, now + timedelta(minutes=1), phone=buyer.contact.phone)
    cell = identity.cell(SYSTEM, buyer.customer_id)
    assert re.fullmatch(r"(> )?\.\d{3}", cell["value"])
    assert cell["note"] == "2 sources agree"
    assert cell["why"]["inputs"]


def test_a_doubt_leads_the_steward_to_the_desk(
    agent: Staffer, steward: Staffer, buyer: Shopper, now: datetime
) -> None:
    doubt = add_record(actor=SYSTEM, now=now, contact=Contact("小王", "13958016608"), source="web")
    [found] = queries.list_doubts_about(buyer.customer_id)
    assert found.customer == doubt.customer_public_id
    assert f"/identity/?r={found.review}" in page(steward, buyer)
    body = page(agent, buyer)
    assert "1 possible duplicate waits for the steward" in body
    assert f'href="/customers/{doubt.customer_public_id}/"' in body


def test_the_value_that_counts_with_its_reason_others_folded(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    another(buyer, now + timedelta(minutes=1), phone="13900001111")
    rows = {row["field"]: row for row in identity.panel(agent.actor, buyer.customer_id)["rows"]}
    assert [value["value"] for value in rows["phone"]["values"]] == ["139 0000 1111", "139 5801 6608"]
    assert rows["phone"]["why"][0] == "It is the most recent"
    Identifier.objects.filter(value="+8613958016608").update(verified=now)
    rows = {row["field"]: row for row in identity.panel(agent.actor, buyer.customer_id)["rows"]}
    assert (rows["phone"]["value"], rows["phone"]["state"]) == ("139 5801 6608", "verified")
    later = identity._shown(
        queries.golden(agent.actor, buyer.customer_id), list(records(buyer)), now + timedelta(days=999)
    )
    assert later["rows"][0]["state"] == "old"


def records(shopper: Shopper) -> list[Record]:
    found = queries.records_seen(SYSTEM, shopper.customer_id)
    return list(found)


def test_what_did_not_reach_them_is_struck_out(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    Identifier.objects.filter(record=buyer.record_id, kind="email").update(trouble="bounced", troubled=now)
    body = page(agent, buyer)
    assert "mail bounced" in body
    assert "gx-struck" in body


def test_a_steward_pins_and_lets_the_rules_choose_again(
    steward: Staffer, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    another(buyer, now + timedelta(minutes=1), phone="13900001111")
    row = next(
        row for row in identity.panel(steward.actor, buyer.customer_id)["rows"] if row["field"] == "phone"
    )
    old = row["values"][1]["record"]
    url, form = (
        f"/customers/{buyer.public_id}/pin/",
        {"field": "phone", "record": old, "reason": "he said so"},
    )
    with nothing_happens():
        assert agent.client.post(url, {**form, "key": "p0"}).status_code == 403
        assert steward.client.post(url, {**form, "record": "0" * 20, "key": "p1"}).status_code == 404
        assert steward.client.post(url, {"field": "phone", "key": "p2"}).status_code == 409
    assert steward.client.post(url, {**form, "key": "p3"}).status_code == 303
    assert Pin.objects.get(lifted=None).reason == "he said so"
    assert queries.golden(SYSTEM, buyer.customer_id)["phone"].text == "139 5801 6608"
    assert "A data steward has pinned it" in page(agent, buyer)
    assert steward.client.post(url, {"field": "phone", "record": "", "key": "p4"}).status_code == 303
    assert queries.golden(SYSTEM, buyer.customer_id)["phone"].text == "139 0000 1111"


def test_masks_hold_in_the_panel(trainee: Staffer, buyer: Shopper, now: datetime) -> None:
    another(buyer, now + timedelta(minutes=1), phone="13900001111")
    body = page(trainee, buyer)
    assert "139 **** 1111" in body
    assert "139 **** 6608" in body
    for hidden in ("5801", "0000 1111", "13900001111", "Confirmed by the customer", "Pin this value"):
        assert hidden not in body, hidden


def test_the_head_shows_the_name_that_counts_and_what_they_are(
    steward: Staffer, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    body = page(steward, buyer)
    assert ">Buyer<" in body
    assert ">Buyer<" not in page(steward, seller)
    made = another(buyer, now + timedelta(minutes=1), name="小王", phone=buyer.contact.phone)
    assert '<h1 class="gx-name">王小明</h1>' in page(steward, buyer).replace(' lang="zh-Hans"', "")
    assert made.name == "小王"


def test_a_merge_by_a_steward_is_said_so(agent: Staffer, now: datetime) -> None:
    codes = [
        add_record(actor=SYSTEM, now=now, contact=Contact(name, email=f"{n}@post.example"), source="web").customer_public_id
        for n, name in enumerate(("陈静", "陈小静"))
    ]  # fmt: skip
    merge(actor=SYSTEM, now=now, survivor=codes[0], others=[codes[1]])
    body = agent.client.get(f"/customers/{codes[0]}/").content.decode()
    assert "a data steward says so" in body


def test_a_note_stands_on_the_timeline(agent: Staffer, trainee: Staffer, buyer: Shopper) -> None:
    url = f"/customers/{buyer.public_id}/note/"
    assert agent.client.post(url, {"text": "  rings before noon ", "key": "n1"}).status_code == 303
    event = Event.objects.get(type="person.noted")
    assert Detail.objects.get(event_id=event.id).body == {"text": "rings before noon"}
    assert "rings before noon" in page(agent, buyer)
    assert 'id="gx-note"' not in page(trainee, buyer)


def test_a_note_needs_words_and_the_right(
    agent: Staffer, trainee: Staffer, stranger: Staffer, visitor: Visitor, buyer: Shopper, now: datetime
) -> None:
    table = (
        (agent.actor, " ", Invalid), (agent.actor, "x" * 2_001, Invalid), (trainee.actor, "x", Denied),
        (stranger.actor, "x", NotFound), (visitor.actor, "x", SignInNeeded),
    )  # fmt: skip
    for actor, text, error in table:
        with nothing_happens(), pytest.raises(error):
            note_down(actor=actor, now=now, customer=buyer.public_id, text=text)


def test_a_new_case_opens_for_this_customer(agent: Staffer, buyer: Shopper) -> None:
    body = page(agent, buyer)
    assert f'href="/cases/new/?customer={buyer.public_id}"' in body
    form = agent.client.get("/cases/new/", {"customer": buyer.public_id}).content.decode()
    assert f'value="{buyer.public_id}"' in form
