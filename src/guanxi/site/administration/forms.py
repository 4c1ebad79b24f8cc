"""What the forms of /settings/ share: an effect once per form, its errors beside the fields, one message after it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse

from guanxi.core.errors import Conflict, Invalid
from guanxi.core.http import Request, act_once


def act(
    request: Request,
    *,
    effect: Callable[[], str],
    again: Callable[[dict[str, Any]], HttpResponse],
    told: str = "",
) -> HttpResponse:
    """Run `effect` once per form key and lead to the address it gives, with the words `told`.

    What cannot be done comes back to the same form: `again` gets {field: sentence}, with "" for the form's own.
    """
    try:
        response = act_once(request, effect=effect)
    except Invalid as error:
        return again(error.fields or {"": error.detail or error.title})
    except Conflict as error:
        return again({**error.fields, "": str(error.detail or error.title)})
    if told:
        messages.success(request, told)
    return response
