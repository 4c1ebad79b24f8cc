"""Who sells what to whom: shops, their listings, questions asked before a purchase, enrolment in protection schemes."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.people.models import Record
from guanxi.trade.models.catalogue import Product, Ruleset
from guanxi.trade.models.ledger import Entry


def _shop_code() -> str:
    return new_code("S")


def _listing_code() -> str:
    return new_code("L")


def _question_code() -> str:
    return new_code("Q")


def _enrolment_code() -> str:
    return new_code("N")


class Shop(Doored):
    """What somebody sells under. The same person may buy elsewhere."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        LEAVING = "leaving", _("leaving")  # sells nothing more; deposits stay until nothing is open
        CLOSED = "closed", _("closed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_shop_code)
    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="shop")
    name = models.CharField(max_length=80)
    about = models.TextField(blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened = models.DateTimeField()
    left = models.DateTimeField(null=True)
    sample = models.BooleanField(default=False)

    door = Door(right="trade.view", unit="record__unit", customer="record__customer")

    class Meta:
        indexes = [models.Index(fields=["-opened", "-id"], name="trade_shop_newest")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=~Q(state="closed"), name="trade_shop_name"
            ),  # nobody trades under another's name
        ]

    def __str__(self) -> str:
        return self.name


class Listing(Doored):
    """One thing a shop offers, at a price; its product and its stock are its own. A sold one keeps what it said."""

    class State(models.TextChoices):
        ACTIVE = "active", _("on sale")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_listing_code)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="listings")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="listings")
    category = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    ship_hours = models.PositiveSmallIntegerField(default=48)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    declaration = models.JSONField(default=dict)  # of the standard: version, grade, values (rules.standards)
    pictures = models.JSONField(default=list)  # [{"file": public id, "alt": words}], in their order
    opened = models.DateTimeField()
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    sample = models.BooleanField(default=False)

    door = Door(right="trade.view", unit="shop__record__unit", customer="shop__record__customer")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-opened", "-id"], name="trade_listing_newest"),
            models.Index(fields=["category", "state"], name="trade_listing_category"),
            models.Index(fields=["state", "price_minor", "id"], name="trade_listing_price_up"),
            models.Index(fields=["-opened", "-id"], name="trade_listing_all"),
        ]
        constraints = [models.CheckConstraint(condition=Q(price_minor__gt=0), name="trade_listing_price")]

    def __str__(self) -> str:
        return self.title


class ListingVersion(models.Model):
    """What a listing said from a moment on, never changed: what a buyer read is the version in force when they bought."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    category = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    ship_hours = models.PositiveSmallIntegerField()
    declaration = models.JSONField(default=dict)
    pictures = models.JSONField(default=list)
    made = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "number"], name="trade_listing_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Question(Doored):
    """Asked about a listing before buying, and what the shop said: what it said binds it in a dispute."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_question_code)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="questions")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    answer = models.TextField(blank=True)
    asked = models.DateTimeField()
    answered = models.DateTimeField(null=True)
    about_version = models.PositiveIntegerField(default=1)  # of the listing, when it was asked
    hidden = models.DateTimeField(
        null=True
    )  # taken off the page by us; both sides and a dispute still see it

    door = Door(
        right="trade.view",
        unit="listing__shop__record__unit",
        customer="record__customer",
        other="listing__shop__record__customer",
    )

    class Meta:
        indexes = [
            models.Index(fields=["listing", "-asked"], name="trade_question_listing"),
            models.Index(fields=["asked", "id"], condition=Q(answered=None), name="trade_question_open"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Enrolment(Doored):
    """A shop's promise under a scheme, and the deposit held for it. Sold lines keep the promise whatever happens here."""

    class State(models.TextChoices):
        ACTIVE = "active", _("in force")
        SHORT = "short", _("deposit too low")  # the badge is gone until it is filled up
        LEAVING = (
            "leaving",
            _("given notice"),
        )  # no new sales under it; the deposit stays until the last promise ends
        ENDED = "ended", _("ended")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_enrolment_code)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="enrolments")
    scheme = models.CharField(max_length=30)
    rules = models.ForeignKey(Ruleset, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    deposit_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    held = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=40, blank=True)  # a code: notice, penalty, deposit, closed

    door = Door(right="trade.view", unit="shop__record__unit", customer="shop__record__customer")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "scheme"], condition=~Q(state="ended"), name="trade_enrolled_once"
            ),
        ]
