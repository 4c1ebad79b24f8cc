"""Public data beside the tests: CDNOW comes with them; what may not be copied is looked for and its absence named."""

import csv
import gzip
import os
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

CDNOW = Path(__file__).parents[1] / "lifetime/tests/data"
SHARED = Path(os.environ.get("GUANXI_DATA", Path(__file__).resolve().parents[4].parent / "shared/data"))

Column = npt.NDArray[np.float64]


@cache
def cdnow_master() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.datetime64], Column]:
    """customer, day, amount of 69,659 purchases."""
    rows = np.loadtxt(CDNOW / "cdnow_master.txt.gz", skiprows=1, dtype=str)
    days = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in rows[:, 1]], dtype="M8[D]")
    return rows[:, 0].astype(np.int64), days, rows[:, 3].astype(np.float64)


@cache
def hillstrom() -> dict[str, Column]:
    """The women's mail against no mail: treated, visit, spend, and what was known before."""
    file = SHARED / "hillstrom/hillstrom.csv.gz"
    if not file.exists():
        pytest.skip(f"Hillstrom's mail test is not at {file} (GUANXI_DATA names the folder)")
    with gzip.open(file, "rt") as lines:
        rows = [row for row in csv.DictReader(lines) if row["segment"] != "Mens E-Mail"]
    known = {
        name: np.array([float(row[name]) for row in rows])
        for name in ("visit", "history", "recency", "womens", "mens")
    }
    known["newbie"] = np.array([float(row["newbie"]) for row in rows])
    return known | {"treated": np.array([float(row["segment"] != "No E-Mail") for row in rows])}
