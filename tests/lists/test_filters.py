"""Filters: what the editors put together, what the address says, what is found, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.core import lists
from guanxi.core.errors import Invalid
from guanxi.core.lists import Column, Kind, composing, filters, reading, wanted
from guanxi.people.actions import Contact
from tests.cast import SYSTEM, Organisation, Staffer, complain, nothing_happens
from tests.lists.test_order_and_pages import value_of

CHOICES = [("a", "A"), ("b", "B"), ("c", "C")]


def column(kind: Kind, *, nullable: bool = False) -> Column:
    return Column(
        code="x",
        title="X",
        value=lambda actor, row: None,
        kind=kind,
        path="x",
        nullable=nullable,
        choices=lambda actor: CHOICES,
    )


def form(**fields: Any) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in fields.items():
        made.setlist(name, value if isinstance(value, list) else [value])
    return made


WORDS = st.text(min_size=1, max_size=30).map(str.strip).filter(bool)


@given(words=WORDS, how=st.sampled_from(["holds", "is"]))
def test_any_words_can_be_looked_for(words: str, how: str) -> None:
    text = composing.compose(column(Kind.TEXT), form(how=how, words=words))
    condition = filters.read(column(Kind.TEXT), text, actor=SYSTEM, now=datetime.now().astimezone())
    lookup = "x__iexact" if how == "is" else "x__icontains"
    assert condition.q.children == [(lookup, words)]
    again = composing.parts(column(Kind.TEXT), text)
    assert (again["how"], again["words"]) == (how, words)


@given(codes=st.lists(st.sampled_from("abc"), unique=True, min_size=1), none=st.booleans())
def test_any_choice_can_be_put_together(codes: list[str], none: bool) -> None:
    text = composing.compose(column(Kind.CHOICE), form(one=codes, none="1" if none else ""))
    again = composing.parts(column(Kind.CHOICE), text)
    assert (again["one"], bool(again["none"])) == (codes, none)
    filters.read(column(Kind.CHOICE), text, actor=SYSTEM, now=datetime.now().astimezone())


@given(low=st.none() | st.integers(-(10**9), 10**9), high=st.none() | st.integers(-(10**9), 10**9))
def test_any_range_can_be_put_together(low: int | None, high: int | None) -> None:
    fields = {"from": "" if low is None else str(low), "to": "" if high is None else str(high)}
    text = composing.compose(column(Kind.NUMBER), form(**fields))
    assert composing.parts(column(Kind.NUMBER), text) == fields
    if low is None and high is None:
        assert text == ""
    elif low is not None and high is not None and high < low:
        with pytest.raises(Invalid):
            filters.read(column(Kind.NUMBER), text, actor=SYSTEM, now=datetime.now().astimezone())
    else:
        filters.read(column(Kind.NUMBER), text, actor=SYSTEM, now=datetime.now().astimezone())


SIGNS = st.text(alphabet="0123456789-.+*!=~,dEe natody eyrw∞NaIf٣", max_size=24)


@given(kind=st.sampled_from(list(Kind)), text=SIGNS | st.text(max_size=40), nullable=st.booleans())
@settings(max_examples=400)
def test_whatever_stands_there_is_read_or_refused_by_name(kind: Kind, text: str, nullable: bool) -> None:
    one = column(kind, nullable=nullable)
    try:
        condition = filters.read(one, text, actor=SYSTEM, now=datetime(2026, 3, 3).astimezone())
    except Invalid as refused:
        assert list(refused.fields) == ["x"]  # noqa: PT017
    else:
        assert condition.words
        composing.parts(one, condition.text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2025-12-31T16:00", "2026-12-31T16:00"),
        ("2026-02", "2026-01-31T16:00", "2026-02-28T16:00"),
        ("2026-03-01..2026-03-02", "2026-02-28T16:00", "2026-03-02T16:00"),
        ("today", "2026-03-02T16:00", "2026-03-03T16:00"),
        ("yesterday", "2026-03-01T16:00", "2026-03-02T16:00"),
        ("7d", "2026-02-24T02:00", "2026-03-03T02:00:00.000001"),
        ("+3d", "2026-03-03T02:00", "2026-03-06T02:00"),
        ("..now", None, "2026-03-03T02:00"),
        ("now..", "2026-03-03T02:00", None),
    ],
)
def test_spans_of_time(text: str, start: str | None, end: str | None, now: datetime) -> None:
    q: dict[str, Any] = dict(filters.read(column(Kind.MOMENT), text, actor=SYSTEM, now=now).q.children)  # type: ignore[arg-type]
    found = [q.get("x__gte"), q.get("x__lt")]
    expected = [datetime.fromisoformat(f"{one}+00:00") if one else None for one in (start, end)]
    assert found == expected


# -- against the rows themselves --

Holds = Callable[[Any], bool]


def _fold(text: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in text)


def _cases(now: datetime) -> list[tuple[str, str, str, str, Holds]]:
    """(list, column, filter, path, what Python says about a row's value)."""
    day = timedelta(days=1)
    names: list[tuple[str, Holds]] = [
        ("100%", lambda v: "100%" in v),
        ("_", lambda v: "_" in v),
        ("'", lambda v: "'" in v),
        ("王", lambda v: "王" in v),
        ("ada", lambda v: "ada" in _fold(v)),
        ("=ada", lambda v: _fold(v) == "ada"),
        ("-", lambda v: v == ""),
        ("*", lambda v: v != ""),
    ]
    found = [("orders", "customer", text, "record__name", holds) for text, holds in names]
    found += [("customers", "name", text, "name", holds) for text, holds in names]
    found += [
        ("cases", "case", "~=odd", "title", lambda v: "=odd" in v),
        ("cases", "case", "=late AGAIN", "title", lambda v: _fold(v) == "late again"),
        ("cases", "state", "recorded,answered", "state", lambda v: v in ("recorded", "answered")),
        ("cases", "state", "!resolved", "state", lambda v: v != "resolved"),
        ("cases", "channel", "phone", "channel", lambda v: v == "phone"),
        ("cases", "due", "-", "due", lambda v: v is None),
        ("cases", "due", "*", "due", lambda v: v is not None),
        ("cases", "due", "..now", "due", lambda v: v is not None and v < now),
        ("cases", "resolved", "today", "resolved", lambda v: v is not None),
        ("cases", "opened", "2026-03-03", "opened", lambda v: True),
        ("orders", "amount", "10..15.5", "total_minor", lambda v: 1_000 <= v <= 1_550),
        ("orders", "amount", "21..", "total_minor", lambda v: v >= 2_100),
        ("orders", "amount", "10", "total_minor", lambda v: v == 1_000),
        ("orders", "placed", "1d", "placed", lambda v: now - day <= v <= now),
        ("orders", "placed", "today", "placed", lambda v: v.astimezone().date() == now.astimezone().date()),
        ("orders", "currency", "=usd", "currency", lambda v: v == "USD"),
    ]
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("full_house")
def test_filters_find_what_python_finds(agent: Staffer, now: datetime) -> None:
    wrong = []
    for code, name, text, path, holds in _cases(now):
        listing = lists.get(code)
        want = wanted.read(listing, agent.actor, {name: text}, now=now)
        assert want.errors == {}, (name, text)
        found = {row.pk for row in reading.matching(listing, agent.actor, want)}
        rows = list(listing.query(agent.actor))
        expected = {row.pk for row in rows if holds(value_of(row, path))}
        if found != expected:
            wrong.append((code, name, text, len(found), len(expected)))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.usefixtures("full_house")
@given(
    state=st.lists(st.sampled_from(["recorded", "answered", "resolved"]), min_size=1, unique=True),
    channel=st.sampled_from(["web", "phone", "!web", ""]),
    words=st.sampled_from(["a", "破", "100%", "zzz", ""]),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_filters_together_narrow(
    state: list[str], channel: str, words: str, agent: Staffer, now: datetime
) -> None:
    listing = lists.get("cases")
    params = {"state": ",".join(state), "channel": channel, "case": words}
    want = wanted.read(listing, agent.actor, params, now=now)
    expected = [
        row.pk
        for row in listing.query(agent.actor)
        if row.state in state
        and (not channel or (row.channel == channel.lstrip("!")) is not channel.startswith("!"))
        and _fold(words) in _fold(row.title)
    ]
    assert sorted(row.pk for row in reading.matching(listing, agent.actor, want)) == sorted(expected)


# -- through the pages --


@pytest.mark.django_db
def test_an_editor_leads_to_a_readable_address(agent: Staffer) -> None:
    url = "/lists/cases/filter/"
    sent = {
        "rest": "turn=staff&sort=due&density=dense&after=x",
        "column": "state",
        "one": ["recorded", "answered"],
    }
    response = agent.client.get(url, sent)
    assert response.headers["Location"] == "/cases/?state=recorded,answered&turn=staff&sort=due&density=dense"
    response = agent.client.get(url, {**sent, "none": "1"})
    assert "state=!recorded,answered" in response.headers["Location"]
    response = agent.client.get(
        url, {"rest": "state=recorded", "column": "opened", "is": "7d", "from": "2026-01-01"}
    )
    assert response.headers["Location"] == "/cases/?opened=7d&state=recorded"
    response = agent.client.get(
        url, {"rest": "state=recorded", "column": "state"}
    )  # nothing ticked: taken away
    assert response.headers["Location"] == "/cases/"


@pytest.mark.django_db
def test_what_is_set_stands_in_a_chip_that_opens_and_goes(agent: Staffer, now: datetime) -> None:
    complain(now)
    body = unescape(agent.client.get("/cases/?state=recorded&opened=7d").content.decode())
    assert "Stage: <b>Received</b>" in body
    assert "Opened: <b>the last 7 days</b>" in body
    assert 'href="/cases/?opened=7d" aria-label="Remove the filter on Stage"' in body
    assert 'value="recorded" checked' in body
    assert "data-key-of" in body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("state=nonsense", "Stage: “nonsense” cannot be read. Example: recorded,answered"),
        ("opened=soon", "Opened: “soon” cannot be read. Example: 2026-03-01..2026-03-15, 7d, today"),
        ("opened=-", "Opened: “-” cannot be read"),
        ("case=" + "x" * 300, "cannot be read"),
        ("case=%3Cimg%20src%3Dx%3E%00", "The request could not be read"),
    ],
)
def test_an_error_stands_beside_its_filter(query: str, said: str, agent: Staffer, now: datetime) -> None:
    case = complain(now).case
    response = agent.client.get(f"/cases/?{query}")
    body = unescape(response.content.decode())
    assert response.status_code in (400, 422)
    assert said in body
    assert case.number not in body  # nothing rather than everything


