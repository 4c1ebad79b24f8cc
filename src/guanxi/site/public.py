"""Pages for everybody: the landing page, finding a case again, the language switch."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.cases import actions as cases
from guanxi.cases.pages import show
from guanxi.core import clock
from guanxi.core.errors import Invalid
from guanxi.core.http import Request, page, text_of
from guanxi.trade.queries import standards
from guanxi.work.queries.branches import has_branches


@require_safe
def home(request: Request) -> HttpResponse:
    """Complain, follow a case, sign in."""
    return _home(request, {"number": "", "reach": ""}, {})


def _home(request: Request, values: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    context = {
        "complain_url": reverse("complain"),
        "find_url": reverse("find"),
        "my_url": reverse("my_home"),
        "staff_url": reverse("today"),
        "procedure_url": reverse("procedure"),
        "branches_url": reverse("branches") if has_branches() else "",
        "standards_url": reverse("standards") if standards.are_any() else "",
        "values": values,
        "errors": errors,
        "promise": show.promise_words(cases.promised(clock.now())),
        "outbox_url": reverse("outbox") if settings.DEMO else "",
    }
    return page(request, "site/home.html", context, status=422 if errors else 200)


@require_POST
def find(request: Request) -> HttpResponse:
    """Send the signed link again to the e-mail address of the case; says the same whether the case exists or not."""
    values = {"number": request.POST.get("number", "")[:60], "reach": request.POST.get("reach", "")[:300]}
    try:
        number, reach = text_of(request, "number", most=40), text_of(request, "reach", most=254)
        cases.send_link_again(now=clock.now(), number=number, reach=reach)
    except Invalid as error:
        return _home(request, values, {name: str(words) for name, words in error.fields.items()})
    messages.success(request, _("If number and address belong together, the link is on its way by e-mail."))
    return HttpResponseRedirect(reverse("home"), status=303)


@require_POST
def set_language(request: Request) -> HttpResponse:
    """Remember the language and go back to where the reader was."""
    following = request.POST.get("next", "/")
    if (
        not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
        or "//" in following[:2]
    ):
        following = "/"
    response = HttpResponseRedirect(following, status=303)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.SECURE,
            httponly=True,
        )
    return response
