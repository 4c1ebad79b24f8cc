"""Second looks at decided issues: what waits, what may be drawn, how they came out by team and handler."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from guanxi.cases.models import Decision, Issue, Sample
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries.cases import list_cases
from guanxi.core.access import Actor
from guanxi.core.errors import NotFound

LOOK_BACK = timedelta(days=90)
SHOWN_MAX = 100
DRAW_MAX = 2_000  # decided issues among which one is drawn, the newest
NOT_RULED = ("", "withdrawn", "protected")
"""Outcomes nobody of ours decided."""


def list_samples(actor: Actor) -> QuerySet[Sample]:
    """Samples of teams where the actor approves, of cases they may see; the longest waiting first."""
    found = Sample.objects.filter(actor.reach("cases.approve").within("issue__team_id"))
    visible = found.filter(issue__case__in=list_cases(actor).order_by().values("id"))
    return visible.select_related(
        "issue__case__record__customer", "issue__case__respondent", "issue__team__unit", "issue__handler"
    ).order_by("drawn", "id")


def list_waiting(actor: Actor) -> list[Sample]:
    """Samples nobody has looked at yet, at most 100; one's own work among them."""
    return list(list_samples(actor).filter(reviewed=None)[:SHOWN_MAX])


def list_reviewed(actor: Actor, now: datetime) -> list[Sample]:
    """What was looked at in the last 90 days, the newest first."""
    found = list_samples(actor).filter(reviewed__gte=now - LOOK_BACK)
    return list(found.select_related("reviewer").order_by("-reviewed", "-id"))


def get_sample(actor: Actor, public_id: str) -> Sample:
    """The sample of the issue with this public id. Raises `NotFound`."""
    found = list_samples(actor).select_related("reviewer").filter(issue__public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def is_own(actor: Actor, sample: Sample) -> bool:
    """Whether the actor acted on what was drawn: somebody else looks at it then."""
    return reads.acted_before(sample.issue, actor.user_id)


def list_drawable(actor: Actor, now: datetime) -> list[int]:
    """Issues that may be drawn by this supervisor: ruled in the last 90 days, never drawn, not their own work."""
    found = Issue.objects.filter(actor.reach("cases.approve").within("team_id"), sample=None)
    found = found.filter(case__in=list_cases(actor).order_by().values("id"), decided__gte=now - LOOK_BACK)
    rows = found.exclude(outcome__in=NOT_RULED).order_by("-decided", "-id").only("id", "acted")[:DRAW_MAX]
    return [issue.id for issue in rows if not reads.acted_before(issue, actor.user_id)]


def decision_of(issue: Issue) -> Decision | None:
    """The decision that was served last: what is looked at."""
    served = issue.decisions.filter(served__isnull=False)
    return served.order_by("-served", "-id").first()


@dataclass(frozen=True, slots=True)
class Result:
    """How second looks at one handler's work came out: how often each mark was given, of `looks`."""

    team: Mapping[str, str]
    handler: str
    looks: int
    marks: Mapping[str, int]


def results(rows: Sequence[Sample]) -> list[Result]:
    """By team and handler, the most looks first; `rows` have been looked at."""
    grouped: dict[tuple[int, int], list[Sample]] = {}
    for one in rows:
        grouped.setdefault((one.issue.team_id, one.issue.handler_id or 0), []).append(one)
    found = [_result(group) for group in grouped.values()]
    return sorted(found, key=lambda one: (-one.looks, one.handler))


def _result(group: Sequence[Sample]) -> Result:
    first = group[0].issue
    marks: dict[str, int] = {}
    for one in group:
        for code, good in one.marks.items():
            marks[code] = marks.get(code, 0) + bool(good)
    return Result(first.team.unit.name, first.handler.name if first.handler else "", len(group), marks)
