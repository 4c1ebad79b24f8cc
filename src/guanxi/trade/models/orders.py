"""Orders and their lines, each hanging on the record that ordered; what was paid for them and sent back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.people.models import Record
from guanxi.trade.models.catalogue import Product, Ruleset
from guanxi.trade.models.market import Listing


def _order_code() -> str:
    return new_code("O")


def _payment_code() -> str:
    return new_code("Z")


def _remittance_code() -> str:
    return new_code("M")


def _return_code() -> str:
    return new_code("R")


class Order(Doored):
    """What somebody bought from us or from a shop. `state` is what everybody is told; `stage` where it stands inside.

    `terms` of its lines and `rules` are what was published when it was placed: later versions do not touch it.
    """

    class State(models.TextChoices):
        PLACED = "placed", _("placed")
        PAID = "paid", _("paid")
        SHIPPED = "shipped", _("shipped")
        RECEIVED = "received", _("received")
        CANCELLED = "cancelled", _("cancelled")

    class Intake(models.TextChoices):
        REMITTANCE = "remittance", _("remittance slip")
        SMS = "sms", _("text message")
        PHONE = "phone", _("telephone")
        EMAIL = "email", _("e-mail")
        WEB = "web", _("web")
        BRANCH = "branch", _("branch")
        STORE = "store", _("store")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_order_code)
    number = models.CharField(max_length=40, unique=True)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="orders")
    seller = models.ForeignKey(
        Record, null=True, on_delete=models.SET_NULL, related_name="sold"
    )  # nobody: we sell ourselves
    state = models.CharField(max_length=10, choices=State)
    intake = models.CharField(max_length=12, choices=Intake, blank=True)  # "": brought in from elsewhere
    rules = models.ForeignKey(Ruleset, null=True, on_delete=models.PROTECT, related_name="orders")
    flow = models.CharField(max_length=30, blank=True)
    stage = models.CharField(max_length=30, blank=True)  # the open one; "" when none is
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)  # what came in less what went back
    ship_to = models.JSONField(default=dict)  # {"name", "phone", "address"}, as given
    placed = models.DateTimeField()
    promised = models.DateTimeField(null=True)  # in the customer's hands
    ship_by = models.DateTimeField(null=True)  # on its way
    paid = models.DateTimeField(null=True)
    shipped = models.DateTimeField(null=True)  # the last of it
    received = models.DateTimeField(null=True)
    cancelled = models.DateTimeField(null=True)
    why = models.CharField(max_length=40, blank=True)  # a code: why it was cancelled
    sample = models.BooleanField(default=False)

    door = Door(
        right="trade.view", unit="record__unit", customer="record__customer", other="seller__customer"
    )

    class Meta:
        indexes = [
            models.Index(fields=["record", "-placed"], name="trade_order_record"),
            models.Index(fields=["-placed", "-id"], name="trade_order_newest"),
            models.Index(fields=["seller", "-placed"], name="trade_order_seller"),
            models.Index(fields=["stage", "promised"], condition=~Q(stage=""), name="trade_order_stage"),
            models.Index(fields=["promised"], condition=~Q(promised=None), name="trade_order_promised"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """So many of one product. What the listing promised when it was bought is frozen here."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines")
    listing = models.ForeignKey(Listing, null=True, on_delete=models.SET_NULL, related_name="lines")
    quantity = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()  # of the whole quantity
    cancelled = models.PositiveIntegerField(default=0)  # taken out before they were sent
    reserved = models.PositiveIntegerField(default=0)  # of the stock, for this line
    shipped = models.PositiveIntegerField(default=0)  # in parcels
    received = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    terms = models.JSONField(default=dict)  # {scheme: what it promises}, of rules.schemes
    declaration = models.JSONField(default=dict)  # of the standard: version, grade, values (rules.standards)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=F("cancelled") + F("reserved") + F("shipped")),
                name="trade_line_not_more_than_bought",
            ),
        ]


