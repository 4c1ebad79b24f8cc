"""Reading returns: those of an order, one for either side, the staff's list."""

from collections.abc import Sequence

from django.db.models import QuerySet

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.people import queries as people
from guanxi.trade.models import Return


def list_returns(actor: Actor) -> QuerySet[Return]:
    """Visible returns, newest first."""
    found: QuerySet[Return] = Return.objects.visible_to(actor)
    return found.select_related("order__record__customer", "order__seller", "line__product").order_by(
        "-asked", "-id"
    )


def get_return(actor: Actor, public_id: str) -> Return:
    """Raises `NotFound`."""
    row = list_returns(actor).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def return_told(return_id: int) -> Return | None:
    """A return with both its sides, for whoever tells them of it; None where it is gone."""
    found = Return.objects.filter(id=return_id)
    return found.select_related("order__record", "order__seller", "line__product").first()


def may_see(actor: Actor, return_id: int) -> bool:
    """Whether somebody may see a return, and so its pictures."""
    return Return.objects.visible_to(actor).filter(id=return_id).exists()


def find_returns(actor: Actor, text: str, limit: int, found: Sequence[int] | None) -> Sequence[int]:
    """Keys of returns with exactly this code, order or parcel number, else of customers found by their names."""
    code = text.strip().upper()
    mine = list_returns(actor)
    for path in ("public_id", "order__number", "tracking"):
        exact = list(mine.filter(**{path: code}).values_list("id", flat=True)[:limit])
        if exact:
            return exact
    near = people.search_customers(actor, text, limit=20, found=found)
    whose = [record.customer_id for record in near]
    return (
        list(mine.filter(order__record__customer__in=whose).values_list("id", flat=True)[:limit])
        if whose
        else []
    )
