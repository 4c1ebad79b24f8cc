"""Every read of call lists: lists, their entries, what they came to, when a number may be rung."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.channels import rules
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.words import CHANNELS, ICONS
from guanxi.core.access import Actor
from guanxi.core.calendar import CalendarError, WorkingCalendar, holidays_of
from guanxi.core.errors import NotFound
from guanxi.core.money import Money
from guanxi.engine.normalise import mask
from guanxi.engine.phones import formatted, zones_and_country
from guanxi.work import queries as work
from guanxi.work.models import WorkItem

RIGHT = "channels.converse"
RUN_RIGHT = "channels.campaigns"
KIND = "call"  # the subject of the work
WORK_KIND = "call.outbound"
COMPLAINTS_WITHIN = timedelta(days=30)
COMPLAINTS_LOOKED_AT = 2_000  # sales of one list, newest first
LISTS_MAX = 200
OPEN = (CallEntry.State.WAITING, CallEntry.State.QUEUED, CallEntry.State.CALLING)


def list_lists(actor: Actor) -> QuerySet[CallList]:
    """Visible call lists, newest first."""
    found: QuerySet[CallList] = CallList.objects.visible_to(actor)
    return found.select_related("team__unit").order_by("-created", "-id")


def get_list(actor: Actor, public_id: str) -> CallList:
    """One visible list. Raises `NotFound`."""
    found = list_lists(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def list_entries(actor: Actor, found: CallList) -> QuerySet[CallEntry]:
    """The visible entries of a list, in no order."""
    entries: QuerySet[CallEntry] = CallEntry.objects.visible_to(actor)
    return entries.filter(list=found).select_related("record__customer", "list__team", "user")


def get_entry(actor: Actor, public_id: str) -> CallEntry:
    """One visible entry with its list and whose it is. Raises `NotFound`."""
    seen: QuerySet[CallEntry] = CallEntry.objects.visible_to(actor)
    found = seen.select_related("record__customer", "list__team__unit", "user").filter(public_id=public_id)
    entry = found.first()
    if entry is None:
        raise NotFound
    return entry


def on_list(found: CallList, customer_id: int) -> CallEntry | None:
    """A customer's entry on a list, whichever of their records it is about."""
    return CallEntry.objects.filter(list=found, record__customer=customer_id).first()


def running() -> list[CallList]:
    """Lists whose calls are to be made."""
    return list(CallList.objects.filter(state=CallList.State.OPEN).order_by("id")[:LISTS_MAX])


def due(found: CallList, now: datetime, limit: int) -> list[int]:
    """Entries of a list whose time has come, the longest due first."""
    waits = CallEntry.objects.filter(list=found, state=CallEntry.State.WAITING, next_at__lte=now)
    return list(waits.order_by("next_at", "id").values_list("id", flat=True)[:limit])


def untaken(team_id: int) -> list[int]:
    """Entries whose calls wait in a team's queue, in nobody's hands."""
    waits = WorkItem.objects.filter(team=team_id, state=WorkItem.State.QUEUED, kind=WORK_KIND)
    return list(waits.order_by("due", "id").values_list("subject_id", flat=True))


def item_of(entry: CallEntry) -> WorkItem | None:
    """The open work of an entry."""
    return work.open_item((KIND, entry.id), WORK_KIND)


def verdict_on(number: str) -> str:
    """What ended calls to a number, on whichever list: wrong_number, do_not_call; "" nothing."""
    found = CallEntry.objects.filter(number=number, result__in=sorted(rules.ENDS_THE_NUMBER))
    return found.order_by("-ended").values_list("result", flat=True).first() or ""


# -- when -------------------------------------------------------------------------------------------------


def zones_of(found: CallList, number: str) -> tuple[str, ...]:
    """The clocks of a number; the team's own where the number does not tell."""
    return zones_and_country(number)[0] or (work.team_of(found.team_id).calendar.zone,)


def windows_of(found: CallList, number: str) -> list[WorkingCalendar]:
    """When this number may be rung for this list."""
    country = zones_and_country(number)[1] if found.holidays else ""
    return rules.windows(found.week, zones_of(found, number), _known(country))


def _known(country: str) -> str | None:
    """The country, where its holidays are known."""
    try:
        holidays_of(country, 2025)
    except CalendarError:
        return None
    return country


def local(found: CallList, number: str, at: datetime) -> str:
    """A moment by the clock of a number, in words: 2026-03-02 09:00 (Europe/London)."""
    zone = zones_of(found, number)[0]
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def number_shown(actor: Actor, entry: CallEntry) -> str:
    """The number, masked for whoever may not read numbers."""
    if not entry.number:
        return ""
    return formatted(entry.number) if actor.may("people.contacts") else mask("phone", entry.number)


# -- figures ----------------------------------------------------------------------------------------------

CountComplaints = Callable[[Sequence[tuple[int, datetime]], timedelta], int]
_complaints: list[CountComplaints] = []


def register_complaints(count: CountComplaints) -> None:
    """The room of cases says how many of [(record, sold when)] complained within a time."""
    _complaints[:] = [count]


@dataclass(frozen=True, slots=True)
class Came:
    """What a list has come to. `dialled` counts tries, `called` customers who were dialled once at least."""

    listed: int
    refused: int
    open: int
    dialled: int
    called: int
    reached: int
    sales: int
    value: Sequence[Money]
    complaints: int

    def rate(self, part: int, whole: int) -> str:
        return f"{part / whole:.0%}" if whole else "–"


def figures_of(found: CallList) -> Came:
    """reached/called, sales/reached, value, complaints within 30 days: over everybody on the list."""
    rows = CallEntry.objects.filter(list=found)
    sold = rows.filter(result="sale")
    counts = rows.aggregate(
        listed=Count("id"),
        refused=Count("id", filter=Q(state=CallEntry.State.REFUSED)),
        open=Count("id", filter=Q(state__in=OPEN)),
        dialled=Sum("attempts", default=0),
        called=Count("id", filter=Q(attempts__gt=0)),
        reached=Count("id", filter=Q(reached=True)),
        sales=Count("id", filter=Q(result="sale")),
    )
    worth = sold.exclude(value_minor=None).values("currency").annotate(total=Sum("value_minor"))
    value = [Money(one["total"], one["currency"]) for one in worth.order_by("currency")]
    buyers = sold.order_by("-ended").values_list("record_id", "ended")[:COMPLAINTS_LOOKED_AT]
    pairs = [(record, ended) for record, ended in buyers if ended is not None]
    complaints = _complaints[0](pairs, COMPLAINTS_WITHIN) if _complaints and pairs else 0
    return Came(**counts, value=value, complaints=complaints)


# -- as subjects of work ------------------------------------------------------------------------------------


def describe(actor: Actor, ids: Collection[int]) -> Mapping[int, work.SubjectView]:
    """Calls as subjects of work, for queues and offers."""
    seen: QuerySet[CallEntry] = CallEntry.objects.visible_to(actor)
    found = seen.filter(id__in=list(ids)).select_related("record__customer", "list")
    return {
        one.id: work.SubjectView(
            title=one.list.name,
            who=one.record.called,
            url=reverse("call_entry", args=[one.public_id]),
            icon=ICONS["phone"],
            channel=str(CHANNELS["phone"]),
            words=one.list.offer or _("Call from a list"),
        )
        for one in found
    }
