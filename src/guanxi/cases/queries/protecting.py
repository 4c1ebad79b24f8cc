"""What protection costs and does: per scheme, over a span; last month's looks to be tried again under other limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Min, QuerySet, Sum

from guanxi.cases.models import Coverage, Remedy
from guanxi.cases.queries.cases import list_cases
from guanxi.cases.rules.replaying import Look
from guanxi.core.access import Actor
from guanxi.trade.models import Account, Entry, Order, Posting

AGAIN = timedelta(days=60)
LOOKS_MAX = 20_000
LIMITED = ("amount", "fund", "often", "abuse")


def list_looks(actor: Actor, since: datetime, now: datetime) -> QuerySet[Coverage]:
    """Looks at issues of cases this actor may see, the newest first."""
    visible = list_cases(actor).order_by().values("id")
    found = Coverage.objects.filter(issue__case__in=visible, made__gt=since, made__lte=now)
    return found.select_related("issue__case__record").order_by("-made", "-id")


@dataclass(frozen=True, slots=True)
class SchemeReport:
    """One scheme over a span. Money in minor units; `seconds` the median from complaint to ledger entry, None without any."""

    scheme: str
    claims: int
    covered: int
    proven: int
    paid: int
    cost_minor: int
    seconds: float | None
    recovered_minor: int
    hindered: Mapping[str, int]

    @property
    def automatic(self) -> float | None:
        """Share of covered claims that a machine paid."""
        return self.paid / self.covered if self.covered else None


def report(rows: Sequence[Coverage]) -> list[SchemeReport]:
    """Per scheme, in four statements whatever there is."""
    paid = [one for one in rows if one.paid]
    seconds = _seconds(paid)
    back = _recovered([one.issue_id for one in paid])
    found = []
    for code in sorted({one.scheme for one in rows}):
        mine = [one for one in rows if one.scheme == code]
        done = [one for one in mine if one.paid]
        times = [seconds[one.issue_id] for one in done if one.issue_id in seconds]
        hindered: dict[str, int] = {}
        for one in mine:
            for why in one.hindered:
                hindered[why] = hindered.get(why, 0) + 1
        found.append(
            SchemeReport(
                scheme=code,
                claims=len(mine),
                covered=sum(one.covered for one in mine),
                proven=sum(one.proven for one in mine),
                paid=len(done),
                cost_minor=sum(one.amount_minor for one in done),
                seconds=median(times) if times else None,
                recovered_minor=sum(back.get(one.issue_id, 0) for one in done),
                hindered=hindered,
            )
        )
    return found


def _seconds(paid: Sequence[Coverage]) -> dict[int, float]:
    """{issue: seconds from the complaint to its entry in the ledger}"""
    done = Remedy.objects.filter(
        issue__in=[one.issue_id for one in paid], shape="money", executed__isnull=False
    )
    first = dict(done.order_by().values_list("issue").annotate(first=Min("executed")))
    opened = {one.issue_id: one.issue.opened for one in paid}
    return {key: (moment - opened[key]).total_seconds() for key, moment in first.items()}


def _recovered(issue_ids: Sequence[int]) -> dict[int, int]:
    """{issue: minor units that came back into fund and house by recourse}"""
    found = Posting.objects.filter(
        entry__reference_kind="issue",
        entry__reference_id__in=issue_ids,
        entry__kind=Entry.Kind.RECOURSE,
        account__kind__in=(Account.Kind.FUND, Account.Kind.HOUSE),
        amount_minor__gt=0,
    ).order_by()
    return dict(found.values_list("entry__reference_id").annotate(total=Sum("amount_minor")))


@dataclass(frozen=True, slots=True)
class Effect:
    """Who bought again within 60 days of a claim: of those a machine paid, and of those who waited for a person."""

    paid: int
    paid_again: int
    waited: int
    waited_again: int


def effect(rows: Sequence[Coverage], now: datetime) -> Effect:
    """Of claims made more than 60 days ago. No experiment: who was paid differed in other ways as well."""
    old = [one for one in rows if one.covered and one.made <= now - AGAIN]
    buyers = {one.issue.case.record.customer_id for one in old}
    bought: dict[int, list[datetime]] = {}
    placed = Order.objects.filter(record__customer__in=buyers).values_list("record__customer", "placed")
    for customer, moment in placed:
        bought.setdefault(customer, []).append(moment)
    again = {
        one.id: any(
            one.made < moment <= one.made + AGAIN
            for moment in bought.get(one.issue.case.record.customer_id, ())
        )
        for one in old
    }
    paid, waited = [one for one in old if one.paid], [one for one in old if not one.paid]
    return Effect(
        len(paid), sum(again[one.id] for one in paid), len(waited), sum(again[one.id] for one in waited)
    )


def looks(rows: Sequence[Coverage]) -> list[Look]:
    """Rows as the replay takes them; what no promise covers no limit would change."""
    return [
        Look(
            key=one.id,
            scheme=one.scheme,
            buyer=one.issue.case.record.customer_id,
            made=one.made,
            amount_minor=one.amount_minor,
            fund_minor=one.fund_minor,
            paid_before=one.paid_before,
            abuse=one.abuse,
            kind_most=int(one.limits.get("kind_most", one.limits.get("automatic_most", 0))),
            proven=one.proven,
            paid=one.paid,
            others=[why for why in one.hindered if why not in LIMITED],
        )
        for one in rows
        if one.covered
    ]
