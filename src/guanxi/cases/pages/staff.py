"""Cases as staff see them: the list, one case, the entry for somebody on the telephone."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.cases import actions, queries, rules
from guanxi.cases.actions import undoing
from guanxi.cases.models import Case
from guanxi.cases.pages import show, writing
from guanxi.cases.pages.desk import doing
from guanxi.cases.pages.public import errors_of, files_of, posted, tried_of
from guanxi.core import clock, files, live, panels
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, version_of
from guanxi.core.phrases import explained, sentences
from guanxi.people import queries as people
from guanxi.people.actions import Contact
from guanxi.people.pages.likely import chosen_contact
from guanxi.work import queries as work
from guanxi.work.models import Team

AT_ONCE = (Team.Desktop.HOTLINE, Team.Desktop.TELEMARKETING, Team.Desktop.LETTERS)


@require_safe
def case(request: Request, number: str) -> HttpResponse:
    """One case: what was said, whose turn it is, why it came here, the answer box."""
    request.actor.require("cases.view")
    found = queries.get_case(request.actor, number)
    if found.kind != Case.Kind.REQUEST:
        return doing.case_page(request, found)
    return _case_page(request, found, show.NOTHING_TRIED)


def _case_page(request: Request, case: Case, tried: show.Tried, status: int = 200) -> HttpResponse:
    actor, now = request.actor, clock.now()
    item = work.open_item(("case", case.id), actions.WORK_KIND)
    topics = [live.topic("case", case.id)]
    context = show.case_context(actor, case, now=now, tried=tried)
    context |= {
        "reason": sentences(item.reason) if item else [],
        "why": explained(item.reason) if item and item.reason else None,
        "panels": panels.compose("case.right", actor, case.record.customer_id, key=case.number),
        "below": panels.compose("case.below", actor, case.id, key=case.number),
        "item": show.item_context(actor, item),
        "writing": writing.context(actor, case, "f-answer") if context["forms"]["answer"] else None,
    }
    return page(request, "cases/case.html", context, topics=topics, here=("case", case.id), status=status)


@require_POST
def case_do(request: Request, number: str, verb: str) -> HttpResponse:
    """A handler's verb: answer, resolve, append (a customer's words by telephone), reopen."""
    actor = request.actor
    actor.require("cases.view")  # a customer's verbs have addresses of their own
    found = queries.get_case(actor, number)
    if verb == "take_back":
        return _take_back(request, found)
    if found.kind != Case.Kind.REQUEST:
        return doing.case_do(request, found, verb)
    try:
        given = files_of(request)
        return act_once(
            request, effect=lambda: _staff_does(request, found, verb, given), files=given.fingerprint()
        )
    except (Invalid, Conflict) as error:
        return _case_page(
            request, queries.get_case(actor, number), tried_of(request, verb, error), status=int(error.status)
        )


def _take_back(request: Request, found: Case) -> HttpResponse:
    """The answer is taken back; its words stand in the form again, to be written better."""
    try:
        case, text = undoing.take_back(
            actor=request.actor, now=clock.now(), number=found.number, message=request.POST.get("message", "")
        )
    except Conflict as error:
        messages.warning(request, str(error.detail))
        return HttpResponseRedirect(reverse("case", args=[found.number]), status=303)
    messages.success(request, _("Taken back: nobody was mailed. Your words are in the form."))
    if case.kind != Case.Kind.REQUEST:
        return HttpResponseRedirect(reverse("case", args=[found.number]), status=303)
    return _case_page(request, queries.get_case(request.actor, case.number), show.Tried("answer", text))


def _staff_does(request: Request, case: Case, verb: str, given: files.Given) -> str:
    acts: Mapping[str, Any] = {
        "answer": actions.answer,
        "resolve": actions.resolve,
        "append": actions.append,
        "reopen": actions.reopen,
    }
    if verb not in acts:
        raise NotFound
    done = acts[verb](
        actor=request.actor,
        now=clock.now(),
        number=case.number,
        text=request.POST.get("text", ""),
        version=version_of(request),
        files=given,
    )
    messages.success(request, show.done_words(verb, done))
    return reverse("today") if verb == "resolve" else reverse("case", args=[case.number])


@require_http_methods(["GET", "HEAD", "POST"])
def case_new(request: Request) -> HttpResponse:
    """An operator enters a case for somebody on the telephone or at the counter."""
    request.actor.require("cases.intake")
    values = posted(request)
    if request.method != "POST":
        return _new_form(request, values, {})
    try:
        given = files_of(request)
        return act_once(request, effect=lambda: _enter(request, values, given), files=given.fingerprint())
    except Invalid as error:
        return _new_form(request, values, errors_of(error))


def _enter(request: Request, values: Mapping[str, str], given: files.Given) -> str:
    contact = _chosen(
        request,
        Contact(
            name=values["name"], phone=values["phone"], email=values["email"], member=values["reference"]
        ),
    )
    opened = actions.open_case(
        actor=request.actor,
        now=clock.now(),
        contact=contact,
        text=values["text"],
        channel="phone",
        files=given,
        team_id=_own_team(request.actor),
    )
    messages.success(request, _("Recorded as %(number)s.") % {"number": opened.case.number})
    return reverse("case", args=[opened.case.number])


def _own_team(actor: Actor) -> int | None:
    """Whoever answers the telephone or letters settles at once what they take down: it is their own team's."""
    member = work.member_of(actor)
    if member is None or member.team.desktop not in AT_ONCE:
        return None
    return member.team_id if actor.may_at("cases.handle", member.team_id) else None


def _chosen(request: Request, given: Contact) -> Contact:
    """What was written, upon what is known of the customer chosen. Raises `NotFound`; `Invalid` when that tells nobody."""
    contact = chosen_contact(request, given)
    if request.POST.get("customer") and not (contact.phone or contact.email or contact.member):
        words = _("Nothing is known to recognise this customer by; fill in below.")
        raise Invalid(fields={"customer": words})
    return contact


def _preset(request: Request) -> dict[str, str]:
    """The customer in the form: as it was sent, else the one whose page it was opened from."""
    if request.method == "POST" or not request.GET.get("customer"):
        return {"value": request.POST.get("customer", ""), "text": request.POST.get("customer_text", "")}
    who = people.get_customer(request.actor, request.GET["customer"][:20])
    return {"value": who.public_id, "text": who.name or who.public_id}


def _new_form(request: Request, values: Mapping[str, str], errors: Mapping[str, str]) -> HttpResponse:
    context = {
        "action_url": reverse("case_new"),
        "key": form_key(),  # after an error nothing stands under the old one, or another request does
        "values": values,
        "errors": errors,
        "most": rules.TEXT_CHARS_MAX,
        "promise": show.promise_words(actions.promised(clock.now())),
        "files": files.form(),
        "chosen": _preset(request),
    }
    return page(request, "cases/new.html", context, status=422 if errors else 200)
