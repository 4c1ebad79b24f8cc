"""What the goods of an issue were declared to be, and what was measured of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanxi.cases.models import Issue, Measurement
from guanxi.trade.models import OrderLine, StandardVersion, Verification
from guanxi.trade.queries import standards
from guanxi.trade.rules import standards as rules


@dataclass(frozen=True, slots=True)
class Declared:
    """The declaration frozen on the order's line, with the version it speaks by."""

    line: OrderLine
    version: StandardVersion
    content: rules.Content
    grade: str
    values: Mapping[str, Any]

    @property
    def citation(self) -> str:
        return standards.citation(self.version)


def declared_of(issue: Issue) -> Declared | None:
    """The declaration in dispute: of the issue's line, else of the order's only line that has one."""
    line = _line_of(issue)
    said = line.declaration if line is not None else {}
    if line is None or not said.get("standard"):
        return None
    version = standards.cited(f"{said['standard']}@{said.get('version')}")
    if version is None:
        return None
    content = standards.content_of(version)
    grade = str(said.get("grade", ""))
    if grade not in {one.code for one in content.grades}:
        return None
    return Declared(line, version, content, grade, said.get("values", {}))


def _line_of(issue: Issue) -> OrderLine | None:
    if issue.line is not None:
        return issue.line
    if issue.order is None:
        return None
    stated = [one for one in issue.order.lines.order_by("id")[:50] if one.declaration]
    return stated[0] if len(stated) == 1 else None


def measurements_of(issue: Issue) -> Sequence[Measurement]:
    """Everything measured of an issue, the newest first."""
    return list(issue.measurements.order_by("-made", "-id")[:20])


def finding_of(one: Measurement) -> rules.Finding | None:
    """The finding as it was kept; None where the cited version is not there any more."""
    version = standards.cited(one.citation)
    if version is None:
        return None
    return rules.compare(standards.content_of(version), one.declared, one.stated, one.values)


def newest_of(issue: Issue) -> Measurement | None:
    """What counts in this round."""
    return issue.measurements.filter(round=issue.round).order_by("-made", "-id").first()


def proof_of(line: OrderLine) -> Verification | None:
    """The finding that stands against sold goods as measured; None where none does, or a later one took it away."""
    newest = line.verifications.filter(kind=Verification.Kind.MEASURED).order_by("-made", "-id").first()
    return newest if newest is not None and newest.bad else None
