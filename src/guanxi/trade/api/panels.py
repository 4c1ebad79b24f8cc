"""Panels of experts over the API: read, judged, published or closed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from guanxi.core import clock
from guanxi.core.access import Actor
from guanxi.core.api import READ, WRITE, IdempotencyKey, Problem, actor_of, once
from guanxi.core.errors import Invalid
from guanxi.core.files import FILES_MAX, Given
from guanxi.trade.actions import standards as actions
from guanxi.trade.api.standard_shapes import Measured, iso
from guanxi.trade.models import Assessment, Panel
from guanxi.trade.queries import standards as reads

by_standard = Router(tags=["standards"])
router = Router(tags=["standards"])


class ExpertOut(Schema):
    """`place`: 1, 2, 3, how a judgement names them."""

    place: int
    name: str
    about: str


class AssessmentOut(Schema):
    """With a `conflict` of interest declared it is shown, not counted."""

    expert: int
    specimen: int
    grade: str
    values: dict[str, Any]
    conflict: str
    words: str
    made: datetime


class SpecimenOut(Schema):
    """`median`: the grade the panel gives it."""

    place: int
    name: str
    median: str
    assessments: list[AssessmentOut]


class PanelOut(Schema):
    """`alpha` is Krippendorff's, of the grades and of each parameter. Closed without a result, what was found is not told."""

    id: str
    citation: str
    state: Literal["open", "published", "closed"]
    opened: datetime
    ended: datetime | None
    alpha: float | None
    parameters: dict[str, float | None]
    experts: list[ExpertOut]
    specimens: list[SpecimenOut]


class PanelsOut(Schema):
    items: list[PanelOut]


class PanelIn(Schema):
    """`number`: 1, 2, 3, the version it judges by."""

    number: int = Field(ge=1, le=9_999)


class ExpertIn(Schema):
    """Somebody of staff (`user`: their id), or from outside by `name`, with what makes them an expert."""

    name: str = Field("", max_length=80)
    about: str = Field("", max_length=160)
    user: str = Field("", max_length=20)


class SpecimenIn(Schema):
    name: str = Field(min_length=1, max_length=120)
    files: list[Annotated[str, Field(max_length=20)]] = Field(default_factory=list, max_length=FILES_MAX)


class AssessmentIn(Schema):
    """Expert and specimen by their place; `values` by parameter."""

    expert: int = Field(ge=1, le=99)
    specimen: int = Field(ge=1, le=99)
    grade: str = Field(max_length=40)
    values: dict[Annotated[str, Field(max_length=40)], Measured] = Field(default_factory=dict, max_length=60)
    conflict: str = Field("", max_length=200)
    words: str = Field("", max_length=1_000)


def _panel(actor: Actor, row: Panel) -> dict[str, Any]:
    result = row.result or actions.result_of(reads.agreement_of(row))
    told = row.state != Panel.State.CLOSED or actor.may(reads.RIGHT)
    medians = result.get("medians", {})
    return {
        "id": row.public_id,
        "citation": reads.citation(row.version),
        "state": row.state,
        "opened": iso(row.opened),
        "ended": iso(row.ended),
        "alpha": result.get("alpha"),
        "parameters": result.get("parameters", {}) if told else {},
        "experts": [{"place": one.place, "name": one.name, "about": one.about} for one in row.experts.all()],
        "specimens": [
            {
                "place": one.place,
                "name": one.name,
                "median": medians.get(str(one.place), ""),
                "assessments": [_assessment(given, one.place) for given in one.assessments.all()],
            }
            for one in row.specimens.all()
        ]
        if told
        else [],
    }


def _assessment(one: Assessment, specimen: int) -> dict[str, Any]:
    kept = ("grade", "values", "conflict", "words")
    places = {"expert": one.expert.place, "specimen": specimen}
    return places | {name: getattr(one, name) for name in kept} | {"made": iso(one.made)}


