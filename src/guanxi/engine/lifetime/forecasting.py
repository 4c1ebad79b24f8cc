"""What all customers together will do, with an interval: chance by drawing, uncertain parameters by their covariance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from guanxi.engine.lifetime.fitting import Array, plain

DRAWN: Final = 100_000  # customers drawn; of more, an even sample stands for all
WIDTH: Final = 1e-3
SEED: Final = 2005


class Model(Protocol):
    @property
    def covariance(self) -> Array: ...
    def parameters(self) -> dict[str, float]: ...
    def expected(self, x: Any, t_x: Any, T: Any, horizon: float) -> Array: ...  # noqa: N803  the paper's letter


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of all customers: the expected `total`, and `low` to `high` holding `level` of the chance if the model holds."""

    total: float
    low: float
    high: float
    level: float


def forecast(
    model: Model,
    moved: Callable[[Array], Model],
    columns: tuple[Any, Any, Any],
    horizon: float,
    level: float,
    draw: Callable[[Array, Array, Array, np.random.Generator], Array],
) -> Forecast:
    """`moved`: the model with other log parameters; `draw`: one drawn future per customer. The same numbers every time."""
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError("The level is a share between 0 and 1.")
    x, t_x, age = (plain(column, name) for column, name in zip(columns, ("x", "t_x", "T"), strict=True))
    expected = model.expected(x, t_x, age, horizon)
    total = float(expected.sum())
    if not len(x):
        return Forecast(0.0, 0.0, 0.0, level)
    step = max(1, -(-len(x) // DRAWN))
    some = (x[::step], t_x[::step], age[::step])
    rng = np.random.default_rng(SEED)
    again = max(1, 20_000 // len(some[0]))
    one, two, three = (np.repeat(column.astype(np.float64), again) for column in some)
    drawn = draw(one, two, three, rng)
    chance = float(np.mean((drawn - np.repeat(expected[::step], again)) ** 2)) * len(x)
    slope = _slope(model, moved, some, horizon) * (len(x) / len(some[0]))
    doubt = max(0.0, float(slope @ model.covariance @ slope))
    spread = (chance + doubt) ** 0.5 * float(ndtri((1 + level) / 2))
    return Forecast(total, max(0.0, total - spread), total + spread, level)


def _slope(
    model: Model, moved: Callable[[Array], Model], some: tuple[Any, Any, Any], horizon: float
) -> Array:
    theta = np.log(np.array(list(model.parameters().values())))
    made = np.zeros(len(theta))
    for k in range(len(theta)):
        aside = np.zeros_like(theta)
        aside[k] = WIDTH
        up, down = (float(moved(theta + sign * aside).expected(*some, horizon).sum()) for sign in (1, -1))
        made[k] = (up - down) / (2 * WIDTH)
    return made
