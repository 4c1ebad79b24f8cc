"""What somebody who may say so found of sold goods: a machine may pay on it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.trade.models.market import Listing
from guanxi.trade.models.orders import OrderLine


def _verification_code() -> str:
    return new_code("V")


class Verification(Doored):
    """What an inspection, a panel, a brand or a laboratory found: of one sold line, or of all that a listing sold.

    Never changed; a later one counts instead. `bad`: below what was declared, or a fake. `values` as measured, by parameter.
    """

    class Kind(models.TextChoices):
        MEASURED = "measured", _("measured")
        AUTHENTICITY = "authenticity", _("genuine or fake")

    class By(models.TextChoices):
        INSPECTION = "inspection", _("our inspection")
        PANEL = "panel", _("panel of experts")
        BRAND = "brand", _("the brand")
        LABORATORY = "laboratory", _("laboratory")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_verification_code)
    line = models.ForeignKey(OrderLine, null=True, on_delete=models.CASCADE, related_name="verifications")
    listing = models.ForeignKey(Listing, null=True, on_delete=models.CASCADE, related_name="verifications")
    kind = models.CharField(max_length=12, choices=Kind)
    by = models.CharField(max_length=12, choices=By)
    name = models.CharField(max_length=80)  # of whoever found it: the brand, the laboratory
    bad = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)  # "scratches 14 > 10, phone@3"
    values = models.JSONField(default=dict)
    once = models.CharField(max_length=120, unique=True)
    actor = models.CharField(max_length=60)  # public id of whoever entered it
    made = models.DateTimeField()

    door = Door(
        right="trade.view",
        unit="line__order__record__unit",
        customer="line__order__record__customer",
        other="line__order__seller__customer",
    )

    class Meta:
        indexes = [
            models.Index(fields=["line", "-made"], name="trade_verification_line"),
            models.Index(fields=["listing", "-made"], name="trade_verification_listing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(line__isnull=False) | Q(listing__isnull=False), name="trade_verification_of"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
