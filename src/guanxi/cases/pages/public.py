"""The public form and the customer's page of a case, by signed link or signed in."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.cases import actions, queries, rules
from guanxi.cases.models import Case
from guanxi.cases.pages import show
from guanxi.cases.pages.sides import intake
from guanxi.cases.pages.sides.doing import side_does, side_page
from guanxi.cases.rules import machine
from guanxi.core import clock, files, live
from guanxi.core.access import Actor, Kind
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.files import serve
from guanxi.core.http import Request, act_once, form_key, page
from guanxi.core.phrases import language
from guanxi.people.actions import Contact

CONTACT_FIELDS = ("name", "phone", "email", "reference")
JUST_CAME = (rules.RECORDED, machine.VALIDITY)
UrlOf = Callable[[str], str]


def posted(request: Request) -> dict[str, str]:
    """The fields of the form as sent, bounded: what is too long is refused by the action, not cut in silence."""
    return {
        name: request.POST.get(name, "")[: rules.TEXT_CHARS_MAX * 2 + 1]
        for name in ("text", *CONTACT_FIELDS, *intake.FIELDS)
    }


def errors_of(error: Invalid) -> dict[str, str]:
    """An action's complaint about its input as words beside our fields."""
    names = {"member": "reference"}
    errors = {names.get(name, name): str(words) for name, words in error.fields.items()}
    if not errors:
        errors["reach" if error.code == "unreachable" else "form"] = str(error.detail or error.title)
    return errors


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: Request) -> HttpResponse:
    """The public complaint form: one box for the words, one way to reach the person."""
    values, way = posted(request), intake.way_of(request.GET.get("as", ""))
    if request.method != "POST":
        return _form(request, intake.named(values, request.GET), {}, way)
    try:
        given = files_of(request)
        return act_once(request, effect=lambda: _open(request, values, given, way), files=given.fingerprint())
    except Invalid as error:
        return _form(request, values, errors_of(error), way)


def files_of(request: Request) -> files.Given:
    """The files a form brought, checked and kept. Raises `Invalid` on "files"."""
    return files.receive(request.FILES.getlist("files"))


def _open(request: Request, values: Mapping[str, str], given: files.Given, way: str) -> str:
    contact = Contact(
        name=values["name"],
        phone=values["phone"],
        email=values["email"],
        member=values["reference"],
        language=language(),
    )
    opened = actions.open_case(
        actor=request.actor,
        now=clock.now(),
        contact=contact,
        text=values["text"],
        channel="web",
        fallback_language=language(),
        files=given,
        about=intake.about_of(way, values),
    )
    return reverse("received", args=[queries.link_token(opened.case)])


def _form(request: Request, values: Mapping[str, str], errors: Mapping[str, str], way: str) -> HttpResponse:
    context = {
        **intake.asked(request.actor, way, values),
        "action_url": intake.form_url(way),
        "key": form_key(),  # after an error nothing stands under the old one, or another request does
        "values": values,
        "errors": errors,
        "promise": show.promise_words(actions.promised(clock.now())),
        "most": rules.TEXT_CHARS_MAX,
        "phone_hours": "",
        "follow_url": "",
        "files": files.form(),
        "known": request.actor.name if request.actor.kind is Kind.CUSTOMER else "",
    }
    return page(request, "cases/complain.html", context, status=422 if errors else 200)


def _holder(request: Request, token: str) -> Actor:
    return queries.link_actor(token)


@require_safe
def received(request: Request, token: str) -> HttpResponse:
    """Right after the form: number, promised time, the link to keep. Once we have answered, the case itself."""
    actor = _holder(request, token)
    case = queries.get_own_case(actor)
    due = actions.looked_at_by(case)
    if case.state not in JUST_CAME or due is None:
        return HttpResponseRedirect(reverse("follow", args=[token]))
    # Never from a header somebody may have forged.
    follow = settings.BASE_URL + reverse("follow", args=[token])
    context = {
        "number": case.number,
        "promised_at": due,
        "promise": show.promise_words(due),
        "follow_url": follow,
        "told": [],
        "again": False,
        **intake.told(actor, case, clock.now(), _side_urls(token)),
    }
    return page(request, "cases/received.html", context)


