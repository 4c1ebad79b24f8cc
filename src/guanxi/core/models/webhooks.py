"""Subscriptions of other systems to the sealed stream, and what came of each delivery."""

from django.db import models
from django.db.models import Q

from guanxi.core.ids import new_code, new_id
from guanxi.core.models.access import ApiToken, User


def _hook_code() -> str:
    return new_code("H")


def _delivery_code() -> str:
    return new_code("D")


class WebhookEndpoint(models.Model):
    """An address that hears sealed events in order. It hears what its owner (and, made by a token, that token) may see.

    `seq` is the last event dealt with. Secrets are derived from `seed` and the house's secret key; none is kept. While
    `busy_until` lies ahead, one worker has it in hand.
    """

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_hook_code)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    types = models.JSONField(default=list)  # event types, or "case.*"; empty: all the owner may see
    owner = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="webhooks")
    token = models.ForeignKey(ApiToken, null=True, on_delete=models.CASCADE, related_name="webhooks")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    paused_why = models.CharField(max_length=40, blank=True)
    seed = models.CharField(max_length=64)
    seed_before = models.CharField(max_length=64, blank=True)
    before_until = models.DateTimeField(null=True)
    seq = models.BigIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)  # of the event after `seq`, in vain
    failing_since = models.DateTimeField(null=True)
    next_try = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seq"], condition=Q(state="active"), name="core_webhook_active")]

    def __str__(self) -> str:
        return self.public_id


class WebhookDelivery(models.Model):
    """What came of one event (or test, or replay by hand) at one endpoint: the last try, with heads cut to size."""

    class Kind(models.TextChoices):
        EVENT = "event"
        REPLAY = "replay"
        PING = "ping"

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_delivery_code)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EVENT)
    seq = models.BigIntegerField(default=0)
    type = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State)
    tries = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=40, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    request_head = models.TextField(blank=True)
    response_head = models.TextField(blank=True)
    response_body = models.TextField(blank=True)
    created = models.DateTimeField()
    last_try = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["endpoint", "-created", "-id"], name="core_delivery_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "seq"], condition=Q(kind="event"), name="core_delivery_once"
            )
        ]