@pytest.mark.django_db
def test_errors_in_chinese(agent: Staffer) -> None:
    body = agent.client.get("/cases/?opened=soon&lang=zh-hans").content.decode()
    assert "soon" in body
    assert 'lang="zh-Hans"' in body


@pytest.mark.django_db
@pytest.mark.parametrize("use", ["secret=yes", "sort=secret", "sort=-secret"])
def test_a_column_that_is_hidden_from_one_neither_filters_nor_orders(
    use: str, agent: Staffer, now: datetime
) -> None:
    case = complain(now).case
    hidden = Column(
        code="secret", title="Secret", value=lambda actor, row: row.overdue_told, kind=Kind.FLAG,
        path="overdue_told", right="cases.intake", choices=lambda actor: CHOICES,
    )  # fmt: skip
    listing = replace(lists.get("cases"), columns=(*lists.get("cases").columns, hidden))
    allowed = agent.actor
    blind = replace(allowed, rights={"cases.view": allowed.rights["cases.view"]})
    params = dict([use.split("=")])
    want = wanted.read(listing, blind, params, now=now)
    assert list(want.errors) == [use.split("=")[0]]
    assert list(reading.page(listing, blind, want).rows) == []
    seen = wanted.read(listing, allowed, {"sort": "secret"}, now=now)
    assert seen.errors == {}
    assert [row.pk for row in reading.page(listing, allowed, seen).rows] == [case.pk]


