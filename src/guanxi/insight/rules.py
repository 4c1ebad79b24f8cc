"""From facts to worth: the loyalty's components, the forecast of each customer, the classes. Pure: tables and arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from guanxi.engine.classes import Classes, Cuts, Facts, Policy, classify, cut_points

if TYPE_CHECKING:
    import pyarrow as pa

HORIZON_DAYS: Final = 90
YEAR_DAYS: Final = 365
BUYERS_MIN: Final = 100  # below that no model is fitted: it would say more about chance than about anybody
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to come of each customer, NaN where unknown: purchases and silence in the horizon, contribution in a year.

    `models`: parameters and likelihoods of what was fitted; `why`: why something could not be, in plain words.
    """

    expected: Floats
    silent: Floats
    contribution: Floats
    models: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Everything a run found, one row each in the order of the facts."""

    facts: Facts
    classes: Classes
    cuts: Cuts
    ahead: Ahead


def reckon(
    table: "pa.Table",
    policy: Policy,
    margin: float,
    *,
    cuts: Cuts | None = None,
    previous: Classes | None = None,
) -> Reckoned:
    """The whole of it. `margin`: share of an amount that is earned. `cuts`: those of the policy's date, else of this base."""
    columns = {name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names}
    found = facts_of(columns)
    cuts = cuts or cut_points(found, policy)
    return Reckoned(
        found, classify(found, policy, cuts=cuts, previous=previous), cuts, ahead_of(columns, margin)
    )


def facts_of(columns: Mapping[str, npt.NDArray[Any]]) -> Facts:
    """What classes are made from. What a house never asks or never gives (feedback, discounts) is unknown, not nothing."""
    spend, discount = _floats(columns["spend"]), _floats(columns["discount"])
    feedback, asks, gives = _floats(columns["feedback"]), columns["feedback"].any(), discount.any()
    full = np.full(len(spend), np.nan)
    price = np.divide(discount, spend + discount, out=full.copy(), where=(spend > 0) & (discount >= 0))
    return Facts(
        customer=np.asarray(columns["customer"], dtype=np.int64),
        held=np.asarray(columns["held"], dtype=np.bool_),
        open_accounts=np.asarray(columns["open_accounts"], dtype=np.int64),
        guarantees=np.asarray(columns["guarantees"], dtype=np.bool_),
        own_90=np.asarray(columns["own_90"], dtype=np.int64),
        value=np.asarray(columns["contribution_365"], dtype=np.int64),
        components={
            "accounts": _floats(columns["open_accounts"]),
            "breadth": _floats(columns["lines_held"]),
            "engagement": _floats(columns["own_90"]),
            "tenure": _floats(columns["age"]) / YEAR_DAYS,
            "recommends": _floats(columns["nps"]) / 10,
            "feedback": feedback if asks else full,
            "insensitivity": 1 - price if gives else full,
        },
    )


def ahead_of(columns: Mapping[str, npt.NDArray[Any]], margin: float) -> Ahead:
    """Forecast of everybody who ever bought, by BG/NBD and Gamma-Gamma (engine.lifetime)."""
    from guanxi.engine import lifetime

    n = len(columns["customer"])
    unknown = np.full(n, np.nan)
    ages = _floats(columns["age"])
    buyers = np.flatnonzero(~np.isnan(ages) & (ages > 0))
    if len(buyers) < BUYERS_MIN:
        return Ahead(
            unknown, unknown, unknown, why=f"{len(buyers)} customers have bought, {BUYERS_MIN} are needed"
        )
    x, t_x, age = (_floats(columns[name])[buyers] for name in ("x", "t_x", "age"))
    try:
        model = lifetime.fit_bgnbd(x, t_x, age)
    except (lifetime.NoData, lifetime.NotConverged) as error:
        return Ahead(unknown, unknown, unknown, why=str(error))
    models: dict[str, Any] = {"bgnbd": {**model.parameters(), "loglik": model.loglik, "n": model.n}}
    expected, silent, contribution, why = unknown.copy(), unknown.copy(), unknown.copy(), ""
    expected[buyers] = model.expected(x, t_x, age, HORIZON_DAYS)
    silent[buyers] = model.silent(x, t_x, age, HORIZON_DAYS)
    mean = _floats(columns["mean_spend"])[buyers]
    again = (x > 0) & (mean > 0)
    try:
        spend = lifetime.fit_gammagamma(x[again], mean[again])
        paid = np.where(again, mean, 0.0)
        contribution[buyers] = lifetime.lifetime_value(
            model, spend, np.where(again, x, 0), np.where(again, t_x, 0), age, paid, YEAR_DAYS, margin
        )
        models["gammagamma"] = {**spend.parameters(), "loglik": spend.loglik, "n": spend.n}
    except (lifetime.NoData, lifetime.NotConverged) as error:
        why = str(error)
    return Ahead(expected, silent, contribution, models, why)


def _floats(column: npt.NDArray[Any]) -> Floats:
    return np.asarray(column, dtype=np.float64)
