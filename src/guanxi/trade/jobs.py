"""Background work of trade: payouts handed to their adapters, checkpoints of busy accounts, shops that close, the
clock of orders, the index."""

from django_tasks import task

from guanxi.core import search
from guanxi.core.access import system
from guanxi.core.clock import now
from guanxi.core.errors import Conflict
from guanxi.core.models import Event
from guanxi.trade import actions
from guanxi.trade.actions import enrolling, investing, ledger, returns, shops
from guanxi.trade.queries import clock, investments, market

INDEXED = {"shop.opened", "shop.changed", "listing.added", "listing.changed"}


@task(attempts_max=12)
def send_payout(public_id: str) -> str:
    """Hand one payout over. Safe twice: one that is sent already is left alone."""
    return str(ledger.send_payout(actor=system("payouts"), now=now(), public_id=public_id).state)


@task()
def take_checkpoints() -> int:
    """Every night: what older postings of busy accounts come to. Safe twice: what is counted is not counted again."""
    return ledger.take_checkpoints(now=now())


@task()
def tick_orders() -> int:
    """The clock of orders: silence is receipt, what nobody pays is cancelled, sellers are paid, late stages are told of.

    Safe twice: each order is looked at again under its lock. One that fails does not stop the others.
    """
    moment, actor = now(), system("clock")
    done, faults = 0, []
    for list_due, act in (
        (clock.list_to_receive, lambda key: actions.confirm_receipt(actor=actor, now=moment, order_id=key)),
        (
            clock.list_unpaid,
            lambda key: actions.cancel_order(actor=actor, now=moment, order_id=key, why="unpaid"),
        ),
        (clock.list_to_settle, lambda key: actions.settle_order(actor=actor, now=moment, order_id=key)),
        (clock.list_overdue, lambda key: actions.tell_overdue(actor=actor, now=moment, stage_id=key)),
    ):
        for key in list_due(moment):
            try:
                done += bool(act(key))
            except Conflict:  # somebody was faster: the order has moved on
                continue
            except Exception as fault:  # noqa: BLE001  one that fails must not stop the clocks of all others
                faults.append(fault)
    if faults:
        raise ExceptionGroup("orders whose clock stands still", faults)
    return done


def index_market(found: list[Event]) -> None:
    """Make shops and listings findable. A batch of the sealed stream; writing a row again replaces it."""
    changed = {event.subject_id for event in found if event.subject_kind == "shop"}
    listings = {event.subject_id for event in found if event.subject_kind == "listing"}
    renamed = {event.subject_id for event in found if event.type == "shop.changed"}
    listings |= set(market.listing_ids(renamed))
    search.put_many([*market.words_of_shops(changed), *market.words_of_listings(listings)])


@task()
def close_shops() -> int:
    """Leaving shops of which nothing is open any more close. Safe twice: a closed one is not looked at again."""
    return shops.close_shops(actor=system("clock"), now=now())


@task()
def lapse_investments() -> int:
    """Every minute: orders to invest whose cut-off passed before they were placed. Safe twice: what is too late stays so."""
    moment, actor = now(), system("investments")
    late = investments.list_lapsing(moment)
    for public_id in late:
        investing.lapse_investment(actor=actor, now=moment, public_id=public_id)
    return len(late)


@task()
def watch_protection() -> int:
    """Returns whose step took too long; deposits of promises that have ended. Safe twice: each is looked at under its lock."""
    moment, done, faults = now(), 0, []
    for what, ids in (
        (lambda key: returns.expire(now=moment, return_id=key), returns.list_due(moment)),
        (lambda key: enrolling.release_ended(now=moment, enrolment_id=key), enrolling.list_leaving()),
    ):
        for key in ids:
            try:
                done += what(key) is not None
            except Exception as fault:  # noqa: BLE001  one that fails must not stop the clocks of all others
                faults.append(fault)
    if faults:
        raise ExceptionGroup("returns or promises whose clock stands still", faults)
    return done
