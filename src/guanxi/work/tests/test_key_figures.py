"""Key figures of work against a plain count: the number is the sum of its rows, days, parts; the file equals the screen."""

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.core import figures as registry
from guanxi.core.counting import Counting, added
from guanxi.core.figures import Value, Whose
from guanxi.core.models import ApiToken, Role
from guanxi.work import actions
from guanxi.work.models import Assignment, Member, Shelf, WorkItem
from guanxi.work.queries import figures
from guanxi.work.tests.test_dispatch import dispatch, letter, ready, ring
from tests.cast import SYSTEM, Hire, Machine, Organisation, Staffer

pytestmark = pytest.mark.django_db
S, DAY = timedelta(seconds=1), timedelta(days=1)
ROW = re.compile(r"<tr><td>[-0-9]{10} [:0-9]{8}</td>.*?</tr>")
NEXT = re.compile(r'href="(\?[^"]*after=[^"]*)"')
DAYS = re.compile(r'gx-kf-days.*?<span class="gx-num gx-nowrap">(.*?)</span>', re.DOTALL)
FIGURES = {one.code.removeprefix("work."): one for one in figures.FIGURES}


@dataclass(frozen=True)
class Told:
    """A piece of work of the past, in seconds before now."""

    came: int
    waited: int  # until in hand
    took: int
    notes: int
    channel: str
    target: int
    who: int
    kind: str
    customer: int
    end: str  # done, open, waits, gone
    resolved: bool | None
    shelf: int  # seconds of `took` on the shelf, in thousandths


PIECES = st.lists(
    st.builds(
        Told,
        came=st.integers(0, 9 * 86_400),
        waited=st.integers(0, 400),
        took=st.integers(0, 4_000),
        notes=st.integers(0, 120),
        channel=st.sampled_from(["phone", "chat", "deferred"]),
        target=st.sampled_from([20, 120, 3_600]),
        who=st.integers(0, 1),
        kind=st.sampled_from(["case.answer", "people.review"]),
        customer=st.integers(1, 3),
        end=st.sampled_from(["done", "done", "open", "waits", "gone"]),
        resolved=st.sampled_from([True, False, None]),
        shelf=st.integers(0, 1_000),
    ),
    max_size=14,
)


@dataclass(frozen=True)
class Lived:
    """The same, as moments."""

    told: Told
    arrived: datetime
    hand: datetime | None
    ended: datetime | None
    wrapped: datetime | None
    shelved: timedelta

    @property
    def due(self) -> datetime:
        return self.arrived + self.told.target * S

    @property
    def live(self) -> bool:
        return self.told.channel != "deferred"


def live_through(told: Told, now: datetime) -> Lived:
    arrived = now - told.came * S
    hand = arrived + told.waited * S if told.end in ("done", "open") else None
    ended = hand + told.took * S if hand and told.end == "done" else None
    wrapped = ended + told.notes * S if ended and told.channel != "deferred" and told.notes else None
    shelved = told.took * told.shelf // 1_000 * S if ended else timedelta()
    return Lived(told, arrived, hand, ended, wrapped, shelved)


def write(lived: list[Lived], team: int, members: list[Member]) -> None:
    for number, one in enumerate(lived):
        state = {"done": "done", "open": "assigned", "waits": "queued", "gone": "cancelled"}[one.told.end]
        gone = one.arrived + one.told.waited * S if one.told.end == "gone" else None
        item = WorkItem.objects.create(
            kind=one.told.kind, subject_kind="test", subject_id=number, record_id=one.told.customer, team_id=team,
            channel=one.told.channel, arrived=one.arrived, due=one.due, state=state, finished=one.ended or gone,
        )  # fmt: skip
        if one.hand is None:
            continue
        held = Assignment.objects.create(
            item=item, member=members[one.told.who], started=one.hand, accepted=one.hand, ended=one.ended,
            outcome="done" if one.ended else "", resolved=one.told.resolved if one.ended else None, wrapped=one.wrapped,
        )  # fmt: skip
        if one.ended and one.shelved:
            Shelf.objects.create(
                assignment=held, member=held.member, parked=one.ended - one.shelved, resumed=one.ended
            )


