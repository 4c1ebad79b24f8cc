"""Files people attach: taken in, checked, kept once, shown to whoever may see what they hang on.

A room that wants files on its subject: `files.register("case", may_see)` in `site/wiring.py`; in its page
`given = files.receive(request.FILES.getlist("files"))`; in its action
`files.attach(given, actor=..., now=..., subject=("case", id), part_id=message.id, record_id=...)` gives the rows to write;
to show them `files.list_on(subject)` and `files.cards(...)`.
"""

from guanxi.core.files.intake import FILES_MAX, NO_FILES, Given, Stored, again, bytes_max, form, receive
from guanxi.core.files.kinds import ACCEPT
from guanxi.core.files.reach import by_part, get, list_on, register

__all__ = [
    "ACCEPT",
    "FILES_MAX",
    "NO_FILES",
    "Given",
    "Stored",
    "again",
    "by_part",
    "bytes_max",
    "form",
    "get",
    "list_on",
    "receive",
    "register",
]
