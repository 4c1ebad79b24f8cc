"""How an issue ends: decisions, what they order, what caused it, and who looks at the quality afterwards."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cases.models.issue import Issue
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import User


def _decision_code() -> str:
    return new_code("D")


def _remedy_code() -> str:
    return new_code("R")


class Decision(models.Model):
    """What was decided about an issue in a round, on which ground, by whom, and who agreed to it.

    `citations`: ["return-7@3", ...], rules of the case's procedure with its number. `basis` says how it came about.
    """

    class Basis(models.TextChoices):
        RULED = "ruled", _("ruled by us")
        AGREED = "agreed", _("agreed by both sides")
        OFFER = "offer", _("an offer was accepted")
        ADMITTED = "admitted", _("admitted")
        AUTOMATIC = "automatic", _("automatic protection")
        REJECTED = "rejected", _("not taken up")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("waits for approval")
        RETURNED = "returned", _("returned")
        FINAL = "final", _("decided")
        SERVED = "served", _("served")
        REPLACED = "replaced", _("replaced")
        DROPPED = "dropped", _("dropped")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_decision_code)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=10, choices=Basis)
    state = models.CharField(max_length=10, choices=State)
    outcome = models.CharField(max_length=12, choices=Issue.Outcome)
    remedy = models.CharField(max_length=40, blank=True)
    amount_minor = models.BigIntegerField(default=0)
    promised = models.DateTimeField(null=True)  # goods: by when
    penalty = models.CharField(max_length=40, blank=True)
    penalty_minor = models.BigIntegerField(default=0)
    publish = models.BooleanField(default=False)
    reasons = models.TextField(blank=True)
    would_change = models.TextField(blank=True)  # of a rejection: what would change it
    code = models.CharField(max_length=40, blank=True)  # of a rejection, or of the cause found
    citations = models.JSONField(default=list)
    needs_approval = models.JSONField(
        default=list
    )  # codes of the reasons why somebody else must approve; none: []
    proposer = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    proposer_name = models.CharField(max_length=100, blank=True)
    proposed = models.DateTimeField()
    approver = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    approver_name = models.CharField(max_length=100, blank=True)
    approved = models.DateTimeField(null=True)
    returned_why = models.TextField(blank=True)
    served = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["issue", "proposed"], name="cases_decision_issue")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approver=None) | ~models.Q(approver=models.F("proposer")),
                name="cases_four_eyes",
            )
        ]


class Remedy(models.Model):
    """One thing a decision, or the clock of advance compensation, makes happen; money goes through trade's ledger once.

    `shape`: money (to the complainant), claim (back from the complainant), goods, penalty, publication.
    """

    class State(models.TextChoices):
        DUE = "due", _("due")
        EXECUTED = "executed", _("done")
        REPLACED = "replaced", _("replaced")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_remedy_code)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="remedies")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.CASCADE, related_name="remedies")
    round = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    shape = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    due = models.DateTimeField()
    executed = models.DateTimeField(null=True)
    paid_by = models.JSONField(
        default=dict
    )  # {"deposit": minor, "fund": minor, "house": minor, "receivable": minor}
    recourse_due = models.BooleanField(
        default=False
    )  # the fund paid: its recourse waits for the end of the appeal window
    entry = models.CharField(max_length=20, blank=True)  # public id of the ledger's entry
    words = models.TextField(blank=True)
    made = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "due"], name="cases_remedy_due")]


class RootCause(models.Model):
    """Why it happened: a node of the tree, what is done about it, by whom and when."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, related_name="cause")
    code = models.CharField(max_length=40)
    words = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due = models.DateField(null=True)
    recorded = models.DateTimeField()
    author = models.CharField(max_length=100, blank=True)


class Sample(models.Model):
    """A decided issue drawn for a look at its quality by somebody who did not act on it."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, related_name="sample")
    drawn = models.DateTimeField()
    reviewer = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    marks = models.JSONField(default=dict)  # {"heard": true, "reasons": true, ...}
    words = models.TextField(blank=True)
    reviewed = models.DateTimeField(null=True)
