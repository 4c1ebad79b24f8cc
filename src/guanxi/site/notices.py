"""What people are told, and whom each event concerns: the kinds of notices of the rooms below. Registered by wiring."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries as cases
from guanxi.cases.queries import issues
from guanxi.core import lists, staff
from guanxi.core.access import Actor
from guanxi.core.access import Kind as ActorKind
from guanxi.core.imports import queries as imports
from guanxi.core.lists import exports, runs
from guanxi.core.models import BulkRun, Event, Export, ImportRun, User, WebhookEndpoint
from guanxi.core.notices import Kind, Subject, register, register_subject
from guanxi.core.webhooks import queries as webhooks
from guanxi.core.webhooks import reach as webhook_reach
from guanxi.site import issue_notices, reviews
from guanxi.work import queries as work

CUSTOMERS = (ActorKind.CUSTOMER.value, ActorKind.LINK.value, ActorKind.PUBLIC.value, ActorKind.TOKEN.value)


def connect() -> None:
    """Called once at start-up. A kind whose events another room does not emit yet tells nobody."""
    register_subject("case", lambda actor, ids: _named(cases.describe(actor, list(ids))))
    register_subject("issue", lambda actor, ids: _named(issues.describe(actor, list(ids))))
    register_subject("review", lambda actor, ids: _named(reviews.describe(actor, list(ids))))
    register_subject("import", _imports)
    register_subject("export", _exports)
    register_subject("bulk", _bulk_runs)
    register_subject("webhook", _webhooks)
    register(
        Kind(
            code="work.assigned",
            words=_("Given to you"),
            right="work.view",
            types={"work.assigned", "work.called_in"},
            whom=_given_to,
            subject=lambda event: work.subject_of(event.subject_id),
            icon="hand-grab",
        ),
        Kind(
            code="case.answered_by_customer",
            words=_("The customer has written again"),
            right="cases.view",
            types={"case.appended", "case.reopened"},
            whom=_handlers_when_customer,
            icon="message-2",
        ),
        Kind(
            code="case.overdue",
            words=_("Our answer is overdue"),
            right="cases.handle",
            types={"case.overdue"},
            whom=_handlers_and_supervisors,
            icon="alarm",
            tone="red",
        ),
        Kind(
            code="case.unreached",
            words=_("A side of a case could not be told by mail"),
            right="cases.view",
            types={"case.unreached"},
            whom=_handlers_of_issue,
            icon="mail-off",
            tone="red",
        ),
        *issue_notices.KINDS,
        Kind(
            code="mention",
            words=_("You were mentioned"),
            right="work.view",
            types={"work.returned"},
            whom=_mentioned,
            subject=lambda event: work.subject_of(event.subject_id),
            icon="user",
        ),
        Kind(
            code="import.ended",
            words=_("Your import has ended"),
            right="",
            types={"import.finished", "import.stopped"},
            whom=_importer,
            icon="file-import",
            tells_doer=True,
        ),
        Kind(
            code="export.ready",
            words=_("Your export is ready"),
            right="",
            types={"list.exported"},
            whom=_exporter,
            icon="download",
            tells_doer=True,
        ),
        Kind(
            code="bulk.ended",
            words=_("Your change of many rows has ended"),
            right="",
            types={"list.bulk_finished"},
            whom=_bulk_starter,
            icon="list-check",
            tells_doer=True,
        ),
        Kind(
            code="webhook.paused",
            words=_("Your webhook was paused"),
            right="",
            types={"webhook.paused"},
            whom=_webhook_owner,
            icon="player-pause",
            tone="red",
        ),
    )


def _named(views: Mapping[int, work.SubjectView]) -> dict[int, Subject]:
    return {key: Subject(view.title, view.url, view.who) for key, view in views.items()}


def _imports(actor: Actor, ids: Sequence[int]) -> dict[int, Subject]:
    found = imports.list_runs(actor).filter(id__in=ids)
    return {run.id: Subject(run.name, reverse("import", args=[run.public_id])) for run in found}


def _exports(actor: Actor, ids: Sequence[int]) -> dict[int, Subject]:
    """One's own, of those that wait to be fetched or have expired meanwhile; what was sent at once needs no notice."""
    found = exports.list_exports(actor).filter(id__in=ids).exclude(state=Export.State.SENT)
    return {one.id: Subject(_list_title(one.listing), reverse("exports")) for one in found}


def _bulk_runs(actor: Actor, ids: Sequence[int]) -> dict[int, Subject]:
    found = runs.list_runs(actor).filter(id__in=ids)
    return {
        run.id: Subject(_list_title(run.listing), reverse("list_run", args=[run.public_id])) for run in found
    }


def _list_title(code: str) -> str:
    return str(lists.registered()[code].title) if code in lists.registered() else code


def _webhooks(actor: Actor, ids: Sequence[int]) -> dict[int, Subject]:
    if not (actor.may(webhook_reach.ALL) or actor.may(webhook_reach.OWN)):
        return {}
    found = webhooks.list_endpoints(actor).filter(id__in=ids)
    return {one.id: Subject(one.url, reverse("webhook", args=[one.public_id])) for one in found}


def _importer(event: Event) -> list[int]:
    return _present(ImportRun.objects.filter(id=event.subject_id).values_list("owner_id", flat=True))


def _exporter(event: Event) -> list[int]:
    return _present(Export.objects.filter(id=event.subject_id).values_list("user_id", flat=True))


def _bulk_starter(event: Event) -> list[int]:
    return _present(BulkRun.objects.filter(id=event.subject_id).values_list("user_id", flat=True))


def _webhook_owner(event: Event) -> list[int]:
    return _present(WebhookEndpoint.objects.filter(id=event.subject_id).values_list("owner_id", flat=True))


def _present(users: Iterable[int | None]) -> list[int]:
    return [user for user in users if user is not None]


def _given_to(event: Event) -> list[int]:
    return list(User.objects.filter(public_id=str(event.data.get("member", ""))).values_list("id", flat=True))


def _handlers_when_customer(event: Event) -> list[int]:
    if event.actor_kind not in CUSTOMERS:
        return []
    return work.handlers_of((event.subject_kind, event.subject_id))


def _handlers_and_supervisors(event: Event) -> list[int]:
    over = staff.in_charge("cases.handle", event.unit_id) if event.unit_id else []
    return [*work.handlers_of((event.subject_kind, event.subject_id)), *over]


def _mentioned(event: Event) -> list[int]:
    codes = event.data.get("mentions") or []
    return list(User.objects.filter(public_id__in=codes, is_active=True).values_list("id", flat=True))


def _handlers_of_issue(event: Event) -> list[int]:
    """Whoever acted on the issue last, and where nobody has yet, who answers for its team."""
    handlers = issues.handlers_of(str(event.data.get("issue", "")))
    return handlers or (staff.in_charge("cases.handle", event.unit_id) if event.unit_id else [])
