"""The cases of the demo world: what customers complained about over the last ten days and what came of it.

Every story is a generator: it does one thing through a public action and yields the moment of the next, so that all
stories together run in the order of time.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from guanxi.packs import letters
from guanxi.packs.letters import Complaint, Said, Stage
from guanxi.packs.playing import Story
from guanxi.people.actions import Contact

_DATA = Path(__file__).parent / "data"
# What sellers of a marketplace complain about; a club has no sellers.
_NOT_OURS = frozenset(
    {
        "harassment",
        "malicious_review",
        "extortion",
        "return_swapped",
        "unpaid_order",
        "abusive_refund",
        "fake_trade",
    }
)
STRANGERS = 6
_STRANGERS_AT = (
    28,
    5,
    11,
    17,
    23,
    33,
)  # whose stories people tell who never bought here; the first one waits now


@cache
def complaints(language: str) -> tuple[Sequence[Complaint], Sequence[Complaint]]:
    """(written for the club, those of probe.tsv that a club may get), each in the order of its file."""
    texts = said(language)
    own = [Complaint(language, one["issue"], one["text"]) for one in texts.own]
    with (_DATA / "probe.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    general = [
        Complaint(language, issues.split(",")[0], text)
        for short, issues, text in rows
        if language.startswith(short)
        and not _NOT_OURS & set(issues.split(","))
        and not any(word in text for word in texts.not_sold)
    ]
    return own, general


@cache
def said(language: str) -> Said:
    texts: dict[str, Any] = tomllib.loads((_DATA / "stories.toml").read_text(encoding="utf-8"))
    return Said(**texts[language])


def stories(
    stage: Stage, people: Mapping[str, Sequence[Contact]], strangers: Sequence[Contact], language: str
) -> list[Story]:
    """Forty stories, three of four in `language`: settled, lapsed, answered, opened again, waiting, in hand, overdue.

    `people` are known customers by language; each of them complains once.
    """
    texts = _texts(stage.chance, language)
    known = {spoken: iter(contacts) for spoken, contacts in people.items()}
    matters: dict[int, tuple[Complaint, Contact]] = {}
    for at, stranger in zip(_STRANGERS_AT, strangers, strict=True):
        complaint = next(one for one in texts if one.language == stranger.language)
        texts.remove(complaint)
        matters[at] = (complaint, stranger)
    return letters.tell(stage, _matters(texts, known, matters))


def _matters(
    texts: list[Complaint],
    known: Mapping[str, Iterator[Contact]],
    fixed: Mapping[int, tuple[Complaint, Contact]],
) -> Iterator[tuple[Complaint, Contact]]:
    for place in count():
        yield fixed.get(place) or _next(texts, known)


def _next(texts: list[Complaint], known: Mapping[str, Iterator[Contact]]) -> tuple[Complaint, Contact]:
    complaint = texts.pop(0)
    return complaint, next(known[complaint.language])


def _texts(chance: Random, language: str) -> list[Complaint]:
    other = "en" if language == "zh-hans" else "zh-hans"
    found: list[Complaint] = []
    for spoken, own_count, general_count in ((language, 18, 12), (other, 6, 4)):
        own, general = complaints(spoken)
        found += chance.sample(list(own), own_count) + chance.sample(list(general), general_count)
    chance.shuffle(found)
    return found
