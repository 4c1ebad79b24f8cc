"""Serving: which issues a text speaks of, and the clause that says so. Plain numpy, nothing of what trained it.

    model = Model.from_bytes(stored)
    for one in model.suggest("拍下一周不发货，催了客服还骂人"):
        one.label, one.score, one.sentence              # late_dispatch .9 拍下一周不发货，

A text is its weighted features (see `features`); each label has one hyperplane. A label's value is the mean of that of the
whole text and that of the best clause; above the label's cut-off it is chosen. `score` is comparable across labels: of
suggestions scored .8 about 80 % were right when the model was tried on examples it had not seen.
"""

import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from guanxi.engine.intake.features import READ_CHARS_MAX, clauses, tokens
from guanxi.engine.intake.lexicon import Lexicon

Floats = npt.NDArray[np.float32]
FORM: Final = 1  # of the bytes; another form is refused
_HEAD: Final = ("version", "labels", "slope", "shift", "several", "examples")
_ARRAYS: Final = ("idf", "weights", "scale", "bias", "cuts")
LEXICON_MARK: Final = "§"  # a feature that says: words of this label's lexicon occur


class ModelRefused(ValueError):
    """The bytes hold no model of this form."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One issue a text may speak of; `text[start:end]` is `sentence`, the clause that says so most clearly."""

    label: str
    score: float
    sentence: str
    start: int
    end: int
    chosen: bool


@dataclass(frozen=True)
class Model:
    """`weights` (times `scale`) is features x labels; `bias` and `cuts` have one value per label.

    The score of a label is sigmoid(slope * how far it is over its cut-off + shift). `several`: one text may be about more
    than one thing, as some of the `examples` texts it learnt from were.
    """

    version: str
    labels: tuple[str, ...]
    words: tuple[str, ...]
    idf: Floats
    weights: npt.NDArray[np.int8]
    scale: Floats
    bias: Floats
    cuts: Floats
    slope: float
    shift: float
    several: bool
    examples: int
    lexicon: Lexicon = field(default_factory=Lexicon)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where a feature's row is."""
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def rarity(self) -> dict[str, float]:
        """The weight of each known feature by how few texts have it."""
        return dict(zip(self.words, map(float, self.idf), strict=True))

    def suggest(self, text: str, most: int = 3, *, among: Collection[str] | None = None) -> list[Suggestion]:
        """At most `most` labels, the likeliest first; none when nothing of the text is known. `among`: only these."""
        spans = clauses(text)
        values = self._values([text[:READ_CHARS_MAX], *(text[start:end] for start, end in spans)])
        if values is None or not self.labels:
            return []
        over = self.over(values[0], values[1:])
        best = values[1:].argmax(axis=0) if len(spans) > 1 else np.zeros(len(self.labels), dtype=np.intp)
        ranked = [
            int(one) for one in np.argsort(-over, kind="stable") if among is None or self.labels[one] in among
        ]
        return [
            self._suggestion(
                text,
                spans[int(best[one])],
                one,
                float(over[one]),
                chosen=not rank or (self.several and over[one] >= 0),
            )
            for rank, one in enumerate(ranked[:most])
        ]

    def over(self, whole: Floats, parts: Floats) -> Floats:
        """How far each label is over its cut-off: the mean of whole text and best clause, less the cut-off."""
        best = parts.max(axis=0) if len(parts) else whole
        return np.asarray((whole + best) / 2 - self.cuts, dtype=np.float32)

    def _suggestion(
        self, text: str, span: tuple[int, int], label: int, over: float, *, chosen: bool
    ) -> Suggestion:
        score = 1 / (1 + float(np.exp(-(self.slope * over + self.shift))))
        start, end = span
        return Suggestion(self.labels[label], round(score, 4), text[start:end], start, end, bool(chosen))

    def _values(self, texts: Sequence[str]) -> Floats | None:
        """texts x labels; None when no feature of any text is known."""
        rows = [vector(features(one, self.lexicon), self.places, self.idf) for one in texts]
        if not len(rows[0][0]):
            return None
        return np.stack([self._value(places, values) for places, values in rows])

    def _value(self, places: npt.NDArray[np.intp], values: Floats) -> Floats:
        return np.asarray(
            (values @ self.weights[places].astype(np.float32)) * self.scale + self.bias, np.float32
        )

    def to_bytes(self) -> bytes:
        """The whole model, compressed; nothing in it can run."""
        head = {name: getattr(self, name) for name in _HEAD} | {
            "form": FORM,
            "lexicon": dict(self.lexicon.words),
        }
        kept = {"head": _bytes(json.dumps(head, ensure_ascii=False)), "words": _bytes("\n".join(self.words))}
        return _packed(kept | {name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Model":
        """The model that `to_bytes` wrote; raises ModelRefused for anything else."""
        try:
            with np.load(io.BytesIO(stored), allow_pickle=False) as kept:
                head = json.loads(_text(kept["head"]))
                words = tuple(_text(kept["words"]).split("\n"))
                arrays: dict[str, Any] = {name: kept[name] for name in _ARRAYS}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ModelRefused("not_a_model") from error
        if head.pop("form", None) != FORM:
            raise ModelRefused("other_form")
        head["labels"] = tuple(head["labels"])
        return cls(words=words, **head | {"lexicon": Lexicon(head["lexicon"])}, **arrays)


def vector(
    found_features: Iterable[str], places: dict[str, int], idf: Floats
) -> tuple[npt.NDArray[np.intp], Floats]:
    """(places, values) of the known ones of a text's features, of length one in all."""
    known = Counter(place for place in map(places.get, found_features) if place is not None)
    found = np.fromiter(known.keys(), dtype=np.intp, count=len(known))
    counts = np.fromiter(known.values(), dtype=np.float32, count=len(known))
    values = (1 + np.log(counts)) * idf[found]
    length = float(np.sqrt(values @ values)) or 1.0
    return found, np.asarray(values / length, dtype=np.float32)


def features(text: str, lexicon: Lexicon) -> list[str]:
    """The tokens of a text and a mark for every label whose words occur in it."""
    return [*tokens(text), *(LEXICON_MARK + label for label in lexicon.labels_in(text))]


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _text(stored: npt.NDArray[np.uint8]) -> str:
    return stored.astype(np.uint8).tobytes().decode()


def _packed(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """What `np.load` reads, without the moment it was made in: the same model gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), one.getvalue(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
