"""Twenty at once while protecting: orders, holds, advances, payments, recourse and releases on the same few deposits.

Whatever the order in which they come: every balance is the sum of its postings, nothing is below nothing that must not be,
no case is paid twice, nothing is sold that is not there.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Sum

from guanxi.cases.actions import issues
from guanxi.cases.models import Issue
from guanxi.core.errors import Conflict
from guanxi.core.money import Money
from guanxi.people.actions import Contact, add_record
from guanxi.trade.actions import enrolling, ledger
from guanxi.trade.actions.publishing import publish_rules
from guanxi.trade.models import (
    Account,
    Enrolment,
    Entry,
    Listing,
    Order,
    Payout,
    Posting,
    Product,
    Shop,
    Stock,
)
from guanxi.trade.queries import ledger as books
from tests import market, protected
from tests.cast import SYSTEM, Shopper, Staffer, in_threads
from tests.disputes import CLOCK, Dispute, in_hearing
from tests.disputes import publish as publish_procedure

pytestmark = pytest.mark.django_db(transaction=True)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WRITERS, SHOPS, STOCK, DEPOSIT = 20, 3, 3, 36_000
OFTEN = {**protected.SCHEMES["lightning"], "per_buyer": 2**31}
RULES = {**protected.RULES, "schemes": {**protected.SCHEMES, "lightning": OFTEN}}
MAY_OWE = {"claim", "receivable", "outside", "house"}
THING = ("thing", 1)


@dataclass
class Stall:
    """One seller, whose deposit everybody reaches for: sued, about to be paid for, selling."""

    shop: Shop
    listing: Listing
    late: Dispute  # proven by the machine: several look at it at once
    decided: Dispute  # its payment is due: several carry it out at once
    disputed: Order  # several complain of it at once


def _stall(number: int, buyer: Shopper, agent: Staffer, now: datetime) -> Stall:
    contact = Contact(f"Seller {number}", email=f"seller{number}@shop.example")
    record = add_record(actor=SYSTEM, now=now, contact=contact, source="test").record_id
    shop = Shop.objects.create(record_id=record, name=f"Stall {number}", opened=now)
    protected.pay_in(record, DEPOSIT, now - 40 * DAY)
    for scheme in ("lightning", "as_described"):
        enrolling.enrol(actor=SYSTEM, now=now - 40 * DAY, shop=shop.public_id, scheme=scheme)
    product = Product.objects.create(sku=f"S-{number}", line="phones", name={"en": "Phone"})
    listing = Listing.objects.create(
        shop=shop, product=product, title="Phone", price_minor=9_900, currency="CNY", opened=now, changed=now
    )
    Stock.objects.create(product=product, place="shop", on_hand=STOCK)
    sold = [protected.sell(shop, buyer.record_id, now - 30 * HOUR) for _ in range(3)]
    decided = in_hearing(protected.complain_of(sold[0], "not_as_described", now, buyer), agent, amount=15_000)
    limit = decided.issue.due
    assert limit is not None
    decided.now = limit + timedelta(seconds=1)
    issues.expire(actor=CLOCK, now=decided.now, issue_id=decided.issue.id)
    decided.act(agent, "confirm")
    late = protected.complain_of(sold[1], "late", now, buyer, checked=False)
    return Stall(shop, listing, late, decided, sold[2])


def _one_writer(number: int, round_: int, stalls: list[Stall], buyer: Shopper, now: datetime) -> None:
    """What one of them does, in an order of its own; what is refused must be refused in words."""
    stall, key = stalls[number % SHOPS], f"{round_}-{number}"
    record, one = stall.shop.record_id, Money(500, "CNY")
    paid = stall.decided

    def hold_and_release() -> None:
        ledger.hold(actor=SYSTEM, now=now, record=record, amount=one, reference=THING, once=f"h{key}")
        ledger.release(actor=SYSTEM, now=now, record=record, amount=one, reference=THING, once=f"r{key}")

    steps: list[Any] = [
        lambda: market.bought(buyer.record_id, stall.listing, now),
        lambda: issues.progress(actor=CLOCK, now=now, issue_id=stall.late.issue.id),
        lambda: issues.progress(actor=CLOCK, now=paid.now, issue_id=paid.issue.id),
        hold_and_release,
        lambda: ledger.top_up(actor=SYSTEM, now=now, record=record, amount=one, once=f"t{key}"),
        lambda: protected.complain_of(stall.disputed, "late", now, buyer),
        lambda: enrolling.leave_all(actor=SYSTEM, now=now, shop=stall.shop.public_id),
    ]
    mine = [step for place, step in enumerate(steps) if (number // SHOPS + place) % 3]
    random.Random(number).shuffle(mine)
    for step in mine:
        try:
            step()
        except Conflict as refused:
            assert refused.code in ("sold_out", "not_free", "not_held"), refused.code  # noqa: PT017


def _end_of_window(_number: int, now: datetime) -> None:
    """The window to appeal is over for all of them: everybody's clock takes the recourse at once."""
    for key in Issue.objects.filter(state="appealable").order_by("id").values_list("id", flat=True):
        issues.expire(actor=CLOCK, now=now, issue_id=key)


