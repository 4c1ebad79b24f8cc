"""Occupancy: of the time people are there for calls and chats, how much they talk and write notes.

Counted by stints: a stint of being there ends with the next change of presence (timed notes end one, too) and is a row of
its own. Whoever does letters while waiting for calls is ready: letters are no part of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DurationField, F, OuterRef, Subquery, Sum
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.counting import Counting, Told
from guanxi.core.figures import Figure, Value, Whose
from guanxi.core.models import Event
from guanxi.core.phrases import span_words
from guanxi.work import rules
from guanxi.work.events import PRESENCE_CHANGED
from guanxi.work.models import Assignment, Member
from guanxi.work.queries import figures as work

THERE = (Member.Presence.READY.value, Member.Presence.WRAP_UP.value)
NOTHING = Constant(timedelta(), output_field=DurationField())


def occupancy(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Stints that ended in the span; talk and notes of one count at most as long as it is (several chats at once)."""
    changes = Event.objects.filter(type=PRESENCE_CHANGED.code)
    before = changes.filter(subject_kind="member", subject_id=OuterRef("subject_id"), id__lt=OuterRef("id"))
    found = changes.filter(occurred__gte=since, occurred__lt=until, data__from__in=THERE).annotate(
        began=Subquery(before.order_by("-id").values("occurred")[:1])
    )
    found = found.filter(began__isnull=False).filter(work.seen(actor, "unit_id", "subject_id"))
    talks = Assignment.objects.filter(
        member_id=OuterRef("subject_id"),
        item__channel__in=rules.LIVE,
        accepted__gte=OuterRef("began"),
        accepted__lt=OuterRef("occurred"),
    ).order_by()
    spent = talks.values("member").annotate(
        n=Sum(
            Coalesce("wrapped", "ended", OuterRef("occurred")) - F("accepted"), output_field=DurationField()
        )
    )
    asked = work.asked_of(found, whose, "unit_id", "subject_id").annotate(
        den=F("occurred") - F("began"),
        talked=Coalesce(Subquery(spent.values("n"), output_field=DurationField()), NOTHING),
    )
    rows = asked.annotate(num=Least(F("talked"), F("den")))
    by = {"team": "unit_id", "member": "subject_id"}
    return Counting(rows, "occurred", _tell, by, work.label, simple=False)


def _tell(rows: Sequence[Any]) -> list[Told]:
    names = work.names_of([one.subject_id for one in rows])
    words = dict(Member.Presence.choices)
    return [
        Told(
            str(words[one.data["from"]]),
            span_words(int((one.occurred - one.began).total_seconds() // 60)),
            names.get(one.subject_id, ""),
        )
        for one in rows
    ]


def _compute(actor: Actor, since: datetime, until: datetime) -> Value:
    return occupancy(actor, since, until, Whose()).value()


FIGURES = (
    Figure(
        code="work.occupancy",
        title=_("Occupancy"),
        numerator=_("time of talk, hold and notes"),
        denominator=_("time of being ready and of notes"),
        exclusions=_("time away; a stint that has not ended; several chats at once count once"),
        owner="supervisor",
        unit="%",
        target=85.0,
        at_most=True,
        right="work.view",
        others=work.OTHERS,
        compute=_compute,
        source=occupancy,
        tile=False,
        personal=True,
    ),
)
