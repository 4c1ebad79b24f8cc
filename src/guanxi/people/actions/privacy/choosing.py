"""What customers choose themselves on their own page: yes or no for each purpose and channel, stop everything, nothing
personal."""

from collections.abc import Mapping
from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import NotFound
from guanxi.people import events as happened
from guanxi.people.actions.consents import state_consent
from guanxi.people.actions.privacy.marking import about, locked_mark
from guanxi.people.models import Customer, PrivacyMark, Record
from guanxi.people.queries import privacy as queries
from guanxi.people.rules.privacy import CHANNELS, OWN_MATTERS, PURPOSES, WORDING

Choices = Mapping[tuple[str, str], bool]


def _own(actor: Actor) -> tuple[Customer, int]:
    """The customer of a preference link, and their newest record. Raises `NotFound`."""
    actor.require_kind(Kind.LINK)
    kind, customer_id = actor.subject or ("", 0)
    record = Record.objects.filter(customer=customer_id).order_by("-created", "-id").first()
    if kind != "customer" or record is None:
        raise NotFound
    return record.customer, record.id


@action
def choose(*, actor: Actor, now: datetime, choices: Choices, impersonal: bool) -> int:
    """Write down what has changed against what stood before; returns how many statements. A yes ends an earlier "stop
    everything". Raises `NotFound`, `Conflict` for somebody who was forgotten."""
    customer, record_id = _own(actor)
    mark = locked_mark(customer)
    known = {key: one.given for key, one in queries.latest_of(customer.id).items()}
    changed = {
        key: given
        for key, given in choices.items()
        if key[0] in PURPOSES and key[1] in CHANNELS and known.get(key, _silence(key)) != given
    }
    if changed:
        state_consent(
            actor=actor,
            now=now,
            record_id=record_id,
            statements=changed,
            source="preferences",
            wording=WORDING,
        )
    if any(changed.values()) and mark.objected:
        mark.objected = None
        PrivacyMark.objects.filter(customer__merged_into=customer).update(objected=None)
    if changed or mark.impersonal != impersonal:
        mark.impersonal = impersonal
        mark.save()
        events.record(about(happened.CHOSE, actor, now, customer, count=len(changed), impersonal=impersonal))
    return len(changed)


def _silence(key: tuple[str, str]) -> bool:
    """What saying nothing means: for their own matters that we may, for all else that we may not."""
    return key[0] in OWN_MATTERS


@action
def stop_all(*, actor: Actor, now: datetime) -> None:
    """One click: a no to everything on every channel, and no later file or form turns it into a yes but their own word."""
    customer, record_id = _own(actor)
    mark = locked_mark(customer)
    known = {key: one.given for key, one in queries.latest_of(customer.id).items()}
    no = {(purpose, channel): False for purpose in PURPOSES for channel in CHANNELS}
    fresh = {key: given for key, given in no.items() if known.get(key) is not False}
    if fresh:
        state_consent(
            actor=actor, now=now, record_id=record_id, statements=fresh, source="preferences", wording=WORDING
        )
    if mark.objected is None:
        mark.objected = now
        mark.save()
        events.record(about(happened.OBJECTED, actor, now, customer))
