"""Forms as form.js sends them: where they lead is told, not followed; errors come back beside their fields; keys count once."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory

from guanxi.cases.models import Case
from tests.cast import Shopper, Staffer, Visitor, complain, nothing_happens

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Gx-Form": "1"}


def test_the_script_is_told_where_to_go_and_nothing_is_used_up(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    sent = {"text": "好", "key": "k1"}
    response = agent.client.post(f"/cases/{case.number}/answer/", sent, headers=SCRIPT)
    assert response.status_code == 200
    assert response.headers["X-Gx-Location"] == f"/cases/{case.number}/"
    assert response.content == b""
    page = agent.client.get(response.headers["X-Gx-Location"]).content.decode()
    assert "Answered. Now it is the customer" in page  # the notice is still there for the page itself
    again = agent.client.post(f"/cases/{case.number}/answer/", sent, headers=SCRIPT)
    assert again.headers["X-Gx-Location"] == response.headers["X-Gx-Location"]


def test_without_the_script_forms_lead_on_by_themselves(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    response = agent.client.post(f"/cases/{case.number}/answer/", {"text": "好", "key": "k1"})
    assert response.status_code == 303
    assert "X-Gx-Location" not in response.headers


def test_errors_come_back_as_the_page_beside_their_fields(visitor: Visitor, organisation: Any) -> None:
    with nothing_happens():
        response = visitor.client.post(
            "/complain/", {"text": "Broken", "email": "nonsense", "key": "k"}, headers=SCRIPT
        )
    page = response.content.decode()
    assert response.status_code == 422
    assert re.search(r'id="f-email"[^>]*aria-invalid="true"', page)
    assert re.search(r'aria-describedby="f-email-error"', page)
    assert "X-Gx-Location" not in response.headers


def test_a_changed_form_whose_first_sending_arrived_is_told_so(visitor: Visitor, organisation: Any) -> None:
    first = {"text": "one", "email": "a@shop.example", "key": "same"}
    assert visitor.client.post("/complain/", first).status_code == 303
    response = visitor.client.post("/complain/", {**first, "text": "one and more"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "An earlier version of this has reached us already." in page
    assert "one and more" in page
    assert Case.objects.count() == 1


def test_each_page_says_whose_drafts_it_keeps(agent: Staffer, visitor: Visitor) -> None:
    assert (
        f'<meta name="gx-person" content="{agent.actor.id}">' in agent.client.get("/today/").content.decode()
    )
    assert '<meta name="gx-person" content="">' in visitor.client.get("/complain/").content.decode()


def render(call: str, rf: RequestFactory) -> str:
    source = '{% import "gx/macros.html" as gx with context %}' + call
    return engines["jinja2"].from_string(source).render({}, rf.get("/"))


def test_every_kind_of_field_labels_itself_and_its_error(rf: RequestFactory, organisation: Any) -> None:
    calls = {
        "select": '{{ gx.select_field("f", "Label", [("a", "A"), ("b", "B")], "b", error="Wrong") }}',
        "groups": '{{ gx.select_field("f", "Label", [("G", [("b", "B")])], "b", error="Wrong") }}',
        "radio": '{{ gx.radio_field("f", "Label", [("a", "A", "note"), ("b", "B")], "b", error="Wrong") }}',
        "checkbox": '{{ gx.checkbox_field("f", "Label", true, error="Wrong") }}',
        "date": '{{ gx.date_field("f", "Label", "2026-03-03", error="Wrong") }}',
        "moment": '{{ gx.date_field("f", "Label", "2026-03-03T10:00", error="Wrong", time=true) }}',
        "number": '{{ gx.number_field("f", "Label", "3", error="Wrong", unit="min") }}',
        "identifier": '{{ gx.identifier_field("f", "Label", "139", error="Wrong") }}',
        "money": '{{ gx.money_field("f", "Label", "3.50", "CNY", ["CNY", "USD"], error="Wrong") }}',
        "choose": '{{ gx.choose_field("f", "Label", "/choose/", "C-1", "Li Hua", error="Wrong") }}',
        "text": '{{ gx.field("f", "Label", "<b>", error="Wrong") }}',
    }
    for kind, call in calls.items():
        page = render(call, rf)
        assert "Label" in page, kind
        assert 'id="f-f-error"' in page, kind
        assert 'aria-invalid="true"' in page, kind
        assert "f-f-error" in re.findall(r'aria-describedby="([^"]*)"', page)[0], kind
        assert "<b>" not in page.replace("<b></b>", ""), kind
    assert " selected>B" in render(calls["select"], rf)
