"""What people are told, how they want to be told, and which first steps they have taken."""

from django.db import models
from django.db.models import Q

from guanxi.core.ids import new_code, new_id
from guanxi.core.models.access import User


def _notice_code() -> str:
    return new_code("N")


class Notice(models.Model):
    """Somebody is told that something happened. Holds no words: what it says is read from its subject when it is shown.

    The subject is a plain (kind, id), since it points upwards. `more` counts what was folded into it in a busy minute.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_notice_code)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    event_id = models.BigIntegerField()
    more = models.PositiveIntegerField(default=0)
    created = models.DateTimeField()
    read = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "event_id", "kind"], name="core_notice_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-created", "-id"], name="core_notice_newest"),
            models.Index(fields=["user", "kind"], condition=Q(read=None), name="core_notice_unread"),
            models.Index(fields=["created"], name="core_notice_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.public_id}"


class NoticeChoice(models.Model):
    """How one person wants to be told of one kind; without a row, the kind's own channels hold."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=40)
    channels = models.JSONField(default=list)  # of core.notices.CHANNELS; empty: not at all

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="core_notice_choice_once")]


class StepTaken(models.Model):
    """One of the first steps a person has taken; `code` "dismissed" means that they want no list of them."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="steps")
    code = models.CharField(max_length=40)
    taken = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code"], name="core_step_once")]
