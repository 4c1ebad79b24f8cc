"""Is this installation sound? Checks that know nothing of the business; `guanxi doctor` prints them."""

import shutil
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.core import mail
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Min

from guanxi.core import seal
from guanxi.core.models import Event, Job, SealHead, Tick

BACKLOG_S_MAX: Final = 60  # the sealer runs every 0.2 s
OVERDUE: Final = timedelta(minutes=15)
SIGN_OF_LIFE: Final = timedelta(minutes=3)  # schedules fire twice a minute
FREE_BYTES_FAULT, FREE_BYTES_WARNING = 200 * 2**20, 2**30
FAULTS_SHOWN: Final = 5


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `details` hold what was counted."""

    name: str
    state: State
    message: str
    details: dict[str, Any]


def examine(*, now: datetime, walk_chain: bool = True) -> Iterator[Check]:
    """Every check in order, as soon as it is known; only the first when the database does not answer."""
    database = _database()
    yield database
    if database.state == State.FAULT:
        return
    checks: list[Callable[[], Check]] = [
        *([_chain] if walk_chain else []),
        _anchor,
        lambda: _backlog(now),
        lambda: _jobs(now),
        lambda: _worker(now),
        _search,
        _disk,
        _mail,
    ]
    if walk_chain:  # what rooms look at is as long a walk
        checks += _of_rooms
    for check in checks:
        yield check()


_of_rooms: list[Callable[[], Check]] = []


def register(*checks: Callable[[], Check]) -> None:
    """Further checks, of rooms above; called once at start-up by `site/wiring.py`. Left out of a quick look."""
    _of_rooms.extend(one for one in checks if one not in _of_rooms)


def _check(name: str, message: str, *, fault: bool = False, warning: bool = False, **details: Any) -> Check:
    state = State.FAULT if fault else State.WARNING if warning else State.OK
    return Check(name, state, message, details)


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)


def unapplied_migrations() -> list[str]:
    """Migrations of this version the database does not have, e.g. `core.0002_search`. Raises `DatabaseError`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return sorted(f"{app}.{name}" for app, name in _migrations() - applied)


def _database() -> Check:
    kind = connection.vendor
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return _check("database", f"{kind} does not answer ({type(error).__name__})", fault=True)
    try:
        missing = unapplied_migrations()
    except DatabaseError:
        return _check("database", f"{kind} answers but has no tables: guanxi init", fault=True)
    if missing:
        text = f"{len(missing)} migrations to apply: guanxi init"
        return _check("database", text, fault=True, unapplied=missing)
    return _check("database", f"{kind} answers, every migration is applied")


def _chain() -> Check:
    report = seal.verify()
    counts: dict[str, Any] = {
        "sealed": report.sealed,
        "unsealed": report.unsealed,
        "erased_details": report.erased_details,
    }
    if report.sound:
        text = f"{report.sealed:,} events follow one another; {report.erased_details:,} details erased"
        return _check("chain", text, **counts)
    text = "; ".join(report.faults[:FAULTS_SHOWN])
    return _check("chain", text, fault=True, **counts, faults=report.faults[:1_000])


def _anchor() -> Check:
    """Cheap beside the chain's own walk: only the last anchor."""
    head = SealHead.objects.filter(id=1).first()
    last = seal.last_anchor()
    if head is None or head.seq == 0:
        return _check("anchor", "nothing to anchor yet", fault=last is not None)
    if last is None:
        return _check("anchor", f"no anchor at {seal.anchor_path()}", fault=True, head=head.seq)
    seq = int(last["seq"])
    known = Event.objects.filter(seq=seq, hash=str(last["hash"])).exists()
    text = f"event {seq:,} is anchored outside the database, {head.seq - seq:,} events since"
    if not known:
        text = f"event {seq:,} is not what was anchored"
    return _check("anchor", text, fault=not known, head=head.seq, anchored=seq)


def _backlog(now: datetime) -> Check:
    waiting = Event.objects.filter(seq=None)
    oldest = waiting.aggregate(oldest=Min("recorded"))["oldest"]
    if oldest is None:
        return _check("backlog", "every event is sealed", waiting=0)
    count, age_s = waiting.count(), max(0.0, (now - oldest).total_seconds())
    text = f"{count:,} events wait for sealing, the oldest for {age_s:,.0f} s"
    return _check("backlog", text, fault=age_s > BACKLOG_S_MAX, waiting=count, oldest_s=round(age_s))


def _jobs(now: datetime) -> Check:
    ready = Job.objects.filter(state=Job.State.READY)
    counts = {
        "waiting": ready.count(),
        "overdue": ready.filter(run_after__lt=now - OVERDUE).count(),
        "stuck": Job.objects.filter(
            state=Job.State.RUNNING, lease_until__lt=now - timedelta(seconds=BACKLOG_S_MAX)
        ).count(),
        "failed": Job.objects.filter(state=Job.State.FAILED, cancelled=False).count(),
    }
    text = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    late = counts["overdue"] or counts["stuck"]
    return _check("jobs", text, fault=bool(late), warning=bool(counts["failed"]), **counts)


@dataclass(frozen=True, slots=True)
class Alive:
    """Signs of life of workers: how many have a job in hand, and when a schedule last fired."""

    busy: int
    last: datetime | None
    yes: bool


def alive(now: datetime) -> Alive:
    """Leases that are kept and schedules that fire are a worker's signs of life."""
    kept = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=now)
    busy = kept.exclude(worker="").values_list("worker", flat=True).distinct().count()
    last = Tick.objects.filter(tick__lte=now).order_by("-tick").values_list("tick", flat=True).first()
    return Alive(busy, last, bool(busy or (last is not None and now - last <= SIGN_OF_LIFE)))


def _worker(now: datetime) -> Check:
    signs = alive(now)
    busy, last = signs.busy, signs.last
    if signs.yes:
        return _check("worker", f"alive; {busy} at work", busy=busy)
    since = f"since {last:%Y-%m-%d %H:%M:%S} UTC" if last else "ever"
    return _check("worker", f"no sign of a worker {since}: guanxi worker", fault=True, busy=0)


def _search() -> Check:
    fault = _search_fault_postgresql() if connection.vendor == "postgresql" else _search_fault_sqlite()
    return _check("search", fault or "the index agrees with its table", fault=bool(fault))


def _search_fault_sqlite() -> str:
    """FTS5's own check, compared with the table it indexes."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO core_search(core_search, rank) VALUES ('integrity-check', 1)")
    except DatabaseError as error:
        return f"the full-text index does not agree with its table ({error})"
    return ""


def _search_fault_postgresql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('core_search_terms')")
        row = cursor.fetchone()
    return "" if row == (True,) else "the index core_search_terms is missing or not valid"


def _disk() -> Check:
    free = shutil.disk_usage(settings.GUANXI_HOME).free
    text = f"{free / 2**30:,.1f} GiB free at {settings.GUANXI_HOME}"
    return _check(
        "disk", text, fault=free < FREE_BYTES_FAULT, warning=free < FREE_BYTES_WARNING, free_bytes=free
    )


def _mail() -> Check:
    """Greets the mail server and sends nothing."""
    if not settings.MAIL_LEAVES:
        return _check(
            "mail", "no mail leaves this house: GUANXI_SMTP_URL is not set", warning=not settings.DEMO
        )
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        link = mail.get_connection()
        link.open()
        link.close()
    except (OSError, smtplib.SMTPException) as error:
        return _check("mail", f"{server} does not take mail ({type(error).__name__})", fault=True)
    return _check("mail", f"{server} takes mail")
