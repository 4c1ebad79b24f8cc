"""The timeline as a component: what it shows, filters, finds, hides and pages, in a fixed number of statements."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.actions import answer, append
from guanxi.channels.pages import customer_base
from guanxi.core import timeline
from guanxi.core.access import system
from guanxi.core.errors import Denied, Invalid, NotFound
from guanxi.core.events import Event as Happening
from guanxi.core.events import record
from guanxi.core.models import Event
from guanxi.core.timeline import bases, pages, reading
from guanxi.core.timeline.reading import Wanted
from guanxi.engine.cover import cover
from guanxi.work.actions import take_next
from tests.cast import Shopper, Staffer, complain, statements

pytestmark = pytest.mark.django_db
ENTRY = re.compile(r'class="gx-entry gx-entry--(\w+)"')


def base_of(staffer: Staffer, shopper: Shopper) -> bases.Base:
    return customer_base(staffer.actor, shopper.public_id)


def found(staffer: Staffer, shopper: Shopper, **wanted: str) -> list[str]:
    page = reading.page(staffer.actor, base_of(staffer, shopper), Wanted.read(wanted))
    return [entry.type.code for entry in page.entries]


@pytest.fixture
def story(buyer: Shopper, agent: Staffer, now: datetime) -> str:
    """A complaint by telephone, an answer, an addition: the case's number."""
    case = complain(now, "退款 ¥88 还没到账", buyer.contact, channel="phone").case
    answer(actor=agent.actor, now=now + timedelta(hours=1), number=case.number, text="今天退款")
    append(actor=buyer.actor, now=now + timedelta(days=1), number=case.number, text="收到了，谢谢")
    return case.number


def test_filters_by_kind_way_channel_and_author(story: str, agent: Staffer, buyer: Shopper) -> None:
    assert found(agent, buyer, kind="case") == ["case.appended", "case.answered", "case.opened"]
    assert found(agent, buyer, way="out") == ["case.answered"]
    assert found(agent, buyer, channel="phone") == ["case.opened"]
    assert found(agent, buyer, who=agent.actor.id) == ["case.answered"]
    assert found(agent, buyer, kind="case", who="customer") == ["case.appended", "case.opened"]
    assert set(found(agent, buyer, who="system")) == {"order.imported", "person.recorded"}
    assert found(agent, buyer, kind="nonsense") == []
    assert "case.opened" not in found(agent, buyer, way="none")


def test_search_finds_words_numbers_and_what_things_are_called(
    story: str, agent: Staffer, buyer: Shopper
) -> None:
    assert found(agent, buyer, q="退款") == ["case.answered", "case.opened"]
    assert found(agent, buyer, q=story[-4:])[:3] == ["case.appended", "case.answered", "case.opened"]
    assert "order.imported" in found(agent, buyer, q=str(timeline.describe("order.imported").words))
    assert found(agent, buyer, q="nobody said this") == []
    assert found(agent, buyer, q="%") == []


def test_the_address_says_what_is_wanted_and_nothing_else() -> None:
    wanted = Wanted.read({"kind": "case", "q": " 退款 ", "way": "", "other": "x"})
    assert wanted.address() == "kind=case&q=%E9%80%80%E6%AC%BE"
    assert wanted.address(kind="", q="") == ""
    assert not Wanted.read({})


@given(st.dictionaries(st.sampled_from(["kind", "way", "channel", "who", "q"]), st.text(max_size=200)))
def test_any_address_is_read_and_bounded(query: dict[str, str]) -> None:
    wanted = Wanted.read(query)
    assert len(wanted.q) <= reading.FIND_CHARS_MAX
    assert len(wanted.address()) <= 9 * (4 * 40 + 100) + 40
    assert Wanted.read({name: getattr(wanted, name) for name in wanted.__slots__}) == wanted


def test_counts_by_kind_channel_and_author(story: str, agent: Staffer, buyer: Shopper) -> None:
    counts = reading.facets(base_of(agent, buyer))
    assert counts.kinds["case"] == 3
    assert counts.kinds["order"] == 2
    assert counts.total == sum(counts.kinds.values())
    assert counts.people[agent.actor.id] == 1
    assert counts.names == {agent.actor.id: agent.actor.name}
    assert counts.channels["phone"] == 1
    assert counts.ways["out"] == 1


