"""Who sees what: every scope, every kind of actor, as a table; and reading starts at one door."""

from datetime import datetime, timedelta

import pytest

from guanxi.cases.models import Case
from guanxi.channels.models import Message
from guanxi.core import staff
from guanxi.core.access import EVERYTHING, NOTHING, PUBLIC, Actor, Kind, Reach, system
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.models import ApiToken, Role, RoleGrant, User
from guanxi.core.staff import reach_of
from guanxi.people.models import Record
from guanxi.site.actors import token_actor
from guanxi.trade.models import Order
from guanxi.work.models import WorkItem
from tests.cast import SECRET, Hire, Machine, Organisation, Shopper, complain

pytestmark = pytest.mark.django_db

# (scope, unit of the grant) -> units reached
REACHES = {
    ("team", "front"): {"front"},
    ("team", "data"): {"data"},
    ("department", "front"): {"contact", "front"},
    ("department", "contact"): {"contact", "front"},
    ("branch", "front"): {"east", "contact", "front", "records", "data"},
    ("branch", "records"): {"east", "contact", "front", "records", "data"},
    ("branch", "east"): {"east", "contact", "front", "records", "data"},
    ("branch", "west-front"): {"west", "west-contact", "west-front"},
    ("team", "east"): {"east", "contact", "front", "records", "data"},  # already higher: what lies below it
    ("department", "east"): {"east", "contact", "front", "records", "data"},
}


@pytest.mark.parametrize(("scope", "unit"), list(REACHES))
def test_what_a_scope_reaches(organisation: Organisation, scope: str, unit: str) -> None:
    reach = reach_of(scope, organisation.units[unit])
    assert reach.units == {organisation.id(code) for code in REACHES[scope, unit]}
    assert not reach.everything


def test_all_and_own(organisation: Organisation) -> None:
    assert reach_of("all", None) == EVERYTHING
    assert reach_of("own", organisation.units["front"]) == Reach(own=True)
    assert reach_of("team", None) == Reach(own=True)
    with pytest.raises(ValueError):
        reach_of("galaxy", organisation.units["front"])


def test_paths_are_no_mere_text(organisation: Organisation) -> None:
    """A unit whose id begins like another's is not below it."""
    for unit in organisation.units.values():
        assert unit.path.startswith("/")
        assert unit.path.endswith(f"/{unit.id}/")


@pytest.mark.parametrize(
    ("scope", "unit", "sees"),
    [
        ("all", "", True),
        ("branch", "east", True),
        ("branch", "front", True),
        ("department", "front", True),
        ("department", "records", False),
        ("team", "front", True),
        ("team", "data", False),
        ("branch", "west", False),
        ("team", "west-front", False),
        ("own", "front", False),
    ],
)
def test_staff_see_cases_as_far_as_they_reach(
    hire: Hire, organisation: Organisation, now: datetime, scope: str, unit: str, sees: bool
) -> None:
    Role.objects.create(code="viewer", name={}, rights={"cases.view": scope, "work.view": scope})
    actor = hire("viewer", "viewer", unit).actor
    complain(now)
    assert Case.objects.visible_to(actor).count() == sees
    assert WorkItem.objects.visible_to(actor).count() == sees
    assert Record.objects.visible_to(actor).count() == 0  # another right


def test_own_rows_are_seen_without_a_unit(hire: Hire, organisation: Organisation, now: datetime) -> None:
    Role.objects.create(code="own", name={}, rights={"work.view": "own"})
    staffer = hire("own", "own", "front", seat="front")
    complain(now)
    complain(now)
    assert WorkItem.objects.visible_to(staffer.actor).count() == 0
    WorkItem.objects.filter(id=WorkItem.objects.order_by("id")[0].id).update(
        member=staffer.seat, state="assigned"
    )
    assert WorkItem.objects.visible_to(staffer.actor).count() == 1


