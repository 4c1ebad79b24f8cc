"""The page of a case with two sides: each by its own link, whose turn, what it may do, what it may not see."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanxi.cases.actions import answer, append
from guanxi.cases.models import Evidence, Offer, Satisfaction, Statement
from tests.cast import Shopper, Staffer, Visitor, nothing_happens
from tests.disputes import Dispute, give_deposit, in_hearing, open_dispute, publish
from tests.sides import Phone


@pytest.fixture
def dispute(agent: Staffer, seller: Shopper, now: datetime) -> Dispute:
    publish(now)
    give_deposit(seller.record_id, 100_000, now)
    return open_dispute(
        now, against=seller.record_id, text="手机成色不符，打 13722223333 或写 ouyang@example.com。"
    )


@pytest.fixture
def buyer_phone(dispute: Dispute) -> Phone:
    return Phone(dispute)


@pytest.fixture
def seller_phone(dispute: Dispute) -> Phone:
    return Phone(dispute, "respondent")


def test_each_side_sees_the_other_masked_and_no_contact_of_it(
    dispute: Dispute, buyer_phone: Phone, seller_phone: Phone
) -> None:
    mine, theirs = buyer_phone.page(), seller_phone.page()
    assert "Not as described" in mine
    assert "The seller L*** H***" in mine
    assert "Li Hua" not in mine
    assert "The buyer 欧阳**" in theirs
    for hidden in ("欧阳晓雯", "13722223333", "ouyang@example.com"):
        assert hidden not in theirs
    assert "手机成色不符" in theirs  # what is claimed, contacts covered
    assert "Not decided by Mon 9 Mar, 10:00? The protection fund then pays you ¥400.00 ahead." in mine
    assert "The protection fund then pays ¥400.00 ahead, and may claim it of you." in theirs


def test_only_open_verbs_have_forms_and_others_are_refused(
    dispute: Dispute, agent: Staffer, buyer_phone: Phone, seller_phone: Phone
) -> None:
    dispute.act(agent, "accept")
    mine, theirs = buyer_phone.page(), seller_phone.page()
    for verb in ("contest", "offer", "admit", "admit_fault", "file_evidence"):
        assert f"/issues/1/{verb}/" in theirs
    assert "/issues/1/contest/" not in mine
    assert "Your turn" in theirs
    assert "The other side&#39;s turn" in mine
    with nothing_happens():
        assert buyer_phone.do("contest", text="x").status_code == 409
        assert buyer_phone.do("accept").status_code in (404, 409)
        assert seller_phone.do("propose", text="x").status_code == 409
        assert seller_phone.do("progress").status_code == 404
        assert seller_phone.do("contest", place=2, text="x").status_code == 404


def test_strangers_open_nothing(dispute: Dispute, buyer: Shopper, visitor: Visitor) -> None:
    number = dispute.number
    with nothing_happens():
        assert visitor.client.get("/c/forged/").status_code == 404
        assert visitor.client.post("/c/forged/issues/1/contest/", {"text": "x"}).status_code == 404
        assert buyer.client.get(f"/my/cases/{number}/").status_code == 404
        assert buyer.client.post(f"/my/cases/{number}/issues/1/contest/", {"text": "x"}).status_code == 404


def test_offer_counter_accept_from_both_phones(
    dispute: Dispute, agent: Staffer, buyer_phone: Phone, seller_phone: Phone
) -> None:
    dispute.act(agent, "accept")
    assert seller_phone.do("offer", remedy="refund", amount="200", text="退一半").status_code == 303
    mine = buyer_phone.page()
    assert "Accept, get ¥200.00" in mine
    assert "4 left" in mine
    assert buyer_phone.do("counter", remedy="refund", amount="350").status_code == 303
    assert "Accept, pay ¥350.00" in seller_phone.page()
    with nothing_happens():
        stale = seller_phone.do("accept_offer", amount="200")
    assert stale.status_code == 409
    assert seller_phone.do("accept_offer", amount="350").status_code == 303
    dispute.system()
    assert (dispute.state, dispute.issue.paid_minor) == ("appealable", 35_000)
    assert "¥350.00 paid to you" in buyer_phone.page()
    assert "¥350.00 from your deposit" in seller_phone.page()
    assert list(Offer.objects.order_by("made").values_list("fate", flat=True)) == ["countered", "accepted"]


def test_sending_twice_is_one_step(dispute: Dispute, agent: Staffer, seller_phone: Phone) -> None:
    dispute.act(agent, "accept")
    sent: dict[str, Any] = {"text": "发货前完好。", "key": "one-key"}
    assert seller_phone.do("contest", **sent).status_code == 303
    with nothing_happens():
        assert seller_phone.do("contest", **sent).status_code == 303
    assert Statement.objects.filter(verb="contest").count() == 1


def test_an_error_keeps_what_was_typed(dispute: Dispute, agent: Staffer, seller_phone: Phone) -> None:
    dispute.act(agent, "accept")
    with nothing_happens():
        refused = seller_phone.do("offer", remedy="refund", amount="viel", text="愿意退")
        empty = seller_phone.do("offer", remedy="refund", amount="", text="愿意退")
        long = seller_phone.do("contest", text="长" * 10_001)
    assert (refused.status_code, empty.status_code, long.status_code) == (422, 422, 422)
    assert "愿意退" in refused.content.decode()
    assert "viel" in refused.content.decode()
    assert "Say how much." in empty.content.decode()


def test_a_passed_step_keeps_the_words_for_copying(
    dispute: Dispute, agent: Staffer, seller_phone: Phone
) -> None:
    dispute.act(agent, "accept")
    dispute.past_limit()
    with nothing_happens():
        late = seller_phone.do("contest", text="我写了很久。")
    assert late.status_code == 409
    assert "我写了很久。" in late.content.decode()
    assert "What you wrote was not sent" in late.content.decode()


def test_hearing_decision_and_appeal(
    dispute: Dispute, agent: Staffer, buyer_phone: Phone, seller_phone: Phone
) -> None:
    in_hearing(dispute, agent)
    mine = buyer_phone.page()
    assert "Proposed, not yet decided" in mine
    assert "照片证明到手时已有划痕。" in mine
    assert "/procedure/rules/?version=1#r1@1" in mine
    assert buyer_phone.do("comment", text="少了。").status_code == 303
    assert "Waits for the other side" in buyer_phone.page()
    assert "少了。" in seller_phone.page()
    assert seller_phone.do("agree").status_code == 303
    dispute.act(agent, "confirm", "已答复。")
    dispute.system()
    page = buyer_phone.page()
    assert "¥300.00 paid to you" in page
    assert "You can appeal until" in page
    with nothing_happens():
        assert buyer_phone.do("appeal", text="不服").status_code == 422
    assert buyer_phone.do("appeal", text="不服", grounds="error").status_code == 303
    assert dispute.issue.round == 2


def test_rated_once_from_the_decision_on(dispute: Dispute, agent: Staffer, buyer_phone: Phone) -> None:
    with nothing_happens():
        assert buyer_phone.do("rate", place=0, score="5").status_code == 409
    in_hearing(dispute, agent)
    dispute.past_limit()
    dispute.act(agent, "confirm")
    dispute.system()
    with nothing_happens():
        assert buyer_phone.do("rate", place=0, score="9").status_code == 422
    assert buyer_phone.do("rate", place=0, score="4", text="快").status_code == 303
    assert "You said: Good." in buyer_phone.page()
    with nothing_happens():
        assert buyer_phone.do("rate", place=0, score="1").status_code == 409
    assert Satisfaction.objects.get().side == "complainant"


def test_another_issue_on_the_same_number(dispute: Dispute, buyer_phone: Phone, seller_phone: Phone) -> None:
    due = dispute.issue.due
    with nothing_happens():
        assert seller_phone.do("issue", place=0, kind="late").status_code == 404
        assert buyer_phone.do("issue", place=0, kind="dancing").status_code == 422
        assert buyer_phone.do("issue", place=0, kind="late", order="A-1001").status_code == 422
    assert buyer_phone.do("issue", place=0, kind="late", text="而且发货晚了。").status_code == 303
    assert dispute.issue.due == due
    assert dispute.case.issues.count() == 2
    assert "Sent late" in seller_phone.page()
    assert "而且发货晚了。" not in seller_phone.page()


def test_messages_stay_between_a_side_and_us(
    dispute: Dispute, agent: Staffer, buyer_phone: Phone, seller_phone: Phone
) -> None:
    append(actor=dispute.complainant, now=dispute.now, number=dispute.number, text="只跟你们说。")
    append(actor=dispute.respondent, now=dispute.now, number=dispute.number, text="卖家的秘密。")
    answer(actor=agent.actor, now=dispute.now, number=dispute.number, text="答卖家。", to="respondent")
    answer(actor=agent.actor, now=dispute.now, number=dispute.number, text="答买家。")
    mine, theirs = buyer_phone.page(), seller_phone.page()
    assert ("只跟你们说。" in mine, "答买家。" in mine) == (True, True)
    assert ("卖家的秘密。" in mine, "答卖家。" in mine) == (False, False)
    assert ("只跟你们说。" in theirs, "答买家。" in theirs) == (False, False)
    assert ("卖家的秘密。" in theirs, "答卖家。" in theirs) == (True, True)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f0300050001"
    "ff5ce5a50000000049454e44ae426082"
)


def picture(name: str = "划痕.png", body: bytes = PNG) -> Any:
    return SimpleUploadedFile(name, body, "image/png")


def test_private_evidence_is_marked_and_shut(
    dispute: Dispute, buyer_phone: Phone, seller_phone: Phone, settings: Any, tmp_path: Any
) -> None:
    settings.GUANXI_HOME = tmp_path
    with nothing_happens():
        assert buyer_phone.do("file_evidence", files=picture(), private="1").status_code == 422
    buyer_phone.do("file_evidence", files=picture(), private="1", private_why="身份证照片")
    buyer_phone.do(
        "file_evidence", files=picture("侧光.png", PNG + b"1"), item="photo", text="打 13722223333"
    )
    private, public = Evidence.objects.order_by("filed", "id")
    assert (private.private, public.item) == (True, "photo")
    mine, theirs = buyer_phone.page(), seller_phone.page()
    assert "The other side filed 1 private piece." in theirs
    assert private.file is not None
    assert public.file is not None
    assert private.file.public_id in mine
    assert private.file.public_id not in theirs
    assert public.file.public_id in theirs
    assert "13722223333" not in theirs
    for phone, piece, status in (
        (buyer_phone, private, 200),
        (seller_phone, private, 404),
        (seller_phone, public, 200),
    ):
        assert piece.file is not None
        assert phone.client.get(f"{phone.url}files/{piece.file.public_id}/").status_code == status


@pytest.mark.parametrize(
    ("name", "body"), [("virus.exe", b"MZ"), ("foto.png", b"<html>"), ("big.png", PNG + b"0" * 2_000_000)]
)
def test_files_of_false_type_or_size_are_refused_in_words(
    dispute: Dispute, buyer_phone: Phone, settings: Any, tmp_path: Any, name: str, body: bytes
) -> None:
    settings.GUANXI_HOME = tmp_path
    settings.FILE_BYTES_MAX = 1_000_000
    with nothing_happens():
        refused = buyer_phone.do("file_evidence", files=picture(name, body), text="看图")
    assert refused.status_code == 422
    assert name in refused.content.decode()
    assert "看图" in refused.content.decode()


def test_withdrawing_says_what_it_means(dispute: Dispute, buyer_phone: Phone, seller_phone: Phone) -> None:
    assert "Nothing is decided and nothing is paid." in buyer_phone.page()
    with nothing_happens():
        assert seller_phone.do("withdraw").status_code == 409
    assert buyer_phone.do("withdraw").status_code == 303
    assert (dispute.state, dispute.issue.outcome) == ("closed", "withdrawn")


def test_whoever_reports_is_never_shown(agent: Staffer, seller: Shopper, now: datetime) -> None:
    publish(now)
    report = open_dispute(now, against=seller.record_id, text="他的店卖假货，我是邻居老周。", role="reporter")
    theirs = Phone(report, "respondent").page()
    for hidden in ("欧阳", "邻居老周"):
        assert hidden not in theirs
    assert "Whoever reports is protected" in theirs


def test_signed_in_customers_see_either_side(dispute: Dispute, agent: Staffer, seller: Shopper) -> None:
    dispute.act(agent, "accept")
    page = seller.client.get(f"/my/cases/{dispute.number}/")
    assert page.status_code == 200
    assert "The buyer 欧阳**" in page.content.decode()
    done = seller.client.post(f"/my/cases/{dispute.number}/issues/1/contest/", {"text": "完好。"})
    assert done.status_code == 303
    assert dispute.state == "investigation"


def test_hostile_words_are_only_words(
    dispute: Dispute, agent: Staffer, seller_phone: Phone, buyer_phone: Phone
) -> None:
    dispute.act(agent, "accept")
    hostile = "<script>alert(1)</script>{{ 7*7 }}'; DROP TABLE cases; --"
    seller_phone.do("contest", text=hostile)
    page = buyer_phone.page()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_facts_asked_for_are_answered_on_the_page(
    dispute: Dispute, agent: Staffer, buyer_phone: Phone
) -> None:
    dispute.act(agent, "ask_facts", "哪一天收到的？")
    page = buyer_phone.page()
    assert "哪一天收到的？" in page
    assert buyer_phone.do("answer", text="周二。").status_code == 303
    assert dispute.state == "validity"


def test_a_clock_runs_on_the_page(dispute: Dispute, agent: Staffer, seller_phone: Phone) -> None:
    dispute.act(agent, "accept")
    due = dispute.issue.due
    assert due is not None
    dispute.now += timedelta(hours=1)
    page = seller_phone.page()
    assert f'data-due="{due.isoformat()}"' in page
    assert "Silence is no admission" in page
