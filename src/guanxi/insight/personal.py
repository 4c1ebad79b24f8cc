"""What insight holds of a person: what was worked out about them, and what somebody set by hand."""

from django.utils.translation import gettext_lazy as _

from guanxi.core.personal import Fate, Holding, nothing
from guanxi.insight.models import Override, Run, Worth

ROOM = _("What we worked out")

HOLDINGS = (
    Holding(
        code="insight.worth",
        title=_("Class, value and forecast"),
        room=ROOM,
        model=Worth,
        find=lambda person: Worth.objects.filter(customer__in=person.customers),
        values={"facts": {}},
        plain=("standing", "tier", "pending_standing", "pending_tier"),
        anonymise=Fate.DELETE,
        erase=Fate.DELETE,
        shows={
            "standing": _("class"),
            "tier": _("tier"),
            "value_minor": _("value in a year, in hundredths"),
            "loyalty": _("loyalty"),
            "coverage": _("how much of it is known"),
            "expected": _("purchases expected"),
            "silent": _("chance of none"),
            "facts": _("worked out from"),
        },
    ),
    Holding(
        code="insight.overrides",
        title=_("Classes set by hand"),
        room=ROOM,
        model=Override,
        find=lambda person: Override.objects.filter(customer__in=person.customers),
        values={"reason": ""},
        plain=("standing", "tier"),
        erase=Fate.DELETE,
        shows={"made": _("when"), "standing": _("class"), "reason": _("reason"), "until": _("until")},
    ),
)


def connect() -> None:
    nothing("the house: what a reckoning of everybody used and came to", Run)
