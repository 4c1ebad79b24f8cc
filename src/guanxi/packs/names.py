"""Invented people: names, telephone numbers, addresses. The same number always gives the same person.

Nobody real is meant or reachable: telephone numbers lie in ranges that no Chinese carrier serves, mail addresses under
domains reserved for examples (RFC 2606).
"""

import tomllib
import unicodedata
from dataclasses import replace
from pathlib import Path
from random import Random

from guanxi.engine.names import split_name
from guanxi.engine.pinyin import spoken
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


def again(contact: Contact, place: int) -> Contact:
    """The same person, or somebody of their household, as another source writes them down: a pair for the stewards."""
    ways = _again_chinese if contact.language == "zh-hans" else _again_western
    return ways(contact)[place % 6]


def _unaccented(text: str) -> str:
    """Pinyin as people type it: no tones, v for ü."""
    parted = unicodedata.normalize("NFD", text.replace("ü", "v"))
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


def _again_chinese(contact: Contact) -> tuple[Contact, ...]:
    name, phone = contact.name, contact.phone
    latin = _unaccented(spoken(name))
    sibling = name[:-1] + ("强" if name[-1] != "强" else "婷")
    mail = f"{latin.replace(' ', '').lower()}{phone[-4:]}@example.net"
    return (
        Contact(name=latin, phone=phone, email=mail, language="en"),
        Contact(name="小" + name[-1], phone=phone, language=contact.language),
        Contact(name=sibling, phone=phone, language=contact.language),
        Contact(name=sibling, email=contact.email, language=contact.language),
        Contact(name=name[0], phone=phone, email=mail, language=contact.language),
        Contact(name=latin, phone=phone, language="en"),
    )


def _again_western(contact: Contact) -> tuple[Contact, ...]:
    first, _, last = contact.name.partition(" ")
    local, _, _host = contact.email.partition("@")
    wrong = contact.phone[:-2] + contact.phone[:-3:-1]
    return (
        Contact(name=f"{first[0]}. {last}", phone=contact.phone, language="en"),
        Contact(name=contact.name, email=f"{local}@example.edu", language="en"),
        Contact(name=last, phone=contact.phone, language="en"),
        Contact(name=f"{first} Baker", email=contact.email, language="en"),
        Contact(name=contact.name, phone=wrong, email=f"{first.lower()}@example.edu", language="en"),
        Contact(
            name=f"{first[0]}. {last}",
            phone=contact.phone,
            email=f"{first.lower()}@example.edu",
            language="en",
        ),
    )
