"""What core's own tables hold of a person: words of events, files, the search index, and traces without a key."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import system
from guanxi.core.files import actions as files
from guanxi.core.imports import stored
from guanxi.core.imports.queries import BUSY, ENDED, wrote_any
from guanxi.core.lists import exports
from guanxi.core.lists.writing import drop_files
from guanxi.core.models import (
    ApiToken,
    BulkRow,
    BulkRun,
    Consumer,
    Detail,
    Event,
    Export,
    File,
    IdempotencyKey,
    ImportChunk,
    ImportMapping,
    ImportPart,
    ImportRun,
    Job,
    LegalHold,
    Notice,
    NoticeChoice,
    Role,
    RoleGrant,
    SavedView,
    SealHead,
    SearchEntry,
    Setting,
    StaffLetter,
    StepTaken,
    Tick,
    Unit,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from guanxi.core.personal.holdings import Fate, Holding, Person, Way, declare, delete, nothing
from guanxi.core.personal.traces import containing, in_file, in_text, redact, terms

Rows = QuerySet[Any]
WRITTEN, TRACES = _("What is written down"), _("Copies and traces")


def connect() -> None:
    """Called once at start-up, before the rooms."""
    declare(*_keyed(), *_swept(), *_imports(), *_lists())
    nothing("the house: its people, rights, settings and subscribers", Unit, User, Role, RoleGrant, ApiToken, Setting,
            WebhookEndpoint, NoticeChoice, StepTaken, Group, Permission, ContentType)  # fmt: skip
    nothing("positions and hashes", Consumer, SealHead, Tick)


def _keyed() -> list[Holding]:
    return [
        Holding(
            code="core.words",
            title=_("Words of events"),
            room=WRITTEN,
            model=Detail,
            find=_details,
            values={"body": {}},
            plain=("salt",),
            anonymise=Fate.DELETE,
            erase=Fate.DELETE,
            shows={"event__type": _("what"), "event__occurred": _("when"), "event__actor_kind": _("by"),
                   "body": _("words")},
        ),
        Holding(
            code="core.events",
            title=_("Events, as keys and codes"),
            room=WRITTEN,
            model=Event,
            find=lambda person: Event.objects.filter(record_id__in=person.records),
            plain=("type", "actor_kind", "actor_id", "subject_kind", "data", "detail_digest", "hash"),
            anonymise=Fate.KEEP,
            erase=Fate.KEEP,
            shows={"type": _("what"), "occurred": _("when"), "actor_kind": _("by"), "data": _("data")},
        ),
        Holding(
            code="core.files",
            title=_("Files"),
            room=WRITTEN,
            model=File,
            find=_files,
            values={"name": ""},
            plain=("public_id", "kind", "digest", "preview_digest", "subject_kind", "actor_kind", "actor_id", "scan",
                   "preview"),
            clear=_clear_files,
            shows={"name": _("name"), "kind": _("kind"), "size": _("bytes"), "created": _("when"),
                   "digest": _("SHA-256")},
            words=("name",),
            codes=("public_id",),
            keyed=True,
        ),
        Holding(
            code="core.search",
            title=_("Search index"),
            room=TRACES,
            model=SearchEntry,
            find=lambda person: SearchEntry.objects.filter(record_id__in=person.records),
            values={"terms": []},
            plain=("kind",),
            anonymise=Fate.DELETE,
            erase=Fate.DELETE,
        ),
        Holding(
            code="core.notices",
            title=_("Notices to colleagues"),
            room=TRACES,
            model=Notice,
            find=lambda person: Notice.objects.filter(subject_id__in=person.keys),
            plain=("public_id", "kind", "subject_kind", "mail"),
            anonymise=Fate.KEEP,
            erase=Fate.DELETE,
        ),
        Holding(
            code="core.holds",
            title=_("Legal holds"),
            room=WRITTEN,
            model=LegalHold,
            find=lambda person: LegalHold.objects.filter(person_id__in=person.customers),
            plain=("public_id", "kind", "person_code"),
            anonymise=Fate.KEEP,
            erase=Fate.KEEP,
        ),
    ]  # fmt: skip


def _details(person: Person) -> Rows:
    by_record = Event.objects.filter(record_id__in=person.records).values("id")
    by_subject = Event.objects.filter(subject_id__in=person.keys).values("id")
    return Detail.objects.filter(Q(event__in=by_record) | Q(event__in=by_subject))


def _files(person: Person) -> Rows:
    return File.objects.filter(record_id__in=person.records, erased=None)


def _clear_files(person: Person, way: Way, now: datetime) -> int:
    return files.erase_of(actor=system("privacy"), now=now, record_ids=sorted(person.records))


def _swept() -> list[Holding]:
    return [
        Holding(
            code="core.answers",
            title=_("Answers kept for repeated requests"),
            room=TRACES,
            model=IdempotencyKey,
            find=_answers,
            values={"body": ""},
            plain=("owner", "key", "request_digest"),
            anonymise=Fate.DELETE,
            erase=Fate.DELETE,
        ),
        Holding(
            code="core.other_words",
            title=_("Words of events about the house that name this person"),
            room=TRACES,
            model=Detail,
            find=_house_words,
            clear=lambda person, way, now: delete(_house_words(person)),
            anonymise=Fate.DELETE,
            erase=Fate.DELETE,
        ),
        _redacted(Job, "core.jobs", _("Background work"), ("args", "kwargs", "result", "errors"),
                  ("task", "queue", "state", "worker", "workers")),
        _redacted(SavedView, "core.views", _("Saved views of colleagues"), ("name", "query"), ("public_id", "listing")),
        Holding(
            code="core.letters",
            title=_("Mails to colleagues that name this person"),
            room=TRACES,
            model=StaffLetter,
            find=lambda person: containing(
                StaffLetter.objects.all(), ("title", "body"), terms(person, codes=True)
            ),
            values={"title": "", "body": ""},
            plain=("public_id", "language", "address", "state", "explanation"),
        ),
        Holding(
            code="core.deliveries",
            title=_("Answers of other systems to what we told them"),
            room=TRACES,
            model=WebhookDelivery,
            find=_deliveries,
            values={"request_head": "", "response_head": "", "response_body": ""},
            plain=("public_id", "kind", "type", "state", "error"),
        ),
        Holding(
            code="core.sessions",
            title=_("Sign-ins"),
            room=TRACES,
            model=Session,
            find=_sessions,
            values={"session_data": ""},
            plain=("session_key",),
            anonymise=Fate.DELETE,
            erase=Fate.DELETE,
        ),
    ]  # fmt: skip


def _answers(person: Person) -> Rows:
    wanted = terms(person, codes=True)
    own = [f"customer:{code}" for code in person.codes]
    named = containing(IdempotencyKey.objects.all(), ("body",), wanted).values("id")
    return IdempotencyKey.objects.filter(Q(owner__in=own) | Q(id__in=named))


def _house_words(person: Person) -> Rows:
    ours = Detail.objects.filter(event__record_id=None)
    named = containing(ours, ("body",), terms(person)).values("event")
    runs = Event.objects.filter(subject_id__in=_bulk_runs(person).values("id")).values("id")
    return Detail.objects.filter(Q(event__in=named) | Q(event__in=runs))


def _redacted(model: Any, code: str, title: Any, columns: tuple[str, ...], plain: tuple[str, ...]) -> Holding:
    """A table in whose columns this person's own words are replaced, wherever they stand."""

    def find(person: Person) -> Rows:
        return containing(model.objects.all(), columns, terms(person))

    return Holding(
        code=code,
        title=title,
        room=TRACES,
        model=model,
        find=find,
        values=dict.fromkeys(columns, ""),
        plain=plain,
        clear=lambda person, way, now: redact(find(person), columns, terms(person)),
    )


