"""Training: examples in, a `Model` out. The only place that loads scikit-learn; run it in a job, never in a web process.

One linear SVC per label. What is tuned is tuned on examples the machine has not seen (three folds): each label's cut-off,
pulled towards the common one where the label has few examples, and the curve that turns a distance into a score. The same
values say how good the model is (`Trained.figures`). Nothing is random: the same examples give the same model.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC

from guanxi.engine.intake.examples import Example
from guanxi.engine.intake.features import READ_CHARS_MAX, clauses
from guanxi.engine.intake.lexicon import Lexicon
from guanxi.engine.intake.model import Floats, Model, features, vector

WORDS_MAX: Final = 40_000
FOLDS: Final = 3
MANY_EXAMPLES: Final = 5_000  # from here on two folds say as much as three
THEIR_TEXTS_MIN: Final = 3  # of customers that must share a feature before it is kept
NEWTON_STEPS_MAX: Final = 25
CUT_PULL: Final = 20  # a label with as many examples has a cut-off half its own
COST: Final = 1.0


class TooFewExamples(ValueError):
    """Nothing to learn from: at least two labels with an example each are needed."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one label, on examples not seen in training. Shares from 0 to 1; `examples` is how many have the label."""

    examples: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and how good it was on what it had not seen: per label, their mean F1, right labels among the first three."""

    model: Model
    quality: dict[str, Quality]
    macro_f1: float
    top_3: float


def train(examples: Iterable[Example], *, version: str, lexicon: Lexicon | None = None) -> Trained:
    """Learn from `examples` (several labels each, or one). Raises TooFewExamples. Seconds grow with examples x labels."""
    given = [one for one in examples if one.text.strip()]
    labels = tuple(sorted({label for one in given for label in one.labels}))
    if len(labels) < 2:
        raise TooFewExamples("two labels at least")
    lexicon = lexicon or Lexicon()
    base = _Base(given, labels, lexicon)
    seen = base.unseen_values(FOLDS if len(given) < MANY_EXAMPLES else FOLDS - 1)
    cuts = _cut_offs(seen, base.truth, several=base.several)
    over = seen - cuts
    slope, shift = _curve(over, base.truth)
    model = base.model(version, cuts, slope, shift)
    chosen = _chosen(over, several=model.several)
    quality = _quality(labels, chosen, base.truth)
    return Trained(model, quality, macro_f1(quality), _top(over, base.truth, 3))


def macro_f1(quality: dict[str, Quality]) -> float:
    """The mean over labels of F1."""
    return round(sum(one.f1 for one in quality.values()) / len(quality), 4)


class _Base:
    """The examples as matrices: whole texts, and their clauses one after the other."""

    def __init__(self, given: Sequence[Example], labels: tuple[str, ...], lexicon: Lexicon) -> None:
        self.given, self.labels, self.lexicon = given, labels, lexicon
        whole = [features(one.text[:READ_CHARS_MAX], lexicon) for one in given]
        parts = [[features(part, lexicon) for part in _parts(one.text)] for one in given]
        common = Counter(word for found in whole for word in set(found))
        self.words = tuple(
            sorted(_kept(common, given, whole), key=lambda word: (-common[word], word))[:WORDS_MAX]
        )
        self.places = {word: place for place, word in enumerate(self.words)}
        seen = np.array([common[word] for word in self.words], dtype=np.float32)
        self.idf = np.asarray(np.log((1 + len(given)) / (1 + seen)) + 1, dtype=np.float32)
        self.whole = self._matrix(whole)
        self.parts = self._matrix([one for found in parts for one in found])
        self.starts = np.cumsum([0, *(len(found) for found in parts)])[:-1]
        self.weight = np.array([one.weight for one in given])
        place_of = {label: place for place, label in enumerate(labels)}
        self.truth = np.zeros((len(given), len(labels)), dtype=bool)
        for row, one in enumerate(given):
            self.truth[row, [place_of[label] for label in one.labels]] = True
        self.several = bool((self.truth.sum(axis=1) > 1).any())

    def _matrix(self, found: Sequence[list[str]]) -> Any:
        rows = [vector(one, self.places, self.idf) for one in found]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        places = np.concatenate([places for places, _ in rows])
        values = np.concatenate([values for _, values in rows])
        return sparse.csr_matrix((values, places, ends), shape=(len(rows), len(self.words)))

    def planes(self, rows: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """(weights words x labels, bias) learnt from these rows; a label without an example among them is never meant."""
        weights = np.zeros((len(self.words), len(self.labels)), dtype=np.float32)
        bias = np.full(len(self.labels), -1.0, dtype=np.float32)
        seen, weight = self.whole[rows], self.weight[rows]
        for label in np.flatnonzero(self.truth[rows].any(axis=0)):
            wanted = self.truth[rows, label]
            if wanted.all():
                continue
            plane = LinearSVC(C=COST, random_state=0, tol=1e-2, max_iter=5_000)
            plane.fit(seen, wanted, sample_weight=weight)
            weights[:, label], bias[label] = plane.coef_[0], plane.intercept_[0]
        return weights, bias

    def values(self, weights: Floats, bias: Floats) -> Floats:
        """texts x labels, as `Model.over` has them before the cut-off."""
        best = np.maximum.reduceat(self.parts @ weights, self.starts, axis=0)
        return np.asarray((self.whole @ weights + best) / 2 + bias, dtype=np.float32)

    def unseen_values(self, folds: int) -> Floats:
        """What each text gets from the folds it is not in."""
        fold_of = self._folds(folds)
        unseen = np.empty(self.truth.shape, dtype=np.float32)
        for fold in range(folds):
            held = fold_of == fold
            unseen[held] = self.values(*self.planes(np.flatnonzero(~held)))[held]
        return unseen

    def _folds(self, folds: int) -> npt.NDArray[np.intp]:
        """Equal shares of each label in each fold, by the text alone; the same words never stand on both sides."""
        digests = [hashlib.blake2b(one.text.strip().encode(errors="replace")).digest() for one in self.given]
        order = sorted(range(len(digests)), key=lambda row: (self.given[row].labels[:1], digests[row]))
        fold_of = np.zeros(len(digests), dtype=np.intp)
        of_text: dict[bytes, int] = {}
        for rank, row in enumerate(order):
            fold_of[row] = of_text.setdefault(digests[row], rank % folds)
        return fold_of

    def model(self, version: str, cuts: Floats, slope: float, shift: float) -> Model:
        weights, bias = self.planes(np.arange(len(self.given)))
        scale = np.maximum(np.abs(weights).max(axis=0) / 127, 1e-9).astype(np.float32)
        return Model(
            version=version,
            labels=self.labels,
            words=self.words,
            idf=self.idf,
            weights=np.rint(weights / scale).astype(np.int8),
            scale=scale,
            bias=bias,
            cuts=cuts,
            slope=slope,
            shift=shift,
            several=self.several,
            examples=len(self.given),
            lexicon=self.lexicon,
        )


def _kept(common: Counter[str], given: Sequence[Example], whole: Sequence[list[str]]) -> set[str]:
    """Every feature of what was written for learning; of customers' words those that several of them used."""
    written = {word for one, found in zip(given, whole, strict=True) if not one.theirs for word in found}
    return {word for word, texts in common.items() if word in written or texts >= THEIR_TEXTS_MIN}


