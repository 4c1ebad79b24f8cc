"""The parts of allauth that staff need: sign in and out, change the password, TOTP and recovery codes."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe


def _page(route: str, view: Any, name: str) -> URLPattern:
    """A page that is only shown, kept by no cache."""
    page: URLPattern = path(route, require_safe(never_cache(view)), name=name)
    return page


def _form(route: str, view: Any, name: str) -> URLPattern:
    """A page with a form: shown and sent, nothing else. Django's form views would take PUT for POST."""
    form: URLPattern = path(
        route, require_http_methods(["GET", "HEAD", "POST"])(never_cache(view)), name=name
    )
    return form


urlpatterns = [
    _form("login/", account.login, "account_login"),
    _form("logout/", account.logout, "account_logout"),
    _form("password/change/", account.password_change, "account_change_password"),
    _form("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    _form("2fa/authenticate/", mfa.authenticate, "mfa_authenticate"),
    _form("2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate"),
    _page("2fa/", mfa.index, "mfa_index"),
    _form("2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp"),
    _form("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _page("2fa/recovery-codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _form("2fa/recovery-codes/generate/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _page("2fa/recovery-codes/download/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
]
