"""What the machine found of an issue under a protection scheme, and whether it paid by itself."""

from django.db import models

from guanxi.cases.models.issue import Issue
from guanxi.core.ids import new_id


class Coverage(models.Model):
    """One look at an issue: which promise it is about, whether the promise covers it, what is proven, why paid or not.

    Of one round the newest look: what is found of the goods later is looked at again, until it is decided. All that the
    limits looked at is kept, so that the same look can be tried again under other limits.
    Amounts are minor units of the issue's currency. `hindered`: why a proven claim went to a person (rules.protection).
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="coverages")
    round = models.PositiveSmallIntegerField(default=1)
    scheme = models.CharField(max_length=30)
    rules = models.PositiveIntegerField(default=0)  # number of the version whose limits held
    covered = models.BooleanField()
    proven = models.BooleanField()
    paid = models.BooleanField(default=False)
    hindered = models.JSONField(default=list)
    amount_minor = models.BigIntegerField(default=0)
    fund_minor = models.BigIntegerField(default=0)
    paid_before = models.PositiveIntegerField(default=0)  # the buyer's claims paid by machine in 30 days
    abuse = models.FloatField(default=0.0)
    abuse_why = models.JSONField(default=dict)  # core.explain; never shown to either side
    limits = models.JSONField(default=dict)  # {"automatic_most", "per_buyer", "abuse_below"}
    why = models.JSONField(default=dict)  # core.explain
    made = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["scheme", "made"], name="cases_coverage_scheme"),
            models.Index(fields=["made"], name="cases_coverage_made"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issue", "round", "scheme"], name="cases_coverage_once"),
            models.CheckConstraint(
                condition=models.Q(paid=False) | models.Q(proven=True, covered=True),
                name="cases_paid_is_proven",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.scheme}"
