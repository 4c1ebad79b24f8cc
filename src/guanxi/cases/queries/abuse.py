"""What is on record of a buyer or a seller that the abuse score looks at: a year of orders, claims and returns."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q, Sum

from guanxi.cases.models import Decision, Issue
from guanxi.people import queries as people
from guanxi.trade.models import Order, Payment, Return, Verification
from guanxi.trade.rules.abuse import Buyer, Seller

YEAR = timedelta(days=365)
WRONG = ("wrong_item", "used", "incomplete")
"""Findings of a return that say something else came back than was sent."""
TRUE = ("upheld", "partly", "admitted", "protected", "settled")
SHARED_MAX = 200  # customers at one address beyond which it says nothing


def buyer_of(customer_id: int, now: datetime) -> Buyer:
    """The last 365 days of one person as a buyer."""
    since = now - YEAR
    orders = Order.objects.filter(record__customer=customer_id, placed__gt=since, placed__lte=now)
    bought = orders.aggregate(count=Count("id"), minor=Sum("total_minor"))
    claims = _claims(Q(case__record__customer=customer_id, case__role="buyer"), since, now)
    wrong = Return.objects.filter(
        order__record__customer=customer_id, asked__gt=since, asked__lte=now, finding__in=WRONG
    )
    refunds = Payment.objects.filter(order__record__customer=customer_id, kind=Payment.Kind.REFUND)
    refunded = refunds.filter(made__gt=since, made__lte=now).aggregate(minor=Sum("amount_minor"))["minor"]
    return Buyer(
        orders=bought["count"],
        claims=len(claims),
        refused=sum(1 for outcome, _paid in claims if outcome == "not_upheld"),
        wrong_returns=wrong.count(),
        bought_minor=bought["minor"] or 0,
        refunded_minor=sum(max(0, paid) for _outcome, paid in claims) - (refunded or 0),
        shared=_shared(customer_id, since, now),
    )


def _claims(whose: Q, since: datetime, now: datetime) -> list[tuple[str, int]]:
    """(outcome, minor units paid) of issues about orders."""
    found = Issue.objects.filter(whose, order__isnull=False, opened__gt=since, opened__lte=now)
    return list(found.exclude(outcome="withdrawn").values_list("outcome", "paid_minor"))


def _shared(customer_id: int, since: datetime, now: datetime) -> int:
    """How many other people at the same device, address or telephone claim protection too."""
    others = people.sharing(customer_id)
    if not 0 < len(others) <= SHARED_MAX:
        return 0
    found = Issue.objects.filter(
        case__record__customer__in=others, case__role="buyer", order__isnull=False, opened__gt=since
    )
    return found.filter(opened__lte=now).values("case__record__customer").distinct().count()


def seller_of(customer_id: int, now: datetime) -> Seller:
    """The last 365 days of one person as a seller."""
    since = now - YEAR
    orders = Order.objects.filter(seller__customer=customer_id, placed__gt=since, placed__lte=now)
    late = orders.filter(
        Q(shipped__isnull=True, ship_by__lt=now, cancelled=None) | Q(shipped__gt=F("ship_by"))
    )
    against = Q(case__respondent__customer=customer_id, case__respondent_role="seller")
    claims = _claims(against, since, now)
    ruled = Decision.objects.filter(
        Q(issue__case__respondent__customer=customer_id, issue__case__respondent_role="seller"),
        basis=Decision.Basis.RULED,
        state=Decision.State.SERVED,
        served__gt=since,
        served__lte=now,
    )
    contested = list(ruled.values_list("outcome", flat=True))
    fakes = Verification.objects.filter(
        Q(listing__shop__record__customer=customer_id) | Q(line__order__seller__customer=customer_id),
        kind=Verification.Kind.AUTHENTICITY,
        bad=True,
        made__gt=since,
        made__lte=now,
    )
    return Seller(
        orders=orders.count(),
        late=late.count(),
        claims=sum(1 for outcome, _paid in claims if outcome in TRUE),
        contested=len(contested),
        overturned=sum(1 for outcome in contested if outcome in ("upheld", "partly")),
        fakes=fakes.count(),
    )
