"""Training: one's own checklists, and how far one's people are."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock
from guanxi.core.access import Kind
from guanxi.core.errors import NotFound
from guanxi.core.http import Request, page
from guanxi.core.phrases import pick
from guanxi.work import actions
from guanxi.work.queries import learning as reads

VERBS = {"done": True, "not_yet": False}


@require_safe
def mine(request: Request) -> HttpResponse:
    """One's own checklists; the way to the team's for whoever gives out its work."""
    actor = request.actor
    actor.require_kind(Kind.STAFF)
    context = {"lists": [_view(one) for one in reads.list_mine(actor)], "leads": actor.may(reads.ASSIGN)}
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
