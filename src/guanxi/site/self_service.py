"""A customer's own pages: sign in with a one-time code, my cases and orders."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.cases import queries as cases
from guanxi.cases.models import Case
from guanxi.cases.pages import show
from guanxi.cases.pages.public import customer_verb, errors_of, follow_page
from guanxi.cases.pages.sides.doing import side_does, side_page
from guanxi.cases.pages.sides.page import titles
from guanxi.channels import actions as channels
from guanxi.core import clock, live
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Invalid
from guanxi.core.http import Request, page, text_of
from guanxi.core.phrases import language
from guanxi.engine.normalise import mask
from guanxi.people.actions import CODE_AGE, redeem_code
from guanxi.people.queries.privacy import link_token
from guanxi.people.rules import read_claims
from guanxi.site.actors import CUSTOMER_SESSION
from guanxi.trade import pages as trade
from guanxi.trade import queries as orders
from guanxi.trade.queries.holdings import holds_anything

CODE_SESSION = "gx_code_sent"
NEXT_SESSION = "gx_after_sign_in"


def _see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """Ask for a code. Whether the address is known is not told."""
    if request.actor.kind is Kind.CUSTOMER:
        return _see_other(reverse("my_home"))
    _remember_way(request)
    reach = request.POST.get("reach", "")[:300]
    if request.method != "POST":
        return _sign_in_form(request, reach, {})
    claims, refused = read_claims({"email": reach})
    if refused or not claims:
        return _sign_in_form(request, reach, {"reach": _("Please give the e-mail address we know you by.")})
    email = claims[0].value
    attempt = channels.send_sign_in_code(now=clock.now(), email=email, language=language())
    request.session[CODE_SESSION] = {"to": email, "sent": clock.now().isoformat()}
    return _see_other(reverse("my_code", args=[attempt]))


def _remember_way(request: Request) -> None:
    """Where somebody came from who had to sign in first; only pages of ours."""
    back = request.GET.get("next", "")[:300]
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        request.session[NEXT_SESSION] = back


def _sign_in_form(request: Request, reach: str, errors: dict[str, str]) -> HttpResponse:
    context = {
        "action_url": reverse("my_sign_in"),
        "values": {"reach": reach},
        "errors": errors,
        "complain_url": reverse("complain"),
    }
    return page(request, "my/sign_in.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: Request, public_id: str) -> HttpResponse:
    """Enter the code. The session key changes with it, so that nobody else's session becomes mine."""
    if request.method != "POST":
        return _code_form(request, public_id, {})
    try:
        record_id = redeem_code(now=clock.now(), public_id=public_id, code=text_of(request, "code", most=12))
    except Invalid as error:
        return _code_form(request, public_id, errors_of(error))
    request.session.cycle_key()
    request.session.pop(CODE_SESSION, None)
    request.session[CUSTOMER_SESSION] = record_id
    return _see_other(request.session.pop(NEXT_SESSION, "") or reverse("my_home"))


def _outbox(reach: str) -> str:
    """The demo's page of mail, at the letters to this address."""
    return reverse("outbox") + (f"?{urlencode({'to': reach})}" if "@" in reach else "")


def _code_form(request: Request, public_id: str, errors: dict[str, str]) -> HttpResponse:
    sent = request.session.get(CODE_SESSION, {})
    email = sent.get("to", "")
    asked = datetime.fromisoformat(sent["sent"]) if sent else clock.now()
    context = {
        "action_url": reverse("my_code", args=[public_id]),
        "sent_to": mask("email", email) if email else "",
        "errors": errors,
        "expires_at": asked + CODE_AGE,
        "outbox_url": _outbox(email) if settings.DEMO else "",
        "again_url": reverse("my_sign_in"),
        "reach": email,
    }
    return page(request, "my/code.html", context, status=422 if errors else 200)


@require_POST
def sign_out(request: Request) -> HttpResponse:
    request.session.flush()
    return _see_other(reverse("home"))


@require_safe
def home(request: Request) -> HttpResponse:
    """My cases and orders."""
    actor = request.actor
    if actor.kind is not Kind.CUSTOMER or actor.customer_id is None:
        return _see_other(reverse("my_sign_in"))
    mine = cases.customer_cases(actor, actor.customer_id)
    topics = [live.topic("case", case.id) for case in mine]
    called = titles(mine)
    context = {
        "name": actor.name or _("customer"),
        "topics": " ".join(topics),
        "cases": [_case_row(actor, case, called) for case in mine],
        "all_cases_url": reverse("my_cases"),
        "orders": [
            {
                "url": reverse("my_order", args=[order.public_id]),
                "number": order.number,
                "title": trade.title_of(order),
                "amount": trade.amount(order),
                "state": order.get_state_display(),
                "tone": "",
                "at": f"{timezone.localtime(order.placed):%Y-%m-%d}",
            }
            for order in orders.customer_orders(actor, actor.customer_id)
        ],
        "holdings_url": reverse("my_holdings") if holds_anything(actor) else "",
        "complain_url": reverse("complain"),
        "choices_url": reverse("preferences", args=[link_token(actor.customer_id)]),
    }
    return page(request, "my/home.html", context, topics=topics)


def _case_row(actor: Actor, case: Case, called: Mapping[int, str]) -> dict[str, Any]:
    row = {**show.row(actor, case), "url": reverse("my_case", args=[case.number])}
    return {**row, "title": called[case.id]} if case.id in called else row


def _url_of(number: str, verb: str) -> str:
    return reverse("my_case_do", args=[number, verb])


@require_safe
def case(request: Request, number: str) -> HttpResponse:
    """One of my cases."""
    request.actor.require_kind(Kind.CUSTOMER)
    found = cases.get_case(request.actor, number)
    if found.kind != Case.Kind.REQUEST:
        return side_page(request, request.actor, found, _side_urls(number))
    return follow_page(request, request.actor, found, lambda verb: _url_of(number, verb))


@require_POST
def case_do(request: Request, number: str, verb: str) -> HttpResponse:
    """Add, reopen, settle: on my own case."""
    request.actor.require_kind(Kind.CUSTOMER)
    found = cases.get_case(request.actor, number)
    back = reverse("my_case", args=[number])
    if found.kind != Case.Kind.REQUEST:
        return side_does(request, request.actor, found, 0, verb, back, _side_urls(number))
    return customer_verb(request, request.actor, found, verb, back, lambda v: _url_of(number, v))


def _side_urls(number: str) -> Callable[[int, str], str]:
    def url_of(place: int, verb: str) -> str:
        if place:
            return reverse("my_side_do", args=[number, place, verb])
        return _url_of(number, verb)

    return url_of


@require_POST
def side_do(request: Request, number: str, place: int, verb: str) -> HttpResponse:
    """A step on one issue of a case I stand on a side of."""
    request.actor.require_kind(Kind.CUSTOMER)
    found = cases.get_case(request.actor, number)
    back = reverse("my_case", args=[number])
    return side_does(request, request.actor, found, place, verb, back, _side_urls(number))
