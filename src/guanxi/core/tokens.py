"""API tokens: made once, shown once, kept as a digest."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core import access, events
from guanxi.core.access import Actor, Scope
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.events import Event
from guanxi.core.ids import new_code
from guanxi.core.models import ApiToken
from guanxi.core.timeline import EventType

ISSUED = EventType("token.issued", _("API token issued"), icon="key", shown=False)
REVOKED = EventType("token.revoked", _("API token revoked"), icon="key-off", shown=False)
ALL = (ISSUED, REVOKED)
PREFIX = "gx_"
RIGHT = "site.settings"


def digest(secret: str) -> str:
    """What is kept of a token; the secret has enough randomness to need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@action
def issue_token(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    rights: Mapping[str, str],
    unit_id: int | None = None,
    expires: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A token with rights {"cases.intake": "all", ...} and its secret, shown only now. Needs `site.settings`.

    Raises `Invalid` for a right nobody declares or a scope that does not exist.
    """
    actor.require(RIGHT)
    unknown = sorted(right for right in rights if right not in access.declared())
    if unknown or not rights:
        raise Invalid(
            fields={"rights": _("Unknown rights: %(names)s.") % {"names": ", ".join(unknown) or "-"}}
        )
    if any(scope not in set(Scope) for scope in rights.values()):
        raise Invalid(fields={"rights": _("A scope is one of own, team, department, branch, all.")})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        public_id=new_code("T"),
        digest=digest(secret),
        name=name.strip()[:80],
        rights=dict(rights),
        unit_id=unit_id,
        created=now,
        expires=expires,
    )
    data = {"token": token.public_id, "rights": dict(rights)}
    events.record(
        Event(ISSUED.code, actor, now, ("token", token.id), unit_id=unit_id, data=data), with_rows=[token]
    )
    return token, secret


@action
def revoke_token(*, actor: Actor, now: datetime, public_id: str) -> bool:
    """Void a token from now on; False when it is unknown or void already. Needs `site.settings`."""
    actor.require(RIGHT)
    token = ApiToken.objects.select_for_update(of=("self",)).filter(public_id=public_id, revoked=None).first()
    if token is None:
        return False
    token.revoked = now
    token.save(update_fields=["revoked"])
    events.record(Event(REVOKED.code, actor, now, ("token", token.id), data={"token": token.public_id}))
    return True
