"""The desk's page of a case and everything staff do on it: verbs of an issue, verbs of the case, weighing."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.cases import actions, queries
from guanxi.cases.actions import NewIssue
from guanxi.cases.models import Case
from guanxi.cases.pages import writing
from guanxi.cases.pages.desk import forms, view, words
from guanxi.cases.pages.public import files_of
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.cases.rules import machine
from guanxi.core import clock, live, panels
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.http import Request, act_once, page, version_of
from guanxi.core.phrases import explained, sentences
from guanxi.work import queries as work

SHORT = 200
FIELD = "value-"
"""What the form calls a parameter's field, before its code."""
REFUSALS = (Invalid, Conflict, Denied)
EXPLAINED = ("four_eyes", "own_case", "not_fresh", "own_work")
"""Denials that say why on the page itself; any other is a plain refusal."""


def case_page(
    request: Request, case: Case, tried: forms.Tried = forms.NOTHING, status: int = 200, place: str = ""
) -> HttpResponse:
    """A case with issues; `?issue=2` selects one."""
    actor, now = request.actor, clock.now()
    found = view.read(actor, case, now, place or request.GET.get("issue", "")[:30], tried)
    item = work.open_item(("issue", found.issue.id), work_kind(found.issue.state, found.issue.heard))
    context = view.context(found)
    context |= {
        "more": view.more(found),
        "item": _item(request, item),
        "reason": sentences(item.reason) if item else [],
        "why_mine": explained(item.reason) if item and item.reason else None,
        "panels": panels.compose("case.right", actor, case.record.customer_id, key=case.number),
        "below": panels.compose("case.below", actor, case.id, key=case.number),
        "do": words.DO,
        "writing": writing.context(actor, case, "f-answer-text") if context["forms"].get("answer") else None,
    }
    topics = [live.topic("case", case.id)]
    return page(request, "cases/dispute.html", context, topics=topics, here=("case", case.id), status=status)


def work_kind(state: str, heard: bool) -> str:
    """The kind of work an issue in this state makes; "" for none."""
    if state == machine.CLOSED:
        return actions.issues.SUMMARISE
    return actions.issues.WORK_BY_STEP.get(machine.limit_key(state, heard=heard), "")


def _item(request: Request, item: Any) -> dict[str, Any] | None:
    if item is None:
        return None
    mine = item.member is not None and item.member.user_id == request.actor.user_id
    return {
        "mine": mine,
        "holder": str(item.member) if item.member and not mine else "",
        "take_url": reverse("work_take", args=[item.public_id]) if item.state == "queued" else "",
        "put_back_url": reverse("work_put_back", args=[item.public_id]) if mine else "",
    }


@require_POST
def issue_do(request: Request, number: str, place: int, verb: str) -> HttpResponse:
    """A verb of one issue: what the table lets this member of staff do now; a refusal shows the page with the words in it."""
    actor = request.actor
    actor.require("cases.view")
    issue = reads.get_issue(actor, number, place)

    def effect() -> str:
        if verb == "weigh":
            _weigh(request, number, place)
        elif verb == "measure":
            _measure(request, number, place)
        else:
            brought = forms.brought_of(request, issue)
            actions.issues.act(
                actor=actor,
                now=clock.now(),
                number=number,
                place=place,
                verb=verb,
                brought=brought,
                version=version_of(request),
            )
            messages.success(request, done_words(verb, place))
        return _back(request, number, place)

    return _once(request, issue.case, verb, place, effect)


def _weigh(request: Request, number: str, place: int) -> None:
    form = request.POST
    actions.issues.weigh(
        actor=request.actor,
        now=clock.now(),
        number=number,
        place=place,
        point=form.get("point", "")[:80],
        item=form.get("item", "")[:40],
        side=form.get("side", "")[:20],
    )


