"""A bilingual population and what several sources wrote down about it: made from a seed and a mix of errors, with the truth.

People live in households: they share a family name, an address, often a telephone, sometimes a mailbox; some are twins;
they move, change numbers, and a number given up is given to a stranger. Sources write one name in several ways and make
mistakes. A million records take about half a minute.

    python -m bench.parts.population people.parquet --records 1000000 --seed 1 [--mix phone_missing=.3 ...]

Columns: id, source, name, birth (ISO), phone, email, address, and the truth in `person`. The mix was set so that Splink's
default model lands at cluster F1 .88-.93 (docs/adr/0019), and is never changed for our own figure.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bench.parts import pools
from bench.parts.writings import Names, Writer

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BORN_FIRST, BORN_LAST = -14_600, 13_500  # days since 1970: 1930 to the end of 2006
SOURCES: Final = ("form", "call", "import", "branch")


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares between 0 and 1, of people, households or records as the comment says."""

    # people and households
    alone: float = 0.48  # of the households
    western: float = 0.16  # of the households
    siblings: float = 0.35  # brother or sister in a household of more than two that live like a couple
    twins: float = 0.05  # of the brothers and sisters
    family_phone: float = 0.30  # of the households of several: one telephone that all of them give at times
    family_mailbox: float = (
        0.14  # of the households of several: father and son, or a couple, with one mailbox
    )
    moved: float = 0.22  # of the households, or of one of its members
    new_phone: float = 0.22  # of the people
    recycled: float = 0.30  # of the numbers given up: in use by a stranger now
    new_email: float = 0.15  # of the people
    no_email: float = 0.18  # of the people
    # records
    again: float = 0.46  # how likely one more record of the same person is
    traditional: float = 0.05  # of Chinese names
    pinyin: float = 0.08
    homophone: float = 0.02  # another character that is read alike
    character: float = 0.01  # another character
    title: float = 0.012  # 张先生
    nickname: float = 0.008  # 小王
    alias: float = 0.015  # David 张伟, David Zhang
    swapped: float = 0.06  # of Latin names: Keller Anna, Keller, Anna
    initials: float = 0.02  # of Latin names
    short: float = 0.05  # of Western first names: Rob
    typo: float = 0.03  # of Latin names
    birth_missing: float = 0.32
    birth_typo: float = 0.025
    birth_swapped: float = 0.008  # day and month
    birth_unknown_day: float = 0.008  # the first of January
    phone_missing: float = 0.16
    phone_typo: float = 0.015
    phone_family: float = 0.35  # where there is one, how often it is given
    phone_placeholder: float = 0.0015  # 13800138000
    email_missing: float = 0.38
    email_typo: float = 0.02
    email_family: float = 0.5  # where there is one, how often it is given
    address_missing: float = 0.34
    thin: float = 0.4  # of the records with fewer than two of the four above: left so
    address_typo: float = 0.02
    address_short: float = 0.25  # without room or without district

    def with_(self, changes: Sequence[str]) -> "Mix":
        """`changes` as given on a command line: "twins=.1"."""
        known = {one.name for one in fields(self)}
        pairs = dict(one.split("=", 1) for one in changes)
        if unknown := set(pairs) - known:
            raise ValueError(
                f"no such share: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}"
            )
        return replace(self, **{name: float(value) for name, value in pairs.items()})


