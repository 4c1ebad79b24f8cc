"""What a shop said of the goods an issue is about, as the buyer read it when ordering: evidence nobody has to file."""

from typing import Any

from django.urls import reverse

from guanxi.cases.models import Issue
from guanxi.core import cover
from guanxi.trade.pages import declared, market
from guanxi.trade.queries import market as reads
from guanxi.trade.queries import questions


def sold_as(issue: Issue) -> dict[str, Any] | None:
    """The listings of the issue's order as they stood, and what the shop had answered by then; None where there are none."""
    order = issue.order
    if order is None or order.seller_id is None:
        return None
    listings = reads.bought_listings([order.id]).get(order.id, [])
    if not listings:
        return None
    then = reads.said_then(listings, order.placed)
    said = questions.said_about(listings, before=order.placed)
    return {
        "order": order.number,
        "placed": order.placed,
        "listings": [
            {
                "title": one.title,
                "text": cover.covered(one.text),
                "price": market.price_words(one.price_minor, one.currency),
                "version": one.number,
                "made": one.made,
                "declared": declared.shown(one.declaration),
                "url": reverse("listing", args=[one.listing.public_id]),
            }
            for one in then.values()
        ],
        "answers": [market.question(one, one.listing.shop) for one in said],
    }
