"""Edges of the two sides: the page of a case, and every form on it. One action each."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from guanxi.cases import actions, queries
from guanxi.cases.actions import Brought, NewIssue
from guanxi.cases.models import Case
from guanxi.cases.pages.sides import forms, page
from guanxi.cases.pages.sides.seen import NOTHING_TRIED, Seen, Tried, UrlOf
from guanxi.cases.queries.issues import get_issue, side_of
from guanxi.core import clock, files, live
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.files import Given
from guanxi.core.http import Request, act_once
from guanxi.core.http import page as render

CASE_VERBS = ("append", "rate", "issue")


def side_page(
    request: Request,
    actor: Actor,
    case: Case,
    url_of: UrlOf,
    *,
    tried: Tried = NOTHING_TRIED,
    status: int = 200,
) -> HttpResponse:
    """The page of a side, for a link holder or a signed-in customer; `url_of(place, verb)` says where its forms go."""
    link = queries.link_token(case, side=_side(actor, case)) if actor.kind is Kind.LINK else ""
    seen = Seen(actor, case, clock.now(), url_of, link, tried)
    done = request.GET.get("done", "") if request.method == "GET" else ""
    context = page.context(seen, done=done)
    return render(request, "cases/side.html", context, topics=[live.topic("case", case.id)], status=status)


def _side(actor: Actor, case: Case) -> str:
    return side_of(actor, case)


def side_does(
    request: Request, actor: Actor, case: Case, place: int, verb: str, back: str, url_of: UrlOf
) -> HttpResponse:
    """Do what a side asked for; with an error the page comes back with everything still in its form."""
    request.actor = actor
    try:
        given = files.receive(request.FILES.getlist("files"))
        return act_once(
            request,
            effect=lambda: _does(request, actor, case, place, verb, back, given),
            files=given.fingerprint(),
        )
    except Denied as error:
        raise NotFound from error  # nothing of ours to be tried by a party
    except (Invalid, Conflict) as error:
        case = queries.get_case(actor, case.number)  # as it stands now
        tried = tried_of(request, place, verb, error)
        return side_page(request, actor, case, url_of, tried=tried, status=int(error.status))


def tried_of(request: Request, place: int, verb: str, error: Invalid | Conflict) -> Tried:
    values = forms.posted(request.POST)
    if isinstance(error, Conflict):
        return Tried(place, verb, values, conflict=str(error.detail or error.title))
    errors = {name: str(said) for name, said in error.fields.items()}
    return Tried(place, verb, values, errors or {"form": str(error.detail or error.title)})


def _does(request: Request, actor: Actor, case: Case, place: int, verb: str, back: str, given: Given) -> str:
    """One form's effect; where it leads to."""
    if place:
        _step(request, actor, case, place, verb, given)
    else:
        _on_case(request, actor, case, verb, given)
    return f"{back}?done={verb}"


def _on_case(request: Request, actor: Actor, case: Case, verb: str, given: Given) -> None:
    acts: dict[str, Callable[..., Any]] = {"append": _append, "rate": _rate, "issue": _issue}
    if (act := acts.get(verb)) is None:
        raise NotFound
    act(request, actor, case, given)


def _step(request: Request, actor: Actor, case: Case, place: int, verb: str, given: Given) -> None:
    issue = get_issue(actor, case.number, place)
    brought: Brought = forms.brought(request.POST, given, issue.currency)
    actions.issues.act(
        actor=actor, now=clock.now(), number=case.number, place=place, verb=verb, brought=brought
    )


def _append(request: Request, actor: Actor, case: Case, given: Given) -> None:
    text = request.POST.get("text", "")
    actions.append(actor=actor, now=clock.now(), number=case.number, text=text, files=given)


def _rate(request: Request, actor: Actor, case: Case, given: Given) -> None:
    score = request.POST.get("score", "")
    text = request.POST.get("text", "")
    number = int(score) if score in ("1", "2", "3", "4", "5") else 0
    actions.issues.rate(actor=actor, now=clock.now(), number=case.number, score=number, words=text)


def _issue(request: Request, actor: Actor, case: Case, given: Given) -> None:
    """One more issue, with the words that go with it as a message of its own."""
    sent, now = forms.posted(request.POST), clock.now()
    new = NewIssue(kind=sent["kind"], order=sent["order"])
    actions.issues.add_issue(actor=actor, now=now, number=case.number, issue=new)
    if sent["text"].strip() or given:
        actions.append(actor=actor, now=now, number=case.number, text=sent["text"], files=given)
