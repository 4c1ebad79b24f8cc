"""The highest point of a smooth likelihood of a few positive parameters, in their logarithms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array]]  # log parameters -> mean log-likelihood, its gradient

GRADIENT: Final = 1e-7  # what is promised of the gradient of the mean log-likelihood
AIM: Final = 1e-9  # what is aimed at; below it rounding decides
FAR: Final = 14.0  # logarithm of a parameter in its natural scale: beyond it, the data do not hold it
FLAT: Final = 1e-9  # curvature below which a direction is not determined
STEPS: Final = 60


class NoData(ValueError):
    """Nothing to learn from: no customers, or none of the kind that teaches."""


class NotConverged(ArithmeticError):
    """No parameters were found: the data do not determine them, or the search ended early."""


@dataclass(frozen=True, slots=True)
class Found:
    """`theta`: log parameters; `covariance`: of theta, by the curvature at the top (inverse information)."""

    theta: Array
    mean_loglik: float
    gradient_norm: float
    iterations: int
    covariance: Array


def maximise(full: Objective, start: Array, n: float, thin: Objective | None = None) -> Found:
    """Climb on `thin` (a sample) first where given, then on `full` with the sample's curvature: a handful of full steps.

    `n` customers scale the covariance. Raises NotConverged.
    """
    first = thin or full
    theta, steps = _climb(first, start)
    curvature = _curvature(first, theta)
    height, gradient = full(theta)
    norm = _norm(gradient)
    for _ in range(STEPS):
        if norm < AIM:
            break
        ahead = theta + _step(curvature, gradient)
        next_height, next_gradient = full(ahead)
        steps += 1
        next_norm = _norm(next_gradient)
        if not (np.isfinite(next_norm) and next_norm < norm):
            if norm < GRADIENT:
                break
            ahead, next_height, next_gradient = _search(full, theta, height, _step(curvature, gradient))
            next_norm = _norm(next_gradient)
        stale = next_norm > 0.3 * norm
        theta, height, gradient, norm = ahead, next_height, next_gradient, next_norm
        if np.any(np.abs(theta) > FAR):
            break
        if stale:
            curvature = _curvature(full, theta)
    return _judged(theta, height, norm, steps, curvature, n)


def _judged(theta: Array, height: float, norm: float, steps: int, curvature: Array, n: float) -> Found:
    lowest = float(np.linalg.eigvalsh(curvature)[0]) if np.all(np.isfinite(curvature)) else -1.0
    if not np.all(np.isfinite(theta)) or np.any(np.abs(theta) > FAR) or (norm < GRADIENT and lowest < FLAT):
        raise NotConverged(
            "The data do not determine the parameters: the likelihood has no top within reach."
        )
    if not norm < GRADIENT:
        raise NotConverged(f"The search ended after {steps} steps with a gradient of {norm:.1e}.")
    return Found(theta, height, norm, steps, np.asarray(np.linalg.inv(curvature) / n, dtype=np.float64))


def _climb(objective: Objective, start: Array) -> tuple[Array, int]:
    from scipy.optimize import minimize

    def down(theta: Array) -> tuple[float, Array]:
        with np.errstate(all="ignore"):
            height, gradient = objective(np.clip(theta, -FAR - 1, FAR + 1))
        if not np.isfinite(height):
            return 1e10, np.zeros_like(theta)
        return -height, -gradient

    bounds = [(-FAR - 1, FAR + 1)] * len(start)
    made = minimize(
        down, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-7}
    )
    return np.asarray(made.x, dtype=np.float64), int(made.nit)


def _norm(gradient: Array) -> float:
    return float(np.sqrt(gradient @ gradient))


def _curvature(objective: Objective, theta: Array, width: float = 1e-4) -> Array:
    """Minus the second derivatives of the mean log-likelihood, by central differences of its gradient."""
    rows = []
    for k in range(len(theta)):
        aside = np.zeros_like(theta)
        aside[k] = width
        rows.append((objective(theta - aside)[1] - objective(theta + aside)[1]) / (2 * width))
    made: Array = np.array(rows)
    return (made + made.T) / 2


def _step(curvature: Array, gradient: Array) -> Array:
    """Newton's step, uphill also where the surface is not a hill, never longer than 2."""
    if not np.all(np.isfinite(curvature)):
        return gradient
    values, vectors = np.linalg.eigh(curvature)
    step: Array = vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), 1e-8))
    length = _norm(step)
    return step * (2 / length) if length > 2 else step


def _search(full: Objective, theta: Array, height: float, step: Array) -> tuple[Array, float, Array]:
    """Half the step until it leads up."""
    for k in range(1, 30):
        ahead = theta + step / 2**k
        found, gradient = full(ahead)
        if np.isfinite(found) and found >= height - 1e-13:
            return ahead, found, gradient
    raise NotConverged("The search found no way up from where it stood.")


def plain(values: Any, name: str) -> npt.NDArray[Any]:
    """One-dimensional numbers without gaps, none below zero, in the type they came in."""
    made = np.asarray(values)
    if made.ndim != 1:
        raise ValueError(f"{name} has {made.ndim} dimensions: give one number per customer.")
    if made.dtype.kind not in "iuf":
        made = made.astype(np.float64)
    if len(made) and not (made.min() >= 0 and (made.dtype.kind != "f" or np.isfinite(made.max()))):
        raise ValueError(f"{name} holds numbers below zero or gaps.")
    return made
