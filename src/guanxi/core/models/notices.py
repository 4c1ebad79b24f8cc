"""What people are told, how they want to be told, by mail too, and which first steps they have taken."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.ids import new_code, new_id
from guanxi.core.models.access import User


def _notice_code() -> str:
    return new_code("N")


def _letter_code() -> str:
    return new_code("L")


class Notice(models.Model):
    """Somebody is told that something happened. Holds no words: what it says is read from its subject when it is shown.

    The subject is a plain (kind, id), since it points upwards. `more` counts what was folded into it in a busy minute. `mail`
    says how it still has to be told by e-mail; emptied in the transaction that writes the letter. Without the bell it is read
    from the beginning.
    """

    class Mail(models.TextChoices):
        NOW = "mail", _("at once")
        DIGEST = "digest", _("once a day")

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
    mail = models.CharField(max_length=8, choices=Mail, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "event_id", "kind"], name="core_notice_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-created", "-id"], name="core_notice_newest"),
            models.Index(fields=["user", "kind"], condition=Q(read=None), name="core_notice_unread"),
            models.Index(fields=["created"], name="core_notice_age"),
            models.Index(fields=["mail", "user"], condition=~Q(mail=""), name="core_notice_to_mail"),
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


class StaffLetter(models.Model):
    """A mail to a colleague about their notices, and what became of it. Customers' mail is `channels.Message`."""

    class State(models.TextChoices):
        HELD = "held", _("not sent")
        QUEUED = "queued", _("on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_letter_code)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letters")
    title = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=10)
    address = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=10, choices=State)
    explanation = models.JSONField(default=dict)  # why it was not sent
    created = models.DateTimeField()
    sent = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-created", "-id"], name="core_letter_newest")]

    def __str__(self) -> str:
        return self.public_id


class StepTaken(models.Model):
    """One of the first steps a person has taken; `code` "dismissed" means that they want no list of them."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="steps")
    code = models.CharField(max_length=40)
    taken = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code"], name="core_step_once")]
