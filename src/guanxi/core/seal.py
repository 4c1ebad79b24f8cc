"""The sealer: gives committed events a gap-free `seq`, links them into a hash chain, anchors the head outside the database."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from guanxi.core.clock import now
from guanxi.core.events import chain_hash, detail_digest
from guanxi.core.models import Detail, Event, SealHead

BATCH = 2_000
GENESIS = "0" * 64


def anchor_path() -> Path:
    return Path(settings.GUANXI_HOME) / "anchor" / "head.jsonl"


def seal(*, limit: int = BATCH) -> int:
    """Seal at most `limit` committed events; returns how many. Safe to run from many processes: the head row is locked."""
    if not Event.objects.filter(seq=None).exists():
        return 0
    with transaction.atomic():
        head = SealHead.objects.select_for_update().get_or_create(id=1)[0]
        waiting = list(Event.objects.filter(seq=None).order_by("recorded", "id")[:limit])
        if not waiting:
            return 0
        for event in waiting:
            head.seq += 1
            head.hash = chain_hash(head.hash, head.seq, event)
            event.seq, event.hash = head.seq, head.hash
        _write(waiting)
        head.save(update_fields=["seq", "hash"])
    return len(waiting)


def _write(events: list[Event]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE core_event SET seq = s.seq, hash = s.hash"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS s(id, seq, hash) WHERE core_event.id = s.id",
                [[e.id for e in events], [e.seq for e in events], [e.hash for e in events]],
            )
        else:
            cursor.executemany(
                "UPDATE core_event SET seq = %s, hash = %s WHERE id = %s",
                [(e.seq, e.hash, e.id) for e in events],
            )


def anchor() -> None:
    """Append the current head to the anchor file when it has moved: a truncated chain then no longer fits."""
    head = SealHead.objects.filter(id=1).first()
    if head is None or head.seq == 0:
        return
    last = last_anchor()
    if last is not None and last["seq"] == head.seq:
        return
    path = anchor_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"seq": head.seq, "hash": head.hash, "anchored": now().isoformat()})
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def anchors() -> list[dict[str, str | int]]:
    """All anchored heads, oldest first; a torn last line (kill -9 while writing) is passed over."""
    path = anchor_path()
    found: list[dict[str, str | int]] = []
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return found


def last_anchor() -> dict[str, str | int] | None:
    path = anchor_path()
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 400))
        for line in reversed(file.read().splitlines()):
            try:
                return dict(json.loads(line))
            except json.JSONDecodeError:
                continue
    return None


@dataclass
class ChainReport:
    """What `verify` saw. `faults` name the first places where the chain does not hold."""

    sealed: int = 0
    unsealed: int = 0
    erased_details: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


def verify() -> ChainReport:
    """Walk the whole chain in constant memory: order, gaps, hashes, details, head, anchors."""
    report = ChainReport(unsealed=Event.objects.filter(seq=None).count())
    anchored = {int(a["seq"]): str(a["hash"]) for a in anchors()}
    previous, expected = GENESIS, 1
    for event in Event.objects.exclude(seq=None).order_by("seq").iterator(chunk_size=2_000):
        if event.seq != expected:
            report.faults.append(f"seq {expected} is missing (found {event.seq})")
            expected = event.seq or expected
        previous = chain_hash(previous, event.seq or 0, event)
        if previous != event.hash:
            report.faults.append(f"event {event.seq} was changed: its hash does not follow")
            previous = event.hash
        if anchored.pop(event.seq or 0, event.hash) != event.hash:
            report.faults.append(f"event {event.seq} differs from its anchor outside the database")
        report.sealed += 1
        expected += 1
    head = SealHead.objects.filter(id=1).first()
    if head is not None and head.seq != expected - 1:
        report.faults.append(f"the head says {head.seq}, the chain ends at {expected - 1}")
    report.faults.extend(f"anchored event {seq} is gone" for seq in sorted(anchored))
    _verify_details(report)
    return report


def _verify_details(report: ChainReport) -> None:
    with_detail = Event.objects.exclude(detail_digest="")
    bodies = Detail.objects.select_related("event").iterator(chunk_size=2_000)
    kept = 0
    for detail in bodies:
        kept += 1
        if detail_digest(detail.salt, detail.body) != detail.event.detail_digest:
            report.faults.append(f"the detail of event {detail.event.seq} was changed")
    report.erased_details = with_detail.count() - kept
