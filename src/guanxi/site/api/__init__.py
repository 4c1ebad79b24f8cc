"""The REST API: one NinjaAPI over the rooms' routers. Errors are problem+json, everywhere the same."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.responses import Response

from guanxi import __version__
from guanxi.cases.api import ROUTERS as CASES
from guanxi.channels.api import live as contacts
from guanxi.channels.api import router as messages
from guanxi.channels.api import timeline
from guanxi.channels.api.calling import call_lists, calls
from guanxi.core.api import Token
from guanxi.core.errors import GuanxiError, Invalid, SignInNeeded
from guanxi.core.files.api import router as files
from guanxi.core.http import is_text
from guanxi.core.lists import api as list_work
from guanxi.people import api as people
from guanxi.people.api.privacy import router as privacy
from guanxi.site.api import administration, figures, house, imports, lists, tokens, webhooks
from guanxi.site.errors import answer
from guanxi.trade.api import (
    asked,
    balances,
    batches,
    carriers,
    enrolments,
    holdings,
    investments,
    ledger,
    listings,
    mandates,
    market,
    panels,
    purchases,
    questions,
    remittances,
    returns,
    schemes,
    shops,
    stages,
    standard_categories,
    standard_panels,
    standards,
    steps,
    suppliers,
    verifications,
)
from guanxi.trade.api import router as trade
from guanxi.work.api import router as work
from guanxi.work.api.knowledge import router as knowledge


class TextParser(Parser):
    """A JSON object whose texts a database can keep. Ninja answers 400 for what is raised here.

    Where everything in a body may be left out, ninja takes whatever is no object for an empty one.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        body = super().parse_body(request)
        if not isinstance(body, dict):
            raise ValueError("no object")
        if not all(is_text(text) for text in _texts(body)):
            raise ValueError("no text")
        return body


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value if isinstance(value, list) else ():
        yield from _texts(inner)
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield name
        yield from _texts(inner)


class Api(NinjaAPI):
    """Ninja with our errors in its document: what it calls JSON is problem+json there."""

    def create_response(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(*args, **kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, documented in operation["responses"].items():
                    if int(status) >= 400 and "content" in documented:
                        documented["description"] = "Problem"
                        documented["content"] = {
                            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                        }
        return schema


api = Api(
    title="Guanxi",
    version=__version__,
    description="One customer, one case, one-to-one. Everything the pages do.",
    docs_url=None,
    openapi_url=None,  # its view would answer every method
    auth=Token(),
    parser=TextParser(),
    urls_namespace="api",
)
for prefix, router in (
    *CASES,
    ("/customers", people.router),
    ("/customers", people.joining),
    ("/reviews", people.reviews),
    ("/scans", people.scans),
    ("/decisions", people.decisions),
    ("/customers", timeline),
    ("/orders", trade),
    ("/market", market),
    ("/shops", shops),
    ("/listings", questions),
    ("/listings", listings),
    ("/questions", asked),
    ("/orders", steps),
    ("/carriers", carriers),
    ("/returns", returns),
    ("/schemes", schemes),
    ("/enrolments", enrolments),
    ("/verifications", verifications),
    ("/remittances", remittances),
    ("/suppliers", suppliers),
    ("/purchases", purchases),
    ("/stages", stages),
    ("/batches", batches),
    ("/ledger", ledger),
    ("/holdings", holdings),
    ("/balances", balances),
    ("/mandates", mandates),
    ("/investments", investments),
    ("/standards", standards),
    ("/standard-categories", standard_categories),
    ("/standards", standard_panels),
    ("/panels", panels),
    ("/work", work),
    ("/figures", figures.router),
    ("/knowledge", knowledge),
    ("/messages", messages),
    ("/contacts", contacts),
    ("/call-lists", call_lists),
    ("/outbound-calls", calls),
    ("/files", files),
    ("/lists", lists.router),
    ("/lists", list_work.bulk),
    ("/privacy", privacy),
    ("/runs", list_work.running),
    ("/imports", imports.router),
    ("/exports", list_work.exported),
    ("/search", house.search),
    ("/events", webhooks.events),
    ("/event-types", house.types),
    ("/webhooks", webhooks.router),
    ("/tokens", tokens.router),
    *administration.ROUTERS,
):
    api.add_router(prefix, router)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return HttpResponse(_document(), content_type="application/json")


@cache
def _document() -> bytes:
    """Made once in a process: it takes most of a second, and says the same to everybody."""
    return Response(api.get_openapi_schema()).content


@api.exception_handler(GuanxiError)
def _expected(request: HttpRequest, error: GuanxiError) -> HttpResponse:
    return answer(request, error)


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(
        request, SignInNeeded(_("Send a valid token: Authorization: Bearer gx_…"), code="token_invalid")
    )


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {
        ".".join(str(part) for part in one["loc"][1:]) or "body": str(one["msg"]) for one in error.errors
    }
    return answer(request, Invalid(fields=fields))


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    refused = GuanxiError(_("The request could not be read."), code="unreadable")
    refused.status = error.status_code  # type: ignore[assignment]  # an instance may say it more exactly
    return answer(request, refused)
