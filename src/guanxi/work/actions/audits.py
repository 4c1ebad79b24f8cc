"""Quality: draw finished work, judge it, answer the judgement."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.engine.writing import clean_text
from guanxi.work import events as happened
from guanxi.work import rules
from guanxi.work.models import Audit
from guanxi.work.queries import audits as reads

WORDS_MAX = 2_000
EACH_MAX = 20


@action
def draw_audits(*, actor: Actor, now: datetime, each: int, seed: int) -> list[Audit]:
    """Draw `each` finished pieces of every member for a look at their quality; the same seed draws the same of the same.

    Needs `work.audit`. Raises `Invalid`; `Conflict` where nothing is left to draw.
    """
    actor.require(reads.RIGHT)
    if not 1 <= each <= EACH_MAX:
        raise Invalid(fields={"each": _("From %(least)s to %(most)s.") % {"least": 1, "most": EACH_MAX}})
    keys = rules.drawn(reads.list_drawable(actor, now), each, seed)
    if not keys:
        raise Conflict(_("Nothing finished is left to draw in the last 28 days."), code="nothing_left")
    rows = [Audit(assignment_id=key, drawn=now) for key in keys]
    data = {"count": len(rows), "each": each, "seed": seed}
    subject = ("unit", actor.unit_id or 0)
    events.record(
        Event(happened.AUDITS_DRAWN.code, actor, now, subject, unit_id=actor.unit_id, data=data),
        with_rows=rows,
    )
    return rows


def _locked(public_id: str) -> Audit:
    found = Audit.objects.select_for_update(of=("self",)).select_related(
        "assignment__item", "assignment__member"
    )
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


@action
def record_audit(
    *, actor: Actor, now: datetime, public_id: str, marks: Mapping[str, bool], words: str = ""
) -> Audit:
    """Say of every criterion whether it was met. Needs `work.audit` for the team; never of one's own work.

    Raises `Denied` (`own_work`), `Conflict` where somebody has, `Invalid` for a criterion without an answer.
    """
    actor.require(reads.RIGHT)
    row = _locked(public_id)
    actor.require_at(reads.RIGHT, row.assignment.item.team_id)
    if row.assignment.member.user_id == actor.user_id:
        raise Denied(_("This is your own work: somebody else looks at it."), code="own_work")
    if row.audited is not None:
        raise Conflict(_("Somebody has looked at this already."), code="at_most")
    if set(marks) != set(rules.CODES):
        raise Invalid(fields={"marks": _("Answer every question.")}, code="invalid")
    row.marks, row.errors = dict(marks), rules.errors_of(marks)
    row.words, row.audited = clean_text(words)[:WORDS_MAX], now
    row.auditor_id = actor.user_id
    row.save()
    _tell(happened.AUDITED.code, actor, now, row, row.words, errors=row.errors)
    return row


@action
def reply_audit(*, actor: Actor, now: datetime, public_id: str, words: str) -> Audit:
    """What a member says to the judgement of their work, once. Raises `NotFound` for others', `Conflict`, `Invalid`."""
    actor.require("work.view")
    row = _locked(public_id)
    if actor.user_id is None or row.assignment.member.user_id != actor.user_id or row.audited is None:
        raise NotFound
    if row.replied is not None:
        raise Conflict(_("You have replied already."), code="at_most")
    text = clean_text(words)[:WORDS_MAX]
    if not text:
        raise Invalid(fields={"words": _("Please write something.")}, code="invalid")
    row.reply, row.replied = text, now
    row.save(update_fields=["reply", "replied"])
    _tell(happened.AUDIT_REPLIED.code, actor, now, row, text)
    return row


def _tell(code: str, actor: Actor, now: datetime, row: Audit, words: str, **data: object) -> None:
    item = row.assignment.item
    told = {"audit": row.public_id, "work": item.public_id, **data}
    detail = {"word": words} if words else {}
    events.record(Event(code, actor, now, ("work", item.id), item.record_id, item.team_id, told, detail))
