"""What was measured of a thing in dispute, against the grade that was declared when it was sold."""

from django.db import models

from guanxi.cases.models.issue import Issue
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import User


def _measurement_code() -> str:
    return new_code("X")


class Measurement(models.Model):
    """Values measured by the version of the standard that was declared, and what comes of them. Never changed.

    Both sides read it. A later one counts instead. `differences` are those of `trade.rules.standards.Finding`, as plain values.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_measurement_code)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="measurements")
    round = models.PositiveSmallIntegerField()
    citation = models.CharField(max_length=50)  # "phone@3": the version at the time of the order
    declared = models.CharField(max_length=40)
    found = models.CharField(max_length=40)
    critical = models.BooleanField(default=False)
    stated = models.JSONField(default=dict)  # values as the listing declared them
    values = models.JSONField(default=dict)
    why = models.JSONField(default=dict)  # core.explain
    remedy = models.CharField(max_length=40, blank=True)
    share = models.FloatField(default=0.0)
    amount_minor = models.BigIntegerField(default=0)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    author = models.CharField(max_length=100, blank=True)
    made = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["issue", "-made"], name="cases_measured_issue")]

    def __str__(self) -> str:
        return self.public_id
