"""Administration over the API: people, roles, units, run-time settings, working days (`site.settings`), retention."""

from datetime import date
from typing import Annotated, Any, Literal

from django.conf import settings as configured
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from ninja import Schema, Status
from pydantic import Field

from guanxi.core import clock, options, organisation, retention, roles, roster, staff
from guanxi.core.access import Actor
from guanxi.core.api import READ, WRITE, IdempotencyKey, Problem, actor_of, once
from guanxi.core.errors import NotFound
from guanxi.core.models import Unit, User
from guanxi.packs import jobs as packs
from guanxi.site import house, planning, staffing
from guanxi.site.api.house import RoleOut, UnitOut, UserOut, role_out, unit_out, user_out
from guanxi.site.api.house import settings as matters
from guanxi.site.api.house import staff as people
from guanxi.work import actions as work

Code = Annotated[str, Field(max_length=60)]
Name = Annotated[str, Field(max_length=80)]
Why = Annotated[str, Field(max_length=options.WHY_CHARS_MAX, description="Stands in the audit trail")]
Hours = Annotated[str, Field(max_length=11, description="09:00-12:30")]
Scope = Literal["own", "team", "department", "branch", "all"]


class NewUserIn(Schema):
    """They choose their password by a link, which an administrator gives them on their page."""

    username: Annotated[str, Field(max_length=60)]
    name: Name
    language: Literal["zh-hans", "en"] = "zh-hans"
    unit: Code = ""
    email: Annotated[str, Field(max_length=254)] = ""


class UserIn(Schema):
    """Only what is given changes."""

    name: Name | None = None
    language: Literal["zh-hans", "en"] | None = None
    unit: Code | None = None
    email: Annotated[str, Field(max_length=254)] | None = None


class GrantIn(Schema):
    """`unit` is where the role's scopes are measured from; "" for their own rows and `all` only."""

    role: Code
    unit: Code = ""


class SeatIn(Schema):
    team: Code
    languages: list[Literal["zh-hans", "en"]] = Field(max_length=2)
    capacity: int = Field(ge=1, le=work.CAPACITY_MAX)
    phone: int | None = Field(
        None, ge=0, le=work.LIVE_MAX["phone"], description="Calls at once; null: as it is"
    )
    chat: int | None = Field(
        None, ge=0, le=work.LIVE_MAX["chat"], description="Chats at once; null: as it is"
    )
    skills: dict[str, Literal[1, 2]] | None = Field(
        None, description="1 primary, 2 secondary; null: as it is"
    )


class RoleIn(Schema):
    """Rights by name, each with its scope; a right that is not named is not held."""

    name_zh: Name
    name_en: Name
    rights: dict[str, Scope] = Field(max_length=200)


class NewRoleIn(RoleIn):
    code: Code


class UnitIn(Schema):
    name_zh: Name
    name_en: Name


class NewUnitIn(UnitIn):
    code: Code
    kind: Literal["branch", "department", "team"]
    parent: Code = ""


class PlaceIn(Schema):
    """`parent` "" lets a branch stand alone."""

    parent: Code


class OptionOut(Schema):
    """A run-time setting; `given` is what holds while nothing is set."""

    code: str
    group: str
    title: str
    kind: Literal["text", "number", "flag"]
    value: str | int | bool
    given: str | int | bool


class OptionsOut(Schema):
    items: list[OptionOut]
    next: str


class OptionIn(Schema):
    """A flag is written "1" or "0", a number in digits."""

    value: Annotated[str, Field(max_length=500)]
    why: Why


class DayIn(Schema):
    """`hours` empty: closed; null: as usual again. `preview` writes nothing."""

    hours: list[Hours] | None = Field(None, max_length=6)
    why: Why = ""
    preview: bool = False


class DayOut(Schema):
    """How many open deadlines the exception moves; they are recounted in the background."""

    changed: bool
    looked: int
    later: int
    sooner: int


class RuleOut(Schema):
    """`days` 0: kept for ever. `due` rows would go now."""

    code: str
    title: str
    days: int
    due: int


class RetentionOut(Schema):
    held: bool
    items: list[RuleOut]
    next: str


class HoldIn(Schema):
    on: bool
    why: Why


class StartedOut(Schema):
    """Background work that has begun; `job` is its id under /settings/jobs."""

    job: str


def _unit_id(code: str) -> int | None:
    unit = organisation.find_unit(code)
    return unit.id if unit else None


def _person(request: HttpRequest, public_id: str) -> tuple[Actor, User]:
    actor = actor_of(request)
    actor.require(staff.RIGHT)
    return actor, roster.get_user(public_id)


