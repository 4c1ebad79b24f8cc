"""The public form: one box, errors beside their fields, nothing lost, once however often it is sent."""

import re
from datetime import datetime
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from guanxi.cases import rules
from guanxi.cases.models import Case
from guanxi.cases.queries import procedures
from guanxi.channels.models import Message
from tests.cast import Organisation, Shopper, Visitor, complain, in_threads, nothing_happens, statements

pytestmark = pytest.mark.django_db
GOOD = {"text": "包裹破了，请换一件。", "name": "陈静", "phone": "13800138000", "email": "", "reference": ""}


def form_key(client: Client) -> str:
    found = re.search(r'name="key" value="([^"]+)"', client.get("/complain/").content.decode())
    assert found
    return found[1]


def test_it_is_sent_and_shows_number_and_promise(organisation: Organisation, visitor: Visitor) -> None:
    response = visitor.client.post("/complain/", {**GOOD, "key": form_key(visitor.client)}, follow=True)
    body = response.content.decode()
    case = Case.objects.get()
    assert response.status_code == 200
    assert case.number in body
    assert "A person answers by Tue 3 Mar, 12:00." in body
    assert response.redirect_chain[0][1] == 303
    follow = re.search(r'href="([^"]+/c/[^"]+)"', body)
    assert follow
    page = visitor.client.get(follow[1].replace("http://testserver", ""))
    assert page.status_code == 200
    assert GOOD["text"] in page.content.decode()


def test_the_same_form_sent_twice_is_one_case(organisation: Organisation, visitor: Visitor) -> None:
    sent = {**GOOD, "key": form_key(visitor.client)}
    first = visitor.client.post("/complain/", sent)
    with nothing_happens():
        again = visitor.client.post("/complain/", sent)
    assert first.headers["Location"] == again.headers["Location"]
    assert Case.objects.count() == 1


def test_other_words_under_the_same_key_are_refused_and_kept(
    organisation: Organisation, visitor: Visitor
) -> None:
    sent = {**GOOD, "key": form_key(visitor.client)}
    visitor.client.post("/complain/", sent)
    with nothing_happens():
        response = visitor.client.post("/complain/", {**sent, "text": "另一件事"})
    assert response.status_code == 422
    body = response.content.decode()
    assert "另一件事" in body
    fresh = re.search(r'name="key" value="([^"]+)"', body)
    assert fresh
    assert fresh[1] != sent["key"], "sending again must work"


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_are_one_case(organisation: Organisation) -> None:
    sent = {**GOOD, "key": "one-and-the-same"}
    done = in_threads(8, lambda _: Client().post("/complain/", sent))
    places = {one.headers["Location"] for one in done if not isinstance(one, Exception)}
    assert len(places) == 1
    assert [one.status_code for one in done if not isinstance(one, Exception)] == [303] * 8
    assert Case.objects.count() == 1


def translated() -> bool:
    """Whether the Chinese catalogue is compiled here; CI compiles it first."""
    with translation.override("zh-hans"):
        return translation.gettext("Send complaint") != "Send complaint"


WRONG = [
    ({"text": ""}, "text", {"en": "own words", "zh-hans": ""}),
    ({"text": "长" * (rules.TEXT_CHARS_MAX + 1)}, "text", {"en": "10,001 characters", "zh-hans": "10,001"}),
    ({"phone": "12"}, "phone", {"en": "too short", "zh-hans": ""}),
    ({"phone": "", "email": "nobody"}, "email", {"en": "not an e-mail address", "zh-hans": ""}),
    ({"reference": "?"}, "reference", {"en": "member number", "zh-hans": ""}),
    ({"name": "x" * 101}, "name", {"en": "name is too long", "zh-hans": ""}),
    ({"phone": ""}, "reach", {"en": "at least one way to reach you", "zh-hans": ""}),
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("wrong", "field", "words"), WRONG, ids=[one[1] + str(n) for n, one in enumerate(WRONG)]
)
def test_errors_stand_beside_their_field_and_nothing_is_lost(
    organisation: Organisation,
    visitor: Visitor,
    language: str,
    wrong: dict[str, str],
    field: str,
    words: dict[str, str],
) -> None:
    with nothing_happens():
        response = visitor.client.post(
            "/complain/", {**GOOD, **wrong, "key": "k"}, headers={"Accept-Language": language}
        )
    body = unescape(response.content.decode())
    assert response.status_code == 422
    assert response.headers["Content-Language"] == language
    assert f'id="f-{field}-error"' in body
    beside = body.split(f'id="f-{field}-error"')[1].split("</p>")[0]
    assert words[language] in beside
    if language == "zh-hans" and translated():
        assert re.search("[\u4e00-\u9fff]", beside), beside
    for name, value in {**GOOD, **wrong}.items():
        if value:
            assert value in body, name


def test_hostile_words_are_shown_as_words(organisation: Organisation, visitor: Visitor) -> None:
    text = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
    response = visitor.client.post("/complain/", {**GOOD, "text": text, "phone": "12"})
    body = response.content.decode()
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    response = visitor.client.post("/complain/", {**GOOD, "text": text}, follow=True)
    link = response.redirect_chain[0][0].replace("received/", "")
    body = visitor.client.get(link).content.decode()
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert "{{ 7*7 }}" in unescape(body)
    assert Message.objects.get().body == text


@pytest.mark.parametrize("field", ["text", "name", "phone", "email", "reference", "key"])
def test_nul_in_any_field_is_no_crash(organisation: Organisation, visitor: Visitor, field: str) -> None:
    response = visitor.client.post("/complain/", {**GOOD, "key": "k", field: "a\x00b"})
    assert response.status_code in (303, 400, 422)


def test_a_megabyte_is_refused_and_nothing_written(organisation: Organisation, visitor: Visitor) -> None:
    with nothing_happens():
        for size in (1_000_000, 4_000_000):
            response = visitor.client.post("/complain/", {**GOOD, "text": "x" * size})
            assert response.status_code in (400, 413, 422)


def test_a_signed_in_customer_needs_no_contact(buyer: Shopper) -> None:
    response = buyer.client.post("/complain/", {"text": "又坏了", "key": "k"})
    assert response.status_code == 303
    assert Case.objects.get().record_id == buyer.record_id


def test_csrf_is_asked_for(organisation: Organisation) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    with nothing_happens():
        response = strict.post("/complain/", GOOD)
    assert response.status_code == 403
    assert "what you wrote is kept in your browser" in response.content.decode()


def test_what_it_costs(organisation: Organisation, visitor: Visitor, now: datetime) -> None:
    visitor.client.get("/complain/")
    assert statements(lambda: visitor.client.get("/complain/")) <= 1
    procedures.current()  # what is kept for some seconds is there
    few = statements(lambda: visitor.client.post("/complain/", {**GOOD, "key": "k1"}))
    for number in range(40):
        complain(now, str(number))
    many = statements(
        lambda: visitor.client.post("/complain/", {**GOOD, "phone": "13800138001", "key": "k2"})
    )
    assert many == few <= 22
