"""The cast: one small organisation and the people every test meets. Made through public actions, like everything else.

East branch: department *contact* with team *front* (answers cases), department *records* with team *data* (reviews of
people). West branch: the stranger's. Moments are the test's own: `now` is a fixture, the clock stands at it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guanxi.cases.actions import Opened, open_case
from guanxi.cases.models import Case
from guanxi.core import clock, events, figures, staff
from guanxi.core.access import PUBLIC, Actor, system
from guanxi.core.jobs import Worker
from guanxi.core.models import ApiToken, Event, Role, Unit, User
from guanxi.core.money import Money
from guanxi.people.actions import Contact, add_record
from guanxi.site.actors import CUSTOMER_SESSION, customer_actor, token_actor
from guanxi.trade.actions import BuyerRow, LineRow, OrderRow, ProductRow, add_products, import_buyers
from guanxi.work import actions as work
from guanxi.work import queries as teams
from guanxi.work.models import Member, Team, WorkItem

T = TypeVar("T")
SYSTEM = system("tests")
SECRET = "gx_test_token_of_the_cast"
WEST_SECRET = "gx_test_token_of_the_west"
SERVICE = {
    "code": "service",
    "zone": "Asia/Shanghai",
    "week": {"mon-sun": ["08:00-22:00"]},
    "works_on_holidays": True,
}
OFFICE = {
    "code": "office",
    "zone": "Asia/Shanghai",
    "week": {"mon-fri": ["09:00-12:00", "13:00-18:00"]},
    "holidays": "CN",
}
SEES = {
    "people.view": "all",
    "people.contacts": "all",
    "people.record": "all",
    "trade.view": "all",
    "channels.view": "all",
    "cases.view": "all",
    "cases.intake": "all",
}
ROLES = {
    "agent": {**SEES, "channels.converse": "team", "cases.handle": "team", "work.view": "team", "work.take": "team"},
    "supervisor": {**SEES, "channels.converse": "department", "cases.handle": "department", "cases.approve": "department",
                   "work.view": "department", "work.take": "team"},
    "manager": {"people.view": "all", "trade.view": "all", "channels.view": "all", "channels.outbox": "all",
                "cases.view": "all", "work.view": "all"},
    "stranger": dict.fromkeys((*SEES, "channels.converse", "cases.handle", "work.view", "work.take"), "team"),
    "steward": {**SEES, "people.review": "all", "people.merge": "all", "work.view": "team", "work.take": "team"},
    "trainee": {"people.view": "all", "trade.view": "all", "channels.view": "all", "cases.view": "team",
                "work.view": "team"},
}  # fmt: skip


@dataclass(frozen=True)
class Organisation:
    """Units by code: east, contact, front, records, data; west, west-contact, west-front."""

    units: dict[str, Unit]

    def team(self, code: str) -> Team:
        return Team.objects.get(unit=self.units[code])

    def id(self, code: str) -> int:
        return self.units[code].id


@dataclass(frozen=True)
class Staffer:
    """A member of staff: the user, a logged-in client, and the actor they are at this moment."""

    user: User
    client: Client

    @property
    def actor(self) -> Actor:
        return staff.actor_of(User.objects.get(id=self.user.id))

    @property
    def seat(self) -> Member:
        return Member.objects.get(user=self.user)


@dataclass(frozen=True)
class Shopper:
    """A customer we know: what they state about themselves, their record, a client signed in as them."""

    contact: Contact
    record_id: int
    customer_id: int
    public_id: str
    client: Client

    @property
    def actor(self) -> Actor:
        return customer_actor(self.record_id)


@dataclass(frozen=True)
class Machine:
    """An API token: its actor and the headers to send."""

    secret: str
    headers: dict[str, str]

    @property
    def actor(self) -> Actor:
        return token_actor(f"Bearer {self.secret}", clock.now())


@dataclass(frozen=True)
class Visitor:
    actor: Actor
    client: Client


@pytest.fixture
def clock_stands(now: datetime) -> Iterator[None]:
    """Edges and jobs of this thread read `now`."""
    with clock.at(now):
        yield


@pytest.fixture
def organisation(db: None, clock_stands: None) -> Iterator[Organisation]:
    """Two branches, three departments, three teams and the roles."""
    units: dict[str, Unit] = {}
    for code, kind, parent in (
        ("east", "branch", ""),
        ("contact", "department", "east"),
        ("front", "team", "contact"),
        ("records", "department", "east"),
        ("data", "team", "records"),
        ("west", "branch", ""),
        ("west-contact", "department", "west"),
        ("west-front", "team", "west-contact"),
    ):
        units[code] = _unit(code, kind, units.get(parent))
    Team.objects.create(unit=units["front"], calendar=SERVICE, targets={"case.answer": {"minutes": 120}})
    Team.objects.create(unit=units["data"], calendar=OFFICE, targets={"people.review": {"minutes": 960}})
    Team.objects.create(unit=units["west-front"], calendar=SERVICE, targets={})
    for code, rights in ROLES.items():
        Role.objects.create(code=code, name={"en": code, "zh-hans": code}, rights=rights)
    teams.forget_book()
    figures.forget_lately()
    yield Organisation(units)
    teams.forget_book()
    figures.forget_lately()


def _unit(code: str, kind: str, parent: Unit | None) -> Unit:
    unit = Unit(code=code, kind=kind, name={"en": code, "zh-hans": code}, parent=parent)
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    unit.save(force_insert=True)
    return unit


Hire = Callable[..., Staffer]


@pytest.fixture
def hire(organisation: Organisation, now: datetime) -> Hire:
    """`hire("name", "role", "unit", seat="front", languages=[...], capacity=8)` gives one more member of staff."""

    def make(
        name: str,
        role: str,
        unit: str = "",
        *,
        seat: str = "",
        languages: Sequence[str] = ("zh-hans", "en"),
        capacity: int = 8,
    ) -> Staffer:
        unit_id = organisation.id(unit) if unit else None
        user = staff.add_user(
            actor=SYSTEM,
            now=now,
            username=name,
            name=name.title(),
            password_hash=make_password("correct horse"),
            unit_id=unit_id,
        )
        staff.grant_role(actor=SYSTEM, now=now, user=user, role=role, unit_id=unit_id)
        if seat:
            work.add_member(
                actor=SYSTEM, now=now, user=user, team=seat, languages=list(languages), capacity=capacity
            )
        client = english()
        client.force_login(user, backend="guanxi.core.sessions.Backend")
        return Staffer(user, client)

    return make


def english() -> Client:
    """A client that reads English; `?lang=zh-hans` changes that."""
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def agent(hire: Hire) -> Staffer:
    return hire("agent", "agent", "front", seat="front")


@pytest.fixture
def other_agent(hire: Hire) -> Staffer:
    return hire("other agent", "agent", "front", seat="front")


@pytest.fixture
def supervisor(hire: Hire) -> Staffer:
    return hire("supervisor", "supervisor", "front", seat="front")


@pytest.fixture
def manager(hire: Hire) -> Staffer:
    """Sees everything, has no seat, handles nothing."""
    return hire("manager", "manager")


@pytest.fixture
def stranger(hire: Hire) -> Staffer:
    """Staff of the other branch, with an agent's rights for their own team only."""
    return hire("stranger", "stranger", "west-front", seat="west-front")


