"""How the handler weighs the evidence of one disputed point: for one side, for the other, or in doubt."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.actions.frame import event
from guanxi.cases.models import Evidence, Issue
from guanxi.cases.rules import machine
from guanxi.core import events
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound

WEIGHTS = (machine.COMPLAINANT, "doubt", machine.RESPONDENT, "")


@action
def weigh(
    *, actor: Actor, now: datetime, number: str, place: int, point: str = "", item: str = "", side: str
) -> int:
    """Note whose evidence convinces on a point (or on an item of the check list); "" takes it back.

    Returns how many pieces it is about. Raises `NotFound` when nothing was filed on it, `Invalid` on "side", `Conflict` once
    it is decided.
    """
    visible = queries.get_case(actor, number)
    issue = Issue.objects.filter(case_id=visible.id, place=place).first()
    if issue is None:
        raise NotFound
    actor.require_at("cases.handle", issue.team_id)
    if side not in WEIGHTS:
        raise Invalid(fields={"side": _("Say whom you believe on this.")}, code="invalid")
    if issue.state not in machine.UNDECIDED:
        raise Conflict(_("This is decided: what was weighed stays as it was."), code="not_now")
    found = Evidence.objects.filter(issue=issue, point=point)
    if not point:
        found = found.filter(item=item)
    count = found.update(weighed=side)
    if not count:
        raise NotFound
    data = {"issue": issue.public_id, "place": place, "pieces": count, "side": side}
    events.record(event("evidence_weighed", actor, now, visible, data))
    return count
