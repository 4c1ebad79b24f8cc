"""The Python package lifetimes, fit and predict, in an environment of its own (it wants the numpy and pandas of its day).

Run as a script by that environment's Python: `lifetimes.py FILE.npz HORIZON`; prints one JSON line.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

WANTED = ("numpy<2", "pandas<2.2", "scipy<1.12", "setuptools<70", "wheel")


def environment(folder: Path) -> Path:
    """Install lifetimes into `folder` and answer its Python."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin/python"
    for wanted in (WANTED, ("autograd", "dill"), ("lifetimes",)):
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", *wanted], check=True, stderr=subprocess.DEVNULL
        )
    return python


def run(python: Path, file: Path, horizon: float) -> dict[str, float]:
    done = subprocess.run(
        [python, "-W", "ignore", __file__, file, str(horizon)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def main() -> None:
    import numpy as np

    sys.path.pop(0)  # this file's folder: its name is the package's
    from lifetimes import BetaGeoFitter

    columns = np.load(sys.argv[1])
    x, t_x, age = (columns[name].astype(float) for name in ("x", "t_x", "age"))
    fitter = BetaGeoFitter(penalizer_coef=0.0)
    start = time.perf_counter()
    fitter.fit(x, t_x, age)
    fitted = time.perf_counter() - start
    start = time.perf_counter()
    expected = fitter.conditional_expected_number_of_purchases_up_to_time(float(sys.argv[2]), x, t_x, age)
    predicted = time.perf_counter() - start
    found = {name: float(value) for name, value in fitter.params_.items()}
    print(json.dumps({"fit": fitted, "predict": predicted, "total": float(np.nansum(expected)), **found}))


if __name__ == "__main__":
    main()
