"""Files people attached, by public id, for whoever may see what they hang on; erasing one."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, files
from guanxi.core.access import Kind
from guanxi.core.errors import SignInNeeded
from guanxi.core.files import actions, serve
from guanxi.core.http import Request


def _known(request: Request) -> None:
    if request.actor.kind not in (Kind.STAFF, Kind.CUSTOMER):
        raise SignInNeeded


@require_safe
def content(request: Request, public_id: str) -> HttpResponseBase:
    """The file itself."""
    _known(request)
    return serve.content(request, files.get(request.actor, public_id))


@require_safe
def preview(request: Request, public_id: str) -> HttpResponseBase:
    """Its small picture."""
    _known(request)
    return serve.preview(request, files.get(request.actor, public_id))


@require_POST
def erase(request: Request, public_id: str) -> HttpResponse:
    """Erase a file for good and go back to where it stood."""
    actions.erase(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.success(request, _("The file is erased."))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) or "//" in back[:2]:
        back = "/"
    return HttpResponseRedirect(back, status=303)
