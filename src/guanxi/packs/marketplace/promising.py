"""What the shops of the demo world promise, and the deposits that stand for it; the fund that pays ahead."""

from datetime import datetime, timedelta
from random import Random

from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.packs.playing import as_customer
from guanxi.trade.actions import enrolling, ledger
from guanxi.trade.models import Shop
from guanxi.trade.queries import rulesets
from guanxi.trade.rules.ruleset import Scheme

FUND = Money(50_000_000, "CNY")
NOTHING = 0.22  # of the shops: those that promise nothing
LEAVING = 0.03  # of the promises: those that were given notice
MORE_MINOR_MAX = 800_000  # of a deposit that nothing holds


def fill_fund(*, actor: Actor, now: datetime, once: str) -> None:
    """Money the marketplace pays ahead from."""
    ledger.fill_fund(actor=actor, now=now, amount=FUND, once=once, sample=True)


def promise(
    actor: Actor,
    now: datetime,
    since: datetime,
    shop: Shop,
    category: str,
    chance: Random,
    *,
    all_of_them: bool = False,
) -> list[str]:
    """The shop pays its deposit in and takes part in some of the schemes; their codes, without those given notice."""
    fitting = [
        one for one in rulesets.current().schemes.values() if not one.categories or category in one.categories
    ]
    chosen = _chosen(fitting, chance, all_of_them)
    if not chosen:
        return []
    deposit = sum(one.deposit_minor for one in chosen) + chance.randrange(MORE_MINOR_MAX // 100) * 100
    ledger.top_up(
        actor=actor,
        now=since,
        record=shop.record_id,
        amount=Money(max(100, deposit), "CNY"),
        once=f"sample:deposit:{shop.public_id}",
        sample=True,
    )
    owner = as_customer(shop.record_id)
    kept = []
    for scheme in chosen:
        began = since + timedelta(days=1)
        row = enrolling.enrol(
            actor=owner, now=min(began, now), shop=shop.public_id, scheme=scheme.code, sample=True
        )
        if not all_of_them and chance.random() < LEAVING:
            left = now - timedelta(days=chance.randint(1, 9))
            enrolling.give_notice(actor=owner, now=max(left, min(began, now)), enrolment=row.public_id)
        else:
            kept.append(scheme.code)
    return kept


def _chosen(fitting: list[Scheme], chance: Random, all_of_them: bool) -> list[Scheme]:
    if all_of_them:
        return fitting
    if not fitting or chance.random() < NOTHING:
        return []
    return [one for one in fitting if chance.random() < 0.5] or fitting[:1]