@require_safe
def follow(request: Request, token: str) -> HttpResponse:
    """The customer's page of their case, by signed link."""
    actor = _holder(request, token)
    case = queries.get_own_case(actor)
    if case.kind != Case.Kind.REQUEST:
        return side_page(request, actor, case, _side_urls(token))
    return follow_page(request, actor, case, lambda verb: reverse("follow_do", args=[token, verb]))


def _side_urls(token: str) -> Callable[[int, str], str]:
    def url_of(place: int, verb: str) -> str:
        if place:
            return reverse("side_do", args=[token, place, verb])
        return reverse("follow_do", args=[token, verb])

    return url_of


def follow_page(
    request: Request,
    actor: Actor,
    case: Case,
    url_of: UrlOf,
    *,
    tried: show.Tried = show.NOTHING_TRIED,
    status: int = 200,
) -> HttpResponse:
    """The page itself, for a link holder or a signed-in customer; `url_of(verb)` says where its forms go."""
    topics = [live.topic("case", case.id)]
    context = show.follow_context(
        actor, case, url_of=url_of, now=clock.now(), tried=tried, link=queries.link_token(case)
    )
    return page(request, "cases/follow.html", context, topics=topics, status=status)


def tried_of(request: Request, verb: str, error: Invalid | Conflict) -> show.Tried:
    """What somebody tried and why it failed, so that the page comes back with their words still in it."""
    text = request.POST.get("text", "")[: rules.TEXT_CHARS_MAX * 2 + 1]
    if isinstance(error, Conflict):
        return show.Tried(verb, text, conflict=str(error.detail or error.title))
    return show.Tried(verb, text, errors_of(error))


@require_POST
def follow_do(request: Request, token: str, verb: str) -> HttpResponse:
    """A customer's verb on their own case."""
    actor = _holder(request, token)
    case = queries.get_own_case(actor)
    back = reverse("follow", args=[token])
    if case.kind != Case.Kind.REQUEST:
        return side_does(request, actor, case, 0, verb, back, _side_urls(token))
    return customer_verb(request, actor, case, verb, back, lambda v: reverse("follow_do", args=[token, v]))


@require_POST
def side_do(request: Request, token: str, place: int, verb: str) -> HttpResponse:
    """A party's step on one issue of the case of their link."""
    actor = _holder(request, token)
    case = queries.get_own_case(actor)
    return side_does(request, actor, case, place, verb, reverse("follow", args=[token]), _side_urls(token))


def customer_verb(
    request: Request, actor: Actor, case: Case, verb: str, back: str, url_of: UrlOf
) -> HttpResponse:
    """Do what a customer asked for; with an error the page comes back with their words still in it."""
    request.actor = actor
    try:
        given = files_of(request)
        return act_once(
            request,
            effect=lambda: _customer_does(request, actor, case, verb, back, given),
            files=given.fingerprint(),
        )
    except (Invalid, Conflict) as error:
        case = queries.get_case(actor, case.number)  # as it stands now
        tried = tried_of(request, verb, error)
        return follow_page(request, actor, case, url_of, tried=tried, status=int(error.status))


def _customer_does(
    request: Request, actor: Actor, case: Case, verb: str, back: str, given: files.Given
) -> str:
    acts: Mapping[str, Callable[..., Case]] = {
        "append": actions.append,
        "reopen": actions.reopen,
        "resolve": actions.resolve,
    }
    if (act := acts.get(verb)) is None:
        raise NotFound
    act(actor=actor, now=clock.now(), number=case.number, text=request.POST.get("text", ""), files=given)
    return back


@require_safe
def link_file(request: Request, token: str, public_id: str) -> HttpResponseBase:
    """A file on the case of a signed link."""
    return serve.content(request, files.get(_holder(request, token), public_id))


@require_safe
def link_preview(request: Request, token: str, public_id: str) -> HttpResponseBase:
    """The small picture of a file on the case of a signed link."""
    return serve.preview(request, files.get(_holder(request, token), public_id))
