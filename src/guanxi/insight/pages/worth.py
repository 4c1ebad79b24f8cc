"""What relations are worth: everybody at large, one customer with why, and setting a class by hand."""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import charts, clock, jobs
from guanxi.core.access import Actor, Kind
from guanxi.core.charts import Cell, Chart, Series
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.words import say
from guanxi.insight import actions
from guanxi.insight.actions.overriding import REASON_CHARS_MAX
from guanxi.insight.models import Run
from guanxi.insight.queries import worth as reads
from guanxi.insight.words import NUMERALS
from guanxi.people import queries as people
from guanxi.people.queries.standing import Standing

RECKON = "guanxi.insight.jobs.reckon"
TIERS = ("core", "key", "general")


def class_words(standing: str) -> str:
    """A class as people read it, e.g. Prized."""
    return say(f"insight.class.{standing}")


def badge(standing: Standing) -> dict[str, Any]:
    """What `gx.standing_badge` and `gx.tier` draw."""
    return {"numeral": NUMERALS[standing.code], "label": class_words(standing.code)}


def tier_mark(standing: Standing) -> dict[str, Any] | None:
    """Core, key or general as 3 to 1 ticks; None for whoever is not live."""
    return {"label": say(f"insight.tier.{standing.tier}"), "level": standing.level} if standing.tier else None


# -- everybody ----------------------------------------------------------------------------------------------


@require_safe
def show(request: Request) -> HttpResponse:
    """The live run in pictures; the runs; whoever may asks for a new one."""
    actor = request.actor
    actor.require(reads.VIEW)
    runs = reads.list_runs(actor)
    live = next((one for one in runs if one.live), None)
    drawn = _charts(actor, live, runs) if live else []
    if (answer := charts.as_csv(request, drawn)) is not None:
        return answer
    context = {
        "charts": [one.view(request.path) for one in drawn],
        "live": live,
        "runs": [_run(one) for one in runs],
        "facts": _facts(actor, live) if live else [],
        "may_run": actor.may("insight.run"),
        "key": form_key(),
    }
    return page(request, "insight/worth.html", context)


def _run(one: Run) -> dict[str, Any]:
    return {
        "code": one.public_id,
        "state": say(f"insight.state.{one.state}"),
        "tone": {"done": "green", "failed": "red"}.get(one.state, "amber"),
        "began": one.began,
        "took": round((one.ended - one.began).total_seconds(), 1) if one.ended else None,
        "customers": one.customers,
        "changed": one.changed,
        "live": one.live,
        "error": one.error,
        "why": one.told.get("why", ""),
        "by": one.by,
    }


def _facts(actor: Actor, live: Run) -> list[tuple[str, str]]:
    totals = reads.class_totals(actor, live)
    ours = sum(one.value_minor for one in totals) / 100
    return [
        (_("Customers"), charts.shown(live.customers)),
        (_("Brought in a year, less their cost"), charts.shown(round(ours))),
        (_("In another class than before"), charts.shown(live.changed)),
    ]


def _charts(actor: Actor, live: Run, runs: list[Run]) -> list[Chart]:
    made = [_classes(actor, live), _pareto(actor, live)]
    before = next((one for one in runs if one.state == Run.State.DONE and one.id < live.id), None)
    return [*made, _migration(actor, live, before)] if before else made


def _classes(actor: Actor, live: Run) -> Chart:
    totals = sorted(reads.class_totals(actor, live), key=lambda one: list(NUMERALS).index(one.standing))
    money, everybody = sum(max(one.value_minor, 0) for one in totals), sum(one.people for one in totals)
    best = max(
        totals, key=lambda one: one.value_minor / (money or 1) - one.people / (everybody or 1), default=None
    )
    title = _("Nobody has brought anything yet")
    if best is not None and best.value_minor > 0:
        title = _("%(name)s: %(money)s %% of the money from %(people)s %% of the people") % {
            "name": class_words(best.standing),
            "money": round(100 * best.value_minor / money),
            "people": charts.shown(round(100 * best.people / everybody, 1)),
        }
    rows: list[list[Cell]] = [
        [
            f"{NUMERALS[one.standing]} {class_words(one.standing)}",
            one.people,
            round(one.value_minor / 100),
            round(one.value_minor / 100 / one.people) if one.people else 0,
        ]
        for one in totals
    ]
    return Chart(
        "classes", title, _("Seven classes: people, and what they brought in 365 days less what they cost"), "rows",
        [_("Class"), _("Customers"), _("Value in a year"), _("Value a head")], rows, [Series(1, tone="accent")],
    )  # fmt: skip


