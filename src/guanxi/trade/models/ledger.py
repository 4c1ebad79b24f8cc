"""The ledger: accounts, entries, postings and payouts. It only ever grows.

A balance is the sum of an account's postings; a mistake is another entry.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.people.models import Record


def _account_code() -> str:
    return new_code("A")


def _entry_code() -> str:
    return new_code("E")


def _payout_code() -> str:
    return new_code("P")


OWNED = ("deposit", "held", "payable", "claim", "receivable", "due_fund", "due_house")


class Account(Doored):
    """One pot of money, in one currency. Positive: money that is there for its owner; negative: money they owe.

    Of a record: `deposit` (free to use), `held` (reserved of it), `payable` (ordered to be paid to them, not yet sent),
    `claim` (recourse that waits for a decision), `receivable` (what they owe us now), `due_fund` and `due_house`: to whom
    the two before belong, so that these four always come to nothing together. Of the house: the protection `fund`, its own
    money (`house`), and `outside`, the banks of the world, which money comes from and goes to.
    """

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("deposit")
        HELD = "held", _("held of the deposit")
        PAYABLE = "payable", _("to be paid out")
        CLAIM = "claim", _("claim waiting")
        RECEIVABLE = "receivable", _("owed to us")
        DUE_FUND = "due_fund", _("owed to the protection fund")
        DUE_HOUSE = "due_house", _("owed to our own account")
        FUND = "fund", _("protection fund")
        HOUSE = "house", _("our own account")
        OUTSIDE = "outside", _("banks outside")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_account_code)
    kind = models.CharField(max_length=10, choices=Kind)
    owner = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="accounts")
    currency = models.CharField(max_length=3)
    opened = models.DateTimeField()

    door = Door(right="trade.ledger.view", unit="owner__unit", customer="owner__customer")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "currency"], condition=~Q(owner=None), name="trade_account_of_record"
            ),
            models.UniqueConstraint(
                fields=["kind", "currency"], condition=Q(owner=None), name="trade_account_of_house"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OWNED, owner__isnull=False)
                | Q(kind__in=("fund", "house", "outside"), owner__isnull=True),
                name="trade_account_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.currency}"


class Entry(Doored):
    """One movement of money, for good. `once` is its caller's own key: asked for twice, it happens once.

    `record` is whose money it is about first; `reference` what it was done for, as plain values.
    """

    class Kind(models.TextChoices):
        TOP_UP = "top_up", _("paid in")
        WITHDRAW = "withdraw", _("withdrawn")
        FILL_FUND = "fill_fund", _("fund filled")
        HOLD = "hold", _("held")
        RELEASE = "release", _("released")
        ADVANCE = "advance", _("advanced")
        RECOURSE = "recourse", _("recourse")
        PAY = "pay", _("paid by decision")
        PENALISE = "penalise", _("penalty")
        REVERSE = "reverse", _("reversed")
        SETTLE = "settle", _("debt settled")
        WRITE_OFF = "write_off", _("written off")
        PAID_OUT = "paid_out", _("left for the bank")
        PROCEEDS = "proceeds", _("proceeds of a sale")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_entry_code)
    kind = models.CharField(max_length=10, choices=Kind)
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reference_kind = models.CharField(max_length=20, blank=True)
    reference_id = models.BigIntegerField(null=True)
    once = models.CharField(max_length=120, unique=True)
    note = models.CharField(max_length=40, blank=True)  # a code, never a person's words
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=80, blank=True)
    made = models.DateTimeField()
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    sample = models.BooleanField(default=False)

    door = Door(right="trade.ledger.view", unit="record__unit", customer="record__customer")

    class Meta:
        indexes = [
            models.Index(fields=["reference_kind", "reference_id"], name="trade_entry_reference"),
            models.Index(fields=["-made", "-id"], name="trade_entry_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="trade_entry_positive"),
            models.CheckConstraint(
                condition=Q(reverses=None) | ~Q(reverses=F("id")), name="trade_entry_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Posting(Doored):
    """What one entry does to one account, once. The postings of an entry come to nothing."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings", db_index=False)
    amount_minor = models.BigIntegerField()
    made = models.DateTimeField()  # the entry's, so that a statement is read from one index

    door = Door(right="trade.ledger.view", unit="account__owner__unit", customer="account__owner__customer")

    class Meta:
        indexes = [
            models.Index(fields=["account", "-made", "-id", "amount_minor"], name="trade_posting_statement"),
            models.Index(fields=["account", "id", "amount_minor"], name="trade_posting_balance"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "account"], name="trade_posting_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="trade_posting_not_nothing"),
        ]


class Checkpoint(models.Model):
    """What the older postings of a busy account come to, so that its balance is not summed from the beginning each time.

    `sum_minor` is the sum of all postings whose key is smaller than `below`: these were written long enough ago that none
    can be added among them. Can be deleted at any time: the balance is then summed from the beginning.
    """

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.CASCADE, related_name="checkpoint"
    )
    below = models.BigIntegerField()
    sum_minor = models.BigIntegerField()
    made = models.DateTimeField()


class Payout(Doored):
    """Money on its way to somebody's bank. `entry` ordered it; once confirmed, another entry takes it off our books."""

    class State(models.TextChoices):
        PENDING = "pending", _("waits to be sent")
        SENT = "sent", _("sent to the bank")
        CONFIRMED = "confirmed", _("arrived")
        FAILED = "failed", _("came back")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_payout_code)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="payout")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="payouts")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    method = models.CharField(max_length=20)  # "original": the way the money once came
    adapter = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    given = models.CharField(max_length=80, blank=True)  # the bank's own number for it
    trouble = models.CharField(max_length=40, blank=True)  # a code
    made = models.DateTimeField()
    changed = models.DateTimeField()

    door = Door(right="trade.ledger.view", unit="record__unit", customer="record__customer")

    class Meta:
        indexes = [models.Index(fields=["state", "made"], name="trade_payout_state")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="trade_payout_positive"),
        ]

    def __str__(self) -> str:
        return self.public_id
