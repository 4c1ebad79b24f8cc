"""What people keep of lists and do with whole lists: views, bulk runs, exports."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.ids import new_code, new_id
from guanxi.core.models.access import ApiToken, Unit, User


def _view_code() -> str:
    return new_code("V")


def _run_code() -> str:
    return new_code("B")


def _export_code() -> str:
    return new_code("X", (5, 5, 5))


class SavedView(models.Model):
    """A list's address under a name: one's own, or shared with a unit's people or with everybody."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_view_code)
    listing = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2_000, blank=True)  # one spelling: see core.lists.wanted
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="views")
    shared = models.BooleanField(default=False)
    unit = models.ForeignKey(
        Unit, null=True, on_delete=models.CASCADE, related_name="+"
    )  # shared with these only
    place = models.PositiveSmallIntegerField(default=50)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "listing", "name"], name="core_view_name_once"),
            models.CheckConstraint(condition=Q(unit=None) | Q(shared=True), name="core_view_unit_is_shared"),
        ]
        indexes = [
            models.Index(fields=["listing"], condition=Q(shared=True), name="core_view_shared"),
        ]

    def __str__(self) -> str:
        return self.name


class Started(models.Model):
    """What somebody started on a list and the worker does: their rights, as they are at each step, decide what it may.

    `user` is the person, `token` the machine (with its owner as `user`, where it has one).
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    listing = models.CharField(max_length=40)
    query = models.CharField(max_length=2_000, blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey(ApiToken, null=True, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)  # of the reasons and words it writes
    reason = models.CharField(max_length=40, blank=True)  # why it stopped, as a code
    attempt = models.PositiveIntegerField(default=0)  # which try holds it: who lost the lease writes no more
    job = models.UUIDField(null=True)
    created = models.DateTimeField()
    finished = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class BulkRun(Started):
    """One action on many rows. Chosen rows wait as `BulkRow`s; of "all matching" those up to `last` are done, by rising key."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")
        STOPPED = "stopped", _("stopped")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    public_id = models.CharField(max_length=20, unique=True, default=_run_code)
    action = models.CharField(max_length=40)
    values = models.JSONField(default=dict)  # what was asked for before it ran
    chosen = models.BooleanField()  # these rows, not all that match
    last = models.BigIntegerField(null=True)  # the highest key when it began: what comes later is not touched
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    expected = models.PositiveBigIntegerField()
    done = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    undone = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created"], name="core_bulk_mine"),
            models.Index(fields=["token", "-created"], name="core_bulk_token"),
            models.Index(
                fields=["job"],
                condition=Q(state__in=["waiting", "running", "undoing"]),
                name="core_bulk_active",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(token__isnull=False), name="core_bulk_has_starter"
            ),
            models.CheckConstraint(condition=Q(undone__lte=F("done")), name="core_bulk_undone_was_done"),
        ]

    def __str__(self) -> str:
        return self.public_id


class BulkRow(models.Model):
    """What became of one row: written in the transaction of the row's own action, so it is never done twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("not done")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("not undone")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="rows")
    row_id = models.BigIntegerField()
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=300, blank=True)  # in the starter's language
    kept = models.JSONField(null=True)  # what undoing needs

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row_id"], name="core_bulk_row_once")]
        indexes = [models.Index(fields=["run", "state", "row_id"], name="core_bulk_row_state")]


class Export(Started):
    """A list as a file: of this query, columns and masks, for the one who asked. The file lives until `expires`."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being written")
        READY = "ready", _("ready")
        SENT = "sent", _("downloaded at once")
        CANCELLED = "cancelled", _("cancelled")
        STOPPED = "stopped", _("stopped")
        EXPIRED = "expired", _("deleted")

    class Form(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel")

    public_id = models.CharField(max_length=24, unique=True, default=_export_code)
    form = models.CharField(max_length=4, choices=Form, default=Form.CSV)
    encoding = models.CharField(max_length=10, default="utf-8-sig")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    expected = models.PositiveBigIntegerField(null=True)
    rows = models.PositiveBigIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    rights = models.JSONField(
        default=dict
    )  # under which it was written: with less of them it is not handed out
    expires = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created"], name="core_export_mine"),
            models.Index(fields=["token", "-created"], name="core_export_token"),
            models.Index(fields=["expires"], condition=Q(state="ready"), name="core_export_expiring"),
            models.Index(
                fields=["job"], condition=Q(state__in=["waiting", "running"]), name="core_export_active"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(token__isnull=False), name="core_export_has_starter"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(expires__isnull=False), name="core_export_ready_expires"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
