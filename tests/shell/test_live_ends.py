"""A live ticket ends with what it was given for: sign-in closed, another password, a role less, a unit moved away."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from guanxi.core import live, organisation, roles, roster, staff
from guanxi.core.models import Event
from guanxi.site.live import standing
from guanxi.site.live.here import Here
from guanxi.site.live.hub import Client, Hub
from guanxi.site.live.standing import Standing
from tests.cast import SYSTEM, Organisation, Staffer

pytestmark = pytest.mark.django_db
PAST = 1.0


def rows(sql: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(marks=", ".join(["%s"] * len(values))), list(values))
        return list(cursor.fetchall())


def stands(who: Staffer, *, issued: float = PAST, stamp: str | None = None) -> bool:
    """Whether what this person was given still holds."""
    code = who.user.public_id
    return standing.read(rows, {code}).allows(code, who.actor.stamp if stamp is None else stamp, issued)


def test_while_nothing_changes_it_holds(agent: Staffer, manager: Staffer, now: datetime) -> None:
    assert stands(agent)
    assert stands(manager)  # a role for no unit
    roster.change_user(
        actor=SYSTEM, now=now, user=agent.user, name="Another", language="en", unit_id=agent.user.unit_id
    )
    assert stands(agent)
    both = {agent.user.public_id, manager.user.public_id}
    assert standing.read(rows, both).stamps == {
        one.user.public_id: one.actor.stamp for one in (agent, manager)
    }


def _shut_out(who: Staffer, now: datetime) -> None:
    staff.disable_user(actor=SYSTEM, now=now, user=who.user)


def _other_password(who: Staffer, now: datetime) -> None:
    roster.choose_password(now=now, user=who.user, password_hash=make_password("another one"))


def _role_revoked(who: Staffer, now: datetime) -> None:
    roster.revoke_role(actor=SYSTEM, now=now, user=who.user, role="agent", unit="front")


def _role_changed(who: Staffer, now: datetime) -> None:
    rights = {"cases.view": "own"}
    roles.change_role(actor=SYSTEM, now=now, code="agent", name_zh="x", name_en="x", rights=rights)


def _unit_moved(who: Staffer, now: datetime) -> None:
    organisation.move_unit(
        actor=SYSTEM, now=now, unit=organisation.get_unit("contact"), parent=organisation.get_unit("west")
    )


@pytest.mark.parametrize("change", [_shut_out, _other_password, _role_revoked, _role_changed, _unit_moved])
def test_it_ends_with_what_it_was_given_for(
    agent: Staffer, now: datetime, change: Callable[[Staffer, datetime], None]
) -> None:
    given = agent.actor.stamp
    change(agent, now)
    assert not stands(agent, stamp=given)


def test_a_unit_that_moves_below_voids_what_was_given_before(
    manager: Staffer, organisation: Organisation, now: datetime
) -> None:
    """Nobody's roles change, but what they reach does; a page asks for another ticket and gets it."""
    _unit_moved(manager, now)
    moved = Event.objects.get(type="unit.moved").recorded.astimezone(UTC)
    assert not stands(manager, issued=(moved - timedelta(seconds=1)).timestamp())
    assert stands(manager, issued=(moved + timedelta(seconds=1)).timestamp())


def test_streams_of_whoever_is_gone_end_and_the_others_go_on() -> None:
    hub = Hub()
    gone, kept, customer, unasked = (
        Client(name, frozenset({"t"}), person, "old", 5.0)
        for name, person in (("a", "U-gone"), ("b", "U-kept"), ("c", ""), ("d", "U-new"))
    )
    for client in (gone, kept, customer, unasked):
        hub.join(client, None)
    assert hub.people() == {"U-gone", "U-kept", "U-new"}
    hub.let_go(Standing({"U-gone": "", "U-kept": "old"}))
    assert hub.clients == {kept, customer, unasked}
    assert gone.waiting.get_nowait() is None
    hub.let_go(Standing({"U-kept": "old", "U-new": "old"}, moved=6.0))
    assert hub.clients == {customer}


def test_colleagues_no_longer_see_whoever_is_gone() -> None:
    here = Here(clock=lambda: 0.0)
    here.beat(live.Seat("t", "U-gone", "Gone", "G", "old", 5.0), "p1", "")
    here.beat(live.Seat("t", "U-kept", "Kept", "K", "old", 5.0), "p2", "")
    assert here.members() == {"U-gone", "U-kept"}
    assert here.show_out(Standing({"U-gone": "new", "U-kept": "old"})) == ["t"]
    assert [one["name"] for one in here.people("t")] == ["Kept"]
