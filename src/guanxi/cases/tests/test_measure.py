"""Goods measured against what they were sold as: at the desk, on both sides' pages, in the ruling that cites the standard."""

from copy import deepcopy
from datetime import datetime

import pytest

from guanxi.cases import actions
from guanxi.cases.models import Decision, Measurement
from guanxi.cases.queries import issues as reads
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Event
from guanxi.trade.actions import standards
from guanxi.trade.models import OrderLine
from guanxi.trade.queries.standards import declare
from tests.cast import SYSTEM, Hire, Shopper, Staffer, nothing_happens
from tests.disputes import Dispute, give_deposit, open_dispute, publish
from tests.measured import CONTENT, DAY, GOOD, phone
from tests.sides import Phone


@pytest.fixture
def dispute(agent: Staffer, buyer: Shopper, seller: Shopper, now: datetime) -> Dispute:
    """A phone sold as B by phone@1, complained of and contested; phone@2 was published since."""
    phone(now - 40 * DAY)
    said = declare(version_ref="phone@1", grade="B", values=GOOD, now=now - 30 * DAY)
    OrderLine.objects.filter(order__number="A-1001").update(declaration=said)
    stricter = deepcopy(CONTENT)
    stricter["parameters"][0]["limits"]["B"]["max"] = 5
    phone(now, content=stricter)
    publish(now)
    give_deposit(seller.record_id, 200_000, now)
    found = open_dispute(now, against=seller.record_id, contact=buyer.contact, order="A-1001", amount=8_800)
    found.act(agent, "accept")
    found.act(found.respondent, "contest", "发货前完好。")
    return found


def measure(dispute: Dispute, who: Staffer, status: int = 303, **values: str) -> str:
    form = {
        "key": f"k-{len(values)}-{Measurement.objects.count()}",
        **{f"value-{k}": v for k, v in values.items()},
    }
    response = who.client.post(f"/cases/{dispute.number}/issues/{dispute.place}/measure/", form)
    assert response.status_code == status, response.content.decode()[-2000:]
    return str(response.content.decode())


def page(dispute: Dispute, who: Staffer) -> str:
    return str(who.client.get(f"/cases/{dispute.number}/").content.decode())


def test_declared_b_found_c_by_the_version_of_the_order(
    dispute: Dispute, agent: Staffer, now: datetime
) -> None:
    shown = page(dispute, agent)
    assert "Sold as grade B, Good" in shown
    assert "declared 4 · B ≤ 10" in shown
    measure(dispute, agent, scratches="14")
    one = Measurement.objects.get()
    assert (one.citation, one.declared, one.found, one.remedy, one.amount_minor) == (
        "phone@1",
        "B",
        "C",
        "partial_refund",
        1_760,
    )
    shown = page(dispute, agent)
    assert "declared B, found C: Screen scratches 14 &gt; 10, phone@1" in shown
    assert 'value="17.60"' in shown  # a fifth of the price stands in the proposal
    assert 'name="citations" value="phone@1" checked' in shown
    assert "/standards/phone/?version=1" in shown
    last = Event.objects.filter(type="case.measured").get()
    assert last.data["differences"] == 1


def test_seven_scratches_keep_the_old_version_though_not_the_new(dispute: Dispute, agent: Staffer) -> None:
    measure(dispute, agent, scratches="7", storage="64")
    one = Measurement.objects.get()
    assert (one.found, one.remedy, one.amount_minor) == ("B", "partial_refund", 440)  # misstated, not worse
    assert "declared B, found B: Screen scratches 7, declared 4, Storage 64 GB, declared 128 GB" in page(
        dispute, agent
    )


def test_a_standard_changed_in_mid_case_changes_nothing_of_it(
    dispute: Dispute, agent: Staffer, now: datetime
) -> None:
    """Stricter from today, while the case runs: what was sold by phone@1 is measured, ruled and paid by phone@1."""
    measure(dispute, agent, scratches="14")
    harder = deepcopy(CONTENT)
    for rule in harder["remedies"]:
        rule["share"] = 1
    assert phone(now + DAY, content=harder).number == 3
    measure(dispute, agent, scratches="14")
    before, after = Measurement.objects.order_by("made", "id")
    assert (after.citation, after.found, after.amount_minor) == ("phone@1", "C", 1_760)
    assert after.amount_minor == before.amount_minor
    dispute.act(
        agent, "propose", "划痕十四处。", outcome="partly", remedy="refund", amount_minor=1_760,
        citations=["phone@1"], code="listing",
    )  # fmt: skip
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    assert Decision.objects.get().citations == ["phone@1"]
    assert (dispute.issue.paid_minor, dispute.state) == (1_760, "appealable")


