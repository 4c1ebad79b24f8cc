"""Reading protection: what a shop promises today, which promises run on an order, what is known of its lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from guanxi.core.access import Actor
from guanxi.trade.models import (
    Enrolment,
    Order,
    OrderLine,
    Payment,
    Return,
    ShipmentLine,
    Shop,
    Verification,
)
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import protection
from guanxi.trade.rules.protection import Back, Found, Sold, Span, Times
from guanxi.trade.rules.ruleset import Names, Scheme

Terms = Mapping[str, Mapping[str, Any]]
"""Promises frozen onto a line: {scheme: terms}, as `rules.protection.terms_of` gives them."""
Parcel = tuple[datetime | None, datetime | None]
"""When it was with the carrier, when it was delivered."""


@dataclass(frozen=True, slots=True)
class Badge:
    """What a shop may show: it is enrolled and its deposit is whole."""

    scheme: str
    name: Names
    words: Names
    icon: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Cover:
    """One promise on one line: `state` "ahead", "running" or "over"; `end` None while nothing in sight ends it."""

    scheme: str
    name: Names
    words: Names
    icon: str
    line_id: int
    span: Span
    state: str
    promise: protection.Promise
    claimable_until: datetime | None

    @property
    def start(self) -> datetime | None:
        return self.span.start

    @property
    def end(self) -> datetime | None:
        return self.span.end


def promises_of(shop_id: int, category: str, now: datetime) -> dict[str, Any]:
    """What a shop promises of goods of this category, to be frozen onto `OrderLine.terms`: {scheme: terms}.

    Only enrolments in force promise anything: neither one whose deposit is short nor one given notice.
    """
    rules = rulesets.current()
    found = Enrolment.objects.filter(shop_id=shop_id, state=Enrolment.State.ACTIVE, since__lte=now)
    codes = set(found.values_list("scheme", flat=True))
    return {
        code: protection.terms_of(scheme, rules.number)
        for code, scheme in rules.schemes.items()
        if code in codes and protection.offered(scheme, category)
    }


def badges_of(shop: Shop) -> list[Badge]:
    """The badges a shop may show now, in the order of the published schemes."""
    return badges_of_shops([shop.id]).get(shop.id, [])


def badges_of_shops(shop_ids: Iterable[int]) -> dict[int, list[Badge]]:
    """{shop: its badges} for a page of many, in one read."""
    ids = list(shop_ids)
    if not ids:
        return {}
    schemes = rulesets.current().schemes
    order = {code: place for place, code in enumerate(schemes)}
    rows = Enrolment.objects.filter(shop_id__in=ids, state=Enrolment.State.ACTIVE, scheme__in=schemes)
    found: dict[int, list[Badge]] = {}
    for shop_id, code, since in sorted(
        rows.values_list("shop_id", "scheme", "since"), key=lambda row: order[row[1]]
    ):
        one = schemes[code]
        found.setdefault(shop_id, []).append(Badge(code, one.name, one.words, one.icon, since))
    return found


def times_of(order: Order) -> Times:
    """When what happened to an order, as the promises of its lines count it."""
    return Times(
        order.paid, order.ship_by, order.shipped, order.received, order.cancelled, promised=order.promised
    )


def covers_of(order: Order, now: datetime) -> list[Cover]:
    """Every promise on the order's lines with where it stands, running ones first. Reads `order.lines` (prefetch it)."""
    times = times_of(order)
    schemes = _schemes_of(order)
    found = [
        _cover(schemes, line, promise, times, now)
        for line in order.lines.all()
        for promise in protection.promises(line.terms)
    ]
    places = {"running": 0, "ahead": 1, "over": 2}
    return sorted(found, key=lambda one: (places[one.state], one.end is None, one.end or now, one.scheme))


def _schemes_of(order: Order) -> Mapping[str, Scheme]:
    """Names and words of schemes: of the version the order was placed under, else of today's."""
    today = rulesets.current().schemes
    return {**today, **rulesets.rules_of(order.rules_id).schemes} if order.rules_id else today


def _cover(
    schemes: Mapping[str, Scheme],
    line: OrderLine,
    promise: protection.Promise,
    times: Times,
    now: datetime,
) -> Cover:
    scheme = schemes.get(promise.scheme)
    span = protection.span_of(promise, times)
    return Cover(
        scheme=promise.scheme,
        name=scheme.name if scheme else {"en": promise.scheme, "zh-hans": promise.scheme},
        words=scheme.words if scheme else {},
        icon=scheme.icon if scheme else "shield-check",
        line_id=line.id,
        span=span,
        state=span.state(now),
        promise=promise,
        claimable_until=protection.claimable_until(promise, times),
    )


