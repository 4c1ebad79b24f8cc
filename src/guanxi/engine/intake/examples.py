"""Texts with what they are about, as files keep them: to learn from and to be judged by."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from guanxi.engine.intake.lexicon import Lexicon


class ExamplesRefused(ValueError):
    """A line that is no example; the message names it."""


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody said and what it was about; no label: about none of these.

    `theirs`: a customer's own words. Features that fewer than a few texts have are then not kept: a model remembers no name.
    """

    text: str
    labels: tuple[str, ...]
    weight: float = 1.0
    theirs: bool = False


def read_examples(lines: str) -> list[Example]:
    """Tab-separated `language, labels, text`, or `text, labels`; labels by commas; # comments. Raises ExamplesRefused."""
    return list(_examples(lines))


def _examples(lines: str) -> Iterator[Example]:
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) not in (2, 3):
            raise ExamplesRefused(
                f"line {number}: {len(cells)} columns; 2 (text, labels) or 3 (language, labels, text)"
            )
        text, labels = (cells[2], cells[1]) if len(cells) == 3 else cells
        yield Example(text.strip(), tuple(label.strip() for label in labels.split(",") if label.strip()))


def read_lexicon(toml: str) -> Lexicon:
    """A table per label, in it lists of phrases by language."""
    return Lexicon(
        {label: tuple(chain.from_iterable(by.values())) for label, by in tomllib.loads(toml).items()}
    )
