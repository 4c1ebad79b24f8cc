"""What must be put right: cases, their issues, and what the procedure keeps about them."""

from guanxi.cases.models.case import Case, CaseLink, Satisfaction
from guanxi.cases.models.coverage import Coverage
from guanxi.cases.models.issue import ClockSegment, Issue, Suggestion
from guanxi.cases.models.measurement import Measurement
from guanxi.cases.models.procedure import Procedure
from guanxi.cases.models.proof import Consultation, Evidence, Offer, Statement
from guanxi.cases.models.ruling import Decision, Remedy, RootCause, Sample
from guanxi.cases.models.text import TextModel
from guanxi.cases.models.writing import Draft, SavedReply

__all__ = [
    "Case",
    "CaseLink",
    "ClockSegment",
    "Consultation",
    "Coverage",
    "Decision",
    "Draft",
    "Evidence",
    "Issue",
    "Measurement",
    "Offer",
    "Procedure",
    "Remedy",
    "RootCause",
    "Sample",
    "Satisfaction",
    "SavedReply",
    "Statement",
    "Suggestion",
    "TextModel",
]
