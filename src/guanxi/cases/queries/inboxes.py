"""What waits for one person: decisions to approve, questions to an expert, samples to look at."""

from django.db.models import QuerySet

from guanxi.cases.models import Case, Consultation, Issue, Sample
from guanxi.cases.rules import machine
from guanxi.core.access import Actor


def list_approvals(actor: Actor) -> QuerySet[Issue]:
    """Issues that wait for a second person, of teams where the actor may approve; the most due first."""
    found = Issue.objects.filter(actor.reach("cases.approve").within("team_id"), state=machine.APPROVAL)
    found = found.filter(case__in=Case.objects.visible_to(actor))
    return found.select_related("case", "team__unit", "handler", "order").order_by("due", "id")


def list_consultations(actor: Actor) -> QuerySet[Consultation]:
    """Open questions to this actor, of issues that still wait for the finding; the most due first."""
    found = Consultation.objects.filter(expert_id=actor.user_id or 0, found=None)
    found = found.filter(issue__state=machine.INVESTIGATION)
    return found.select_related("issue__case", "expert").order_by("due", "id")


def list_samples(actor: Actor) -> QuerySet[Sample]:
    """Decided issues drawn for a second look, of teams where the actor may approve; the newest first."""
    found = Sample.objects.filter(actor.reach("cases.approve").within("issue__team_id"))
    return found.select_related("issue__case").order_by("-drawn", "-id")
