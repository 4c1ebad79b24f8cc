"""What files may say about trade: orders with their customers, a day's remittance slips, balances of what clients hold."""

from guanxi.trade.imports import balances, orders
from guanxi.trade.imports.balances import KIND as BALANCES
from guanxi.trade.imports.orders import KIND
from guanxi.trade.imports.slips import KIND as SLIPS

__all__ = ["BALANCES", "KIND", "SLIPS", "connect"]


def connect() -> None:
    """Words for what only these kinds refuse; called once at start-up."""
    orders.connect()
    balances.connect()
