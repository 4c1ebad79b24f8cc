"""Reading the public figures: months by kind, and every limit that staff missed. No person, no number of a case."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from guanxi.cases.models import Case, ClockSegment, Decision, Issue, Satisfaction, Statement
from guanxi.cases.rules import machine
from guanxi.cases.rules.monthly import LEAST, Figures, Seen, Span, counted, months_back, next_month
from guanxi.core.models import Event

BREACHES_MAX = 200
_BREAKING = [f"case.{machine.PAST[verb]}" for verb in ("climb", "accept")]
FINAL = (Decision.State.FINAL, Decision.State.SERVED, Decision.State.REPLACED)


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit of ours that passed: of which step, when it passed, when somebody acted; None: not yet."""

    kind: str
    issue_kind: str
    state: str
    passed: datetime
    ended: datetime | None


def span_of(month: date) -> Span:
    """The month in the house's own time zone."""
    return Span(*(timezone.make_aware(datetime.combine(day, time(0))) for day in (month, next_month(month))))


def list_months(now: datetime, count: int) -> list[date]:
    """The running month and those before it, the newest first, no further back than the first issue."""
    first = Issue.objects.order_by("opened").values_list("opened", flat=True).first()
    if first is None:
        return []
    since = timezone.localtime(first).date().replace(day=1)
    return [month for month in months_back(timezone.localtime(now).date(), count) if month >= since]


def monthly(months: Sequence[date]) -> list[Figures]:
    """Figures for each month and each kind of case with anything in it; a fixed number of statements."""
    if not months:
        return []
    whole = Span(span_of(min(months)).start, span_of(max(months)).end)
    issues = _seen(whole)
    appeals, changed = _appeals(whole)
    reopened = _reopened(whole)
    breached = [(one.kind, one.passed) for one in list_breaches(whole, most=None)]
    given = _satisfaction(whole)
    found = []
    for month in months:
        span = span_of(month)
        for kind, own in sorted(issues.items()):
            row = counted(month, kind, own, inside=span)
            row.appeals = _within(appeals, kind, span)
            row.changed = _within(changed, kind, span)
            row.reopened = _within(reopened, kind, span)
            row.breaches = _within(breached, kind, span)
            scores = [score for of, moment, score in given if of == kind and span.holds(moment)]
            row.satisfied = len(scores)
            row.satisfaction = sum(scores) / len(scores) if len(scores) >= LEAST else None
            if row.opened or row.decided or row.breaches or row.appeals:
                found.append(row)
    return found


def by_issue_kind(month: date) -> list[Figures]:
    """The same of one month for each kind of issue; those decided too seldom say so (`few`)."""
    span, issues = span_of(month), _seen(span_of(month), by="kind")
    rows = [counted(month, kind, own, inside=span) for kind, own in sorted(issues.items())]
    return sorted((row for row in rows if row.decided), key=lambda row: -row.decided)


def list_breaches(span: Span, *, most: int | None = BREACHES_MAX) -> list[Breach]:
    """Limits missed by staff that passed in the span, the newest first, one by one.

    A step's own limit moves when it climbs: when it first passed is told by the event.
    """
    over = ClockSegment.objects.filter(breached=True, started__lt=span.end).exclude(ended__lt=span.start)
    segments = list(over.select_related("issue__case"))
    passed = _passed({one.issue.case_id for one in segments})
    found = []
    for one in segments:
        told = [at for at in passed.get(one.issue.public_id, ()) if one.started <= at <= (one.ended or at)]
        first = min(told, default=one.due)
        if first is not None and span.holds(first):
            found.append(Breach(one.issue.case.kind, one.issue.kind, one.state, first, one.ended))
    found.sort(key=lambda one: one.passed, reverse=True)
    return found[:most] if most else found


def _passed(cases: Iterable[int]) -> dict[str, list[datetime]]:
    """Public id of an issue -> when limits of ours passed, by the events of the clock."""
    told = Event.objects.filter(subject_kind="case", subject_id__in=list(cases), type__in=_BREAKING)
    found: dict[str, list[datetime]] = defaultdict(list)
    for occurred, data in told.values_list("occurred", "data"):
        if data.get("breach"):
            found[data["issue"]].append(occurred)
    return found


def _seen(span: Span, *, by: str = "case__kind") -> dict[str, list[Seen]]:
    """Issues that came or were decided in the span, by kind."""
    came = Q(opened__gte=span.start, opened__lt=span.end)
    ended = Q(decided__gte=span.start, decided__lt=span.end)
    rows = Issue.objects.filter(came | ended).values_list(
        by, "opened", "decided", "outcome", "case__record__sample"
    )
    found: dict[str, list[Seen]] = defaultdict(list)
    for row in rows.iterator(chunk_size=5000):
        one = Seen(*row)
        found[one.kind].append(one)
    return found


Moments = list[tuple[str, datetime]]


def _within(moments: Iterable[tuple[str, datetime]], kind: str, span: Span) -> int:
    return sum(1 for of, moment in moments if of == kind and span.holds(moment))


def _appeals(span: Span) -> tuple[Moments, Moments]:
    """Appeals by the month they were made in, and those whose decision came out otherwise, by the month of that decision."""
    made = Statement.objects.filter(verb="appeal", made__gte=span.start, made__lt=span.end)
    appeals = {
        (kind, issue): moment
        for kind, issue, moment in made.values_list("issue__case__kind", "issue", "made")
    }
    decided = Decision.objects.filter(
        round__gte=2, served__gte=span.start, served__lt=span.end, state__in=FINAL
    )
    issues = set(decided.values_list("issue", flat=True))
    return [(kind, moment) for (kind, _issue), moment in appeals.items()], _changed(issues, span)


def _changed(issues: Iterable[int], span: Span) -> Moments:
    """Of issues decided again: those in which the last decision orders something else than the one before."""
    rows = Decision.objects.filter(issue__in=list(issues), state__in=FINAL).order_by(
        "issue", "round", "proposed", "id"
    )
    told = rows.values_list(
        "issue", "round", "issue__case__kind", "outcome", "remedy", "amount_minor", "penalty", "served"
    )
    found = []
    for _issue, group in groupby(told, key=lambda row: row[0]):
        last = {row[1]: row for row in group}
        rounds = sorted(last)
        if len(rounds) > 1 and last[rounds[-1]][3:7] != last[rounds[-2]][3:7]:
            served = last[rounds[-1]][7]
            if served is not None and span.holds(served):
                found.append((last[rounds[-1]][2], served))
    return found


def _reopened(span: Span) -> Moments:
    """Issues opened again, by the events that say so."""
    told = Event.objects.filter(type=f"case.{machine.PAST['reopen']}", recorded__gte=span.start)
    rows = list(
        told.filter(occurred__gte=span.start, occurred__lt=span.end).values_list("subject_id", "occurred")
    )
    kinds = dict(Case.objects.filter(id__in={key for key, _moment in rows}).values_list("id", "kind"))
    return [(kinds[key], moment) for key, moment in rows if key in kinds]


def _satisfaction(span: Span) -> list[tuple[str, datetime, int]]:
    given = Satisfaction.objects.filter(given__gte=span.start, given__lt=span.end).exclude(
        case__kind=Case.Kind.REQUEST
    )
    return list(given.values_list("case__kind", "given", "score"))