def local_day(moment: datetime) -> object:
    return timezone.localtime(moment).date()


def oracle(
    lived: list[Lived], since: datetime, until: datetime, who: int | None
) -> dict[str, tuple[float, float]]:
    """What each figure must come to, by loops."""

    def mine(one: Lived) -> bool:
        return who is None or (one.hand is not None and one.told.who == who)

    came = [one for one in lived if since <= one.arrived < until and one.live and mine(one)]
    decided = [
        one for one in came
        if not (one.told.end == "waits" and one.due >= until) and not (one.told.end == "gone" and one.told.waited <= 5)
    ]  # fmt: skip
    done = [one for one in lived if one.ended and since <= one.ended < until and mine(one)]
    rest = [one for one in done if not one.live]
    calls = [one for one in done if one.live]
    ticked = [one for one in done if one.told.resolved is not None]

    def again(one: Lived) -> bool:
        end = one.ended or one.arrived
        return any(
            two.told.customer == one.told.customer and two.told.kind == one.told.kind
            and end < two.arrived <= end + 7 * DAY
            for two in lived
        )  # fmt: skip

    def in_time(channel: str) -> tuple[float, float]:
        some = [one for one in decided if one.told.channel == channel]
        return sum(one.hand is not None and one.hand <= one.due for one in some), len(some)

    answered = [one for one in came if one.hand]
    return {
        "service.phone": in_time("phone"),
        "service.chat": in_time("chat"),
        "abandoned": (sum(one.told.end == "gone" for one in decided), len(decided)),
        "answer_speed": (sum(one.told.waited for one in answered), len(answered)),
        "resolved": (sum(one.told.resolved is True and not again(one) for one in ticked), len(ticked)),
        "handled": (len(done), len({(one.told.who, local_day(one.ended)) for one in done if one.ended})),
        "handling.live": (
            sum(
                one.told.took + (one.told.notes if one.wrapped else 0) - one.shelved.total_seconds()
                for one in calls
            ),
            len(calls),
        ),
        "handling": (sum(one.told.took - one.shelved.total_seconds() for one in rest), len(rest)),
        "in_target": (sum(one.ended is not None and one.ended <= one.due for one in rest), len(rest)),
        "turnaround": (sum(one.told.waited + one.told.took for one in rest), len(rest)),
    }


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PIECES)
def test_every_figure_is_what_a_plain_count_says(
    agent: Staffer, other_agent: Staffer, now: datetime, told: list[Told]
) -> None:
    """Number, rows, days and parts of every figure, over a week, for everybody, the team and one member."""
    seats = [agent.seat, other_agent.seat]
    lived = [live_through(one, now) for one in told]
    since = now - 7 * DAY
    point = transaction.savepoint()
    write(lived, seats[0].team_id, seats)
    for whose, who in ((Whose(), None), (Whose(team=seats[0].team_id), None), (Whose(member=seats[1].id), 1)):
        wanted = oracle(lived, since, now, who)
        assert set(wanted) == set(FIGURES) - {"quality"}
        for code, (numerator, denominator) in wanted.items():
            source = FIGURES[code].source
            assert source is not None
            check(source(SYSTEM, since, now, whose), numerator, denominator, code)
    transaction.savepoint_rollback(point)


def check(counting: Counting, numerator: float, denominator: float, code: str) -> None:
    value = counting.value()
    assert (value.numerator, value.denominator) == (numerator, denominator), code
    rows = list(counting.every())
    assert sum(row.numerator for row in rows) == numerator, code
    assert sum(row.denominator for row in rows) == denominator, code
    paged, cursor = counting.page("", size=3)
    while cursor:
        more, cursor = counting.page(cursor, size=3)
        paged += more
    assert paged == rows, code
    parts_of: list[Sequence[tuple[object, Value]]] = [counting.days()]
    parts_of += [counting.groups(one) for one in counting.by]
    for parts in parts_of:
        whole = added([value for _name, value in parts])
        assert (whole.numerator, whole.denominator) == (numerator, denominator), code
    if FIGURES[code].spread and rows:
        ranked = sorted(row.numerator for row in rows)
        ranks = [ranked[max(math.ceil(share * len(ranked)), 1) - 1] for share in (0.5, 0.9)]
        assert counting.spread(0.5, 0.9) == ranks, code


