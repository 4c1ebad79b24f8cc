"""Writing answers: saved replies, and drafts that are kept while somebody writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from guanxi.cases import queries
from guanxi.cases import rules as words
from guanxi.cases.actions.frame import event
from guanxi.cases.events import REPLY_REMOVED, REPLY_SAVED, REPLY_USED
from guanxi.cases.models import Case, Draft, SavedReply
from guanxi.cases.queries import writing as reads
from guanxi.cases.rules import writing as rules
from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.work import queries as work

REPLIES_MAX = 300  # of one person or one team
CODES_MAX = 20
LANGUAGES = ("zh-hans", "en")
FIELD = {"zh-hans": "zh", "en": "en"}
"""How a field of a language is called."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody filled in. `team`: the code of the team whose it is, "" for one's own."""

    code: str
    title: Mapping[str, str]
    body: Mapping[str, str]
    team: str = ""
    kinds: Sequence[str] = ()
    channels: Sequence[str] = ()
    steps: Sequence[str] = field(default_factory=tuple)


@action
def save_reply(
    *, actor: Actor, now: datetime, reply: Reply, public_id: str = "", version: int | None = None
) -> SavedReply:
    """Write a saved reply, or change the one with this id. A team's needs `cases.replies` there.

    Raises `Invalid` naming the fields, also for a variable nobody knows; `Conflict` (`stale`) for an old `version`.
    """
    actor.require(reads.USE)
    row = _changeable(actor, public_id, version) if public_id else SavedReply(created=now)
    owner = _owner(actor, reply.team)
    for name, value in {**_checked(reply), **owner}.items():
        setattr(row, name, value)
    _free(row, fresh=not public_id)
    data = {"reply": row.public_id, "code": row.code, "fresh": not public_id}
    saved = Event(
        REPLY_SAVED.code, actor, now, ("reply", row.id), unit_id=row.team_id or actor.unit_id, data=data
    )
    if public_id:
        row.version += 1
        row.save()
        events.record(saved)
    else:
        events.record(saved, with_rows=[row])
    return row


@action
def remove_reply(*, actor: Actor, now: datetime, public_id: str) -> None:
    """One's own, or a team's one writes for. What was sent with it stays."""
    row = _changeable(actor, public_id, None)
    data = {"reply": row.public_id, "code": row.code, "used": row.used}
    gone = Event(
        REPLY_REMOVED.code, actor, now, ("reply", row.id), unit_id=row.team_id or actor.unit_id, data=data
    )
    events.record(gone)
    row.delete()


@action
def use_reply(*, actor: Actor, now: datetime, public_id: str, number: str) -> rules.Filled:
    """The words for this case, and the use counted."""
    case = _writable(actor, number)
    row = reads.get_reply(actor, public_id)
    SavedReply.objects.filter(id=row.id).update(used=F("used") + 1, last_used=now)
    data = {"reply": row.public_id, "code": row.code, "number": case.number}
    used = Event(REPLY_USED.code, actor, now, ("reply", row.id), unit_id=case.team_id, data=data)
    events.record(used)
    return reads.filled(actor, case, row, now)


def _changeable(actor: Actor, public_id: str, version: int | None) -> SavedReply:
    seen = reads.get_reply(actor, public_id)
    if not reads.may_change(actor, seen):
        raise Denied(_("Only those who write for this team change its replies."), code="denied")
    row = SavedReply.objects.select_for_update(of=("self",)).get(id=seen.id)
    if version is not None and version != row.version:
        raise Conflict(_("Somebody changed this reply in the meantime."), code="stale")
    return row


def _owner(actor: Actor, team: str) -> dict[str, Any]:
    if not team:
        if actor.user_id is None:
            raise Invalid(fields={"team": _("A machine has no replies of its own: name a team.")})
        return {"owner_id": actor.user_id, "team_id": None}
    found = next((one for one in work.list_teams() if one.unit.code == team), None)
    if found is None or not actor.may_at(reads.WRITE, found.unit_id):
        raise Invalid(fields={"team": _("You do not write for this team.")})
    return {"owner_id": None, "team_id": found.unit_id}


def _checked(reply: Reply) -> dict[str, Any]:
    """Values by column. Raises `Invalid` naming every field that cannot be."""
    code = reply.code.strip().lower().removeprefix("/")
    title = {lang: " ".join(reply.title.get(lang, "").split()) for lang in LANGUAGES}
    body = {lang: words.clean_text(reply.body.get(lang, "")) for lang in LANGUAGES}
    wrong: dict[str, Any] = {} if any(title.values()) else {"title_zh": _("Give it a title.")}
    if not any(body.values()):
        wrong["body_zh"] = _("Write it in one language at least.")
    wrong |= {f"title_{FIELD[lang]}": fault for lang in LANGUAGES if (fault := _title_fault(title[lang]))}
    wrong |= {f"body_{FIELD[lang]}": fault for lang in LANGUAGES if (fault := _body_fault(body[lang]))}
    if not rules.is_code(code):
        wrong["code"] = _("Small letters, digits and dashes, at most 30: it is typed after a slash.")
    if not rules.steps_fit(reply.steps):
        wrong["steps"] = _("It sends once at most, and goes on only after it has sent.")
    if wrong:
        raise Invalid(fields=wrong)
    return {
        "code": code,
        "title": {lang: text for lang, text in title.items() if text},
        "body": {lang: text for lang, text in body.items() if text},
        "kinds": [one[:40] for one in reply.kinds[:CODES_MAX]],
        "channels": [one[:12] for one in reply.channels[:CODES_MAX]],
        "steps": list(reply.steps),
    }


