"""Quality standards: categories, standards and their versions, what the public says of a draft, panels of experts.

What a version says - parameters, grades, limits, remedies - is one JSON content in the form of `rules.standards.Content`, not
rows: it is read, compared, published and frozen as a whole (ADR 0022).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.ids import new_code, new_id
from guanxi.core.models import User
from guanxi.people.models import Record


def _comment_code() -> str:
    return new_code("K")


def _panel_code() -> str:
    return new_code("J")


class Category(models.Model):
    """What listings are sorted by, and what a standard is for."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.code


class Standard(models.Model):
    """How good a thing of a category is, measured. Cited as "phone@3": its code, and the version."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="standards")
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField(default=dict)
    sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class StandardVersion(models.Model):
    """One version. Once published its content never changes: `digest` is of it. Superseded: its successor is published.

    In force from `effective` to `ends`; `version` counts changes of a draft, to notice that somebody was faster.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONSULTATION = "consultation", _("in consultation")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=14, choices=State, default=State.DRAFT)
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    author = models.CharField(max_length=60, blank=True)  # the actor's public id
    drafted = models.DateTimeField()
    consulted = models.DateTimeField(null=True)
    consulted_until = models.DateTimeField(null=True)
    published = models.DateTimeField(null=True)
    effective = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="trade_standard_number"),
            models.UniqueConstraint(
                fields=["standard"],
                condition=Q(state__in=["draft", "consultation"]),
                name="trade_standard_one_draft",
            ),
            models.UniqueConstraint(
                fields=["standard"], condition=Q(state="published"), name="trade_standard_one_published"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "consultation"])
                | (Q(published__isnull=False) & Q(effective__isnull=False) & ~Q(digest="")),
                name="trade_standard_published_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="consultation") | Q(consulted_until__isnull=False),
                name="trade_standard_consulted_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_id}@{self.number}"


class StandardComment(models.Model):
    """What somebody says of a version in consultation, and our answer; public both. `about`: a parameter's code."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_comment_code)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="comments")
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="standard_comments")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    about = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    made = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered = models.DateTimeField(null=True)
    answerer = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["version", "made"], name="trade_standard_comment")]

    def __str__(self) -> str:
        return self.public_id


class Panel(models.Model):
    """Experts who judge the same specimens by a version, to see whether it can be applied alike."""

    class State(models.TextChoices):
        OPEN = "open", _("at work")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed without result")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_panel_code)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="panels")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)  # {"alpha", "parameters": {code: alpha}, "medians", "experts"}

    class Meta:
        indexes = [models.Index(fields=["version", "-opened"], name="trade_panel_version")]

    def __str__(self) -> str:
        return self.public_id


class Expert(models.Model):
    """A member of a panel: somebody of staff, or from outside with a name and what makes them one. Named publicly."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="experts")
    place = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "place"], name="trade_expert_place"),
            models.UniqueConstraint(
                fields=["panel", "user"], condition=Q(user__isnull=False), name="trade_expert_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Specimen(models.Model):
    """A thing the panel judges; its photographs are files that hang on it."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="specimens")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "place"], name="trade_specimen_place")]

    def __str__(self) -> str:
        return self.name


class Assessment(models.Model):
    """What one expert measured of one specimen and which grade they give. With a conflict declared it is shown, not counted."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="assessments")
    specimen = models.ForeignKey(Specimen, on_delete=models.CASCADE, related_name="assessments")
    grade = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    conflict = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)  # why, above all where they differ from the others
    made = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["expert", "specimen"], name="trade_assessed_once"),
        ]
