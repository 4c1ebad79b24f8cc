"""A copy of everything held of one person, for them: made in the background, fetched by a signed link, gone after a week."""

from datetime import datetime, timedelta
from typing import IO, Final

from django.core import signing
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, jobs
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, NotFound
from guanxi.core.personal import copy
from guanxi.people import events as happened
from guanxi.people.actions.privacy.marking import about
from guanxi.people.models import PersonExport, PrivacyRequest
from guanxi.people.queries import privacy as queries

KEPT: Final = timedelta(days=7)
SALT: Final = "guanxi.copy"
WRITE: Final = "guanxi.people.jobs.write_copy"
State = PersonExport.State


@action
def ask_copy(
    *, actor: Actor, now: datetime, public_id: str, language: str, request: str = ""
) -> PersonExport:
    """Begin a copy of a customer's data. Asked again while one is being made, it gives that one.

    Needs `people.privacy`. Raises `NotFound`, `Conflict` for somebody who was forgotten.
    """
    customer = queries.get_subject(actor, public_id)
    mark = queries.marks_of([customer.id]).get(customer.id)
    if mark and (mark.anonymised or mark.erased):
        raise Conflict(_("This person was forgotten: nothing of theirs is left."), code="forgotten")
    waiting = PersonExport.objects.filter(customer=customer, by=actor.id, state=State.WAITING).first()
    if waiting is not None:
        return waiting
    asked = PrivacyRequest.objects.filter(customer=customer, public_id=request).first() if request else None
    export = PersonExport(customer=customer, request=asked, by=actor.id, language=language, created=now)
    event = about(
        happened.COPY_ASKED,
        actor,
        now,
        customer,
        copy=export.public_id,
        **({"request": request} if request else {}),
    )
    events.record(event, with_rows=[export])
    jobs.enqueue_named(WRITE, export.public_id)
    return export


def write_copy(*, now: datetime, public_id: str) -> str:
    """Write the archive. Safe twice: what is ready stays."""
    export = (
        PersonExport.objects.select_related("customer")
        .filter(public_id=public_id, state=State.WAITING)
        .first()
    )
    if export is None:
        return "nothing to do"
    person, code = queries.person_of(export.customer), export.customer.public_id
    parts, files = copy.parts_of(person), copy.files_of(person)
    with translation.override(export.language):
        shown = copy.as_page(code, parts, now=now, files=[name for name, _digest in files])
        page = render_to_string(copy.TEMPLATE, {**shown, "language": export.language})
    size = copy.write(
        copy.path_of(public_id), data=copy.as_json(code, parts, now=now), page=page, files=files
    )
    return _ready(now=now, public_id=public_id, size=size)


@action
def _ready(*, now: datetime, public_id: str, size: int) -> str:
    waiting = PersonExport.objects.filter(public_id=public_id, state=State.WAITING)
    changed = waiting.update(state=State.READY, size_bytes=size, finished=now, expires=now + KEPT)
    if not changed:  # erased meanwhile
        copy.drop([public_id])
    return "ready" if changed else "gone"


def link_key(export: PersonExport) -> str:
    """What the link to the file carries."""
    return signing.dumps(export.public_id, salt=SALT)


def linked_copy(*, actor: Actor, now: datetime, key: str) -> PersonExport:
    """The finished copy behind a link, of whoever asked for it. Raises `NotFound` for a forged link, somebody else's copy, and
    one whose time is over."""
    actor.require(queries.RIGHT)
    try:
        public_id = str(signing.loads(key, salt=SALT))
    except signing.BadSignature as error:
        raise NotFound from error
    export = PersonExport.objects.select_related("customer").filter(public_id=public_id, by=actor.id).first()
    if export is None or export.state != State.READY or export.expires is None or export.expires <= now:
        raise NotFound
    queries.get_subject(actor, export.customer.public_id)
    return export


@action
def open_copy(*, actor: Actor, now: datetime, key: str) -> tuple[PersonExport, IO[bytes]]:
    """Hand a finished copy over; every time is an event. Raises as `linked_copy`."""
    export = linked_copy(actor=actor, now=now, key=key)
    try:
        body = copy.path_of(export.public_id).open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
    PersonExport.objects.filter(id=export.id).update(downloads=F("downloads") + 1)
    events.record(about(happened.COPY_FETCHED, actor, now, export.customer, copy=export.public_id))
    return export, body


@action
def sweep_copies(*, now: datetime) -> int:
    """Delete the files of copies whose time is over."""
    over = PersonExport.objects.filter(state=State.READY, expires__lte=now)
    codes = list(over.values_list("public_id", flat=True))
    copy.drop(codes)
    return PersonExport.objects.filter(public_id__in=codes).update(state=State.EXPIRED)
