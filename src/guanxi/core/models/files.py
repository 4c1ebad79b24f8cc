from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.ids import new_code, new_id


def _file_code() -> str:
    return new_code("F")


class File(models.Model):
    """One file somebody sent. Its content lies under GUANXI_HOME/files by digest; the same content is kept once.

    It hangs on a subject, a plain (kind, id): who may see that may see the file (`core.files.register`). `part_id` says
    where in the subject it belongs (a message of a case). Without a subject it is its uploader's alone, for a day.
    """

    class Scan(models.TextChoices):
        WAITING = "waiting", _("being checked for viruses")
        CLEAN = "clean", _("checked, no virus found")
        INFECTED = "infected", _("a virus was found")
        NONE = "none", _("not scanned")

    class Preview(models.TextChoices):
        WAITING = "waiting", _("in the making")
        READY = "ready", _("ready")
        NONE = "none", _("none")
        REFUSED = "refused", _("none can be made safely")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_file_code)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(null=True)
    part_id = models.BigIntegerField(null=True)
    record_id = models.BigIntegerField(null=True, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=60, blank=True)
    scan = models.CharField(max_length=8, choices=Scan)
    preview = models.CharField(max_length=8, choices=Preview, default=Preview.NONE)
    preview_digest = models.CharField(max_length=64, blank=True, db_index=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    created = models.DateTimeField()
    erased = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "created"], name="core_file_subject"),
            models.Index(fields=["created"], condition=Q(subject_id=None), name="core_file_loose"),
            models.Index(fields=["created"], condition=Q(scan="waiting"), name="core_file_unscanned"),
        ]

    def __str__(self) -> str:
        return self.name
