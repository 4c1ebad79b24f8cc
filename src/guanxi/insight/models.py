"""Runs, what they found of every customer, and the classes somebody set by hand."""

from django.db import models
from django.db.models import Q

from guanxi.core.ids import new_code, new_id
from guanxi.core.models import User
from guanxi.engine.classes import STANDINGS, TIERS
from guanxi.people.models import Customer


def _run_code() -> str:
    return new_code("V")


class Run(models.Model):
    """One reckoning of all customers. `live`: the one whose rows are shown, the newest that is done.

    `policy`: the version of limits and weights it used, whole; `cuts`: the money at which tiers begin. `told`: parameters,
    likelihoods, counts and seconds by step. `error`: in plain words why it failed; then it changed nothing.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_run_code)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    live = models.BooleanField(default=False)
    engine = models.CharField(max_length=8, default="duckdb")
    today = models.DateField()
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    by = models.CharField(max_length=60)
    policy = models.JSONField(default=dict)
    cuts = models.JSONField(default=dict)
    data_version = models.BigIntegerField(default=0)  # the newest event it knew
    customers = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)  # in another class than in the run before
    told = models.JSONField(default=dict)
    error = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["live"], condition=Q(live=True), name="insight_run_one_live"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="insight_run_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Worth(models.Model):
    """What a run found of a customer: class, tier, and everything the class is recomputed from (`facts`).

    `value_minor`: what they brought in 365 days less what they cost. `expected`: purchases in the run's horizon, `silent`: the
    chance of none, `ahead_minor`: contribution expected in a year; null where there is nothing to learn it from.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rows")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="worths")
    standing = models.CharField(max_length=14, choices=[(one, one) for one in STANDINGS])
    tier = models.CharField(max_length=8, blank=True, choices=[(one, one) for one in TIERS if one])
    pending_standing = models.CharField(max_length=14, blank=True)  # seen once, waits for a second time
    pending_tier = models.CharField(max_length=8, blank=True)
    value_minor = models.BigIntegerField()
    loyalty = models.FloatField()
    coverage = models.FloatField()
    expected = models.FloatField(null=True)
    silent = models.FloatField(null=True)
    ahead_minor = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "run"], name="insight_worth_once")]
        indexes = [models.Index(fields=["run", "standing", "-value_minor"], name="insight_worth_class")]


class Override(models.Model):
    """A class somebody set by hand, with a reason, for a time. It is shown instead of what runs find, and says so."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="overrides")
    standing = models.CharField(max_length=14)
    tier = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=400)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.DateTimeField()
    until = models.DateTimeField()
    ended = models.DateTimeField(null=True)  # taken back before

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended=None), name="insight_override_one_open"
            )
        ]
