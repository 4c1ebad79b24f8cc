"""The steward's desk: possible duplicates one after the other, each decided by one key, the next opens by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guanxi.core import clock, figures
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.core.http import Request, act_once, form_key, page, text_of
from guanxi.core.keyset import COUNT_MAX, count_label, count_up_to
from guanxi.core.money import Money
from guanxi.people import actions, queries
from guanxi.people.models import ReviewTask
from guanxi.people.pages import comparing, evidence
from guanxi.people.queries import Asked

ROWS = 60  # of the queue beside the pair
DONE_MAX = 30  # decisions of this sitting that can be undone one after the other
YEAR = timedelta(days=365)  # what the figures look back on
LATER_DAYS = (1, 7, 30)
QUERY_CHARS_MAX = 2_000
BANDS = {"high": (0.99, None), "middle": (0.9, 0.99), "low": (None, 0.9)}
"""Scores as people ask for them: nearly certain, likely, open."""
FIGURES = ("people.duplicates", "people.verified")


@dataclass(frozen=True, slots=True)
class Want:
    """The desk's address, read: what the queue is narrowed to, the pair looked at, who survives, what was decided before."""

    score: str = ""
    origin: str = ""
    unit: str = ""
    review: str = ""
    into: str = ""
    done: Sequence[str] = ()

    @property
    def asked(self) -> Asked:
        least, most = BANDS.get(self.score, (None, None))
        return Asked(least, most, self.origin, self.unit)

    def query(self, **changes: Any) -> str:
        """The address again, changed."""
        values = {
            "score": self.score,
            "origin": self.origin,
            "unit": self.unit,
            "r": self.review,
            "into": self.into,
            "done": ",".join(self.done),
            **changes,
        }
        return urlencode({name: value for name, value in values.items() if value}, safe=",")

    def url(self, **changes: Any) -> str:
        query = self.query(**changes)
        return f"{reverse('identity')}?{query}" if query else reverse("identity")


def read(params: Mapping[str, str]) -> Want:
    """What an address asks for; what it cannot mean is let be."""
    origin, score = params.get("origin", ""), params.get("score", "")
    done = [code for code in params.get("done", "").split(",") if code and len(code) <= 20]
    return Want(
        score if score in BANDS else "",
        origin if origin in ReviewTask.Origin.values else "",
        params.get("unit", "")[:60],
        params.get("r", "")[:20],
        params.get("into", "")[:20],
        done[-DONE_MAX:],
    )


@require_safe
def desk(request: Request) -> HttpResponse:
    """The queue, and the pair that is being decided."""
    request.actor.require("people.review")
    return _desk(request, read(request.GET.dict()))


def _desk(request: Request, want: Want, *, said: str = "", status: int = 200) -> HttpResponse:
    actor, now = request.actor, clock.now()
    found = queries.list_doubts(actor, now, want.asked)
    waiting = list(queries.by_worth(actor, found)[:ROWS])
    review = _current(actor, want, waiting)
    place = next((place for place, one in enumerate(waiting) if review and one.id == review.id), 0)
    customers = {key for one in waiting for key in (one.customer_id, one.candidate_id)}
    known = _Known(queries.names_of(actor, customers), queries.worth_of(actor, customers))
    context = {
        "queue": [_row(one, known, want, review) for one in waiting],
        "pace": _pace(actor, now),
        "total": _capped(count_up_to(found)),
        "more": len(waiting) == ROWS,
        "filters": _filters(actor, want),
        "narrowed": bool(want.score or want.origin or want.unit),
        "all_url": want.url(score="", origin="", unit="", r="", into=""),
        "previous_url": _at(want, waiting, place - 1),
        "next_url": _at(want, waiting, place + 1),
        "pair": _pair(actor, review, waiting, place, want) if review else None,
        "last": _last(actor, want),
        "refused": said,
        "figures": _figures(actor, now),
        "bulk": _bulk(actor, want),
        "upkeep_url": reverse("upkeep"),
        "list_url": f"{reverse('reviews')}?state=open",
        "key": form_key(),
    }
    return page(request, "people/desk.html", context, status=status)


def _current(actor: Actor, want: Want, waiting: Sequence[ReviewTask]) -> ReviewTask | None:
    """The review the address names while it is undecided, else the first of the queue."""
    here = next((one for one in waiting if one.public_id == want.review), None)
    if here is not None or not want.review:
        return here or (waiting[0] if waiting else None)
    try:
        found = queries.get_review(actor, want.review)
    except NotFound:
        found = None
    if found is not None and found.state in (ReviewTask.State.OPEN, ReviewTask.State.LATER):
        return found
    return waiting[0] if waiting else None


def _at(want: Want, waiting: Sequence[ReviewTask], place: int) -> str:
    return want.url(r=waiting[place].public_id, into="") if 0 <= place < len(waiting) else ""


