"""A dispute at the desk: its page in every step, each verb by its form, nothing typed is lost, nothing done without a right."""

from typing import Any

import pytest

from guanxi.cases.models import Decision, Evidence, Issue, RootCause
from guanxi.core import clock
from guanxi.core.models import Event, Role
from tests.cast import Shopper, Staffer
from tests.disputes import Dispute, give_deposit, in_hearing, open_dispute, publish


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: Any) -> Dispute:
    publish(now)
    give_deposit(seller.record_id, 200_000, now)
    return open_dispute(now, against=seller.record_id)


def page(dispute: Dispute, who: Staffer, query: str = "") -> str:
    response = who.client.get(f"/cases/{dispute.number}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def send(dispute: Dispute, who: Staffer, verb: str, status: int = 303, **fields: Any) -> str:
    """A form of the issue, with the version the page would show."""
    form = {"key": f"k-{verb}-{dispute.issue.version}", "version": dispute.issue.version, **fields}
    response = who.client.post(f"/cases/{dispute.number}/issues/{dispute.place}/{verb}/", form)
    assert response.status_code == status, response.content.decode()[-3000:]
    return response.content.decode()


def send_case(dispute: Dispute, who: Staffer, verb: str, status: int = 303, **fields: Any) -> str:
    form = {"key": f"c-{verb}-{dispute.case.version}", "version": dispute.case.version, **fields}
    response = who.client.post(f"/cases/{dispute.number}/{verb}/", form)
    assert response.status_code == status, response.content.decode()[-3000:]
    return response.content.decode()


RULING: dict[str, Any] = {
    "outcome": "partly",
    "remedy": "refund",
    "amount": "300",
    "text": "照片证明到手时已有划痕。",
    "citations": ["r1"],
    "code": "listing",
}


def test_from_the_check_to_the_cause_by_forms(dispute: Dispute, agent: Staffer) -> None:
    shown = page(dispute, agent)
    assert "Take up" in shown
    assert "Ask for facts" in shown
    assert "Do not take up" in shown
    send(dispute, agent, "accept", text="请双方补充证据。")
    assert "Waits for the other side" in page(dispute, agent)
    dispute.act(dispute.respondent, "contest", "发货前完好，有照片。")
    shown = page(dispute, agent)
    assert "Send to both sides for hearing" in shown
    assert "发货前完好，有照片。" in shown
    assert 'value="400.00"' in shown  # what was asked for stands in the field
    send(dispute, agent, "propose", **RULING)
    decision = Decision.objects.get()
    assert (decision.outcome, decision.amount_minor, decision.code) == ("partly", 30_000, "listing")
    assert decision.citations == ["r1@1"]
    assert "In the hearing" in page(dispute, agent)
    dispute.act(dispute.complainant, "comment", "少了。")
    dispute.act(dispute.respondent, "comment", "多了。")
    assert "Answer every comment" in page(dispute, agent)
    send(dispute, agent, "confirm", text="已逐条答复。")
    dispute.system()
    assert "¥300.00" in page(dispute, agent)
    dispute.past_limit()
    assert dispute.state == "closed"
    assert "What it came from" in page(dispute, agent)
    send(dispute, agent, "summarise", code="stock", text="旧图", fix="换新图", due="2026-12-01")
    cause = RootCause.objects.get()
    assert (cause.code, cause.fix, cause.due.isoformat() if cause.due else "") == (
        "stock",
        "换新图",
        "2026-12-01",
    )
    assert "换新图" in page(dispute, agent)


def test_errors_stand_beside_their_fields_and_words_stay(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "contest", "不同意。")
    before = Issue.objects.values().get()
    shown = send(dispute, agent, "propose", 422, **{**RULING, "amount": "viel"})
    assert "This is no number" in shown
    assert "照片证明到手时已有划痕。" in shown
    shown = send(dispute, agent, "propose", 422, **{**RULING, "amount": "", "key": "again"})
    assert "Say how much." in shown
    assert Issue.objects.values().get() == before
    assert not Decision.objects.exists()


def test_a_stale_page_keeps_the_words(dispute: Dispute, agent: Staffer, other_agent: Staffer) -> None:
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "contest", "不同意。")
    old = dispute.issue.version
    dispute.act(other_agent, "reclassify", code="late")
    shown = send(dispute, agent, "propose", 409, **{**RULING, "version": old})
    assert "Somebody acted on this issue in the meantime" in shown
    assert "照片证明到手时已有划痕。" in shown
    assert not Decision.objects.exists()


