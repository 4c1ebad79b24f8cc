"""The register of requests: taking one in, more time for it, refusing it, carrying it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.core import events, options
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.personal import Way
from guanxi.people import events as happened
from guanxi.people.actions.consents import require_holder
from guanxi.people.actions.privacy.forgetting import forget
from guanxi.people.actions.privacy.marking import about, object_to_all, read_why, restrict, told
from guanxi.people.models import Customer, PrivacyRequest, Record
from guanxi.people.queries import privacy as queries
from guanxi.people.rules.privacy import due_by, typed_right

NOTE_CHARS_MAX = 2_000
OPEN_OF_ONE_MAX = 5  # that one customer may have open at once
State, Kinds, Law = PrivacyRequest.State, PrivacyRequest.Kind, PrivacyRequest.Law
DAYS = "privacy.pipl_days"
LAW = "privacy.law"


@action
def open_request(
    *,
    actor: Actor,
    now: datetime,
    public_id: str,
    kind: str,
    channel: str,
    law: str = "",
    note: str = "",
    received: datetime | None = None,
) -> PrivacyRequest:
    """Take in what somebody asks about their data; the limit runs from when it reached us.

    Staff with `people.privacy`, or the customer themself by their link or signed in. The same kind asked again while it is
    open is that one. Raises `NotFound`, `Invalid` naming the field, `Conflict` for too many.
    """
    customer = _customer_of(actor, public_id)
    law = law or options.text(LAW)
    wrong = _wrong(kind, law, note, received, now)
    if wrong:
        raise Invalid(fields=wrong)
    Customer.objects.select_for_update().get(id=customer.id)
    open_ones = PrivacyRequest.objects.filter(customer=customer, closed=None)
    if same := open_ones.filter(kind=kind).first():
        return same
    if open_ones.count() >= OPEN_OF_ONE_MAX:
        raise Conflict(_("There are open requests of this customer already."), code="busy")
    begun = received or now
    due = due_by(law, begun, settings.TIME_ZONE, days=options.number(DAYS))
    row = PrivacyRequest(
        customer=customer,
        kind=kind,
        law=law,
        channel=channel,
        received=begun,
        due=due.at,
        due_explanation=due.why.as_json(),
        note=note.strip(),
    )
    told_of = about(happened.REQUEST_OPENED, actor, now, customer, **_data(row))
    events.record(told(told_of, note.strip()) if note.strip() else told_of, with_rows=[row])
    return row


def _customer_of(actor: Actor, public_id: str) -> Customer:
    if actor.kind in (Kind.LINK, Kind.CUSTOMER):
        customer_id = actor.customer_id or (actor.subject or ("", 0))[1]
        customer = Customer.objects.filter(id=customer_id, public_id=public_id).first()
        if customer is None:
            raise NotFound
        if actor.kind is Kind.LINK:
            record = Record.objects.filter(customer=customer).values_list("id", flat=True).first()
            require_holder(actor, record or 0)
        return customer
    return queries.get_subject(actor, public_id)


def _wrong(kind: str, law: str, note: str, received: datetime | None, now: datetime) -> Mapping[str, Any]:
    wrong: dict[str, Any] = {}
    if kind not in Kinds.values:
        wrong["kind"] = _("Please choose one of these.")
    if law not in Law.values:
        wrong["law"] = _("Please choose one of these.")
    if len(note) > NOTE_CHARS_MAX:
        wrong["note"] = _("At most %(most)s characters fit here.") % {"most": NOTE_CHARS_MAX}
    if received is not None and received > now:
        wrong["received"] = _("This lies in the future.")
    return wrong


def _data(row: PrivacyRequest) -> dict[str, Any]:
    return {"request": row.public_id, "kind": row.kind, "law": row.law}


def _locked(actor: Actor, public_id: str) -> PrivacyRequest:
    """An open request the actor may deal with. Raises `NotFound`, `Conflict` for one that is closed."""
    seen = queries.get_request(actor, public_id)
    row = PrivacyRequest.objects.select_for_update(of=("self",)).select_related("customer").get(id=seen.id)
    if row.closed is not None:
        raise Conflict(_("This request is closed already."), code="closed")
    return row


@action
def extend(*, actor: Actor, now: datetime, public_id: str, why: str) -> PrivacyRequest:
    """Take more time, once: two further months (GDPR), as many working days again (PIPL). Raises as `refuse`."""
    row = _locked(actor, public_id)
    why = read_why(why)
    if row.extended is not None:
        raise Conflict(_("The limit was extended before; the law knows no second time."), code="extended")
    if now > row.due:
        raise Conflict(_("The limit has passed: it can be extended before its end only."), code="too_late")
    due = due_by(row.law, row.received, settings.TIME_ZONE, days=options.number(DAYS), extended=True)
    row.extended, row.extended_why = now, why
    row.due, row.due_explanation = due.at, due.why.as_json()
    row.save(update_fields=["extended", "extended_why", "due", "due_explanation"])
    events.record(told(about(happened.REQUEST_EXTENDED, actor, now, row.customer, **_data(row)), why))
    return row


@action
def refuse(*, actor: Actor, now: datetime, public_id: str, why: str) -> PrivacyRequest:
    """Close a request without doing what was asked. Needs `people.privacy`; raises `NotFound`, `Invalid`, `Conflict`."""
    row = _locked(actor, public_id)
    return _close(actor, now, row, State.REFUSED, read_why(why))


@action
def close(*, actor: Actor, now: datetime, public_id: str, outcome: str) -> PrivacyRequest:
    """Close a request that was answered by hand (a correction, a copy handed over), saying how. Raises as `refuse`."""
    row = _locked(actor, public_id)
    return _close(actor, now, row, State.DONE, read_why(outcome))


def _close(actor: Actor, now: datetime, row: PrivacyRequest, state: str, outcome: str) -> PrivacyRequest:
    row.state, row.closed, row.outcome, row.by = state, now, outcome, actor.id
    row.save(update_fields=["state", "closed", "outcome", "by"])
    kind = happened.REQUEST_REFUSED if state == State.REFUSED else happened.REQUEST_DONE
    event = about(kind, actor, now, row.customer, **_data(row))
    forgotten = queries.standing_of(
        list(Record.objects.filter(customer=row.customer).values_list("id", flat=True))
    ).forgotten
    events.record(event if forgotten else told(event, outcome))
    return row


@dataclass(frozen=True, slots=True)
class Deed:
    """What can be done about a person: its code, the kind of request it settles, the words written down as the outcome."""

    code: str
    settles: str
    outcome: Any


DEEDS = {
    one.code: one
    for one in (
        Deed("restrict", Kinds.RESTRICTION, _("Restricted: kept, and used for nothing else.")),
        Deed("object", Kinds.OBJECTION, _("Everything but their own matters stopped.")),
        Deed("anonymise", Kinds.ANONYMISATION, _("Anonymised.")),
        Deed("erase", Kinds.DELETION, _("Erased.")),
    )
}


@action
def carry_out(*, actor: Actor, now: datetime, public_id: str, deed: str, typed: str = "") -> PrivacyRequest:
    """Do what was asked and close the request; what cannot be undone needs the customer's number typed.

    Needs `people.privacy`. Raises `NotFound`, `Invalid` on `typed`, `Conflict` as the deed itself (a hold, an open case).
    """
    row = _locked(actor, public_id)
    if deed not in DEEDS:
        raise NotFound
    done, code = DEEDS[deed], row.customer.public_id
    if deed in ("anonymise", "erase"):
        if not typed_right(typed, code):
            raise Invalid(
                fields={"typed": _("Type the customer's number %(code)s to confirm.") % {"code": code}}
            )
        forget(actor=actor, now=now, public_id=code, way=Way(deed), request=row.public_id)
        return _close(actor, now, row, State.DONE, str(done.outcome))
    why = _("asked for by %(request)s") % {"request": row.public_id}
    act = restrict if deed == "restrict" else object_to_all
    act(actor=actor, now=now, public_id=code, why=str(why))
    return _close(actor, now, row, State.DONE, str(done.outcome))