@dataclass(frozen=True, slots=True)
class _Known:
    """Of the customers of the queue: their names, what they are worth."""

    names: Mapping[int, str]
    worth: Mapping[int, Sequence[Money]]


def _row(one: ReviewTask, known: _Known, want: Want, current: ReviewTask | None) -> dict[str, Any]:
    agreeing, against = evidence.marks(one.explanation)
    name = known.names.get(one.candidate_id) or one.candidate.public_id
    other = known.names.get(one.customer_id) or one.customer.public_id
    return {
        "url": want.url(r=one.public_id, into=""),
        "name": name,
        "other": other if other != name else "",
        "score": evidence.score_words(one.score),
        "worth": _worth_words(known, (one.candidate_id, one.customer_id)),
        "agreeing": agreeing[:3],
        "against": against[:2],
        "current": current is not None and one.id == current.id,
    }


def _worth_words(known: _Known, customers: Sequence[int]) -> str:
    """What both are worth together; "" when nothing is known."""
    return comparing.total_words(known.worth.get(key, ()) for key in customers)


def _pace(actor: Actor, now: datetime) -> str:
    """How many this steward has decided today, and how long each took."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = queries.pace(actor, midnight)
    words = ngettext("%(n)s decided today", "%(n)s decided today", found.decided) % {
        "n": f"{found.decided:,}"
    }
    if found.median_s is None:
        return words
    return _("%(decided)s, median %(n)s s") % {"decided": words, "n": f"{found.median_s:.0f}"}


def _pair(
    actor: Actor, review: ReviewTask, waiting: Sequence[ReviewTask], place: int, want: Want
) -> dict[str, Any]:
    codes = [queries.owner_of(one).public_id for one in (review.candidate, review.customer)]
    found = queries.compare_customers(actor, codes)
    shown = comparing.context(actor, found, survivor=want.into, stored=review.explanation)
    here = waiting and waiting[place].id == review.id
    following = (
        [one.public_id for one in waiting[place + 1 :]] if here else [one.public_id for one in waiting]
    )
    return {
        "code": review.public_id,
        "score": evidence.score_words(review.score),
        "origin": review.get_origin_display(),
        "since": review.created,
        "compare": shown,
        "swap_urls": {
            side["code"]: want.url(r=review.public_id, into=side["code"]) for side in shown["sides"]
        },
        "urls": {
            verb: reverse("review_do", args=[review.public_id, verb])
            for verb in ("accept", "reject", "later")
        },
        "next": following[0] if following else "",
        "query": want.query(r="", into=""),
        "later": [{"days": days, "label": _later_words(days)} for days in LATER_DAYS],
        "compare_url": f"{reverse('compare')}?{urlencode([('c', code) for code in codes])}",
    }


def _later_words(days: int) -> str:
    return ngettext("In %(n)s day", "In %(n)s days", days) % {"n": days}


def _filters(actor: Actor, want: Want) -> list[dict[str, Any]]:
    scores: list[tuple[str, Any]] = [
        ("", _("Any score")),
        ("high", _(".99 and more")),
        ("middle", _(".90 to .99")),
        ("low", _("below .90")),
    ]
    origins: list[tuple[str, Any]] = [
        ("", _("From anywhere")),
        *((str(code), str(label)) for code, label in ReviewTask.Origin.choices),
    ]
    units: list[tuple[str, Any]] = [
        ("", _("All units")),
        *((unit.code, dict(unit.name)) for unit in queries.list_units(actor)),
    ]
    shown = [
        ("score", _("Score"), scores, want.score),
        ("origin", _("Found by"), origins, want.origin),
        ("unit", _("Unit"), units, want.unit),
    ]
    return [
        {"code": code, "label": label, "choices": choices, "value": value}
        for code, label, choices, value in shown
    ]


def _last(actor: Actor, want: Want) -> dict[str, Any] | None:
    """The latest decision of this sitting, and how to take it back."""
    if not want.done:
        return None
    try:
        review = queries.get_review(actor, want.done[-1])
    except NotFound:
        return None
    owners = {one.id: queries.owner_of(one).id for one in (review.customer, review.candidate)}
    names = queries.names_of(actor, set(owners.values()))
    words = {
        ReviewTask.State.ACCEPTED: _("merged %(one)s / %(other)s"),
        ReviewTask.State.REJECTED: _("kept %(one)s / %(other)s apart"),
        ReviewTask.State.LATER: _("put off %(one)s / %(other)s"),
    }.get(ReviewTask.State(review.state))
    if words is None:
        return None
    values = {
        "one": review.record.name or names.get(owners[review.customer_id], review.customer.public_id),
        "other": (review.peer.name if review.peer else "")
        or names.get(owners[review.candidate_id], review.candidate.public_id),
    }
    return {
        "text": words % values,
        "url": reverse("review_do", args=[review.public_id, "undo"]),
        "count": len(want.done),
        "query": want.query(r="", into=""),
    }


def _figures(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The desk's two figures, at most a minute old."""
    there = {one.code: one for one in figures.visible_to(actor)}
    return [figure_shown(actor, there[code], now) for code in FIGURES if code in there]


