"""What the two sides bring: statements, evidence, offers, and what experts find."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cases.models.case import Case
from guanxi.cases.models.issue import Issue
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import File, User


class Side(models.TextChoices):
    COMPLAINANT = "complainant", _("complainant")
    RESPONDENT = "respondent", _("respondent")
    STAFF = "staff", _("our side")
    EXPERT = "expert", _("expert")


def _evidence_code() -> str:
    return new_code("E")


def _offer_code() -> str:
    return new_code("F")


def _consultation_code() -> str:
    return new_code("X")


class Statement(models.Model):
    """A party's or our own words at a step of the procedure: both sides and the handler read them."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="statements")
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=14, choices=Case.State)
    side = models.CharField(max_length=12, choices=Side)
    verb = models.CharField(max_length=20)  # contest, comment, agree, appeal, ask_facts, ...
    author = models.CharField(max_length=100, blank=True)  # of staff
    text = models.TextField(blank=True)
    answers = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="answered")
    made = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["issue", "made"], name="cases_statement_issue")]


class Evidence(models.Model):
    """One piece of proof: a file, or words. `digest` is fixed when it is filed: what changes afterwards is seen.

    `private` evidence is seen by us and whoever filed it; a decision may not rest on it unless it is marked so (`private_why`).
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_evidence_code)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="evidence")
    round = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=12, choices=Side)
    author = models.CharField(max_length=100, blank=True)
    file = models.ForeignKey(File, null=True, on_delete=models.SET_NULL, related_name="+")
    digest = models.CharField(max_length=64)  # SHA-256 of the file, or of the words
    item = models.CharField(max_length=40, blank=True)  # of the check list of the issue kind
    point = models.CharField(max_length=80, blank=True)  # the disputed point it speaks to
    words = models.TextField(blank=True)
    private = models.BooleanField(default=False)
    private_why = models.CharField(max_length=200, blank=True)
    weighed = models.CharField(
        max_length=12, blank=True
    )  # the handler's view of the point: a side, or "doubt"
    state = models.CharField(max_length=14, choices=Case.State)  # the step it was filed in
    filed = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["issue", "filed"], name="cases_evidence_issue")]


class Offer(models.Model):
    """One offer in the window of negotiation; a counter-offer replaces the one before."""

    class Fate(models.TextChoices):
        OPEN = "open", _("open")
        COUNTERED = "countered", _("countered")
        ACCEPTED = "accepted", _("accepted")
        LAPSED = "lapsed", _("lapsed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_offer_code)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="offers")
    round = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=12, choices=Side)
    remedy = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField(default=0)
    words = models.TextField(blank=True)
    fate = models.CharField(max_length=10, choices=Fate, default=Fate.OPEN)
    made = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue"], condition=models.Q(fate="open"), name="cases_one_open_offer"
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="cases_offer_amount"),
        ]


class Consultation(models.Model):
    """A named expert asked once per round; the work goes on without a finding when none comes in time."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_consultation_code)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="consultations")
    round = models.PositiveSmallIntegerField()
    expert = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=100)
    question = models.TextField()
    asked = models.DateTimeField()
    due = models.DateTimeField()
    finding = models.TextField(blank=True)
    found = models.DateTimeField(null=True)
