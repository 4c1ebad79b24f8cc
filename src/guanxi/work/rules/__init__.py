"""Rules of work: who gets which piece of work and why (`assignment`), opening hours (`opening`), quality (`auditing`). Pure."""

from guanxi.work.rules.assignment import (
    DEFERRED,
    GRACE,
    HEARTBEAT_MAX,
    LANES,
    LIVE,
    PARKED_MAX,
    RULE,
    UNANSWERED_MAX,
    choose,
    explain,
    nameless,
    said_by_hand,
    told,
)
from guanxi.work.rules.auditing import CODES, CRITERIA, drawn, errors_of
from guanxi.work.rules.opening import LOOK_AHEAD_DAYS, Opening, opening, week_of

__all__ = [
    "CODES",
    "CRITERIA",
    "DEFERRED",
    "GRACE",
    "HEARTBEAT_MAX",
    "LANES",
    "LIVE",
    "LOOK_AHEAD_DAYS",
    "PARKED_MAX",
    "RULE",
    "UNANSWERED_MAX",
    "Opening",
    "choose",
    "drawn",
    "errors_of",
    "explain",
    "nameless",
    "opening",
    "said_by_hand",
    "told",
    "week_of",
]
