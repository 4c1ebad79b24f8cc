"""Whom of staff it concerns what happens to an issue: keys of users, for notices."""

from guanxi.cases.models import Decision, Issue
from guanxi.cases.rules import machine
from guanxi.core import staff
from guanxi.core.models import User
from guanxi.work import queries as work


def _issue(public_id: str) -> Issue | None:
    return Issue.objects.filter(public_id=public_id).first()


def handler(public_id: str) -> list[int]:
    """Whoever handles the issue; before anybody does, whoever has the work on it in hand."""
    issue = _issue(public_id)
    return _handler(issue) if issue else []


def _handler(issue: Issue) -> list[int]:
    return [issue.handler_id] if issue.handler_id else work.holders_of(("issue", issue.id))


def owners(public_id: str) -> list[int]:
    """Who answers for the running step: the handler, after a missed limit the supervisors, then the head of service."""
    issue = _issue(public_id)
    if issue is None:
        return []
    if issue.level:
        return over(issue.team_id, machine.LEVELS[issue.level])
    return _approvers(issue) if issue.state == machine.APPROVAL else _handler(issue)


def over(team_id: int, level: str) -> list[int]:
    """The supervisors of a team, or the head of service."""
    return staff.holders("cases.head" if level == machine.LEVELS[2] else "cases.approve", team_id)


def climbed_to(public_id: str, level: str) -> list[int]:
    """Whoever owns the issue from now on."""
    issue = _issue(public_id)
    return over(issue.team_id, level) if issue else []


def approvers(public_id: str) -> list[int]:
    """Who may approve what waits: supervisors of the team who have not acted on the issue."""
    issue = _issue(public_id)
    return _approvers(issue) if issue and issue.state == machine.APPROVAL else []


def _approvers(issue: Issue) -> list[int]:
    acted = {one["user"] for one in issue.acted}
    return [user for user in over(issue.team_id, machine.SUPERVISOR) if str(user) not in acted]


def proposer(public_id: str) -> list[int]:
    """Whose proposal was returned last."""
    found = Decision.objects.filter(issue__public_id=public_id, state=Decision.State.RETURNED)
    last = found.order_by("-proposed", "-id").values_list("proposer_id", flat=True).first()
    return [last] if last else []


def expert(public_id: str) -> list[int]:
    """The member of staff of this public id, while they may sign in."""
    return list(User.objects.filter(public_id=public_id, is_active=True).values_list("id", flat=True))


def told_of_appeal(public_id: str) -> list[int]:
    """Whoever handles it now, and who answers for the team: somebody fresh must take it."""
    issue = _issue(public_id)
    return [*_handler(issue), *staff.in_charge("cases.handle", issue.team_id)] if issue else []
