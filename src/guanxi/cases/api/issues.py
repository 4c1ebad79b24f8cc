"""The issues of a case over the API: read, added, and every step of the procedure by one address and one body."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import Field

from guanxi.cases import actions, queries, rules
from guanxi.cases.api.shapes import IssueOut, IssueWithAll, issue_out, whole
from guanxi.cases.queries import issues as reads
from guanxi.cases.rules.policy import AMOUNT_MAX
from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.api import (
    READ,
    WRITE,
    IdempotencyKey,
    IfMatch,
    Problem,
    actor_of,
    aware,
    matching,
    once,
    tag,
)
from guanxi.core.files import FILES_MAX, Given

router = Router(tags=["issues"])
Place = Annotated[int, Path(ge=1, le=32767, description="1, 2, 3: the issue's place in its case")]
Minor = Annotated[int, Field(ge=0, le=AMOUNT_MAX, description="Minor units of the issue's currency")]
Verb = Literal[
    "accept", "ask_facts", "reject", "answer", "admit", "admit_fault", "offer", "contest", "accept_offer", "counter",
    "escalate", "propose", "consult", "find", "comment", "agree", "take_evidence", "confirm", "approve", "return",
    "refer_up", "propose_anew", "execute", "appeal", "summarise", "reopen", "withdraw", "file_evidence", "reclassify",
]  # fmt: skip


class IssuesOut(Schema):
    items: list[IssueOut]


class IssueIn(Schema):
    """One thing to put right. `wants` is a remedy of its kind, `order` a number, `quote` what is complained of."""

    kind: str = Field(max_length=40)
    wants: str = Field("", max_length=40)
    wants_minor: Minor = 0
    order: str = Field("", max_length=40)
    quote: str = Field("", max_length=4_000)

    def made(self) -> actions.NewIssue:
        return actions.NewIssue(**self.dict(include=set(IssueIn.model_fields)))


class AddIssueIn(IssueIn):
    suggestion: int | None = Field(None, ge=0, le=2**63 - 1, description="The suggestion that it takes up")
    version: int | None = Field(None, ge=0, le=2**31 - 1, description="The case's, as you saw it")


class StepIn(Schema):
    """What a step needs; each reads its own of it. `code`: of a rejection, a cause or a kind; `expert`, `owner`: of staff."""

    text: str = Field("", max_length=rules.TEXT_CHARS_MAX)
    files: list[Annotated[str, Field(max_length=20)]] = Field(default_factory=list, max_length=FILES_MAX)
    item: str = Field("", max_length=40)
    point: str = Field("", max_length=80)
    private: bool = False
    private_why: str = Field("", max_length=200)
    remedy: str = Field("", max_length=40)
    amount_minor: Minor | None = None
    outcome: Literal["", "upheld", "partly", "not_upheld"] = ""
    promised: datetime | None = None
    penalty: str = Field("", max_length=40)
    publish: bool = False
    citations: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=20)
    code: str = Field("", max_length=40)
    would_change: str = Field("", max_length=2_000)
    expert: str = Field("", max_length=20)
    grounds: Literal["", "new_ground", "evidence", "error"] = ""
    team: str = Field("", max_length=60)
    fix: str = Field("", max_length=2_000)
    owner: str = Field("", max_length=20)
    due: datetime | None = None
    remedy_id: str = Field("", max_length=20)
    against_staff: bool = False
    version: int | None = Field(None, ge=0, le=2**31 - 1, description="The issue's, as you saw it")

    def brought(self) -> actions.Brought:
        given = self.dict(exclude={"version", "files", "promised", "due", "citations"})
        return actions.Brought(
            **given,
            files=Given(claimed=tuple(self.files)),
            citations=tuple(self.citations),
            promised=aware(self.promised),
            due=aware(self.due),
        )


@router.get("/{number}/issues", response={200: IssuesOut, READ: Problem}, summary="The issues of a case")
def list_issues(request: HttpRequest, number: str) -> Any:
    """In the order of their places; those of cases merged into it stand there too, under their own case."""
    actor = _reader(request)
    case = queries.get_case(actor, number)
    return {"items": [issue_out(actor, one) for one in reads.issues_of(case)]}


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require("cases.view")
    return actor


@router.post(
    "/{number}/issues", response={201: IssueOut, WRITE: Problem}, summary="One more thing to put right"
)
def add_issue(
    request: HttpRequest, number: str, body: AddIssueIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """A request becomes a case of its first issue's kind."""

    def add() -> tuple[int, dict[str, Any]]:
        actor = _reader(request)
        row = actions.issues.add_issue(
            actor=actor, now=clock.now(), number=number, issue=body.made(), version=body.version,
            suggestion=body.suggestion,
        )  # fmt: skip
        return 201, issue_out(actor, reads.get_issue(actor, number, row.place))

    return once(request, idempotency_key, body.dict(), add)


@router.get(
    "/{number}/issues/{place}",
    response={200: IssueWithAll, READ: Problem},
    summary="One issue with everything",
)
def get_issue(request: HttpRequest, response: HttpResponse, number: str, place: Place) -> Any:
    """The `ETag` names its version: send it back as `If-Match` with a step."""
    actor = _reader(request)
    issue = reads.get_issue(actor, number, place)
    tag(response, issue.version)
    return whole(actor, issue)


@router.post(
    "/{number}/issues/{place}/{verb}",
    response={200: IssueOut, WRITE: Problem},
    summary="A step of the procedure",
)
def step(
    request: HttpRequest,
    response: HttpResponse,
    number: str,
    place: Place,
    verb: Verb,
    body: StepIn,
    idempotency_key: IdempotencyKey = "",
    if_match: IfMatch = "",
) -> Any:
    """What the table of the procedure allows the token now (`verbs` of the issue), else 403 or 409 saying why."""

    def act(version: int | None) -> tuple[int, dict[str, Any]]:
        actor = _reader(request)
        actions.issues.act(
            actor=actor, now=clock.now(), number=number, place=place, verb=verb, brought=body.brought(),
            version=version,
        )  # fmt: skip
        return 200, issue_out(actor, reads.get_issue(actor, number, place))

    done = once(request, idempotency_key, body.dict(), lambda: matching(if_match, act, version=body.version))
    tag(response, done.value["version"])
    return done
