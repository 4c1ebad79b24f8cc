"""The page of one cell: shown, edited in place, compared when two people write into it. With and without a script."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.core import clock
from guanxi.core.errors import GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.lists import editing, showing, wanted
from guanxi.core.lists.columns import Edit
from guanxi.core.lists.editing import Met
from guanxi.core.lists.listing import Listing, get
from guanxi.core.lists.showing import url_of


@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: Request, code: str, key: str, column: str) -> HttpResponse:
    """GET: the editor of a cell, or with `?cell=1` the cell itself. POST: the value sent, and the one it stood for."""
    listing = get(code)
    actor = request.actor
    actor.require(listing.right)
    if request.method != "POST":
        if request.GET.get("cell"):
            return _shown(request, listing, key, column)
        row, _column, edit = editing.editable(listing, actor, key, column)
        return _form(
            request, listing, key, column, edit, value=edit.original(row), original=edit.original(row)
        )
    sent = {name: request.POST.get(name, "") for name in ("value", "original")}
    try:
        done = act_once(request, effect=lambda: _write(request, listing, key, column, sent))
    except Met as error:
        return _again(request, listing, key, column, sent, error)
    except Invalid as error:
        return _again(request, listing, key, column, sent, error)
    return _shown(request, listing, key, column) if _in_place(request) else done


def _in_place(request: Request) -> bool:
    return "HX-Request" in request.headers


def _write(request: Request, listing: Listing, key: str, column: str, sent: dict[str, str]) -> str:
    editing.change_cell(actor=request.actor, now=clock.now(), listing=listing, key=key, code=column, **sent)
    params = wanted.params_of(request.POST.get("back", ""))
    want = wanted.read(listing, request.actor, params, now=clock.now())
    return url_of(reverse(listing.url_name), want.query(place=True))


def _shown(request: Request, listing: Listing, key: str, code: str) -> HttpResponse:
    """The cell as the list draws it; only for columns that are edited somewhere."""
    actor = request.actor
    column = next((one for one in listing.columns_for(actor) if one.code == code), None)
    if column is None or column.edit is None:
        raise NotFound
    row = listing.get(actor, key)
    context = {
        "row": showing.rows_of(listing, actor, (), [row])[0],
        "cell": showing.cell(listing, actor, column, row),
    }
    return page(request, "gx/list_cell.html", context)


def _again(
    request: Request, listing: Listing, key: str, code: str, sent: dict[str, str], error: GuanxiError
) -> HttpResponse:
    """The editor once more, with what was written still in it; after a meeting of two with both values to choose from."""
    _row, _column, edit = editing.editable(listing, request.actor, key, code)
    words = " ".join(str(one) for one in error.fields.values()) or str(error.detail or error.title)
    if not isinstance(error, Met):
        return _form(
            request,
            listing,
            key,
            code,
            edit,
            value=sent["value"],
            original=sent["original"],
            error=words,
            status=int(error.status),
        )
    conflict = {
        "yours": _named(request, edit, sent["value"]),
        "theirs": _named(request, edit, error.theirs),
        "original": _named(request, edit, sent["original"]),
        "who": error.last.who if error.last else "",
        "when": error.last.when if error.last else None,
    }
    return _form(
        request, listing, key, code, edit, value=sent["value"], original=error.theirs, conflict=conflict,
        status=int(error.status),
    )  # fmt: skip


def _named(request: Request, edit: Edit, value: str) -> str:
    """A value as people read it: a choice by its words."""
    return str(dict(edit.choices(request.actor)).get(value, value)) or _("empty")


def _form(
    request: Request,
    listing: Listing,
    key: str,
    code: str,
    edit: Edit,
    *,
    value: str,
    original: str,
    error: str = "",
    conflict: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    row = listing.get(request.actor, key)
    url = reverse("list_cell", args=[listing.code, key, code])
    context = {
        "cell": {
            "url": url,
            "shown_url": f"{url}?cell=1",
            "label": edit.label or listing.by_code[code].title,
            "row_label": str(listing.columns[0].value(request.actor, row)),
            "input": edit.input,
            "choices": [{"code": one, "label": words} for one, words in edit.choices(request.actor)],
            "value": value,
            "original": original,
            "most": edit.chars_max,
            "error": error,
            "conflict": conflict,
            "key": form_key(),
            "code": code,
        },
        "back": request.POST.get("back", request.GET.get("back", "")),
        "list_url": reverse(listing.url_name),
        "list_title": listing.title,
    }
    template = "gx/list_edit.html" if _in_place(request) else "gx/list_edit_page.html"
    return page(request, template, context, status=status)