def _sums_are_sound() -> None:
    assert books.unbalanced_entries() == []
    assert [one.difference for one in books.trial_balance()] == [0]
    for account in Account.objects.all():
        total = account.postings.aggregate(all=Sum("amount_minor"))["all"] or 0
        assert books.sums([account.id]).get(account.id, 0) == total
        assert total >= 0 or account.kind in MAY_OWE, account
        assert total <= 0 or account.kind not in ("claim", "receivable"), account
    for owner in Account.objects.exclude(owner=None).values_list("owner", flat=True).distinct():
        owed = Posting.objects.filter(
            account__owner=owner, account__kind__in=("claim", "receivable", "due_fund", "due_house")
        )
        assert (owed.aggregate(all=Sum("amount_minor"))["all"] or 0) == 0
        held = sum(enrolling.held_minor(one) for one in Enrolment.objects.filter(shop__record=owner))
        assert books.balances(owner).held.minor == held + books.held(owner, THING).minor
    ordered = Payout.objects.exclude(state="confirmed").aggregate(all=Sum("amount_minor"))["all"] or 0
    payable = Posting.objects.filter(account__kind="payable").aggregate(all=Sum("amount_minor"))["all"] or 0
    assert payable == ordered


def _paid_of(issue: Issue) -> dict[str, list[int]]:
    """{kind of movement: its amounts} of one issue."""
    found: dict[str, list[int]] = {}
    entries = Entry.objects.filter(reference_kind="issue", reference_id=issue.id).order_by("id")
    for kind, minor in entries.values_list("kind", "amount_minor"):
        found.setdefault(kind, []).append(minor)
    return found


def test_twenty_writers_while_protecting(buyer: Shopper, agent: Staffer, now: datetime, long: bool) -> None:
    publish_rules(actor=SYSTEM, now=now - 60 * DAY, content=RULES, origin="test")
    publish_procedure(now - 60 * DAY, protected.policy())
    protected.fill_fund(3_500, now - 60 * DAY)  # too little for all that may be claimed of it
    for round_ in range(10 if long else 1):
        moment = now + round_ * 30 * DAY
        stalls = [_stall(round_ * SHOPS + place, buyer, agent, moment) for place in range(SHOPS)]
        over = moment + 25 * DAY

        def write(number: int, r: int = round_, s: list[Stall] = stalls, m: datetime = moment) -> None:
            _one_writer(number, r, s, buyer, m)

        def end(number: int, m: datetime = over) -> None:
            _end_of_window(number, m)

        done = in_threads(WRITERS, write)
        assert [one for one in done if one is not None] == []
        _sums_are_sound()
        assert set(in_threads(WRITERS, end)) == {None}
        _sums_are_sound()
        advanced = 0
        for stall in stalls:
            assert _paid_of(stall.decided.issue) == {"pay": [15_000]}
            assert stall.decided.issue.paid_minor == 15_000
            late = stall.late.issue
            many = list(Issue.objects.filter(order=stall.disputed))
            claims = [one for one in [late, *many] if one.paid_minor]
            assert all(_paid_of(one) == {"advance": [1_000], "recourse": [1_000]} for one in claims)
            assert len(claims) == len({one.order_id for one in claims})
            advanced += len(claims)
            shelf = Stock.objects.get(product=stall.listing.product)
            sold = stall.listing.lines.count()
            assert (shelf.reserved, sold) == (STOCK, STOCK)
        assert advanced >= 3
