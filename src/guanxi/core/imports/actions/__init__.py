"""Everything that may be done with a run, except the carrying on itself (`running.py`, `trying.py`, `undoing.py`)."""

from guanxi.core.imports.actions.choosing import choose, mapping_by_name, problems, sample_of
from guanxi.core.imports.actions.receiving import look_again, receive, receive_once, refused
from guanxi.core.imports.actions.steps import (
    cancel,
    drop,
    resume,
    start,
    start_check,
    start_undo,
)

__all__ = [
    "cancel",
    "choose",
    "drop",
    "look_again",
    "mapping_by_name",
    "problems",
    "receive",
    "receive_once",
    "refused",
    "resume",
    "sample_of",
    "start",
    "start_check",
    "start_undo",
]
