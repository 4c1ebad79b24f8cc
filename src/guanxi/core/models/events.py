from django.db import models
from django.db.models import Q

from guanxi.core.ids import new_id


class Event(models.Model):
    """One action, for ever: audit trail, outbox, timeline and analytics feed at once (ADR 0003).

    Carries no personal text: `data` holds codes, numbers and public ids (no floats); words live in `Detail`, whose salted
    digest stands here. Record, unit and subject are plain values without a foreign key, since they point upwards.
    `seq` and `hash` are given once, by the sealer.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    type = models.CharField(max_length=60)
    occurred = models.DateTimeField()
    recorded = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=60, blank=True)
    record_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    detail_digest = models.CharField(max_length=64, blank=True)
    seq = models.BigIntegerField(null=True, unique=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["record_id", "-occurred", "-id"], name="core_event_timeline"),
            models.Index(fields=["subject_id", "-occurred"], name="core_event_subject"),
            models.Index(fields=["id"], condition=Q(seq=None), name="core_event_unsealed"),
            # The audit browser: newest first, of all, of one type, of one person.
            models.Index(fields=["-recorded", "-id"], name="core_event_recorded"),
            models.Index(fields=["type", "-recorded", "-id"], name="core_event_type"),
            models.Index(fields=["actor_id", "-recorded", "-id"], name="core_event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.type}#{self.seq or '-'}"


class Detail(models.Model):
    """The personal part of an event. Deleting it (with its salt) erases the words; the digest stays and says nothing."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False)
    salt = models.CharField(max_length=32)
    body = models.JSONField(default=dict)


class SealHead(models.Model):
    """One row: the last sealed event. Locked by whoever seals."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class Consumer(models.Model):
    """How far one reader of the sealed stream has come."""

    name = models.CharField(max_length=60, primary_key=True)
    seq = models.BigIntegerField(default=0)
