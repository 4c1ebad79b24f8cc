"""Search and choose a record: what `gx.choose_field` asks while somebody types. Rooms say how, by `register`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from guanxi.core.access import Actor
from guanxi.core.errors import NotFound
from guanxi.core.http import Request

SHOWN_MAX = 8
TEXT_CHARS_MAX = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One record to choose: its public id, its name, a line that tells it from others of that name."""

    value: str
    label: str
    note: str = ""


Find = Callable[[Actor, str, int], Sequence[Choice]]
_kinds: dict[str, tuple[str, Find]] = {}


def register(kind: str, right: str, find: Find) -> None:
    """`find(actor, text, limit)` gives the best visible matches; asked only of actors with `right`."""
    _kinds[kind] = (right, find)


@require_safe
def choose(request: Request, kind: str) -> HttpResponse:
    """The best matches for `q` as {"choices": [{value, label, note}]}."""
    if kind not in _kinds:
        raise NotFound
    right, find = _kinds[kind]
    request.actor.require(right)
    text = request.GET.get("q", "").strip()[:TEXT_CHARS_MAX]
    found = find(request.actor, text, SHOWN_MAX) if text else []
    response = JsonResponse({"choices": [asdict(one) for one in found[:SHOWN_MAX]]})
    response.headers["Cache-Control"] = "no-store"
    return response
