"""Forms as form.js sends them: where they lead is told, not followed; errors come back beside their fields; keys count once."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.models import Case
from guanxi.core import fields
from guanxi.core.errors import Invalid
from guanxi.core.jobs import Worker
from guanxi.core.money import Money
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


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_told(text: str) -> None:
    form = {"f": text, "f_currency": "CNY"}
    for read in (fields.read_number, fields.read_money, fields.read_day, fields.read_moment):
        try:
            read(form, "f")
        except Invalid as error:
            assert list(error.fields) == ["f"]  # noqa: PT017  what is raised is the answer


def test_numbers_money_and_days_as_people_write_them() -> None:
    assert fields.read_number({"f": " 1,234.5 "}, "f") == Decimal("1234.5")
    assert fields.read_number({"f": "１２３"}, "f") == 123
    assert fields.read_number({"f": ""}, "f") is None
    assert fields.read_money({"f": "88.50", "f_currency": "CNY"}, "f") == Money(8850, "CNY")
    assert fields.read_day({"f": "2026/3/3"}, "f") == date(2026, 3, 3)
    assert fields.read_moment({"f": "2026-03-03T10:00"}, "f") == datetime(2026, 3, 3, 2, tzinfo=UTC)
    for form in (
        {"f": "1.005", "f_currency": "CNY"},
        {"f": "1", "f_currency": "XXX"},
        {"f": "1e99"},
        {"f": "NaN"},
    ):
        with pytest.raises(Invalid):
            fields.read_money(form, "f")


def test_a_customer_is_chosen_and_recognised(
    agent: Staffer, trainee: Staffer, buyer: Shopper, now: datetime
) -> None:
    Worker(name="tests").run_once()  # the index follows
    found = agent.client.get("/choose/customer/?q=王小明").json()["choices"]
    assert [(one["value"], one["label"]) for one in found] == [(buyer.public_id, "王小明")]
    assert "13958016608" in found[0]["note"].replace(" ", "")
    masked = trainee.client.get("/choose/customer/?q=王小明").json()["choices"][0]["note"]
    assert "13958016608" not in masked.replace(" ", "")
    assert agent.client.get("/choose/nothing/?q=x").status_code == 404
    assert agent.client.get("/choose/customer/").json() == {"choices": []}
    sent = {"text": "书坏了", "customer": buyer.public_id, "customer_text": "王小明", "key": "k"}
    assert agent.client.post("/cases/new/", sent).status_code == 303
    assert Case.objects.get().record.customer_id == buyer.customer_id


def test_a_chosen_customer_must_be_visible(stranger: Staffer, buyer: Shopper) -> None:
    with nothing_happens():
        response = stranger.client.post("/cases/new/", {"text": "x", "customer": buyer.public_id, "key": "k"})
    assert response.status_code == 404
