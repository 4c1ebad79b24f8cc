"""Key figures of our own calls: who is reached, who buys, and what of it goes back. By list and by person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Value as Constant
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.channels.models import CallEntry, CallList
from guanxi.channels.words import RESULTS
from guanxi.core.access import Actor
from guanxi.core.counting import Counting, Told
from guanxi.core.figures import Figure, Value, Whose
from guanxi.work.models import Member
from guanxi.work.queries import figures as work

ONE, NONE = Constant(1), Constant(0)


def _dialled(actor: Actor, since: datetime, until: datetime, whose: Whose) -> QuerySet[Any, Any]:
    """Customers of lists whose last dialling was in the span."""
    seat = Subquery(Member.objects.filter(user=OuterRef("user")).values("id")[:1])
    found = CallEntry.objects.filter(dialled__gte=since, dialled__lt=until).annotate(by=seat, den=ONE)
    found = found.filter(work.seen(actor, "list__team_id", "by")).select_related("list", "record__customer")
    asked: QuerySet[Any, Any] = work.asked_of(found, whose, "list__team_id", "by")
    return asked


def _counting(found: QuerySet[Any, Any], good: Q) -> Counting:
    num = Case(When(good, then=ONE), default=NONE)
    by = {"team": "list__team_id", "member": "by", "list": "list_id"}
    return Counting(found.annotate(num=num), "dialled", _tell, by, _label)


def reached(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Somebody was spoken to."""
    return _counting(_dialled(actor, since, until, whose), Q(reached=True))


def sold(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Of those who were spoken to, who bought."""
    return _counting(_dialled(actor, since, until, whose).filter(reached=True), Q(result="sale"))


def kept(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
    """Of those who were spoken to, who did not ask never to be rung again."""
    return _counting(_dialled(actor, since, until, whose).filter(reached=True), ~Q(result="do_not_call"))


def _tell(rows: Sequence[Any]) -> list[Told]:
    names = work.names_of([one.by for one in rows])
    return [
        Told(
            one.record.called,
            str(RESULTS.get(one.result, "")),
            names.get(one.by or 0, ""),
            reverse("customer", args=[one.record.customer.public_id]),
        )
        for one in rows
    ]


def _label(dimension: str, keys: Sequence[Any]) -> Any:
    if dimension != "list":
        return work.label(dimension, keys)
    return {one.pk: one.name for one in CallList.objects.filter(pk__in=keys)}


def _figure(code: str, source: work.Source, **words: Any) -> Figure:
    def compute(actor: Actor, since: datetime, until: datetime) -> Value:
        return source(actor, since, until, Whose()).value()

    told = {"exclusions": _("those dialled again later are counted on that day"), "target": None, **words}
    return Figure(
        code=f"calls.{code}", right="work.view", others=work.OTHERS, owner="campaigns", personal=True, unit="%",
        compute=compute, source=source, tile=False, **told,
    )  # fmt: skip


_SPOKEN = _("customers who were spoken to")
FIGURES = (
    _figure("reached", reached, title=_("Reached by our calls"), numerator=_SPOKEN, denominator=_("customers dialled")),
    _figure("sold", sold, title=_("Sold by our calls"), numerator=_("those who bought"), denominator=_SPOKEN),
    _figure("kept", kept, title=_("Still to be rung after our calls"), numerator=_("those who did not ask to be left alone"),
            denominator=_SPOKEN, target=95.0),
)  # fmt: skip
