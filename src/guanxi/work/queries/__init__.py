"""Every read of work."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from guanxi.core import options
from guanxi.core.access import Actor
from guanxi.core.calendar import WorkingCalendar, from_spec
from guanxi.core.errors import Denied, NotFound
from guanxi.core.keyset import count_up_to
from guanxi.core.models import Event
from guanxi.core.prepared import prepared
from guanxi.core.recall import remembered
from guanxi.work import rules
from guanxi.work.models import Assignment, Member, Shift, Team, WorkItem

QUEUE_LOOK_MAX = 200  # items ranked at a time, the most due ones
BOOK_AGE_MAX_S = 10
IN_HANDS = (WorkItem.State.OFFERED, WorkItem.State.ASSIGNED)
REFUSED = ("declined", "unanswered")  # an offer that came to nothing: they never had it
OPEN = (WorkItem.State.QUEUED, *IN_HANDS)
CHANGES_MAX = 50  # exceptions of one team that a limit may have been counted before
MEMBERS_MAX = 500


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What actions need to know of a team; kept for a few seconds, since teams change by the month."""

    id: int
    code: str
    calendar: WorkingCalendar
    minutes: dict[str, int]


_book: tuple[float, dict[str, TeamFacts]] = (float("-inf"), {})


def team_for(kind: str) -> TeamFacts:
    """The team that takes this kind of work. Raises `NotFound` when no pack or administrator named one."""
    global _book  # a cache of one value per process
    if monotonic() - _book[0] > BOOK_AGE_MAX_S or kind not in _book[1]:
        _book = (monotonic(), _read_book())
    if kind not in _book[1]:
        raise NotFound(_("No team takes %(kind)s yet: install a pack, or name a team.") % {"kind": kind})
    return _book[1][kind]


def team_named(code: str) -> TeamFacts:
    """The team of the unit with this code. Raises `NotFound`."""
    return _facts(Team.objects.filter(unit__code=code))


def team_of(team_id: int) -> TeamFacts:
    """The team of this unit. Raises `NotFound`."""
    if monotonic() - _book[0] <= BOOK_AGE_MAX_S:
        for known in _book[1].values():
            if known.id == team_id:
                return known
    return _facts(Team.objects.filter(pk=team_id))


def _facts(found: QuerySet[Team]) -> TeamFacts:
    team = found.select_related("unit").first()
    if team is None:
        raise NotFound(_("There is no such team."))
    return _facts_of(team)


@remembered
@prepared
def list_teams() -> QuerySet[Team]:
    """All teams, by their code."""
    return Team.objects.select_related("unit").order_by("unit__code")


def forget_book() -> None:
    """Read the teams anew (after a change, between tests)."""
    global _book
    _book = (float("-inf"), {})


def _read_book() -> dict[str, TeamFacts]:
    book: dict[str, TeamFacts] = {}
    for team in Team.objects.select_related("unit").order_by("unit__code"):
        facts = _facts_of(team)
        for kind in facts.minutes:
            book.setdefault(kind, facts)
    return book


def _facts_of(team: Team) -> TeamFacts:
    minutes = {kind: int(target["minutes"]) for kind, target in team.targets.items()}
    return TeamFacts(team.pk, team.unit.code, from_spec(team.calendar), minutes)


@remembered
def member_of(actor: Actor) -> Member | None:
    """The actor's seat; None for staff without one (managers, administrators)."""
    if actor.user_id is None:
        return None
    return next(iter(_seat_of(actor.user_id)), None)


@prepared
def _seat_of(user_id: int) -> QuerySet[Member]:
    return Member.objects.select_related("team__unit", "user").filter(user_id=user_id)


def get_seat(actor: Actor) -> Member:
    """The actor's seat. Raises `Denied` (`no_seat`) without one."""
    member = member_of(actor)
    if member is None:
        raise Denied(_("You are not in a team, so you cannot take work."), code="no_seat")
    return member


def list_queue(actor: Actor) -> QuerySet[WorkItem]:
    """Visible items that wait, the most due first."""
    found: QuerySet[WorkItem] = WorkItem.objects.visible_to(actor)
    return found.filter(state=WorkItem.State.QUEUED).order_by("due", "id")


def list_mine(member: Member) -> list[WorkItem]:
    """What this member has in hand, the most due first."""
    return list(
        WorkItem.objects.filter(member=member, state=WorkItem.State.ASSIGNED)
        .select_related("team__unit")
        .order_by("due", "id")[:100]
    )


def list_items(actor: Actor) -> QuerySet[WorkItem]:
    """Visible items, open and settled, in no order."""
    found: QuerySet[WorkItem] = WorkItem.objects.visible_to(actor)
    return (
        found.select_related("team__unit", "member__user").defer("team__calendar", "team__targets").order_by()
    )