def _deliveries(person: Person) -> Rows:
    theirs = Event.objects.filter(record_id__in=person.records, seq__isnull=False).values("seq")
    named = containing(
        WebhookDelivery.objects.all(), ("request_head", "response_head", "response_body"), terms(person)
    )
    return WebhookDelivery.objects.filter(Q(seq__in=theirs) | Q(id__in=named.values("id")))


def _sessions(person: Person) -> Rows:
    """Their own sign-ins, and sessions that have an address of theirs; what they hold is packed, so all are opened."""
    keys = [
        session.session_key
        for session in Session.objects.order_by().iterator(chunk_size=2_000)
        if _is_theirs(session.get_decoded(), person)
    ]
    return Session.objects.filter(session_key__in=keys)


def _is_theirs(data: dict[str, Any], person: Person) -> bool:
    if any(isinstance(value, int) and value in person.records for value in data.values()):
        return True
    return in_text(str(data), terms(person))


# -- imports -------------------------------------------------------------------------------------------------


def _imports() -> list[Holding]:
    return [
        Holding(
            code="core.import_files",
            title=_("Kept copies of imported files"),
            room=TRACES,
            model=ImportPart,
            find=_import_parts,
            values={"body": b""},
            clear=_drop_imports,
            anonymise=Fate.DELETE,
            erase=Fate.DELETE,
            blocks=_running_imports,
        ),
        _redacted(ImportChunk, "core.import_rows", _("Rows of imports that were not taken"), ("faults", "kept"),
                  ("phase", "written")),
        _redacted(ImportRun, "core.imports", _("Imports, by file name"), ("name", "layout", "settings"),
                  ("public_id", "kind", "digest", "actor_kind", "actor_id", "actor_name", "state", "reason", "counts",
                   "checked", "form_key")),
        _redacted(ImportMapping, "core.import_mappings", _("How files were read"), ("settings",),
                  ("owner", "kind", "fingerprint")),
    ]  # fmt: skip


