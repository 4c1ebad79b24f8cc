"""Who comes in the club's day, and with what matter: no text twice until all are used, nobody twice soon."""

from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Final

from guanxi.packs.club import disputes, stories
from guanxi.packs.club.history import latest_buyers
from guanxi.packs.names import as_given, person, stranger
from guanxi.people.actions import Contact

LANGUAGES: Final = ("zh-hans", "en")
HERE: Final = 900  # customers who may write
KNOWN: Final = 0.85  # share of those who write that bought here before
ANSWERS: Final = {
    "late_parcel": "late_dispatch", "wrong_book": "wrong_item", "damaged_book": "damaged",
    "overcharged": "overcharged", "refund_delayed": "refund_delayed",
}  # fmt: skip
"""Which of the written answers fits a kind of issue."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody writes, in which language, and what an answer is about."""

    language: str
    issue: str
    text: str
    contact: Contact


@dataclass
class People:
    """Who writes what: no text twice until all are used, nobody twice within `HERE`."""

    chance: Random
    language: str
    seed: int
    _used: set[str] = field(default_factory=set)
    _place: int = 0

    def __post_init__(self) -> None:
        buyers = [person(own[0].customer, self.seed) for own in latest_buyers(HERE)]
        self._buyers = {
            spoken: deque(one for one in buyers if one.language == spoken) for spoken in LANGUAGES
        }

    def next(self) -> Matter:
        """Three of four in the world's language, as in the rest of the world."""
        other = "en" if self.language == "zh-hans" else "zh-hans"
        spoken = self.language if self.chance.random() < 0.75 else other
        issue, text = self._text(spoken)
        return Matter(spoken, issue, text, self._contact(spoken))

    def _text(self, spoken: str) -> tuple[str, str]:
        own, general = stories.complaints(spoken)
        plain = [(one.issue, one.text) for one in (*own, *general) if one.text not in self._used]
        for _again in range(50):
            drawn = disputes.written(spoken, self.chance)
            found = self.chance.choice(plain) if plain and self.chance.random() < 0.3 else drawn
            if found[1] not in self._used:
                break
        else:
            self._used.clear()
        self._used.add(found[1])
        return ANSWERS.get(found[0], found[0]), found[1]

    def _contact(self, spoken: str) -> Contact:
        self._place += 1
        if self.chance.random() > KNOWN:
            return stranger(1_000 + self._place, self.seed)
        buyers = self._buyers[spoken]
        buyers.rotate(-1)
        return as_given(buyers[0], self._place)
