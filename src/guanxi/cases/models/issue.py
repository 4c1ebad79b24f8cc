"""An issue: one thing to put right within a case, with its own way through the procedure and its own clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cases.models.case import Case
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import User
from guanxi.trade.models import Order, OrderLine
from guanxi.work.models import Team


def _issue_code() -> str:
    return new_code("I")


class Issue(models.Model):
    """One thing to put right. State, turn and clock change only by the table in rules.machine.

    Amounts are minor units of `currency`. `paid_minor` is the net of what was paid out and taken back for it. `counts` says how
    often a verb was done in a round ({"1:offer": 2}); `acted` who of staff acted ([{"user", "round", "as"}]). What was measured
    of the goods hangs on it as `measurements`.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        UPHELD = "upheld", _("upheld")
        PARTLY = "partly", _("partly upheld")
        NOT_UPHELD = "not_upheld", _("not upheld")
        SETTLED = "settled", _("settled between the two")
        ADMITTED = "admitted", _("admitted")
        PROTECTED = "protected", _("paid by protection")
        REJECTED = "rejected", _("not taken up")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_issue_code)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="issues")
    place = models.PositiveSmallIntegerField()  # 1, 2, 3: how people name it
    kind = models.CharField(max_length=40)  # of the issue tree of the case's procedure
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="issues")
    handler = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="issues")
    line = models.ForeignKey(OrderLine, null=True, on_delete=models.PROTECT, related_name="issues")
    quote = models.TextField(
        blank=True
    )  # what is complained of where Guanxi holds no row of it, such as a review
    wants = models.CharField(max_length=40, blank=True)  # the remedy asked for
    wants_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="CNY")
    state = models.CharField(max_length=14, choices=Case.State, default=Case.State.RECORDED)
    heard = models.BooleanField(
        default=False
    )  # the hearing's window is over: the handler weighs what was said
    turn = models.CharField(max_length=10, choices=Case.Turn, default=Case.Turn.STAFF)
    since = models.DateTimeField()
    due = models.DateTimeField(null=True)
    due_explanation = models.JSONField(default=dict)
    warned = models.PositiveSmallIntegerField(default=0)  # percent of the limit already warned of
    level = models.PositiveSmallIntegerField(
        default=0
    )  # who owns it: 0 handler, 1 supervisor, 2 head of service
    breached = models.BooleanField(default=False)  # staff missed a limit of the running step: listed publicly
    round = models.PositiveSmallIntegerField(default=1)
    opened_round = models.CharField(
        max_length=12, default="complainant"
    )  # whose complaint or appeal this round is
    counts = models.JSONField(default=dict)
    acted = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default="")
    amount_minor = models.BigIntegerField(default=0)  # what the decision in force orders
    paid_minor = models.BigIntegerField(default=0)
    advance_due = models.DateTimeField(null=True)  # from when the fund pays ahead of a decision; None: never
    advanced = models.DateTimeField(null=True)  # the fund paid ahead of the decision
    opened = models.DateTimeField()
    decided = models.DateTimeField(null=True)  # first time
    closed = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due"], name="cases_issue_state"),
            models.Index(fields=["kind", "-opened"], name="cases_issue_kind"),
            models.Index(
                fields=["advance_due", "id"],
                condition=models.Q(decided=None, advanced=None),
                name="cases_issue_advance",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "place"], name="cases_issue_place"),
            models.CheckConstraint(
                condition=models.Q(state="closed") | models.Q(due__isnull=False),
                name="cases_open_issue_has_a_limit",
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="cases_issue_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.place}"


class ClockSegment(models.Model):
    """A stretch of an issue's life in which one side had to act. Clocks are read from these, never from a running sum."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="segments")
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=14, choices=Case.State)
    turn = models.CharField(max_length=10, choices=Case.Turn)
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    reason = models.CharField(max_length=30)  # the verb that began it
    breached = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["issue", "started"], name="cases_segment_issue"),
            models.Index(fields=["started"], name="cases_segment_started"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issue"], condition=models.Q(ended=None), name="cases_one_running_clock"
            )
        ]


class Suggestion(models.Model):
    """What the text was read as: an issue kind, how surely, and the sentence that caused it."""

    class Fate(models.TextChoices):
        OPEN = "", _("not looked at")
        TAKEN = "taken", _("taken up")
        DISMISSED = "dismissed", _("dismissed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="suggestions")
    kind = models.CharField(max_length=40)
    score = models.FloatField()
    sentence = models.TextField(blank=True)
    fate = models.CharField(max_length=10, choices=Fate, blank=True, default="")
    made = models.DateTimeField()