@pytest.fixture
def steward(hire: Hire) -> Staffer:
    return hire("steward", "steward", "data", seat="data")


@pytest.fixture
def trainee(hire: Hire) -> Staffer:
    """Sees customers, but no telephone numbers and addresses."""
    return hire("trainee", "trainee", "front", seat="front")


@pytest.fixture
def visitor(db: None) -> Visitor:
    return Visitor(PUBLIC, english())


def _token(secret: str, rights: dict[str, str], unit: Unit | None, now: datetime) -> Machine:
    ApiToken.objects.create(
        public_id="T-" + sha256(secret.encode()).hexdigest()[:8],
        digest=sha256(secret.encode()).hexdigest(),
        name="machine",
        rights=rights,
        unit=unit,
        created=now,
        last_used=now,  # noted to the hour: a refused request then writes nothing at all
    )
    return Machine(secret, {"Authorization": f"Bearer {secret}", "Accept-Language": "en"})


@pytest.fixture
def token(organisation: Organisation, now: datetime) -> Machine:
    """A machine that may do everything an agent may, everywhere."""
    rights = {**SEES, "cases.handle": "all", "work.view": "all"}
    return _token(SECRET, rights, None, now)


@pytest.fixture
def west_token(organisation: Organisation, now: datetime) -> Machine:
    """The stranger's machine."""
    return _token(WEST_SECRET, dict(ROLES["stranger"]), organisation.units["west-front"], now)


