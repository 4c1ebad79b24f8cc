"""What became of orders some time after they were placed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db.models import F, Sum

from guanxi.trade.models import Order, Payment, Return

NOT_BACK = (Return.State.REFUSED, Return.State.LAPSED, Return.State.REPAIRED)


def taken_back(order_ids: Sequence[int], within: timedelta) -> Mapping[int, int]:
    """{order: minor units} that were cancelled, asked back or paid back within a time of being placed; three statements."""
    orders = Order.objects.filter(id__in=order_ids)
    totals = dict(orders.values_list("id", "total_minor"))
    ended = orders.filter(cancelled__lte=F("placed") + within).values_list("id", flat=True)
    back = {order_id: totals[order_id] for order_id in ended}
    asked = Return.objects.filter(order__in=order_ids, asked__lte=F("order__placed") + within, repair=False)
    paid = Payment.objects.filter(
        order__in=order_ids, kind=Payment.Kind.REFUND, made__lte=F("order__placed") + within
    )
    wanted = dict(
        asked.exclude(state__in=NOT_BACK).values_list("order_id").annotate(total=Sum("amount_minor"))
    )
    repaid = {key: -total for key, total in paid.values_list("order_id").annotate(total=Sum("amount_minor"))}
    for order_id in (wanted.keys() | repaid.keys()) - back.keys():
        minor = max(wanted.get(order_id, 0), repaid.get(order_id, 0))  # a return that was paid back is both
        back[order_id] = min(minor, totals[order_id])
    return {order_id: minor for order_id, minor in back.items() if minor}
