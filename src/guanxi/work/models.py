"""Who does it: teams, members, one queue of work items, assignments; and what they should know: articles."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Door, Doored
from guanxi.core.ids import new_code, new_id
from guanxi.core.models import Unit, User


def _work_code() -> str:
    return new_code("W")


def _what_if_code() -> str:
    return new_code("X")


def _audit_code() -> str:
    return new_code("Q")


class Team(models.Model):
    """A unit that works: its calendar (declarative, see core.calendar), its kinds of work and their targets in minutes.

    `desktop`: which composition of pages and keys its people work through; what each holds is said in `site/desks.py`.
    """

    class Desktop(models.TextChoices):
        NONE = "", _("none of its own")
        HOTLINE = "hotline", _("Hotline")
        ONLINE = "online-service", _("Online service")
        TELEMARKETING = "telemarketing", _("Telemarketing")
        LETTERS = "letters", _("Letters")
        DOCUMENTS = "documents", _("Document processing")
        FINANCIAL = "financial", _("Financial services")
        DATA = "data", _("Data maintenance")

    unit = models.OneToOneField(Unit, primary_key=True, on_delete=models.CASCADE, related_name="team")
    calendar = models.JSONField(default=dict)
    targets = models.JSONField(default=dict)  # {kind: {"minutes": 120}}
    desktop = models.CharField(max_length=20, choices=Desktop, blank=True, default="")

    def __str__(self) -> str:
        return self.unit.code


class Branch(models.Model):
    """A place of a unit where customers can go: where it is, when it is open (a calendar), what is done there.

    City, address and services are pack or house texts: {"zh-hans": ..., "en": ...}.
    """

    unit = models.OneToOneField(Unit, primary_key=True, on_delete=models.CASCADE, related_name="place")
    city = models.JSONField(default=dict)
    address = models.JSONField(default=dict)
    phone = models.CharField(max_length=30, blank=True)
    calendar = models.JSONField(default=dict)
    services = models.JSONField(default=list)
    own = models.BooleanField(default=False)  # changed in this house, see Unit.own

    def __str__(self) -> str:
        return self.unit.code


class Member(models.Model):
    """A member of staff at work. `open` is a column on a row that is locked while it changes, never a count."""

    class Presence(models.TextChoices):
        OFFLINE = "offline", _("Offline")
        READY = "ready", _("Ready")
        AWAY = "away", _("Away")
        WRAP_UP = "wrap_up", _("Wrap-up")
        SILENT = "silent", _("Not answering")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="member")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    languages = models.JSONField(default=list)
    presence = models.CharField(max_length=10, choices=Presence, default=Presence.OFFLINE)
    heartbeat = models.DateTimeField(null=True)
    capacity = models.PositiveSmallIntegerField(
        default=8
    )  # of deferred work; calls and chats have room of their own
    open = models.SmallIntegerField(default=0)
    phone_capacity = models.PositiveSmallIntegerField(default=0)
    phone_open = models.SmallIntegerField(default=0)
    chat_capacity = models.PositiveSmallIntegerField(default=0)
    chat_open = models.SmallIntegerField(default=0)
    parked = models.SmallIntegerField(default=0)  # of `open`: on their shelf
    skills = models.JSONField(default=dict)  # {code: 1 primary | 2 secondary}
    since = models.DateTimeField(null=True)  # of this presence
    wrap_until = models.DateTimeField(null=True)
    unanswered = models.PositiveSmallIntegerField(default=0)  # offers in a row

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(open__gte=0) & Q(open__lte=F("capacity")), name="work_member_capacity"
            ),
            models.CheckConstraint(
                condition=Q(phone_open__gte=0) & Q(phone_open__lte=F("phone_capacity")),
                name="work_member_phone",
            ),
            models.CheckConstraint(
                condition=Q(chat_open__gte=0) & Q(chat_open__lte=F("chat_capacity")), name="work_member_chat"
            ),
            models.CheckConstraint(
                condition=Q(parked__gte=0) & Q(parked__lte=F("open")), name="work_member_parked"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class WorkItem(Doored):
    """Something somebody must do. The subject is a plain (kind, id): it points upwards."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        OFFERED = "offered", _("offered")
        ASSIGNED = "assigned", _("in hand")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_work_code)
    kind = models.CharField(max_length=30)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    record_id = models.BigIntegerField(null=True)  # the customer's, plain: people may be erased
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="items")
    language = models.CharField(max_length=10, blank=True)
    channel = models.CharField(max_length=10, default="deferred")  # phone, chat: somebody is there now
    skill = models.CharField(max_length=30, blank=True)
    tier = models.PositiveSmallIntegerField(default=0)
    outbound = models.BooleanField(default=False)
    manager = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    conflicts = models.JSONField(default=list)  # members who are a party: never theirs
    widened = models.PositiveSmallIntegerField(
        default=0
    )  # 1 secondary skill, 2 anybody, 3 the supervisor too
    experts = models.PositiveSmallIntegerField(default=0)  # called in and not done yet
    arrived = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="items")
    reason = models.JSONField(default=dict)
    finished = models.DateTimeField(null=True)

    door = Door(right="work.view", unit="team", owner="member__user")

    class Meta:
        indexes = [
            models.Index(fields=["team", "due", "id"], condition=Q(state="queued"), name="work_item_queue"),
            models.Index(fields=["member", "due"], condition=Q(state="assigned"), name="work_item_mine"),
            models.Index(
                fields=["team", "due"],
                condition=Q(state="queued") & ~Q(channel="deferred"),
                name="work_item_live",
            ),
            models.Index(fields=["subject_id"], name="work_item_subject"),
            models.Index(fields=["record_id"], name="work_item_record"),
            models.Index(fields=["arrived"], name="work_item_arrived"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(state__in=["queued", "offered", "assigned"]),
                name="work_item_open_once",
            ),
        ]


