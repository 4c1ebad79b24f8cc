"""Words that say which issue is meant, in both languages: what a classifier starts with before anybody has corrected it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from guanxi.engine.intake.features import READ_CHARS_MAX, fold

HEAD_CHARS = 2


@dataclass(frozen=True)
class Lexicon:
    """`words`: label -> phrases of two characters or more, as people write them.

    A phrase is found anywhere in folded text; a Latin one from the start of a word.
    """

    words: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def heads(self) -> dict[str, list[tuple[str, str]]]:
        """(folded phrase, label) by the first two characters: one look-up per place of a text."""
        found: dict[str, list[tuple[str, str]]] = {}
        for label in sorted(self.words):
            for phrase in self.words[label]:
                folded = " ".join(fold(phrase).split())
                if len(folded) < HEAD_CHARS:
                    raise ValueError(f"{label}: {phrase!r} is too short a phrase")
                found.setdefault(folded[:HEAD_CHARS], []).append((folded, label))
        return found

    def labels_in(self, text: str) -> list[str]:
        """The labels whose phrases occur in `text`, once each, in order of label."""
        heads = self.heads
        if not heads:
            return []
        folded = " ".join(fold(text[:READ_CHARS_MAX]).split())
        found = set()
        for place in range(len(folded) - 1):
            for phrase, label in heads.get(folded[place : place + HEAD_CHARS], ()):
                if folded.startswith(phrase, place) and _starts_word(folded, place):
                    found.add(label)
        return sorted(found)


def _starts_word(text: str, place: int) -> bool:
    return not (text[place].isascii() and place and text[place - 1].isascii() and text[place - 1].isalnum())
