"""Sample data as a whole: that it was begun, and its removal. What is real stays, and so do all events."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from guanxi.cases.models import Case
from guanxi.channels.actions import calling, mailboxes
from guanxi.core import events, jobs, search, staff
from guanxi.core.access import EVERYTHING, Actor
from guanxi.core.action import action
from guanxi.core.events import Event
from guanxi.core.models import Detail, Job, Unit, User
from guanxi.core.models import Event as EventRow
from guanxi.core.models.files import File
from guanxi.packs.events import REMOVED, SEEDED
from guanxi.people.models import Customer, Membership, Record, ReviewTask
from guanxi.trade.actions import ledger
from guanxi.trade.models import Enrolment, OrderLine, Product, Purchase, Remittance, Standard, Supplier
from guanxi.work import actions as work
from guanxi.work.models import Member, WorkItem
from guanxi.work.queries import IN_HANDS

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
    counts.update(_remove_bought())
    counts["call_lists"] = calling.remove_samples(actor=actor)
    counts["mails"] = mailboxes.remove_samples(actor=actor)
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
    counts["files"] = File.objects.filter(record_id__in=ids).delete()[
        0
    ]  # contents nobody refers to go by themselves
    search.drop_record(ids)
    _let_go(ids)
    counts["entries"] = ledger.remove_sample(actor=actor, now=now, record_ids=ids)
    gone = Record.objects.filter(id__in=ids).delete()[1]
    counts["customers"] = Customer.objects.filter(id__in=customers).delete()[1].get("people.Customer", 0)
    for label, number in gone.items():
        counts[label.rpartition(".")[2].lower() + "s"] += number
    return counts


def _let_go(record_ids: Sequence[int]) -> None:
    """What holds on to orders and money of these records from elsewhere: cases of others about their orders, deposits held."""
    about = Q(issues__order__record__in=record_ids) | Q(issues__order__seller__in=record_ids)
    Case.objects.filter(id__in=Case.objects.filter(about).values("id")).delete()
    Enrolment.objects.filter(shop__record__in=record_ids).delete()


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
    # Sample work is deferred: calls and chats never outlive their day.
    in_hand = Counter(items.filter(state__in=IN_HANDS).values_list("member_id", flat=True))
    for member in Member.objects.select_for_update(of=("self",)).filter(
        id__in=[key for key in in_hand if key]
    ):
        member.open = max(0, member.open - in_hand[member.id])
        member.parked = min(member.parked, member.open)
        member.save(update_fields=["open", "parked"])
    # A real person taken for a sample one by doubt: the doubt is over.
    real = [one.customer_id for one in reviews if one.record_id not in set(record_ids)]
    Customer.objects.filter(id__in=real).update(provisional=False)
    gone = items.delete()[1]
    return Counter({"items": gone.get("work.WorkItem", 0), "assignments": gone.get("work.Assignment", 0)})


@action
def _remove_bought() -> dict[str, int]:
    """What was bought of sample suppliers, and the slips of money; a supplier of whom something real was bought stays."""
    slips = Remittance.objects.filter(sample=True).delete()[0]
    bought = Purchase.objects.filter(supplier__sample=True, product__sample=True).delete()[0]
    real = Purchase.objects.filter(supplier=OuterRef("pk"))
    return {
        "remittances": slips,
        "purchases": bought,
        "suppliers": Supplier.objects.filter(sample=True).exclude(Exists(real)).delete()[0],
    }


@action
def _remove_products() -> int:
    Standard.objects.filter(sample=True).delete()
    kept = (OrderLine.objects.filter(product=OuterRef("pk")), Purchase.objects.filter(product=OuterRef("pk")))
    unused = Product.objects.filter(sample=True).exclude(Exists(kept[0])).exclude(Exists(kept[1]))
    return int(unused.delete()[0])


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