def _title_fault(text: str) -> str:
    most = rules.TITLE_CHARS_MAX
    return _("At most %(most)s characters fit here.") % {"most": most} if len(text) > most else ""


def _body_fault(text: str) -> str:
    if len(text) > words.TEXT_CHARS_MAX:
        return _("At most %(most)s characters fit here.") % {"most": f"{words.TEXT_CHARS_MAX:,}"}
    if names := rules.unknown(text):
        shown = ", ".join(f"{{{one}}}" if one not in "{}" else one for one in names[:3])
        known = ", ".join(f"{{{one}}}" for one in rules.VARIABLES)
        return _("Nothing is known as %(names)s. Known are %(known)s.") % {"names": shown, "known": known}
    return ""


def _free(row: SavedReply, *, fresh: bool) -> None:
    """The code is taken once in one's own or the team's, and there are not too many."""
    mine = SavedReply.objects.filter(owner_id=row.owner_id, team_id=row.team_id)
    if mine.filter(code=row.code).exclude(id=row.id).exists():
        raise Invalid(fields={"code": _("This code is taken.")}, code="taken")
    if fresh and mine.count() >= REPLIES_MAX:
        raise Conflict(_("There are %(most)s replies already.") % {"most": REPLIES_MAX}, code="at_most")


# -- drafts -------------------------------------------------------------------------------------------------


def _writable(actor: Actor, number: str) -> Case:
    """A case in which this actor answers. Raises `NotFound`, `Denied`."""
    actor.require(reads.USE)
    case = queries.get_case(actor, number)
    if not queries.may_handle(actor, case):
        actor.require_at(reads.USE, case.team_id)
    return case


@action
def keep_draft(*, actor: Actor, now: datetime, number: str, text: str, version: int = 0) -> Draft | None:
    """Keep what the actor has written so far; the same again changes nothing, no words forget it.

    `version`: of the draft the page knows, 0 for none. Raises `Conflict` (`taken`) when a colleague has taken it over since.
    """
    case = _writable(actor, number)
    if actor.user_id is None:
        raise Denied(_("Only people write drafts."), code="denied")
    if len(text) > words.TEXT_CHARS_MAX * 2:
        raise Invalid(fields={"text": _("This is too long to be kept.")}, code="too_long")
    mine = Draft.objects.select_for_update(of=("self",)).filter(case=case, writer_id=actor.user_id).first()
    if mine is None and version and text.strip():
        raise Conflict(_("A colleague has taken your draft over."), code="taken")
    if not text.strip():
        if mine is not None:
            mine.delete()
        return None
    if mine is None:
        mine = Draft(case=case, writer_id=actor.user_id, text=text, began=now, saved=now)
        events.record(event("draft_begun", actor, now, case, {}), with_rows=[mine])
        return mine
    if mine.text != text:
        mine.text, mine.saved, mine.version = text, now, mine.version + 1
        mine.save(update_fields=["text", "saved", "version"])
    return mine


@action
def take_draft(*, actor: Actor, now: datetime, number: str, writer: str) -> Draft:
    """Go on with what a colleague (public id) has begun, below what one has written oneself. Raises `NotFound`."""
    case = _writable(actor, number)
    if actor.user_id is None:
        raise Denied(_("Only people write drafts."), code="denied")
    found = {one.writer.public_id: one for one in reads.drafts_of(case)}
    theirs, mine = found.get(writer), found.get(actor.id)
    if theirs is None or theirs.writer_id == actor.user_id:
        raise NotFound
    text = f"{mine.text}\n\n{theirs.text}" if mine else theirs.text
    theirs.delete()
    taken = event("draft_taken", actor, now, case, {"from": writer})
    if mine is None:
        mine = Draft(case=case, writer_id=actor.user_id, text=text, began=now, saved=now)
        events.record(taken, with_rows=[mine])
        return mine
    mine.text, mine.saved, mine.version = text, now, mine.version + 1
    mine.save(update_fields=["text", "saved", "version"])
    events.record(taken)
    return mine


def drop_draft(actor: Actor, case: Case) -> None:
    """What was written is sent: part of a greater action."""
    if actor.user_id is not None:
        Draft.objects.filter(case=case, writer_id=actor.user_id).delete()


def without_gaps(text: str) -> str:
    """The words, where nothing in them is still to be filled in. Raises `Invalid`."""
    if left := rules.gaps(text):
        told = _("Fill in first: %(gaps)s.") % {"gaps": ", ".join(left[:5])}
        raise Invalid(fields={"text": told}, code="gaps")
    return text