def _pareto(actor: Actor, live: Run) -> Chart:
    """The share of all profit the best customers make: of the best 1 %, 2 %, up to all of them."""
    values = reads.profits(actor, live)
    total = sum(one for one in values if one > 0)
    made = list(accumulate(values))
    best = next((place for place, one in enumerate(made, start=1) if total and one >= 0.8 * total), 0)
    rows: list[list[Cell]] = [[0, 0.0]] if made else []
    for share in range(1, 101) if made else ():
        at = made[max(share * len(made) // 100, 1) - 1]
        rows.append([share, round(100 * at / total, 1) if total else 0.0])
    title = _("No live customer has brought anything yet")
    if best:
        title = _("%(share)s %% of live customers earn 80 %% of profit") % {
            "share": charts.shown(round(100 * best / len(values), 1))
        }
    return Chart(
        "pareto", title, _("Profit over 365 days against live customers, best first"), "line",
        [_("Share of live customers, %"), _("Share of profit, %")], rows, [Series(1, "line", "accent")], unit="%",
    )  # fmt: skip


def _migration(actor: Actor, live: Run, before: Run) -> Chart:
    moved = reads.migration(actor, live, before)
    changed = {pair: n for pair, n in moved.items() if pair[0] != pair[1]}
    title = _("Nobody has changed class since the run before")
    if changed:
        (source, target), n = max(changed.items(), key=lambda one: one[1])
        title = _("Most changes: %(n)s from %(source)s to %(target)s") % {
            "n": n,
            "source": class_words(source),
            "target": class_words(target),
        }
    order = list(NUMERALS)
    rows: list[list[Cell]] = [
        [f"{class_words(source)} ", class_words(target), n]  # the blank keeps both sides apart
        for (source, target), n in sorted(
            moved.items(), key=lambda one: (order.index(one[0][0]), order.index(one[0][1]))
        )
    ]
    return Chart(
        "migration", title, _("From the run before to the live one; people in both"), "sankey",
        [_("Before"), _("Now"), _("Customers")], rows,
    )  # fmt: skip


@require_POST
def run(request: Request) -> HttpResponse:
    """Ask for a run: a worker does it."""
    try:
        made = actions.begin_run(actor=request.actor, now=clock.now())
    except Conflict as error:
        messages.error(request, str(error.detail))
    else:
        jobs.enqueue_named(RECKON, made.public_id)
        messages.success(request, _("It is being worked out; this page shows it when it is done."))
    return HttpResponseRedirect(reverse("worth"), status=303)


# -- one customer -------------------------------------------------------------------------------------------


@require_safe
def of_customer(request: Request, public_id: str) -> HttpResponse:
    """Why a customer stands where they stand, for staff."""
    request.actor.require(reads.VIEW)
    return _explained(request, public_id, {})


@require_POST
def override(request: Request, public_id: str) -> HttpResponse:
    """Set the class by hand, or take that back."""
    actor = request.actor
    actor.require("insight.override")
    here = reverse("customer_worth", args=[public_id])
    if request.POST.get("do") == "end":
        actions.end_override(actor=actor, now=clock.now(), customer=public_id)
        return HttpResponseRedirect(here, status=303)

    def effect() -> str:
        days = request.POST.get("days", "")[:4]
        actions.override(
            actor=actor,
            now=clock.now(),
            customer=public_id,
            standing=request.POST.get("standing", "")[:20],
            tier=request.POST.get("tier", "")[:10],
            reason=text_of(request, "reason", most=REASON_CHARS_MAX),
            days=int(days) if days.isascii() and days.isdecimal() else 0,
        )
        messages.success(request, _("Set. It is shown with your reason until then."))
        return here

    try:
        return act_once(request, effect=effect)
    except Invalid as error:
        return _explained(request, public_id, error.fields, status=422)


@require_safe
def mine(request: Request) -> HttpResponse:
    """The customer's own explanation: what we worked out of them, from what, and how to object."""
    actor = request.actor
    if actor.kind not in (Kind.CUSTOMER, Kind.STAFF):
        return HttpResponseRedirect(
            f"{reverse('my_sign_in')}?{urlencode({'next': request.path})}", status=303
        )
    actor.require_kind(Kind.CUSTOMER)
    try:
        found = reads.explained(actor, actor.id, clock.now())
    except NotFound:
        return page(request, "insight/mine.html", {"told": None})
    return page(request, "insight/mine.html", _context(found))


def _explained(
    request: Request, public_id: str, errors: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    actor = request.actor
    who = people.get_customer(actor, public_id)
    try:
        found = reads.explained(actor, public_id, clock.now())
    except NotFound:
        context: dict[str, Any] = {"told": None}
    else:
        context = _context(found)
    context |= {
        "name": who.name or who.public_id,
        "customer_url": reverse("customer", args=[who.public_id]),
        "code": who.public_id,
        "may_override": actor.may("insight.override"),
        "override_url": reverse("customer_worth_override", args=[who.public_id]),
        "standings": [(one, class_words(one)) for one in NUMERALS],
        "tiers": [("", _("none")), *((one, say(f"insight.tier.{one}")) for one in TIERS)],
        "sent": request.POST,
        "errors": errors,
        "most": REASON_CHARS_MAX,
        "key": form_key(),
    }
    return page(request, "insight/customer.html", context, status=status)


def _context(found: reads.Explained) -> dict[str, Any]:
    """What insight/explained.html draws, for staff and for the customer."""
    worth, told = found.worth, found.told
    hand = found.by_hand
    standing = (
        Standing(hand.standing, hand.tier, by_hand=True) if hand else Standing(worth.standing, worth.tier)
    )
    given, limits = told["inputs"], told["limits"]
    known = [(name, one) for name, one in told["components"].items() if one["score"] is not None]
    return {
        "told": told,
        "badge": badge(standing),
        "tier": tier_mark(standing),
        "by_hand": hand,
        "worth": worth,
        "rule": _rule(told),
        "inputs": [
            (_("Accounts open now"), charts.shown(given["open_accounts"])),
            (_("Own transactions in 90 days"), charts.shown(given["own_90"])),
            (_("Brought in 365 days, less what it cost"), charts.shown(round(given["value"] / 100))),
            (_("Loyalty, 0 to 1"), f"{told['loyalty']:.2f}"),
            (_("Loyal from"), f"{limits['loyal']:.2f}"),
            (_("How much of it we know"), f"{told['coverage']:.0%}"),
            *(
                [(_("Core from"), charts.shown(round(limits["core"] / 100)))]
                if limits["core"] is not None
                else []
            ),
            *(
                [(_("Key from"), charts.shown(round(limits["key"] / 100)))]
                if limits["key"] is not None
                else []
            ),
        ],
        "components": [
            (
                say(f"insight.component.{name}"),
                f"{one['weight']:.0%}",
                f"{one['value']:.3g}",
                f"{one['score']:.2f}",
            )
            for name, one in known
        ],
        "waits": class_words(told["waits"]["outcome"]) if told["waits"] else "",
        "ahead": _ahead(worth),
        "history": [
            (one.run.began, class_words(one.standing), charts.shown(round(one.value_minor / 100)))
            for one in found.history
        ],
    }


def _ahead(worth: Any) -> list[tuple[str, str]]:
    told = []
    if worth.expected is not None:
        told.append((_("Purchases expected in 90 days"), f"{worth.expected:.2f}"))
    if worth.silent is not None:
        told.append((_("Chance of none"), f"{worth.silent:.0%}"))
    if worth.ahead_minor is not None:
        told.append((_("Expected to bring in a year"), charts.shown(round(worth.ahead_minor / 100))))
    return told


def _rule(told: Mapping[str, Any]) -> str:
    """The rule that decided, as a sentence."""
    given, limits = told["inputs"], told["limits"]
    if not given["open_accounts"]:
        if given["held"] or given["guarantees"]:
            return _("No account is open, but there was one, or one is guaranteed for somebody.")
        return _("No account is open, and there never was one.")
    if given["own_90"] < limits["own"]:
        return _("An account is open, and nothing was done with it in 90 days.")
    loyal = told["loyalty"] >= limits["loyal"] and told["coverage"] >= limits["coverage"]
    if told["tier"] in ("core", "key"):
        if loyal:
            return _("Loyal, and among those who bring most of the profit.")
        return _("Among those who bring most of the profit; not loyal, or we know too little of it.")
    if loyal:
        return _("Loyal, and brings less than the key customers.")
    return _("Brings less than the key customers; not loyal, or we know too little of it.")
