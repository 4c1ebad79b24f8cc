"""What somebody may ask about in *Effective rights* and whose words the audit trail shows: rooms' rows, named here."""

from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.cases.models import Case
from guanxi.cases.queries import issues
from guanxi.channels.models import Message
from guanxi.core import audit, effective
from guanxi.core.access import Actor
from guanxi.core.effective import Thing
from guanxi.engine.normalise import mask
from guanxi.people import queries as people
from guanxi.people.models import Record
from guanxi.trade.models import Entry, Order, Payout
from guanxi.trade.queries import books
from guanxi.work.models import WorkItem

# A right without which values are masked, and what is masked then.
MASKS = {"people.contacts": gettext_lazy("Telephone numbers and addresses of customers are masked.")}


def connect() -> None:
    """Called once at start-up."""
    effective.register(
        Thing(
            code="case",
            title=gettext_lazy("Case"),
            model=Case,
            find=_by(Case, "number"),
            name=lambda case: str(case.number),
            url=lambda case: reverse("case", args=[case.number]),
        ),
        Thing(
            code="customer",
            title=gettext_lazy("Customer"),
            model=Record,
            find=_newest_record,
            name=lambda record: str(record.customer.public_id),
            url=lambda record: reverse("customer", args=[record.customer.public_id]),
            together=_of_the_same_person,
        ),
        Thing(
            code="order",
            title=gettext_lazy("Order"),
            model=Order,
            find=_by(Order, "number"),
            name=lambda order: str(order.number),
            url=lambda order: reverse("orders"),
        ),
        Thing(
            code="work",
            title=gettext_lazy("Piece of work"),
            model=WorkItem,
            find=_by(WorkItem, "public_id"),
            name=lambda item: str(item.public_id),
            url=lambda item: reverse("today"),
        ),
    )
    books.name_reasons("issue", _cases_of_issues)
    for kind, model in (
        ("record", Record),
        ("case", Case),
        ("message", Message),
        ("order", Order),
        ("entry", Entry),
        ("payout", Payout),
    ):
        audit.guard(kind, _visible(model))
    audit.guard("work", _visible(WorkItem))
    for field, kind in (("phone", "phone"), ("email", "email"), ("member", "member")):
        audit.mask(field, _masked(kind))


def _cases_of_issues(actor: Actor, keys: Collection[int]) -> dict[int, tuple[str, str]]:
    """Money moves for an issue; people know the number of its case."""
    found = issues.numbers_of(actor, keys)
    return {key: (number, reverse("case", args=[number])) for key, number in found.items()}


def _by(model: Any, field: str) -> Callable[[str], int | None]:
    def find(text: str) -> int | None:
        found: int | None = model.objects.filter(**{field: text}).values_list("pk", flat=True).first()
        return found

    return find


def _newest_record(text: str) -> int | None:
    """A customer is seen through their records; the newest stands for them."""
    found = Record.objects.filter(customer__public_id=people.code_now(text)).order_by("-created", "-id")
    key: int | None = found.values_list("pk", flat=True).first()
    return key


def _of_the_same_person(key: int) -> list[int]:
    found = Record.objects.filter(customer__records=key).order_by("-created", "-id")
    return list(found.values_list("pk", flat=True)[:200])


def _visible(model: Any) -> Callable[[Actor, int], bool]:
    def may(actor: Actor, key: int) -> bool:
        return bool(model.objects.visible_to(actor).filter(pk=key).exists())

    return may


def _masked(kind: str) -> Callable[[Actor, str], str]:
    def hide(actor: Actor, text: str) -> str:
        return text if actor.may("people.contacts") else mask(kind, text)

    return hide


def kind_words(kind: str) -> str:
    """A kind of subject in words, for the audit trail."""
    named = {
        "case": _("case"),
        "record": _("customer record"),
        "customer": _("customer"),
        "message": _("message"),
        "order": _("order"),
        "entry": _("movement of money"),
        "payout": _("payout"),
        "work": _("piece of work"),
        "user": _("member of staff"),
        "role": _("role"),
        "unit": _("unit"),
        "member": _("seat"),
        "setting": _("setting"),
        "token": _("API token"),
        "retention": _("retention"),
        "chain": _("audit chain"),
        "job": _("job"),
        "export": _("export"),
        "bulk": _("bulk action"),
        "view": _("view"),
        "scan": _("scan of all customers"),
    }
    return named.get(kind, kind)
