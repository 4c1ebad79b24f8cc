"""Imports: a file that was brought in, what became of each of its rows, and how its columns were read last time."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.core.models.access import User


def _run_code() -> str:
    return new_code("I")


class ImportRun(Doored):
    """One file on its way in: how it is read (`layout`), what its columns mean (`settings`), how far it is (`row`, `offset`).

    `actor_*` is who answers for it: their rights, as they are at each step, decide what it may write.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("being received")
        DRAFT = "draft", _("to be prepared")
        CHECKING = "checking", _("being tried")
        CHECKED = "checked", _("tried")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        STOPPED = "stopped", _("stopped")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_run_code)
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=60, blank=True)
    actor_name = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVING)
    reason = models.CharField(max_length=40, blank=True)  # why it stopped, as a code
    layout = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    row = models.BigIntegerField(default=0)  # the last row that is done
    offset = models.BigIntegerField(
        default=0
    )  # where the next one begins, in bytes; spreadsheets are read from the top
    total = models.BigIntegerField(default=0)  # rows; an estimate until the file has been read once
    counts = models.JSONField(default=dict)
    checked = models.JSONField(default=dict)  # the counts of the dry run
    job = models.UUIDField(null=True)
    form_key = models.CharField(max_length=100, blank=True)  # the same upload sent twice is one run
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    door = Door(right="imports.use", owner="owner")

    class Meta:
        indexes = [
            models.Index(fields=["-created", "-id"], name="core_import_newest"),
            models.Index(fields=["digest", "kind"], name="core_import_digest"),
            models.Index(
                fields=["finished"], condition=Q(finished__isnull=False), name="core_import_finished"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["form_key", "actor_kind", "actor_id"],
                condition=~Q(form_key=""),
                name="core_import_form_once",
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class ImportPart(models.Model):
    """A piece of the file as it came. In the database, so that any worker on any host can read it; forgotten after a time."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="core_import_part_once")]


class ImportChunk(models.Model):
    """Rows that were written (or tried) in one transaction: what became of them, and what undoing needs to know."""

    class Phase(models.TextChoices):
        CHECK = "check", _("dry run")
        RUN = "run", _("import")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="chunks")
    phase = models.CharField(max_length=5, choices=Phase)
    first_row = models.BigIntegerField()
    last_row = models.BigIntegerField()
    faults = models.JSONField(default=list)  # [[row, column, code, values, level], ...]
    written = models.JSONField(default=list)  # [[row, what the kind needs to undo it], ...]
    undone = models.DateTimeField(null=True)
    kept = models.JSONField(default=list)  # [[row, code], ...]: rows that could not be undone, and why

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "phase", "first_row"], name="core_import_chunk_once")
        ]


class ImportMapping(models.Model):
    """How somebody read files with these headers last time: proposed again."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    owner = models.CharField(max_length=80)  # actor kind and id
    kind = models.CharField(max_length=30)
    fingerprint = models.CharField(max_length=64)
    settings = models.JSONField(default=dict)
    used = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "fingerprint"], name="core_import_mapping_once")
        ]