def _measure(request: Request, number: str, place: int) -> None:
    given = {
        name.removeprefix(FIELD): value[:SHORT]
        for name, value in request.POST.items()
        if name.startswith(FIELD) and isinstance(value, str)
    }
    try:
        actions.issues.measure(actor=request.actor, now=clock.now(), number=number, place=place, given=given)
    except Invalid as error:
        named = {one if one == "form" else f"{FIELD}{one}": said for one, said in error.fields.items()}
        raise Invalid(fields=named, code=error.code) from error
    messages.success(request, _("Compared. Both sides read it, and the proposal begins from it."))


def _back(request: Request, number: str, place: int) -> str:
    """Where a done verb leads: the place it came from where that is one of ours, else the issue."""
    if request.POST.get("next") == "approvals":
        return reverse("approvals")
    if request.POST.get("next") == "consultations":
        return reverse("consultations")
    return f"{reverse('case', args=[number])}?issue={place}"


def _once(request: Request, case: Case, verb: str, place: int, effect: Callable[[], str]) -> HttpResponse:
    try:
        given = files_of(request)
        return act_once(request, effect=effect, files=given.fingerprint())
    except REFUSALS as error:
        if isinstance(error, Denied) and error.code not in EXPLAINED:
            raise
        tried = forms.tried(request, verb, place, error)
        again = queries.get_case(request.actor, case.number)
        shown = str(place) if place else request.POST.get("issue", "")[:30]
        return case_page(request, again, tried, int(error.status), shown)


def done_words(verb: str, place: int) -> str:
    """What somebody is told after a verb."""
    told = {
        "accept": _("Taken up. Whoever must answer has been asked."),
        "ask_facts": _("The complainant has been asked."),
        "reject": _("Not taken up: the complainant reads why, and may appeal."),
        "propose": _("Both sides are heard on it now."),
        "propose_anew": _("Both sides are heard on the new proposal now."),
        "consult": _("The expert has been asked."),
        "find": _("Your finding has joined the evidence."),
        "take_evidence": _("The new evidence is looked into."),
        "confirm": _("Confirmed."),
        "approve": _("Approved."),
        "return": _("Returned to the handler."),
        "refer_up": _("Referred to the next supervisor."),
        "execute": _("Recorded as done."),
        "summarise": _("Recorded."),
        "reopen": _("Open again."),
        "file_evidence": _("Filed."),
        "reclassify": _("Kind corrected; clock and evidence are as they were."),
    }
    return told.get(verb, _("Done."))


# -- what is done to the case as a whole ------------------------------------------------------------------------


def case_do(request: Request, case: Case, verb: str) -> HttpResponse:
    """A verb of the whole case. Raises `NotFound` for no verb."""
    if verb not in ACTS:
        raise NotFound

    def effect() -> str:
        return ACTS[verb](request, case.number)

    return _once(request, case, verb, 0, effect)


def _page_of(number: str, request: Request | None = None) -> str:
    issue = request.POST.get("issue", "")[:30] if request else ""
    return reverse("case", args=[number]) + (f"?issue={issue}" if issue else "")


def _answer(request: Request, number: str) -> str:
    """To one side, or to both: each reads only what was said to them."""
    sides = {"both": (machine.COMPLAINANT, machine.RESPONDENT)}.get(
        request.POST.get("to", ""), (request.POST.get("to") or machine.COMPLAINANT,)
    )
    version = version_of(request)
    for side in sides:
        done = actions.answer(
            actor=request.actor,
            now=clock.now(),
            number=number,
            text=request.POST.get("text", ""),
            version=version,
            files=files_of(request),
            to=side,
        )
        version = done.version
    messages.success(request, _("Written."))
    return _page_of(number, request)


def _append(request: Request, number: str) -> str:
    actions.append(
        actor=request.actor,
        now=clock.now(),
        number=number,
        text=request.POST.get("text", ""),
        version=version_of(request),
        files=files_of(request),
    )
    messages.success(request, _("Added in the customer's words."))
    return _page_of(number, request)


def _add(request: Request, number: str) -> str:
    return _added(request, number, None)


