"""Invented people: names, telephone numbers, addresses. The same number always gives the same person.

Nobody real is meant or reachable: telephone numbers lie in ranges that no Chinese carrier serves, mail addresses under
domains reserved for examples (RFC 2606).
"""

import tomllib
from dataclasses import replace
from pathlib import Path
from random import Random

from guanxi.engine.names import split_name
from guanxi.people.actions import Contact

CHINESE_SHARE = 0.6
_LISTS = {
    key: text.split()
    for key, text in tomllib.loads((Path(__file__).parent / "data" / "names.toml").read_text("utf-8")).items()
}
_FIRST, _LAST = _LISTS["first"], _LISTS["last"]
_SURNAMES = list(zip(_LISTS["surnames"][::2], _LISTS["surnames"][1::2], strict=True))
_GIVEN = list(zip(_LISTS["given"][::2], _LISTS["given"][1::2], strict=True))
_COMMON = 40  # surnames that half of all people share
_NOT_IN_SERVICE = ("154", "160", "161", "163", "164", "168", "169", "179")
_DOMAINS = ("example.com", "example.net", "example.org")


def person(number: int, seed: int) -> Contact:
    """Member `number` of the club: name, telephone, e-mail, member number, language. `number` is below 10,000,000."""
    chance = Random(f"{seed}:{number}")  # noqa: S311  invented people need no cryptography
    name, local, language = _chinese(chance) if chance.random() < CHINESE_SHARE else _western(chance)
    return Contact(
        name=name,
        phone=_phone(number),
        email=f"{local}{number}@{_DOMAINS[number % len(_DOMAINS)]}",
        member=f"GX{number:07d}",
        language=language,
    )


def _chinese(chance: Random) -> tuple[str, str, str]:
    pairs = _SURNAMES[:_COMMON] if chance.random() < 0.5 else _SURNAMES
    family, family_latin = chance.choice(pairs)
    given = [chance.choice(_GIVEN) for _ in range(1 if chance.random() < 0.15 else 2)]
    latin = family_latin.replace("ü", "v") + "." + "".join(sound for _, sound in given)
    return family + "".join(sign for sign, _ in given), latin, "zh-hans"


def _western(chance: Random) -> tuple[str, str, str]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    return f"{first} {last}", f"{first}.{last}".lower().replace("'", ""), "en"


def _phone(number: int) -> str:
    """Each number its own telephone, spread over the ranges so that they do not look counted."""
    mixed = number * 7_368_787 % 100_000_000  # odd and no multiple of five: no two numbers meet
    return _NOT_IN_SERVICE[number % len(_NOT_IN_SERVICE)] + f"{mixed:08d}"


def as_given(contact: Contact, place: int) -> Contact:
    """How somebody states their own details another time: some of them, written their way."""
    phone = f"{contact.phone[:3]} {contact.phone[3:7]} {contact.phone[7:]}"
    ways = (
        replace(contact, phone=phone, member=""),
        replace(contact, phone="+86-" + phone.replace(" ", "-"), email="", member=""),
        replace(contact, phone="", email=""),
        replace(contact, phone="", email=contact.email.upper(), member=""),
    )
    return ways[place % len(ways)]


def stranger(place: int, seed: int) -> Contact:
    """Somebody who has never bought here; the first one is the heroine of the screens."""
    contact = replace(person(9_000_000 + place, seed), member="")
    heroine = replace(contact, name="欧阳晓雯", email="ouyang.xiaowen@example.com", language="zh-hans")
    return heroine if place == 0 else contact


def familiar(contact: Contact) -> Contact:
    """Somebody who gives this one's telephone and a familiar name only: a doubt for the stewards."""
    family, given = split_name(contact.name)
    name = given if contact.name.isascii() else f"小{family[:1]}"
    return Contact(name=name, phone=contact.phone)
