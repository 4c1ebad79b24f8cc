"""What waits for somebody's word: decisions to approve, questions to experts, issues by how little time is left."""

from dataclasses import dataclass

from guanxi.cases.models import Consultation, Decision, Issue
from guanxi.cases.queries import inboxes
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries.cases import list_cases
from guanxi.core.access import Actor

SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """An issue that waits for approval, what is to be decided, the evidence so far; `own`: this actor may not approve it."""

    issue: Issue
    decision: Decision
    pieces: int
    own: bool


def list_approvals(actor: Actor) -> list[Waiting]:
    """Issues at approval where the actor approves, the least time left first; at most 100, in a bounded count of statements."""
    found = reads.with_proof(inboxes.list_approvals(actor))
    found = found.select_related("case__record__customer", "case__respondent", "team__unit", "handler")
    found = found.prefetch_related("evidence")
    return [one for one in (_waiting(actor, issue) for issue in found[:SHOWN_MAX]) if one is not None]


def _waiting(actor: Actor, issue: Issue) -> Waiting | None:
    pending = [
        one for one in issue.decisions.all() if one.round == issue.round and one.state in reads.PENDING
    ]
    if not pending:
        return None
    own = reads.handled_now(issue, actor.user_id) or pending[-1].proposer_id == actor.user_id
    return Waiting(issue, pending[-1], len(issue.evidence.all()), own)


def list_consultations(actor: Actor) -> list[Consultation]:
    """What this member of staff was asked: open questions first, the soonest due first; at most 100."""
    mine = Consultation.objects.filter(expert_id=actor.user_id)
    visible = mine.filter(issue__case__in=list_cases(actor).order_by().values("id"))
    rows = visible.select_related("issue__case").order_by("due", "id")[:SHOWN_MAX]
    return sorted(rows, key=lambda one: one.found is not None)
