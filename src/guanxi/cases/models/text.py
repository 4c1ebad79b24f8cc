"""What reads complaints: each trained reader as it was, never changed; the newest is the one in use."""

from django.db import models

from guanxi.core.ids import new_id


class TextModel(models.Model):
    """A trained reader. `digest` says what it learnt from: the same again makes no new one.

    `corrections` of the cases it learnt from were read wrongly before, `confirmations` rightly. `figures`, on texts it had not
    seen: {"macro_f1", "top_3", "labels": {code: {"examples", "precision", "recall", "f1"}}}. `weights`: `engine.intake.Model`
    as bytes, emptied once it is long out of use.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    number = models.PositiveIntegerField(unique=True)
    digest = models.CharField(max_length=32)
    examples = models.PositiveIntegerField()
    corrections = models.PositiveIntegerField()
    confirmations = models.PositiveIntegerField()
    figures = models.JSONField()
    weights = models.BinaryField()
    seconds = models.FloatField()
    trained = models.DateTimeField()

    def __str__(self) -> str:
        return f"reader {self.number}"
