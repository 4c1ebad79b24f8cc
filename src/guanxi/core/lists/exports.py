"""Exports: a list as a file, with the filter, order, columns and masks of the screen, for whoever asked.

Up to `SMALL_ROWS` come at once; more are written by the worker, into a part file that becomes the file only when it is
whole: a killed worker begins anew. The file lies under GUANXI_HOME/exports, readable by its owner only, and goes after
`KEPT`. Its signed link works for the one who asked, as long as they may still see what was written.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core import signing
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.core import events, jobs
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, GuanxiError, Invalid, NotFound, Throttled
from guanxi.core.events import Event
from guanxi.core.lists import choosing, listing, reading, sheets, wanted
from guanxi.core.lists import events as happened
from guanxi.core.lists.columns import Column, Plain
from guanxi.core.lists.listing import Listing
from guanxi.core.lists.starter import columns_of, own
from guanxi.core.lists.wanted import Wanted
from guanxi.core.models import Export

State = Export.State
ACTIVE = (State.WAITING, State.RUNNING)
SMALL_ROWS = 1_000
KEPT = timedelta(days=7)
ACTIVE_MAX = 3  # of one person at a time
DAY_MAX = 100  # of one person in 24 hours
SALT = "guanxi.export"
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Gone(GuanxiError):
    code = "expired"
    status = HTTPStatus.GONE
    title = gettext_lazy("This file is no longer there")


@dataclass(frozen=True, slots=True)
class File:
    """A file ready to be handed over."""

    name: str
    content_type: str
    body: IO[bytes]


def list_exports(actor: Actor) -> QuerySet[Export]:
    """The actor's own exports, newest first."""
    return Export.objects.filter(own(actor)).order_by("-created", "-id")


def get_export(actor: Actor, public_id: str) -> Export:
    """The actor's own export. Raises `NotFound` also when it is somebody else's."""
    export = list_exports(actor).filter(public_id=public_id).first()
    if export is None:
        raise NotFound
    return export


def link_key(export: Export) -> str:
    """What the link to the file carries: which one, signed."""
    return signing.dumps(export.public_id, salt=SALT)


def linked(*, actor: Actor, now: datetime, key: str) -> Export:
    """The export behind a link, as far as its file may be had now. Raises `NotFound` for a forged link or another's file,
    `Gone` when its time is over, `Denied` when the actor may see less than was written."""
    try:
        public_id = signing.loads(key, salt=SALT)
    except signing.BadSignature as error:
        raise NotFound from error
    export = get_export(actor, str(public_id))
    _check_open(actor, now, export)
    return export


def _check_open(actor: Actor, now: datetime, export: Export) -> None:
    if export.state != State.READY or export.expires is None or export.expires <= now:
        raise Gone(_("Files are kept for seven days. Export the list again."))
    actor.require(listing.get(export.listing).right)
    if not within(export.rights, actor):
        raise Denied(_("You may see less than when this was exported. Export the list again."), code="denied")


@action
def open_file(*, actor: Actor, now: datetime, export: Export) -> File:
    """Hand one's own finished file over: every time is an event. Raises as `linked`."""
    _check_open(actor, now, export)
    try:
        body = path_of(export).open("rb")
    except FileNotFoundError as error:
        raise Gone(_("Files are kept for seven days. Export the list again.")) from error
    Export.objects.filter(id=export.id).update(downloads=F("downloads") + 1)
    events.record(_downloaded(actor, now, export))
    return File(_name(export), TYPES[export.form], body)


def rights_of(actor: Actor) -> dict[str, Any]:
    """How far each right reaches, as it stands."""
    return {
        right: [reach.everything, sorted(reach.units), reach.own]
        for right, reach in sorted(actor.rights.items())
    }