def test_long_ago_and_many_pages_show_each_once_in_order(
    agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    _many(buyer, now, 75)
    base, seen, cursor = base_of(agent, buyer), [], ""
    while True:
        page = reading.page(agent.actor, base, Wanted(kind="case"), before=cursor, size=20)
        seen += [entry.id for entry in page.entries]
        if not (cursor := page.older):
            break
    wanted = Event.objects.filter(record_id=buyer.record_id, type="case.appended").order_by(
        "-occurred", "-id"
    )
    assert seen == list(wanted.values_list("id", flat=True))


def _many(buyer: Shopper, now: datetime, count: int) -> None:
    record(
        *[
            Happening(
                "case.appended",
                system("tests"),
                now - timedelta(hours=number // 3),  # three at each moment: the id decides
                ("case", 1),
                record_id=buyer.record_id,
                data={"channel": "web", "number": "GX-1"},
                detail={"text": f"words {number}"},
            )
            for number in range(count)
        ]
    )


def test_statements_do_not_grow(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    _many(buyer, now, reading.PAGE + 1)  # what fits on the page is counted from it, with a statement less
    actor, base = agent.actor, base_of(agent, buyer)
    few = statements(lambda: pages.card(actor, base))
    _many(buyer, now, 400)
    assert statements(lambda: pages.card(actor, base)) == few <= 5
    assert statements(lambda: pages.card(actor, base, Wanted(q="words", way="in"))) <= 5


def test_who_may_not_read_contacts_sees_them_covered(
    trainee: Staffer, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    complain(now, "打 13958016608 或写 me@shop.example，案件 GX-2603-1234-5678", buyer.contact)
    said = {
        who: reading.page(one.actor, base_of(one, buyer), Wanted(kind="case")).entries[0].text
        for who, one in (("trainee", trainee), ("agent", agent))
    }
    assert said["agent"] == "打 13958016608 或写 me@shop.example，案件 GX-2603-1234-5678"
    assert "13958016608" not in said["trainee"]
    assert "me@shop.example" not in said["trainee"]
    assert "GX-2603-1234-5678" in said["trainee"]


@given(st.text(max_size=80), st.integers(10**9, 10**15))
def test_no_long_number_survives_covering(text: str, number: int) -> None:
    assert str(number) not in cover(f"{text} {number} {text}") or str(number) in text


def test_a_day_keeps_one_heading_over_pages(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    _many(buyer, now, 2 * reading.PAGE)
    url = f"/timeline/customer/{buyer.public_id}/?kind=case"
    first = agent.client.get(url, headers={"HX-Request": "true"}).content.decode()
    older = re.search(r'hx-get="([^"]*before=[^"]*)"', first)
    assert older is not None
    second = agent.client.get(older[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert "<section" not in second
    headings = re.findall(r'class="gx-day">([^<]*)', first + second)
    assert len(headings) == len(set(headings)) == 2
    assert len(ENTRY.findall(first)) == len(ENTRY.findall(second)) == reading.PAGE


def test_the_page_by_itself_and_in_chinese(story: str, agent: Staffer, buyer: Shopper) -> None:
    page = agent.client.get(f"/timeline/customer/{buyer.public_id}/?q=退款").content.decode()
    assert "<html" in page
    assert ENTRY.findall(page) == ["out", "in"]
    assert f'href="/cases/{story}/"' in page


def test_a_case_shows_how_the_work_went(story: str, agent: Staffer, buyer: Shopper, now: datetime) -> None:
    take_next(actor=agent.actor, now=now + timedelta(days=2))
    fragment = agent.client.get(f"/panels/cases.timeline/{story}/").content.decode()
    assert ENTRY.findall(fragment).count("out") == 1
    assert "<html" not in fragment
    assert "gx-timeline" in fragment


def test_long_words_are_folded_whole_words_stay(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    text = "很长的话。" * 100
    complain(now, text, buyer.contact)
    page = agent.client.get(f"/customers/{buyer.public_id}/").content.decode()
    assert '<details class="gx-words' in page
    assert text in page


def test_hostile_words_stay_words(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    complain(now, "<script>alert(1)</script>", buyer.contact)
    url = f"/timeline/customer/{buyer.public_id}/?q=%3Cscript%3E&channel=%22onload%3D"
    page = agent.client.get(url).content.decode()
    assert "<script>alert" not in page
    assert '"onload=' not in page


def test_nobody_elses_and_no_broken_cursor(
    story: str, stranger: Staffer, agent: Staffer, buyer: Shopper
) -> None:
    with pytest.raises(NotFound):
        base_of(stranger, buyer)
    with pytest.raises(NotFound):
        bases.find(agent.actor, "nothing", "x")
    with pytest.raises(Denied):
        bases.find(buyer.actor, "customer", buyer.public_id)
    with pytest.raises(Invalid):
        reading.page(agent.actor, base_of(agent, buyer), Wanted(), before="nonsense")
    assert agent.client.get(f"/timeline/customer/{buyer.public_id}/?before=zzz").status_code == 422


def test_live_hears_what_it_shows_and_skips_what_it_hides(agent: Staffer, buyer: Shopper) -> None:
    card = pages.card(agent.actor, base_of(agent, buyer))
    assert set(card["skip"].split()) == set(timeline.hidden())
    assert len(card["topics"].split()) == len(base_of(agent, buyer).record_ids)


def test_beyond_what_is_counted_everything_can_still_be_asked_for(
    story: str, agent: Staffer, buyer: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "COUNT_MAX", 2)
    counts = reading.facets(base_of(agent, buyer))
    assert (counts.total, counts.more) == (2, True)
    card = pages.card(agent.actor, base_of(agent, buyer))
    assert card["count_label"].startswith("2+")
    assert "order" in [tab["url"].rpartition("kind=")[2] for tab in card["tabs"]]
    assert {tab["count"] for tab in card["tabs"]} == {""}