@people.post("/users", response={201: UserOut, WRITE: Problem}, summary="Add a member of staff")
def add_user(request: HttpRequest, body: NewUserIn, idempotency_key: IdempotencyKey = "") -> Any:
    """Without a role they see nothing yet. 409 when the user name is taken."""
    actor = actor_of(request)
    actor.require(staff.RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        made = staff.add_user(
            actor=actor,
            now=clock.now(),
            username=body.username,
            name=body.name,
            password_hash=make_password(None),
            language=body.language,
            unit_id=_unit_id(body.unit),
            email=body.email,
        )
        return 201, user_out(house.get_user(actor, made.public_id))

    return once(request, idempotency_key, body.dict(), effect)


@people.patch(
    "/users/{public_id}", response={200: UserOut, WRITE: Problem}, summary="Change a member of staff"
)
def change_user(request: HttpRequest, public_id: str, body: UserIn) -> Any:
    actor, user = _person(request, public_id)
    roster.change_user(
        actor=actor,
        now=clock.now(),
        user=user,
        name=user.name if body.name is None else body.name,
        language=body.language or user.language,
        unit_id=user.unit_id if body.unit is None else _unit_id(body.unit),
        email=body.email,
    )
    return user_out(house.get_user(actor, public_id))


@people.post("/users/{public_id}/roles", response={200: UserOut, WRITE: Problem}, summary="Give a role")
def grant_role(request: HttpRequest, public_id: str, body: GrantIn) -> Any:
    """Giving it again changes nothing."""
    actor, user = _person(request, public_id)
    staff.grant_role(actor=actor, now=clock.now(), user=user, role=body.role, unit_id=_unit_id(body.unit))
    return user_out(house.get_user(actor, public_id))


@people.delete(
    "/users/{public_id}/roles/{role}", response={204: None, WRITE: Problem}, summary="Take a role back"
)
def revoke_role(request: HttpRequest, public_id: str, role: str, unit: str = "") -> Any:
    """409 when nobody could administer any more, 404 when they do not have it there."""
    actor, user = _person(request, public_id)
    if not roster.revoke_role(actor=actor, now=clock.now(), user=user, role=role, unit=unit):
        raise NotFound
    return Status(204, None)


@people.put("/users/{public_id}/seat", response={200: UserOut, WRITE: Problem}, summary="Seat in a team")
def change_seat(request: HttpRequest, public_id: str, body: SeatIn) -> Any:
    """Who changes teams hands back what they have in hand."""
    actor, user = _person(request, public_id)
    work.change_seat(
        actor=actor,
        now=clock.now(),
        user=user,
        team=body.team,
        languages=list(dict.fromkeys(body.languages)),
        capacity=body.capacity,
        phone=body.phone,
        chat=body.chat,
        skills=body.skills,
    )
    return user_out(house.get_user(actor, public_id))


@people.post(
    "/users/{public_id}/{verb}", response={200: UserOut, WRITE: Problem}, summary="Close or allow sign-in"
)
def sign_in(request: HttpRequest, public_id: str, verb: Literal["shut-out", "let-in"]) -> Any:
    """Closing ends their sessions and tokens and puts their work back into the queue."""
    actor, user = _person(request, public_id)
    act = staffing.shut_out if verb == "shut-out" else staffing.let_in
    act(actor=actor, now=clock.now(), user=user)
    return user_out(house.get_user(actor, public_id))


@people.post("/roles", response={201: RoleOut, WRITE: Problem}, summary="Make a role")
def add_role(request: HttpRequest, body: NewRoleIn, idempotency_key: IdempotencyKey = "") -> Any:
    actor = actor_of(request)
    return once(
        request,
        idempotency_key,
        body.dict(),
        lambda: (201, role_out(roles.add_role(actor=actor, now=clock.now(), **body.dict()))),
    )


@people.put("/roles/{code}", response={200: RoleOut, WRITE: Problem}, summary="Change a role")
def change_role(request: HttpRequest, code: str, body: RoleIn) -> Any:
    """Holds from everybody's next request on. 409 when nobody could administer any more."""
    actor = actor_of(request)
    actor.require(staff.RIGHT)
    roster.get_role(code)
    return role_out(roles.change_role(actor=actor, now=clock.now(), code=code, **body.dict()))


@people.post("/units", response={201: UnitOut, WRITE: Problem}, summary="Add a unit")
def add_unit(request: HttpRequest, body: NewUnitIn, idempotency_key: IdempotencyKey = "") -> Any:
    actor = actor_of(request)
    actor.require(staff.RIGHT)

    def effect() -> tuple[int, dict[str, Any]]:
        given = {**body.dict(), "parent": organisation.find_unit(body.parent, field="parent")}
        return 201, unit_out(organisation.add_unit(actor=actor, now=clock.now(), **given))

    return once(request, idempotency_key, body.dict(), effect)


def _place(request: HttpRequest, code: str) -> tuple[Actor, Unit]:
    actor = actor_of(request)
    actor.require(staff.RIGHT)
    return actor, organisation.get_unit(code)


@people.patch("/units/{code}", response={200: UnitOut, WRITE: Problem}, summary="Rename a unit")
def rename_unit(request: HttpRequest, code: str, body: UnitIn) -> Any:
    actor, unit = _place(request, code)
    return unit_out(organisation.rename_unit(actor=actor, now=clock.now(), unit=unit, **body.dict()))


@people.post("/units/{code}/move", response={200: UnitOut, WRITE: Problem}, summary="Move a unit")
def move_unit(request: HttpRequest, code: str, body: PlaceIn) -> Any:
    """Everything below it comes along."""
    actor, unit = _place(request, code)
    organisation.move_unit(
        actor=actor, now=clock.now(), unit=unit, parent=organisation.find_unit(body.parent, field="parent")
    )
    return unit_out(organisation.get_unit(code))


@people.delete("/units/{code}", response={204: None, WRITE: Problem}, summary="Close a unit")
def close_unit(request: HttpRequest, code: str) -> Any:
    """409 while anything hangs on it."""
    actor, unit = _place(request, code)
    organisation.close_unit(actor=actor, now=clock.now(), unit=unit, words={})
    return Status(204, None)


@matters.get("/options", response={200: OptionsOut, READ: Problem}, summary="Run-time settings")
def list_options(request: HttpRequest) -> Any:
    actor_of(request).require(options.RIGHT)
    return {"items": [_option(code) for code in sorted(options.declared())], "next": ""}


def _option(code: str) -> dict[str, Any]:
    one = options.option(code)
    return {
        "code": code,
        "group": str(one.group),
        "title": str(one.title),
        "kind": one.kind.value,
        "value": options.value(code),
        "given": one.given,
    }


@matters.put("/options/{code}", response={200: OptionOut, WRITE: Problem}, summary="Change a setting")
def change_option(request: HttpRequest, code: str, body: OptionIn) -> Any:
    """Holds everywhere within seconds."""
    actor = actor_of(request)
    actor.require(options.RIGHT)
    options.change(actor=actor, now=clock.now(), code=code, text=body.value, why=body.why)
    options.forget()
    return _option(code)


@matters.put(
    "/calendars/{team}/{day}", response={200: DayOut, WRITE: Problem}, summary="An exception of working days"
)
def plan_day(request: HttpRequest, team: str, day: date, body: DayIn) -> Any:
    """Closes one day of a team, opens it with hours of its own, or takes an exception back."""
    actor = actor_of(request)
    moves = planning.moves(actor=actor, team=team, day=day, periods=body.hours)
    changed = False
    if not body.preview:
        changed = work.plan_day(
            actor=actor, now=clock.now(), team=team, day=day, periods=body.hours, why=body.why
        ).changed
    return {"changed": changed, "looked": moves.looked, "later": moves.later, "sooner": moves.sooner}


@matters.get("/retention", response={200: RetentionOut, READ: Problem}, summary="How long data is kept")
def get_retention(request: HttpRequest) -> Any:
    actor_of(request).require(retention.RIGHT)
    due = retention.due(clock.now())
    items = [
        {"code": code, "title": str(rule.title), "days": rule.days, "due": due[code]}
        for code, rule in sorted(retention.registered().items())
    ]
    return {"held": retention.is_held(), "items": items, "next": ""}


@matters.put("/retention/hold", response={200: RetentionOut, WRITE: Problem}, summary="Legal hold on or off")
def set_hold(request: HttpRequest, body: HoldIn) -> Any:
    """While it is on, nothing at all is deleted for its age."""
    retention.set_hold(actor=actor_of(request), now=clock.now(), on=body.on, why=body.why)
    options.forget()
    return get_retention(request)


@matters.delete("/sample", response={202: StartedOut, WRITE: Problem}, summary="Remove the sample world")
def remove_sample(request: HttpRequest) -> Any:
    """In the background; what real people said stays. Needs `site.sample`."""
    actor = actor_of(request)
    actor.require("site.sample")
    return Status(202, {"job": str(packs.remove_sample.enqueue(configured.PACK, actor.id).id)})


ROUTERS = (("/staff", people), ("/settings", matters))  # those of `house`, with what may be changed
