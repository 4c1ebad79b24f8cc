"""Who may hear what: which right shows an event, and whether it reaches the unit where the event happened."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from guanxi.core import staff, timeline, tokens
from guanxi.core.access import PUBLIC, Actor, Kind
from guanxi.core.models import Event, WebhookEndpoint

Whose = Callable[[Iterable[int]], Mapping[int, tuple[str, int | None]]]
OWN = "api.webhooks.own"
ALL = "site.settings"
_AUDIT = "site.audit"
_rights: dict[str, str] = {}
_whose: list[Whose] = []


def register(rights: Mapping[str, str], whose: Whose) -> None:
    """By `site/wiring.py`: the right that shows events of each first word (`case` -> `cases.view`), and how to find the
    customer's public id and the unit of records. Events nobody named need `site.audit`."""
    _rights.update(rights)
    _whose[:] = [whose]


def right_of(event_type: str) -> str:
    return _rights.get(event_type.partition(".")[0], _AUDIT)


def records_of(events: Iterable[Event]) -> Mapping[int, tuple[str, int | None]]:
    """record id -> (customer's public id, the record's unit), in one statement."""
    ids = {event.record_id for event in events if event.record_id is not None}
    return _whose[0](ids) if ids and _whose else {}


def may_hear(actor: Actor, event: Event, records: Mapping[int, tuple[str, int | None]]) -> bool:
    """Whether the right reaches the event's unit, or else its record's. Rights that reach one's own rows show none."""
    reach = actor.reach(right_of(event.type))
    if reach.everything:
        return True
    unit_id = event.unit_id
    if unit_id is None and event.record_id is not None:
        unit_id = records.get(event.record_id, ("", None))[1]
    return unit_id is not None and unit_id in reach.units


def types_of(actor: Actor, wanted: Iterable[str]) -> list[str]:
    """The event types behind `case.opened`, `case.*` or nothing (all), as far as the actor has the right for them."""
    patterns = list(wanted)
    return [
        code
        for code in timeline.registered()
        if actor.may(right_of(code)) and (not patterns or any(is_meant(code, one) for one in patterns))
    ]


def is_meant(code: str, pattern: str) -> bool:
    return code == pattern or (pattern.endswith(".*") and code.startswith(pattern[:-1]))


def actor_of(endpoint: WebhookEndpoint, now: datetime) -> Actor:
    """On whose behalf an endpoint hears, with what they may now. A visitor when they have left, or may have none."""
    actor = PUBLIC
    if endpoint.token_id is not None:
        actor = tokens.actor_of(endpoint.token_id, now)
    elif endpoint.owner is not None:
        actor = staff.actor_of(endpoint.owner)
    return actor if actor.kind is not Kind.PUBLIC and (actor.may(OWN) or actor.may(ALL)) else PUBLIC
