"""Who a customer is. Business rows hang on records; which customer a record belongs to is membership, nothing else."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import Unit


def _customer_code() -> str:
    return new_code("C")


class Customer(models.Model):
    """One person or company, as far as we know. Holds no personal value: those stay with the records that stated them."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_customer_code)
    created = models.DateTimeField()
    provisional = models.BooleanField(default=False)  # made at once on doubt, until a steward has decided

    def __str__(self) -> str:
        return self.public_id


class Record(Doored):
    """What one source said about a person, once and for all. `fingerprint` finds the same statement made again."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="records")
    source = models.CharField(max_length=30)
    name = models.CharField(max_length=120, blank=True)
    name_key = models.CharField(max_length=120, blank=True, db_index=True)
    language = models.CharField(max_length=10, blank=True)
    said = models.JSONField(default=dict)  # verbatim, as given
    fingerprint = models.CharField(max_length=64, unique=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField()
    sample = models.BooleanField(default=False)

    door = Door(right="people.view", unit="unit", customer="customer")

    class Meta:
        indexes = [
            models.Index(fields=["-created", "-id"], name="people_record_newest"),
            models.Index(fields=["sample"], condition=Q(sample=True), name="people_record_sample"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)


class Identifier(models.Model):
    """A normalised key of a record: looking it up in any formatting finds the customer."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=254)
    verbatim = models.CharField(max_length=254)
    verified = models.DateTimeField(null=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "kind", "value"], name="people_identifier_once"),
        ]
        indexes = [models.Index(fields=["value", "kind"], name="people_identifier_value")]


class Membership(models.Model):
    """The history of record -> customer. Merge and unmerge write here and move `Record.customer`, nothing else."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="memberships")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40)
    rule = models.CharField(max_length=40)
    explanation = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(valid_to=None), name="people_member_of_one"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="people_membership_span"
            ),
        ]


class ReviewTask(models.Model):
    """Two customers who may be one: a steward decides. Work never waits for it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("one person")
        REJECTED = "rejected", _("two persons")
        LATER = "later", _("later")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="reviews")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="reviews")
    candidate = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    explanation = models.JSONField(default=dict)
    created = models.DateTimeField()
    decided = models.DateTimeField(null=True)


class Consent(models.Model):
    """One statement of yes or no for a purpose on a channel; the latest one counts, the others are the proof."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=12)
    given = models.BooleanField()
    source = models.CharField(max_length=40)
    stated = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["record", "purpose", "channel", "-stated"], name="people_consent_latest")
        ]


class SignInCode(models.Model):
    """A one-time code a customer signs in with. Only its digest is kept."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True)
    record = models.ForeignKey(Record, null=True, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField()
    expires = models.DateTimeField(db_index=True)
    used = models.DateTimeField(null=True)
