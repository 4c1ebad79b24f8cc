"""Pages of writing: saved replies in a case and their upkeep, drafts kept and taken over."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.cases import actions, queries
from guanxi.cases.models import Case, Draft, SavedReply
from guanxi.cases.queries import procedures
from guanxi.cases.queries import writing as reads
from guanxi.cases.rules import TEXT_CHARS_MAX
from guanxi.cases.rules import writing as rules
from guanxi.cases.words import REPLY_STEPS
from guanxi.channels.words import CHANNELS
from guanxi.core import clock, live
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of, version_of
from guanxi.core.phrases import pick

# -- in a case ------------------------------------------------------------------------------------------------


def context(actor: Actor, case: Case, field: str) -> dict[str, Any] | None:
    """What stands below the answer's field: my draft, who else writes, where saved replies come from.

    None where the actor does not answer here.
    """
    if not queries.may_handle(actor, case) or actor.user_id is None:
        return None
    found = reads.drafts_of(case)
    mine = next((one for one in found if one.writer_id == actor.user_id), None)
    return {
        "field": field,
        "text": mine.text if mine else "",
        "version": mine.version if mine else 0,
        "at": _clock(mine) if mine else "",
        "keep_url": reverse("writing_do", args=[case.number, "keep"]),
        "use_url": reverse("writing_do", args=[case.number, "use"]),
        "take_url": reverse("writing_do", args=[case.number, "take"]),
        "replies_url": reverse("case_replies", args=[case.number]),
        "topics": live.topic("case", case.id),
        "others": [_other(one) for one in found if one is not mine],
    }


def _clock(draft: Draft) -> str:
    return f"{timezone.localtime(draft.saved):%H:%M}"


def _other(draft: Draft) -> dict[str, Any]:
    since = f"{timezone.localtime(draft.began):%H:%M}"
    writing = clock.now() - draft.saved < reads.WRITING_NOW
    told = _("%(name)s is writing since %(time)s") if writing else _("%(name)s left a draft at %(time)s")
    at = since if writing else _clock(draft)
    return {
        "words": told % {"name": draft.writer.name, "time": at},
        "writer": draft.writer.public_id,
        "text": draft.text,
    }


@require_safe
def case_replies(request: Request, number: str) -> HttpResponse:
    """What can be inserted in this case, with its values: a piece of the page, fetched when opened."""
    actor, now = request.actor, clock.now()
    actor.require(reads.USE)
    case = queries.get_case(actor, number)
    rows = [(one, reads.filled(actor, case, one, now)) for one in reads.replies_for(actor, case)]
    shown = [
        {
            "id": one.public_id,
            "code": one.code,
            "title": pick(one.title),
            "text": filled.text,
            "missing": [reads.NAMES[name] for name in filled.missing],
            "steps": " ".join(one.steps),
            "steps_words": [REPLY_STEPS[step] for step in one.steps],
            "own": one.owner_id is not None,
        }
        for one, filled in rows
    ]
    return page(request, "cases/writing/offered.html", {"rows": shown, "all_url": reverse("replies")})


@require_POST
def writing_do(request: Request, number: str, verb: str) -> HttpResponse:
    """keep (a draft, by the page itself), take (a colleague's over), use (a saved reply, counted)."""
    if verb not in _DOES:
        raise NotFound
    return _DOES[verb](request, number)


def _keep(request: Request, number: str) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        kept = actions.keep_draft(
            actor=request.actor, now=clock.now(), number=number, text=text, version=version_of(request) or 0
        )
    except Conflict as error:
        return JsonResponse({"said": str(error.detail)}, status=409)
    return JsonResponse({"version": kept.version if kept else 0, "at": _clock(kept) if kept else ""})


def _take(request: Request, number: str) -> HttpResponse:
    writer = text_of(request, "writer", most=20)
    actions.take_draft(actor=request.actor, now=clock.now(), number=number, writer=writer)
    messages.success(request, _("Taken over: the words stand in your form."))
    return HttpResponseRedirect(reverse("case", args=[number]), status=303)


def _use(request: Request, number: str) -> HttpResponse:
    public_id = text_of(request, "reply", most=20)
    filled = actions.use_reply(actor=request.actor, now=clock.now(), public_id=public_id, number=number)
    return JsonResponse({"text": filled.text, "missing": list(filled.missing)})


_DOES: Mapping[str, Callable[[Request, str], HttpResponse]] = {"keep": _keep, "take": _take, "use": _use}

# -- upkeep ---------------------------------------------------------------------------------------------------

TEXTS = ("code", "title_zh", "title_en", "body_zh", "body_en", "team")
MANY = ("kinds", "channels", "steps")


@require_safe
def replies(request: Request) -> HttpResponse:
    """One's own saved replies and those of the team, the most used first."""
    actor = request.actor
    rows = [_row(actor, one) for one in reads.list_replies(actor)[:300]]
    context = {"rows": rows, "new_url": reverse("reply_new")}
    return page(request, "cases/writing/replies.html", context)


def _row(actor: Actor, one: SavedReply) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "code": one.code,
        "title": pick(one.title),
        "whose": pick(one.team.unit.name) if one.team else _("mine"),
        "body": pick(one.body),
        "macro": [REPLY_STEPS[step] for step in one.steps],
        "used": one.used,
        "last_used": one.last_used,
        "url": reverse("reply", args=[one.public_id]),
        "may_change": reads.may_change(actor, one),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def reply_new(request: Request) -> HttpResponse:
    """A new one."""
    request.actor.require(reads.USE)
    if request.method != "POST":
        return _form(request, None, {}, {})
    try:
        return act_once(request, effect=lambda: _save(request, ""))
    except (Invalid, Conflict) as error:
        return _form(request, None, _posted(request), _faults(error))


@require_safe
def reply(request: Request, public_id: str) -> HttpResponse:
    """One saved reply: to change or remove, or only to read."""
    found = reads.get_reply(request.actor, public_id)
    return _form(request, found, _values(found), {})


@require_POST
def reply_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """change, remove."""
    found = reads.get_reply(request.actor, public_id)
    if verb not in ("change", "remove"):
        raise NotFound
    effect = (
        (lambda: _save(request, public_id)) if verb == "change" else (lambda: _remove(request, public_id))
    )
    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _form(request, found, _posted(request), _faults(error))


def _save(request: Request, public_id: str) -> str:
    given = _posted(request)
    row = actions.save_reply(
        actor=request.actor,
        now=clock.now(),
        public_id=public_id,
        version=version_of(request),
        reply=actions.Reply(
            code=given["code"],
            title={"zh-hans": given["title_zh"], "en": given["title_en"]},
            body={"zh-hans": given["body_zh"], "en": given["body_en"]},
            team=given["team"],
            kinds=given["kinds"],
            channels=given["channels"],
            steps=given["steps"],
        ),
    )
    messages.success(request, _("Saved: type /%(code)s in an answer.") % {"code": row.code})
    return reverse("replies")


def _remove(request: Request, public_id: str) -> str:
    actions.remove_reply(actor=request.actor, now=clock.now(), public_id=public_id)
    messages.success(request, _("Removed. What was sent with it stays."))
    return reverse("replies")


def _posted(request: Request) -> dict[str, Any]:
    values: dict[str, Any] = {name: request.POST.get(name, "")[: TEXT_CHARS_MAX * 2] for name in TEXTS}
    chosen = {name: request.POST.getlist(name)[:20] for name in MANY}
    order = [step for step in rules.STEPS if step in chosen["steps"]]
    strange = [step for step in chosen["steps"] if step not in rules.STEPS]
    return {**values, **chosen, "steps": [*order, *strange]}


def _values(one: SavedReply) -> dict[str, Any]:
    return {
        "code": one.code,
        "title_zh": one.title.get("zh-hans", ""),
        "title_en": one.title.get("en", ""),
        "body_zh": one.body.get("zh-hans", ""),
        "body_en": one.body.get("en", ""),
        "team": one.team.unit.code if one.team else "",
        "kinds": one.kinds,
        "channels": one.channels,
        "steps": one.steps,
    }


def _faults(error: GuanxiError) -> dict[str, str]:
    return {name: str(words) for name, words in error.fields.items()} or {"form": str(error.detail)}


def _form(
    request: Request, found: SavedReply | None, values: Mapping[str, Any], errors: Mapping[str, str]
) -> HttpResponse:
    actor = request.actor
    do_url = reverse("reply_do", args=[found.public_id, "change"]) if found else reverse("reply_new")
    context = {
        "reply": _row(actor, found) if found else None,
        "version": found.version if found else "",
        "values": {**dict.fromkeys(TEXTS, ""), **{name: [] for name in MANY}, **values},
        "errors": errors,
        "teams": [("", _("mine alone")), *reads.teams_to_write_for(actor)],
        "kinds": _kinds(),
        "channels": [(code, str(words)) for code, words in CHANNELS.items()],
        "steps": [(code, str(REPLY_STEPS[code])) for code in rules.STEPS],
        "variables": [(f"{{{name}}}", str(reads.NAMES[name])) for name in rules.VARIABLES],
        "most": TEXT_CHARS_MAX,
        "key": form_key(),
        "do_url": do_url,
        "remove_url": reverse("reply_do", args=[found.public_id, "remove"]) if found else "",
        "list_url": reverse("replies"),
    }
    return page(request, "cases/writing/reply.html", context, status=422 if errors else 200)


def _kinds() -> list[tuple[str, str]]:
    policy = procedures.current()
    return [(Case.Kind.REQUEST.value, str(_("Request"))), *_issue_kinds(policy)]


def _issue_kinds(policy: Any) -> list[tuple[str, str]]:
    return [(code, pick(one.name)) for code, one in policy.issues.items()] if policy else []