def _shopper(contact: Contact, now: datetime) -> Shopper:
    found = add_record(actor=SYSTEM, now=now, contact=contact, source="import")
    client = english()
    session = client.session
    session[CUSTOMER_SESSION] = found.record_id
    session.save()
    client.cookies["gx_session"] = session.session_key or ""
    return Shopper(contact, found.record_id, found.customer_id, found.customer_public_id, client)


@pytest.fixture
def buyer(organisation: Organisation, now: datetime) -> Shopper:
    """王小明, a customer of a year with two orders."""
    contact = Contact("王小明", "139 5801 6608", "Xiaoming.Wang@Example.com", language="zh-hans")
    add_products(
        actor=SYSTEM,
        now=now,
        products=[
            ProductRow("BK-1", "books", {"en": "Dream of the Red Chamber", "zh-hans": "红楼梦"}),
            ProductRow("CD-2", "music", {"en": "Guqin", "zh-hans": "古琴名曲"}),
        ],
    )
    placed = now - timedelta(days=30)
    orders = [
        OrderRow("A-1001", placed, [LineRow("BK-1", 1, Money(8_800, "CNY"))]),
        OrderRow("A-1002", placed + timedelta(days=9), [LineRow("BK-1", 1, Money(8_800, "CNY")),
                                                        LineRow("CD-2", 2, Money(5_600, "CNY"))]),
    ]  # fmt: skip
    import_buyers(
        actor=SYSTEM, now=now, buyers=[BuyerRow(contact, now - timedelta(days=365), orders)], source="import"
    )
    return _shopper(contact, now)


@pytest.fixture
def seller(organisation: Organisation, now: datetime) -> Shopper:
    """Li Hua, another customer; nobody may see one through the other."""
    return _shopper(Contact("Li Hua", "+44 20 7946 0018", "li.hua@shop.example", language="en"), now)


# -- what tests do and look at ----------------------------------------------------------------------------


def steward_work(now: datetime) -> WorkItem:
    """Work for the stewards, by the hours of their team."""
    team = teams.team_named("data")
    due = team.calendar.add(now, timedelta(minutes=960)).due
    subject = ("review", 1)
    added = work.add(
        actor=SYSTEM, now=now, kind="people.review", subject=subject, record_id=None, team=team, due=due
    )
    events.record(added.event, with_rows=[added.item])
    return added.item


def complain(
    now: datetime,
    text: str = "包裹破了，请换一件。",
    contact: Contact | None = None,
    *,
    actor: Actor = PUBLIC,
    channel: str = "web",
) -> Opened:
    """Open a case through the public action; without a contact, by a passer-by with an e-mail address."""
    return open_case(
        actor=actor,
        now=now,
        contact=contact or Contact("陈静", email="chen.jing@post.example"),
        text=text,
        channel=channel,
    )


def case_of(number: str) -> Case:
    return Case.objects.get(number=number)


def work_about(case: Case) -> list[WorkItem]:
    """Every item about a case, oldest first."""
    return list(WorkItem.objects.filter(subject_kind="case", subject_id=case.id).order_by("id"))


def events_of(case: Case) -> list[str]:
    """Types of all events whose subject is the case, in order."""
    found = Event.objects.filter(subject_kind="case", subject_id=case.id).order_by("id")
    return list(found.values_list("type", flat=True))


ROOMS = ("core", "people", "work", "channels", "trade", "cases", "trust", "relations", "insight")


def everything() -> dict[str, str]:
    """Every business table as "rows:digest of all values": two equal pictures mean that nothing happened."""
    picture = {}
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            rows = list(model._default_manager.order_by("pk").values_list())
            picture[model._meta.label] = f"{len(rows)}:{sha256(repr(rows).encode()).hexdigest()[:16]}"
    return picture


@contextmanager
def nothing_happens() -> Iterator[None]:
    """Whatever is tried inside, no business table has changed afterwards."""
    before = everything()
    yield
    assert everything() == before


def statements(work: Callable[[], Any]) -> int:
    """How many statements `work` sends."""
    with CaptureQueriesContext(connection) as sent:
        work()
    return len(sent)


def in_threads(count: int, work: Callable[[int], T]) -> list[T | Exception]:
    """`work(0..count-1)` at once, each on its own connection; answers, or what was raised, in order."""
    gate = threading.Barrier(count)

    def run(number: int) -> T | Exception:
        try:
            gate.wait(30)
            return work(number)
        except Exception as error:  # noqa: BLE001  what is raised is the answer
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def work_off() -> int:
    """Seal, follow and run every job that is due, as the worker does; returns how many ran."""
    return Worker(name="tests").run_once()
