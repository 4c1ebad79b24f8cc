"""Customers as BG/NBD makes them, in whole days, with CDNOW's parameters; as a process: fit, predict, what it took.

`python -m bench.parts.buyers CUSTOMERS HORIZON` prints one JSON line.
"""

import json
import resource
import sys
import time
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.uint16]

R, ALPHA, A, B = 0.243, 30.9, 0.793, 2.426
OLDEST = 730
STRIPE = 1 << 20


def buyers(n: int, seed: int = 1) -> tuple[Column, Column, Column]:
    """x, t_x, T of n customers known between a month and two years."""
    rng = np.random.default_rng(seed)
    made = tuple(np.empty(n, np.uint16) for _ in range(3))
    for start in range(0, n, STRIPE):
        part = slice(start, min(start + STRIPE, n))
        for column, some in zip(made, _some(rng, part.stop - part.start), strict=True):
            column[part] = some
    return made[0], made[1], made[2]


def _some(rng: np.random.Generator, n: int) -> tuple[npt.NDArray[Any], ...]:
    age = rng.integers(30, OLDEST + 1, n)
    rate, leaving = np.maximum(rng.gamma(R, 1 / ALPHA, n), 1e-12), rng.beta(A, B, n)
    x, newest, now = np.zeros(n, np.int64), np.zeros(n), np.zeros(n)
    here = np.arange(n)
    while len(here):
        now[here] += rng.exponential(size=len(here)) / rate[here]
        here = here[now[here] < age[here]]
        x[here] += 1
        newest[here] = now[here]
        here = here[rng.random(len(here)) > leaving[here]]
    return x, np.where(x > 0, np.minimum(np.ceil(newest), age), 0), age


def main() -> None:
    from guanxi.engine import lifetime

    columns = buyers(int(sys.argv[1]))
    start = time.perf_counter()
    model = lifetime.fit_bgnbd(*columns)
    fitted = time.perf_counter() - start
    start = time.perf_counter()
    total = float(model.expected(*columns, float(sys.argv[2])).sum())
    predicted = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "fit": fitted, "predict": predicted, "total": total, "mib": peak, "distinct": model.distinct,
        "gradient": model.gradient_norm, **model.parameters(),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
