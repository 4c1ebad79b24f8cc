"""The shops of the demo world and what they sell, drawn from data/things.toml and data/words.toml by a fixed seed."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from guanxi.packs.marketplace.cast import KNOWN
from guanxi.packs.names import person
from guanxi.people.actions import Contact

DATA = Path(__file__).parent / "data"
SHOPS = 150
OWN_LANGUAGE = 0.75  # of the shops: those that speak the world's language
LANGUAGES = ("zh-hans", "en")
SHIP_HOURS = (24, 48, 48, 48, 72)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a listing of the world says. `price`: whole yuan; `opened_days`: so long ago it was put on sale."""

    category: str
    title: str
    text: str
    price: int
    ship_hours: int
    stock: int
    opened_days: int
    questions: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """A shop of the world, its owner, and what it offers."""

    name: str
    about: str
    city: str
    category: str
    language: str
    owner: Contact
    opened_days: int
    offers: Sequence[Offer]


@cache
def read(name: str) -> dict[str, Any]:
    """A data file of this world."""
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


def pair(text: str) -> dict[str, str]:
    """ "中文 | English" by language."""
    chinese, _, english = text.partition("|")
    return {"zh-hans": chinese.strip(), "en": english.strip()}


def categories() -> list[str]:
    return [one["code"] for one in read("things.toml")["category"]]


@cache
def shops(language: str, seed: int) -> Sequence[ShopPlan]:
    """All shops of a world in this language; the first of a category that somebody known sells are theirs."""
    chance = Random(f"{seed}:shops")  # noqa: S311  a demo's chance must be repeatable
    kinds = read("things.toml")["category"]
    spoken = [language if chance.random() < OWN_LANGUAGE else _other(language) for _ in range(SHOPS)]
    owners = {one: _owners(one, seed) for one in LANGUAGES}
    names = {kind["code"]: _names(chance, kind) for kind in kinds}
    known = {one.sells: one.contact for one in KNOWN[language] if one.sells}
    found: list[ShopPlan] = []
    told: set[str] = set()
    for place in range(SHOPS):
        kind = kinds[place % len(kinds)]
        owner = known.pop(kind["code"], None)
        speaks = language if owner else spoken[place]
        shop = _Drawing(chance, kind, speaks, told)
        count_of_kind = len(range(place % len(kinds), SHOPS, len(kinds)))
        offers = _offers(shop, place // len(kinds), count_of_kind)
        found.append(shop.plan(next(names[kind["code"]])[speaks], owner or next(owners[speaks]), offers))
    return found


def _other(language: str) -> str:
    return LANGUAGES[1 - LANGUAGES.index(language)]


def _owners(language: str, seed: int) -> Iterator[Contact]:
    """People who speak it; those of odd numbers only buy."""
    people = (person(number, seed) for number in count(2, 2))
    return (one for one in people if one.language == language)


def _names(chance: Random, kind: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Names no two shops share: a name of words.toml and an ending of the category."""
    firsts = [pair(one) for one in read("words.toml")["shop"]["names"]]
    ends = [pair(one) for one in kind["shops"]]
    chance.shuffle(firsts)
    for place, first in enumerate(firsts):
        end = ends[place % len(ends)]
        yield {"zh-hans": first["zh-hans"] + end["zh-hans"], "en": f"{first['en']} {end['en']}"}


class _Drawing:
    """Sentences of one shop, each used once."""

    def __init__(self, chance: Random, kind: Mapping[str, Any], language: str, told: set[str]) -> None:
        words = read("words.toml")
        self._told = told
        self.chance, self.kind, self.language, self._words = chance, kind, language, words
        own = words[language]
        parts = [*(own[kind["texts"]][key] for key in ("from", "state", "detail")), own["deal"]["lines"]]
        self._parts = [chance.sample(part, len(part)) for part in parts]
        asked = [tuple(one) for one in own["questions"][kind["texts"]]]
        self._asked = chance.sample(asked, len(asked))
        self._day = chance.randint(430, 1_700)

    def text(self) -> str:
        """One of each part, in words nobody has used yet."""
        first, second, third, deals = self._parts
        sentences = [first.pop(), second.pop(), third.pop()]
        while (told := self._joined([*sentences, deals.pop()])) in self._told:
            continue
        self._told.add(told)
        return told

    def _joined(self, sentences: Sequence[str]) -> str:
        return ("" if self.language == "zh-hans" else " ").join(sentences)

    def questions(self) -> list[tuple[str, str]]:
        return [self._asked.pop() for _ in range(min(self.chance.choice((0, 1, 1, 2, 3)), len(self._asked)))]

    def plan(self, name: str, owner: Contact, offers: Sequence[Offer]) -> ShopPlan:
        shop = self._words["shop"]
        about = [pair(self.chance.choice(shop[key]))[self.language] for key in ("about", "promise")]
        city = pair(self.chance.choice(shop["cities"]))[self.language]
        return ShopPlan(
            name, self._joined(about), city, self.kind["code"], self.language, owner, self._day, offers
        )

    def opened(self) -> int:
        """Most has been on sale since before the year of history; a tenth is new."""
        if self.chance.random() < 0.1:
            return self.chance.randint(1, 20)
        return self.chance.randint(390, min(self._day, 720))


def _offers(shop: _Drawing, place: int, shops_of_kind: int) -> list[Offer]:
    """What the shop at this place among those of its category takes of the things: about three, none of them twice."""
    variants = [pair(one) for one in shop.kind["variants"]]
    things = [line.split("|") for line in shop.kind["things"].strip().splitlines()]
    found = []
    for number in range(place, 2 * len(things), shops_of_kind):
        which, second = number % len(things), number // len(things)
        title = {"zh-hans": things[which][0].strip(), "en": things[which][1].strip()}[shop.language]
        variant = variants[(which + 3 * second) % len(variants)][shop.language]
        price = round(int(things[which][2]) * shop.chance.uniform(0.88, 1.08))
        joined = f"{title} {variant}" if shop.language == "zh-hans" else f"{title}, {variant}"
        found.append(
            Offer(
                shop.kind["code"],
                joined,
                shop.text(),
                price,
                shop.chance.choice(SHIP_HOURS),
                shop.chance.choice((1, 1, 2, 3, 5, 12, 40)),
                shop.opened(),
                shop.questions(),
            )
        )
    return found
