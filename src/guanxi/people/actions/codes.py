"""One-time codes a customer signs in with."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.core import events
from guanxi.core.access import Actor, Kind
from guanxi.core.action import action
from guanxi.core.errors import Invalid
from guanxi.core.events import Event
from guanxi.core.ids import new_code, new_digits
from guanxi.people import events as happened
from guanxi.people.models import Identifier, SignInCode

CODE_AGE = timedelta(minutes=10)
CODE_TRIES = 5


def code_digest(public_id: str, code: str) -> str:
    """Keyed, so that a leaked table cannot be tried out for the million possible codes."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{public_id}:{code}".encode(), hashlib.sha256).hexdigest()


def make_code(*, now: datetime, record_id: int | None) -> tuple[SignInCode, str]:
    """A one-time code row and the code itself. With no record (address unknown) the row is a decoy nobody can redeem."""
    code = new_digits(6)
    public_id = new_code("S", (8,))
    row = SignInCode(
        public_id=public_id,
        record_id=record_id,
        digest=code_digest(public_id, code),
        created=now,
        expires=now + CODE_AGE,
    )
    return row, code


def redeem_code(*, now: datetime, public_id: str, code: str) -> int:
    """The record that may sign in with `code`. Raises `Invalid` when wrong, used, too old or tried too often.

    A wrong try is counted and stays counted. Success verifies the e-mail address: whoever reads the mail box owns it.
    """
    record_id = _try_code(now=now, public_id=public_id, code=code)
    if record_id is None:
        raise Invalid(
            fields={"code": _("That is not the code we sent. Please look again.")}, code="code_wrong"
        )
    return record_id


@action
def _try_code(*, now: datetime, public_id: str, code: str) -> int | None:
    row = SignInCode.objects.select_for_update().filter(public_id=public_id).first()
    if row is None or row.used or row.expires < now or row.tries >= CODE_TRIES:
        raise Invalid(_("This code is no longer valid. Ask for a new one."), code="code_void")
    row.tries += 1
    right = hmac.compare_digest(row.digest, code_digest(public_id, code.strip()))
    if not right or row.record_id is None:
        row.save(update_fields=["tries"])
        return None
    row.used = now
    row.save(update_fields=["tries", "used"])
    Identifier.objects.filter(record_id=row.record_id, kind="email", valid_to=None).update(verified=now)
    who = Actor(kind=Kind.CUSTOMER, record_id=row.record_id)
    events.record(
        Event(happened.SIGNED_IN.code, who, now, ("record", row.record_id), record_id=row.record_id)
    )
    return row.record_id
