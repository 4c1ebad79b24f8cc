"""Quality of finished work: drawn, judged by criteria, answered by whoever did it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.core import clock, cover
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Denied, Invalid
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.organisation import name_of
from guanxi.core.phrases import span_words
from guanxi.core.words import say
from guanxi.work import actions, rules
from guanxi.work.models import Audit
from guanxi.work.queries import audits as reads

EACH = 2
YES, NO = "yes", "no"


@require_safe
def audits(request: Request) -> HttpResponse:
    """What waits for a look, how looks came out, and what was said of one's own work."""
    request.actor.require("work.view")
    return _list(request)


def _list(request: Request, error: Invalid | Conflict | None = None) -> HttpResponse:
    actor, now = request.actor, clock.now()
    judge = actor.may(reads.RIGHT)
    told = error.fields if isinstance(error, Invalid) else {}
    context = {
        "judge": judge,
        "rows": _rows(actor, reads.list_waiting(actor)) if judge else [],
        "results": [_result(one) for one in reads.results(actor, now)] if judge else [],
        "done": _rows(actor, reads.list_audited(actor, now)) if judge else [],
        "own": _rows(actor, reads.list_own(actor, now)),
        "each": request.POST.get("each", "")[:3] or EACH,
        "seed": request.POST.get("seed", "")[:9] or f"{now:%Y%m%d}",
        "fields": told,
        "conflict": str(error.detail) if error and not told else "",
        "key": form_key(),
    }
    return page(request, "work/audits.html", context, status=int(error.status) if error else 200)


def _rows(actor: Actor, found: Sequence[Audit]) -> list[dict[str, Any]]:
    views = reads.subjects(actor, found)
    return [_row(one, views.get(one.id)) for one in found]


def _row(one: Audit, view: Any) -> dict[str, Any]:
    held, item = one.assignment, one.assignment.item
    spent = (held.ended or held.started) - (held.accepted or held.started)
    return {
        "id": one.public_id,
        "url": reverse("audit", args=[one.public_id]),
        "title": view.title if view else say(f"work.kind.{item.kind}"),
        "subject_url": view.url if view else "",
        "kind": say(f"work.kind.{item.kind}"),
        "channel": say(f"work.channel.{item.channel}"),
        "team": name_of(item.team.unit),
        "member": str(held.member.user),
        "arrived": item.arrived,
        "ended": held.ended,
        "took": span_words(int(spent.total_seconds() // 60)),
        "late": bool(held.ended and held.ended > item.due),
        "resolved": held.resolved,
        "drawn": one.drawn,
        "audited": one.audited,
        "auditor": one.auditor.name if one.auditor else "",
        "errors": one.errors,
        "met": sum(map(bool, one.marks.values())),
        "most": len(one.marks),
    }


def _result(one: reads.Result) -> dict[str, Any]:
    return {
        "name": str(one.member.user),
        "team": name_of(one.member.team.unit),
        "looks": one.looks,
        "good": one.good,
        "share": f"{100 * one.good / one.looks:.0f} %",
        "low": one.good < one.looks,
    }


@require_POST
def draw(request: Request) -> HttpResponse:
    """Draw some finished work of everybody."""
    request.actor.require(reads.RIGHT)

    def effect() -> str:
        numbers = [text_of(request, name, most=9) for name in ("each", "seed")]
        if not all(one.isascii() and one.isdecimal() for one in numbers):
            raise Invalid(fields={"each": _("Whole numbers, please.")})
        drawn = actions.draw_audits(
            actor=request.actor, now=clock.now(), each=int(numbers[0]), seed=int(numbers[1])
        )
        said = ngettext("%(n)s piece of work drawn.", "%(n)s pieces of work drawn.", len(drawn))
        messages.success(request, said % {"n": len(drawn)})
        return reverse("audits")

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _list(request, error)


@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: Request, public_id: str) -> HttpResponse:
    """One piece of work: the criteria to answer, or how they were answered."""
    actor = request.actor
    actor.require("work.view")
    found = reads.get_audit(actor, public_id)
    if request.method != "POST":
        return _audit(request, found)
    actor.require(reads.RIGHT)

    def effect() -> str:
        marks = {
            code: request.POST[code] == YES for code in rules.CODES if request.POST.get(code) in (YES, NO)
        }
        words = request.POST.get("words", "")[:10_000]
        actions.record_audit(actor=actor, now=clock.now(), public_id=public_id, marks=marks, words=words)
        messages.success(request, _("Thank you. It is in the results now."))
        return reverse("audits")

    return _once(request, public_id, effect)


@require_POST
def reply(request: Request, public_id: str) -> HttpResponse:
    """What whoever did the work says to it."""
    request.actor.require("work.view")

    def effect() -> str:
        words = request.POST.get("words", "")[:10_000]
        actions.reply_audit(actor=request.actor, now=clock.now(), public_id=public_id, words=words)
        return reverse("audit", args=[public_id])

    return _once(request, public_id, effect)


def _once(request: Request, public_id: str, effect: Any) -> HttpResponse:
    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict, Denied) as error:
        if isinstance(error, Denied) and error.code != "own_work":
            raise
        return _audit(request, reads.get_audit(request.actor, public_id), request.POST, error)


def _audit(
    request: Request,
    found: Audit,
    given: Mapping[str, str] | None = None,
    error: Invalid | Conflict | Denied | None = None,
) -> HttpResponse:
    actor, given = request.actor, given or {}
    fields = error.fields if isinstance(error, Invalid) else {}
    own = found.assignment.member.user_id == actor.user_id
    context = {
        "row": {
            **_rows(actor, [found])[0],
            "words": cover.shown(actor, found.words),
            "reply": cover.shown(actor, found.reply),
            "replied": found.replied,
            "reply_url": reverse("audit_reply", args=[found.public_id]),
        },
        "own": own,
        "may": not own and found.audited is None and actor.may_at(reads.RIGHT, found.assignment.item.team_id),
        "criteria": [
            {
                "code": one.code,
                "name": names()[one.code][0],
                "hint": names()[one.code][1],
                "critical": one.critical,
                "met": found.marks.get(one.code),
                "value": given.get(one.code, ""),
                "missing": "marks" in fields and not given.get(one.code),
            }
            for one in rules.CRITERIA
        ],
        "text": given.get("words", "")[:10_000],
        "fields": fields,
        "conflict": "" if error is None or fields else str(error.detail),
        "most": actions.AUDIT_WORDS_MAX,
        "key": form_key(),
    }
    return page(request, "work/audit.html", context, status=int(error.status) if error else 200)


def names() -> dict[str, tuple[str, str]]:
    """What each criterion is called, and what it asks."""
    return {
        "identity": (_("Person checked"), _("Before anything private was told, it was clear who asked.")),
        "right": (_("Right"), _("What was said and done was right by our rules.")),
        "promises": (_("Promises"), _("Nothing was promised that we do not keep.")),
        "complete": (_("Complete"), _("Everything that was asked has an answer.")),
        "notes": (_("Notes"), _("A colleague understands from the notes what happened.")),
        "tone": (_("Tone"), _("Friendly, plain, in the language of the customer.")),
    }
