"""What ages, and how it is deleted: the rules of `core.retention`, whose days stand in `house_settings`. And whose rows a legal
hold on a person keeps."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from guanxi.cases.models import Case
from guanxi.channels.actions.forgetting import forget
from guanxi.channels.models import Mail, Message
from guanxi.channels.queries import contacts
from guanxi.core import holds, retention, timeline
from guanxi.core.files import actions as files
from guanxi.core.holds import Held
from guanxi.core.ids import first_id
from guanxi.core.imports import queries as imports
from guanxi.core.lists import writing as exports
from guanxi.core.models import (
    BulkRow,
    BulkRun,
    Detail,
    Event,
    Export,
    File,
    IdempotencyKey,
    ImportPart,
    ImportRun,
    Job,
    Notice,
    StaffLetter,
    User,
    WebhookDelivery,
)
from guanxi.core.retention import Rule, of_rows
from guanxi.people.models import Consent, Customer, Identifier, Membership, ReviewTask, SignInCode
from guanxi.trade.models import Order, Scan
from guanxi.work.models import WorkItem

Rows = QuerySet[Any]
LARGE = 20  # rows of a megabyte
RUNS = 5  # with all their pieces


def connect() -> None:
    """Called once at start-up, after the settings are declared and the rooms have named their events."""
    holds.connect(holds.People(find=_customer, records=_records, keys=_keys))
    retention.register(
        *_jobs(),
        *_sign_in(),
        *_details(),
        *_told(),
        *_contacts(),
        *_imports(),
        *_lists(),
        *_scans(),
        *_files(),
    )


def _jobs() -> list[Rule]:
    return [
        of_rows(
            "jobs_done", lambda before: _ended_jobs(Job.State.SUCCESSFUL, before), keep=_without_named_jobs
        ),
        of_rows(
            "jobs_failed", lambda before: _ended_jobs(Job.State.FAILED, before), keep=_without_named_jobs
        ),
        of_rows(
            "idempotency",
            lambda before: IdempotencyKey.objects.filter(created__lt=before),
            keep=lambda rows, held: rows.exclude(owner__in=_owners(held)),
        ),
    ]


def _ended_jobs(state: str, before: datetime) -> Rows:
    return Job.objects.filter(state=state, finished__lt=before)


def _without_named_jobs(rows: Rows, held: Held) -> Rows:
    """Arguments name people by public id or by the key of a record."""
    rows = rows.annotate(said=Cast("args", TextField()), named=Cast("kwargs", TextField()))
    about = Q()
    for mark in (*held.codes, *map(str, held.records)):
        about |= Q(said__contains=mark) | Q(named__contains=mark)
    return rows.exclude(about)


def _owners(held: Held) -> list[str]:
    return [f"{kind}:{code}" for code in held.codes for kind in ("customer", "staff")]


def _sign_in() -> list[Rule]:
    return [
        of_rows(
            "sign_in_codes",
            lambda before: SignInCode.objects.filter(expires__lt=before),
            keep=lambda rows, held: rows.exclude(record__in=held.records),
        ),
        of_rows(
            "sign_in_failures",
            lambda before: AccessAttempt.objects.filter(attempt_time__lt=before),
            keep=lambda rows, held: rows.exclude(
                username__in=User.objects.filter(id__in=held.users).values("username")
            ),
        ),
        of_rows(
            "sessions",  # holds keys of the browser and nothing anybody said
            lambda before: Session.objects.filter(expire_date__lt=before),
            keep=lambda rows, held: rows,
        ),
    ]


def _details() -> list[Rule]:
    """Words of events. The events, their digests and the chain stay as they are."""
    prefixes = {
        "details_work": ("work.",),
        "details_messages": ("message.",),
        "details_cases": ("case.",),
        "details_staff": ("staff.", "role.", "unit."),
    }
    return [of_rows(code, _words(kinds), keep=_without_words_of) for code, kinds in prefixes.items()]


def _words(kinds: tuple[str, ...]) -> Callable[[datetime], Rows]:
    return lambda before: _old_words(kinds, before)


def _old_words(kinds: tuple[str, ...], before: datetime) -> Rows:
    types = [code for code in timeline.registered() if code.startswith(kinds)]
    # By the index on type and moment: what is recorded later than it happened is old by when it was recorded.
    return Detail.objects.filter(event__type__in=types, event__recorded__lt=before)


def _without_words_of(rows: Rows, held: Held) -> Rows:
    """Neither what is about them, nor what they did."""
    rows = rows.exclude(event__record_id__in=held.records).exclude(event__actor_id__in=held.codes)
    return rows.exclude(event__subject_kind="user", event__subject_id__in=held.users)


def _told() -> list[Rule]:
    return [
        of_rows(
            "notices",
            lambda before: Notice.objects.filter(created__lt=before),
            keep=lambda rows, held: rows.exclude(user__in=held.users).exclude(subject_id__in=held.keys),
        ),
        of_rows(
            "staff_letters",
            lambda before: StaffLetter.objects.filter(created__lt=before),
            keep=lambda rows, held: rows.exclude(user__in=held.users),
        ),
        of_rows(
            "raw_mail",
            lambda before: File.objects.filter(subject_kind="mail", created__lt=before),
            keep=lambda rows, held: rows.exclude(record_id__in=held.records),
        ),
        of_rows(
            "webhook_log",
            lambda before: WebhookDelivery.objects.filter(created__lt=before),
            keep=lambda rows, held: rows.exclude(endpoint__owner__in=held.users).exclude(
                seq__in=Event.objects.filter(record_id__in=held.records, seq__isnull=False).values("seq")
            ),
        ),
    ]


def _contacts() -> list[Rule]:
    """Of a colleague under a hold, their conversations stay as well."""
    return [
        of_rows(
            "contacts_unknown",
            contacts.of_unknown,
            keep=lambda rows, held: rows.exclude(staff__in=held.users),
            drop=forget,
            limit=100,  # each with all its lines
        )
    ]


def _imports() -> list[Rule]:
    """What a file brought in stays; the file itself goes, and what never became an import."""
    states = ImportRun.State
    return [
        of_rows(
            "import_broken",
            lambda before: ImportRun.objects.filter(state=states.RECEIVING, created__lt=before),
            keep=_without_runs_of,
            limit=RUNS,
        ),
        of_rows(
            "import_drafts",
            lambda before: ImportRun.objects.filter(
                state__in=[states.DRAFT, states.CHECKED], created__lt=before
            ),
            keep=_without_runs_of,
            limit=RUNS,
        ),
        of_rows(
            "import_files",
            lambda before: ImportPart.objects.filter(run__state__in=imports.ENDED, run__finished__lt=before),
            keep=_without_files_about,
            limit=LARGE,
        ),
    ]


def _without_runs_of(rows: Rows, held: Held) -> Rows:
    return rows.exclude(owner__in=held.users).exclude(actor_id__in=held.codes)


def _without_files_about(rows: Rows, held: Held) -> Rows:
    """Neither files they brought, nor those that wrote something of theirs."""
    runs = ImportRun.objects.filter(id__in=rows.order_by().values("run"))
    about = [run.id for run in runs if imports.wrote_any(run, held.keys)] if held.keys else []
    mine = runs.filter(Q(owner__in=held.users) | Q(actor_id__in=held.codes)).values("id")
    return rows.exclude(run__in=about).exclude(run__in=mine)


def _lists() -> list[Rule]:
    return [
        of_rows(
            "bulk_rows",
            lambda before: BulkRow.objects.filter(run__finished__lt=before),
            keep=lambda rows, held: rows.exclude(run__user__in=held.users).exclude(row_id__in=held.keys),
        ),
        of_rows(
            "bulk_runs",
            lambda before: BulkRun.objects.filter(finished__lt=before, rows=None),
            keep=lambda rows, held: rows.exclude(user__in=held.users),
            option="bulk_rows",
        ),
        of_rows(
            "export_files",
            lambda before: Export.objects.filter(state=Export.State.READY, finished__lt=before),
            keep=lambda rows, held: rows.exclude(user__in=held.users),
            drop=exports.drop_files,
        ),
        of_rows(
            "export_history",
            lambda before: Export.objects.filter(created__lt=before).exclude(state=Export.State.READY),
            keep=lambda rows, held: rows.exclude(user__in=held.users),
        ),
    ]


def _scans() -> list[Rule]:
    """Long after the seconds in which one can be taken back, and the days in which a screen may send it again."""
    return [
        of_rows(
            "scans",
            lambda before: Scan.objects.filter(id__lt=first_id(before)),  # keys are in the order of time
            keep=lambda rows, held: rows.exclude(by__in=held.codes).exclude(order__record__in=held.records),
        )
    ]


def _files() -> list[Rule]:
    loose = of_rows(
        "files_loose",
        lambda before: File.objects.filter(subject_id=None, created__lt=before),
        keep=lambda rows, held: rows.exclude(actor_id__in=held.codes).exclude(record_id__in=held.records),
    )
    contents = Rule(
        code="file_contents",
        title=files.CONTENTS_TITLE,
        hint=files.CONTENTS_HINT,
        option=loose.option,
        count=lambda before, _held: files.count_unreferred(before),
        delete=lambda before, limit, _held: files.drop_unreferred(before, limit),
    )
    return [loose, contents]


# -- whose rows a hold keeps -----------------------------------------------------------------------------


def _customer(code: str) -> tuple[int, str] | None:
    return Customer.objects.filter(public_id=code).values_list("id", "public_id").first()


def _records(customer_ids: Sequence[int]) -> list[int]:
    """All records that were ever theirs, or are of whoever they were merged into: rather too much than too little."""
    survivors = Customer.objects.filter(id__in=customer_ids, merged_into__isnull=False)
    ids = [*customer_ids, *survivors.values_list("merged_into", flat=True)]
    ids += Customer.objects.filter(merged_into__in=ids).values_list("id", flat=True)
    found = Membership.objects.filter(customer__in=ids).values_list("record_id", flat=True)
    return list(found.distinct())


def _keys(record_ids: Sequence[int]) -> list[int]:
    """Everything that hangs on these records and that a notice, an import or a bulk action may name."""
    by_record = (Identifier, Consent, ReviewTask, Order, Message, Mail, Case)
    rows = [
        model._base_manager.filter(record__in=record_ids).values_list("id", flat=True) for model in by_record
    ]
    items = WorkItem.objects.filter(record_id__in=record_ids).values_list("id", flat=True)
    return list(chain(*rows, items))
