"""Key figures of orders, all of those promised in a period: delivered at all, on time and in full, and without a fault."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, When
from django.db.models import Value as Constant
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.counting import Counting, Told
from guanxi.core.figures import Figure, Value, Whose
from guanxi.trade.models import Order, OrderLine, Return, Shipment, Stage, Trouble

NOT_OURS = ("changed_mind", "unpaid")
"""Why an order that was cancelled is not held against us."""

Orders = QuerySet[Any, Any]  # of orders; some carry `arrived`
Blemish = Callable[[], Combinable]
_blemishes: dict[str, Blemish] = {}


def register_blemish(code: str, exists: Blemish) -> None:
    """A higher room says what else mars an order: an `Exists` over rows with `order=OuterRef("pk")`. Called in site/wiring."""
    _blemishes[code] = exists


def promised(actor: Actor, since: datetime, until: datetime) -> Orders:
    """Visible orders promised for [since, until); without those the customer took back, imported ones have no promise."""
    found: QuerySet[Order] = Order.objects.visible_to(actor)
    return found.filter(promised__gte=since, promised__lt=until).exclude(why__in=NOT_OURS).order_by()


def in_hand(found: Orders) -> Orders:
    """With `arrived`: when the last parcel was delivered, or the customer had it; only orders that arrived whole."""
    parcels = Shipment.objects.filter(order=OuterRef("pk"), void=False)
    waiting = parcels.filter(delivered=None)
    last = Max("shipments__delivered", filter=Q(shipments__void=False))
    arrived: Orders = found.exclude(Exists(waiting)).annotate(arrived=Coalesce(last, F("received")))
    return arrived.filter(Q(received__isnull=False) | Q(shipped__isnull=False), arrived__isnull=False)


def in_full(found: Orders) -> Orders:
    """Nothing that was bought was taken out of it."""
    return found.exclude(Exists(OrderLine.objects.filter(order=OuterRef("pk"), cancelled__gt=0)))


def on_time_in_full(found: Orders) -> Orders:
    return in_full(in_hand(found)).filter(arrived__lte=F("promised"))


def spotless(found: Orders) -> Orders:
    """No trouble on the way (so the papers and the address were right), nothing sent back, nothing else registered."""
    for model in (Trouble, Return):
        found = found.exclude(Exists(model.objects.filter(order=OuterRef("pk"))))
    for exists in _blemishes.values():
        found = found.exclude(exists())
    return found


def fulfilled(actor: Actor, since: datetime, until: datetime) -> Value:
    """Of the orders promised for the period, those that have arrived whole, however late."""
    found = promised(actor, since, until)
    return Value(in_full(in_hand(found)).count(), found.count())


def otif(actor: Actor, since: datetime, until: datetime) -> Value:
    """Of the same, those that arrived whole by the promised moment."""
    found = promised(actor, since, until)
    return Value(on_time_in_full(found).count(), found.count())


def perfect(actor: Actor, since: datetime, until: datetime) -> Value:
    """Of the same, those that arrived whole and on time and with which nothing was wrong, before or after."""
    found = promised(actor, since, until)
    return Value(spotless(on_time_in_full(found)).count(), found.count())


def _shares(of: Callable[[Orders], Orders]) -> Callable[[Actor, datetime, datetime, Whose], Counting]:
    """The orders promised for the span, and whether each is one of those."""

    def source(actor: Actor, since: datetime, until: datetime, whose: Whose) -> Counting:
        found = promised(actor, since, until)
        good = of(found).values("pk")
        num = Case(When(Exists(good.filter(pk=OuterRef("pk"))), then=Constant(1)), default=Constant(0))
        return Counting(found.annotate(num=num, den=Constant(1)), "promised", _tell)

    return source


def _tell(rows: Sequence[Any]) -> list[Told]:
    return [
        Told(one.number, one.get_state_display(), "", reverse("order", args=[one.public_id])) for one in rows
    ]


fulfilled_rows = _shares(lambda found: in_full(in_hand(found)))
otif_rows = _shares(on_time_in_full)
perfect_rows = _shares(lambda found: spotless(on_time_in_full(found)))


def stages_late(actor: Actor, since: datetime, until: datetime) -> Value:
    """Of the teams' stages that are open now, those past their limit."""
    found = Stage.objects.visible_to(actor).exclude(team=None)
    found = found.filter(state__in=[Stage.State.OPEN, Stage.State.STOPPED])
    counted = found.aggregate(all=Count("id"), late=Count("id", filter=Q(due__lt=until)))
    return Value(counted["late"], counted["all"])


_PROMISED = _("orders promised for these days")
_OURS = _("imported orders, and those the customer took back or never paid")
_COMMON: dict[str, Any] = {"owner": "supervisor", "unit": "%", "right": "trade.fulfil"}
FIGURES = (
    Figure(
        code="trade.fulfilled",
        title=_("Orders fulfilled"),
        numerator=_("those that arrived whole, however late"),
        denominator=_PROMISED,
        exclusions=_OURS,
        target=98.0,
        compute=fulfilled,
        source=fulfilled_rows,
        **_COMMON,
    ),
    Figure(
        code="trade.otif",
        title=_("On time in full"),
        numerator=_("those that arrived whole by the promised moment"),
        denominator=_PROMISED,
        exclusions=_OURS,
        target=95.0,
        compute=otif,
        source=otif_rows,
        **_COMMON,
    ),
    Figure(
        code="trade.perfect",
        title=_("Perfect orders"),
        numerator=_("those on time in full, without trouble, return or complaint, papers right"),
        denominator=_PROMISED,
        exclusions=_OURS,
        target=90.0,
        compute=perfect,
        source=perfect_rows,
        **_COMMON,
    ),
    Figure(
        code="trade.stages_late",
        title=_("Stages past their limit"),
        numerator=_("stages past their limit"),
        denominator=_("stages open now"),
        exclusions=_("stages of shops, which have no team"),
        target=5.0,
        compute=stages_late,
        at_most=True,
        **_COMMON,
    ),
)
