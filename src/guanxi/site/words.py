"""Rights of the site itself."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("site.settings", _("See settings and background work")),
        Right("site.sample", _("Remove the sample world")),
        Right("site.audit", _("Read the audit trail")),
    )
    words.register(
        {
            "channel.club-history": _("member file"),
            "channel.demo": _("sample world"),
        }
    )
