"""Words for why a file is not taken, and the right to erase one."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(Right("files.erase", _("Erase attached files for good")))
    words.register(
        {
            "file.kind": _("“%(name)s” was not taken: only pictures, PDF, Word, Excel, CSV and text."),
            "file.empty": _("“%(name)s” is empty."),
            "file.large": _("“%(name)s” is too large: at most %(most)s."),
            "file.disguised": _("“%(name)s” was not taken: its content is not what its name says."),
            "file.pixels": _("“%(name)s” was not taken: the picture is too large to be opened safely."),
            "file.macros": _("“%(name)s” was not taken: it contains macros."),
            "file.bomb": _("“%(name)s” was not taken: it would unpack to an unreasonable size."),
            "file.locked": _("“%(name)s” was not taken: it is locked with a password."),
        }
    )