def test_words_of_a_closed_form_are_shown_for_copying(dispute: Dispute, agent: Staffer) -> None:
    old = dispute.issue.version
    dispute.act(agent, "accept")
    shown = send(dispute, agent, "ask_facts", 409, text="请发侧光照片。", version=old)
    assert "What you wrote was not sent" in shown
    assert "请发侧光照片。" in shown


def test_reject_needs_a_ground_and_what_would_change_it(dispute: Dispute, agent: Staffer) -> None:
    shown = send(dispute, agent, "reject", 422, text="没有依据。")
    assert "Say what would change it." in shown
    assert "Choose why it is not taken up." in shown
    send(dispute, agent, "reject", text="没有依据。", code="no_ground", would_change="一张照片。", key="b")
    assert dispute.state == "decided"


def test_four_eyes_say_why_on_the_page(dispute: Dispute, supervisor: Staffer, agent: Staffer) -> None:
    in_hearing(dispute, supervisor, amount=60_000)
    dispute.past_limit()
    dispute.act(supervisor, "confirm")
    shown = page(dispute, supervisor)
    assert "You proposed this: somebody else approves it." in shown
    before = Issue.objects.values().get()
    assert "a second person must" in send(dispute, supervisor, "approve", 403)
    assert Issue.objects.values().get() == before
    send(dispute, agent, "approve", 403)
    assert Issue.objects.values().get() == before


def test_the_approver_sees_the_difference(dispute: Dispute, agent: Staffer, supervisor: Staffer) -> None:
    in_hearing(dispute, agent, amount=60_000)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    shown = page(dispute, supervisor)
    assert "the amount is above what one person decides" in shown
    assert "¥600.00" in shown
    assert "+¥200.00" in shown  # above what was asked for
    send(dispute, supervisor, "return", 422)
    send(dispute, supervisor, "return", text="请再看侧光照片。", key="r2")
    assert "请再看侧光照片。" in page(dispute, agent)
    assert 'value="600.00"' in page(dispute, agent)  # the returned proposal is what one begins from


def test_evidence_by_point_weighed_and_checked(dispute: Dispute, agent: Staffer) -> None:
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "contest", "不同意。")
    dispute.act(dispute.complainant, "file_evidence", "三处划痕", point="屏幕划痕")
    dispute.act(dispute.respondent, "file_evidence", "上架照片完好", point="屏幕划痕")
    dispute.act(dispute.respondent, "file_evidence", "进货单", private=True, private_why="供货价")
    shown = page(dispute, agent)
    assert shown.count("unchanged since it was filed") == 3
    assert "供货价" in shown
    assert "A photograph in raking light" in shown  # asked for, filed by nobody
    Evidence.objects.filter(words="三处划痕").update(words="五处划痕")
    assert "changed since it was filed</p>" in page(dispute, agent)
    send(dispute, agent, "weigh", point="屏幕划痕", side="complainant")
    assert set(Evidence.objects.filter(point="屏幕划痕").values_list("weighed", flat=True)) == {"complainant"}
    assert Event.objects.filter(type="case.evidence_weighed").count() == 1
    assert dispute.state == "investigation"


def test_nobody_weighs_without_the_right(
    dispute: Dispute, agent: Staffer, manager: Staffer, stranger: Staffer
) -> None:
    dispute.act(dispute.complainant, "file_evidence", "三处划痕", point="屏幕划痕")
    send(dispute, manager, "weigh", 403, point="屏幕划痕", side="complainant")
    send(dispute, stranger, "weigh", 404, point="屏幕划痕", side="complainant")
    send(dispute, agent, "weigh", 404, point="没有这一点", side="complainant")
    send(dispute, agent, "weigh", 422, point="屏幕划痕", side="me")
    assert set(Evidence.objects.values_list("weighed", flat=True)) == {""}


