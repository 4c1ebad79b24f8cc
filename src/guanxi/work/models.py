"""Who does it: teams, members, one queue of work items, assignments."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import Unit, User


def _work_code() -> str:
    return new_code("W")


class Team(models.Model):
    """A unit that works: its calendar (declarative, see core.calendar), its kinds of work and their targets in minutes."""

    unit = models.OneToOneField(Unit, primary_key=True, on_delete=models.CASCADE, related_name="team")
    calendar = models.JSONField(default=dict)
    targets = models.JSONField(default=dict)  # {kind: {"minutes": 120}}

    def __str__(self) -> str:
        return self.unit.code


class Member(models.Model):
    """A member of staff at work. `open` is a column on a row that is locked while it changes, never a count."""

    class Presence(models.TextChoices):
        OFFLINE = "offline", _("Offline")
        READY = "ready", _("Ready")
        AWAY = "away", _("Away")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="member")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    languages = models.JSONField(default=list)
    presence = models.CharField(max_length=10, choices=Presence, default=Presence.OFFLINE)
    heartbeat = models.DateTimeField(null=True)
    capacity = models.PositiveSmallIntegerField(default=8)
    open = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(open__gte=0) & Q(open__lte=F("capacity")), name="work_member_capacity"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class WorkItem(Doored):
    """Something somebody must do. The subject is a plain (kind, id): it points upwards."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        ASSIGNED = "assigned", _("in hand")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_work_code)
    kind = models.CharField(max_length=30)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    record_id = models.BigIntegerField(null=True)  # the customer's, plain: people may be erased
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="items")
    language = models.CharField(max_length=10, blank=True)
    arrived = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="items")
    reason = models.JSONField(default=dict)
    finished = models.DateTimeField(null=True)

    door = Door(right="work.view", unit="team", owner="member__user")

    class Meta:
        indexes = [
            models.Index(fields=["team", "due", "id"], condition=Q(state="queued"), name="work_item_queue"),
            models.Index(fields=["member", "due"], condition=Q(state="assigned"), name="work_item_mine"),
            models.Index(fields=["subject_id"], name="work_item_subject"),
            models.Index(fields=["record_id"], name="work_item_record"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(state__in=["queued", "assigned"]),
                name="work_item_open_once",
            ),
        ]


class Assignment(models.Model):
    """One period in which a member had an item, with the reason why it was theirs."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="assignments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="assignments")
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(ended=None), name="work_assigned_to_one"),
        ]
