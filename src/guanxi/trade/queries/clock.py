"""What the clock has to do for orders: silent receipts, orders nobody pays, sellers to be paid, stages that are late."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, QuerySet

from guanxi.trade.models import Ruleset, Shipment, Stage
from guanxi.trade.queries import rulesets
from guanxi.trade.rules import stages as rules
from guanxi.trade.rules.ruleset import Rules

BATCH_MAX = 500  # orders in one run of the clock; the next run takes the next


def codes_of(does: str) -> set[str]:
    """The codes that stages doing this have in any published version."""
    found: set[str] = set()
    for key in Ruleset.objects.values_list("id", flat=True):
        found |= {code for code, one in rulesets.rules_of(key).stages.items() if one.does == does}
    return found


def _open(does: str) -> QuerySet[Stage]:
    """Open stages that do this; a code may mean something else in another version, so `_doing` looks again."""
    found: QuerySet[Stage] = Stage.objects.filter(code__in=codes_of(does), state=Stage.State.OPEN)
    return found.select_related("order").order_by("opened", "id")


def _doing(found: QuerySet[Stage], does: str) -> Iterator[tuple[Stage, Rules]]:
    for stage in found[:BATCH_MAX]:
        if stage.order.rules_id is not None:
            content = rulesets.rules_of(stage.order.rules_id)
            if content.stages[stage.code].does == does:
                yield stage, content


def list_to_receive(now: datetime) -> list[int]:
    """Orders whose every parcel was delivered so long ago that silence counts as receipt."""
    missing = Shipment.objects.filter(order=OuterRef("order"), void=False, delivered=None)
    found = _open(rules.RECEIPT).filter(~Exists(missing)).annotate(last=Max("order__shipments__delivered"))
    return [
        stage.order_id
        for stage, content in _doing(found.filter(last__lte=now - timedelta(days=1)), rules.RECEIPT)
        if stage.last <= now - timedelta(days=content.terms.confirm_days)  # type: ignore[attr-defined]  # annotated
    ]


def list_unpaid(now: datetime) -> list[int]:
    """Orders for which nothing was paid for as long as the rules wait."""
    found = _open(rules.PAYMENT).filter(
        order__paid_minor=0, order__received=None, opened__lte=now - timedelta(days=1)
    )
    return [
        stage.order_id
        for stage, content in _doing(found.filter(order__shipments=None), rules.PAYMENT)
        if stage.opened is not None and stage.opened <= now - timedelta(days=content.terms.unpaid_days)
    ]


def list_to_settle(now: datetime) -> list[int]:
    """Orders of shops whose seller waits for the money, from the moment it is their turn."""
    found = _open(rules.SETTLEMENT).exclude(order__seller=None).filter(opened__lte=now)
    return [stage.order_id for stage, _content in _doing(found, rules.SETTLEMENT)]


def list_overdue(now: datetime) -> list[int]:
    """Stages past their limit of which nobody has been told."""
    late = Stage.objects.filter(state__in=[Stage.State.OPEN, Stage.State.STOPPED], due__lt=now, told=None)
    return list(late.order_by("due", "id").values_list("id", flat=True)[:BATCH_MAX])
