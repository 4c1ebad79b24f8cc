"""Cases beside what they are about: as one side reads them in a line, on the page of an order or a shop."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from guanxi.cases.models import Issue
from guanxi.cases.pages.sides.seen import Seen
from guanxi.cases.queries import procedures, sides
from guanxi.cases.rules import machine
from guanxi.core.access import Actor
from guanxi.core.phrases import pick


def row(actor: Actor, issue: Issue, now: datetime) -> dict[str, Any]:
    """An issue in one line: what it is about, whose turn, until when."""
    seen = Seen(actor, issue.case, now, lambda place, verb: "")
    turn = seen.turn(issue)
    over = issue.state in (machine.APPEALABLE, machine.CLOSED)
    return {
        "url": f"{reverse('my_case', args=[issue.case.number])}#issue-{issue.place}",
        "name": seen.issue_name(issue),
        "number": issue.case.number,
        "order": issue.order.number if issue.order else "",
        "turn": turn,
        "start": issue.since,
        "due": None if over else issue.due,
        "mode": "done" if over else "mine" if turn["kind"] == "mine" else "other",
        "mine": turn["kind"] == "mine",
    }


def rows(actor: Actor, found: Iterable[Issue], now: datetime) -> list[dict[str, Any]]:
    return [row(actor, one, now) for one in found]


def what_can_be_wrong(states: Sequence[str], *, most: int = 8) -> list[tuple[str, str]]:
    """What a buyer can complain of while an order is in one of these states: (code, words), the procedure's order."""
    policy = procedures.current()
    if policy is None:
        return []
    fitting = [
        one
        for one in policy.issues.values()
        if policy.roles_of(one.code)[0] == "buyer" and one.kind == "dispute" and set(one.when) & set(states)
    ]
    return [(one.code, pick(one.name)) for one in fitting[:most]]


def about_orders(actor: Actor, order_ids: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    """My cases about these orders."""
    return rows(actor, sides.issues_about(actor, order_ids), now)
