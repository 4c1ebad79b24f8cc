"""The ledger of deposits: double entry, only ever growing. A balance is a sum; `once` makes every movement happen once.

Rooms above say what a movement is for by a `reference`, (kind, id), which the ledger only keeps. Amounts are exact `Money`.
"""

from guanxi.trade.actions.ledger.adapters import Adapter, Receipt, Refused, register
from guanxi.trade.actions.ledger.booking import MOVE
from guanxi.trade.actions.ledger.checkpoints import take_checkpoints
from guanxi.trade.actions.ledger.moving import (
    fill_fund,
    hold,
    pay_proceeds,
    release,
    top_up,
    withdraw_deposit,
)
from guanxi.trade.actions.ledger.owing import remove_sample, settle_receivable, write_off
from guanxi.trade.actions.ledger.paying import Paid, Recoursed, advance, pay, penalise, recourse, reverse
from guanxi.trade.actions.ledger.payouts import confirm_payout, fail_payout, retry_payout, send_payout
from guanxi.trade.queries.ledger import Balances, balances, claimed, entries_of, fund_balance, held

__all__ = [
    "MOVE",
    "Adapter",
    "Balances",
    "Paid",
    "Receipt",
    "Recoursed",
    "Refused",
    "advance",
    "balances",
    "claimed",
    "confirm_payout",
    "entries_of",
    "fail_payout",
    "fill_fund",
    "fund_balance",
    "held",
    "hold",
    "pay",
    "pay_proceeds",
    "penalise",
    "recourse",
    "register",
    "release",
    "remove_sample",
    "retry_payout",
    "reverse",
    "send_payout",
    "settle_receivable",
    "take_checkpoints",
    "top_up",
    "withdraw_deposit",
    "write_off",
]
