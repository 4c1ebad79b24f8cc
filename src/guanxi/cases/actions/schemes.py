"""How protection schemes prove issues: the promise frozen on the order's lines, what is on record of them, the limits.

The prover of every scheme that the rules of trade publish; a code they do not know is proven by nobody and never pays.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from guanxi.cases.actions.issues.clockwork import Proof, register_prover
from guanxi.cases.models import Coverage, Issue
from guanxi.cases.queries import abuse as known
from guanxi.cases.queries import protection as reads
from guanxi.core.models import Event
from guanxi.people.models import Record
from guanxi.trade.actions import returns
from guanxi.trade.models import Order
from guanxi.trade.queries import ledger as books
from guanxi.trade.queries import protection as trade
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import abuse, protection
from guanxi.trade.rules.protection import Asked, Claim, Limits
from guanxi.trade.rules.ruleset import Rules

BUYER_SPAN = timedelta(days=30)
SAME_PROOF = {"not_genuine": "authenticity", "authenticity": "not_genuine"}
"""Two promises that one fact proves: whoever made only the other one is held to that."""
CLAIMED = "claimed"
OTHER_SIDE = "other_side"


def connect() -> None:
    """Prove what rules of trade promise; called once at start-up."""
    register_prover(prove)


def follow_return(event: Event) -> None:
    """Inside the transaction of a new issue: returns of its order that are open or refused are settled on its case."""
    found = Issue.objects.filter(public_id=str(event.data.get("issue", "")), order__isnull=False)
    about = found.values_list("order_id", "case_id").first()
    if about is not None:
        returns.note_case(order_id=about[0] or 0, case_id=about[1])


def prove(scheme: str, issue: Issue, now: datetime) -> Proof | None:
    """What is on record about an issue under this scheme or one that the same fact proves; None without an order of theirs.

    Part of the check's transaction: claims of one buyer are looked at one after another, so that none is counted twice.
    """
    rules = rulesets.current()
    if scheme not in rules.schemes or issue.order_id is None:
        return None
    order = Order.objects.select_related("record", "seller").get(id=issue.order_id)
    if not reads.is_buyers(issue.case, order):
        return None
    _hold_buyer(order.record.customer_id)
    code, claim = _best(rules, scheme, issue, order, now)
    return _proof(rules, code, claim, issue, order, now)


def _hold_buyer(customer_id: int) -> None:
    """Let no other claim of this person be looked at meanwhile."""
    mine = Record.objects.filter(customer_id=customer_id).order_by("id")
    list(mine.select_for_update(no_key=True).values_list("id", flat=True))


def _best(rules: Rules, scheme: str, issue: Issue, order: Order, now: datetime) -> tuple[str, Claim]:
    """The promise that pays most; the one asked for, where none does."""
    twin = SAME_PROOF.get(rules.schemes[scheme].proof)
    codes = [scheme, *(code for code, one in rules.schemes.items() if one.proof == twin)]
    lines = [issue.line] if issue.line is not None else list(order.lines.order_by("id"))
    sold = trade.sold_of(order, lines)
    paid = reads.paid_back(order, issue.id)
    sold = [(terms, trade.with_back(one, paid)) for terms, one in sold]
    claims = [(code, protection.claim(code, sold, asked=issue.opened, now=now)) for code in codes]
    return max(claims, key=lambda one: (one[1].proven, one[1].amount_minor, one[1].covered))


def _proof(rules: Rules, code: str, claim: Claim, issue: Issue, order: Order, now: datetime) -> Proof:
    """The claim beside its limits, with the row that says so."""
    scheme = rules.schemes[code]
    fund = books.fund_balance(issue.currency).minor
    score = abuse.buyer_score(known.buyer_of(order.record.customer_id, now))
    limits = Limits(scheme.automatic_most, scheme.per_buyer, scheme.abuse_below)
    most = reads.kind_most(issue)
    before = reads.paid_by_machine(order.record.customer_id, now - BUYER_SPAN, now)
    hindered: Sequence[str] = ()
    if claim.proven:
        hindered = protection.hindrances(Asked(claim.amount_minor, fund, before, score.value), limits)
        hindered = [*hindered, *_hindered_by_others(issue, order, code)]
    coverage = Coverage(
        issue_id=issue.id,
        round=issue.round,
        scheme=code,
        rules=rules.number,
        covered=claim.covered,
        proven=claim.proven,
        hindered=list(hindered),
        amount_minor=claim.amount_minor,
        fund_minor=max(0, fund),
        paid_before=before,
        abuse=score.value,
        abuse_why=score.why.as_json(),
        limits={
            "automatic_most": min(limits.automatic_most, most),
            "kind_most": most,
            "per_buyer": limits.per_buyer,
            "abuse_below": limits.abuse_below,
            "sample_every": scheme.sample_every,
        },
        why=claim.why.as_json(),
        made=now,
    )
    if claim.proven and claim.amount_minor > coverage.limits["automatic_most"] and "amount" not in hindered:
        coverage.hindered = ["amount", *hindered]
    return Proof(
        proven=claim.proven and not coverage.hindered,
        amount_minor=claim.amount_minor,
        fund_minor=max(0, fund),
        abuse=score.value,
        scheme=code,
        coverage=coverage,
    )


def _hindered_by_others(issue: Issue, order: Order, code: str) -> list[str]:
    """What other issues say: the same was asked for before; the seller of the order is not the side that would pay."""
    found = []
    if reads.claimed_before(issue, order, code):
        found.append(CLAIMED)
    if not reads.is_sellers(issue.case, order):
        found.append(OTHER_SIDE)
    return found
