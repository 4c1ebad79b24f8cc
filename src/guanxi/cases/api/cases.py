"""Cases over the API: intake, lists, one case, its verbs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from guanxi.cases import actions, queries, rules
from guanxi.cases.actions.reading import NOTHING_KNOWN
from guanxi.cases.api.issues import IssueIn
from guanxi.cases.api.shapes import CaseState, CaseTurn
from guanxi.cases.models import Case
from guanxi.channels import queries as channels
from guanxi.channels.models import Message
from guanxi.core import clock, cover, keyset
from guanxi.core.access import Actor
from guanxi.core.api import (
    PAGE,
    PAGE_MAX,
    READ,
    WRITE,
    Cursor,
    IdempotencyKey,
    IfMatch,
    Limit,
    Problem,
    actor_of,
    aware,
    matching,
    once,
    tag,
)
from guanxi.core.files import FILES_MAX, Given, by_part, list_on
from guanxi.core.files.api import FileOut
from guanxi.core.files.api import out as file_out
from guanxi.core.models import File
from guanxi.core.phrases import explained
from guanxi.people import queries as people
from guanxi.people.actions import Contact
from guanxi.work import queries as work

router = Router(tags=["cases"])
State = Literal["", CaseState]


# `id`s of uploads of one's own that hang on nothing yet.
FileIds = list[Annotated[str, Field(max_length=20)]]


class ContactIn(Schema):
    """At least one of phone, email, member."""

    name: str = Field("", max_length=100)
    phone: str = Field("", max_length=64)
    email: str = Field("", max_length=254)
    member: str = Field("", max_length=80)


class AboutIn(Schema):
    """What is known beside the words; all of it may be missing. `order` names the other side; `respondent` a customer's id."""

    issues: list[IssueIn] = Field(default_factory=list, max_length=12)
    order: str = Field("", max_length=40)
    respondent: str = Field("", max_length=20)
    role: Literal["", "buyer", "seller", "member", "client", "reporter"] = ""
    respondent_role: Literal["", "buyer", "seller", "member", "client"] = ""


class CaseIn(Schema):
    """A complaint in the customer's own words; no category is asked for: without `about` the words are read."""

    text: str = Field(max_length=rules.TEXT_CHARS_MAX)
    contact: ContactIn
    language: Literal["zh-hans", "en"] = "zh-hans"
    files: FileIds = Field(default_factory=list, max_length=FILES_MAX)
    about: AboutIn | None = None


class OpenedOut(Schema):
    number: str
    promised_at: datetime
    follow_url: str
    customer: str
    recognition: Literal["recognised", "doubt", "new"]
    kind: str
    issues: list[str]


class CaseOut(Schema):
    """A `request` has no issues: `answer` and `resolve` settle it. Every other kind runs by its issues."""

    number: str
    kind: str
    title: str
    state: CaseState
    turn: CaseTurn
    due: datetime | None
    channel: str
    language: str
    round: int
    version: int
    opened: datetime
    resolved: datetime | None
    customer: str
    respondent: str
    role: str
    respondent_role: str
    merged_into: str
    team: str


class CaseMessageOut(Schema):
    direction: Literal["in", "out"]
    channel: str
    author: str
    text: str
    created: datetime
    files: list[FileOut]


class CaseWithMessages(CaseOut):
    """`verbs` is what the token may do now; `why_due` explains the time left; `work` is the open work item's id."""

    messages: list[CaseMessageOut]
    verbs: list[str]
    why_due: dict[str, Any] | None
    work: str | None


class CasesOut(Schema):
    items: list[CaseOut]
    next: str


class WordsIn(Schema):
    text: str = Field("", max_length=rules.TEXT_CHARS_MAX)
    files: FileIds = Field(default_factory=list, max_length=FILES_MAX)
    version: int | None = Field(
        None, ge=0, le=2**31 - 1, description="The version you saw: refused when it is old"
    )


def _out(actor: Actor, case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "kind": case.kind,
        "title": cover.shown(actor, case.title),
        "state": case.state,
        "turn": case.turn,
        "due": case.due.isoformat() if case.due else None,
        "channel": case.channel,
        "language": case.language,
        "round": case.round,
        "version": case.version,
        "opened": case.opened.isoformat(),
        "resolved": case.resolved.isoformat() if case.resolved else None,
        "customer": case.record.customer.public_id,
        "respondent": case.respondent.customer.public_id if case.respondent else "",
        "role": case.role,
        "respondent_role": case.respondent_role,
        "merged_into": case.merged_into.number if case.merged_into else "",
        "team": case.team.unit.code,
    }


