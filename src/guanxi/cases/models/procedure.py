"""Published procedures: what a pack or an administrator sets within the table of steps, version by version."""

from django.db import models

from guanxi.core.ids import new_id


class Procedure(models.Model):
    """One published version, never changed afterwards. `digest` is the hash of the table of steps and of `content`."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    number = models.PositiveIntegerField(unique=True)
    digest = models.CharField(max_length=16)
    content = models.JSONField()  # the form of rules.policy.Policy
    origin = models.CharField(max_length=60)  # "pack:club", or the public id of whoever published it
    published = models.DateTimeField()

    def __str__(self) -> str:
        return f"v{self.number}"
