"""Bringing in files: read, mapped, tried, written in the background, undone. Knows no word of the business.

A room says in its `imports.py` what a row may be (`Kind`, with `plan`, `apply`, `undo`); `site/wiring.py` registers it.
The life of a run: `actions.receive` (a draft with a proposal) -> `choose` -> `start_check` -> `start` -> done, and from
there `start_undo`. What carries it on in the background stands in `running.py`.
"""

from guanxi.core.imports.faults import REFUSED, WARNED, BadFile, Fault, Unreadable
from guanxi.core.imports.kinds import Done, Field, File, Kind, Line, Option, register
from guanxi.core.imports.values import Style, Type

__all__ = [
    "REFUSED",
    "WARNED",
    "BadFile",
    "Done",
    "Fault",
    "Field",
    "File",
    "Kind",
    "Line",
    "Option",
    "Style",
    "Type",
    "Unreadable",
    "register",
]
