"""Every read of trade: orders here, the ledger of deposits in `queries.ledger`."""

from guanxi.trade.queries.orders import (
    CUSTOMER_ORDERS,
    FOUND_CUSTOMERS,
    Bought,
    bought,
    bought_then,
    customer_orders,
    get_order,
    known_numbers,
    known_orders,
    list_orders,
    orders_then,
    product_ids,
    rank_by_spend,
    search_orders,
    spent_by,
)

__all__ = [
    "CUSTOMER_ORDERS",
    "FOUND_CUSTOMERS",
    "Bought",
    "bought",
    "bought_then",
    "customer_orders",
    "get_order",
    "known_numbers",
    "known_orders",
    "list_orders",
    "orders_then",
    "product_ids",
    "rank_by_spend",
    "search_orders",
    "spent_by",
]
