"""Staff sign-in through allauth: nobody signs themselves up, failures are counted by axes."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from guanxi.core.errors import Throttled
from guanxi.site.errors import answer


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Staff accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords for this name from this address."""
    return answer(
        request,
        Throttled(_("Too many wrong passwords. Please wait a quarter of an hour, or ask an administrator.")),
    )
