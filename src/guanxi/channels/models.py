"""Everything said: messages in and out. The timeline is a projection of core.events, not a table of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import User
from guanxi.people.models import Record
from guanxi.work.models import Team


def _message_code() -> str:
    return new_code("M")


def _list_code() -> str:
    return new_code("L")


def _entry_code() -> str:
    return new_code("T")


def _mailbox_code() -> str:
    return new_code("B")


def _mail_code() -> str:
    return new_code("E")


def _contact_code() -> str:
    return new_code("CT")


class Message(Doored):
    """One message with a customer, on any channel. The subject (a case, say) is a plain (kind, id).

    Without a record: said in a live contact with somebody we do not know.
    """

    class Direction(models.TextChoices):
        IN = "in", _("received")
        OUT = "out", _("sent")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        HELD = "held", _("not sent")
        QUEUED = "queued", _("on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_message_code)
    record = models.ForeignKey(Record, null=True, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=12)
    purpose = models.CharField(max_length=20, default="service")
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=254, blank=True)
    author = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State)
    explanation = models.JSONField(default=dict)  # why it was not sent
    automatic = models.BooleanField(default=False)  # a machine wrote it, ours or theirs
    encloses = models.BigIntegerField(null=True)  # the part of the subject whose files go along
    created = models.DateTimeField()
    sent = models.DateTimeField(null=True)

    door = Door(right="channels.view", unit="record__unit", customer="record__customer")

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "created"], name="channels_message_subject"),
            models.Index(fields=["record", "-created"], name="channels_message_record"),
            models.Index(fields=["-created"], condition=Q(direction="out"), name="channels_message_out"),
        ]

    @property
    def person(self) -> Record:
        """Whose conversation it is: known for everything but a live contact with somebody unknown."""
        if self.record is None:
            raise LookupError("nobody knows whose message this is")
        return self.record


class Mailbox(models.Model):
    """A shared mailbox we read by IMAP: its address, where it lies, whose work its mail becomes.

    `secret` is the password, sealed (`core.safe`). What was taken in is moved to `filed` on the server, or marked as seen where
    that is empty.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("encrypted (TLS)")
        STARTTLS = "starttls", _("encrypted after greeting (STARTTLS)")
        NONE = "none", _("not encrypted")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_mailbox_code)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=254, unique=True)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="mailboxes")
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=10, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=254)
    secret = models.TextField(blank=True)
    folder = models.CharField(max_length=80, default="INBOX")
    filed = models.CharField(max_length=80, blank=True)
    active = models.BooleanField(default=True)
    checked = models.DateTimeField(null=True)  # last read without trouble
    trouble = models.CharField(max_length=20, blank=True)
    trouble_since = models.DateTimeField(null=True)
    sample = models.BooleanField(default=False)  # of a demo world: so are the cases of its mail
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return self.address


class Mail(Doored):
    """One mail that came in, and what became of it. The mail as it was lies in the files, on the subject ("mail", id).

    The same mail delivered twice to a mailbox is one row. `fate` is waiting until it has been sorted.
    """

    class Fate(models.TextChoices):
        WAITING = "waiting", _("waits to be sorted")
        OPENED = "opened", _("opened a case")
        ADDED = "added", _("added to its case")
        REOPENED = "reopened", _("opened its case again")
        ATTACHED = "attached", _("automatic, attached to its case")
        ASIDE = "aside", _("put aside")
        COPY = "copy", _("copy of another mail")
        BOUNCE = "bounce", _("a mail of ours came back")
        FAILED = "failed", _("could not be sorted")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_mail_code)
    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.SET_NULL, related_name="mails")
    uid_validity = models.BigIntegerField(default=0)
    uid = models.BigIntegerField(default=0)
    given_id = models.CharField(max_length=255, blank=True)  # its Message-ID
    digest = models.CharField(max_length=64)
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=400, blank=True)
    quoted = models.TextField(blank=True)
    signature = models.TextField(blank=True)
    charset = models.CharField(max_length=20, blank=True)
    chosen = models.CharField(max_length=20, blank=True)  # the charset a person has chosen
    automatic = models.CharField(max_length=20, blank=True)
    left_out = models.JSONField(default=list)  # of what came with it, each with why
    size = models.BigIntegerField()
    sent = models.DateTimeField(null=True)  # as its sender says
    arrived = models.DateTimeField()
    copies = models.PositiveIntegerField(default=0)
    fate = models.CharField(max_length=10, choices=Fate, default=Fate.WAITING)
    explanation = models.JSONField(default=dict)
    settled = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="mails")
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="mails")
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(null=True)

    door = Door(right="channels.mail", unit="mailbox__team")

    class Meta:
        indexes = [
            models.Index(fields=["-arrived", "-id"], name="channels_mail_newest"),
            models.Index(fields=["given_id"], name="channels_mail_given_id"),
            models.Index(fields=["subject_id"], name="channels_mail_subject"),
            models.Index(fields=["id"], condition=Q(fate="waiting"), name="channels_mail_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "given_id", "digest"], name="channels_mail_once"),
        ]

    def __str__(self) -> str:
        return self.public_id


class CallList(Doored):
    """Customers to be telephoned for one purpose: what is said, and when they may be rung, by their own clocks.

    `week` is a calendar's week ({"mon": ["09:00-12:00"]}); with `holidays`, nobody is rung on the holidays of their country.
    """

    class State(models.TextChoices):
        OPEN = "open", _("running")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_list_code)
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=20, default="marketing")
    offer = models.CharField(max_length=300, blank=True)
    script = models.JSONField(default=dict)  # {"zh-hans": ..., "en": ...}
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="call_lists")
    week = models.JSONField(default=dict)
    holidays = models.BooleanField(default=True)
    attempts_max = models.PositiveSmallIntegerField(default=3)
    pause_minutes = models.PositiveIntegerField(default=240)  # between two tries
    state = models.CharField(max_length=10, choices=State, default=State.PAUSED)
    created = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    sample = models.BooleanField(default=False)

    door = Door(right="channels.converse", unit="team")

    class Meta:
        indexes = [models.Index(fields=["-created"], name="channels_calllist_newest")]

    def __str__(self) -> str:
        return self.name