def covered_by(lines: Sequence[OrderLine]) -> set[str]:
    """Codes of all schemes these lines carry."""
    return {code for line in lines for code in line.terms}


def _handed(line: OrderLine, order: Order, parcels: Sequence[Parcel]) -> datetime | None:
    """When the last piece of a line was with the carrier; None while one is not."""
    if not parcels:
        return order.shipped
    known = [handed for handed, _delivered in parcels if handed is not None]
    whole = len(known) == len(parcels) and line.shipped >= line.quantity
    return max(known) if whole else None


def sold_of(order: Order, lines: Sequence[OrderLine]) -> list[tuple[Mapping[str, Any], Sold]]:
    """Everything a machine knows of these lines, with their frozen terms, for `rules.protection.claim`."""
    ids = [one.id for one in lines]
    parcels: dict[int, list[Parcel]] = {}
    inside = ShipmentLine.objects.filter(line__in=ids)
    for line_id, *parcel in inside.values_list("line", "shipment__handed", "shipment__delivered"):
        parcels.setdefault(line_id, []).append((parcel[0], parcel[1]))
    findings = list(
        Verification.objects.filter(
            Q(line__in=ids) | Q(listing__in=[one.listing_id for one in lines])
        ).order_by("-made", "-id")  # of two in one moment, the later
    )
    returns = list(Return.objects.filter(line__in=ids).order_by("asked", "id"))
    loose = _refunded_loosely(order)
    return [
        (line.terms, _sold(order, line, parcels.get(line.id, []), findings, returns, loose)) for line in lines
    ]


def _sold(
    order: Order,
    line: OrderLine,
    parcels: Sequence[Parcel],
    findings: Sequence[Verification],
    returns: Sequence[Return],
    loose: int,
) -> Sold:
    delivered = min((one for _, one in parcels if one is not None), default=None)
    times = replace(times_of(order), shipped=_handed(line, order, parcels), delivered=delivered)
    mine = [one for one in returns if one.line_id == line.id]
    found = [
        Found(one.kind, one.bad, one.by, one.made, one.words)
        for one in findings
        if one.line_id == line.id or (one.line_id is None and one.listing_id == line.listing_id)
    ]
    given = sum(one.amount_minor for one in mine if one.state == Return.State.REFUNDED)
    return Sold(
        price_minor=line.amount_minor,
        times=times,
        found=found,
        back=[_back(one) for one in mine],
        given_back_minor=min(line.amount_minor, given + loose),
    )


def _back(row: Return) -> Back:
    done = row.ended if row.state in (Return.State.REFUNDED, Return.State.REPAIRED) else None
    return Back(
        asked=row.asked,
        price_minor=row.amount_minor,
        state=row.state,
        repair=row.repair,
        arrived=row.arrived,
        due=row.due if row.state == Return.State.ARRIVED else None,
        finding=row.finding,
        done=done,
    )


def _refunded_loosely(order: Order) -> int:
    """Money of the order that went back otherwise than for a return: nobody can say for which line, so it counts for each."""
    refunds = Payment.objects.filter(order=order, kind=Payment.Kind.REFUND).aggregate(
        total=Sum("amount_minor")
    )["total"]
    returned = Return.objects.filter(order=order, state=Return.State.REFUNDED).aggregate(
        total=Sum("amount_minor")
    )["total"]
    return max(0, -(refunds or 0) - (returned or 0))


def with_back(sold: Sold, minor: int) -> Sold:
    """The same line when so much of the order's price went back on another way."""
    return (
        replace(sold, given_back_minor=min(sold.price_minor, sold.given_back_minor + minor))
        if minor
        else sold
    )


def on_top() -> set[str]:
    """Codes of schemes that pay on top of the price rather than give it back."""
    schemes = rulesets.current().schemes
    return {code for code, one in schemes.items() if one.proof not in protection.MONEY_BACK}


def enrolments_of(shop: Shop) -> list[Enrolment]:
    """What a shop takes part in now, with what is given notice; what has ended is history."""
    found = Enrolment.objects.filter(shop=shop).exclude(state=Enrolment.State.ENDED)
    return list(found.select_related("shop").order_by("since", "id"))


def list_enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """Visible enrolments, newest first, also those that have ended."""
    found: QuerySet[Enrolment] = Enrolment.objects.visible_to(actor)
    return found.select_related("shop").order_by("-since", "-id")
