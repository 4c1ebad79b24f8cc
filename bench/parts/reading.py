"""Run as a module in a fresh process: serve a kept model as a web process does and say what that took.

python -m bench.parts.reading MODEL TEXTS.json      last line: milliseconds, memory, and what of training is loaded
"""

import json
import sys
import time
from pathlib import Path

from guanxi.engine.intake import Model, alarms

LONG = "我买的东西坏了，客服不理我。The parcel never came and they will not refund me! "
ROUNDS = 5


def main() -> None:
    model_file, texts_file = map(Path, sys.argv[1:])
    begun = time.process_time()
    model = Model.from_bytes(model_file.read_bytes())
    model.suggest("ready")
    loading = time.process_time() - begun
    texts = json.loads(texts_file.read_text("utf-8"))
    begun = time.process_time()
    for _ in range(ROUNDS):
        for text in texts:
            model.suggest(text)
    each = (time.process_time() - begun) / ROUNDS / len(texts)
    long = (LONG * 200)[:10_000]
    begun = time.process_time()
    model.suggest(long)
    longest = time.process_time() - begun
    begun = time.process_time()
    alarms(long)
    alarmed = time.process_time() - begun
    print(
        json.dumps(
            {
                "ms": each * 1000,
                "long_ms": longest * 1000,
                "alarms_ms": alarmed * 1000,
                "load_ms": loading * 1000,
                "mib": _resident_mib(),
                "training": sorted({"sklearn", "scipy", "joblib"} & set(sys.modules)),
            }
        )
    )


def _resident_mib() -> float:
    """What this process holds now; its peak would be the parent's at the moment it was forked."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main()