def list_members(team_ids: Collection[int] | None = None) -> list[Member]:
    """Who works in these teams (None: in all), by name; people who may not sign in any more are left out."""
    found = Member.objects.filter(user__is_active=True).select_related("user", "team__unit")
    if team_ids is not None:
        found = found.filter(team__in=team_ids)
    return list(found.order_by("user__name", "id")[:MEMBERS_MAX])


def get_item(actor: Actor, public_id: str) -> WorkItem:
    found: WorkItem | None = WorkItem.objects.visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def open_item(subject: tuple[str, int], kind: str) -> WorkItem | None:
    """The open item of this kind about this subject: at most one."""
    return WorkItem.objects.filter(
        subject_kind=subject[0],
        subject_id=subject[1],
        kind=kind,
        state__in=OPEN,
    ).first()


def open_kinds(subject: tuple[str, int]) -> set[str]:
    """Which kinds of work are open about this subject."""
    found = WorkItem.objects.filter(subject_kind=subject[0], subject_id=subject[1], state__in=OPEN)
    return set(found.values_list("kind", flat=True))


def last_handlers(subject_ids: Sequence[int]) -> dict[int, int]:
    """subject id -> the member who last had work about it."""
    latest = (
        Assignment.objects.filter(item__subject_id__in=subject_ids, consulting=False)
        .exclude(outcome__in=REFUSED)
        .values("item__subject_id")
        .annotate(last=Max("id"))
        .values_list("last", flat=True)
    )
    pairs = Assignment.objects.filter(id__in=list(latest)).values_list("item__subject_id", "member_id")
    return dict(pairs)


def handlers_of(subject: tuple[str, int]) -> list[int]:
    """The user who has work about a subject in hand, else who last had; nobody when none ever did."""
    mine = Assignment.objects.filter(item__subject_kind=subject[0], item__subject_id=subject[1])
    mine = mine.filter(consulting=False).exclude(outcome__in=REFUSED)
    last = mine.select_related("member").order_by("ended", "id").filter(ended=None).first()
    last = last or mine.select_related("member").order_by("-ended", "-id").first()
    return [last.member.user_id] if last else []


def holders_of(subject: tuple[str, int]) -> list[int]:
    """The users who have work about a subject in hand now."""
    mine = Assignment.objects.filter(item__subject_kind=subject[0], item__subject_id=subject[1], ended=None)
    return list(mine.order_by("id").values_list("member__user_id", flat=True))


def subject_of(item_id: int) -> tuple[str, int] | None:
    """What a work item is about."""
    found = WorkItem.objects.filter(id=item_id).values_list("subject_kind", "subject_id").first()
    return (found[0], found[1]) if found else None


def absent_members(now: datetime, silence: timedelta) -> list[Member]:
    """Members not heard of for `silence` who are not offline on paper, or are and still have work in hand."""
    here_or_busy = ~Q(presence=Member.Presence.OFFLINE) | Q(open__gt=0)
    return list(Member.objects.filter(here_or_busy, heartbeat__lt=now - silence).order_by("id")[:100])


def teams_waiting() -> list[int]:
    """Teams with work that is offered and not only taken."""
    waits = WorkItem.objects.filter(state=WorkItem.State.QUEUED)
    if not options.flag("work.offer_deferred"):
        waits = waits.exclude(channel=rules.DEFERRED)
    return sorted(set(waits.order_by().values_list("team_id", flat=True).distinct()))


def shifts_to_deal(now: datetime) -> list[int]:
    """Shifts that run, of people who are ready, whose backlog is not dealt yet."""
    running = Shift.objects.filter(dealt=None, starts__lte=now, ends__gt=now)
    return list(
        running.filter(member__presence=Member.Presence.READY).order_by("id").values_list("id", flat=True)
    )


def team_counts(team_id: int, now: datetime) -> dict[str, int]:
    """Queue length and people present, for the strip at the foot of Today."""
    queue = WorkItem.objects.filter(team_id=team_id, state=WorkItem.State.QUEUED)
    return {
        "waiting": count_up_to(queue),
        "overdue": count_up_to(queue.filter(due__lt=now)),
        **Member.objects.filter(team_id=team_id).aggregate(
            ready=Count("id", filter=Q(presence=Member.Presence.READY)),
            away=Count("id", filter=Q(presence=Member.Presence.AWAY)),
        ),
    }


@dataclass(frozen=True, slots=True)
class SubjectView:
    """What a piece of work is about, in the words of the room that owns it."""

    title: str
    who: str
    url: str
    icon: str
    channel: str
    words: str = ""


Describe = Callable[[Actor, Sequence[int]], Mapping[int, SubjectView]]
_describers: dict[str, Describe] = {}


def register_subject(kind: str, describe: Describe) -> None:
    """A higher room says how its subjects are named in queues."""
    _describers[kind] = describe


