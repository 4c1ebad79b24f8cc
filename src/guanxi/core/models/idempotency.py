from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from guanxi.core.ids import new_id


class IdempotencyKey(models.Model):
    """An answer already given. Written in the transaction of the effect: either both stand or neither."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    owner = models.CharField(
        max_length=80
    )  # whose key it is: actor kind and id, so that keys of strangers never meet
    key = models.CharField(max_length=100)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(encoder=DjangoJSONEncoder)  # moments and amounts as an answer writes them
    created = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="core_idempotency_once")]
