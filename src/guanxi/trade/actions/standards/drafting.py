"""A standard's way: added, drafted, changed, laid open for comments, published, ended."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.events import Event
from guanxi.trade import events as types
from guanxi.trade.models import Category, Standard, StandardVersion
from guanxi.trade.queries import standards as reads
from guanxi.trade.rules import standards as rules

RIGHT = reads.RIGHT
CONSULTATION_DAYS_MIN = 7
CONSULTATION_DAYS_MAX = 180
State = StandardVersion.State
_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_NAME_CHARS_MAX = 80
RESERVED = ("desk", "panels")
"""Addresses of ours beside those of standards."""
Names = Mapping[str, str]


@action
def add_category(*, actor: Actor, now: datetime, code: str, name: Names) -> Category:
    """A category, or the one that is there under this code. Needs `trade.standards`."""
    actor.require(RIGHT)
    _check_head(code, name)
    found = Category.objects.filter(code=code).first()
    if found is not None:
        return found
    row = Category(code=code, name=dict(name))
    data = {"category": code}
    events.record(
        Event(types.STANDARD_ADDED.code, actor, now, ("category", row.id), data=data), with_rows=[row]
    )
    return row


@action
def add_standard(
    *, actor: Actor, now: datetime, category: str, code: str, name: Names, sample: bool = False
) -> Standard:
    """A standard without a version yet. Needs `trade.standards`. Raises `Invalid` for a code that is taken or unknown."""
    actor.require(RIGHT)
    _check_head(code, name)
    kind = Category.objects.filter(code=category).first()
    if kind is None:
        raise Invalid(fields={"category": _("There is no such category.")})
    if Standard.objects.filter(code=code).exists():
        raise Invalid(fields={"code": _("There is a standard with this code already.")})
    row = Standard(category=kind, code=code, name=dict(name), sample=sample)
    data = {"standard": code, "category": category}
    events.record(
        Event(types.STANDARD_ADDED.code, actor, now, ("standard", row.id), data=data), with_rows=[row]
    )
    return row


def _check_head(code: str, name: Names) -> None:
    wrong: dict[str, str] = {}
    if not _CODE.fullmatch(code) or len(code) > 40 or code in RESERVED:
        wrong["code"] = _("Use small letters, digits and dashes, 40 at most.")
    for language in ("zh-hans", "en"):
        if not 0 < len(name.get(language, "").strip()) <= _NAME_CHARS_MAX:
            wrong[f"name_{'zh' if language == 'zh-hans' else 'en'}"] = _("Give a name in both languages.")
    if wrong:
        raise Invalid(fields=wrong)


@action
def draft_version(
    *, actor: Actor, now: datetime, standard: str, content: Mapping[str, Any] | None = None
) -> StandardVersion:
    """The next version as a draft: with `content`, else as a copy of the newest. Needs `trade.standards`.

    Raises `Conflict` while another draft or consultation runs, `Invalid` for content that cannot be read at all.
    """
    actor.require(RIGHT)
    row = _locked(standard)
    newest = row.versions.order_by("-number").first()
    if newest is not None and newest.state in (State.DRAFT, State.CONSULTATION):
        raise Conflict(_("The next version is in the making already."), code="in_the_making")
    said = dict(content) if content is not None else dict(newest.content) if newest else _empty()
    check_content(said)
    if newest is not None and content is None:
        said.pop("changes", None)
    number = newest.number + 1 if newest is not None else 1
    version = StandardVersion(standard=row, number=number, content=said, author=actor.id, drafted=now)
    _record(types.STANDARD_DRAFTED.code, actor, now, version, add=True)
    return version


def _empty() -> dict[str, Any]:
    """The least that may be saved: two grades, one parameter, to begin from."""
    words = {"zh-hans": "待填写", "en": "To be written"}
    return {
        "scope": words,
        "parameters": [{"code": "complete", "name": {"zh-hans": "齐全", "en": "Complete"}, "kind": "bool"}],
        "grades": [
            {"code": "A", "name": {"zh-hans": "优", "en": "Good"}},
            {"code": "Z", "name": {"zh-hans": "其余", "en": "Whatever else"}},
        ],
        "remedies": [],
    }


@action
def change_draft(
    *, actor: Actor, now: datetime, reference: str, content: Mapping[str, Any], version: int | None = None
) -> StandardVersion:
    """Write a draft anew. Needs `trade.standards`. Raises `Conflict` for what is no draft, or was changed since `version`."""
    actor.require(RIGHT)
    row = _version(reference, State.DRAFT)
    if version is not None and version != row.version:
        raise Conflict(_("Somebody changed the draft in the meantime."), code="stale")
    check_content(content)
    row.content, row.version = dict(content), row.version + 1
    row.save(update_fields=["content", "version"])
    _record(types.STANDARD_CHANGED.code, actor, now, row)
    return row


def check_content(content: Mapping[str, Any]) -> None:
    """Raises `Invalid`, with words by path ("parameters.3.limits.B"), for content that no version may have."""
    if found := rules.faults(content):
        raise Invalid(fields={".".join(map(str, one.path)): content_fault_words(one) for one in found[:40]})


def content_fault_words(fault: rules.Fault) -> str:
    """What is wrong with a version's content."""
    words = {
        "unknown": _("Nothing is known by this name."),
        "missing": _("This is missing."),
        "names": _("Give it in Chinese (zh-hans) and English (en)."),
        "text": _("Must be a text of at most %(most)s characters."),
        "list": _("Must be a list."),
        "table": _("Must be a table."),
        "many": _("At most %(most)s fit."),
        "code": _("Must be a short code."),
        "number": _("Must be a number."),
        "flag": _("Must be true or false."),
        "choice": _("A choice has a code and a name."),
        "limit": _("A limit has min, max or among."),
        "few": _("At least two grades are needed."),
        "twice": _("%(code)s is there twice."),
        "condition": _("Must be one of %(known)s."),
        "none": _("At least one parameter is needed."),
        "kind": _("Must be one of %(known)s."),
        "unit": _("%(unit)s is none of the units (UCUM) in use here."),
        "measured": _("Only numbers and counts have a unit and a tolerance."),
        "below_zero": _("Must not be below 0."),
        "choices": _("Choices belong to an enum, and an enum needs them."),
        "no_grade": _("There is no grade %(grade)s."),
        "lowest": _("The last grade takes whatever no other does: it has no limits."),
        "critical": _("What is critical needs a limit in every grade but the last; missing: %(grades)s."),
        "no_limit": _("A text has no limits."),
        "tighter": _("Grade %(grade)s asks for more than %(better)s, which is better."),
        "min_max": _("A number is limited by min and max."),
        "among": _("Say which values may be: among."),
        "crossed": _("The least is more than the most."),
        "no_choice": _("%(value)s is none of its values."),
        "share": _("Must be a share above 0, at most 1."),
        "grades": _("Say how many grades worse, below the number of grades."),
        "less": _("What is worse must not pay less."),
    }
    said = words.get(fault.code, fault.code)
    return said % fault.values if "%(" in said else said


