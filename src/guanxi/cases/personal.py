"""What cases hold of a person: their words as the title. The case itself stays, for the figures, without anybody."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from guanxi.cases import rules
from guanxi.cases.models import Case
from guanxi.core.personal import Holding, Person, Way

ROOM = _("Cases")


def _open(person: Person) -> list[str]:
    numbers = Case.objects.filter(record__in=person.records).exclude(state=rules.RESOLVED)
    return [
        str(_("The case %(number)s is not settled yet.")) % {"number": number}
        for number in numbers.order_by("opened").values_list("number", flat=True)
    ]


def _clear(person: Person, way: Way, now: datetime) -> int:
    """The title is the first of their words; links given out open nothing any more."""
    return Case.objects.filter(record__in=person.records).update(
        title=F("number"), link_version=F("link_version") + 1, version=F("version") + 1
    )


HOLDINGS = (
    Holding(
        code="cases.cases",
        title=_("Cases, without their words"),
        room=ROOM,
        model=Case,
        find=lambda person: Case.objects.filter(record__in=person.records),
        values={"title": ""},
        plain=("public_id", "number", "kind", "channel", "language", "state", "turn", "due_explanation"),
        clear=_clear,
        blocks=_open,
        keyed=True,
        codes=("public_id", "number"),
        words=("title",),
        shows={
            "number": _("number"),
            "title": _("title"),
            "kind": _("kind"),
            "channel": _("channel"),
            "state": _("state"),
            "opened": _("opened"),
            "due": _("promised by"),
            "resolved": _("settled"),
        },
    ),
)
