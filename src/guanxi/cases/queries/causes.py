"""What issues came from: recorded causes by node of the tree, their money, repeats, months and fixes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from guanxi.cases.models import Issue, RootCause
from guanxi.cases.queries.cases import list_cases
from guanxi.cases.rules.policy import UPHELD
from guanxi.core.access import Actor

REPEAT_WITHIN = timedelta(days=90)
"""Outcomes by which the complaint was right: their cause is to be recorded."""
OTHER = ""  # the node of causes that the newest procedure does not know
READ_MAX = 20_000
SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One decided issue with what was recorded of its cause; `repeat`: its like was decided in the 90 days before."""

    issue_id: int
    kind: str
    code: str
    paid_minor: int
    currency: str
    decided: datetime
    repeat: bool


@dataclass(slots=True)
class Node:
    """A cause with those below it: how many issues came from it, what was paid, how many were repeats."""

    code: str
    depth: int
    issues: int = 0
    repeats: int = 0
    paid: dict[str, int] = field(default_factory=dict)  # minor units by currency


@dataclass(frozen=True, slots=True)
class Coverage:
    """Upheld issues in the span, and of how many the cause is recorded."""

    upheld: int
    recorded: int


def list_told(actor: Actor, since: datetime, until: datetime, kind: str = "") -> list[Told]:
    """Visible issues decided in [since, until) whose cause is recorded, the oldest first. Two statements."""
    before = _decided(actor, since - REPEAT_WITHIN, until, kind).filter(outcome__in=UPHELD)
    rows = before.order_by("decided", "id").values_list(
        "id", "kind", "decided", "case__respondent__customer_id"
    )[:READ_MAX]
    repeats = _repeats([(key, kind_, at, who) for key, kind_, at, who in rows if at])
    causes = RootCause.objects.filter(issue__in=_decided(actor, since, until, kind).order_by().values("id"))
    found = causes.order_by("issue__decided", "issue_id").values_list(
        "issue_id", "issue__kind", "code", "issue__paid_minor", "issue__currency", "issue__decided"
    )
    return [
        Told(key, kind_, code, paid, currency, at, key in repeats)
        for key, kind_, code, paid, currency, at in found[:READ_MAX]
        if at
    ]


def _decided(actor: Actor, since: datetime, until: datetime, kind: str) -> QuerySet[Issue]:
    found = Issue.objects.filter(case__in=list_cases(actor).order_by().values("id"))
    found = found.filter(decided__gte=since, decided__lt=until)
    return found.filter(kind=kind) if kind else found


def _repeats(rows: Sequence[tuple[int, str, datetime, int | None]]) -> set[int]:
    """Issues before which, within 90 days, one went against the same respondent; or of the same kind, where we were meant."""
    last: dict[tuple[str, int | str], datetime] = {}
    found = set()
    for key, kind, decided, respondent in rows:
        same: tuple[str, int | str] = ("respondent", respondent) if respondent else ("kind", kind)
        if same in last and decided - last[same] <= REPEAT_WITHIN:
            found.add(key)
        last[same] = decided
    return found


def coverage(actor: Actor, since: datetime, until: datetime, kind: str = "") -> Coverage:
    """How many upheld issues of the span have their cause recorded. Two statements."""
    upheld = _decided(actor, since, until, kind).filter(outcome__in=UPHELD)
    return Coverage(upheld.count(), upheld.filter(cause__isnull=False).count())


def order_of(parents: Mapping[str, str]) -> list[tuple[str, int]]:
    """(code, depth) of a tree given as {code: parent}, each node before those below it, in the order they were written."""
    found: list[tuple[str, int]] = []

    def below(parent: str, depth: int) -> None:
        for code, above in parents.items():
            if above == parent:
                found.append((code, depth))
                below(code, depth + 1)

    below("", 0)
    return found


def within(parents: Mapping[str, str], code: str) -> set[str]:
    """A node and everything below it."""
    found = {code}
    for one, _depth in order_of(parents):
        if parents[one] in found:
            found.add(one)
    return found


def count(parents: Mapping[str, str], told: Sequence[Told]) -> list[Node]:
    """The tree with what came from each node and those below it; causes it does not know stand last, as OTHER."""
    nodes = {code: Node(code, depth) for code, depth in order_of(parents)}
    for one in told:
        code = one.code if one.code in nodes else OTHER
        nodes.setdefault(OTHER, Node(OTHER, 0)) if code == OTHER else None
        for above in _upwards(parents, code):
            node = nodes[above]
            node.issues += 1
            node.repeats += one.repeat
            node.paid[one.currency] = node.paid.get(one.currency, 0) + one.paid_minor
    return list(nodes.values())


def _upwards(parents: Mapping[str, str], code: str) -> list[str]:
    found = [code]
    while parents.get(found[-1]):
        found.append(parents[found[-1]])
    return found


def by_month(told: Sequence[Told], months: Sequence[date]) -> list[tuple[date, int, int]]:
    """(month, issues, of them repeats), months without any as 0."""
    counted = {month: [0, 0] for month in months}
    for one in told:
        month = timezone.localtime(one.decided).date().replace(day=1)
        if month in counted:
            counted[month][0] += 1
            counted[month][1] += one.repeat
    return [(month, issues, repeats) for month, (issues, repeats) in counted.items()]


def list_causes(actor: Actor, issue_ids: Collection[int]) -> list[RootCause]:
    """What was recorded of these issues, with case and owner, the newest first; at most 200."""
    visible = list_cases(actor).order_by().values("id")
    found = RootCause.objects.filter(issue__in=list(issue_ids)[-SHOWN_MAX:], issue__case__in=visible)
    return list(found.select_related("issue__case", "owner").order_by("-recorded", "-id"))
