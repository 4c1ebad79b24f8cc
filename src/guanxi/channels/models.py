"""Everything said: messages in and out. The timeline is a projection of core.events, not a table of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.people.models import Record


def _message_code() -> str:
    return new_code("M")


class Message(Doored):
    """One message with a customer, on any channel. The subject (a case, say) is a plain (kind, id)."""

    class Direction(models.TextChoices):
        IN = "in", _("received")
        OUT = "out", _("sent")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        HELD = "held", _("not sent")
        QUEUED = "queued", _("on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_message_code)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=12)
    purpose = models.CharField(max_length=20, default="service")
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=254, blank=True)
    author = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State)
    explanation = models.JSONField(default=dict)  # why it was not sent
    created = models.DateTimeField()
    sent = models.DateTimeField(null=True)

    door = Door(right="channels.view", unit="record__unit", customer="record__customer")

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "created"], name="channels_message_subject"),
            models.Index(fields=["record", "-created"], name="channels_message_record"),
            models.Index(fields=["-created"], condition=Q(direction="out"), name="channels_message_out"),
        ]
