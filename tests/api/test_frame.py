"""What every answer of the API carries: tags, limits, and nothing of what pages need."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from guanxi_client import Guanxi, Problem

from guanxi.core.models import ApiToken
from guanxi.site.api_frame import address_of
from tests.cast import Machine, Organisation, complain, statements

pytestmark = pytest.mark.django_db


def test_unchanged_is_not_sent_again(token: Machine, now: datetime) -> None:
    client, number = Client(headers=token.headers), complain(now).case.number
    first = client.get(f"/api/v1/cases/{number}")
    tag = first["ETag"]
    assert tag.startswith('"1-')
    for seen in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = client.get(f"/api/v1/cases/{number}", headers={"If-None-Match": seen})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        assert "Content-Type" not in again
    client.post(f"/api/v1/cases/{number}/append", {"text": "more"}, content_type="application/json")
    changed = client.get(f"/api/v1/cases/{number}", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"].startswith('"2-')


def test_lists_have_weak_tags(token: Machine, now: datetime) -> None:
    client = Client(headers=token.headers)
    tag = client.get("/api/v1/cases")["ETag"]
    assert tag.startswith('W/"')
    assert client.get("/api/v1/cases", headers={"If-None-Match": tag}).status_code == 304
    complain(now)
    assert client.get("/api/v1/cases", headers={"If-None-Match": tag}).status_code == 200


def test_refusals_have_no_tag(token: Machine) -> None:
    client = Client(headers=token.headers)
    answer = client.get("/api/v1/cases/GX-1", headers={"If-None-Match": "*"})
    assert answer.status_code == 404
    assert "ETag" not in answer
    assert answer["Cache-Control"] == "no-store"


def test_a_token_is_limited_and_told(token: Machine, west_token: Machine, settings: Any) -> None:
    settings.API_PER_MINUTE = 3
    client = Client(headers=token.headers)
    answers = [client.get("/api/v1/cases") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one["RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert {one["RateLimit-Limit"] for one in answers} == {"3"}
    assert 0 < int(answers[-1]["Retry-After"]) <= 20
    assert 40 < int(answers[-1]["RateLimit-Reset"]) <= 60
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert answers[-1].json()["code"] == "throttled"
    other = client.get("/api/v1/cases", headers={"Authorization": west_token.headers["Authorization"]})
    assert other.status_code == 200


def test_who_tries_tokens_is_slowed_down_and_holds_up_nobody(token: Machine) -> None:
    client = Client(headers={"Accept-Language": "en"})
    tried = [
        client.get("/api/v1/cases", headers={"Authorization": f"Bearer gx_{n}"}).status_code
        for n in range(32)
    ]
    assert tried == [401] * 30 + [429] * 2
    valid = client.get("/api/v1/cases", headers=token.headers)
    assert (valid.status_code, valid["RateLimit-Limit"]) == (200, "6000")
    elsewhere = client.get("/api/v1/cases", REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 401


def test_a_proxy_says_who_asks_only_where_it_is_believed(settings: Any) -> None:
    def asked(forwarded: str) -> Any:
        return RequestFactory().get("/api/v1/cases", headers={"X-Forwarded-For": forwarded})

    assert address_of(asked("203.0.113.9")) == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert address_of(asked("6.6.6.6, 203.0.113.9")) == "203.0.113.9"
    assert address_of(asked("2001:db8:1:2:3:4:5:6")) == "2001:db8:1:2::/64"
    assert address_of(asked("")) == "127.0.0.1"
    assert address_of(asked("nonsense" * 99)) == ("nonsense" * 99)[:64]


def test_limits_write_nothing(token: Machine) -> None:
    client = Client(headers=token.headers)
    client.get("/api/v1/event-types")
    assert statements(lambda: client.get("/api/v1/event-types")) == 1  # the token itself


def test_no_session_no_cookie_no_page_headers(token: Machine) -> None:
    answer = Client(headers=token.headers).get("/api/v1/cases")
    assert not answer.cookies
    assert not hasattr(answer.wsgi_request, "session")
    assert not hasattr(answer.wsgi_request, "user")
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Content-Length" in answer


def test_pages_still_have_theirs(organisation: Organisation) -> None:
    answer = Client().get("/complain/")
    assert answer.cookies["gx_csrf"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_the_client_waits_when_asked(crm: Guanxi, settings: Any) -> None:
    from guanxi_client import Answer

    waited: list[float] = []
    answers = [
        Answer(429, {"Retry-After": "7"}, b"{}"),
        Answer(503, {}, b"{}"),
        Answer(200, {}, b'{"items":[]}'),
    ]
    crm.transport = lambda *_: answers.pop(0)
    crm.sleep = waited.append
    assert dict(crm.list_cases()) == {"items": []}
    assert waited == [7.0, 1.0]
    crm.transport = lambda *_: Answer(429, {"Retry-After": "600"}, b'{"code":"throttled"}')
    with pytest.raises(Problem, match="throttled"):
        crm.list_cases()
    assert waited[-1] == 60.0


def test_an_expired_token(token: Machine, now: datetime) -> None:
    ApiToken.objects.update(expires=now - timedelta(seconds=1))
    assert Client(headers=token.headers).get("/api/v1/cases").status_code == 401
