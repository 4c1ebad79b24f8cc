"""Reading what was found of sold goods, which goods a finding is about, and what one more would lead to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.explain import Explanation
from guanxi.trade.models import Listing, Order, OrderLine, Verification
from guanxi.trade.queries import protection as reads
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import protection
from guanxi.trade.rules.protection import Found
from guanxi.trade.rules.ruleset import Names

PROVES = {
    Verification.Kind.MEASURED: frozenset({"below_standard"}),
    Verification.Kind.AUTHENTICITY: frozenset({"not_genuine", "authenticity"}),
}
"""Which proofs a finding of a kind can be."""


def list_findings(actor: Actor) -> QuerySet[Verification]:
    """Visible findings, newest first."""
    found: QuerySet[Verification] = Verification.objects.visible_to(actor)
    return found.select_related("line__order", "line__product", "listing").order_by("-made", "-id")


def sold_line(actor: Actor, order: str, place: int) -> int:
    """Key of the line at `place` (1, 2, 3) of an order by its public id. Raises `NotFound`."""
    found = Order.objects.visible_to(actor).filter(public_id=order).first()
    lines = list(found.lines.order_by("id").values_list("id", flat=True)) if found else []
    if not 1 <= place <= len(lines):
        raise NotFound
    return int(lines[place - 1])


def listing_id(actor: Actor, public_id: str) -> int:
    """Key of a listing. Raises `NotFound`."""
    found = Listing.objects.visible_to(actor).filter(public_id=public_id).values_list("id", flat=True).first()
    if found is None:
        raise NotFound
    return int(found)


@dataclass(frozen=True, slots=True)
class Leads:
    """What a finding against one line would prove: `scheme` "" where nothing it carries promises that.

    `by_hand`: more than the scheme pays by itself. Amounts are minor units of the order's currency.
    """

    line_id: int
    kind: str
    why: Explanation
    scheme: str = ""
    name: Names | None = None
    proven: bool = False
    amount_minor: int = 0
    by_hand: bool = False


def leads_of(order: Order, lines: Sequence[OrderLine], now: datetime) -> list[Leads]:
    """For every line and kind: what it would prove if something were found against it now, and the buyer complained."""
    sold = reads.sold_of(order, lines)
    return [
        _leads(line, kind, terms, one, now)
        for line, (terms, one) in zip(lines, sold, strict=True)
        for kind in Verification.Kind.values
    ]


def _leads(line: OrderLine, kind: str, terms: reads.Terms, sold: protection.Sold, now: datetime) -> Leads:
    """The promise that pays most, as the machine would choose it."""
    proofs = PROVES[Verification.Kind(kind)]
    thought = replace(sold, found=[*sold.found, Found(kind, True, "", now)])
    carried = [one.scheme for one in protection.promises(terms) if one.proof in proofs]
    claims = {code: protection.claim(code, [(terms, thought)], asked=now, now=now) for code in carried}
    if not claims:
        return Leads(line.id, kind, Explanation("protection.not_covered", (), ""))
    code, best = max(claims.items(), key=lambda one: (one[1].proven, one[1].amount_minor))
    scheme = rulesets.current().schemes.get(code)
    return Leads(
        line_id=line.id,
        kind=kind,
        why=best.why,
        scheme=code,
        name=scheme.name if scheme else {"en": code, "zh-hans": code},
        proven=best.proven,
        amount_minor=best.amount_minor,
        by_hand=scheme is None or best.amount_minor > scheme.automatic_most,
    )
