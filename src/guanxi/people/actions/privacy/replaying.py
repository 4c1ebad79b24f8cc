"""After a restore: whoever was forgotten since that backup is forgotten again, by the register kept outside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.personal import Way, erasures
from guanxi.core.personal.erasures import Entry
from guanxi.people.actions.privacy.forgetting import clear
from guanxi.people.models import Customer, Erasure, PrivacyMark, Record
from guanxi.people.queries import privacy as queries


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of the register: entries done again, records they met, and entries made under another secret key."""

    entries: int
    records: int
    foreign: int


def replay(*, actor: Actor, now: datetime, entries: Iterable[Entry]) -> Replayed:
    """Forget everybody again whom the register names and this database still knows. Safe twice. For the system alone."""
    actor.require_kind(Kind.SYSTEM)
    known = set(Erasure.objects.values_list("public_id", flat=True))
    left = [one for one in entries if one.id not in known]
    ours = [one for one in left if one.key == erasures.key_name()]
    there = _records_by_digest({digest for one in ours for digest in one.records})
    done, met = 0, 0
    for one in ours:
        found = [there[digest] for digest in one.records if digest in there]
        if found:
            _forget_again(actor=actor, now=now, entry=one, record_ids=found)
            done, met = done + 1, met + len(found)
    return Replayed(done, met, len(left) - len(ours))


def _records_by_digest(wanted: set[str]) -> Mapping[str, int]:
    """Which records these digests are of. Every record is tried: a million takes some seconds."""
    if not wanted:
        return {}
    ids = Record.objects.order_by().values_list("id", flat=True).iterator(chunk_size=10_000)
    return {digest: key for key in ids if (digest := erasures.digest_of(key)) in wanted}


@action
def _forget_again(*, actor: Actor, now: datetime, entry: Entry, record_ids: Sequence[int]) -> None:
    """By record, not by customer: the backup may know them from before they were merged, or after they were parted."""
    by_customer: dict[int, list[int]] = defaultdict(list)
    for record_id, customer_id in Record.objects.filter(id__in=record_ids).values_list("id", "customer_id"):
        by_customer[customer_id].append(record_id)
    way = Way(entry.way)
    for place, (customer_id, records) in enumerate(sorted(by_customer.items())):
        customer = Customer.objects.select_for_update().get(id=customer_id)
        whole = set(records) >= set(Record.objects.filter(customer=customer).values_list("id", flat=True))
        person = queries.person_of(customer) if whole else queries.person_of_records(records)
        # The first part carries the entry's own id: that it is there says that all of it was done again.
        code = entry.id if place == 0 else f"{entry.id}.{place}"[:20]
        clear(actor=actor, now=now, customer=customer, person=person, way=way, public_id=code)
        if whole:
            fields = {"erased": now} if way is Way.ERASE else {"anonymised": now}
            PrivacyMark.objects.update_or_create(customer=customer, defaults={**fields, "restricted": None})
