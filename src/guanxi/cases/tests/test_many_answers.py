"""A seller with many complaints: a list by slack, one answer for several, previewed, told row by row, once."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from guanxi.cases.models import Evidence, Issue, Offer, Statement
from guanxi.core import clock
from tests.cast import Shopper, Staffer, nothing_happens, statements
from tests.disputes import Dispute, open_dispute, publish


@pytest.fixture
def three(agent: Staffer, seller: Shopper, now: datetime) -> list[Dispute]:
    publish(now)
    found = [open_dispute(now, against=seller.record_id, amount=10_000 * n) for n in (1, 2, 3)]
    for one in found:
        one.act(agent, "accept")
    return found


def codes(three: list[Dispute]) -> list[str]:
    return [one.issue.public_id for one in three]


def post(client: Client, verb: str, **fields: object) -> str:
    response = client.post(f"/my/answers/{verb}/", fields)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_is_by_slack_and_masked(
    three: list[Dispute], seller: Shopper, agent: Staffer, now: datetime
) -> None:
    three[0].act(three[0].respondent, "contest", "完好。")
    page = seller.client.get("/my/cases/").content.decode()
    numbers = re.findall(r"GX-\d{4}-\d{4}-\d{4}(?=</span>)", page)
    assert set(numbers[:2]) == {three[1].number, three[2].number}
    assert numbers[2] == three[0].number
    assert "2 wait for you" in page
    assert "The buyer 欧阳**" in page
    assert "晓雯" not in page
    assert len(re.findall(r'name="issue"', page)) == 2


def test_an_offer_in_percent_is_previewed_and_sent_once(three: list[Dispute], seller: Shopper) -> None:
    chosen = codes(three)
    with nothing_happens():
        page = post(seller.client, "preview", issue=chosen, answer="offer", percent="33.5")
    assert "¥201.00" in page
    assert "Offered: Refund ¥100.50" in page
    key = page.split('name="key" value="')[1].split('"')[0]
    sent = {"issue": chosen, "answer": "offer", "percent": "33.5", "text": "抱歉。", "key": key}
    first = post(seller.client, "answer", **sent)
    assert "3 answers sent" in first
    assert sorted(Offer.objects.values_list("amount_minor", flat=True)) == [3_350, 6_700, 10_050]
    with nothing_happens():
        again = post(seller.client, "answer", **sent)
    assert "3 answers sent" in again


def test_what_cannot_be_done_says_why_and_the_rest_is_done(three: list[Dispute], seller: Shopper) -> None:
    three[1].act(three[1].respondent, "admit")
    done = post(seller.client, "answer", issue=codes(three), answer="contest", text="发货前完好。", key="k")
    assert "2 answers sent" in done
    assert "It no longer waits for your answer." in done
    assert Statement.objects.filter(verb="contest").count() == 2
    assert Evidence.objects.count() == 0
    assert [one.state for one in three] == ["investigation", "decided", "investigation"]


def test_nobody_answers_for_others(
    three: list[Dispute], seller: Shopper, buyer: Shopper, now: datetime
) -> None:
    with nothing_happens():
        assert buyer.client.get("/my/cases/").content.decode().count(three[0].number) == 0
        for verb in ("preview", "answer"):
            fields = {"issue": codes(three)[:1], "answer": "admit", "key": "k"}
            assert buyer.client.post(f"/my/answers/{verb}/", fields).status_code == 404
        assert seller.client.post("/my/answers/dance/", {}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer": "admit"}, "Choose at least one."),
        ({"issue": ["x"]}, "Choose what to answer."),
        ({"issue": ["x"], "answer": "offer"}, "A number from 1 to 100."),
        ({"issue": ["x"], "answer": "offer", "percent": "101"}, "A number from 1 to 100."),
        ({"issue": [str(n) for n in range(201)], "answer": "admit"}, "At most 200 at once."),
    ],
)
def test_what_is_missing_is_said(
    three: list[Dispute], seller: Shopper, fields: dict[str, object], words: str
) -> None:
    with nothing_happens():
        refused = seller.client.post("/my/answers/preview/", fields)
    assert refused.status_code == 422
    assert words in refused.content.decode()


def test_contesting_needs_words_or_evidence(three: list[Dispute], seller: Shopper) -> None:
    with nothing_happens():
        refused = seller.client.post(
            "/my/answers/answer/", {"issue": codes(three), "answer": "contest", "key": "k"}
        )
    assert refused.status_code == 422
    assert "Say why you contest them" in refused.content.decode()


def test_a_minute_late_is_late(three: list[Dispute], seller: Shopper) -> None:
    due = three[0].issue.due
    assert due is not None
    with clock.at(due + timedelta(minutes=1)), nothing_happens():
        page = post(seller.client, "answer", issue=codes(three)[:1], answer="admit", key="k")
    assert "0 answers sent" in page


def test_the_list_costs_the_same_for_many(
    three: list[Dispute], seller: Shopper, agent: Staffer, now: datetime
) -> None:
    few = statements(lambda: seller.client.get("/my/cases/"))
    for _ in range(4):
        open_dispute(now, against=seller.record_id).act(agent, "accept")
    assert statements(lambda: seller.client.get("/my/cases/")) == few
    assert Issue.objects.count() == 7
