"""Many members of staff at once: roles, units, sign-in; the last administrator stays; all of it can be taken back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest
from django.utils import translation

from guanxi.core import roster, staff
from guanxi.core.lists import carrying, runs
from guanxi.core.lists.choosing import Choice
from guanxi.core.models import BulkRow, BulkRun, Event, RoleGrant, User
from guanxi.site.listings.people import USERS
from tests.cast import SYSTEM, Hire, Staffer, complain, nothing_happens, work_about

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(who: Staffer, now: datetime, action: str, chosen: Sequence[Staffer] | str, **values: str) -> BulkRun:
    choice = (
        Choice(query=chosen, everything=True)
        if isinstance(chosen, str)
        else Choice(keys=[one.user.public_id for one in chosen])
    )
    begun = runs.start(
        actor=who.actor, now=now, listing=USERS, bulk=USERS.get_bulk(who.actor, action), choice=choice, values=values
    )  # fmt: skip
    carrying.carry_out(begun.id)
    begun.refresh_from_db()
    return begun


def undo(who: Staffer, now: datetime, begun: BulkRun) -> None:
    runs.start_undo(actor=who.actor, now=now, public_id=begun.public_id)
    carrying.carry_back(begun.id)
    begun.refresh_from_db()


def reasons(begun: BulkRun, state: str = "failed") -> set[str]:
    return set(BulkRow.objects.filter(run=begun, state=state).values_list("reason", flat=True))


def grants(one: Staffer) -> list[tuple[str, str | None]]:
    return sorted(RoleGrant.objects.filter(user=one.user).values_list("role__code", "unit__code"), key=str)


def fresh(one: Staffer) -> User:
    return User.objects.get(id=one.user.id)


def test_a_role_for_many_each_at_their_own_unit(
    boss: Staffer, agent: Staffer, steward: Staffer, now: datetime
) -> None:
    staff.grant_role(actor=SYSTEM, now=now, user=steward.user, role="auditor", unit_id=steward.user.unit_id)
    begun = run(boss, now, "grant", [agent, steward], role="auditor", at="=")
    assert grants(agent) == [("agent", "front"), ("auditor", "front")]
    assert Event.objects.filter(type="staff.granted", actor_id=boss.user.public_id).count() == 1
    undo(boss, now, begun)
    assert begun.undone == 2
    assert grants(agent) == [("agent", "front")]
    assert grants(steward) == [("auditor", "data"), ("steward", "data")]  # they had it before


def test_a_role_taken_back_from_all_but_the_last(boss: Staffer, hire: Hire, now: datetime) -> None:
    other = hire("other boss", "administrator")
    begun = run(boss, now, "revoke", [other, boss], role="administrator")
    assert (begun.done, begun.state) == (
        1,
        "finished" if boss.user.id in roster.administrators() else "stopped",
    )
    assert len(roster.administrators()) == 1


def test_the_last_administrator_stays(boss: Staffer, agent: Staffer, now: datetime) -> None:
    for action, values in (("revoke", {"role": "administrator"}), ("shut_out", {})):
        begun = run(boss, now, action, [boss, agent], **values)
        assert roster.administrators() == {boss.user.id}
        assert reasons(begun) & {
            "Nobody could change settings any more: give somebody else this right first.",
            "Somebody else has to close your own sign-in.",
        }


def test_sign_in_closed_and_allowed(
    boss: Staffer, agent: Staffer, other_agent: Staffer, now: datetime
) -> None:
    item = work_about(complain(now).case)[0]
    agent.client.post(f"/work/{item.public_id}/take/")
    begun = run(boss, now, "shut_out", [agent, other_agent, boss])
    assert (begun.done, begun.failed) == (2, 1)
    assert not fresh(agent).is_active
    item.refresh_from_db()
    assert item.state == "queued"
    assert agent.client.get("/today/").status_code == 302  # the session ended with the password
    undo(boss, now, begun)
    assert fresh(agent).is_active
    before = fresh(boss).password
    assert run(boss, now, "let_in", [boss]).done == 1  # already in: nothing changes
    assert fresh(boss).password == before


def test_moved_to_a_unit_and_back(boss: Staffer, agent: Staffer, steward: Staffer, now: datetime) -> None:
    begun = run(boss, now, "move", [agent, steward], unit="west-front")
    assert {fresh(one).unit.code for one in (agent, steward)} == {"west-front"}  # type: ignore[union-attr]
    roster.change_user(
        actor=SYSTEM, now=now, user=fresh(steward), name="Steward", language="en", unit_id=boss.user.unit_id
    )
    undo(boss, now, begun)
    assert reasons(begun, "kept") == {"This person has moved on since."}
    assert fresh(agent).unit.code == "front"  # type: ignore[union-attr]


def test_those_who_may_not(agent: Staffer, auditor: Staffer, supervisor: Staffer, now: datetime) -> None:
    form = {
        "keys": agent.user.public_id,
        "confirm": "1",
        "key": "k",
        "role": "auditor",
        "at": "=",
        "unit": "west",
    }
    with nothing_happens():
        for who in (agent, auditor, supervisor):
            for action in ("grant", "revoke", "move", "let_in", "shut_out"):
                assert who.client.post(f"/lists/staff/bulk/{action}/", form).status_code == 403
