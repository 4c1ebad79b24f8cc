"""The pages of a list, whichever room declared it: itself (`page_of(code)`), its parts, filters, looks and views.

Cells changed in place are in `cells.py`; what many rows undergo at once, and exports, have pages of their own.
"""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, live
from guanxi.core.access import Actor
from guanxi.core.errors import Invalid, NotFound
from guanxi.core.http import Request, act_once, page
from guanxi.core.lists import composing, reading, saving, showing, views, wanted
from guanxi.core.lists.listing import Listing, get
from guanxi.core.lists.showing import NOTHING_TRIED, Tried, url_of


def page_of(code: str) -> Callable[[Request], HttpResponse]:
    """The view of one registered list."""

    @require_safe
    def show(request: Request) -> HttpResponse:
        return list_page(request, get(code), request.GET.dict())

    return show


def list_page(
    request: Request, listing: Listing, params: Mapping[str, str], tried: Tried = NOTHING_TRIED
) -> HttpResponse:
    """One page of a list: rows, filters, views, and what may be done with them."""
    actor = request.actor
    actor.require(listing.right)
    saved = views.saved_of(actor, listing)
    want = wanted.read(listing, actor, params, now=clock.now(), kept=saved.kept)
    shown = reading.page(listing, actor, want)
    topics = _topics(listing, actor, shown.rows)
    return page(
        request,
        "gx/list.html",
        {
            "list": showing.context(listing, actor, want, shown, saved, tried),
            "topics": " ".join(topics),
            "address": url_of(reverse(listing.url_name), want.query(place=True)),
        },
        topics=topics,
        status=422 if want.errors or tried.errors else 200,
    )


def _topics(listing: Listing, actor: Actor, rows: Sequence[object]) -> list[str]:
    named = listing.topics(actor, rows) if listing.topics else ()
    return [live.topic(kind, key) for kind, key in dict.fromkeys(named)]


def _allowed(request: Request, code: str) -> Listing:
    listing = get(code)
    request.actor.require(listing.right)
    return listing


@require_safe
def count(request: Request, code: str) -> HttpResponse:
    """How many rows match, counted to the end: asked for by the "1,000+" of the page."""
    listing = _allowed(request, code)
    want = wanted.read(listing, request.actor, {**request.GET.dict(), "count": "all"}, now=clock.now())
    counted = showing.count_of(listing, request.actor, want, None)
    return page(request, "gx/list_count.html", {"list": counted})


@require_safe
def filter_by(request: Request, code: str) -> HttpResponse:
    """What somebody put together in a filter's editor, as the readable address it means."""
    listing = _allowed(request, code)
    params = wanted.params_of(request.GET.get("rest", ""))
    want = wanted.read(listing, request.actor, params, now=clock.now())
    column = next(
        (one for one in listing.columns_for(request.actor) if one.code == request.GET.get("column")), None
    )
    if column is None or not column.filtered_by:
        raise NotFound
    text = composing.compose(column, request.GET)
    return _to(listing, want.filtered(column.code, text).query())


def _to(listing: Listing, query: str) -> HttpResponse:
    return HttpResponseRedirect(url_of(reverse(listing.url_name), query))


@require_safe
def quick(request: Request, code: str, key: str) -> HttpResponse:
    """A row at a glance, beside its list. Asked for by itself it leads to the row's own page."""
    listing = _allowed(request, code)
    row = listing.get(request.actor, key)
    if not listing.quick or listing.quick_context is None:
        raise NotFound
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(listing.url(row))
    return page(
        request,
        "gx/list_quick.html",
        {
            "quick": {"template": listing.quick, "url": listing.url(row), "key": key},
            "data": listing.quick_context(request.actor, row),
        },
    )


# -- looks and views --------------------------------------------------------------------------------------


@require_POST
def look(request: Request, code: str) -> HttpResponse:
    """Columns and density: shown once, or kept for this person."""
    listing = _allowed(request, code)
    actor, now = request.actor, clock.now()
    params = wanted.params_of(request.POST.get("query", ""))
    step = request.POST.get("earlier", "") or request.POST.get("later", "")
    chosen = _moved(request.POST.getlist("column"), step, -1 if request.POST.get("earlier") else 1)
    params |= {"columns": ",".join(chosen), "density": request.POST.get("density", "")}
    do = request.POST.get("do", "")
    if do == "forget":
        saving.keep_look(actor=actor, now=now, listing=listing, query="")
        messages.success(request, _("The list looks as it came again."))
        plain = {name: value for name, value in params.items() if name not in ("columns", "density", "sort")}
        return _seen(listing, wanted.read(listing, actor, plain, now=now).query())
    kept = views.saved_of(actor, listing).kept
    want = wanted.read(listing, actor, params, now=now, kept=kept)
    if do == "keep":
        saving.keep_look(actor=actor, now=now, listing=listing, query=saving.look_of(want))
        messages.success(request, _("Kept: this list comes to you like this from now on."))
        plain = {name: value for name, value in params.items() if name not in ("columns", "density", "sort")}
        return _seen(listing, wanted.read(listing, actor, plain, now=now).query())
    return _seen(listing, want.query())


