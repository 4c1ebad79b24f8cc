"""Every read of call lists: lists, their entries, what they came to, when a number may be rung."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.channels import rules
from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.queries.came import (
    KIND,
    Came,
    figures_of,
    orders_of,
    register_complaints,
    register_taken_back,
)
from guanxi.channels.words import CHANNELS, ICONS
from guanxi.core.access import Actor
from guanxi.core.calendar import CalendarError, WorkingCalendar, holidays_of
from guanxi.core.errors import NotFound
from guanxi.engine.normalise import mask
from guanxi.engine.phones import formatted, zones_and_country
from guanxi.work import queries as work
from guanxi.work.models import WorkItem

__all__ = ["KIND", "Came", "figures_of", "orders_of", "register_complaints", "register_taken_back"]
RIGHT = "channels.converse"
RUN_RIGHT = "channels.campaigns"
WORK_KIND = "call.outbound"  # its subject is a KIND
LISTS_MAX = 200


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


OrderForm = Callable[[Actor, str, str], str]
_order_form: list[OrderForm] = []


def register_order_form(url: OrderForm) -> None:
    """The address at which an order is keyed for (customer, call), "" for whoever may not."""
    _order_form[:] = [url]


def order_form(actor: Actor, entry: CallEntry) -> str:
    """Where an order is keyed from this call, once it was dialled."""
    if not entry.attempts or not _order_form:
        return ""
    return _order_form[0](actor, entry.record.customer.public_id, entry.public_id)


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
