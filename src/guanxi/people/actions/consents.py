"""What a person allows."""

from collections.abc import Mapping
from datetime import datetime

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Denied, NotFound
from guanxi.core.events import Event
from guanxi.people import events as happened
from guanxi.people import queries
from guanxi.people.actions.keeping import require_at
from guanxi.people.models import Consent


@action
def state_consent(
    *,
    actor: Actor,
    now: datetime,
    record_id: int,
    statements: Mapping[tuple[str, str], bool],
    source: str,
    proof: str = "",
    wording: str = "",
) -> list[Consent]:
    """Write down what a person allows: {(purpose, channel): yes or no}. The person themself, or staff with the right.

    `proof` tells how we know, in words that stay with the event; `wording` is the version of what they were shown.
    """
    if actor.kind is Kind.CUSTOMER:
        if record_id not in queries.records_of(actor.customer_id or 0):
            raise Denied
    elif actor.kind is Kind.LINK:
        require_holder(actor, record_id)
    else:
        actor.require("people.record")
        record = queries.list_records(actor).filter(id=record_id).first()
        if record is None:
            raise NotFound
        require_at(actor, record.unit_id)
    stated = [
        Consent(
            record_id=record_id,
            purpose=purpose,
            channel=channel,
            given=given,
            source=source,
            stated=now,
            wording=wording,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
        )
        for (purpose, channel), given in statements.items()
    ]
    data = {"statements": [[one.purpose, one.channel, one.given] for one in stated]}
    events.record(
        Event(
            happened.CONSENT_STATED.code,
            actor,
            now,
            ("record", record_id),
            record_id=record_id,
            data=data,
            detail={"proof": proof} if proof else None,
        ),
        with_rows=stated,
    )
    return stated


def require_holder(actor: Actor, record_id: int) -> None:
    """That a preference link is about whoever this record belongs to. Raises `Denied`."""
    kind, customer_id = actor.subject or ("", 0)
    if kind != "customer" or record_id not in queries.records_of(customer_id):
        raise Denied
