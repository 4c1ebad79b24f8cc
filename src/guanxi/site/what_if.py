"""What other ways to give out work would have done with the last weeks' arrivals of this house. SIMULATED, and says so."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.core import charts, clock
from guanxi.core.charts import Cell, Chart, Series
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.site.foresight import chosen, places, team_choices
from guanxi.work import actions
from guanxi.work.models import WhatIf
from guanxi.work.queries import what_if as reads

WEEKS = 4


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: Request) -> HttpResponse:
    """Ask for a team; the policies beside each other, and how it really went."""
    team = chosen(request.actor, request.POST.get("team", "") or request.GET.get("team", ""))
    if request.method != "POST":
        return _page(request, team)

    def effect() -> str:
        weeks = text_of(request, "weeks", most=3)
        if not weeks.isascii() or not weeks.isdecimal():
            raise Invalid(fields={"weeks": _("A whole number, please.")})
        row = actions.ask_what_if(actor=request.actor, now=clock.now(), team_id=team.pk, weeks=int(weeks))
        return f"{reverse('what_if')}?{urlencode({'team': team.unit.code, 'run': row.public_id})}"

    try:
        return act_once(request, effect=effect)
    except (Invalid, Conflict) as error:
        return _page(request, team, error)


def _page(request: Request, team: Any, error: Invalid | Conflict | None = None) -> HttpResponse:
    actor = request.actor
    asked = reads.list_asked(actor, team.pk)
    code = request.GET.get("run", "")
    shown = next((one for one in asked if one.public_id == code), asked[0] if asked and not code else None)
    drawn = _drawn(shown) if shown and "now" in shown.result else None
    if (answer := charts.as_csv(request, [drawn] if drawn else [])) is not None:
        return answer
    fields = error.fields if isinstance(error, Invalid) else {}
    empty = {
        "nothing_came": _("Nothing came in during these weeks."),
        "nobody_there": _("Nobody was on the rota, and nobody was ready, in these weeks."),
    }
    kept = {"team": team.unit.code, "run": shown.public_id if shown else ""}
    context = {
        "team": team.unit.code,
        "teams": team_choices(actor),
        "weeks": request.POST.get("weeks", "")[:3] or WEEKS,
        "chart": drawn.view(request.path, **kept) if drawn else None,
        "shown": shown,
        "running": bool(shown and shown.finished is None),
        "empty": empty.get(shown.result.get("empty", ""), "") if shown else "",
        "runs": [
            {
                "url": f"?{urlencode({'team': team.unit.code, 'run': one.public_id})}",
                "asked": one.asked,
                "weeks": one.weeks,
                "who": one.asker.name if one.asker else "",
                "current": shown is not None and one.id == shown.id,
                "finished": one.finished,
            }
            for one in asked
        ],
        "fields": fields,
        "conflict": str(error.detail) if error and not fields else "",
        "key": form_key(),
        "places": places(),
    }
    return page(request, "work/what_if.html", context, status=int(error.status) if error else 200)


def _names() -> dict[str, str]:
    return {
        "real": _("As it really was (measured)"),
        "now": _("As today's settings give it out"),
        "closed": _("Closed groups, first come first served"),
        "idle": _("Skills, longest idle first"),
        "no_parking": _("As today, nothing set aside for calls"),
        "no_reserve": _("As today, nobody kept free"),
    }


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _drawn(shown: WhatIf) -> Chart:
    columns = [_("Way"), _("Calls and chats in time (%)"), _("Gave up (%)"), _("Wait p50 (s)"), _("Wait p90 (s)"),
               _("Other work in time (%)"), _("Interruptions per hour"), _("Busy (%)")]  # fmt: skip
    rows: list[list[Cell]] = []
    for code, name in _names().items():
        one, real = shown.result[code], code == "real"
        rows.append(
            [
                name,
                _share(one["in_time"], one["live"]),
                _share(one["gave_up"], one["live"]),
                one["wait_p50"] if one["live"] else None,
                one["wait_p90"] if one["live"] else None,
                _share(one["deferred_in_time"], one["deferred"]),
                None if real else one["interruptions"],
                None if real else round(100 * one["busy"], 1),
            ]
        )
    words = _("SIMULATED but for the first: %(arrivals)s arrivals, %(people)s people, the same for every way")
    told = words % {"arrivals": f"{shown.result['arrivals']:,}", "people": shown.result["people"]}
    column = 1 if shown.result["real"]["live"] else 5
    return Chart(
        "what_if",
        _("Ways to give out work"),
        told,
        "bar",
        columns,
        rows,
        [Series(column, tone="accent")],
        unit="%",
    )
