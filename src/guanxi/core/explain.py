"""One shape for every explanation: matches, assignments, deadlines, rulings, messages not sent. Django-free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One input in order of weight: a stable code, the values its words need, and how much it counted (0: told)."""

    code: str
    values: Mapping[str, Any]
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why: what came out, from which facts, by which rule at which version, and how to object."""

    outcome: str
    facts: Sequence[Fact]
    rule: str
    objection: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        facts = [{"code": f.code, "values": dict(f.values), "weight": f.weight} for f in self.facts]
        return {"outcome": self.outcome, "facts": facts, "rule": self.rule, "objection": self.objection}


def from_json(value: Mapping[str, Any]) -> Explanation:
    """The inverse of `Explanation.as_json`."""
    facts = tuple(Fact(f["code"], f["values"], f.get("weight", 0.0)) for f in value.get("facts", ()))
    return Explanation(value["outcome"], facts, value["rule"], value.get("objection", ""))
