"""Who may act for a client: giving a mandate, taking it back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Invalid, NotFound, Words
from guanxi.core.events import Event
from guanxi.core.money import MoneyError, digits_of
from guanxi.people.models import Record
from guanxi.trade import events as happened
from guanxi.trade.actions.held.allowing import KEEP, allow
from guanxi.trade.models import Mandate
from guanxi.trade.queries.holdings import today

CAPACITY_CHARS_MAX = 60
REVOKED_WHY = ("client", "left", "replaced", "house")


@dataclass(frozen=True, slots=True)
class NewMandate:
    """Limits in whole minor units of `currency`: None without limit, 0 not at all. Both 0: may see, and sign nothing."""

    alone_minor: int | None = 0
    together_minor: int | None = 0
    currency: str = "CNY"
    since: date | None = None  # today
    until: date | None = None
    capacity: str = ""
    sample: bool = False


@action
def grant_mandate(
    *, actor: Actor, now: datetime, record_id: int, person_id: int, mandate: NewMandate
) -> Mandate:
    """Let a person act for a client. The same mandate that still stands is not given twice.

    Needs `trade.holdings.keep` at the client's branch. Raises `NotFound` for either, `Denied`, `Invalid` naming the field.
    """
    seen = {one.id: one for one in Record.objects.visible_to(actor).filter(id__in=(record_id, person_id))}
    if record_id not in seen or person_id not in seen:
        raise NotFound
    client, person = seen[record_id], seen[person_id]
    allow(actor, KEEP, client.unit_id)
    _check(mandate, client, person)
    since = mandate.since or today(now)
    if mandate.until is not None and mandate.until <= since:
        raise Invalid(fields={"until": _("This must be after the first day.")})
    values = {
        "record_id": record_id,
        "person_id": person_id,
        "alone_minor": mandate.alone_minor,
        "together_minor": mandate.together_minor,
        "currency": mandate.currency,
        "since": since,
        "until": mandate.until,
    }
    known: Mandate | None = Mandate.objects.filter(**values, revoked=None).first()
    if known is not None:
        return known
    row = Mandate(**values, capacity=mandate.capacity.strip(), granted=now, sample=mandate.sample)
    data: dict[str, object] = {
        "mandate": row.public_id,
        "alone_minor": row.alone_minor,
        "together_minor": row.together_minor,
        "currency": row.currency,
        "since": since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
    }
    events.record(
        _event(happened.MANDATE_GRANTED.code, actor, now, row, client.unit_id, data), with_rows=[row]
    )
    return row


def _check(mandate: NewMandate, client: Record, person: Record) -> None:
    wrong: dict[str, Words] = {}
    try:
        digits_of(mandate.currency)
    except MoneyError:
        wrong["currency"] = _("This is no currency code such as CNY or USD.")
    for field, limit in (("alone", mandate.alone_minor), ("together", mandate.together_minor)):
        if limit is not None and not 0 <= limit < 10**15:
            wrong[field] = _("This must not be below nought.")
    if client.customer_id == person.customer_id:
        wrong["person"] = _("Nobody needs a mandate for themselves.")
    if person.nature == Record.Nature.COMPANY:
        wrong["person"] = _("Only a person can sign.")
    if len(mandate.capacity.strip()) > CAPACITY_CHARS_MAX:
        wrong["capacity"] = _("At most %(most)s characters fit here.") % {"most": CAPACITY_CHARS_MAX}
    if wrong:
        raise Invalid(fields=wrong)


def _event(
    code: str, actor: Actor, now: datetime, row: Mandate, unit_id: int | None, data: dict[str, object]
) -> Event:
    return Event(code, actor, now, ("mandate", row.id), record_id=row.record_id, unit_id=unit_id, data=data)


@action
def revoke_mandate(*, actor: Actor, now: datetime, public_id: str, why: str = "client") -> Mandate:
    """End a mandate at once, also for orders not yet confirmed; twice is once. Needs `trade.holdings.keep`.

    What was confirmed under it stays so. Raises `NotFound`, `Denied`, `Invalid` for a reason that is none.
    """
    if not Mandate.objects.visible_to(actor).filter(public_id=public_id).exists():
        raise NotFound
    row: Mandate = (
        Mandate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("record")
        .get(public_id=public_id)
    )
    allow(actor, KEEP, row.record.unit_id)
    if row.revoked is not None:
        return row
    if why not in REVOKED_WHY:
        raise Invalid(fields={"why": _("There is no such reason.")})
    row.revoked, row.why = now, why
    row.save(update_fields=["revoked", "why"])
    data: dict[str, object] = {"mandate": row.public_id, "why": why}
    events.record(_event(happened.MANDATE_REVOKED.code, actor, now, row, row.record.unit_id, data))
    return row
