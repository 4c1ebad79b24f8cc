"""Published texts with labels, each as (text, labels): what `bench.text` judges by."""

import csv
import gzip
import json
from pathlib import Path

from guanxi.engine.intake.examples import Example, read_examples

NLUPP_FOLDS = 20


def banking77(folder: Path) -> tuple[list[Example], list[Example]]:
    """(train, test) of PolyAI's BANKING77: 77 intents, one per text."""
    with gzip.open(folder / "banking77/train.csv.gz", "rt", encoding="utf-8", newline="") as train:
        learnt = _rows(list(csv.reader(train)))
    with (folder / "banking77/test.csv").open(encoding="utf-8", newline="") as test:
        return learnt, _rows(list(csv.reader(test)))


def _rows(rows: list[list[str]]) -> list[Example]:
    return [Example(text, (label,)) for text, label in rows[1:]]


def nlupp(folder: Path) -> list[list[Example]]:
    """The twenty folds of PolyAI's NLU++, banking: any number of intents per text."""
    folds = [folder / f"nlupp_banking/fold{number}.json" for number in range(NLUPP_FOLDS)]
    return [
        [Example(one["text"], tuple(one.get("intents", ()))) for one in json.loads(fold.read_text("utf-8"))]
        for fold in folds
    ]


def complaints(folder: Path) -> list[tuple[str, Example]]:
    """(language, text with its issue codes) of the 93 hand-written complaints."""
    lines = (folder / "complaints/probe.tsv").read_text("utf-8").splitlines()
    return [(line[:2], read_examples(line)[0]) for line in lines]


def macro_f1(found: list[set[str]], right: list[set[str]]) -> float:
    """The mean F1 over every label that occurs in either."""
    labels = set().union(*found, *right)
    scores = []
    for label in labels:
        hits = sum(label in some and label in true for some, true in zip(found, right, strict=True))
        total = sum(label in some for some in found) + sum(label in true for true in right)
        scores.append(2 * hits / total)
    return sum(scores) / len(scores)
