"""What there is to buy: product lines, products, stock, suppliers; and the rules of trade a pack publishes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.people.models import Record


def _purchase_code() -> str:
    return new_code("B")


class Ruleset(models.Model):
    """One published version of what a pack or an administrator sets for trade, never changed afterwards.

    `content` has the form of `rules.ruleset.Rules`: product lines, flows and their stages, carriers, protection schemes.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    number = models.PositiveIntegerField(unique=True)
    digest = models.CharField(max_length=16)
    content = models.JSONField()
    origin = models.CharField(max_length=60)  # "pack:marketplace", or the public id of whoever published it
    published = models.DateTimeField()

    def __str__(self) -> str:
        return f"v{self.number}"


class Product(models.Model):
    """What is on offer. Names are pack or catalogue texts: {"zh-hans": ..., "en": ...}. `line` is a product line's code."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    sku = models.CharField(max_length=40, unique=True)
    line = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    category = models.CharField(max_length=40, blank=True)  # the code of a quality standard's category
    price_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    holding = models.CharField(
        max_length=20, blank=True
    )  # what kind a client holds of it: rules.holdings.KINDS
    conditions = models.JSONField(default=dict)  # how it is traded by orders: rules.investments.trading_of
    sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.sku


class Stock(models.Model):
    """How many of a product lie at a place, and how many of these are promised to orders. Locked while it changes."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stock")
    place = models.CharField(max_length=20, default="main")
    bin = models.CharField(max_length=20, blank=True)  # where in it: the order in which picking walks
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "place"], name="trade_stock_once"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(on_hand__gte=F("reserved")),
                name="trade_stock_not_promised_twice",
            ),
        ]

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved


class Supplier(models.Model):
    """Whom we buy from. `record` where the supplier is somebody we know."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="supplies")
    days = models.PositiveSmallIntegerField(default=3)  # until goods arrive
    sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Purchase(Doored):
    """Goods ordered from a supplier: for the shelf, or for one order's line."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("ordered")
        ARRIVED = "arrived", _("arrived")
        PAID = "paid", _("supplier paid")
        CANCELLED = "cancelled", _("cancelled")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_purchase_code)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="purchases")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="purchases")
    line = models.ForeignKey(
        "trade.OrderLine", null=True, on_delete=models.SET_NULL, related_name="purchases"
    )
    place = models.CharField(max_length=20, default="main")
    quantity = models.PositiveIntegerField()
    arrived_quantity = models.PositiveIntegerField(default=0)  # and taken in
    rejected_quantity = models.PositiveIntegerField(
        default=0
    )  # came and was refused: the supplier still owes it
    cost_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.ORDERED)
    reference = models.CharField(max_length=40, blank=True)  # the supplier's invoice
    invoice_minor = models.BigIntegerField(null=True)  # what it asks for; None: none came yet
    ordered = models.DateTimeField()
    expected = models.DateTimeField()
    arrived = models.DateTimeField(null=True)
    paid = models.DateTimeField(null=True)

    door = Door(right="trade.fulfil")

    class Meta:
        indexes = [models.Index(fields=["state", "expected"], name="trade_purchase_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(arrived_quantity__lte=F("quantity")),
                name="trade_purchase_quantity",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def missing(self) -> int:
        """How many are still to come."""
        return self.quantity - self.arrived_quantity
