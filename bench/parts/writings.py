"""How sources write down what people are called and how they are reached, rightly or not."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bench.parts import pools
from guanxi.engine.pinyin import pinyin, read

if TYPE_CHECKING:
    from bench.parts.population import Population

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Shares of fields that a source leaves out, as a factor on the mix: a call centre asks for no mailbox.
LEFT_OUT = {"birth": (0.8, 1.7, 0.5, 1.0), "phone": (1.0, 0.2, 1.6, 1.0), "email": (0.4, 1.9, 1.1, 1.2)}
LEFT_OUT["address"] = (0.9, 1.5, 0.7, 1.0)
# Where names get written in Latin letters: in imported lists rather than by somebody at a desk.
LATIN = (1.1, 0.3, 2.0, 0.4)


def _zipf(count: int, flat: float, power: float) -> NDArray[np.float64]:
    shares = 1 / (np.arange(count) + flat) ** power
    return np.asarray(shares / shares.sum(), dtype=np.float64)


class Names:
    """Pools with their shares. A given name is one number: two characters, or a place in a list of first names."""

    def __init__(self) -> None:
        entries = pools.FAMILIES.split()
        self.families = np.array([one.rstrip("0123456789") for one in entries], dtype=object)
        weights = np.array([int(one[len(one.rstrip("0123456789")) :]) for one in entries], dtype=float)
        self.shares = weights / weights.sum()
        self.families_west = np.array(pools.FAMILIES_WEST.split(), dtype=object)
        self.shares_west = _zipf(len(self.families_west), 12, 1.0)
        self.west = np.array([*pools.BOYS_WEST.split(), *pools.GIRLS_WEST.split()], dtype=object)
        self.chars = "".join(dict.fromkeys(pools.BOYS_FIRST + pools.GIRLS_FIRST + pools.BOYS + pools.GIRLS))
        self.base = len(self.chars) + 1  # 0: no first character

    def draw(self, chance: np.random.Generator, girl: Bools, western: Bools) -> Ints:
        """Given names for everybody."""
        count = len(girl)
        given = np.zeros(count, dtype=np.int64)
        for sex, firsts, seconds in (
            (False, pools.BOYS_FIRST, pools.BOYS),
            (True, pools.GIRLS_FIRST, pools.GIRLS),
        ):
            mine = np.flatnonzero((girl == sex) & ~western)
            first = self._pick(chance, firsts, len(mine)) + 1
            first[chance.random(len(mine)) < 0.2] = 0
            # The second of two characters comes from nearly all of them, a single one from the usual ones.
            second = self._pick(chance, seconds, len(mine), power=0.75)
            given[mine] = first * self.base + second + 1
        boys = len(pools.BOYS_WEST.split())
        girls = len(self.west) - boys
        at_boy = chance.choice(boys, count, p=_zipf(boys, 10, 1.0))
        at_girl = boys + chance.choice(girls, count, p=_zipf(girls, 10, 1.0))
        return np.where(western, np.where(girl, at_girl, at_boy), given)

    def _pick(self, chance: np.random.Generator, among: str, count: int, power: float = 0.85) -> Ints:
        among = "".join(dict.fromkeys(among))
        places = np.array([self.chars.index(one) for one in among])
        return np.asarray(places[chance.choice(len(places), count, p=_zipf(len(places), 4, power))])

    def with_first_of(self, given: Ints, other: Ints, where: Bools) -> Ints:
        """Given names with the first character of others, `where` both have two."""
        first, second = other // self.base, given % self.base
        return np.where(where & (first > 0), first * self.base + second, given)


class Writer:
    """One record after the other, in columns."""

    def __init__(self, population: Population, person: Ints) -> None:
        self.all, self.person = population, person
        self.mix, self.chance = population.mix, population.chance
        self.source = self.chance.choice(4, len(person), p=[0.35, 0.25, 0.2, 0.2])
        self.later = self.chance.random(len(person)) < 0.5  # after the person moved, changed number, mailbox
        self.western = population.western[person]

    # names

    def names(self) -> Texts:
        """Each name in one of the ways its source writes it."""
        family, given = self._family_and_given()
        written: Texts = family + given
        west = np.flatnonzero(self.western)
        written[west] = given[west] + " " + family[west]
        self._write_chinese(written, family, given)
        self._write_western(written, family, given)
        return written

    def _family_and_given(self) -> tuple[Texts, Texts]:
        names, people = self.all.names, self.person
        family = np.where(
            self.western,
            names.families_west[self.all.family[people] % len(names.families_west)],
            names.families[self.all.family[people] % len(names.families)],
        )
        chars = np.array(["", *names.chars], dtype=object)
        code = self.all.given[people]
        chinese = chars[(code // names.base) % len(chars)] + chars[code % names.base]
        return family, np.where(self.western, names.west[code % len(names.west)], chinese)

    def _some(self, share: float | NDArray[np.float64], among: Bools) -> Ints:
        return np.flatnonzero(among & (self.chance.random(len(self.person)) < share))

    def _write_chinese(self, written: Texts, family: Texts, given: Texts) -> None:
        mix, east = self.mix, ~self.western
        wrong = _Wrong(self.all.names.chars)
        for at in self._some(mix.homophone, east):
            written[at] = family[at] + wrong.homophone(given[at], self._dice())
        for at in self._some(mix.character, east):
            written[at] = family[at] + wrong.character(given[at], self._dice())
        traditional = _Cached(_traditional())
        for at in self._some(mix.traditional, east):
            written[at] = traditional(written[at])
        latin = np.asarray(LATIN)[self.source] * mix.pinyin
        for at in self._some(latin, east):
            written[at] = self._in_pinyin(family[at], given[at])
        aliases = pools.ALIASES.split()
        for at in self._some(mix.alias, east):
            dice = self._dice()
            alias = aliases[dice % len(aliases)]
            spelt = pinyin_words(family[at], given[at])[0].title()
            written[at] = f"{alias} {spelt}" if dice % 2 else f"{written[at]} {alias}"
        for at in self._some(mix.title, east):
            written[at] = family[at] + ("女士" if self.all.girl[self.person[at]] else "先生")
        for at in self._some(mix.nickname, east):
            written[at] = ("小" if self._dice() % 3 else "老") + family[at][0]

    def _in_pinyin(self, family: str, given: str) -> str:
        dice = self._dice()
        last, first = pinyin_words(family, given)
        if dice % 97 < 97 * self.mix.typo:
            first = misspelt(first, dice)
        ways = (
            f"{last} {first}".title(), f"{first} {last}".title(), f"{last} {first}".upper(), f"{last}{first}",
            f"{last}, {first}".title(), f"{last} {first}",
        )  # fmt: skip
        return ways[(0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5)[dice // 97 % 11]]

    def _write_western(self, written: Texts, family: Texts, given: Texts) -> None:
        mix, west = self.mix, self.western
        for at in self._some(mix.short, west):
            written[at] = f"{pools.SHORT.get(given[at], given[at])} {family[at]}"
        for at in self._some(mix.typo, west):
            dice = self._dice()
            parts = [given[at], family[at]]
            parts[dice % 2] = misspelt(parts[dice % 2].lower(), dice // 2).title()
            written[at] = " ".join(parts)
        for at in self._some(mix.swapped, west):
            written[at] = f"{family[at]}{', ' if self._dice() % 2 else ' '}{given[at]}"
        for at in self._some(mix.initials, west):
            written[at] = f"{given[at][0]}. {family[at]}"
        plain = str.maketrans("üö", "uo")
        for at in self._some(0.3, west):
            written[at] = written[at].translate(plain)
        for at in self._some(0.06, west):
            written[at] = written[at].upper() if self._dice() % 2 else written[at].lower()

    # the other fields

    def births(self) -> Texts:
        """ISO dates."""
        born = self.all.born[self.person]
        days = np.unique(born)
        shown = np.array([_iso(int(day)) for day in days], dtype=object)
        found = shown[np.searchsorted(days, born)]
        everybody = np.ones(len(born), dtype=np.bool_)
        for at in self._some(self.mix.birth_typo, everybody):
            found[at] = _other_digit(found[at], self._dice())
        for at in self._some(self.mix.birth_swapped, everybody):
            year, month, day = found[at].split("-")
            if int(day) <= 12:
                found[at] = f"{year}-{day}-{month}"
        for at in self._some(self.mix.birth_unknown_day, everybody):
            found[at] = found[at][:4] + "-01-01"
        return found

    def phones(self) -> Texts:
        """As people write them."""
        who = self.person
        number = np.where(self.later, self.all.phone_new[who], self.all.phone[who])
        shared = self.all.has_family_phone[who] & (self.chance.random(len(who)) < self.mix.phone_family)
        number = np.where(shared, self.all.phone_family[who], number)
        number[self._some(self.mix.phone_placeholder, ~self.western)] = 13_800_138_000
        found = number.astype(str).astype(object)
        everybody = np.ones(len(who), dtype=np.bool_)
        for at in self._some(self.mix.phone_typo, everybody):
            found[at] = _other_number(found[at], self._dice())
        landline = number > 57_000_000_000
        for at in np.flatnonzero(landline):
            found[at] = f"0{found[at][:3]}-{found[at][3:]}"
        for at in self._some(0.2, ~landline):
            one = found[at]
            found[at] = (
                f"+86 {one}",
                f"{one[:3]} {one[3:7]} {one[7:]}",
                f"{one[:3]}-{one[3:7]}-{one[7:]}",
                f"+86{one}",
            )[self._dice() % 4]
        return found

    def emails(self) -> Texts:
        """Mailboxes; None of who has none."""
        who, everybody = self.person, np.ones(len(self.person), dtype=np.bool_)
        boxes = self._mailboxes()
        newer = self.later & self.all.email_changed[who]
        found = np.where(newer, boxes[1][who], boxes[0][who])
        shared = self.all.has_family_email[who] & (self.chance.random(len(who)) < self.mix.email_family)
        found = np.where(shared, boxes[0][self.all.first[who]], found)
        for at in self._some(self.mix.email_typo, everybody):
            local, _, host = found[at].partition("@")
            found[at] = f"{misspelt(local, self._dice())}@{host}"
        for at in self._some(0.04, everybody):
            found[at] = found[at].capitalize()
        found[~(self.all.has_email[who] | shared)] = None
        return found

    def _mailboxes(self) -> tuple[Texts, Texts]:
        """Of everybody the first and, if they change, the second one."""
        people, names = self.all, self.all.names
        hosts = np.array(pools.HOSTS.split(), dtype=object)
        shares = _zipf(len(hosts), 2, 1.0)
        boxes = []
        chars = np.array(["", *names.chars], dtype=object)
        spell = _Cached(lambda both: "\t".join(pinyin_words(*both.split("\t"))))
        for _round in range(2):
            host = hosts[self.chance.choice(len(hosts), len(people), p=shares)]
            dice = self.chance.integers(0, 1 << 40, len(people))
            years = 1970 + people.born // 365
            box = np.empty(len(people), dtype=object)
            for at in range(len(people)):
                code = int(people.given[at])
                if people.western[at]:
                    last, first = str(names.families_west[people.family[at]]), str(names.west[code])
                    last, first = last.translate(_ASCII).lower(), first.lower()
                else:
                    given = chars[code // names.base] + chars[code % names.base]
                    last, first = spell(f"{names.families[people.family[at]]}\t{given}").split("\t")
                box[at] = _mailbox(last, first, int(years[at]), int(dice[at]), host[at])
            boxes.append(box)
        return boxes[0], boxes[1]

    def addresses(self) -> Texts:
        """As people write them."""
        who = self.person
        home = np.where(self.later, self.all.home_new[who], self.all.home[who])
        district, road, number, building, room = self.all.homes[:, home].tolist()
        districts, roads = pools.DISTRICTS.split("|"), pools.ROADS.split()
        short = self.chance.random(len(who)) < self.mix.address_short
        typo = self.chance.random(len(who)) < self.mix.address_typo
        dice = self.chance.integers(0, 1 << 30, len(who)).tolist()
        found = np.empty(len(who), dtype=object)
        for at in range(len(who)):
            found[at] = _address(
                districts[district[at]], roads[road[at]], (number[at], building[at], room[at]), dice[at],
                short=short[at], typo=typo[at],
            )  # fmt: skip
        return found

    def facts(self) -> dict[str, Texts]:
        """Birth, phone, email and address; None where the source has none. Few records have fewer than two."""
        full = {
            "birth": self.births(),
            "phone": self.phones(),
            "email": self.emails(),
            "address": self.addresses(),
        }
        kept: dict[str, Bools] = {}
        for field, values in full.items():
            share = getattr(self.mix, f"{field}_missing") * np.asarray(LEFT_OUT[field])[self.source]
            chosen = self.chance.random(len(values)) >= np.minimum(share, 0.97)
            kept[field] = chosen & np.not_equal(values, None).astype(np.bool_)
        poor = self.chance.random(len(self.person)) >= self.mix.thin
        for field in ("phone", "birth"):
            kept[field] |= poor & (sum(one.astype(np.int64) for one in kept.values()) < 2)
        for field, values in full.items():
            values[~kept[field]] = None
        return full

    def _dice(self) -> int:
        if not getattr(self, "_thrown", None):
            self._thrown: list[int] = self.chance.integers(0, 1 << 40, 100_000).tolist()
        return self._thrown.pop()


class _Cached(dict[str, str]):
    """A function that is asked the same again and again."""

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: str) -> str:
        self[key] = found = self._function(key)
        return found

    def __call__(self, key: str) -> str:
        return self[key]


class _Wrong:
    """Characters in the place of others."""

    def __init__(self, chars: str) -> None:
        self.chars = chars
        self.alike: dict[str, list[str]] = defaultdict(list)
        for char in chars:
            self.alike["".join(read(char))].append(char)

    def homophone(self, given: str, dice: int) -> str:
        place = dice % len(given)
        choices = [one for one in self.alike["".join(read(given[place]))] if one != given[place]]
        return given if not choices else _with(given, place, choices[dice // 8 % len(choices)])

    def character(self, given: str, dice: int) -> str:
        return _with(given, dice % len(given), self.chars[dice // 8 % len(self.chars)])


def _traditional() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2t").convert
    return convert


_SPELT: dict[tuple[str, str], tuple[str, str]] = {}
_ASCII = str.maketrans({"ü": "u", "ö": "o", "'": ""})


def pinyin_words(family: str, given: str) -> tuple[str, str]:
    """(family, given) in Pinyin: zhang, xiaoming; ü as v."""
    found = _SPELT.get((family, given))
    if found is None:
        found = _SPELT[family, given] = (pinyin(family + "一").split(" ")[0], "".join(read(given)))
    return found


def misspelt(word: str, dice: int) -> str:
    """One letter doubled, lost, changed, or two neighbours the other way round."""
    if len(word) < 3:
        return word
    place, dice = dice % (len(word) - 1), dice // 64
    way, letter = dice % 4, LETTERS[dice // 4 % 26]
    tail = (
        word[place:],
        word[place + 1 :],
        letter + word[place + 1 :],
        word[place + 1] + word[place] + word[place + 2 :],
    )
    return word[:place] + (letter if way == 0 else "") + tail[way]


def _with(text: str, place: int, char: str) -> str:
    return text[:place] + char + text[place + 1 :]


def _iso(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()


def _other_digit(iso: str, dice: int) -> str:
    """A date with one digit wrong, or the same one if none comes out."""
    for turn in range(4):
        place = (2, 3, 5, 6, 8, 9)[(dice >> 8 * turn) % 6]
        found = _with(iso, place, str((dice >> 4 + turn) % 10))
        try:
            if found != iso and dt.date.fromisoformat(found).year < 2010:
                return found
        except ValueError:
            continue
    return iso


def _other_number(number: str, dice: int) -> str:
    place = 3 + dice % (len(number) - 4)
    if dice // 16 % 3:
        return _with(number, place, str((int(number[place]) + 1 + dice // 64 % 9) % 10))
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _mailbox(last: str, first: str, year: int, dice: int, host: str) -> str:
    tail = dice >> 8
    if host in ("qq.com", "foxmail.com") and dice % 4:
        return f"{10_000_000 + tail % 3_000_000_000}@{host}"
    way = dice % 8
    local = (
        f"{last}{first}{tail % 1000}", f"{first}.{last}", f"{last}{first}{year}", f"{first}{last}{tail % 100}",
        f"{first[0]}{last}{tail % 10_000}", f"{last}{first}", f"{first}{year % 100}{last[0]}", f"{last}_{first}{tail % 100}",
    )[way]  # fmt: skip
    return f"{local}@{host}"


_WIDE = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}


def _address(
    district: str, road: str, home: tuple[int, int, int], dice: int, *, short: bool, typo: bool
) -> str:
    number, building, room = home
    if typo:
        number, room = (number + 1 + dice % 9, room) if dice % 2 else (number, room + 1 + dice % 5)
    way = dice >> 4
    if short and way % 3 == 0:
        return f"{district}{road}{number}号"
    _, mark, rest = district.partition("省")
    where = rest if mark and (short or way % 5 == 0) else district
    if short and way % 3 == 1:
        cut = where.find("市") + 1
        where = where[:cut]
    house = (
        f"{number}号{building}幢{room}室", f"{number}号{building}-{room}", f"{number}号{building}栋{room}",
        f"{number}号{building}号楼{room}室",
    )[way // 16 % 4]  # fmt: skip
    shown = f"{where}{' ' if way % 7 == 0 else ''}{road}{house}"
    return shown.translate(_WIDE) if way % 41 == 0 else shown


def sample(columns: dict[str, Any], count: int) -> list[tuple[Any, ...]]:
    """The first few records, for people to look at."""
    return [tuple(values[at] for values in columns.values()) for at in range(count)]
