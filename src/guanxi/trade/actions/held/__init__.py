"""Writing what clients hold: holdings and their balances, margins, mandates; orders to invest are in `actions.investing`."""

from guanxi.trade.actions.held.balances import BalanceRow, record_balances, withdraw_balances
from guanxi.trade.actions.held.catalogue import set_held_products
from guanxi.trade.actions.held.holdings import NewHolding, change_terms, close_holding, open_holding
from guanxi.trade.actions.held.mandates import NewMandate, grant_mandate, revoke_mandate
from guanxi.trade.actions.held.margins import set_margin

__all__ = [
    "BalanceRow",
    "NewHolding",
    "NewMandate",
    "change_terms",
    "close_holding",
    "grant_mandate",
    "open_holding",
    "record_balances",
    "revoke_mandate",
    "set_held_products",
    "set_margin",
    "withdraw_balances",
]
