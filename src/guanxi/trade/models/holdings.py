"""What clients hold: accounts, deposits, loans, securities; balances by day, who may act on them, what they bring."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import Unit
from guanxi.people.models import Record
from guanxi.trade.models.catalogue import Product


def _holding_code() -> str:
    return new_code("HD")


def _mandate_code() -> str:
    return new_code("MD")


class Holding(Doored):
    """One thing a client holds of a product, on its terms (rules.holdings), kept by a branch. `number` is shown masked.

    `balance_minor` is the newest balance in the holding's own currency, as of `balance_on`; all of them stand in `Balance`.
    """

    class State(models.TextChoices):
        OPEN = "open", _("in force")
        CLOSED = "closed", _("ended")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_holding_code)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="holdings")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="holdings")
    kind = models.CharField(max_length=20)  # of rules.holdings.KINDS
    number = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    terms = models.JSONField(default=dict)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened = models.DateField()
    matures = models.DateField(null=True)
    closed = models.DateField(null=True)
    why = models.CharField(max_length=40, blank=True)  # a code: why it was closed
    balance_minor = models.BigIntegerField(null=True)
    balance_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    sample = models.BooleanField(default=False)

    door = Door(right="trade.holdings.view", unit="unit", customer="record__customer")

    class Meta:
        indexes = [
            models.Index(fields=["record", "state"], name="trade_holding_record"),
            models.Index(fields=["-opened", "-id"], name="trade_holding_newest"),
            models.Index(
                fields=["matures"],
                condition=Q(state="open", matures__isnull=False),
                name="trade_holding_matures",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="trade_holding_number"),
            models.CheckConstraint(
                condition=Q(state="open", closed=None) | Q(state="closed", closed__gte=F("opened")),
                name="trade_holding_span",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.public_id


class Balance(models.Model):
    """What a holding came to at the end of a day, in one currency. A day has one; a correction replaces it, with an event."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, related_name="balances")
    day = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    entered = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holding", "currency", "day"], name="trade_balance_once"),
        ]


class Margin(models.Model):
    """What a product line earns on a balance in a currency, percent a year, and what one costs a month; from `since` on.

    Never changed: the newest `since` that has come counts, a correction is a row of a later moment for the same day.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    line = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    since = models.DateField()
    percent = models.DecimalField(max_digits=8, decimal_places=4)
    cost_minor = models.BigIntegerField(default=0)
    entered = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["line", "currency", "-since", "-id"], name="trade_margin_newest")]


class Mandate(Doored):
    """What a client, as a rule a company, lets a person do: see its holdings, and sign its orders (rules.holdings.Power).

    `alone_minor` and `together_minor` are the most they may sign, alone and with a second signatory; None: without limit.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_mandate_code)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="mandates_given")
    person = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="mandates_held")
    capacity = models.CharField(max_length=60, blank=True)  # as what: legal representative, treasurer
    alone_minor = models.BigIntegerField(null=True, default=0)
    together_minor = models.BigIntegerField(null=True, default=0)
    currency = models.CharField(max_length=3)
    since = models.DateField()
    until = models.DateField(null=True)  # the first day it no longer holds
    granted = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    why = models.CharField(max_length=40, blank=True)  # a code: why it was revoked
    sample = models.BooleanField(default=False)

    door = Door(
        right="trade.holdings.view",
        unit="record__unit",
        customer="record__customer",
        other="person__customer",
    )

    class Meta:
        indexes = [
            models.Index(fields=["record", "since"], name="trade_mandate_record"),
            models.Index(fields=["person"], name="trade_mandate_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(alone_minor=None) | Q(alone_minor__gte=0))
                & (Q(together_minor=None) | Q(together_minor__gte=0)),
                name="trade_mandate_limits",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="trade_mandate_span"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