def subjects_of(actor: Actor, items: Sequence[WorkItem]) -> dict[int, SubjectView]:
    """item id -> its subject, one statement per kind; subjects the actor may not see are left out."""
    views: dict[int, SubjectView] = {}
    for kind, describe in _describers.items():
        of_kind = [item for item in items if item.subject_kind == kind]
        if of_kind:
            found = describe(actor, [item.subject_id for item in of_kind])
            views.update({item.id: found[item.subject_id] for item in of_kind if item.subject_id in found})
    return views


def finished_today(member: Member, since: datetime) -> list[Assignment]:
    """What this member has finished since the day began, newest first."""
    found = Assignment.objects.filter(member=member, outcome="done", ended__gte=since)
    return list(found.select_related("item").order_by("-ended")[:50])


@dataclass(frozen=True, slots=True)
class Change:
    """One day of a team's calendar that became (or is to become) an exception."""

    team_id: int
    team: str
    day: date
    before: str  # "closed", hours such as "09:00-12:00, 13:00-18:00", "" for as usual
    after: str

    def data(self) -> dict[str, str]:
        """For the event of a deadline that moved."""
        return {"day": self.day.isoformat(), "exception": self.after or "usual"}

    def span(self, zone: str) -> tuple[datetime, datetime]:
        """The day, in real time."""
        begins = datetime.combine(self.day, time(0), ZoneInfo(zone))
        return begins, begins + timedelta(days=1)


def change_of(event: Event) -> Change:
    """What a `work.calendar_changed` event says."""
    [(day, after)] = event.data["after"].items()
    before = str(event.data["before"].get(day, ""))
    return Change(event.subject_id, str(event.data["team"]), date.fromisoformat(day), before, str(after))


def items_across(change: Change) -> list[int]:
    """Open items of the team whose limit was running on this day, but for those whose subject has a limit of its own."""
    zone = str(Team.objects.values_list("calendar", flat=True).get(pk=change.team_id)["zone"])
    begins, ends = change.span(zone)
    found = WorkItem.objects.filter(team=change.team_id, state__in=OPEN, arrived__lt=ends, due__gte=begins)
    return list(found.exclude(kind__in=_own_limits).order_by("id").values_list("id", flat=True))


_own_limits: set[str] = set()


def has_own_limit(kind: str) -> None:
    """Work of this kind takes its limit from its subject: the room of the subject recounts it."""
    _own_limits.add(kind)


def calendars_since(change: Change) -> list[WorkingCalendar]:
    """The team's calendar as it is, and as it was before each of its last exceptions, newest first."""
    spec = dict(Team.objects.values_list("calendar", flat=True).get(pk=change.team_id))
    found = [spec]
    told = Event.objects.filter(type="work.calendar_changed", subject_id=change.team_id).order_by("-id")
    for event in told[:CHANGES_MAX]:
        one = change_of(event)
        spec = _said(spec, one.day, one.before)
        found.append(spec)
    return [from_spec(one) for one in found]


def _said(spec: Mapping[str, Any], day: date, what: str) -> dict[str, Any]:
    """A calendar with one day as an event tells it."""
    text = day.isoformat()
    closed = [one for one in spec.get("closed", ()) if one != text] + ([text] if what == "closed" else [])
    opened = {key: hours for key, hours in spec.get("opened", {}).items() if key != text}
    if what not in ("", "closed"):
        opened[text] = what.split(", ")
    return {**spec, "closed": closed, "opened": opened}


def recounted(item: WorkItem, team: TeamFacts, calendars: Sequence[WorkingCalendar]) -> datetime | None:
    """When an item is due by the first of these calendars; None when none of them had given the limit it has."""
    minutes = team.minutes.get(item.kind)
    if minutes is None:
        return None
    ends = [one.add(item.arrived, timedelta(minutes=minutes)).due for one in calendars]
    return ends[0] if item.due in ends else None


@dataclass(frozen=True, slots=True)
class Moves:
    """What an exception would do to open deadlines: how many it was counted for, how many come later and sooner."""

    looked: int = 0
    later: int = 0
    sooner: int = 0

    def __add__(self, other: "Moves") -> "Moves":
        return Moves(self.looked + other.looked, self.later + other.later, self.sooner + other.sooner)

    @property
    def count(self) -> int:
        return self.later + self.sooner


def moves_of(pairs: Iterable[tuple[datetime, datetime | None]]) -> Moves:
    """From (due now, due then) of each."""
    looked = later = sooner = 0
    for now, then in pairs:
        looked += 1
        later += then is not None and then > now
        sooner += then is not None and then < now
    return Moves(looked, later, sooner)


def preview(change: Change, calendar: Mapping[str, Any]) -> Moves:
    """What plain work of the team would do under this calendar; nothing is written."""
    team = team_of(change.team_id)
    calendars = [from_spec(dict(calendar)), *calendars_since(change)]
    items = WorkItem.objects.filter(id__in=items_across(change))
    return moves_of((item.due, recounted(item, team, calendars)) for item in items.iterator(chunk_size=500))
