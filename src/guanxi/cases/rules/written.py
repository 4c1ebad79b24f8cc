"""What the classifier of complaints knows before anybody has corrected it: examples and words written by us, by issue code."""

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from guanxi.engine.intake import Lexicon, Model
from guanxi.engine.intake.examples import Example, read_examples, read_lexicon

FOLDER: Final = Path(__file__).parent.parent / "data/intake"
MODEL: Final = (
    FOLDER / "model.npz"
)  # made by scripts/intake_model.py, whenever a word in the folder has changed
FIGURES: Final = FOLDER / "figures.json"  # how good that model was on examples it had not seen; made with it
COLD: Final = "delivered"


@functools.cache
def written_examples() -> tuple[Example, ...]:
    """About twenty-five per issue code, half Chinese, half English; and questions that are about no issue."""
    return tuple(read_examples((FOLDER / "examples.tsv").read_text(encoding="utf-8")))


@functools.cache
def written_lexicon() -> Lexicon:
    """Words that say which issue is meant."""
    return read_lexicon((FOLDER / "lexicon.toml").read_text(encoding="utf-8"))


@functools.cache
def issue_codes() -> frozenset[str]:
    """Every code there are examples of."""
    return frozenset(code for one in written_examples() for code in one.labels)


@functools.cache
def cold_model() -> Model:
    """The model Guanxi is delivered with: trained from the above and nothing else."""
    return Model.from_bytes(MODEL.read_bytes())


@functools.cache
def cold_figures() -> dict[str, Any]:
    """How good the delivered model is, in the form of `models.TextModel.figures`."""
    found: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found


def worth_learning(labels: Sequence[str], common: frozenset[str]) -> tuple[str, ...]:
    """Of a case's issues those that a model can learn: codes with written examples, or with a few cases of their own."""
    return tuple(sorted({label for label in labels if label in common or label in issue_codes()}))