class Payment(Doored):
    """Money for an order that came in (positive) or went back (negative). Never changed."""

    class Kind(models.TextChoices):
        IN = "in", _("payment")
        REFUND = "refund", _("refund")
        SUPPLIER = "supplier", _("paid to the seller")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_payment_code)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    kind = models.CharField(max_length=10, choices=Kind)
    method = models.CharField(max_length=20)  # a code: remittance, card, wallet, cash, transfer
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    once = models.CharField(
        max_length=120, unique=True
    )  # its caller's own key: asked for twice, it happens once
    reference = models.CharField(max_length=80, blank=True)  # the bank's or wallet's own number
    made = models.DateTimeField()

    door = Door(right="trade.view", unit="order__record__unit", customer="order__record__customer")


class Remittance(Doored):
    """Money that came by slip, before or after it is known for which order. What the slip says is kept as written.

    Of its amount `used_minor` went to the order, `back_minor` was sent back, `credit_minor` went to the payer's deposit;
    what is left waits for somebody to decide.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be matched")
        MATCHED = "matched", _("matched")
        SHORT = "short", _("too little")
        OVER = "over", _("too much")
        RETURNED = "returned", _("sent back")
        CREDITED = "credited", _("kept as deposit")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_remittance_code)
    slip = models.CharField(max_length=40, unique=True)  # the post office's or bank's number
    payer = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300, blank=True)
    member = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="remittances")
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="remittances")
    used_minor = models.BigIntegerField(default=0)
    back_minor = models.BigIntegerField(default=0)
    credit_minor = models.BigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(
        default=0
    )  # how often it was matched: each payment has its own key
    reason = models.JSONField(default=dict)  # why it was matched so: core.explain
    made = models.DateTimeField()
    settled = models.DateTimeField(null=True)
    sample = models.BooleanField(default=False)

    door = Door(right="trade.remit", unit="record__unit", customer="record__customer")

    class Meta:
        indexes = [models.Index(fields=["state", "made"], name="trade_remittance_state")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="trade_remittance_positive"),
            models.CheckConstraint(
                condition=Q(used_minor__gte=0)
                & Q(back_minor__gte=0)
                & Q(credit_minor__gte=0)
                & Q(amount_minor__gte=F("used_minor") + F("back_minor") + F("credit_minor")),
                name="trade_remittance_no_more",
            ),
        ]

    def __str__(self) -> str:
        return self.slip

    @property
    def rest_minor(self) -> int:
        """What of it nobody has decided about."""
        return self.amount_minor - self.used_minor - self.back_minor - self.credit_minor


class Return(Doored):
    """Goods on their way back, from the wish to the money. `scheme`: under which promise; "" by agreement or ruling."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        AGREED = "agreed", _("to be sent")
        SENT = "sent", _("on its way back")
        ARRIVED = "arrived", _("arrived, to be checked")
        REFUNDED = "refunded", _("refunded")
        REPAIRED = "repaired", _("repaired and sent back")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("never sent")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_return_code)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="returns")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="returns")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    scheme = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=40, blank=True)  # a code
    words = models.TextField(blank=True)
    carrier = models.CharField(max_length=40, blank=True)
    tracking = models.CharField(max_length=60, blank=True)
    repair = models.BooleanField(default=False)  # to be repaired and sent back, not refunded
    finding = models.CharField(max_length=20, blank=True)  # as_sent, wrong_item, used, damaged, incomplete
    found = models.TextField(blank=True)
    amount_minor = models.BigIntegerField(default=0)  # to be refunded
    currency = models.CharField(max_length=3)
    case_id = models.BigIntegerField(null=True)  # plain: cases are above
    asked = models.DateTimeField()
    due = models.DateTimeField(null=True)  # of the state it is in
    sent = models.DateTimeField(null=True)
    arrived = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    door = Door(
        right="trade.view",
        unit="order__record__unit",
        customer="order__record__customer",
        other="order__seller__customer",
    )

    class Meta:
        indexes = [models.Index(fields=["state", "due"], name="trade_return_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(amount_minor__gte=0), name="trade_return_amounts"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