def figure_shown(actor: Actor, figure: figures.Figure, now: datetime) -> dict[str, Any]:
    """A figure of this room with its definition: how it is counted, who answers for it, what is aimed at."""
    value = figures.lately(actor, figure, now, YEAR)
    bound = _("at most %(value)s") if figure.at_most else _("target %(value)s")
    return {
        "label": figure.title,
        "value": figure.text(value),
        "note": bound % {"value": figure.target_text} if figure.target else "",
        "missed": figure.missed(value),
        "hint": f"{value.numerator:,.0f} / {value.denominator or 0:,.0f}: {figure.numerator} / {figure.denominator}",
        "parts": None,
    }


def _bulk(actor: Actor, want: Want) -> dict[str, Any] | None:
    """Accept all above a threshold: leads to the preview of a bulk run over the list of reviews."""
    if not actor.may("people.merge"):
        return None
    units = ",".join(queries.codes_below(want.unit)) if want.unit else ""
    parts = {"state": ReviewTask.State.OPEN.value, "origin": want.origin, "unit": units, "sort": "-score"}
    rest = urlencode({name: value for name, value in parts.items() if value}, safe=",")
    choices = [
        {"query": f"score={least:g}..&{rest}", "label": f"≥ {least:g}".replace("0.", ".")}
        for least in (0.999, 0.99, 0.95)
    ]
    return {"url": reverse("list_bulk", args=["reviews", "accept"]), "choices": choices}


def _capped(count: int) -> str:
    return count_label(min(count, COUNT_MAX), count > COUNT_MAX)


# -- deciding --------------------------------------------------------------------------------------------------


@require_POST
def review_do(request: Request, public_id: str, verb: str) -> HttpResponse:
    """One decision: accept (merge), reject (two persons for ever), later, undo. The next pair opens by itself."""
    request.actor.require("people.review")
    acts = {"accept": _accept, "reject": _reject, "later": _later, "undo": _undo}
    if verb not in acts:
        raise NotFound
    want = read(dict(parse_qsl(request.POST.get("query", "")[:QUERY_CHARS_MAX])))
    try:
        return act_once(request, effect=lambda: acts[verb](request, public_id, want))
    except (Conflict, Invalid) as error:
        return _refused(request, public_id, want, error)


def _refused(request: Request, public_id: str, want: Want, error: GuanxiError) -> HttpResponse:
    words = str(error.detail or next(iter(error.fields.values()), error.title))
    here = Want(
        want.score, want.origin, want.unit, public_id, request.POST.get("survivor", "")[:20], want.done
    )
    return _desk(request, here, said=words, status=int(error.status))


def _decided(request: Request, public_id: str, want: Want) -> str:
    done = [*(code for code in want.done if code != public_id), public_id][-DONE_MAX:]
    return want.url(r=request.POST.get("next", "")[:20], into="", done=",".join(done))


def _accept(request: Request, public_id: str, want: Want) -> str:
    actor = request.actor
    review = queries.get_review(actor, public_id)
    codes = [queries.owner_of(one).public_id for one in (review.candidate, review.customer)]
    choices, ended = {}, []
    if len(set(codes)) == len(codes):
        found = queries.compare_customers(actor, codes)
        choices, ended = comparing.choices_of(request.POST, found), comparing.ended_of(request.POST, found)
    actions.accept_review(
        actor=actor,
        now=clock.now(),
        review=public_id,
        survivor=request.POST.get("survivor", "")[:20],
        choices=choices,
        ended=ended,
        reason=text_of(request, "reason", most=300),
    )
    return _decided(request, public_id, want)


def _reject(request: Request, public_id: str, want: Want) -> str:
    actions.reject_review(
        actor=request.actor, now=clock.now(), review=public_id, reason=text_of(request, "reason", most=300)
    )
    return _decided(request, public_id, want)


def _later(request: Request, public_id: str, want: Want) -> str:
    given = request.POST.get("days", "")
    days = int(given) if given.isdecimal() and int(given[:4]) in LATER_DAYS else LATER_DAYS[1]
    now = clock.now()
    actions.put_off_review(actor=request.actor, now=now, review=public_id, until=now + timedelta(days=days))
    return _decided(request, public_id, want)


def _undo(request: Request, public_id: str, want: Want) -> str:
    actions.take_back_review(actor=request.actor, now=clock.now(), review=public_id)
    return want.url(r=public_id, into="", done=",".join(code for code in want.done if code != public_id))
