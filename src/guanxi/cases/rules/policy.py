"""What a pack sets within the procedure: kinds of cases, the tree of issues, remedies, rules to cite, limits, thresholds. Pure.

`Policy.from_json` reads the content of a published version (models.Procedure.content); packs write it from `cases.toml`.
Names and texts are {"zh-hans": ..., "en": ...}; amounts whole minor units of `currency`; limits minutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from guanxi.cases.rules import machine

Names = Mapping[str, str]
SHAPES = ("money", "goods", "none")
KINDS = ("complaint", "dispute", "report", "investigation")
"""Kinds of cases that follow the table; a request has a smaller one of its own."""
ROLES = ("buyer", "seller", "member", "client", "reporter")
MEASURES = {
    "acknowledgement": "time",
    "first_answer_live": "time",  # telephone and chat
    "first_answer": "time",  # in writing, nine of ten
    "decision_automatic": "time",
    "decision_median": "time",
    "decision_p95": "time",
    "refund_p95": "time",
    "refund_most": "time",
    "appeal_median": "time",
    "first_contact": "share",  # settled by it: at least
    "reopened": "share",  # at most
    "causes": "share",  # recorded, of what was upheld: at least
}
"""What a target may be set for, besides a state: time in minutes, shares from 0 to 1."""
ORDER_STATES = ("placed", "paid", "shipped", "received", "cancelled")
MONEY = "money"
GOODS = "goods"
PUBLICATION = "publication"
PENALTY_BACK = "penalty_back"
BY_SYSTEM = (MONEY, "claim", "penalty", PENALTY_BACK)
"""Remedies the system carries out itself, through the ledger."""
RULINGS = ("upheld", "partly", "not_upheld")
"""What a handler may propose."""
UPHELD = ("upheld", "partly", "admitted", "protected")
"""Outcomes that say the complaint was right."""
AMOUNT_MAX = 10**12  # minor units; more is a slip of the pen


@dataclass(frozen=True, slots=True)
class CaseKind:
    """A kind of case and how its procedure differs: limits in minutes by key of machine.LIMITS, texts by state or verb.

    `targets` by state or key of MEASURES.
    """

    code: str
    name: Names
    role: str = ""
    respondent_role: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, Names] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)

    @property
    def offers(self) -> bool:
        """An investigation of our own negotiates nothing."""
        return self.code != "investigation"

    def limit(self, key: str) -> timedelta:
        """How long the step with this key may take here."""
        own = self.limits.get(key)
        return timedelta(minutes=own) if own is not None else machine.LIMITS[key].duration


@dataclass(frozen=True, slots=True)
class IssueKind:
    """A node of the issue tree. `approval_over` minor units need a second person; None: never by amount.

    `automatic_most`: up to so much a scheme may pay by itself; 0: never. `advance`: a refund dispute the fund pays ahead.
    `role`, `respondent_role`: who complains, of whom, where it differs from the kind of case (a seller of a buyer).
    `when`: states of an order (ORDER_STATES) in which its buyer is offered this with one tap; none: never.
    """

    code: str
    name: Names
    kind: str
    parent: str = ""
    team: str = ""
    remedies: Sequence[str] = ()
    evidence: Sequence[Mapping[str, Any]] = ()  # {"code", "name": Names}
    rules: Sequence[str] = ()
    approval_over: int | None = None
    always_approve: bool = False
    automatic_most: int = 0
    scheme: str = ""
    advance: bool = False
    reasons: Names = field(default_factory=dict)  # a first draft of the reasons
    role: str = ""
    respondent_role: str = ""
    when: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RemedyKind:
    code: str
    name: Names
    shape: str = MONEY
    promise_days: int = 7  # goods


@dataclass(frozen=True, slots=True)
class Node:
    """A code with words: a rule, a cause, a ground for rejection, a penalty (then with its amount).

    `words`: what the rule says, what would change the rejection, what the penalty means.
    """

    code: str
    name: Names
    parent: str = ""
    amount: int = 0
    words: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """One published version, ready to be asked. `number` and `digest` are those of the row."""

    number: int
    digest: str
    currency: str
    kinds: Mapping[str, CaseKind]
    issues: Mapping[str, IssueKind]
    remedies: Mapping[str, RemedyKind]
    rules: Mapping[str, Node]
    causes: Mapping[str, Node]
    rejections: Mapping[str, Node]
    penalties: Mapping[str, Node]

    @classmethod
    def from_json(cls, content: Mapping[str, Any], *, number: int = 0, digest: str = "") -> "Policy":
        """Raises `KeyError`/`TypeError` for what no loader would have let through."""
        return cls(
            number=number,
            digest=digest,
            currency=content.get("currency", "CNY"),
            kinds=_coded(CaseKind, content["kinds"]),
            issues=_coded(IssueKind, content["issues"]),
            remedies=_coded(RemedyKind, content["remedies"]),
            rules=_coded(Node, content.get("rules", {})),
            causes=_coded(Node, content.get("causes", {})),
            rejections=_coded(Node, content.get("rejections", {})),
            penalties=_coded(Node, content.get("penalties", {})),
        )

    def kind_of(self, issue_kind: str) -> CaseKind:
        """The kind of case an issue of this kind makes."""
        return self.kinds[self.issues[issue_kind].kind]

    def roles_of(self, issue_kind: str) -> tuple[str, str]:
        """Who complains and of whom; the second is "" where our own service is meant."""
        issue, kind = self.issues[issue_kind], self.kind_of(issue_kind)
        return issue.role or kind.role, issue.respondent_role or kind.respondent_role

    def citation(self, rule: str) -> str:
        """How a decision names a rule: with the version it stands in."""
        return f"{rule}@{self.number}"


SECTIONS = ("kinds", "issues", "remedies", "rules", "causes", "rejections", "penalties")


def placed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same content with the place of every entry written into it: PostgreSQL keeps no order of keys."""
    numbered = {
        key: {code: {"place": place, **one} for place, (code, one) in enumerate(content[key].items())}
        for key in SECTIONS
        if key in content
    }
    return {**content, **numbered}


def _coded(kind: Any, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """In the order they were published in."""
    found = sorted(rows.items(), key=lambda row: row[1].get("place", 0))
    return {
        code: kind(code=code, **{name: value for name, value in one.items() if name != "place"})
        for code, one in found
    }


def approval_reasons(
    kind: IssueKind, *, amount: int, penalty: bool, publish: bool, against_staff: bool
) -> list[str]:
    """Why a second person must agree; none: nobody need. Codes: amount, kind, penalty, publication, own_staff."""
    found = []
    if kind.approval_over is not None and amount > kind.approval_over:
        found.append("amount")
    if kind.always_approve:
        found.append("kind")
    if penalty:
        found.append("penalty")
    if publish:
        found.append("publication")
    if against_staff:
        found.append("own_staff")
    return found


def automatic(kind: IssueKind, *, amount: int, proven: bool, fund: int, abuse: float) -> bool:
    """Whether protection pays by itself: covered, proven by machine, within limit and fund, abuse unlikely (below .5)."""
    return bool(kind.scheme) and proven and 0 < amount <= min(kind.automatic_most, fund) and abuse < 0.5


def still_to_pay(*, ordered: int, paid: int) -> int:
    """Minor units: above 0 to pay out, below 0 to take back, so that what was paid is what is ordered."""
    return ordered - paid
