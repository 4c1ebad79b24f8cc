"""What the public says of a version in consultation, and what we answer."""

from datetime import datetime

from django.utils.translation import gettext as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.trade import events as types
from guanxi.trade.models import StandardComment, StandardVersion
from guanxi.trade.queries import standards as reads

TEXT_CHARS_MAX = 2000
COMMENTS_MAX = 20
"""Of one person on one version."""


@action
def comment_on(*, actor: Actor, now: datetime, reference: str, text: str, about: str = "") -> StandardComment:
    """Comment publicly on a version in consultation: any signed-in customer or member of staff, or their token.

    `about`: a parameter's code. Raises `Conflict` when the consultation is over, `Invalid` for no text or too much of it.
    """
    if actor.kind is not Kind.TOKEN or actor.user_id is None:
        actor.require_kind(Kind.CUSTOMER, Kind.STAFF)
    version = _version(reference)
    if version.state != StandardVersion.State.CONSULTATION or (
        version.consulted_until is not None and now >= version.consulted_until
    ):
        raise Conflict(_("The consultation is over."), code="over")
    said = _checked(text)
    if about and about not in reads.content_of(version).parameters:
        raise Invalid(fields={"about": _("The standard has no such parameter.")})
    mine = version.comments.filter(record=actor.record_id, user=actor.user_id)
    if mine.count() >= COMMENTS_MAX:
        raise Invalid(
            fields={
                "text": _("You have commented %(most)s times; that is the most.") % {"most": COMMENTS_MAX}
            }
        )
    row = StandardComment(
        version=version,
        record_id=actor.record_id,
        user_id=actor.user_id,
        about=about,
        text=said,
        made=now,
    )
    _record(types.STANDARD_COMMENTED.code, actor, now, version, row, {"text": said}, add=True)
    return row


@action
def answer_comment(*, actor: Actor, now: datetime, public_id: str, text: str) -> StandardComment:
    """Answer a comment, publicly. Needs `trade.standards`. An answer may be written anew while nothing is published."""
    actor.require(reads.RIGHT)
    row = StandardComment.objects.select_related("version__standard").filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    if row.version.state in reads.KEPT_STATES:
        raise Conflict(_("The version is published."), code="wrong_state")
    said = _checked(text, "answer")
    row.answer, row.answered, row.answerer_id = said, now, actor.user_id
    row.save(update_fields=["answer", "answered", "answerer"])
    _record(types.STANDARD_ANSWERED.code, actor, now, row.version, row, {"answer": said})
    return row


def _version(reference: str) -> StandardVersion:
    code, _at, number = reference.partition("@")
    found = StandardVersion.objects.select_related("standard").select_for_update(of=("self",))
    row = found.filter(standard__code=code, number=int(number)).first() if number.isdecimal() else None
    if row is None or row.state not in reads.PUBLIC_STATES:
        raise NotFound
    return row


def _checked(text: str, field: str = "text") -> str:
    said = text.strip()
    if not said:
        raise Invalid(fields={field: _("Say something.")})
    if len(said) > TEXT_CHARS_MAX:
        raise Invalid(fields={field: _("At most %(most)s characters fit here.") % {"most": TEXT_CHARS_MAX}})
    return said


def _record(
    code: str,
    actor: Actor,
    now: datetime,
    version: StandardVersion,
    row: StandardComment,
    detail: dict[str, str],
    *,
    add: bool = False,
) -> None:
    data = {
        "standard": version.standard.code,
        "number": version.number,
        "comment": row.public_id,
        "about": row.about,
    }
    event = Event(
        code,
        actor,
        now,
        ("standard", version.standard_id),
        record_id=row.record_id,
        data=data,
        detail=detail,
    )
    events.record(event, with_rows=[row] if add else [])
