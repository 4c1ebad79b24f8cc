"""What helps to write an answer: saved replies with variables, and drafts kept on the server while somebody writes."""

from django.db import models

from guanxi.cases.models.case import Case
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import User
from guanxi.work.models import Team


def _reply_code() -> str:
    return new_code("SR")


class SavedReply(models.Model):
    """Words that are written often, a person's own or a team's; with `steps` a macro.

    `title` and `body` are {"zh-hans": ..., "en": ...}; the body holds variables of `rules.writing.VARIABLES` in braces.
    `kinds` and `channels` narrow where it is offered (empty: everywhere). `steps` are done in order after it is inserted.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_reply_code)
    code = models.CharField(max_length=30)
    title = models.JSONField(default=dict)
    body = models.JSONField(default=dict)
    owner = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="saved_replies")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="saved_replies")
    kinds = models.JSONField(default=list)
    channels = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    used = models.PositiveIntegerField(default=0)
    last_used = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner=None) ^ models.Q(team=None), name="cases_reply_of_one"
            ),
            models.UniqueConstraint(fields=["owner", "code"], name="cases_reply_own_code"),
            models.UniqueConstraint(fields=["team", "code"], name="cases_reply_team_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Draft(models.Model):
    """What one member of staff is writing in the answer of one case: there again after a crash, seen by colleagues."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    writer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    text = models.TextField()
    began = models.DateTimeField()
    saved = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "writer"], name="cases_draft_once")]
