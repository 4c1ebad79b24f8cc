"""Who started something on a list, with the rights they have now: it stops when they may no longer do what it does."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import get_language

from guanxi.core import staff, tokens
from guanxi.core.access import Actor, Kind
from guanxi.core.models import ApiToken, User
from guanxi.core.models.lists import Started


def columns_of(actor: Actor) -> dict[str, object]:
    """What is kept of the starter. Raises `Denied` for whoever is neither staff nor a token."""
    actor.require_kind(Kind.STAFF, Kind.TOKEN)
    token = ApiToken.objects.get(public_id=actor.id).id if actor.kind is Kind.TOKEN else None
    return {"user_id": actor.user_id, "token_id": token, "language": get_language() or "en"}


def own(actor: Actor) -> Q:
    """What this actor has started: a person by hand, a token by itself."""
    if actor.kind is Kind.STAFF and actor.user_id is not None:
        return Q(user=actor.user_id, token=None)
    if actor.kind is Kind.TOKEN:
        return Q(token__public_id=actor.id)
    return Q(pk__in=[])


def actor_again(started: Started, *, now: datetime) -> Actor:
    """The starter as an actor; a visitor without any right when they have left or their token is void."""
    if started.token_id is not None:
        return tokens.actor_of(started.token_id, now)
    return staff.actor_of(User.objects.get(id=started.user_id or 0))