class Population:
    """Everybody who lives, as arrays with one entry a person (`_at` arrays: a home or number by its place in a list)."""

    def __init__(self, people: int, mix: Mix, chance: np.random.Generator) -> None:
        self.mix, self.chance = mix, chance
        self._settle(people)
        self._name()
        self._bear()
        self._house()
        self._connect()

    def __len__(self) -> int:
        return len(self.household)

    def _settle(self, people: int) -> None:
        """Who lives with whom; `place` counts the members of a household."""
        chance, mix = self.chance, self.mix
        sizes = np.where(
            chance.random(people) < mix.alone,
            1,
            chance.choice([2, 3, 4, 5], people, p=[0.42, 0.32, 0.2, 0.06]),
        )
        ends = np.cumsum(sizes)
        households = int(np.searchsorted(ends, people)) + 1
        self.sizes = sizes[:households]
        self.household = np.repeat(np.arange(households), self.sizes)[:people]
        starts = np.concatenate([[0], ends[: households - 1]])
        self.place = np.arange(people) - starts[self.household]
        self.first = starts[self.household]  # the first member of everybody's household
        self.several = self.sizes[self.household] > 1
        like_siblings = (chance.random(households) < mix.siblings * 0.3)[self.household]
        self.partner = (self.place == 1) & ~like_siblings
        self.child = (self.place > 1) | ((self.place == 1) & like_siblings)
        girl = chance.random(people) < 0.5
        self.girl = np.where(self.partner, ~girl[self.first], girl)
        self.twin = (self.place > 2) & (chance.random(people) < mix.twins)

    def _name(self) -> None:
        chance, count = self.chance, len(self)
        self.names = Names()
        self.western = (chance.random(len(self.sizes)) < self.mix.western)[self.household]
        own = np.where(
            self.western,
            chance.choice(len(self.names.families_west), count, p=self.names.shares_west),
            chance.choice(len(self.names.families), count, p=self.names.shares),
        )
        shares_name = self.child | (self.partner & self.western)
        self.family = np.where(shares_name, own[self.first], own)
        self.given = self.names.draw(chance, self.girl, self.western)
        # Brothers and sisters often share the first character, twins nearly always.
        before = np.maximum(np.arange(count) - 1, 0)
        alike = self.child & (self.place > 1) & ~self.western & (self.girl == self.girl[before])
        alike &= chance.random(count) < np.where(self.twin, 0.8, 0.25)
        self.given = self.names.with_first_of(self.given, self.given[before], alike)

    def _bear(self) -> None:
        """Days since 1970. Who has children living here was born before 1981, and 23 to 33 years before them."""
        chance, count = self.chance, len(self)
        # Most customers are between 25 and 60.
        spread = chance.triangular(BORN_FIRST, 6_000, BORN_LAST - 1_500, count).astype(np.int64)
        parent = self.sizes[self.household] > 2
        spread = np.where(parent, BORN_FIRST + (spread - BORN_FIRST) * 2 // 3, spread)
        elder = spread[self.first]
        near = elder + chance.normal(0, 1_300, count).astype(np.int64)
        young = np.minimum(
            elder + chance.integers(8_400, 12_000, count), BORN_LAST - chance.integers(0, 2_500, count)
        )
        born = np.where(self.partner, near, np.where(self.child & (self.place > 1), young, spread))
        siblings = self.child & (self.place == 1)
        born = np.where(siblings, elder + chance.integers(-2_500, 2_500, count), born)
        born = np.clip(born, BORN_FIRST + chance.integers(0, 700, count), BORN_LAST)
        before = np.maximum(np.arange(count) - 1, 0)
        self.born = np.where(self.twin, born[before], born)

    def _house(self) -> None:
        """Homes as rows of (district, road, number, building, room); `home` and `home_new` are places in that list."""
        chance, households = self.chance, len(self.sizes)
        districts, roads = pools.DISTRICTS.split("|"), pools.ROADS.split()
        self.moved = (chance.random(households) < self.mix.moved * 0.6)[self.household]
        alone = chance.random(len(self)) < self.mix.moved * 0.4
        homes = 2 * households + int(alone.sum())
        popular = 1 / (np.arange(len(districts)) + 6)
        district = chance.choice(len(districts), homes, p=popular / popular.sum())
        # Every district has some of the roads.
        road = (district * 7 + chance.integers(0, 24, homes)) % len(roads)
        self.homes: Ints = np.stack(
            [
                district,
                road,
                chance.integers(1, 400, homes),
                chance.integers(1, 25, homes),
                chance.integers(1, 29, homes) * 100 + chance.integers(1, 7, homes),
            ]
        )
        self.home = self.household
        self.home_new = np.where(self.moved, households + self.household, self.household)
        self.home_new[alone] = 2 * households + np.arange(int(alone.sum()))

    def _connect(self) -> None:
        """Telephones are numbers; `phone_family` is one of the household, or that of its first member."""
        chance, count, mix = self.chance, len(self), self.mix
        self.phone = self._numbers(count)
        renewed = chance.random(count) < mix.new_phone
        self.phone_new = np.where(renewed, self._numbers(count), self.phone)
        given_up = np.flatnonzero(renewed & (chance.random(count) < mix.recycled))
        taker = chance.integers(0, count, len(given_up))
        self.phone_new[taker] = self.phone[given_up]
        households = len(self.sizes)
        landline = 57_180_000_000 + chance.integers(0, 9_999_999, households)
        is_landline = chance.random(households) < 0.3
        self.phone_family = np.where(
            is_landline[self.household], landline[self.household], self.phone[self.first]
        )
        self.has_family_phone = self.several & (chance.random(households) < mix.family_phone)[self.household]
        self.has_email = chance.random(count) >= mix.no_email
        self.email_changed = chance.random(count) < mix.new_email
        self.has_family_email = (
            self.several & (chance.random(households) < mix.family_mailbox)[self.household]
        )

    def _numbers(self, count: int) -> Ints:
        prefixes = np.array([int(one) for one in pools.PREFIXES.split()])
        popular = 1 / (np.arange(len(prefixes)) + 8)
        drawn = self.chance.choice(prefixes, count, p=popular / popular.sum())
        return np.asarray(drawn * 100_000_000 + self.chance.integers(0, 100_000_000, count), dtype=np.int64)


def draw_records(population: Population, records: int) -> Ints:
    """The person of each record, in random order; everybody has at least one."""
    chance, again = population.chance, population.mix.again
    counts = np.minimum(chance.geometric(1 - again, len(population)), 12)
    people = np.repeat(np.arange(len(population)), counts)[:records]
    chance.shuffle(people)
    return np.asarray(people, dtype=np.int64)


def make(records: int, seed: int, mix: Mix) -> dict[str, Any]:
    """Columns by name, each of about `records` entries."""
    chance = np.random.default_rng(seed)
    mean = float(np.minimum(chance.geometric(1 - mix.again, 200_000), 12).mean())
    population = Population(round(records / mean * 1.01), mix, chance)
    person = draw_records(population, records)
    writer = Writer(population, person)
    return {
        "id": np.arange(len(person)),
        "source": np.take(np.array(SOURCES, dtype=object), writer.source),
        "name": writer.names(),
        **writer.facts(),
        "person": person,
    }


def write(path: Path, records: int, seed: int, mix: Mix | None = None) -> None:
    """The population as a Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = make(records, seed, mix or Mix())
    parquet.write_table(pa.table({name: pa.array(values) for name, values in columns.items()}), path)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mix", nargs="*", default=[], metavar="SHARE=VALUE")
    given = parser.parse_args()
    begun = time.monotonic()
    write(given.file, given.records, given.seed, Mix().with_(given.mix))
    print(f"{given.records:,} records in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
