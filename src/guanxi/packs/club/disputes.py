"""Disputes of the demo world: hand-written ones at every step of the procedure, and older ones that were settled.

Each is a story like those of `stories`: it does one thing through a public action and yields the moment of the next.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from guanxi.core.access import Actor
from guanxi.core.money import Money
from guanxi.packs.playing import Court, Dispute, Story
from guanxi.people.actions import Contact, add_record
from guanxi.trade.actions import ledger

_DATA = Path(__file__).parent / "data"
SETTLED_OWN, SETTLED_OTHER = 18, 7  # older ones, in the world's language and in the other
LIVE_OTHER = 4  # of those under way, how many are in the other language
SETTLED_DAYS = (9, 75)  # how long ago they were opened


@cache
def _read(name: str) -> dict[str, Any]:
    with (_DATA / name).open("rb") as file:
        return tomllib.load(file)


def add_shops(*, actor: Actor, now: datetime, language: str) -> dict[str, int]:
    """The partner shops, each with a deposit; {key: record id}. Run again it changes nothing."""
    found = {}
    for shop in _read("disputes.toml")["shop"]:
        contact = Contact(shop["name"][language], shop["phone"], shop["email"], language=language)
        known = add_record(actor=actor, now=now, contact=contact, source="import", sample=True)
        ledger.top_up(
            actor=actor,
            now=now,
            record=known.record_id,
            amount=Money(shop["deposit"] * 100, "CNY"),
            once=f"sample:deposit:{shop['key']}",
        )
        found[shop["key"]] = known.record_id
    return found


def stories(
    court: Court,
    people: Mapping[str, Sequence[Contact]],
    shops: Mapping[str, int],
    *,
    settled: int = SETTLED_OWN,
) -> list[Story]:
    """Every dispute of the world, each with a complainant of its language who complains of nothing else here.

    `shops` are the partner shops' records by key; `settled`: how many older ones.
    """
    found: list[Story] = []
    used = {"zh-hans": 0, "en": 0}
    scripts = _read("disputes.toml")["dispute"]
    own = [one for one in scripts if one["language"] == court.language]
    other = [one for one in scripts if one["language"] != court.language][:LIVE_OTHER]
    for script in [*own, *other, *_settled(court, settled)]:
        spoken = script["language"]
        contact = people[spoken][-1 - used[spoken] % len(people[spoken])]
        used[spoken] += 1
        respondent = shops[script["against"]] if script.get("against") else None
        found.append(Dispute(court, script, contact, respondent=respondent).tell())
    return found


def _settled(court: Court, settled: int) -> list[dict[str, Any]]:
    """Older matters, drawn so that no text and no ruling stands twice."""
    words, chance = _read("fragments.toml"), court.chance
    found = []
    for language in ("zh-hans", "en"):
        count = settled if language == court.language else min(settled, SETTLED_OTHER)
        kinds = sorted(words[language])
        texts: set[str] = set()
        while len(texts) < count:
            kind = kinds[len(texts) % len(kinds)]
            text = _sentence(language, [chance.choice(part) for part in words[language][kind]])
            if text not in texts:
                texts.add(text)
                found.append(_old(chance, words, language, kind, text, len(texts)))
    return found


def written(language: str, chance: Random) -> tuple[str, str]:
    """(kind of issue, a complaint of that kind): one opening, one detail, one wish."""
    kinds = _read("fragments.toml")[language]
    kind = chance.choice(sorted(kinds))
    return kind, _sentence(language, [chance.choice(part) for part in kinds[kind]])


def _sentence(language: str, parts: Sequence[str]) -> str:
    opening, detail, wish = parts
    return f"{opening}，{detail}。{wish}" if language == "zh-hans" else f"{opening} {detail}. {wish}"


_CAUSES = {
    "late_parcel": "carrier_late",
    "wrong_book": "picking",
    "damaged_book": "packing",
    "overcharged": "billing",
    "refund_delayed": "forgotten",
}
_RULES = {
    "late_parcel": "delivery-10",
    "wrong_book": "right-copy-1",
    "damaged_book": "right-copy-1",
    "overcharged": "price-1",
    "refund_delayed": "refund-3",
}


def _old(
    chance: Random, words: Mapping[str, Any], language: str, kind: str, text: str, place: int
) -> dict[str, Any]:
    """One settled matter: looked into, proposed, agreed or confirmed, paid, closed, its cause recorded."""
    rulings, places = words["ruling"][language][kind], words["places"][language]
    reasons = rulings[place % len(rulings)].format(place=places[(place * 7) % len(places)])
    amount = chance.randrange(18, 160)
    agrees = chance.random() < 0.7
    steps: list[dict[str, Any]] = [
        {"by": "handler", "verb": "accept", "at": chance.uniform(0.3, 3.0)},
        {
            "by": "handler",
            "verb": "propose",
            "at": chance.uniform(1, 20),
            "outcome": "upheld" if chance.random() < 0.75 else "partly",
            "remedy": "refund" if chance.random() < 0.5 else "partial_refund",
            "amount": amount,
            "cites": [_RULES[kind]],
            "cause": _CAUSES[kind],
            "text": reasons,
        },
        {"by": "customer", "verb": "agree", "at": chance.uniform(0.5, 9)}
        if agrees
        else {"by": "system", "at": 26},
        *([] if agrees else [{"by": "handler", "verb": "confirm", "at": 0.5}]),
        {"by": "system", "at": 0.1},
        {"by": "system", "at": 24 * 7 + 14},
        {"by": "handler", "verb": "summarise", "at": 6, "cause": _CAUSES[kind]},
    ]
    score = chance.choice((5, 5, 4, 4, 3, 2))
    return {
        "language": language,
        "kind": kind,
        "wants": "refund" if kind != "late_parcel" else "partial_refund",
        "amount": amount,
        "text": text,
        "days_ago": chance.uniform(*SETTLED_DAYS),
        "steps": [*steps, {"by": "customer", "verb": "rate", "at": 1, "score": score}],
    }