def within(kept: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the actor may still all that they might then."""
    for right, (everything, units, own_rows) in kept.items():
        reach = actor.reach(right)
        if reach.everything:
            continue
        if everything or not set(units) <= reach.units or (own_rows and not reach.own):
            return False
    return True


def read_form(form: str, encoding: str) -> tuple[str, str]:
    """(form, encoding) as asked; "" for the usual. Raises `Invalid`."""
    form, encoding = form or "csv", encoding or "utf-8-sig"
    if form not in Export.Form.values:
        raise Invalid(fields={"format": _("Please choose one of these.")})
    if encoding not in sheets.ENCODINGS:
        raise Invalid(fields={"encoding": _("Please choose one of these.")})
    return form, encoding


def is_small(*, actor: Actor, now: datetime, listing: Listing, query: str) -> bool:
    """Whether the rows wanted are few enough to come at once."""
    actor.require(listing.right)
    want = wanted.read_query(listing, actor, query, now=now)
    return reading.matching(listing, actor, want).order_by()[: SMALL_ROWS + 1].count() <= SMALL_ROWS


@action
def send(
    *,
    actor: Actor,
    now: datetime,
    listing: Listing,
    query: str,
    form: str = "",
    encoding: str = "",
    keys: Sequence[str] = (),
) -> File:
    """Export at most `SMALL_ROWS` rows at once: those of `keys`, without any all that match. Raises `Conflict` for more."""
    export = _asked(actor, now, listing, query, form, encoding)
    want = wanted.read_query(listing, actor, query, now=now)
    export.state, export.finished = State.SENT, now
    body = BytesIO()
    sheet = sheets.begin(export.form, body, titles(want.columns), export.encoding)
    for rows in (
        [reading.only(listing, actor, want, keys)] if keys else reading.in_order(listing, actor, want)
    ):
        leaving = reading.leaving(listing, rows)
        sheet.write(values(actor, want.columns, leaving))
        export.rows += len(leaving)
        if export.rows > SMALL_ROWS:
            raise Conflict(_("This has grown too long to be sent at once. Please try again."), code="grown")
    sheet.close()
    export.size_bytes = body.tell()
    body.seek(0)
    export.downloads = 1
    told = exported(actor, now, export, want, chosen=bool(keys))
    events.record(told, _downloaded(actor, now, export), with_rows=[export])
    return File(_name(export), TYPES[export.form], body)


@action
def start(
    *, actor: Actor, now: datetime, listing: Listing, query: str, form: str = "", encoding: str = ""
) -> Export:
    """Export in the background. Asked again while the same is under way, it gives that one.

    Raises `Invalid` for a query that cannot be read, `Conflict` and `Throttled` for too many.
    """
    export = _asked(actor, now, listing, query, form, encoding)
    active = list_exports(actor).filter(state__in=ACTIVE)
    same = active.filter(
        listing=export.listing, query=export.query, form=export.form, encoding=export.encoding
    ).first()
    if same is not None:
        return same
    if active.count() >= ACTIVE_MAX:
        raise Conflict(_("Wait until one of your exports has ended, then start this one."), code="busy")
    want = wanted.read_query(listing, actor, query, now=now)
    export.expected = reading.matching(listing, actor, want).order_by().count()
    job = jobs.prepare(import_string("guanxi.core.lists.jobs.write_export"), [export.id], now=now)
    export.job = job.id
    export.save(force_insert=True)
    job.save(force_insert=True)
    return export


def _asked(actor: Actor, now: datetime, listing: Listing, query: str, form: str, encoding: str) -> Export:
    """A new export, unsaved, of a query in its one spelling."""
    starter = columns_of(actor)
    actor.require(listing.right)
    form, encoding = read_form(form, encoding)
    want = wanted.read_query(listing, actor, query, now=now)
    day = list_exports(actor).filter(created__gt=now - timedelta(days=1))
    if day.count() >= DAY_MAX:
        raise Throttled(_("You have exported %(most)s times since yesterday.") % {"most": DAY_MAX})
    return Export(
        **starter,
        listing=listing.code,
        query=choosing.canonical(want, look=True),
        form=form,
        encoding=encoding,
        rights=rights_of(actor),
        created=now,
    )


@action
def cancel(*, actor: Actor, now: datetime, public_id: str) -> Export:
    """End one's own export, or delete its file before its time. Raises `Conflict` when there is nothing to end."""
    found = list_exports(actor).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    if found.state in ACTIVE:
        found.state, found.finished = State.CANCELLED, now
        if found.job is not None:
            jobs.cancel(found.job, now=now)
    elif found.state == State.READY:
        found.state = State.EXPIRED
        path_of(found).unlink(missing_ok=True)
    else:
        raise Conflict(_("This has ended already."), code="ended")
    found.save(update_fields=["state", "finished"])
    return found


def exported(actor: Actor, now: datetime, export: Export, want: Wanted, *, chosen: bool = False) -> Event:
    """What was written: which list, how narrowed (`chosen`: to rows ticked by hand), which columns, how many rows. The words
    of the filter are the detail."""
    data = {
        "export": export.public_id,
        "list": export.listing,
        "columns": [column.code for column in want.columns],
        "filters": sorted([*want.raw, *(["q"] if want.q else [])]),
        "count": export.rows,
        "format": export.form,
        **({"chosen": True} if chosen else {}),
    }
    return Event(
        happened.EXPORTED.code, actor, now, ("export", export.id), data=data, detail={"query": export.query}
    )


def _downloaded(actor: Actor, now: datetime, export: Export) -> Event:
    """That a file left the house: whose list, how many rows. What was in it says the event of the export."""
    data = {"export": export.public_id, "list": export.listing, "count": export.rows, "format": export.form}
    return Event(happened.DOWNLOADED.code, actor, now, ("export", export.id), data=data)


def titles(columns: Sequence[Column]) -> list[str]:
    return [str(column.title) for column in columns]


def values(actor: Actor, columns: Sequence[Column], rows: Sequence[Any]) -> Iterator[list[Plain]]:
    for row in rows:
        yield [column.value(actor, row) for column in columns]


def folder() -> Path:
    """Where finished files lie; made when it is not there."""
    place = Path(settings.GUANXI_HOME) / "exports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(export: Export) -> Path:
    return folder() / f"{export.public_id}.{export.form}"


def private(path: Path) -> IO[bytes]:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _name(export: Export) -> str:
    return f"{export.listing}-{timezone.localtime(export.created):%Y%m%d-%H%M}.{export.form}"
