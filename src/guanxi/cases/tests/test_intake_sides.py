"""The public form beside plain words: which order, a report, a seller's complaint quoting a review; what is said at once."""

import copy
from datetime import datetime
from typing import Any

import pytest

from guanxi.cases import queries
from guanxi.cases.models import Case, Suggestion
from guanxi.channels.models import Message
from guanxi.trade.models import Order
from tests.cast import Organisation, Shopper, Visitor, nothing_happens
from tests.disputes import POLICY, publish

GOOD = {"text": "手机成色不符。", "name": "陈静", "phone": "13800138000", "email": "", "reference": ""}


@pytest.fixture
def procedure(organisation: Organisation, now: datetime) -> None:
    content: dict[str, Any] = copy.deepcopy(POLICY)
    content["issues"]["malicious_review"] |= {"role": "seller", "respondent_role": "buyer"}
    content["issues"]["fake"] = {"name": {"en": "Fake goods"}, "kind": "report", "remedies": ["apology"]}
    publish(now, content)


def test_a_report_by_anybody_is_protected(procedure: None, visitor: Visitor) -> None:
    page = visitor.client.get("/complain/?as=report").content.decode()
    assert "Fake goods" in page
    assert "Malicious review" not in page
    sent = {**GOOD, "kind": "fake", "quote": "拾光数码，正品保证"}
    done = visitor.client.post("/complain/?as=report", sent, follow=True)
    case = Case.objects.get()
    assert (case.kind, case.role, case.issues.get().quote) == ("report", "reporter", "拾光数码，正品保证")
    body = done.content.decode()
    assert "What we read it as" in body
    assert "Fake goods" in body


def test_a_seller_quotes_the_review(procedure: None, seller: Shopper) -> None:
    sent = {
        "text": "差评是编的，买家没收到货就评了。",
        "kind": "malicious_review",
        "quote": "骗子！13800138000",
    }
    assert seller.client.post("/complain/?as=seller", sent).status_code == 303
    case = Case.objects.get()
    assert (case.record_id, case.role, case.issues.get().kind) == (
        seller.record_id,
        "seller",
        "malicious_review",
    )
    page = seller.client.get(f"/my/cases/{case.number}/").content.decode()
    assert "骗子！" in page
    assert "13800138000" not in page


def test_a_kind_of_another_form_or_none_is_refused(procedure: None, visitor: Visitor) -> None:
    with nothing_happens():
        for kind in ("", "not_as_described", "nonsense"):
            refused = visitor.client.post("/complain/?as=report", {**GOOD, "kind": kind})
            assert refused.status_code == 422
            assert "Choose what it is about." in refused.content.decode()
        assert visitor.client.get("/complain/?as=nonsense").status_code == 404


def test_own_orders_are_offered_and_nobody_elses(
    procedure: None, buyer: Shopper, seller: Shopper, visitor: Visitor
) -> None:
    page = buyer.client.get("/complain/").content.decode()
    assert 'value="A-1002"' in page
    assert "A-1002" not in seller.client.get("/complain/").content.decode()
    Order.objects.filter(number="A-1002").update(seller=seller.record_id)
    assert buyer.client.post("/complain/", {"text": "书没到。", "order": "A-1002"}).status_code == 303
    said = []
    with nothing_happens():
        for number in ("A-1001", "A-9999"):
            refused = visitor.client.post("/complain/", {**GOOD, "order": number})
            assert refused.status_code == 422
            said.append("We find no order of yours with this number." in refused.content.decode())
    assert said == [True, True]  # whether a stranger has such an order is not told


def test_number_and_both_promises_at_once_and_a_correction_restarts_nothing(
    procedure: None, visitor: Visitor
) -> None:
    done = visitor.client.post("/complain/?as=report", {**GOOD, "kind": "fake"}, follow=True)
    case = Case.objects.get()
    Suggestion.objects.create(case=case, kind="fake", score=0.9, sentence="手机成色不符。", made=case.opened)
    token = queries.link_token(case)
    page = visitor.client.get(f"/c/{token}/received/").content.decode()
    assert case.number in done.content.decode()
    assert (
        "A person answers by Tue 3 Mar, 14:05." in page
    )  # five minutes of the system's, then four working hours
    assert "It is decided by" in page
    assert 'class="gx-side-because"' in page
    due = case.issues.get().due
    more = visitor.client.post(f"/c/{token}/issue/", {"kind": "late", "text": "也晚了。"})
    assert more.status_code == 303
    assert case.issues.get(place=1).due == due
    assert Message.objects.filter(body="也晚了。").count() == 1


@pytest.mark.parametrize("text", ["长" * 10_001, "", "<script>alert(1)</script>" * 500])
def test_long_and_empty_words_are_answered_clearly(procedure: None, visitor: Visitor, text: str) -> None:
    with nothing_happens():
        refused = visitor.client.post("/complain/", {**GOOD, "text": text})
    assert refused.status_code == 422
    assert "<script>alert(1)" not in refused.content.decode()
