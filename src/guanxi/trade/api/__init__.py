"""Trade over the API: orders, returns, protection, the market, slips, purchases, stages, ledger, holdings, investments,
standards."""

from guanxi.trade.api.holdings import balances, mandates
from guanxi.trade.api.holdings import router as holdings
from guanxi.trade.api.investments import router as investments
from guanxi.trade.api.ledger import router as ledger
from guanxi.trade.api.listings import router as listings
from guanxi.trade.api.market import router as market
from guanxi.trade.api.order_steps import carriers
from guanxi.trade.api.order_steps import router as steps
from guanxi.trade.api.orders import router
from guanxi.trade.api.panels import by_standard as standard_panels
from guanxi.trade.api.panels import router as panels
from guanxi.trade.api.protection import enrolments, schemes, verifications
from guanxi.trade.api.purchases import router as purchases
from guanxi.trade.api.purchases import suppliers
from guanxi.trade.api.questions import asked
from guanxi.trade.api.questions import router as questions
from guanxi.trade.api.remittances import router as remittances
from guanxi.trade.api.returns import router as returns
from guanxi.trade.api.shops import router as shops
from guanxi.trade.api.stages import batches
from guanxi.trade.api.stages import router as stages
from guanxi.trade.api.standards import categories as standard_categories
from guanxi.trade.api.standards import router as standards

__all__ = [
    "asked",
    "balances",
    "batches",
    "carriers",
    "enrolments",
    "holdings",
    "investments",
    "ledger",
    "listings",
    "mandates",
    "market",
    "panels",
    "purchases",
    "questions",
    "remittances",
    "returns",
    "router",
    "schemes",
    "shops",
    "stages",
    "standard_categories",
    "standard_panels",
    "standards",
    "steps",
    "suppliers",
    "verifications",
]
