"""What is bought, its way to the customer, the money behind it, and what is promised of it. Rows hang on records."""

from guanxi.trade.models.catalogue import Product, Purchase, Ruleset, Stock, Supplier
from guanxi.trade.models.fulfilment import Batch, CarrierEvent, Scan, Shipment, ShipmentLine, Stage, Trouble
from guanxi.trade.models.holdings import Balance, Holding, Mandate, Margin
from guanxi.trade.models.investments import InvestmentOrder, InvestmentYes
from guanxi.trade.models.ledger import OWNED, Account, Checkpoint, Entry, Payout, Posting
from guanxi.trade.models.market import Enrolment, Listing, ListingVersion, Question, Shop
from guanxi.trade.models.orders import Order, OrderLine, Payment, Remittance, Return
from guanxi.trade.models.protection import Verification
from guanxi.trade.models.standards import (
    Assessment,
    Category,
    Expert,
    Panel,
    Specimen,
    Standard,
    StandardComment,
    StandardVersion,
)

__all__ = [
    "OWNED",
    "Account",
    "Assessment",
    "Balance",
    "Batch",
    "CarrierEvent",
    "Category",
    "Checkpoint",
    "Enrolment",
    "Entry",
    "Expert",
    "Holding",
    "InvestmentOrder",
    "InvestmentYes",
    "Listing",
    "ListingVersion",
    "Mandate",
    "Margin",
    "Order",
    "OrderLine",
    "Panel",
    "Payment",
    "Payout",
    "Posting",
    "Product",
    "Purchase",
    "Question",
    "Remittance",
    "Return",
    "Ruleset",
    "Scan",
    "Shipment",
    "ShipmentLine",
    "Shop",
    "Specimen",
    "Stage",
    "Standard",
    "StandardComment",
    "StandardVersion",
    "Stock",
    "Supplier",
    "Trouble",
    "Verification",
]
