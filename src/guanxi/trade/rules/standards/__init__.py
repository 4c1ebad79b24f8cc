"""Quality standards as pure rules: content and its faults, grading and comparing, agreement of panels, units."""

from guanxi.trade.rules.standards.checking import Fault, faults
from guanxi.trade.rules.standards.content import (
    Content,
    Grade,
    Limit,
    Parameter,
    RemedyRule,
    Value,
)
from guanxi.trade.rules.standards.grading import (
    Difference,
    Finding,
    compare,
    declaration_faults,
    explanation,
    grade_of,
    share_of,
    value_fault,
)
from guanxi.trade.rules.standards.panels import (
    ALPHA_MIN,
    EXPERTS_MIN,
    Agreement,
    Assessed,
    agreement,
    dissents,
)
from guanxi.trade.rules.standards.reading import read_values

__all__ = [
    "ALPHA_MIN",
    "EXPERTS_MIN",
    "Agreement",
    "Assessed",
    "Content",
    "Difference",
    "Fault",
    "Finding",
    "Grade",
    "Limit",
    "Parameter",
    "RemedyRule",
    "Value",
    "agreement",
    "compare",
    "declaration_faults",
    "dissents",
    "explanation",
    "faults",
    "grade_of",
    "read_values",
    "share_of",
    "value_fault",
]
