"""The lists of trade: orders, the accounts of the ledger, payouts; slips, purchases, stock, returns; shops; holdings."""

from guanxi.trade.lists.accounts import LISTING as ACCOUNTS
from guanxi.trade.lists.holdings import LISTING as HOLDINGS
from guanxi.trade.lists.investments import LISTING as INVESTMENTS
from guanxi.trade.lists.market import LISTING as LISTINGS
from guanxi.trade.lists.orders import LISTING
from guanxi.trade.lists.payouts import LISTING as PAYOUTS
from guanxi.trade.lists.purchases import LISTING as PURCHASES
from guanxi.trade.lists.remittances import LISTING as REMITTANCES
from guanxi.trade.lists.returns import LISTING as RETURNS
from guanxi.trade.lists.shops import LISTING as SHOPS
from guanxi.trade.lists.stock import LISTING as STOCK

__all__ = [
    "ACCOUNTS",
    "HOLDINGS",
    "INVESTMENTS",
    "LISTING",
    "LISTINGS",
    "PAYOUTS",
    "PURCHASES",
    "REMITTANCES",
    "RETURNS",
    "SHOPS",
    "STOCK",
]
