"""The audit browser: who, what, when, before and after; words only for whoever may read them; the chain walked."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core import audit, seal
from guanxi.core.models import Detail, Event, Job, Role
from tests.cast import Hire, Shopper, Staffer, complain, nothing_happens, statements, work_off

pytestmark = pytest.mark.django_db
plain = st.dictionaries(
    st.sampled_from("abc"), st.one_of(st.integers(), st.booleans(), st.text(max_size=5)), max_size=3
)


@pytest.fixture(autouse=True)
def _own_anchor(settings: Any, tmp_path: Path) -> None:
    """Other tests' chains left their heads in the common folder."""
    settings.GUANXI_HOME = tmp_path


def sealed(kind: str) -> Event:
    while seal.seal():
        pass
    return Event.objects.filter(type=kind).latest("id")


@given(before=plain, after=plain)
def test_every_difference_is_shown_and_nothing_else(
    before: dict[str, object], after: dict[str, object]
) -> None:
    lines = audit.compare(before, after)
    assert [line.name for line in lines] == sorted({*before, *after})
    for line in lines:
        one, other = (audit.shown(table.get(line.name, "")) for table in (before, after))
        assert (line.before, line.after, line.differs) == (one, other, one != other)


def test_before_and_after_stand_beside_each_other(boss: Staffer, agent: Staffer) -> None:
    sent = {"name": "Agnes", "language": "en", "unit": "front", "key": "k"}
    boss.client.post(f"/settings/users/{agent.user.public_id}/change/", sent)
    event = sealed("staff.changed")
    page = boss.client.get(f"/settings/audit/{event.seq}/").content.decode()
    assert (
        '<del><span class="gx-hide">was</span>Agent</del><ins><span class="gx-hide">is now</span>Agnes</ins>'
        in page
    )
    assert "front</del>" not in page  # what stayed is no difference
    assert event.hash in page


def test_the_list_filters_and_jumps(boss: Staffer, agent: Staffer, now: datetime) -> None:
    case, other = complain(now).case, complain(now, text="另一件").case
    sealed("case.opened")
    page = boss.client.get(f"/settings/audit/?q={case.number}").content.decode()
    assert f"case {case.number}" in page
    assert other.number not in page
    typed = boss.client.get("/settings/audit/?type=case.opened").content.decode()
    assert typed.count('data-key-of="') == 2
    nobody = boss.client.get(f"/settings/audit/?who={agent.user.public_id}").content.decode()
    assert "Nothing here matches" in nobody
    numbered = boss.client.get("/settings/audit/?q=1").content.decode()
    assert numbered.count('data-key-of="') == 1
    past = boss.client.get("/settings/audit/?recorded=2020").content.decode()
    assert "Nothing here matches" in past


def test_words_of_customers_need_their_own_right(boss: Staffer, auditor: Staffer, now: datetime) -> None:
    complain(now, text="我的手机号是 13912345678")
    event = sealed("case.opened")
    address = f"/settings/audit/{event.seq}/"
    seen = boss.client.get(address).content.decode()
    assert "我的手机号是" in seen
    hidden = auditor.client.get(address).content.decode()
    assert "我的手机号是" not in hidden
    assert "It has words that you may not see" in hidden


def test_numbers_and_addresses_are_masked(hire: Hire, buyer: Shopper, boss: Staffer) -> None:
    Role.objects.create(code="half", rights={"site.audit": "all", "people.view": "all"})
    half = hire("half", "half")
    event = sealed("person.recorded")
    body = Detail.objects.get(event=event).body
    page = half.client.get(f"/settings/audit/{event.seq}/").content.decode()
    whole = boss.client.get(f"/settings/audit/{event.seq}/").content.decode()
    assert body["email"] in whole
    assert body["email"] not in page
    assert body["phone"] not in page


def test_erased_words_say_so(boss: Staffer, now: datetime) -> None:
    complain(now)
    event = sealed("case.opened")
    Detail.objects.filter(event=event).delete()
    page = boss.client.get(f"/settings/audit/{event.seq}/").content.decode()
    assert "They are erased" in page


def test_a_branch_auditor_sees_the_branch(hire: Hire, now: datetime) -> None:
    complain(now)
    event = sealed("case.opened")
    assert event.unit_id is not None
    east, west = hire("east", "branch-auditor", "east"), hire("west", "branch-auditor", "west")
    assert east.client.get(f"/settings/audit/{event.seq}/").status_code == 200
    assert west.client.get(f"/settings/audit/{event.seq}/").status_code == 404
    assert "data-key-of" not in west.client.get("/settings/audit/?type=case.opened").content.decode()


def test_the_chain_is_walked_in_the_background(auditor: Staffer, now: datetime) -> None:
    complain(now)
    assert auditor.client.post("/settings/chain/verify/").status_code == 303
    assert auditor.client.post("/settings/chain/verify/").status_code == 303  # one walk is enough
    assert Job.objects.filter(task="guanxi.site.jobs.verify_chain").count() == 1
    work_off()
    event = Event.objects.get(type="audit.verified")
    assert (event.data["sound"], event.data["faults"], event.actor_id) == (True, 0, auditor.user.public_id)
    assert "The chain holds" in auditor.client.get("/settings/chain/").content.decode()


def test_a_changed_event_shows(auditor: Staffer, now: datetime) -> None:
    complain(now)
    event = sealed("case.opened")
    Event.objects.filter(id=event.id).update(actor_id="somebody else")
    auditor.client.post("/settings/chain/verify/")
    work_off()
    page = auditor.client.get("/settings/chain/").content.decode()
    assert "The chain does not hold" in page
    assert f"event {event.seq} was changed" in page


def test_the_list_costs_the_same_at_any_length(boss: Staffer, now: datetime) -> None:
    complain(now)
    sealed("case.opened")
    first = statements(lambda: boss.client.get("/settings/audit/"))
    for number in range(8):
        complain(now, text=f"第 {number} 件")
    sealed("case.opened")
    assert statements(lambda: boss.client.get("/settings/audit/")) == first


def test_strangers_read_nothing(agent: Staffer, stranger: Staffer, now: datetime) -> None:
    complain(now)
    event = sealed("case.opened")
    with nothing_happens():
        for who in (agent, stranger):
            for address in ("/settings/audit/", f"/settings/audit/{event.seq}/", "/settings/chain/"):
                assert who.client.get(address).status_code == 403
            assert who.client.post("/settings/chain/verify/").status_code == 403
