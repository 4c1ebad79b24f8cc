"""What a pack publishes for trade: product lines, flows of orders and their stages, carriers, protection schemes. Pure.

`Rules.from_json` reads the content of a published version (models.Ruleset.content); packs write it from `trade.toml`. Names
and words are {"zh-hans": ..., "en": ...}; amounts whole minor units of `currency`; times minutes unless said otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Names = Mapping[str, str]
LINE_KINDS = ("goods", "service", "financial")
INTAKES = ("remittance", "sms", "phone", "email", "web", "branch", "store")
DOES = ("keying", "payment", "procurement", "picking", "packing", "logistics", "receipt", "settlement")
"""What a stage does to its order: the house knows how to do these; packs put them in order and name them."""
CLOCKS = ("working", "plain")
OVERPAID = ("refund", "credit")
"""Sent back the way it came, or kept as the customer's deposit."""
PROOFS = ("below_standard", "undecided", "returned", "not_genuine", "repair", "late_shipping", "authenticity")
"""What a machine can check of a scheme's promise: rules.protection."""
UNDECIDED = "undecided"
"""The proof of which cases make an advance: no decision within the promised hours."""


@dataclass(frozen=True, slots=True)
class ProductLine:
    """Products looked after together. `helpline` is a number to dial, `team` the code of its experts' team."""

    code: str
    name: Names
    kind: str = "goods"
    helpline: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class StageKind:
    """A stage of the back office: `does` one of DOES, done by `team` (a code; "" for the seller) within `minutes`."""

    code: str
    name: Names
    does: str
    team: str = ""
    minutes: int = 24 * 60
    clock: str = "working"


@dataclass(frozen=True, slots=True)
class Flow:
    """The way of orders taken in by one of `intakes`: stages in their order. `seller`: of shops, not of the house."""

    code: str
    name: Names
    intakes: Sequence[str]
    stages: Sequence[str]
    seller: bool = False
    promise_days: int = 5  # from payment to the customer's hands


@dataclass(frozen=True, slots=True)
class Carrier:
    code: str
    name: Names
    days: int = 3


@dataclass(frozen=True, slots=True)
class TroubleKind:
    """What can stop a stage, and the ways out of it (codes the house knows: rules.stages)."""

    code: str
    name: Names
    ways: Sequence[str]
    does: Sequence[str] = ()  # the stages in which it can happen; none: in all
    team: str = ""
    minutes: int = 8 * 60


@dataclass(frozen=True, slots=True)
class Scheme:
    """A promise shops may make, with the deposit that stands for it and what pays when it is broken.

    A claim pays `factor` times the price of what it is about, or `share` of it (at least `least_minor`), by itself up to
    `automatic_most` while abuse is less likely than `abuse_below`; at most `per_buyer` claims of one buyer in 30 days are paid
    so. `days` and `hours`: how long it runs (rules.protection). `most_minor`: a claim pays no more; 0: no such bound.
    """

    code: str
    name: Names
    words: Names
    proof: str
    deposit_minor: int
    days: int = 0
    hours: int = 0
    factor: float = 1.0
    share: float = 0.0
    least_minor: int = 0
    most_minor: int = 0
    automatic_most: int = 0
    per_buyer: int = 3
    abuse_below: float = 0.5
    sample_every: int = 20
    categories: Sequence[str] = ()  # none: all
    excluded: Sequence[str] = ()  # categories it cannot be promised for
    icon: str = "shield-check"


@dataclass(frozen=True, slots=True)
class Terms:
    """How the house deals with money and silence. `overpaid`: what becomes of more than was due, one of OVERPAID.

    Up to `short_minor` missing is let go. Nobody pays for `unpaid_days`: cancelled. Delivered and nobody says a word for
    `confirm_days`: received.
    """

    overpaid: str = "refund"
    short_minor: int = 0
    unpaid_days: int = 14
    confirm_days: int = 7


@dataclass(frozen=True, slots=True)
class Rules:
    """One published version, ready to be asked. `number` and `digest` are those of the row."""

    number: int = 0
    digest: str = ""
    currency: str = "CNY"
    terms: Terms = Terms()
    lines: Mapping[str, ProductLine] = field(default_factory=dict)
    stages: Mapping[str, StageKind] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    carriers: Mapping[str, Carrier] = field(default_factory=dict)
    troubles: Mapping[str, TroubleKind] = field(default_factory=dict)
    schemes: Mapping[str, Scheme] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Mapping[str, Any], *, number: int = 0, digest: str = "") -> "Rules":
        """Raises `KeyError`/`TypeError` for what no loader would have let through."""
        return cls(
            number=number,
            digest=digest,
            currency=content.get("currency", "CNY"),
            terms=Terms(**content.get("terms", {})),
            lines=_coded(ProductLine, content, "lines"),
            stages=_coded(StageKind, content, "stages"),
            flows=_coded(Flow, content, "flows"),
            carriers=_coded(Carrier, content, "carriers"),
            troubles=_coded(TroubleKind, content, "troubles"),
            schemes=_coded(Scheme, content, "schemes"),
        )

    def flow_for(self, intake: str, *, seller: bool) -> Flow | None:
        """The flow of an order taken in this way; None where the pack has none."""
        fitting = (one for one in self.flows.values() if one.seller == seller and intake in one.intakes)
        return next(fitting, None)


SECTIONS = ("lines", "stages", "flows", "carriers", "troubles", "schemes")


def placed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same content with the place of every entry written into it: PostgreSQL keeps no order of keys."""
    numbered = {
        key: {code: {"place": place, **one} for place, (code, one) in enumerate(content[key].items())}
        for key in SECTIONS
        if key in content
    }
    return {**content, **numbered}


def _coded(kind: Any, content: Mapping[str, Any], key: str) -> dict[str, Any]:
    """In the order they were published in."""
    rows = sorted(content.get(key, {}).items(), key=lambda row: row[1].get("place", 0))
    return {
        code: kind(code=code, **{name: value for name, value in one.items() if name != "place"})
        for code, one in rows
    }
