"""How common a name is: that two strangers are both 张伟 says less than that both are 逄晓筠."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guanxi.engine.matching.forms import name_forms

# For what is in no table: a family name, a given name by its characters, a Latin word.
_FAMILY_OTHER: Final = 2e-4
_GIVEN_OTHER: Final = {0: 1.0, 1: 3e-4, 2: 8e-6}
_WORD_OTHER: Final = 5e-4
LEAST: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Shares among all people, each between 0 and 1, of family names, given names (Chinese) and words (Latin)."""

    families: Mapping[str, float]
    givens: Mapping[str, float]
    words: Mapping[str, float]

    def name(self, key: str) -> float:
        """The share of people called so."""
        forms = name_forms(key)
        found = self.of_family(forms.family) * self.of_given(forms.given) if forms.east else 1.0
        for word in forms.west:
            found *= self.of_word(word)
        return max(found, LEAST)

    def family(self, key: str) -> float:
        """The share of people with this family name; of a Latin name, with its most common word."""
        forms = name_forms(key)
        if forms.east:
            return self.of_family(forms.family)
        return max(map(self.of_word, forms.west), default=_WORD_OTHER)

    def of_family(self, family: str) -> float:
        """The share of people of a Chinese family name."""
        return self.families.get(family, _FAMILY_OTHER)

    def of_given(self, given: str) -> float:
        """The share of people with a Chinese given name; of none at all, everybody."""
        return self.givens.get(given) or _GIVEN_OTHER.get(len(given), _GIVEN_OTHER[2])

    def of_word(self, word: str) -> float:
        """The share of people with a Latin word in their name."""
        return self.words.get(word, _WORD_OTHER)

    def as_json(self) -> dict[str, dict[str, float]]:
        """The tables by name."""
        return {name: dict(getattr(self, name)) for name in self.__slots__}
