"""What people are told, and whom each event concerns: the kinds of notices of the rooms below. Registered by wiring."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries as cases
from guanxi.core import staff
from guanxi.core.access import Actor
from guanxi.core.access import Kind as ActorKind
from guanxi.core.models import Event, User
from guanxi.core.notices import Kind, Subject, register, register_subject
from guanxi.site import reviews
from guanxi.work import queries as work

CUSTOMERS = (ActorKind.CUSTOMER.value, ActorKind.LINK.value, ActorKind.PUBLIC.value, ActorKind.TOKEN.value)


def connect() -> None:
    """Called once at start-up. A kind whose events another room does not emit yet tells nobody."""
    register_subject("case", lambda actor, ids: _named(cases.describe(actor, list(ids))))
    register_subject("review", lambda actor, ids: _named(reviews.describe(actor, list(ids))))
    register_subject("user", _own_page)
    register(
        Kind(
            code="work.assigned",
            words=_("Given to you"),
            right="work.view",
            types={"work.assigned"},
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
            code="mention",
            words=_("You were mentioned"),
            right="work.view",
            types={"work.returned"},
            whom=_mentioned,
            subject=lambda event: work.subject_of(event.subject_id),
            icon="user",
        ),
    )


def _named(views: Mapping[int, work.SubjectView]) -> dict[int, Subject]:
    return {key: Subject(view.title, view.url, view.who) for key, view in views.items()}


def _own_page(actor: Actor, ids: Sequence[int]) -> dict[int, Subject]:
    """One's own account, for what has no other subject."""
    return {key: Subject(actor.name, reverse("today")) for key in ids if key == actor.user_id}


def starter(event: Event) -> list[int]:
    """The member of staff who set something off: told when it has ended."""
    code = str(event.data.get("user") or (event.actor_id if event.actor_kind == ActorKind.STAFF else ""))
    return list(User.objects.filter(public_id=code).values_list("id", flat=True)) if code else []


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