class Assignment(models.Model):
    """One period in which a member had an item, with the reason why it was theirs; at first an offer, where it was offered.

    A consulting one stands beside the main one: an expert was called in and the customer stays where they are.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="assignments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="assignments")
    started = models.DateTimeField()
    offered_until = models.DateTimeField(null=True)  # None: taken or given, not offered
    accepted = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.JSONField(default=dict)
    consulting = models.BooleanField(default=False)
    resolved = models.BooleanField(null=True)  # ticked at wrap-up: solved in one contact
    wrapped = models.DateTimeField(null=True)  # when the notes after it were done

    class Meta:
        indexes = [
            models.Index(
                fields=["offered_until"],
                condition=Q(ended=None, accepted=None, offered_until__isnull=False),
                name="work_offer_lease",
            ),
            models.Index(fields=["member", "ended"], name="work_assignment_ended"),
            models.Index(fields=["ended"], condition=Q(outcome="done"), name="work_assignment_done"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(ended=None, consulting=False), name="work_assigned_to_one"
            ),
            models.UniqueConstraint(
                fields=["item", "member"],
                condition=Q(ended=None, consulting=True),
                name="work_called_in_once",
            ),
        ]


class Audit(models.Model):
    """A finished piece of work drawn for a look at its quality by somebody who did not do it."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_audit_code)
    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="audit")
    drawn = models.DateTimeField()
    auditor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    marks = models.JSONField(default=dict)  # {criterion: true}
    errors = models.PositiveSmallIntegerField(default=0)  # critical ones
    words = models.TextField(blank=True)
    audited = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)
    replied = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["audited"], name="work_audit_audited")]

    def __str__(self) -> str:
        return self.public_id


class Shelf(models.Model):
    """A piece of work in hand that was set aside, by hand or for a call, and when it was taken up again: by the same person."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="shelved")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="shelf")
    parked = models.DateTimeField()
    resumed = models.DateTimeField(null=True)
    for_call = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["member", "parked"], name="work_shelf_member")]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(resumed=None), name="work_parked_once"
            ),
        ]


class Shift(models.Model):
    """When a member is to be on duty. Whether they are is declared: their presence. Its start deals the backlog once."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="shifts")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    dealt = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["starts"], condition=Q(dealt=None), name="work_shift_undealt")]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="work_shift_forwards"),
            models.UniqueConstraint(fields=["member", "starts"], name="work_shift_once"),
        ]


class Article(models.Model):
    """What staff should know of a matter, or say in a call. Its words are in versions; a draft is worked on here.

    `kind`, codes (case kinds, issue codes) and lines (product lines) are plain codes: they point upwards. `draft` is the next
    version's content in the form of `Version.content`, empty when nothing is being written. `version` counts changes, to
    notice that somebody was faster; `number` is the newest version, 0 before the first. `own`: this house has written
    it, a pack leaves it alone.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("article")
        SCRIPT = "script", _("call script")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    id = models.BigIntegerField(primary_key=True, default=new_id)
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ARTICLE)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    title = models.JSONField(default=dict)  # {"zh-hans": ..., "en": ...} of what stands, for lists
    draft = models.JSONField(default=dict)
    number = models.PositiveIntegerField(default=0)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    review = models.DateField(null=True)
    own = models.BooleanField(default=True)
    changed = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-changed", "-id"], name="work_article_state"),
            models.Index(fields=["review"], condition=Q(state="published"), name="work_article_review"),
        ]

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """What was published once: never changed. `content`: {"title", "body"} by language, "codes", "lines"."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)
    author = models.CharField(max_length=60, blank=True)  # the actor's public id
    published = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)  # what is different, in the publisher's words
    helped = models.PositiveIntegerField(default=0)  # of its votes, counted as they come
    votes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="work_version_number"),
            models.CheckConstraint(condition=Q(helped__lte=F("votes")), name="work_version_votes"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}@{self.number}"


class Vote(models.Model):
    """Whether a version helped one person; they may change their mind."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    of = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="voted")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    helped = models.BooleanField()
    made = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "user"], name="work_vote_once")]


class Term(models.Model):
    """What an article is found by: the terms of `core.search.tokens` of what stands, its codes and lines.

    A table of our own and not the index of `core.search`: suggestions count how much is shared, the same on both databases.
    """

    class Place(models.TextChoices):
        TITLE = "title"
        WORD = "word"
        CODE = "code"
        LINE = "line"

    id = models.BigIntegerField(primary_key=True, default=new_id)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="terms")
    place = models.CharField(max_length=5, choices=Place)
    term = models.CharField(max_length=41)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "place", "article"], name="work_term_once")]


class Checklist(models.Model):
    """What a new colleague of some roles reads and does. `items`: [{"code", "name": by language, "article": code or ""}].

    `roles` are codes of roles; empty: everybody. Kept as packs say it until the house writes it itself (`own`).
    """

    id = models.BigIntegerField(primary_key=True, default=new_id)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField(default=dict)
    roles = models.JSONField(default=list)
    items = models.JSONField(default=list)
    own = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class Learned(models.Model):
    """One item of a checklist that somebody has read or done."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="learned")
    item = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    done = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "checklist", "item"], name="work_learned_once")
        ]


class WhatIf(models.Model):
    """Somebody asked what other ways to give out a team's work had done with what really came in; worked out by a job."""

    id = models.BigIntegerField(primary_key=True, default=new_id)
    public_id = models.CharField(max_length=20, unique=True, default=_what_if_code)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    asker = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    weeks = models.PositiveSmallIntegerField()
    asked = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["team", "asked"], name="work_what_if_team")]

    def __str__(self) -> str:
        return self.public_id
