"""Who a customer is. Business rows hang on records; which customer a record belongs to is membership, nothing else."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import Unit


def _customer_code() -> str:
    return new_code("C")


def _review_code() -> str:
    return new_code("R")


def _scan_code() -> str:
    return new_code("S")


def _event_code() -> str:
    return new_code("I")


def _relationship_code() -> str:
    return new_code("B")


def _erasure_code() -> str:
    return new_code("E")


def _request_code() -> str:
    return new_code("P")


def _person_export_code() -> str:
    return new_code("X", (5, 5, 5))


class Customer(models.Model):
    """One person or company, as far as we know. Holds no personal value: those stay with the records that stated them.

    Once merged it has no record any more and only redirects: `merged_into` names the survivor itself, never another
    retired one, so that an old id needs one step however often its survivor was merged again.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_customer_code)
    created = models.DateTimeField()
    provisional = models.BooleanField(default=False)  # made at once on doubt, until a steward has decided
    merged_into = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="retired")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="people_not_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


# A record of somebody who was forgotten says so in front of its fingerprint, which nobody states any more.
FORGOTTEN = {"anonymise": _("anonymised customer"), "erase": _("erased customer")}


class Record(Doored):
    """What one source said about a person, once and for all. `fingerprint` finds the same statement made again.

    `nature` says whether that is a person or a company, where somebody has said so; without a word it is a person.
    """

    class Nature(models.TextChoices):
        PERSON = "person", _("person")
        COMPANY = "company", _("company")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="records")
    source = models.CharField(max_length=30)
    name = models.CharField(max_length=120, blank=True)
    name_key = models.CharField(max_length=120, blank=True, db_index=True)
    language = models.CharField(max_length=10, blank=True)
    said = models.JSONField(default=dict)  # verbatim, as given
    nature = models.CharField(max_length=8, blank=True, choices=Nature)
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

    @property
    def called(self) -> str:
        """The name to show: as stated, else what became of the person, else the customer's number."""
        if self.name:
            return self.name
        return str(FORGOTTEN.get(self.fingerprint.partition(":")[0]) or self.customer.public_id)


class Identifier(models.Model):
    """A normalised key of a record: looking it up in any formatting finds the customer.

    Kinds (`rules.contact`): phone, email, member, national_id, passport and other papers, open_id, device; birth, gender and
    address are shared by too many to find anybody by alone, they are evidence. `valid_to` ends it: recycled, wrong, given
    up. `trouble` says that it did not reach the person last time.
    """

    class Trouble(models.TextChoices):
        BOUNCED = "bounced", _("mail bounced")
        RETURNED = "returned", _("letter returned")
        SILENT = "silent", _("number out of service")
        RECYCLED = "recycled", _("belongs to somebody else now")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=254)
    verbatim = models.CharField(max_length=254)
    verified = models.DateTimeField(null=True)
    verified_how = models.CharField(max_length=20, blank=True)  # code, steward, document, source
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=10, choices=Trouble, blank=True)
    troubled = models.DateTimeField(null=True)  # since when

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "kind", "value"], name="people_identifier_once"),
        ]
        indexes = [
            models.Index(fields=["value", "kind"], name="people_identifier_value"),
            models.Index(
                fields=["-troubled"], condition=Q(troubled__isnull=False), name="people_identifier_trouble"
            ),
            models.Index(
                fields=["verified"], condition=Q(verified__isnull=False), name="people_identifier_verified"
            ),
        ]


class BlockKey(models.Model):
    """A 64-bit hash of what similar statements share (sound of the name and birth year, ...): candidates are found by it.

    Which keys there are, `engine.matching` says; a hash holds no value that could be read back.
    """

    pk = models.CompositePrimaryKey("hash", "record_id")
    hash = models.BigIntegerField()
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="blocks")


