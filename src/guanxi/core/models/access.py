from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.core.ids import new_code, new_id


def _user_code() -> str:
    return new_code("U")


class Unit(models.Model):
    """A node of the organisation: branch > department > team. `path` holds the ids from the root, so a subtree is a prefix."""

    class Kind(models.TextChoices):
        BRANCH = "branch", _("branch")
        DEPARTMENT = "department", _("department")
        TEAM = "team", _("team")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.JSONField(default=dict)  # {"zh-hans": ..., "en": ...}: pack text
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=300, db_index=True)
    own = models.BooleanField(default=False)  # changed in this house: an installed pack leaves it as it is

    def __str__(self) -> str:
        return self.code


class User(AbstractUser):
    """A member of staff. Customers are not users: they sign in apart, as a record."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_user_code)
    name = models.CharField(max_length=80)
    language = models.CharField(max_length=10, default="zh-hans")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL, related_name="+")
    sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name or self.username


class Role(models.Model):
    """Rights with scopes: {"cases.view": "team", ...}. Defined by packs, kept here so that they can be changed."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    code = models.SlugField(max_length=60, unique=True)
    name = models.JSONField(default=dict)
    rights = models.JSONField(default=dict)
    own = models.BooleanField(default=False)  # made or changed in this house, see Unit.own

    def __str__(self) -> str:
        return self.code


class RoleGrant(models.Model):
    """A user holds a role for a unit (null: their own rows and `all` only)."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit"], name="core_grant_once"),
        ]


class ApiToken(models.Model):
    """A machine's key: only the digest is kept. Rights are {"right": scope} like a role's.

    With an owner it acts with at most what that member of staff may at the moment, at their units; without one (made by
    whoever runs the house) its rights hold as they stand, for `unit` or everywhere.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    rights = models.JSONField(default=dict)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="tokens")
    tail = models.CharField(max_length=4, blank=True)  # the secret's last characters, to know it again
    reason = models.CharField(max_length=200, blank=True)  # why it never expires
    last_used = models.DateTimeField(null=True)  # to the hour
    created = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)
