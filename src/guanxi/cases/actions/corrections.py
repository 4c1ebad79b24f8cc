"""What staff put right about a case without a step of the procedure: its subject line, and the language we write in."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from guanxi.cases import queries, rules
from guanxi.cases.actions.frame import event
from guanxi.cases.models import Case
from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.events import Event

TITLE_CHARS_MAX = 80


@action
def retitle(*, actor: Actor, now: datetime, number: str, title: str) -> Case:
    """Give a case a better subject line than the first words of the complaint. Raises `Invalid` on "title"."""
    words = " ".join(rules.clean_text(title).split())
    if not words:
        raise Invalid(fields={"title": _("A case needs a subject.")}, code="empty")
    if len(words) > TITLE_CHARS_MAX:
        raise Invalid(
            fields={"title": _("At most %(most)s characters fit here.") % {"most": TITLE_CHARS_MAX}},
            code="too_long",
        )
    case = _held(actor, number)
    before, case.title = case.title, words
    return _put_right(actor, now, case, "retitled", "title", before, words)


@action
def set_language(*, actor: Actor, now: datetime, number: str, language: str) -> Case:
    """Write to this customer about this case in `language`, "zh-hans" or "en". Raises `Invalid` on "language"."""
    if language not in dict(settings.LANGUAGES):
        raise Invalid(fields={"language": _("We cannot write in this language.")}, code="invalid")
    case = _held(actor, number)
    before, case.language = case.language, language
    return _put_right(actor, now, case, "language_set", "language", before, language)


def _held(actor: Actor, number: str) -> Case:
    """The case, locked, when this actor handles cases of its team."""
    actor.require("cases.handle")
    visible = queries.get_case(actor, number)
    actor.require_at("cases.handle", visible.team_id)
    return Case.objects.select_for_update(of=("self",)).get(id=visible.id)


def _put_right(
    actor: Actor, now: datetime, case: Case, past: str, field: str, before: str, after: str
) -> Case:
    if before == after:
        return case
    case.version += 1  # who answers from an old page sees what has changed first
    case.save(update_fields=[field, "version"])
    plain = event(past, actor, now, case, {})
    detail = {"before": {field: before}, "after": {field: after}}
    events.record(
        Event(
            plain.type,
            actor,
            now,
            plain.subject,
            record_id=plain.record_id,
            unit_id=plain.unit_id,
            data=plain.data,
            detail=detail,
        )
    )
    return case
