"""Tokens over the API: the one that asks, the others of its owner, and their end. A token makes no tokens."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status

from guanxi.core import clock, keyset, tokens
from guanxi.core.api import PAGE, READ, WRITE, Cursor, Limit, Problem, actor_of
from guanxi.core.errors import NotFound
from guanxi.core.models import ApiToken

router = Router(tags=["tokens"])
Scope = Literal["own", "team", "department", "branch", "all"]


class TokenOut(Schema):
    """`tail` is the end of its secret; `last_used` is exact to the hour; `owner` is null for the house's own."""

    id: str
    name: str
    tail: str
    owner: str | None
    rights: dict[str, Scope]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None


class ItselfOut(TokenOut):
    """`may` are the rights it has at this moment: those its owner has too."""

    may: list[str]


class TokensOut(Schema):
    items: list[TokenOut]
    next: str


def _out(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.public_id,
        "name": token.name,
        "tail": token.tail,
        "owner": token.owner.public_id if token.owner else None,
        "rights": token.rights,
        "created": token.created,
        "expires": token.expires,
        "revoked": token.revoked,
        "last_used": token.last_used,
    }


@router.get("/self", response={200: ItselfOut, READ: Problem}, summary="The token that asks")
def get_itself(request: HttpRequest) -> Any:
    """Needs no right: a way to see whether a token works, and what it may."""
    actor = actor_of(request)
    may = sorted(right for right, reach in actor.rights.items() if reach)
    return {**_out(tokens.get_itself(actor)), "may": may}


@router.get("", response={200: TokensOut, READ: Problem}, summary="Tokens, newest first")
def list_tokens(request: HttpRequest, after: Cursor = "", limit: Limit = PAGE) -> Any:
    """Those of the owner (`api.tokens.own`), or all (`site.settings`)."""
    shown = keyset.cut(tokens.list_tokens(actor_of(request)), "created", after, size=limit)
    return {"items": [_out(one) for one in shown.rows], "next": shown.next_cursor}


@router.delete("/{public_id}", response={204: None, WRITE: Problem}, summary="Revoke a token")
def revoke(request: HttpRequest, public_id: str) -> Any:
    """At once and for ever. A token may always end itself; others as far as they can be listed."""
    if not tokens.revoke_token(actor=actor_of(request), now=clock.now(), public_id=public_id):
        raise NotFound
    return Status(204, None)
