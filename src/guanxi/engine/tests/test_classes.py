"""Seven classes: everybody in exactly one, recomputable, calm over months, facts at once; tiers by what they bring."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.engine.classes import (
    STANDINGS,
    TIERS,
    Classes,
    Cuts,
    Facts,
    Policy,
    classify,
    cut_points,
    explain,
    recompute,
)

POLICY = Policy()
LOYAL = dict.fromkeys(POLICY.halves, 50.0) | {"recommends": 1.0, "insensitivity": 1.0}
STRANGE = dict.fromkeys(POLICY.weights, 0.0)


def facts(*rows: dict[str, Any]) -> Facts:
    """One row per dict; left out: an open account in use, known components of nobody."""
    full: list[dict[str, Any]] = [
        {"held": True, "open_accounts": 1, "guarantees": False, "own_90": 9, "value": 0, "components": {}}
        | row
        for row in rows
    ]

    def column(name: str, kind: Any) -> Any:
        return np.array([row[name] for row in full], dtype=kind)

    components = {
        name: np.array([row["components"].get(name, np.nan) for row in full], dtype=np.float64)
        for name in POLICY.weights
    }
    return Facts(
        np.arange(1, len(full) + 1, dtype=np.int64),
        column("held", bool),
        column("open_accounts", np.int64),
        column("guarantees", bool),
        column("own_90", np.int64),
        column("value", np.int64),
        components,
    )


def names(found: Classes) -> list[str]:
    return [STANDINGS[one] for one in found.standing]


def tiers(found: Classes) -> list[str]:
    return [TIERS[one] for one in found.tier]


def test_facts_first() -> None:
    found = classify(
        facts(
            {"open_accounts": 0, "held": False},
            {"open_accounts": 0},
            {"open_accounts": 0, "held": False, "guarantees": True},
            {"own_90": 0},
            {"value": 100, "components": LOYAL},
            {"value": 100, "components": STRANGE},
            {"value": -100, "components": LOYAL},
            {"value": 0, "components": STRANGE},
        ),
        POLICY,
    )
    assert names(found) == [
        "suspect",
        "latent",
        "latent",
        "inactive",
        "loyal_high",
        "disloyal_high",
        "loyal_low",
        "disloyal_low",
    ]
    assert tiers(found) == ["", "", "", "", "core", "core", "general", "general"]


def test_tiers_are_the_fewest_who_make_the_profit() -> None:
    found = classify(facts(*({"value": value} for value in (50, 20, 10, 10, 5, 5, 0, -30))), POLICY)
    assert tiers(found) == ["core", "key", "key", "key", "general", "general", "general", "general"]


def test_who_brings_as_much_as_the_last_of_a_tier_is_in_it() -> None:
    found = classify(facts(*({"value": 10} for _ in range(10))), POLICY)
    assert set(tiers(found)) == {"core"}


def test_nobody_brings_anything() -> None:
    found = classify(facts({"value": 0}, {"value": -5}), POLICY)
    assert tiers(found) == ["general", "general"]
    assert cut_points(facts({"value": -5}), POLICY) == Cuts()


def test_of_whom_too_little_is_known_nobody_is_loyal() -> None:
    known = {"accounts": 50.0, "breadth": 50.0}
    found = classify(facts({"components": known}, {"components": known | {"tenure": 50.0}}, {}), POLICY)
    assert names(found) == ["disloyal_low", "loyal_low", "disloyal_low"]
    assert found.coverage.tolist() == pytest.approx([0.4, 0.5, 0.0])


def test_a_new_class_is_seen_twice_and_facts_at_once() -> None:
    loyal = facts({"components": LOYAL}, {"components": LOYAL})
    first = classify(loyal, POLICY)
    second = classify(
        facts({"components": STRANGE}, {"own_90": 0, "components": LOYAL}), POLICY, previous=first
    )
    assert names(second) == ["loyal_low", "inactive"]
    third = classify(facts({"components": STRANGE}, {"components": LOYAL}), POLICY, previous=second)
    assert names(third) == ["disloyal_low", "loyal_low"]
    back = classify(loyal, POLICY, previous=second)
    assert names(back) == ["loyal_low", "loyal_low"]
    assert back.pending_standing.tolist() == [-1, -1]


def test_margins_hold_a_tier_and_a_score() -> None:
    start = facts({"value": 100, "components": {"recommends": 0.5, "insensitivity": 0.5, "tenure": 3.0, "feedback": 2.0,
                                                "accounts": 1.0}})  # fmt: skip
    once = replace(POLICY, twice=False)
    cuts = Cuts(core=100, core_in=110, core_out=90, key=50, key_in=55, key_out=45)
    first = classify(start, once, cuts=cuts)
    assert (names(first), tiers(first)) == (["loyal_high"], ["core"])
    assert tiers(classify(replace(start, value=np.array([91])), once, cuts=cuts, previous=first)) == ["core"]
    fallen = classify(replace(start, value=np.array([89])), once, cuts=cuts, previous=first)
    assert tiers(fallen) == ["key"]
    assert tiers(classify(replace(start, value=np.array([105])), once, cuts=cuts, previous=fallen)) == ["key"]
    assert tiers(classify(replace(start, value=np.array([110])), once, cuts=cuts, previous=fallen)) == [
        "core"
    ]
    less = replace(start, components=dict(start.components) | {"recommends": np.array([0.3])})
    assert names(classify(less, once, cuts=cuts, previous=first)) == ["loyal_high"]
    assert names(classify(less, once, cuts=cuts)) == ["disloyal_high"]


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "held": st.booleans(),
            "open_accounts": st.integers(0, 3),
            "guarantees": st.booleans(),
            "own_90": st.integers(0, 4),
            "value": st.integers(-10_000, 10_000),
            "components": st.dictionaries(
                st.sampled_from(sorted(POLICY.weights)), st.floats(0, 1), max_size=7
            ),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(ROWS, ROWS, st.booleans())
def test_everybody_is_in_one_class_and_the_explanation_says_it_again(
    now: list[dict[str, Any]], then: list[dict[str, Any]], twice: bool
) -> None:
    policy = replace(POLICY, twice=twice)
    previous = classify(facts(*then), policy)
    given_now = facts(*now)
    found = classify(given_now, policy, previous=previous)
    for place in range(len(now)):
        told = json.loads(json.dumps(explain(given_now, found, policy, place, previous)))
        assert (told["outcome"], told["tier"]) == (STANDINGS[found.standing[place]], TIERS[found.tier[place]])
        assert recompute(told) == (told["outcome"], told["tier"])
        high = told["tier"] in ("core", "key")
        assert told["outcome"].endswith("_high") == high
        assert bool(told["tier"]) == told["outcome"].endswith(("_high", "_low"))


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nobody(rows: list[dict[str, Any]], chance: Any) -> None:
    whole = facts(*rows)
    order = np.array(chance.sample(range(len(rows)), len(rows)), dtype=np.int64)
    mixed = Facts(
        whole.customer[order], whole.held[order], whole.open_accounts[order], whole.guarantees[order],
        whole.own_90[order], whole.value[order], {name: one[order] for name, one in whole.components.items()},
    )  # fmt: skip
    assert classify(mixed, POLICY).standing.tolist() == classify(whole, POLICY).standing[order].tolist()


def months(policy: Policy, *, calm: bool) -> int:
    """How often somebody changes class over nine months in which what they do wavers about what they are. SIMULATED."""
    chance = np.random.default_rng(7)
    n = 20_000
    brings, likes = chance.lognormal(7, 1.2, n), chance.beta(4, 4, n)
    account, none = np.ones(n, dtype=np.int64), np.zeros(n, dtype=bool)

    def month() -> Facts:
        value = (brings * chance.lognormal(0, 0.12, n) - 300).astype(np.int64)
        share = np.clip(likes + chance.normal(0, 0.05, n), 0, 1)
        components = {"recommends": share, "insensitivity": share, "accounts": share / (1 - np.minimum(share, 0.99)),
                      "breadth": 2 * share / (1 - np.minimum(share, 0.99))}  # fmt: skip
        return Facts(np.arange(n), ~none, account, none, account * 9, value, components)

    first = month()
    cuts, changes = cut_points(first, policy), 0
    before = classify(first, policy, cuts=cuts)
    for _ in range(8):
        after = classify(month(), policy, cuts=cuts, previous=before if calm else None)
        changes += int((after.standing != before.standing).sum())
        before = after
    return changes


def test_hysteresis_halves_the_changes() -> None:
    restless = months(replace(POLICY, twice=False), calm=False)
    assert months(POLICY, calm=True) <= restless / 2


def test_bad_input_is_named() -> None:
    one = facts({"value": 1})
    two = facts({"value": 1}, {"value": 2})
    with pytest.raises(ValueError, match="twice"):
        replace(two, customer=np.array([1, 1], dtype=np.int64))
    with pytest.raises(ValueError, match="differ in length"):
        replace(one, value=np.array([1, 2]))
    with pytest.raises(ValueError, match="share"):
        classify(facts({"components": {"recommends": 1.2}}), POLICY)
    with pytest.raises(ValueError, match="from 0"):
        classify(facts({"components": {"accounts": -1.0}}), POLICY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"core_share": 0.9},
        {"key_share": 1.2},
        {"tier_margin": 0.3},
        {"loyal_min": 1.1},
        {"weights": {}},
        {"weights": {"accounts": -1.0}, "halves": {}},
        {"halves": {"accounts": 0.0}},
        {"halves": {"luck": 1.0}},
        {"luck": 1},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Policy.from_dict({**POLICY.as_dict(), **wrong})


def test_a_policy_goes_through_json() -> None:
    assert Policy.from_dict(json.loads(json.dumps(POLICY.as_dict()))) == POLICY