# -- through what people do ---------------------------------------------------------------------------------


@pytest.fixture
def worked(agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime) -> None:
    """Two pieces finished by one, one by the other, today."""
    ready(now, agent, other_agent)
    for number, who in enumerate((agent, agent, other_agent), 1):
        letter(organisation, now - timedelta(minutes=3), number)
        actions.take_next(actor=who.actor, now=now - timedelta(minutes=2))
        actions.finish(
            actor=who.actor, now=now - timedelta(minutes=1), subject=("test", number), kind="case.answer"
        )


@pytest.fixture
def chief(organisation: Organisation, hire: Hire) -> Staffer:
    """Sees the figures of the department's people."""
    Role.objects.create(
        code="chief", name={"en": "chief"}, rights={"work.view": "department", "work.figures": "department"}
    )
    return hire("chief", "chief", "contact")


def sheet(answer: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.decode("utf-8-sig"))))


def test_a_call_is_counted_with_its_notes(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    """Offered at once, accepted after 4 s, 60 s of talk, 30 s of notes."""
    ready(now, agent)
    call = ring(organisation, now)
    assert dispatch(now) == 1
    actions.accept(actor=agent.actor, now=now + 4 * S, public_id=call.public_id)
    actions.finish(actor=agent.actor, now=now + 64 * S, subject=("test", 1), kind="case.answer")
    actions.wrap_up(actor=agent.actor, now=now + 94 * S, resolved=True)
    end = now + timedelta(minutes=5)
    for code, numerator in (
        ("service.phone", 1),
        ("answer_speed", 4),
        ("handling.live", 90),
        ("resolved", 1),
    ):
        source = FIGURES[code].source
        assert source is not None
        value = source(SYSTEM, now - S, end, Whose()).value()
        assert (value.numerator, value.denominator) == (numerator, 1), code


def test_nothing_counted_is_not_nought(agent: Staffer, now: datetime) -> None:
    """Nobody gave up, for nobody called: a dash, not 0 %."""
    page = agent.client.get("/figures/?whose=me").text
    assert "Handled per seat and day" in page
    assert "0.0 %" not in page


def test_the_file_equals_the_screen(worked: None, agent: Staffer) -> None:
    path = "/figures/work.handled/?whose=me&span=day"
    rows = sheet(agent.client.get(f"{path}&csv=rows").content)
    screen = agent.client.get(path).text
    assert len(rows) == 3  # the head and two
    for row in rows[1:]:
        for cell in row:
            assert f"{cell}</td>" in screen
    assert [row[4:] for row in rows[1:]] == [["1", "0"], ["1", "1"]]
    assert "2.0</b>" in screen  # two pieces, one seat and day


def test_paging_goes_on_where_it_stopped(agent: Staffer, organisation: Organisation, now: datetime) -> None:
    seat, team = agent.seat, organisation.id("front")
    write([live_through(Told(3_600 + n, 1, 5, 0, "deferred", 3_600, 0, "case.answer", 1, "done", None, 0), now)
           for n in range(60)], team, [seat])  # fmt: skip
    path = "/figures/work.in_target/?whose=me&span=day"
    first = agent.client.get(path).text
    [following] = NEXT.findall(first)
    second = agent.client.get(f"/figures/work.in_target/{unescape(following)}").text
    assert ([len(ROW.findall(one)) for one in (first, second)], NEXT.findall(second)) == ([50, 10], [])
    assert not set(ROW.findall(first)) & set(ROW.findall(second))


def test_a_chief_sees_team_and_people_and_their_sum(
    worked: None, chief: Staffer, agent: Staffer, other_agent: Staffer
) -> None:
    counts = {}
    for whose in (
        "all",
        "team:front",
        f"member:{agent.user.public_id}",
        f"member:{other_agent.user.public_id}",
    ):
        answer = chief.client.get(f"/figures/work.in_target/?span=day&whose={whose}")
        assert answer.status_code == 200, whose
        counts[whose] = len(ROW.findall(answer.text))
    assert list(counts.values()) == [3, 3, 2, 1]
    parts = sheet(chief.client.get("/figures/work.in_target/?whose=all&csv=member").content)[1:]
    assert parts == [["Agent", "100.0", "2", "2"], ["Other Agent", "100.0", "1", "1"]]
    assert chief.client.get("/figures/?whose=team:data").status_code == 404  # another department's


def test_nobody_without_the_right_sees_a_colleague(
    worked: None, agent: Staffer, other_agent: Staffer, stranger: Staffer, steward: Staffer, now: datetime
) -> None:
    """Own figures only: no colleague, no team, no count of all; and asking the source directly gives own rows alone."""
    for code in (f"member:{other_agent.user.public_id}", "team:front"):
        for path in ("/figures/", "/figures/work.handled/"):
            assert agent.client.get(f"{path}?whose={code}").status_code == 404
    assert agent.client.get("/figures/work.handled/?whose=all").status_code == 404
    assert re.findall(r'<option value="([^"]*)"', agent.client.get("/figures/?whose=me").text)[:2] == [
        "me",
        "all",
    ]
    assert "Other Agent" not in agent.client.get("/figures/?whose=me").text
    source = FIGURES["handled"].source
    assert source is not None
    day = (now - DAY, now + DAY)
    for whose, seen in (
        (Whose(), 2),
        (Whose(team=agent.seat.team_id), 2),
        (Whose(member=other_agent.seat.id), 0),
    ):
        assert source(agent.actor, *day, whose).value().numerator == seen
    assert source(stranger.actor, *day, Whose()).value().numerator == 0
    assert "Duplicates per 1,000" in steward.client.get("/figures/?whose=all").text


def test_spans_are_calendar_days_weeks_and_months(agent: Staffer, now: datetime) -> None:
    today = timezone.localtime(now).date()
    monday = today - timedelta(days=today.weekday())
    for span, first in (("day", today), ("week", monday), ("month", today.replace(day=1))):
        assert DAYS.findall(agent.client.get(f"/figures/?span={span}").text)[0].startswith(
            f"{first:%Y-%m-%d}"
        )
    before = agent.client.get(f"/figures/?span=week&at={monday - DAY:%Y-%m-%d}").text
    assert DAYS.findall(before)[0] == f"{monday - 7 * DAY:%Y-%m-%d} – {monday - DAY:%Y-%m-%d}"
    assert agent.client.get("/figures/?span=century&at=yesterday&whose=").status_code == 200


def test_figures_have_everything_beside_the_number(agent: Staffer) -> None:
    """Formula, exclusions, owner, unit; targets with a direction."""
    agent.client.get("/figures/")
    for one in registry.list_all(SYSTEM):
        assert all((str(one.numerator), str(one.denominator), str(one.exclusions), one.owner)), one.code


def test_the_api_tells_the_same(
    worked: None, agent: Staffer, organisation: Organisation, token: Machine, now: datetime
) -> None:
    """The page's numbers, rows that add up over pages; a token without the right sees nobody's."""
    ApiToken.objects.filter(public_id=token_id(token)).update(
        rights={"work.view": "all", "work.figures": "all"}
    )

    def ask(path: str) -> dict[str, Any]:
        answer = agent.client.get(f"/api/v1/figures{path}", headers=token.headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    found = {one["code"]: one for one in ask("?whose=team:front&span=day")["items"]}
    handled = found["work.handled"]
    assert (handled["numerator"], handled["denominator"], handled["value"]) == (3, 2, 1.5)
    assert found["work.service.phone"]["value"] is None  # nobody called
    first = ask("/work.handled/rows?whose=team:front&span=day&limit=2")
    rest = ask(f"/work.handled/rows?whose=team:front&span=day&limit=2&after={first['next']}")
    rows = [*first["items"], *rest["items"]]
    assert (len(first["items"]), rest["next"]) == (2, "")
    assert [sum(one[part] for one in rows) for part in ("numerator", "denominator")] == [3, 2]
    ApiToken.objects.filter(public_id=token_id(token)).update(rights={"work.view": "all"})
    for path in ("?whose=team:front", "/work.handled/rows?whose=all"):
        assert agent.client.get(f"/api/v1/figures{path}", headers=token.headers).status_code == 404


def token_id(token: Machine) -> str:
    return token.actor.id