def _named_runs(person: Person, runs: Rows) -> list[ImportRun]:
    with_file = runs.filter(id__in=ImportPart.objects.values("run"))
    return [run for run in with_file if wrote_any(run, person.keys) or _in_run(run, person)]


def _in_run(run: ImportRun, person: Person) -> bool:
    with stored.open_file(run) as file:
        return in_file(file, terms(person))


def _import_parts(person: Person) -> Rows:
    """The files of ended imports that brought something of theirs, or name them; and of those never begun."""
    return ImportPart.objects.filter(run__in=_named_runs(person, ImportRun.objects.exclude(state__in=BUSY)))


def _drop_imports(person: Person, way: Way, now: datetime) -> int:
    runs = [run.id for run in _named_runs(person, ImportRun.objects.exclude(state__in=BUSY))]
    waiting = ImportRun.objects.filter(id__in=runs).exclude(state__in=ENDED)
    waiting.update(
        state=ImportRun.State.CANCELLED, finished=now
    )  # without its file it cannot be run any more
    return delete(ImportPart.objects.filter(run__in=runs))


def _running_imports(person: Person) -> list[str]:
    found = _named_runs(person, ImportRun.objects.filter(state__in=BUSY))
    return [
        str(_("The import %(code)s names this person and is still running.")) % {"code": run.public_id}
        for run in found
    ]


# -- lists ---------------------------------------------------------------------------------------------------


def _lists() -> list[Holding]:
    return [
        _redacted(BulkRow, "core.bulk_rows", _("Rows of bulk actions"), ("reason", "kept"), ("key", "state")),
        Holding(
            code="core.bulk_runs",
            title=_("Bulk actions"),
            room=TRACES,
            model=BulkRun,
            find=_bulk_runs,
            values={"query": "", "values": {}},
            plain=("public_id", "listing", "language", "reason", "action", "state"),
            clear=_clear_bulk_runs,
        ),
        _redacted(Export, "core.exports", _("Exported lists, by what was searched"), ("query",),
                  ("public_id", "listing", "language", "reason", "form", "encoding", "state", "rights")),
        Holding(
            code="core.export_files",
            title=_("Files of exported lists"),
            room=TRACES,
            model=Export,
            find=_export_files,
            anonymise=Fate.DELETE,
            erase=Fate.DELETE,
            clear=_drop_exports,
            blocks=_running_exports,
        ),
    ]  # fmt: skip


def _bulk_runs(person: Person) -> Rows:
    """Those that name them, and those that were about nobody else: what was typed for these is about them."""
    theirs = BulkRow.objects.filter(row_id__in=person.keys).values("run")
    others = BulkRow.objects.exclude(row_id__in=person.keys).values("run")
    named = containing(BulkRun.objects.all(), ("query", "values"), terms(person)).values("id")
    alone = BulkRun.objects.filter(id__in=theirs).exclude(id__in=others).values("id")
    return BulkRun.objects.filter(Q(id__in=named) | Q(id__in=alone))


def _clear_bulk_runs(person: Person, way: Way, now: datetime) -> int:
    keys = list(_bulk_runs(person).values_list("id", flat=True))
    found = BulkRun.objects.filter(id__in=keys)
    found.exclude(id__in=BulkRow.objects.exclude(row_id__in=person.keys).values("run")).update(values={})
    return redact(found, ("query", "values"), terms(person))


def _export_files(person: Person) -> Rows:
    wanted, keys = terms(person, codes=True), []
    for export in Export.objects.filter(state=Export.State.READY):
        try:
            with exports.path_of(export).open("rb") as file:
                if in_file(file, wanted):
                    keys.append(export.pk)
        except FileNotFoundError:
            continue
    return Export.objects.filter(id__in=keys)


def _drop_exports(person: Person, way: Way, now: datetime) -> int:
    keys = list(_export_files(person).values_list("id", flat=True))
    drop_files(keys)
    return len(keys)


def _running_exports(person: Person) -> list[str]:
    """One that is being written may have read this person already, and its file would outlive them."""
    running = Export.objects.filter(state=Export.State.RUNNING).exists()
    return [str(_("A list is being exported at this moment."))] if running else []
