"""The rules of cases, pure: `requests` (letters and questions), `machine` (an issue's procedure), `policy` (what packs set),
`text` (words people write), `money` (what is still to be paid)."""

from guanxi.cases.rules.requests import (
    ANSWERED,
    CUSTOMER,
    LIMITS,
    PAST,
    PROCEDURE,
    RECORDED,
    RESOLVED,
    STAFF,
    SYSTEM,
    TABLE,
    TURN,
    version_hash,
)
from guanxi.cases.rules.text import TEXT_CHARS_MAX, TITLE_CHARS, language_of, title_of
from guanxi.engine.writing import clean_text

__all__ = [
    "ANSWERED",
    "CUSTOMER",
    "LIMITS",
    "PAST",
    "PROCEDURE",
    "RECORDED",
    "RESOLVED",
    "STAFF",
    "SYSTEM",
    "TABLE",
    "TEXT_CHARS_MAX",
    "TITLE_CHARS",
    "TURN",
    "clean_text",
    "language_of",
    "title_of",
    "version_hash",
]
