"""Who answers for a run, with the rights they have now: an import stops when its owner may no longer do what it does."""

from datetime import datetime

from guanxi.core import staff, tokens
from guanxi.core.access import PUBLIC, Actor, Kind, system
from guanxi.core.models import ApiToken, User


def actor_of(kind: str, code: str, *, now: datetime) -> Actor:
    """Somebody who was an actor, as they are now; a visitor without any right when they have left or their token is void."""
    if kind == Kind.SYSTEM:
        return system(code)
    if kind == Kind.TOKEN:
        return _token(code, now)
    user = User.objects.filter(public_id=code, is_active=True).first()
    return staff.actor_of(user) if user else PUBLIC


def _token(public_id: str, now: datetime) -> Actor:
    token_id = ApiToken.objects.filter(public_id=public_id).values_list("id", flat=True).first()
    return tokens.actor_of(token_id, now) if token_id else PUBLIC


def key_of(actor: Actor) -> str:
    """Whose remembered mappings these are."""
    return f"{actor.kind}:{actor.id}"[:80]