def test_the_case_as_a_whole(dispute: Dispute, agent: Staffer, now: Any, buyer: Shopper) -> None:
    send_case(dispute, agent, "add", kind="late", wants="refund", amount="50")
    second = Issue.objects.get(place=2)
    assert (second.kind, second.wants_minor) == ("late", 5_000)
    assert "Sent late" in page(dispute, agent, "?issue=2")
    assert "There is no case with this number." in send_case(
        dispute, agent, "link", 422, other="GX-0000-0000-0000"
    )
    other = open_dispute(now, against=None)
    send_case(dispute, agent, "link", other=other.number.lower())
    assert other.number in page(dispute, agent)
    send_case(dispute, agent, "unlink", other=other.number)
    send_case(other, agent, "merge", into=dispute.number)
    assert "goes on within another one" in page(other, agent)
    assert f"{other.number}.1" in page(dispute, agent)
    send_case(other, agent, "unmerge")
    send_case(other, agent, "respondent", respondent=buyer.public_id, role="seller")
    assert other.case.respondent_id is not None
    dispute.place = 2
    send_case(dispute, agent, "split", place="2")
    assert Issue.objects.filter(case=dispute.case).count() == 1


def test_write_to_both_sides(dispute: Dispute, agent: Staffer) -> None:
    send_case(dispute, agent, "answer", to="both", text="今天给出裁定。")
    assert Event.objects.filter(type="case.answered").count() == 2
    assert "今天给出裁定。" in page(dispute, agent)
    assert send_case(dispute, agent, "answer", 422, to="both", text=" ")


def test_an_expert_is_asked_and_answers(
    dispute: Dispute, agent: Staffer, hire: Any, organisation: Any
) -> None:
    Role.objects.create(
        code="expert", name={"en": "expert"}, rights={"cases.view": "all", "cases.consult": "all"}
    )
    expert = hire("expert", "expert")
    dispute.act(agent, "accept")
    dispute.act(dispute.respondent, "contest", "不同意。")
    assert "Expert</option>" in page(dispute, agent)
    send(dispute, agent, "consult", expert=expert.user.public_id, text="划痕是新是旧？")
    assert "Give your finding" in page(dispute, expert)
    send(dispute, expert, "find", text="旧划痕，边缘有包浆。")
    assert "旧划痕，边缘有包浆。" in page(dispute, agent)


def test_similar_decisions_and_repeats_are_told(dispute: Dispute, agent: Staffer, seller: Shopper) -> None:
    earlier = dispute
    for amount in (20_000, 26_000, 30_000):
        in_hearing(earlier, agent, amount=amount)
        earlier.past_limit()
        earlier.act(agent, "confirm")
        earlier.system()
        earlier = open_dispute(earlier.now, against=seller.record_id)
    earlier.act(agent, "accept")
    earlier.act(earlier.respondent, "contest", "不同意。")
    with clock.at(earlier.now):
        shown = page(earlier, agent)
    assert "3 like it" in shown
    assert "median ¥260.00" in shown
    assert "3 like it against Li Hua in 90 days" in shown
    assert "As in" in shown


def test_unknown_verbs_and_strangers(dispute: Dispute, agent: Staffer, stranger: Staffer) -> None:
    before = Issue.objects.values().get()
    send(dispute, agent, "dance", 404)
    send_case(dispute, agent, "dance", 404)
    send(dispute, stranger, "accept", 404)
    assert stranger.client.get(f"/cases/{dispute.number}/").status_code == 404
    assert Issue.objects.values().get() == before


def test_words_are_kept_and_saved_replies_offered_where_one_writes(dispute: Dispute, agent: Staffer) -> None:
    """The same tools as on a request: a draft on the server, saved replies with the values of this case."""
    shown = page(dispute, agent)
    assert 'data-field="f-answer-text"' in shown
    kept = agent.client.post(f"/cases/{dispute.number}/writing/keep/", {"text": "请稍候", "version": "0"})
    assert kept.status_code == 200
    assert "请稍候</textarea>" in page(dispute, agent)
    send_case(dispute, agent, "answer", to="both", text="已收到，明天答复。")
    assert "请稍候</textarea>" not in page(dispute, agent)
