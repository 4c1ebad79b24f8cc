"""A case: one matter of one complainant, and where there is one, a respondent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cases.models.procedure import Procedure
from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.people.models import Record
from guanxi.work.models import Team


def _case_code() -> str:
    return new_code("K")


class Case(Doored):
    """One matter, from the customer's own words to its end.

    A `request` follows the table of rules.requests. Every other kind holds issues, each on its own way through the table of
    rules.machine: the case then shows the stage of its least advanced open issue, and whose turn it is there.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", _("request")
        COMPLAINT = "complaint", _("complaint")
        DISPUTE = "dispute", _("dispute")
        REPORT = "report", _("report")
        INVESTIGATION = "investigation", _("investigation")

    class State(models.TextChoices):
        RECORDED = "recorded", _("received")
        ANSWERED = "answered", _("answered")
        RESOLVED = "resolved", _("resolved")
        VALIDITY = "validity", _("checked")
        FACTS = "facts", _("facts asked for")
        RESPONSE = "response", _("response")
        NEGOTIATION = "negotiation", _("negotiation")
        INVESTIGATION = "investigation", _("investigation")
        HEARING = "hearing", _("hearing")
        APPROVAL = "approval", _("approval")
        DECIDED = "decided", _("decided")
        REMEDY = "remedy", _("remedy")
        APPEALABLE = "appealable", _("open to appeal")
        CLOSED = "closed", _("closed")

    class Turn(models.TextChoices):
        STAFF = "staff", _("our turn")
        CUSTOMER = "customer", _("the customer's turn")
        RESPONDENT = "respondent", _("the other side's turn")
        BOTH = "both", _("both sides' turn")
        NOBODY = "nobody", _("settled")

    class Role(models.TextChoices):
        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")
        MEMBER = "member", _("member")
        CLIENT = "client", _("client")
        REPORTER = "reporter", _("reporter")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_case_code)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.REQUEST)
    channel = models.CharField(max_length=12)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="cases")
    role = models.CharField(max_length=10, choices=Role, blank=True)
    respondent = models.ForeignKey(
        Record, null=True, on_delete=models.CASCADE, related_name="cases_against", db_index=False
    )  # nobody: our own service is meant
    respondent_role = models.CharField(max_length=10, choices=Role, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases")
    procedure = models.ForeignKey(Procedure, null=True, on_delete=models.PROTECT, related_name="cases")
    title = models.CharField(max_length=80)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=14, choices=State, default=State.RECORDED)
    turn = models.CharField(max_length=10, choices=Turn, default=Turn.STAFF)
    turn_since = models.DateTimeField()
    due = models.DateTimeField(null=True)
    due_explanation = models.JSONField(default=dict)
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)  # compare-and-set: who acts on an old page is told
    overdue_told = models.BooleanField(default=False)  # one breach, one event
    link_version = models.PositiveSmallIntegerField(default=1)  # raising it voids every signed link given out
    respondent_link_version = models.PositiveSmallIntegerField(default=1)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    opened = models.DateTimeField()
    resolved = models.DateTimeField(null=True)

    door = Door(
        right="cases.view",
        unit="team",
        customer="record__customer",
        other="respondent__customer",
        subject="case",
    )

    class Meta:
        indexes = [
            models.Index(fields=["-opened", "-id"], name="cases_case_newest"),
            models.Index(fields=["record", "-opened"], name="cases_case_record"),
            models.Index(fields=["team", "state", "due"], name="cases_case_team"),
            models.Index(  # most are about ourselves: an index full of nobody is one no planner takes
                fields=["respondent"],
                condition=models.Q(respondent__isnull=False),
                name="cases_case_respondent",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(turn="staff") | models.Q(due__isnull=False),
                name="cases_our_turn_has_a_limit",
            ),
            models.CheckConstraint(
                condition=models.Q(respondent=None) | ~models.Q(respondent=models.F("record")),
                name="cases_nobody_against_themselves",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseLink(models.Model):
    """Two cases that belong together: related by hand, or one split from the other."""

    class Kind(models.TextChoices):
        RELATED = "related", _("related")
        SPLIT = "split", _("split from")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked")
    kind = models.CharField(max_length=10, choices=Kind)
    made = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "other"], name="cases_link_once")]


class Satisfaction(models.Model):
    """What a party says of how their case was handled, once: 1 (bad) to 5 (good)."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="satisfaction")
    side = models.CharField(max_length=12)
    score = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    given = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "side"], name="cases_satisfaction_once"),
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="cases_satisfaction_score"),
        ]