@action
def open_consultation(*, actor: Actor, now: datetime, reference: str, until: datetime) -> StandardVersion:
    """Lay a draft open for everybody's comments until a moment, a week away at least. Needs `trade.standards`."""
    actor.require(RIGHT)
    row = _version(reference, State.DRAFT)
    least, most = now + timedelta(days=CONSULTATION_DAYS_MIN), now + timedelta(days=CONSULTATION_DAYS_MAX)
    if not least <= until <= most:
        words = _("A consultation lasts %(least)s to %(most)s days.")
        raise Invalid(
            fields={"until": words % {"least": CONSULTATION_DAYS_MIN, "most": CONSULTATION_DAYS_MAX}}
        )
    check_content(row.content)
    row.state, row.consulted, row.consulted_until = State.CONSULTATION, now, until
    row.save(update_fields=["state", "consulted", "consulted_until"])
    _record(types.STANDARD_CONSULTED.code, actor, now, row, until=until.isoformat())
    return row


@action
def recall_to_draft(*, actor: Actor, now: datetime, reference: str) -> StandardVersion:
    """Take a version out of consultation to change it; its comments stay, and it must be laid open again."""
    actor.require(RIGHT)
    row = _version(reference, State.CONSULTATION)
    row.state, row.consulted, row.consulted_until = State.DRAFT, None, None
    row.save(update_fields=["state", "consulted", "consulted_until"])
    _record(types.STANDARD_RECALLED.code, actor, now, row)
    return row


@action
def publish_version(
    *, actor: Actor, now: datetime, reference: str, effective: datetime | None = None
) -> StandardVersion:
    """Publish what was in consultation, in force from `effective` (now without); the version before is superseded then.

    Needs `trade.standards`. Raises `Conflict` before the consultation is over or while a comment has no answer.
    """
    actor.require(RIGHT)
    row = _version(reference, State.CONSULTATION)
    effective = effective or now
    if effective < now:
        raise Invalid(fields={"effective": _("It cannot have been in force before it was published.")})
    if row.consulted_until is None or now < row.consulted_until:
        raise Conflict(_("The consultation is not over yet."), code="consulting")
    if row.comments.filter(answered__isnull=True).exists():
        raise Conflict(_("A comment has no answer yet."), code="unanswered")
    check_content(row.content)
    before = row.standard.versions.filter(state=State.PUBLISHED).first()
    if before is not None:
        before.state = State.SUPERSEDED
        before.ends = max(effective, before.effective or effective)
        before.save(update_fields=["state", "ends"])
    row.state, row.published, row.effective = State.PUBLISHED, now, effective
    row.digest = digest_of(row.content)
    row.save(update_fields=["state", "published", "effective", "digest"])
    _record(
        types.STANDARD_PUBLISHED.code, actor, now, row, digest=row.digest, effective=effective.isoformat()
    )
    return row


@action
def end_version(*, actor: Actor, now: datetime, reference: str) -> StandardVersion:
    """Take the published version out of force without a successor. Needs `trade.standards`. What cites it stands."""
    actor.require(RIGHT)
    row = _version(reference, State.PUBLISHED)
    row.state, row.ends = State.SUPERSEDED, max(now, row.effective or now)
    row.save(update_fields=["state", "ends"])
    _record(types.STANDARD_ENDED.code, actor, now, row)
    return row


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a version's content in canonical form: what was published can be told from what was not."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _locked(code: str) -> Standard:
    row = Standard.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise NotFound
    return row


def _version(reference: str, state: str) -> StandardVersion:
    """The version, its standard locked, in this state. Raises `NotFound`, `Conflict`."""
    code, _at, number = reference.partition("@")
    standard = _locked(code)
    row = standard.versions.filter(number=int(number)).first() if number.isdecimal() else None
    if row is None:
        raise NotFound
    row.standard = standard
    if row.state != state:
        words = _("This version is %(state)s.") % {"state": row.get_state_display()}
        raise Conflict(words, code="wrong_state")
    return row


def _record(
    code: str, actor: Actor, now: datetime, version: StandardVersion, *, add: bool = False, **data: Any
) -> None:
    said = {"standard": version.standard.code, "number": version.number, **data}
    event = Event(code, actor, now, ("standard", version.standard_id), data=said)
    events.record(event, with_rows=[version] if add else [])
