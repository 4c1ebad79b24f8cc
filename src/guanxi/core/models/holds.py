from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.ids import new_code, new_id


def _hold_code() -> str:
    return new_code("Z")


class LegalHold(models.Model):
    """Nothing of one person is deleted for its age until the hold is lifted: a customer's, or a member of staff's.

    The person is a plain (kind, id), since customers lie above. Why it was placed and lifted stands in its events.
    """

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("customer")
        STAFF = "staff", _("member of staff")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_hold_code)
    kind = models.CharField(max_length=10, choices=Kind)
    person_id = models.BigIntegerField()
    person_code = models.CharField(max_length=20)  # their public id
    placed = models.DateTimeField()
    lifted = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "person_id"], condition=Q(lifted=None), name="core_hold_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted=None) | Q(lifted__gte=models.F("placed")), name="core_hold_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.person_code}"
