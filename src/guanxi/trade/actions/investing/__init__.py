"""Orders to invest: drafted, read back, confirmed by whoever may sign, placed before the cut-off, executed."""

from guanxi.trade.actions.investing.carrying import (
    Filled,
    cancel_investment,
    execute_investment,
    lapse_investment,
    place_investment,
)
from guanxi.trade.actions.investing.drafting import NewInvestment, draft_investment
from guanxi.trade.actions.investing.reading import Yes, confirm_investment, read_investment

__all__ = [
    "Filled",
    "NewInvestment",
    "Yes",
    "cancel_investment",
    "confirm_investment",
    "draft_investment",
    "execute_investment",
    "lapse_investment",
    "place_investment",
    "read_investment",
]
