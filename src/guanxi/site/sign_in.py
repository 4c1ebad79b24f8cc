"""Staff sign-in through allauth: nobody signs themselves up, failures of both factors are counted by axes."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from guanxi.core.errors import Throttled
from guanxi.site.errors import answer


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Staff accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second factor. A wrong code counts like a wrong password: a million codes are soon tried."""

    def clean_code(self) -> str:
        credentials = {"username": self.user.username}
        AxesProxyHandler.update_request(context.request)
        if not AxesProxyHandler.is_allowed(context.request, credentials):
            context.request.axes_locked_out = True
            raise ValidationError(_("Too many wrong codes."))
        try:
            return str(super().clean_code())
        except ValidationError:
            AxesProxyHandler.user_login_failed(
                sender=CodeForm, credentials=credentials, request=context.request
            )
            raise


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords or codes for this name from this address."""
    return answer(
        request,
        Throttled(_("Too many wrong passwords. Please wait a quarter of an hour, or ask an administrator.")),
    )
