import uuid

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """One piece of background work, leased to one worker at a time."""

    class State(models.TextChoices):
        READY = "READY"
        RUNNING = "RUNNING"
        SUCCESSFUL = "SUCCESSFUL"
        FAILED = "FAILED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    task = models.CharField(max_length=200)  # dotted path of the task's function
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    enqueued = models.DateTimeField()
    run_after = models.DateTimeField()
    started = models.DateTimeField(null=True)
    attempted = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    workers = models.JSONField(default=list)  # every worker that tried, in order
    attempts_max = models.PositiveSmallIntegerField(default=5)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    cancelled = models.BooleanField(default=False)
    result = models.JSONField(null=True)
    errors = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(
                # A worker of all queues reads it in order and stops at its first rows, however long the queue is.
                fields=["-priority", "run_after", "queue"],
                condition=Q(state="READY"),
                name="core_job_due",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="RUNNING"), name="core_job_leased"),
            models.Index(fields=["-enqueued", "-id"], name="core_job_newest"),
        ]


class Tick(models.Model):
    """One firing of a scheduled job: the unique pair makes many workers fire it once."""

    name = models.CharField(max_length=80)
    tick = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "tick"], name="core_tick_once")]