def test_two_roles_reach_together(hire: Hire, organisation: Organisation) -> None:
    staffer = hire("double", "trainee", "front")
    role = Role.objects.create(code="more", name={}, rights={"cases.view": "team"})
    RoleGrant.objects.create(user=staffer.user, role=role, unit=organisation.units["data"])
    assert staffer.actor.reach("cases.view").units == {organisation.id("front"), organisation.id("data")}


def test_customers_and_links_see_their_own(buyer: Shopper, seller: Shopper, now: datetime) -> None:
    mine = complain(now, actor=buyer.actor).case
    theirs = complain(now, actor=seller.actor).case
    for shopper, case in ((buyer, mine), (seller, theirs)):
        assert [one.id for one in Case.objects.visible_to(shopper.actor)] == [case.id]
        assert {one.record_id for one in Message.objects.visible_to(shopper.actor)} == {shopper.record_id}
    assert Order.objects.visible_to(buyer.actor).count() == 2
    assert Order.objects.visible_to(seller.actor).count() == 0
    link = Actor(Kind.LINK, "x", subject=("case", mine.id))
    assert [one.id for one in Case.objects.visible_to(link)] == [mine.id]
    for model in (Record, Order, Message, WorkItem):
        assert model.objects.visible_to(link).count() == 0
    assert Case.objects.visible_to(Actor(Kind.LINK, "x", subject=("review", mine.id))).count() == 0


@pytest.mark.parametrize(
    "actor",
    [PUBLIC, Actor(Kind.STAFF), Actor(Kind.TOKEN), Actor(Kind.CUSTOMER), Actor(Kind.LINK),
     Actor(Kind.PUBLIC, rights={"cases.view": EVERYTHING})],
)  # fmt: skip
def test_nobody_in_particular_sees_nothing(buyer: Shopper, now: datetime, actor: Actor) -> None:
    complain(now, actor=buyer.actor)
    for model in (Case, Record, Order, Message, WorkItem):
        assert model.objects.visible_to(actor).count() == 0


def test_the_system_sees_everything(buyer: Shopper, now: datetime) -> None:
    complain(now, actor=buyer.actor)
    for model in (Case, Record, Order, Message, WorkItem):
        assert model.objects.visible_to(system("x")).count() == model.objects.count() > 0


def test_asking_for_a_right() -> None:
    with pytest.raises(SignInNeeded):
        PUBLIC.require("cases.view")
    with pytest.raises(Denied):
        Actor(Kind.STAFF).require("cases.view")
    Actor(Kind.STAFF, rights={"cases.view": Reach(own=True)}).require("cases.view")
    with pytest.raises(Denied):
        Actor(Kind.STAFF, rights={"cases.view": NOTHING}).require("cases.view")
    with pytest.raises(SignInNeeded):
        PUBLIC.require_kind(Kind.CUSTOMER)


def test_who_left_is_a_visitor(hire: Hire, now: datetime) -> None:
    staffer = hire("leaver", "agent", "front", seat="front")
    assert staffer.client.get("/today/").status_code == 200
    User.objects.filter(id=staffer.user.id).update(is_active=False)
    assert staff.actor_of(User.objects.get(id=staffer.user.id)) == PUBLIC
    assert staffer.client.get("/today/").status_code == 302


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_is_itself(token: Machine, now: datetime, scheme: str) -> None:
    assert token_actor(f"{scheme} {SECRET}", now).kind is Kind.TOKEN


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Basic {SECRET}", f"Bearer {SECRET}x", "Bearer gx_", SECRET]
)
def test_no_token_no_actor(token: Machine, now: datetime, header: str) -> None:
    assert token_actor(header, now) == PUBLIC


def test_tokens_end(token: Machine, now: datetime) -> None:
    ApiToken.objects.update(expires=now + timedelta(hours=1))
    assert token_actor(f"Bearer {SECRET}", now).kind is Kind.TOKEN
    assert token_actor(f"Bearer {SECRET}", now + timedelta(hours=1)) == PUBLIC
    ApiToken.objects.update(expires=None, revoked=now)
    assert token_actor(f"Bearer {SECRET}", now) == PUBLIC
