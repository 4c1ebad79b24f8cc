"""The house over the API: what runs in the background, the chain, who works here, with which roles, event types, search."""

import uuid
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from guanxi.core import keyset, timeline
from guanxi.core.api import PAGE, READ, Cursor, Limit, Problem, actor_of
from guanxi.core.errors import Invalid
from guanxi.core.lists import finding
from guanxi.core.models import Job, Role, Unit, User
from guanxi.site import house

settings = Router(tags=["settings"])
staff = Router(tags=["staff"])
search = Router(tags=["search"])
types = Router(tags=["events"])
EACH = 20


class JobOut(Schema):
    """A piece of background work. `error` is the class of its last failure."""

    id: uuid.UUID
    task: str
    queue: str
    state: Literal["READY", "RUNNING", "SUCCESSFUL", "FAILED"]
    tries: int
    done: int
    total: int | None
    enqueued: datetime
    started: datetime | None
    finished: datetime | None
    error: str


class JobsOut(Schema):
    items: list[JobOut]
    next: str


class ChainOut(Schema):
    """The head of the chain of sealed events; `anchored` is the last one kept outside the database."""

    seq: int
    hash: str
    unsealed: int
    anchored: int | None


class UserOut(Schema):
    """A member of staff; `roles` are codes with the unit each is held for ("" everywhere)."""

    id: str
    username: str
    name: str
    language: str
    unit: str
    active: bool
    joined: datetime
    roles: list[dict[str, str]]


class UsersOut(Schema):
    items: list[UserOut]
    next: str


class RoleOut(Schema):
    code: str
    name: dict[str, str]
    rights: dict[str, str]


class RolesOut(Schema):
    items: list[RoleOut]
    next: str


class UnitOut(Schema):
    code: str
    kind: Literal["branch", "department", "team"]
    name: dict[str, str]
    parent: str


class UnitsOut(Schema):
    items: list[UnitOut]
    next: str


class FoundOut(Schema):
    """`list` is the code of the list it stands in ("customers", "cases", "orders"), `id` its key there."""

    list: str
    id: str
    title: str
    sub: str


class SearchOut(Schema):
    """The best of each list, at most 20; there is no further page."""

    items: list[FoundOut]
    next: str


class TypeOut(Schema):
    """A type of event, as webhooks subscribe to it."""

    code: str
    what: str
    right: str


class TypesOut(Schema):
    items: list[TypeOut]
    next: str


@settings.get("/jobs", response={200: JobsOut, READ: Problem}, summary="Background work, newest first")
def list_jobs(
    request: HttpRequest,
    after: Cursor = "",
    limit: Limit = PAGE,
    state: Literal["", "READY", "RUNNING", "SUCCESSFUL", "FAILED"] = "",
    task: str = "",
) -> Any:
    """`state` and `task` (its dotted name) narrow. Needs `site.settings`."""
    found = house.list_jobs(actor_of(request))
    found = found.filter(**{name: value for name, value in (("state", state), ("task", task)) if value})
    before = _job_place(after)
    if before is not None:
        found = house.jobs_before(found, *before)
    rows = list(found[: limit + 1])
    following = house.job_cursor(rows[limit - 1]) if len(rows) > limit else ""
    return {"items": [_job(one) for one in rows[:limit]], "next": following}


def _job_place(after: str) -> tuple[datetime, uuid.UUID] | None:
    if not after:
        return None
    try:
        return house.read_job_cursor(after)
    except ValueError as error:
        raise Invalid(code="cursor") from error


def _job(job: Job) -> dict[str, Any]:
    error = str(job.errors[-1].get("exception_class_path", "")) if job.errors else ""
    return {
        "id": job.id,
        "task": job.task,
        "queue": job.queue,
        "state": job.state,
        "tries": len(job.workers),
        "done": job.done,
        "total": job.total,
        "enqueued": job.enqueued,
        "started": job.started,
        "finished": job.finished,
        "error": error,
    }


@settings.get("/chain", response={200: ChainOut, READ: Problem}, summary="The head of the event chain")
def get_chain(request: HttpRequest) -> Any:
    """Needs `site.settings`."""
    return house.chain(actor_of(request))


@staff.get("/users", response={200: UsersOut, READ: Problem}, summary="Members of staff, newest first")
def list_users(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE) -> Any:
    """With their roles. Needs `site.settings`."""
    shown = keyset.cut(house.list_users(actor_of(request)), "date_joined", after, size=limit)
    return {"items": [user_out(one) for one in shown.rows], "next": shown.next_cursor}


@staff.get("/users/{public_id}", response={200: UserOut, READ: Problem}, summary="One member of staff")
def get_user(request: HttpRequest, public_id: str) -> Any:
    return user_out(house.get_user(actor_of(request), public_id))


def user_out(user: User) -> dict[str, Any]:
    return {
        "id": user.public_id,
        "username": user.username,
        "name": user.name,
        "language": user.language,
        "unit": user.unit.code if user.unit else "",
        "active": user.is_active,
        "joined": user.date_joined.isoformat(),
        "roles": [
            {"role": grant.role.code, "unit": grant.unit.code if grant.unit else ""}
            for grant in user.grants.all()
        ],
    }


@staff.get("/roles", response={200: RolesOut, READ: Problem}, summary="Roles with their rights")
def list_roles(request: HttpRequest) -> Any:
    """All of them: there are few. Needs `site.settings`."""
    roles = house.list_roles(actor_of(request))
    return {
        "items": [role_out(one) for one in roles],
        "next": "",
    }


def role_out(role: Role) -> dict[str, Any]:
    return {"code": role.code, "name": role.name, "rights": role.rights}


@staff.get("/units", response={200: UnitsOut, READ: Problem}, summary="The organisation")
def list_units(request: HttpRequest) -> Any:
    """Branches, departments, teams, parents first. Needs `site.settings`."""
    return {"items": [unit_out(one) for one in house.list_units(actor_of(request))], "next": ""}


def unit_out(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "kind": unit.kind,
        "name": unit.name,
        "parent": unit.parent.code if unit.parent else "",
    }


@search.get("", response={200: SearchOut, READ: Problem}, summary="Search everything")
def find(request: HttpRequest, q: str) -> Any:
    """What the token may see of every list, whose names, numbers or words hold all the words of `q`."""
    actor = actor_of(request)
    actor.require("people.view")
    text = q.strip()[:100]
    if not text:
        return {"items": [], "next": ""}
    items = []
    for found in finding.find_each(actor, finding.searched(actor), text, limit=EACH):
        for row in found.rows:
            title, sub = found.listing.name(actor, row)
            key = found.listing.key(row)
            items.append({"list": found.listing.code, "id": key, "title": title, "sub": sub})
    return {"items": items, "next": ""}


@types.get("", response={200: TypesOut, READ: Problem}, summary="Types of events")
def list_types(request: HttpRequest) -> Any:
    """All of them, with the right that shows them; needs no right itself."""
    known = sorted(timeline.registered().values(), key=lambda one: one.code)
    items = [{"code": one.code, "what": str(one.words), "right": house.right_of(one.code)} for one in known]
    return {"items": items, "next": ""}
