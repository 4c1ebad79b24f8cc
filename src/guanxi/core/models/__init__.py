"""Core's tables, one file per door of core."""

from guanxi.core.models.access import ApiToken, Role, RoleGrant, Unit, User
from guanxi.core.models.events import Consumer, Detail, Event, SealHead
from guanxi.core.models.idempotency import IdempotencyKey
from guanxi.core.models.jobs import Job, Tick
from guanxi.core.models.search import SearchEntry

__all__ = [
    "ApiToken",
    "Consumer",
    "Detail",
    "Event",
    "IdempotencyKey",
    "Job",
    "Role",
    "RoleGrant",
    "SealHead",
    "SearchEntry",
    "Tick",
    "Unit",
    "User",
]
