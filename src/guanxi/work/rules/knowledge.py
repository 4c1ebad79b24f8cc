"""Knowledge: which articles fit a text and codes, by points anybody can count after us. Pure.

A code of the case counts 100, the product line 30, a word in the title 5 (at most 8 words), a word of the text 1 (at most 20),
and half of the votes or more that it helped up to 4, from three votes on. Codes alone or two shared words are
enough to be shown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.core.explain import Explanation, Fact

RULE = "knowledge@1"
CODE, LINE, TITLE, WORD = 100, 30, 5, 1
TITLE_MAX, WORDS_MAX = 8, 20
VOTES_MIN, VOTES_POINTS = 3, 4
WORDS_NEEDED = 2
COMMON_SHARE = 0.5  # a word that stands in more than half of the articles tells them apart no more
COMMON_FROM = 6  # with fewer articles every word counts
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")  # codes of kinds, issues and lines
ADDRESS = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # an article's own code
RESERVED = frozenset({"new", "suggest", "preview"})  # addresses of their own


@dataclass(frozen=True, slots=True)
class Fit:
    """One article against a text: what is shared, and how it was judged."""

    article: int
    code: str
    codes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    helped: int = 0
    votes: int = 0

    @property
    def points(self) -> int:
        return sum(round(fact.weight) for fact in facts_of(self))

    @property
    def fits(self) -> bool:
        """Votes alone or one word by chance suggest nothing; one word in a title does."""
        return bool(self.codes or self.title or len(self.words) >= WORDS_NEEDED)


def telling(terms: Sequence[str]) -> list[str]:
    """Terms worth comparing: no single character of a Chinese run, no letter alone."""
    return [term for term in terms if len(term) > 1]


def is_common(articles: int, of: int) -> bool:
    """Whether a word that `articles` of `of` hold says nothing."""
    return of >= COMMON_FROM and articles > of * COMMON_SHARE


def voted(helped: int, votes: int) -> int:
    """Points for having helped: none below three votes or when it helped fewer than half."""
    if votes < VOTES_MIN or helped * 2 < votes:
        return 0
    return round(VOTES_POINTS * helped / votes)


def facts_of(fit: Fit) -> list[Fact]:
    """What speaks for an article, each with its points."""
    facts = [Fact("work.knowledge.code", {"code": code}, CODE) for code in fit.codes]
    facts += [Fact("work.knowledge.line", {"line": line}, LINE) for line in fit.lines]
    if fit.title:
        counted = min(len(fit.title), TITLE_MAX)
        facts.append(Fact("work.knowledge.title", {"words": _listed(fit.title)}, TITLE * counted))
    if fit.words:
        counted = min(len(fit.words), WORDS_MAX)
        facts.append(Fact("work.knowledge.words", {"words": _listed(fit.words)}, WORD * counted))
    if points := voted(fit.helped, fit.votes):
        facts.append(Fact("work.knowledge.helped", {"helped": fit.helped, "votes": fit.votes}, points))
    return facts


def ranked(fits: Sequence[Fit], most: int) -> list[Fit]:
    """Those that fit, most points first; among equals by their code, so that the order is the same everywhere."""
    return sorted((one for one in fits if one.fits), key=lambda one: (-one.points, one.code))[:most]


def explain(fit: Fit) -> Explanation:
    """Why an article is suggested."""
    return Explanation("work.knowledge.suggested", facts_of(fit), RULE)


def _listed(words: Sequence[str]) -> str:
    return " ".join(words[:6])
