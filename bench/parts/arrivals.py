"""The people of a file to import: made from a number and a seed, so that a million of them need no memory.

Most are new; a share has stood in the file before and comes back in another formatting, with fewer identifiers, or
behind the same telephone under another name (doubt). Names are Chinese and Latin, as a house in China meets them.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.parts import crowd

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖"
    "邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文辉力志宏海燕鹏飞宇欣怡浩然梓轩佳琪子涵晨曦雨思嘉俊诗睿博瑞泽雪婷婉清"
    "云莲真环荣爱妹香月莺媛瑶雅君珍贞莉昭冰枫芸菲寒锦玲秋"
)
FIRST = (
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Emma",
    "Frank",
    "Grace",
    "Henry",
    "Irene",
    "Jack",
    "Karen",
    "Leo",
    "Maria",
    "Nina",
    "Oscar",
    "Paula",
    "Quentin",
    "Rosa",
)
LAST = (
    "Keller",
    "Smith",
    "Novak",
    "Garcia",
    "Müller",
    "Rossi",
    "Dubois",
    "Jansen",
    "Ivanova",
    "Kowalski",
    "O'Brien",
    "Costa",
    "Berg",
    "Lind",
    "Sato",
)
COLUMNS = ("name", "phone", "email", "member")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file, as typed."""

    name: str
    phone: str
    email: str
    member: str


@dataclass(frozen=True, slots=True)
class Mix:
    """How many of a thousand lines are what."""

    again: int = 100  # somebody of an earlier line, in another formatting or with fewer identifiers
    same: int = 40  # an earlier line once more, word for word
    doubt: int = 10  # an earlier telephone, another name
    formatted: int = 150  # telephones written with blanks and dashes
    landline: int = 30  # of the new ones
    latin: int = 150  # of the new ones


def rows(count: int, *, seed: int, mix: Mix | None = None) -> Iterator[Row]:
    """`count` lines; the same ones for the same seed."""
    mix = mix or Mix()
    dice = random.Random(seed)
    for place in range(count):
        chance = dice.randrange(1_000)
        earlier = dice.randrange(place) if place else 0
        if place and chance < mix.again:
            yield _again(dice, person(earlier, seed=seed, mix=mix))
        elif place and chance < mix.again + mix.same:
            yield person(earlier, seed=seed, mix=mix)
        elif place and chance < mix.again + mix.same + mix.doubt:
            yield _shared(dice, person(earlier, seed=seed, mix=mix))
        else:
            yield person(place, seed=seed, mix=mix)


def person(number: int, *, seed: int, mix: Mix) -> Row:
    """Who stands in line `number` when new. Everybody has a telephone or an address, half have a member number."""
    mixed = (number * 0x9E3779B97F4A7C15 + seed * 0xBF58476D1CE4E5B9) % 2**64
    mixed = (mixed ^ mixed >> 31) * 0x94D049BB133111EB % 2**64
    name = _latin(mixed >> 8) if mixed % 1_000 < mix.latin else _chinese(mixed >> 8)
    digits = f"13{number % 1_000_000_000:09d}"
    if mixed >> 3 & 1_023 < mix.landline:
        digits = f"0571-8{number % 10_000_000:07d}"
    elif mixed >> 13 & 1_023 < mix.formatted:
        digits = f"+86 {digits[:3]}-{digits[3:7]}-{digits[7:]}"
    email = f"kh{number}.{seed}@mail{number % 9}.example.cn" if mixed >> 23 & 3 else ""
    phone = digits if not email or mixed >> 25 & 7 else ""
    return Row(name, phone, email, f"GX{number:08d}" if mixed >> 28 & 1 else "")


def _again(dice: random.Random, who: Row) -> Row:
    if who.email and dice.random() < 0.5:
        return Row(who.name, "", who.email.upper(), "")
    if who.phone.startswith("13") and dice.random() < 0.7:
        return Row(who.name, crowd.typed_phone(dice, who.phone), "", "")
    return Row(who.name, who.phone, "", who.member) if who.phone or who.member else who


def _shared(dice: random.Random, who: Row) -> Row:
    other = _chinese(dice.getrandbits(60))
    return Row(other, who.phone, "", "") if who.phone else Row(other, "", who.email, "")


def _chinese(mixed: int) -> str:
    surname, mixed = SURNAMES[mixed % len(SURNAMES)], mixed // len(SURNAMES)
    first, mixed = GIVEN[mixed % len(GIVEN)], mixed // len(GIVEN)
    return surname + first + (GIVEN[mixed % len(GIVEN)] if mixed // len(GIVEN) % 8 else "")


def _latin(mixed: int) -> str:
    middle = chr(65 + mixed // 1_000 % 26)
    return f"{FIRST[mixed % len(FIRST)]} {middle}. {LAST[mixed // 30_000 % len(LAST)]}"


def write(path: Path, count: int, *, seed: int) -> None:
    """The lines as a CSV file in UTF-8 with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        out.writerows((row.name, row.phone, row.email, row.member) for row in rows(count, seed=seed))
