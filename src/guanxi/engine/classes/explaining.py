"""Why somebody stands where they stand, as plain data; and the class again from that data alone."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from guanxi.engine.classes.deciding import NEARLY, NOBODY, Classes, Facts, score_of
from guanxi.engine.classes.policy import STANDINGS, TIERS, Policy

RULE = "insight.classes"
OBJECTION = "insight.object"


def explain(
    facts: Facts, found: Classes, policy: Policy, place: int, previous: Classes | None = None
) -> dict[str, Any]:
    """The row `place` as JSON keeps it: outcome, inputs, each component with its weight, the limits it was held against, what
    it was before and what waits. `found` is `classify`'s answer to the same facts, policy and `previous`."""
    before = _state(previous, _row(previous, int(facts.customer[place])))
    waits = int(found.pending_standing[place]) >= 0
    components = {}
    for name, weight in policy.weights.items():
        score = float(score_of(name, facts, policy)[place])
        given = facts.components.get(name)
        components[name] = {
            "weight": weight,
            "value": None if np.isnan(score) or given is None else float(given[place]),
            "score": None if np.isnan(score) else score,
        }
    return {
        "outcome": STANDINGS[found.standing[place]],
        "tier": TIERS[found.tier[place]],
        "rule": f"{RULE}@{policy.version}",
        "inputs": {
            "held": bool(facts.held[place]),
            "open_accounts": int(facts.open_accounts[place]),
            "guarantees": bool(facts.guarantees[place]),
            "own_90": int(facts.own_90[place]),
            "value": int(facts.value[place]),
        },
        "components": components,
        "loyalty": float(found.loyalty[place]),
        "coverage": float(found.coverage[place]),
        "limits": {
            "own": policy.own_min,
            "coverage": policy.coverage_min,
            "loyal": float(found.loyal_at[place]),
            "core": _money(int(found.core_at[place])),
            "key": _money(int(found.key_at[place])),
        },
        "before": before,
        "waits": {
            "outcome": STANDINGS[found.pending_standing[place]],
            "tier": TIERS[found.pending_tier[place]],
        }
        if waits
        else None,
        "objection": OBJECTION,
    }


def recompute(told: Mapping[str, Any]) -> tuple[str, str]:
    """(class, tier) from the numbers of an explanation, and nothing else."""
    seen = _seen(told)
    if told["waits"] is not None and seen == (told["waits"]["outcome"], told["waits"]["tier"]):
        return told["before"]["outcome"], told["before"]["tier"]
    return seen


def _seen(told: Mapping[str, Any]) -> tuple[str, str]:
    given, limits = told["inputs"], told["limits"]
    if not given["open_accounts"]:
        return ("latent" if given["held"] or given["guarantees"] else "suspect"), ""
    if given["own_90"] < limits["own"]:
        return "inactive", ""
    tier = next((one for one in ("core", "key") if _reaches(given["value"], limits[one])), "general")
    loyal = _is_loyal(told)
    return f"{'loyal' if loyal else 'disloyal'}_{'low' if tier == 'general' else 'high'}", tier


def _is_loyal(told: Mapping[str, Any]) -> bool:
    parts = [one for one in told["components"].values() if one["score"] is not None]
    known = sum(one["weight"] for one in parts)
    if not known:
        return False
    covered = known / sum(one["weight"] for one in told["components"].values())
    score = sum(one["weight"] * one["score"] for one in parts) / known
    return bool(score >= told["limits"]["loyal"] - NEARLY and covered >= told["limits"]["coverage"] - NEARLY)


def _reaches(value: int, limit: int | None) -> bool:
    return limit is not None and value > 0 and value >= limit


def _money(cut: int) -> int | None:
    return None if cut == NOBODY else cut


def _row(previous: Classes | None, customer: int) -> int:
    if previous is None:
        return -1
    places = np.flatnonzero(previous.customer == customer)
    return int(places[0]) if len(places) else -1


def _state(previous: Classes | None, row: int) -> dict[str, str] | None:
    if previous is None or row < 0:
        return None
    return {"outcome": STANDINGS[previous.standing[row]], "tier": TIERS[previous.tier[row]]}
