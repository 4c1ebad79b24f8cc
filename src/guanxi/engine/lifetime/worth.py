"""What a relation will bring: purchases to come times what each is worth."""

from typing import Any, Final

import numpy as np

from guanxi.engine.lifetime.fitting import Array
from guanxi.engine.lifetime.forecasting import Model
from guanxi.engine.lifetime.gammagamma import GammaGamma

SLICES: Final = 24


def lifetime_value(
    purchases_model: Model,
    spend_model: GammaGamma,
    x: Any,
    t_x: Any,
    T: Any,  # noqa: N803  the paper's letter
    m: Any,
    horizon: float,
    margin: float,
    discount: float = 0.0,
) -> Array:
    """Contribution of each customer in the next `horizon` units, in the unit of `m`; shape (n,).

    `margin`: share of an amount that is earned, may be negative. `discount`: interest per unit of time (0.001 a week); with
    one the horizon is cut into 24 parts, each paid at its middle. ValueError on impossible input.
    """
    if not np.isfinite(margin) or margin > 1:
        raise ValueError("The margin is a share of the amount: at most 1.")
    if not (np.isfinite(discount) and discount >= 0):
        raise ValueError("The discount is a rate per unit of time: 0 or more.")
    worth = margin * spend_model.spend(x, m)
    if not discount:
        return np.asarray(worth * purchases_model.expected(x, t_x, T, horizon))
    total, before = np.zeros(len(worth)), np.zeros(len(worth))
    for k in range(1, SLICES + 1):
        until = purchases_model.expected(x, t_x, T, horizon * k / SLICES)
        total += (until - before) * (1 + discount) ** (-horizon * (k - 0.5) / SLICES)
        before = until
    return np.asarray(worth * total)
