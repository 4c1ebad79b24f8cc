"""What is bought: products, orders and their lines, each hanging on the record that ordered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.people.models import Record


def _order_code() -> str:
    return new_code("O")


class Product(models.Model):
    """What is on offer. Names are pack or catalogue texts: {"zh-hans": ..., "en": ...}."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    sku = models.CharField(max_length=40, unique=True)
    line = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.sku


class Order(Doored):
    class State(models.TextChoices):
        PLACED = "placed", _("placed")
        SHIPPED = "shipped", _("shipped")
        RECEIVED = "received", _("received")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_order_code)
    number = models.CharField(max_length=40, unique=True)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="orders")
    state = models.CharField(max_length=10, choices=State)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    placed = models.DateTimeField()

    door = Door(right="trade.view", unit="record__unit", customer="record__customer")

    class Meta:
        indexes = [
            models.Index(fields=["record", "-placed"], name="trade_order_record"),
            models.Index(fields=["-placed", "-id"], name="trade_order_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    id = models.BigIntegerField(primary_key=True, default=new_id)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines")
    quantity = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
