"""What my shop has sold: the list, one order as its seller has to deal with it."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases.pages.sides import beside
from guanxi.core import clock, keyset, live
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.phrases import pick
from guanxi.site import order_words as words
from guanxi.site.my_orders import to_sign_in
from guanxi.site.my_shop import own_shop
from guanxi.trade import actions
from guanxi.trade.models import Order
from guanxi.trade.queries import buying, protection

PAGE = 20


@require_safe
def order(request: Request, public_id: str) -> HttpResponse:
    """One order of my shop, as I have to deal with it."""
    if (first := to_sign_in(request)) is not None:
        return first
    return _order(request, buying.get_sold(request.actor, public_id))


def _order(
    request: Request,
    row: Order,
    *,
    error: str = "",
    values: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    around = buying.around(row)
    topics = [live.topic("order", row.id)]
    context = {
        "order": words.head(row, now) | {"buyer": row.record.called},
        "state": {
            "label": words.sellers_where(row),
            "due": row.ship_by if row.state == Order.State.PAID else None,
        },
        "way": words.way(row),
        "covers": [words.cover(one) for one in protection.covers_of(row, now)],
        "lines": words.lines(row),
        "parcels": [words.parcel(row, one) for one in around.parcels],
        "money": [words.payment(one) for one in around.payments],
        "returns": [words.back(one) for one in around.returns],
        "return_url": "",
        "cases": beside.about_orders(request.actor, [row.id], now),
        "can_ship": row.state == Order.State.PAID and words.has_way(row),
        "can_cancel": row.state in (Order.State.PLACED, Order.State.PAID) and words.has_way(row),
        "carriers": [(code, pick(one.name)) for code, one in words.rules_for(row).carriers.items()],
        "values": values or {},
        "error": error,
        "key": form_key(),
        "do_url": reverse("my_sale", args=[row.public_id]),
        "wrong_url": f"{reverse('complain')}?{urlencode({'as': 'seller', 'order': row.number})}",
        "topics": topics[0],
    }
    return page(request, "my/sale.html", context, topics=topics, status=status)


@require_POST
def order_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Send an order of my shop, or take it back."""
    own_shop(request)
    row = buying.get_sold(request.actor, public_id)
    now, actor = clock.now(), request.actor
    values = {name: request.POST.get(name, "").strip()[:80] for name in ("carrier", "tracking")}
    acts: Mapping[str, Callable[[], object]] = {
        "ship": lambda: actions.ship(
            actor=actor, now=now, order_id=row.id, carrier=values["carrier"], tracking=values["tracking"]
        ),
        "cancel": lambda: actions.cancel_order(actor=actor, now=now, order_id=row.id, why="seller"),
    }
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("my_sale", args=[public_id])

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        again = buying.get_sold(request.actor, public_id)
        said = str(next(iter(error.fields.values()), "") or error.detail or error.title)
        return _order(request, again, error=said, values=values, status=int(error.status))


@require_safe
def sales(request: Request) -> HttpResponse:
    """Everything my shop has sold, the newest first."""
    if (first := to_sign_in(request)) is not None:
        return first
    own_shop(request)
    url = reverse("my_sales")
    found = keyset.cut(buying.sold_by(request.actor), "placed", request.GET.get("after", "")[:64], size=PAGE)
    context = {
        "rows": [
            {
                "url": reverse("my_sale", args=[one.public_id]),
                "title": words.title(one),
                "number": one.number,
                "placed": one.placed,
                "amount": words.amount(one),
                "where": words.sellers_where(one),
                "buyer": one.record.called,
            }
            for one in found.rows
        ],
        "older_url": f"{url}?{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
        "newest_url": url if request.GET.get("after") else "",
    }
    return page(request, "my/sales.html", context)
