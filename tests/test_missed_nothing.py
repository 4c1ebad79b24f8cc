"""A page that is drawn while something happens hears of it afterwards."""

from datetime import datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from guanxi.core.jobs.outbox import sealed_head
from guanxi.core.seal import seal
from guanxi.site.middleware import Stream
from guanxi.site.shell import live_url
from tests.cast import Staffer, complain

pytestmark = pytest.mark.django_db


def drawn(agent: Staffer, now: datetime) -> str:
    """The stream's address on a page that somebody complains during."""

    def view(request: HttpRequest) -> HttpResponse:
        complain(now)
        seal()
        return HttpResponse(live_url(request))

    request = RequestFactory().get("/today/")
    request.actor = agent.actor  # type: ignore[attr-defined]
    answer = Stream(view)(request)
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def test_it_listens_from_before_it_read_anything(agent: Staffer, now: datetime) -> None:
    complain(now)
    seal()
    before = sealed_head()
    assert drawn(agent, now).endswith(f"&after={before}")
    assert sealed_head() > before