class IdentityEvent(models.Model):
    """A change of who is who, for ever, with what its undoing needs. Holds keys only; the words are in `reason`.

    `inverse` of a merge: {"survivor": customer, "records": {customer: [records it had]}, "provisional": [survivor's before,
    after], "redirects": {customer: [customers that redirected to it]}, "lifted": [pins it replaced]}, keys as text. Reviews
    it answered and pins it made name it. Never changed afterwards but for `superseded_by`: the merge that retired this
    one's survivor, as long as that one stands.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("merged")
        UNMERGE = "unmerge", _("merge undone")
        ATTACH = "attach", _("record moved here")
        DETACH = "detach", _("record taken out")
        CONFIRM = "confirm", _("confirmed as a customer of their own")
        CANNOT_LINK = "cannot_link", _("two persons")
        MUST_LINK = "must_link", _("one person")
        LIFT = "lift", _("decision lifted")
        PIN = "pin", _("value pinned")
        UNPIN = "unpin", _("value no longer pinned")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_event_code)
    kind = models.CharField(max_length=12, choices=Kind)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identity_events")
    other = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, null=True, on_delete=models.CASCADE, related_name="+")
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=60, blank=True)
    happened = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    inverse = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="supersedes")

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="people_identity_history")]


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
    event = models.ForeignKey(
        IdentityEvent, null=True, on_delete=models.SET_NULL, related_name="memberships", db_index=False
    )  # the decision that moved it; none when recognition did

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(valid_to=None), name="people_member_of_one"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="people_membership_span"
            ),
        ]
        indexes = [
            models.Index(fields=["event"], condition=Q(event__isnull=False), name="people_membership_event")
        ]


class ReviewTask(models.Model):
    """Two customers who may be one: a steward decides. Work never waits for it.

    It hangs on two records, `record` and `peer`, and follows them: `customer` and `candidate` are their customers as long as
    it is undecided. At most one undecided review for a pair, whichever comes first. `score` is the model's probability.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("one person")
        REJECTED = "rejected", _("two persons")
        LATER = "later", _("later")
        OVERTAKEN = "overtaken", _("overtaken by another decision")

    class Origin(models.TextChoices):
        LIVE = "live", _("contact")
        IMPORT = "import", _("import")
        SCAN = "scan", _("scan of all customers")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_review_code)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="reviews")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="reviews")
    candidate = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    peer = models.ForeignKey(
        Record, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # the candidate's
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.LIVE)
    score = models.FloatField(null=True)
    explanation = models.JSONField(default=dict)
    created = models.DateTimeField()
    later_until = models.DateTimeField(null=True)
    decided = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)  # public id of the actor
    reason = models.CharField(max_length=300, blank=True)
    event = models.ForeignKey(IdentityEvent, null=True, on_delete=models.SET_NULL, related_name="reviews")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Least("customer", "candidate"),
                Greatest("customer", "candidate"),
                condition=Q(state__in=["open", "later"]),
                name="people_review_once",
            ),
            models.CheckConstraint(condition=~Q(customer=F("candidate")), name="people_review_of_two"),
        ]
        indexes = [
            models.Index(
                fields=["-score", "id"], condition=Q(state__in=["open", "later"]), name="people_review_queue"
            )
        ]


class UnifyRun(models.Model):
    """One scan of all customers for duplicates: what it read, what it found, what became of it. It only proposes.

    `left`: pairs that were not asked about, by why. `accepted` and `decided`: what stewards had said of scans' proposals when
    it ended. `weights`: the table it has learnt, none when it used the one in use. `night`: of a nightly scan its day.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_scan_code)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    night = models.DateField(null=True, unique=True)
    by = models.CharField(max_length=60, blank=True)  # public id of the actor
    learns = models.BooleanField(default=False)
    active = models.BooleanField(
        null=True, default=True, unique=True
    )  # None once it has ended: one at a time
    percent = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0.0)
    records = models.BigIntegerField(default=0)
    customers = models.BigIntegerField(default=0)
    pairs = models.BigIntegerField(default=0)
    proposals_new = models.IntegerField(default=0)
    proposals_known = models.IntegerField(default=0)
    proposals_apart = models.IntegerField(default=0)
    left = models.JSONField(default=dict)
    accepted = models.IntegerField(default=0)
    decided = models.IntegerField(default=0)
    model = models.CharField(max_length=40, blank=True)
    weights = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.public_id


class Link(models.Model):
    """A person's word that two records are one customer, or never are. It outranks every score until it is lifted."""

    class Kind(models.TextChoices):
        MUST = "must", _("one person")
        CANNOT = "cannot", _("two persons")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=6, choices=Kind)
    low = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")  # of the two, the lower key
    high = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    by = models.CharField(max_length=60)
    reason = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField()
    lifted = models.DateTimeField(null=True)
    event = models.ForeignKey(IdentityEvent, null=True, on_delete=models.CASCADE, related_name="links")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["low", "high"], condition=Q(lifted=None), name="people_link_once"
            ),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="people_link_in_order"),
        ]


