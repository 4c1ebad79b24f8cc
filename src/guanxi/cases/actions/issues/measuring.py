"""Measuring the goods in dispute against what was declared of them: grade found, differences, the remedy of the standard."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.cases import queries
from guanxi.cases.actions.frame import event
from guanxi.cases.models import Issue, Measurement
from guanxi.cases.queries import issues as reads
from guanxi.cases.queries import measuring
from guanxi.cases.rules import machine
from guanxi.core import events
from guanxi.core.access import Actor, system
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.trade.actions import verifying
from guanxi.trade.models import Verification
from guanxi.trade.queries import standards
from guanxi.trade.rules import standards as rules

By = Verification.By
TABLE = system("measuring")
"""Who records what measuring proved: the standard's rules, whoever held the ruler."""


@action
def measure(*, actor: Actor, now: datetime, number: str, place: int, given: Mapping[str, str]) -> Measurement:
    """Keep what was measured (`given`: typed values by parameter; what is blank stands as declared) and what comes of it.

    For whoever handles the issue, and an expert who was asked. The version is the one of the time of the order, whatever was
    published since. Raises `NotFound` without a declaration, `Denied`, `Conflict` once it is decided, `Invalid` by field.
    """
    visible = queries.get_case(actor, number)
    issue = Issue.objects.select_related("line", "order").filter(case_id=visible.id, place=place).first()
    declared = measuring.declared_of(issue) if issue is not None else None
    if issue is None or declared is None:
        raise NotFound
    issue.case = visible
    if not may_measure(actor, issue):
        raise Denied(code="denied")
    reads.refuse_party(actor, visible)
    if issue.state not in machine.UNDECIDED:
        raise Conflict(_("This is decided: what was measured stays as it was."), code="not_now")
    values = _read(declared, given)
    finding = rules.compare(declared.content, declared.grade, declared.values, values)
    rule = finding.rule
    row = Measurement(
        issue=issue,
        round=issue.round,
        citation=declared.citation,
        declared=finding.declared,
        found=finding.found,
        critical=finding.critical,
        stated=dict(declared.values),
        values=values,
        why=rules.explanation(finding, declared.citation).as_json(),
        remedy=rule.remedy if rule else "",
        share=rule.share if rule else 0.0,
        amount_minor=_amount(issue, declared, finding),
        user_id=actor.user_id,
        author=actor.name,
        made=now,
    )
    data = {
        "issue": issue.public_id,
        "place": place,
        "citation": row.citation,
        "declared": row.declared,
        "found": row.found,
        "differences": len(finding.differences),
    }
    events.record(event("measured", actor, now, visible, data), with_rows=[row])
    _prove(actor, now, issue, declared, row, finding)
    return row


def _prove(
    actor: Actor,
    now: datetime,
    issue: Issue,
    declared: measuring.Declared,
    row: Measurement,
    finding: rules.Finding,
) -> None:
    """Below the declared grade is a finding that a promise may be paid on; a later measurement that disagrees takes it away.

    What an expert has found only an expert, or who else may say so, finds otherwise.
    """
    by = _measured_by(actor, issue)
    stands = measuring.proof_of(declared.line)
    below = finding.worse > 0
    if stands is None and not below:
        return
    if stands is not None and (stands.by != By.INSPECTION and by == By.INSPECTION):
        return
    found = verifying.Finding(
        kind=Verification.Kind.MEASURED,
        by=by,
        name=row.author or "-",
        bad=below,
        words=_line(finding, declared.citation),
        values=row.values,
    )
    key = f"measured:{row.public_id}"
    verifying.verify(actor=TABLE, now=now, finding=found, once=key, line_id=declared.line.id)


def _measured_by(actor: Actor, issue: Issue) -> By:
    """Our own inspection, or an expert who was asked: their word is a panel's."""
    return By.INSPECTION if actor.may_at("cases.handle", issue.team_id) else By.PANEL


def _line(finding: rules.Finding, citation: str) -> str:
    """ "B > C: scratches 14, phone@3": codes and values, in no language."""
    codes = ", ".join(f"{one.code} {one.found}" for one in finding.differences)
    return f"{finding.declared} > {finding.found}: {codes}, {citation}" if codes else citation


def _amount(issue: Issue, declared: measuring.Declared, finding: rules.Finding) -> int:
    """The share of the line's price; nothing where the dispute is in another currency, which a person has to convert."""
    same = issue.order is not None and issue.order.currency == issue.currency
    return rules.share_of(finding, declared.line.amount_minor) if same else 0


def _read(declared: measuring.Declared, given: Mapping[str, str]) -> dict[str, rules.Value]:
    values, wrong = rules.read_values(declared.content, given)
    wrong |= dict.fromkeys(given.keys() - declared.content.parameters.keys(), "parameter")
    if wrong:
        words = {code: standards.fault_words(declared.content, code, fault) for code, fault in wrong.items()}
        raise Invalid(fields=words, code="invalid")
    if not values:
        raise Invalid(fields={"form": _("Enter at least one measured value.")}, code="empty")
    return values


def may_measure(actor: Actor, issue: Issue) -> bool:
    """Whoever handles it, or was asked as an expert and has not answered yet."""
    if actor.may_at("cases.handle", issue.team_id):
        return True
    return machine.EXPERT in reads.roles_of(actor, issue.case, issue)
