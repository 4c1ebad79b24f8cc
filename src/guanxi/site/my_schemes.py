"""What my shop promises: each scheme with its deposit, joined, short or given notice; joining and leaving."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.money import Money
from guanxi.core.phrases import language
from guanxi.site.my_orders import to_sign_in
from guanxi.site.my_shop import own_shop
from guanxi.trade.actions import enrolling
from guanxi.trade.models import Enrolment, Shop
from guanxi.trade.pages.protection import told
from guanxi.trade.queries import ledger, market, rulesets
from guanxi.trade.queries import protection as reads
from guanxi.trade.rules.ruleset import Scheme

TONES = {"active": "green", "short": "red", "leaving": "amber"}


@require_safe
def schemes(request: Request) -> HttpResponse:
    """Every published scheme and where my shop stands in it."""
    market.require_market()
    if (first := to_sign_in(request)) is not None:
        return first
    return _page(request, own_shop(request))


def _page(request: Request, shop: Shop, *, error: str = "", status: int = 200) -> HttpResponse:
    rules = rulesets.current()
    mine = {one.scheme: one for one in reads.enrolments_of(shop)}
    have = ledger.balances(shop.record_id, rules.currency)
    free = have.free
    context = {
        "shop": {"name": shop.name, "open": shop.state == Shop.State.OPEN, "code": shop.public_id},
        "money": [
            (_("Free of your deposit"), free.format(language())),
            (_("Held for promises and cases"), have.held.format(language())),
            *([(_("You owe"), have.receivable.format(language()))] if have.receivable else []),
        ],
        "rows": [_row(shop, one, mine.get(code), free) for code, one in rules.schemes.items()],
        "error": error,
        "key": form_key(),
    }
    return page(request, "my/schemes.html", context, status=status)


def _row(shop: Shop, scheme: Scheme, row: Enrolment | None, free: Money) -> dict[str, Any]:
    deposit = Money(scheme.deposit_minor, free.currency)
    found = told(scheme, free.currency) | {
        "code": scheme.code,
        "deposit": deposit.format(language()),
        "state": row.state if row else "",
        "label": row.get_state_display() if row else "",
        "tone": TONES.get(row.state, "") if row else "",
        "since": row.since if row else None,
        "can_join": row is None and shop.state == Shop.State.OPEN,
        "lacks": "",
    }
    if row is None and deposit > free:
        found["lacks"] = (deposit - free).format(language())
    if row is not None:
        held = Money(enrolling.held_minor(row), row.currency)
        whole = Money(row.deposit_minor, row.currency)
        found |= {"deposit": whole.format(language()), "held": held.format(language())}
        found["lacks"] = (whole - held).format(language()) if row.state == Enrolment.State.SHORT else ""
    return found


@require_POST
def scheme_do(request: Request, scheme: str, verb: str) -> HttpResponse:
    """Join a scheme, or give notice of it."""
    shop = own_shop(request)
    mine = {one.scheme: one for one in reads.enrolments_of(shop)}
    acts: Mapping[str, Callable[[], object]] = {
        "join": lambda: enrolling.enrol(
            actor=request.actor, now=clock.now(), shop=shop.public_id, scheme=scheme
        ),
        "leave": lambda: enrolling.give_notice(
            actor=request.actor, now=clock.now(), enrolment=mine[scheme].public_id
        ),
    }
    if verb not in acts or (verb == "leave" and scheme not in mine):
        raise NotFound

    def effect() -> str:
        acts[verb]()
        return reverse("my_schemes") + f"#{scheme}"

    try:
        response = act_once(request, effect=effect)
    except (Conflict, Invalid) as error:
        return _page(request, shop, error=str(error.detail or error.title), status=int(error.status))
    done = {"join": _("Joined: the badge shows from now on."), "leave": _("Notice given: the badge is gone.")}
    messages.success(request, done[verb])
    return response
