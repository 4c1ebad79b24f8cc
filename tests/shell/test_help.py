"""Help beside the page: each page has a text in both languages, and a text can never be markup."""

import re

import pytest
from django.urls import resolve

from guanxi.core import prose
from guanxi.site import help_pages
from guanxi.site.shell import RAIL
from tests.cast import Shopper, Staffer, Visitor
from tests.security.calls import CALLS, route_of

pytestmark = pytest.mark.django_db
HELP = re.compile(r'data-help-url="/help/([a-z_]+)/"')


@pytest.mark.parametrize("topic", help_pages.topics())
def test_every_text_exists_in_both_languages_and_reads(topic: str) -> None:
    english, chinese = (help_pages.read(topic, language) for language in ("en", "zh-hans"))
    assert english is not None
    assert chinese is not None
    assert re.search("[\u4e00-\u9fff]", chinese.title)
    assert english.title.isascii()
    assert english.body.count("<li>") == chinese.body.count("<li>")
    for text in (english, chinese):
        assert "**" not in text.body
        assert "`" not in text.body
        assert not text.body.count("<script")


def test_every_place_of_the_rail_has_a_text_of_its_own() -> None:
    assert len(RAIL) <= 8
    assert {place.url_name for place in RAIL} <= set(help_pages.topics())


def test_the_pages_of_one_record_have_texts_of_their_own() -> None:
    for address in (
        "/customers/C-1/",
        "/cases/GX-1/",
        "/cases/new/",
        "/search/",
        "/notices/",
        "/accounts/2fa/",
    ):
        match = resolve(address)
        assert help_pages.topic_of(match.url_name or "", address) != help_pages.GENERAL
    assert help_pages.topic_of("whatever", "/nowhere/") == help_pages.GENERAL
    assert {route_of(key) for key in CALLS} >= {"help/<slug:topic>/"}


def test_the_page_offers_its_own_text(agent: Staffer) -> None:
    found = HELP.search(agent.client.get("/today/").content.decode())
    assert found is not None
    assert found[1] == "today"
    fragment = agent.client.get("/help/today/", headers={"X-Requested-With": "fetch"}).content.decode()
    assert 'data-side-title="Today"' in fragment
    assert "<html" not in fragment
    assert "<kbd>N</kbd>" in fragment
    page = agent.client.get("/help/today/", {"lang": "zh-hans"}).content.decode()
    assert "<h1" in page
    assert "您的工作台" in page


def test_no_such_text_and_no_strangers(agent: Staffer, buyer: Shopper, visitor: Visitor) -> None:
    assert agent.client.get("/help/nonsense/").status_code == 404
    assert buyer.client.get("/help/today/").status_code == 403
    assert visitor.client.get("/help/today/").status_code == 302


def test_what_stands_in_a_text_is_escaped() -> None:
    body = prose.render("a <script>**b**</script>\n- `<x>`\n\n## <h>").replace("\n", "")
    assert (
        body
        == "<p>a &lt;script&gt;<b>b</b>&lt;/script&gt;</p><ul><li><kbd>&lt;x&gt;</kbd></li></ul><h3>&lt;h&gt;</h3>"
    )