def _take(request: Request, number: str) -> str:
    return _added(request, number, _suggestion(request))


def _added(request: Request, number: str, suggestion: int | None) -> str:
    form = request.POST
    case = queries.get_case(request.actor, number)
    policy = procedures.policy_of(case) if case.procedure_id else procedures.current()
    currency = policy.currency if policy else "CNY"
    code = form.get("kind", "")[:40]
    if suggestion is not None:
        found = case.suggestions.filter(id=suggestion).first()
        if found is None:
            raise NotFound
        code = found.kind
    row = actions.issues.add_issue(
        actor=request.actor,
        now=clock.now(),
        number=number,
        issue=NewIssue(
            kind=code,
            wants=form.get("wants", "")[:40],
            wants_minor=forms.amount_of(form, currency) or 0,
            order=form.get("order", "")[:40],
            quote=form.get("quote", ""),
        ),
        version=version_of(request),
        suggestion=suggestion,
    )
    messages.success(request, _("Added as issue %(place)s.") % {"place": row.place})
    return f"{_page_of(number)}?issue={row.place}"


def _suggestion(request: Request) -> int:
    value = request.POST.get("suggestion", "")
    if not value.isdecimal() or len(value) > 19:
        raise NotFound
    return int(value)


def _dismiss(request: Request, number: str) -> str:
    actions.issues.dismiss(
        actor=request.actor, now=clock.now(), number=number, suggestion=_suggestion(request)
    )
    return _page_of(number, request)


def _respondent(request: Request, number: str) -> str:
    customer = request.POST.get("respondent", "").strip()[:20]
    if not customer:
        raise Invalid(fields={"respondent": _("Choose who stands on the other side.")})
    actions.issues.name_respondent(
        actor=request.actor,
        now=clock.now(),
        number=number,
        customer=customer,
        role=request.POST.get("role", "")[:10],
    )
    messages.success(request, _("The other side is named."))
    return _page_of(number, request)


def _link(request: Request, number: str) -> str:
    _named(
        request,
        "other",
        lambda other: actions.issues.link(actor=request.actor, now=clock.now(), number=number, other=other),
    )
    messages.success(request, _("Linked."))
    return _page_of(number, request)


def _unlink(request: Request, number: str) -> str:
    actions.issues.unlink(
        actor=request.actor, now=clock.now(), number=number, other=request.POST.get("other", "")[:20]
    )
    return _page_of(number, request)


def _merge(request: Request, number: str) -> str:
    target = _named(
        request,
        "into",
        lambda into: actions.issues.merge(actor=request.actor, now=clock.now(), number=number, into=into),
    )
    messages.success(request, _("%(number)s was merged into this one.") % {"number": number})
    return _page_of(target.number)


def _named(request: Request, field: str, act: Callable[[str], Any]) -> Any:
    """An action on a case named in a field; no such case is the field's fault."""
    try:
        return act(request.POST.get(field, "").strip()[:20])
    except NotFound as error:
        raise Invalid(fields={field: _("There is no case with this number.")}) from error


def _unmerge(request: Request, number: str) -> str:
    actions.issues.unmerge(actor=request.actor, now=clock.now(), number=number)
    messages.success(request, _("This case stands by itself again."))
    return _page_of(number)


def _split(request: Request, number: str) -> str:
    place = request.POST.get("place", "")
    if not place.isdecimal() or len(place) > 3:
        raise NotFound
    fresh = actions.issues.split(actor=request.actor, now=clock.now(), number=number, place=int(place))
    messages.success(request, _("Split off as %(number)s.") % {"number": fresh.number})
    return _page_of(fresh.number)


ACTS: Mapping[str, Callable[[Request, str], str]] = {
    "answer": _answer,
    "append": _append,
    "add": _add,
    "take": _take,
    "dismiss": _dismiss,
    "respondent": _respondent,
    "link": _link,
    "unlink": _unlink,
    "merge": _merge,
    "unmerge": _unmerge,
    "split": _split,
}