def _parts(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses(text)] or [text]


def _cut_offs(values: Floats, truth: npt.NDArray[np.bool_], *, several: bool) -> Floats:
    """Per label the cut-off with the best F1, pulled towards the one that is best for all; that one where one label wins."""
    tried = np.linspace(-1, 0.5, 61)
    common = float(max(tried, key=lambda cut: (float(_f1s(values >= cut, truth).mean()), -abs(cut))))
    if not several:
        return np.full(truth.shape[1], common, dtype=np.float32)
    cuts = [_best_cut(values[:, one], truth[:, one], common) for one in range(truth.shape[1])]
    counts = truth.sum(axis=0)
    return np.asarray((counts * np.array(cuts) + CUT_PULL * common) / (counts + CUT_PULL), dtype=np.float32)


def _best_cut(values: Floats, truth: npt.NDArray[np.bool_], common: float) -> float:
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(1, int(truth.sum())))
    best = int(f1.argmax())
    if not f1[best]:
        return common
    below = values[order[min(best + 1, len(order) - 1)]]
    return float((values[order[best]] + below) / 2)


def _f1s(chosen: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    hits, total = (chosen & truth).sum(axis=0), chosen.sum(axis=0) + truth.sum(axis=0)
    return np.asarray(2 * hits / np.maximum(total, 1), dtype=np.float64)


def _curve(over: Floats, truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """(slope, shift) of the logistic curve through all values, by Newton's steps with a faint prior."""
    x, y = over.ravel().astype(np.float64), truth.ravel().astype(np.float64)
    design = np.stack([x, np.ones_like(x)])
    line, prior = np.array([4.0, 0.0]), np.diag([1e-3, 1e-3])
    for _step in range(NEWTON_STEPS_MAX):
        p = 1 / (1 + np.exp(-np.clip(line @ design, -30, 30)))
        slope_of = design @ (y - p) - prior @ line
        bend = (design * (p * (1 - p))) @ design.T + prior
        step = np.linalg.solve(bend, slope_of)
        line = line + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-6:
            break
    return round(float(line[0]), 6), round(float(line[1]), 6)


def _chosen(over: Floats, *, several: bool) -> npt.NDArray[np.bool_]:
    """What `Model.suggest` would mark as chosen: the first, and every one over its cut-off where several may be."""
    chosen = over >= 0 if several else np.zeros(over.shape, dtype=bool)
    chosen[np.arange(len(over)), over.argmax(axis=1)] = True
    return chosen


def _quality(
    labels: tuple[str, ...], chosen: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]
) -> dict[str, Quality]:
    hits = (chosen & truth).sum(axis=0)
    precision = hits / np.maximum(chosen.sum(axis=0), 1)
    recall = hits / np.maximum(truth.sum(axis=0), 1)
    f1 = _f1s(chosen, truth)
    counts = truth.sum(axis=0)
    return {
        label: Quality(int(counts[one]), *(round(float(of[one]), 4) for of in (precision, recall, f1)))
        for one, label in enumerate(labels)
    }


def _top(over: Floats, truth: npt.NDArray[np.bool_], most: int) -> float:
    """The share of right labels that stand among the first `most` of their text."""
    first = np.argsort(-over, axis=1, kind="stable")[:, :most]
    return round(float(np.take_along_axis(truth, first, axis=1).sum() / truth.sum()), 4)
