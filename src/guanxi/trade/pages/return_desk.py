"""A return as colleagues see it: where it is, and the shop's steps done for it where that must be."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, files
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.files import NO_FILES
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.trade.actions import returns
from guanxi.trade.models import Return
from guanxi.trade.pages import returns as shown
from guanxi.trade.queries import returns as reads

RIGHT = "trade.view"


@require_safe
def one(request: Request, public_id: str) -> HttpResponse:
    """One return."""
    request.actor.require(RIGHT)
    return _page(request, reads.get_return(request.actor, public_id))


def _page(
    request: Request, row: Return, *, errors: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    may = request.actor.may(returns.RIGHT)
    told = shown.shown(row, "house", clock.now())
    seller = row.order.seller
    shop = getattr(seller, "shop", None) if seller else None
    context = {
        "back": told | {"verbs": [verb for verb in told["verbs"] if verb in VERBS] if may else []},
        "customer": row.order.record.called,
        "customer_url": reverse("customer", args=[row.order.record.customer.public_id]),
        "seller": shop.name if shop else seller.called if seller else "",
        "order_url": reverse("order", args=[row.order.public_id]),
        "stages": shown.stages(row),
        "findings": [(code, str(name)) for code, name in shown.FINDINGS.items() if code != "as_sent"],
        "files": files.form(),
        "do_url": reverse("return", args=[row.public_id]),
        "errors": errors or {},
        "sent": request.POST if errors else {},
        "key": form_key(),
    }
    return page(request, "trade/return.html", context, status=status)


VERBS = ("agree", "refuse", "arrive", "accept", "object")


@require_POST
def do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """Agree, refuse, arrived, accept, object: in the shop's place, with `trade.protect`."""
    request.actor.require(RIGHT)
    row = reads.get_return(request.actor, public_id)
    request.actor.require(returns.RIGHT)
    who: dict[str, Any] = {"actor": request.actor, "now": clock.now(), "public_id": row.public_id}
    words = request.POST.get("words", "")[:2_000]
    given = request.FILES.getlist("files")
    acts: Mapping[str, Callable[[], object]] = {
        "agree": lambda: returns.agree(**who),
        "refuse": lambda: returns.refuse(**who, words=words),
        "arrive": lambda: returns.arrive(**who),
        "accept": lambda: returns.check(**who, finding="as_sent"),
        "object": lambda: returns.check(
            **who,
            finding=request.POST.get("finding", "")[:20],
            words=words,
            files=files.receive(given) if given else NO_FILES,
        ),
    }
    if verb not in acts:
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("return", args=[public_id])

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        faults = {name: str(said) for name, said in error.fields.items()} or {
            "form": str(error.detail or error.title)
        }
        again = reads.get_return(request.actor, public_id)
        return _page(request, again, errors=faults, status=int(error.status))
