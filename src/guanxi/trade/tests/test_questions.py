"""Asking before buying: public, answered by the shop alone, never changed, evidence afterwards."""

from datetime import datetime, timedelta

import pytest

from guanxi.core.access import PUBLIC
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded, Throttled
from guanxi.trade.actions import listings
from guanxi.trade.actions.questions import answer, ask, hide
from guanxi.trade.models import Listing, Question
from guanxi.trade.queries import questions
from guanxi.trade.rules import market as rules
from tests.cast import SYSTEM, Shopper, Staffer, nothing_happens
from tests.market import new, offer, open_stall

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(seller: Shopper, now: datetime) -> Listing:
    open_stall(seller, now)
    return offer(seller, now)


def test_a_question_and_its_answer_stand_on_the_page(
    listing: Listing, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    row = ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？\u202e")
    assert (row.text, row.about_version) == ("屏幕换过吗？", 1)
    assert [one.id for one in questions.open_questions(listing.shop_id)] == [row.id]
    listings.change_listing(actor=seller.actor, now=now, listing=listing.public_id, to=new(text="changed"))
    said = answer(actor=seller.actor, now=now + timedelta(hours=1), question=row.public_id, text="没有换过。")
    assert said.answer == "没有换过。"
    assert [one.id for one in questions.public_questions(listing)] == [row.id]
    assert questions.open_questions(listing.shop_id) == []


def test_an_answer_is_never_changed(listing: Listing, buyer: Shopper, seller: Shopper, now: datetime) -> None:
    row = ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    answer(actor=seller.actor, now=now, question=row.public_id, text="没有。")
    with nothing_happens(), pytest.raises(Conflict):
        answer(actor=seller.actor, now=now, question=row.public_id, text="换过。")


def test_only_the_shop_answers(
    listing: Listing, buyer: Shopper, agent: Staffer, stranger: Staffer, now: datetime
) -> None:
    row = ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    with nothing_happens():
        for actor, error in (
            (buyer.actor, Denied), (agent.actor, Denied), (stranger.actor, NotFound), (PUBLIC, NotFound)
        ):  # fmt: skip
            with pytest.raises(error):
                answer(actor=actor, now=now, question=row.public_id, text="没有。")


def test_who_may_not_ask(
    listing: Listing, seller: Shopper, buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    with nothing_happens():
        with pytest.raises(SignInNeeded):
            ask(actor=PUBLIC, now=now, listing=listing.public_id, text="屏幕换过吗？")
        with pytest.raises(Conflict):
            ask(actor=seller.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
        with pytest.raises(Denied):
            ask(actor=agent.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
        with pytest.raises(NotFound):
            ask(actor=buyer.actor, now=now, listing="L-NONE", text="屏幕换过吗？")
        for text in ("", "?", "x" * 1001):
            with pytest.raises(Invalid):
                ask(actor=buyer.actor, now=now, listing=listing.public_id, text=text)


def test_limits(listing: Listing, buyer: Shopper, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(rules.QUESTIONS_OPEN_MAX):
        ask(actor=buyer.actor, now=now, listing=listing.public_id, text=f"Question {n}")
    with nothing_happens():
        with pytest.raises(Conflict):
            ask(actor=buyer.actor, now=now, listing=listing.public_id, text="One more")
        monkeypatch.setattr(rules, "QUESTIONS_OPEN_MAX", 99)
        monkeypatch.setattr(rules, "QUESTIONS_DAY_MAX", rules.QUESTIONS_OPEN_MAX and 3)
        with pytest.raises(Throttled):
            ask(actor=buyer.actor, now=now, listing=listing.public_id, text="One more")
    ask(actor=buyer.actor, now=now + timedelta(days=1), listing=listing.public_id, text="One more")


def test_what_was_said_before_a_purchase(
    listing: Listing, buyer: Shopper, seller: Shopper, now: datetime
) -> None:
    early = ask(actor=buyer.actor, now=now, listing=listing.public_id, text="屏幕换过吗？")
    late = ask(actor=buyer.actor, now=now, listing=listing.public_id, text="电池换过吗？")
    answer(actor=seller.actor, now=now + timedelta(hours=1), question=early.public_id, text="没有。")
    answer(actor=seller.actor, now=now + timedelta(hours=3), question=late.public_id, text="换过。")
    bought = now + timedelta(hours=2)
    assert [one.id for one in questions.said_about([listing.id], before=bought)] == [early.id]
    assert [one.id for one in questions.said_about([listing.id])] == [late.id, early.id]


def test_a_hidden_one_leaves_the_page_and_stays_evidence(
    listing: Listing, buyer: Shopper, seller: Shopper, agent: Staffer, now: datetime
) -> None:
    row = ask(actor=buyer.actor, now=now, listing=listing.public_id, text="骂人的话")
    answer(actor=seller.actor, now=now, question=row.public_id, text="请文明提问。")
    with nothing_happens(), pytest.raises(Denied):
        hide(actor=agent.actor, now=now, question=row.public_id)
    hide(actor=SYSTEM, now=now, question=row.public_id, why="abuse")
    assert questions.public_questions(listing) == []
    assert [one.id for one in questions.said_about([listing.id])] == [row.id]
    hide(actor=SYSTEM, now=now, question=row.public_id)
    assert Question.objects.get().hidden is None
