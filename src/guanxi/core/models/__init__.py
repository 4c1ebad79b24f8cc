"""Core's tables, one file per door of core."""

from guanxi.core.models.access import ApiToken, Role, RoleGrant, Unit, User
from guanxi.core.models.events import Consumer, Detail, Event, SealHead
from guanxi.core.models.files import File
from guanxi.core.models.holds import LegalHold
from guanxi.core.models.idempotency import IdempotencyKey
from guanxi.core.models.imports import ImportChunk, ImportMapping, ImportPart, ImportRun
from guanxi.core.models.jobs import Job, Tick
from guanxi.core.models.lists import BulkRow, BulkRun, Export, SavedView
from guanxi.core.models.notices import Notice, NoticeChoice, StaffLetter, StepTaken
from guanxi.core.models.options import Setting
from guanxi.core.models.search import SearchEntry
from guanxi.core.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiToken",
    "BulkRow",
    "BulkRun",
    "Consumer",
    "Detail",
    "Event",
    "Export",
    "File",
    "IdempotencyKey",
    "ImportChunk",
    "ImportMapping",
    "ImportPart",
    "ImportRun",
    "Job",
    "LegalHold",
    "Notice",
    "NoticeChoice",
    "Role",
    "RoleGrant",
    "SavedView",
    "SealHead",
    "SearchEntry",
    "Setting",
    "StaffLetter",
    "StepTaken",
    "Tick",
    "Unit",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
]
