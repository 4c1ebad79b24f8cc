"""Orders to buy or sell an investment, what was read back to the client, and whose yes there is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import Unit
from guanxi.people.models import Record
from guanxi.trade.models.catalogue import Product
from guanxi.trade.models.holdings import Holding


def _order_code() -> str:
    return new_code("IV")


class InvestmentOrder(Doored):
    """What a client wants bought or sold. What they agreed to is `read_text`, for the trading day `trades`, until `due`.

    Given by amount or by units; with units, `price_minor` is the latest price of one and `amount_minor` what that comes to.
    `reading` counts how often it was read out: a yes is to one reading.
    """

    class Side(models.TextChoices):
        BUY = "buy", _("buy")
        SELL = "sell", _("sell")

    class State(models.TextChoices):
        DRAFTED = "drafted", _("drafted")
        READ_BACK = "read_back", _("read back")
        CONFIRMED = "confirmed", _("confirmed")
        PLACED = "placed", _("placed with the market")
        EXECUTED = "executed", _("executed")
        CANCELLED = "cancelled", _("cancelled")
        TOO_LATE = "too_late", _("too late")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_order_code)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="investment_orders")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="investment_orders")
    holding = models.ForeignKey(Holding, null=True, on_delete=models.SET_NULL, related_name="orders")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL, related_name="+")
    side = models.CharField(max_length=4, choices=Side)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    units = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    price_minor = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFTED)
    channel = models.CharField(max_length=20)
    drafted = models.DateTimeField()
    drafted_by = models.CharField(max_length=60)
    reading = models.PositiveSmallIntegerField(default=0)
    read = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=60, blank=True)
    read_text = models.TextField(blank=True)
    read_language = models.CharField(max_length=10, blank=True)
    told_late = models.BooleanField(default=False)  # that today's cut-off had passed was part of it
    trades = models.DateField(null=True)
    due = models.DateTimeField(null=True)
    settles = models.DateField(null=True)
    confirmed = models.DateTimeField(null=True)
    placed = models.DateTimeField(null=True)
    placed_by = models.CharField(max_length=60, blank=True)
    executed = models.DateTimeField(null=True)
    executed_units = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    executed_minor = models.BigIntegerField(null=True)
    fee_minor = models.BigIntegerField(default=0)
    ended = models.DateTimeField(null=True)
    why = models.CharField(max_length=40, blank=True)  # a code: why it was cancelled
    sample = models.BooleanField(default=False)

    door = Door(right="trade.holdings.view", unit="unit", customer="record__customer")

    class Meta:
        indexes = [
            models.Index(fields=["record", "-drafted"], name="trade_investment_record"),
            models.Index(fields=["-drafted", "-id"], name="trade_investment_newest"),
            models.Index(
                fields=["due"], condition=Q(state__in=("read_back", "confirmed")), name="trade_investment_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & (Q(units=None) | Q(units__gt=0)), name="trade_investment_size"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("drafted", "cancelled")) | Q(reading__gt=0, due__isnull=False),
                name="trade_investment_read_first",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.public_id


class InvestmentYes(models.Model):
    """One signatory's yes to one reading of an order: their exact words, on which channel, heard by whom."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    order = models.ForeignKey(InvestmentOrder, on_delete=models.CASCADE, related_name="signatures")
    person = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="investment_signatures")
    reading = models.PositiveSmallIntegerField()
    words = models.TextField()
    channel = models.CharField(max_length=20)
    heard_by = models.CharField(max_length=60)
    given = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "reading", "person"], name="trade_investment_yes_once"),
        ]