class Pin(models.Model):
    """A steward's choice for one field of the golden record. It hangs on the record that states the value, and goes with it.

    Of several pins of one field among a customer's records the newest counts. It holds no value of its own.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="pins")
    identifier = models.ForeignKey(Identifier, null=True, on_delete=models.CASCADE, related_name="pins")
    field = models.CharField(max_length=12)  # a kind of identifier, name or language
    by = models.CharField(max_length=60)
    reason = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField()
    lifted = models.DateTimeField(null=True)
    event = models.ForeignKey(IdentityEvent, null=True, on_delete=models.CASCADE, related_name="pins")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "field"], condition=Q(lifted=None), name="people_pin_once"
            ),
        ]


class Relationship(models.Model):
    """One party is something to another: `record` is the spouse, child, employee, guarantor ... of `other`.

    It hangs on records like every other row: who they belong to may change, the relation stays. Both sides see it. `household`
    is the code that all relations of one household share, "" when the two do not live together. Never deleted: `ended` is the
    moment somebody wrote down that it is over, `ended_on` the day it was over. `valid_to`, known from the beginning, is the
    last day of what was limited (a guarantee, a mandate).
    """

    class Kind(models.TextChoices):
        SPOUSE = "spouse", _("spouse")
        CHILD = "child", _("child")
        MEMBER = "member", _("shares the household")
        REPRESENTATIVE = "representative", _("legal representative")
        SIGNATORY = "signatory", _("signatory")
        CONTACT = "contact", _("contact person")
        EMPLOYEE = "employee", _("employee")
        GUARANTOR = "guarantor", _("guarantor")
        AGENT = "agent", _("acts for this customer")

    class Source(models.TextChoices):
        WORD = "word", _("they told us")
        DOCUMENT = "document", _("document seen")
        REGISTER = "register", _("public register")
        IMPORT = "import", _("imported file")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_relationship_code)
    kind = models.CharField(max_length=14, choices=Kind)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="relationships")
    other = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="relationships_to")
    household = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=8, choices=Source, default=Source.WORD)
    note = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=60)  # public id of the actor who wrote it down
    created = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(record=F("other")), name="people_relation_of_two"),
            models.CheckConstraint(
                condition=Q(ended=None, ended_on=None) | Q(ended__isnull=False, ended_on__isnull=False),
                name="people_relation_end",
            ),
            models.UniqueConstraint(
                fields=["record", "other", "kind"],
                condition=Q(ended=None, valid_to=None),  # what was limited may be renewed
                name="people_relation_once",
            ),
        ]
        indexes = [
            models.Index(fields=["household"], condition=~Q(household=""), name="people_relation_household")
        ]


class Consent(models.Model):
    """One statement of yes or no for a purpose on a channel; the latest one counts, the others are the proof."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=12)
    given = models.BooleanField()
    source = models.CharField(max_length=40)
    stated = models.DateTimeField()
    wording = models.CharField(
        max_length=40, blank=True, default="", db_default=""
    )  # the version of what they were shown
    actor_kind = models.CharField(
        max_length=10, blank=True, default="", db_default=""
    )  # who stated it, or wrote it down
    actor_id = models.CharField(max_length=60, blank=True, default="", db_default="")

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


class PrivacyMark(models.Model):
    """What a customer's rights have made of them: restricted, objecting, anonymised or erased, since when."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="privacy"
    )
    restricted = models.DateTimeField(null=True)  # kept, and used for nothing else, until it is lifted
    objected = models.DateTimeField(null=True)  # stopped everything with one click
    impersonal = models.BooleanField(default=False)  # wants nothing chosen for them
    anonymised = models.DateTimeField(null=True)
    erased = models.DateTimeField(null=True)
    link_version = models.PositiveSmallIntegerField(default=1)  # raising it voids their preference links


class Erasure(models.Model):
    """Somebody was forgotten: keyed digests of their records, and how many rows went. The file outside repeats it."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_erasure_code)
    way = models.CharField(max_length=10)
    digests = models.JSONField(default=list)
    key_name = models.CharField(max_length=16)
    counts = models.JSONField(default=dict)
    forgotten = models.DateTimeField()


class PrivacyRequest(Doored):
    """Somebody uses a right they have over their data: what, by which law, until when, what came of it."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("Copy of the data")
        CORRECTION = "correction", _("Correction")
        RESTRICTION = "restriction", _("Restriction")
        OBJECTION = "objection", _("Objection")
        ANONYMISATION = "anonymisation", _("Anonymisation")
        DELETION = "deletion", _("Deletion")

    class Law(models.TextChoices):
        PIPL = "pipl", _("PIPL (China)")
        GDPR = "gdpr", _("GDPR (European Union)")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        RUNNING = "running", _("being carried out")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_request_code)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="privacy_requests")
    kind = models.CharField(max_length=14, choices=Kind)
    law = models.CharField(max_length=4, choices=Law)
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    received = models.DateTimeField()
    due = models.DateTimeField()
    due_explanation = models.JSONField(default=dict)
    extended = models.DateTimeField(null=True)
    extended_why = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)  # what they asked for, in their words
    closed = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True)  # what was done, or why it was refused
    by = models.CharField(max_length=60, blank=True)  # public id of whoever closed it

    door = Door(right="people.privacy", customer="customer")

    class Meta:
        indexes = [
            models.Index(fields=["due"], condition=Q(closed=None), name="people_request_due"),
            models.Index(fields=["-received", "-id"], name="people_request_newest"),
        ]

    def __str__(self) -> str:
        return self.public_id


class PersonExport(models.Model):
    """Everything held of one person, as a file for them. It lives until `expires`, for whoever asked."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        EXPIRED = "expired", _("deleted")
        FAILED = "failed", _("failed")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=24, unique=True, default=_person_export_code)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="exports")
    request = models.ForeignKey(PrivacyRequest, null=True, on_delete=models.SET_NULL, related_name="exports")
    by = models.CharField(max_length=60)  # public id of whoever asked
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    size_bytes = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["customer", "-created"], name="people_person_export")]