@router.post("", response={201: OpenedOut, WRITE: Problem}, summary="Take in a complaint")
def open_case(request: HttpRequest, body: CaseIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Recognises the customer, opens the case, starts its clock and puts the work into the queue, all or nothing."""
    return once(request, idempotency_key, body.dict(), lambda: (201, _open(request, body)))


def _open(request: HttpRequest, body: CaseIn) -> dict[str, Any]:
    given = body.contact
    opened = actions.open_case(
        actor=actor_of(request),
        now=clock.now(),
        contact=Contact(given.name, given.phone, given.email, given.member, body.language),
        text=body.text,
        channel="api",
        fallback_language=body.language,
        files=Given(claimed=tuple(body.files)),
        about=_about(actor_of(request), body.about),
    )
    case = opened.case
    return {
        "number": case.number,
        "promised_at": case.due.isoformat() if case.due else None,
        "follow_url": settings.BASE_URL + reverse("follow", args=[queries.link_token(case)]),
        "customer": opened.recognised.customer_public_id,
        "recognition": opened.recognised.outcome,
        "kind": case.kind,
        "issues": [issue.kind for issue in opened.issues],
    }


def _about(actor: Actor, given: AboutIn | None) -> actions.About:
    if given is None:
        return NOTHING_KNOWN
    return actions.About(
        issues=[one.made() for one in given.issues],
        order=given.order,
        respondent=queries.respondent_record(actor, given.respondent) if given.respondent else None,
        role=given.role,
        respondent_role=given.respondent_role,
    )


class CaseFilters(Schema):
    """What narrows the list; all of it together. `opened_from` is included, `opened_until` is not."""

    state: State = ""
    turn: Literal["", CaseTurn] = ""
    channel: str = Field("", max_length=12)
    team: str = Field("", max_length=60)
    customer: str = Field("", max_length=20)
    overdue: bool = False
    opened_from: datetime | None = None
    opened_until: datetime | None = None


def _narrow(found: QuerySet[Case], wanted: CaseFilters, now: datetime) -> QuerySet[Case]:
    paths = {
        "state": wanted.state,
        "turn": wanted.turn,
        "channel": wanted.channel,
        "team__unit__code": wanted.team,
        "record__customer__public_id": wanted.customer and people.code_now(wanted.customer),
        "opened__gte": aware(wanted.opened_from),
        "opened__lt": aware(wanted.opened_until),
    }
    found = found.filter(**{path: value for path, value in paths.items() if value})
    return found.filter(due__lt=now, turn="staff") if wanted.overdue else found


@router.get("", response={200: CasesOut, READ: Problem}, summary="Newest cases, or those found by q")
def list_cases(
    request: HttpRequest,
    wanted: Query[CaseFilters],
    after: Cursor = "",
    limit: Limit = PAGE,
    q: str = "",
) -> Any:
    """Visible cases, newest first; `next` is the cursor of the next page, empty at the end. With `q` the best matches."""
    actor = actor_of(request)
    actor.require("cases.view")
    if q.strip():
        return {"items": [_out(actor, case) for case in _found(actor, q, wanted)[:limit]], "next": ""}
    found = _narrow(queries.list_cases(actor), wanted, clock.now())
    shown = keyset.cut(found, "opened", after, size=limit)
    return {"items": [_out(actor, case) for case in shown.rows], "next": shown.next_cursor}


def _found(actor: Actor, q: str, wanted: CaseFilters) -> list[Case]:
    found = queries.search_cases(actor, q[:100], limit=PAGE_MAX)
    kept = _narrow(queries.list_cases(actor), wanted, clock.now()).filter(id__in=[case.id for case in found])
    ids = set(kept.values_list("id", flat=True))
    return [case for case in found if case.id in ids]


@router.get(
    "/{number}", response={200: CaseWithMessages, READ: Problem}, summary="One case with what was said"
)
def get_case(request: HttpRequest, response: HttpResponse, number: str) -> Any:
    """The `ETag` names its version: send it back as `If-Match` with a verb."""
    actor = actor_of(request)
    actor.require("cases.view")
    case = queries.get_case(actor, number)
    subject = ("case", case.id)
    item, attached = work.open_item(subject, actions.WORK_KIND), by_part(list_on(subject))
    tag(response, case.version)
    return {
        **_out(actor, case),
        "messages": [_message(actor, one, attached) for one in channels.list_about(subject)],
        "verbs": queries.open_verbs(actor, case),
        "why_due": explained(case.due_explanation),
        "work": item.public_id if item else None,
    }


def _message(actor: Actor, one: Message, attached: Mapping[int, list[File]]) -> dict[str, Any]:
    return {
        "direction": one.direction,
        "channel": one.channel,
        "author": one.author,
        "text": cover.shown(actor, one.body),
        "created": one.created.isoformat(),
        "files": [file_out(file) for file in attached.get(one.id, [])],
    }


ACTS: Mapping[str, Any] = {
    "answer": actions.answer,
    "resolve": actions.resolve,
    "append": actions.append,
    "reopen": actions.reopen,
}


@router.post("/{number}/{verb}", response={200: CaseOut, WRITE: Problem}, summary="Do something with a case")
def do(
    request: HttpRequest,
    response: HttpResponse,
    number: str,
    verb: Literal["answer", "resolve", "append", "reopen"],
    body: WordsIn,
    idempotency_key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Any:
    """`answer`, `resolve`, `append` (the customer's words), `reopen`: what the procedure allows now, else 409."""

    def act(version: int | None) -> tuple[int, dict[str, Any]]:
        done = ACTS[verb](
            actor=actor_of(request),
            now=clock.now(),
            number=number,
            text=body.text,
            version=version,
            files=Given(claimed=tuple(body.files)),
        )
        return 200, _out(actor_of(request), done)

    done = once(
        request,
        idempotency_key,
        body.dict(),
        lambda: matching(if_match, act, version=body.version),
    )
    tag(response, done.value["version"])
    return done
