"""What staff see of a shop: the panel on its owner's page, and the schemes it takes part in."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.core.phrases import language, pick
from guanxi.trade.models import Enrolment, Shop
from guanxi.trade.pages.ledger import titled
from guanxi.trade.queries import market, protection, questions, rulesets

TONES = {Enrolment.State.ACTIVE: "green", Enrolment.State.SHORT: "red"}


def schemes_of(shop: Shop) -> list[dict[str, Any]]:
    """The schemes of a shop in words: name, deposit, state, tone."""
    known = rulesets.current().schemes
    return [
        {
            "name": pick(known[one.scheme].name) if one.scheme in known else one.scheme,
            "deposit": Money(one.deposit_minor, one.currency).format(language()),
            "state": titled(one.get_state_display()),
            "tone": TONES.get(Enrolment.State(one.state), "amber"),
        }
        for one in protection.enrolments_of(shop)
    ]


def panel(actor: Actor, customer_id: int) -> dict[str, Any]:
    """The shop a customer has: what is on sale and on its way, its deposits; {"shop": None} for whoever sells nothing."""
    row: Any = market.shop_of_customer(actor, customer_id)
    if row is None:
        return {"shop": None}
    asked = questions.count_open([row.id]).get(row.id, 0)
    return {
        "shop": {"name": row.name, "url": reverse("shop", args=[row.public_id]), "city": row.city},
        "record_id": row.record_id,
        "state": titled(row.get_state_display()) if row.state != Shop.State.OPEN else "",
        "facts": [
            (_("On sale"), f"{row.on_sale:,}"),
            (_("Open orders"), f"{row.under_way:,}"),
            (
                _("Questions"),
                ngettext("%(n)s without an answer", "%(n)s without an answer", asked) % {"n": asked},
            ),
        ],
        "schemes": schemes_of(row),
        "more": {"label": _("Listings"), "url": f"{reverse('listings')}?q={row.public_id}"},
    }
