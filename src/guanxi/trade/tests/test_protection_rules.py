"""What proves a promise broken, for how long it runs, what it pays: never more than promised, never twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.trade.rules import protection as rules
from guanxi.trade.rules.protection import Asked, Back, Found, Limits, Promise, Sold, Times
from guanxi.trade.rules.ruleset import Scheme

PAID = datetime(2026, 11, 1, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
minor = st.integers(0, 10**9)


def _claim(promise: Promise, sold: Sold, now: datetime, asked: datetime | None = None) -> rules.Claim:
    terms = {promise.scheme: {**_terms(promise), "rules": 3}}
    return rules.claim(promise.scheme, [(terms, sold)], asked=asked or now, now=now)


def _terms(promise: Promise) -> dict[str, Any]:
    return {
        name: getattr(promise, name)
        for name in ("proof", "days", "hours", "factor", "share", "least_minor", "most_minor")
    }


LIGHTNING = Promise("lightning", "late_shipping", hours=24, share=0.05, least_minor=500, most_minor=10_000)
RETURN_7 = Promise("return_7", "returned", days=7)
FAKE_3 = Promise("fake_3", "not_genuine", days=180, factor=3.0, least_minor=50_000)
REPAIR_30 = Promise("repair_30", "repair", days=30, hours=24 * 7)


@pytest.mark.parametrize(
    ("shipped", "now", "proven", "said"),
    [
        (None, PAID + 23 * HOUR, False, "protection.hour_runs"),
        (None, PAID + 24 * HOUR, False, "protection.hour_runs"),
        (None, PAID + 24 * HOUR + timedelta(seconds=1), True, "protection.not_sent"),
        (PAID + 20 * HOUR, PAID + 3 * DAY, False, "protection.sent_in_time"),
        (PAID + 25 * HOUR, PAID + 3 * DAY, True, "protection.sent_late"),
        (None, PAID + 40 * DAY, False, "protection.over"),
    ],
)
def test_lightning_counts_from_payment(
    shipped: datetime | None, now: datetime, proven: bool, said: str
) -> None:
    found = _claim(LIGHTNING, Sold(20_000, Times(paid=PAID, shipped=shipped)), now)
    assert (found.proven, found.amount_minor) == (proven, 1_000 if proven else 0)
    assert said in [fact.code for fact in found.why.facts]
    assert found.why.rule == "lightning@3"


ADVANCE = Promise("advance", "undecided", days=15, hours=40)


@pytest.mark.parametrize(
    ("times", "proven"),
    [
        (Times(paid=PAID, promised=PAID + DAY), True),
        (Times(paid=PAID, promised=PAID + 2 * DAY), False),
        (Times(paid=PAID), False),
        (Times(promised=PAID + DAY), False),
        (Times(paid=PAID, promised=PAID + DAY, delivered=PAID + 4 * DAY), False),
        (Times(paid=PAID, promised=PAID + DAY, received=PAID + 4 * DAY), False),
        (Times(paid=PAID, promised=PAID + DAY, cancelled=PAID + 4 * DAY), False),
    ],
)
def test_what_no_carrier_delivered_days_after_its_promise_is_missing(times: Times, proven: bool) -> None:
    found = _claim(ADVANCE, Sold(20_000, times), PAID + 4 * DAY + HOUR)
    assert (found.proven, found.amount_minor) == (proven, 20_000 if proven else 0)


def test_an_order_cancelled_before_its_hour_breaks_nothing() -> None:
    stopped = Sold(20_000, Times(paid=PAID, cancelled=PAID + HOUR))
    late = Sold(20_000, Times(paid=PAID, cancelled=PAID + 30 * HOUR))
    assert not _claim(LIGHTNING, stopped, PAID + 2 * DAY).proven
    assert _claim(LIGHTNING, late, PAID + 2 * DAY).proven


GOT = Times(paid=PAID, shipped=PAID + DAY, received=PAID + 3 * DAY)


@pytest.mark.parametrize(
    ("back", "hours_after_arrival", "proven"),
    [
        ({}, 1, False),  # the shop may still look
        ({}, 49, True),  # it did not
        ({"finding": "as_sent"}, 1, True),
        ({"finding": "wrong_item"}, 49, False),
        ({"finding": "wrong_item", "state": "refused"}, 49, False),
        ({"finding": "as_sent", "done": PAID + 7 * DAY}, 49, False),
        ({"arrived": None}, 49, False),
        ({"repair": True}, 49, False),
    ],
)
def test_a_return_is_proven_by_the_parcel(
    back: dict[str, Any], hours_after_arrival: int, proven: bool
) -> None:
    arrived = PAID + 6 * DAY
    values = {"state": "arrived", "arrived": arrived, "due": arrived + 48 * HOUR, **back}
    sold = Sold(8_800, GOT, back=[Back(asked=PAID + 4 * DAY, price_minor=4_400, **values)])
    found = _claim(RETURN_7, sold, arrived + hours_after_arrival * HOUR)
    assert (found.proven, found.amount_minor) == (proven, 4_400 if proven else 0)


def test_who_asked_in_time_may_complain_later() -> None:
    arrived = PAID + 12 * DAY
    back: dict[str, Any] = {
        "price_minor": 100,
        "state": "arrived",
        "arrived": arrived,
        "due": arrived + 48 * HOUR,
    }
    in_time = Sold(100, GOT, back=[Back(asked=PAID + 9 * DAY, **back)])
    late = Sold(100, GOT, back=[Back(asked=PAID + 11 * DAY, **back)])
    moment = PAID + 30 * DAY
    assert _claim(RETURN_7, in_time, moment).proven
    assert not _claim(RETURN_7, late, moment).proven


def test_the_newest_word_on_what_it_is_counts() -> None:
    fake = Found("authenticity", True, "brand", PAID + 5 * DAY, "no such serial number")
    genuine = Found("authenticity", False, "panel", PAID + 6 * DAY)
    measured = Found("measured", True, "inspection", PAID + 7 * DAY)
    moment = PAID + 8 * DAY
    assert _claim(FAKE_3, Sold(30_000, GOT, [fake]), moment).amount_minor == 90_000
    assert _claim(FAKE_3, Sold(1_000, GOT, [fake]), moment).amount_minor == 50_000  # the least it pays
    assert not _claim(FAKE_3, Sold(30_000, GOT, [fake, genuine]), moment).proven
    assert not _claim(FAKE_3, Sold(30_000, GOT, [measured]), moment).proven
    below = Promise("as_described", "below_standard", days=15, share=0.3)
    assert _claim(below, Sold(30_000, GOT, [fake, measured]), moment).amount_minor == 9_000


@pytest.mark.parametrize(
    ("arrived", "done", "now", "proven"),
    [
        (None, None, 40, False),
        (10, None, 16, False),
        (10, None, 18, True),
        (10, 16, 40, False),
        (10, 18, 40, True),
    ],
)
def test_a_repair_has_its_days(arrived: int | None, done: int | None, now: int, proven: bool) -> None:
    back = Back(
        asked=PAID + 9 * DAY,
        price_minor=60_000,
        state="arrived",
        repair=True,
        arrived=PAID + arrived * DAY if arrived else None,
        done=PAID + done * DAY if done else None,
    )
    assert _claim(REPAIR_30, Sold(60_000, GOT, back=[back]), PAID + now * DAY).proven is proven


def test_what_is_not_promised_is_not_covered() -> None:
    found = rules.claim("fake_3", [({}, Sold(100, GOT))], asked=PAID, now=PAID)
    assert (found.covered, found.proven, found.amount_minor) == (False, False, 0)


def test_nothing_runs_before_it_is_paid_for() -> None:
    for promise in (LIGHTNING, FAKE_3, RETURN_7, REPAIR_30):
        assert rules.span_of(promise, Times()).state(PAID) == "ahead"
        assert not _claim(promise, Sold(100, Times()), PAID).proven


def test_spans_begin_and_end() -> None:
    assert rules.span_of(LIGHTNING, Times(paid=PAID)).end == PAID + 24 * HOUR
    assert rules.span_of(RETURN_7, Times(paid=PAID)).start is None
    assert rules.span_of(RETURN_7, GOT) == rules.Span(PAID + 3 * DAY, PAID + 10 * DAY)
    assert rules.span_of(FAKE_3, Times(paid=PAID)) == rules.Span(PAID, None)
    assert rules.span_of(FAKE_3, GOT).state(PAID + 200 * DAY) == "over"
    assert rules.span_of(FAKE_3, Times(paid=PAID, cancelled=PAID + HOUR)).state(PAID + DAY) == "over"


def test_terms_come_back_as_they_were_frozen() -> None:
    scheme = Scheme("fake_3", {}, {}, "not_genuine", 100_000, days=180, factor=3.0, least_minor=50_000)
    assert rules.promises({"fake_3": rules.terms_of(scheme, 7)}) == [
        Promise("fake_3", "not_genuine", days=180, factor=3.0, least_minor=50_000, rules=7)
    ]
    assert rules.promises({"old": {"proof": "returned", "colour": "red"}}) == [Promise("old", "returned")]


promise_strategy = st.builds(
    Promise,
    scheme=st.just("any"),
    proof=st.sampled_from(sorted(rules._PROOFS)),
    days=st.integers(0, 365),
    hours=st.integers(0, 100),
    factor=st.sampled_from([0.5, 1.0, 3.0]),
    share=st.sampled_from([0.0, 0.05, 0.3]),
    least_minor=st.integers(0, 50_000),
    most_minor=st.sampled_from([0, 10_000, 60_000]),
)


@given(promise=promise_strategy, base=minor, back=minor)
def test_pays_within_its_bounds(promise: Promise, base: int, back: int) -> None:
    amount = rules.pays(promise, base, back)
    assert amount >= 0
    assert amount == 0 or base > 0
    if promise.most_minor:
        assert amount <= promise.most_minor
    if promise.proof in rules.MONEY_BACK:
        assert amount + min(back, base) <= base  # the price is never given back twice
    assert rules.pays(promise, base, 0) >= amount


@given(promise=promise_strategy, price=minor, gone=st.integers(0, 400 * 24), delay=st.integers(0, 400 * 24))
def test_a_machine_pays_nothing_it_cannot_prove(promise: Promise, price: int, gone: int, delay: int) -> None:
    """With nothing on record but an order sent at once, no promise is broken, whenever anybody looks."""
    kept = Times(paid=PAID, ship_by=PAID + 48 * HOUR, shipped=PAID, received=PAID + HOUR)
    asked = PAID + gone * HOUR
    assert not _claim(promise, Sold(price, kept), asked + delay * HOUR, asked).proven


@given(
    amount=minor,
    fund=minor,
    before=st.integers(0, 9),
    abuse=st.floats(0, 1),
    most=minor,
    often=st.integers(0, 9),
)
def test_limits(amount: int, fund: int, before: int, abuse: float, most: int, often: int) -> None:
    found = rules.hindrances(Asked(amount, fund, before, abuse), Limits(most, often, 0.5))
    assert ("amount" in found) == (amount > most)
    assert ("fund" in found) == (amount > fund)
    assert ("often" in found) == (before >= often)
    assert ("abuse" in found) == (abuse >= 0.5)
    assert rules.hindrances(Asked(0, 0, 0, 0.0), Limits(0, 1)) == []


def test_categories() -> None:
    scheme = Scheme("return_7", {}, {}, "returned", 1, excluded=("fresh",))
    only = Scheme("genuine", {}, {}, "authenticity", 1, categories=("phone",))
    assert [rules.offered(scheme, one) for one in ("fresh", "phone", "")] == [False, True, True]
    assert [rules.offered(only, one) for one in ("fresh", "phone", "")] == [False, True, False]