def _seen(listing: Listing, query: str) -> HttpResponse:
    response = _to(listing, query)
    response.status_code = 303
    return response


def _moved(codes: Sequence[str], code: str, step: int) -> list[str]:
    """The columns with one of them moved a place: what the arrows do without a script."""
    moved = list(dict.fromkeys(codes))
    if code in moved:
        here = moved.index(code)
        moved.insert(min(max(here + step, 0), len(moved) - 1), moved.pop(here))
    return moved


@require_POST
def views_new(request: Request, code: str) -> HttpResponse:
    """Save what the list shows as a view."""
    listing = _allowed(request, code)

    def effect() -> str:
        view = saving.save_view(
            actor=request.actor,
            now=clock.now(),
            listing=listing,
            name=request.POST.get("name", ""),
            query=request.POST.get("query", ""),
            share=request.POST.get("share", ""),
        )
        messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
        return url_of(reverse(listing.url_name), view.query, f"view={view.public_id}")

    return _view_form(request, listing, "new", effect)


@require_POST
def view_do(request: Request, code: str, public_id: str) -> HttpResponse:
    """Change a saved view: update, rename, share, earlier, later, delete."""
    listing = _allowed(request, code)
    do = request.POST.get("do", "")
    if do not in _VERBS:
        raise NotFound
    return _view_form(request, listing, do, lambda: _VERBS[do](request, listing, public_id))


def _view_form(request: Request, listing: Listing, what: str, effect: Callable[[], str]) -> HttpResponse:
    try:
        return act_once(request, effect=effect)
    except Invalid as error:
        tried = Tried(what, request.POST.dict(), {name: str(words) for name, words in error.fields.items()})
        if not tried.errors:
            raise
        params = wanted.params_of(request.POST.get("query", ""))
        if view := request.POST.get("view", ""):
            params["view"] = view
        return list_page(request, listing, params, tried)


def _here(request: Request, listing: Listing, public_id: str) -> str:
    """Back to what was shown, in this view."""
    params = wanted.params_of(request.POST.get("query", ""))
    want = wanted.read(listing, request.actor, params, now=clock.now())
    return url_of(reverse(listing.url_name), want.query(view=False), f"view={public_id}")


def _update(request: Request, listing: Listing, public_id: str) -> str:
    view = saving.update_view(
        actor=request.actor,
        now=clock.now(),
        listing=listing,
        public_id=public_id,
        query=request.POST.get("query", ""),
    )
    messages.success(request, _("“%(name)s” now shows this.") % {"name": view.name})
    return url_of(reverse(listing.url_name), view.query, f"view={public_id}")


def _rename(request: Request, listing: Listing, public_id: str) -> str:
    name = request.POST.get("name", "")
    saving.rename_view(actor=request.actor, now=clock.now(), listing=listing, public_id=public_id, name=name)
    return _here(request, listing, public_id)


def _share(request: Request, listing: Listing, public_id: str) -> str:
    share = request.POST.get("share", "")
    view = saving.share_view(
        actor=request.actor, now=clock.now(), listing=listing, public_id=public_id, share=share
    )
    messages.success(
        request,
        _("“%(name)s” is shared.") % {"name": view.name}
        if view.shared
        else _("“%(name)s” is yours alone.") % {"name": view.name},
    )
    return _here(request, listing, public_id)


def _move(step: int) -> Callable[[Request, Listing, str], str]:
    def move(request: Request, listing: Listing, public_id: str) -> str:
        saving.move_view(
            actor=request.actor, now=clock.now(), listing=listing, public_id=public_id, step=step
        )
        return _here(request, listing, public_id)

    return move


def _delete(request: Request, listing: Listing, public_id: str) -> str:
    saving.delete_view(actor=request.actor, now=clock.now(), listing=listing, public_id=public_id)
    messages.success(request, _("View deleted. The rows stay where they are."))
    return reverse(listing.url_name)


_VERBS: Mapping[str, Callable[[Request, Listing, str], str]] = {
    "update": _update,
    "rename": _rename,
    "share": _share,
    "earlier": _move(-1),
    "later": _move(1),
    "delete": _delete,
}
