"""Cases brought together and taken apart: split, link, merge, and the merge undone. Clocks and evidence stay untouched."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.actions.frame import event, number_for
from guanxi.cases.actions.issues.turn import Turn, sync_case
from guanxi.cases.models import Case, CaseLink, Issue
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import procedures
from guanxi.core import events, rows
from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.models import File


def _handled(actor: Actor, number: str) -> Case:
    visible = queries.get_case(actor, number)
    actor.require_at("cases.handle", visible.team_id)
    reads.refuse_party(actor, visible)
    return visible


def _locked(*cases: Case) -> dict[int, Case]:
    """These cases, locked in the order of their keys: two people joining the same two never wait for each other for ever."""
    ids = sorted(case.id for case in cases)
    return {
        case.id: case
        for case in Case.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id")
    }


@action
def split(*, actor: Actor, now: datetime, number: str, place: int) -> Case:
    """One issue becomes a case of its own, with its clock, evidence and history; the two stay linked.

    Raises `Conflict` when it is the only one.
    """
    visible = _handled(actor, number)
    case = _locked(visible)[visible.id]
    issue = Issue.objects.select_for_update(of=("self",)).filter(case=case, place=place).first()
    if issue is None:
        raise NotFound
    if Issue.objects.filter(case=case).count() < 2:
        raise Conflict(_("This is the only issue of the case."), code="only_one")
    fresh = _like(case, now)
    link = CaseLink(case_id=fresh.id, other_id=case.id, kind=CaseLink.Kind.SPLIT, made=now)
    data = {"issue": issue.public_id, "place": place, "into": fresh.number}
    events.record(
        event("split", actor, now, case, data),
        event("split_off", actor, now, fresh, {"issue": issue.public_id, "from_case": case.number}),
        with_rows=[fresh, link],
    )
    issue.case_id, issue.place = fresh.id, 1
    issue.save(update_fields=["case", "place"])
    mine = File.objects.filter(subject_kind="case", subject_id=case.id, part_id=issue.id)
    mine.update(subject_id=fresh.id)  # who sees the new case sees its evidence
    policy = procedures.policy_of(case)
    issue.case = fresh
    sync_case(Turn(actor, now, fresh, issue, "split", policy))
    sync_case(Turn(actor, now, case, issue, "split", policy))
    return fresh


def _like(case: Case, now: datetime) -> Case:
    """A case of the same two sides, under the same version."""
    kept = (
        "kind",
        "channel",
        "role",
        "respondent_role",
        "title",
        "language",
        "state",
        "turn",
        "due_explanation",
    )
    keys = ("record_id", "respondent_id", "team_id", "procedure_id", "due")
    values = {name: getattr(case, name) for name in (*kept, *keys)}
    return rows.new(Case, number=number_for(now), turn_since=now, opened=case.opened, **values)


@action
def link(*, actor: Actor, now: datetime, number: str, other: str) -> CaseLink:
    """Two cases belong together: each page names the other. Linking again changes nothing."""
    case, second = _handled(actor, number), queries.get_case(actor, other.strip().upper())
    if case.id == second.id:
        raise Invalid(fields={"other": _("This is the same case.")}, code="same")
    found = CaseLink.objects.filter(case__in=(case, second), other__in=(case, second)).first()
    if found is not None:
        return found
    row = CaseLink(case=case, other=second, kind=CaseLink.Kind.RELATED, made=now)
    events.record(event("linked", actor, now, case, {"other": second.number}), with_rows=[row])
    return row


@action
def unlink(*, actor: Actor, now: datetime, number: str, other: str) -> None:
    """The two do not belong together after all. A split stays on record."""
    case, second = _handled(actor, number), queries.get_case(actor, other)
    found = CaseLink.objects.filter(
        case__in=(case, second), other__in=(case, second), kind=CaseLink.Kind.RELATED
    ).first()
    if found is None:
        raise NotFound
    found.delete()
    events.record(event("unlinked", actor, now, case, {"other": second.number}))


@action
def merge(*, actor: Actor, now: datetime, number: str, into: str) -> Case:
    """The case goes on within another of the same complainant: its page leads there, its issues stand there too.

    Nothing is moved: each issue is acted on under its own number; `unmerge` takes it out again exactly.
    Raises `Conflict`, `Invalid` on "into".
    """
    case, target = _handled(actor, number), _handled(actor, into.strip().upper())
    if case.id == target.id:
        raise Invalid(fields={"into": _("This is the same case.")}, code="same")
    found = _locked(case, target)
    case, target = found[case.id], found[target.id]
    if case.merged_into_id or target.merged_into_id or case.merged.exists():
        raise Conflict(_("One of the two was merged already."), code="merged")
    if case.record.customer_id != target.record.customer_id:
        raise Invalid(
            fields={"into": _("Two different people complain here: link the cases instead.")}, code="other"
        )
    case.merged_into = target
    case.version += 1
    target.version += 1
    case.save(update_fields=["merged_into", "version"])
    target.save(update_fields=["version"])
    events.record(
        event("merged", actor, now, case, {"into": target.number}),
        event("merged_in", actor, now, target, {"from_case": case.number}),
    )
    return target


@action
def unmerge(*, actor: Actor, now: datetime, number: str) -> Case:
    """The case stands by itself again, with everything it had. Raises `Conflict` when it was not merged."""
    case = _handled(actor, number)
    case = _locked(case)[case.id]
    if case.merged_into is None:
        raise Conflict(_("This case was not merged."), code="not_merged")
    target = case.merged_into
    case.merged_into = None
    case.version += 1
    case.save(update_fields=["merged_into", "version"])
    events.record(
        event("unmerged", actor, now, case, {"from_case": target.number}),
        event("unmerged_from", actor, now, target, {"from_case": case.number}),
    )
    return case
