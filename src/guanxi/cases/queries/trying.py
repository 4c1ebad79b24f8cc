"""Reading the past for what-if: steps, decisions and claims of one kind of case, as far as the reader sees its cases."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from guanxi.cases.models import Case, ClockSegment, Consultation, Decision, Issue, Procedure, Remedy
from guanxi.cases.rules import whatif
from guanxi.cases.rules.policy import Policy
from guanxi.cases.rules.whatif import Replay, Ruling, Segment, Step
from guanxi.core.access import Actor
from guanxi.core.models import Detail, Event, User
from guanxi.work.queries import team_of

CHANGED_MAX = 200
_BY_PEOPLE = (Decision.Basis.RULED, Decision.Basis.AGREED, Decision.Basis.OFFER, Decision.Basis.ADMITTED)


@dataclass(frozen=True, slots=True)
class ChangedIssue:
    """An issue that would have gone otherwise, and how: codes of `Replay.changed`."""

    number: str
    place: int
    kind: str
    opened: datetime
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """Who published a version and why; "" for what a pack brought, or where the words were erased."""

    row: Procedure
    who: str
    why: str


def replay(*, actor: Actor, now: datetime, kind: str, days: int, before: Policy, after: Policy) -> Replay:
    """Steps that began, decisions proposed and claims made in the last `days`, counted under both versions."""
    since = now - timedelta(days=days)
    issues = Issue.objects.filter(case__in=Case.objects.visible_to(actor), case__kind=kind)
    past = [one for one in _steps(issues, since, kind) if one.started >= since]
    return whatif.replay(
        past,
        _rulings(issues, since),
        issues.filter(opened__gte=since).values_list("id", "kind", "wants_minor").iterator(),
        kind=kind,
        before=before,
        after=after,
        calendars={team: team_of(team).calendar for team in {one.team for one in past}},
        now=now,
    )


def _steps(issues: QuerySet[Issue], since: datetime, kind: str) -> Iterator[Step]:
    """Every visit of the issues with a segment of that time; those from before are read to know where visits begin."""
    touched = issues.filter(segments__started__gte=since)
    rows = (
        ClockSegment.objects.filter(issue__in=touched)
        .order_by("issue_id", "started", "id")
        .values_list(
            "issue_id", "issue__team_id", "round", "state", "turn", "started", "ended", "due", "reason"
        )
    )
    experts: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    asked = Consultation.objects.filter(issue__in=touched)
    for issue, began, found in asked.values_list("issue_id", "asked", "found"):
        experts[issue].append((began, found))
    goods = Remedy.objects.filter(issue__in=touched, shape="goods").values_list("issue_id", "round")
    return whatif.steps(
        (Segment(*row) for row in rows.iterator(chunk_size=5000)),
        slow=kind == Case.Kind.INVESTIGATION,
        goods=frozenset(goods),
        experts=experts,
    )


def _rulings(issues: QuerySet[Issue], since: datetime) -> Iterator[Ruling]:
    rows = Decision.objects.filter(issue__in=issues, proposed__gte=since, basis__in=_BY_PEOPLE)
    found = rows.values_list("issue_id", "issue__kind", "amount_minor", "needs_approval")
    for issue, kind, amount, needs in found.iterator():
        yield Ruling(issue, kind, amount, frozenset(needs) - {"amount"})


def list_changed(actor: Actor, found: Replay, *, most: int = CHANGED_MAX) -> list[ChangedIssue]:
    """The issues that would have gone otherwise, the newest first."""
    newest = sorted(found.changed, reverse=True)[:most]  # keys grow with time
    rows = Issue.objects.filter(case__in=Case.objects.visible_to(actor), id__in=newest).order_by("-id")
    return [
        ChangedIssue(number, place, kind, opened, tuple(found.changed[key]))
        for key, number, place, kind, opened in rows.values_list(
            "id", "case__number", "place", "kind", "opened"
        )
    ]


def list_published(*, most: int = 30) -> list[Published]:
    """The newest versions, each with who published it and the reason given."""
    rows = list(Procedure.objects.defer("content").order_by("-number")[:most])
    told = Event.objects.filter(
        type="case.procedure_published", subject_kind="procedure", subject_id__in=[row.id for row in rows]
    )
    events = dict(told.values_list("id", "subject_id"))
    whys = {
        events[key]: body.get("reason", "")
        for key, body in Detail.objects.filter(event_id__in=events).values_list("event_id", "body")
    }
    people = dict(
        User.objects.filter(public_id__in={row.origin for row in rows}).values_list("public_id", "name")
    )
    return [Published(row, people.get(row.origin, ""), whys.get(row.id, "")) for row in rows]