@by_standard.get("/{code}/panels", response={200: PanelsOut, READ: Problem}, summary="Panels of a standard")
def list_panels(request: HttpRequest, code: str) -> Any:
    """Newest first; those at work for their experts and `trade.standards`."""
    actor = actor_of(request)
    found = reads.panels_of(actor, reads.get_standard(actor, code))
    return {"items": [_panel(actor, one) for one in found]}


@by_standard.post("/{code}/panels", response={201: PanelOut, WRITE: Problem}, summary="Open a panel")
def open_panel(request: HttpRequest, code: str, body: PanelIn, idempotency_key: IdempotencyKey = "") -> Any:
    """On a version that is not a draft any more, else 409 (`trade.standards`); add experts and specimens next."""

    def act() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        row = actions.open_panel(actor=actor, now=clock.now(), reference=f"{code}@{body.number}")
        return 201, _panel(actor, reads.get_panel(actor, row.public_id))

    return once(request, idempotency_key, body.dict(), act)


@router.post("/{public_id}/experts", response={201: PanelOut, WRITE: Problem}, summary="Add an expert")
def add_expert(
    request: HttpRequest, public_id: str, body: ExpertIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """Twelve at most, nobody twice; 409 once the panel is over (`trade.standards`)."""

    def act() -> tuple[int, dict[str, Any]]:
        actor = _keeper(request, public_id)
        user = reads.get_person(body.user) if body.user else None
        if body.user and user is None:
            raise Invalid(fields={"user": _("There is nobody with this id.")})
        actions.add_expert(
            actor=actor, now=clock.now(), panel=public_id, name=body.name, about=body.about, user=user
        )
        return 201, _panel(actor, reads.get_panel(actor, public_id))

    return once(request, idempotency_key, body.dict(), act)


@router.post("/{public_id}/specimens", response={201: PanelOut, WRITE: Problem}, summary="Add a specimen")
def add_specimen(
    request: HttpRequest, public_id: str, body: SpecimenIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """One more thing to judge, with the ids of files that show it; forty at most (`trade.standards`)."""

    def act() -> tuple[int, dict[str, Any]]:
        actor = _keeper(request, public_id)
        photos = Given(claimed=tuple(body.files))
        actions.add_specimen(actor=actor, now=clock.now(), panel=public_id, name=body.name, files=photos)
        return 201, _panel(actor, reads.get_panel(actor, public_id))

    return once(request, idempotency_key, body.dict(), act)


def _keeper(request: HttpRequest, public_id: str) -> Actor:
    actor = actor_of(request)
    actor.require(reads.RIGHT)
    reads.get_panel(actor, public_id)
    return actor


@router.get("/{public_id}", response={200: PanelOut, READ: Problem}, summary="One panel")
def get_panel(request: HttpRequest, public_id: str) -> Any:
    actor = actor_of(request)
    return _panel(actor, reads.get_panel(actor, public_id))


@router.post(
    "/{public_id}/assessments", response={200: PanelOut, WRITE: Problem}, summary="What an expert found"
)
def assess(
    request: HttpRequest, public_id: str, body: AssessmentIn, idempotency_key: IdempotencyKey = ""
) -> Any:
    """By the expert whose token it is, or written down for them (`trade.standards`). Said again, it replaces what was said."""

    def act() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        reads.get_panel(actor, public_id)
        actions.assess(actor=actor, now=clock.now(), panel=public_id, **body.dict())
        return 200, _panel(actor, reads.get_panel(actor, public_id))

    return once(request, idempotency_key, body.dict(), act)


@router.post("/{public_id}/{verb}", response={200: PanelOut, WRITE: Problem}, summary="End a panel")
def end_panel(
    request: HttpRequest,
    public_id: str,
    verb: Literal["publish", "close"],
    idempotency_key: IdempotencyKey = "",
) -> Any:
    """Published, dissent and all, when three or more agree (else 409), or closed without a result (`trade.standards`)."""

    def act() -> tuple[int, dict[str, Any]]:
        actor = actor_of(request)
        end = actions.publish_panel if verb == "publish" else actions.close_panel
        end(actor=actor, now=clock.now(), panel=public_id)
        return 200, _panel(actor, reads.get_panel(actor, public_id))

    return once(request, idempotency_key, None, act)