@pytest.mark.django_db
def test_masked_numbers_are_not_guessed_through_a_list(
    trainee: Staffer, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    complain(now, contact=Contact("沈璐", "13958016608"))
    for query in ("phone=139", "phone=*", "sort=phone", "email=-"):
        assert trainee.client.get(f"/customers/?{query}").status_code == 422
        assert "13958016608" not in trainee.client.get(f"/customers/?{query}").content.decode()
    body = trainee.client.get("/customers/?columns=name,phone").content.decode()
    assert "139 5801 6608" not in body
    assert "沈璐" in body
    assert "139 5801 6608" in agent.client.get("/customers/?columns=name,phone").content.decode()


@pytest.mark.django_db
def test_counts_stop_at_a_thousand_until_asked(
    agent: Staffer, many: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guanxi.core.keyset.COUNT_MAX", 10)
    many(12)
    body = agent.client.get("/orders/").content.decode()
    assert ">10+</a>" in body
    assert "/lists/orders/count/" in body
    counted = agent.client.get("/lists/orders/count/").content.decode()
    assert ">12<" in counted
    assert "<a" not in counted
    assert ">12<" in agent.client.get("/orders/?count=all").content.decode()
    assert ">1<" in agent.client.get("/lists/orders/count/?number=%3DM-3").content.decode()


@pytest.mark.django_db
def test_reading_changes_nothing(agent: Staffer, manager: Staffer, now: datetime) -> None:
    case = complain(now).case
    with nothing_happens():
        for url in ("/cases/?q=x", "/lists/cases/count/", "/lists/cases/filter/?column=state&one=recorded",
                    f"/lists/cases/{case.number}/quick/"):  # fmt: skip
            assert agent.client.get(url).status_code in (200, 302), url
        for url in ("/lists/nowhere/count/", "/lists/cases/filter/?column=nowhere", "/lists/cases/filter/",
                    "/lists/cases/GX-0/quick/", f"/lists/cases/{case.number}/number/",
                    f"/lists/cases/{case.number}/nowhere/"):  # fmt: skip
            assert agent.client.get(url).status_code == 404, url
        assert manager.client.get(f"/lists/cases/{case.number}/case/").status_code == 403
