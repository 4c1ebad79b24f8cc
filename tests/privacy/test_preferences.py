"""A customer's own page, by signed link: yes and no, everything stopped with one click, their rights."""

from datetime import datetime
from typing import Any

import pytest

from guanxi.core.personal import Way
from guanxi.people.actions import privacy, state_consent
from guanxi.people.models import Consent, PrivacyMark, PrivacyRequest
from guanxi.people.queries.privacy import link_token, may_contact
from tests.cast import Shopper, Staffer, complain, english, nothing_happens, work_off

pytestmark = pytest.mark.django_db


def page_of(shopper: Shopper) -> str:
    return f"/p/{link_token(shopper.customer_id)}/"


def why(shopper: Shopper, purpose: str = "marketing") -> list[str]:
    return [fact.code for fact in may_contact(shopper.customer_id, purpose, "email")]


def test_a_yes_and_a_no_count_from_then_on(buyer: Shopper, agent: Staffer) -> None:
    client, place = english(), page_of(buyer)
    fields = {
        "key": "1",
        "service-email": "1",
        "service-phone": "1",
        "service-sms": "1",
        "service-letter": "1",
    }
    assert client.post(f"{place}save/", {**fields, "marketing-email": "1"}).status_code == 303
    one = Consent.objects.get()
    assert (one.purpose, one.given, one.source, one.wording, one.actor_kind) == (
        "marketing", True, "preferences", "2026-11", "link",
    )  # fmt: skip
    assert why(buyer) == []
    client.post(f"{place}save/", {**fields, "key": "2", "impersonal": "1"})
    assert why(buyer) == ["gate.refused"]
    assert PrivacyMark.objects.get().impersonal
    body = client.get(place).content.decode()
    assert "agreed to promotion by e-mail" in body
    panel = agent.client.get(f"/customers/{buyer.public_id}/").content.decode()
    assert "refused promotion by e-mail" in panel
    assert "by themself, on their page" in panel
    assert "nothing chosen for them" in panel


def test_the_same_saved_again_writes_nothing(buyer: Shopper) -> None:
    client, place = english(), page_of(buyer)
    fields = {f"service-{channel}": "1" for channel in ("email", "phone", "sms", "letter")}
    client.post(f"{place}save/", {**fields, "key": "1"})
    assert Consent.objects.count() == 0


def test_one_click_stops_everything_and_no_file_turns_it_back(
    buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    client, place = english(), page_of(buyer)
    client.post(f"{place}stop/", {"key": "1"})
    assert (why(buyer), why(buyer, "service"), why(buyer, "security")) == (
        ["gate.objected", "gate.refused"], ["gate.refused"], [],
    )  # fmt: skip
    yes = {("marketing", "email"): True}
    state_consent(actor=agent.actor, now=now, record_id=buyer.record_id, statements=yes, source="import:old")
    assert why(buyer) == ["gate.objected"]
    assert client.post(f"{place}stop/", {"key": "2"}).status_code == 303  # once more does no harm
    client.post(f"{place}save/", {"key": "3", "survey-email": "1", "marketing-email": "1"})
    assert why(buyer) == []


def test_they_ask_for_their_rights_themselves(buyer: Shopper) -> None:
    client, place = english(), page_of(buyer)
    assert (
        client.post(f"{place}ask/", {"key": "1", "kind": "deletion", "note": "Please forget me."}).status_code
        == 303
    )
    row = PrivacyRequest.objects.get()
    assert (row.kind, row.channel, row.note, row.customer_id) == (
        "deletion",
        "web",
        "Please forget me.",
        buyer.customer_id,
    )
    assert "Deletion" in client.get(place).content.decode()
    with nothing_happens():
        assert client.post(f"{place}ask/", {"key": "2", "kind": "everything"}).status_code == 422


def test_a_forged_or_void_link_opens_nothing(buyer: Shopper, officer: Staffer, now: datetime) -> None:
    place = page_of(buyer)
    with nothing_happens():
        assert english().get("/p/forged/").status_code == 404
        assert english().post("/p/forged/stop/", {"key": "1"}).status_code == 404
    privacy.forget(actor=officer.actor, now=now, public_id=buyer.public_id, way=Way.ERASE)
    assert english().get(place).status_code == 404


def test_the_page_tells_no_value_of_theirs(buyer: Shopper) -> None:
    body = english().get(page_of(buyer)).content.decode()
    values = (
        "王小明",
        "139 5801",
        "13958016608",
        "+8613958016608",
        "xiaoming",
    )  # long: keys of forms are random
    assert [value for value in values if value in body.lower()] == []


def test_the_acknowledgement_leads_there(now: datetime, organisation: Any, agent: Staffer) -> None:
    from guanxi.channels.models import Message

    complain(now)
    work_off()
    body = Message.objects.get(direction="out").body
    assert "/p/" in body
