"""Trains the model of complaints that Guanxi is delivered with. Run it after a change to cases/data/intake; takes 3 s.

scripts/intake_model.py            writes model.npz and figures.json there and says how good it is
"""

import json
from dataclasses import asdict

from guanxi.cases.rules.written import COLD, FIGURES, MODEL, written_examples, written_lexicon
from guanxi.engine.intake.training import train


def main() -> None:
    trained = train(written_examples(), version=COLD, lexicon=written_lexicon())
    kept = trained.model.to_bytes()
    MODEL.write_bytes(kept)
    labels = {label: asdict(one) for label, one in trained.quality.items()}
    figures = {"macro_f1": trained.macro_f1, "top_3": trained.top_3, "labels": labels}
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(f"{len(written_examples()):,} examples, {len(trained.quality)} codes, {len(kept) / 1024:,.0f} KiB")
    print(
        f"on examples not learnt from: macro-F1 {trained.macro_f1}, right codes among three {trained.top_3}"
    )


if __name__ == "__main__":
    main()