def test_as_declared_proposes_nothing(dispute: Dispute, agent: Staffer) -> None:
    measure(dispute, agent, scratches="4", battery="85")
    shown = page(dispute, agent)
    assert "As declared: B, phone@1" in shown
    assert 'value="not_upheld" checked' in shown


def test_a_ruling_cites_the_standard_and_both_sides_read_it(dispute: Dispute, agent: Staffer) -> None:
    measure(dispute, agent, unlocked="false")
    dispute.act(
        agent, "propose", "账号锁未解除。", outcome="upheld", remedy="refund", amount_minor=8_800,
        citations=["phone@1", "r1"], code="listing",
    )  # fmt: skip
    assert Decision.objects.get().citations == ["phone@1", "r1@1"]
    for side in ("complainant", "respondent"):
        shown = Phone(dispute, side).page()
        assert "declared B, found C: No account lock: no, phone@1" in shown
        assert shown.count('href="/standards/phone/?version=1"') == 2
        assert "Used phones" in shown or "二手手机" in shown
    assert 'href="/standards/phone/?version=1"' in page(dispute, agent)


def test_only_published_standards_are_cited(dispute: Dispute, agent: Staffer, now: datetime) -> None:
    standards.draft_version(actor=SYSTEM, now=now, standard="phone")
    for wrong in ("phone@3", "phone", "hat@1"):
        with nothing_happens(), pytest.raises(Invalid) as refused:
            dispute.act(agent, "propose", "x", outcome="not_upheld", citations=[wrong])
        assert list(refused.value.fields) == ["citations"]


def test_what_cannot_be_measured(dispute: Dispute, agent: Staffer) -> None:
    with nothing_happens():
        shown = measure(dispute, agent, 422, scratches="many", battery="80")
    assert "Give a whole number, 0 or more." in shown or "Give a number." in shown
    assert 'value="many"' in shown  # nothing typed is lost
    with nothing_happens():
        assert "Enter at least one measured value." in measure(dispute, agent, 422)


def test_who_may_measure(
    dispute: Dispute, stranger: Staffer, manager: Staffer, agent: Staffer, hire: Hire, now: datetime
) -> None:
    with nothing_happens():
        measure(dispute, manager, 403, scratches="14")
        measure(dispute, stranger, 404, scratches="14")
    for actor in (manager.actor, dispute.respondent):
        with nothing_happens(), pytest.raises((Denied, NotFound)):
            actions.issues.measure(
                actor=actor, now=now, number=dispute.number, place=1, given={"scratches": "14"}
            )


def test_measured_before_it_is_decided(dispute: Dispute, agent: Staffer, now: datetime) -> None:
    dispute.act(agent, "propose", "无划痕。", outcome="not_upheld", citations=["r1"])
    dispute.act(dispute.complainant, "agree")
    dispute.act(dispute.respondent, "agree")
    dispute.system()
    with nothing_happens(), pytest.raises(Conflict, match="not_now"):
        actions.issues.measure(
            actor=agent.actor, now=now, number=dispute.number, place=1, given={"scratches": "14"}
        )


def test_without_a_declaration_there_is_nothing_to_measure(
    agent: Staffer, seller: Shopper, now: datetime
) -> None:
    publish(now)
    plain = open_dispute(now, against=seller.record_id)
    assert "Against the declaration" not in page(plain, agent)
    with nothing_happens(), pytest.raises(NotFound):
        actions.issues.measure(
            actor=agent.actor, now=now, number=plain.number, place=1, given={"scratches": "1"}
        )


def test_experts_of_the_panel_are_offered_first(
    dispute: Dispute, agent: Staffer, hire: Hire, now: datetime
) -> None:
    first, sat = hire("aaron", "supervisor", "front"), hire("zoe", "supervisor", "front")
    role = sat.user.grants.get().role
    role.rights = {**role.rights, "cases.consult": "all"}
    role.save()
    panel = standards.open_panel(actor=SYSTEM, now=now, reference="phone@1").public_id
    standards.add_expert(actor=SYSTEM, now=now, panel=panel, user=sat.user)
    shown = page(dispute, agent)
    assert "Zoe · sat on the panel of phone" in shown
    assert shown.index(sat.user.public_id) < shown.index(first.user.public_id)


def test_the_page_costs_the_same_however_much_was_measured(
    dispute: Dispute, agent: Staffer, now: datetime
) -> None:
    assert reads.get_issue(agent.actor, dispute.number, 1).measurements.count() == 0
    for count in ("12", "13", "14"):
        measure(dispute, agent, scratches=count)
    assert "measured 2 times before" in page(dispute, agent)
