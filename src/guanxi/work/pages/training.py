"""Training: one's own checklists, how far one's people are, and writing the checklists."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock
from guanxi.core.access import Kind
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of, version_of
from guanxi.core.phrases import pick
from guanxi.work import actions
from guanxi.work.models import Checklist
from guanxi.work.queries import learning as reads
from guanxi.work.queries.knowledge import EDIT
from guanxi.work.rules import knowledge as rules

VERBS = {"done": True, "not_yet": False}


@require_safe
def mine(request: Request) -> HttpResponse:
    """One's own checklists; the way to the team's for whoever gives out its work."""
    actor = request.actor
    actor.require_kind(Kind.STAFF)
    context = {
        "lists": [_view(one) for one in reads.list_mine(actor)],
        "leads": actor.may(reads.ASSIGN),
        "edits": actor.may(EDIT),
    }
    return page(request, "work/training.html", context)


@require_safe
def team(request: Request) -> HttpResponse:
    """How far everybody is whose work one gives out."""
    people = [
        {
            "name": str(member.user),
            "team": pick(member.team.unit.name),
            "lists": [
                {
                    "name": pick(one.checklist.name),
                    "done": one.taken,
                    "of": one.of,
                    "last": max(one.done.values(), default=None),
                }
                for one in found
            ],
        }
        for member, found in reads.list_team(request.actor)
    ]
    return page(request, "work/training_team.html", {"people": people})


@require_POST
def training_do(request: Request, code: str, item: str, verb: str) -> HttpResponse:
    """Tick an item, or take the tick back."""
    if verb not in VERBS:
        raise NotFound
    actions.learn(actor=request.actor, now=clock.now(), code=code, item=item, done=VERBS[verb])
    return HttpResponseRedirect(reverse("training") + f"#{code}", status=303)


def _view(one: reads.Progress) -> dict[str, Any]:
    code = one.checklist.code
    return {
        "code": code,
        "name": pick(one.checklist.name),
        "done": one.taken,
        "of": one.of,
        "items": [
            {
                "words": pick(item["name"]),
                "url": reverse("article", args=[item["article"]]) if item.get("article") else "",
                "taken": one.done.get(item["code"]),
                "do_url": reverse(
                    "training_do",
                    args=[code, item["code"], "not_yet" if item["code"] in one.done else "done"],
                ),
            }
            for item in one.checklist.items
        ],
    }


# -- writing ------------------------------------------------------------------------------------------------

EMPTY_ROWS = 3
SHORT = {"zh-hans": "zh", "en": "en"}


@require_safe
def lists(request: Request) -> HttpResponse:
    """All checklists, for whoever writes them."""
    roles = dict(reads.role_choices())
    rows = [
        {
            "url": reverse("checklist_edit", args=[one.code]),
            "name": pick(one.name),
            "code": one.code,
            "roles": [roles.get(code, code) for code in one.roles],
            "items": len(one.items),
            "own": one.own,
        }
        for one in reads.list_checklists(request.actor)
    ]
    return page(request, "work/checklists.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def checklist_new(request: Request) -> HttpResponse:
    """Begin a checklist."""
    request.actor.require(EDIT)
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def checklist_edit(request: Request, code: str) -> HttpResponse:
    """Write a checklist anew: its name, whom it is for, its items in their order."""
    return _edit(request, reads.get_checklist(request.actor, code))


def _edit(request: Request, row: Checklist | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, row, _shown(row), {})
    sent = _sent(request)

    def effect() -> str:
        items = [one for one in sent["rows"] if one["zh"] or one["en"] or one["article"]]
        text = actions.ChecklistText(
            name={code: sent[f"name_{short}"] for code, short in SHORT.items()},
            roles=sent["roles"],
            items=[
                {
                    "code": one["code"],
                    "name": {code: one[short] for code, short in SHORT.items()},
                    "article": one["article"],
                }
                for one in items
            ],
        )
        code = row.code if row else sent["code"]
        version = version_of(request) if row else None
        made = actions.write_checklist(
            actor=request.actor, now=clock.now(), code=code, text=text, version=version
        )
        messages.success(request, _("Saved. Everybody it is for sees it now."))
        return reverse("checklist_edit", args=[made.code])

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        wrong = {**error.fields} or {"form": error.detail}
        return _form(request, row, sent, wrong, status=int(error.status))


def _shown(row: Checklist | None) -> dict[str, Any]:
    """A checklist as the form's fields."""
    name, items = (row.name, row.items) if row else ({}, [])
    return {
        "code": row.code if row else "",
        **{f"name_{short}": name.get(code, "") for code, short in SHORT.items()},
        "roles": list(row.roles) if row else [],
        "rows": [
            {
                "code": one["code"],
                **{short: one["name"].get(code, "") for code, short in SHORT.items()},
                "article": one.get("article", ""),
            }
            for one in items
        ],
    }


def _sent(request: Request) -> dict[str, Any]:
    """What was sent, its items by the places given to them, each once."""
    names = ("code", "zh", "en", "article", "place")
    columns = [request.POST.getlist(f"item-{name}")[: actions.ITEMS_MAX + EMPTY_ROWS] for name in names]
    rows = [
        dict(zip(names, (value[:400].strip() for value in one), strict=True))
        for one in zip(*columns, strict=False)
    ]
    given: set[str] = set()
    for one in rows:
        one["code"] = (
            "" if one["code"] in given or not rules.ADDRESS.fullmatch(one["code"] or "-") else one["code"]
        )
        given.add(one["code"])
    place = {id(one): int(one["place"]) if one["place"].isdecimal() else len(rows) for one in rows}
    rows.sort(key=lambda one: place[id(one)])
    return {
        "code": text_of(request, "code", most=40).strip(),
        **{f"name_{short}": text_of(request, f"name_{short}", most=120).strip() for short in SHORT.values()},
        "roles": request.POST.getlist("roles")[:50],
        "rows": [one for one in rows if one["zh"] or one["en"] or one["article"]],
    }


def _form(
    request: Request,
    row: Checklist | None,
    sent: Mapping[str, Any],
    errors: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    empty = {"code": "", "zh": "", "en": "", "article": ""}
    rows = [*sent["rows"], *[empty] * EMPTY_ROWS]
    context = {
        "row": row,
        "sent": sent,
        "errors": errors,
        "rows": [
            {**one, "place": place, "error": errors.get(f"item-{place}", "")}
            for place, one in enumerate(rows, start=1)
        ],
        "roles": [(code, name, code in sent["roles"]) for code, name in reads.role_choices()],
        "articles": [("", _("nothing to read")), *reads.article_choices(request.actor)],
        "lock": version_of(request) if request.method == "POST" else (row.version if row else 0),
        "here": reverse("checklist_edit", args=[row.code]) if row else reverse("checklist_new"),
        "key": form_key(),
    }
    return page(request, "work/checklist_edit.html", context, status=status)
