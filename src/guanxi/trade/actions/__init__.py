"""Every write of trade: orders placed and their way, orders brought in, and the ledger of deposits (`actions.ledger`)."""

from guanxi.trade.actions.frame import FULFIL, ORDERS
from guanxi.trade.actions.orders import (
    RIGHT,
    BuyerRow,
    LineRow,
    OrderRow,
    ProductRow,
    add_products,
    correct_states,
    import_buyers,
    import_orders,
    set_state,
    withdraw_orders,
    withdraw_products,
)
from guanxi.trade.actions.placing import (
    NewLine,
    NewOrder,
    cancel_order,
    pay_order,
    place_order,
    refund_order,
)
from guanxi.trade.actions.shipping import (
    Heard,
    confirm_receipt,
    hand_over,
    hear_carrier,
    held_by,
    register_veto,
    settle_order,
    ship,
)
from guanxi.trade.actions.stages import finish_stage, look_again, settle_trouble, stop_stage, tell_overdue
from guanxi.trade.actions.stock import Arrived
from guanxi.trade.actions.stock import put as put_stock
from guanxi.trade.actions.troubles import WORK_KIND

__all__ = [
    "FULFIL",
    "ORDERS",
    "RIGHT",
    "WORK_KIND",
    "Arrived",
    "BuyerRow",
    "Heard",
    "LineRow",
    "NewLine",
    "NewOrder",
    "OrderRow",
    "ProductRow",
    "add_products",
    "cancel_order",
    "confirm_receipt",
    "correct_states",
    "finish_stage",
    "hand_over",
    "hear_carrier",
    "held_by",
    "import_buyers",
    "import_orders",
    "look_again",
    "pay_order",
    "place_order",
    "put_stock",
    "refund_order",
    "register_veto",
    "set_state",
    "settle_order",
    "settle_trouble",
    "ship",
    "stop_stage",
    "tell_overdue",
    "withdraw_orders",
    "withdraw_products",
]