class CallEntry(Doored):
    """One customer of a list to be telephoned: how often they were dialled, when next, what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        QUEUED = "queued", _("in the queue")
        CALLING = "calling", _("being rung")
        DONE = "done", _("done")
        REFUSED = "refused", _("not to be rung")
        STOPPED = "stopped", _("stopped")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_entry_code)
    list = models.ForeignKey(CallList, on_delete=models.CASCADE, related_name="entries")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="call_entries")
    number = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    reached = models.BooleanField(default=False)  # somebody was spoken to, once at least
    next_at = models.DateTimeField(null=True)
    dialled = models.DateTimeField(null=True)  # last
    user = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="calls"
    )  # who dialled last
    result = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=500, blank=True)
    value_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    explanation = models.JSONField(default=dict)  # why it is not rung
    created = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    door = Door(right="channels.converse", unit="list__team")

    class Meta:
        indexes = [
            models.Index(
                fields=["list", "next_at", "id"], condition=Q(state="waiting"), name="channels_call_due"
            ),
            models.Index(fields=["list", "state", "id"], name="channels_call_state"),
            models.Index(fields=["number"], name="channels_call_number"),
        ]
        constraints = [models.UniqueConstraint(fields=["list", "record"], name="channels_call_once")]

    def __str__(self) -> str:
        return self.public_id


class CallOrder(models.Model):
    """An order keyed from a call of a list. Orders are another room's: their plain key, number and worth as placed."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    entry = models.ForeignKey(CallEntry, on_delete=models.CASCADE, related_name="orders")
    order_id = models.BigIntegerField(unique=True)
    number = models.CharField(max_length=40)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    placed = models.DateTimeField()


class Contact(Doored):
    """Somebody is there now, by telephone or chat: from ringing to the end. What is said are messages on ("contact", id).

    `outside` is the other side's own name for it, once per channel; `seen` when the customer's page was last heard of (None:
    the line itself says when they leave). `staff` is who has it, and at the end who had it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        LIVE = "live", _("talking")
        HELD = "held", _("on hold")
        ENDED = "ended", _("ended")
        ABANDONED = "abandoned", _("given up")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_contact_code)
    channel = models.CharField(max_length=10)
    direction = models.CharField(max_length=3, choices=Message.Direction, default=Message.Direction.IN)
    record = models.ForeignKey(Record, null=True, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=100, blank=True)  # as they say
    address = models.CharField(max_length=254, blank=True)  # as given, number or handle
    outside = models.CharField(max_length=100, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="contacts")
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    staff = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="contacts")
    outcome = models.CharField(max_length=20, blank=True)
    arrived = models.DateTimeField()
    answered = models.DateTimeField(null=True)  # the first time
    ended = models.DateTimeField(null=True)
    seen = models.DateTimeField(null=True)
    sample = models.BooleanField(default=False)
    became_case = models.BooleanField(default=False)  # what was said is kept with it
    erased = models.BooleanField(
        default=False
    )  # of somebody unknown, for its age: what they said and left of themselves
    origin = models.CharField(max_length=16, blank=True)  # a digest of their network address, gone soon after

    door = Door(right="channels.view", unit="team", customer="record__customer", subject="contact")

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "seen"],
                condition=Q(state__in=["waiting", "live", "held"]),
                name="channels_contact_open",
            ),
            models.Index(fields=["record", "-arrived"], name="channels_contact_record"),
            models.Index(fields=["-arrived"], name="channels_contact_newest"),
            models.Index(fields=["origin"], condition=~Q(origin=""), name="channels_contact_origin"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "outside"], condition=~Q(outside=""), name="channels_contact_once"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Opinion(models.Model):
    """Said once of a contact that is over: how satisfied (1-5), how easy (1-7), would they recommend us (0-10)."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="opinion")
    satisfied = models.PositiveSmallIntegerField()
    easy = models.PositiveSmallIntegerField(null=True)
    recommends = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)
    given = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["given"], name="channels_opinion_given")]
        constraints = [
            models.CheckConstraint(condition=Q(satisfied__range=(1, 5)), name="channels_opinion_satisfied"),
            models.CheckConstraint(
                condition=Q(easy=None) | Q(easy__range=(1, 7)), name="channels_opinion_easy"
            ),
            models.CheckConstraint(
                condition=Q(recommends=None) | Q(recommends__lte=10), name="channels_opinion_recommends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.satisfied} / 5"
