"""Views of lists that people keep."""

from django.db import models
from django.db.models import Q

from guanxi.core.ids import new_code, new_id
from guanxi.core.models.access import Unit, User


def _view_code() -> str:
    return new_code("V")


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
