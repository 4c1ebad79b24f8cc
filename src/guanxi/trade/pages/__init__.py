"""Pages of trade: the list of orders and the panels other pages borrow; the ledger's in `pages.ledger`."""

from guanxi.trade.pages.orders import (
    amount,
    band_cell,
    band_cell_then,
    panel,
    panel_then,
    product_name,
    role,
    stage_name,
    sum_words,
    title_of,
)

__all__ = [
    "amount",
    "band_cell",
    "band_cell_then",
    "panel",
    "panel_then",
    "product_name",
    "role",
    "stage_name",
    "sum_words",
    "title_of",
]
