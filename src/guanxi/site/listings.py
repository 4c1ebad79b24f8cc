"""The house's own lists: members of staff, roles, jobs, the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.core import audit, effective, timeline
from guanxi.core.access import Actor
from guanxi.core.access import Kind as ActorKind
from guanxi.core.lists import Choices, Column, Kind, Listing, View
from guanxi.core.models import Event, Job, Role, Unit, User
from guanxi.core.roster import RIGHT as STAFF
from guanxi.engine.normalise import avatar
from guanxi.site.administration.tasks import MONITOR, STATES, TASKS, task_words
from guanxi.site.templating import pick
from guanxi.site.things import kind_words

LANGUAGES = {"zh-hans": _("Chinese"), "en": _("English")}
PEOPLE_MAX = 500  # offered as a filter


def rows(model: Any, actor: Actor, right: str) -> "QuerySet[Any]":
    """All rows for whoever has the right, none for others: tables of the house have no owner."""
    found: QuerySet[Any] = model.objects.all()
    return found if actor.may(right) else found.none()


# -- members of staff ---------------------------------------------------------------------------------------


def _users(actor: Actor) -> "QuerySet[Any]":
    return rows(User, actor, STAFF).select_related("unit").prefetch_related("grants__role", "grants__unit")


def _find_users(actor: Actor, text: str, limit: int) -> Sequence[int]:
    named = Q(name__icontains=text) | Q(username__icontains=text) | Q(public_id__iexact=text)
    found = rows(User, actor, STAFF).filter(named).order_by("name", "id")
    return list(found.values_list("id", flat=True)[:limit])


def _user_cell(actor: Actor, user: User) -> Mapping[str, Any]:
    return {
        "title": user.name or user.username,
        "sub": user.username,
        "initials": avatar(user.name or user.username),
        "chip": "" if user.is_active else gettext("may not sign in"),
        "chip_tone": "red",
    }


def roles_of(user: User) -> str:
    """Roles with the unit they are held for, in words."""
    told = []
    for grant in user.grants.all():
        role = pick(grant.role.name) or grant.role.code
        told.append(f"{role} ({pick(grant.unit.name)})" if grant.unit else role)
    return ", ".join(sorted(told))


def _units(actor: Actor) -> Choices:
    return [(unit.code, pick(unit.name) or unit.code) for unit in Unit.objects.order_by("path")]


USERS = Listing(
    code="staff",
    title=_("Members of staff"),
    right=STAFF,
    query=_users,
    order="name",
    key=lambda user: user.public_id,
    key_path="public_id",
    url=lambda user: reverse("settings_user", args=[user.public_id]),
    url_name="settings_users",
    find=_find_users,
    icon="users",
    new_url=lambda actor: reverse("settings_user_new") if actor.may(STAFF) else "",
    new_label=_("Add a member of staff"),
    empty=_("Everybody who may sign in to work appears here."),
    views=(View("active", _("May sign in"), "active=yes"), View("out", _("May not"), "active=no")),
    columns=(
        Column(
            code="name",
            title=_("Name"),
            value=lambda actor, user: user.name or user.username,
            path="name",
            shape="title",
            cell=_user_cell,
        ),
        Column(
            code="username", title=_("User name"), value=lambda actor, user: user.username, path="username",
            shown=False,
        ),
        Column(code="roles", title=_("Roles"), value=lambda actor, user: roles_of(user)),
        Column(
            code="unit",
            title=_("Unit"),
            value=lambda actor, user: pick(user.unit.name) if user.unit else "",
            kind=Kind.CHOICE,
            filter_path="unit__code",
            choices=_units,
        ),
        Column(
            code="language",
            title=_("Language"),
            value=lambda actor, user: str(LANGUAGES.get(user.language, user.language)),
            kind=Kind.CHOICE,
            path="language",
            choices=lambda actor: list(LANGUAGES.items()),
            shown=False,
        ),
        Column(
            code="active",
            title=_("May sign in"),
            value=lambda actor, user: user.is_active,
            kind=Kind.FLAG,
            path="is_active",
        ),
        Column(
            code="seen",
            title=_("Last sign-in"),
            value=lambda actor, user: user.last_login,
            kind=Kind.MOMENT,
            path="last_login",
            nullable=True,
        ),
        Column(
            code="joined",
            title=_("Added"),
            value=lambda actor, user: user.date_joined,
            kind=Kind.MOMENT,
            path="date_joined",
            shown=False,
        ),
    ),
)  # fmt: skip


# -- roles ---------------------------------------------------------------------------------------------------


def _roles(actor: Actor) -> "QuerySet[Any]":
    found: QuerySet[Any] = rows(Role, actor, STAFF).annotate(held=Count("grants__user", distinct=True))
    return found


ROLES = Listing(
    code="roles",
    title=_("Roles"),
    right=STAFF,
    query=_roles,
    order="code",
    key=lambda role: role.code,
    key_path="code",
    url=lambda role: reverse("settings_role", args=[role.code]),
    url_name="settings_roles",
    icon="shield-check",
    new_url=lambda actor: reverse("settings_role_new") if actor.may(STAFF) else "",
    new_label=_("Make a role"),
    empty=_("A role says what its holders may see and do. The pack brings the first ones."),
    columns=(
        Column(
            code="role",
            title=_("Role"),
            value=lambda actor, role: pick(role.name) or role.code,
            shape="title",
            cell=lambda actor, role: {"title": pick(role.name) or role.code, "sub": role.code},
        ),
        Column(
            code="code", title=_("Short code"), value=lambda actor, role: role.code, path="code", shown=False
        ),
        Column(
            code="rights", title=_("Rights"), value=lambda actor, role: len(role.rights), kind=Kind.NUMBER
        ),
        Column(code="held", title=_("People"), value=lambda actor, role: role.held, kind=Kind.NUMBER),
        Column(
            code="own",
            title=_("Changed here"),
            value=lambda actor, role: role.own,
            kind=Kind.FLAG,
            path="own",
            sorts=False,
        ),
    ),
)


# -- jobs ----------------------------------------------------------------------------------------------------


def _tasks(actor: Actor) -> Choices:
    return [(code, words) for code, words in TASKS.items()]


def _error(actor: Actor, job: Job) -> str:
    return str(job.errors[-1].get("exception_class_path", "")).rpartition(".")[2] if job.errors else ""


JOBS = Listing(
    code="jobs",
    title=_("Background work"),
    right=MONITOR,
    query=lambda actor: rows(Job, actor, MONITOR),
    order="-enqueued",
    key=lambda job: str(job.id),
    key_path="id",
    url=lambda job: reverse("settings_job", args=[job.id]),
    url_name="settings_jobs",
    icon="list-check",
    empty=_("What the worker does appears here, with its progress."),
    views=(
        View("failed", _("Failed"), "state=FAILED"),
        View("running", _("Running"), "state=RUNNING"),
        View("waiting", _("Waiting"), "state=READY"),
    ),
    columns=(
        Column(
            code="task",
            title=_("Task"),
            value=lambda actor, job: task_words(job.task),
            kind=Kind.CHOICE,
            filter_path="task",
            choices=_tasks,
            shape="title",
            cell=lambda actor, job: {"title": task_words(job.task), "sub": job.task.removeprefix("guanxi.")},
        ),
        Column(
            code="state",
            title=_("State"),
            value=lambda actor, job: str(STATES[Job.State(job.state)]),
            kind=Kind.CHOICE,
            filter_path="state",
            choices=lambda actor: [(code.value, words) for code, words in STATES.items()],
            shape="chip",
            cell=lambda actor, job: {
                "value": STATES[Job.State(job.state)],
                "tone": {"FAILED": "red", "RUNNING": "accent", "SUCCESSFUL": "green"}.get(job.state, ""),
            },
        ),
        Column(
            code="tries", title=_("Tries"), value=lambda actor, job: len(job.workers), kind=Kind.NUMBER
        ),
        Column(
            code="progress",
            title=_("Progress"),
            value=lambda actor, job: f"{job.done:,} / {job.total:,}" if job.total else "",
            kind=Kind.NUMBER,
        ),
        Column(code="error", title=_("Error"), value=_error),
        Column(
            code="enqueued",
            title=_("Since"),
            value=lambda actor, job: job.enqueued,
            kind=Kind.MOMENT,
            path="enqueued",
        ),
        Column(
            code="finished",
            title=_("Ended"),
            value=lambda actor, job: job.finished,
            kind=Kind.MOMENT,
            filter_path="finished",
        ),
    ),
)  # fmt: skip


# -- the audit trail -----------------------------------------------------------------------------------------


def _name_actors(actor: Actor, found: Sequence[Any]) -> None:
    """Names of the people who acted, in one statement."""
    people = {one.actor_id for one in found if one.actor_kind == ActorKind.STAFF}
    names = dict(User.objects.filter(public_id__in=people).values_list("public_id", "name"))
    for one in found:
        one.who = who(one.actor_kind, one.actor_id, names)


def who(kind: str, public_id: str, names: Mapping[str, str]) -> str:
    """An actor in words."""
    if kind == ActorKind.STAFF:
        return names.get(public_id) or public_id
    named = {
        ActorKind.CUSTOMER: gettext("customer"),
        ActorKind.LINK: gettext("signed link"),
        ActorKind.TOKEN: gettext("API token"),
        ActorKind.SYSTEM: gettext("by itself"),
        ActorKind.PUBLIC: gettext("visitor"),
    }
    word = named.get(ActorKind(kind), kind) if kind in set(ActorKind) else kind
    return f"{word} {public_id}".strip()


def about(event: Event) -> str:
    """What an event is about: its kind and the public code it carries."""
    data = event.data
    code = data.get("number") or data.get(event.subject_kind) or data.get("user") or data.get("case") or ""
    return f"{kind_words(event.subject_kind)} {code}".strip()


def _find_events(actor: Actor, text: str, limit: int) -> Sequence[int]:
    """By number in the chain, or everything about a case, customer, order or member of staff, newest first."""
    found = audit.list_events(actor)
    if text.isascii() and text.isdecimal() and len(text) < 19:
        numbered = list(found.filter(seq=int(text)).values_list("id", flat=True))
        if numbered:
            return numbered
    wanted = Q(pk__in=[])
    for thing in effective.things().values():
        key = thing.find(text)
        if key is not None:
            wanted |= Q(subject_id__in=thing.together(key))
            if thing.code == "customer":
                wanted |= Q(record_id__in=thing.together(key))
    for user in User.objects.filter(Q(username__iexact=text) | Q(public_id__iexact=text) | Q(name=text))[:5]:
        wanted |= Q(subject_id=user.id) | Q(actor_id=user.public_id)
    return list(found.filter(wanted).order_by("-recorded", "-id").values_list("id", flat=True)[:limit])


def _people(actor: Actor) -> Choices:
    found = User.objects.order_by("name").values_list("public_id", "name")[:PEOPLE_MAX]
    return [*found, ("worker", gettext("by itself: worker"))]


def _types(actor: Actor) -> Choices:
    known = timeline.registered().values()
    return sorted(((one.code, f"{one.words} ({one.code})") for one in known), key=lambda pair: pair[1])


_HOUSE_TYPES = (
    "role.added", "role.changed", "setting.changed", "staff.added", "staff.changed", "staff.disabled", "staff.enabled",
    "staff.granted", "staff.revoked", "staff.sign_in_reset", "unit.added", "unit.closed", "unit.moved", "unit.renamed",
)  # fmt: skip

AUDIT = Listing(
    code="audit",
    title=_("Audit trail"),
    right=audit.RIGHT,
    query=audit.list_events,
    order="-recorded",
    key=lambda event: str(event.seq),
    key_path="seq",
    url=lambda event: reverse("settings_event", args=[event.seq]),
    url_name="settings_audit",
    find=_find_events,
    prepare=_name_actors,
    icon="history",
    empty=_("Every action leaves an event here, for ever."),
    views=(
        View("today", _("Today"), "recorded=today"),
        View("settings", _("Settings and rights"), f"type={','.join(_HOUSE_TYPES)}"),
        View("deleted", _("Deletions"), "type=retention.swept"),
    ),
    columns=(
        Column(
            code="what",
            title=_("Event"),
            value=lambda actor, event: str(timeline.describe(event.type).words),
            shape="title",
            cell=lambda actor, event: {
                "title": str(timeline.describe(event.type).words),
                "sub": f"{event.type} #{event.seq:,}",
                "icon": timeline.describe(event.type).icon,
            },
        ),
        Column(
            code="type",
            title=_("Type"),
            value=lambda actor, event: event.type,
            kind=Kind.CHOICE,
            path="type",
            sorts=False,
            choices=_types,
            shown=False,
        ),
        Column(
            code="who",
            title=_("Who"),
            value=lambda actor, event: event.who,
            kind=Kind.CHOICE,
            path="actor_id",
            sorts=False,
            choices=_people,
        ),
        Column(
            code="about",
            title=_("About"),
            value=lambda actor, event: about(event),
        ),
        Column(
            code="recorded",
            title=_("When"),
            value=lambda actor, event: event.recorded,
            kind=Kind.MOMENT,
            path="recorded",
        ),
        Column(
            code="occurred",
            title=_("Happened"),
            value=lambda actor, event: event.occurred,
            kind=Kind.MOMENT,
            shown=False,
        ),
        Column(
            code="seq", title=_("Number"), value=lambda actor, event: event.seq, kind=Kind.NUMBER, path="seq",
            shown=False,
        ),
    ),
)  # fmt: skip

LISTINGS = (USERS, ROLES, JOBS, AUDIT)
