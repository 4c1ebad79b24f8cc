"""What somebody brings to a step: words, files, an offer, a proposal. One shape for page, form and API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from guanxi.core.files import NO_FILES, Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Each verb reads what it needs (`effects`); amounts are minor units of the issue's currency.

    `grounds` of an appeal: new_ground, evidence or error. `outcome`: upheld, partly or not_upheld.
    """

    text: str = ""
    files: Given = NO_FILES
    item: str = ""  # of the evidence checklist
    point: str = ""  # the disputed point a piece of evidence speaks to
    private: bool = False
    private_why: str = ""
    remedy: str = ""
    amount_minor: int | None = None
    outcome: str = ""
    promised: datetime | None = None
    penalty: str = ""
    publish: bool = False
    citations: Sequence[str] = field(
        default_factory=tuple
    )  # codes of rules of the procedure; standards as "phone@3"
    code: str = ""  # of a rejection, a cause, or the new kind
    would_change: str = ""
    expert: str = ""  # public id
    grounds: str = ""
    team: str = ""
    fix: str = ""
    owner: str = ""
    due: datetime | None = None
    remedy_id: str = ""  # public id of what was fulfilled
    against_staff: bool = False


NOTHING = Brought()
EVIDENCE_CHARS_MAX = 4_000
POINT_CHARS_MAX = 80
GROUNDS = ("new_ground", "evidence", "error")
