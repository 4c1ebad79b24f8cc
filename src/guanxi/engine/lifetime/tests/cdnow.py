"""The published CDNOW sample: 2,357 customers, weeks."""

from functools import cache
from pathlib import Path

import numpy as np

from guanxi.engine.lifetime.fitting import Array

Columns = tuple[Array, Array, Array]
DATA = Path(__file__).parent / "data"


@cache
def sample() -> Columns:
    """x, t_x, T."""
    x, t_x, age = np.loadtxt(DATA / "cdnow_summary.csv.gz", delimiter=",", skiprows=1, usecols=(1, 2, 3)).T
    return x, t_x, age


@cache
def spending() -> tuple[Array, Array]:
    """x and the mean amount of a repeat purchase."""
    file = DATA / "cdnow_summary_with_transactions.csv.gz"
    x, m = np.loadtxt(file, delimiter=",", skiprows=1, usecols=(1, 4)).T
    return x, m
