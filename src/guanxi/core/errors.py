"""What can go wrong, once: a code, a status, words in the user's language. Edges map these to a page or to problem+json."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class GuanxiError(Exception):
    """Base of every expected error. `fields` maps a form field to its own words."""

    code = "error"
    status = HTTPStatus.BAD_REQUEST
    title: Words = _("That did not work")

    def __init__(
        self, detail: Words = "", *, fields: Mapping[str, Words] | None = None, code: str = ""
    ) -> None:
        super().__init__(code or self.code)
        self.detail = detail
        self.fields = dict(fields or {})
        self.code = code or self.code

    def problem(self) -> dict[str, Any]:
        """The body of an `application/problem+json` answer (RFC 9457)."""
        body: dict[str, Any] = {
            "type": f"urn:guanxi:problem:{self.code}",
            "title": str(self.title),
            "status": int(self.status),
            "code": self.code,
        }
        if self.detail:
            body["detail"] = str(self.detail)
        if self.fields:
            body["fields"] = {name: str(words) for name, words in self.fields.items()}
        return body


class Invalid(GuanxiError):
    code = "invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = _("Please check what you entered")


class NotFound(GuanxiError):
    code = "not_found"
    status = HTTPStatus.NOT_FOUND
    title = _("There is nothing here")


class SignInNeeded(GuanxiError):
    code = "sign_in_needed"
    status = HTTPStatus.UNAUTHORIZED
    title = _("Please sign in")


class Denied(GuanxiError):
    code = "denied"
    status = HTTPStatus.FORBIDDEN
    title = _("You may not do this")


class Conflict(GuanxiError):
    code = "conflict"
    status = HTTPStatus.CONFLICT
    title = _("Somebody was faster")


class Stale(GuanxiError):
    """The caller's `If-Match` names a version that is no longer the current one."""

    code = "precondition_failed"
    status = HTTPStatus.PRECONDITION_FAILED
    title = _("This has changed in the meantime")


class Throttled(GuanxiError):
    code = "throttled"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = _("Too many tries, please wait a little")


class Unavailable(GuanxiError):
    code = "unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = _("We cannot save anything right now")


def from_database(error: DatabaseError | InterfaceError) -> GuanxiError | None:
    """The clear error behind a database that is away, full or busy; None when it is a fault of our own."""
    text = str(error).lower()
    if "disk" in text or "no space" in text:
        return Unavailable(
            _("Storage is full. Nothing was left half-saved; please try again later."), code="storage_full"
        )
    if isinstance(error, OperationalError | InterfaceError):
        return Unavailable(_("The database does not answer. Nothing was lost; please try again in a moment."))
    return None
