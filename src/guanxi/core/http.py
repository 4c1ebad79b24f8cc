"""What edges share: the request with its actor, pages with their live topics, forms that act once, reading of input."""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from guanxi.core import clock, idempotency
from guanxi.core.access import Actor
from guanxi.core.errors import Invalid

TOKENS = ("csrfmiddlewaretoken", "proof")  # that a form is ours: new on every page, no part of what is sent
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_NEEDS_NO_QUOTES = re.compile("[A-Za-z0-9_.~-]*").fullmatch


class Request(HttpRequest):
    """Django's request with what our middleware found."""

    actor: Actor
    topics: Sequence[str]
    here: tuple[str, int] | None  # what the page shows: colleagues at the same one see each other


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    topics: Sequence[str] = (),
    here: tuple[str, int] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page that hears `topics` live. `now` is the same moment for everything on it.

    `here` is the (kind, id) the page shows: colleagues who have the same one open see each other.
    """
    request.topics = list(topics)
    request.here = here
    response = render(request, template, {"now": clock.now(), **context}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@lru_cache(maxsize=500)
def _address_parts(name: str, count: int, prefix: str) -> list[str]:
    """What stands around the codes; `prefix` is where this request's addresses begin."""
    marks = [f"gx-part-{place}" for place in range(count)]
    text = reverse(name, args=marks)
    parts = []
    for mark in marks:
        before, _found, text = text.partition(mark)
        parts.append(before)
    return [*parts, text]


def address(name: str, *codes: str) -> str:
    """`reverse` of an address made of public ids and codes, for lists: a hundredth of its time, since rows have hundreds.

    The codes are ours (public ids, column codes); whatever else they held would be quoted.
    """
    parts = _address_parts(name, len(codes), get_script_prefix())
    return parts[0] + "".join(
        (code if _NEEDS_NO_QUOTES(code) else quote(code, safe="")) + part
        for code, part in zip(codes, parts[1:], strict=True)
    )


def form_key() -> str:
    """A fresh idempotency key for a form: sending the same form twice has one effect."""
    return str(uuid4())


def act_once(request: Request, *, effect: Callable[[], str], files: Sequence[str] = ()) -> HttpResponse:
    """Run a form's `effect` once per form key and lead to the address it gives.

    `files` is the fingerprint of the files that came with it (`Given.fingerprint`): they are part of what was sent.
    """
    sent = {name: value for name, value in request.POST.items() if name not in TOKENS}
    actor = request.actor
    try:
        answer = idempotency.once(
            owner=f"{actor.kind}:{actor.id}",
            key=request.POST.get("key", "")[: idempotency.KEY_CHARS_MAX],
            request=[request.path, sent, *([list(files)] if files else [])],
            now=clock.now(),
            effect=lambda: idempotency.Answer(303, effect()),
        )
    except Invalid as error:
        raise _arrived_before(error) from error
    response = HttpResponseRedirect(answer.body)
    response.status_code = 303
    return response


def _arrived_before(error: Invalid) -> Invalid:
    """A form changed after a lost connection whose first sending had arrived after all, in words for its writer."""
    if error.code != "idempotency_key_reused":
        return error
    return Invalid(
        _(
            "An earlier version of this has reached us already. Please look at it before you send this as well."
        ),
        code=error.code,
    )


def is_text(value: str) -> bool:
    """Whether a database can keep it: no NUL, no half of a surrogate pair."""
    return not _NO_TEXT.search(value)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting: behind a proxy what that one saw; of IPv6 the network (/64)."""
    given = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        given = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or given
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given[:64]
    if address.version == 4:
        return given
    return str(ipaddress.ip_network((address, 64), strict=False))


def text_of(request: Request, name: str, *, most: int = 200) -> str:
    """A posted field, trimmed. Raises `Invalid` when longer than `most` characters: nothing is cut silently."""
    value = request.POST.get(name, "").strip()
    if len(value) > most:
        raise Invalid(fields={name: _("At most %(most)s characters fit here.") % {"most": most}})
    return value


def version_of(request: Request) -> int | None:
    """The version of the thing a page showed, to notice that somebody was faster."""
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else None
