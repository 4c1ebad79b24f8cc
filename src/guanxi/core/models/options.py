from django.db import models

from guanxi.core.ids import new_id


class Setting(models.Model):
    """A run-time setting somebody has changed; without a row its default holds. Its history are events about it."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    code = models.CharField(max_length=60, unique=True)
    value = models.JSONField()
    changed = models.DateTimeField()

    def __str__(self) -> str:
        return self.code
