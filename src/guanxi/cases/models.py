"""What must be put right."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.people.models import Record
from guanxi.work.models import Team


def _case_code() -> str:
    return new_code("K")


class Case(Doored):
    """One matter, from the customer's own words to its end. State and turn change only by the table in rules.py."""

    class State(models.TextChoices):
        RECORDED = "recorded", _("received")
        ANSWERED = "answered", _("answered")
        RESOLVED = "resolved", _("resolved")

    class Turn(models.TextChoices):
        STAFF = "staff", _("our turn")
        CUSTOMER = "customer", _("the customer's turn")
        NOBODY = "nobody", _("settled")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_case_code)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, default="complaint")
    channel = models.CharField(max_length=12)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="cases")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases")
    title = models.CharField(max_length=80)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State, default=State.RECORDED)
    turn = models.CharField(max_length=10, choices=Turn, default=Turn.STAFF)
    turn_since = models.DateTimeField()
    due = models.DateTimeField(null=True)
    due_explanation = models.JSONField(default=dict)
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)  # compare-and-set: who acts on an old page is told
    overdue_told = models.BooleanField(default=False)  # one breach, one event
    link_version = models.PositiveSmallIntegerField(default=1)  # raising it voids every signed link given out
    opened = models.DateTimeField()
    resolved = models.DateTimeField(null=True)

    door = Door(right="cases.view", unit="team", customer="record__customer", subject="case")

    class Meta:
        indexes = [
            models.Index(fields=["-opened", "-id"], name="cases_case_newest"),
            models.Index(fields=["record", "-opened"], name="cases_case_record"),
            models.Index(fields=["team", "state", "due"], name="cases_case_team"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(turn="staff") | models.Q(due__isnull=False),
                name="cases_our_turn_has_a_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.number
