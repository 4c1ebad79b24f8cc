"""Sample data as a whole: that it was begun, and its removal. What is real stays, and so do all events."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from guanxi.core import events, jobs, search, staff
from guanxi.core.access import EVERYTHING, Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.models import Detail, Job, Unit, User
from guanxi.core.models import Event as EventRow
from guanxi.packs.events import REMOVED, SEEDED
from guanxi.people.models import Customer, Membership, Record, ReviewTask
from guanxi.trade.models import OrderLine, Product
from guanxi.work import actions as work
from guanxi.work.models import Member, WorkItem

BATCH_RECORDS = 60  # about 0.1 s of SQLite's one writer
RIGHT = "site.sample"
LOADING = "guanxi.packs.jobs.load_history"


@dataclass(frozen=True, slots=True)
class Removed:
    """What went. `staff_kept`: the demo's accounts still sign in, since nobody else could change settings."""

    counts: Mapping[str, int]
    staff_kept: bool


def state(root: Unit) -> Mapping[str, Any] | None:
    """What the world that is loaded here was begun with (pack, day, language, shift, seed); None when there is none."""
    found = EventRow.objects.filter(
        subject_id=root.id, subject_kind="unit", type__in=[SEEDED.code, REMOVED.code]
    )
    latest = found.order_by("-occurred", "-id").first()
    return latest.data if latest is not None and latest.type == SEEDED.code else None


@action
def begin(*, actor: Actor, now: datetime, root: Unit, data: Mapping[str, Any]) -> None:
    """Write down that a sample world starts here, with what makes it repeatable."""
    actor.require(RIGHT)
    events.record(Event(SEEDED.code, actor, now, ("unit", root.id), unit_id=root.id, data=data))


def remove_sample(*, actor: Actor, now: datetime, root: Unit) -> Removed:
    """Remove everything marked as sample, in short transactions; harmless when run again. Needs `site.sample`.

    Whatever hangs on a sample record goes with it. Details of its events are erased: the chain still verifies. A real
    record keeps its customer, even one it shared with a sample record. The demo's accounts are closed as soon as
    somebody real can change settings.
    """
    actor.require(RIGHT)
    _stop_loading(now)
    total = Record.objects.filter(sample=True).count()
    counts: Counter[str] = Counter()
    while batch := remove_records(actor=actor, now=now):
        counts.update(batch)
        jobs.progress(min(counts["records"], total), total)
    counts["products"] = _remove_products()
    kept = _close_accounts(actor, now)
    while not search.scrub():
        jobs.progress(total, total)
    _write_down(actor=actor, now=now, root=root, counts=counts)
    return Removed(counts, kept)


def _stop_loading(now: datetime) -> None:
    running = Job.objects.filter(task=LOADING, state__in=[Job.State.READY, Job.State.RUNNING])
    for job_id in running.values_list("id", flat=True):
        jobs.cancel(job_id, now=now)


@action
def remove_records(*, actor: Actor, now: datetime) -> Counter[str]:
    """One batch of sample records with everything about them; empty when none is left."""
    actor.require(RIGHT)
    ids = list(Record.objects.filter(sample=True).order_by("id").values_list("id", flat=True)[:BATCH_RECORDS])
    if not ids:
        return Counter()
    customers = _left_without(ids)
    counts = _remove_work(ids, customers)
    counts["details"] = Detail.objects.filter(event__record_id__in=ids).delete()[0]
    search.drop_record(ids)
    gone = Record.objects.filter(id__in=ids).delete()[1]
    counts["customers"] = Customer.objects.filter(id__in=customers).delete()[1].get("people.Customer", 0)
    for label, number in gone.items():
        counts[label.rpartition(".")[2].lower() + "s"] += number
    return counts


def _left_without(record_ids: Sequence[int]) -> list[int]:
    """Customers who would have no record once these are gone."""
    of_batch = Membership.objects.filter(record_id__in=record_ids).values_list("customer_id", flat=True)
    others = Membership.objects.filter(customer=OuterRef("pk")).exclude(record_id__in=record_ids)
    return list(
        Customer.objects.filter(id__in=set(of_batch)).exclude(Exists(others)).values_list("id", flat=True)
    )


def _remove_work(record_ids: Sequence[int], customers: Sequence[int]) -> Counter[str]:
    reviews = list(ReviewTask.objects.filter(Q(record_id__in=record_ids) | Q(candidate_id__in=customers)))
    about = Q(record_id__in=record_ids) | Q(subject_kind="review", subject_id__in=[one.id for one in reviews])
    items = WorkItem.objects.filter(about)
    in_hand = Counter(items.filter(state=WorkItem.State.ASSIGNED).values_list("member_id", flat=True))
    for member in Member.objects.select_for_update(of=("self",)).filter(
        id__in=[key for key in in_hand if key]
    ):
        member.open = max(0, member.open - in_hand[member.id])
        member.save(update_fields=["open"])
    # A real person taken for a sample one by doubt: the doubt is over.
    real = [one.customer_id for one in reviews if one.record_id not in set(record_ids)]
    Customer.objects.filter(id__in=real).update(provisional=False)
    gone = items.delete()[1]
    return Counter({"items": gone.get("work.WorkItem", 0), "assignments": gone.get("work.Assignment", 0)})


@action
def _remove_products() -> int:
    lines = OrderLine.objects.filter(product=OuterRef("pk"))
    return Product.objects.filter(sample=True).exclude(Exists(lines)).delete()[0]


def _close_accounts(actor: Actor, now: datetime) -> bool:
    """Close the demo's accounts; True when they had to be kept."""
    real = User.objects.filter(is_active=True, sample=False, grants__role__rights__has_key=staff.RIGHT)
    sample = User.objects.filter(is_active=True, sample=True)
    if not real.exists():
        return sample.exists()
    closer = replace(
        actor, rights={**actor.rights, staff.RIGHT: EVERYTHING}
    )  # part of what `site.sample` allows
    for user in sample:
        work.put_back_all(actor=closer, now=now, user=user)
        staff.disable_user(actor=closer, now=now, user=user)
    return False


@action
def _write_down(*, actor: Actor, now: datetime, root: Unit, counts: Counter[str]) -> None:
    if state(root) is None and not counts.total():
        return
    data = {"counts": {name: number for name, number in sorted(counts.items()) if number}}
    events.record(Event(REMOVED.code, actor, now, ("unit", root.id), unit_id=root.id, data=data))
